import { readPolicy } from "../catalog/parse-policy.js";
import { DEFAULT_POLICY } from "../catalog/policy.js";
import { issueAt, issueUnder, PricingError, type PricingIssue, throwIssues } from "../errors.js";
import { readFlag, readOptions } from "../schema/options.js";
import type { TimeZone } from "../time/zone.js";
import { classifier } from "../usage/classify.js";
import { chargeMeters } from "../usage/collect.js";
import { groupById } from "../usage/events/deduplicate.js";
import type { ReadEvent } from "../usage/events/event.js";
import { readEvents } from "../usage/events/read-events.js";
import {
  type ReportBuilder,
  reportBuilder,
  reportEvent,
  reportGroup,
} from "../usage/events/report.js";
import { type AggregateStates, aggregator, mergeAggregates } from "../usage/meter/aggregate.js";
import type { UsageScope } from "../usage/meter/scope.js";
import { summaryBuilder } from "../usage/summary/builder.js";
import { plainSummary } from "../usage/summary/form.js";
import { summaryHeader } from "../usage/summary/header.js";
import type { UsageSummary } from "../usage/summary/summary.js";
import { type ChargePlan, chargePlan } from "./charge-plan.js";
import type { UsageRow } from "./context.js";
import { DIALECTS } from "./dialects/index.js";
import { eventOfRow } from "./event-rows.js";
import { outcomesApart } from "./outcomes/apart.js";
import { QUERY_KEYS, type UsageQuery } from "./query.js";
import { readCharges } from "./read-charges.js";
import { statesOfRows } from "./row-states.js";
import { type ReadRows, readRows, rowKey } from "./rows.js";
import { type KeyedSegment, keyedSegments, segmentsOfRows } from "./segment-of-rows.js";
import { readSegments, readTimeZones } from "./segments.js";

/**
 * The summaries that the rows of a {@link usageQuery} say: for each segment and charge one, also where there is no usage,
 * in the order of the segments that were given, or of their texts where they are in a table. `invoice` takes them as usage
 * under `policy: { deduplicate: false }`, as ids were told apart by the database.
 *
 * Each equals what `summarizeUsage` writes of the same events under that policy, but for its report: that counts the events
 * that the charge prices, and says what became of those that the database gave as they are; what it passed over
 * stays uncounted. Of charges that judge outcomes, `deduplication` holds the events that the database gave, and the totals of those
 * that it has judged (`outcomes.apart`): such a summary prices as any, and merges with none.
 *
 * @param rows - Every row of the result, in any order, as objects by column: drivers give them so.
 * @param query - The query, as it was made or as it was kept as JSON.
 *
 * @throws {PricingError} when a row is none of this query's, or a segment in the table cannot be: a charge or a time
 * zone that the query does not know, an end before its start.
 *
 * @example
 * ```ts
 * import { invoice } from "rateplan";
 * import { summariesFromRows, usageQuery } from "rateplan/sql";
 *
 * const calls = {
 *   id: "calls", name: "Calls", chargeType: "usage", unitOfMeasure: "call",
 *   pricing: { model: "per-unit", unitPrice: "0.02" },
 * } as const;
 * const plan = { id: "api", name: "API", currency: "EUR", billingCycle: "monthly", effectiveDate: "2026-01-01", charges: [calls] } as const;
 * const period = { start: "2026-01-01", end: "2026-02-01" };
 * const query = usageQuery({
 *   dialect: "duckdb",
 *   events: { table: "events.parquet", columns: { id: "id", customerId: "customer", unitOfMeasure: "unit", timestamp: "at" } },
 *   charges: [calls],
 *   segments: [{ customerId: "acme", subscriptionId: "s1", agentType: "api", period }],
 * });
 *
 * // const rows = (await connection.runAndReadAll(query.text, query.parameters)).getRowObjectsJS();
 * const rows = [{ kind: "state", charge: "0", segment: "0", keys: "[null,null,null,null,null]", data: '["650","650"]' }];
 * const document = invoice({
 *   catalog: { id: "p", name: "API", agentType: "api", effectiveDate: "2026-01-01", ratePlans: [plan] },
 *   subscription: { id: "s1", customerId: "acme", ratePlanId: "api", startDate: "2026-01-01" },
 *   period,
 *   usage: summariesFromRows(rows, query),
 *   policy: { deduplicate: false },
 * });
 * document.total; // => "13.00"
 * ```
 */
