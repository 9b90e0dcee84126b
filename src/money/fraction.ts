import { issueAt, PricingError } from "../errors.js";

/**
 * An exact rational number. Decimals are fractions over a power of ten; ratios (days of a period, averages) are
 * fractions over anything. The denominator is always positive; the fraction need not be reduced.
 *
 * This is the number type of all arithmetic in the library: nothing is rounded until a rounding step is named.
 */
export interface Fraction {
  /** Any integer; carries the sign. */
  readonly numerator: bigint;
  /** Greater than 0. */
  readonly denominator: bigint;
}

export const ZERO: Fraction = Object.freeze({ numerator: 0n, denominator: 1n });
export const ONE: Fraction = Object.freeze({ numerator: 1n, denominator: 1n });

const POWERS_OF_TEN: readonly bigint[] = Array.from({ length: 40 }, (_, n) => 10n ** BigInt(n));

export function powerOfTen(exponent: number): bigint {
  return POWERS_OF_TEN[exponent] ?? 10n ** BigInt(exponent);
}

export function fraction(numerator: bigint, denominator = 1n): Fraction {
  if (denominator === 0n) throw new Error("unreachable: a fraction with denominator 0");
  return denominator > 0n
    ? { numerator, denominator }
    : { numerator: -numerator, denominator: -denominator };
}

export function add(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  return reduce({
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  });
}

export function negate(a: Fraction): Fraction {
  return { numerator: -a.numerator, denominator: a.denominator };
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, negate(b));
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

export function divide(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator);
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Fraction, b: Fraction): -1 | 0 | 1 {
  return compareBigInts(a.numerator * b.denominator, b.numerator * a.denominator);
}

export function compareBigInts(a: bigint, b: bigint): -1 | 0 | 1 {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

export function minimumOf(a: Fraction, b: Fraction): Fraction {
  return compare(a, b) <= 0 ? a : b;
}

export function isNegative(a: Fraction): boolean {
  return a.numerator < 0n;
}

export function isZero(a: Fraction): boolean {
  return a.numerator === 0n;
}

/**
 * The sum. Fractions with few denominators in common make a longer one with each: what could not be read again is added up
 * no further.
 */
export function sum(values: readonly Fraction[]): Fraction {
  let total = ZERO;
  for (const value of values) {
    total = add(total, value);
    if (total.denominator <= LONGEST_DENOMINATOR) continue;
    const expected = `amounts that add up to a number of at most ${MOST_DIGITS} digits`;
    const found = "a sum that is longer";
    throw new PricingError([issueAt("decimal_out_of_range", [], { expected, found })]);
  }
  return total;
}

/** Digits on either side of the point, or in a denominator, of a number that we write and read again. */
export const MOST_DIGITS = 2_000;
const LONGEST_DENOMINATOR = 10n ** BigInt(MOST_DIGITS);

export function reduce(a: Fraction): Fraction {
  const divisor = greatestCommonDivisor(
    a.numerator < 0n ? -a.numerator : a.numerator,
    a.denominator,
  );
  if (divisor === 1n) return a;
  return { numerator: a.numerator / divisor, denominator: a.denominator / divisor };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** The exact value as text: a plain decimal where it ends (`"0.125"`), else a reduced fraction (`"1000/31"`). */
export function formatExact(value: Fraction): string {
  if (value.denominator === 1n) return value.numerator.toString();
  const short = shortForm(value);
  if (short !== undefined) return short;
  const { numerator, denominator } = reduce(value);
  const decimals = decimalsOf(denominator);
  if (decimals === undefined) return `${numerator}/${denominator}`;
  return formatScaled((numerator * powerOfTen(decimals)) / denominator, decimals);
}

/** A decimal whose digits are a safe integer; nothing for any other fraction. */
function shortForm({ numerator, denominator }: Fraction): string | undefined {
  let decimals = DECIMALS.get(Number(denominator));
  let units = Number(numerator);
  if (decimals === undefined || !Number.isSafeInteger(units)) return undefined;
  while (decimals > 0 && units % 10 === 0) {
    units /= 10;
    decimals -= 1;
  }
  const digits = String(Math.abs(units)).padStart(decimals + 1, "0");
  const sign = units < 0 ? "-" : "";
  if (decimals === 0) return sign + digits;
  const point = digits.length - decimals;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The decimals that powers of ten stand for, of those that a number holds exactly. */
const DECIMALS: ReadonlyMap<number, number> = new Map(
  Array.from({ length: 15 }, (_, n) => [10 ** (n + 1), n + 1]),
);

/** How many decimals a reduced fraction with this denominator needs; nothing when no number of them is enough. */
function decimalsOf(denominator: bigint): number | undefined {
  let rest = denominator;
  let twos = 0;
  let fives = 0;
  while (rest % 2n === 0n) {
    rest /= 2n;
    twos += 1;
  }
  while (rest % 5n === 0n) {
    rest /= 5n;
    fives += 1;
  }
  return rest === 1n ? Math.max(twos, fives) : undefined;
}

/** `units / 10^decimals` in plain notation with exactly that many decimals: `(-12345n, 2)` → `"-123.45"`. */
export function formatScaled(units: bigint, decimals: number): string {
  if (decimals === 0) return units.toString();
  const negative = units < 0n;
  // Digits of a number take a fraction of the time that those of a bigint do.
  const short = Number(units);
  const all = Number.isSafeInteger(short) ? Math.abs(short) : negative ? -units : units;
  const digits = String(all).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  return `${negative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}
