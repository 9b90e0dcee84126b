import * as z from "zod";
import { aggregationSchema } from "../catalog/aggregation.js";
import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import { discountSchema } from "../catalog/discount.js";
import { date, id } from "../catalog/fields.js";
import { usageFilter } from "../catalog/filter.js";
import { groupBySchema } from "../catalog/group-by.js";
import { outcomePolicySchema } from "../catalog/outcome.js";
import { type ParseResult, parseWith, remember } from "../catalog/parse.js";
import { DATA_LIMITS } from "../catalog/plain-data.js";
import { canonicalJson } from "../content/canonical-json.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { issueAt, type PathSegment } from "../errors.js";
import { isProblem, readExact } from "../money/decimal.js";
import {
  field,
  listIn,
  type Report,
  recordIn,
  rule,
  type Unproved,
} from "../pricing/fields-schema.js";
import { NEEDS } from "../pricing/model.js";
import { pricingSchemas } from "../pricing/models/index.js";
import { formatInstant } from "../time/instant.js";
import { USAGE_BUCKETS } from "./report.js";
import type { OutcomeTerms, UsageSummary } from "./summary.js";
import { readStored } from "./summary-events.js";
import { countingHeader } from "./summary-header.js";

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

const outcomeTermsSchema: z.ZodType<OutcomeTerms> = z.strictObject({
  unitOfMeasure: id,
  currency: z.exactOptional(id),
  pricing: z.discriminatedUnion("model", [discountSchema, ...pricingSchemas]),
  aggregation: z.exactOptional(aggregationSchema),
  filter: z.exactOptional(usageFilter),
  groupBy: z.exactOptional(groupBySchema),
  outcome: outcomePolicySchema,
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
    judgesOutcomes: z.boolean(),
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
        valueTotals: z.nullable(
          z.strictObject({ charged: count, value: exactText, limited: exactText }),
        ),
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
            receivedAt: z.exactOptional(date),
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
        outcomes: z.exactOptional(
          z.strictObject({
            terms: outcomeTermsSchema,
            signals: z.array(z.strictObject({ payload: z.string(), receivedAt: date })),
          }),
        ),
      }),
    ),
  })
  .check(rule(checkDeduplication), rule(checkOutcomes));

function checkDeduplication(summary: Unproved, report: Report): void {
  if (summary["deduplicate"] !== !("deduplication" in summary)) return;
  const expected = summary["deduplicate"] === true ? "what deduplication remembers" : "nothing";
  const received = summary["deduplication"];
  report(
    issueAt("usage_mismatch", ["deduplication"], `must hold ${expected}`, { expected, received }),
  );
}

/** A summary is judged anew when it is merged or priced, so what it holds must be what we wrote. */
function checkOutcomes(summary: Unproved, report: Report): void {
  const { events, outcomes } = recordIn(summary["deduplication"]);
  const refuse = (path: readonly PathSegment[], expected: string, received: unknown) =>
    report(
      issueAt("usage_mismatch", ["deduplication", ...path], `must hold ${expected}`, {
        expected,
        received,
      }),
    );
  if ((summary["judgesOutcomes"] === true) !== (outcomes !== undefined)) {
    const expected = outcomes === undefined ? "what judging outcomes needs" : "nothing";
    refuse(["outcomes"], expected, outcomes);
  }
  if (outcomes === undefined) return;
  const { terms, signals } = recordIn(outcomes);
  const read = outcomeTermsSchema.safeParse(terms);
  // What is wrong with the terms themselves is said by the schema.
  if (read.success && !countsAs(summary, read.data)) {
    refuse(["outcomes", "terms"], "the terms of the summary's header", terms);
  }
  for (const [index, stored] of listIn(events).entries()) {
    const { id: own, timestamp, payload, receivedAt } = recordIn(stored);
    const reading = readStored(payload, receivedAt);
    if (
      reading?.kind === "usage" &&
      reading.event.id === own &&
      formatInstant(reading.event.timestamp) === timestamp
    ) {
      continue;
    }
    refuse(["events", index, "payload"], "the event as canonical JSON", payload);
  }
  for (const [index, stored] of listIn(signals).entries()) {
    const { payload, receivedAt } = recordIn(stored);
    if (readStored(payload, receivedAt)?.kind === "signal") continue;
    refuse(["outcomes", "signals", index, "payload"], "the signal as canonical JSON", payload);
  }
}

function countsAs(summary: Unproved, terms: OutcomeTerms): boolean {
  const charge: UsageCharge = { ...terms, id: "terms", name: "terms", chargeType: "usage" };
  if (!isUsageCharge(charge)) return false;
  return Object.entries(countingHeader(charge, true)).every(
    ([name, value]) => canonicalJson(value) === canonicalJson(summary[name]),
  );
}
