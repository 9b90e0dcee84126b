import type { CreditTiming } from "../../account/credit-grant.js";
import type { TaxMarker } from "../../account/tax-rate.js";

/** What a discount or a coupon took off one line. */
export interface DiscountShare {
  /** The line's key. */
  readonly key: string;
  /** What was taken off it: 0 or less, on an adjustment the difference. The shares add up to the line's amount. */
  readonly amount: string;
  /** On a credit in a unit that is no money, what that is in the unit; the shares add up to the line's `credit.quantity`. */
  readonly quantity?: string;
}

/** Why a period that was billed already bills another amount now. */
export interface AdjustmentCause {
  /**
   * `"change"`: a change of the subscription, or its end. `"usage"`: usage that became known later. `"re-rating"`: it
   * follows from other lines of the period.
   */
  readonly kind: "change" | "usage" | "re-rating";
  /** When the change takes effect; `null` where there is no date. */
  readonly date: string | null;
  /** Events and signals that became known after the period was billed: up to 100 ids, sorted. */
  readonly eventIds: readonly string[];
}

/** What an adjustment line brings from one amount to another. */
export interface Adjustment {
  /** What all documents together have billed under the line's key. */
  readonly billed: string;
  /** What is due under it. */
  readonly due: string;
  /** The idempotency keys of the documents that billed it. */
  readonly invoices: readonly string[];
  /** Why the amounts differ. */
  readonly causes: readonly AdjustmentCause[];
}

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

/** What was credited by choice, and of what. */
export interface ConcessionDetail {
  /** The idempotency key of the document that billed it. */
  readonly invoice: string;
  /** The key of its line. */
  readonly line: string;
  /** How many units of it, where units were credited; `null` where an amount was. */
  readonly quantity: string | null;
  /** Why, as the request says it; `null` where it does not. */
  readonly reason: string | null;
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
