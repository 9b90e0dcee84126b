import type { UsageCharge } from "../../catalog/charge.js";
import type { OutcomePolicy } from "../../catalog/outcome.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { groupBy } from "../../data/group-by.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { type IntervalIndex, intervalIndex } from "../../time/interval-index.js";
import type { ReadEvent } from "../events/event.js";
import { type CountedEvent, countEvent, type MeterTerms } from "../meter/count-event.js";
import { countingFinder } from "../meter/event-finder.js";
import { type UsageScope, type UsageSegment, whyOutOfScope } from "../meter/scope.js";

/** A segment that judges outcomes: how its charge counts, whose outcomes, and of which time. */
export interface JudgingSegment {
  readonly segment: UsageSegment;
  readonly charge: UsageCharge;
  readonly terms: MeterTerms;
  readonly scope: UsageScope;
}

/** The segments that price the outcomes of one time at the same terms, by the policy that was in force then. */
export interface Era {
  readonly chargeId: string;
  readonly policy: OutcomePolicy;
  /** When the outcomes occurred; nothing where that does not matter. */
  readonly time: readonly Interval[] | undefined;
  /** The first of its segments; it stands for all in everything but the period. */
  readonly first: JudgingSegment;
  readonly segments: readonly JudgingSegment[];
}

/** An event that may be an outcome: as it is counted, and by the prices of which time. */
export interface Candidate {
  readonly event: ReadEvent;
  readonly era: Era;
  readonly counted: CountedEvent;
  /** All eras of the charge in which it occurred. */
  readonly within: readonly Era[];
}

const termsOf = new WeakMap<UsageCharge, string>();

/** Groups segments by everything but their periods, in their order. */
export function erasOf(segments: readonly JudgingSegment[]): readonly Era[] {
  const timeOf = timeReader(segments);
  const places = new Map<unknown, number>();
  const nameOf = (segment: JudgingSegment) => {
    const { charge, terms, scope } = segment;
    const time = timeOf(segment);
    const place = places.get(time) ?? places.size;
    places.set(time, place);
    const text =
      termsOf.get(charge) ?? canonicalJson([charge.id, terms, charge.outcome, charge.pricing]);
    termsOf.set(charge, text);
    return `${place} ${JSON.stringify(scope.agentType ?? null)} ${text}`;
  };
  return [...groupBy(segments, nameOf).values()].flatMap((own): readonly Era[] => {
    const [first] = own;
    const policy = first?.charge.outcome;
    if (first === undefined || policy === undefined) return [];
    return [{ chargeId: first.charge.id, policy, time: timeOf(first), first, segments: own }];
  });
}

/**
 * The time of a segment's outcomes: the longest that is the same up to the end of the segment's period. What occurs after
 * that is never billed in it, so that all segments of an era look at the same outcomes, however far each knows the era.
 */
function timeReader(
  segments: readonly JudgingSegment[],
): (segment: JudgingSegment) => readonly Interval[] | undefined {
  const longest = new Map<Instant | undefined, readonly Interval[]>();
  for (const { occurredIn } of segments.map(({ segment }) => segment)) {
    if (occurredIn === undefined) continue;
    const start = occurredIn[0]?.start;
    const known = longest.get(start);
    if (known === undefined || endOf(known) < endOf(occurredIn)) longest.set(start, occurredIn);
  }
  const alike = new Map<string, readonly Interval[]>();
  return ({ segment: { occurredIn }, scope: { period } }) => {
    if (occurredIn === undefined) return undefined;
    const whole = longest.get(occurredIn[0]?.start) ?? occurredIn;
    if (isSameUntil(period?.end ?? Number.POSITIVE_INFINITY, occurredIn, whole)) return whole;
    const text = JSON.stringify(occurredIn);
    const known = alike.get(text) ?? occurredIn;
    alike.set(text, known);
    return known;
  };
}

function endOf(intervals: readonly Interval[]): Instant {
  return intervals.at(-1)?.end ?? Number.NEGATIVE_INFINITY;
}

/** Whether two lists of intervals, each in the order of time, cover the same time before an instant. */
function isSameUntil(end: Instant, a: readonly Interval[], b: readonly Interval[]): boolean {
  for (let index = 0; ; index += 1) {
    const [one, other] = [a[index], b[index]];
    if ((one?.start ?? end) >= end && (other?.start ?? end) >= end) return true;
    if (one === undefined || other === undefined || one.start !== other.start) return false;
    if (Math.min(one.end, end) !== Math.min(other.end, end)) return false;
  }
}

/** The events that may be outcomes, by the id of the charge that may count them. */
export function candidatesIn(
  events: Iterable<ReadEvent>,
  eras: readonly Era[],
): ReadonlyMap<string, readonly Candidate[]> {
  const placeOf = new Map(eras.map((era, place) => [era, place]));
  const filters = [...groupBy(eras, filterName).values()].map(filterGroup);
  const find = countingFinder(filters, ({ first }) => first.terms);
  const found = new Map<string, Candidate[]>();
  for (const event of events) {
    const within = find(event).flatMap((filter) => occurredWithin(event, filter));
    for (const [chargeId, own] of groupBy(within, (era) => era.chargeId)) {
      const inOrder = own.toSorted((a, b) => (placeOf.get(a) ?? 0) - (placeOf.get(b) ?? 0));
      const candidate = candidateOf(event, inOrder);
      if (candidate === undefined) continue;
      const list = found.get(chargeId);
      if (list === undefined) found.set(chargeId, [candidate]);
      else list.push(candidate);
    }
  }
  return found;
}

/** Eras of one charge that count the same events, each of its time. */
interface FilterGroup {
  readonly first: JudgingSegment;
  readonly byTime: IntervalIndex<{ readonly era: Era; readonly span: Interval }>;
  /** Those that look at outcomes of any time. */
  readonly timeless: readonly Era[];
}

function filterName({ chargeId, first: { terms, scope } }: Era): string {
  return canonicalJson([chargeId, terms.unitOfMeasure, terms.filter, scope.agentType]);
}

function filterGroup(eras: readonly Era[]): FilterGroup {
  const [era] = eras;
  if (era === undefined) throw new Error("unreachable: a group without members");
  const spans = eras.flatMap((each) => (each.time ?? []).map((span) => ({ era: each, span })));
  return {
    first: era.first,
    byTime: intervalIndex(spans, ({ span }) => span),
    timeless: eras.filter(({ time }) => time === undefined),
  };
}

/** The eras in which an event occurred, of those that may count it. */
function occurredWithin(
  event: ReadEvent,
  { first, byTime, timeless }: FilterGroup,
): readonly Era[] {
  if (whyOutOfScope(event, first.scope) !== undefined) return [];
  return [...timeless, ...new Set(byTime.at(event.timestamp).map(({ era }) => era))];
}

/** The prices of its time are those of the first era that counts it. */
function candidateOf(event: ReadEvent, within: readonly Era[]): Candidate | undefined {
  for (const era of within) {
    const { charge, terms, scope } = era.first;
    const counted = countEvent(charge, terms, event, scope.zone);
    if (typeof counted !== "string") return { event, era, counted, within };
  }
  return undefined;
}
