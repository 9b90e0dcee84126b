import { type BillingCycle, cycleLength, sameCycle } from "../time/billing-cycle.js";
import type { EndOfMonth } from "../time/civil.js";
import { boundary, type CycleGrid, emptyBetween, indexAt, periodAt } from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import { contains, type Interval, overlap } from "../time/interval.js";
import type { TimeZone } from "../time/zone.js";
import { anchorTime, type BillingAnchor } from "./anchor.js";

/** A stretch of a subscription whose billing periods are counted from one anchor. */
export interface Cadence {
  /** The stretch; its end is Infinity while nothing ends it. */
  readonly span: Interval;
  /**
   * The stretch in which the cycles of charges are counted from the anchor. It begins before `span` where a plan with
   * another cycle has come into a running billing period: its first cycle is then that of the new anchor.
   */
  readonly charges: Interval;
  readonly anchor: BillingAnchor;
  /** Of which instant an anniversary anchor is the anniversary. */
  readonly anniversary: Instant;
  readonly cycle: BillingCycle;
  readonly zone: TimeZone;
  readonly endOfMonth: EndOfMonth;
}

/** The billing periods of a subscription: its cadences, one after the other. */
export type Schedule = readonly Cadence[];

/** A billing period of a subscription. */
export interface ScheduledPeriod {
  /** Counted from the start of the subscription; 0 is the first. */
  readonly index: number;
  /** The time that it bills. */
  readonly period: Interval;
  /** The whole cycle that it is, or is a part of. */
  readonly cycle: Interval;
}

/** The row of periods that a cycle makes from the cadence's anchor. */
export function gridOf(cadence: Cadence, cycle: BillingCycle = cadence.cycle): CycleGrid {
  const { anchor, anniversary, zone, endOfMonth } = cadence;
  return {
    zone,
    anchor: anchorTime(anchor, cadence.cycle, anniversary, zone),
    length: cycleLength(cycle),
    endOfMonth,
    ...(anchor === "anniversary" ? { origin: anniversary } : {}),
  };
}

/** The cycles of a cadence that have a part in a stretch of time. */
export function cyclesWithin(
  cadence: Cadence,
  cycle: BillingCycle,
  within: Interval,
): readonly Interval[] {
  const grid = gridOf(cadence, cycle);
  const range = overlap(cadence.charges, within);
  if (range === undefined) return [];
  const cycles: Interval[] = [];
  let index = indexAt(grid, range.start);
  for (let next = periodAt(grid, index); next.start < range.end; next = periodAt(grid, index)) {
    if (next.start < next.end) cycles.push(next);
    index += 1;
  }
  return cycles;
}

/** The billing period that contains an instant, without its number, which takes no look at the cadences before. */
export function runningAt(
  schedule: Schedule,
  instant: Instant,
): Omit<ScheduledPeriod, "index"> | undefined {
  const cadence = schedule.find(({ span }) => contains(span, instant));
  if (cadence === undefined) return undefined;
  const cycle = periodAt(gridOf(cadence), indexAt(gridOf(cadence), instant));
  const period = overlap(cycle, cadence.span);
  return period && { period, cycle };
}

/** The billing period that contains an instant; nothing outside of the subscription. */
export function scheduledAt(schedule: Schedule, instant: Instant): ScheduledPeriod | undefined {
  let before = 0;
  for (const cadence of schedule.filter(isBilled)) {
    const grid = gridOf(cadence);
    const first = indexAt(grid, cadence.span.start);
    if (contains(cadence.span, instant)) {
      return scheduled(cadence, grid, first, indexAt(grid, instant), before);
    }
    if (cadence.span.end === Number.POSITIVE_INFINITY) return undefined;
    before += countOf(grid, first, indexAt(grid, cadence.span.end - 1) + 1);
  }
  return undefined;
}

