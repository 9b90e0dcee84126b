import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import type { ChargeModel } from "../../model.js";
import type { ChargeType } from "../../terms.js";
import { type FlatPricing, flatSchema } from "./schema.js";

/** A fixed fee: quantity is always 1. */
export const flat: ChargeModel<FlatPricing, FlatPricing<DecimalInput>, "nothing", ChargeType> = {
  model: "flat",
  schema: flatSchema,
  chargeTypes: ["one-time", "recurring", "usage"],
  needs: "nothing",
  facts: { monotone: true, additive: false },
  compile(pricing) {
    const fee = exact(pricing.amount);
    return {
      amount: () => fee,
      explain: () => ({
        unitPrice: pricing.amount,
        tiers: [],
        steps: [{ of: "amount", kind: "flat", value: pricing.amount, text: "flat fee" }],
      }),
    };
  },
};
