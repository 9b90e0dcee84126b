import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import {
  type Fraction,
  formatExact,
  fraction,
  isZero,
  multiply,
  sum,
} from "../../../money/fraction.js";
import type { ChargeModel } from "../../model.js";
import type { Step } from "../../step.js";
import { type PreRatedPricing, preRatedSchema } from "./schema.js";

/** Pre-rated pricing: what the events say that they cost. */
export const preRated: ChargeModel<
  PreRatedPricing,
  PreRatedPricing<DecimalInput>,
  "values",
  "usage"
> = {
  model: "pre-rated",
  schema: preRatedSchema,
  chargeTypes: ["usage"],
  needs: "values",
  facts: { monotone: true, additive: true },
  compile({ markup = "0" }) {
    const added = multiply(exact(markup), fraction(1n, 100n));
    const markupOf = (values: readonly Fraction[]) => multiply(sum(values), added);
    return {
      amount: (values) => sum([sum(values), markupOf(values)]),
      explain: (values) => ({
        unitPrice: null,
        tiers: [],
        steps: [
          ...step("units", sum(values), `value of ${values.length} events`),
          ...step("percentage", markupOf(values), `markup of ${markup} %`),
        ],
      }),
    };
  },
};

function step(kind: Step["kind"], value: Fraction, text: string): readonly Step[] {
  return isZero(value) ? [] : [{ of: "amount", kind, value: formatExact(value), text }];
}
