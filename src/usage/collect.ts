import { isUsageCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { compareTexts } from "../data/compare-texts.js";
import { type ChargeMeter, classifier, type EventClass, type MeterGroup } from "./classify.js";
import type { ReadEvent, ReadSignal } from "./events/event.js";
import { givenId } from "./events/identity.js";
import { NO_EVENTS, reportBuilder, reportEvent, type UsageReport } from "./events/report.js";
import { withoutDisplaced } from "./lanes/displaced.js";
import { knownEvents } from "./lanes/known-events.js";
import type { Rivals } from "./lanes/known-ids.js";
import { type LanesByUnit, laneSums, lanesByUnit } from "./lanes/lane.js";
import {
  type AggregateStates,
  type Aggregator,
  aggregator,
  mergeAggregates,
} from "./meter/aggregate.js";
import { meterTerms } from "./meter/count-event.js";
import { closingLevels, type GroupLevel, openedBy, type RecordedLevels } from "./meter/levels.js";
import { type Metered, meter } from "./meter/metered.js";
import { scopeOf, type UsageScope, type UsageSegment } from "./meter/scope.js";
import {
  type JudgedEra,
  judgeOutcomes,
  judgesOutcomes,
  type KnownEvents,
} from "./outcomes/judge-outcomes.js";
import type { OutcomeUsage } from "./outcomes/outcome-usage.js";

/** What each segment is priced from. */
export type MeteredUsage = ReadonlyMap<UsageSegment, readonly Metered[]>;

/** Usage as charges are priced from it, and what became of the events. */
export interface ResolvedUsage {
  readonly metered: MeteredUsage;
  /** What became of outcomes, of the segments that judge them. */
  readonly outcomes: ReadonlyMap<UsageSegment, OutcomeUsage>;
  /** How levels that persist stand at the end of each segment's period. */
  readonly levels: ReadonlyMap<UsageSegment, readonly GroupLevel[]>;
  /** What became known since the usage was billed: ids of events and signals, sorted, up to 100 for each segment. */
  readonly lateEventIds: ReadonlyMap<UsageSegment, readonly string[]>;
  readonly report: UsageReport;
  /** How many events are of a time that is billed, and not billed again here. */
  readonly tooLate: number;
  /** What became of the events that summaries were made of, where usage came as such. */
  readonly summarized: readonly SummarizedReport[];
}

/** Usage of nothing. */
export const NOTHING_RESOLVED: ResolvedUsage = {
  metered: new Map(),
  outcomes: new Map(),
  levels: new Map(),
  lateEventIds: new Map(),
  report: NO_EVENTS,
  tooLate: 0,
  summarized: [],
};

/** What became of the events of one summary. */
export interface SummarizedReport {
  readonly chargeId: string;
  readonly report: UsageReport;
}

/** What usage is resolved for. */
export interface UsageContext {
  readonly segments: readonly UsageSegment[];
  readonly scope: UsageScope;
  readonly policy: BillingPolicy;
}

const NOTHING_APART: ReadonlyMap<UsageSegment, AggregateStates> = new Map();
const NO_LANES: LanesByUnit = new Map();
const MOST_LATE_EVENTS = 100;

/**
 * Sorts events out for the usage charges among the segments, whatever they are. What is `apart` is counted already, for each segment by
 * itself.
 *
 * @throws {PricingError} where an event is another each time it is looked at
 */
export function collectUsage(
  input: Iterable<unknown>,
  segments: readonly UsageSegment[],
  scope: UsageScope,
  deduplicate: boolean,
  apart: ReadonlyMap<UsageSegment, AggregateStates> = NOTHING_APART,
): ResolvedUsage {
  const report = reportBuilder();
  const signals: ReadSignal[] = [];
  // Levels on record may have counted what another delivery has taken the place of.
  const isRecorded = deduplicate && segments.some((each) => each.recorded !== undefined);
  const rivals: Rivals[] | undefined = isRecorded ? [] : undefined;
  const task = { scope, deduplicate, report, signals, rivals };
  // Outcomes are judged by all events together; without them, events are counted as they come.
  const judged = segments.some(judgesOutcomes)
    ? { events: [...knownEvents(input, task, { byUnit: NO_LANES, sums: laneSums(0) })], signals }
    : undefined;
  const corrected = new Map<ChargeMeter, RecordedLevels>();
  const recordedOf = (each: ChargeMeter) => corrected.get(each) ?? each.segment.recorded;
  const { groups, classify } = classifier(chargeMeters(segments, scope, judged), recordedOf);
  const byUnit = judged === undefined ? lanesByUnit(groups.map(({ first }) => first)) : NO_LANES;
  const sums = laneSums(groups.length);
  const tallies = new Map(groups.map((group) => [group, groupTally(group)]));
  let tooLate = 0;
  const counting = judged?.events ?? knownEvents(input, task, { byUnit, sums });
  const events = rivals === undefined ? counting : [...counting];
  for (const { first } of groups) {
    const { recorded } = first.segment;
    if (rivals === undefined || rivals.length === 0 || recorded === undefined) continue;
    corrected.set(first, withoutDisplaced(recorded, first, rivals));
  }
  for (const event of events) {
    const eventClass = classify(event);
    reportEvent(report, event.id, eventClass);
    if (isTooLate(event, eventClass, scope)) tooLate += 1;
    for (const { groups: counting, event: one } of eventClass.counted) {
      for (const group of counting) {
        const tally = tallies.get(group);
        tally?.counted.add(one);
        if (isLate(event, group.first.segment)) tally?.late.push(event.id);
      }
    }
  }
  const metered = new Map<UsageSegment, readonly Metered[]>();
  const outcomes = new Map<UsageSegment, OutcomeUsage>();
  const levels = new Map<UsageSegment, readonly GroupLevel[]>();
  const lateEventIds = new Map<UsageSegment, readonly string[]>();
  for (const [slot, [group, { counted, late }]] of [...tallies].entries()) {
    const { aggregation } = group.first.terms;
    const recorded = recordedOf(group.first);
    report.add("matched", undefined, sums.count(slot));
    counted.merge(sums.states(slot, group.first));
    const own = counted.build();
    const states =
      recorded === undefined
        ? own
        : mergeAggregates(openedBy(recorded.levels, aggregation), own, aggregation);
    const lateIds = firstIds(late);
    for (const { segment, charge, outcomes: era } of group.meters) {
      const more = apart.get(segment);
      const all = more === undefined ? states : mergeAggregates(states, more, aggregation);
      metered.set(segment, meter(charge, all));
      const closing = closingLevels(charge, states);
      if (closing !== undefined) levels.set(segment, closing);
      const usage = era?.usage.get(segment);
      if (usage !== undefined) outcomes.set(segment, usage);
      const decisive = usage?.decidedBy.filter((each) => isLate(each, segment)) ?? [];
      const ids = decisive.map(({ id }) => id);
      lateEventIds.set(segment, ids.length === 0 ? lateIds : firstIds([...lateIds, ...ids]));
    }
  }
  return {
    metered,
    outcomes,
    levels,
    lateEventIds,
    report: report.build(),
    tooLate,
    summarized: [],
  };
}

function firstIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.map(givenId))].sort(compareTexts).slice(0, MOST_LATE_EVENTS);
}

