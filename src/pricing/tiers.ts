import type { DecimalInput } from "../money/decimal.js";

/**
 * One row of a price list. Its lower bound is the row before's upper bound, so no quantity can fall between two
 * tiers; the upper bound belongs to the tier: 100 units are all in a tier with `upTo: 100`, 100.001 are not.
 */
export interface Tier<D = string> {
  /** Upper bound, inclusive, decimals allowed; absent on the last tier. */
  readonly upTo?: D;
  /** Price of one unit in this tier, 0 or more, any number of decimals. */
  readonly unitPrice?: D;
  /** Fee for the tier as a whole, billed once the tier holds more than 0 units. */
  readonly flatFee?: D;
}

/**
 * A tier as the rows of a form show it. Neighbours touch (0–100, 100–500) or step by one unit (1–100, 101–500);
 * both are read as `upTo: end`. One table uses one style throughout.
 */
export interface TierRow<D = DecimalInput> {
  /** First unit of the tier (0 or 1 in the first row). */
  readonly start: D;
  /** Last unit of the tier; absent on the last row. */
  readonly end?: D;
  /** Price of one unit in this tier. */
  readonly unitPrice?: D;
  /** Fee for the tier as a whole. */
  readonly flatFee?: D;
}

/** A tier as it may be written. */
export type TierInput = Tier<DecimalInput> | TierRow;

/** What happens to a quantity above a last tier that has an upper bound. */
export type TierOverflow = "last-tier" | "error";

/** The fields that all models with tiers of unit prices share. */
export interface TierList<T> {
  /** The tiers, lowest first: at least one, at most 10,000. */
  readonly tiers: readonly T[];
  /**
   * Allows a last tier with an upper bound, and says what a quantity above it does: `"last-tier"` prices it there,
   * `"error"` refuses it (`quantity_above_last_tier`). Without it a bounded last tier is refused when parsed.
   */
  readonly overflow?: TierOverflow;
  /** Bills the first tier's flat fee also for a quantity of 0. Default: a flat fee needs more than 0 units in its tier. */
  readonly flatFeeAtZero?: boolean;
}
