import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { decimalIssue } from "../../money/amounts.js";
import { isDecimalLike, isProblem, readDecimal } from "../../money/decimal.js";
import {
  add,
  type Fraction,
  isNegative,
  isZero,
  multiply,
  ONE,
  powerOfTen,
  reduce,
  ZERO,
} from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";

/** Quantities day by day, exactly. */
export interface DailyUsage {
  /** Of each day of the range, in units of the last decimal. */
  readonly units: readonly bigint[];
  readonly decimals: number;
}

/** Whether a number on a day is a part of the quantity, or how high it stood. */
export type DailyKind = "amount" | "level";

/** What days weigh, and how much one of weight 1 has, or all of them together. */
export interface DailyRule {
  readonly weights: readonly Fraction[];
  readonly perDay?: Fraction;
  readonly total?: Fraction;
}

/** Most decimals of a quantity that is worked out. */
const MOST_DECIMALS = 12;

/**
 * What each day has by a rule, in steps of the last decimal that the rule is written with: of what has come together up to a day,
 * whole steps, less those of the days before. So days are as even as the steps allow, and add up to the whole.
 */
export function dailyBy(
  rule: DailyRule,
  kind: DailyKind,
  written: readonly Fraction[],
): DailyUsage {
  const { weights, perDay = ONE, total } = rule;
  const decimals = Math.max(0, ...written.map(decimalsOf));
  const scale = { numerator: powerOfTen(decimals), denominator: 1n };
  const down = ({ numerator, denominator }: Fraction) =>
    roundQuotient(numerator, denominator, "floor");
  if (kind === "level") {
    const each = multiply(total ?? perDay, scale);
    return { decimals, units: weights.map((weight) => down(multiply(weight, each))) };
  }
  const whole = weights.reduce(add, ZERO);
  const factor =
    total === undefined
      ? multiply(perDay, scale)
      : reduce({
          numerator: total.numerator * scale.numerator * whole.denominator,
          denominator: total.denominator * whole.numerator,
        });
  let [passed, given] = [ZERO, 0n];
  const units = weights.map((weight) => {
    passed = add(passed, weight);
    const upTo = down(multiply(passed, factor));
    const own = upTo - given;
    given = upTo;
    return own;
  });
  return { units, decimals };
}

/** Quantities by the place of their day among so many. */
export function dailyOf(quantities: ReadonlyMap<number, Fraction>, days: number): DailyUsage {
  let decimals = 0;
  for (const each of quantities.values()) decimals = Math.max(decimals, decimalsOf(each));
  const scale = powerOfTen(decimals);
  const units = new Array<bigint>(days).fill(0n);
  for (const [day, { numerator, denominator }] of quantities) {
    units[day] = denominator === scale ? numerator : (numerator * scale) / denominator;
  }
  return { units, decimals };
}

/** How many decimals a number is written with at least, up to a limit; of one that never ends, the limit. */
function decimalsOf({ numerator, denominator }: Fraction): number {
  if (denominator === 1n) return 0;
  for (let decimals = 0; decimals < MOST_DECIMALS; decimals += 1) {
    if ((numerator * powerOfTen(decimals)) % denominator === 0n) return decimals;
  }
  return MOST_DECIMALS;
}

/** Reads a quantity that may not be below 0, unless the policy lets usage take back. */
export function readUnits(
  input: unknown,
  path: readonly PathSegment[],
  mayBeNegative: boolean,
  issues: PricingIssue[],
): Fraction | undefined {
  const read = readDecimal(input);
  if (input === undefined || input === null) {
    issues.push(issueAt("missing", path, { expected: "a decimal number", received: undefined }));
  } else if (isProblem(read)) {
    issues.push(decimalIssue(read, path, input));
  } else if (!hasFewDecimals(read)) {
    const expected = `at most ${MOST_DECIMALS} decimals`;
    issues.push(issueAt("decimal_out_of_range", path, { expected, received: input }));
  } else if (isNegative(read) && !mayBeNegative) {
    const expected = '0 or more, or policy.negativeUsage "allow"';
    issues.push(issueAt("out_of_range", path, { expected, received: input }));
  } else return read;
  return undefined;
}

function hasFewDecimals({ numerator, denominator }: Fraction): boolean {
  return denominator === 1n || (numerator * powerOfTen(MOST_DECIMALS)) % denominator === 0n;
}

/** Whether a value is a number in any form, and no record of them. */
export function isNumberLike(value: unknown): boolean {
  return typeof value !== "object" || value === null || isDecimalLike(value);
}

/** Whether days of these weights can share anything. */
export function weighNothing(weights: readonly Fraction[]): boolean {
  return weights.every(isZero);
}
