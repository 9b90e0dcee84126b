import * as fc from "fast-check";
import type { ChargeInput } from "../../catalog/charge.js";
import type { ProductInput } from "../../catalog/product.js";
import type { RatePlanInput } from "../../catalog/rate-plan.js";
import { discountOn, named, ratedCharge, type Unnamed } from "./charges.js";
import { decimal } from "./numbers.js";

/** Currencies of each number of decimals. */
export const CURRENCIES = ["USD", "JPY", "KWD", "CHF", "CLF"] as const;
const currency: fc.Arbitrary<string> = fc.constantFrom(...CURRENCIES);

const billingCycle = fc.oneof(
  { weight: 3, arbitrary: fc.constant("monthly" as const) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "quarterly" as const,
      "semi-annual" as const,
      "annual" as const,
      "weekly" as const,
      "daily" as const,
    ),
  },
  { weight: 1, arbitrary: fc.constant({ every: 2, unit: "week" as const }) },
);

/** Before every subscription. */
const ON_SALE = "2020-01-01";

/**
 * Charges that `rateplan` prices: one-time, recurring and usage charges of every model, with limits, included units, rounded quantities,
 * aggregations and outcome policies; no discounts. Each is valid by itself and names its currency.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { parseCharge } from "rateplan";
 * import { anyCharge } from "rateplan/testing/arbitraries";
 *
 * fc.assert(fc.property(anyCharge(), (charge) => parseCharge(charge).id === charge.id), { seed: 1, numRuns: 10 }); // => undefined
 * ```
 */
export function anyCharge(): fc.Arbitrary<ChargeInput> {
  return fc
    .tuple(ratedCharge, currency)
    .map(
      ([charge, own]) =>
        ({ id: "charge", name: "Charge", currency: own, ...charge }) as ChargeInput,
    );
}

/** Lists of charges and of discounts on them, with ids of their own that begin with a prefix. */
export function chargesOf(
  prefix: string,
  rated: fc.Arbitrary<Unnamed>,
): fc.Arbitrary<readonly ChargeInput[]> {
  return fc
    .array(rated, { minLength: 1, maxLength: 5 })
    .map((charges) => named(charges, [`${prefix}charge-`, "Charge"]))
    .chain((charges) =>
      fc
        .array(discountOn(charges.map(({ id }) => id)), { maxLength: 3 })
        .map((discounts) => [...charges, ...named(discounts, [`${prefix}discount-`, "Discount"])]),
    );
}

function planOf(id: string, own: string): fc.Arbitrary<RatePlanInput> {
  return fc
    .record({
      billingCycle,
      charges: chargesOf(`${id}-`, ratedCharge),
      minimumCommitment: fc.option(decimal(0, 100_000, 2), { nil: undefined, freq: 3 }),
    })
    .map(({ minimumCommitment, ...plan }) => ({
      id,
      name: id,
      currency: own,
      effectiveDate: ON_SALE,
      ...plan,
      ...(minimumCommitment === undefined ? {} : { minimumCommitment }),
    }));
}

/**
 * Rate plans of every billing cycle, in currencies with and without decimals, with up to five charges as {@link anyCharge} has them, up
 * to three discounts on them, and now and then a minimum commitment. The id is `"plan"`.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { simulate } from "rateplan";
 * import { anyQuantities, anyRatePlan } from "rateplan/testing/arbitraries";
 *
 * const plans = anyRatePlan().chain((plan) => fc.tuple(fc.constant(plan), anyQuantities(plan.charges)));
 * const law = fc.property(plans, ([plan, quantities]) => simulate(plan, [], { quantities }).currency === plan.currency);
 * fc.assert(law, { seed: 1, numRuns: 10 }); // => undefined
 * ```
 */
export function anyRatePlan(): fc.Arbitrary<RatePlanInput> {
  return currency.chain((own) => planOf("plan", own));
}

/**
 * Products with one to three plans as {@link anyRatePlan} has them, all in one currency, so that a subscription can change between
 * them. The plans have the ids `"plan-1"` to `"plan-3"`, and each charge has an id of its own.
 *
 * @example
 * ```ts
 * import fc from "fast-check";
 * import { parseProduct } from "rateplan";
 * import { anyProduct } from "rateplan/testing/arbitraries";
 *
 * fc.assert(fc.property(anyProduct(), (product) => parseProduct(product).ratePlans.length > 0), { seed: 1, numRuns: 10 }); // => undefined
 * ```
 */
export function anyProduct(): fc.Arbitrary<ProductInput> {
  return fc
    .tuple(currency, fc.integer({ min: 1, max: 3 }))
    .chain(([own, count]) =>
      fc.tuple(...Array.from({ length: count }, (_, index) => planOf(`plan-${index + 1}`, own))),
    )
    .map((ratePlans) => ({
      id: "product",
      name: "Product",
      agentType: "agent",
      effectiveDate: ON_SALE,
      ratePlans,
    }));
}
