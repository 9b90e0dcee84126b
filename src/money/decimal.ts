import { NO_PLAIN_DATA } from "../data/excerpt.js";
import {
  type Fraction,
  formatExact,
  fraction,
  isNegative,
  MOST_DIGITS,
  powerOfTen,
  ZERO,
} from "./fraction.js";

/** What decimals of decimal.js, big.js and bignumber.js have in common. */
export interface ForeignDecimal {
  /** Sign: 1 or −1; `null` for NaN. */
  readonly s: number | null;
  /** Exponent of ten of the first digit; `null` when not finite. */
  readonly e: number | null;
  /** Plain notation. */
  toFixed(): string;
}

/**
 * A decimal of decimal.js, big.js or bignumber.js, of any copy or version of them. Only its digits are read, exactly.
 */
export type DecimalLike = ForeignDecimal &
  (
    | {
        /** Digits of decimal.js in base 10⁷; `null` when not finite. */
        readonly d: readonly number[] | null;
      }
    | {
        /** Digits of big.js in base 10, of bignumber.js in base 10¹⁴; `null` when not finite. */
        readonly c: readonly number[] | null;
      }
  );

/**
 * A number as it may be written wherever a quantity or an amount is asked.
 *
 * A string (`"0.10"`, `"1e3"`), a bigint or a decimal of decimal.js, big.js or bignumber.js is read exactly. A `number` is read by its shortest
 * decimal form, so `0.1` is one tenth; NaN, ±Infinity and anything beyond ±(2⁵³ − 1), which has lost digits already, are refused.
 */
export type DecimalInput = string | number | bigint | DecimalLike;

/** Why a value is not a decimal that we read. */
export type DecimalProblem =
  | "not_a_decimal"
  | "not_finite"
  | "unsafe_number"
  | "decimal_out_of_range";

export interface DecimalLimits {
  /** Most digits before the point, and most after it. */
  readonly digits: number;
}

/** What a caller may write: far above any price, far below what would slow arithmetic down. */
export const INPUT_LIMITS: DecimalLimits = Object.freeze({ digits: 100 });
/** What we may have computed from such input (a product of several), and read back. */
export const OUTPUT_LIMITS: DecimalLimits = Object.freeze({ digits: MOST_DIGITS });

const PLAIN = /^-?\d+(?:\.\d+)?$/;
const WITH_EXPONENT = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d{1,7}))?$/;
const FAR_EXPONENT = /^[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d{8,}$/;

/** A library of decimals: where its decimals keep their digits, and how many in one element. */
interface Library {
  readonly digits: "c" | "d";
  readonly group: number;
}

const DECIMAL_JS: Library = { digits: "d", group: 7 };
const BIGNUMBER_JS: Library = { digits: "c", group: 14 };
const BIG_JS: Library = { digits: "c", group: 1 };

/** Whether a value is a decimal of a library that we know: the mark is on its prototype, so data cannot carry it. */
export function isDecimalLike(value: unknown): value is DecimalLike {
  return libraryOf(value) !== undefined;
}

function libraryOf(value: unknown): Library | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    const prototype: object | null = Object.getPrototypeOf(value);
    if (prototype === null) return undefined;
    if (Object.hasOwn(value, "d")) {
      return Reflect.get(prototype, "toStringTag") === "[object Decimal]" ? DECIMAL_JS : undefined;
    }
    if (!Object.hasOwn(value, "c") || Object.hasOwn(value, "toFixed")) return undefined;
    if (Reflect.get(prototype, "_isBigNumber") === true) return BIGNUMBER_JS;
    const isBig = ["toFixed", "cmp", "times"].every((name) => Object.hasOwn(prototype, name));
    return isBig ? BIG_JS : undefined;
  } catch {
    // A proxy that refuses to be looked at is no decimal.
    return undefined;
  }
}

