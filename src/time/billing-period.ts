import { type BillingCycle, cycleLength } from "./billing-cycle.js";
import {
  addDays,
  addMonths,
  daysBetween,
  formatDate,
  type Instant,
  monthsBetween,
} from "./instant.js";

/** A stretch of time from `start`, which belongs to it, to `end`, which does not. */
export interface Period {
  /** First moment of the period: a civil date, or an RFC 3339 instant when it is no midnight. */
  readonly start: string;
  /** First moment after the period, in the same form. */
  readonly end: string;
}

/** A period as instants: `[start, end)`. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}

/**
 * The nth boundary of a cycle: anchor + n × cycle, always computed from the anchor, so that an anchor on the 31st
 * is clamped in February and back on the 31st in March.
 */
export function boundary(anchor: Instant, cycle: BillingCycle, index: number): Instant {
  const length = cycleLength(cycle);
  return length.months === undefined
    ? addDays(anchor, length.days * index)
    : addMonths(anchor, length.months * index);
}

/** Which period contains the instant: 0 for the one that starts at the anchor. Takes the same time for any distance. */
export function periodIndex(anchor: Instant, cycle: BillingCycle, instant: Instant): number {
  const length = cycleLength(cycle);
  if (length.months === undefined) return Math.floor(daysBetween(anchor, instant) / length.days);
  const estimate = Math.floor(monthsBetween(anchor, instant) / length.months);
  // Months count from the 1st, boundaries from the anchor's day: the estimate is right or one too many.
  return boundary(anchor, cycle, estimate) <= instant ? estimate : estimate - 1;
}

export function periodAt(anchor: Instant, cycle: BillingCycle, index: number): Interval {
  return { start: boundary(anchor, cycle, index), end: boundary(anchor, cycle, index + 1) };
}

export function formatPeriod(interval: Interval): Period {
  return { start: formatDate(interval.start), end: formatDate(interval.end) };
}

export function contains(interval: Interval, instant: Instant): boolean {
  return interval.start <= instant && instant < interval.end;
}
