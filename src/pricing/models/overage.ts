import { type DecimalInput, exact } from "../../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  isZero,
  multiply,
  subtract,
  ZERO,
} from "../../money/fraction.js";
import { bySteps } from "../breakdown.js";
import { shifted, straight } from "../knot.js";
import { defineChargeModel, type PricingSchema } from "../model.js";
import { amountStep } from "../step.js";

/** A base fee with units in it, and a price for each unit beyond them. */
export interface OveragePricing<D = string> {
  /** The charge model. */
  readonly model: "overage";
  /** Fee of each billing cycle, whatever the usage; default 0. */
  readonly baseFee?: D;
  /** Units that the base fee pays for, 0 or more. */
  readonly includedUnits: D;
  /** Price of each unit beyond them. */
  readonly unitPrice: D;
}

export const overage = defineChargeModel({
  model: "overage",
  schema: (kit): PricingSchema<OveragePricing, OveragePricing<DecimalInput>> =>
    kit.object({
      model: kit.literal("overage"),
      baseFee: kit.optional(kit.price),
      includedUnits: kit.nonNegativeDecimal,
      unitPrice: kit.price,
    }),
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: true, additive: false },
  includesUnits: true,
  compile({ baseFee = "0", includedUnits, unitPrice }) {
    const fee = exact(baseFee);
    const included = exact(includedUnits);
    const price = exact(unitPrice);
    const overageOf = (quantity: Fraction) =>
      compare(quantity, included) <= 0 ? ZERO : subtract(quantity, included);
    return {
      amount: (quantity) => add(fee, multiply(overageOf(quantity), price)),
      explain(quantity) {
        const beyond = overageOf(quantity);
        const units = `${formatExact(beyond)} × ${unitPrice} (beyond ${includedUnits} included)`;
        return bySteps([
          ...(isZero(fee) ? [] : [amountStep("flat", fee, "base fee")]),
          ...(isZero(beyond) ? [] : [amountStep("units", multiply(beyond, price), units)]),
        ]);
      },
    };
  },
  curve({ baseFee = "0", includedUnits, unitPrice }) {
    const { knots } = straight(exact(baseFee), exact(unitPrice));
    return { knots: shifted(knots, exact(includedUnits)) };
  },
  unitPrices: ({ unitPrice }) => [{ price: exact(unitPrice), path: ["unitPrice"] }],
});
