import { canonicalJson } from "../../data/canonical-json.js";
import { formatExact } from "../../money/fraction.js";
import { formatInstant } from "../../time/instant.js";
import { OPTIONAL_FIELDS, type OptionalField, type ReadEvent } from "./event.js";

/** A field of the event by its name; `properties.x` looks inside. Nothing when the event does not have it. */
export function fieldOf(event: ReadEvent, name: string): unknown {
  if (isOptionalField(name)) return event.fields[name];
  const key = name.slice("properties.".length);
  return Object.hasOwn(event.properties, key) ? plainValue(event.properties[key]) : undefined;
}

const OPTIONAL: ReadonlySet<string> = new Set(OPTIONAL_FIELDS);

function isOptionalField(name: string): name is OptionalField {
  return OPTIONAL.has(name);
}

/** A value as JSON would hold it, so that events that are the same as JSON are the same to every charge. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}

/** The same as a text that events can be told apart by; nothing when it is absent, or no text, number or boolean. */
export function fieldText(event: ReadEvent, name: string): string | undefined {
  const value = fieldOf(event, name);
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/**
 * The event as one text, the same for every delivery of it: canonical JSON with numbers and instants in one form,
 * without `receivedAt`, which differs between deliveries, and without keys that are not ours.
 */
export function payloadOf(event: ReadEvent): string {
  return canonicalJson({
    ...event.fields,
    id: event.id,
    customerId: event.customerId,
    unitOfMeasure: event.unitOfMeasure,
    timestamp: formatInstant(event.timestamp),
    quantity: formatExact(event.quantity),
    value: event.value && formatExact(event.value),
    properties: event.properties,
  });
}
