import { type Fraction, formatExact, isZero } from "../money/fraction.js";

/**
 * One step of how a number came about. The steps of a result add up: those `of: "quantity"` to the billed quantity,
 * those `of: "amount"` to the billed amount.
 */
export interface Step {
  /** Which number the step is a part of. */
  readonly of: "quantity" | "amount";
  /** What the step does. */
  readonly kind: StepKind;
  /** Exact part, signed: a plain decimal, or a reduced fraction where no decimal is exact. */
  readonly value: string;
  /** The step as a formula for people: `"400 × 40"`. */
  readonly text: string;
}

/** The kinds of {@link Step}. */
export type StepKind =
  | "metered"
  | "quantity-rounding"
  | "included-units"
  | "negative-usage"
  | "flat"
  | "units"
  | "packages"
  | "percentage"
  | "per-event"
  | "group-share"
  | "billed-before"
  | "proration"
  | "due"
  | "billed"
  | "tier"
  | "tier-flat-fee"
  | "discount"
  | "coupon"
  | "tax"
  | "credit"
  | "concession"
  | "minimum"
  | "maximum"
  | "minimum-commitment"
  | "maximum-spend"
  | "true-up"
  | "drawdown"
  | "overage"
  | "guarantee"
  | "reversal"
  | "rounding";

/**
 * What one tier contributed to an amount. All numbers are plain decimals, or reduced fractions where no decimal is exact.
 */
export interface TierUse {
  /** Lower bound of the tier, exclusive. */
  readonly from: string;
  /** Upper bound of the tier, inclusive; `null` for the open last tier. */
  readonly upTo: string | null;
  /** How much of the quantity this tier priced. */
  readonly quantity: string;
  /** Price of a unit in this tier; `null` when the tier has only a flat fee. */
  readonly unitPrice: string | null;
  /** The tier's flat fee where it was billed, else `null`. */
  readonly flatFee: string | null;
  /** Exact amount of the tier: quantity × unit price + flat fee. */
  readonly amount: string;
}

/** A {@link Step} whose value is a number. */
export interface ExactStep extends Omit<Step, "value"> {
  readonly value: Fraction;
}

/** A {@link TierUse} in numbers. */
export interface ExactTierUse {
  readonly from: Fraction;
  readonly upTo: Fraction | null;
  readonly quantity: Fraction;
  readonly unitPrice: Fraction | null;
  readonly flatFee: Fraction | null;
  readonly amount: Fraction;
}

export function amountStep(kind: StepKind, value: Fraction, text: string): ExactStep {
  return { of: "amount", kind, value, text };
}

export function quantityStep(kind: StepKind, value: Fraction, text: string): ExactStep {
  return { of: "quantity", kind, value, text };
}

/** Whether a step changes anything. */
export function isNonZero({ value }: ExactStep): boolean {
  return !isZero(value);
}

export function writeStep({ of, kind, value, text }: ExactStep): Step {
  return { of, kind, value: formatExact(value), text };
}

export function writeTierUse(use: ExactTierUse): TierUse {
  return {
    from: formatExact(use.from),
    upTo: use.upTo && formatExact(use.upTo),
    quantity: formatExact(use.quantity),
    unitPrice: use.unitPrice && formatExact(use.unitPrice),
    flatFee: use.flatFee && formatExact(use.flatFee),
    amount: formatExact(use.amount),
  };
}
