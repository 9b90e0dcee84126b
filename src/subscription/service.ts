import type { Charge } from "../catalog/charge.js";
import { type DiscountCharge, isCounted, isDiscount, isRated } from "../catalog/charge-kinds.js";
import { discountTargets } from "../catalog/discount-target.js";
import { isSplittable } from "../catalog/revision.js";
import { canonicalJson } from "../content/canonical-json.js";
import { type BillingCycle, sameCycle } from "../time/billing-cycle.js";
import {
  contains,
  cutAt,
  type Interval,
  indexAt,
  overlap,
  periodAt,
  sameInterval,
} from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import { type EffectiveCharge, effectiveCharge, splitDates } from "./effective-charge.js";
import { gridOf, type Phase } from "./schedule.js";
import { type SubscriptionState, stateAt, type Timeline } from "./timeline.js";

/** One charge over one stretch of time in which its prices and its quantity do not change: what becomes a line. */
export interface Service extends EffectiveCharge {
  readonly ratePlanId: string;
  /** The agent type whose usage counts. */
  readonly agentType: string;
  /** The subscription's quantity, where the charge bills one and the subscription says it. */
  readonly quantity: string | undefined;
  /** The stretch. */
  readonly period: Interval;
  /** The whole cycle that the stretch is, or is a part of. */
  readonly full: Interval;
  /** The part of the cycle in which the same prices hold, whatever the quantity. */
  readonly pricesHold: Interval;
  /** When in the cycle the charge is billed for first. */
  readonly billedFrom: Instant;
  /** The stretches of the cycle before this one that are billed. */
  readonly billedBefore: readonly Interval[];
  /** The other stretches of the cycle with the same prices; their limits are the same one. */
  readonly siblings: readonly Service[];
}

/** The cycle that a charge bills for. */
export function cycleOf(charge: Charge, state: SubscriptionState): BillingCycle {
  const own = charge.chargeType === "one-time" ? undefined : charge.billingCycle;
  return own ?? state.plan.plan.billingCycle;
}

/** The cycles of a phase that have a part in a stretch of time. */
export function cyclesWithin(
  phase: Phase,
  cycle: BillingCycle,
  within: Interval,
): readonly Interval[] {
  const grid = gridOf(phase, cycle);
  const range = overlap(phase.span, within);
  if (range === undefined) return [];
  const cycles: Interval[] = [];
  let index = indexAt(grid, range.start);
  for (let full = periodAt(grid, index); full.start < range.end; full = periodAt(grid, index)) {
    cycles.push(full);
    index += 1;
  }
  return cycles;
}

/** What holds in an uncut stretch; equal facts are not cut apart. */
interface Held extends EffectiveCharge {
  readonly state: SubscriptionState;
  readonly quantity: string | undefined;
  /** Everything that decides the price of a unit of it, to be compared. */
  readonly prices: readonly unknown[];
}

/** One cycle of one charge, cut where its prices or its quantity change. Nothing for time that is not billed. */
export function servicesOf(
  timeline: Timeline,
  phase: Phase,
  chargeId: string,
  cycle: BillingCycle,
  full: Interval,
): readonly Service[] {
  const span = overlap(full, phase.span);
  if (span === undefined) return [];
  const stretches = cutsWithin(timeline, chargeId, span).map((period) => ({
    period,
    held: heldAt(timeline, chargeId, cycle, period.start, span.start),
  }));
  const held = joined(stretches, (a, b) => samePrices(a, b) && a?.quantity === b?.quantity);
  const prices = joined(held, samePrices);
  const billedFrom = held.find((each) => each.held !== undefined)?.period.start ?? span.start;
  const services = held.flatMap(({ period, held: facts }): readonly Service[] => {
    if (facts === undefined) return [];
    const { state, charge, overridden, quantity } = facts;
    const same = prices.find((each) => contains(each.period, period.start));
    return [
      {
        charge,
        overridden,
        quantity,
        ratePlanId: state.plan.plan.id,
        agentType: state.plan.product.agentType,
        period,
        full,
        pricesHold: same?.period ?? period,
        billedFrom,
        billedBefore: [],
        siblings: [],
      },
    ];
  });
  const earlier = earlierPhases(timeline, phase, cycle, full).flatMap((each) =>
    servicesOf(timeline, each, chargeId, cycle, full),
  );
  return services.map((service) => ({
    ...service,
    billedBefore: [...earlier, ...services].flatMap(({ period }) =>
      period.end <= service.period.start ? [period] : [],
    ),
    siblings: services.filter(
      (other) => other !== service && other.pricesHold.start === service.pricesHold.start,
    ),
  }));
}

