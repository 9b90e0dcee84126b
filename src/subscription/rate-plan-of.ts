import { isCounted } from "../catalog/charge-kinds.js";
import type { Product } from "../catalog/product.js";
import type { RatePlan } from "../catalog/rate-plan.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import type { TimeZone } from "../time/zone.js";

/** A rate plan and the product that it sells. */
export interface FoundPlan {
  readonly product: Product;
  readonly plan: RatePlan;
}

/** The rate plan with an id; reports when the catalog has none, or more than one. */
export function findPlan(
  products: readonly Product[],
  ratePlanId: string,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): FoundPlan | undefined {
  const all = products.flatMap((product) => product.ratePlans.map((plan) => ({ product, plan })));
  const [found, ...others] = all.filter(({ plan }) => plan.id === ratePlanId);
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

/** A subscription may come onto a plan while the plan and its product are on sale; after that it bills on. */
export function checkEffective(
  { product, plan }: FoundPlan,
  date: { readonly at: Instant; readonly written: string },
  path: readonly PathSegment[],
  zone: TimeZone,
  issues: PricingIssue[],
): void {
  for (const [name, { effectiveDate, endDate }] of [
    ["product", product],
    ["rate plan", plan],
  ] as const) {
    const begun = date.at >= instantOf(effectiveDate, zone);
    if (begun && (endDate === undefined || date.at < instantOf(endDate, zone))) continue;
    const range =
      endDate === undefined
        ? `from ${effectiveDate}`
        : `from ${effectiveDate} until before ${endDate}`;
    const expected = `${range}, when the ${name} is effective`;
    issues.push(
      issueAt("outside_effective_dates", path, `must be ${expected}`, {
        expected,
        received: date.written,
      }),
    );
  }
}

/** Quantities and overrides name charges of the plan that can have them. */
export function checkNames(
  { plan }: FoundPlan,
  given: {
    readonly quantities?: Readonly<Record<string, unknown>>;
    readonly overrides?: Readonly<Record<string, unknown>>;
  },
  path: readonly PathSegment[],
  issues: PricingIssue[],
): void {
  const check = (field: "quantities" | "overrides", ids: readonly string[], kind: string) => {
    for (const key of Object.keys(given[field] ?? {})) {
      if (ids.includes(key)) continue;
      const expected = `the id of ${kind} (${ids.join(", ")})`;
      issues.push(
        issueAt("unknown_charge", [...path, field, key], `must be ${expected}`, {
          expected,
          received: key,
        }),
      );
    }
  };
  const counted = plan.charges.filter(isCounted).map(({ id }) => id);
  check("quantities", counted, "a recurring charge that prices a quantity");
  check(
    "overrides",
    plan.charges.map(({ id }) => id),
    `a charge of rate plan ${plan.id}`,
  );
}
