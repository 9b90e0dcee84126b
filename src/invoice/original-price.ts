import { isUsageCharge } from "../catalog/charge-kinds.js";
import { isSplittable } from "../catalog/revision.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  formatExact,
  isZero,
  multiply,
  negate,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import {
  type CompiledTerms,
  type ExactRating,
  exactAmount,
  type NegativeUsage,
} from "../pricing/rate.js";
import type { Step } from "../pricing/step.js";
import type { BilledOutcome } from "../usage/outcomes/outcome-usage.js";
import type { PricedService } from "./priced-service.js";

/**
 * Whether reversed units of a closed period are credited at the price at which they were billed. Models under which
 * less can cost more do so by default: reversing one of 501 units under volume prices must not raise the bill.
 */
export function creditsOriginalPrice({ charge }: PricedService): boolean {
  if (!isUsageCharge(charge)) return false;
  const model = modelOf(charge.pricing);
  const pricing =
    charge.outcome?.reverse?.pricing ?? (model.facts.monotone ? "re-rate" : "original-price");
  const { aggregation, groupBy } = charge;
  const countsUnits = model.needs === "quantity" && isSplittable(aggregation);
  return pricing === "original-price" && countsUnits && groupBy === undefined;
}

/** The outcomes that were billed and are taken back, wholly or in part. */
export function takenBackIn({ outcomes }: PricedService): readonly BilledOutcome[] {
  return outcomes?.billedBefore.filter(({ takenBack }) => !isZero(takenBack)) ?? [];
}

/**
 * What a quantity costs with the units that were taken back still in it, less what each of them was billed at: under a
 * monotone model the price of its position among all that were billed, else its share of the whole.
 */
export function rateAtOriginalPrice(
  service: PricedService,
  compiled: CompiledTerms,
  left: Fraction,
  rate: (quantity: Fraction) => ExactRating,
  negativeUsage: NegativeUsage,
): ExactRating {
  const units = (service.outcomes?.billedBefore ?? []).map((each) => unitsOf(service, each));
  const back = sum(units.map(({ taken }) => taken));
  const whole = rate(add(left, back));
  const { monotone } = modelOf(service.charge.pricing).facts;
  const gross = add(left, back);
  const amountOf = (quantity: Fraction) => exactAmount(compiled, quantity, negativeUsage);
  let position = ZERO;
  const credits: Step[] = [];
  let credited = ZERO;
  for (const { id, quantity, taken: part } of units) {
    const end = add(position, quantity);
    if (!isZero(part)) {
      const credit = monotone
        ? subtract(amountOf(end), amountOf(subtract(end, part)))
        : divide(multiply(amountOf(gross), part), gross);
      credited = add(credited, credit);
      credits.push({
        of: "amount",
        kind: "reversal",
        value: formatExact(negate(credit)),
        text: `${id} taken back: ${formatExact(part)} at position ${formatExact(end)}, as billed`,
      });
    }
    position = end;
  }
  const quantity = subtract(whole.quantity, back);
  return {
    ...whole,
    unitPrice: null,
    quantity: compare(quantity, ZERO) < 0 ? ZERO : quantity,
    amount: subtract(whole.amount, credited),
    steps: [
      ...whole.steps,
      { of: "quantity", kind: "reversal", value: formatExact(negate(back)), text: "taken back" },
      ...credits,
    ],
  };
}

/** What of an outcome the charge counted, and what of that was taken back: all or nothing where events are counted. */
function unitsOf(
  { charge }: PricedService,
  { id, quantity, takenBack }: BilledOutcome,
): { readonly id: string; readonly quantity: Fraction; readonly taken: Fraction } {
  const counts = isUsageCharge(charge) && charge.aggregation === "count";
  if (!counts) return { id, quantity, taken: multiply(quantity, takenBack) };
  return { id, quantity: ONE, taken: compare(takenBack, ONE) === 0 ? ONE : ZERO };
}
