import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge, pricesUsage } from "../catalog/charge-kinds.js";
import { canonicalJson } from "../data/canonical-json.js";
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
  const used = segments.filter(
    ({ charge, isRunOff }) => isUsageCharge(charge) && isRunOff !== true,
  );
  const summarized: SummarizedReport[] = [];
  for (const { input, path: at } of list) {
    const summary = valueOrReport(safeParseSummary(input, at), issues);
    if (summary === undefined) continue;
    summarized.push({ chargeId: summary.chargeId, report: summary.report });
    const found = segmentsFor(summary, used);
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
      const wanted = wantedHeader(summary, segment.charge, segment, scope, policy.deduplicate);
      const mismatches = headerMismatches(wanted, summary);
      for (const issue of mismatches) issues.push(issueUnder(at, issue));
      const judged = mismatches.length === 0 ? judgedFor(segment, summary, scope) : undefined;
      const states = withRecorded(readStates(summary), summary, segment);
      usage.set(segment, judged?.metered ?? meter(segment.charge, states));
      const closing = closingLevels(segment.charge, states);
      if (closing !== undefined) levels.set(segment, closing);
      if (judged?.outcomes !== undefined) outcomes.set(segment, judged.outcomes);
      lateEventIds.set(segment, judged?.lateEventIds ?? []);
    }
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

/** The outcomes in a summary as the segment bills them; nothing where it judges none. */
function judgedFor(segment: UsageSegment, summary: UsageSummary, scope: UsageScope) {
  const { deduplication } = summary;
  if (deduplication?.outcomes === undefined) return undefined;
  // A simulation asks for no one's usage of no time; the summary says whose and when it is.
  const inForce = segment.period === undefined ? scopeOfHeader(summary) : scope;
  const { agentType, period } = segment.period === undefined ? inForce : segment;
  const own: UsageSegment = { ...segment, agentType, period };
  // The scope may know what the summary does not, such as the billing periods of the subscription.
  const stored = [...deduplication.events, ...deduplication.outcomes.signals];
  const events = stored.map(({ payload, receivedAt = "" }) => storedEvent(payload, receivedAt));
  const collected = collectUsage(events, [own], inForce, true);
  return {
    metered: collected.metered.get(own),
    outcomes: collected.outcomes.get(own),
    lateEventIds: collected.lateEventIds.get(own),
  };
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
