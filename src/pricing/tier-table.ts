import { issueAt, PricingError } from "../errors.js";
import { decimalsIn, exact } from "../money/decimal.js";
import { type Fraction, formatExact, isZero, multiply, powerOfTen } from "../money/fraction.js";
import { amountStep, type ExactStep, type ExactTierUse } from "./step.js";
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
    issueAt("quantity_above_last_tier", [], {
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

/** What one tier contributes for `quantity` of it. */
export function tierUse(
  { boundFactor, priceFactor }: TierTable,
  { tier, lower, upper, unitPrice, flatFee }: TierEntry,
  quantity: Fraction,
  withFlatFee: boolean,
): ExactTierUse {
  const priced = (price: bigint) => ({ numerator: price, denominator: priceFactor });
  return {
    from: { numerator: lower, denominator: boundFactor },
    upTo: upper === undefined ? null : { numerator: upper, denominator: boundFactor },
    quantity,
    unitPrice: tier.unitPrice === undefined ? null : priced(unitPrice),
    flatFee: withFlatFee && tier.flatFee !== undefined ? priced(flatFee) : null,
    amount: {
      numerator:
        quantity.numerator * unitPrice + (withFlatFee ? flatFee * quantity.denominator : 0n),
      denominator: quantity.denominator * priceFactor,
    },
  };
}

/** The steps of tiers: units × price, and the flat fee, each where there is one. */
export function tierSteps(
  tiers: readonly ExactTierUse[],
  { entries }: TierTable,
): readonly ExactStep[] {
  return tiers.flatMap(({ from, upTo, quantity, unitPrice, flatFee }) => {
    const range = `${formatExact(from)} < q ≤ ${upTo === null ? "∞" : formatExact(upTo)}`;
    const steps: ExactStep[] = [];
    if (unitPrice !== null && !isZero(quantity)) {
      const text = `${formatExact(quantity)} × ${formatExact(unitPrice)} (${range})`;
      steps.push(amountStep("tier", multiply(quantity, unitPrice), text));
    }
    if (flatFee !== null) {
      const text = entries.length === 1 ? "flat fee" : `flat fee of the tier (${range})`;
      steps.push(amountStep("tier-flat-fee", flatFee, text));
    }
    return steps;
  });
}
