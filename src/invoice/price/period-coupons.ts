import type { Coupon } from "../../account/coupon.js";
import { compareTexts } from "../../data/compare-texts.js";
import { type AmountRounding, roundAmount } from "../../money/amount-rounding.js";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, negate, sum } from "../../money/fraction.js";
import { type ScheduledPeriod, scheduledAt } from "../../subscription/cadence.js";
import type { Timeline } from "../../subscription/timeline.js";
import { instantOf } from "../../time/date.js";
import { contains, type Interval, sameInterval } from "../../time/interval.js";
import type { PricedLine } from "../document/priced-line.js";
import { closedWithin, type History, partText } from "../history/history.js";
import type { PartTask } from "../parts/part-task.js";
import type { MeterTask } from "../rating/meter-task.js";

/** A coupon over a billing period that it covers. */
export interface PeriodCoupon {
  readonly coupon: Coupon;
  readonly period: Interval;
}

/** What a coupon has taken off a billing period. */
export interface CouponUse extends PeriodCoupon {
  readonly applied: Fraction;
  /** What is left of a fixed amount; nothing for a percentage. */
  readonly unused: Fraction | undefined;
}

/** What is known of coupons: those that earlier documents recorded, and those that are given now. */
interface CouponContext {
  readonly history: History;
  readonly coupons: readonly Coupon[];
}

/** The coupons that a part of a billing period has, and those of the periods in which its outcomes occurred. */
export function couponsOf(
  { part, scheduled, timeline }: Pick<PartTask, "part" | "scheduled" | "timeline">,
  own: readonly MeterTask[],
  context: CouponContext,
): readonly PeriodCoupon[] {
  const homes = new Set(own.flatMap(({ home }) => home?.heldAt ?? []));
  const before = [...homes].flatMap((heldAt) => scheduledAt(timeline.schedule, heldAt) ?? []);
  const periods = new Map([scheduled, ...before].map((each) => [each.period.start, each]));
  return [...periods.values()].flatMap((each) =>
    couponsOfPeriod(part, each, timeline, context).map((coupon) => ({
      coupon,
      period: each.period,
    })),
  );
}

/** A closed part keeps the coupons on record; one that takes the place of closed ones has theirs too. */
function couponsOfPeriod(
  part: PartTask["part"],
  scheduled: ScheduledPeriod,
  timeline: Timeline,
  { history, coupons }: CouponContext,
): readonly Coupon[] {
  const { period } = scheduled;
  const closed = history.parts.get(partText(part, period));
  if (closed !== undefined) return closed.coupons;
  const replaced = closedWithin(history, part, period)
    .filter((each) => contains(period, each.period.start))
    .flatMap((each) => each.coupons);
  const given = coupons.filter((coupon) => covers(coupon, scheduled, timeline));
  const byId = new Map([...given, ...replaced].map((each) => [each.id, each]));
  // Their order in the request means nothing.
  return [...byId.values()].sort((a, b) => compareTexts(a.id, b.id));
}

/** Whether a coupon covers a billing period, by its dates alone. */
function covers(
  { from, until, periods, oncePerSubscription }: Coupon,
  { index, period }: ScheduledPeriod,
  { schedule, span, zone }: Timeline,
): boolean {
  if (until !== undefined && period.start >= instantOf(until, zone)) return false;
  const first = scheduledAt(schedule, Math.max(instantOf(from, zone), span.start))?.index;
  if (first === undefined || index < first) return false;
  const most = oncePerSubscription === true ? 1 : (periods ?? Number.POSITIVE_INFINITY);
  return index < first + most;
}

/** What the coupons of a part's own billing period have taken off, its other part's lines among these. */
export function couponUses(
  {
    coupons,
    scheduled,
  }: { readonly coupons: readonly PeriodCoupon[]; readonly scheduled: ScheduledPeriod },
  lines: readonly PricedLine[],
  rounding: AmountRounding,
): readonly CouponUse[] {
  return coupons
    .filter(({ period }) => sameInterval(period, scheduled.period))
    .map(({ coupon, period }) => {
      const own = lines.filter(({ key }) => key.kind === "coupon" && key.sourceId === coupon.id);
      const taken = sum(own.map(({ amount }) => amount));
      const { amount } = coupon;
      const unused =
        amount === undefined ? undefined : add(roundAmount(exact(amount), rounding), taken);
      return { coupon, period, applied: negate(taken), unused };
    });
}
