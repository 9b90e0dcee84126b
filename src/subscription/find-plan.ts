import type { CatalogReader } from "../catalog/catalog.js";
import type { Charge } from "../catalog/charge.js";
import { billsSubscriptionQuantity } from "../catalog/charge-kinds.js";
import { planIndex } from "../catalog/plan-index.js";
import type { Product } from "../catalog/product.js";
import type { RatePlan } from "../catalog/rate-plan.js";
import { isList } from "../data/foreign.js";
import { groupBy } from "../data/group-by.js";
import { elementsIn, issueAt, issueMoved, type PathSegment, type PricingIssue } from "../errors.js";
import { valueOrReport } from "../schema/parse.js";
import { among } from "../schema/wording.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import type { TimeZone } from "../time/zone.js";
import type { Override } from "./change.js";

const MOST_PRODUCTS = 10_000;

/** Reads a product, or a list of them. */
export function readCatalog(
  catalog: unknown,
  reader: CatalogReader,
  issues: PricingIssue[],
): readonly Product[] | undefined {
  if (catalog === undefined) return undefined;
  const several = isList(catalog)
    ? elementsIn(catalog, ["catalog"], "products", issues, MOST_PRODUCTS)
    : undefined;
  if (isList(catalog) && several === undefined) return undefined;
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
  const all = plansById(products);
  const [found, ...others] = all.get(ratePlanId) ?? [];
  if (found === undefined) {
    const expected = among(
      "a rate plan of the catalog",
      [...all].flatMap(([id, plans]) => plans.map(() => id)),
    );
    issues.push(issueAt("unknown_rate_plan", path, { expected, received: ratePlanId }));
  } else if (others.length > 0) {
    const expected = "the id of one rate plan in the catalog";
    const found = `${ratePlanId}, the id of ${others.length + 1}`;
    issues.push(issueAt("ambiguous_rate_plan", path, { expected, found }));
  }
  return others.length === 0 ? found : undefined;
}

const found = new WeakMap<readonly Product[], ReadonlyMap<string, readonly FoundPlan[]>>();

function plansById(products: readonly Product[]): ReadonlyMap<string, readonly FoundPlan[]> {
  const known = found.get(products);
  if (known !== undefined) return known;
  const all = products.flatMap((product) => product.ratePlans.map((plan) => ({ product, plan })));
  const byId = groupBy(all, ({ plan }) => plan.id);
  found.set(products, byId);
  return byId;
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
  const { byId } = planIndex(plan);
  const check = (
    field: "quantities" | "overrides",
    has: (charge: Charge) => boolean,
    kind: string,
  ) => {
    for (const key of Object.keys(given[field] ?? {})) {
      const charge = byId.get(key);
      if (charge !== undefined && has(charge)) continue;
      const ids = plan.charges.filter(has).map(({ id }) => id);
      const known = ids.length === 0 ? `there is none on rate plan ${plan.id}` : ids.join(", ");
      const expected = `the id of ${kind} (${known})`;
      issues.push(issueAt("unknown_charge", [...path, field, key], { expected, received: key }));
    }
  };
  check("quantities", billsSubscriptionQuantity, "a recurring charge that prices a quantity");
  check("overrides", () => true, `a charge of rate plan ${plan.id}`);
}

const fitting = new WeakMap<Charge, WeakSet<Override>>();

/**
 * A customer's prices must be such as the plan's charges may have: as a revision of them may be, of the same charge type
 * and pricing what is counted.
 */
export function checkOverrides(
  { plan }: FoundPlan,
  overrides: Iterable<readonly [chargeId: string, pricing: Override]>,
  reader: CatalogReader,
  pathOf: (chargeId: string) => readonly PathSegment[],
  issues: PricingIssue[],
): void {
  for (const [chargeId, pricing] of overrides) {
    const charge = planIndex(plan).byId.get(chargeId);
    if (charge === undefined || fitting.get(charge)?.has(pricing) === true) continue;
    const found = reader.override(plan, charge, pricing);
    for (const issue of found) issues.push(issueMoved([...pathOf(chargeId), ...issue.path], issue));
    const known = fitting.get(charge) ?? new WeakSet();
    if (found.length === 0) fitting.set(charge, known.add(pricing));
  }
}
