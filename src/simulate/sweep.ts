import { issueAt, PricingError, type PricingIssue, throwIssues } from "../errors.js";
import {
  divide,
  type Fraction,
  formatExact,
  formatScaled,
  fraction,
  isZero,
  powerOfTen,
  subtract,
} from "../money/fraction.js";
import { isWhole } from "../schema/fields.js";
import { readOptions } from "../schema/options.js";
import {
  ONE_QUANTITY_OPTIONS,
  type OneQuantity,
  type OneQuantityOptions,
  readOneQuantity,
} from "./one-quantity.js";
import { numbersOf, readQuantityRow, type SweepQuantities } from "./quantity-row.js";
import { unitsOfRow } from "./sweep-amounts.js";
import { knotsWithin, type SweepKnot } from "./sweep-knots.js";
import type { SimulationTarget } from "./target.js";

/**
 * What many quantities cost, in columns. The columns are typed arrays, for charts and sums; exact texts are asked for one by one.
 */
export interface Sweep {
  /** Currency of all amounts. */
  readonly currency: string;
  /** Decimals of its minor unit: 2 of USD, so that 1250 minor units are 12.50. */
  readonly decimals: number;
  /** How many quantities there are. */
  readonly length: number;
  /** The quantities as numbers, each the nearest to it. */
  readonly quantities: Float64Array;
  /** What each costs, in minor units, exactly; `null` where one of them is beyond ±(2⁵³ − 1). */
  readonly minorUnits: Float64Array | null;
  /** A quantity, exactly. */
  readonly quantityAt: (index: number) => string;
  /** What it costs, as an amount of the currency. */
  readonly amountAt: (index: number) => string;
  /** What it costs by the unit: amount ÷ quantity, a decimal where that ends, else a fraction; `null` of a quantity of 0. */
  readonly averageAt: (index: number) => string | null;
  /** What a unit more costs, from the quantity before to this one; `null` of the first, and where both are the same. */
  readonly marginalAt: (index: number) => string | null;
  /** The unit of measure of what is varied; `null` where it has none. */
  readonly unitOfMeasure: string | null;
  /**
   * The quantities between the least and the most at which the amount changes its course, exactly, in order: bounds of tiers, included units,
   * limits that are reached. `null` where they are more than 1,000 (packages, quantities that are rounded), or are not known.
   */
  readonly knots: readonly SweepKnot[] | null;
}

/**
 * What a target bills for each of many quantities: for sliders, tables and charts of a price. Each amount is what `simulate` and
 * `rateAmount` make of the quantity, rounded as they round. A million quantities of a charge take some hundredths of a second.
 *
 * Average and marginal price follow from these rounded amounts.
 *
 * A plan is swept over the quantity for which `simulate` would take it, or over that of `options.of`, with the others as in
 * `options.usage`. A plan with discounts or limits of its own runs through all steps for each quantity, which takes longer.
 *
 * @throws {PricingError} with every issue: a quantity below 0 or that is none, with its index; a range without an end, of no
 * quantities or of more than 5,000,000 (`too_large`); `quantity_above_last_tier`; issues of the target and the options.
 *
 * @example
 * ```ts
 * import { sweep } from "rateplan";
 *
 * const charge = {
 *   id: "outcome", name: "Outcomes", chargeType: "usage", unitOfMeasure: "@outcome", currency: "USD",
 *   pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }] },
 * } as const;
 * const prices = sweep(charge, { from: 400, to: 600, step: 100 });
 * [...(prices.minorUnits ?? [])]; // => [1600000, 2000000, 1800000]
 * prices.amountAt(2); // => "18000.00"
 * [prices.averageAt(2), prices.marginalAt(2)]; // => ["30", "-20"]
 * ```
 */
export function sweep(
  target: SimulationTarget,
  quantities: SweepQuantities,
  options: OneQuantityOptions = {},
): Sweep {
  const issues: PricingIssue[] = [];
  const given = readOptions(options, ONE_QUANTITY_OPTIONS, issues);
  const row = readQuantityRow(quantities, issues);
  const one = readOneQuantity(target, given, ["target"], issues);
  if (row === undefined || one === undefined) throw new PricingError(issues);
  throwIssues(issues);
  const units = unitsOfRow(one, row);
  const { decimals } = one.rounding;
  const unitsAt = (index: number) => BigInt(units[index] ?? 0);
  const amountOf = (index: number) => fraction(unitsAt(index), powerOfTen(decimals));
  const at =
    <T>(read: (index: number) => T) =>
    (index: number): T => {
      if (isWhole(index, 0, row.length - 1)) return read(index);
      const expected = `a whole number from 0 to ${row.length - 1}`;
      throw new PricingError([issueAt("out_of_range", ["index"], { expected, received: index })]);
    };
  let column: Float64Array | undefined;
  let knots: readonly SweepKnot[] | null | undefined;
  return Object.freeze({
    currency: one.plan.currency,
    decimals,
    length: row.length,
    get quantities() {
      column ??= numbersOf(row);
      return column;
    },
    minorUnits: units instanceof Float64Array ? units : null,
    quantityAt: at((index) => formatExact(row.at(index))),
    amountAt: at((index) => formatScaled(unitsAt(index), decimals)),
    averageAt: at((index) => ratio(amountOf(index), row.at(index))),
    marginalAt: at((index) =>
      index === 0
        ? null
        : ratio(
            subtract(amountOf(index), amountOf(index - 1)),
            subtract(row.at(index), row.at(index - 1)),
          ),
    ),
    unitOfMeasure: unitOf(one),
    get knots() {
      if (knots === undefined) knots = knotsWithin(one, row);
      return knots;
    },
  });
}

function ratio(amount: Fraction, quantity: Fraction): string | null {
  return isZero(quantity) ? null : formatExact(divide(amount, quantity));
}

/** The unit of what is varied, where all charges that price it count the same. */
function unitOf({ varied }: OneQuantity): string | null {
  const units = new Set([...varied].map(({ charge }) => charge.unitOfMeasure));
  const [only] = units;
  return units.size === 1 ? (only ?? null) : null;
}
