import type { CreditGrant } from "../../account/credit-grant.js";
import { fewestUnits } from "../../account/grant-units.js";
import { roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  isZero,
  minimumOf,
  multiply,
  subtract,
  ZERO,
} from "../../money/fraction.js";
import type { DocumentPricing } from "./document-step.js";
import { countOf, valueOfFree } from "./free-units.js";
import type { OwedAmount, Taken } from "./owed-amounts.js";

/**
 * Pays in a pricing unit for what is priced in it; or frees units of what is counted in it: all usage under a key costs what it would
 * without them, so they are the last units of its tiers, however many documents bill it. Where fewer units would cost more, none is
 * taken.
 */
export function drawUnits(
  { unit }: CreditGrant,
  open: readonly OwedAmount[],
  { balance, limit }: { readonly balance: Fraction; readonly limit: Fraction },
  { rounding }: Pick<DocumentPricing, "rounding">,
): readonly Taken[] {
  const taken: Taken[] = [];
  let [units, money] = [balance, limit];
  for (const each of open) {
    const worth = worthIn(unit, each);
    if (worth === undefined) continue;
    const quantity = minimumOf(units, worth.most);
    const value = worth.of(quantity);
    if (quantity.numerator <= 0n || value.numerator <= 0n) continue;
    const room = minimumOf(each.left, money);
    const most = minimumOf(value, room);
    // What is left is on the currency's grid, so that no rounding takes more.
    const paid = minimumOf(roundAmount(most, rounding), room);
    if (isZero(paid)) continue;
    const used = compare(most, value) < 0 ? worth.fewest(most, quantity) : quantity;
    each.pay(unit, { amount: paid, quantity: used });
    units = subtract(units, used);
    money = subtract(money, paid);
    taken.push({ key: each.key, amount: paid, quantity: used });
  }
  return taken;
}

/** How many of a unit an amount may take, and what so many of them are worth. */
interface Worth {
  readonly most: Fraction;
  of(quantity: Fraction): Fraction;
  /** How many are used where less is owed than a quantity is worth. */
  fewest(amount: Fraction, quantity: Fraction): Fraction;
}

/**
 * What a unit is worth on what is owed: at its rate, where the price is in the unit; where the usage is counted in it, in proportion
 * to what is owed for that after discounts, less what is free of it already; nothing where it has nothing to do with it.
 */
function worthIn(unit: string, { left, line, usage }: OwedAmount): Worth | undefined {
  const pricingUnit = line && (line.pricingUnit ?? line.terms?.pricingUnit);
  if (pricingUnit?.code === unit) {
    const unitRate = exact(pricingUnit.rate);
    return {
      most: divide(left, unitRate),
      of: (some) => multiply(some, unitRate),
      fewest: (amount) => divide(amount, unitRate),
    };
  }
  if (usage === undefined || usage.line.unitOfMeasure !== unit) return undefined;
  const { paid, units } = usage;
  const worthOf = (some: Fraction) => subtract(valueOfFree(usage, add(units, some)) ?? ZERO, paid);
  return {
    most: subtract(countOf(usage), units),
    of: worthOf,
    fewest: (amount, quantity) => fewestUnits(worthOf, amount, quantity),
  };
}
