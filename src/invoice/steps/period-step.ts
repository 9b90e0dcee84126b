import type { BillingPolicy } from "../../catalog/policy.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import type { Fraction } from "../../money/fraction.js";
import type { DrawdownSegment } from "../../subscription/term.js";
import type { Interval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type { LineKind } from "../document/line.js";
import type { PricedLine } from "../document/priced-line.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import type { RatingRules } from "../rating/rate-segment.js";
import type { Reduction } from "./reduction.js";

/** A minimum commitment over a term, as the period found it. */
export interface TermPricing {
  /** The stretch of the term in which the plan is held. */
  readonly held: Interval;
  /** What has been billed of it before the period. */
  readonly billed: Fraction;
  /** What it comes to at least, on the currency's grid, where the period is its last. */
  readonly bound: Fraction | undefined;
}

/** How a fee stands that usage is drawn from. */
export interface DrawdownBalance {
  /** What there is to draw from. */
  readonly paid: Fraction;
  /** What usage has come to, drawn or beyond. */
  readonly used: Fraction;
}

/** A fee that usage is drawn from, as the period found it: without the fees that begin in it. */
export interface DrawdownPricing
  extends DrawdownBalance,
    Pick<DrawdownSegment, "charge" | "cycle" | "held" | "stretches"> {}

/** What is priced together: the part of a billing period that is billed before it begins, or that when it is over. */
export interface PeriodPricing {
  readonly period: Interval;
  readonly segments: readonly MeteredSegment[];
  /** Segments of other billing periods that share their limits with some of these: rated, and not billed here. */
  readonly elsewhere: readonly MeteredSegment[];
  /** Lines of the billing period's other part, priced before: they count, and nothing is added for them. */
  readonly before: readonly PricedLine[];
  /** Lines of earlier billing periods, from that on in which outcomes occurred that are billed here. */
  readonly earlier: readonly PricedLine[];
  readonly discounts: readonly Reduction[];
  readonly coupons: readonly Reduction[];
  /** What all lines together must come to, on the currency's grid. */
  readonly commitment: Fraction | undefined;
  /** What all lines together may come to, on the currency's grid. */
  readonly maximumSpend: Fraction | undefined;
  /** Minimum commitments over terms that the period is a part of. */
  readonly terms: readonly TermPricing[];
  /** The fees that its usage is drawn from. */
  readonly drawdowns: readonly DrawdownPricing[];
  /** Whether it is what is billed before the period begins. */
  readonly isAhead: boolean;
  /** Whether the period is not over: what holds for all of it, at least or as promised, is not decided yet. */
  readonly isInterim: boolean;
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
  readonly zone: TimeZone;
}

/** The lines so far, and what each was rated from. */
export interface PeriodLines {
  readonly all: readonly PricedLine[];
  readonly segmentOf: ReadonlyMap<PricedLine, MeteredSegment>;
}

/** One step: sees all lines so far and adds its own. It never changes a line. */
export type PeriodStep = (pricing: PeriodPricing, lines: PeriodLines) => StepLines;

/** What a step adds; with the segments of lines that were rated from one. */
export interface StepLines {
  readonly lines: readonly PricedLine[];
  readonly rated?: ReadonlyMap<PricedLine, MeteredSegment>;
}

/** Whether lines of a kind take something off what is billed before limits are looked at. */
export function isReduction(kind: LineKind): boolean {
  return kind === "discount" || kind === "coupon";
}

/** Whether lines of a kind count where a minimum is measured. */
export function isMeasured(kind: LineKind, { minimums }: BillingPolicy): boolean {
  return minimums === "after-discounts" || !isReduction(kind);
}

/** How a part of a period is rated and rounded. */
export function rulesOf({ policy, rounding, zone }: PeriodPricing): RatingRules {
  return { negativeUsage: policy.negativeUsage, rounding, zone };
}
