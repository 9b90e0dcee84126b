import type { Coupon } from "../account/coupon.js";
import type { BillingPolicy } from "../catalog/policy.js";
import { dayCountOf } from "../catalog/proration.js";
import type { PlanLimits } from "../catalog/rate-plan.js";
import type { PricingIssue } from "../errors.js";
import type { AmountRounding } from "../money/amount-rounding.js";
import { exact } from "../money/decimal.js";
import { add, type Fraction, isZero, multiply, sum, ZERO } from "../money/fraction.js";
import type { ScheduledPeriod } from "../subscription/cadence.js";
import { type DiscountSegment, firstBilled, type PeriodItems } from "../subscription/due.js";
import { type DayCount, shareOf } from "../time/day-count.js";
import type { Instant } from "../time/instant.js";
import { contains, type Interval } from "../time/interval.js";
import type { TimeZone } from "../time/zone.js";
import type { UsageScope } from "../usage/meter/scope.js";
import { askForAllowances, unrecordedBefore } from "./allowance-needs.js";
import { countOn } from "./allowances.js";
import { askForLevels, recordedLevels } from "./carried-levels.js";
import { earlierLines, keptOfPart } from "./earlier-lines.js";
import { type History, isOnRecord, partText } from "./history/history.js";
import { reportMissing, usageDocuments } from "./needed-documents.js";
import { type PartTask, wantedSegments } from "./part-task.js";
import { type CouponUse, couponsOf, couponUses, type PeriodCoupon } from "./period-coupons.js";
import type { PricedLine } from "./priced-line.js";
import type { GivenUsage } from "./rating/given-usage.js";
import { type MeteredTasks, type MeterTask, meterSegments } from "./rating/meter-segments.js";
import type { MeteredSegment } from "./rating/metered-segment.js";
import { partOf } from "./rating/prorate.js";
import { type RunningTotals, runningPricing, totalsOf } from "./running-totals.js";
import { pricePart } from "./steps/index.js";
import { hasLimits } from "./steps/limits.js";
import type { PeriodPricing } from "./steps/period-step.js";
import { couponReduction, discountReduction, type Reduction } from "./steps/reduction.js";
import type { BillingTarget } from "./target.js";

/** What everything that one document bills is priced under. */
export interface BillingContext {
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
  readonly history: History;
  /** The coupons that are given now. */
  readonly coupons: readonly Coupon[];
  /** Whose usage counts, and what is known of it. */
  readonly scope: UsageScope;
}

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

/** A part of a billing period, priced. */
export interface PricedPart extends MeteredPart {
  readonly lines: readonly PricedLine[];
  /** What its billing period's coupons have taken off so far. */
  readonly couponUses: readonly CouponUse[];
  /** How what runs over several billing periods stands at its end. */
  readonly totals: RunningTotals;
}

/** The part that is billed when the period of a document is over. */
export function currentPart<T extends PartTask>(
  parts: readonly T[],
  { period }: Pick<BillingTarget, "period">,
): T | undefined {
  return parts.find(
    ({ part, scheduled }) => part === "in-arrears" && scheduled.period.start === period.start,
  );
}

/** Parts that are metered, and what became of the events. */
export interface MeteredParts extends Omit<MeteredTasks, "metered"> {
  readonly parts: readonly MeteredPart[];
}

