/** Exact numbers of the oracle: fractions of two bigints. Nothing here is shared with src. */

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

/** A fraction in lowest terms; `bottom` is positive. */
export class Rational {
  readonly top: bigint;
  readonly bottom: bigint;

  constructor(top: bigint, bottom = 1n) {
    let [a, b] = [top < 0n ? -top : top, bottom < 0n ? -bottom : bottom];
    while (b !== 0n) [a, b] = [b, a % b];
    const divisor = bottom < 0n ? -a : a;
    this.top = top / divisor;
    this.bottom = bottom / divisor;
  }

  plus(other: Rational): Rational {
    return new Rational(
      this.top * other.bottom + other.top * this.bottom,
      this.bottom * other.bottom,
    );
  }

  minus(other: Rational): Rational {
    return this.plus(other.negated());
  }

  times(other: Rational): Rational {
    return new Rational(this.top * other.top, this.bottom * other.bottom);
  }

  over(other: Rational): Rational {
    return new Rational(this.top * other.bottom, this.bottom * other.top);
  }

  negated(): Rational {
    return new Rational(-this.top, this.bottom);
  }

  /** Below, at, or above 0: -1, 0 or 1. */
  get sign(): number {
    return this.top === 0n ? 0 : this.top < 0n ? -1 : 1;
  }

  isMoreThan(other: Rational): boolean {
    return this.minus(other).sign > 0;
  }

  equals(other: Rational): boolean {
    return this.minus(other).sign === 0;
  }

  /** The largest whole number that is not more. */
  floor(): bigint {
    const whole = this.top / this.bottom;
    return this.top < 0n && whole * this.bottom !== this.top ? whole - 1n : whole;
  }

  /** The whole number next to it on the side of 0. */
  cut(): bigint {
    return this.top / this.bottom;
  }
}

export const ZERO = new Rational(0n);
export const ONE = new Rational(1n);
export const HUNDRED = new Rational(100n);

/** Reads `"-12.50"`. */
export function read(text: string): Rational {
  const [whole = "", decimals = ""] = text.split(".");
  return new Rational(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

/** Writes an amount with so many decimals, which must be all that it has. */
export function write(amount: Rational, decimals: number): string {
  const units = amount.times(new Rational(10n ** BigInt(decimals)));
  if (units.bottom !== 1n) throw new Error(`${amount.top}/${amount.bottom} has more decimals`);
  const digits = `${units.top < 0n ? -units.top : units.top}`.padStart(decimals + 1, "0");
  const [whole, rest] = [digits.slice(0, digits.length - decimals), digits.slice(-decimals)];
  return `${units.top < 0n ? "-" : ""}${whole}${decimals === 0 ? "" : `.${rest}`}`;
}

/** Writes a number that ends as a plain decimal. */
export function plain(number: Rational): string {
  for (let decimals = 0; decimals < 40; decimals += 1) {
    if (10n ** BigInt(decimals) % number.bottom === 0n) return write(number, decimals);
  }
  return `${number.top}/${number.bottom}`;
}

export function sum(numbers: readonly Rational[]): Rational {
  return numbers.reduce((total, number) => total.plus(number), ZERO);
}

export function least(a: Rational, b: Rational): Rational {
  return a.isMoreThan(b) ? b : a;
}

export function most(a: Rational, b: Rational): Rational {
  return a.isMoreThan(b) ? a : b;
}

/** The multiple of `step` that a number rounds to. */
export function round(number: Rational, step: Rational, mode: RoundingMode): Rational {
  const steps = number.over(step);
  const below = steps.floor();
  const rest = steps.minus(new Rational(below));
  if (rest.sign === 0) return number;
  const half = rest.minus(new Rational(1n, 2n)).sign;
  return step.times(new Rational(goesUp(mode, half, steps.sign < 0, below) ? below + 1n : below));
}

/** Whether a number between `below` and `below` + 1 goes to the upper one. */
function goesUp(mode: RoundingMode, half: number, negative: boolean, below: bigint): boolean {
  const even = below % 2n === 0n;
  const direction: Record<RoundingMode, boolean> = {
    ceiling: true,
    floor: false,
    up: !negative,
    down: negative,
    "half-ceiling": half >= 0,
    "half-floor": half > 0,
    "half-away-from-zero": negative ? half > 0 : half >= 0,
    "half-toward-zero": negative ? half >= 0 : half > 0,
    "half-even": even ? half > 0 : half >= 0,
    "half-odd": even ? half >= 0 : half > 0,
  };
  return direction[mode];
}

/**
 * Splits `total` (whole steps, 0 or more) in proportion to `weights`: each part is cut to whole steps, and those that are left go
 * one each to the largest remainders, ties to the earlier part, none beyond what a part has room for.
 */
export function allocate(
  total: Rational,
  weights: readonly Rational[],
  step: Rational,
  roomOf: readonly Rational[],
): readonly Rational[] {
  const whole = sum(weights);
  if (whole.sign === 0) return weights.map(() => ZERO);
  const exact = weights.map((weight) => total.times(weight).over(whole).over(step));
  const parts = exact.map((part) => part.floor());
  let left = total.over(step).cut() - parts.reduce((a, b) => a + b, 0n);
  const byRemainder = exact
    .map((part, index) => ({ index, remainder: part.minus(new Rational(part.floor())) }))
    .sort((a, b) => b.remainder.minus(a.remainder).sign || a.index - b.index);
  while (left > 0n) {
    const before = left;
    for (const { index } of byRemainder) {
      const part = parts[index] ?? 0n;
      const room = (roomOf[index] ?? ZERO).over(step).floor();
      if (left === 0n || part >= room) continue;
      parts[index] = part + 1n;
      left -= 1n;
    }
    if (left === before) throw new Error("no room for all of it");
  }
  return parts.map((part) => new Rational(part).times(step));
}

/**
 * Rounds numbers so that they add up to their rounded sum: each is cut toward 0, and what is left goes, a step each, to those that
 * lost most in its direction, ties to the earlier one.
 */
export function roundTogether(
  numbers: readonly Rational[],
  step: Rational,
  mode: RoundingMode,
): readonly Rational[] {
  const exact = numbers.map((number) => number.over(step));
  const parts = exact.map((number) => number.cut());
  let left = round(sum(numbers), step, mode).over(step).cut() - parts.reduce((a, b) => a + b, 0n);
  const direction = left < 0n ? -1n : 1n;
  const byLoss = exact
    .map((number, index) => ({
      index,
      loss: number.minus(new Rational(number.cut())).times(new Rational(direction)),
    }))
    .sort((a, b) => b.loss.minus(a.loss).sign || a.index - b.index);
  while (left !== 0n) {
    for (const { index } of byLoss) {
      if (left === 0n) break;
      parts[index] = (parts[index] ?? 0n) + direction;
      left -= direction;
    }
  }
  return parts.map((part) => new Rational(part).times(step));
}