export function summariesFromRows(
  rows: readonly UsageRow[],
  query: UsageQuery,
): readonly UsageSummary[] {
  const issues: PricingIssue[] = [];
  const { charges, given, zones, deduplicate } = readQuery(query, issues);
  const read = readRows(rows, issues);
  throwIssues(issues);
  const segments = given ?? segmentsOfRows(read.segments, charges, zones, issues);
  throwIssues(issues);
  const plans = charges.map(chargePlan);
  const summaries = segments.flatMap((segment) => {
    const plan = plans[segment.charge];
    try {
      return plan === undefined ? [] : [summaryOf(segment, plan, read, deduplicate)];
    } catch (error) {
      if (error instanceof PricingError) throw error;
      const expected = "rows of this query's result, as the database gave them";
      issues.push(issueAt("invalid_value", [], { expected, received: segment.key }));
      return [];
    }
  });
  throwIssues(issues);
  return summaries;
}

interface ReadQuery {
  readonly charges: UsageQuery["charges"];
  readonly given: readonly KeyedSegment[] | undefined;
  readonly zones: readonly TimeZone[];
  readonly deduplicate: boolean;
}

/** A query may come from storage: it is read again, as its request was. */
function readQuery(query: unknown, issues: PricingIssue[]): ReadQuery {
  const own: PricingIssue[] = [];
  const required = ["charges", "deduplicate", "timeZones"] as const;
  const options = readOptions(query, QUERY_KEYS, own, { required });
  const policy = readPolicy(options.policy, own) ?? DEFAULT_POLICY;
  const charges = readCharges(options.charges, policy, own);
  const segments =
    options.segments === undefined
      ? undefined
      : readSegments(options.segments, charges, DIALECTS.postgresql, own);
  const zones = readTimeZones(options.timeZones ?? [], ["timeZones"], own);
  const deduplicate = readFlag(options.deduplicate, ["deduplicate"], true, own);
  for (const issue of own) issues.push(issueUnder(["query"], issue));
  return {
    charges,
    given: segments?.given && keyedSegments(segments.given),
    zones,
    deduplicate,
  };
}

/** One segment's usage: what the database gathered, and what the events that it gave come to. */
function summaryOf(
  segment: KeyedSegment,
  plan: ChargePlan,
  rows: ReadRows,
  deduplicate: boolean,
): UsageSummary {
  const { charge } = plan;
  const { customerId, subscriptionId, agentType, zone, period, pauses, asOf } = segment;
  const scope: UsageScope = { customerId, subscriptionId, agentType, zone, period, asOf };
  const events = (key: string) => (rows.events.get(key) ?? []).map(eventOfRow);
  const gathered = statesOfRows(rows.states.get(segment.key) ?? [], plan, segment);
  if (charge.outcome !== undefined) {
    const judged = rows.outcomes.get(segment.key) ?? [];
    const apart = outcomesApart(gathered, judged, plan, summaryHeader(charge, scope, true));
    const builder = summaryBuilder({ charge, scope, deduplicate: true, apart });
    const keys = [rowKey(segment.charge, segment.scope), segment.key];
    for (const event of keys.flatMap(events)) builder.add(event);
    return builder.build();
  }
  const given = [...events(rowKey(undefined, segment.scope)), ...events(segment.key)];
  const report = reportBuilder();
  for (const { count } of gathered.values()) report.add("matched", undefined, count);
  const own = countEvents(given, plan, { ...scope, pauses }, { deduplicate, report });
  const { aggregation } = plan.terms;
  const states = mergeAggregates(gathered, own, aggregation);
  return plainSummary(summaryHeader(charge, scope, false), states, report.build());
}

/** What the charge keeps of events that the database left to us. */
function countEvents(
  events: readonly unknown[],
  { charge, terms: { aggregation }, perEvent }: ChargePlan,
  scope: UsageScope,
  { deduplicate, report }: { readonly deduplicate: boolean; readonly report: ReportBuilder },
): AggregateStates {
  const { agentType, period, pauses, zone } = scope;
  const meters = chargeMeters([{ charge, agentType, period, pauses }], scope, undefined);
  const { classify } = classifier(meters);
  const states = aggregator({ aggregation, period, zone, perEvent });
  for (const event of distinct([...readEvents(events, scope, report, [])], deduplicate, report)) {
    const eventClass = classify(event);
    reportEvent(report, event.id, eventClass);
    for (const { event: counted } of eventClass.counted) states.add(counted);
  }
  return states.build();
}

function distinct(
  events: readonly ReadEvent[],
  deduplicate: boolean,
  report: ReportBuilder,
): readonly ReadEvent[] {
  if (!deduplicate) return events;
  return groupById(events).map(({ winner, copies, conflicts }) => {
    reportGroup(report, winner.id, copies, conflicts);
    return winner;
  });
}
