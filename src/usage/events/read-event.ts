import { ownFields } from "../../data/foreign.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../../errors.js";
import { decimalIssue } from "../../money/amounts.js";
import { isProblem, readDecimal } from "../../money/decimal.js";
import { type Fraction, isNegative, ONE } from "../../money/fraction.js";
import { PROPERTIES, plainCopy } from "../../schema/plain-data.js";
import { isRecord, type UnknownRecord } from "../../schema/unknown-record.js";
import { type Instant, isDateProblem, readInstant } from "../../time/instant.js";
import { unwrapped } from "./cloud-event.js";
import {
  type EventFields,
  OPTIONAL_FIELDS,
  type OptionalField,
  type ReadEvent,
  type ReadSignal,
} from "./event.js";
import { identityOf } from "./identity.js";
import { isAbsent, LONGEST_TEXT, readPlainly } from "./read-plainly.js";

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
  if (!isRecord(input)) {
    const issue = issueAt("invalid_type", path, { expected: "an event object", received: input });
    return { kind: "invalid", id: undefined, issues: [issue] };
  }
  // Each field is looked at once, and only the event's own.
  const own = ownFields(input);
  return own === undefined ? unreadable(path) : readOwn(own, path);
}

/** Reads an event that has been copied: its own fields. */
export function readOwn(own: UnknownRecord, path: readonly PathSegment[] = []): EventReading {
  try {
    const plain = readPlainly(own);
    return plain === undefined ? readCarefully(own, path) : { kind: "usage", event: plain };
  } catch {
    return unreadable(path);
  }
}

/** A getter or a proxy of the caller's threw. */
function unreadable(path: readonly PathSegment[]): EventReading {
  const expected = "plain data";
  const found = "an object that cannot be read";
  const issues = [issueAt("not_plain_data", path, { expected, found })];
  return { kind: "invalid", id: undefined, issues };
}

/** The same for fields of any kind, with everything that is wrong with them. */
export function readCarefully(given: UnknownRecord, path: readonly PathSegment[]): EventReading {
  const issues: PricingIssue[] = [];
  const event = unwrapped(given);
  const own = requiredText(event, "id", path, issues);
  const { source } = event;
  const id = isAbsent(source) ? own : identityOf(own, textIn(source, [...path, "source"], issues));
  const customerId = requiredText(event, "customerId", path, issues);
  const timestamp = instantField(event, "timestamp", path, issues);
  const receivedAt = isAbsent(event["receivedAt"])
    ? timestamp
    : instantField(event, "receivedAt", path, issues);
  const quantity = decimalField(event, "quantity", path, issues);
  const value = decimalField(event, "value", path, issues);
  const fields = textFields(event, path, issues);
  const shared = { id, customerId, fields, timestamp, receivedAt, value };
  const invalid: EventReading = { kind: "invalid", id: own || undefined, issues };
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
  const properties = propertiesField(event, path, issues);
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

/** Everything else about an event, as plain data. What is too large is refused: cut, two events would look the same. */
function propertiesField(
  event: Fields,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): UnknownRecord {
  const given = event["properties"];
  if (isAbsent(given)) return {};
  const at = [...path, "properties"];
  const { copy, issues: structural } = plainCopy(given, PROPERTIES);
  const grave = structural.filter(({ code }) => code === "too_large" || !isRecord(copy));
  for (const issue of grave) issues.push(issueUnder(at, issue));
  if (isRecord(copy)) return copy;
  if (grave.length === 0) {
    issues.push(issueAt("invalid_type", at, { expected: "an object", received: copy }));
  }
  return {};
}

function negativePart(name: string, event: Fields, path: readonly PathSegment[]): PricingIssue {
  const facts = { expected: "0 or more", received: event[name] };
  return issueAt("out_of_range", [...path, name], facts);
}

function textFields(
  event: Fields,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): EventFields {
  const fields: Partial<Record<OptionalField, string>> = {};
  for (const name of OPTIONAL_FIELDS) {
    const text = event[name];
    if (!isAbsent(text)) fields[name] = textIn(text, [...path, name], issues);
  }
  return fields;
}

function textIn(text: unknown, path: readonly PathSegment[], issues: PricingIssue[]): string {
  if (typeof text === "string" && text.length <= LONGEST_TEXT) return text;
  const isLong = typeof text === "string";
  const expected = isLong ? `at most ${LONGEST_TEXT} characters` : "a text";
  issues.push(issueAt(isLong ? "too_large" : "invalid_type", path, { expected, received: text }));
  return "";
}

type Fields = Readonly<Record<string, unknown>>;

function requiredText(
  event: Fields,
  name: string,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): string {
  const text = event[name];
  if (!isAbsent(text)) return textIn(text, [...path, name], issues);
  issues.push(issueAt("missing", [...path, name], { expected: "a text", received: text }));
  return "";
}

const INSTANT = "an RFC 3339 instant with an offset (2026-01-31T09:30:00Z), or a Date";
const INSTANT_OR_NUMBER = `${INSTANT}; in typed arrays of columns, milliseconds since 1970, in the years 1000 to 9999`;

function instantField(
  event: Fields,
  name: string,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Instant {
  const text = event[name];
  const instant = readInstant(text);
  if (!isDateProblem(instant)) return instant;
  const isNumber = typeof text === "number" || typeof text === "bigint";
  const expected = isNumber ? INSTANT_OR_NUMBER : INSTANT;
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
