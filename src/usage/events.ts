import { type ParseResult, valueOrThrow } from "../catalog/parse.js";
import { plainCopy } from "../catalog/plain-data.js";
import { canonicalJson } from "../content/canonical-json.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { issueAt, issueUnder, type PricingIssue } from "../errors.js";
import { formatExact } from "../money/fraction.js";
import { formatInstant } from "../time/instant.js";
import { type ReadEvent, readEvent, type UsageEventInput } from "./event.js";

/** An event as parsed: quantities as canonical decimal strings, dates as instants in UTC; keys not ours are kept. */
export interface UsageEvent extends Omit<UsageEventInput, "quantity" | "value"> {
  /** How many units, as a decimal string. */
  readonly quantity: string;
  /** Money that it is about, as a decimal string. */
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
export function safeParseEvents(input: unknown): ParseResult<readonly UsageEvent[]> {
  if (!Array.isArray(input)) {
    const issue = issueAt("invalid_type", [], "must be a list of events", {
      expected: "an array",
      received: input,
    });
    return { ok: false, issues: [issue] };
  }
  const issues: PricingIssue[] = [];
  const events: UsageEvent[] = [];
  for (const [index, item] of input.entries()) {
    const reading = readEvent(item, [index]);
    if (reading.kind === "invalid") {
      for (const issue of reading.issues) issues.push(issue);
    } else if (reading.kind === "signal") {
      const expected = "a usage event; signals confirm or reverse and bill nothing";
      issues.push(
        issueAt("not_supported", [index], `must be ${expected}`, { expected, received: item }),
      );
    } else {
      const { copy, issues: impure } = plainCopy(item);
      for (const issue of impure) issues.push(issueUnder([index], issue));
      if (impure.length === 0) events.push(writeEvent(copy, reading.event));
    }
  }
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: deepFreeze(events) };
}

/** An event in its normal form. Keys that are not ours stay, as far as they are JSON. */
function writeEvent(copy: unknown, event: ReadEvent): UsageEvent {
  const { value: _value, receivedAt, ...rest } = JSON.parse(canonicalJson(copy)) as UsageEventInput;
  return {
    ...rest,
    timestamp: formatInstant(event.timestamp),
    ...(receivedAt == null ? {} : { receivedAt: formatInstant(event.receivedAt) }),
    quantity: formatExact(event.quantity),
    ...(event.value === undefined ? {} : { value: formatExact(event.value) }),
  };
}

/**
 * Reads a list of events and refuses the list when any of them is invalid.
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
export function parseEvents(input: readonly UsageEventInput[]): readonly UsageEvent[] {
  return valueOrThrow(safeParseEvents(input));
}
