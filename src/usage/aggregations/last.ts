import * as z from "zod";
import { compareTexts } from "../../data/compare-texts.js";
import { exact } from "../../money/decimal.js";
import { compare, formatExact } from "../../money/fraction.js";
import { date } from "../../schema/entity-fields.js";
import { instantOf } from "../../time/date.js";
import { formatInstant } from "../../time/instant.js";
import { UTC } from "../../time/zone.js";
import { type AggregatedEvent, type AggregationDefinition, exactText } from "./aggregation.js";

type Moment = Pick<AggregatedEvent, "id" | "timestamp" | "quantity">;

/** The quantity of the latest event; at one instant, of the one with the last id, then the larger quantity. */
export const last: AggregationDefinition<"last", Moment> = {
  name: "last",
  additive: false,
  start: ({ id, timestamp, quantity }) => ({ id, timestamp, quantity }),
  merge: (a, b) =>
    (a.timestamp - b.timestamp || compareTexts(a.id, b.id) || compare(a.quantity, b.quantity)) >= 0
      ? a
      : b,
  result: ({ quantity }) => quantity,
  stored: z.strictObject({
    last: z.strictObject({ id: z.string().min(1), timestamp: date, quantity: exactText }),
  }),
  write: ({ id, timestamp, quantity }) => ({
    last: { id, timestamp: formatInstant(timestamp), quantity: formatExact(quantity) },
  }),
  read: ({ last: { id, timestamp, quantity } }) => ({
    id,
    timestamp: instantOf(timestamp, UTC),
    quantity: exact(quantity),
  }),
};
