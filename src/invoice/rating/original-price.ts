import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { canonicalJson } from "../../data/canonical-json.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  formatExact,
  isZero,
  minimumOf,
  multiply,
  negate,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { modelOf } from "../../pricing/models/index.js";
import type { ExactRating } from "../../pricing/rate-exactly.js";
import { amountStep, type ExactStep, quantityStep } from "../../pricing/step.js";
import { aggregationOf, isAdditive } from "../../usage/aggregations/index.js";
import type { UsageGroup } from "../../usage/meter/metered.js";
import type { BilledOutcome } from "../../usage/outcomes/billed-outcomes.js";
import type { MeteredSegment } from "./metered-segment.js";

/**
 * Whether reversed units of a closed period are credited at the price at which they were billed. Models under which
 * less can cost more do so by default: reversing one of 501 units under volume prices must not raise the bill.
 */
export function creditsOriginalPrice({ charge }: MeteredSegment): boolean {
  if (!isUsageCharge(charge)) return false;
  const model = modelOf(charge.pricing);
  const pricing =
    charge.outcome?.reverse?.pricing ?? (model.facts.monotone ? "re-rate" : "original-price");
  const countsUnits = model.needs === "quantity" && isAdditive(charge.aggregation);
  return pricing === "original-price" && countsUnits;
}

/** The outcomes of a group that were billed, in the order in which they became billable. */
export function billedOutcomes(
  { charge, outcomes }: MeteredSegment,
  group: UsageGroup | null,
): readonly BilledOutcome[] {
  const billed = outcomes?.billedBefore ?? [];
  if (group === null || !isUsageCharge(charge)) return billed;
  const key = canonicalJson((charge.groupBy?.fields ?? []).map((field) => group[field] ?? null));
  return billed.filter((each) => canonicalJson(each.group) === key);
}

/**
 * What a quantity costs with the units that were taken back still in it, less what each of them was billed at: under a
 * monotone model the price of its position among all that were billed, else its share of the whole. `rate` and
 * `amountOf` go on from what came before in the cycle, if tiers do. Never less than nothing.
 */
export function rateAtOriginalPrice(
  segment: MeteredSegment,
  billed: readonly BilledOutcome[],
  left: Fraction,
  rate: (quantity: Fraction) => ExactRating,
): ExactRating {
  const units = billed.map((each) => unitsOf(segment, each));
  const back = sum(units.map(({ taken }) => taken));
  const gross = add(left, back);
  if (isZero(back) || gross.numerator <= 0n) return rate(left);
  const whole = rate(gross);
  const { monotone } = modelOf(segment.charge.pricing).facts;
  const amountOf = (quantity: Fraction) => rate(quantity).amount;
  let position = ZERO;
  let rest = whole.amount;
  const credits: ExactStep[] = [];
  for (const { id, quantity, taken } of units) {
    const end = add(position, quantity);
    position = end;
    if (isZero(taken)) continue;
    const price = monotone
      ? subtract(amountOf(end), amountOf(subtract(end, taken)))
      : divide(multiply(whole.amount, taken), gross);
    const credit = minimumOf(price, rest);
    rest = subtract(rest, credit);
    const text = `${id} taken back: ${formatExact(taken)} at position ${formatExact(end)}, as billed`;
    credits.push(amountStep("reversal", negate(credit), text));
  }
  const quantity = subtract(whole.quantity, back);
  return {
    ...whole,
    unitPrice: null,
    quantity,
    amount: rest,
    steps: [...whole.steps, quantityStep("reversal", negate(back), "taken back"), ...credits],
  };
}

/** What of an outcome the charge counted, and what of that was taken back: all or nothing where events are counted. */
function unitsOf(
  { charge }: MeteredSegment,
  { id, quantity, takenBack }: BilledOutcome,
): { readonly id: string; readonly quantity: Fraction; readonly taken: Fraction } {
  const counts = isUsageCharge(charge) && aggregationOf(charge.aggregation).countsEvents === true;
  if (!counts) return { id, quantity, taken: multiply(quantity, takenBack) };
  return { id, quantity: ONE, taken: compare(takenBack, ONE) === 0 ? ONE : ZERO };
}
