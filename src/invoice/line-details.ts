import type { CreditTiming } from "../account/credit-grant.js";
import type { TaxMarker } from "../account/tax-rate.js";

/** What a tax is, and what it is charged on. */
export interface TaxDetail {
  /** Its name. */
  readonly name: string;
  /** Percent of what it is charged on. */
  readonly percent: string;
  /** Whether the prices hold it. */
  readonly inclusive: boolean;
  /** Whether it is charged on other taxes, too. */
  readonly compound: boolean;
  /** Why no tax is due; `null` where it is. */
  readonly marker: TaxMarker | null;
  /** What it is charged on: net of discounts and of taxes that the prices hold, and with other taxes where it is compound. */
  readonly taxable: string;
}

/** What a credit grant is counted in, and how much of it a line is. */
export interface CreditDetail {
  /** Its unit: a currency, or a unit of measure. */
  readonly unit: string;
  /** How much of it: below 0 what was used, above 0 what was given back. */
  readonly quantity: string;
  /** Whether it is taken off before tax, or after it. */
  readonly timing: CreditTiming;
}

/** An amount in a pricing unit, and what one of it costs. */
export interface PricingUnitAmount {
  /** The unit's code. */
  readonly code: string;
  /** What one of it costs, in the currency of the document. */
  readonly rate: string;
  /** The exact amount: times the rate, it is the `exactAmount` of the line. */
  readonly amount: string;
}
