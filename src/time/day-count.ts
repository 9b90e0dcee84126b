import { type Fraction, fraction, ONE, subtract, ZERO } from "../money/fraction.js";
import { civilDate, dayOf } from "./civil.js";
import type { Instant } from "./instant.js";
import type { Interval } from "./interval.js";
import { type TimeZone, toLocal } from "./zone.js";

/**
 * How a part of a billing period is measured: in whole local `"days"`, in `"seconds"` (to the millisecond), by the
 * 30-day months of `"30E/360"`, by months of a `"fixed-days"` number, or not at all (`"none"`: nothing is prorated).
 */
export type ProrationMethod = "days" | "seconds" | "30E/360" | "fixed-days" | "none";

export const PRORATION_METHODS = [
  "days",
  "seconds",
  "30E/360",
  "fixed-days",
  "none",
] as const satisfies readonly ProrationMethod[];

/** A method, with the length of a month where it is fixed. */
export interface DayCount {
  readonly method: ProrationMethod;
  /** Days of a month under `"fixed-days"`. */
  readonly daysPerMonth: number;
}

/**
 * Every method is a position on a line: what lies between two instants is the difference of their positions. So any
 * cuts of a period add up to it, whatever the method.
 */
const positions: {
  readonly [method in Exclude<ProrationMethod, "none">]: (
    instant: Instant,
    zone: TimeZone,
    daysPerMonth: number,
  ) => number;
} = {
  days: (instant, zone) => dayOf(toLocal(zone, instant)),
  seconds: (instant) => instant,
  // ISDA 2006 section 4.16(g), 30E/360: the 31st counts as the 30th.
  "30E/360": (instant, zone) => {
    const { year, month, day } = civilDate(toLocal(zone, instant));
    return year * 360 + month * 30 + Math.min(day, 30);
  },
  // Days beyond the fixed number count nothing; days that a month lacks count with its last one.
  "fixed-days": (instant, zone, daysPerMonth) => {
    const { year, month, day } = civilDate(toLocal(zone, instant));
    return (year * 12 + month) * daysPerMonth + Math.min(day - 1, daysPerMonth);
  },
};

/** How much of a full period has passed at an instant: `part` of `whole`, both whole numbers of the method's units. */
export interface ElapsedShare {
  readonly part: number;
  readonly whole: number;
}

/** What of a full period has passed at an instant within it. Where the method cannot divide it, all at its end. */
export function passedAt(
  { method, daysPerMonth }: DayCount,
  full: Interval,
  instant: Instant,
  zone: TimeZone,
): ElapsedShare {
  if (instant <= full.start) return { part: 0, whole: 1 };
  if (instant >= full.end || method === "none") return { part: 1, whole: 1 };
  const position = positions[method];
  const start = position(full.start, zone, daysPerMonth);
  const whole = position(full.end, zone, daysPerMonth) - start;
  const part = position(instant, zone, daysPerMonth) - start;
  return whole > 0 ? { part, whole } : { part: 0, whole: 1 };
}

/** How much of a full period a piece of it is, in the method's units. */
export function pieceOf(
  count: DayCount,
  full: Interval,
  piece: Interval,
  zone: TimeZone,
): ElapsedShare {
  const [from, to] = [
    passedAt(count, full, piece.start, zone),
    passedAt(count, full, piece.end, zone),
  ];
  // What begins with the period has passed 0 of it, what ends with it all of it, whatever the units.
  const whole = Math.max(from.whole, to.whole, passedAt(count, full, full.end - 1, zone).whole);
  const units = ({ part, whole: own }: ElapsedShare) => (part === own ? whole : part);
  return { part: units(to) - units(from), whole };
}

/** The share of a full period that lies before an instant: from 0 to 1. */
export function shareAt(
  count: DayCount,
  full: Interval,
  instant: Instant,
  zone: TimeZone,
): Fraction {
  const { part, whole } = passedAt(count, full, instant, zone);
  if (part === 0) return ZERO;
  return part === whole ? ONE : fraction(BigInt(part), BigInt(whole));
}

/** The share of a full period that a piece of it is. */
export function shareOf(
  count: DayCount,
  full: Interval,
  piece: Interval,
  zone: TimeZone,
): Fraction {
  return subtract(shareAt(count, full, piece.end, zone), shareAt(count, full, piece.start, zone));
}
