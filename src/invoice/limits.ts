import type { RatedCharge } from "../catalog/charge-kinds.js";
import { type AmountRounding, formatAmount, roundAmount } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { compare, type Fraction, formatExact, subtract } from "../money/fraction.js";
import type { Period } from "../time/billing-period.js";
import { amountLine, type Line, lineKey } from "./line.js";

/** The limit of a charge that a net amount is beyond, on the currency's grid; nothing when it is within. */
export function limitBeyond(
  charge: RatedCharge,
  net: Fraction,
  rounding: AmountRounding,
): { readonly kind: "minimum" | "maximum"; readonly bound: Fraction } | undefined {
  const { minimum, maximum } = charge;
  if (minimum !== undefined) {
    const bound = roundAmount(exact(minimum), rounding);
    if (compare(net, bound) < 0) return { kind: "minimum", bound };
  }
  if (maximum !== undefined) {
    const bound = roundAmount(exact(maximum), rounding);
    if (compare(net, bound) > 0) return { kind: "maximum", bound };
  }
  return undefined;
}

/**
 * The line that brings a charge's net amount (its lines and what discounts took off them) to its minimum or maximum;
 * nothing when the amount is between them.
 */
export function limitLine(
  charge: RatedCharge,
  net: Fraction,
  rounding: AmountRounding,
  servicePeriod: Period | undefined,
): Line | undefined {
  const beyond = limitBeyond(charge, net, rounding);
  if (beyond === undefined) return undefined;
  const { kind, bound } = beyond;
  const key = lineKey(kind, charge.id, servicePeriod);
  const description = `${charge.name}: ${kind} of ${formatAmount(bound, rounding)}`;
  return differenceLine({ key, kind, chargeId: charge.id, description, net, bound, rounding });
}

/** A line over the difference between what was billed and what must be. */
export function differenceLine(facts: {
  readonly key: string;
  readonly kind: "minimum" | "maximum" | "minimum-commitment";
  readonly chargeId: string | null;
  readonly description: string;
  readonly net: Fraction;
  readonly bound: Fraction;
  readonly rounding: AmountRounding;
}): Line {
  const { key, kind, chargeId, description, net, bound, rounding } = facts;
  const difference = subtract(bound, net);
  const amount = formatAmount(difference, rounding);
  const text = `${kind} ${formatAmount(bound, rounding)} − ${formatAmount(net, rounding)} billed`;
  const value = formatExact(difference);
  return amountLine({
    key,
    kind,
    chargeId,
    description,
    exactAmount: value,
    amount,
    steps: [{ of: "amount", kind, value, text }],
  });
}
