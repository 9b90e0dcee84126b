import type { TaxRate } from "../../account/tax-rate.js";
import { compareTexts } from "../../data/compare-texts.js";
import { once } from "../../data/recent.js";
import { roundTogether } from "../../money/allocation.js";
import { roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  divide,
  type Fraction,
  fraction,
  isZero,
  multiply,
  negate,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { amountStep } from "../../pricing/step.js";
import {
  type AppliedShare,
  amountLine,
  keyText,
  type LineKey,
  type PricedLine,
  roundingStep,
} from "../document/priced-line.js";
import { type DocumentLines, type DocumentPricing, netByKey } from "./document-step.js";

/** What is taxed under a key, net of all that came before; prices that hold taxes still do. */
interface TaxedAmount {
  readonly key: LineKey;
  readonly amount: Fraction;
  readonly rates: readonly TaxRate[];
}

/** One tax, with what of it falls to each amount. */
interface ChargedTax {
  readonly rate: TaxRate;
  readonly on: readonly TaxedAmount[];
  readonly exactAmount: Fraction;
  readonly shares: readonly AppliedShare[];
}

/**
 * Charges the taxes on what the document comes to so far. Each is one line, rounded once, unless the policy says otherwise; its
 * shares are given out by largest remainder. Taxes that the prices hold are taken out of them by a line of their own, so that what the customer
 * pays stays as it is.
 */
export function taxLines(pricing: DocumentPricing, lines: readonly PricedLine[]): DocumentLines {
  const taxed = [...netByKey(lines).values()]
    .filter(({ amount }) => !isZero(amount))
    .map(({ key, amount }) => ({ key, amount, rates: pricing.taxRatesOf(key) }));
  const charged: ChargedTax[] = [];
  for (const rate of inOrder(taxed.flatMap(({ rates }) => rates)))
    charged.push(charge(rate, taxed, charged, pricing));
  const held = charged.filter(({ rate }) => rate.inclusive === true);
  return {
    lines: [
      ...(held.length === 0 ? [] : [includedLine(held, pricing)]),
      ...charged.map((tax) => taxLine(tax, charged, pricing)),
    ],
  };
}

/** Each rate once, those that are charged on others after them. */
function inOrder(all: readonly TaxRate[]): readonly TaxRate[] {
  return [...new Map(all.map((rate) => [rateText(rate), rate]))]
    .sort(
      ([a, one], [b, other]) =>
        Number(one.compound === true) - Number(other.compound === true) || compareTexts(a, b),
    )
    .map(([, rate]) => rate);
}

/** What tells rates apart on one document: a tax may be charged at the rate of today and, on what is corrected, at another. */
export const rateText = once(({ id, percent = "0", inclusive, compound, marker }: TaxRate) => {
  const flags = [marker, inclusive === true && "inclusive", compound === true && "compound"];
  return [id, `${percent}%`, ...flags.filter((flag) => typeof flag === "string")].join(" ");
});

function charge(
  rate: TaxRate,
  taxed: readonly TaxedAmount[],
  before: readonly ChargedTax[],
  { rounding, policy }: DocumentPricing,
): ChargedTax {
  const name = rateText(rate);
  const on = taxed.filter(({ rates }) => rates.some((each) => rateText(each) === name));
  const chargedOn = shareFinder(rate.compound === true ? before : []);
  const exactShares = on.map((each) => {
    if (rate.marker !== undefined) return ZERO;
    if (rate.inclusive === true) return heldTax(rate, each);
    return multiply(add(each.amount, chargedOn(each.key)), shareOfOne(rate));
  });
  const rounded =
    policy.taxes.rounding === "line"
      ? exactShares.map((share) => roundAmount(share, rounding))
      : roundTogether(exactShares, rounding.increment, rounding.mode);
  const shares = on.map(({ key }, index) => ({ key, amount: rounded[index] ?? ZERO }));
  return { rate, on, exactAmount: sum(exactShares), shares };
}

/** Finds what taxes have charged on what is billed under a key. */
function shareFinder(taxes: readonly ChargedTax[]): (key: LineKey) => Fraction {
  const shares = new Map<string, Fraction>();
  for (const { key, amount } of taxes.flatMap((tax) => tax.shares)) {
    const name = keyText(key);
    shares.set(name, add(shares.get(name) ?? ZERO, amount));
  }
  return (key) => shares.get(keyText(key)) ?? ZERO;
}

function shareOfOne({ percent = "0" }: TaxRate): Fraction {
  return divide(exact(percent), fraction(100n));
}

/** What of a price is a tax that it holds: price = net × (1 + all simple rates) × (1 + each compound rate). */
function heldTax(rate: TaxRate, { amount, rates }: TaxedAmount): Fraction {
  const simple = sum(rates.filter(({ compound }) => compound !== true).map(shareOfOne));
  let base = add(ONE, simple);
  let own = shareOfOne(rate);
  for (const each of inOrder(rates.filter(({ compound }) => compound === true))) {
    if (rateText(each) === rateText(rate)) own = multiply(base, shareOfOne(each));
    base = multiply(base, add(ONE, shareOfOne(each)));
  }
  return divide(multiply(amount, own), base);
}

function taxLine(
  tax: ChargedTax,
  all: readonly ChargedTax[],
  { period, rounding }: DocumentPricing,
): PricedLine {
  const { rate, on, exactAmount, shares } = tax;
  const { id, name = id, percent = "0", marker } = rate;
  const amount = sum(shares.map((share) => share.amount));
  return amountLine({
    key: {
      kind: "tax",
      chargeId: null,
      sourceId: rateText(rate),
      start: period.start,
      group: null,
    },
    description: marker === undefined ? name : `${name} (${marker})`,
    period,
    exactAmount,
    amount,
    appliedTo: shares,
    tax: { rate, taxable: taxableOf(tax, all) },
    steps: [
      amountStep("tax", exactAmount, marker ?? `${percent} % of ${on.length} amounts`),
      ...roundingStep(exactAmount, amount, rounding),
    ],
  });
}

/** What a tax is charged on: without those that the prices hold, and with those before it where it is charged on them too. */
function taxableOf({ rate, on }: ChargedTax, all: readonly ChargedTax[]): Fraction {
  const held = shareFinder(all.filter((each) => each.rate.inclusive === true));
  const place = all.findIndex((each) => each.rate === rate);
  const before = shareFinder(rate.compound === true ? all.slice(0, place) : []);
  return sum(on.map(({ key, amount }) => add(subtract(amount, held(key)), before(key))));
}

/** Takes what the prices hold of taxes out of them. */
function includedLine(
  held: readonly ChargedTax[],
  { period, rounding }: DocumentPricing,
): PricedLine {
  const heldOn = shareFinder(held);
  const keys = new Map(
    held.flatMap(({ shares }) => shares.map(({ key }) => [keyText(key), key] as const)),
  );
  const appliedTo = [...keys.values()].map((key) => ({ key, amount: negate(heldOn(key)) }));
  const exactAmount = negate(sum(held.map((tax) => tax.exactAmount)));
  const amount = sum(appliedTo.map((share) => share.amount));
  return amountLine({
    key: { kind: "included-tax", chargeId: null, start: period.start, group: null },
    description: "Taxes included in the prices",
    period,
    exactAmount,
    amount,
    appliedTo,
    steps: [
      ...held.map(({ rate, exactAmount: each }) =>
        amountStep("tax", negate(each), `${rate.name ?? rate.id} out of the prices`),
      ),
      ...roundingStep(exactAmount, amount, rounding),
    ],
  });
}
