import {
  burnOrder,
  type CreditGrant,
  type CreditTiming,
  expiryOf,
  usableFrom,
} from "../../account/credit-grant.js";
import { roundUnits } from "../../account/grant-units.js";
import { discountTargets } from "../../catalog/discount.js";
import { allocate } from "../../money/allocation.js";
import { roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  formatExact,
  isZero,
  minimumOf,
  multiply,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { roundToIncrement } from "../../money/rounding.js";
import { compileTerms } from "../../pricing/rate-exactly.js";
import { amountStep } from "../../pricing/step.js";
import type { Interval } from "../../time/interval.js";
import { gridOf } from "../history/account-parts.js";
import type { LineTerms } from "../line-terms.js";
import { amountLine, keyText, type LineKey, type PricedLine } from "../priced-line.js";
import { creditReturns } from "./credit-returns.js";
import {
  type DocumentPricing,
  type DocumentStep,
  type NetAmount,
  netByKey,
} from "./document-step.js";
import { type Ledger, openLedger, writeOff, writeOffExpired } from "./ledger.js";
import { payableOf } from "./payable.js";

/** What is owed under a key, and what grants may still take of it: net of what lowers its charge. */
interface OwedAmount {
  readonly key: LineKey;
  readonly period: Interval;
  readonly line: PricedLine | undefined;
  left: Fraction;
  /** Units that grants of the line's unit of measure have taken. */
  units: Fraction;
}

/** What a grant takes of one amount: money, and what that is in the grant's own unit. */
interface Taken {
  readonly key: LineKey;
  readonly amount: Fraction;
  readonly quantity: Fraction;
}

/**
 * Takes credit off: first what grants have paid for and is due no longer goes back to them, in reverse order of use; then they pay
 * for what is owed, those in units first, else in the order of the policy, each within its scope and dates, and never more than that. What is left of
 * one that has expired by the moment of the document is written off.
 */
export function applyCredits(timing: CreditTiming): DocumentStep {
  return (pricing, lines) => {
    const { credits, policy, currency } = pricing;
    const inOrder = burnOrder(policy.credits.order);
    const isMoney = ({ unit }: CreditGrant) => unit === currency;
    const own = credits
      .filter(({ applied = policy.credits.applied }) => applied === timing)
      .sort((a, b) => Number(isMoney(a)) - Number(isMoney(b)) || inOrder(a, b));
    const ledger = openLedger(own);
    const returned = creditReturns(timing, pricing, lines, (...entry) =>
      ledger.post("return", ...entry),
    );
    const nets = netByKey([...lines, ...returned]);
    const owed = own.length === 0 ? [] : owedAmounts(nets, [...lines, ...returned], pricing);
    let limit = sum([...nets.values()].map(({ amount }) => amount));
    const drawn: PricedLine[] = [];
    for (const grant of own) {
      const taken = drawFrom(grant, owed, limit, pricing, ledger);
      if (taken.length === 0) continue;
      const used = sum(taken.map(({ quantity }) => quantity));
      const quantity = isMoney(grant) ? used : minimumOf(roundUnits(used), ledger.balanceOf(grant));
      ledger.post("drawdown", grant.id, grant.unit, negate(quantity));
      limit = subtract(limit, sum(taken.map(({ amount }) => amount)));
      drawn.push(creditLine(grant, { taken, quantity, timing }, pricing));
    }
    writeOffExpired(own, pricing, ledger);
    for (const rollover of pricing.rollovers) writeOff(rollover, own, pricing, ledger);
    return { lines: [...returned, ...drawn], postings: ledger.postings };
  };
}

/**
 * What the document comes to under each key, less what lowers its charge; what it comes to as a whole limits what grants take
 * of it.
 */
function owedAmounts(
  nets: ReadonlyMap<string, NetAmount>,
  lines: readonly PricedLine[],
  { history, period, rounding }: DocumentPricing,
): readonly OwedAmount[] {
  const own = new Map(lines.map((line) => [keyText(line.key), line]));
  const owed = [...nets].map(([name, { key, amount }]) => {
    const line = own.get(name);
    const billed = history.billed.get(name)?.lines[0];
    return { key, line, period: line?.period ?? billed?.period ?? period, amount };
  });
  const left = payableOf(owed, rounding);
  return owed.map((each, index) => ({ ...each, left: left[index] ?? ZERO, units: ZERO }));
}

function drawFrom(
  grant: CreditGrant,
  owed: readonly OwedAmount[],
  limit: Fraction,
  pricing: DocumentPricing,
  ledger: Ledger,
): readonly Taken[] {
  const { timeline, chargeOf, moment, rounding, currency } = pricing;
  const balance = ledger.balanceOf(grant);
  const [from, until] = [usableFrom(grant, timeline.zone), expiryOf(grant, timeline.zone)];
  if (from > moment || limit.numerator <= 0n || isZero(balance)) return [];
  const open = owed.filter(({ key, period, left }) => {
    const isInForce = from < period.end && period.start < until;
    return isInForce && left.numerator > 0n && paysFor(grant, chargeOf(key));
  });
  if (grant.unit !== currency) return drawUnits(grant, open, { balance, limit }, pricing);
  const lefts = open.map(({ left }) => left);
  const most = roundToIncrement(minimumOf(balance, limit), rounding.increment, "down");
  const total = minimumOf(most, sum(lefts));
  if (total.numerator <= 0n) return [];
  const { increment } = gridOf([total, ...lefts], rounding);
  const shares = allocate(total, lefts, increment, lefts);
  const taken: Taken[] = [];
  for (const [index, each] of open.entries()) {
    const amount = shares[index] ?? ZERO;
    if (isZero(amount)) continue;
    each.left = subtract(each.left, amount);
    taken.push({ key: each.key, amount, quantity: amount });
  }
  return taken;
}

function paysFor(
  { appliesTo = "all" }: CreditGrant,
  charge: ReturnType<DocumentPricing["chargeOf"]>,
): boolean {
  return appliesTo === "all" || (charge !== undefined && discountTargets(appliesTo, charge));
}

/**
 * Pays in a pricing unit for what is priced in it; or frees units of what is counted in it: each usage line costs what it would
 * without them, so they are the last units of its tiers. Where fewer units would cost more, none is taken.
 */
function drawUnits(
  { unit }: CreditGrant,
  open: readonly OwedAmount[],
  { balance, limit }: { readonly balance: Fraction; readonly limit: Fraction },
  { rounding }: DocumentPricing,
): readonly Taken[] {
  const taken: Taken[] = [];
  let [units, money] = [balance, limit];
  for (const each of open) {
    const { line } = each;
    const worth = line && worthIn(unit, each, line);
    if (worth === undefined) continue;
    const quantity = minimumOf(units, worth.most);
    const value = worth.of(quantity);
    if (quantity.numerator <= 0n || value.numerator <= 0n) continue;
    const room = minimumOf(each.left, money);
    const most = minimumOf(value, room);
    // What is left is on the currency's grid, so that no rounding takes more.
    const paid = minimumOf(roundAmount(most, rounding), room);
    if (isZero(paid)) continue;
    // Where less is owed than they are worth, so many fewer are used.
    const used = compare(most, value) < 0 ? divide(multiply(quantity, most), value) : quantity;
    each.left = subtract(each.left, paid);
    each.units = add(each.units, used);
    units = subtract(units, used);
    money = subtract(money, paid);
    taken.push({ key: each.key, amount: paid, quantity: used });
  }
  return taken;
}

/** How many of a unit a line may take, and what so many of them are worth. */
interface Worth {
  readonly most: Fraction;
  of(quantity: Fraction): Fraction;
}

/**
 * What a unit is worth on a line: at its rate, where the price is in the unit; where its usage is counted in it, in proportion to
 * what is left of the line after discounts; nothing where it has nothing to do with it.
 */
function worthIn(unit: string, { left, units }: OwedAmount, line: PricedLine): Worth | undefined {
  const { terms, quantity, pricingUnit = terms?.pricingUnit } = line;
  if (pricingUnit?.code === unit) {
    const unitRate = exact(pricingUnit.rate);
    return { most: divide(left, unitRate), of: (some) => multiply(some, unitRate) };
  }
  if (line.kind !== "usage" || line.unitOfMeasure !== unit || terms === null) return undefined;
  const priceOf = priceFinder(terms);
  const most = subtract(quantity, units);
  const before = priceOf(most);
  if (before.numerator <= 0n) return undefined;
  return {
    most,
    of: (some) => divide(multiply(left, subtract(before, priceOf(subtract(most, some)))), before),
  };
}

function priceFinder(terms: LineTerms): (quantity: Fraction) => Fraction {
  const { rater, needs } = compileTerms(terms);
  return needs === "quantity" ? (quantity) => rater.amount(quantity) : () => ZERO;
}

function creditLine(
  { id, name = id, unit }: CreditGrant,
  {
    taken,
    quantity,
    timing,
  }: {
    readonly taken: readonly Taken[];
    readonly quantity: Fraction;
    readonly timing: CreditTiming;
  },
  { period, currency }: DocumentPricing,
): PricedLine {
  const amount = negate(sum(taken.map((each) => each.amount)));
  const words = unit === currency ? "credit" : `${formatExact(quantity)} ${unit} free`;
  return amountLine({
    key: { kind: "credit", chargeId: null, sourceId: id, start: period.start, group: null },
    description: name,
    period,
    exactAmount: amount,
    amount,
    appliedTo: taken.map((each) => ({ key: each.key, amount: negate(each.amount) })),
    credit: { unit, quantity: negate(quantity), timing },
    steps: [amountStep("credit", amount, words)],
  });
}
