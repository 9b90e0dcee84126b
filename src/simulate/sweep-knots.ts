import type { PricingIssue } from "../errors.js";
import { compare, formatExact, minimumOf } from "../money/fraction.js";
import { type Knot, onLine } from "../pricing/knot.js";
import { dearerFrom } from "../pricing/walk.js";
import type { OneQuantity } from "./one-quantity.js";
import { planWalk } from "./plan-walk.js";
import { numbersOf, type QuantityRow } from "./quantity-row.js";

/** A quantity at which the amount changes its course. Amounts are exact, before they are rounded to the currency. */
export interface SweepKnot {
  /** The quantity: a decimal where it ends, else a fraction. */
  readonly quantity: string;
  /** `"bend"`: a further unit costs something else. `"jump"`: the amount leaps up. `"cliff"`: it drops. */
  readonly kind: "bend" | "jump" | "cliff";
  /** What the quantity costs. */
  readonly amount: string;
  /** What it costs just above; `null` where the price list refuses more. */
  readonly above: string | null;
  /** Of a cliff: from which quantity on it is cheaper to go beyond it; `null` of all others. */
  readonly cheaperFrom: string | null;
}

const MOST_KNOTS = 1_000;

/** The knots between the least and the most of the quantities; nothing where they are too many, or not known. */
export function knotsWithin(one: OneQuantity, row: QuantityRow): readonly SweepKnot[] | null {
  const ends = endsOf(row);
  const issues: PricingIssue[] = [];
  const walk = planWalk(one, [], issues);
  if (ends === undefined || issues.length > 0) return issues.length > 0 ? null : Object.freeze([]);
  const passed: Knot[] = [];
  const knots: SweepKnot[] = [];
  for (const knot of walk(ends.least)) {
    if (compare(knot.at, ends.most) >= 0) break;
    const found = turnAt(knot, passed);
    passed.push(knot);
    if (found !== undefined) knots.push(Object.freeze(found));
    if (passed.length > MOST_KNOTS) return null;
  }
  return Object.freeze(knots);
}

/** The least and the most quantity of a row. */
function endsOf(row: QuantityRow) {
  const numbers = numbersOf(row);
  if (numbers.length === 0) return undefined;
  let [low, high] = [0, 0];
  for (const [index, quantity] of numbers.entries()) {
    if (quantity < (numbers[low] ?? 0)) low = index;
    if (quantity > (numbers[high] ?? 0)) high = index;
  }
  return { least: row.at(low), most: row.at(high) };
}

/** What changes at a knot, after those that were passed; nothing at the first, and where the amount goes on as it was. */
function turnAt({ at, value, onward }: Knot, passed: readonly Knot[]): SweepKnot | undefined {
  const before = passed.at(-1);
  if (before?.onward === undefined) return undefined;
  const below = onLine(before.onward, before.at, at);
  const above = onward?.value ?? value;
  const steps = [compare(value, below), compare(above, value)];
  const isStraight =
    onward !== undefined &&
    compare(onward.slope, before.onward.slope) === 0 &&
    !steps.some(Boolean);
  if (isStraight) return undefined;
  const drops = steps.includes(-1);
  return {
    quantity: formatExact(at),
    kind: drops ? "cliff" : steps.includes(1) ? "jump" : "bend",
    amount: formatExact(value),
    above: onward === undefined ? null : formatExact(above),
    cheaperFrom: drops ? formatExact(dearerFrom(passed, at, minimumOf(value, above))) : null,
  };
}
