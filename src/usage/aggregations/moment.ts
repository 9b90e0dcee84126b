import * as z from "zod";
import { compareTexts } from "../../data/compare-texts.js";
import { onFirstUse } from "../../data/recent.js";
import { exact } from "../../money/decimal.js";
import { compare, formatExact } from "../../money/fraction.js";
import { date } from "../../schema/entity-fields.js";
import { instantOf } from "../../time/date.js";
import { formatInstant } from "../../time/instant.js";
import { UTC } from "../../time/zone.js";
import { type AggregatedEvent, exactText, type StoredReading } from "./aggregation.js";

/** An event, as far as it matters which of several is the latest. */
export type Moment = Pick<AggregatedEvent, "id" | "timestamp" | "quantity">;

/** The later of two; at one instant, the one with the last id, then the larger quantity. */
export function laterOf<M extends Moment>(a: M, b: M): M {
  const order =
    a.timestamp - b.timestamp || compareTexts(a.id, b.id) || compare(a.quantity, b.quantity);
  return order >= 0 ? a : b;
}

export const momentFields = onFirstUse(() => ({
  id: z.string().min(1),
  timestamp: date(),
  quantity: exactText(),
}));
export const momentSchema: () => z.ZodType<StoredReading> = onFirstUse(() =>
  z.strictObject(momentFields()),
);

export function writeMoment({ id, timestamp, quantity }: Moment): StoredReading {
  return { id, timestamp: formatInstant(timestamp), quantity: formatExact(quantity) };
}

export function readMoment({ id, timestamp, quantity }: StoredReading): Moment {
  return { id, timestamp: instantOf(timestamp, UTC), quantity: exact(quantity) };
}
