import { type DiscountCharge, isDiscount, isPrepaid } from "../catalog/charge-kinds.js";
import { discountTargets, targetOf } from "../catalog/discount.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import type { MeteredSegment } from "../invoice/rating/metered-segment.js";
import { roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import {
  divide,
  type Fraction,
  fraction,
  negate,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import { type Curve, curveOf, knotsFrom } from "../pricing/curve.js";
import { compileTerms, rateExactly } from "../pricing/rate-exactly.js";
import { addWalks, clampWalk, scaleWalk, type Walk } from "../pricing/walk.js";
import type { OneQuantity } from "./one-quantity.js";

/** What some charges of a plan come to together. */
interface Part {
  readonly members: readonly MeteredSegment[];
  /** What they cost. */
  readonly gross: Walk;
  /** What discounts have left of it. */
  readonly left: Walk;
}

/**
 * What a target bills, as a function of its varied quantity, exactly: every charge by its curve, then the steps of a billing period,
 * nothing rounded but limits, which are amounts. What is no function of straight stretches is an issue.
 */
export function planWalk(
  one: OneQuantity,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Walk {
  const { plan, policy } = one;
  checkStraight(one, path, issues);
  const parts = one.segments.map((segment): Part => {
    const walk = one.varied.has(segment) ? curveWalk(segment) : constantWalk(fixedOf(segment, one));
    return { members: [segment], gross: walk, left: walk };
  });
  const discounts = plan.charges.filter(isDiscount);
  const isSecond = ({ pricing }: DiscountCharge) =>
    Number((pricing.percent === undefined) === (policy.discounts.order === "percent-first"));
  const reduced = discounts
    .toSorted((a, b) => isSecond(a) - isSecond(b))
    .reduce<readonly Part[]>((left, each) => takeOff(left, each, one, path, issues), parts);
  const held = reduced.map((part) => holdCharge(part, one, path, issues));
  const { minimumCommitment, maximumSpend } = plan.limits;
  return hold(addWalks(held), { minimum: minimumCommitment, maximum: maximumSpend }, one);
}

/** What usage is drawn from, and minimums of what discounts do not count in, are no sums of what charges cost. */
function checkStraight(
  { plan: { charges, limits }, segments, policy }: OneQuantity,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): void {
  const prepaid = segments.find(({ charge }) => isPrepaid(charge));
  const isMinimum =
    limits.minimumCommitment !== undefined || charges.some(({ minimum }) => minimum);
  const apart = policy.minimums === "before-discounts" && isMinimum && charges.some(isDiscount);
  if (prepaid === undefined && !apart) return;
  const expected =
    "without fees that usage is drawn from, and without discounts beside minimums that do not count them (compare and sweep take it)";
  const found = prepaid === undefined ? "policy.minimums" : `charge ${prepaid.charge.id}`;
  issues.push(issueAt("not_supported", path, { expected, found }));
}

/** The curves of the charges that price the varied quantity. */
export function variedCurves({ varied }: OneQuantity): readonly Curve[] {
  return [...varied].flatMap(({ charge }) => curveOf(charge) ?? []);
}

function curveWalk({ charge }: MeteredSegment): Walk {
  const curve = curveOf(charge);
  if (curve === undefined) throw new Error("unreachable: a varied charge without a curve");
  return (from) => knotsFrom(curve, from);
}

function constantWalk(value: Fraction): Walk {
  return (at) => [{ at, value, onward: { value, slope: ZERO } }];
}

function fixedOf({ charge, metered }: MeteredSegment, { policy }: OneQuantity): Fraction {
  const terms = compileTerms(charge);
  return sum(metered.map((each) => rateExactly(terms, each, policy.negativeUsage).amount));
}

/** What a discount leaves: a percentage of each part, a fixed amount of all of them together. */
function takeOff(
  parts: readonly Part[],
  discount: DiscountCharge,
  { policy }: OneQuantity,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): readonly Part[] {
  const target = targetOf(discount);
  const applies = ({ charge }: MeteredSegment) =>
    discountTargets(target, { ...charge, unitOfMeasure: charge.unitOfMeasure ?? null });
  const reached = parts.filter(({ members }) => members.some(applies));
  if (reached.some(({ members }) => !members.every(applies))) refuse(discount.id, path, issues);
  const { percent, amount } = discount.pricing;
  const isCompound = policy.discounts.percentages === "compound";
  if (percent !== undefined) {
    const share = divide(exact(percent), fraction(100n));
    return parts.map((part) => {
      if (!reached.includes(part)) return part;
      const off = scaleWalk(part.gross, negate(share));
      const left = isCompound
        ? scaleWalk(part.left, subtract(ONE, share))
        : notBelowZero(addWalks([part.left, off]));
      return { ...part, left };
    });
  }
  if (reached.length === 0) return parts;
  const together: Part = {
    members: reached.flatMap(({ members }) => members),
    gross: addWalks(reached.map(({ gross }) => gross)),
    left: notBelowZero(
      addWalks([...reached.map(({ left }) => left), constantWalk(negate(exact(amount ?? "0")))]),
    ),
  };
  return [...parts.filter((part) => !reached.includes(part)), together];
}

function notBelowZero(walk: Walk): Walk {
  return clampWalk(walk, { least: ZERO });
}

/** Holds a charge between its minimum and maximum. */
function holdCharge(
  { members, left }: Part,
  one: OneQuantity,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): Walk {
  const limited = members.find(({ charge }) => charge.minimum ?? charge.maximum);
  if (limited === undefined) return left;
  if (members.length > 1) refuse(limited.charge.id, path, issues);
  return hold(left, limited.charge, one);
}

function hold(
  walk: Walk,
  {
    minimum,
    maximum,
  }: { readonly minimum?: string | undefined; readonly maximum?: string | undefined },
  { rounding }: OneQuantity,
): Walk {
  if (minimum === undefined && maximum === undefined) return walk;
  const bound = (amount: string) => roundAmount(exact(amount), rounding);
  return clampWalk(walk, {
    ...(minimum === undefined ? {} : { least: bound(minimum) }),
    ...(maximum === undefined ? {} : { most: bound(maximum) }),
  });
}

/** A fixed amount off several charges is shared out by what they come to: what each has left of it is no straight line. */
function refuse(id: string, path: readonly PathSegment[], issues: PricingIssue[]): void {
  const expected =
    "without a fixed discount over several charges of which one has limits or another discount of its own (compare and sweep take it)";
  issues.push(issueAt("not_supported", path, { expected, found: `charge ${id}` }));
}
