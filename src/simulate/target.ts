import { catalogReader } from "../catalog/catalog.js";
import type { Charge, ChargeInput } from "../catalog/charge.js";
import type { BillingPolicy } from "../catalog/policy.js";
import type { Product, ProductInput } from "../catalog/product.js";
import {
  limitsOf,
  type PlanLimits,
  type RatePlan,
  type RatePlanInput,
} from "../catalog/rate-plan.js";
import { ownFields } from "../data/foreign.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { valueOrReport } from "../schema/parse.js";
import { isRecord } from "../schema/unknown-record.js";

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
}

/** Reads a target, told by its fields, and which of its plans is meant. */
export function readTarget(
  target: unknown,
  ratePlanId: unknown,
  policy: BillingPolicy,
  issues: PricingIssue[],
): PricedPlan | undefined {
  const read = catalogReader(policy);
  if (has(target, "ratePlans")) {
    const product = valueOrReport(read.product(target), issues);
    const plan = product && choosePlan(product, ratePlanId, issues);
    return plan && ofPlan(plan, product.agentType);
  }
  if (has(target, "charges")) {
    const plan = valueOrReport(read.ratePlan(target), issues);
    return plan && ofPlan(plan, undefined);
  }
  const charge = valueOrReport(read.charge(target), issues);
  if (charge === undefined) return undefined;
  const { currency } = charge;
  if (currency !== undefined) {
    return {
      ratePlanId: null,
      charges: [charge],
      currency,
      limits: {},
      agentType: undefined,
    };
  }
  const expected = "a currency code on the charge";
  issues.push(issueAt("missing_currency", ["currency"], { expected, received: undefined }));
  return undefined;
}

/** Whether a target has the field by which it is told from others. */
function has(value: unknown, key: string): boolean {
  return isRecord(value) && ownFields(value)?.[key] != null;
}

function ofPlan(plan: RatePlan, agentType: string | undefined): PricedPlan {
  const { id, charges, currency } = plan;
  return { ratePlanId: id, charges, currency, limits: limitsOf(plan), agentType };
}

function choosePlan(
  product: Product,
  ratePlanId: unknown,
  issues: PricingIssue[],
): RatePlan | undefined {
  const ids = product.ratePlans.map((plan) => plan.id).join(", ");
  if (ratePlanId === undefined) {
    const [only, ...others] = product.ratePlans;
    if (only !== undefined && others.length === 0) return only;
    const expected = `one rate plan, or one chosen by options.ratePlanId (${ids})`;
    issues.push(
      issueAt("ambiguous_rate_plan", ["ratePlans"], {
        expected,
        found: `${product.ratePlans.length}`,
      }),
    );
    return undefined;
  }
  const plan = product.ratePlans.find(({ id }) => id === ratePlanId);
  if (plan === undefined) {
    const expected = `a rate plan of the product (${ids})`;
    issues.push(
      issueAt("unknown_rate_plan", ["ratePlanId"], {
        expected,
        received: ratePlanId,
      }),
    );
  }
  return plan;
}
