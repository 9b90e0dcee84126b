import { firstIndex } from "../data/first-index.js";
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
  // The last ones are asked for most; no two contain the same instant.
  const cadence = schedule.findLast(({ span }) => contains(span, instant));
  if (cadence === undefined) return undefined;
  const cycle = periodAt(gridOf(cadence), indexAt(gridOf(cadence), instant));
  const period = overlap(cycle, cadence.span);
  return period && { period, cycle };
}

/** A cadence with billing periods of its own, and how many periods there are before it. */
interface CadenceRow {
  readonly cadence: Cadence;
  readonly grid: CycleGrid;
  /** The position of its first period. */
  readonly first: number;
  readonly before: number;
}

/** A schedule, to be asked by time and by number without looking at all of it. */
interface ScheduleIndex {
  readonly rows: readonly CadenceRow[];
  /** The cadences that count cycles of charges: one after the other. */
  readonly counting: readonly Cadence[];
}

const indexes = new WeakMap<Schedule, ScheduleIndex>();

function indexOf(schedule: Schedule): ScheduleIndex {
  const known = indexes.get(schedule);
  if (known !== undefined) return known;
  const rows: CadenceRow[] = [];
  let before = 0;
  // One that is replaced before it begins has no billing period.
  for (const cadence of schedule.filter(({ span }) => span.start < span.end)) {
    const { count, ...facts } = periodsOf(cadence);
    rows.push({ cadence, before, ...facts });
    before += count;
  }
  const index = { rows, counting: schedule.filter(({ charges }) => charges.start < charges.end) };
  indexes.set(schedule, index);
  return index;
}

interface CadencePeriods extends Pick<CadenceRow, "grid" | "first"> {
  readonly count: number;
}

const counted = new WeakMap<Cadence, CadencePeriods>();

/** The billing periods of a cadence, counted once for all schedules that it is in; it need not end. */
function periodsOf(cadence: Cadence): CadencePeriods {
  const known = counted.get(cadence);
  if (known !== undefined) return known;
  const { start, end } = cadence.span;
  const grid = gridOf(cadence);
  const first = indexAt(grid, start);
  const goesOn = end === Number.POSITIVE_INFINITY;
  const count = goesOn ? end : countOf(grid, first, indexAt(grid, end - 1) + 1);
  const periods = { grid, first, count };
  counted.set(cadence, periods);
  return periods;
}

/** The cadences by which the cycles of charges are counted in a stretch of time. */
export function cadencesWithin(schedule: Schedule, { start, end }: Interval): readonly Cadence[] {
  if (start >= end) return [];
  const { counting } = indexOf(schedule);
  return counting.slice(
    firstIndex(counting, ({ charges }) => charges.end > start),
    firstIndex(counting, ({ charges }) => charges.start >= end),
  );
}

/** The billing period that contains an instant; nothing outside of the subscription. */
export function scheduledAt(schedule: Schedule, instant: Instant): ScheduledPeriod | undefined {
  const { rows } = indexOf(schedule);
  const row = rows[firstIndex(rows, ({ cadence: { span } }) => span.end > instant)];
  if (row === undefined || !contains(row.cadence.span, instant)) return undefined;
  return scheduled(row, indexAt(row.grid, instant));
}

/** The billing period with an index, counted from 0; nothing beyond the end. */
export function scheduledPeriod(schedule: Schedule, index: number): ScheduledPeriod | undefined {
  const { rows } = indexOf(schedule);
  const row = rows[firstIndex(rows, ({ before }) => before > index) - 1];
  if (row === undefined) return undefined;
  const position = positionOf(row.grid, row.first, index - row.before);
  return boundary(row.grid, position) < row.cadence.span.end ? scheduled(row, position) : undefined;
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
  { cadence, grid, first, before }: CadenceRow,
  position: number,
): ScheduledPeriod | undefined {
  const cycle = periodAt(grid, position);
  const period = overlap(cycle, cadence.span);
  return period && { index: before + countOf(grid, first, position), period, cycle };
}

/** The billing period that ends at an instant. */
export function scheduledBefore(schedule: Schedule, instant: Instant): ScheduledPeriod | undefined {
  return scheduledAt(schedule, instant - 1);
}

/** What happens to a schedule: another cycle or anchor from a date on, or its end. */
export type Rescheduling =
  | ({ readonly from: Instant } & Pick<Cadence, "anchor" | "anniversary" | "cycle">)
  | { readonly endsAt: Instant };

/**
 * Changes a schedule that is being laid out. The running period ends where it would have, or at the first boundary of the
 * new row that is not before the date, whichever comes first; a period that has been billed for is never made longer.
 */
export function reschedule(schedule: Cadence[], change: Rescheduling): void {
  if ("endsAt" in change) {
    cut(schedule, change.endsAt, change.endsAt);
    return;
  }
  const { from, ...next } = change;
  const last = schedule.at(-1);
  const running = runningAt(schedule, from);
  if (last === undefined || running === undefined) return;
  const cadence: Cadence = { ...last, ...next };
  const start =
    running.period.start === from ? from : Math.min(running.period.end, firstFrom(cadence, from));
  const chargesFrom = sameCycle(last.cycle, next.cycle) ? start : from;
  cut(schedule, start, chargesFrom);
  push(schedule, {
    ...cadence,
    span: { start, end: last.span.end },
    charges: { start: chargesFrom, end: last.charges.end },
  });
}

function firstFrom(cadence: Cadence, from: Instant): Instant {
  const grid = gridOf(cadence);
  const index = indexAt(grid, from);
  const start = boundary(grid, index);
  return start === from ? start : boundary(grid, index + 1);
}

/** Cuts the cadences off that go beyond an end: they are the last ones, whose ends come one after the other. */
function cut(schedule: Cadence[], end: Instant, chargesEnd: Instant): void {
  const beyond: Cadence[] = [];
  for (let last = schedule.at(-1); last !== undefined; last = schedule.at(-1)) {
    if (last.span.end <= end && last.charges.end <= chargesEnd) break;
    schedule.pop();
    beyond.unshift(last);
  }
  for (const cadence of beyond) {
    const span = upTo(cadence.span, end);
    push(schedule, { ...cadence, span, charges: upTo(cadence.charges, chargesEnd) });
  }
}

function push(schedule: Cadence[], cadence: Cadence): void {
  const { span, charges } = cadence;
  if (span.start < span.end || charges.start < charges.end) schedule.push(cadence);
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
