import { issueAt, PricingError } from "../errors.js";
import { decimalsIn, exact } from "../money/decimal.js";
import { type Fraction, formatExact, powerOfTen } from "../money/fraction.js";
import type { TierUse } from "./model.js";
import type { Step } from "./step.js";
import type { Tier, TierList } from "./tiers.js";

/**
 * A tier with its numbers as integers. Bounds are multiplied by 10^boundScale, prices and fees by 10^priceScale,
 * so that pricing a quantity is integer arithmetic.
 */
export interface TierEntry {
  readonly tier: Tier;
  /** Lower bound, exclusive. */
  readonly lower: bigint;
  /** Upper bound, inclusive; nothing on an open last tier. */
  readonly upper: bigint | undefined;
  readonly unitPrice: bigint;
  readonly flatFee: bigint;
  /** Amount of all tiers below when full, their flat fees included, times 10^(boundScale + priceScale). */
  readonly below: bigint;
}

export interface TierTable {
  readonly entries: readonly TierEntry[];
  readonly boundFactor: bigint;
  readonly priceFactor: bigint;
  /** boundFactor × priceFactor. */
  readonly factor: bigint;
  readonly list: TierList<Tier>;
}

export function compileTiers(list: TierList<Tier>): TierTable {
  const boundScale = mostDecimals(list.tiers.map((tier) => tier.upTo));
  const priceScale = mostDecimals(list.tiers.flatMap((tier) => [tier.unitPrice, tier.flatFee]));
  const boundFactor = powerOfTen(boundScale);
  const priceFactor = powerOfTen(priceScale);
  const entries: TierEntry[] = [];
  let lower = 0n;
  let below = 0n;
  for (const tier of list.tiers) {
    const upper = tier.upTo === undefined ? undefined : scaled(tier.upTo, boundFactor);
    const unitPrice = scaled(tier.unitPrice ?? "0", priceFactor);
    const flatFee = scaled(tier.flatFee ?? "0", priceFactor);
    entries.push({ tier, lower, upper, unitPrice, flatFee, below });
    if (upper !== undefined) {
      below += (upper - lower) * unitPrice + flatFee * boundFactor;
      lower = upper;
    }
  }
  return { entries, boundFactor, priceFactor, factor: boundFactor * priceFactor, list };
}

function mostDecimals(numbers: readonly (string | undefined)[]): number {
  return numbers.reduce((most, number) => Math.max(most, decimalsIn(number ?? "0")), 0);
}

function scaled(decimal: string, factor: bigint): bigint {
  const value = exact(decimal);
  return (value.numerator * factor) / value.denominator;
}

/** The index of the tier that a quantity reaches: the lowest whose upper bound is not below it. By bisection. */
export function tierReached(table: TierTable, quantity: Fraction): number {
  const { entries } = table;
  const position = quantity.numerator * table.boundFactor;
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const upper = entries[middle]?.upper;
    if (upper === undefined || position <= upper * quantity.denominator) high = middle;
    else low = middle + 1;
  }
  const last = entries[low]?.upper;
  if (
    last !== undefined &&
    position > last * quantity.denominator &&
    table.list.overflow === "error"
  ) {
    throw aboveLastTier(table, low, quantity);
  }
  return low;
}

function aboveLastTier(table: TierTable, index: number, quantity: Fraction): PricingError {
  const expected = `at most ${table.entries[index]?.tier.upTo ?? ""}`;
  return new PricingError([
    issueAt("quantity_above_last_tier", [], `must be ${expected}, the last tier's upper bound`, {
      expected,
      found: formatExact(quantity),
    }),
  ]);
}

export function entryAt(table: TierTable, index: number): TierEntry {
  const entry = table.entries[index];
  if (entry === undefined) throw new Error("unreachable: a tier table without this tier");
  return entry;
}

/** What one tier contributes for `quantity` of it, as the result shows it. */
export function tierUse(
  table: TierTable,
  entry: TierEntry,
  quantity: Fraction,
  withFlatFee: boolean,
): TierUse {
  const amount = {
    numerator:
      quantity.numerator * entry.unitPrice +
      (withFlatFee ? entry.flatFee * quantity.denominator : 0n),
    denominator: quantity.denominator * table.priceFactor,
  };
  return {
    from: formatExact({ numerator: entry.lower, denominator: table.boundFactor }),
    upTo: entry.tier.upTo ?? null,
    quantity: formatExact(quantity),
    unitPrice: entry.tier.unitPrice ?? null,
    flatFee: withFlatFee ? (entry.tier.flatFee ?? null) : null,
    amount: formatExact(amount),
  };
}

/** The steps of tiers: units × price, and the flat fee, each where there is one. */
export function tierSteps(tiers: readonly TierUse[], table: TierTable): readonly Step[] {
  return tiers.flatMap((use) => {
    const range = `${use.from} < q ≤ ${use.upTo ?? "∞"}`;
    const steps: Step[] = [];
    if (use.unitPrice !== null && use.quantity !== "0") {
      const quantity = exact(use.quantity);
      const unitPrice = exact(use.unitPrice);
      const value = formatExact({
        numerator: quantity.numerator * unitPrice.numerator,
        denominator: quantity.denominator * unitPrice.denominator,
      });
      steps.push({
        of: "amount",
        kind: "tier",
        value,
        text: `${use.quantity} × ${use.unitPrice} (${range})`,
      });
    }
    if (use.flatFee !== null) {
      const last = table.entries.length === 1 ? "flat fee" : `flat fee of the tier (${range})`;
      steps.push({ of: "amount", kind: "tier-flat-fee", value: use.flatFee, text: last });
    }
    return steps;
  });
}
