import type { AmountRounding } from "../money/amount-rounding.js";
import { divide, type Fraction, fraction, multiply, reduce } from "../money/fraction.js";
import { type RoundingMode, roundQuotient } from "../money/rounding.js";
import { type Knot, onLine } from "./knot.js";

/** The largest number of which twice is still an integer without a gap. */
export const MOST = 2 ** 52;

/**
 * Straight stretches of whole numbers, in one list of four numbers each: a quantity from `first` to `last` comes to
 * ⌊(value + slope × (quantity − first)) / divisor⌋ steps of the currency's grid.
 */
export interface IntegerTable {
  /** Of each stretch `last`, `first`, `value` (with what rounds the quotient as the currency says) and `slope`. */
  readonly rows: Float64Array;
  readonly divisor: number;
  /** Whether what lies in the middle goes to the even neighbour, or to the odd one. */
  readonly middle: "up" | "even" | "odd";
  /** Up to where every number on the way is an integer without a gap, and there is a price. */
  readonly most: number;
}

/** How many numbers a stretch takes. */
export const ROW = 4;
/** So few stretches are looked through faster than bisected. */
const FEW = 16 * ROW;

/** Where the stretch of a quantity begins in the list. Nothing beyond `most` is asked for. */
export function rowAt(rows: Float64Array, x: number): number {
  let low = 0;
  if (rows.length > FEW) {
    let high = rows.length / ROW - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (x > (rows[middle * ROW] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low * ROW;
  }
  while (x > (rows[low] ?? 0)) low += ROW;
  return low;
}

/** The steps of a quantity in a stretch. */
export function stepsIn({ rows, divisor, middle }: IntegerTable, row: number, x: number): number {
  const dividend = (rows[row + 2] ?? 0) + (rows[row + 3] ?? 0) * (x - (rows[row + 1] ?? 0));
  // Exact: both are integers below 2^53, so the quotient is never rounded up to a whole number.
  const steps = Math.floor(dividend / divisor);
  if (middle === "up" || divisor % 2 === 1 || dividend !== steps * divisor) return steps;
  // What lay in the middle was rounded up: back to the other neighbour where that is the one.
  return (steps % 2 === 1) === (middle === "even") ? steps - 1 : steps;
}

/** What is added to a dividend, so that rounding its quotient down rounds it in another mode. Nothing here is negative. */
const toRoundDown: { readonly [mode in RoundingMode]: (divisor: bigint) => bigint } = {
  "half-away-from-zero": (divisor) => divisor / 2n,
  "half-ceiling": (divisor) => divisor / 2n,
  "half-toward-zero": (divisor) => (divisor - 1n) / 2n,
  "half-floor": (divisor) => (divisor - 1n) / 2n,
  "half-even": (divisor) => divisor / 2n,
  "half-odd": (divisor) => divisor / 2n,
  up: (divisor) => divisor - 1n,
  ceiling: (divisor) => divisor - 1n,
  down: () => 0n,
  floor: () => 0n,
};

interface Stretch {
  readonly first: bigint;
  readonly last: bigint | undefined;
  readonly value: Fraction;
  readonly slope: Fraction;
}

/** The knots of a curve in whole numbers of quantities that are multiplied by `scale`; nothing where not even 0 fits. */
export function integerTable(
  knots: readonly Knot[],
  { increment, mode }: AmountRounding,
  scale: bigint,
): IntegerTable | undefined {
  const stretches = stretchesOf(knots, scale).map(({ value, slope, ...rest }) => ({
    ...rest,
    value: reduce(divide(value, increment)),
    slope: reduce(divide(slope, multiply(increment, fraction(scale)))),
  }));
  const divisor = stretches.reduce(
    (all, { value, slope }) =>
      leastCommonMultiple(leastCommonMultiple(all, value.denominator), slope.denominator),
    1n,
  );
  const added = toRoundDown[mode](divisor);
  const scaled = stretches.map(({ first, last, value, slope }) => ({
    first,
    last,
    value: scaledBy(value, divisor) + added,
    slope: scaledBy(slope, divisor),
  }));
  // What comes out is at most 2^53 − 1 minor units, and nothing on the way is larger than 2^52.
  const units = (BigInt(Number.MAX_SAFE_INTEGER) / increment.numerator) * divisor;
  const largest = smallerOf(BigInt(MOST) - divisor, units);
  let most = -1n;
  const kept: (typeof scaled)[number][] = [];
  for (const stretch of scaled) {
    const { first, value, slope } = stretch;
    const last = smallerOf(stretch.last ?? BigInt(MOST), BigInt(MOST));
    if (value > largest || first > last) break;
    kept.push(stretch);
    most = slope === 0n ? last : smallerOf(last, first + (largest - value) / slope);
    if (most < last) break;
  }
  if (kept.length === 0) return undefined;
  return {
    rows: Float64Array.from(
      kept.flatMap(({ first, last, value, slope }) =>
        [last ?? BigInt(MOST), first, value, slope].map(Number),
      ),
    ),
    divisor: Number(divisor),
    middle: mode === "half-even" ? "even" : mode === "half-odd" ? "odd" : "up",
    most: Number(most),
  };
}

/** The knots as stretches of scaled quantities, those of one point joined to a neighbour that goes through it. */
function stretchesOf(knots: readonly Knot[], scale: bigint): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, { at, value, onward }] of knots.entries()) {
    const place = scaledBy(at, scale);
    const before = knots[index - 1];
    const last = stretches.at(-1);
    const goesOn =
      before?.onward !== undefined &&
      last !== undefined &&
      isEqual(onLine(before.onward, before.at, at), value);
    if (goesOn) stretches[stretches.length - 1] = { ...last, last: place };
    else stretches.push({ first: place, last: place, value, slope: fraction(0n) });
    if (onward === undefined) continue;
    const next = knots[index + 1];
    const end = next && scaledBy(next.at, scale) - 1n;
    // Where nothing lies between the two, it is empty, unless the line goes through the next.
    stretches.push({ first: place + 1n, last: end, ...lineFrom(onward, at, scale) });
  }
  return stretches.filter(({ first, last }) => last === undefined || first <= last);
}

/** A line by what it comes to one step of the scale beyond where it begins. */
function lineFrom(
  { value, slope }: NonNullable<Knot["onward"]>,
  at: Fraction,
  scale: bigint,
): Pick<Stretch, "value" | "slope"> {
  const step = fraction(scaledBy(at, scale) + 1n, scale);
  return { value: onLine({ value, slope }, at, step), slope };
}

/** A fraction times a multiple of its denominator. */
export function scaledBy({ numerator, denominator }: Fraction, scale: bigint): bigint {
  return roundQuotient(numerator * scale, denominator, "floor");
}

function isEqual(a: Fraction, b: Fraction): boolean {
  return a.numerator * b.denominator === b.numerator * a.denominator;
}

function smallerOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

export function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return a * reduce(fraction(b, a)).numerator;
}
