import type { Charge } from "../catalog/charge.js";
import {
  billsSubscriptionQuantity,
  type DiscountCharge,
  isDiscount,
  isRated,
} from "../catalog/charge-kinds.js";
import { discountTargets } from "../catalog/discount.js";
import { canonicalJson } from "../data/canonical-json.js";
import { groupBy } from "../data/group-by.js";
import { type BillingCycle, sameCycle } from "../time/billing-cycle.js";
import { indexAt, periodAt } from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import { contains, cutAt, type Interval, overlap, sameInterval } from "../time/interval.js";
import { isAdditive } from "../usage/aggregations/index.js";
import { type Cadence, gridOf } from "./cadence.js";
import type { ClosedTerms } from "./closed-terms.js";
import {
  type EffectiveCharge,
  effectiveCharge,
  isInForce,
  ownDates,
  termsText,
} from "./effective-charge.js";
import { type SubscriptionState, stateAt, statesWithin, type Timeline } from "./timeline.js";

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
  /** The stretch. */
  readonly period: Interval;
  /** Pauses inside of the stretch: usage goes on after them as if nothing had happened. */
  readonly pauses: readonly Interval[];
  /** The whole cycle that the stretch is, or is a part of. */
  readonly cycle: Interval;
  /** The part of the cycle in which the same prices hold, whatever the quantity. */
  readonly priceInterval: Interval;
  /** The stretches of the cycle that are billed, in order, and which of them this one is. */
  readonly parts: readonly Interval[];
  readonly position: number;
  /** The segments of the cycle with the same prices, this one among them: their limits are the same one. */
  readonly sharedLimits: () => readonly ChargeSegment[];
}

/** What lays out the segments: the subscription's life, and the terms on which closed time was billed. */
export interface SegmentContext {
  readonly timeline: Timeline;
  readonly closed: ClosedTerms;
}

/** The cycle that a charge bills for. */
export function cycleOf(charge: Charge, state: SubscriptionState): BillingCycle {
  const own = charge.chargeType === "one-time" ? undefined : charge.billingCycle;
  return own ?? state.plan.plan.billingCycle;
}

/** What holds in an uncut stretch; equal facts are not cut apart. */
interface Held extends EffectiveCharge {
  readonly state: SubscriptionState;
  readonly quantity: string | undefined;
  /** Everything that decides the price of a unit, to be compared. */
  readonly prices: string;
}

/** One cycle of one charge, cut where its prices or its quantity change. Nothing for time that is not billed. */
export function segmentsOf(
  context: SegmentContext,
  cadence: Cadence,
  chargeId: string,
  cycleLength: BillingCycle,
  cycle: Interval,
): readonly ChargeSegment[] {
  const span = overlap(cycle, cadence.charges);
  if (span === undefined) return [];
  const account = { chargeId, cycleLength, cycle, periodStart: span.start };
  const stretches = cutsWithin(context, chargeId, span).map((period): Stretch => {
    const state = stateAt(context.timeline, period.start);
    const held = state && heldAt(context, state, account, period.start);
    return { period, held, pauses: [], paused: held === undefined && isPaused(state) };
  });
  const joinedHeld = joined(
    stretches,
    (a, b) => samePrices(a, b) && a.quantity === b.quantity,
    // A fee is not due for a pause; usage goes on after it.
    ({ charge }) => charge.chargeType === "usage",
  );
  const prices = joined(stretches, samePrices, () => true);
  const billed = joinedHeld.filter((each) => each.held !== undefined);
  const earlier = earlierCadences(context.timeline, cadence, cycleLength, cycle).flatMap((each) =>
    segmentsOf(context, each, chargeId, cycleLength, cycle).map(({ period }) => period),
  );
  const parts = [...earlier, ...billed.map(({ period }) => period)];
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
      ratePlanId: held.state.plan.plan.id,
      agentType: held.state.plan.product.agentType,
      period,
      pauses,
      cycle,
      priceInterval,
      parts,
      position: earlier.length + index,
      sharedLimits: () => sharing().get(priceInterval.start) ?? [],
    });
  }
  return segments;
}

