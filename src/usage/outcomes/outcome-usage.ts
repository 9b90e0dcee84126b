import type { OutcomePolicy } from "../../catalog/outcome.js";
import { firstIndex } from "../../data/first-index.js";
import { type Fraction, sum } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import { eventKey } from "../events/deduplicate.js";
import type { ReadEvent } from "../events/event.js";
import type { UsageSegment } from "../meter/scope.js";
import { windowOf } from "./apply-signals.js";
import {
  type BilledOutcome,
  billedOutcomes,
  billedThen,
  segmentFinder,
} from "./billed-outcomes.js";
import type { Candidate, Era, JudgingSegment } from "./candidates.js";
import type { Fold } from "./fold.js";
import type { FoldedOutcome } from "./outcome.js";

/** Outcomes that are not final. */
export interface OpenOutcomes {
  readonly quantity: Fraction;
  /** When the earliest of them occurred; nothing where there are none. */
  readonly since: Instant | undefined;
}

/** What there is to say about a charge's outcomes beyond what it bills. */
export interface OutcomeUsage {
  /** What is billed and may still be reversed. */
  readonly reversible: OpenOutcomes;
  /** What is not billed yet and may still be, or is certain and belongs to a later document, whenever it occurred. */
  readonly pending: OpenOutcomes;
  /** How many outcomes there are that occurred before the period and could not be billed before it. */
  readonly waited: number;
  /** Attempts of the period, and those of them that are outcomes and were not taken back. */
  readonly attempts: number;
  readonly successes: number;
  /** What decided the outcomes of the period, and when it became known. */
  readonly decidedBy: readonly Arrival[];
  /** What of it was billed before, in the order in which it became billable; empty when it is billed first. */
  readonly billedBefore: readonly BilledOutcome[];
}

/** An event or signal, and when it became known. */
export interface Arrival {
  readonly id: string;
  readonly receivedAt: Instant;
}

/** What became of an event, and how it was counted when it occurred. */
export interface JudgedEvent extends Pick<Candidate, "counted"> {
  readonly outcome: FoldedOutcome;
}

/** What all segments of a charge share, by what its outcomes are now. */
export function factsOf(
  eras: readonly Era[],
  outcomes: readonly FoldedOutcome[],
  policyOf: (event: ReadEvent) => OutcomePolicy,
): Pick<ChargeFacts, "pending" | "waitedAt"> {
  return {
    pending: openOf(outcomes.filter(waitsFor(billedUntil(eras)))),
    waitedAt: waitingCounter(outcomes, policyOf),
  };
}

/** Up to when outcomes of a charge are billed, by its segments here and by earlier documents. */
function billedUntil(eras: readonly Era[]): Instant {
  const [era] = eras;
  const earlier = era?.first.scope.billedUntil?.(era.chargeId) ?? Number.NEGATIVE_INFINITY;
  const ends = eras.flatMap(({ segments }) => segments.map(({ scope }) => scope.period?.end));
  const until = ends.reduce<number>((a, b) => Math.max(a, b ?? a), earlier);
  return until === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : until;
}

/** What is the same for all segments of a charge. */
export interface ChargeFacts {
  readonly folds: ReadonlyMap<string, Fold>;
  /** By what identifies an event or signal. */
  readonly arrivals: ReadonlyMap<string, readonly Arrival[]>;
  readonly pending: OpenOutcomes;
  /** How many outcomes occurred before an instant and could not be billed before it. */
  readonly waitedAt: (start: Instant) => number;
}

/** Whether an outcome waits for a document after those that bill up to an instant. */
function waitsFor(until: Instant): (outcome: FoldedOutcome) => boolean {
  return ({ state, billableAt, event }) => {
    if (billableAt !== undefined) return billableAt >= until && event.timestamp < until;
    return state === "pending" || state === "confirmed";
  };
}

