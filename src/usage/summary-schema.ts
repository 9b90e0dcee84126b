import * as z from "zod";
import { aggregationSchema } from "../catalog/aggregation.js";
import { date, id } from "../catalog/fields.js";
import { type ParseResult, parseWith, remember } from "../catalog/parse.js";
import { DATA_LIMITS } from "../catalog/plain-data.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { issueAt, type PathSegment } from "../errors.js";
import { isProblem, readExact } from "../money/decimal.js";
import { field, rule } from "../pricing/fields-schema.js";
import { NEEDS } from "../pricing/model.js";
import { USAGE_BUCKETS } from "./report.js";
import type { UsageSummary } from "./summary.js";

const KIND = "usage summary";

/** Freezes a summary of our own making and remembers it as read. */
export function rememberSummary(summary: UsageSummary): UsageSummary {
  remember(KIND, deepFreeze(summary));
  return summary;
}

/** Reads a summary that may come from storage. */
export function safeParseSummary(
  input: unknown,
  path: readonly PathSegment[],
): ParseResult<UsageSummary> {
  return parseWith<UsageSummary>(KIND, summarySchema, input, path, DATA_LIMITS);
}

const exactText = field<string, string>((input, report) => {
  if (typeof input === "string" && !isProblem(readExact(input))) return input;
  const expected = "a decimal string or a fraction";
  report(issueAt("not_a_decimal", [], `must be ${expected}`, { expected, received: input }));
  return "0";
});

/** Events may have ids of any length. */
const eventId = z.string().min(1);
const count = z.int().min(0);
const group = z.array(z.nullable(z.string()));
const bucketCounts = z.strictObject(
  Object.fromEntries(USAGE_BUCKETS.map((bucket) => [bucket, count])),
);
const details = z.array(z.strictObject({ id: z.nullable(z.string()), reason: z.string() }));
const reportShape = z.strictObject({
  counts: bucketCounts,
  details: z.strictObject(
    Object.fromEntries(USAGE_BUCKETS.map((bucket) => [bucket, z.exactOptional(details)])),
  ),
});

const summarySchema = z
  .strictObject({
    schemaVersion: z.literal(1),
    chargeId: id,
    customerId: z.nullable(id),
    subscriptionId: z.nullable(id),
    agentType: z.nullable(id),
    period: z.nullable(z.strictObject({ start: date, end: date })),
    asOf: z.nullable(date),
    deduplicate: z.boolean(),
    aggregation: aggregationSchema,
    priced: z.enum(NEEDS),
    fingerprint: z.string(),
    quantity: exactText,
    tallies: z.array(
      z.strictObject({
        group,
        count,
        sum: exactText,
        min: z.nullable(exactText),
        max: z.nullable(exactText),
        last: z.nullable(z.strictObject({ id: eventId, timestamp: date, quantity: exactText })),
        weighted: exactText,
        distinct: z.array(z.string()),
        values: z.array(z.strictObject({ id: eventId, timestamp: date, value: exactText })),
      }),
    ),
    report: reportShape,
    deduplication: z.exactOptional(
      z.strictObject({
        setAside: reportShape,
        events: z.array(
          z.strictObject({
            id: eventId,
            timestamp: date,
            payload: z.string(),
            bucket: z.enum(["matched", "outside-period", "unmatched"]),
            reason: z.nullable(z.string()),
            counted: z.nullable(
              z.strictObject({
                quantity: exactText,
                group,
                distinct: z.nullable(z.string()),
                weighted: z.nullable(exactText),
                value: z.nullable(exactText),
              }),
            ),
            copies: count,
            conflicts: count,
          }),
        ),
      }),
    ),
  })
  .check(
    rule((summary, report) => {
      if (summary["deduplicate"] !== !("deduplication" in summary)) return;
      const expected = summary["deduplicate"] === true ? "what deduplication remembers" : "nothing";
      const received = summary["deduplication"];
      report(
        issueAt("usage_mismatch", ["deduplication"], `must hold ${expected}`, {
          expected,
          received,
        }),
      );
    }),
  );
