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
  | "minimum"
  | "maximum"
  | "minimum-commitment"
  | "guarantee"
  | "reversal"
  | "rounding";
