import type { Charge } from "../catalog/charge.js";
import type { RatePlan } from "../catalog/rate-plan.js";

/**
 * The charges that the invoice of a billing period carries: one-time charges with the first period (index 0),
 * recurring and usage charges with every period, in arrears.
 */
export function chargesDue(plan: RatePlan, periodIndex: number): readonly Charge[] {
  return plan.charges.filter((charge) => charge.chargeType !== "one-time" || periodIndex === 0);
}
