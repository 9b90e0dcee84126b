import * as z from "zod";
import { exact } from "../../money/decimal.js";
import { compare, type Fraction, formatExact } from "../../money/fraction.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";

export const max: AggregationDefinition<"max", Fraction> = {
  name: "max",
  additive: false,
  start: ({ quantity }) => quantity,
  merge: (a, b) => (compare(a, b) >= 0 ? a : b),
  result: (largest) => largest,
  stored: z.strictObject({ max: exactText }),
  write: (largest) => ({ max: formatExact(largest) }),
  read: (stored) => exact(stored.max),
};
