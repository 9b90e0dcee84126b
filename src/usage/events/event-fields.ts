import { canonicalJson, quoted } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { compare, formatExact } from "../../money/fraction.js";
import type { UnknownRecord } from "../../schema/unknown-record.js";
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
  const { agentId, agentType, currency, name, subject, subscriptionId } = event.fields;
  // In the order of their keys, as canonical JSON has them; joined, as a text that is added to keeps all its pieces.
  return [
    "{",
    agentId === undefined ? "" : `"agentId":${quoted(agentId)},`,
    agentType === undefined ? "" : `"agentType":${quoted(agentType)},`,
    currency === undefined ? "" : `"currency":${quoted(currency)},`,
    `"customerId":${quoted(event.customerId)},"id":${quoted(event.id)}`,
    name === undefined ? "" : `,"name":${quoted(name)}`,
    `,"properties":${canonicalJson(event.properties)}`,
    `,"quantity":"${formatExact(event.quantity)}"`,
    subject === undefined ? "" : `,"subject":${quoted(subject)}`,
    subscriptionId === undefined ? "" : `,"subscriptionId":${quoted(subscriptionId)}`,
    `,"timestamp":"${formatInstant(event.timestamp)}"`,
    `,"unitOfMeasure":${quoted(event.unitOfMeasure)}`,
    event.value === undefined ? "" : `,"value":"${formatExact(event.value)}"`,
    "}",
  ].join("");
}

/** Which of two payloads comes first, as texts; equal ones are seldom written out. */
export function comparePayloads(a: ReadEvent, b: ReadEvent): number {
  return isSamePlainly(a, b) ? 0 : compareTexts(payloadOf(a), payloadOf(b));
}

/** Whether two events of one time, customer and id are plainly the same. */
function isSamePlainly(a: ReadEvent, b: ReadEvent): boolean {
  return (
    a.unitOfMeasure === b.unitOfMeasure &&
    OPTIONAL_FIELDS.every((name) => a.fields[name] === b.fields[name]) &&
    compare(a.quantity, b.quantity) === 0 &&
    (a.value === undefined || b.value === undefined
      ? a.value === b.value
      : compare(a.value, b.value) === 0) &&
    sameScalars(a.properties, b.properties)
  );
}

/** Whether two records hold the same texts and numbers. */
function sameScalars(a: UnknownRecord, b: UnknownRecord): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => {
    const [one, other] = [a[key], b[key]];
    return one === other && typeof one !== "object" && Object.hasOwn(b, key);
  });
}
