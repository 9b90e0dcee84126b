import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { decimalIssue } from "../../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../../money/decimal.js";
import { type Fraction, isNegative, ONE } from "../../money/fraction.js";
import { plainCopy } from "../../schema/plain-data.js";
import { type Instant, isDateProblem, readInstant } from "../../time/instant.js";
import { unwrapped } from "./cloud-event.js";

/** Something that happened and may be billed. Keys that are not listed are allowed and not read. */
export interface UsageEventInput {
  /** Identifies the event across all deliveries of it. */
  readonly id: string;
  /** Whose usage it is. */
  readonly customerId: string;
  /** Which of the customer's subscriptions it belongs to; absent fits any. */
  readonly subscriptionId?: string | null | undefined;
  /** What it is a unit of: `@outcome`, `@action`, … */
  readonly unitOfMeasure: string;
  /** What kind of outcome or action it is. */
  readonly name?: string | null | undefined;
  /** What it is about: a conversation, an order. */
  readonly subject?: string | null | undefined;
  /** The type of agent that did it; absent fits any product. */
  readonly agentType?: string | null | undefined;
  /** The agent that did it. */
  readonly agentId?: string | null | undefined;
  /** When it happened: an RFC 3339 instant with an offset. Decides the billing period. */
  readonly timestamp: string;
  /** When it became known; default `timestamp`. Not part of the payload that duplicates are compared by. */
  readonly receivedAt?: string | null | undefined;
  /** How many units; default 1. Negative takes back. */
  readonly quantity?: DecimalInput | null | undefined;
  /** Money that it is about; no default; read only by charge models that price value. */
  readonly value?: DecimalInput | null | undefined;
  /** Currency of `value`. */
  readonly currency?: string | null | undefined;
  /** Anything else that charges may look at. */
  readonly properties?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An event as read: every number exact, every date an instant. */
export interface ReadEvent {
  readonly id: string;
  readonly customerId: string;
  readonly unitOfMeasure: string;
  readonly fields: Readonly<Partial<Record<OptionalField, string>>>;
  readonly timestamp: Instant;
  readonly receivedAt: Instant;
  readonly quantity: Fraction;
  readonly value: Fraction | undefined;
  readonly properties: unknown;
}

/**
 * A signal: it bills nothing, but confirms or reverses an outcome. It names the outcome's event in `confirms` or
 * `reverses`; or, without a unit of measure, it is about all outcomes of its `subject`, and a charge's outcome policy
 * says what its `name` means.
 */
export interface SignalInput {
  /** Identifies the signal across all deliveries of it. */
  readonly id: string;
  /** Whose outcome it is about. */
  readonly customerId: string;
  /** The event whose outcome it confirms. */
  readonly confirms?: string | null | undefined;
  /** The event whose outcome it reverses. */
  readonly reverses?: string | null | undefined;
  /** Which of the customer's subscriptions it belongs to; absent fits any. */
  readonly subscriptionId?: string | null | undefined;
  /** What happened, where the signal names no event: one of the names in the charge's policy. */
  readonly name?: string | null | undefined;
  /** What it is about, where the signal names no event. */
  readonly subject?: string | null | undefined;
  /** When it happened: an RFC 3339 instant with an offset. */
  readonly timestamp: string;
  /** When it became known; default `timestamp`. */
  readonly receivedAt?: string | null | undefined;
  /** How much of the outcome's quantity it takes back; default all. */
  readonly quantity?: DecimalInput | null | undefined;
  /** How much of the outcome's value it takes back; default all. */
  readonly value?: DecimalInput | null | undefined;
}

/** A signal as read. */
export interface ReadSignal {
  readonly id: string;
  readonly customerId: string;
  readonly fields: Readonly<Partial<Record<OptionalField, string>>>;
  readonly timestamp: Instant;
  readonly receivedAt: Instant;
  readonly confirms: string | undefined;
  readonly reverses: string | undefined;
  readonly quantity: Fraction | undefined;
  readonly value: Fraction | undefined;
}

/** The fields that are texts and may be absent. */
export type OptionalField = (typeof OPTIONAL_FIELDS)[number];

export const OPTIONAL_FIELDS = [
  "subscriptionId",
  "name",
  "subject",
  "agentType",
  "agentId",
  "currency",
] as const;

/** What one element of a list of events turned out to be. */
export type EventReading =
  | { readonly kind: "usage"; readonly event: ReadEvent }
  | { readonly kind: "signal"; readonly signal: ReadSignal }
  | {
      readonly kind: "invalid";
      readonly id: string | undefined;
      readonly issues: readonly PricingIssue[];
    };

/** Reads one event. Never throws: what is wrong with it is part of the reading. */
export function readEvent(input: unknown, path: readonly PathSegment[] = []): EventReading {
  try {
    return readFields(input, path);
  } catch {
    // A getter or a proxy of the caller's threw.
    const expected = "plain data";
    const found = "an object that cannot be read";
    const issues = [issueAt("not_plain_data", path, { expected, found })];
    return { kind: "invalid", id: undefined, issues };
  }
}

function readFields(input: unknown, path: readonly PathSegment[]): EventReading {
  const issues: PricingIssue[] = [];
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    issues.push(issueAt("invalid_type", path, { expected: "an event object", received: input }));
    return { kind: "invalid", id: undefined, issues };
  }
  const event = unwrapped(input as Fields);
  const id = requiredText(event, "id", path, issues);
  const customerId = requiredText(event, "customerId", path, issues);
  const timestamp = instantField(event, "timestamp", path, issues);
  const receivedAt = isAbsent(event["receivedAt"])
    ? timestamp
    : instantField(event, "receivedAt", path, issues);
  const quantity = decimalField(event, "quantity", path, issues);
  const value = decimalField(event, "value", path, issues);
  const fields = textFields(event, path, issues);
  const shared = { id, customerId, fields, timestamp, receivedAt, value };
  const invalid: EventReading = { kind: "invalid", id: id || undefined, issues };
  if (isSignal(event)) {
    for (const [name, amount] of Object.entries({ quantity, value })) {
      if (amount !== undefined && isNegative(amount)) issues.push(negativePart(name, event, path));
    }
    const confirms = textOr(event["confirms"]);
    const reverses = confirms === undefined ? textOr(event["reverses"]) : undefined;
    if (issues.length > 0) return invalid;
    return { kind: "signal", signal: { ...shared, quantity, confirms, reverses } };
  }
  const unitOfMeasure = requiredText(event, "unitOfMeasure", path, issues);
  const properties = isAbsent(event["properties"]) ? {} : plainCopy(event["properties"]).copy;
  if (typeof properties !== "object" || Array.isArray(properties)) {
    issues.push(
      issueAt("invalid_type", [...path, "properties"], {
        expected: "an object",
        received: properties,
      }),
    );
  }
  if (issues.length > 0) return invalid;
  return {
    kind: "usage",
    event: { ...shared, unitOfMeasure, quantity: quantity ?? ONE, properties },
  };
}

