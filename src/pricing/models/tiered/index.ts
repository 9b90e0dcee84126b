import type { ChargeModel } from "../../model.js";
import { fillingRater } from "../../tier-raters.js";
import type { TierInput } from "../../tiers.js";
import { type TieredPricing, tieredSchema } from "./schema.js";

/** Graduated pricing: the quantity fills the tiers from the bottom. */
export const tiered: ChargeModel<
  TieredPricing,
  TieredPricing<TierInput>,
  "quantity",
  "recurring" | "usage"
> = {
  model: "tiered",
  schema: tieredSchema,
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: true, additive: false },
  compile: fillingRater,
};
