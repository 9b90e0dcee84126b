import { defineChargeModel, type PricingSchema } from "../model.js";
import { tierPrices, volumeKnots, volumeRater } from "../tier-raters.js";
import { readTiers, unitTierFields } from "../tier-schema.js";
import type { Tier, TierInput, TierList } from "../tiers.js";

/** All units at the price of the tier that the whole quantity reaches, plus that tier's flat fee. */
export interface VolumePricing<T = Tier> extends TierList<T> {
  /** The charge model. */
  readonly model: "volume";
}

export const volume = defineChargeModel({
  model: "volume",
  schema: (kit): PricingSchema<VolumePricing, VolumePricing<TierInput>> =>
    kit
      .object({ model: kit.literal("volume"), ...unitTierFields(kit) })
      .check(kit.rewrite(readTiers)),
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: false, additive: false },
  compile: (pricing) => volumeRater(pricing),
  curve: (pricing) => ({ knots: volumeKnots(pricing) }),
  unitPrices: (pricing) => tierPrices(pricing),
});