/** Whether an event is a signal: it names another event, or has a name and a subject and counts nothing. */
function isSignal(event: Fields): boolean {
  if (textOr(event["confirms"]) !== undefined || textOr(event["reverses"]) !== undefined)
    return true;
  const counts = !isAbsent(event["unitOfMeasure"]);
  return !counts && textOr(event["name"]) !== undefined && textOr(event["subject"]) !== undefined;
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function negativePart(name: string, event: Fields, path: readonly PathSegment[]): PricingIssue {
  const facts = { expected: "0 or more", received: event[name] };
  return issueAt("out_of_range", [...path, name], facts);
}

function textFields(
  event: Fields,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Readonly<Partial<Record<OptionalField, string>>> {
  const fields: Partial<Record<OptionalField, string>> = {};
  for (const name of OPTIONAL_FIELDS) {
    const text = event[name];
    // Exports of tables write absent fields as empty texts.
    if (isAbsent(text) || text === "") continue;
    if (typeof text === "string") fields[name] = text;
    else
      issues.push(issueAt("invalid_type", [...path, name], { expected: "a text", received: text }));
  }
  return fields;
}

type Fields = Readonly<Record<string, unknown>>;

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function requiredText(
  event: Fields,
  name: string,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): string {
  const text = event[name];
  if (typeof text === "string" && text !== "") return text;
  const code = isAbsent(text) ? "missing" : "invalid_type";
  issues.push(issueAt(code, [...path, name], { expected: "a text", received: text }));
  return "";
}

function instantField(
  event: Fields,
  name: string,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Instant {
  const text = event[name];
  const instant = readInstant(text);
  if (!isDateProblem(instant)) return instant;
  const expected = "an RFC 3339 instant with an offset";
  const code = isAbsent(text) ? "missing" : "invalid_date";
  issues.push(issueAt(code, [...path, name], { expected, received: text }));
  return 0;
}

function decimalField(
  event: Fields,
  name: string,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Fraction | undefined {
  const input = event[name];
  if (isAbsent(input)) return undefined;
  const value = readDecimal(input);
  if (!isProblem(value)) return value;
  issues.push(decimalIssue(value, [...path, name], input));
  return undefined;
}