/** The cadences before one in which the cycle began already: a change of the plan's cycle need not move the anchor. */
function earlierCadences(
  { schedule }: Timeline,
  cadence: Cadence,
  cycleLength: BillingCycle,
  cycle: Interval,
): readonly Cadence[] {
  if (cycle.start >= cadence.charges.start) return [];
  return schedule.filter(({ charges }, index) => {
    if (charges.end > cadence.charges.start || overlap(charges, cycle) === undefined) return false;
    const grid = gridOf(schedule[index] ?? cadence, cycleLength);
    const position = indexAt(grid, Math.max(cycle.start, charges.start));
    return sameInterval(periodAt(grid, position), cycle);
  });
}

interface Stretch {
  readonly period: Interval;
  readonly held: Held | undefined;
  readonly pauses: readonly Interval[];
  /** Whether nothing is held because of a pause. */
  readonly paused: boolean;
}

function isPaused(state: SubscriptionState | undefined): boolean {
  return state?.unbilledReason === "paused";
}

/**
 * A stretch between every two dates at which something may change. Usage that cannot be split is not cut for a discount
 * that is: the discount that holds as it begins is taken off all of it.
 */
function cutsWithin(
  { timeline }: SegmentContext,
  chargeId: string,
  span: Interval,
): readonly Interval[] {
  const states = statesWithin(timeline, span);
  const plans = new Set(states.map(({ plan: { plan } }) => plan));
  const dates = [...plans].flatMap((plan) => {
    const own = plan.charges.find(({ id }) => id === chargeId);
    const splits = own?.chargeType !== "usage" || isAdditive(own.aggregation);
    const cutting = plan.charges.filter((each) => each === own || (splits && isDiscount(each)));
    return cutting.flatMap((each) => ownDates(each, timeline.zone));
  });
  return cutAt(span, [...states.flatMap(({ span: { start, end } }) => [start, end]), ...dates]);
}

interface Account {
  readonly chargeId: string;
  readonly cycleLength: BillingCycle;
  readonly cycle: Interval;
  readonly periodStart: Instant;
}

function heldAt(
  context: SegmentContext,
  state: SubscriptionState,
  account: Account,
  at: Instant,
): Held | undefined {
  if (state.unbilledReason !== undefined) return undefined;
  const effective = chargeAt(context, state, account, at);
  if (effective === undefined) return undefined;
  const { charge } = effective;
  if (!isRated(charge) || !sameCycle(cycleOf(charge, state), account.cycleLength)) return undefined;
  const discounts = discountsAt(context, state, at, account.periodStart).filter(
    ({ pricing, chargeType }) =>
      discountTargets(pricing.appliesTo ?? { chargeTypes: [chargeType] }, charge),
  );
  return {
    ...effective,
    state,
    quantity: billsSubscriptionQuantity(charge) ? quantityOf(state, charge.id) : undefined,
    prices: canonicalJson([
      termsText(charge),
      state.plan.product.agentType,
      discounts.map(({ id, pricing }) => [id, pricing]),
    ]),
  };
}

function quantityOf({ quantities }: SubscriptionState, chargeId: string): string | undefined {
  return Object.hasOwn(quantities, chargeId) ? quantities[chargeId] : undefined;
}

/** The charge of an account at an instant: as it was billed, where its time is closed, else as the catalog has it. */
function chargeAt(
  { timeline: { zone }, closed }: SegmentContext,
  state: SubscriptionState,
  { chargeId, cycle, periodStart }: Account,
  at: Instant,
): EffectiveCharge | undefined {
  const billed = closed.chargeAt(chargeId, cycle, at, state);
  if (billed === "not-sold") return undefined;
  // Under another plan the id may be that of a one-time charge, which has no cycles.
  if (billed !== undefined && billed.charge.chargeType !== "one-time") return billed;
  const listed = state.plan.plan.charges.find(({ id }) => id === chargeId);
  if (listed === undefined || listed.chargeType === "one-time") return undefined;
  if (!isInForce(listed, at, zone)) return undefined;
  return effectiveCharge(state, listed, at, periodStart, zone);
}

/** The discounts that hold at an instant, with the prices that hold. */
export function discountsAt(
  { timeline: { zone }, closed }: SegmentContext,
  state: SubscriptionState,
  at: Instant,
  periodStart: Instant,
): readonly DiscountCharge[] {
  if (state.unbilledReason !== undefined) return [];
  return (
    closed.discountsAt(at, state) ??
    state.plan.plan.charges
      .filter((charge) => isDiscount(charge) && isInForce(charge, at, zone))
      .map((charge) => effectiveCharge(state, charge, at, periodStart, zone).charge)
      .filter(isDiscount)
  );
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