/** The billing period with an index, counted from 0; nothing beyond the end. */
export function scheduledPeriod(schedule: Schedule, index: number): ScheduledPeriod | undefined {
  let before = 0;
  for (const cadence of schedule.filter(isBilled)) {
    const grid = gridOf(cadence);
    const first = indexAt(grid, cadence.span.start);
    const position = positionOf(grid, first, index - before);
    if (boundary(grid, position) < cadence.span.end) {
      return scheduled(cadence, grid, first, position, before);
    }
    before += countOf(grid, first, indexAt(grid, cadence.span.end - 1) + 1);
  }
  return undefined;
}

/** Whether a cadence has a billing period of its own: one that is replaced before it begins has none. */
function isBilled({ span }: Cadence): boolean {
  return span.start < span.end;
}

/** How many periods there are from one position of a grid to before another. */
function countOf(grid: CycleGrid, from: number, to: number): number {
  return to - from - emptyBetween(grid, from, to);
}

/** The position of the nth period from a position on. */
function positionOf(grid: CycleGrid, from: number, n: number): number {
  let position = from + n;
  for (let left = n - countOf(grid, from, position); left > 0; ) {
    position += left;
    left = n - countOf(grid, from, position);
  }
  while (boundary(grid, position) === boundary(grid, position + 1)) position += 1;
  return position;
}

function scheduled(
  cadence: Cadence,
  grid: CycleGrid,
  first: number,
  position: number,
  before: number,
): ScheduledPeriod | undefined {
  const cycle = periodAt(grid, position);
  const period = overlap(cycle, cadence.span);
  return period && { index: before + countOf(grid, first, position), period, cycle };
}

/** The billing period that ends at an instant. */
export function scheduledBefore(schedule: Schedule, instant: Instant): ScheduledPeriod | undefined {
  return scheduledAt(schedule, instant - 1);
}

/**
 * A schedule from a date on by another cycle or anchor. The running period ends where it would have, or at the first
 * boundary of the new row that is not before the date, whichever comes first; a period that has been billed for is
 * never made longer.
 */
export function reschedule(
  schedule: Schedule,
  from: Instant,
  next: Pick<Cadence, "anchor" | "anniversary" | "cycle">,
): Schedule {
  const last = schedule.at(-1);
  const running = runningAt(schedule, from);
  if (last === undefined || running === undefined) return schedule;
  const cadence: Cadence = { ...last, ...next };
  const start =
    running.period.start === from ? from : Math.min(running.period.end, firstFrom(cadence, from));
  const chargesFrom = sameCycle(last.cycle, next.cycle) ? start : from;
  const later: Cadence = {
    ...cadence,
    span: { start, end: last.span.end },
    charges: { start: chargesFrom, end: last.charges.end },
  };
  return [...cut(schedule, start, chargesFrom), later].filter(
    ({ span, charges }) => span.start < span.end || charges.start < charges.end,
  );
}

function firstFrom(cadence: Cadence, from: Instant): Instant {
  const grid = gridOf(cadence);
  const index = indexAt(grid, from);
  const start = boundary(grid, index);
  return start === from ? start : boundary(grid, index + 1);
}

/** The schedule up to an end. */
export function endAt(schedule: Schedule, end: Instant): Schedule {
  return cut(schedule, end, end);
}

function cut(schedule: Schedule, end: Instant, chargesEnd: Instant): Schedule {
  return schedule.flatMap((cadence) => {
    const span = upTo(cadence.span, end);
    const charges = upTo(cadence.charges, chargesEnd);
    return span.start < span.end || charges.start < charges.end
      ? [{ ...cadence, span, charges }]
      : [];
  });
}

function upTo({ start, end }: Interval, most: Instant): Interval {
  return { start, end: Math.max(start, Math.min(end, most)) };
}

/**
 * The periods after the end of a subscription, counted on from its last cadence: documents of them bill what becomes
 * certain only then.
 */
export function afterEnd(schedule: Schedule, instant: Instant): Interval | undefined {
  const last = schedule.findLast(({ span }) => span.start < span.end);
  if (last === undefined || instant < last.span.end) return undefined;
  const grid = gridOf(last);
  const cycle = periodAt(grid, indexAt(grid, instant));
  return { start: Math.max(cycle.start, last.span.end), end: cycle.end };
}
