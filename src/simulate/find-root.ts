import {
  compare,
  divide,
  type Fraction,
  fraction,
  multiply,
  subtract,
  sum,
} from "../money/fraction.js";
import { roundToIncrement } from "../money/rounding.js";

/** A function of decimals, exact. */
export type Exactly = (at: Fraction) => Fraction;

/** Where a function comes to nothing. */
export interface Root {
  /** The place; a decimal unless it is exact. */
  readonly at: Fraction;
  /** Whether the function comes to nothing there, and not only within the tolerance. */
  readonly isExact: boolean;
  /** What the function comes to on the near side, as close as was looked. */
  readonly near: Sample;
  /** And on the far side. */
  readonly far: Sample;
}

export interface Sample {
  readonly at: Fraction;
  readonly value: Fraction;
}

/** The most decimals of a place that is tried. */
const DECIMALS = fraction(1n, 10n ** 40n);
/** How near two places must be between which the sign changes. */
export const TOLERANCE: Fraction = Object.freeze({ numerator: 1n, denominator: 10n ** 15n });
const MOST_TRIES = 200;

/**
 * Where a function comes to nothing between two places, the first of which has a sign of its own: the nearest to it, as far as the
 * function is straight there. Chords find the root of what is straight in one step, halving gets to where it is straight.
 */
export function findRoot(of: Exactly, near: Sample, far: Sample): Root {
  let [low, high] = [near, far];
  let before: Sample | undefined;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const found = alongChord(of, low, high.value.numerator === 0n ? before : high, [low, high]);
    if (found !== undefined) return { at: found, isExact: true, near: low, far: high };
    const distance = subtract(high.at, low.at);
    if (compare(absolute(distance), TOLERANCE) <= 0) break;
    const middle = sample(
      of,
      roundToIncrement(half(sum([low.at, high.at])), DECIMALS, "half-even"),
    );
    if (signOf(middle) === signOf(low)) {
      before = low;
      low = middle;
    } else {
      high = middle;
    }
  }
  return { at: high.at, isExact: high.value.numerator === 0n, near: low, far: high };
}

/** The root of the line through two samples, if the function has its root there too. */
function alongChord(
  of: Exactly,
  a: Sample,
  b: Sample | undefined,
  [low, high]: readonly [Sample, Sample],
): Fraction | undefined {
  if (b === undefined) return undefined;
  const rise = subtract(b.value, a.value);
  if (rise.numerator === 0n) return undefined;
  const at = subtract(a.at, divide(multiply(a.value, subtract(b.at, a.at)), rise));
  if (compare(at, low.at) * compare(at, high.at) > 0) return undefined;
  const nearest = roundToIncrement(at, DECIMALS, "floor");
  const value = of(nearest);
  if (compare(nearest, at) === 0) return value.numerator === 0n ? at : undefined;
  // No decimal is the root: the function goes through it where the decimals on either side lie on the line.
  const next = sum([nearest, DECIMALS]);
  const onLine = (place: Fraction) =>
    sum([a.value, divide(multiply(rise, subtract(place, a.at)), subtract(b.at, a.at))]);
  const isStraight = compare(value, onLine(nearest)) === 0 && compare(of(next), onLine(next)) === 0;
  return isStraight ? at : undefined;
}

export function sample(of: Exactly, at: Fraction): Sample {
  return { at, value: of(at) };
}

/** −1, 0 or 1. */
export function signOf({ value }: Sample): number {
  return value.numerator === 0n ? 0 : value.numerator < 0n ? -1 : 1;
}

function half(value: Fraction): Fraction {
  return divide(value, fraction(2n));
}

export function absolute({ numerator, denominator }: Fraction): Fraction {
  return { numerator: numerator < 0n ? -numerator : numerator, denominator };
}
