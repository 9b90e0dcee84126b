import * as z from "zod";
import { compareTexts } from "../../data/compare-texts.js";
import { onFirstUse } from "../../data/recent.js";
import { fraction } from "../../money/fraction.js";
import { eventField } from "../../schema/event-field.js";
import type { AggregatedEvent, AggregationDefinition, UniqueCount } from "./aggregation.js";
import { carried } from "./carry-over.js";
import { presence } from "./level.js";

export const uniqueCount: AggregationDefinition<"unique-count", Set<string>> = {
  name: "unique-count",
  form: onFirstUse(() =>
    z.strictObject({
      type: z.literal("unique-count"),
      by: eventField(),
      carryOver: z.exactOptional(z.literal(true)),
    }),
  ),
  shorthand: onFirstUse(() =>
    z.literal("unique-count").transform((type): UniqueCount => ({ type, by: "subject" })),
  ),
  additive: false,
  ignoresQuantities: true,
  start: (event) => addTo(new Set(), event),
  add: addTo,
  merge: (a, b) => new Set([...a, ...b]),
  result: (values) => fraction(BigInt(values.size)),
  stored: onFirstUse(() => z.strictObject({ distinct: z.array(z.string()) })),
  write: (values) => ({ distinct: [...values].sort(compareTexts) }),
  read: ({ distinct }) => new Set(distinct),
};

function addTo(values: Set<string>, { fieldValue }: AggregatedEvent): Set<string> {
  return fieldValue === undefined ? values : values.add(fieldValue);
}

/** The values that are there at the end of the period. */
export const carriedUniqueCount = carried({
  base: uniqueCount,
  kind: presence,
  result: ({ closing }) =>
    fraction(
      BigInt([...closing.values()].filter(({ quantity }) => quantity.numerator > 0n).length),
    ),
});
