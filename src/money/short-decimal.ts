import { type Fraction, powerOfTen } from "./fraction.js";

/** Whole numbers that come often, each made when it first comes. */
const small = new Map<number, Fraction>();
const MOST_SMALL = 1_024;

/** Decimals of up to 15 digits are told apart by doubles, so each is the shortest form of its own. */
const LARGEST = 1e15;
const MOST_DECIMALS = 6;

/** A whole number that is safe. */
export function wholeNumber(value: number): Fraction {
  if (value < 0 || value >= MOST_SMALL) return { numerator: BigInt(value), denominator: 1n };
  const known = small.get(value);
  if (known !== undefined) return known;
  const whole = { numerator: BigInt(value), denominator: 1n };
  small.set(value, whole);
  return whole;
}

/** A finite number by its shortest decimal form, where that is short; nothing where it is not. */
export function shortNumber(value: number): Fraction | undefined {
  for (let decimals = 1, scale = 10; decimals <= MOST_DECIMALS; decimals += 1, scale *= 10) {
    const scaled = Math.round(value * scale);
    if (scaled >= LARGEST || scaled <= -LARGEST) return undefined;
    if (scaled / scale === value) {
      return { numerator: BigInt(scaled), denominator: powerOfTen(decimals) };
    }
  }
  return undefined;
}

const [MINUS, POINT, ZERO] = [45, 46, 48];
const LONGEST = 16;

/** The decimal that a text writes plainly and in few digits; nothing where it does not, or is no decimal. */
export function shortText(text: string): Fraction | undefined {
  const { length } = text;
  if (length > LONGEST) return undefined;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  let units = 0;
  let point = -1;
  for (let at = start; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT) {
      if (point !== -1 || at === start) return undefined;
      point = at;
    } else {
      const digit = code - ZERO;
      if (!(digit >= 0 && digit <= 9)) return undefined;
      units = units * 10 + digit;
    }
  }
  if (length === start || point === length - 1 || units >= LARGEST) return undefined;
  if (point === -1) return wholeNumber(start === 1 ? -units : units);
  const numerator = BigInt(start === 1 ? -units : units);
  return { numerator, denominator: powerOfTen(length - point - 1) };
}
