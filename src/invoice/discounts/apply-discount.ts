import type { DiscountCharge } from "../../catalog/charge-kinds.js";
import { discountTargets } from "../../catalog/discount-target.js";
import type { DiscountPolicy } from "../../catalog/policy.js";
import { allocate } from "../../money/allocation.js";
import { type AmountRounding, formatAmount, roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import {
  compare,
  divide,
  type Fraction,
  formatExact,
  fraction,
  isZero,
  minimumOf,
  multiply,
  negate,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import type { Step } from "../../pricing/step.js";
import type { Period } from "../../time/billing-period.js";
import { amountLine, type Line, lineKey } from "../line.js";
import { roundingStep } from "../rate-charge.js";

/** A line that discounts may reduce: what it billed, and what earlier discounts have left of it. */
export interface DiscountableLine {
  readonly line: Line;
  readonly billed: Fraction;
  readonly left: Fraction;
}

/** A discount as it is due now. */
export interface DueDiscount {
  readonly charge: DiscountCharge;
  /** What a fixed discount takes off in all; nothing for a percentage. */
  readonly amount: Fraction | undefined;
  /** The stretch for which it holds; a simulation has none. */
  readonly servicePeriod: Period | undefined;
  /** Whether it holds when the line is due. */
  readonly holdsFor: (line: Line) => boolean;
}

/** A discount's line, and what it leaves of the others. */
export interface AppliedDiscount {
  readonly line: Line | undefined;
  readonly lines: readonly DiscountableLine[];
}

/**
 * Takes one discount off the lines that it applies to. The discount as a whole is rounded once; its shares are given
 * out by largest remainder, so they add up to it, and no line falls below zero.
 */
export function applyDiscount(
  due: DueDiscount,
  lines: readonly DiscountableLine[],
  policy: DiscountPolicy,
  rounding: AmountRounding,
): AppliedDiscount {
  const { charge: discount, servicePeriod } = due;
  const applies = lines.map(
    ({ line, left }) => isTarget(discount, line) && due.holdsFor(line) && left.numerator > 0n,
  );
  const exactShares = sharesOf(due, lines, applies, policy);
  const exactTotal = sum(exactShares);
  if (isZero(exactTotal)) return { line: undefined, lines };
  const room = lines.map(({ left }, index) => (applies[index] === true ? left : ZERO));
  const total = minimumOf(roundAmount(exactTotal, rounding), sum(room));
  const shares = allocate(total, exactShares, rounding.increment, room);
  const reduced = lines.map((entry, index) => ({
    ...entry,
    left: subtract(entry.left, shares[index] ?? ZERO),
  }));
  if (isZero(total)) return { line: undefined, lines };
  const appliedTo = lines.flatMap(({ line }, index) => {
    const share = shares[index] ?? ZERO;
    return isZero(share) ? [] : [{ key: line.key, amount: formatAmount(negate(share), rounding) }];
  });
  const line = amountLine({
    key: lineKey("discount", discount.id, servicePeriod),
    kind: "discount",
    chargeId: discount.id,
    description: discount.name,
    exactAmount: formatExact(negate(exactTotal)),
    amount: formatAmount(negate(total), rounding),
    appliedTo,
    steps: [
      ...lines.flatMap((entry, index) => shareStep(discount, entry, exactShares[index] ?? ZERO)),
      ...roundingStep(negate(exactTotal), negate(total), rounding),
    ],
  });
  return { line, lines: reduced };
}

function shareStep(
  discount: DiscountCharge,
  { line }: DiscountableLine,
  share: Fraction,
): readonly Step[] {
  if (isZero(share)) return [];
  const { percent, amount } = discount.pricing;
  const text =
    percent === undefined
      ? `share of ${amount} off ${line.description}`
      : `${percent} % off ${line.description}`;
  return [{ of: "amount", kind: "discount", value: formatExact(negate(share)), text }];
}

/** What the discount takes off each line, exactly, and never more than is left of it. */
function sharesOf(
  { charge: { pricing }, amount = ZERO }: DueDiscount,
  lines: readonly DiscountableLine[],
  applies: readonly boolean[],
  policy: DiscountPolicy,
): readonly Fraction[] {
  if (pricing.percent !== undefined) {
    const rate = divide(exact(pricing.percent), fraction(100n));
    return lines.map(({ billed, left }, index) => {
      if (applies[index] !== true) return ZERO;
      return minimumOf(multiply(policy.percentages === "original" ? billed : left, rate), left);
    });
  }
  const eligible = lines.map(({ left }, index) => (applies[index] === true ? left : ZERO));
  const most = sum(eligible);
  const total = minimumOf(amount, most);
  if (isZero(total)) return eligible.map(() => ZERO);
  if (policy.fixed === "proportional")
    return eligible.map((left) => divide(multiply(total, left), most));
  let rest = total;
  return eligible.map((left) => {
    const share = minimumOf(left, rest);
    rest = subtract(rest, share);
    return share;
  });
}

/** Whether a discount applies to a line: only lines of rated charges, and only those that it names. */
function isTarget(discount: DiscountCharge, line: Line): boolean {
  if (line.terms === null) return false;
  const { chargeType, unitOfMeasure } = line.terms;
  return discountTargets(discount.pricing.appliesTo ?? { chargeTypes: [discount.chargeType] }, {
    id: line.chargeId,
    chargeType,
    unitOfMeasure: unitOfMeasure ?? null,
  });
}

/** Percentages before fixed amounts, each group in the order of the catalog. */
export function inDiscountOrder<T extends Pick<DueDiscount, "charge">>(
  discounts: readonly T[],
): readonly T[] {
  const isFixed = ({ charge }: T) => (charge.pricing.percent === undefined ? 1 : 0);
  return discounts.toSorted((a, b) => isFixed(a) - isFixed(b));
}

/** A rated line before any discount. A negative line is nothing to take a discount off. */
export function discountable(line: Line): DiscountableLine {
  const billed = exact(line.amount);
  return { line, billed, left: compare(billed, ZERO) > 0 ? billed : ZERO };
}
