import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { type AmountRounding, formatAmount, roundAmount } from "../../money/amount-rounding.js";
import { decimalIssue } from "../../money/amounts.js";
import { isProblem, readDecimal } from "../../money/decimal.js";
import {
  compare,
  type Fraction,
  formatExact,
  isZero,
  subtract,
  ZERO,
} from "../../money/fraction.js";
import { type AmountBasis, amountOf, type Parts, partsOfAmount } from "../history/account-parts.js";
import type { History } from "../history/history.js";
import { type LineAccount, leftOf } from "../history/line-accounts.js";

/** What credits by choice are read against. */
export interface CreditReading {
  readonly history: History;
  readonly rounding: AmountRounding;
  readonly basis: AmountBasis;
  readonly accounts: readonly LineAccount[];
  readonly limits: ReadonlyMap<LineAccount, Fraction>;
  readonly issues: PricingIssue[];
}

/** How much is credited: by default all that is left, which is the most. */
export function readAmount(
  input: unknown,
  most: Fraction,
  name: string,
  isOver: boolean,
  path: readonly PathSegment[],
  { rounding, issues }: Pick<CreditReading, "rounding" | "issues">,
): Fraction | undefined {
  const asked = input === undefined ? most : readPositive(input, path, issues);
  if (asked === undefined) return undefined;
  if (isOver || compare(asked, most) > 0) {
    reportMost(isOver ? ZERO : most, name, path, input, { rounding, issues });
    return undefined;
  }
  if (compare(asked, most) === 0 || isZero(subtract(asked, roundAmount(asked, rounding)))) {
    return asked;
  }
  const expected = `a multiple of ${formatExact(rounding.increment)}`;
  issues.push(issueAt("invalid_increment", path, { expected, received: input }));
  return undefined;
}

function reportMost(
  most: Fraction,
  name: string,
  path: readonly PathSegment[],
  received: unknown,
  { rounding, issues }: Pick<CreditReading, "rounding" | "issues">,
): void {
  const expected = `at most ${formatAmount(most, rounding)}, as so much is left of ${name}`;
  issues.push(issueAt("out_of_range", path, { expected, received }));
}

/** Says that nothing is left of what is named, where all that is left is asked for. */
export function reportNothingLeft(
  name: "document" | "line",
  path: readonly PathSegment[],
  received: unknown,
  issues: PricingIssue[],
): void {
  const expected = `a ${name} of which something is left to credit`;
  issues.push(issueAt("out_of_range", path, { expected, received }));
}

export function readPositive(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Fraction | undefined {
  const value = readDecimal(input);
  if (!isProblem(value) && value.numerator > 0n) return value;
  issues.push(
    isProblem(value)
      ? decimalIssue(value, path, input)
      : issueAt("out_of_range", path, { expected: "more than 0", received: input }),
  );
  return undefined;
}

export function partsOf(
  account: LineAccount,
  amount: Fraction,
  { basis, rounding, limits }: CreditReading,
): Parts {
  const unpaid = subtract(amountOf(leftOf(account), basis), limits.get(account) ?? ZERO);
  return partsOfAmount(account, amount, basis, rounding, unpaid);
}

export function reportUnknown(
  received: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
) {
  const expected = "the idempotencyKey of a document in previous";
  issues.push(issueAt("missing_previous", path, { expected, received }));
}
