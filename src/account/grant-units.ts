import {
  compare,
  divide,
  type Fraction,
  fraction,
  multiply,
  powerOfTen,
} from "../money/fraction.js";
import { roundToIncrement } from "../money/rounding.js";

/** The smallest part of a unit that a grant is drawn by: quantities of ledgers are decimals. */
const SMALLEST_PART = fraction(1n, powerOfTen(6));

/** What is used of units that are drawn, up to the sixth decimal: nothing is paid for with none. */
export function roundUnits(quantity: Fraction): Fraction {
  return roundToIncrement(quantity, SMALLEST_PART, "up");
}

/** An amount that a grant has paid, and what that was in its own unit. */
export interface GrantUse {
  readonly amount: Fraction;
  readonly quantity: Fraction;
}

/** What a part of an amount was in the grant's unit, down to the sixth decimal; the last part takes the rest. */
export function unitsOf(part: Fraction, { amount, quantity }: GrantUse): Fraction {
  if (compare(part, amount) === 0) return quantity;
  const isMoney = compare(amount, quantity) === 0;
  return isMoney
    ? part
    : roundToIncrement(divide(multiply(quantity, part), amount), SMALLEST_PART, "down");
}
