import { isUsageCharge, type RatedCharge } from "../../catalog/charge-kinds.js";
import { dayCountOf, type ProratedPart } from "../../catalog/proration.js";
import { type AmountRounding, roundAmount } from "../../money/amount-rounding.js";
import { add, type Fraction, isZero, multiply, ONE, subtract, ZERO } from "../../money/fraction.js";
import { modelOf } from "../../pricing/models/index.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import { type DayCount, type ElapsedShare, pieceOf, shareOf } from "../../time/day-count.js";
import type { Interval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type { MeteredSegment } from "./metered-segment.js";

/** A part of a whole: from the share of it that comes before to the share that has come with it, 0 to 1. */
export interface Share {
  readonly from: Fraction;
  readonly to: Fraction;
}

/** An amount, exact and on the currency's grid. */
export interface RoundedAmount {
  readonly exact: Fraction;
  readonly rounded: Fraction;
}

/**
 * A part of an amount: what is due with it less what was due before it, each rounded. So the parts add up to the
 * rounded whole, however it is cut, and a part by itself is rounded for itself. The one place where parts of amounts are
 * made.
 */
export function partOf(
  amount: Fraction,
  { from, to }: Share,
  rounding: AmountRounding,
): RoundedAmount {
  const upTo = (share: Fraction) => roundAmount(multiply(amount, share), rounding);
  return {
    exact: multiply(amount, subtract(to, from)),
    rounded: subtract(upTo(to), upTo(from)),
  };
}

/** How a charge measures a part of its cycle. */
export function chargeDayCount(charge: RatedCharge): DayCount {
  return dayCountOf(charge.chargeType === "one-time" ? undefined : charge.proration);
}

/** Whether a part of what a charge says is scaled to a part of its cycle. */
export function prorates(charge: RatedCharge, part: ProratedPart): boolean {
  if (charge.chargeType === "one-time") return false;
  const { proration } = charge;
  if (proration === undefined && charge.chargeType === "usage") return false;
  return (proration?.of ?? ["fee"]).includes(part);
}

/** What decides how much of its cycle a segment is. */
export type SegmentSpan = Pick<
  ChargeSegment,
  "period" | "cycle" | "feeSpan" | "priceInterval" | "parts" | "position"
> & {
  readonly charge: RatedCharge;
};

/** The share of its cycle that a segment is. */
export function shareOfCycle({ charge, cycle, period }: SegmentSpan, zone: TimeZone): Fraction {
  return shareOf(chargeDayCount(charge), cycle, period, zone);
}

/**
 * A segment as what it includes sees it, and the limits that it is held to: over a cycle of several bills, all of the time since
 * that began is one.
 */
export function allowanceSpan<T extends SegmentSpan & Pick<MeteredSegment, "allowance">>(
  segment: T,
): SegmentSpan {
  const { charge, allowance } = segment;
  if (allowance === undefined || !isUsageCharge(charge) || charge.resetCycle === undefined) {
    return segment;
  }
  const { cycle, span } = allowance;
  return { ...segment, cycle, period: span, priceInterval: span };
}

/** The part of its fee that a segment bills, with the same in the units of the method, for people. */
export interface FeeShare extends Share {
  readonly elapsed: ElapsedShare;
  readonly method: DayCount["method"];
  /** Whether a change has made it another part than that of the segment's own time. */
  readonly isWhole: boolean;
}

/**
 * The part of a cycle's fee that falls on a segment; nothing where the fee is not divided. A fee that is not prorated
 * belongs to the first segment of its cycle, and to each that a change begins which bills fees as a whole.
 */
export function feeShare(segment: SegmentSpan, zone: TimeZone): FeeShare | undefined {
  const { charge, cycle, period, feeSpan, parts, position } = segment;
  if (charge.chargeType === "one-time") return undefined;
  const isFee = modelOf(charge.pricing).needs === "nothing";
  const prorated = prorates(charge, "fee");
  if (!prorated && !isFee && charge.chargeType === "usage") return undefined;
  const count = prorated ? chargeDayCount(charge) : dayCountOf({ method: "none" });
  const first = parts[0]?.start ?? cycle.start;
  const whole = count.method === "none" ? { start: first, end: cycle.end } : cycle;
  const billed = feeSpan ?? period;
  // A fee that begins anew goes on from nothing before it.
  const from =
    billed.start < period.start ? ZERO : sharesBefore(parts, position, count, whole, zone);
  const to = add(from, shareOf(count, whole, billed, zone));
  const isWhole = feeSpan !== undefined;
  if (isZero(from) && isZero(subtract(ONE, to)) && !isWhole) return undefined;
  const elapsed = pieceOf(count, whole, billed, zone);
  return { from, to, elapsed, method: count.method, isWhole };
}

/** Whether a segment bills no part of its fee. */
export function billsNoFee(segment: SegmentSpan, zone: TimeZone): boolean {
  const share = feeShare(segment, zone);
  return share !== undefined && isZero(subtract(share.to, share.from));
}

/** The share of limits that falls on the part of a cycle in which the same prices hold; nothing where all of them does. */
export function limitShare(
  { charge, cycle, priceInterval: { start, end } }: SegmentSpan,
  zone: TimeZone,
): Share | undefined {
  if (!prorates(charge, "limits")) return undefined;
  const upTo = (at: number) =>
    shareOf(chargeDayCount(charge), cycle, { start: cycle.start, end: at }, zone);
  return { from: upTo(start), to: upTo(end) };
}

/** Running sums of shares by the parts that they are of: a cycle of many parts is added up once. */
const running = new WeakMap<readonly Interval[], Map<string, readonly Fraction[]>>();

function sharesBefore(
  parts: readonly Interval[],
  position: number,
  count: DayCount,
  whole: Interval,
  zone: TimeZone,
): Fraction {
  if (position === 0) return ZERO;
  const key = `${count.method} ${count.daysPerMonth} ${whole.start} ${whole.end} ${zone}`;
  const byCount = running.get(parts) ?? new Map<string, readonly Fraction[]>();
  running.set(parts, byCount);
  let sums = byCount.get(key);
  if (sums === undefined) {
    const upTo: Fraction[] = [ZERO];
    for (const part of parts)
      upTo.push(add(upTo.at(-1) ?? ZERO, shareOf(count, whole, part, zone)));
    sums = upTo;
    byCount.set(key, sums);
  }
  return sums[position] ?? ZERO;
}

/** The fraction of a fee, for people: `"15 of 31 days"`. */
export function describeShare({ elapsed: { part, whole }, method, isWhole }: FeeShare): string {
  const why = isWhole ? ", as a change bills whole fees" : "";
  if (method === "seconds") return `${part / 1_000} of ${whole / 1_000} seconds${why}`;
  if (method === "none") return isWhole ? `whole${why}` : "billed with the first part of its cycle";
  return `${part} of ${whole} days${method === "days" ? "" : ` (${method})`}${why}`;
}
