import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, formatExact, fraction, multiply, ZERO } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";
import { carried } from "./carry-over.js";
import { changes } from "./level.js";

/** The part of a period that is left at an instant. */
export function shareLeft(instant: Instant, { start, end }: Interval): Fraction {
  return fraction(BigInt(end - instant), BigInt(end - start));
}

/** Each quantity is a change of level and counts for the part of the period that is left after it. */
export const weightedSum: AggregationDefinition<"weighted-sum", Fraction> = {
  name: "weighted-sum",
  additive: false,
  needsPeriod: true,
  start({ quantity, timestamp }, period) {
    if (period === undefined) throw new Error("unreachable: a weighted sum without a period");
    return multiply(quantity, shareLeft(timestamp, period));
  },
  merge: add,
  result: (total) => total,
  stored: onFirstUse(() => z.strictObject({ weighted: exactText() })),
  write: (total) => ({ weighted: formatExact(total) }),
  read: (stored) => exact(stored.weighted),
};

/** What the period opens with counts in full. */
export const carriedWeightedSum = carried({
  base: weightedSum,
  kind: changes,
  result: ({ opening = ZERO, within = ZERO }) => add(opening, within),
});
