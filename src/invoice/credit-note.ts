import { type CreditGrant, type CreditGrantInput, readGrants } from "../account/credit-grant.js";
import { isList } from "../data/foreign.js";
import { issueAt, PricingError, type PricingIssue } from "../errors.js";
import { readDateAt } from "../schema/dates.js";
import { readOptions, type Unread } from "../schema/options.js";
import { isRecord } from "../schema/unknown-record.js";
import { knownBefore } from "../subscription/timeline.js";
import { type DateInput, formatDate } from "../time/date.js";
import type { UsageInput } from "../usage/read-usage.js";
import { billDocument } from "./bill-document.js";
import type { Invoice } from "./document/document.js";
import { lastOf, readHistory } from "./history/history.js";
import { usageTaker } from "./rating/given-usage.js";
import { type CreditedDocument, type CreditedLines, readCredit } from "./request/read-credit.js";
import { type InvoiceRequest, readContext, readRounding } from "./request/read-request.js";
import { type RerateRange, type RerateRequest, readRerate } from "./request/read-rerate.js";

/** What a credit note follows from: earlier periods that are billed again (`rerate`), or what is credited by choice (`credit`). */
export interface CreditNoteRequest
  extends Pick<InvoiceRequest, "catalog" | "subscription" | "policy" | "issueDate"> {
  /** The documents that it corrects, the corrections so far, and the last document. */
  readonly previous: readonly Invoice[];
  /**
   * The billing periods that are billed again: each with its own usage, or all of a range from the one list of events in
   * `usage`. Run-off periods after the end of the subscription count as billing periods.
   */
  readonly rerate?: readonly RerateRequest[] | RerateRange | null | undefined;
  /** What is credited by choice, in place of `rerate`: lines of earlier documents, or an amount of one. */
  readonly credit?: CreditedLines | CreditedDocument | null | undefined;
  /** The usage of the range; with a list, each period has its own. */
  readonly usage?: UsageInput | null | undefined;
  /** What the customer has to their credit: what grants have paid for goes back to them. */
  readonly credits?: readonly (CreditGrantInput | CreditGrant)[] | null | undefined;
  /** The moment of knowledge: events received later do not count. Not before that of an earlier document. */
  readonly asOf: DateInput;
}

const KEYS = [
  "catalog",
  "subscription",
  "policy",
  "issueDate",
  "credits",
  "previous",
  "rerate",
  "credit",
  "usage",
  "asOf",
] as const satisfies readonly (keyof CreditNoteRequest)[];

/**
 * A correction as a document of its own, in one of two forms. Pass it in `previous` from then on. Its period is the moment of knowledge.
 *
 * With `rerate`: what earlier billing periods come to now, less what was billed for them, as the adjustment lines that the next
 * invoice would carry, which then adjusts nothing again.
 *
 * With `credit`: what is credited by choice (goodwill, a dispute, an agreement), of lines of earlier documents or of one document as a
 * whole, each as a `"concession"` line. Discounts, coupons and taxes go with it in proportion, and what credit grants have paid of it goes back
 * to them (`postings`); the rest is the customer's. Everything is given out by cumulative shares, in whole minor units: all parts of
 * a line together are the line, in every section, in any order and any split. An amount of a document is shared out over its lines by what is
 * left of them, by largest remainder. No more can be credited of a line than was billed less what was credited or corrected
 * since; an amount is with taxes unless `amounts` is `"net"`, and a multiple of the currency's minor unit.
 *
 * Such a credit stands by itself: no later document takes it back or repeats it. A correction of the same line comes on top of it, but gives
 * back no more than is left: what it would give back beyond that is taken off by a `"concession-return"` line. (Kill Bill caps repairs
 * by item adjustments in the same way.) It counts for a charge and a stretch of time, whose groups, limits and guarantee may make up for each other.
 *
 * @throws {PricingError} with every issue of the request; for `credit`: `out_of_range` with what is left, for each line, or, where
 * no amount is asked for, that nothing is; `unknown_line`; `invalid_value` for a line that bills nothing, or is of other lines, with
 * which it is credited (discounts, taxes, credits, draws, overage); `missing_previous` with a document that is credited, or was
 * written after it, and is not given.
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
 *
 * const goodwill = creditNote({
 *   catalog, subscription, previous: [bill], asOf: "2026-02-04",
 *   credit: {
 *     lines: [{ invoice: bill.idempotencyKey, line: "usage:resolved@2026-01-01", amount: "0.40" }], reason: "outage of 30 January",
 *   },
 * });
 * goodwill.lines.map((line) => [line.kind, line.amount]); // => [["concession", "-0.40"]]
 * ```
 */
