import { add, compare, type Fraction, fraction, isZero, subtract, sum } from "./fraction.js";
import { type RoundingMode, roundQuotient, roundToIncrement } from "./rounding.js";

/**
 * Splits `total` (a multiple of `unit`) in proportion to `weights` (none negative), in multiples of `unit` that add
 * up to `total` exactly: every part gets its share rounded down, and the units left over go one each to the largest
 * remainders, ties to the earlier part. No part is ever a whole unit away from its exact share.
 *
 * When all weights are zero every part weighs the same.
 */
export function allocate(
  total: Fraction,
  weights: readonly Fraction[],
  unit: Fraction,
): readonly Fraction[] {
  const whole = sum(weights);
  const equal = isZero(whole);
  const units = roundQuotient(
    total.numerator * unit.denominator,
    total.denominator * unit.numerator,
    "down",
  );
  const magnitude = units < 0n ? -units : units;
  const sign = units < 0n ? -1n : 1n;
  const shares = weights.map((weight, index) => {
    const numerator = equal ? magnitude : magnitude * weight.numerator * whole.denominator;
    const denominator = equal ? BigInt(weights.length) : weight.denominator * whole.numerator;
    const floor = numerator / denominator;
    return { index, floor, remainder: fraction(numerator - floor * denominator, denominator) };
  });
  const left = magnitude - shares.reduce((taken, share) => taken + share.floor, 0n);
  const byRemainder = shares.toSorted(
    (a, b) => compare(b.remainder, a.remainder) || a.index - b.index,
  );
  const extra = new Set(byRemainder.slice(0, Number(left)).map((share) => share.index));
  return shares.map(({ index, floor }) => ({
    numerator: sign * (floor + (extra.has(index) ? 1n : 0n)) * unit.numerator,
    denominator: unit.denominator,
  }));
}

/**
 * Rounds several exact values so that the rounded values add up to the rounded sum: each is rounded down, and the
 * units left over go to the largest remainders. Values may have either sign.
 */
export function roundTogether(
  values: readonly Fraction[],
  unit: Fraction,
  mode: RoundingMode,
): readonly Fraction[] {
  const floors = values.map((value) => roundToIncrement(value, unit, "floor"));
  const remainders = values.map((value, index) => ({
    index,
    rest: subtract(value, floors[index] ?? value),
  }));
  const left = subtract(roundToIncrement(sum(values), unit, mode), sum(floors));
  const count = roundQuotient(
    left.numerator * unit.denominator,
    left.denominator * unit.numerator,
    "down",
  );
  const extra = new Set(
    remainders
      .toSorted((a, b) => compare(b.rest, a.rest) || a.index - b.index)
      .slice(0, Number(count))
      .map(({ index }) => index),
  );
  return floors.map((floor, index) => (extra.has(index) ? add(floor, unit) : floor));
}

/**
 * Cuts `total` at the given shares of the whole (ascending, each between 0 and 1): piece k is
 * round(total × cut k+1) − round(total × cut k). However it is cut, the pieces add up to round(total).
 */
export function roundPieces(
  total: Fraction,
  cuts: readonly Fraction[],
  unit: Fraction,
  mode: RoundingMode,
): readonly Fraction[] {
  const upTo = [...cuts, fraction(1n)].map((cut) =>
    roundToIncrement(
      {
        numerator: total.numerator * cut.numerator,
        denominator: total.denominator * cut.denominator,
      },
      unit,
      mode,
    ),
  );
  return upTo.map((end, index) => (index === 0 ? end : subtract(end, upTo[index - 1] ?? end)));
}
