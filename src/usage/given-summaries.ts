import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge, pricesUsage } from "../catalog/charge-kinds.js";
import { canonicalJson } from "../data/canonical-json.js";
import { groupBy } from "../data/group-by.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import { exact } from "../money/decimal.js";
import { add } from "../money/fraction.js";
import { valueOrReport } from "../schema/parse.js";
import { among } from "../schema/wording.js";
import { formatPeriod } from "../time/billing-period.js";
import { instantOf } from "../time/date.js";
import type { Interval } from "../time/interval.js";
import { UTC } from "../time/zone.js";
import {
  collectUsage,
  type ResolvedUsage,
  type SummarizedReport,
  type UsageContext,
} from "./collect.js";
import { type AggregateStates, mergeAggregates } from "./meter/aggregate.js";
import { closingLevels, type GroupLevel, openedBy } from "./meter/levels.js";
import { type Metered, meter } from "./meter/metered.js";
import { scopeOf, type UsageScope, type UsageSegment } from "./meter/scope.js";
import type { OutcomeUsage } from "./outcomes/outcome-usage.js";
import { readGroups, readStates } from "./summary/form.js";
import { headerMismatches, intervalOf, scopeOfHeader, summaryHeader } from "./summary/header.js";
import { safeParseSummary } from "./summary/schema.js";
import { storedEvent } from "./summary/stored-events.js";
import type { OutcomesApart, SummaryHeader, UsageSummary } from "./summary/summary.js";

/** A summary, and where it stands in what the caller passed. */
export interface GivenSummary {
  readonly input: unknown;
  readonly path: readonly PathSegment[];
}

/** What summaries say about the segments that they are for. */
export type SummarizedUsage = Omit<ResolvedUsage, "report" | "tooLate">;

/** Summaries, one for each segment that prices usage. */
export function summariesGiven(
  list: readonly GivenSummary[],
  { segments, scope, policy }: UsageContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): SummarizedUsage {
  const usage = new Map<UsageSegment, readonly Metered[]>();
  const outcomes = new Map<UsageSegment, OutcomeUsage>();
  const levels = new Map<UsageSegment, readonly GroupLevel[]>();
  const lateEventIds = new Map<UsageSegment, readonly string[]>();
  const priced = segments.filter(({ charge }) => isUsageCharge(charge));
  const used = priced.filter(({ isRunOff }) => isRunOff !== true);
  const runOffs = priced.filter(({ isRunOff }) => isRunOff === true);
  const judged = new Map<UsageSegment, UsageSummary>();
  const summarized: SummarizedReport[] = [];
  const periods = new Map<string, readonly Interval[]>();
  for (const { input, path: at } of list) {
    const summary = valueOrReport(safeParseSummary(input, at), issues);
    if (summary === undefined) continue;
    summarized.push({ chargeId: summary.chargeId, report: summary.report });
    const period = intervalOf(summary.period);
    if (period !== undefined)
      periods.set(summary.chargeId, [...(periods.get(summary.chargeId) ?? []), period]);
    const mismatchesOf = (segment: UsageSegment) => {
      if (!isUsageCharge(segment.charge)) return [];
      const wanted = wantedHeader(summary, segment.charge, segment, scope, policy.deduplicate);
      return headerMismatches(wanted, summary);
    };
    const fits = (segment: UsageSegment) =>
      !usage.has(segment) && mismatchesOf(segment).length === 0;
    const own = segmentsFor(summary, used);
    const waiting = own.some(fits) ? [] : segmentsFor(summary, runOffs).filter(fits).slice(0, 1);
    const found = waiting.length > 0 ? waiting : own;
    if (found.length === 0) {
      const expected = among(
        "the id of a usage charge",
        used.map(({ charge }) => charge.id),
      );
      const facts = { expected, received: summary.chargeId };
      issues.push(issueAt("unknown_charge", [...at, "chargeId"], facts));
      continue;
    }
    if (found.some((segment) => usage.has(segment))) {
      const expected = "one summary for each charge; mergeUsage adds them";
      issues.push(issueAt("ambiguous_usage", at, { expected, received: summary.chargeId }));
    }
    for (const segment of found) {
      if (!isUsageCharge(segment.charge)) continue;
      const mismatches = mismatchesOf(segment);
      for (const issue of mismatches) issues.push(issueUnder(at, issue));
      const states = withRecorded(readStates(summary), summary, segment);
      usage.set(segment, meter(segment.charge, states));
      const closing = closingLevels(segment.charge, states);
      if (closing !== undefined) levels.set(segment, closing);
      lateEventIds.set(segment, []);
      if (mismatches.length === 0 && summary.judgesOutcomes) judged.set(segment, summary);
    }
  }
  for (const each of judgedTogether(judged, priced, scope)) {
    for (const [segment, metered] of each.metered) usage.set(segment, metered);
    for (const [segment, judgement] of each.outcomes) outcomes.set(segment, judgement);
    for (const [segment, ids] of each.lateEventIds) lateEventIds.set(segment, ids);
  }
  for (const segment of used.filter((each) => pricesUsage(each.charge) && !usage.has(each))) {
    const stretches = periods.get(segment.charge.id) ?? [];
    issues.push(issueAt("missing_quantity", path, missingSummary(segment, stretches, scope)));
  }
  return { metered: usage, outcomes, levels, lateEventIds, summarized };
}

