import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, formatExact } from "../../money/fraction.js";
import { type AggregationDefinition, exactText } from "./aggregation.js";
import { carried } from "./carry-over.js";
import { changes } from "./level.js";

export const sum: AggregationDefinition<"sum", Fraction> = {
  name: "sum",
  additive: true,
  start: ({ quantity }) => quantity,
  merge: add,
  result: (total) => total,
  stored: onFirstUse(() => z.strictObject({ sum: exactText() })),
  write: (total) => ({ sum: formatExact(total) }),
  read: (stored) => exact(stored.sum),
};

/** The level that changes add up to. */
export const carriedSum = carried({ base: sum, kind: changes, result: ({ closing }) => closing });
