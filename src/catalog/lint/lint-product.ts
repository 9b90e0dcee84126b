import { deepFreeze } from "../../data/deep-freeze.js";
import { PricingError, type PricingIssue, throwIssues } from "../../errors.js";
import { minorUnits } from "../../money/currency.js";
import type { DecimalInput } from "../../money/decimal.js";
import { isRatedPricing } from "../../pricing/models/index.js";
import { readOptions } from "../../schema/options.js";
import { valueOrReport } from "../../schema/parse.js";
import { catalogReader } from "../catalog.js";
import { isRated, type RatedCharge } from "../charge-kinds.js";
import { readPolicy } from "../parse-policy.js";
import { type BillingPolicyInput, DEFAULT_POLICY } from "../policy.js";
import type { Product, ProductInput } from "../product.js";
import { readUnitCosts } from "../unit-costs.js";
import { findAll, type LintFinding } from "./finding.js";
import { planRules } from "./plan-rules.js";
import { type PriceSubject, priceRules } from "./price-rules.js";

/** Options of {@link lintProduct}. */
export interface LintOptions {
  /** What a unit costs you, by unit of measure or charge id, in the currency of the plans: finds prices below it. */
  readonly costs?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** The billing policy, for its custom currencies. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/**
 * What looks like a mistake in a product that parses: prices that drop as usage grows, tiers that nobody reaches, limits that always or
 * never hold, charges that count the same events, and the like. {@link LintCode} lists what is looked for. In the order of the plans and
 * their charges; a price list of a revision is looked at as the charge's own is.
 *
 * Quantities in findings are those that the price list sees: after included units are taken off. Amounts are exact, in the
 * currency. Where two filters are not seen to exclude each other, the charges are found to overlap.
 *
 * A minimum above its maximum, gaps and overlaps of tiers are no findings: such a product does not parse.
 *
 * @throws {PricingError} with every issue of the product and the options.
 *
 * @example
 * ```ts
 * import { lintProduct } from "rateplan";
 *
 * const pages = {
 *   id: "pages", name: "Pages", chargeType: "usage", unitOfMeasure: "page",
 *   pricing: { model: "volume", tiers: [{ upTo: 100, unitPrice: 2 }, { unitPrice: 1 }] },
 * } as const;
 * const plan = { id: "basic", name: "Basic", currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01", charges: [pages] } as const;
 * const product = { id: "ocr", name: "OCR", agentType: "ocr", effectiveDate: "2026-01-01", ratePlans: [plan] };
 * const [cliff] = lintProduct(product);
 * cliff?.code; // => "volume_cliff"
 * cliff?.numbers; // => { at: "100", drop: "100", cheaperFrom: "50" }
 * ```
 */
export function lintProduct(
  product: ProductInput | Product,
  options: LintOptions = {},
): readonly LintFinding[] {
  const issues: PricingIssue[] = [];
  const given = readOptions(options, ["costs", "policy"], issues);
  const policy = readPolicy(given.policy, issues) ?? DEFAULT_POLICY;
  const parsed = valueOrReport(catalogReader(policy).product(product), issues);
  if (parsed === undefined) throw new PricingError(issues);
  const charges = parsed.ratePlans.flatMap((plan) => plan.charges);
  const costOf = readUnitCosts(given.costs, charges, ["costs"], issues);
  throwIssues(issues);
  return deepFreeze(
    parsed.ratePlans.flatMap((plan, index) => {
      const path = ["ratePlans", index];
      const decimals = minorUnits(plan.currency, policy.currencies);
      return [
        ...findAll(planRules, { product: parsed, plan, path, decimals }),
        ...plan.charges.flatMap((charge, position) =>
          isRated(charge)
            ? priceLists(charge, [...path, "charges", position]).flatMap((list) =>
                findAll(priceRules, { ...list, decimals, cost: costOf(charge) }),
              )
            : [],
        ),
      ];
    }),
  );
}

/** The price lists of a charge: its own, and those of its revisions. */
function priceLists(
  charge: RatedCharge,
  path: PriceSubject["path"],
): readonly Pick<PriceSubject, "charge" | "pricing" | "path">[] {
  const revised = (charge.revisions ?? []).flatMap(({ pricing }, index) =>
    isRatedPricing(pricing)
      ? [
          {
            charge: { ...charge, pricing } as RatedCharge,
            pricing,
            path: [...path, "revisions", index, "pricing"],
          },
        ]
      : [],
  );
  return [{ charge, pricing: charge.pricing, path: [...path, "pricing"] }, ...revised];
}
