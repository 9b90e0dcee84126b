/** Taxes on what a document comes to: each once, on what is left under each key. */
import { netByKey, type OracleLine, totalOf } from "./line.js";
import { HUNDRED, ONE, type Rational, read, round, roundTogether, sum, ZERO } from "./rational.js";
import type { Money } from "./reductions.js";
import type { RatedCharge, Span, Tax } from "./story.js";

/** What is taxed under a key, at which rates. */
interface Taxed {
  readonly key: string;
  readonly amount: Rational;
  readonly rates: readonly Tax[];
}

/** What a document has billed under a key before taxes, and what it has charged of each on that. */
export interface TaxedBefore {
  readonly amount: Rational;
  readonly charged: readonly (readonly [tax: Tax, amount: Rational])[];
}

/** The rates of a charge: all that apply, or those that mark it as free of tax. */
export function ratesOf(taxes: readonly Tax[], charge: RatedCharge | undefined): readonly Tax[] {
  const applying = taxes.filter(({ appliesTo }) => {
    if (appliesTo === undefined) return true;
    if (charge === undefined) return false;
    const { charges = [charge.id], taxCodes } = appliesTo;
    const codes = charge.taxCodes ?? [];
    return (
      charges.includes(charge.id) &&
      (taxCodes === undefined || taxCodes.some((code) => codes.includes(code)))
    );
  });
  const markers = applying.filter(({ marker }) => marker !== undefined);
  return markers.length > 0 ? markers : applying;
}

export function taxLines(
  lines: readonly OracleLine[],
  ratesUnder: (key: string) => readonly Tax[],
  { rounding = "total" }: { readonly rounding?: "total" | "line" },
  money: Money,
  span: Span,
  before: (key: string) => readonly TaxedBefore[],
): readonly OracleLine[] {
  const taxed = [...netByKey(lines)].map(
    ([key, amount]): Taxed => ({ key, amount, rates: ratesUnder(key) }),
  );
  const added: OracleLine[] = [];
  for (const tax of inOrder(taxed.flatMap(({ rates }) => rates))) {
    const on = taxed.filter(
      ({ rates, amount }) => rates.some((rate) => same(rate, tax)) && amount.sign !== 0,
    );
    if (on.length === 0) continue;
    // What is due by now of all that is billed under each key at this rate, less what was charged of it before.
    const earlier = on.map(({ key }) =>
      before(key).filter(({ charged }) => charged.some(([other]) => same(other, tax))),
    );
    const exact = on.map((one, index) =>
      sum([
        taxOf(tax, one, added),
        ...(earlier[index] ?? []).map((each) => taxBefore(tax, one, each)),
      ]),
    );
    const rounded =
      rounding === "line"
        ? exact.map((amount) => round(amount, money.step, money.mode))
        : roundTogether(exact, money.step, money.mode);
    const billed = earlier.map((list) =>
      sum(
        list.flatMap(({ charged }) =>
          charged.flatMap(([other, amount]) => (same(other, tax) ? [amount] : [])),
        ),
      ),
    );
    const shares = rounded.map((amount, index) => amount.minus(billed[index] ?? ZERO));
    added.push({
      key: `tax:${nameOf(tax)}@${span.start}`,
      kind: "tax",
      countsAs: "tax",
      chargeId: null,
      sourceId: tax.id,
      span,
      amount: sum(shares),
      exact: sum(exact).minus(sum(billed)),
      tax,
      shares: on.map(({ key }, index) => ({ key, amount: shares[index] ?? ZERO })),
    });
  }
  const heldLines = added.filter((line) =>
    taxed.some(({ rates }) => rates.some(({ inclusive, id }) => inclusive && id === line.sourceId)),
  );
  if (heldLines.length === 0) return added;
  const held = heldLines.flatMap(({ shares }) => shares);
  const amount = totalOf(held).negated();
  return [
    {
      key: `included-tax@${span.start}`,
      kind: "included-tax",
      countsAs: "included-tax",
      chargeId: null,
      sourceId: null,
      span,
      amount,
      exact: amount,
      shares: held.map((share) => ({ ...share, amount: share.amount.negated() })),
    },
    ...added,
  ];
}

/** A rate of today, and the same tax at another rate on what is corrected, are two. */
function nameOf({ id, percent, inclusive, compound, marker }: Tax): string {
  return JSON.stringify([id, percent ?? "0", inclusive ?? false, compound ?? false, marker ?? ""]);
}

function same(a: Tax, b: Tax): boolean {
  return nameOf(a) === nameOf(b);
}

/** Each rate once: those that are charged on others after them, else by their ids. */
function inOrder(rates: readonly Tax[]): readonly Tax[] {
  const once = [...new Map(rates.map((rate) => [nameOf(rate), rate])).values()];
  const rank = ({ compound }: Tax) => (compound ? 1 : 0);
  return once.sort((a, b) => rank(a) - rank(b) || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function shareOf({ percent = "0", marker }: Tax): Rational {
  return marker === undefined ? read(percent).over(HUNDRED) : ZERO;
}

/** The same on what an earlier document has billed. */
function taxBefore(tax: Tax, { key, rates }: Taxed, { amount, charged }: TaxedBefore): Rational {
  const others = charged.filter(
    ([other]) => !same(other, tax) && inOrder([other, tax])[0] === other,
  );
  const own = { key, amount: sum(others.map(([, other]) => other)) };
  return taxOf(tax, { key, amount, rates }, [{ shares: [own] }]);
}

/** What a tax comes to on an amount, exactly, with what other taxes have charged on it. */
function taxOf(
  tax: Tax,
  { key, amount, rates }: Taxed,
  before: readonly Pick<OracleLine, "shares">[],
): Rational {
  if (!tax.inclusive) {
    const charged = before.flatMap(({ shares }) => shares.filter((share) => share.key === key));
    const base = tax.compound ? amount.plus(totalOf(charged)) : amount;
    return base.times(shareOf(tax));
  }
  const ordered = inOrder(rates);
  const simple = ONE.plus(sum(ordered.filter(({ compound }) => !compound).map(shareOf)));
  const compounds = ordered.filter(({ compound }) => compound);
  const whole = compounds.reduce((factor, rate) => factor.times(ONE.plus(shareOf(rate))), simple);
  const net = amount.over(whole);
  if (!tax.compound) return net.times(shareOf(tax));
  const earlier = compounds.slice(
    0,
    compounds.findIndex((rate) => same(rate, tax)),
  );
  const base = earlier.reduce((factor, rate) => factor.times(ONE.plus(shareOf(rate))), simple);
  return net.times(base).times(shareOf(tax));
}
