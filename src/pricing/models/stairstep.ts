import type { DecimalInput } from "../../money/decimal.js";
import { defineChargeModel, type PricingSchema } from "../model.js";
import { volumeKnots, volumeRater } from "../tier-raters.js";
import { readTiers, tierFields } from "../tier-schema.js";
import type { Tier, TierList, TierRow } from "../tiers.js";

/** A step: everything up to its bound costs its fee. */
export type Stair<D = string> = Omit<Tier<D>, "unitPrice" | "flatFee"> &
  Required<Pick<Tier<D>, "flatFee">>;

/** A step as it may be written. */
export type StairInput =
  | Stair<DecimalInput>
  | (Omit<TierRow, "unitPrice" | "flatFee"> & Required<Pick<TierRow, "flatFee">>);

/** One fee for the whole quantity: that of the step it reaches ("tiered flat", "staircase" elsewhere). */
export interface StairstepPricing<T = Stair> extends TierList<T> {
  /** The charge model. */
  readonly model: "stairstep";
}

export const stairstep = defineChargeModel({
  model: "stairstep",
  schema: (kit): PricingSchema<StairstepPricing, StairstepPricing<StairInput>> =>
    kit
      .object({ model: kit.literal("stairstep"), ...tierFields(kit, { flatFee: kit.price }) })
      .check(kit.rewrite(readTiers)),
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: false, additive: false },
  compile: (pricing) => volumeRater(pricing),
  curve: (pricing) => ({ knots: volumeKnots(pricing) }),
  unitPrices: () => [],
});
