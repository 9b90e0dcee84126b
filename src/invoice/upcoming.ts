import { ownFields } from "../data/foreign.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import { readDateAt } from "../schema/dates.js";
import { readOptions, type Unread } from "../schema/options.js";
import { isRecord, type UnknownRecord } from "../schema/unknown-record.js";
import { afterEnd, scheduledAt } from "../subscription/cadence.js";
import { openingOf } from "../subscription/due.js";
import { knownBefore } from "../subscription/timeline.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import type { DateInput } from "../time/date.js";
import { LATEST_INSTANT } from "../time/instant.js";
import type { Invoice } from "./document/document.js";
import { lastOf, readHistory } from "./history/history.js";
import { lateChange } from "./history/life.js";
import { invoice } from "./invoice.js";
import { type InvoiceRequest, readContext } from "./request/read-request.js";

/** What the next document of a subscription follows from: a request without its period. */
export interface UpcomingRequest extends Omit<InvoiceRequest, "period" | "asOf"> {
  /** The date as of which the next document is asked; also the moment of knowledge. */
  readonly asOf: DateInput;
}

/**
 * The next document of a subscription as of a date: that of the billing period that contains the date, with the usage
 * that is known then; before the start, the opening or the first one; after the end, while outcomes are pending, a
 * run-off. What a change dated back into invoiced time makes due comes first, at the moment of the last document of
 * `previous`. It is what {@link invoice} gives for that period and `asOf`, so a preview is the invoice.
 *
 * @throws {PricingError} with every issue of the request; `not_a_billing_period` after the end of the subscription, when
 * nothing is pending.
 *
 * @example
 * ```ts
 * import { upcoming } from "rateplan";
 *
 * const next = upcoming({
 *   catalog: {
 *     id: "ocr", name: "ocr product", agentType: "ocr-agent", effectiveDate: "2026-01-01",
 *     ratePlans: [{
 *       id: "starter", name: "Starter plan", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *       charges: [{ id: "platform", name: "Platform", chargeType: "recurring", pricing: { model: "flat", amount: 99 } }],
 *     }],
 *   },
 *   subscription: { id: "s1", customerId: "acme", ratePlanId: "starter", startDate: "2026-01-31" },
 *   usage: [],
 *   asOf: "2026-03-15",
 * });
 * next.period; // => { start: "2026-02-28", end: "2026-03-31" }
 * next.total; // => "99.00"
 * ```
 */
export function upcoming(request: UpcomingRequest): Invoice {
  const issues: PricingIssue[] = [];
  // Each field is looked at once; those that decide nothing here are read by `invoice`.
  const given = isRecord(request) ? ownFields(request) : undefined;
  const decisive = readOptions(given === undefined ? request : pick(given, KEYS), KEYS, issues, {
    required: ["catalog", "subscription", "asOf"],
  });
  const period = nextPeriod(decisive, issues);
  // The reader of the request trusts nothing of it.
  return invoice({ ...given, period } as unknown as InvoiceRequest);
}

const KEYS = ["catalog", "subscription", "previous", "policy", "asOf"] as const;

function pick(fields: UnknownRecord, keys: readonly string[]): UnknownRecord {
  return Object.fromEntries(keys.map((key) => [key, fields[key]]));
}

function nextPeriod(given: Unread<(typeof KEYS)[number]>, issues: PricingIssue[]): Period {
  const context = readContext(given, issues);
  const { timeline, zone } = context;
  const asOf =
    given.asOf === undefined ? undefined : readDateAt(given.asOf, ["asOf"], zone, issues);
  if (timeline === undefined || asOf === undefined) throw new PricingError(issues);
  const { span } = timeline;
  const last = lastOf(readHistory(given.previous, timeline, context.reader, []));
  const late = last && lateChange(timeline, last);
  if (late !== undefined && late.at <= asOf) {
    return formatPeriod({ start: late.at, end: late.at }, zone);
  }
  const at = Math.max(asOf, span.start);
  const running = scheduledAt(knownBefore(timeline, at + 1).schedule, at);
  // A change later in the period is known at its end.
  const known = knownBefore(timeline, (running?.period.end ?? at) + 1);
  const scheduled = scheduledAt(known.schedule, at);
  if (scheduled !== undefined && scheduled.period.end > LATEST_INSTANT) {
    const expected = "in a period that ends before the year 10000";
    throw new PricingError([
      ...issues,
      issueAt("out_of_range", ["asOf"], { expected, received: given.asOf }),
    ]);
  }
  const opening = openingOf(known);
  if (opening !== undefined && asOf < opening && opening < (scheduled?.period.end ?? opening)) {
    return formatPeriod({ start: opening, end: opening }, zone);
  }
  if (scheduled !== undefined) return formatPeriod(scheduled.period, zone);
  const waits = last?.document.provisional.some(({ pending }) => pending !== "0") === true;
  const after = waits ? afterEnd(known.schedule, asOf) : undefined;
  if (after !== undefined) return formatPeriod(after, zone);
  const expected = "before the end of the subscription";
  throw new PricingError([
    ...issues,
    issueAt("not_a_billing_period", ["asOf"], { expected, received: given.asOf }),
  ]);
}
