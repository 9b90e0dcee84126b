import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import { type Fraction, formatExact, multiply } from "../../../money/fraction.js";
import type { ChargeModel } from "../../model.js";
import { type PerUnitPricing, perUnitSchema } from "./schema.js";

/** Quantity × unit price. */
export const perUnit: ChargeModel<
  PerUnitPricing,
  PerUnitPricing<DecimalInput>,
  "quantity",
  "recurring" | "usage"
> = {
  model: "per-unit",
  schema: perUnitSchema,
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: true, additive: true },
  compile(pricing) {
    const unitPrice = exact(pricing.unitPrice);
    const amount = (quantity: Fraction) => multiply(quantity, unitPrice);
    return {
      amount,
      explain: (quantity) => ({
        unitPrice: pricing.unitPrice,
        tiers: [],
        steps: [
          {
            of: "amount",
            kind: "units",
            value: formatExact(amount(quantity)),
            text: `${formatExact(quantity)} × ${pricing.unitPrice}`,
          },
        ],
      }),
    };
  },
};
