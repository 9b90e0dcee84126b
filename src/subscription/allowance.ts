import type { Charge, UsageCharge } from "../catalog/charge.js";
import { includedBy, isUsageCharge } from "../catalog/charge-kinds.js";
import type { Fraction } from "../money/fraction.js";
import { boundary, indexAt, periodAt } from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import { cadencesWithin, gridOf } from "./cadence.js";
import { segmentsWithin } from "./due.js";
import type { ChargeSegment } from "./segment.js";
import type { SegmentContext } from "./segment-context.js";
import type { Timeline } from "./timeline.js";

/** Units that were left of an earlier cycle, and up to when they can be used. */
export interface CarriedUnits {
  readonly units: Fraction;
  readonly until: Instant;
}

/** How far the tiers and included units of a charge had come when a stretch of it began. */
export interface Allowance {
  /** The time over which they add up: since they began anew, up to when they do so again, as far as that is known. */
  readonly span: Interval;
  /** The whole cycle that it is, or is a part of. */
  readonly cycle: Interval;
  /** What was used in it before the stretch. */
  readonly used: Fraction;
  /** What the charge includes in it. */
  readonly included: Fraction;
  /** How much was held of what it includes units for, where they are for each of something. */
  readonly held?: string;
  /** What was left of earlier cycles as it began, the oldest leading. */
  readonly carried: readonly CarriedUnits[];
}

/** Whether what a charge has billed for before decides what it includes, or at which prices it goes on. */
export function countsOn(charge: Charge): charge is UsageCharge {
  if (!isUsageCharge(charge)) return false;
  return charge.resetCycle !== undefined || includedBy(charge).rollover !== undefined;
}

/** Whether what a charge includes is not the same in each of its cycles, or adds up over several. */
export function hasAllowance(charge: Charge): charge is UsageCharge {
  return countsOn(charge) || (isUsageCharge(charge) && includedBy(charge).per !== undefined);
}

/** The cycle in which what a charge includes is used up. */
export interface AllowanceCycle {
  readonly cycle: Interval;
  /** When so many cycles after it have ended. */
  readonly endAfter: (cycles: number) => Instant;
}

/** The cycle, counted from the subscription's anchor, in which what a segment includes is used up. */
export function allowanceCycle(
  { schedule }: Timeline,
  { charge, period, cycle }: Pick<ChargeSegment, "charge" | "period" | "cycle">,
): AllowanceCycle {
  const [cadence] = cadencesWithin(schedule, { start: period.start, end: period.start + 1 });
  if (cadence === undefined || !isUsageCharge(charge)) return { cycle, endAfter: () => cycle.end };
  const grid = gridOf(cadence, charge.resetCycle ?? charge.billingCycle);
  const index = indexAt(grid, period.start);
  return {
    cycle: periodAt(grid, index),
    endAfter: (cycles) => boundary(grid, index + 1 + cycles),
  };
}

/** The segments of the same charge that begin in a stretch of time, in order. */
export function segmentsOfCharge(
  context: SegmentContext,
  chargeId: string,
  within: Interval,
): readonly ChargeSegment[] {
  return segmentsWithin(context, within, chargeId)
    .filter(({ period }) => within.start <= period.start && period.start < within.end)
    .sort((a, b) => a.period.start - b.period.start);
}

/** The segment of the charge that comes before another and counts in it; nothing where none does. */
export function segmentBefore(
  segment: Pick<ChargeSegment, "charge" | "period" | "cycle">,
  context: SegmentContext,
): ChargeSegment | undefined {
  const { charge, period } = segment;
  if (!countsOn(charge)) return undefined;
  const { cycle, endAfter } = allowanceCycle(context.timeline, segment);
  const { periods } = includedBy(charge).rollover ?? {};
  // What is left of a cycle is lost so many cycles after it.
  const since = periods === undefined ? cycle.start : endAfter(-periods - 2);
  const start = Math.max(since, context.timeline.span.start);
  return segmentsOfCharge(context, charge.id, { start, end: period.start }).at(-1);
}

/** All segments of the charge that count in another, in order, however long ago. */
export function segmentsBefore(
  segment: Pick<ChargeSegment, "charge" | "period" | "cycle">,
  context: SegmentContext,
): readonly ChargeSegment[] {
  const { charge, period } = segment;
  if (!countsOn(charge)) return [];
  const { timeline } = context;
  const { cycle } = allowanceCycle(timeline, segment);
  const isKept = includedBy(charge).rollover !== undefined;
  const start = isKept ? timeline.span.start : Math.max(cycle.start, timeline.span.start);
  return segmentsOfCharge(context, charge.id, { start, end: period.start });
}
