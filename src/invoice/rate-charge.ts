import type { RatedCharge } from "../catalog/charge.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { formatAmount, roundAmount } from "../money/amount-rounding.js";
import { type Fraction, formatExact, isZero, subtract } from "../money/fraction.js";
import {
  compileTerms,
  type ExactRating,
  type NegativeUsage,
  rateExactly,
} from "../pricing/rate.js";
import type { Step } from "../pricing/step.js";
import type { PricedTerms } from "../pricing/terms.js";
import type { Period } from "../time/billing-period.js";
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

/** A charge's quantity, priced exactly. */
export function rateCharge(
  charge: RatedCharge,
  metered: Fraction,
  negativeUsage: NegativeUsage,
): ExactRating {
  return rateExactly(compileTerms(charge), metered, negativeUsage);
}

/** The line of a rated charge, rounded to `amount` (by itself, or together with the invoice's other lines). */
export function ratedLine(
  charge: RatedCharge,
  rating: ExactRating,
  amount: Fraction,
  rounding: AmountRounding,
  servicePeriod: Period | undefined,
): Line {
  return {
    key: lineKey(charge.chargeType, charge.id, servicePeriod),
    kind: charge.chargeType,
    chargeId: charge.id,
    description: charge.name,
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
