import { isUsageCharge } from "../catalog/charge-kinds.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { canonicalJson } from "../content/canonical-json.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { sha256 } from "../content/sha256.js";
import { PricingError, type PricingIssue } from "../errors.js";
import { formatAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { isNegative, sum, ZERO } from "../money/fraction.js";
import { chargesDue } from "../subscription/due.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import { formatDate } from "../time/instant.js";
import type { UsageReport } from "../usage/report.js";
import { type JobFacts, type PreparedJob, prepareJob } from "./job.js";
import type { InvoiceLine, PricingWarning } from "./line.js";
import { priceJob, warningsOf } from "./pipeline.js";
import { type InvoiceRequest, type ReadRequest, readRequest } from "./request.js";

/** Whether the customer owes or is owed. */
export type InvoiceKind = "invoice" | "credit-memo";

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
  /** The rate plan that was billed. */
  readonly ratePlanId: string;
  /** Currency of all amounts. */
  readonly currency: string;
  /** The billing period, `[start, end)`. */
  readonly period: Period;
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
  /** What was billed otherwise than it was given. */
  readonly warnings: readonly PricingWarning[];
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

/**
 * The invoice of one subscription for one billing period: its recurring charges, in arrears, the usage of the period,
 * and with the first period the one-time charges.
 *
 * Each line is rounded once, to the currency's minor unit; the total is the sum of the lines. Events that are not
 * billed are counted in `usage`, with reasons. What this version does not carry out (changes, proration, previous
 * invoices, coupons, credits, taxes) is refused, never billed wrong.
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
  const prepared = read && prepareJob(jobFacts(read), issues);
  if (read === undefined || prepared === undefined || issues.length > 0) {
    throw new PricingError(issues);
  }
  return writeInvoice(read, prepared);
}

/** What the pipeline prices for a period: the charges that are due in it, and their usage. */
function jobFacts(read: ReadRequest): JobFacts {
  const { product, plan, subscription, policy } = read;
  const charges = chargesDue(plan, read.periodIndex);
  return {
    charges,
    currency: plan.currency,
    minimumCommitment: plan.minimumCommitment,
    policy,
    servicePeriod: formatPeriod(read.period),
    usage: read.usage,
    usedCharges: charges.filter(isUsageCharge),
    scope: {
      customerId: subscription.customerId,
      subscriptionId: subscription.id,
      agentType: product.agentType,
      period: read.period,
      asOf: read.asOf,
    },
    quantities: subscription.quantities ?? {},
    quantitiesPath: ["subscription", "quantities"],
  };
}

function writeInvoice(read: ReadRequest, { job, report }: PreparedJob): Invoice {
  const { plan, subscription, policy } = read;
  const period = formatPeriod(read.period);
  const lines = priceJob(job).map((line) => ({ ...line, servicePeriod: period }));
  const total = sum(lines.map((line) => exact(line.amount)));
  const kind: InvoiceKind = isNegative(total) ? "credit-memo" : "invoice";
  const nothing = formatAmount(ZERO, job.rounding);
  const content: Omit<Invoice, "fingerprint"> = {
    schemaVersion: 1,
    idempotencyKey: `${kind}:${subscription.id}@${period.start}/${period.end}`,
    kind,
    customerId: subscription.customerId,
    subscriptionId: subscription.id,
    ratePlanId: plan.id,
    currency: plan.currency,
    period,
    ...(read.issueDate === undefined ? {} : { issueDate: formatDate(read.issueDate) }),
    ...(read.dueDate === undefined ? {} : { dueDate: formatDate(read.dueDate) }),
    lines,
    subtotal: formatAmount(total, job.rounding),
    discounts: nothing,
    creditsApplied: nothing,
    taxes: nothing,
    total: formatAmount(total, job.rounding),
    usage: report,
    warnings: warningsOf(job),
    policy,
  };
  return deepFreeze({ ...content, fingerprint: sha256(canonicalJson(content)) });
}
