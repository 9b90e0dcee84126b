import type { Coupon } from "../../account/coupon.js";
import type { DiscountPricing } from "../../catalog/discount.js";
import type { BillingCycle } from "../../time/billing-cycle.js";
import type { Period } from "../../time/billing-period.js";
import type { GroupLevel } from "../../usage/meter/levels.js";
import type { LineTerms } from "./line-terms.js";

/** A state of the subscription, from a date on. */
export interface RecordedState {
  /** From when. */
  readonly from: string;
  /** The rate plan. */
  readonly ratePlanId: string;
  /** Its billing cycle: that of a running subscription stays, whatever the catalog says today. */
  readonly billingCycle: BillingCycle;
  /** Why nothing is billed; absent while it is. */
  readonly unbilled?: "trial" | "paused";
  /** True where the plan was known to be left just when the billing period ends. */
  readonly isLast?: true;
}

/** The terms of a charge or a discount, as they were recorded. */
export type RecordedTerms = Omit<LineTerms, "pricing"> & {
  /** The charge model and its prices, or what a discount takes off. */
  readonly pricing: LineTerms["pricing"] | DiscountPricing;
};

/** A charge over a stretch of time, as it was priced. */
export interface RecordedSegment {
  /** The charge. */
  readonly chargeId: string;
  /** Its name. */
  readonly name: string;
  /** Its terms: the key in `basis.terms`. */
  readonly terms: string;
  /** The stretch; absent where it is the billing period of the part. */
  readonly period?: Period;
  /** The whole cycle that the stretch is a part of; absent where it is the stretch. */
  readonly cycle?: Period;
  /** The part of the cycle whose fee it bills; absent where it is the stretch, as it is unless a change bills whole fees. */
  readonly fee?: Period;
  /** The subscription's quantity, or the quantity metered, all groups together; absent where nothing is counted. */
  readonly quantity?: string;
  /** How levels that persist stand at the end of the stretch, group by group; absent where the charge has none. */
  readonly levels?: readonly GroupLevel[];
  /** How far its tiers and included units had come; absent where they begin anew with each cycle. */
  readonly allowance?: RecordedAllowance;
}

/** Units that are left of an earlier cycle. */
export interface RecordedCarry {
  /** How many. */
  readonly units: string;
  /** Up to when they can be used, exclusive. */
  readonly until: string;
}

/** How far the tiers and included units of a charge had come when a stretch of it began. */
export interface RecordedAllowance {
  /** Since when they add up; absent where that is the stretch. */
  readonly since?: string;
  /** The whole cycle after which they begin anew; absent where it is the stretch's. */
  readonly cycle?: Period;
  /** What was used since then, before the stretch. */
  readonly used: string;
  /** What the charge includes since then. */
  readonly included: string;
  /** How much was held of what it includes units for; absent where they are not for each of something. */
  readonly held?: string;
  /** What was left of earlier cycles, the oldest leading. */
  readonly carried: readonly RecordedCarry[];
}

/** What a plan bills at least and at most over a stretch of time, as it was priced. */
export interface RecordedCommitment {
  /** The rate plan. */
  readonly ratePlanId: string;
  /** What a full cycle of the plan bills at least; absent without a minimum commitment. */
  readonly amount?: string;
  /** What a full cycle of the plan bills at most; absent without such a limit. */
  readonly maximumSpend?: string;
  /** The stretch; absent where it is the billing period of the part. */
  readonly period?: Period;
  /** The whole cycle of the plan; absent where it is the stretch. */
  readonly cycle?: Period;
}

/** A minimum commitment over a term, as a billing period that has a part in it was priced. */
export interface RecordedTerm {
  /** The rate plan. */
  readonly ratePlanId: string;
  /** What a whole term bills at least. */
  readonly amount: string;
  /** How long a term is. */
  readonly term: BillingCycle;
  /** The whole term. */
  readonly cycle: Period;
  /** From when on the plan is held in it. */
  readonly from: string;
  /** From when on the commitment holds, where the term was running before; absent where it does from the beginning. */
  readonly since?: string;
  /** Until when the plan is held in it, where it is trued up with this part; absent while it runs on. */
  readonly until?: string;
  /** What counts of all that is billed of the term up to the end of the part, before the true-up. */
  readonly billed: string;
}

/** A fee that usage is drawn from, as it stands at the end of a billing period. */
export interface RecordedDrawdown {
  /** The charge of the fee. */
  readonly chargeId: string;
  /** The cycle that the fee is for. */
  readonly cycle: Period;
  /** What there is to draw from: the fee, and what was carried over. */
  readonly paid: string;
  /** What usage has come to since the beginning of the cycle, drawn or beyond. */
  readonly used: string;
}

/** Everything that was priced for one part of a billing period, also what left no line. */
export interface RecordedPart {
  /** The billing period. */
  readonly period: Period;
  /** What of it: what is billed before it begins, or when it is over. */
  readonly part: "in-advance" | "in-arrears";
  /** On an interim document, the moment up to which the usage of the period is billed: it is not closed by that. */
  readonly until?: string;
  /** What held when. */
  readonly states: readonly RecordedState[];
  /** The charges. */
  readonly segments: readonly RecordedSegment[];
  /** The discounts of the period. */
  readonly discounts: readonly Omit<RecordedSegment, "fee" | "quantity" | "levels" | "allowance">[];
  /** What the plans of the period bill at least and at most. */
  readonly commitments: readonly RecordedCommitment[];
  /** Minimum commitments over terms; absent where there is none. */
  readonly terms?: readonly RecordedTerm[];
  /** The fees that usage is drawn from; absent where there is none. */
  readonly drawdowns?: readonly RecordedDrawdown[];
  /** The coupons that cover the period; absent where none does. */
  readonly coupons?: readonly Coupon[];
}
