import type { BillingPolicy } from "../../catalog/policy.js";
import { dayCountOf } from "../../catalog/proration.js";
import type { PlanLimits } from "../../catalog/rate-plan.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, multiply, sum, ZERO } from "../../money/fraction.js";
import type { ScheduledPeriod } from "../../subscription/cadence.js";
import type { DiscountSegment, PeriodItems } from "../../subscription/due.js";
import { type DayCount, shareOf } from "../../time/day-count.js";
import type { Interval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type { PartTask } from "../parts/part-task.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import { partOf } from "../rating/prorate.js";
import type { PeriodPricing } from "../steps/period-step.js";
import { couponReduction, discountReduction, type Reduction } from "../steps/reduction.js";
import type { PeriodCoupon } from "./period-coupons.js";

/** A part of a billing period with everything that it is priced from. */
export interface MeteredPart extends PartTask {
  readonly segments: readonly MeteredSegment[];
  /** Segments of other parts that share their limits with some of these. */
  readonly elsewhere: readonly MeteredSegment[];
  /** Charges whose usage has changed and is not given: it stays as it was billed. */
  readonly notGiven: readonly string[];
  /** Discounts of the billing periods in which outcomes occurred that are billed here. */
  readonly earlierDiscounts: readonly DiscountSegment[];
  /** The coupons that cover its billing period, and those in which outcomes occurred that are billed here. */
  readonly coupons: readonly PeriodCoupon[];
}

/** What the steps of a billing period are given for a part of one, beside the lines of others. */
export function pricingOf(
  {
    part,
    items,
    scheduled,
    segments,
    elsewhere,
    earlierDiscounts,
    coupons,
    until,
    timeline: { zone },
  }: MeteredPart,
  others: Pick<PeriodPricing, "before" | "earlier" | "terms" | "drawdowns">,
  { policy, rounding }: { readonly policy: BillingPolicy; readonly rounding: AmountRounding },
): PeriodPricing {
  return {
    period: scheduled.period,
    segments,
    elsewhere,
    ...others,
    discounts: [...items.discounts, ...earlierDiscounts].map((each) => scaledDiscount(each, zone)),
    coupons: coupons.map(({ coupon, period }) => couponReduction(coupon, period)),
    ...(part === "in-arrears"
      ? {
          commitment: planLimit("minimumCommitment", items, scheduled, rounding, zone),
          maximumSpend: planLimit("maximumSpend", items, scheduled, rounding, zone),
        }
      : { commitment: undefined, maximumSpend: undefined }),
    isAhead: part === "in-advance",
    isInterim: until !== undefined,
    policy,
    rounding,
    zone,
  };
}

/** A fixed discount takes its share for a part of its cycle where it is prorated like a fee; percentages need none. */
function scaledDiscount({ charge, period, cycle }: DiscountSegment, zone: TimeZone): Reduction {
  const { amount } = charge.pricing;
  if (amount === undefined) return discountReduction(charge, period, undefined);
  const count = discountDayCount(charge);
  const whole = exact(amount);
  const share = count && shareOf(count, cycle, period, zone);
  return discountReduction(charge, period, share ? multiply(whole, share) : whole);
}

function discountDayCount(charge: DiscountSegment["charge"]): DayCount | undefined {
  if (charge.chargeType === "one-time") return undefined;
  if (charge.chargeType === "usage" && charge.proration === undefined) return undefined;
  const count = dayCountOf(charge.proration);
  return count.method === "none" ? undefined : count;
}

/**
 * What the period's plans bill at least or at most, each for the part of its cycle in which its plan was billed. While one of
 * them has no limit to what it bills, there is none.
 */
function planLimit(
  name: keyof PlanLimits,
  { commitments, unbilled }: PeriodItems,
  { period: whole }: ScheduledPeriod,
  rounding: AmountRounding,
  zone: TimeZone,
): Fraction | undefined {
  const own = commitments.filter(({ limits }) => limits[name] !== undefined);
  if (own.length === 0) return undefined;
  const lengthOf = ({ start, end }: Interval) => end - start;
  const limited = [...own, ...unbilled].reduce((time, each) => time + lengthOf(each.period), 0);
  if (name === "maximumSpend" && limited < lengthOf(whole)) return undefined;
  const passed = new Map<string, Fraction>();
  return sum(
    own.map(({ limits, period, cycle }) => {
      const cycleText = `${cycle.start} ${cycle.end}`;
      const from = passed.get(cycleText) ?? ZERO;
      const to = add(from, shareOf(dayCountOf(), cycle, period, zone));
      passed.set(cycleText, to);
      return partOf(exact(limits[name] ?? "0"), { from, to }, rounding).rounded;
    }),
  );
}
