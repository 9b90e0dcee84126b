import { excerpt } from "../data/excerpt.js";
import {
  elementsIn,
  issueAt,
  type PathSegment,
  PricingError,
  type PricingIssue,
} from "../errors.js";
import {
  type DecimalInput,
  type DecimalProblem,
  decimalsIn,
  INPUT_LIMITS,
  isProblem,
  isReadable,
  OUTPUT_LIMITS,
  readExact,
} from "./decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  formatScaled,
  powerOfTen,
  ZERO,
} from "./fraction.js";

/**
 * Adds decimal strings exactly, so that nobody reaches for `Number()`.
 *
 * Also takes exact amounts that are fractions (`"1000/31"`). The sum keeps the most decimals that any part was
 * written with; the sum of nothing is `"0"`. In the order given, no sum may be longer than 2,000 digits on either side of
 * the point; a list has at most 5,000,000 amounts.
 *
 * @throws {PricingError} `not_a_decimal`, `not_finite`, `unsafe_number` or `decimal_out_of_range`, with the index.
 *
 * @example
 * ```ts
 * import { sumAmounts } from "rateplan";
 *
 * sumAmounts(["25500.00", "0.10", "0.20"]); // => "25500.30"
 * sumAmounts(["1/3", "2/3"]); // => "1"
 * ```
 */
export function sumAmounts(amounts: readonly DecimalInput[]): string {
  const issues: PricingIssue[] = [];
  let total = ZERO;
  let decimals = 0;
  const list = elementsIn(amounts, [], "a list of amounts", issues) ?? [];
  for (const [index, amount] of list.entries()) {
    total = add(total, readAmount(amount, [index], issues));
    // What is read and ends so has no exponent.
    if (typeof amount === "string" && /\.\d+$/.test(amount))
      decimals = Math.max(decimals, decimalsIn(amount));
    if (isReadable(total)) continue;
    // Fractions that have no denominator in common grow with every one: what nobody could read is added up no further.
    const found = "a sum that is longer";
    const expected = `amounts that add up to a number of at most ${OUTPUT_LIMITS.digits} digits`;
    issues.push(issueAt("decimal_out_of_range", [index], { expected, found }));
    break;
  }
  if (issues.length > 0) throw new PricingError(issues);
  const scaled = total.numerator * powerOfTen(decimals);
  return scaled % total.denominator === 0n
    ? formatScaled(scaled / total.denominator, decimals)
    : formatExact(total);
}

/**
 * Compares two decimal strings exactly: −1, 0 or 1 as `a` is less than, equal to or greater than `b`.
 * Fit for `Array.prototype.sort`.
 *
 * @throws {PricingError} as {@link sumAmounts}; the path is `[0]` for `a`, `[1]` for `b`.
 *
 * @example
 * ```ts
 * import { compareAmounts } from "rateplan";
 *
 * compareAmounts("9.90", "10"); // => -1
 * compareAmounts("1.0", "1"); // => 0
 * ["10", "9", "9.5"].sort(compareAmounts); // => ["9", "9.5", "10"]
 * ```
 */
export function compareAmounts(a: DecimalInput, b: DecimalInput): -1 | 0 | 1 {
  const issues: PricingIssue[] = [];
  const order = compare(readAmount(a, [0], issues), readAmount(b, [1], issues));
  if (issues.length > 0) throw new PricingError(issues);
  return order;
}

function readAmount(
  amount: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Fraction {
  const value = readExact(amount);
  if (!isProblem(value)) return value;
  issues.push(decimalIssue(value, path, amount));
  return ZERO;
}

const DECIMALS: { readonly [problem in DecimalProblem]: string } = {
  not_a_decimal: "a decimal number",
  not_finite: "finite",
  unsafe_number: "a string, as a number is not exact beyond ±(2^53 - 1)",
  decimal_out_of_range: `a number of at most ${INPUT_LIMITS.digits} digits on either side of the point`,
};

/** The issue for a value that {@link readExact} or `readDecimal` refused. */
export function decimalIssue(
  problem: DecimalProblem,
  path: readonly PathSegment[],
  received: unknown,
): PricingIssue {
  return issueAt(problem, path, { expected: DECIMALS[problem], received });
}

/** How a decimal that was read stands in a message: as it was written, or by its digits when it is an object. */
export function decimalExcerpt(value: Fraction, written: unknown): string {
  return typeof written === "object" ? formatExact(value) : excerpt(written);
}
