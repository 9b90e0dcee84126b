import { type DecimalInput, exact } from "../../money/decimal.js";
import { add, fraction, multiply, ONE, sum, ZERO } from "../../money/fraction.js";
import { bySteps } from "../breakdown.js";
import { straight } from "../knot.js";
import {
  defineChargeModel,
  type ModelInputs,
  type PricingSchema,
  type ValueTotals,
} from "../model.js";
import { amountStep, isNonZero } from "../step.js";

/** Events that carry their own price in `value`: they are added up, and marked up. */
export interface PreRatedPricing<D = string> {
  /** The charge model. */
  readonly model: "pre-rated";
  /** Percent added to the events' values, 0 or more; default 0. */
  readonly markup?: D;
}

export const preRated = defineChargeModel({
  model: "pre-rated",
  schema: (kit): PricingSchema<PreRatedPricing, PreRatedPricing<DecimalInput>> =>
    kit.object({
      model: kit.literal("pre-rated"),
      markup: kit.optional(kit.nonNegativeDecimal),
    }),
  chargeTypes: ["usage"],
  needs: "values",
  facts: { monotone: true, additive: true },
  perEvent: () => ({ terms: {}, limitedOf: () => ZERO }),
  compile({ markup = "0" }) {
    const added = multiply(exact(markup), fraction(1n, 100n));
    return {
      amount(values) {
        const { value } = totalsOf(values);
        return add(value, multiply(value, added));
      },
      explain(values) {
        const { events, value } = totalsOf(values);
        const steps = [
          amountStep("units", value, `value of ${events} events`),
          amountStep("percentage", multiply(value, added), `markup of ${markup} %`),
        ];
        return bySteps(steps.filter(isNonZero));
      },
    };
  },
  curve: ({ markup = "0" }) =>
    straight(ZERO, add(ONE, multiply(exact(markup), fraction(1n, 100n)))),
  unitPrices: () => [],
});

function totalsOf(values: ModelInputs["values"]): Pick<ValueTotals, "events" | "value"> {
  return "events" in values ? values : { events: values.length, value: sum(values) };
}
