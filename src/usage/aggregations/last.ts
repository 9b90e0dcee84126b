import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import type { AggregationDefinition } from "./aggregation.js";
import { carried } from "./carry-over.js";
import { readings } from "./level.js";
import { laterOf, type Moment, momentSchema, readMoment, writeMoment } from "./moment.js";

/** The quantity of the latest event; at one instant, of the one with the last id, then the larger quantity. */
export const last: AggregationDefinition<"last", Moment> = {
  name: "last",
  additive: false,
  start: ({ id, timestamp, quantity }) => ({ id, timestamp, quantity }),
  merge: laterOf,
  result: ({ quantity }) => quantity,
  stored: onFirstUse(() => z.strictObject({ last: momentSchema() })),
  write: (moment) => ({ last: writeMoment(moment) }),
  read: (stored) => readMoment(stored.last),
};

/** The last reading, of whenever. */
export const carriedLast = carried({
  base: last,
  kind: readings,
  result: ({ closing }) => closing.quantity,
});
