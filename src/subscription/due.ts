import { type DiscountCharge, isRated } from "../catalog/charge-kinds.js";
import { planIndex } from "../catalog/plan-index.js";
import { limitsOf, type PlanLimits } from "../catalog/rate-plan.js";
import { canonicalJson } from "../data/canonical-json.js";
import { recent } from "../data/recent.js";
import { type BillingCycle, cycleLength } from "../time/billing-cycle.js";
import type { Instant } from "../time/instant.js";
import { contains, cutAt, type Interval, instantsWithin, overlap } from "../time/interval.js";
import { cadencesWithin, cyclesWithin, type ScheduledPeriod, scheduledBefore } from "./cadence.js";
import { dueOnce } from "./due-once.js";
import { isInForce, ownDatesWithin } from "./effective-charge.js";
import { cycleOf, discountsAt } from "./held.js";
import { plansBefore, plansWithin } from "./held-plans.js";
import { oneTimeSegments } from "./one-time.js";
import { datesWithin } from "./own-terms.js";
import { type ChargeSegment, isInAdvance, segmentsOf } from "./segment.js";
import { perContext, type SegmentContext } from "./segment-context.js";
import { type DrawdownSegment, drawdownSegments, type TermSegment, termSegments } from "./term.js";
import {
  knownUntil,
  type SubscriptionState,
  stateAt,
  statesWithin,
  stretchesWithin,
  type Timeline,
  type UnbilledReason,
} from "./timeline.js";

/** A discount over the stretch of a cycle of its plan in which it holds. */
export interface DiscountSegment {
  readonly charge: DiscountCharge;
  readonly ratePlanId: string;
  readonly period: Interval;
  readonly cycle: Interval;
}

/** What a plan bills at least and at most, over the stretch of a cycle of it in which that holds. */
export interface CommitmentSegment {
  readonly limits: PlanLimits;
  readonly ratePlanId: string;
  readonly period: Interval;
  readonly cycle: Interval;
}

/** A stretch of a billing period in which nothing is billed, and why. */
export interface UnbilledStretch {
  readonly reason: UnbilledReason;
  readonly period: Interval;
}

/** Everything that is billed for one billing period, with whichever document. */
export interface PeriodItems {
  /** What is billed before the period begins: fees in advance that begin in it, and what opens the subscription. */
  readonly inAdvance: readonly ChargeSegment[];
  /** What is billed when the period is over: fees in arrears and usage that end with it or in it. */
  readonly inArrears: readonly ChargeSegment[];
  readonly discounts: readonly DiscountSegment[];
  readonly commitments: readonly CommitmentSegment[];
  /** Minimum commitments over terms that have a part in the period. */
  readonly terms: readonly TermSegment[];
  /** The fees that usage of the period is drawn from. */
  readonly drawdowns: readonly DrawdownSegment[];
  readonly unbilled: readonly UnbilledStretch[];
}

const SOME_PERIODS = 8;
const knownItems = perContext(() => recent<string, PeriodItems>(SOME_PERIODS));

/** What is billed for a billing period of the subscription. */
export function itemsOf(context: SegmentContext, scheduled: ScheduledPeriod): PeriodItems {
  const { period, cycle } = scheduled;
  const name = `${period.start} ${period.end} ${cycle.start} ${cycle.end}`;
  return knownItems(context).get(name, () => findItems(context, scheduled));
}

function findItems(context: SegmentContext, scheduled: ScheduledPeriod): PeriodItems {
  const { timeline } = context;
  const { period } = scheduled;
  const segments = segmentsWithin(context, period);
  const once = oneTimeSegments(context, scheduled);
  const opens = (segment: ChargeSegment) => isOpening(timeline, segment.period.start);
  const inOrder = (list: readonly ChargeSegment[]) => inCatalogOrder(context, list);
  return {
    inAdvance: inOrder([
      ...segments.filter((each) => isInAdvance(each) && contains(period, each.period.start)),
      ...once.filter(opens),
    ]),
    inArrears: inOrder([
      ...segments.filter((each) => !isInAdvance(each) && endsIn(period, each.period)),
      ...once.filter((each) => !opens(each)),
    ]),
    discounts: discountSegments(context, scheduled),
    commitments: commitmentSegments(context, period),
    terms: termSegments(context, period),
    drawdowns: drawdownSegments(segments, period),
    unbilled: statesWithin(timeline, period).flatMap(({ unbilledReason, span }) => {
      const common = overlap(span, period);
      return unbilledReason === undefined || common === undefined
        ? []
        : [{ reason: unbilledReason, period: common }];
    }),
  };
}

