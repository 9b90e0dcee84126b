import { defineChargeModel, type PricingSchema } from "../model.js";
import { graduatedKnots, graduatedRater, tierPrices } from "../tier-raters.js";
import { readTiers, unitTierFields } from "../tier-schema.js";
import type { Tier, TierInput, TierList } from "../tiers.js";

/** Each unit at the price of its own tier ("graduated" elsewhere), plus the flat fee of every tier that holds units. */
export interface TieredPricing<T = Tier> extends TierList<T> {
  /** The charge model. */
  readonly model: "tiered";
}

export const tiered = defineChargeModel({
  model: "tiered",
  schema: (kit): PricingSchema<TieredPricing, TieredPricing<TierInput>> =>
    kit
      .object({ model: kit.literal("tiered"), ...unitTierFields(kit) })
      .check(kit.rewrite(readTiers)),
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: true, additive: false },
  compile: (pricing) => graduatedRater(pricing),
  curve: (pricing) => ({ knots: graduatedKnots(pricing) }),
  unitPrices: (pricing) => tierPrices(pricing),
});
