import * as z from "zod";
import type { UsageCharge } from "../../catalog/charge.js";
import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { discountSchema } from "../../catalog/discount.js";
import { usageFilter } from "../../catalog/filter.js";
import { groupBySchema } from "../../catalog/group-by.js";
import { outcomePolicySchema } from "../../catalog/outcome.js";
import { eventQuantitySchema } from "../../catalog/quantity.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import { onFirstUse } from "../../data/recent.js";
import { issueAt, type PathSegment } from "../../errors.js";
import { RATING_INPUT_KINDS } from "../../pricing/model.js";
import { pricingSchemas } from "../../pricing/pricing-schemas.js";
import { date, id, timeZone } from "../../schema/entity-fields.js";
import {
  field,
  isRecord,
  listIn,
  type Report,
  recordIn,
  rule,
  type UnknownRecord,
} from "../../schema/fields.js";
import { type ParseResult, parseWith, remember } from "../../schema/parse.js";
import { STORED_DATA } from "../../schema/plain-data.js";
import { readDate } from "../../time/date.js";
import { formatInstant, isDateProblem } from "../../time/instant.js";
import { UTC } from "../../time/zone.js";
import { exactText } from "../aggregations/aggregation.js";
import { aggregationOf, aggregationSchema, storedStateSchema } from "../aggregations/index.js";
import { USAGE_BUCKETS } from "../events/report.js";
import { meterHeader } from "./header.js";
import { readStored } from "./stored-events.js";
import type { OutcomeTerms, UsageSummary } from "./summary.js";

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
  const result = parseWith<UsageSummary>(KIND, summarySchema(), input, path, STORED_DATA);
  if (result.ok) return result;
  const otherVersion = result.issues.filter(({ path: at }) => at.at(-1) === "schemaVersion");
  // What else is wrong with another version says nothing.
  return otherVersion.length > 0 ? { ok: false, issues: otherVersion } : result;
}

const version = onFirstUse(() =>
  field<number, number>((received, report) => {
    if (received !== 2) {
      const expected = "2: sum the events up again";
      report(
        issueAt(received === undefined ? "missing" : "invalid_value", [], { expected, received }),
      );
    }
    return 2;
  }),
);

/** Events may have ids of any length. */
const eventId = onFirstUse(() => z.string().min(1));
const count = onFirstUse(() => z.int().min(0));
const group = onFirstUse(() => z.array(z.nullable(z.string())));
const bucketCounts = onFirstUse(() =>
  z.strictObject(Object.fromEntries(USAGE_BUCKETS.map((bucket) => [bucket, count()]))),
);
const details = onFirstUse(() =>
  z.array(z.strictObject({ id: z.nullable(z.string()), reason: z.string() })),
);
const reportShape = onFirstUse(() =>
  z.strictObject({
    counts: bucketCounts(),
    details: z.strictObject(
      Object.fromEntries(USAGE_BUCKETS.map((bucket) => [bucket, z.exactOptional(details())])),
    ),
  }),
);

const outcomeTermsSchema: () => z.ZodType<OutcomeTerms> = onFirstUse(() =>
  z.strictObject({
    unitOfMeasure: id(),
    currency: z.exactOptional(id()),
    pricing: z.discriminatedUnion("model", [discountSchema(), ...pricingSchemas()]),
    eventQuantity: z.exactOptional(eventQuantitySchema()),
    aggregation: z.exactOptional(aggregationSchema()),
    filter: z.exactOptional(usageFilter()),
    groupBy: z.exactOptional(groupBySchema()),
    outcome: outcomePolicySchema(),
  }),
);

const happenings = onFirstUse(() =>
  z.array(z.strictObject({ payload: z.string(), receivedAt: date() })),
);

const groups = onFirstUse(() =>
  z.array(
    z.strictObject({
      group: group(),
      count: count(),
      state: storedStateSchema(),
      values: z.exactOptional(
        z.array(z.strictObject({ id: eventId(), timestamp: date(), value: exactText() })),
      ),
      valueTotals: z.exactOptional(
        z.strictObject({ charged: count(), value: exactText(), limited: exactText() }),
      ),
    }),
  ),
);