/** Which stretch of a charge has no summary, and which have one. */
function missingSummary(
  { charge, period }: UsageSegment,
  given: readonly Interval[],
  { zone = UTC }: UsageScope,
) {
  const named = (each: Interval) => {
    const { start, end } = formatPeriod(each, zone);
    return `${start} to ${end}`;
  };
  const expected = `a summary for charge ${charge.id}${period === undefined ? "" : `, of ${named(period)}`}`;
  if (given.length === 0) return { expected, received: undefined };
  return { expected, found: given.map((each) => `one of ${named(each)}`).join(", ") };
}

/** What a summary holds, with the levels on record where it was made without what came before. */
function withRecorded(
  states: AggregateStates,
  { aggregation }: UsageSummary,
  { recorded }: UsageSegment,
): AggregateStates {
  if (recorded === undefined) return states;
  return mergeAggregates(openedBy(recorded.levels, aggregation, states), states, aggregation);
}

type Judged = Pick<ResolvedUsage, "metered" | "outcomes" | "lateEventIds">;
type BySegment = ReadonlyMap<UsageSegment, UsageSummary>;

/**
 * Outcomes as segments bill them, by what their summaries hold: those of one charge together, as they may be unique across
 * segments, and with what is billed at prices that are in force no longer. The scope knows what no summary does, such as the
 * billing periods of the subscription.
 */
function judgedTogether(
  summaries: BySegment,
  priced: readonly UsageSegment[],
  scope: UsageScope,
): readonly Judged[] {
  const byCharge = groupBy(summaries, ([{ charge, period }]) =>
    period === undefined ? undefined : charge.id,
  );
  return [...byCharge].flatMap(([chargeId, own]): readonly Judged[] => {
    if (chargeId === undefined) return own.map((each) => judgedAlone(...each));
    const together = priced.filter(
      (each) => each.charge.id === chargeId && (summaries.has(each) || each.isRunOff === true),
    );
    return [judgedFrom(new Map(own), together, scope)];
  });
}

/** A simulation asks for no one's usage of no time; the summary says whose and when it is. */
function judgedAlone(segment: UsageSegment, summary: UsageSummary): Judged {
  const inForce = scopeOfHeader(summary);
  const agentType = segment.agentType ?? inForce.agentType;
  const own: UsageSegment = { ...segment, agentType, period: inForce.period };
  const judged = judgedFrom(new Map([[own, summary]]), [own], inForce);
  const renamed = <V>(found: ReadonlyMap<UsageSegment, V>) =>
    new Map([...found].map(([, value]) => [segment, value]));
  return {
    metered: renamed(judged.metered),
    outcomes: renamed(judged.outcomes),
    lateEventIds: renamed(judged.lateEventIds),
  };
}

