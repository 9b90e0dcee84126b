import * as z from "zod";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, formatExact, fraction, multiply } from "../../money/fraction.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";

/** Each quantity is a change of level and counts for the part of the period that is left after it. */
export const weightedSum: AggregationDefinition<"weighted-sum", Fraction> = {
  name: "weighted-sum",
  additive: false,
  needsPeriod: true,
  start({ quantity, timestamp }, period) {
    if (period === undefined) throw new Error("unreachable: a weighted sum without a period");
    const left = fraction(BigInt(period.end - timestamp), BigInt(period.end - period.start));
    return multiply(quantity, left);
  },
  merge: add,
  result: (total) => total,
  stored: z.strictObject({ weighted: exactText }),
  write: (total) => ({ weighted: formatExact(total) }),
  read: (stored) => exact(stored.weighted),
};
