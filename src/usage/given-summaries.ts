import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge, pricesUsage } from "../catalog/charge-kinds.js";
import { canonicalJson } from "../data/canonical-json.js";
import { groupBy } from "../data/group-by.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import { valueOrReport } from "../schema/parse.js";
import { formatPeriod } from "../time/billing-period.js";
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
import { readStates } from "./summary/form.js";
import { headerMismatches, scopeOfHeader, summaryHeader } from "./summary/header.js";
import { safeParseSummary } from "./summary/schema.js";
import { storedEvent } from "./summary/stored-events.js";
import type { SummaryHeader, UsageSummary } from "./summary/summary.js";

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
  for (const { input, path: at } of list) {
    const summary = valueOrReport(safeParseSummary(input, at), issues);
    if (summary === undefined) continue;
    summarized.push({ chargeId: summary.chargeId, report: summary.report });
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
      const expected = `the id of a usage charge (${used.map(({ charge }) => charge.id).join(", ")})`;
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
    const expected = `a summary for charge ${segment.charge.id}`;
    issues.push(issueAt("missing_quantity", path, { expected, received: undefined }));
  }
  return { metered: usage, outcomes, levels, lateEventIds, summarized };
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

/**
 * Outcomes as segments bill them, by what their summaries hold: those of one charge together, as they may be unique across
 * segments, and with what is billed at prices that are in force no longer. The scope knows what no summary does, such as the
 * billing periods of the subscription.
 */
function judgedTogether(
  summaries: ReadonlyMap<UsageSegment, UsageSummary>,
  priced: readonly UsageSegment[],
  scope: UsageScope,
): readonly Judged[] {
  const byCharge = groupBy(summaries, ([{ charge, period }]) =>
    period === undefined ? undefined : charge.id,
  );
  return [...byCharge].flatMap(([chargeId, own]): readonly Judged[] => {
    const events = eventsIn(own.map(([, summary]) => summary));
    if (chargeId === undefined)
      return own.map(([segment, summary]) => judgedAlone(segment, summary));
    const together = priced.filter(
      (each) => each.charge.id === chargeId && (summaries.has(each) || each.isRunOff === true),
    );
    return [collectUsage(events, together, scope, true)];
  });
}

/** A simulation asks for no one's usage of no time; the summary says whose and when it is. */
function judgedAlone(segment: UsageSegment, summary: UsageSummary): Judged {
  const inForce = scopeOfHeader(summary);
  const own: UsageSegment = { ...segment, agentType: inForce.agentType, period: inForce.period };
  const { metered, outcomes, lateEventIds } = collectUsage(
    eventsIn([summary]),
    [own],
    inForce,
    true,
  );
  const ofSegment = <V>(found: ReadonlyMap<UsageSegment, V>) => {
    const value = found.get(own);
    return new Map(value === undefined ? [] : [[segment, value] as const]);
  };
  return {
    metered: ofSegment(metered),
    outcomes: ofSegment(outcomes),
    lateEventIds: ofSegment(lateEventIds),
  };
}

/** What summaries hold of events and signals, each once. */
function eventsIn(summaries: readonly UsageSummary[]): readonly unknown[] {
  const stored = summaries.flatMap(({ deduplication }) => [
    ...(deduplication?.events ?? []),
    ...(deduplication?.outcomes?.signals ?? []),
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
