import { canonicalJson } from "../content/canonical-json.js";
import type { TierUse } from "../pricing/model.js";
import type { Step } from "../pricing/step.js";
import type { ChargeType } from "../pricing/terms.js";
import type { Period } from "../time/billing-period.js";
import type { UsageGroup } from "../usage/metered.js";
import type { LineTerms } from "./line-terms.js";

/** What a line is for: a charge by its type, a step of the pipeline, or a difference to what was billed before. */
export type LineKind =
  | ChargeType
  | "discount"
  | "minimum"
  | "maximum"
  | "minimum-commitment"
  | "guarantee"
  | "adjustment";

/** What a discount took off one line. */
export interface DiscountShare {
  /** The line's key. */
  readonly key: string;
  /** What was taken off it: 0 or less, on an adjustment the difference. The shares add up to the line's amount. */
  readonly amount: string;
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
  /** What all invoices together have billed under the line's key. */
  readonly billed: string;
  /** What is due under it. */
  readonly due: string;
  /** The idempotency keys of the invoices that billed it. */
  readonly invoices: readonly string[];
  /** Why the amounts differ. */
  readonly causes: readonly AdjustmentCause[];
}

/** One amount of a bill, with everything that led to it. The amounts of all lines add up to the total. */
export interface Line {
  /**
   * Identifies what is billed within its subscription: kind, charge, start of the service and group. What was billed
   * under a key, adjustments included, is what a later invoice compares with what is due under it.
   */
  readonly key: string;
  /** What the line is for. */
  readonly kind: LineKind;
  /** The charge that it follows from; `null` for what concerns the whole plan. */
  readonly chargeId: string | null;
  /** The values of the event fields that the charge groups by, whose usage the line bills; `null` without groups. */
  readonly group: UsageGroup | null;
  /** Words for people. */
  readonly description: string;
  /** The billed quantity, exact: after rounding of the quantity and included units; 1 where nothing is counted. */
  readonly quantity: string;
  /** What is counted; `null` where nothing is. */
  readonly unitOfMeasure: string | null;
  /** The price of every unit where there is exactly one, so that quantity × unitPrice is the exact amount; else `null`. */
  readonly unitPrice: string | null;
  /** What each tier contributed, before proration of the fee; empty without tiers. */
  readonly tiers: readonly TierUse[];
  /** The amount before rounding: a plain decimal, or a reduced fraction such as `"1000/31"`. */
  readonly exactAmount: string;
  /** The amount in the currency's minor unit, signed: what is billed. */
  readonly amount: string;
  /** The terms as billed, so that the line can be rated again without today's catalog; `null` where no charge was rated. */
  readonly terms: LineTerms | null;
  /** On a discount line, what it took off which line. */
  readonly appliedTo: readonly DiscountShare[];
  /** On an adjustment line, what was billed and what is due; else `null`. */
  readonly adjustment: Adjustment | null;
  /** How the amount came about; the steps `of: "amount"` add up to it. */
  readonly steps: readonly Step[];
}

/** A {@link Line} of an invoice. */
export interface InvoiceLine extends Line {
  /** The time that the line bills for. */
  readonly servicePeriod: Period;
}

/** Something that is billed, but not as it was given. */
export interface PricingWarning {
  /**
   * What happened: `negative_usage` was billed as 0; a fee in advance is `presumed_billed`, as `previous` does not hold
   * the invoice that carries it.
   */
  readonly code: "negative_usage" | "presumed_billed";
  /** The charge that it concerns. */
  readonly chargeId: string;
  /** The fact in a sentence. */
  readonly message: string;
}

/** Writes a line's key. Unambiguous whatever the charge's id: kinds hold no colon, and a date has one form. */
export function lineKey(
  kind: LineKind,
  chargeId: string | null,
  servicePeriod: Period | undefined,
  group: UsageGroup | null = null,
): string {
  // No two stretches of one charge begin together; where one ends may change after it was billed.
  const start = servicePeriod === undefined ? "" : `@${servicePeriod.start}`;
  return `${kind}:${chargeId ?? ""}${start}${group === null ? "" : `#${canonicalJson(group)}`}`;
}

/** The part of a key that all groups of a service share. */
export function keyWithoutGroup(key: string, group: UsageGroup | null): string {
  return group === null ? key : key.slice(0, -`#${canonicalJson(group)}`.length);
}

/** A line that is an amount alone, without quantity or tiers. */
export function amountLine(
  line: Pick<
    Line,
    "key" | "kind" | "chargeId" | "description" | "exactAmount" | "amount" | "steps"
  > &
    Partial<Pick<Line, "appliedTo" | "group" | "terms" | "adjustment">>,
): Line {
  return {
    quantity: "1",
    group: null,
    unitOfMeasure: null,
    unitPrice: null,
    tiers: [],
    terms: null,
    appliedTo: [],
    adjustment: null,
    ...line,
  };
}
