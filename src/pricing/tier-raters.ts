import { type Fraction, fraction, ZERO } from "../money/fraction.js";
import type { Rater } from "./model.js";
import type { ExactTierUse } from "./step.js";
import {
  compileTiers,
  entryAt,
  type TierTable,
  tierReached,
  tierSteps,
  tierUse,
} from "./tier-table.js";
import type { Tier, TierList } from "./tiers.js";

/** The quantity fills the tiers from the bottom: each unit at the price of its own tier. */
export function graduatedRater(list: TierList<Tier>): Rater<"quantity"> {
  const table = compileTiers(list);
  return {
    amount: (quantity) => graduatedAmount(table, quantity),
    explain(quantity) {
      const tiers = graduatedTiers(table, quantity);
      return { unitPrice: null, tiers, steps: tierSteps(tiers, table) };
    },
  };
}

/** The quantity reaches one tier, which prices all of it. */
export function volumeRater(list: TierList<Tier>): Rater<"quantity"> {
  const table = compileTiers(list);
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
      const unitPrice = withFee
        ? null
        : { numerator: entry.unitPrice, denominator: table.priceFactor };
      if (quantity.numerator === 0n && !withFee) return { unitPrice, tiers: [], steps: [] };
      const tiers = [tierUse(table, entry, quantity, withFee)];
      return { unitPrice, tiers, steps: tierSteps(tiers, table) };
    },
  };
}

function billsFlatFee(table: TierTable, quantity: Fraction): boolean {
  return quantity.numerator > 0n || table.list.flatFeeAtZero === true;
}

/** Amount of the full tiers below, plus the reached tier's flat fee, plus its part of the units at its price. */
function graduatedAmount(table: TierTable, quantity: Fraction): Fraction {
  const entry = entryAt(table, tierReached(table, quantity));
  const { numerator, denominator } = quantity;
  const full = billsFlatFee(table, quantity)
    ? entry.below + entry.flatFee * table.boundFactor
    : entry.below;
  const part = (numerator * table.boundFactor - entry.lower * denominator) * entry.unitPrice;
  return { numerator: full * denominator + part, denominator: denominator * table.factor };
}

function graduatedTiers(table: TierTable, quantity: Fraction): readonly ExactTierUse[] {
  if (quantity.numerator === 0n) {
    const first = entryAt(table, 0);
    const bills = table.list.flatFeeAtZero === true && first.flatFee > 0n;
    return bills ? [tierUse(table, first, ZERO, true)] : [];
  }
  const reached = tierReached(table, quantity);
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
