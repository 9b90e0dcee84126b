import { readDateAt } from "../catalog/dates.js";
import { reportMissingKeys } from "../catalog/plain-data.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import { recordIn } from "../pricing/fields-schema.js";
import { openingOf } from "../subscription/due.js";
import { scheduledAt } from "../subscription/schedule.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import type { DateInput } from "../time/date.js";
import { type Invoice, invoice } from "./invoice.js";
import { type InvoiceRequest, readSubject } from "./request.js";

/** What the next invoice of a subscription follows from: a request without its period. */
export interface UpcomingRequest extends Omit<InvoiceRequest, "period" | "asOf"> {
  /** The date as of which the next invoice is asked; also the moment of knowledge. */
  readonly asOf: DateInput;
}

/**
 * The next invoice of a subscription as of a date: that of the billing period that contains the date, with the usage
 * that is known then; before the start, the opening or the first one. It is what {@link invoice} gives for that period
 * and `asOf`, so a preview is the invoice.
 *
 * @throws {PricingError} with every issue of the request; `not_a_billing_period` after the end of the subscription.
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
  return invoice({ ...request, period: nextPeriod(request) });
}

function nextPeriod(request: unknown): Period {
  const issues: PricingIssue[] = [];
  const given: { readonly [K in keyof UpcomingRequest]?: unknown } = recordIn(request);
  reportMissingKeys(given, ["catalog", "subscription"], issues);
  const { timeline, zone } = readSubject(given, issues);
  const asOf = readDateAt(given.asOf, ["asOf"], zone, issues);
  if (timeline === undefined || asOf === undefined) throw new PricingError(issues);
  const { span, schedule } = timeline;
  const opening = openingOf(timeline);
  const scheduled = scheduledAt(schedule, Math.max(asOf, span.start));
  if (opening !== undefined && asOf < opening && opening < (scheduled?.period.end ?? opening)) {
    return formatPeriod({ start: opening, end: opening }, zone);
  }
  if (scheduled !== undefined) return formatPeriod(scheduled.period, zone);
  const expected = "before the end of the subscription";
  throw new PricingError([
    ...issues,
    issueAt("not_a_billing_period", ["asOf"], `must be ${expected}`, {
      expected,
      received: given.asOf,
    }),
  ]);
}
