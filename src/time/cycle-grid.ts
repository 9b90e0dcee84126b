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
import type { Interval } from "./interval.js";
import { type TimeZone, toInstant, toLocal, UTC } from "./zone.js";

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
  // Months count from the 1st, boundaries from the anchor's day; and the anchor may be the second time clocks show it.
  while (boundary(grid, index) > instant) index -= 1;
  return index;
}

/** How many of the periods from one to before another are empty, as those of a day that the zone skipped. */
export function emptyBetween(grid: CycleGrid, from: number, to: number): number {
  const { zone, length } = grid;
  if (zone === UTC || length.days !== 1) return 0;
  let empty = 0;
  for (let start = from; start < to; start += SOME_DAYS) {
    const end = Math.min(start + SOME_DAYS, to);
    // Clocks that change by hours make no day of no length.
    if (boundary(grid, end) - boundary(grid, start) > (end - start - 1) * DAY + DAY / 2) continue;
    for (let index = start; index < end; index += 1) {
      if (boundary(grid, index) === boundary(grid, index + 1)) empty += 1;
    }
  }
  return empty;
}

const SOME_DAYS = 64;
