import type { CatalogReader } from "../catalog/catalog.js";
import { billsSubscriptionQuantity } from "../catalog/charge-kinds.js";
import type { Product } from "../catalog/product.js";
import type { RatePlan } from "../catalog/rate-plan.js";
import { elements, isList } from "../data/foreign.js";
import { issueAt, issueMoved, type PathSegment, type PricingIssue } from "../errors.js";
import { valueOrReport } from "../schema/parse.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import type { TimeZone } from "../time/zone.js";
import type { Override } from "./change.js";

/** Reads a product, or a list of them. */
export function readCatalog(
  catalog: unknown,
  reader: CatalogReader,
  issues: PricingIssue[],
): readonly Product[] | undefined {
  if (catalog === undefined) return undefined;
  const several = isList(catalog) ? elements(catalog) : undefined;
  const list = several ?? [catalog];
  const at = (index: number) => (several === undefined ? ["catalog"] : ["catalog", index]);
  const products = list.map((product, index) =>
    valueOrReport(reader.product(product, at(index)), issues),
  );
  return products.every((product) => product !== undefined) ? products : undefined;
}

/** A rate plan and the product that sells it. */
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
    issues.push(issueAt("unknown_rate_plan", path, { expected, received: ratePlanId }));
  } else if (others.length > 0) {
    const expected = "the id of one rate plan in the catalog";
    const found = `${ratePlanId}, the id of ${others.length + 1}`;
    issues.push(issueAt("ambiguous_rate_plan", path, { expected, found }));
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
    const range = endDate === undefined ? "" : ` and before ${endDate}`;
    const expected = `on or after ${effectiveDate}${range}, when the ${name} is effective`;
    issues.push(issueAt("outside_effective_dates", path, { expected, received: date.written }));
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
      const known = ids.length === 0 ? `there is none on rate plan ${plan.id}` : ids.join(", ");
      const expected = `the id of ${kind} (${known})`;
      issues.push(issueAt("unknown_charge", [...path, field, key], { expected, received: key }));
    }
  };
  const counted = plan.charges.filter(billsSubscriptionQuantity).map(({ id }) => id);
  check("quantities", counted, "a recurring charge that prices a quantity");
  check(
    "overrides",
    plan.charges.map(({ id }) => id),
    `a charge of rate plan ${plan.id}`,
  );
}

/**
 * A customer's prices must be such as the plan's charges may have: as a revision of them may be, of the same charge type
 * and pricing what is counted.
 */
export function checkOverrides(
  { plan }: FoundPlan,
  overrides: Readonly<Record<string, Override>>,
  reader: CatalogReader,
  pathOf: (chargeId: string) => readonly PathSegment[],
  issues: PricingIssue[],
): void {
  const charges = plan.charges.map((charge) => {
    const pricing = Object.hasOwn(overrides, charge.id) ? overrides[charge.id] : undefined;
    if (pricing === undefined) return charge;
    return { ...charge, revisions: [{ effectiveDate: plan.effectiveDate, pricing }] };
  });
  if (charges.every((charge, index) => charge === plan.charges[index])) return;
  const result = reader.ratePlan({ ...plan, charges });
  for (const issue of result.ok ? [] : result.issues) {
    // At charges[index].revisions[0].pricing, or at another field of the charge that does not go with it.
    const [, index, ...rest] = issue.path;
    const charge = typeof index === "number" ? plan.charges[index] : undefined;
    const path = rest[0] === "revisions" ? rest.slice(3) : rest;
    issues.push(issueMoved([...pathOf(charge?.id ?? ""), ...path], issue));
  }
}
