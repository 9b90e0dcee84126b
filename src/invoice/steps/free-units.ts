import { roundUnits } from "../../account/grant-units.js";
import { type AmountRounding, roundAmount } from "../../money/amount-rounding.js";
import {
  divide,
  type Fraction,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  subtract,
  ZERO,
} from "../../money/fraction.js";
import type { EarlierUse } from "./credit-returns.js";
import type { BilledUsage, OwedAmount, Taken } from "./owed-amounts.js";

/** How many units of usage can be free. */
export function countOf({ line, freeElsewhere }: BilledUsage): Fraction {
  return subtract(line.quantity, freeElsewhere);
}

/**
 * What so many free units are worth of what is owed for usage: in proportion to its price before discounts, of which they are the last units.
 * Nothing where no quantity is priced.
 */
export function valueOfFree(usage: BilledUsage, units: Fraction): Fraction | undefined {
  const { priceOf } = usage.line;
  if (priceOf === undefined) return undefined;
  const all = countOf(usage);
  const whole = priceOf(all);
  if (whole.numerator <= 0n) return undefined;
  const rest = priceOf(subtract(all, minimumOf(units, all)));
  return divide(multiply(usage.owed, subtract(whole, rest)), whole);
}

/**
 * What goes back to grants of usage that they have paid in units of it, as it has become another one since: units beyond it, and
 * what the others are worth no longer. The last used first.
 */
export function overvalued(
  owed: readonly OwedAmount[],
  rounding: AmountRounding,
): readonly EarlierUse[] {
  return owed.flatMap(({ usage }) => {
    if (usage === undefined || usage.uses.length === 0) return [];
    const { units, paid } = usage;
    const all = countOf(usage);
    const worth = valueOfFree(usage, minimumOf(units, all));
    if (worth === undefined) return [];
    // Where fewer units would cost more, none are free.
    const isFree = worth.numerator > 0n;
    return lastOf(usage.uses, {
      amount: subtract(paid, isFree ? roundAmount(worth, rounding) : ZERO),
      quantity: subtract(units, isFree ? minimumOf(units, roundUnits(all)) : ZERO),
    });
  });
}

/** What was used last, up to an amount and a quantity. */
function lastOf(
  uses: readonly EarlierUse[],
  most: Pick<EarlierUse, "amount" | "quantity">,
): readonly EarlierUse[] {
  let { amount, quantity } = most;
  const upTo = (rest: Fraction, own: Fraction) => (isNegative(rest) ? ZERO : minimumOf(rest, own));
  return uses.toReversed().flatMap((use) => {
    const part = { amount: upTo(amount, use.amount), quantity: upTo(quantity, use.quantity) };
    amount = subtract(amount, part.amount);
    quantity = subtract(quantity, part.quantity);
    return isZero(part.amount) && isZero(part.quantity) ? [] : [{ ...use, ...part }];
  });
}

/** What a grant pays more for units that it has made free before. */
export interface Raise {
  readonly use: EarlierUse;
  readonly taken: Taken;
}

/** What grants pay more for usage, as the units of it that they have made free are worth more since; never more than is owed. */
export function undervalued(
  owed: readonly OwedAmount[],
  limit: Fraction,
  rounding: AmountRounding,
): readonly Raise[] {
  let money = limit;
  return owed.flatMap((each) => {
    const { usage, left } = each;
    if (usage === undefined) return [];
    const use = usage.uses.at(-1);
    const worth = valueOfFree(usage, usage.units);
    if (use === undefined || worth === undefined) return [];
    const more = subtract(roundAmount(worth, rounding), usage.paid);
    const amount = minimumOf(more, minimumOf(left, money));
    if (amount.numerator <= 0n) return [];
    const taken = { key: each.key, amount, quantity: ZERO };
    each.pay(use.unit, taken);
    money = subtract(money, amount);
    return [{ use, taken }];
  });
}
