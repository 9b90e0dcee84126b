import type { OutcomePolicy } from "../../catalog/outcome.js";
import { compareTexts } from "../../data/compare-texts.js";
import { groupBy } from "../../data/group-by.js";
import { divide, type Fraction, isZero, ONE, subtract, ZERO } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import { intervalIndex } from "../../time/interval-index.js";
import type { ReadEvent } from "../events/event.js";
import type { GroupKey } from "../meter/count-event.js";
import { billingMoments } from "./apply-signals.js";
import type { Era, JudgingSegment } from "./candidates.js";
import type { Fold } from "./fold.js";
import type { FoldedOutcome } from "./outcome.js";
import { uniqueKey } from "./uniqueness.js";

/** An outcome that the segment's own document has billed. */
export interface BilledOutcome {
  readonly id: string;
  readonly group: GroupKey;
  /** What was billed of it. */
  readonly quantity: Fraction;
  /** The share of it that was taken back since: 0 to 1. */
  readonly takenBack: Fraction;
}

/** What became of a segment's outcomes by now. */
interface OutcomesToday {
  /** Those that the segment bills. */
  readonly counted: readonly FoldedOutcome[];
  readonly groupOf: (event: ReadEvent) => GroupKey;
  readonly policy: OutcomePolicy;
}

/**
 * What the segment's own document has billed, in the order in which it became billable, and what of it is gone: taken
 * back, superseded, or moved to another period. Where another of the same key counts in its place, nothing is gone.
 */
export function billedOutcomes(
  before: readonly FoldedOutcome[],
  { counted, groupOf, policy }: OutcomesToday,
): readonly BilledOutcome[] {
  const wasBilled = new Set(before.map(({ event }) => event));
  const today = new Map(counted.map((outcome) => [outcome.event, outcome]));
  const arrivals = counted.filter(({ event }) => !wasBilled.has(event));
  const replacing = new Map<string | undefined, number>();
  for (const { event } of arrivals) {
    const key = uniqueKey(event, policy);
    replacing.set(key, (replacing.get(key) ?? 0) + 1);
  }
  return before
    .toSorted(
      (a, b) => (a.billableAt ?? 0) - (b.billableAt ?? 0) || compareTexts(a.event.id, b.event.id),
    )
    .map(({ event, quantity }) => {
      const now = today.get(event);
      const key = uniqueKey(event, policy);
      const others = key === undefined ? 0 : (replacing.get(key) ?? 0);
      const isReplaced = now === undefined && others > 0;
      if (isReplaced) replacing.set(key, others - 1);
      const left = now?.quantity ?? ZERO;
      return {
        id: event.id,
        group: groupOf(event),
        quantity,
        takenBack: isReplaced ? ZERO : shareGone(quantity, left),
      };
    });
}

function shareGone(billed: Fraction, left: Fraction): Fraction {
  if (isZero(left)) return ONE;
  return isZero(billed) ? ZERO : divide(subtract(billed, left), billed);
}

/** What the documents that billed segments have billed of an era's events, by what was known then. */
export function billedThen(
  { segments }: Era,
  events: readonly ReadEvent[],
  folds: ReadonlyMap<string, Fold>,
): ReadonlyMap<JudgingSegment, readonly FoldedOutcome[]> {
  const again = segments.filter(({ segment }) => segment.billedAsOf !== undefined);
  const then = new Map<JudgingSegment, FoldedOutcome[]>(again.map((each) => [each, []]));
  if (again.length === 0) return then;
  for (const [customerId, own] of groupBy(events, (event) => event.customerId)) {
    const fold = folds.get(customerId);
    if (fold === undefined) continue;
    const alike = groupBy(again, ({ segment }) => fold.knowledgeAt(segment.billedAsOf ?? 0));
    for (const [knowledge, members] of alike) {
      const inPeriod = segmentFinder(members);
      const possible = new Map<JudgingSegment, Set<ReadEvent>>();
      for (const event of own) {
        const life = fold.lifeOf(event, knowledge);
        for (const moment of life === undefined ? [] : billingMoments(life)) {
          for (const each of inPeriod(moment)) {
            possible.set(each, (possible.get(each) ?? new Set()).add(event));
          }
        }
      }
      for (const [each, some] of possible) {
        const { segment, scope } = each;
        for (const stood of fold.of(some, segment.billedAsOf ?? 0)) {
          if (isIn(stood.billableAt, scope.period)) then.get(each)?.push(stood);
        }
      }
    }
  }
  return then;
}

function isIn(instant: Instant | undefined, period: Interval | undefined): boolean {
  return instant !== undefined && (period === undefined || contains(period, instant));
}

/** Finds the segments that bill an instant. */
export function segmentFinder(
  segments: readonly JudgingSegment[],
): (instant: Instant) => readonly JudgingSegment[] {
  const never = { start: 0, end: 0 };
  const byTime = intervalIndex(segments, ({ scope }) => scope.period ?? never);
  const timeless = segments.filter(({ scope }) => scope.period === undefined);
  return (instant) => [...timeless, ...byTime.at(instant)];
}