/** What meters of one group have counted, and the ids of what of it is late. */
interface GroupTally {
  readonly counted: Aggregator;
  readonly late: string[];
}

function groupTally({ first: { terms, scope } }: MeterGroup): GroupTally {
  const { period, zone } = scope;
  return { counted: aggregator({ aggregation: terms.aggregation, period, zone }), late: [] };
}

/** Whether something became known after the document that billed a segment. */
function isLate(
  { receivedAt }: { readonly receivedAt: number },
  { billedAsOf = Number.POSITIVE_INFINITY }: UsageSegment,
): boolean {
  return receivedAt > billedAsOf;
}

/**
 * Whether an event is of a time that is billed, by a document that did not know it, or without anybody having asked. One
 * that only moves the level of later periods was in it, unless it came too late.
 */
function isTooLate(
  { receivedAt, timestamp }: ReadEvent,
  { bucket, counted }: EventClass,
  scope: UsageScope,
): boolean {
  const isBefore = ({ first }: MeterGroup) => timestamp < (first.scope.period?.start ?? timestamp);
  const opens = counted.length > 0 && counted.every(({ groups }) => groups.every(isBefore));
  if (bucket !== "outside-period" && !opens) return false;
  const billedAsOf = scope.billedAsOf?.(timestamp) ?? Number.POSITIVE_INFINITY;
  return receivedAt > billedAsOf || (!opens && scope.isClosed?.(timestamp) === true);
}

/** The meters of the segments whose charges price usage. Outcomes of one charge are judged once for all its segments. */
export function chargeMeters(
  segments: readonly UsageSegment[],
  outer: UsageScope,
  known: KnownEvents | undefined,
): readonly ChargeMeter[] {
  const meters = segments.flatMap((segment): readonly Omit<ChargeMeter, "outcomes">[] => {
    const { charge } = segment;
    if (!isUsageCharge(charge)) return [];
    return [{ segment, charge, terms: meterTerms(charge), scope: scopeOf(segment, outer) }];
  });
  const judged = new Map<UsageSegment, JudgedEra>();
  if (known !== undefined) {
    for (const era of judgeOutcomes(meters.filter(judgesOutcomes), known)) {
      for (const { segment } of era.era.segments) judged.set(segment, era);
    }
  }
  return meters.map((each) => ({ ...each, outcomes: judged.get(each.segment) }));
}
