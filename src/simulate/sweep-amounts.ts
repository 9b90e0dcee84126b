import { isPricingError, issueMoved, type PricingIssue, throwIssues } from "../errors.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { add, type Fraction, powerOfTen, sum, ZERO } from "../money/fraction.js";
import { type IntegerCurve, integerCurve, priceColumn } from "../pricing/integer-curve.js";
import { curvePrice } from "./curve-price.js";
import { billedFor, isSumOfCharges, type OneQuantity } from "./one-quantity.js";
import { priceSegments } from "./price-usage.js";
import type { QuantityRow } from "./quantity-row.js";

/** What each quantity of a row costs, in minor units: as numbers where all of them are exact. */
export function unitsOfRow(one: OneQuantity, row: QuantityRow): Float64Array | readonly bigint[] {
  const numbers = unitsInNumbers(one, row);
  if (numbers !== undefined) return numbers;
  const units = unitsOneByOne(one, row);
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  const fits = units.every((each) => each <= most && each >= -most);
  return fits ? Float64Array.from(units, Number) : units;
}

function unitsInNumbers(one: OneQuantity, row: QuantityRow): Float64Array | undefined {
  if (!isSumOfCharges(one) || row.decimals === undefined) return undefined;
  const { decimals } = row;
  const most = Math.round(row.most * 10 ** decimals);
  let total: Float64Array | undefined;
  for (const { charge } of one.varied) {
    const curve = integerCurve(charge, one.rounding, decimals);
    const fits = curve !== undefined && most * (curve.scale / 10 ** decimals) <= curve.most;
    const own = fits ? pricesOf(curve, row) : undefined;
    total = total && own ? safely(total, (amount, index) => amount + (own[index] ?? 0)) : own;
    if (total === undefined) return undefined;
  }
  const fixed = Number(unitsOf(fixedAmount(one), one.rounding));
  const amounts = total ?? new Float64Array(row.length);
  return fixed === 0 ? amounts : safely(amounts, (amount) => amount + fixed);
}

function pricesOf(curve: IntegerCurve, row: QuantityRow): Float64Array {
  const units = new Float64Array(row.length);
  priceColumn(curve, [row.scaled(curve.scale), units], 1, () => {
    throw new Error("unreachable: a quantity of the row that is beyond its largest");
  });
  return units;
}

/** The column with each amount changed; nothing where one is no exact number then. */
function safely(
  amounts: Float64Array,
  change: (amount: number, index: number) => number,
): Float64Array | undefined {
  const changed = amounts.map(change);
  return changed.every((amount) => amount <= Number.MAX_SAFE_INTEGER) ? changed : undefined;
}

/** What the charges bill that do not price the quantity. */
function fixedAmount({ plan, segments, varied, policy, rounding }: OneQuantity): Fraction {
  const fixed = segments.filter((segment) => !varied.has(segment));
  if (fixed.length === 0) return ZERO;
  return sum(priceSegments(plan, fixed, { policy, rounding }).map(({ amount }) => amount));
}

function unitsOneByOne(one: OneQuantity, row: QuantityRow): readonly bigint[] {
  const issues: PricingIssue[] = [];
  const priced = exactPricer(one) ?? ((quantity: Fraction) => billedFor(one, quantity));
  const units = Array.from({ length: row.length }, (_, index) => {
    try {
      return unitsOf(priced(row.at(index)), one.rounding);
    } catch (error) {
      if (!isPricingError(error)) throw error;
      for (const issue of error.issues) issues.push(issueMoved(["quantities", index], issue));
      return 0n;
    }
  });
  throwIssues(issues);
  return units;
}

/** Prices quantities by the curves of the charges, where each is priced by itself. */
function exactPricer(one: OneQuantity): ((quantity: Fraction) => Fraction) | undefined {
  if (!isSumOfCharges(one)) return undefined;
  const fixed = fixedAmount(one);
  const prices = [...one.varied].map(({ charge }) => curvePrice(charge, one.rounding));
  return (quantity) => {
    let total = fixed;
    for (const price of prices) {
      const amount = price?.(quantity);
      // What has no price is refused by the steps of a period, in their words.
      if (amount === undefined) return billedFor(one, quantity);
      total = add(total, amount);
    }
    return total;
  };
}

/** An amount on the currency's grid in minor units. */
export function unitsOf(
  { numerator, denominator }: Fraction,
  { decimals }: AmountRounding,
): bigint {
  return (numerator * powerOfTen(decimals)) / denominator;
}
