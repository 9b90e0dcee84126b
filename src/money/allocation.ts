import {
  add,
  compare,
  type Fraction,
  fraction,
  isZero,
  negate,
  subtract,
  sum,
} from "./fraction.js";
import { type RoundingMode, roundToIncrement } from "./rounding.js";

/**
 * Splits `total` (a multiple of `unit`) in proportion to `weights` (none negative), in multiples of `unit` that add
 * up to `total` exactly: every part gets its share rounded down, and the units left over go one each to the largest
 * remainders, ties to the earlier part. No part is a whole unit away from its exact share.
 *
 * When all weights are zero every part weighs the same. `mostOf`, where it is given, is the most that each part may
 * get (together at least `total`); a unit that a part has no room for goes to the next one.
 */
export function allocate(
  total: Fraction,
  weights: readonly Fraction[],
  unit: Fraction,
  mostOf?: readonly Fraction[],
): readonly Fraction[] {
  const whole = sum(weights);
  const equal = isZero(whole);
  const units = unitsIn(total, unit);
  const sign = units < 0n ? -1n : 1n;
  const magnitude = sign * units;
  const shares = weights.map((weight, index) => {
    const numerator = equal ? magnitude : magnitude * weight.numerator * whole.denominator;
    const denominator = equal ? BigInt(weights.length) : weight.denominator * whole.numerator;
    const floor = numerator / denominator;
    const most = mostOf?.[index];
    const room = most === undefined ? magnitude : unitsIn(most, unit);
    return {
      index,
      floor,
      room,
      remainder: fraction(numerator - floor * denominator, denominator),
    };
  });
  // biome-ignore lint/complexity/useMathMinMax: Math.min takes no bigints
  const parts = shares.map(({ floor, room }) => (floor > room ? room : floor));
  // Equals stay in their order: ties go to the earlier part.
  const order = shares.toSorted((a, b) => compare(b.remainder, a.remainder));
  let left = magnitude - parts.reduce((taken, part) => taken + part, 0n);
  // One round is enough without limits; with them, what finds no room goes round again.
  while (left > 0n) {
    const before = left;
    for (const { index, room } of order) {
      const part = parts[index] ?? 0n;
      if (left === 0n || part >= room) continue;
      parts[index] = part + 1n;
      left -= 1n;
    }
    if (left === before) throw new Error("unreachable: more to allocate than there is room for");
  }
  return parts.map((part) => ({
    numerator: sign * part * unit.numerator,
    denominator: unit.denominator,
  }));
}

function unitsIn(amount: Fraction, unit: Fraction): bigint {
  return (amount.numerator * unit.denominator) / (amount.denominator * unit.numerator);
}

/**
 * Rounds several exact values so that the rounded values add up to the rounded sum: each is cut off toward zero, and
 * the units left over go to the values that lost most in their direction, ties to the earlier value. Values may have
 * either sign; under a symmetric mode, opposite values are rounded to opposite results.
 */
export function roundTogether(
  values: readonly Fraction[],
  unit: Fraction,
  mode: RoundingMode,
): readonly Fraction[] {
  const cut = values.map((value) => roundToIncrement(value, unit, "down"));
  const left = unitsIn(subtract(roundToIncrement(sum(values), unit, mode), sum(cut)), unit);
  const isLess = left < 0n;
  const [count, step] = isLess ? [-left, negate(unit)] : [left, unit];
  const lost = values.map((value, index) => {
    const rest = subtract(value, cut[index] ?? value);
    return { index, rest: isLess ? negate(rest) : rest };
  });
  const extra = new Set(
    lost
      .sort((a, b) => compare(b.rest, a.rest))
      .slice(0, Number(count))
      .map(({ index }) => index),
  );
  return cut.map((value, index) => (extra.has(index) ? add(value, step) : value));
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
