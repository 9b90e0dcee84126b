import type { ChargeModel } from "../../model.js";
import { reachingRater } from "../../tier-raters.js";
import { type StairInput, type StairstepPricing, stairstepSchema } from "./schema.js";

/** Stairstep pricing: volume pricing with fees alone. */
export const stairstep: ChargeModel<
  StairstepPricing,
  StairstepPricing<StairInput>,
  "quantity",
  "recurring" | "usage"
> = {
  model: "stairstep",
  schema: stairstepSchema,
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: false, additive: false },
  compile: reachingRater,
};