function judgedFrom(
  summaries: BySegment,
  segments: readonly UsageSegment[],
  scope: UsageScope,
): Judged {
  const counted = new Map<UsageSegment, AggregateStates>();
  for (const [segment, summary] of summaries) {
    const { apart } = summary.deduplication?.outcomes ?? {};
    if (apart !== undefined) counted.set(segment, readGroups(apart.groups, summary));
  }
  const events = eventsIn([...summaries.values()]);
  const judged = collectUsage(events, segments, scope, true, counted);
  const outcomes = new Map(judged.outcomes);
  for (const [segment, { deduplication }] of summaries) {
    const [own, apart] = [outcomes.get(segment), deduplication?.outcomes?.apart];
    if (own !== undefined && apart !== undefined) outcomes.set(segment, withApart(own, apart));
  }
  return { ...judged, outcomes };
}

/** What there is to say about outcomes, with those that are judged already. */
function withApart(
  usage: OutcomeUsage,
  { attempts, successes, reversible }: OutcomesApart,
): OutcomeUsage {
  const { quantity, since } = usage.reversible;
  const more = reversible === null ? undefined : instantOf(reversible.since, UTC);
  return {
    ...usage,
    attempts: usage.attempts + attempts,
    successes: usage.successes + successes,
    reversible: {
      quantity: reversible === null ? quantity : add(quantity, exact(reversible.quantity)),
      since: more === undefined ? since : Math.min(more, since ?? more),
    },
  };
}

/** What summaries hold of events and signals, each once. */
function eventsIn(summaries: readonly UsageSummary[]): readonly unknown[] {
  const stored = summaries.flatMap(({ deduplication }) => [
    ...(deduplication?.events ?? []),
    ...(deduplication?.outcomes?.signals ?? []),
    ...(deduplication?.outcomes?.heard ?? []),
  ]);
  const once = new Map(stored.map((each) => [`${each.receivedAt} ${each.payload}`, each]));
  return [...once.values()].map(({ payload, receivedAt = "" }) => storedEvent(payload, receivedAt));
}

/** What the header of a summary for a segment must be. */
function wantedHeader(
  { customerId, subscriptionId, agentType, timeZone, period, asOf }: UsageSummary,
  charge: UsageCharge,
  segment: UsageSegment,
  scope: UsageScope,
  deduplicate: boolean,
): SummaryHeader {
  // Outcomes are told apart by the ids of their events, whatever the policy says of other events.
  const isDeduplicated = deduplicate || charge.outcome !== undefined;
  const header = summaryHeader(charge, scopeOf(segment, scope), isDeduplicated);
  if (segment.period !== undefined) return header;
  // A simulation asks no one's usage of no time: it takes whatever the summary is of. Only agent types are a product's.
  return {
    ...header,
    customerId,
    subscriptionId,
    agentType: segment.agentType ?? agentType,
    ...(timeZone === undefined ? {} : { timeZone }),
    period,
    asOf,
  };
}

/** The segments of a summary: of its charge, and, where the charge is billed for several stretches, of its period. */
function segmentsFor(
  { chargeId, period }: UsageSummary,
  segments: readonly UsageSegment[],
): readonly UsageSegment[] {
  const own = segments.filter(({ charge }) => charge.id === chargeId);
  const ofPeriod = own.filter(
    (each) =>
      each.period !== undefined &&
      period !== null &&
      canonicalJson(formatPeriod(each.period, UTC)) === canonicalJson(period),
  );
  return ofPeriod.length > 0 ? ofPeriod : own.slice(0, 1);
}
