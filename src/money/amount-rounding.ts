import { type CustomCurrencies, minorUnits } from "./currency.js";
import { type Fraction, formatScaled, powerOfTen } from "./fraction.js";
import { type RoundingMode, roundQuotient } from "./rounding.js";

/** How amounts of one currency are rounded: to multiples of `increment`, whose denominator is 10^decimals. */
export interface AmountRounding {
  readonly decimals: number;
  readonly increment: Fraction;
  readonly mode: RoundingMode;
}

/**
 * The rounding of a currency: to its minor unit, or to a larger increment such as 0.05. Nothing for an unknown
 * currency, or for an increment that is no multiple of the minor unit.
 */
export function amountRounding(
  currency: string,
  mode: RoundingMode,
  increment?: Fraction,
  custom?: CustomCurrencies,
): AmountRounding | "unknown_currency" | "invalid_increment" {
  const decimals = minorUnits(currency, custom);
  if (decimals === undefined) return "unknown_currency";
  const denominator = powerOfTen(decimals);
  if (increment === undefined) return { decimals, increment: { numerator: 1n, denominator }, mode };
  const units = increment.numerator * denominator;
  if (units % increment.denominator !== 0n) return "invalid_increment";
  return { decimals, increment: { numerator: units / increment.denominator, denominator }, mode };
}

/** An exact amount to the currency's grid. The one rounding step of a line. */
export function roundAmount(value: Fraction, { increment, mode }: AmountRounding): Fraction {
  const steps = roundQuotient(
    value.numerator * increment.denominator,
    value.denominator * increment.numerator,
    mode,
  );
  return { numerator: steps * increment.numerator, denominator: increment.denominator };
}

/** An amount on the currency's grid as text, always with all decimals of the minor unit: `"25500.00"`. */
export function formatAmount(amount: Fraction, { decimals }: AmountRounding): string {
  const { numerator, denominator } = amount;
  const scale = powerOfTen(decimals);
  return formatScaled(
    denominator === scale ? numerator : (numerator * scale) / denominator,
    decimals,
  );
}
