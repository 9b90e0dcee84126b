import type { RatedCharge } from "../catalog/charge-kinds.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { formatAmount, roundAmount } from "../money/amount-rounding.js";
import {
  divide,
  type Fraction,
  formatExact,
  isZero,
  multiply,
  subtract,
  sum,
  ZERO,
} from "../money/fraction.js";
import {
  compileTerms,
  type ExactRating,
  type NegativeUsage,
  rateExactly,
} from "../pricing/rate.js";
import type { Step } from "../pricing/step.js";
import type { PricedTerms } from "../pricing/terms.js";
import type { Period } from "../time/billing-period.js";
import type { Metered, UsageGroup } from "../usage/metered.js";
import { type Line, lineKey } from "./line.js";

/** The part of a charge that decides its amount, as lines record it. */
export function pricedTerms(charge: RatedCharge): PricedTerms {
  const { chargeType, pricing, unitOfMeasure } = charge;
  const { includedUnits, quantityRounding } =
    charge.chargeType === "one-time" ? NO_QUANTITY : charge;
  return {
    chargeType,
    pricing,
    ...(unitOfMeasure === undefined ? {} : { unitOfMeasure }),
    ...(includedUnits === undefined ? {} : { includedUnits }),
    ...(quantityRounding === undefined ? {} : { quantityRounding }),
  };
}

const NO_QUANTITY = { includedUnits: undefined, quantityRounding: undefined };

/** The rating of one line: of a group of events, or of all of them. */
export interface GroupRating {
  readonly group: UsageGroup | null;
  readonly rating: ExactRating;
}

/** Everything that a charge bills, priced exactly: one rating for each group, in their order. */
export function rateCharge(
  charge: RatedCharge,
  metered: readonly Metered[],
  negativeUsage: NegativeUsage,
): readonly GroupRating[] {
  const compiled = compileTerms(charge);
  const acrossGroups = charge.chargeType === "usage" && charge.groupBy?.tiers === "across-groups";
  if (!acrossGroups) {
    return metered.map((each) => ({
      group: each.group,
      rating: rateExactly(compiled, each, negativeUsage),
    }));
  }
  const total = sum(metered.map(({ quantity }) => quantity));
  const whole = rateExactly(compiled, { quantity: total, input: total }, negativeUsage);
  return metered.map(({ group, quantity }) => ({ group, rating: shareOf(whole, quantity, total) }));
}

/** A group's part of what all groups together cost, in proportion to its quantity. */
function shareOf(whole: ExactRating, quantity: Fraction, total: Fraction): ExactRating {
  const amount = isZero(total) ? ZERO : divide(multiply(whole.amount, quantity), total);
  const [part, all] = [formatExact(quantity), formatExact(total)];
  return {
    quantity,
    amount,
    unitPrice: null,
    tiers: [],
    steps: [
      { of: "quantity", kind: "metered", value: part, text: "metered" },
      {
        of: "amount",
        kind: "group-share",
        value: formatExact(amount),
        text: `${part} of ${all} × ${formatExact(whole.amount)} for all groups`,
      },
    ],
  };
}

/** The line of a rated charge, rounded to `amount` (by itself, or together with the invoice's other lines). */
export function ratedLine(
  charge: RatedCharge,
  { group, rating }: GroupRating,
  amount: Fraction,
  rounding: AmountRounding,
  servicePeriod: Period | undefined,
): Line {
  return {
    key: lineKey(charge.chargeType, charge.id, servicePeriod, group),
    kind: charge.chargeType,
    chargeId: charge.id,
    description: charge.name,
    group,
    quantity: formatExact(rating.quantity),
    unitOfMeasure: charge.unitOfMeasure ?? null,
    unitPrice: rating.unitPrice,
    tiers: rating.tiers,
    exactAmount: formatExact(rating.amount),
    amount: formatAmount(amount, rounding),
    terms: pricedTerms(charge),
    appliedTo: [],
    steps: [...rating.steps, ...roundingStep(rating.amount, amount, rounding)],
  };
}

/** The step for what rounding added or took away; none where it did nothing. */
export function roundingStep(
  exact: Fraction,
  rounded: Fraction,
  { decimals, mode }: AmountRounding,
): readonly Step[] {
  const difference = subtract(rounded, exact);
  if (isZero(difference)) return [];
  const text = `rounding to ${decimals} decimals, ${mode}`;
  return [{ of: "amount", kind: "rounding", value: formatExact(difference), text }];
}

/** An exact amount with the rounding that makes it a line. */
export function rounded(
  exact: Fraction,
  rounding: AmountRounding,
): { readonly amount: Fraction; readonly step: readonly Step[] } {
  const amount = roundAmount(exact, rounding);
  return { amount, step: roundingStep(exact, amount, rounding) };
}