/** A foreign decimal as one of our own, of which every part is what it was; one that cannot be read as something like it. */
export function ownDecimal(value: DecimalLike): unknown {
  const read = readDecimal(value, { digits: 10 * OUTPUT_LIMITS.digits });
  if (read === "not_finite") return Number.NaN;
  if (read === "not_a_decimal") return NO_PLAIN_DATA;
  if (typeof read === "string") return decimalOf(1, FAR_EXPONENT_OF_TEN, "1");
  const [whole = "", decimals = ""] = formatExact(read).replace("-", "").split(".");
  const digits = whole === "0" ? decimals.replace(/^0+/, "") : whole + decimals;
  const exponent = whole === "0" ? digits.length - 1 - decimals.length : whole.length - 1;
  const sign = isNegative(read) ? -1 : 1;
  return digits === "" ? decimalOf(sign, 0, "0") : decimalOf(sign, exponent, digits);
}

/** Of a decimal that is out of every range. */
const FAR_EXPONENT_OF_TEN = 1_000_000;

/** A decimal in the form of big.js. */
function decimalOf(s: 1 | -1, e: number, digits: string): DecimalLike {
  const c = [...digits.replace(/(?<=.)0+$/, "")].map(Number);
  return Object.assign(Object.create(OWN_DECIMALS), { s, e, c });
}

/** By which our own decimals are known as such. None of it is a key of theirs, and JSON does not take them for records. */
const OWN_DECIMALS: object = Object.create(
  null,
  Object.fromEntries(
    ["constructor", "toFixed", "cmp", "times", "toJSON"].map((name) => [
      name,
      { value: () => "a decimal" },
    ]),
  ),
);

/** Reads a decimal exactly, or says why not. Never throws, whatever the value. */
export function readDecimal(input: unknown, limits = INPUT_LIMITS): Fraction | DecimalProblem {
  switch (typeof input) {
    case "number":
      if (Number.isSafeInteger(input)) return { numerator: BigInt(input), denominator: 1n };
      if (!Number.isFinite(input)) return "not_finite";
      if (Math.abs(input) > Number.MAX_SAFE_INTEGER) return "unsafe_number";
      return readText(String(input), limits);
    case "string":
      return readText(input, limits);
    case "bigint":
      return input >= powerOfTen(limits.digits) || -input >= powerOfTen(limits.digits)
        ? "decimal_out_of_range"
        : { numerator: input, denominator: 1n };
    default: {
      const library = libraryOf(input);
      return library === undefined
        ? "not_a_decimal"
        : readForeign(input as DecimalLike, library, limits);
    }
  }
}

export function isProblem(reading: Fraction | DecimalProblem): reading is DecimalProblem {
  return typeof reading === "string";
}

function readText(text: string, limits: DecimalLimits): Fraction | DecimalProblem {
  // Two digit groups, a sign, a point and an exponent: anything longer is out of range before it is scanned.
  if (text.length > 2 * limits.digits + 12) {
    return /^[-+\d.eE]*$/.test(text.slice(0, 1_000)) ? "decimal_out_of_range" : "not_a_decimal";
  }
  if (!PLAIN.test(text)) {
    const parts = WITH_EXPONENT.exec(text);
    if (parts !== null) return readScientific(parts, limits);
    if (FAR_EXPONENT.test(text)) return "decimal_out_of_range";
    return /^[+-]?(?:Infinity|NaN)$/.test(text) ? "not_finite" : "not_a_decimal";
  }
  const start = text.startsWith("-") ? 1 : 0;
  const point = text.indexOf(".");
  const whole = (point === -1 ? text.length : point) - start;
  const decimals = point === -1 ? 0 : text.length - point - 1;
  if (whole > limits.digits || decimals > limits.digits) return "decimal_out_of_range";
  if (point === -1) return { numerator: BigInt(text), denominator: 1n };
  return {
    numerator: BigInt(text.slice(0, point) + text.slice(point + 1)),
    denominator: powerOfTen(decimals),
  };
}

function readScientific(
  [, sign, whole = "", decimals = "", fractional = "", exponent = "0"]: RegExpExecArray,
  limits: DecimalLimits,
): Fraction | DecimalProblem {
  const written = decimals + fractional;
  return fromDigits(sign === "-", whole + written, Number(exponent) - written.length, limits);
}

