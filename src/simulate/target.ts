import { catalogReader } from "../catalog/catalog.js";
import type { Charge, ChargeInput } from "../catalog/charge.js";
import { type BillingPolicy, policyRounding } from "../catalog/policy.js";
import type { Product, ProductInput } from "../catalog/product.js";
import {
  limitsOf,
  type PlanLimits,
  type RatePlan,
  type RatePlanInput,
} from "../catalog/rate-plan.js";
import { ownFields } from "../data/foreign.js";
import { issueAt, issueUnder, type PathSegment, type PricingIssue } from "../errors.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { valueOrReport } from "../schema/parse.js";
import { isRecord } from "../schema/unknown-record.js";
import { among } from "../schema/wording.js";

/** What may be simulated: a charge, a rate plan, or a product, parsed or as written. */
export type SimulationTarget =
  | ChargeInput
  | RatePlanInput
  | ProductInput
  | Charge
  | RatePlan
  | Product;

/** What any target comes down to. */
export interface PricedPlan {
  readonly ratePlanId: string | null;
  readonly charges: readonly Charge[];
  readonly currency: string;
  readonly limits: PlanLimits;
  readonly agentType: string | undefined;
  /** The rate plan as it was parsed; nothing of a charge by itself. */
  readonly parsed: RatePlan | undefined;
}

/** Reads a target, and which plan of it is meant. */
export function readTarget(
  target: unknown,
  ratePlanId: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
  path: readonly PathSegment[] = [],
): PricedPlan | undefined {
  const read = catalogReader(policy);
  if (has(target, "ratePlans")) {
    const product = valueOrReport(read.product(target, path), issues);
    const plan = product && choosePlan(product, ratePlanId, issues, path);
    return plan && ofPlan(plan, product.agentType);
  }
  if (has(target, "charges")) {
    const plan = valueOrReport(read.ratePlan(target, path), issues);
    return plan && ofPlan(plan, undefined);
  }
  const charge = valueOrReport(read.charge(target, path), issues);
  if (charge === undefined) return undefined;
  const { currency } = charge;
  if (currency !== undefined) {
    return {
      ratePlanId: null,
      charges: [charge],
      currency,
      limits: {},
      agentType: undefined,
      parsed: undefined,
    };
  }
  const expected = "a currency code on the charge";
  issues.push(
    issueAt("missing_currency", [...path, "currency"], { expected, received: undefined }),
  );
  return undefined;
}

/** Reads a target as what it is. */
export function readParsed(
  target: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
  path: readonly PathSegment[],
): Charge | RatePlan | Product | undefined {
  const read = catalogReader(policy);
  if (has(target, "ratePlans")) return valueOrReport(read.product(target, path), issues);
  if (has(target, "charges")) return valueOrReport(read.ratePlan(target, path), issues);
  return valueOrReport(read.charge(target, path), issues);
}

/** Reads a target that stands for all its plans: a product for each of them. */
export function readTargets(
  target: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
  path: readonly PathSegment[],
): readonly PricedPlan[] {
  if (!has(target, "ratePlans")) {
    const plan = readTarget(target, undefined, policy, issues, path);
    return plan === undefined ? [] : [plan];
  }
  const product = valueOrReport(catalogReader(policy).product(target, path), issues);
  if (product?.ratePlans.length === 0) {
    const expected = "at least one rate plan";
    issues.push(issueAt("missing", [...path, "ratePlans"], { expected, received: [] }));
  }
  return (product?.ratePlans ?? []).map((plan) => ofPlan(plan, product?.agentType));
}

/** How amounts of a target are rounded; nothing, with an issue, where its currency is unknown to the policy. */
export function readRounding(
  { currency }: PricedPlan,
  policy: BillingPolicy,
  issues: PricingIssue[],
  path: readonly PathSegment[] = [],
): AmountRounding | undefined {
  const rounding = policyRounding(policy, currency);
  if (!("code" in rounding)) return rounding;
  issues.push(rounding.path[0] === "policy" ? rounding : issueUnder(path, rounding));
  return undefined;
}

/** Whether a target has the field by which it is told from others. */
function has(value: unknown, key: string): boolean {
  return isRecord(value) && ownFields(value)?.[key] != null;
}

function ofPlan(plan: RatePlan, agentType: string | undefined): PricedPlan {
  const { id, charges, currency } = plan;
  return { ratePlanId: id, charges, currency, limits: limitsOf(plan), agentType, parsed: plan };
}

function choosePlan(
  product: Product,
  ratePlanId: unknown,
  issues: PricingIssue[],
  path: readonly PathSegment[],
): RatePlan | undefined {
  const ids = product.ratePlans.map((plan) => plan.id);
  if (ratePlanId === undefined) {
    const [only, ...others] = product.ratePlans;
    if (only !== undefined && others.length === 0) return only;
    const expected = among("one rate plan, or one chosen by options.ratePlanId", ids);
    const found = `${product.ratePlans.length}`;
    issues.push(issueAt("ambiguous_rate_plan", [...path, "ratePlans"], { expected, found }));
    return undefined;
  }
  const plan = product.ratePlans.find(({ id }) => id === ratePlanId);
  if (plan === undefined) {
    const expected = among("a rate plan of the product", ids);
    issues.push(issueAt("unknown_rate_plan", ["ratePlanId"], { expected, received: ratePlanId }));
  }
  return plan;
}
