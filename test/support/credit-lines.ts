/** Credit grants, and lines of what they have paid, for tests of one step by itself. */
import type { CreditGrant, CreditTiming } from "../../src/account/credit-grant.js";
import type { AppliedShare, LineKey, PricedLine } from "../../src/invoice/document/priced-line.js";
import type { BilledLine } from "../../src/invoice/history/history.js";
import type { EarlierUse } from "../../src/invoice/steps/credit-returns.js";
import { applyCredits } from "../../src/invoice/steps/credits.js";
import type { DocumentLines, DocumentPricing } from "../../src/invoice/steps/document-step.js";
import { exact } from "../../src/money/decimal.js";
import { type Fraction, formatExact, multiply } from "../../src/money/fraction.js";
import { billedLine, documentPricing, keyOf, lineOf } from "./step-lines.js";

/** A grant of dollars, to be used from January on. */
export function grantOf(id: string, amount: string, more: Partial<CreditGrant> = {}): CreditGrant {
  return { id, name: id, unit: "USD", amount, grantedAt: "2026-01-01", ...more };
}

/** How a credit line differs from one that pays in dollars before tax. */
interface CreditFacts {
  readonly kind?: "credit" | "credit-return";
  readonly unit?: string;
  readonly quantity?: string;
  readonly timing?: CreditTiming;
}

/** What a grant has paid by an earlier document, or what went back to it. */
export function paidBy(
  grantId: string,
  amount: string,
  shares: readonly AppliedShare[],
  { kind = "credit", unit = "USD", quantity = amount, timing = "before-tax" }: CreditFacts = {},
): BilledLine {
  const line = { grantId, description: `grant ${grantId}`, credit: { unit, quantity, timing } };
  return billedLine(keyOf(kind, null), amount, { line, shares });
}

/** The same on the document itself. */
export function creditOf(
  sourceId: string,
  amount: string,
  appliedTo: readonly AppliedShare[],
  { kind = "credit", unit = "USD", quantity = amount, timing = "before-tax" }: CreditFacts = {},
): PricedLine {
  const credit = { unit, quantity: exact(quantity), timing };
  const description = `grant ${sourceId}`;
  return lineOf(keyOf(kind, null, { sourceId }), amount, { description, appliedTo, credit });
}

/** Usage of a charge at one price, counted in a unit of the charge's name. */
export function usageOf(
  chargeId: string,
  quantity: string,
  unitPrice: string,
  more: Partial<PricedLine> = {},
): PricedLine {
  const priceOf = (some: Fraction) => multiply(some, exact(unitPrice));
  const amount = priceOf(exact(quantity));
  const counted = { quantity: exact(quantity), unitOfMeasure: `@${chargeId}`, priceOf };
  return {
    ...lineOf(keyOf("usage", chargeId), "0"),
    exactAmount: amount,
    amount,
    ...counted,
    ...more,
  };
}

/** What a grant has paid for under a key, in dollars unless units are given. */
export function use(grantId: string, key: LineKey, amount: string, quantity = amount): EarlierUse {
  const [money, units] = [exact(amount), exact(quantity)];
  return { grantId, unit: "USD", name: grantId, key, amount: money, quantity: units };
}

/** Uses in a row each: the grant, the charge, how much money, and how many units. */
export function rows(uses: readonly EarlierUse[]): readonly (readonly (string | null)[])[] {
  return uses.map(({ grantId, key, amount, quantity }) => [
    grantId,
    key.chargeId,
    formatExact(amount),
    formatExact(quantity),
  ]);
}

/** What grants do on a document, before tax unless it says otherwise. */
export function appliedCredits(
  lines: readonly PricedLine[],
  more: Partial<DocumentPricing>,
  timing: CreditTiming = "before-tax",
): DocumentLines {
  return applyCredits(timing)(documentPricing(more), lines);
}

/** What was posted, in a line each: `grant kind amount unit: before to after`. */
export function ledgerOf(postings: DocumentLines["postings"] = []): readonly string[] {
  return postings.map(({ grantId, kind, amount, unit, before, after }) => {
    const [from, to] = [before, after].map((each) => each && formatExact(each));
    return `${grantId} ${kind} ${formatExact(amount)} ${unit}: ${from} to ${to}`;
  });
}
