import type { CycleLength } from "./billing-cycle.js";
import {
  addDays,
  addMonths,
  DAY,
  type EndOfMonth,
  type LocalTime,
  monthsBetween,
} from "./civil.js";
import type { Instant } from "./instant.js";
import { type TimeZone, toInstant, toLocal } from "./zone.js";

/**
 * An endless row of periods: the boundaries are anchor + n × cycle in the zone's calendar, always computed from the
 * anchor, so that an anchor on the 31st is clamped in February and back on the 31st in March.
 */
export interface CycleGrid {
  readonly zone: TimeZone;
  readonly anchor: LocalTime;
  readonly length: CycleLength;
  readonly endOfMonth: EndOfMonth;
  /** The instant of the anchor, where clocks show its time twice. */
  readonly origin?: Instant;
}

/** A period as instants: `[start, end)`. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}

/** The nth boundary; 0 is the anchor. */
export function boundary(grid: CycleGrid, index: number): Instant {
  const { zone, anchor, length, endOfMonth, origin } = grid;
  if (index === 0 && origin !== undefined) return origin;
  const local =
    length.months === undefined
      ? addDays(anchor, length.days * index)
      : addMonths(anchor, length.months * index, endOfMonth);
  return toInstant(zone, local);
}

/** The period between the nth boundary and the next. Empty where the zone skips a whole day. */
export function periodAt(grid: CycleGrid, index: number): Interval {
  return { start: boundary(grid, index), end: boundary(grid, index + 1) };
}

/** Which period contains an instant: 0 for the one that starts at the anchor. Takes the same time for any distance. */
export function indexAt(grid: CycleGrid, instant: Instant): number {
  const { zone, anchor, length } = grid;
  const local = toLocal(zone, instant);
  let index =
    length.months === undefined
      ? Math.floor((local - anchor) / DAY / length.days)
      : Math.floor(monthsBetween(anchor, local) / length.months);
  // Months count from the 1st, boundaries from the anchor's day; clocks may skip a day. One step, at most two.
  while (boundary(grid, index) > instant) index -= 1;
  while (boundary(grid, index + 1) <= instant) index += 1;
  return index;
}

export function contains({ start, end }: Interval, instant: Instant): boolean {
  return start <= instant && instant < end;
}

export function sameInterval(a: Interval, b: Interval): boolean {
  return a.start === b.start && a.end === b.end;
}

/** The part of two intervals that both have; nothing where they do not overlap. */
export function overlap(a: Interval, b: Interval): Interval | undefined {
  const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
  return start < end ? { start, end } : undefined;
}

/** An interval cut at the instants that lie inside it. */
export function cutAt(interval: Interval, instants: readonly Instant[]): readonly Interval[] {
  const { start, end } = interval;
  const inside = instants.filter((instant) => start < instant && instant < end);
  const cuts = [...new Set([start, ...inside, end])].sort((a, b) => a - b);
  return cuts.slice(1).map((to, index) => ({ start: cuts[index] ?? to, end: to }));
}
