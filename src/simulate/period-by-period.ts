import type { Charge } from "../catalog/charge.js";
import { includedBy, isUsageCharge } from "../catalog/charge-kinds.js";
import { termOf } from "../catalog/rate-plan.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { type BillingCycle, sameCycle } from "../time/billing-cycle.js";
import type { PricedPlan } from "./target.js";

/** A plan, and where it was given. */
export interface PlacedPlan {
  readonly plan: PricedPlan;
  readonly path: readonly PathSegment[];
}

/** Reports plans that are billed in other cycles than the first: a row of usage is one billing period of each. */
export function checkSameCycles(plans: readonly PlacedPlan[], issues: PricingIssue[]): void {
  const first = plans.find(({ plan }) => plan.parsed !== undefined)?.plan.parsed?.billingCycle;
  for (const { plan, path } of plans) {
    const cycle = plan.parsed?.billingCycle;
    if (first !== undefined && cycle !== undefined && !sameCycle(first, cycle)) {
      const expected = `${cycleText(first)}, as the first plan: a row of usage is one billing period`;
      refuse([...path, "billingCycle"], expected, cycleText(cycle), issues);
    }
    for (const charge of plan.charges) {
      if (!isUsageCharge(charge) || !isOther(charge.billingCycle, cycle)) continue;
      const expected = "usage that is billed in each billing period";
      refuse([...path, "charges", charge.id], expected, "billingCycle", issues);
    }
  }
}

/** Reports what no billing period by itself decides, as it adds up or is carried over several. */
export function checkPeriodByPeriod(plans: readonly PlacedPlan[], issues: PricingIssue[]): void {
  for (const { plan, path } of plans) {
    if (hasTerm(plan)) {
      const expected = "a commitment of each billing period (simulate over a range takes terms)";
      refuse([...path, "minimumCommitment"], expected, "a term", issues);
    }
    for (const charge of plan.charges) {
      const found = overSeveral(charge, plan.parsed?.billingCycle);
      if (found === undefined) continue;
      const expected =
        "charges that each billing period by itself prices (simulate over a range takes them)";
      refuse([...path, "charges", charge.id], expected, found, issues);
    }
  }
}

/** Whether something of a plan goes on from one billing period to the next. */
export function goesOn(plan: PricedPlan): boolean {
  const cycle = plan.parsed?.billingCycle;
  return hasTerm(plan) || plan.charges.some((charge) => overSeveral(charge, cycle) !== undefined);
}

function hasTerm({ parsed }: PricedPlan): boolean {
  return parsed !== undefined && termOf(parsed) !== undefined;
}

function refuse(
  path: readonly PathSegment[],
  expected: string,
  found: string,
  issues: PricingIssue[],
): void {
  issues.push(issueAt("not_supported", path, { expected, found }));
}

/** What of a charge goes over several billing periods. */
function overSeveral(charge: Charge, cycle: BillingCycle | undefined): string | undefined {
  if (charge.chargeType !== "one-time" && isOther(charge.billingCycle, cycle))
    return "billingCycle";
  if (charge.chargeType === "usage" && isOther(charge.resetCycle, cycle)) return "resetCycle";
  if (isUsageCharge(charge) && includedBy(charge).rollover !== undefined) return "rollover";
  const isCarried = charge.chargeType === "recurring" && charge.drawdown?.rest === "carries-over";
  return isCarried ? "drawdown.rest" : undefined;
}

function isOther(own: BillingCycle | undefined, cycle: BillingCycle | undefined): boolean {
  return own !== undefined && (cycle === undefined || !sameCycle(own, cycle));
}

function cycleText(cycle: BillingCycle): string {
  return typeof cycle === "string" ? cycle : `every ${cycle.every} ${cycle.unit}s`;
}