/** The value `digits` × 10^`exponent`, of which no more is written out than the limits allow. */
function fromDigits(
  isBelow: boolean,
  digits: string,
  exponent: number,
  limits: DecimalLimits,
): Fraction | DecimalProblem {
  const leading = digits.replace(/^0+/, "");
  const significant = leading.replace(/0+$/, "");
  if (significant === "") return ZERO;
  const last = exponent + leading.length - significant.length;
  const first = last + significant.length;
  if (first > limits.digits || -last > limits.digits) return "decimal_out_of_range";
  const units = BigInt(isBelow ? `-${significant}` : significant);
  return last >= 0
    ? { numerator: units * powerOfTen(last), denominator: 1n }
    : { numerator: units, denominator: powerOfTen(-last) };
}

/** Reads the digits of a foreign decimal by themselves: nothing of its own is called, and nothing of it is believed. */
function readForeign(
  input: DecimalLike,
  { digits: field, group }: Library,
  limits: DecimalLimits,
): Fraction | DecimalProblem {
  try {
    const { s: sign, e: exponent } = input;
    const groups: unknown = Reflect.get(input, field);
    if (groups === null) return "not_finite";
    if ((sign !== 1 && sign !== -1) || !isInteger(exponent)) return "not_a_decimal";
    if (!Array.isArray(groups)) return "not_a_decimal";
    if (groups.length * group > 2 * limits.digits + 2 * group) return "decimal_out_of_range";
    const digits = coefficient([...groups], exponent, group);
    if (digits === undefined) return "not_a_decimal";
    // Our own decimals have no exponents of that size.
    if (Math.abs(exponent) > limits.digits) return "decimal_out_of_range";
    return fromDigits(sign < 0, digits, exponent - digits.length + 1, limits);
  } catch {
    return "not_a_decimal";
  }
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value);
}

/** The digits of a coefficient, where it is one: groups of so many digits, the first as long as the exponent says. */
function coefficient(
  groups: readonly unknown[],
  exponent: number,
  size: number,
): string | undefined {
  const isGroup = (group: unknown) => isInteger(group) && group >= 0 && group < 10 ** size;
  const [first, ...rest] = groups;
  if (!groups.every(isGroup) || first === undefined) return undefined;
  if (groups.length === 1 && first === 0) return exponent === 0 ? "0" : undefined;
  const head = String(first);
  const expected = ((exponent % size) + size) % size;
  if (first === 0 || groups.at(-1) === 0 || head.length !== expected + 1) return undefined;
  return head + rest.map((group) => String(group).padStart(size, "0")).join("");
}

/**
 * Reads a decimal string that our own parser has written, for which every failure is our bug.
 * Also reads a fraction such as `"1000/31"`, the other form of an exact amount.
 */
export function exact(text: string): Fraction {
  const value = readExact(text);
  if (isProblem(value)) throw new Error(`unreachable: ${value} in parsed data`);
  return value;
}

/** Whether a number, written as text, is one that {@link readExact} reads. */
export function isReadable({ numerator, denominator }: Fraction): boolean {
  const limit = LONGEST * denominator;
  return denominator <= LONGEST && numerator < limit && -numerator < limit;
}

const LONGEST = powerOfTen(OUTPUT_LIMITS.digits);

/** Reads a decimal, or a fraction as we write it (`"1000/31"`). */
export function readExact(input: unknown): Fraction | DecimalProblem {
  if (typeof input !== "string" || !input.includes("/")) return readDecimal(input, OUTPUT_LIMITS);
  if (input.length > 4 * OUTPUT_LIMITS.digits) {
    return /^-?\d+(?:\/\d*)?$/.test(input.slice(0, 1_000))
      ? "decimal_out_of_range"
      : "not_a_decimal";
  }
  if (!/^-?\d+\/[1-9]\d*$/.test(input)) return "not_a_decimal";
  const slash = input.indexOf("/");
  const value = fraction(BigInt(input.slice(0, slash)), BigInt(input.slice(slash + 1)));
  return isReadable(value) ? value : "decimal_out_of_range";
}

/** How many decimals a plain decimal string has: `"0.25"` → 2. */
export function decimalsIn(text: string): number {
  const point = text.indexOf(".");
  return point === -1 ? 0 : text.length - point - 1;
}
