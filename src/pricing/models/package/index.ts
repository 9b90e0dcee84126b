import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import { divide, type Fraction, formatExact, fraction, multiply } from "../../../money/fraction.js";
import { roundQuotient } from "../../../money/rounding.js";
import type { ChargeModel } from "../../model.js";
import { type PackagePricing, packageSchema } from "./schema.js";

/** Package pricing: how many packages the quantity fills, times the price of one. */
export const packaged: ChargeModel<
  PackagePricing,
  PackagePricing<DecimalInput>,
  "quantity",
  "recurring" | "usage"
> = {
  model: "package",
  schema: packageSchema,
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: true, additive: false },
  compile({ size, price, rounding = "up" }) {
    const packageSize = exact(size);
    const packagePrice = exact(price);
    const packagesOf = (quantity: Fraction): Fraction => {
      const packages = divide(quantity, packageSize);
      if (rounding === "exact") return packages;
      return fraction(roundQuotient(packages.numerator, packages.denominator, rounding));
    };
    const amount = (quantity: Fraction) => multiply(packagesOf(quantity), packagePrice);
    return {
      amount,
      explain(quantity) {
        const packages = formatExact(packagesOf(quantity));
        const text = `${packages} × ${price} (packages of ${size})`;
        const value = formatExact(amount(quantity));
        return {
          unitPrice: null,
          tiers: [],
          steps: [{ of: "amount", kind: "packages", value, text }],
        };
      },
    };
  },
};
