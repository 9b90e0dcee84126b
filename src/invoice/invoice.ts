import { PricingError, type PricingIssue } from "../errors.js";
import { billDocument } from "./bill-document.js";
import type { Invoice } from "./document/document.js";
import { type InvoiceRequest, readRequest } from "./request/read-request.js";

/**
 * The next document of one subscription. For a billing period: its fees in arrears, its usage, fees in advance for the
 * next period, and, with the first period, the one-time charges. For the opening: what is due in advance of the first
 * period; for the date of a change or of the end: what it makes due. What was billed before and is due no longer, or
 * differently, is adjusted: the difference is a line of its own.
 *
 * A closed period is a record: it is compared on the terms on which it was billed, whatever the catalog says today. A
 * change that lies ahead is not known yet, but for the period whose fees are billed in advance.
 *
 * Each line is rounded once, to the currency's minor unit; the total is the sum of the lines. Events that are not
 * billed are counted in `usage`, with reasons.
 *
 * Coupons come off what the catalog's discounts have left; what it comes to then is paid by credit grants and taxed, in the order
 * that the policy says. With `scope: "interim"`, it is the usage of a running period so far.
 *
 * @throws {PricingError} with every issue of the request, its catalog, subscription, usage and policy;
 * `missing_previous` with the key of an earlier document that is needed; `tampered` for one that was edited.
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
  const document = read && billDocument(read, issues);
  if (document === undefined || issues.length > 0) throw new PricingError(issues);
  return document;
}
