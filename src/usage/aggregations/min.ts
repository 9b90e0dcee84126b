import * as z from "zod";
import { exact } from "../../money/decimal.js";
import { type Fraction, formatExact, minimumOf } from "../../money/fraction.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";

export const min: AggregationDefinition<"min", Fraction> = {
  name: "min",
  additive: false,
  start: ({ quantity }) => quantity,
  merge: minimumOf,
  result: (smallest) => smallest,
  stored: z.strictObject({ min: exactText }),
  write: (smallest) => ({ min: formatExact(smallest) }),
  read: (stored) => exact(stored.min),
};
