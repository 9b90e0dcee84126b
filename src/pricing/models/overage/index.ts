import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  formatExact,
  isZero,
  multiply,
  subtract,
  ZERO,
} from "../../../money/fraction.js";
import type { ChargeModel } from "../../model.js";
import type { Step } from "../../step.js";
import { type OveragePricing, overageSchema } from "./schema.js";

/** Overage pricing: the base fee, plus what goes beyond the included units. */
export const overage: ChargeModel<
  OveragePricing,
  OveragePricing<DecimalInput>,
  "quantity",
  "recurring" | "usage"
> = {
  model: "overage",
  schema: overageSchema,
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
        const value = formatExact(multiply(beyond, price));
        const units = `${formatExact(beyond)} × ${unitPrice} (beyond ${includedUnits} included)`;
        const base: readonly Step[] = isZero(fee)
          ? []
          : [{ of: "amount", kind: "flat", value: baseFee, text: "base fee" }];
        const over: readonly Step[] = isZero(beyond)
          ? []
          : [{ of: "amount", kind: "units", value, text: units }];
        return { unitPrice: null, tiers: [], steps: [...base, ...over] };
      },
    };
  },
};