export function creditNote(request: CreditNoteRequest): Invoice {
  const issues: PricingIssue[] = [];
  const given = readOptions(request, KEYS, issues, {
    required: ["catalog", "subscription", "previous", "asOf"],
  });
  if (isRecord(request)) checkForm(given, issues);
  const context = readContext(given, issues);
  const { policy, timeline, zone } = context;
  const dateOf = (name: "asOf" | "issueDate") =>
    given[name] === undefined ? undefined : readDateAt(given[name], [name], zone, issues);
  const [asOf, issueDate] = [dateOf("asOf"), dateOf("issueDate")];
  if (timeline === undefined || asOf === undefined) throw new PricingError(issues);
  const rounding = readRounding(timeline, policy, issues);
  const history = readHistory(given.previous, timeline, context.reader, issues);
  const known = knownBefore(timeline, asOf + 1);
  const credits = readGrants(given.credits, ["credits"], context, issues);
  const take = usageTaker(isList(given.rerate), issues);
  const usage = take(given.usage ?? [], ["usage"]);
  const facts = { known, history, before: Number.POSITIVE_INFINITY, given: usage, take };
  const rerate = readRerate(given.rerate, facts, issues);
  const isChosen = given.credit !== undefined && rounding !== undefined;
  const concessions = isChosen ? readCredit(given.credit, history, rounding, issues) : undefined;
  const last = lastOf(history);
  if (last !== undefined && asOf < last.asOf) {
    const expected = `not before ${formatDate(last.asOf, zone)}, the moment of knowledge of ${last.document.idempotencyKey}`;
    issues.push(issueAt("out_of_range", ["asOf"], { expected, received: given.asOf }));
  }
  if (rounding === undefined) throw new PricingError(issues);
  const period = { start: asOf, end: asOf };
  const document = billDocument(
    {
      timeline,
      policy,
      rounding,
      target: { scope: "correction", period, scheduled: undefined, moment: asOf, known },
      given: usage,
      asOf,
      history,
      rerate,
      coupons: [],
      credits,
      taxes: [],
      concessions,
      issueDate,
      dueDate: undefined,
    },
    issues,
  );
  if (document === undefined || issues.length > 0) throw new PricingError(issues);
  return document;
}

/** A range of periods has one list of usage; a list of periods has its own for each; what is credited by choice has none. */
function checkForm(
  { rerate, credit, usage }: Unread<"rerate" | "credit" | "usage">,
  issues: PricingIssue[],
): void {
  if (rerate === undefined && credit === undefined) {
    const expected = "what is billed again, or in its place `credit`, what is credited by choice";
    issues.push(issueAt("missing", ["rerate"], { expected, received: rerate }));
  }
  const others = credit === undefined ? {} : { rerate, usage };
  for (const [name, received] of Object.entries(others)) {
    if (received === undefined) continue;
    const expected = "absent, as `credit` says what is credited";
    issues.push(issueAt("field_not_allowed", [name], { expected, received }));
  }
  if (credit !== undefined) return;
  if (isRecord(rerate) && usage === undefined) {
    const expected = "the usage of the range that is billed again";
    issues.push(issueAt("missing", ["usage"], { expected, received: undefined }));
  }
  if (isList(rerate) && usage !== undefined) {
    const expected = "absent, as each period in rerate has its own usage";
    issues.push(issueAt("ambiguous_usage", ["usage"], { expected, received: usage }));
  }
}
