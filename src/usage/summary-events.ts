import { canonicalJson } from "../content/canonical-json.js";
import { formatExact } from "../money/fraction.js";
import { formatInstant, type Instant } from "../time/instant.js";
import { type Counter, place } from "./collect.js";
import type { Counted } from "./counting.js";
import type { EventGroup } from "./deduplicate.js";
import { type EventReading, type ReadEvent, type ReadSignal, readEvent } from "./event.js";
import { payloadOf } from "./event-fields.js";
import type { PlacedBucket } from "./report.js";

/** An event that has been placed for the one charge of a summary. */
export interface PlacedEvent {
  readonly id: string;
  readonly timestamp: Instant;
  readonly payload: string;
  /** When it became known, where outcomes may depend on it. */
  readonly receivedAt: Instant | undefined;
  readonly bucket: PlacedBucket;
  readonly reason: string | undefined;
  readonly counted: Counted | undefined;
}

/** All events of a summary, by id. */
export type PlacedGroups = ReadonlyMap<string, EventGroup<PlacedEvent>>;

/** Places the event that counts under each id. */
export function placeGroups(
  groups: ReadonlyMap<string, EventGroup<ReadEvent>>,
  counter: Counter,
): PlacedGroups {
  return new Map(
    [...groups].map(([id, group]) => [id, { ...group, winner: placed(group.winner, counter) }]),
  );
}

function placed(event: ReadEvent, counter: Counter): PlacedEvent {
  const { bucket, reason, counted } = place(event, [counter]);
  const { id, timestamp, receivedAt } = event;
  return {
    id,
    timestamp,
    payload: payloadOf(event),
    receivedAt: counter.outcomes === undefined ? undefined : receivedAt,
    bucket,
    reason,
    counted: counted.get(counter.service),
  };
}

/** The same as `payloadOf` for a signal. */
export function signalPayload(signal: ReadSignal): string {
  const { fields, id, customerId, timestamp, confirms, reverses, quantity, value } = signal;
  return canonicalJson({
    ...fields,
    id,
    customerId,
    timestamp: formatInstant(timestamp),
    confirms,
    reverses,
    quantity: quantity && formatExact(quantity),
    value: value && formatExact(value),
  });
}

/** What a payload and the time of its arrival were written from, in the form in which events are given. */
export function storedEvent(payload: string, receivedAt: string): unknown {
  return { ...JSON.parse(payload), receivedAt };
}

/** The same read; nothing where the payload is not what we write. */
export function readStored(payload: unknown, receivedAt: unknown): EventReading | undefined {
  if (typeof payload !== "string" || typeof receivedAt !== "string") return undefined;
  try {
    const reading = readEvent(storedEvent(payload, receivedAt));
    if (reading.kind === "invalid") return undefined;
    const again =
      reading.kind === "usage" ? payloadOf(reading.event) : signalPayload(reading.signal);
    return again === payload ? reading : undefined;
  } catch {
    // It is no JSON.
    return undefined;
  }
}
