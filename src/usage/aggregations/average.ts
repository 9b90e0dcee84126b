import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { exact } from "../../money/decimal.js";
import { add, divide, type Fraction, formatExact, fraction } from "../../money/fraction.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";

interface Average {
  readonly sum: Fraction;
  readonly count: number;
}

export const average: AggregationDefinition<"average", Average> = {
  name: "average",
  additive: false,
  start: ({ quantity }) => ({ sum: quantity, count: 1 }),
  merge: (a, b) => ({ sum: add(a.sum, b.sum), count: a.count + b.count }),
  result: ({ sum, count }) => divide(sum, fraction(BigInt(count))),
  stored: onFirstUse(() => z.strictObject({ sum: exactText(), count: z.int().min(1) })),
  write: ({ sum, count }) => ({ sum: formatExact(sum), count }),
  read: ({ sum, count }) => ({ sum: exact(sum), count }),
};
