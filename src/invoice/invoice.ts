import { remember } from "../catalog/parse.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { canonicalJson } from "../content/canonical-json.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { sha256 } from "../content/sha256.js";
import { PricingError, type PricingIssue } from "../errors.js";
import { formatAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { isNegative, sum, ZERO } from "../money/fraction.js";
import { stateAt } from "../subscription/timeline.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import type { Interval } from "../time/cycle-grid.js";
import { formatDate } from "../time/date.js";
import type { UsageReport } from "../usage/report.js";
import { type PricedBill, prepareBill, priceBill } from "./bill.js";
import type { InvoiceLine, PricingWarning } from "./line.js";
import { type InvoiceRequest, type ReadRequest, readRequest } from "./request.js";

/** Whether the customer owes or is owed; a credit note corrects earlier invoices and bills nothing else. */
export type InvoiceKind = "invoice" | "credit-memo" | "credit-note";

/** What of a charge's outcomes is not final. */
export interface ProvisionalUsage {
  /** The charge. */
  readonly chargeId: string;
  /** The time that is billed. */
  readonly servicePeriod: Period;
  /** Quantity that is billed by this invoice and may still be reversed. */
  readonly reversible: string;
  /** Quantity that waits for its confirmation and is not billed yet, whenever it occurred. */
  readonly pending: string;
}

/** A stretch of time for which nothing is billed. */
export interface UnbilledPeriod {
  /** Why. */
  readonly reason: "trial" | "paused";
  /** When. */
  readonly period: Period;
}

/** The bill of one subscription for one billing period. Plain JSON data. */
export interface Invoice {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** The same for every invoice of this subscription, period and kind: store it as unique, and nothing is billed twice. */
  readonly idempotencyKey: string;
  /** SHA-256 of the invoice's content: equal invoices, equal fingerprints. */
  readonly fingerprint: string;
  /** `"credit-memo"` when the total is negative. */
  readonly kind: InvoiceKind;
  /** Who is billed. */
  readonly customerId: string;
  /** The subscription. */
  readonly subscriptionId: string;
  /** The rate plan at the end of the period. */
  readonly ratePlanId: string;
  /** Currency of all amounts. */
  readonly currency: string;
  /** The billing period, `[start, end)`. */
  readonly period: Period;
  /** The moment of knowledge: events received later did not count. */
  readonly asOf: string;
  /** When the invoice is issued, where the request says so. */
  readonly issueDate?: string;
  /** When payment is due, where the request gives payment terms. */
  readonly dueDate?: string;
  /** Every amount, signed, in the order in which they came about. */
  readonly lines: readonly InvoiceLine[];
  /** Sum of the lines of charges, catalog discounts, minimums, maximums and the minimum commitment. */
  readonly subtotal: string;
  /** Sum of what coupons take off; catalog discounts are part of the subtotal. */
  readonly discounts: string;
  /** Sum of the credits applied. */
  readonly creditsApplied: string;
  /** Sum of taxes. */
  readonly taxes: string;
  /** Sum of all lines: what is owed. */
  readonly total: string;
  /** What became of the events that were given. All counts are 0 where usage came as quantities or summaries. */
  readonly usage: UsageReport;
  /** What of the outcomes may still change: reversible ones that are billed now, and pending ones. */
  readonly provisional: readonly ProvisionalUsage[];
  /** The parts of the period in which nothing is billed, and why. */
  readonly unbilled: readonly UnbilledPeriod[];
  /** What was billed otherwise than it was given. */
  readonly warnings: readonly PricingWarning[];
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

/**
 * The invoice of one subscription for one billing period: its fees in arrears, the usage of the period, fees in advance
 * for the next period, and, with the first period, the one-time charges. What was billed before and is due no longer,
 * or differently, is adjusted: the difference is a line of its own.
 *
 * Each line is rounded once, to the currency's minor unit; the total is the sum of the lines. Events that are not
 * billed are counted in `usage`, with reasons. What this version does not carry out (coupons, credits, taxes,
 * outcomes) is refused, never billed wrong.
 *
 * @throws {PricingError} with every issue of the request, its catalog, subscription, usage and policy.
 *
 * @example
 * ```ts
 * import { invoice } from "rateplan";
 *
 * const bill = invoice({
 *   catalog: {
 *     id: "ocr", name: "ocr product", agentType: "ocr-agent", effectiveDate: "2026-01-01",
 *     ratePlans: [{
 *       id: "starter", name: "Starter plan", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *       charges: [
 *         { id: "platform", name: "Platform", chargeType: "recurring", pricing: { model: "flat", amount: 99 } },
 *         {
 *           id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome",
 *           pricing: { model: "per-unit", unitPrice: "0.067" },
 *         },
 *       ],
 *     }],
 *   },
 *   subscription: { id: "s1", customerId: "acme", ratePlanId: "starter", startDate: "2026-01-31" },
 *   period: { start: "2026-02-28", end: "2026-03-31" },
 *   usage: { outcome: 55 },
 * });
 * bill.lines.map((line) => [line.description, line.amount]); // => [["Platform", "99.00"], ["Outcomes", "3.69"]]
 * bill.total; // => "102.69"
 * ```
 */
export function invoice(request: InvoiceRequest): Invoice {
  const issues: PricingIssue[] = [];
  const read = readRequest(request, issues);
  const prepared = read && prepareBill(read, issues);
  if (read === undefined || prepared === undefined || issues.length > 0) {
    throw new PricingError(issues);
  }
  return writeInvoice(read, priceBill(prepared));
}

/** Writes an invoice down. */
function writeInvoice(read: ReadRequest, bill: PricedBill): Invoice {
  const { moment, scheduled } = read.target;
  const interval = moment === undefined ? scheduled.period : { start: moment, end: moment };
  const total = sum(bill.lines.map((line) => exact(line.amount)));
  const kind = isNegative(total) ? "credit-memo" : "invoice";
  return writeDocument(
    read,
    { ...bill, rests: moment === undefined ? bill.rests : [] },
    kind,
    interval,
  );
}

/** What a document is written from, whether it bills a period or corrects earlier ones. */
export type DocumentFacts = Pick<
  ReadRequest,
  "timeline" | "policy" | "asOf" | "issueDate" | "dueDate"
>;

/** Writes a document down, and remembers it as read for the time when it is a previous one. */
export function writeDocument(
  read: DocumentFacts,
  bill: PricedBill,
  kind: InvoiceKind,
  interval: Interval,
): Invoice {
  const { timeline, policy } = read;
  const { subscription, zone } = timeline;
  const { lines, rounding, report, warnings, provisional } = bill;
  const period = formatPeriod(interval, zone);
  const state = stateAt(timeline, Math.max(interval.start, interval.end - 1)) ?? timeline.states[0];
  if (state === undefined) throw new Error("unreachable: a subscription without a plan");
  const { plan } = state.plan;
  const total = sum(lines.map((line) => exact(line.amount)));
  const nothing = formatAmount(ZERO, rounding);
  const content: Omit<Invoice, "fingerprint"> = {
    schemaVersion: 1,
    idempotencyKey: `${kind}:${subscription.id}@${period.start}/${period.end}`,
    kind,
    customerId: subscription.customerId,
    subscriptionId: subscription.id,
    ratePlanId: plan.id,
    currency: plan.currency,
    period,
    asOf: formatDate(read.asOf, zone),
    ...(read.issueDate === undefined ? {} : { issueDate: formatDate(read.issueDate, zone) }),
    ...(read.dueDate === undefined ? {} : { dueDate: formatDate(read.dueDate, zone) }),
    lines,
    subtotal: formatAmount(total, rounding),
    discounts: nothing,
    creditsApplied: nothing,
    taxes: nothing,
    total: formatAmount(total, rounding),
    usage: report,
    provisional,
    unbilled: bill.rests.map(({ reason, period: rest }) => ({
      reason,
      period: formatPeriod(rest, zone),
    })),
    warnings,
    policy,
  };
  const written = deepFreeze({ ...content, fingerprint: sha256(canonicalJson(content)) });
  remember("invoice", written);
  return written;
}
