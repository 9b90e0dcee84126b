import type { Charge } from "../catalog/charge.js";
import { includedBy, isUsageCharge } from "../catalog/charge-kinds.js";
import { groupBy } from "../data/group-by.js";
import { formatExact } from "../money/fraction.js";
import { type BillingCycle, cycleLength as lengthOf } from "../time/billing-cycle.js";
import { indexAt, periodAt } from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import { contains, type Interval, overlap, sameInterval } from "../time/interval.js";
import { type Cadence, cadencesWithin, gridOf } from "./cadence.js";
import type { EffectiveCharge } from "./effective-charge.js";
import { type Account, cutsWithin, type Held, heldAt } from "./held.js";
import { withHighest } from "./high-water-mark.js";
import { knownLives } from "./known-lives.js";
import { heldOver } from "./own-terms.js";
import { perContext, type SegmentContext } from "./segment-context.js";
import { billsWholeFees, type SubscriptionState, stateAt, type Timeline } from "./timeline.js";

/**
 * One charge over one stretch of one of its cycles in which its prices and its quantity do not change: what becomes a
 * line, or a line for each group of usage.
 */
export interface ChargeSegment extends EffectiveCharge {
  readonly ratePlanId: string;
  /** The agent type whose usage counts. */
  readonly agentType: string;
  /** The subscription's quantity, where the charge bills one and the subscription says it. */
  readonly quantity: string | undefined;
  /** How much the subscription holds of what the charge includes units for; absent where they are not for each of something. */
  readonly held?: string;
  /** The stretch. */
  readonly period: Interval;
  /** Pauses inside of the stretch: usage goes on after them as if nothing had happened. */
  readonly pauses: readonly Interval[];
  /** The whole cycle that the stretch is, or is a part of. */
  readonly cycle: Interval;
  /**
   * The part of the cycle whose fee it bills, where that is not the stretch: a change that bills whole fees in advance takes
   * nothing from the old one, and begins the new one with the cycle.
   */
  readonly feeSpan?: Interval | undefined;
  /** The part of the cycle in which the same prices hold, whatever the quantity. */
  readonly priceInterval: Interval;
  /** The stretches of the cycle that are billed, in order, and which of them this one is. */
  readonly parts: readonly Interval[];
  readonly position: number;
  /** The segments of the cycle with the same prices, this one among them: their limits are the same one. */
  readonly sharedLimits: () => readonly ChargeSegment[];
}

/** A stretch of a cycle of a charge in which nothing about it changes. */
interface Stretch {
  readonly period: Interval;
  readonly held: Held | undefined;
  readonly pauses: readonly Interval[];
  /** Whether nothing is held because of a pause. */
  readonly paused: boolean;
}

/** What is billed of a cycle of a charge under one cadence, and the stretches in which the same prices hold. */
interface BilledStretches {
  readonly billed: readonly Stretch[];
  readonly prices: readonly Stretch[];
}

/** What is billed of a cycle of a charge, by the start of the charges of each cadence that it is a cycle of. */
interface BilledCycle {
  readonly byCadence: ReadonlyMap<Instant, BilledStretches & { readonly before: number }>;
  readonly parts: readonly Interval[];
}

/** One cycle of one charge, cut where its prices or its quantity change. Nothing for time that is not billed. */
export function segmentsOf(
  context: SegmentContext,
  cadence: Cadence,
  chargeId: string,
  cycleLength: BillingCycle,
  cycle: Interval,
): readonly ChargeSegment[] {
  const { byCadence, parts } = billedCycle(context, chargeId, cycleLength, cycle);
  const { billed, prices, before } = byCadence.get(cadence.charges.start) ?? NOTHING_BILLED;
  const segments: ChargeSegment[] = [];
  let shared: ReadonlyMap<Instant, readonly ChargeSegment[]> | undefined;
  const sharing = () => (shared ??= groupBy(segments, (each) => each.priceInterval.start));
  let place = 0;
  for (const [index, { period, pauses, held }] of billed.entries()) {
    if (held === undefined) continue;
    while ((prices[place]?.period.end ?? period.end) <= period.start) place += 1;
    const priceInterval = prices[place]?.period ?? period;
    segments.push({
      charge: held.charge,
      overridden: held.overridden,
      quantity: held.quantity,
      ...heldBy(context, held.charge, period),
      ratePlanId: held.state.plan.plan.id,
      agentType: held.state.plan.product.agentType,
      period,
      pauses,
      cycle,
      feeSpan: isInAdvance(held) ? feeSpanOf(context.timeline, period, cycle) : undefined,
      priceInterval,
      parts,
      position: before + index,
      sharedLimits: () => sharing().get(priceInterval.start) ?? [],
    });
  }
  return segments;
}

/** What the included units of a charge are for, where they are for each of something that the subscription holds. */
function heldBy(
  { timeline: { own, zone } }: SegmentContext,
  charge: Charge,
  period: Interval,
): Pick<ChargeSegment, "held"> {
  const per = isUsageCharge(charge) ? includedBy(charge).per : undefined;
  if (per === undefined) return {};
  return { held: formatExact(heldOver(own.quantities, per, period, zone)) };
}

