import { canonicalJson } from "../../data/canonical-json.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import { ownFields } from "../../data/foreign.js";
import {
  elementsIn,
  issueUnder,
  MOST_ISSUES,
  type PricingIssue,
  shownIssues,
} from "../../errors.js";
import { formatExact } from "../../money/fraction.js";
import { type ParseResult, valueOrThrow } from "../../schema/parse.js";
import { PROPERTIES, plainCopy } from "../../schema/plain-data.js";
import { isRecord } from "../../schema/unknown-record.js";
import { formatInstant } from "../../time/instant.js";
import { unwrapped } from "./cloud-event.js";
import type { SignalInput, UsageEventInput } from "./event.js";
import { type EventReading, readEvent } from "./read-event.js";
import { isAbsent } from "./read-plainly.js";

/** An event as parsed: quantities as canonical decimal strings, dates as instants in UTC; keys not ours are kept. */
export interface UsageEvent
  extends Omit<UsageEventInput, "quantity" | "value" | "timestamp" | "receivedAt"> {
  /** When it happened, in UTC. */
  readonly timestamp: string;
  /** When it became known, in UTC; absent where that is `timestamp`. */
  readonly receivedAt?: string;
  /** How many units, as a decimal string. */
  readonly quantity: string;
  /** Money that it is about, as a decimal string. */
  readonly value?: string;
}

/** A signal as parsed; see {@link SignalInput}. */
export interface Signal
  extends Omit<SignalInput, "quantity" | "value" | "timestamp" | "receivedAt"> {
  /** When it happened, in UTC. */
  readonly timestamp: string;
  /** When it became known, in UTC; absent where that is `timestamp`. */
  readonly receivedAt?: string;
  /** How much of the outcome's quantity it takes back, as a decimal string; absent for all of it. */
  readonly quantity?: string;
  /** How much of its value, as a decimal string; absent for all of it. */
  readonly value?: string;
}

/**
 * Reads a list of events, or returns every issue with the event's index. For input that must be clean; `simulate`,
 * `invoice` and `summarizeUsage` take raw events and report bad ones instead of refusing them all.
 *
 * @example
 * ```ts
 * import { safeParseEvents } from "rateplan";
 *
 * const result = safeParseEvents([{ id: "e1", customerId: "acme", unitOfMeasure: "@outcome" }]);
 * result.ok || result.issues[0]?.path; // => [0, "timestamp"]
 * ```
 */
export function safeParseEvents(input: unknown): ParseResult<readonly (UsageEvent | Signal)[]> {
  const issues: PricingIssue[] = [];
  const list = elementsIn(input, [], "an array", issues);
  if (list === undefined) return { ok: false, issues };
  let count = 0;
  const report = (issue: PricingIssue) => {
    count += 1;
    // Those that would not be shown are not kept.
    if (issues.length < MOST_ISSUES) issues.push(issue);
  };
  const events: (UsageEvent | Signal)[] = [];
  for (const [index, item] of list.entries()) {
    const { copy, issues: impure } = plainCopy(isRecord(item) ? ownFields(item) : item, PROPERTIES);
    for (const issue of impure) report(issueUnder([index], issue));
    if (impure.length > 0 && !isRecord(copy)) continue;
    const reading = readEvent(copy, [index]);
    if (reading.kind === "invalid") reading.issues.forEach(report);
    else if (impure.length === 0) events.push(normalForm(copy, reading));
  }
  return count > 0
    ? { ok: false, issues: shownIssues(issues, count) }
    : { ok: true, value: deepFreeze(events) };
}

/** An event or signal in its normal form. Keys that are not ours stay, as far as they are JSON. */
function normalForm(copy: unknown, reading: ValidReading): UsageEvent | Signal {
  const { timestamp, receivedAt, quantity, value } =
    reading.kind === "signal" ? reading.signal : reading.event;
  const { value: _value, quantity: _quantity, receivedAt: given, ...rest } = fieldsOf(copy);
  const normal = {
    ...rest,
    timestamp: formatInstant(timestamp),
    ...(isAbsent(given) ? {} : { receivedAt: formatInstant(receivedAt) }),
    ...(quantity === undefined ? {} : { quantity: formatExact(quantity) }),
    ...(value === undefined ? {} : { value: formatExact(value) }),
  };
  // The fields are those that `readEvent` has read: a type cannot say that of a copy.
  return normal as unknown as UsageEvent | Signal;
}

type ValidReading = Exclude<EventReading, { readonly kind: "invalid" }>;

/** The event's own fields as JSON, out of their envelope if they came in one. */
function fieldsOf(copy: unknown): Readonly<Record<string, unknown>> {
  return unwrapped(JSON.parse(canonicalJson(copy)));
}

/**
 * Reads a list of events and signals, of any form, and refuses the list when any of them is invalid: the way in for rows
 * of which nobody knows what they hold.
 *
 * @throws {PricingError} with every issue of every event, paths starting with the index.
 *
 * @example
 * ```ts
 * import { parseEvents } from "rateplan";
 *
 * const [event] = parseEvents([
 *   { id: "e1", customerId: "acme", unitOfMeasure: "@outcome", timestamp: "2026-01-05T10:00:00+01:00", quantity: 2.50 },
 * ]);
 * [event?.timestamp, event?.quantity]; // => ["2026-01-05T09:00:00.000Z", "2.5"]
 * ```
 */
export function parseEvents(input: readonly unknown[]): readonly (UsageEvent | Signal)[] {
  return valueOrThrow(safeParseEvents(input));
}
