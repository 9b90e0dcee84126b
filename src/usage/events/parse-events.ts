import { canonicalJson } from "../../data/canonical-json.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import { issueAt, issueUnder, type PricingIssue } from "../../errors.js";
import { formatExact } from "../../money/fraction.js";
import { type ParseResult, valueOrThrow } from "../../schema/parse.js";
import { plainCopy } from "../../schema/plain-data.js";
import { formatInstant } from "../../time/instant.js";
import { unwrapped } from "./cloud-event.js";
import { type EventReading, readEvent, type SignalInput, type UsageEventInput } from "./event.js";

/** An event as parsed: quantities as canonical decimal strings, dates as instants in UTC; keys not ours are kept. */
export interface UsageEvent extends Omit<UsageEventInput, "quantity" | "value"> {
  /** How many units, as a decimal string. */
  readonly quantity: string;
  /** Money that it is about, as a decimal string. */
  readonly value?: string;
}

/** A signal as parsed; see {@link SignalInput}. */
export interface Signal extends Omit<SignalInput, "quantity" | "value"> {
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
  if (!Array.isArray(input)) {
    const issue = issueAt("invalid_type", [], { expected: "an array", received: input });
    return { ok: false, issues: [issue] };
  }
  const issues: PricingIssue[] = [];
  const events: (UsageEvent | Signal)[] = [];
  for (const [index, item] of input.entries()) {
    const reading = readEvent(item, [index]);
    if (reading.kind === "invalid") {
      for (const issue of reading.issues) issues.push(issue);
    } else {
      const { copy, issues: impure } = plainCopy(item);
      for (const issue of impure) issues.push(issueUnder([index], issue));
      if (impure.length > 0) continue;
      events.push(normalForm(copy, reading));
    }
  }
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: deepFreeze(events) };
}

/** An event or signal in its normal form. Keys that are not ours stay, as far as they are JSON. */
function normalForm(copy: unknown, reading: ValidReading): UsageEvent | Signal {
  const { timestamp, receivedAt, quantity, value } =
    reading.kind === "signal" ? reading.signal : reading.event;
  const { value: _value, quantity: _quantity, receivedAt: given, ...rest } = fieldsOf(copy);
  const normal = {
    ...rest,
    timestamp: formatInstant(timestamp),
    ...(given == null ? {} : { receivedAt: formatInstant(receivedAt) }),
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
 * Reads a list of events and signals, and refuses the list when any of them is invalid.
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
export function parseEvents(
  input: readonly (UsageEventInput | SignalInput)[],
): readonly (UsageEvent | Signal)[] {
  return valueOrThrow(safeParseEvents(input));
}
