import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import {
  add,
  type Fraction,
  formatExact,
  fraction,
  isZero,
  multiply,
  sum,
  ZERO,
} from "../../../money/fraction.js";
import type { ChargeModel, ModelInputs, ValueTotals } from "../../model.js";
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
  perEvent: () => ({ terms: {}, limitedOf: () => ZERO }),
  compile({ markup = "0" }) {
    const added = multiply(exact(markup), fraction(1n, 100n));
    return {
      amount: (values) => {
        const { value } = totalsOf(values);
        return add(value, multiply(value, added));
      },
      explain: (values) => {
        const { events, value } = totalsOf(values);
        return {
          unitPrice: null,
          tiers: [],
          steps: [
            ...step("units", value, `value of ${events} events`),
            ...step("percentage", multiply(value, added), `markup of ${markup} %`),
          ],
        };
      },
    };
  },
};

function totalsOf(values: ModelInputs["values"]): Pick<ValueTotals, "events" | "value"> {
  return "events" in values ? values : { events: values.length, value: sum(values) };
}

function step(kind: Step["kind"], value: Fraction, text: string): readonly Step[] {
  return isZero(value) ? [] : [{ of: "amount", kind, value: formatExact(value), text }];
}
