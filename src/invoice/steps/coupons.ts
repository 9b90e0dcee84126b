import { compare, sum } from "../../money/fraction.js";
import type { PricedLine } from "../document/priced-line.js";
import type { PeriodLines, PeriodPricing, StepLines } from "./period-step.js";
import type { Reduction } from "./reduction.js";
import { takeOff } from "./take-off.js";

/** Takes the customer's coupons off what the catalog's discounts have left. */
export function couponLines(pricing: PeriodPricing, lines: PeriodLines): StepLines {
  const { policy, coupons } = pricing;
  const apply = (some: readonly Reduction[]) => takeOff(some, pricing, lines, policy.coupons);
  if (policy.coupons.stacking === "combine" || coupons.length < 2) return { lines: apply(coupons) };
  return { lines: best(coupons.map((coupon) => apply([coupon]))) };
}

/** Of several ways the one that takes off most; of equal ones the first. */
function best(ways: readonly (readonly PricedLine[])[]): readonly PricedLine[] {
  const amountOf = (lines: readonly PricedLine[]) => sum(lines.map(({ amount }) => amount));
  return ways.reduce((a, b) => (compare(amountOf(b), amountOf(a)) < 0 ? b : a));
}
