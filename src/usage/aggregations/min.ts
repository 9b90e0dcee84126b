import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { exact } from "../../money/decimal.js";
import { type Fraction, formatExact, minimumOf } from "../../money/fraction.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";
import { carried } from "./carry-over.js";
import { readings } from "./level.js";

export const min: AggregationDefinition<"min", Fraction> = {
  name: "min",
  additive: false,
  start: ({ quantity }) => quantity,
  merge: minimumOf,
  result: (smallest) => smallest,
  stored: onFirstUse(() => z.strictObject({ min: exactText() })),
  write: (smallest) => ({ min: formatExact(smallest) }),
  read: (stored) => exact(stored.min),
};

/** The smallest reading, that with which the period opened among them. */
export const carriedMin = carried({
  base: min,
  kind: readings,
  result: ({ opening, within, closing }) =>
    minimumOf(opening?.quantity ?? within ?? closing.quantity, within ?? closing.quantity),
});
