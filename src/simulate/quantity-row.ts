import { elements, isList, lengthOf } from "../data/foreign.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { decimalIssue } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import {
  add,
  compare,
  compareBigInts,
  divide,
  type Fraction,
  fraction,
  isNegative,
  multiply,
  ONE,
  powerOfTen,
  subtract,
  ZERO,
} from "../money/fraction.js";
import { roundQuotient } from "../money/rounding.js";
import { readOptions } from "../schema/options.js";
import { isRecord } from "../schema/unknown-record.js";

/** Quantities at equal distances. */
export interface SweepRange {
  /** The first; 0 or more, default 0. */
  readonly from?: DecimalInput | null | undefined;
  /** Where they end: the last is at or below it. */
  readonly to: DecimalInput;
  /** From one to the next; more than 0, default 1. */
  readonly step?: DecimalInput | null | undefined;
}

/** Quantities one after the other, as they are at hand. */
export type SweepQuantities =
  | readonly DecimalInput[]
  | Float64Array
  | Int32Array
  | Uint32Array
  | SweepRange;

/** A row of quantities: whole numbers that fit into numbers, over a power of ten; or any others, exactly. */
export interface QuantityRow {
  readonly length: number;
  /** Decimals of all of them; nothing where they do not fit. */
  readonly decimals: number | undefined;
  /** The largest, as a number. */
  readonly most: number;
  at(index: number): Fraction;
  /** Each times `scale`, which is a multiple of 10^decimals. */
  scaled(scale: number): Float64Array;
}

/** The most quantities of a row. */
export const MOST_QUANTITIES = 5_000_000;

/** Reads quantities of 0 or more, in either form. */
export function readQuantityRow(input: unknown, issues: PricingIssue[]): QuantityRow | undefined {
  if (isNumbers(input)) return ofNumbers(input, issues);
  if (!isList(input)) {
    if (isRecord(input)) return readRange(input, issues);
    const expected = "a list of quantities, or a range { from, to, step }";
    issues.push(issueAt("invalid_type", ["quantities"], { expected, received: input }));
    return undefined;
  }
  const length = lengthOf(input);
  if (length === undefined || length > MOST_QUANTITIES) return tooLong(length, issues);
  const list = elements(input);
  if (list === undefined) {
    const expected = "a list of quantities";
    issues.push(issueAt("not_plain_data", ["quantities"], { expected, received: input }));
    return undefined;
  }
  if (list.every((each) => typeof each === "number")) {
    return ofNumbers(new Float64Array(list), issues);
  }
  const read = list.map((each, index) => readOne(each, index, issues));
  return ofFractions(read);
}

function isNumbers(input: unknown): input is Float64Array | Int32Array | Uint32Array {
  return (
    input instanceof Float64Array || input instanceof Int32Array || input instanceof Uint32Array
  );
}

function tooLong(length: number | undefined, issues: PricingIssue[]): undefined {
  const expected = `at most ${MOST_QUANTITIES} quantities`;
  const found = length === undefined ? "a list without an end" : `${length}`;
  issues.push(issueAt("too_large", ["quantities"], { expected, found }));
  return undefined;
}

function readOne(input: unknown, index: number, issues: PricingIssue[]): Fraction {
  return readAt(input, ["quantities", index], issues) ?? ZERO;
}

function readAt(
  input: unknown,
  path: readonly (string | number)[],
  issues: PricingIssue[],
): Fraction | undefined {
  const read = readDecimal(input);
  if (isProblem(read)) {
    issues.push(decimalIssue(read, path, input));
    return undefined;
  }
  if (!isNegative(read)) return read;
  issues.push(issueAt("out_of_range", path, { expected: "0 or more", received: input }));
  return undefined;
}

/** The most decimals at which a number of so many digits is told from its neighbours. */
const MOST_DECIMALS = 9;
const MOST_TOLD = 1e15;

function ofNumbers(
  input: Float64Array | Int32Array | Uint32Array,
  issues: PricingIssue[],
): QuantityRow | undefined {
  if (input.length > MOST_QUANTITIES) return tooLong(input.length, issues);
  const numbers = new Float64Array(input);
  let most = 0;
  let decimals = 0;
  let isPlain = true;
  for (let i = 0; i < numbers.length; i += 1) {
    const value = numbers[i] ?? 0;
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) {
      readOne(value, i, issues);
      continue;
    }
    if (value > most) most = value;
    if (isPlain && Math.floor(value) !== value) {
      decimals = decimalsOf(value, decimals);
      isPlain = decimals <= MOST_DECIMALS;
    }
  }
  if (!isPlain || most * 10 ** decimals > MOST_TOLD) {
    return ofFractions(Array.from(numbers, (value, index) => readOne(value, index, [])));
  }
  return {
    length: numbers.length,
    decimals,
    most,
    at(index) {
      const read = readDecimal(numbers[index]);
      return isProblem(read) ? ZERO : read;
    },
    scaled(scale) {
      if (scale === 1) return numbers;
      return decimals === 0
        ? numbers.map((value) => value * scale)
        : numbers.map((value) => Math.round(value * scale));
    },
  };
}

