import { canonicalJson } from "../../../content/canonical-json.js";
import type { DecimalInput } from "../../../money/decimal.js";
import { exact } from "../../../money/decimal.js";
import { type Fraction, formatExact, isZero, multiply, sum } from "../../../money/fraction.js";
import type { ChargeModel, GroupQuantity } from "../../model.js";
import type { Step } from "../../step.js";
import { type MatrixPricing, matrixSchema } from "./schema.js";

/** Matrix pricing: the quantity of each cell at the cell's price. */
export const matrix: ChargeModel<MatrixPricing, MatrixPricing<DecimalInput>, "groups", "usage"> = {
  model: "matrix",
  schema: matrixSchema,
  chargeTypes: ["usage"],
  needs: "groups",
  facts: { monotone: true, additive: true },
  groupsBy: (pricing) => pricing.dimensions,
  pricesGroup: (pricing, key) => priceTable(pricing)(key) !== undefined,
  compile(pricing) {
    const priceOf = priceTable(pricing);
    const cell = ({ key, quantity }: GroupQuantity): Fraction =>
      multiply(quantity, exact(priceOf(key) ?? "0"));
    return {
      amount: (groups) => sum(groups.map(cell)),
      explain: (groups) => ({
        unitPrice: null,
        tiers: [],
        steps: groups
          .filter(({ quantity }) => !isZero(quantity))
          .map((group): Step => {
            const names = group.key.map((value) => value ?? "none").join(", ");
            const text = `${formatExact(group.quantity)} × ${priceOf(group.key)} (${names})`;
            return { of: "amount", kind: "units", value: formatExact(cell(group)), text };
          }),
      }),
    };
  },
};

/** The price of a combination: its cell's, else the default; nothing when there is neither. */
function priceTable({ dimensions, prices, default: otherwise }: MatrixPricing) {
  const cells = new Map(
    prices.map(({ when, unitPrice }) => [
      canonicalJson(dimensions.map((name) => when[name] ?? null)),
      unitPrice,
    ]),
  );
  return (key: readonly (string | null)[]): string | undefined =>
    cells.get(canonicalJson(key)) ?? otherwise;
}
