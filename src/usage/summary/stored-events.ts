import { canonicalJson } from "../../data/canonical-json.js";
import { formatExact } from "../../money/fraction.js";
import { recordIn } from "../../schema/fields.js";
import { formatInstant } from "../../time/instant.js";
import type { ReadSignal } from "../events/event.js";
import { payloadOf } from "../events/event-fields.js";
import { type EventReading, readEvent } from "../events/read-event.js";

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

/** Whose event a stored payload is of. */
export function storedCustomer(payload: string): string {
  try {
    const { customerId } = recordIn(JSON.parse(payload));
    return typeof customerId === "string" ? customerId : "";
  } catch {
    // A payload that is not ours is an event by itself.
    return "";
  }
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
