import { type DecimalInput, exact } from "../../money/decimal.js";
import { type Fraction, formatExact, multiply, ZERO } from "../../money/fraction.js";
import { bySteps } from "../breakdown.js";
import { straight } from "../knot.js";
import { defineChargeModel, type PricingSchema } from "../model.js";
import { amountStep } from "../step.js";

/** Every unit at one price. */
export interface PerUnitPricing<D = string> {
  /** The charge model. */
  readonly model: "per-unit";
  /** Price of one unit, 0 or more, any number of decimals: it is never rounded. */
  readonly unitPrice: D;
}

export const perUnit = defineChargeModel({
  model: "per-unit",
  schema: (kit): PricingSchema<PerUnitPricing, PerUnitPricing<DecimalInput>> =>
    kit.object({ model: kit.literal("per-unit"), unitPrice: kit.price }),
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: true, additive: true },
  compile(pricing) {
    const unitPrice = exact(pricing.unitPrice);
    const amount = (quantity: Fraction) => multiply(quantity, unitPrice);
    return {
      amount,
      explain(quantity) {
        const text = `${formatExact(quantity)} × ${pricing.unitPrice}`;
        return bySteps([amountStep("units", amount(quantity), text)], unitPrice);
      },
    };
  },
  curve: ({ unitPrice }) => straight(ZERO, exact(unitPrice)),
  unitPrices: ({ unitPrice }) => [{ price: exact(unitPrice), path: ["unitPrice"] }],
});