/** Whether a charge is billed before what it bills for begins. */
export function isInAdvance({ charge }: Pick<EffectiveCharge, "charge">): boolean {
  return charge.chargeType === "recurring" && charge.billingTiming === "in-advance";
}

/** The part of a cycle whose fee a stretch bills, where changes that begin or end it bill fees as a whole. */
function feeSpanOf(timeline: Timeline, period: Interval, cycle: Interval): Interval | undefined {
  const beginsWhole = period.start > cycle.start && billsWholeFees(timeline, period.start);
  const endsWhole = period.end < cycle.end && billsWholeFees(timeline, period.end);
  if (!beginsWhole && !endsWhole) return undefined;
  return {
    start: beginsWhole ? cycle.start : period.start,
    end: endsWhole ? cycle.end : period.end,
  };
}

const NOTHING_BILLED = { billed: [], prices: [], before: 0 };

const cyclesOf = perContext(() => new Map<string, BilledCycle>());

/**
 * A cycle of a charge under all the cadences that it is a cycle of, found once: a change of the plan's cycle need not move
 * the anchor.
 */
function billedCycle(
  context: SegmentContext,
  chargeId: string,
  cycleLength: BillingCycle,
  cycle: Interval,
): BilledCycle {
  const known = cyclesOf(context);
  const { months, days } = lengthOf(cycleLength);
  const name = `${cycle.start} ${cycle.end} ${months} ${days} ${chargeId}`;
  const made = known.get(name);
  if (made !== undefined) return made;
  const byCadence = new Map<Instant, BilledStretches & { readonly before: number }>();
  const parts: Interval[] = [];
  for (const cadence of cadencesWithin(context.timeline.schedule, cycle)) {
    const span = overlap(cadence.charges, cycle);
    if (span === undefined) continue;
    const grid = gridOf(cadence, cycleLength);
    if (!sameInterval(periodAt(grid, indexAt(grid, span.start)), cycle)) continue;
    const account = { chargeId, cycleLength, cycle, periodStart: span.start };
    const stretches = stretchesOf(context, account, span);
    byCadence.set(cadence.charges.start, { ...stretches, before: parts.length });
    for (const { period } of stretches.billed) parts.push(period);
  }
  const whole = { byCadence, parts };
  known.set(name, whole);
  knownLives.countCycle();
  return whole;
}

function stretchesOf(context: SegmentContext, account: Account, span: Interval): BilledStretches {
  const cuts = cutsWithin(context, account.chargeId, span).map((period): Stretch => {
    const state = stateAt(context.timeline, period.start);
    const held = state && heldAt(context, state, account, period.start);
    return { period, held, pauses: [], paused: held === undefined && isPaused(state) };
  });
  const stretches = withHighest(cuts);
  const all = joined(
    stretches,
    (a, b) => samePrices(a, b) && a.quantity === b.quantity,
    // A fee is not due for a pause; usage goes on after it.
    ({ charge }) => charge.chargeType === "usage",
  );
  return {
    billed: all.filter((each) => each.held !== undefined),
    prices: joined(stretches, samePrices, () => true),
  };
}

function isPaused(state: SubscriptionState | undefined): boolean {
  return state?.unbilledReason === "paused";
}

function samePrices(a: Held, b: Held): boolean {
  return a.prices === b.prices;
}

/** Neighbours between which nothing changes, as one; over a pause where `bridges` allows it. */
function joined(
  stretches: readonly Stretch[],
  same: (a: Held, b: Held) => boolean,
  bridges: (held: Held) => boolean,
): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const [before, last] = [result.at(-2), result.at(-1)];
    if (last?.held !== undefined && stretch.held !== undefined && same(last.held, stretch.held)) {
      result.splice(-1, 1, upTo(last, stretch, []));
    } else if (
      last !== undefined &&
      last.held === undefined &&
      last.paused === stretch.paused &&
      stretch.held === undefined
    ) {
      result.splice(-1, 1, upTo(last, stretch, []));
    } else if (
      last?.paused === true &&
      before?.held !== undefined &&
      stretch.held !== undefined &&
      bridges(before.held) &&
      same(before.held, stretch.held)
    ) {
      result.splice(-2, 2, upTo(before, stretch, [last.period]));
    } else {
      result.push(stretch);
    }
  }
  return result;
}

function upTo(first: Stretch, last: Stretch, pauses: readonly Interval[]): Stretch {
  const period = { start: first.period.start, end: last.period.end };
  return { ...first, period, pauses: [...first.pauses, ...pauses] };
}

/** Whether usage at an instant is paused inside of a segment. */
export function isPausedAt({ pauses }: Pick<ChargeSegment, "pauses">, at: Instant): boolean {
  return pauses.some((pause) => contains(pause, at));
}
