import { issueMoved, type PathSegment, type PricingIssue } from "../errors.js";
import { readOptions } from "../schema/options.js";
import {
  type ParseResult,
  parseWith,
  remember,
  shownResult,
  valueOrThrow,
} from "../schema/parse.js";
import { type Charge, type ChargeInput, loneChargeSchema } from "./charge.js";
import { isDiscount } from "./charge-kinds.js";
import { readPolicy } from "./parse-policy.js";
import { planIndex } from "./plan-index.js";
import type { BillingPolicy, BillingPolicyInput } from "./policy.js";
import { type Product, type ProductInput, productSchema } from "./product.js";
import { checkTargets, type RatePlan, type RatePlanInput, ratePlanSchema } from "./rate-plan.js";

/** What the parsers of the catalog need to know besides their input. */
export interface CatalogOptions {
  /** The billing policy, for its custom currencies. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

export const CATALOG_OPTIONS = ["policy"] as const satisfies readonly (keyof CatalogOptions)[];

/** The catalog's parsers under one policy. `path` is where the input stands in what the caller passed. */
export interface CatalogReader {
  charge(input: unknown, path?: readonly PathSegment[]): ParseResult<Charge>;
  ratePlan(input: unknown, path?: readonly PathSegment[]): ParseResult<RatePlan>;
  product(input: unknown, path?: readonly PathSegment[]): ParseResult<Product>;
  /** What is wrong with other prices for a charge of a plan, with paths from the prices on. */
  override(plan: RatePlan, charge: Charge, pricing: Charge["pricing"]): readonly PricingIssue[];
}

const readers = new WeakMap<BillingPolicy, CatalogReader>();

/** The parsers for a policy, built once for each: schemas know the policy's custom currencies. */
export function catalogReader(policy: BillingPolicy): CatalogReader {
  const known = readers.get(policy);
  if (known !== undefined) return known;
  const reader = buildReader(policy);
  readers.set(policy, reader);
  return reader;
}

function buildReader({ currencies }: BillingPolicy): CatalogReader {
  const charge = loneChargeSchema(currencies);
  const ratePlan = ratePlanSchema(currencies);
  const product = productSchema(currencies);
  return {
    charge: (input, path) => parseWith<Charge>("charge", charge, input, path),
    ratePlan(input, path) {
      const result = parseWith<RatePlan>("rate plan", ratePlan, input, path);
      if (result.ok) rememberCharges(result.value);
      return result;
    },
    product(input, path) {
      const result = parseWith<Product>("product", product, input, path);
      if (!result.ok) return result;
      for (const plan of result.value.ratePlans) {
        remember("rate plan", plan);
        rememberCharges(plan);
      }
      return result;
    },
    override(plan, own, pricing) {
      // What a revision may be.
      const revisions = [{ effectiveDate: plan.effectiveDate, pricing }];
      const result = parseWith<Charge>("charge", charge, { ...own, revisions });
      const issues = result.ok ? [] : result.issues;
      // At revisions[0].pricing, or at another field of the charge that does not go with it.
      const moved = issues.map((issue) =>
        issue.path[0] === "revisions" ? issueMoved(issue.path.slice(3), issue) : issue,
      );
      const { byId } = planIndex(plan);
      const isTarget = (id: string) => {
        const target = byId.get(id);
        return target !== undefined && !isDiscount(target);
      };
      checkTargets(pricing, [], isTarget, (issue) => moved.push(issue));
      return moved;
    },
  };
}

function rememberCharges(plan: RatePlan): void {
  for (const charge of plan.charges) remember("charge", charge);
}

/** Parses under the options' policy; what is wrong with the policy is the result then. */
function parseUnder<T>(
  options: CatalogOptions,
  parse: (reader: CatalogReader) => ParseResult<T>,
): ParseResult<T> {
  const issues: PricingIssue[] = [];
  const policy = readCatalogOptions(options, issues);
  return policy === undefined ? { ok: false, issues } : parse(catalogReader(policy));
}

/** The policy of the options; nothing, with issues, when something is wrong with them. */
export function readCatalogOptions(
  options: unknown,
  issues: PricingIssue[],
): BillingPolicy | undefined {
  const policy = readPolicy(readOptions(options, CATALOG_OPTIONS, issues).policy, issues);
  return issues.length === 0 ? policy : undefined;
}

/**
 * Reads a charge, or returns every issue at once.
 *
 * @example
 * ```ts
 * import { safeParseCharge } from "rateplan";
 *
 * const result = safeParseCharge({ id: "x", name: "x", chargeType: "one-time", pricing: { model: "tiered", tiers: [] } });
 * result.ok || result.issues.map((issue) => issue.code); // => ["missing", "model_not_allowed", "missing_unit"]
 * ```
 */
export function safeParseCharge(input: unknown, options: CatalogOptions = {}): ParseResult<Charge> {
  return shownResult(parseUnder(options, (reader) => reader.charge(input)));
}

/**
 * Reads a charge: typed, normalised (decimals as canonical strings, tiers by `upTo`), deeply frozen. Parsing what was
 * parsed returns the same object.
 *
 * @throws {PricingError} with every issue.
 *
 * @example
 * ```ts
 * import { parseCharge } from "rateplan";
 *
 * const charge = parseCharge({
 *   id: "outcome", name: "outcome charge", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "tiered", tiers: [{ start: 1, end: 100, unitPrice: 50.0 }, { start: 101, unitPrice: "40.00" }] },
 * });
 * charge.pricing; // => { model: "tiered", tiers: [{ upTo: "100", unitPrice: "50" }, { unitPrice: "40" }] }
 * ```
 */
export function parseCharge(input: ChargeInput, options: CatalogOptions = {}): Charge {
  return valueOrThrow(safeParseCharge(input, options));
}

/**
 * Reads a rate plan, or returns every issue at once.
 *
 * @example
 * ```ts
 * import { safeParseRatePlan } from "rateplan";
 *
 * const result = safeParseRatePlan({ id: "p", name: "p", billingCycle: "monthly", effectiveDate: "2026-02-30", charges: [] });
 * result.ok || result.issues.map((issue) => issue.code); // => ["invalid_date", "missing_currency"]
 * ```
 */
export function safeParseRatePlan(
  input: unknown,
  options: CatalogOptions = {},
): ParseResult<RatePlan> {
  return shownResult(parseUnder(options, (reader) => reader.ratePlan(input)));
}

/**
 * Reads a rate plan: typed, normalised, deeply frozen, its currency on every charge.
 *
 * @throws {PricingError} with every issue.
 *
 * @example
 * ```ts
 * import { parseRatePlan } from "rateplan";
 *
 * const plan = parseRatePlan({
 *   id: "starter", name: "Starter plan", currency: "EUR", billingCycle: "monthly", effectiveDate: "2026-01-01",
 *   charges: [{ id: "platform", name: "Platform", chargeType: "recurring", pricing: { model: "flat", amount: 99 } }],
 * });
 * plan.charges[0]?.currency; // => "EUR"
 * ```
 */
export function parseRatePlan(input: RatePlanInput, options: CatalogOptions = {}): RatePlan {
  return valueOrThrow(safeParseRatePlan(input, options));
}

/**
 * Reads a product, or returns every issue at once.
 *
 * @example
 * ```ts
 * import { safeParseProduct } from "rateplan";
 *
 * safeParseProduct("ocr product").ok; // => false
 * ```
 */
export function safeParseProduct(
  input: unknown,
  options: CatalogOptions = {},
): ParseResult<Product> {
  return shownResult(parseUnder(options, (reader) => reader.product(input)));
}

/**
 * Reads a product with its rate plans and charges: typed, normalised, deeply frozen. Pass the result to `simulate`
 * and `invoice`, and nothing is parsed again.
 *
 * @throws {PricingError} with every issue of the whole product.
 *
 * @example
 * ```ts
 * import { parseProduct } from "rateplan";
 *
 * const product = parseProduct({
 *   id: "ocr", name: "ocr product", agentType: "ocr-agent", effectiveDate: "2026-01-01", ratePlans: [],
 * });
 * parseProduct(product) === product; // => true
 * ```
 */
export function parseProduct(input: ProductInput, options: CatalogOptions = {}): Product {
  return valueOrThrow(safeParseProduct(input, options));
}