const summarySchema = onFirstUse(() =>
  z
    .strictObject({
      schemaVersion: version(),
      chargeId: id(),
      customerId: z.nullable(id()),
      subscriptionId: z.nullable(id()),
      agentType: z.nullable(id()),
      timeZone: z.exactOptional(timeZone()),
      period: z.nullable(z.strictObject({ start: date(), end: date() })),
      asOf: z.nullable(date()),
      deduplicate: z.boolean(),
      judgesOutcomes: z.boolean(),
      aggregation: aggregationSchema(),
      priced: z.enum(RATING_INPUT_KINDS),
      fingerprint: z.string(),
      quantity: exactText(),
      groups: groups(),
      report: reportShape(),
      deduplication: z.exactOptional(
        z.strictObject({
          excluded: reportShape(),
          events: z.array(
            z.strictObject({
              id: eventId(),
              timestamp: date(),
              payload: z.string(),
              receivedAt: z.exactOptional(date()),
              bucket: z.enum(["matched", "outside-period", "unmatched"]),
              reason: z.nullable(z.string()),
              counted: z.nullable(
                z.strictObject({
                  quantity: exactText(),
                  group: group(),
                  fieldValue: z.nullable(z.string()),
                  value: z.nullable(exactText()),
                }),
              ),
              copies: count(),
              conflicts: count(),
            }),
          ),
          outcomes: z.exactOptional(
            z.strictObject({
              terms: outcomeTermsSchema(),
              signals: happenings(),
              heard: z.exactOptional(happenings()),
              apart: z.exactOptional(
                z.strictObject({
                  groups: groups(),
                  attempts: count(),
                  successes: count(),
                  reversible: z.nullable(z.strictObject({ quantity: exactText(), since: date() })),
                }),
              ),
            }),
          ),
        }),
      ),
    })
    .check(rule(checkStates), rule(checkDeduplication), rule(checkOutcomes)),
);

/** Every state is one of the summary's aggregation. */
function checkStates(summary: UnknownRecord, report: Report): void {
  const aggregation = aggregationSchema().safeParse(summary["aggregation"]);
  if (!aggregation.success) return;
  const { name, stored, needsPeriod } = aggregationOf(aggregation.data);
  if (needsPeriod === true && isNoPeriod(summary["period"])) {
    const expected = "a period over which levels are summed up";
    report(issueAt("usage_mismatch", ["period"], { expected, received: summary["period"] }));
  }
  const { apart } = recordIn(recordIn(summary["deduplication"])["outcomes"]);
  const check = (list: unknown, path: readonly PathSegment[]) => {
    for (const [index, each] of listIn(list).entries()) {
      const { state } = recordIn(each);
      if (stored().safeParse(state).success || !storedStateSchema().safeParse(state).success)
        continue;
      const expected = `what ${name} keeps of events`;
      report(issueAt("usage_mismatch", [...path, index, "state"], { expected, received: state }));
    }
  };
  check(summary["groups"], ["groups"]);
  check(recordIn(apart)["groups"], ["deduplication", "outcomes", "apart", "groups"]);
}

/** Whether a period has no length; what is wrong with its dates is reported already. */
function isNoPeriod(period: unknown): boolean {
  const { start, end } = recordIn(period);
  const [from, to] = [readDate(start, UTC), readDate(end, UTC)];
  return period === null || (!isDateProblem(from) && !isDateProblem(to) && from >= to);
}

function checkDeduplication(summary: UnknownRecord, report: Report): void {
  if (summary["deduplicate"] !== !("deduplication" in summary)) return;
  const expected = summary["deduplicate"] === true ? "what deduplication remembers" : "absent";
  const received = summary["deduplication"];
  report(issueAt("usage_mismatch", ["deduplication"], { expected, received }));
}

/** A summary is judged anew when it is merged or priced, so what it holds must be what we wrote. */
function checkOutcomes(summary: UnknownRecord, report: Report): void {
  const { deduplication } = summary;
  // What is no object is reported already.
  if (deduplication !== undefined && !isRecord(deduplication)) return;
  const { events, outcomes } = recordIn(deduplication);
  const refuse = (path: readonly PathSegment[], expected: string, received: unknown) =>
    report(issueAt("usage_mismatch", ["deduplication", ...path], { expected, received }));
  if ((summary["judgesOutcomes"] === true) !== (outcomes !== undefined)) {
    const expected = outcomes === undefined ? "what judging outcomes needs" : "absent";
    refuse(["outcomes"], expected, outcomes);
  }
  if (outcomes === undefined) return;
  const { terms, signals, heard } = recordIn(outcomes);
  const read = outcomeTermsSchema().safeParse(terms);
  // What is wrong with the terms themselves is said by the schema.
  if (read.success && !countsAs(summary, read.data)) {
    refuse(["outcomes", "terms"], "the terms of the summary's header", terms);
  }
  for (const [index, stored] of listIn(events).entries()) {
    if (!isRecord(stored)) continue;
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
  const checkKind = (list: unknown, name: "signals" | "heard", kind: "signal" | "usage") => {
    for (const [index, stored] of listIn(list).entries()) {
      if (!isRecord(stored)) continue;
      const { payload, receivedAt } = recordIn(stored);
      if (readStored(payload, receivedAt)?.kind === kind) continue;
      const expected = `the ${kind === "signal" ? "signal" : "event"} as canonical JSON`;
      refuse(["outcomes", name, index, "payload"], expected, payload);
    }
  };
  checkKind(signals, "signals", "signal");
  checkKind(heard, "heard", "usage");
}

function countsAs(summary: UnknownRecord, terms: OutcomeTerms): boolean {
  const charge: UsageCharge = { ...terms, id: "terms", name: "terms", chargeType: "usage" };
  if (!isUsageCharge(charge)) return false;
  return Object.entries(meterHeader(charge, true)).every(
    ([name, value]) => canonicalJson(value) === canonicalJson(summary[name]),
  );
}
