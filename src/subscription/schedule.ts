import { type BillingCycle, cycleLength } from "../time/billing-cycle.js";
import type { EndOfMonth } from "../time/civil.js";
import {
  boundary,
  type CycleGrid,
  contains,
  type Interval,
  indexAt,
  overlap,
  periodAt,
} from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import type { TimeZone } from "../time/zone.js";
import { anchorTime, type BillingAnchor } from "./anchor.js";

/** A stretch of a subscription whose billing periods are counted from one anchor. */
export interface Phase {
  /** The stretch; its end is Infinity while nothing ends it. */
  readonly span: Interval;
  readonly anchor: BillingAnchor;
  /** Of which instant an anniversary anchor is the anniversary. */
  readonly anniversary: Instant;
  readonly cycle: BillingCycle;
  readonly zone: TimeZone;
  readonly endOfMonth: EndOfMonth;
}

/** The billing periods of a subscription: its phases, one after the other. */
export type Schedule = readonly Phase[];

/** A billing period of a subscription. */
export interface ScheduledPeriod {
  /** Counted from the start of the subscription; 0 is the first. */
  readonly index: number;
  /** The time that it bills. */
  readonly period: Interval;
  /** The whole cycle that it is, or is a part of. */
  readonly full: Interval;
}

/** The row of periods that a cycle makes from the phase's anchor. */
export function gridOf(phase: Phase, cycle: BillingCycle = phase.cycle): CycleGrid {
  const { anchor, anniversary, zone, endOfMonth } = phase;
  return {
    zone,
    anchor: anchorTime(anchor, phase.cycle, anniversary, zone),
    length: cycleLength(cycle),
    endOfMonth,
    ...(anchor === "anniversary" ? { origin: anniversary } : {}),
  };
}

/** The billing period that contains an instant, without its number, which takes no look at the phases before. */
export function runningAt(
  schedule: Schedule,
  instant: Instant,
): Omit<ScheduledPeriod, "index"> | undefined {
  const phase = schedule.find(({ span }) => contains(span, instant));
  if (phase === undefined) return undefined;
  const grid = gridOf(phase);
  return scheduled(phase, grid, indexAt(grid, instant), 0);
}

/** The billing period that contains an instant; nothing outside of the subscription. */
export function scheduledAt(schedule: Schedule, instant: Instant): ScheduledPeriod | undefined {
  let before = 0;
  for (const phase of schedule) {
    const grid = gridOf(phase);
    const first = indexAt(grid, phase.span.start);
    if (contains(phase.span, instant)) {
      return scheduled(phase, grid, indexAt(grid, instant), before - first);
    }
    if (phase.span.end === Number.POSITIVE_INFINITY) return undefined;
    before += indexAt(grid, phase.span.end - 1) - first + 1;
  }
  return undefined;
}

/** The billing period with an index, counted from 0; nothing beyond the end, and where a zone skipped the day. */
export function scheduledPeriod(schedule: Schedule, index: number): ScheduledPeriod | undefined {
  let before = 0;
  for (const phase of schedule) {
    const grid = gridOf(phase);
    const first = indexAt(grid, phase.span.start);
    const position = first + index - before;
    if (boundary(grid, position) < phase.span.end) {
      return scheduled(phase, grid, position, before - first);
    }
    before += indexAt(grid, phase.span.end - 1) - first + 1;
  }
  return undefined;
}

function scheduled(
  phase: Phase,
  grid: CycleGrid,
  position: number,
  offset: number,
): ScheduledPeriod | undefined {
  const full = periodAt(grid, position);
  const period = overlap(full, phase.span);
  return period && { index: position + offset, period, full };
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
  next: Pick<Phase, "anchor" | "anniversary" | "cycle">,
): Schedule {
  const last = schedule.at(-1);
  const running = runningAt(schedule, from);
  if (last === undefined || running === undefined) return schedule;
  const phase: Phase = { ...last, ...next };
  const start =
    running.period.start === from ? from : Math.min(running.period.end, firstFrom(phase, from));
  const later = { ...phase, span: { start, end: last.span.end } };
  return [...endAt(schedule, start), later].filter(({ span }) => span.start < span.end);
}

function firstFrom(phase: Phase, from: Instant): Instant {
  const grid = gridOf(phase);
  const index = indexAt(grid, from);
  const start = boundary(grid, index);
  return start === from ? start : boundary(grid, index + 1);
}

/** The schedule up to an end. */
export function endAt(schedule: Schedule, end: Instant): Schedule {
  return schedule.flatMap((phase) => {
    const span = overlap(phase.span, { start: phase.span.start, end });
    return span === undefined ? [] : [{ ...phase, span }];
  });
}