/** The phases before one in which the cycle began already: a change of the plan's cycle need not move the anchor. */
function earlierPhases(
  { schedule }: Timeline,
  phase: Phase,
  cycle: BillingCycle,
  full: Interval,
): readonly Phase[] {
  return schedule.filter((each) => {
    if (each.span.end > phase.span.start || overlap(each.span, full) === undefined) return false;
    const grid = gridOf(each, cycle);
    const index = indexAt(grid, Math.max(full.start, each.span.start));
    return sameInterval(periodAt(grid, index), full);
  });
}

interface Stretch {
  readonly period: Interval;
  readonly held: Held | undefined;
}

/**
 * A stretch between every two dates at which something may change. Usage that cannot be split is not cut for a discount
 * that is: the discount that holds as it begins is taken off all of it.
 */
function cutsWithin(
  { states, zone }: Timeline,
  chargeId: string,
  span: Interval,
): readonly Interval[] {
  const dates = states.flatMap(({ span: { start, end }, plan: { plan } }) => {
    const own = plan.charges.find(({ id }) => id === chargeId);
    const splits = own?.chargeType !== "usage" || isSplittable(own.aggregation);
    const cutting = plan.charges.filter((each) => each === own || (splits && isDiscount(each)));
    return [start, end, ...cutting.flatMap((each) => splitDates(each, zone))];
  });
  return cutAt(span, dates);
}

function heldAt(
  timeline: Timeline,
  chargeId: string,
  cycle: BillingCycle,
  at: Instant,
  periodStart: Instant,
): Held | undefined {
  const state = stateAt(timeline, at);
  const { zone } = timeline;
  const listed = state?.plan.plan.charges.find(({ id }) => id === chargeId);
  if (state === undefined || listed === undefined || state.resting !== undefined) return undefined;
  if (!isRated(listed) || !sameCycle(cycleOf(listed, state), cycle)) return undefined;
  const effective = effectiveCharge(state, listed, at, periodStart, zone);
  const {
    name: _name,
    description: _text,
    metadata: _notes,
    revisions: _others,
    ...terms
  } = effective.charge;
  const discounts = discountsAt(timeline, at, periodStart).filter(({ pricing, chargeType }) =>
    discountTargets(pricing.appliesTo ?? { chargeTypes: [chargeType] }, listed),
  );
  return {
    ...effective,
    state,
    quantity: isCounted(listed) ? state.quantities[chargeId] : undefined,
    prices: [
      terms,
      state.plan.product.agentType,
      discounts.map(({ id, pricing }) => [id, pricing]),
    ],
  };
}

/** The discounts that hold at an instant, with the prices that hold. */
export function discountsAt(
  timeline: Timeline,
  at: Instant,
  periodStart: Instant,
): readonly DiscountCharge[] {
  const state = stateAt(timeline, at);
  if (state === undefined || state.resting !== undefined) return [];
  return state.plan.plan.charges
    .filter(isDiscount)
    .map((charge) => effectiveCharge(state, charge, at, periodStart, timeline.zone).charge)
    .filter(isDiscount);
}

function samePrices(a: Held | undefined, b: Held | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalJson(a.prices) === canonicalJson(b.prices);
}

/** Neighbours between which nothing changes, as one. */
function joined(
  stretches: readonly Stretch[],
  same: (a: Held | undefined, b: Held | undefined) => boolean,
): readonly Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last === undefined || !same(last.held, stretch.held)) {
      result.push(stretch);
    } else {
      const period = { start: last.period.start, end: stretch.period.end };
      result.splice(-1, 1, { ...last, period });
    }
  }
  return result;
}
