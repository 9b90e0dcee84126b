import { type DecimalInput, exact } from "../../money/decimal.js";
import { bySteps } from "../breakdown.js";
import { constant } from "../knot.js";
import { defineChargeModel, type PricingSchema } from "../model.js";
import { amountStep } from "../step.js";

/** A fixed amount, billed once per billing cycle (or once), whatever the usage. */
export interface FlatPricing<D = string> {
  /** The charge model. */
  readonly model: "flat";
  /** The fee, 0 or more. */
  readonly amount: D;
}

export const flat = defineChargeModel({
  model: "flat",
  schema: (kit): PricingSchema<FlatPricing, FlatPricing<DecimalInput>> =>
    kit.object({ model: kit.literal("flat"), amount: kit.price }),
  chargeTypes: ["one-time", "recurring", "usage"],
  needs: "nothing",
  facts: { monotone: true, additive: false },
  compile(pricing) {
    const fee = exact(pricing.amount);
    return {
      amount: () => fee,
      explain: () => bySteps([amountStep("flat", fee, "flat fee")], fee),
    };
  },
  curve: ({ amount }) => constant(exact(amount)),
  unitPrices: () => [],
});