function waitingCounter(
  outcomes: readonly FoldedOutcome[],
  policyOf: (event: ReadEvent) => OutcomePolicy,
): (start: Instant) => number {
  const qualified = outcomes.filter(({ state }) => state !== "unqualified");
  const occurred = sorted(qualified.map(({ event }) => event.timestamp));
  const certain = sorted(qualified.map((each) => certainAt(each, policyOf(each.event))));
  const before = (moments: readonly Instant[], start: Instant) =>
    firstIndex(moments, (each) => each >= start);
  return (start) => before(occurred, start) - before(certain, start);
}

/** When an outcome was certain, whatever became of it since. */
function certainAt(
  { event, confirmedAt, billableAt, endedAt }: FoldedOutcome,
  { billOn }: OutcomePolicy,
): Instant {
  const never = Number.POSITIVE_INFINITY;
  const settled = billOn === "settled" ? (billableAt ?? endedAt ?? never) : event.timestamp;
  return Math.max(event.timestamp, confirmedAt ?? never, settled);
}

function sorted(moments: readonly Instant[]): readonly Instant[] {
  return moments.toSorted((a, b) => a - b);
}

/** What there is to say of each segment of an era. */
export function usageOf(
  era: Era,
  own: ReadonlyMap<ReadEvent, JudgedEvent>,
  { folds, arrivals, pending, waitedAt }: ChargeFacts,
): ReadonlyMap<UsageSegment, OutcomeUsage> {
  const inPeriod = segmentFinder(era.segments);
  const [billed, tried] = [grouped(era.segments), grouped(era.segments)];
  for (const { outcome } of own.values()) {
    const { billableAt, state, event } = outcome;
    if (billableAt !== undefined) {
      for (const each of inPeriod(billableAt)) billed.get(each)?.push(outcome);
    }
    if (state === "superseded") continue;
    for (const each of inPeriod(event.timestamp)) tried.get(each)?.push(outcome);
  }
  const before = billedThen(era, [...own.keys()], folds);
  const isFinal = windowOf(era.policy) === 0;
  return new Map(
    era.segments.map((each) => {
      const [now, then, attempts] = [
        billed.get(each) ?? [],
        before.get(each) ?? [],
        tried.get(each) ?? [],
      ];
      const { period } = each.scope;
      const touched = new Set([...now, ...then].map(({ event }) => event));
      const usage: OutcomeUsage = {
        reversible: openOf(isFinal ? [] : now.filter(({ state }) => state === "confirmed")),
        pending,
        waited: period === undefined ? 0 : waitedAt(period.start),
        attempts: attempts.length,
        successes: attempts.filter(({ state }) => !FAILED.has(state)).length,
        decidedBy: decisions(touched, own, arrivals),
        billedBefore: billedOutcomes(then, {
          counted: now,
          groupOf: (event) => own.get(event)?.counted.group ?? [],
          policy: era.policy,
        }),
      };
      return [each.segment, usage];
    }),
  );
}

const FAILED: ReadonlySet<string> = new Set(["unqualified", "blocked", "reversed"]);

function grouped(segments: readonly JudgingSegment[]): Map<JudgingSegment, FoldedOutcome[]> {
  return new Map(segments.map((each) => [each, []]));
}

/** What put outcomes where they stand, and when it became known. */
function decisions(
  events: Iterable<ReadEvent>,
  own: ReadonlyMap<ReadEvent, JudgedEvent>,
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
): readonly Arrival[] {
  const keys = new Set<string>();
  for (const event of events) {
    for (const { eventIds } of own.get(event)?.outcome.reasons ?? []) {
      for (const id of eventIds) keys.add(eventKey({ customerId: event.customerId, id }));
    }
  }
  return [...keys].flatMap((key) => arrivals.get(key) ?? []);
}

function openOf(outcomes: readonly FoldedOutcome[]): OpenOutcomes {
  const times = outcomes.map(({ event }) => event.timestamp);
  return {
    quantity: sum(outcomes.map(({ quantity }) => quantity)),
    since: times.length === 0 ? undefined : times.reduce((a, b) => Math.min(a, b)),
  };
}
