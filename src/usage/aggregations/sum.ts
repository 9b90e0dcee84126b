import * as z from "zod";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, formatExact } from "../../money/fraction.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";

export const sum: AggregationDefinition<"sum", Fraction> = {
  name: "sum",
  additive: true,
  start: ({ quantity }) => quantity,
  merge: add,
  result: (total) => total,
  stored: z.strictObject({ sum: exactText }),
  write: (total) => ({ sum: formatExact(total) }),
  read: (stored) => exact(stored.sum),
};
