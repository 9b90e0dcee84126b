import { readDateAt } from "../catalog/dates.js";
import { reportMissingKeys, reportUnknownKeys } from "../catalog/plain-data.js";
import { PricingError, type PricingIssue } from "../errors.js";
import type { DateInput } from "../time/date.js";
import { prepareCorrection, priceCorrection } from "./bill.js";
import { type Invoice, writeDocument } from "./invoice.js";
import { readPrevious } from "./previous.js";
import { type InvoiceRequest, readSubject } from "./request.js";
import { type RerateRequest, readRerate } from "./rerate.js";

/** What a credit note follows from. */
export interface CreditNoteRequest
  extends Pick<InvoiceRequest, "catalog" | "subscription" | "policy" | "issueDate"> {
  /** The invoices that it corrects, and the corrections so far. */
  readonly previous: readonly Invoice[];
  /** The billing periods that are billed again. */
  readonly rerate: readonly RerateRequest[];
  /** The moment of knowledge: events received later do not count. */
  readonly asOf: DateInput;
}

const KEYS = ["catalog", "subscription", "policy", "issueDate", "previous", "rerate", "asOf"];

/**
 * A correction as a document of its own: what earlier billing periods come to now, less what was billed for them, as
 * the adjustment lines that the next invoice would carry. Pass it in `previous` from then on; the next invoice then
 * adjusts nothing again. Its period is the moment of knowledge.
 *
 * @throws {PricingError} with every issue of the request.
 *
 * @example
 * ```ts
 * import { creditNote, invoice } from "rateplan";
 *
 * const catalog = {
 *   id: "p", name: "Support agent", agentType: "support", effectiveDate: "2026-01-01",
 *   ratePlans: [{
 *     id: "basic", name: "Basic", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *     charges: [{
 *       id: "resolved", name: "Resolved", chargeType: "usage", unitOfMeasure: "@outcome",
 *       pricing: { model: "per-unit", unitPrice: "0.99" }, outcome: { reverse: { signals: ["reopened"] } },
 *     }],
 *   }],
 * } as const;
 * const subscription = { id: "s1", customerId: "acme", ratePlanId: "basic", startDate: "2026-01-01" };
 * const january = { start: "2026-01-01", end: "2026-02-01" };
 * const event = { id: "e1", customerId: "acme", unitOfMeasure: "@outcome", subject: "conv-1", timestamp: "2026-01-30T10:00:00Z" };
 * const reopened = { id: "s1", customerId: "acme", subject: "conv-1", name: "reopened", timestamp: "2026-02-03T09:00:00Z" };
 * const bill = invoice({ catalog, subscription, period: january, usage: [event] });
 * const note = creditNote({
 *   catalog, subscription, previous: [bill], rerate: [{ period: january, usage: [event, reopened] }], asOf: "2026-02-04",
 * });
 * [bill.total, note.kind, note.total]; // => ["0.99", "credit-note", "-0.99"]
 * note.lines[0]?.adjustment?.causes; // => [{ kind: "usage", date: null, eventIds: ["s1"] }]
 * ```
 */
export function creditNote(request: CreditNoteRequest): Invoice {
  const issues: PricingIssue[] = [];
  const given: { readonly [K in keyof CreditNoteRequest]?: unknown } = request ?? {};
  reportUnknownKeys(given, KEYS, [], issues);
  reportMissingKeys(given, ["catalog", "subscription", "previous", "rerate", "asOf"], issues);
  const { reader, policy, timeline, zone } = readSubject(given, issues);
  const asOf =
    given.asOf === undefined ? undefined : readDateAt(given.asOf, ["asOf"], zone, issues);
  const issueDate =
    given.issueDate === undefined
      ? undefined
      : readDateAt(given.issueDate, ["issueDate"], zone, issues);
  if (timeline === undefined || asOf === undefined) throw new PricingError(issues);
  const billed = readPrevious(given.previous, timeline, issues);
  const rerate = readRerate(given.rerate, timeline, billed, undefined, issues);
  const facts = { reader, policy, timeline, asOf, billed, rerate, issueDate, dueDate: undefined };
  const prepared = prepareCorrection(facts, issues);
  if (prepared === undefined || issues.length > 0) throw new PricingError(issues);
  const moment = { start: asOf, end: asOf };
  return writeDocument(facts, priceCorrection(prepared), "credit-note", moment);
}
