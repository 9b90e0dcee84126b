import { type Fraction, fraction, ZERO } from "../../../money/fraction.js";
import type { ChargeModel, TierUse } from "../../model.js";
import {
  compileTiers,
  entryAt,
  type TierTable,
  tierReached,
  tierSteps,
  tierUse,
} from "../../tier-table.js";
import type { TierInput } from "../../tiers.js";
import { type TieredPricing, tieredSchema } from "./schema.js";

/** Graduated pricing: the quantity fills the tiers from the bottom. */
export const tiered: ChargeModel<
  TieredPricing,
  TieredPricing<TierInput>,
  "quantity",
  "recurring" | "usage"
> = {
  model: "tiered",
  schema: tieredSchema,
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: true, additive: false },
  compile(pricing) {
    const table = compileTiers(pricing);
    return {
      amount: (quantity) => tieredAmount(table, quantity),
      explain(quantity) {
        const tiers = tiersUsed(table, quantity);
        return { unitPrice: null, tiers, steps: tierSteps(tiers, table) };
      },
    };
  },
};

/** Amount of the full tiers below, plus the reached tier's flat fee, plus its part of the units at its price. */
function tieredAmount(table: TierTable, quantity: Fraction): Fraction {
  const entry = entryAt(table, tierReached(table, quantity));
  const { numerator, denominator } = quantity;
  const billsFlatFee = numerator > 0n || table.list.flatFeeAtZero === true;
  const full = billsFlatFee ? entry.below + entry.flatFee * table.boundFactor : entry.below;
  const part = (numerator * table.boundFactor - entry.lower * denominator) * entry.unitPrice;
  return { numerator: full * denominator + part, denominator: denominator * table.factor };
}

function tiersUsed(table: TierTable, quantity: Fraction): readonly TierUse[] {
  const reached = tierReached(table, quantity);
  if (quantity.numerator === 0n) {
    const first = entryAt(table, 0);
    return table.list.flatFeeAtZero === true && first.flatFee > 0n
      ? [tierUse(table, first, ZERO, true)]
      : [];
  }
  return table.entries.slice(0, reached + 1).map((entry, index) => {
    const full = index < reached ? entry.upper : undefined;
    const inTier =
      full === undefined
        ? fraction(
            quantity.numerator * table.boundFactor - entry.lower * quantity.denominator,
            quantity.denominator * table.boundFactor,
          )
        : fraction(full - entry.lower, table.boundFactor);
    return tierUse(table, entry, inTier, true);
  });
}
