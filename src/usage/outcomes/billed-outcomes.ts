import type { OutcomePolicy } from "../../catalog/outcome.js";
import { compareTexts } from "../../data/compare-texts.js";
import { divide, type Fraction, isZero, ONE, subtract, ZERO } from "../../money/fraction.js";
import type { GroupKey } from "../meter/count-event.js";
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
  readonly own: readonly FoldedOutcome[];
  readonly groupOf: (id: string) => GroupKey;
  /** Whether the segment bills an outcome. */
  readonly isCounted: (id: string) => boolean;
  readonly policy: OutcomePolicy;
}

/**
 * What the segment's own document has billed, in the order in which it became billable, and what of it is gone: taken
 * back, superseded, or moved to another period. Where another of the same key counts in its place, nothing is gone.
 */
export function billedOutcomes(
  before: readonly FoldedOutcome[],
  { own, groupOf, isCounted, policy }: OutcomesToday,
): readonly BilledOutcome[] {
  const wasBilled = new Set(before.map(({ event }) => event.id));
  const today = new Map(own.map((outcome) => [outcome.event.id, outcome]));
  const arrivals = own.filter(({ event }) => isCounted(event.id) && !wasBilled.has(event.id));
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
      const { id } = event;
      const now = today.get(id);
      const key = uniqueKey(event, policy);
      const others = key === undefined ? 0 : (replacing.get(key) ?? 0);
      const isReplaced = !isCounted(id) && others > 0;
      if (isReplaced) replacing.set(key, others - 1);
      const left = now !== undefined && isCounted(id) ? now.quantity : ZERO;
      return {
        id,
        group: groupOf(id),
        quantity,
        takenBack: isReplaced ? ZERO : shareGone(quantity, left),
      };
    });
}

function shareGone(billed: Fraction, left: Fraction): Fraction {
  if (isZero(left)) return ONE;
  return isZero(billed) ? ZERO : divide(subtract(billed, left), billed);
}
