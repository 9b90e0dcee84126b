import type { TaxRate } from "../../account/tax-rate.js";
import { roundTogether } from "../../money/allocation.js";
import { type AmountRounding, formatAmount, roundAmount } from "../../money/amount-rounding.js";
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
import { amountStep, type ExactStep } from "../../pricing/step.js";
import {
  type AppliedShare,
  amountLine,
  keyText,
  type LineKey,
  type PricedLine,
  roundingStep,
} from "../document/priced-line.js";
import { type BilledTaxes, billedTaxes, compareRates, rateText } from "./billed-taxes.js";
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
  /** What it comes to by now on all that is billed under the same keys, exactly. */
  readonly due: Fraction;
  /** What of that earlier documents have charged. */
  readonly billed: Fraction;
  readonly exactAmount: Fraction;
  /** What falls to each amount, rounded: of what is due by now, and less what was billed before. */
  readonly dueShares: readonly AppliedShare[];
  readonly shares: readonly AppliedShare[];
}

/**
 * Charges the taxes on what the document comes to so far: due − billed, as all that is corrected. Each is one line, rounded once, unless
 * the policy says otherwise; its shares are given out by largest remainder. Taxes that the prices hold are taken out of them by a line of their own, so that what the customer
 * pays stays as it is.
 */
export function taxLines(pricing: DocumentPricing, lines: readonly PricedLine[]): DocumentLines {
  const taxed = [...netByKey(lines).values()]
    .filter(({ amount }) => !isZero(amount))
    .map(({ key, amount }) => ({ key, amount, rates: pricing.taxRatesOf(key) }));
  const charged: ChargedTax[] = [];
  const earlier = billedTaxes(pricing.history);
  for (const rate of inOrder(taxed.flatMap(({ rates }) => rates)))
    charged.push(charge(rate, taxed, charged, earlier, pricing));
  const held = charged.filter(({ rate }) => rate.inclusive === true);
  return {
    lines: [
      ...(held.length === 0 ? [] : [includedLine(held, earlier, pricing)]),
      ...charged.map((tax) => taxLine(tax, charged, pricing)),
    ],
  };
}

/** Each rate once, those that are charged on others after them. */
function inOrder(all: readonly TaxRate[]): readonly TaxRate[] {
  return [...new Map(all.map((rate) => [rateText(rate), rate])).values()].sort(compareRates);
}

function charge(
  rate: TaxRate,
  taxed: readonly TaxedAmount[],
  before: readonly ChargedTax[],
  earlier: BilledTaxes,
  { rounding, policy }: DocumentPricing,
): ChargedTax {
  const name = rateText(rate);
  const on = taxed.filter(({ rates }) => rates.some((each) => rateText(each) === name));
  const chargedOn = shareFinder(rate.compound === true ? before : []);
  const billed = on.map(({ key }) => earlier.of(rate, key));
  const exactShares = on.map(({ key, amount, rates }, index) => {
    if (rate.marker !== undefined) return ZERO;
    const all = add(amount, billed[index]?.taxed ?? ZERO);
    if (rate.inclusive === true) return heldTax(rate, all, rates);
    return multiply(add(all, chargedOn(key)), shareOfOne(rate));
  });
  const rounded =
    policy.taxes.rounding === "line"
      ? exactShares.map((share) => roundAmount(share, rounding))
      : roundTogether(exactShares, rounding.increment, rounding.mode);
  const dueShares = on.map(({ key }, index) => ({ key, amount: rounded[index] ?? ZERO }));
  const shares = dueShares.map(({ key, amount }, index) => ({
    key,
    amount: subtract(amount, billed[index]?.amount ?? ZERO),
  }));
  const due = sum(exactShares);
  const had = sum(billed.map((each) => each.amount));
  return { rate, on, due, billed: had, exactAmount: subtract(due, had), dueShares, shares };
}

/** Finds what taxes have charged on what is billed under a key. */
function shareFinder(
  taxes: readonly ChargedTax[],
  sharesOf = ({ shares }: ChargedTax) => shares,
): (key: LineKey) => Fraction {
  const shares = new Map<string, Fraction>();
  for (const { key, amount } of taxes.flatMap(sharesOf)) {
    const name = keyText(key);
    shares.set(name, add(shares.get(name) ?? ZERO, amount));
  }
  return (key) => shares.get(keyText(key)) ?? ZERO;
}

function shareOfOne({ percent = "0" }: TaxRate): Fraction {
  return divide(exact(percent), fraction(100n));
}

/** What of a price is a tax that it holds: price = net × (1 + all simple rates) × (1 + each compound rate). */
function heldTax(rate: TaxRate, amount: Fraction, rates: readonly TaxRate[]): Fraction {
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
  const { rate, on, due, billed, exactAmount, shares } = tax;
  const { id, name = id, percent = "0", marker } = rate;
  const amount = sum(shares.map((share) => share.amount));
  const byNow = isZero(billed) ? "" : ", as they are by now";
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
      amountStep("tax", due, marker ?? `${percent} % of ${on.length} amounts${byNow}`),
      ...billedStep(billed, rounding),
      ...roundingStep(exactAmount, amount, rounding),
    ],
  });
}

/** The step for what of a tax stands on earlier documents. */
function billedStep(billed: Fraction, rounding: AmountRounding): readonly ExactStep[] {
  if (isZero(billed)) return [];
  return [amountStep("billed", negate(billed), `billed before: ${formatAmount(billed, rounding)}`)];
}

/** What a tax is charged on: without those that the prices hold, and with those before it where it is charged on them too. */
function taxableOf({ rate, on }: ChargedTax, all: readonly ChargedTax[]): Fraction {
  const held = shareFinder(all.filter((each) => each.rate.inclusive === true));
  const place = all.findIndex((each) => each.rate === rate);
  const before = shareFinder(rate.compound === true ? all.slice(0, place) : []);
  return sum(on.map(({ key, amount }) => add(subtract(amount, held(key)), before(key))));
}

/** Takes what the prices hold of taxes out of them: due − billed, as the taxes themselves. */
function includedLine(
  held: readonly ChargedTax[],
  earlier: BilledTaxes,
  { period, rounding }: DocumentPricing,
): PricedLine {
  const dueOf = shareFinder(held, ({ dueShares }) => dueShares);
  const keys = new Map(
    held.flatMap(({ shares }) => shares.map(({ key }) => [keyText(key), key] as const)),
  );
  const rates = held.map(({ rate }) => rate);
  const parts = [...keys.values()].map((key) => ({
    key,
    due: negate(dueOf(key)),
    billed: earlier.includedOf(rates, key),
  }));
  const appliedTo = parts.map(({ key, due, billed }) => ({ key, amount: subtract(due, billed) }));
  const billed = sum(parts.map((each) => each.billed));
  const exactAmount = negate(sum([...held.map(({ due }) => due), billed]));
  const amount = sum(appliedTo.map((share) => share.amount));
  return amountLine({
    key: { kind: "included-tax", chargeId: null, start: period.start, group: null },
    description: "Taxes included in the prices",
    period,
    exactAmount,
    amount,
    appliedTo,
    steps: [
      ...held.map(({ rate, due }) =>
        amountStep("tax", negate(due), `${rate.name ?? rate.id} out of the prices`),
      ),
      ...billedStep(billed, rounding),
      ...roundingStep(exactAmount, amount, rounding),
    ],
  });
}
