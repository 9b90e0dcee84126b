import type { Product } from "../catalog/product.js";
import type { RatePlan } from "../catalog/rate-plan.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { instantOf } from "../time/instant.js";
import type { Subscription } from "./subscription.js";

/** A rate plan and the product that it sells. */
export interface FoundPlan {
  readonly product: Product;
  readonly plan: RatePlan;
}

/** The subscription's rate plan, found in the catalog by its id; reports when there is none, or more than one. */
export function findPlan(
  products: readonly Product[],
  { ratePlanId }: Subscription,
  issues: PricingIssue[],
): FoundPlan | undefined {
  const all = products.flatMap((product) => product.ratePlans.map((plan) => ({ product, plan })));
  const [found, ...others] = all.filter(({ plan }) => plan.id === ratePlanId);
  const path = ["subscription", "ratePlanId"];
  if (found === undefined) {
    const expected = `a rate plan of the catalog (${all.map(({ plan }) => plan.id).join(", ")})`;
    issues.push(
      issueAt("unknown_rate_plan", path, `must be ${expected}`, { expected, received: ratePlanId }),
    );
  } else if (others.length > 0) {
    const expected = "the id of one rate plan in the catalog";
    issues.push(
      issueAt("ambiguous_rate_plan", path, `must be ${expected}`, {
        expected,
        found: `${ratePlanId}, the id of ${others.length + 1}`,
      }),
    );
  }
  return others.length === 0 ? found : undefined;
}

/** A subscription may start while its product and plan are on sale; after that it bills on. */
export function checkStart(
  { product, plan }: FoundPlan,
  { startDate }: Subscription,
  issues: PricingIssue[],
): void {
  const start = instantOf(startDate);
  for (const [name, { effectiveDate, endDate }] of [
    ["product", product],
    ["rate plan", plan],
  ] as const) {
    if (start >= instantOf(effectiveDate) && (endDate === undefined || start < instantOf(endDate)))
      continue;
    const range =
      endDate === undefined
        ? `from ${effectiveDate}`
        : `from ${effectiveDate} until before ${endDate}`;
    const expected = `${range}, when the ${name} is effective`;
    issues.push(
      issueAt("outside_effective_dates", ["subscription", "startDate"], `must be ${expected}`, {
        expected,
        received: startDate,
      }),
    );
  }
}
