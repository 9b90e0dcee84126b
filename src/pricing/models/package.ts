import { type DecimalInput, exact } from "../../money/decimal.js";
import {
  divide,
  type Fraction,
  formatExact,
  fraction,
  multiply,
  ZERO,
} from "../../money/fraction.js";
import { roundQuotient } from "../../money/rounding.js";
import { bySteps } from "../breakdown.js";
import { straight } from "../knot.js";
import { defineChargeModel, type PricingSchema } from "../model.js";
import { amountStep } from "../step.js";

/** Units in packages of a fixed size, each package at one price. */
export interface PackagePricing<D = string> {
  /** The charge model. */
  readonly model: "package";
  /** Units in a package, more than 0. */
  readonly size: D;
  /** Price of a package, 0 or more. */
  readonly price: D;
  /** What a started package costs: all of it (`"up"`, default), nothing (`"down"`), or its exact part (`"exact"`). */
  readonly rounding?: "up" | "down" | "exact";
}

export const packaged = defineChargeModel({
  model: "package",
  schema: (kit): PricingSchema<PackagePricing, PackagePricing<DecimalInput>> =>
    kit.object({
      model: kit.literal("package"),
      size: kit.positiveDecimal,
      price: kit.price,
      rounding: kit.optional(kit.oneOf(["up", "down", "exact"])),
    }),
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
        const text = `${formatExact(packagesOf(quantity))} × ${price} (packages of ${size})`;
        return bySteps([amountStep("packages", amount(quantity), text)]);
      },
    };
  },
  curve({ size, price, rounding = "up" }) {
    const increment = exact(size);
    const { knots } = straight(ZERO, divide(exact(price), increment));
    return rounding === "exact" ? { knots } : { grid: { increment, mode: rounding }, knots };
  },
  unitPrices: ({ size, price }) => [{ price: divide(exact(price), exact(size)), path: ["price"] }],
});
