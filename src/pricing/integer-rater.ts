import type { AmountRounding } from "../money/amount-rounding.js";
import { type Fraction, powerOfTen } from "../money/fraction.js";
import { FINE, FINE_FACTOR, type IntegerCurve, integerCurve, unitsAt } from "./integer-curve.js";
import type { LimitedTerms } from "./limits.js";

/**
 * What terms bill for a quantity of 0 or more, rounded and without their limits, as far as safe integers are proved exact for it; nothing
 * for any other quantity.
 */
export function integerRater(
  { minimum: _least, maximum: _most, ...terms }: LimitedTerms,
  rounding: AmountRounding,
): (quantity: Fraction) => Fraction | undefined {
  const whole = integerCurve(terms, rounding, 0);
  const denominator = powerOfTen(rounding.decimals);
  let fine: IntegerCurve | undefined;
  let isFineMade = false;
  const amountAt = (curve: IntegerCurve | undefined, x: number): Fraction | undefined =>
    curve !== undefined && x >= 0 && x <= curve.most
      ? { numerator: BigInt(unitsAt(curve, x)), denominator }
      : undefined;
  return (quantity) => {
    if (whole === undefined) return undefined;
    const numerator = Number(quantity.numerator);
    if (!Number.isSafeInteger(numerator)) return undefined;
    if (quantity.denominator === 1n) return amountAt(whole, numerator * whole.scale);
    const times = FINE_FACTOR / Number(quantity.denominator);
    if (!Number.isInteger(times)) return undefined;
    if (!isFineMade) fine = integerCurve(terms, rounding, FINE);
    isFineMade = true;
    return fine && amountAt(fine, numerator * times * (fine.scale / FINE_FACTOR));
  };
}
