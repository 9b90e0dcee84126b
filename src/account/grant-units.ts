import {
  compare,
  divide,
  type Fraction,
  fraction,
  minimumOf,
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

/**
 * As many units, up to the sixth decimal, as are worth an amount while one part fewer is worth less; of a quantity that is worth it. In
 * proportion, where each is worth as much as another.
 */
export function fewestUnits(
  worthOf: (units: Fraction) => Fraction,
  amount: Fraction,
  quantity: Fraction,
): Fraction {
  const partsIn = (units: Fraction) => divide(roundUnits(units), SMALLEST_PART).numerator;
  const inProportion = partsIn(divide(multiply(quantity, amount), worthOf(quantity)));
  const guesses = [inProportion, inProportion - 1n];
  // So many parts are worth too little, and so many enough.
  let [low, high] = [0n, partsIn(quantity)];
  while (high - low > 1n) {
    const parts = guesses.shift() ?? (low + high) / 2n;
    if (parts <= low || parts >= high) continue;
    const isEnough = compare(worthOf(multiply(fraction(parts), SMALLEST_PART)), amount) >= 0;
    if (isEnough) high = parts;
    else low = parts;
  }
  return minimumOf(multiply(fraction(high), SMALLEST_PART), quantity);
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
