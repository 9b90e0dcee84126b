import type { Fraction } from "../../../money/fraction.js";
import type { ChargeModel } from "../../model.js";
import {
  compileTiers,
  entryAt,
  type TierEntry,
  type TierTable,
  tierReached,
  tierSteps,
  tierUse,
} from "../../tier-table.js";
import type { TierInput } from "../../tiers.js";
import { type VolumePricing, volumeSchema } from "./schema.js";

/** Volume pricing: one tier prices everything, so the amount may fall where a cheaper tier begins. */
export const volume: ChargeModel<
  VolumePricing,
  VolumePricing<TierInput>,
  "quantity",
  "recurring" | "usage"
> = {
  model: "volume",
  schema: volumeSchema,
  chargeTypes: ["recurring", "usage"],
  needs: "quantity",
  facts: { monotone: false, additive: false },
  compile(pricing) {
    const table = compileTiers(pricing);
    return {
      amount(quantity) {
        const entry = entryAt(table, tierReached(table, quantity));
        const fee = billsFlatFee(table, quantity) ? entry.flatFee * quantity.denominator : 0n;
        return {
          numerator: quantity.numerator * entry.unitPrice + fee,
          denominator: quantity.denominator * table.priceFactor,
        };
      },
      explain(quantity) {
        const entry = entryAt(table, tierReached(table, quantity));
        const withFee = billsFlatFee(table, quantity) && entry.flatFee > 0n;
        if (quantity.numerator === 0n && !withFee)
          return { unitPrice: onlyPrice(entry), tiers: [], steps: [] };
        const tiers = [tierUse(table, entry, quantity, withFee)];
        return {
          unitPrice: withFee ? null : onlyPrice(entry),
          tiers,
          steps: tierSteps(tiers, table),
        };
      },
    };
  },
};

function billsFlatFee(table: TierTable, quantity: Fraction): boolean {
  return quantity.numerator > 0n || table.list.flatFeeAtZero === true;
}

function onlyPrice(entry: TierEntry): string {
  return entry.tier.unitPrice ?? "0";
}
