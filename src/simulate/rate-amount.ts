import { catalogReader } from "../catalog/catalog.js";
import type { Charge, ChargeInput } from "../catalog/charge.js";
import { isRated, type RatedCharge } from "../catalog/charge-kinds.js";
import { readPolicy } from "../catalog/parse-policy.js";
import { type BillingPolicyInput, DEFAULT_POLICY } from "../catalog/policy.js";
import { PricingError, type PricingIssue } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import type { PreparedRater } from "../rate/prepared.js";
import { noDiscount, type RateableCharge, rateableCharge } from "../rate/rateable.js";
import { rememberCharges } from "../rate/remembered.js";
import { valueOrReport } from "../schema/parse.js";

/**
 * The amount of `rate` alone, for loops over many quantities: nothing but the amount is computed. Parse the
 * charge (and a policy) once before the loop.
 *
 * @throws {PricingError} as `rate`.
 *
 * @example
 * ```ts
 * import { parseCharge, rateAmount } from "rateplan";
 *
 * const charge = parseCharge({
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }] },
 * });
 * [500, 501].map((quantity) => rateAmount(charge, quantity)); // => ["20000.00", "15030.00"]
 * ```
 */
export function rateAmount(
  charge: ChargeInput | Charge,
  quantity: DecimalInput,
  policy?: BillingPolicyInput,
): string {
  return readRateable(charge, policy).rater(quantity);
}

/**
 * A charge prepared for millions of quantities: a function that gives what {@link rateAmount} gives, with the same errors, and `many`
 * for whole columns, in minor units.
 *
 * Prices and bounds become integers once. A quantity of up to six decimals whose amount is proved to fit takes a few steps on safe
 * integers; any other is priced in fractions of bigints. All charge models have both ways; a `matrix` refuses bare quantities, as it
 * prices groups of events.
 *
 * @throws {PricingError} with every issue of the charge and the policy, as {@link rateAmount}; the function itself throws what is wrong
 * with a quantity.
 *
 * @example
 * ```ts
 * import { ratePrepared } from "rateplan";
 *
 * const price = ratePrepared({
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: 40 }, { unitPrice: "0.125" }] },
 * });
 * price(500); // => "20000.00"
 * price("501"); // => "62.63"
 * [...price.many(new Float64Array([500, 501]))]; // => [2000000, 6263]
 * ```
 */
export function ratePrepared(
  charge: ChargeInput | Charge,
  policy?: BillingPolicyInput,
): PreparedRater {
  return readRateable(charge, policy).rater;
}

/** Reads a charge that can be rated by itself. */
export const readRateable = rememberCharges((input, policyInput): RateableCharge<RatedCharge> => {
  const issues: PricingIssue[] = [];
  const policy = readPolicy(policyInput, issues);
  const charge = valueOrReport(catalogReader(policy ?? DEFAULT_POLICY).charge(input), issues);
  if (policy === undefined || charge === undefined) throw new PricingError(issues);
  if (!isRated(charge)) throw new PricingError([noDiscount()]);
  return rateableCharge(charge, policy);
});
