import { isPlainRecord, ownFields } from "../../data/foreign.js";
import { isProblem, readDecimal } from "../../money/decimal.js";
import { millionthsOf } from "../../money/exact-sums.js";
import { type Fraction, ONE } from "../../money/fraction.js";
import { PROPERTIES } from "../../schema/plain-data.js";
import type { UnknownRecord } from "../../schema/unknown-record.js";
import { type Instant, isDateProblem, readInstant } from "../../time/instant.js";
import type { ReadEvent } from "./event.js";

export const LONGEST_TEXT = 10_000;

/** Exports of tables write absent fields as empty texts. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/**
 * Reads the own fields of what is a usage event at first sight, as nearly all are: no envelope, no source, nothing wrong.
 * Nothing where there is any doubt: `readCarefully` then says what it is.
 */
export function readPlainly(event: UnknownRecord): ReadEvent | undefined {
  if (!hasPlainTexts(event)) return undefined;
  const { timestamp: happened, receivedAt: known, properties: given } = event;
  const timestamp = readInstant(happened);
  if (isDateProblem(timestamp)) return undefined;
  const receivedAt = isAbsent(known) ? timestamp : readInstant(known);
  if (isDateProblem(receivedAt)) return undefined;
  const quantity = decimalOr(ONE, event["quantity"]);
  const value = decimalOr(undefined, event["value"]);
  if (quantity === null || value === null) return undefined;
  const properties = isAbsent(given) ? NONE : plainProperties(given);
  if (properties === undefined) return undefined;
  const { id, customerId, unitOfMeasure } = event;
  const { subscriptionId, name, subject, agentType, agentId, currency } = event;
  return {
    id,
    customerId,
    unitOfMeasure,
    fields: {
      subscriptionId: textOr(subscriptionId),
      name: textOr(name),
      subject: textOr(subject),
      agentType: textOr(agentType),
      agentId: textOr(agentId),
      currency: textOr(currency),
    },
    timestamp,
    receivedAt,
    quantity,
    value,
    properties,
  };
}

/** What of an event is enough to add it up, where its charge asks for no more. */
export interface EventRow {
  readonly id: string;
  readonly customerId: string;
  readonly unitOfMeasure: string;
  readonly subscriptionId: string | undefined;
  readonly agentType: string | undefined;
  readonly timestamp: Instant;
  readonly receivedAt: Instant;
  /** The quantity in millionths. */
  readonly millionths: number;
}

/** The row of an event that is one at first sight, and has a short quantity and no value; nothing of any other. */
export function rowOf(event: UnknownRecord): EventRow | undefined {
  if (!hasPlainTexts(event) || !isAbsent(event["value"])) return undefined;
  const { timestamp: happened, receivedAt: known, quantity, properties } = event;
  const timestamp = readInstant(happened);
  if (isDateProblem(timestamp)) return undefined;
  const receivedAt = isAbsent(known) ? timestamp : readInstant(known);
  if (isDateProblem(receivedAt)) return undefined;
  const millionths = isAbsent(quantity) ? 1_000_000 : millionthsOf(quantity);
  if (Number.isNaN(millionths)) return undefined;
  if (!isAbsent(properties) && plainProperties(properties) === undefined) return undefined;
  const { id, customerId, unitOfMeasure, subscriptionId, agentType } = event;
  return {
    id,
    customerId,
    unitOfMeasure,
    subscriptionId: textOr(subscriptionId),
    agentType: textOr(agentType),
    timestamp,
    receivedAt,
    millionths,
  };
}

interface PlainTexts extends UnknownRecord {
  readonly id: string;
  readonly customerId: string;
  readonly unitOfMeasure: string;
}

/** Whether the texts of an event are those of a usage event without an envelope. */
function hasPlainTexts(event: UnknownRecord): event is PlainTexts {
  const { id, customerId, unitOfMeasure, specversion, source, confirms, reverses } = event;
  const { subscriptionId, name, subject, agentType, agentId, currency } = event;
  return (
    isText(id) &&
    isText(customerId) &&
    isText(unitOfMeasure) &&
    specversion === undefined &&
    isAbsent(source) &&
    isAbsent(confirms) &&
    isAbsent(reverses) &&
    (isAbsent(subscriptionId) || isText(subscriptionId)) &&
    (isAbsent(name) || isText(name)) &&
    (isAbsent(subject) || isText(subject)) &&
    (isAbsent(agentType) || isText(agentType)) &&
    (isAbsent(agentId) || isText(agentId)) &&
    (isAbsent(currency) || isText(currency))
  );
}

const NONE: UnknownRecord = Object.freeze({});

/** Whether a value is a text that is there, and not too long. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_TEXT;
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A decimal, or what stands for its absence; `null` for what is none. */
function decimalOr<T>(absent: T, input: unknown): Fraction | T | null {
  if (isAbsent(input)) return absent;
  const read = readDecimal(input);
  return isProblem(read) ? null : read;
}

/** Properties of which each is a scalar; nothing where there is any doubt. */
function plainProperties(given: unknown): UnknownRecord | undefined {
  if (typeof given !== "object" || given === null || !isPlainRecord(given)) return undefined;
  const own = ownFields(given);
  if (own === undefined) return undefined;
  let characters = 0;
  let values = 0;
  for (const key in own) {
    const value = own[key];
    if (typeof value === "string") characters += value.length;
    else if (!isScalar(value)) return undefined;
    if (key === "__proto__") return undefined;
    values += 1;
  }
  const { mostCharacters, mostValues } = PROPERTIES;
  return characters <= mostCharacters && values <= mostValues ? own : undefined;
}

/** Whether a value is JSON by itself; JSON has one zero. */
function isScalar(value: unknown): boolean {
  return typeof value === "number"
    ? !Object.is(value, -0)
    : typeof value === "boolean" || typeof value === "bigint" || value === null;
}
