import type { Charge } from "../catalog/charge.js";
import type { RatedCharge } from "../catalog/charge-kinds.js";
import type { ChargeType } from "../pricing/charge-type.js";
import type { Step, TierUse } from "../pricing/step.js";
import type { PricedTerms } from "../pricing/terms.js";
import type { Period } from "../time/billing-period.js";
import type { UsageGroup } from "../usage/meter/metered.js";

/** What a line is for: a charge by its type, a step of the pipeline, or a difference to what was billed before. */
export type LineKind =
  | ChargeType
  | "discount"
  | "minimum"
  | "maximum"
  | "minimum-commitment"
  | "guarantee"
  | "adjustment";

/** Where a line counts: in which total of a document. A new kind of line names its section here. */
export const LINE_SECTIONS: { readonly [kind in LineKind]: "subtotal" } = {
  "one-time": "subtotal",
  recurring: "subtotal",
  usage: "subtotal",
  discount: "subtotal",
  minimum: "subtotal",
  maximum: "subtotal",
  "minimum-commitment": "subtotal",
  guarantee: "subtotal",
  adjustment: "subtotal",
};

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
  /** What all documents together have billed under the line's key. */
  readonly billed: string;
  /** What is due under it. */
  readonly due: string;
  /** The idempotency keys of the documents that billed it. */
  readonly invoices: readonly string[];
  /** Why the amounts differ. */
  readonly causes: readonly AdjustmentCause[];
}

/**
 * The terms of a charge that decided its line, as it was billed: enough to rate the line again without today's catalog.
 */
export interface LineTerms
  extends PricedTerms,
    Partial<
      Pick<
        Extract<Charge, { readonly chargeType: "recurring" }>,
        "billingTiming" | "billingCycle" | "proration"
      >
    >,
    Partial<
      Pick<
        Extract<Charge, { readonly chargeType: "usage" }>,
        "aggregation" | "filter" | "groupBy" | "outcome" | "guarantee"
      >
    > {
  /** The least that the charge bills in a cycle. */
  readonly minimum?: string;
  /** The most that the charge bills in a cycle. */
  readonly maximum?: string;
  /** The rate plan that the charge stands in; absent where it was rated by itself. */
  readonly ratePlanId?: string;
  /** True where the prices are the customer's own, by the subscription's overrides. */
  readonly overridden?: true;
}

/** One amount, with everything that led to it. The amounts of all lines add up to the total. */
export interface Line {
  /**
   * Identifies what is billed within its subscription: kind, charge, start of the service and group. What was billed
   * under a key, adjustments included, is what a later document compares with what is due under it.
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
  /** On a discount line, what it took off which line. */
  readonly appliedTo: readonly DiscountShare[];
  /** On an adjustment line, what was billed and what is due; else `null`. */
  readonly adjustment: Adjustment | null;
  /** How the amount came about; the steps `of: "amount"` add up to it. */
  readonly steps: readonly Step[];
}

/** A {@link Line} of a simulation. */
export interface SimulationLine extends Line {
  /** The terms as rated; `null` where no charge was rated. */
  readonly terms: LineTerms | null;
}

/** A {@link Line} of a document. */
export interface InvoiceLine extends Line {
  /** The time that the line bills for. */
  readonly servicePeriod: Period;
  /**
   * The terms as billed, so that the line can be rated again without today's catalog: the key under which
   * `basis.terms` holds them; `null` where no charge was rated.
   */
  readonly terms: string | null;
  /** For which part of which billing period it is: its place in `basis.parts`. */
  readonly part: number;
}

/** Something that is billed, but not as it was given. */
export interface PricingWarning {
  /**
   * What happened: `negative_usage` was billed as 0; a fee in advance is `presumed_billed`, as `previous` does not hold
   * the document that carries it; events are missing that may still be billed (`usage_incomplete`); a closed period has
   * changed and its usage is not given, so its usage stays as it was billed (`usage_not_given`); events of a list could
   * not be read (`invalid_events`), contradict others of the same id (`conflicting_events`), or came after their period
   * was billed, which is not rated again (`closed_period_events`).
   */
  readonly code:
    | "negative_usage"
    | "presumed_billed"
    | "usage_incomplete"
    | "usage_not_given"
    | "invalid_events"
    | "conflicting_events"
    | "closed_period_events";
  /** The charge that it concerns; `null` where it concerns none in particular. */
  readonly chargeId: string | null;
  /** The fact in a sentence. */
  readonly message: string;
}

/** Where a charge comes from. */
export interface ChargeOrigin {
  readonly ratePlanId: string;
  readonly overridden: boolean;
}

const written = new WeakMap<RatedCharge, Map<string, LineTerms>>();

/** The terms of a charge, as its lines record them: all of it but what is for people. One object for the same terms. */
export function lineTerms(charge: RatedCharge, origin: ChargeOrigin | undefined): LineTerms {
  const known = written.get(charge) ?? new Map<string, LineTerms>();
  written.set(charge, known);
  const key = origin === undefined ? "" : `${origin.overridden} ${origin.ratePlanId}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const {
    id: _id,
    name: _name,
    description: _description,
    currency: _currency,
    metadata: _metadata,
    revisions: _revisions,
    effectiveDate: _from,
    endDate: _until,
    ...terms
  } = charge;
  const all: LineTerms = {
    ...terms,
    ...(origin === undefined ? {} : { ratePlanId: origin.ratePlanId }),
    ...(origin?.overridden === true ? { overridden: true } : {}),
  };
  known.set(key, all);
  return all;
}
