import type { Fraction } from "./fraction.js";

/**
 * How a value between two steps is rounded.
 *
 * `half-away-from-zero` (the default: symmetric, so a reversal cancels exactly), `half-toward-zero`, `half-even`
 * (banker's), `half-odd`, `half-ceiling` and `half-floor` go to the nearest step and differ only at the exact middle.
 * `up` goes away from zero, `down` toward zero, `ceiling` toward +∞, `floor` toward −∞.
 */
export type RoundingMode =
  | "half-away-from-zero"
  | "half-toward-zero"
  | "half-even"
  | "half-odd"
  | "half-ceiling"
  | "half-floor"
  | "up"
  | "down"
  | "ceiling"
  | "floor";

/**
 * Whether a value that lies strictly between two integers goes to the one further from zero.
 * `half` compares the discarded part with one half; `odd` says whether the integer nearer to zero is odd.
 */
type GoesAway = (half: -1 | 0 | 1, negative: boolean, odd: boolean) => boolean;

const goesAway: { readonly [mode in RoundingMode]: GoesAway } = {
  "half-away-from-zero": (half) => half >= 0,
  "half-toward-zero": (half) => half > 0,
  "half-even": (half, _negative, odd) => half > 0 || (half === 0 && odd),
  "half-odd": (half, _negative, odd) => half > 0 || (half === 0 && !odd),
  "half-ceiling": (half, negative) => half > 0 || (half === 0 && !negative),
  "half-floor": (half, negative) => half > 0 || (half === 0 && negative),
  up: () => true,
  down: () => false,
  ceiling: (_half, negative) => !negative,
  floor: (_half, negative) => negative,
};

export const ROUNDING_MODES = Object.keys(goesAway) as readonly RoundingMode[];

/** `numerator / denominator` (denominator positive) to an integer. */
export function roundQuotient(numerator: bigint, denominator: bigint, mode: RoundingMode): bigint {
  const towardZero = numerator / denominator;
  const rest = numerator - towardZero * denominator;
  if (rest === 0n) return towardZero;
  const negative = rest < 0n;
  const twice = negative ? -2n * rest : 2n * rest;
  const half = twice < denominator ? -1 : twice > denominator ? 1 : 0;
  if (!goesAway[mode](half, negative, (towardZero & 1n) === 1n)) return towardZero;
  return negative ? towardZero - 1n : towardZero + 1n;
}

/** The multiple of `increment` (positive) that `value` rounds to. */
export function roundToIncrement(
  value: Fraction,
  increment: Fraction,
  mode: RoundingMode,
): Fraction {
  const steps = roundQuotient(
    value.numerator * increment.denominator,
    value.denominator * increment.numerator,
    mode,
  );
  return { numerator: steps * increment.numerator, denominator: increment.denominator };
}
