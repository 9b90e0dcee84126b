import type { ChargeModel } from "../../model.js";
import { reachingRater } from "../../tier-raters.js";
import type { TierInput } from "../../tiers.js";
import { type VolumePricing, volumeSchema } from "./schema.js";

/** Volume pricing: one tier prices everything, so the amount may fall where a cheaper tier begins. */
export const volume: ChargeModel<
  VolumePricing,
  VolumePricing<TierInput>,
  "quantity",
  "recurring" | "usage"
> = {
  model: "volume",
  schema: volumeSchema,
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: false, additive: false },
  compile: reachingRater,
};
