import { exact } from "../money/decimal.js";
import { add, type Fraction, fraction, multiply, ZERO } from "../money/fraction.js";
import type { Knot } from "./knot.js";
import type { Rater, UnitPrice } from "./model.js";
import type { ExactTierUse } from "./step.js";
import {
  compileTiers,
  entryAt,
  type TierEntry,
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

/** Where the amount of {@link graduatedRater} bends and jumps: at each bound. */
export function graduatedKnots(list: TierList<Tier>): readonly Knot[] {
  return tierKnots(list, (table, { below, flatFee }) =>
    fraction(below + flatFee * table.boundFactor, table.factor),
  );
}

/** Where the amount of {@link volumeRater} jumps: at each bound. */
export function volumeKnots(list: TierList<Tier>): readonly Knot[] {
  return tierKnots(list, ({ factor, boundFactor }, { lower, unitPrice, flatFee }) =>
    fraction(lower * unitPrice + flatFee * boundFactor, factor),
  );
}

/** The unit prices of tiers. */
export function tierPrices({ tiers }: TierList<Tier>): readonly UnitPrice[] {
  return tiers.flatMap(({ unitPrice }, index) =>
    unitPrice === undefined
      ? []
      : [{ price: exact(unitPrice), path: ["tiers", index, "unitPrice"] }],
  );
}

/** The knots of tiers, of each of which is known what it comes to just above its lower bound. */
function tierKnots(
  list: TierList<Tier>,
  startOf: (table: TierTable, entry: TierEntry) => Fraction,
): readonly Knot[] {
  const table = compileTiers(list);
  const knots: Knot[] = [];
  let end = ZERO;
  for (const [index, entry] of table.entries.entries()) {
    const { lower, upper, unitPrice } = entry;
    const value = startOf(table, entry);
    const slope = fraction(unitPrice, table.priceFactor);
    const atZero = list.flatFeeAtZero === true ? value : ZERO;
    knots.push({
      at: fraction(lower, table.boundFactor),
      value: index === 0 ? atZero : end,
      onward: { value, slope },
    });
    if (upper === undefined) return knots;
    end = add(value, multiply(slope, fraction(upper - lower, table.boundFactor)));
  }
  if (list.overflow !== "error") return knots;
  const last = table.entries.at(-1)?.upper ?? 0n;
  return [...knots, { at: fraction(last, table.boundFactor), value: end, onward: undefined }];
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