/** Finds what the parts are priced from. Parts whose usage was given together are metered together. */
export function meterParts(
  tasks: readonly PartTask[],
  given: readonly GivenUsage[],
  context: BillingContext,
  issues: PricingIssue[],
): MeteredParts {
  const wanted = tasks.map((task) => ({ task, ...wantedSegments(task, context.history) }));
  const all = wanted.flatMap(({ own, elsewhere }) => [...own, ...elsewhere]);
  const recordedOf = recordedLevels(all, context.history);
  for (const { task, own } of wanted) {
    askForLevels(own, tasks, task.timeline, context.history, issues);
  }
  const unrecorded = wanted.flatMap(({ task, own }) =>
    unrecordedBefore(task, own, context.history),
  );
  for (const { task, own } of wanted) askForAllowances(task, own, tasks, context.history, issues);
  const { metered, ...facts } = meterSegments(
    [...all, ...unrecorded.map(({ before }) => before)],
    given,
    { ...context, recordedOf },
    issues,
  );
  const counted = countOn(
    [...unrecorded.map(({ task, before }) => ({ task, own: [before] })), ...wanted],
    metered,
    context,
  );
  const found = (list: readonly MeterTask[]) => list.flatMap((each) => counted.get(each) ?? []);
  const parts = wanted.map(({ task, own, elsewhere, notGiven, earlierDiscounts }) => ({
    ...task,
    segments: found(own),
    elsewhere: found(elsewhere),
    notGiven,
    earlierDiscounts,
    coupons: couponsOf(task, own, context),
  }));
  if (!context.history.isBroken) for (const part of parts) askForHomes(part, context, issues);
  return { parts, ...facts };
}

/**
 * Usage that shares a limit or a fixed discount with what was billed before it needs the documents since: outcomes that are
 * billed after their time, and usage whose limits add up over several bills.
 */
function askForHomes(
  { segments, earlierDiscounts, coupons, scheduled, timeline }: MeteredPart,
  { history }: BillingContext,
  issues: PricingIssue[],
): void {
  const askSince = (start: Instant) => {
    const since = { start, end: scheduled.period.start };
    for (const { period, key } of usageDocuments(timeline, since)) {
      if (!isOnRecord(history, "in-arrears", period)) reportMissing(key, issues);
    }
  };
  for (const { home, metered, billed, allowance, ...segment } of segments) {
    if (allowance !== undefined && hasLimits(segment) && history.documents.length > 0) {
      askSince(Math.max(allowance.span.start, firstBilled(timeline)?.span.start ?? 0));
    }
    if (home === undefined || billed !== undefined) continue;
    const holds = ({ period }: { readonly period: Interval }) => contains(period, home.heldAt);
    const isFixed =
      earlierDiscounts.some((each) => each.charge.pricing.amount !== undefined && holds(each)) ||
      coupons.some((each) => each.coupon.amount !== undefined && holds(each));
    const isUsed = metered.some(({ quantity }) => !isZero(quantity));
    if (isUsed && (isFixed || hasLimits(segment))) askSince(home.heldAt);
  }
}

/**
 * Prices the parts; what is billed in arrears of a period after what is billed in advance of it, and after earlier periods,
 * whose discounts and limits it may share.
 */
export function priceParts(
  parts: readonly MeteredPart[],
  context: BillingContext,
): readonly PricedPart[] {
  const ordered = parts.toSorted(
    (a, b) =>
      Number(a.part === "in-arrears") - Number(b.part === "in-arrears") ||
      a.scheduled.period.start - b.scheduled.period.start,
  );
  const priced = new Map<MeteredPart, PricedPart>();
  const byName = new Map<string, PricedPart>();
  const linesOf = (name: string) => byName.get(name)?.lines ?? keptOfPart(context.history, name);
  for (const each of ordered) {
    const { part, scheduled } = each;
    const before = part === "in-advance" ? [] : linesOf(partText("in-advance", scheduled.period));
    const earlier = earlierLines(each, byName, context.history);
    const running = runningPricing(each, (own) => byName.get(own)?.totals, context);
    const pricing = pricingOf(each, { before, earlier, ...running }, context);
    const lines = pricePart(pricing);
    const own = {
      ...each,
      lines,
      totals: totalsOf(each.items, pricing, lines),
      couponUses: couponUses(each, [...before, ...lines], context.rounding),
    };
    priced.set(each, own);
    byName.set(partText(part, scheduled.period), own);
  }
  return parts.flatMap((each) => priced.get(each) ?? []);
}

function pricingOf(
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
  { policy, rounding }: BillingContext,
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