/** Whether something of a period runs over several. */
export function runsOn({ terms, drawdowns }: Pick<PeriodItems, "terms" | "drawdowns">): boolean {
  return terms.length > 0 || drawdowns.length > 0;
}

/** When the first thing is billed for: the start, or the end of the trial. */
export function firstBilled({ states }: Timeline): SubscriptionState | undefined {
  return states.find(({ unbilledReason }) => unbilledReason === undefined);
}

/**
 * The moment of the opening document, which carries what is billed in advance for the first period. Without fees in
 * advance there is none; nor where a billing period ends just then, whose document carries them.
 */
export function openingOf(timeline: Timeline): Instant | undefined {
  const first = firstBilled(timeline);
  if (first === undefined || !isOpening(timeline, first.span.start)) return undefined;
  const before = scheduledBefore(timeline.schedule, first.span.start);
  return before?.period.end === first.span.start ? undefined : first.span.start;
}

const openings = new WeakMap<Timeline, { readonly at: Instant | undefined }>();

/** Whether what is due at an instant opens the subscription: it is the first, on a plan with fees in advance. */
function isOpening(timeline: Timeline, at: Instant): boolean {
  const opening = openings.get(timeline) ?? { at: firstAdvance(timeline) };
  openings.set(timeline, opening);
  return opening.at === at;
}

function firstAdvance(timeline: Timeline): Instant | undefined {
  const first = firstBilled(timeline);
  if (first === undefined) return undefined;
  const { start } = first.span;
  const hasAny = first.plan.plan.charges.some(
    (charge) =>
      isRated(charge) && isInAdvance({ charge }) && isInForce(charge, start, timeline.zone),
  );
  return hasAny ? start : undefined;
}

/** Whether a stretch ends in a period, or with it. */
function endsIn(period: Interval, { end }: Interval): boolean {
  return period.start < end && end <= period.end;
}

/** Recurring and usage segments of all cycles that have a part in a stretch of time; of one charge, or of all. */
export function segmentsWithin(
  context: SegmentContext,
  within: Interval,
  only?: string,
): readonly ChargeSegment[] {
  return cadencesWithin(context.timeline.schedule, within).flatMap((cadence) => {
    const range = overlap(cadence.charges, within);
    if (range === undefined) return [];
    return chargesIn(context, range)
      .filter(({ chargeId }) => only === undefined || chargeId === only)
      .flatMap(({ chargeId, cycle }) =>
        cyclesWithin(cadence, cycle, range).flatMap((each) =>
          segmentsOf(context, cadence, chargeId, cycle, each),
        ),
      );
  });
}

interface ChargeCycle {
  readonly chargeId: string;
  readonly cycle: BillingCycle;
}

/** Every charge that some plan within a stretch of time has or had, with its cycle. */
function chargesIn({ timeline, closed }: SegmentContext, range: Interval): readonly ChargeCycle[] {
  const found = new Map<string, ChargeCycle>();
  const billed = closed.chargesIn(range);
  for (const plan of plansWithin(timeline, range)) {
    for (const charge of [...plan.charges, ...billed]) {
      if (charge.chargeType === "one-time" || !isRated(charge)) continue;
      const cycle = cycleOf(charge, plan);
      const { months, days } = cycleLength(cycle);
      found.set(canonicalJson([charge.id, months ?? null, days ?? null]), {
        chargeId: charge.id,
        cycle,
      });
    }
  }
  return [...found.values()];
}

/** The cycles of the plans that are billed in a period, each over the stretch in which its plan is. */
function planCycles(
  { schedule }: Timeline,
  { span, plan }: Pick<SubscriptionState, "span" | "plan">,
  period: Interval,
): readonly { readonly part: Interval; readonly cycle: Interval }[] {
  const range = overlap(span, period);
  if (range === undefined) return [];
  return cadencesWithin(schedule, range).flatMap((cadence) => {
    return cyclesWithin(cadence, plan.plan.billingCycle, range).flatMap((cycle) => {
      const common = overlap(range, cadence.charges);
      const part = common && overlap(common, cycle);
      return part === undefined ? [] : [{ part, cycle }];
    });
  });
}

