import {
  balanceOf,
  burnOrder,
  type CreditGrant,
  type CreditTiming,
  expiryOf,
  usableFrom,
} from "../../account/credit-grant.js";
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
import type { LineTerms } from "../line-terms.js";
import { amountLine, keyText, type LineKey, type PricedLine } from "../priced-line.js";
import { creditReturns } from "./credit-returns.js";
import {
  type DocumentPricing,
  type DocumentStep,
  netByKey,
  type PricedPosting,
} from "./document-step.js";

/** What is owed under a key, and what grants may still take of it. */
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

/** The balances of grants while a document is priced, and what has been posted. */
export interface Ledger {
  readonly postings: readonly PricedPosting[];
  balanceOf(grant: CreditGrant): Fraction;
  post(kind: PricedPosting["kind"], grantId: string, unit: string, amount: Fraction): void;
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
    const owed = owedAmounts([...lines, ...returned], pricing);
    let limit = sum(owed.map(({ left }) => left));
    const drawn: PricedLine[] = [];
    for (const grant of own) {
      const taken = drawFrom(grant, owed, limit, pricing, ledger);
      if (taken.length === 0) continue;
      const quantity = sum(taken.map((each) => each.quantity));
      ledger.post("drawdown", grant.id, grant.unit, negate(quantity));
      limit = subtract(limit, sum(taken.map(({ amount }) => amount)));
      drawn.push(creditLine(grant, taken, timing, pricing));
    }
    writeOffExpired(own, pricing, ledger);
    for (const rollover of pricing.rollovers) writeOff(rollover, own, pricing, ledger);
    return { lines: [...returned, ...drawn], postings: ledger.postings };
  };
}

/** What is left of grants that have expired is written off. */
export function writeOffExpired(
  grants: readonly CreditGrant[],
  { timeline, moment }: DocumentPricing,
  ledger: Ledger,
): void {
  for (const grant of grants) {
    const rest = ledger.balanceOf(grant);
    if (isZero(rest) || expiryOf(grant, timeline.zone) > moment) continue;
    ledger.post("expiry", grant.id, grant.unit, negate(rest));
  }
}

/** What is left of some grants beyond what is taken over expires, that which would expire first of all. */
function writeOff(
  { isOf, max }: DocumentPricing["rollovers"][number],
  grants: readonly CreditGrant[],
  { timeline: { zone } }: DocumentPricing,
  ledger: Ledger,
): void {
  const own = grants
    .filter(({ id }) => isOf(id))
    .sort((a, b) => expiryOf(a, zone) - expiryOf(b, zone));
  let over = subtract(sum(own.map(ledger.balanceOf)), max);
  for (const grant of own) {
    const part = minimumOf(over, ledger.balanceOf(grant));
    if (part.numerator <= 0n) continue;
    ledger.post("expiry", grant.id, grant.unit, negate(part));
    over = subtract(over, part);
  }
}

export function openLedger(grants: readonly CreditGrant[]): Ledger {
  const balances = new Map(grants.map((grant) => [grant.id, balanceOf(grant)]));
  const postings: PricedPosting[] = [];
  return {
    postings,
    balanceOf: ({ id }) => balances.get(id) ?? ZERO,
    post(kind, grantId, unit, amount) {
      const before = balances.get(grantId);
      const after = before && add(before, amount);
      if (after !== undefined) balances.set(grantId, after);
      postings.push({ kind, grantId, unit, amount, before, after, grant: undefined });
    },
  };
}

/** What the document comes to under each key; what it comes to as a whole limits what grants take of it. */
function owedAmounts(
  lines: readonly PricedLine[],
  { history, period }: DocumentPricing,
): readonly OwedAmount[] {
  const own = new Map(lines.map((line) => [keyText(line.key), line]));
  return [...netByKey(lines)].map(([name, { key, amount }]) => {
    const line = own.get(name);
    const billed = history.billed.get(name)?.lines[0];
    return {
      key,
      line,
      period: line?.period ?? billed?.period ?? period,
      left: amount,
      units: ZERO,
    };
  });
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
  const shares = allocate(total, lefts, rounding.increment, lefts);
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
  taken: readonly Taken[],
  timing: CreditTiming,
  { period, currency }: DocumentPricing,
): PricedLine {
  const amount = negate(sum(taken.map((each) => each.amount)));
  const quantity = sum(taken.map((each) => each.quantity));
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
