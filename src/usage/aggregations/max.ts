import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { exact } from "../../money/decimal.js";
import { compare, type Fraction, formatExact } from "../../money/fraction.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";
import { carried } from "./carry-over.js";
import { readings } from "./level.js";

export const max: AggregationDefinition<"max", Fraction> = {
  name: "max",
  additive: false,
  start: ({ quantity }) => quantity,
  merge: (a, b) => (compare(a, b) >= 0 ? a : b),
  result: (largest) => largest,
  stored: onFirstUse(() => z.strictObject({ max: exactText() })),
  write: (largest) => ({ max: formatExact(largest) }),
  read: (stored) => exact(stored.max),
};

/** The largest reading, that with which the period opened among them. */
export const carriedMax = carried({
  base: max,
  kind: readings,
  result: ({ opening, within, closing }) =>
    max.merge(opening?.quantity ?? within ?? closing.quantity, within ?? closing.quantity),
});
