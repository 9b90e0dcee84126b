import type { Charge, ChargeInput } from "../catalog/charge.js";
import type { BillingPolicyInput } from "../catalog/policy.js";
import type { DecimalInput } from "../money/decimal.js";
import type { PreparedRater } from "./prepared.js";
import { readAmountTerms } from "./read-terms.js";

/**
 * What a quantity of one charge costs: the amount that `rateAmount` of `rateplan` gives, without its schemas.
 *
 * The charge is one that `parseCharge` returned, the same as JSON, or a literal. Of a literal, everything is checked that decides what a
 * quantity costs, by the same rules and with the same issues. What says how usage is counted, when it is billed and what a discount
 * takes off is known by name only: `aggregation`, `filter`, `groupBy`, `eventQuantity`, `outcome`, `guarantee`, `proration`, `drawdown`,
 * cycles, dates, `revisions`, `taxCodes` and `metadata` may hold anything here, so what is wrong inside them, or does not go together with the
 * aggregation, only `rateplan` says.
 *
 * @throws {PricingError} with every issue of the charge and the policy, or of the quantity under `["usage"]`.
 *
 * @example
 * ```ts
 * import { rateAmount } from "rateplan/rate";
 *
 * const charge = {
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }] },
 * } as const;
 * [500, "501"].map((quantity) => rateAmount(charge, quantity)); // => ["20000.00", "15030.00"]
 * ```
 */
export function rateAmount(
  charge: ChargeInput | Charge,
  quantity: DecimalInput,
  policy?: BillingPolicyInput,
): string {
  return readAmountTerms(charge, policy).rater(quantity);
}

/**
 * A charge prepared for millions of quantities: `ratePrepared` of `rateplan`, without its schemas. It takes what {@link rateAmount} takes.
 *
 * @throws {PricingError} with every issue of the charge and the policy; the function itself throws what is wrong with a quantity.
 *
 * @example
 * ```ts
 * import { ratePrepared } from "rateplan/rate";
 *
 * const price = ratePrepared({
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "tiered", tiers: [{ upTo: 500, unitPrice: 40 }, { unitPrice: "0.125" }] },
 * });
 * price(501); // => "20000.13"
 * [...price.many(new Float64Array([500, 501]))]; // => [2000000, 2000013]
 * ```
 */
export function ratePrepared(
  charge: ChargeInput | Charge,
  policy?: BillingPolicyInput,
): PreparedRater {
  return readAmountTerms(charge, policy).rater;
}