/** How many decimals it takes to write a number, at least as many as others take. */
function decimalsOf(value: number, least: number): number {
  for (let decimals = least; decimals <= MOST_DECIMALS; decimals += 1) {
    const factor = 10 ** decimals;
    if (Math.round(value * factor) / factor === value) return decimals;
  }
  return MOST_DECIMALS + 1;
}

function ofFractions(list: readonly Fraction[]): QuantityRow {
  const scale = list.map(({ denominator }) => denominator).reduce(largerOf, 1n);
  const decimals = scale.toString().length - 1;
  const units = list.map((each) => (each.numerator * scale) / each.denominator);
  const largest = units.reduce(largerOf, 0n);
  const fits = largest <= BigInt(Number.MAX_SAFE_INTEGER) && decimals <= MOST_DECIMALS;
  return {
    length: list.length,
    decimals: fits ? decimals : undefined,
    most: Number(largest) / Number(scale),
    at: (index) => list[index] ?? ZERO,
    scaled(by) {
      const more = BigInt(by) / scale;
      return Float64Array.from(units, (each) => Number(each * more));
    },
  };
}

function readRange(input: unknown, issues: PricingIssue[]): QuantityRow | undefined {
  const before = issues.length;
  const options = readOptions(input, ["from", "to", "step"], issues, {
    path: ["quantities"],
    required: ["to"],
  });
  const read = (name: "from" | "to" | "step", otherwise: Fraction) =>
    options[name] === undefined
      ? otherwise
      : (readAt(options[name], ["quantities", name], issues) ?? otherwise);
  const [from, to, step] = [read("from", ZERO), read("to", ZERO), read("step", ONE)];
  const at = (name: "from" | "to" | "step") => ["quantities", name];
  if (issues.length > before) return undefined;
  if (step.numerator === 0n) {
    issues.push(issueAt("out_of_range", at("step"), { expected: "more than 0", received: 0 }));
    return undefined;
  }
  if (compare(from, to) > 0) {
    const expected = "at or above from";
    issues.push(issueAt("out_of_range", at("to"), { expected, received: options.to }));
    return undefined;
  }
  const steps = divide(subtract(to, from), step);
  const length = Number(roundQuotient(steps.numerator, steps.denominator, "floor")) + 1;
  if (!(length <= MOST_QUANTITIES)) return tooLong(length, issues);
  return rangeRow(from, step, length);
}

function rangeRow(from: Fraction, step: Fraction, length: number): QuantityRow {
  const at = (index: number) => add(from, multiply(step, fraction(BigInt(index))));
  const scale = largerOf(from.denominator, step.denominator);
  const decimals = scale.toString().length - 1;
  const last = at(length - 1);
  const most = Number((last.numerator * scale) / last.denominator);
  const fits = Number.isSafeInteger(most) && decimals <= MOST_DECIMALS;
  return {
    length,
    decimals: fits ? decimals : undefined,
    most: most / Number(scale),
    at,
    scaled(by) {
      const units = ({ numerator, denominator }: Fraction) =>
        Number((numerator * BigInt(by)) / denominator);
      const [first, distance] = [units(from), units(step)];
      const list = new Float64Array(length);
      for (let i = 0; i < length; i += 1) list[i] = first + distance * i;
      return list;
    },
  };
}

/** The quantities as numbers, each the nearest to it. */
export function numbersOf(row: QuantityRow): Float64Array {
  if (row.decimals === undefined) {
    return Float64Array.from({ length: row.length }, (_, index) => numberOf(row.at(index)));
  }
  const scale = Number(powerOfTen(row.decimals));
  const scaled = row.scaled(scale);
  return scale === 1 ? scaled.slice() : scaled.map((value) => value / scale);
}

function numberOf({ numerator, denominator }: Fraction): number {
  return Number(numerator) / Number(denominator);
}

function largerOf(a: bigint, b: bigint): bigint {
  return compareBigInts(a, b) >= 0 ? a : b;
}
