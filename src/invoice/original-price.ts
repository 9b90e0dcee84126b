import { isUsageCharge } from "../catalog/charge-kinds.js";
import { isSplittable } from "../catalog/revision.js";
import { canonicalJson } from "../content/canonical-json.js";
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
} from "../money/fraction.js";
import { modelOf } from "../pricing/models/index.js";
import type { ExactRating } from "../pricing/rate.js";
import type { Step } from "../pricing/step.js";
import type { UsageGroup } from "../usage/metered.js";
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
  const countsUnits = model.needs === "quantity" && isSplittable(charge.aggregation);
  return pricing === "original-price" && countsUnits;
}

/** The outcomes of a group that were billed, in the order in which they became billable. */
export function billedIn(
  { charge, outcomes }: PricedService,
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
  service: PricedService,
  billed: readonly BilledOutcome[],
  left: Fraction,
  rate: (quantity: Fraction) => ExactRating,
): ExactRating {
  const units = billed.map((each) => unitsOf(service, each));
  const back = sum(units.map(({ taken }) => taken));
  const gross = add(left, back);
  if (isZero(back) || gross.numerator <= 0n) return rate(left);
  const whole = rate(gross);
  const { monotone } = modelOf(service.charge.pricing).facts;
  const amountOf = (quantity: Fraction) => rate(quantity).amount;
  let position = ZERO;
  let rest = whole.amount;
  const credits: Step[] = [];
  for (const { id, quantity, taken } of units) {
    const end = add(position, quantity);
    position = end;
    if (isZero(taken)) continue;
    const price = monotone
      ? subtract(amountOf(end), amountOf(subtract(end, taken)))
      : divide(multiply(whole.amount, taken), gross);
    const credit = minimumOf(price, rest);
    rest = subtract(rest, credit);
    credits.push({
      of: "amount",
      kind: "reversal",
      value: formatExact(isZero(credit) ? ZERO : negate(credit)),
      text: `${id} taken back: ${formatExact(taken)} at position ${formatExact(end)}, as billed`,
    });
  }
  const quantity = subtract(whole.quantity, back);
  return {
    ...whole,
    unitPrice: null,
    quantity,
    amount: rest,
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
