import { isProblem, readDecimal } from "../money/decimal.js";
import { divide, formatExact, fraction, powerOfTen } from "../money/fraction.js";

/** An amount in minor units (cents) as one in the currency, exactly. What is no decimal stays, for the parser to report. */
export function fromMinorUnits(amount: unknown, decimals: number): unknown {
  const value = readDecimal(amount);
  return isProblem(value) ? amount : formatExact(divide(value, fraction(powerOfTen(decimals))));
}
