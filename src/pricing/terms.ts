import type { RoundingMode } from "../money/rounding.js";
import type { ChargeType } from "./charge-type.js";
import type { Pricing } from "./models/index.js";

/** Rounds the metered quantity before it is priced; nothing else ever rounds a quantity. */
export interface QuantityRounding<D = string> {
  /** To which neighbour: `up` bills every started increment. */
  readonly mode: RoundingMode;
  /** The step that quantities are rounded to; default 1. `"0.01"` keeps two decimals, `"15"` bills quarter hours of minutes. */
  readonly increment?: D;
}

/** How long what is left of units that cost nothing can still be used. */
export interface Rollover<D = string> {
  /** In how many periods after its own, 1 to 1,000. */
  readonly periods: number;
  /** The most that is taken over into the next period, of all periods before it together; absent without a limit. */
  readonly max?: D;
}

/**
 * Units of each cycle that cost nothing, where they are more than a number. Units of earlier cycles are used before those of the
 * cycle itself, the oldest first; beyond `rollover.max` it is the oldest that are lost.
 */
export interface IncludedUnits<D = string> {
  /** How many. */
  readonly units: D;
  /**
   * So many for each unit that the subscription holds of this recurring charge, as for each seat. What is held for a part of the
   * time counts by its days.
   */
  readonly per?: string;
  /** How long what is left of them can be used; absent where it is lost with its cycle. */
  readonly rollover?: Rollover<D>;
}

/** A unit that prices may be in instead of money: credits, points, tokens. */
export interface PricingUnit<D = string> {
  /** Its code, such as `"credits"`; the unit of the grants that pay for it. */
  readonly code: string;
  /** What one of it costs, in the currency of the charge; more than 0. */
  readonly rate: D;
}

/**
 * Everything that decides the amount of a charge. Recorded on each line as it was billed, so that a line can be rated
 * again without today's catalog.
 */
export interface PricedTerms {
  /** When the charge is due. */
  readonly chargeType: ChargeType;
  /** The charge model and its prices. */
  readonly pricing: Pricing;
  /** The unit that is counted; absent where nothing is counted. */
  readonly unitOfMeasure?: string;
  /** Units of each cycle that cost nothing. */
  readonly includedUnits?: string | IncludedUnits;
  /** How the metered quantity is rounded before pricing. */
  readonly quantityRounding?: QuantityRounding;
  /** The unit that the prices are in; absent where they are money. */
  readonly pricingUnit?: PricingUnit;
}
