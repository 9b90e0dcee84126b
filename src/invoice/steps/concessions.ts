import type { CreditTiming } from "../../account/credit-grant.js";
import { groupBy } from "../../data/group-by.js";
import { formatAmount } from "../../money/amount-rounding.js";
import { type Fraction, formatExact, isZero, negate, sum } from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import {
  type AppliedShare,
  amountLine,
  keyText,
  type LineKey,
  type PricedLine,
  writeKey,
} from "../document/priced-line.js";
import { type AccountPart, amountOf, type PartKind, type Parts } from "../history/account-parts.js";
import type { Concession } from "../history/line-accounts.js";
import { rateOfLine, rateText } from "./billed-taxes.js";
import { creditReturnLine, earlierUses, takeBack } from "./credit-returns.js";
import type { DocumentLines, DocumentPricing } from "./document-step.js";
import { inOrderOfUse, type Ledger, openLedger, writeOffExpired } from "./ledger.js";

/** One part of all that is credited: what of it falls to which line. */
interface ConcededPart {
  readonly line: AccountPart["line"];
  readonly amount: Fraction;
  readonly shares: readonly AppliedShare[];
  readonly of: readonly Concession[];
}

/**
 * Credits lines of earlier documents by choice: the price of each is a line of its own; what coupons have taken off it, taxes, and what grants have paid follow, each with
 * one line.
 */
export function concede(pricing: DocumentPricing): DocumentLines {
  const { concessions, credits } = pricing;
  const ledger = openLedger(credits);
  const lines = concessions.map((each) => concessionLine(each, pricing));
  const parts = concessions.flatMap((of) =>
    [...of.parts].map(([name, part]) => ({ name, of, ...part })),
  );
  const ofKind = (kind: PartKind) =>
    [
      ...groupBy(
        parts.filter((each) => each.kind === kind),
        ({ name }) => name,
      ).values(),
    ].flatMap((own): readonly ConcededPart[] => {
      const [first] = own;
      const shares = own
        .filter(({ amount }) => !isZero(amount))
        .map(({ of, amount }) => ({ key: of.account.key, amount: negate(amount) }));
      if (shares.length === 0) return [];
      const amount = sum(shares.map((share) => share.amount));
      return [{ line: first.line, amount, shares, of: own.map(({ of }) => of) }];
    });
  for (const each of ofKind("coupon")) lines.push(couponLine(each, pricing));
  for (const each of ofKind("included-tax")) lines.push(includedLine(each, pricing));
  for (const each of ofKind("tax")) lines.push(taxLine(each, pricing));
  const quantityOf = quantityFinder(pricing);
  for (const each of ofKind("credit"))
    lines.push(...creditReturn(each, quantityOf, ledger, pricing));
  writeOffExpired(inOrderOfUse(credits, pricing), pricing, ledger);
  return { lines, postings: ledger.postings };
}

function priceOf(parts: Parts): Fraction {
  return sum([...parts.values()].flatMap((each) => (each.kind === "price" ? each.amount : [])));
}

function concessionLine(
  { account, parts, quantity, reason }: Concession,
  { period, rounding, timeline: { zone } }: DocumentPricing,
): PricedLine {
  const amount = negate(priceOf(parts));
  const { document, line, key } = account;
  const written = writeKey(key, { rounding, zone });
  const words =
    quantity === undefined
      ? `of ${line.description}`
      : `${formatExact(quantity)} of ${line.quantity} of ${line.description}`;
  return amountLine({
    key: {
      kind: "concession",
      chargeId: key.chargeId,
      sourceId: written,
      start: period.start,
      group: null,
    },
    description: `${line.description}: credited`,
    period: account.period,
    exactAmount: amount,
    amount,
    appliedTo: [{ key, amount }],
    concession: {
      invoice: document.idempotencyKey,
      line: written,
      quantity: quantity === undefined ? null : formatExact(quantity),
      reason: reason ?? null,
    },
    steps: [amountStep("concession", amount, words)],
  });
}

function couponLine(
  { line, amount, shares }: ConcededPart,
  { period }: DocumentPricing,
): PricedLine {
  const sourceId = "couponId" in line ? (line.couponId ?? "") : "";
  return amountLine({
    key: { kind: "coupon-return", chargeId: null, sourceId, start: period.start, group: null },
    description: `${line.description}: on what is credited`,
    period,
    exactAmount: amount,
    amount,
    appliedTo: shares,
    steps: [amountStep("coupon", amount, "what it has taken off what is credited")],
  });
}

function includedLine({ amount, shares }: ConcededPart, { period }: DocumentPricing): PricedLine {
  return amountLine({
    key: { kind: "included-tax", chargeId: null, start: period.start, group: null },
    description: "Taxes included in the prices",
    period,
    exactAmount: amount,
    amount,
    appliedTo: shares,
    steps: [amountStep("tax", amount, "what the prices that are credited hold of them")],
  });
}

function taxLine(
  { line, amount, shares, of }: ConcededPart,
  { period, rounding }: DocumentPricing,
): PricedLine {
  if (!("taxId" in line)) throw new Error("unreachable: a tax of another line");
  const rate = rateOfLine(line);
  const taxable = negate(sum(of.map(({ parts }) => taxableOf(parts, line.tax.compound))));
  return amountLine({
    key: {
      kind: "tax",
      chargeId: null,
      sourceId: rateText(rate),
      start: period.start,
      group: null,
    },
    description: line.description,
    period,
    exactAmount: amount,
    amount,
    appliedTo: shares,
    tax: { rate, taxable },
    steps: [
      amountStep("tax", amount, `its part of ${formatAmount(taxable, rounding)} that is credited`),
    ],
  });
}

/** What a tax was charged on: net of what was paid before it, and with other taxes where it is charged on them. */
function taxableOf(parts: Parts, compound: boolean): Fraction {
  const before = [...parts.values()].filter(({ line }) =>
    "tax" in line
      ? compound && !line.tax.compound
      : "credit" in line && line.credit.timing === "before-tax",
  );
  return sum([amountOf(parts, "net"), ...before.map(({ amount }) => amount)]);
}

type QuantityFinder = (grantId: string, timing: CreditTiming, share: AppliedShare) => Fraction;

/** What an amount under a key was in the unit of the grant that paid it, of what has not gone back yet. */
function quantityFinder(pricing: DocumentPricing): QuantityFinder {
  const nameOf = (grantId: string, key: LineKey) => `${grantId} ${keyText(key)}`;
  const usesOf = (timing: CreditTiming) =>
    groupBy(earlierUses(timing, pricing), ({ grantId, key }) => nameOf(grantId, key));
  const uses = { "before-tax": usesOf("before-tax"), "after-tax": usesOf("after-tax") };
  return (grantId, timing, { key, amount }) =>
    takeBack(uses[timing].get(nameOf(grantId, key)) ?? [], { amount });
}

function creditReturn(
  { line, shares }: ConcededPart,
  quantityOf: QuantityFinder,
  ledger: Ledger,
  pricing: DocumentPricing,
): readonly PricedLine[] {
  if (!("credit" in line)) throw new Error("unreachable: a credit of another line");
  const { grantId, description: name } = line;
  const { unit, timing } = line.credit;
  const own = shares.map((share) => ({ ...share, quantity: quantityOf(grantId, timing, share) }));
  ledger.post("return", grantId, unit, sum(own.map((each) => each.quantity)));
  const why = "its part of what is credited";
  return [creditReturnLine({ grantId, name, unit, timing, why }, own, pricing)];
}
