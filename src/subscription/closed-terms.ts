import type { Charge } from "../catalog/charge.js";
import type { DiscountCharge } from "../catalog/charge-kinds.js";
import type { TermCommitment } from "../catalog/commitment.js";
import type { PlanLimits } from "../catalog/rate-plan.js";
import type { Instant } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import type { EffectiveCharge } from "./effective-charge.js";
import type { SubscriptionState, Timeline } from "./timeline.js";

/**
 * On which terms closed time was billed, as documents recorded it: today's catalog never reaches it. Where nothing is
 * said, the catalog holds.
 */
export interface ClosedTerms {
  /** The charges that were billed in a stretch of time under a plan, whatever the catalog lists today. */
  chargesIn(within: Interval): readonly Charge[];
  /** When stretches of a charge begin and end that it was billed for: what held may be different there. */
  datesOf(chargeId: string, within: Interval): readonly Instant[];
  /** The same of discounts, of all together. */
  discountDates(within: Interval): readonly Instant[];
  /** The ids of charges in the order in which they were billed; the catalog's follow. */
  readonly order: readonly string[];
  /**
   * A charge of one cycle at an instant: as it was billed; `"not-sold"` where its cycle was closed without it; nothing
   * where the catalog holds.
   */
  chargeAt(
    chargeId: string,
    cycle: Interval,
    at: Instant,
    state: SubscriptionState,
    timeline: Timeline,
  ): EffectiveCharge | "not-sold" | undefined;
  /** The discounts that held; nothing where the catalog holds. */
  discountsAt(at: Instant, state: SubscriptionState): readonly DiscountCharge[] | undefined;
  /** What the plan billed at least and at most; nothing where the catalog holds. */
  limitsAt(at: Instant, state: SubscriptionState): PlanLimits | undefined;
  /** The term of a minimum commitment of the plan that runs on at an instant; nothing where the catalog holds. */
  termAt(at: Instant, ratePlanId: string): RunningTerm | undefined;
}

/** What is on record of a term of a plan. */
export interface RunningTerm {
  /** The commitment, and the whole term; absent where there is none on record. */
  readonly commitment?: TermCommitment;
  readonly cycle?: Interval;
  /** From when on it holds, or one of the catalog may, where that is not from the beginning. */
  readonly since?: Instant | undefined;
}

/** Nothing is closed: the catalog holds for all time. */
export const NOTHING_CLOSED: ClosedTerms = {
  chargesIn: () => [],
  datesOf: () => [],
  discountDates: () => [],
  order: [],
  chargeAt: () => undefined,
  discountsAt: () => undefined,
  limitsAt: () => undefined,
  termAt: () => undefined,
};