/** The discounts of a period, each over the stretches in which it holds unchanged. */
export function discountSegments(
  context: SegmentContext,
  scheduled: ScheduledPeriod,
): readonly DiscountSegment[] {
  const { timeline, closed } = context;
  const { period } = scheduled;
  const open = new Map<string, DiscountSegment>();
  const done: DiscountSegment[] = [];
  const once = new Set(dueOnce(context, scheduled).map(({ charge }) => charge.id));
  const dates = discountDates(context, period);
  for (const stretch of stretchesWithin(timeline, period)) {
    for (const { part, cycle } of planCycles(timeline, stretch, period)) {
      for (const { start, end } of cutAt(part, instantsWithin(dates, part))) {
        const state = stateAt(timeline, start);
        if (state === undefined) continue;
        const isRecorded = closed.discountsAt(start, state) !== undefined;
        for (const charge of discountsAt(context, state, start, period.start)) {
          if (charge.chargeType === "one-time" && !once.has(charge.id) && !isRecorded) continue;
          const last = open.get(charge.id);
          const goesOn =
            last?.period.end === start &&
            last.cycle.start === cycle.start &&
            sameDiscount(last.charge, charge);
          if (last !== undefined && !goesOn) done.push(last);
          const ratePlanId = state.plan.plan.id;
          const from = last !== undefined && goesOn ? last.period.start : start;
          open.set(charge.id, { charge, ratePlanId, cycle, period: { start: from, end } });
        }
      }
    }
  }
  return [...done, ...open.values()];
}

/** When a discount may come, go or change in a period, in order. */
function discountDates({ timeline, closed }: SegmentContext, period: Interval): readonly Instant[] {
  const { own, zone } = timeline;
  const known = { start: period.start, end: Math.min(period.end, knownUntil(timeline) + 1) };
  const discounts = plansWithin(timeline, period).flatMap((plan) => planIndex(plan).discounts);
  return [
    ...discounts.flatMap((each) => ownDatesWithin(each, period, zone)),
    ...discounts.flatMap(({ id }) => datesWithin(own.overrides, id, known)),
    ...closed.discountDates(period),
  ].sort((a, b) => a - b);
}

function sameDiscount(a: DiscountCharge, b: DiscountCharge): boolean {
  return canonicalJson(a.pricing) === canonicalJson(b.pricing);
}

function commitmentSegments(
  { timeline, closed }: SegmentContext,
  within: Interval,
): readonly CommitmentSegment[] {
  return statesWithin(timeline, within).flatMap((state) => {
    if (state.unbilledReason !== undefined) return [];
    const listedLimits = (at: Instant): PlanLimits => {
      const { minimumCommitment, ...limits } = limitsOf(state.plan.plan);
      // While a term runs on, it takes the place of what the catalog has in the meantime.
      const isInTerm = closed.termAt(at, state.plan.plan.id)?.commitment !== undefined;
      return minimumCommitment === undefined || isInTerm
        ? limits
        : { ...limits, minimumCommitment };
    };
    return planCycles(timeline, state, within).flatMap(({ part, cycle }) => {
      const { plan } = state.plan;
      const limits = closed.limitsAt(part.start, state) ?? listedLimits(part.start);
      const isNone = Object.keys(limits).length === 0;
      return isNone ? [] : [{ limits, ratePlanId: plan.id, period: part, cycle }];
    });
  });
}

/** The order in which the catalog lists charges, or did when they were billed; then that of time. */
function inCatalogOrder(
  { timeline, closed }: SegmentContext,
  segments: readonly ChargeSegment[],
): readonly ChargeSegment[] {
  const listed = plansBefore(timeline, timeline.span.end).flatMap(({ charges }) =>
    charges.map(({ id }) => id),
  );
  const ids = [...closed.order, ...listed];
  const place = new Map<string, number>();
  for (const id of ids) if (!place.has(id)) place.set(id, place.size);
  const placeOf = ({ charge }: ChargeSegment) => place.get(charge.id) ?? place.size;
  return segments.toSorted((a, b) => placeOf(a) - placeOf(b) || a.period.start - b.period.start);
}
