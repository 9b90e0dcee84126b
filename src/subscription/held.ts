import type { Charge } from "../catalog/charge.js";
import {
  billsSubscriptionQuantity,
  type DiscountCharge,
  isDiscount,
  isRated,
} from "../catalog/charge-kinds.js";
import { type TargetedBy, targetIndex, targetOf } from "../catalog/discount.js";
import { planIndex } from "../catalog/plan-index.js";
import type { RatePlan } from "../catalog/rate-plan.js";
import { canonicalJson } from "../data/canonical-json.js";
import { type BillingCycle, sameCycle } from "../time/billing-cycle.js";
import type { Instant } from "../time/instant.js";
import { cutAt, type Interval } from "../time/interval.js";
import { isAdditive } from "../usage/aggregations/index.js";
import { periodDue } from "./due-once.js";
import {
  type EffectiveCharge,
  effectiveCharge,
  isInForce,
  ownDatesWithin,
  quantityOf,
  termsText,
} from "./effective-charge.js";
import { plansWithin } from "./held-plans.js";
import { datesWithin, ownDiscountsOn } from "./own-terms.js";
import { perContext, type SegmentContext } from "./segment-context.js";
import { knownUntil, type SubscriptionState, stateAt, stretchesWithin } from "./timeline.js";

/** The cycle that a charge bills for. */
export function cycleOf(charge: Charge, plan: RatePlan): BillingCycle {
  const own = charge.chargeType === "one-time" ? undefined : charge.billingCycle;
  return own ?? plan.billingCycle;
}

/** A cycle of a charge. */
export interface Account {
  readonly chargeId: string;
  readonly cycleLength: BillingCycle;
  readonly cycle: Interval;
  readonly periodStart: Instant;
}

/** What holds in an uncut stretch; equal facts are not cut apart. */
export interface Held extends EffectiveCharge {
  readonly state: SubscriptionState;
  readonly quantity: string | undefined;
  /** Everything that decides the price of a unit, to be compared. */
  readonly prices: string;
}

/**
 * A stretch between every two dates at which something may change for a charge. Usage that cannot be split is not cut for
 * a discount that is: the discount that holds as it begins is taken off all of it.
 */
export function cutsWithin(
  { timeline, closed }: SegmentContext,
  chargeId: string,
  span: Interval,
): readonly Interval[] {
  const { own, zone } = timeline;
  const known = { start: span.start, end: Math.min(span.end, knownUntil(timeline) + 1) };
  const dates = plansWithin(timeline, span).flatMap((plan) => {
    const { byId, discounts, discountsOn } = planIndex(plan);
    const charge = byId.get(chargeId);
    const listed = charge === undefined ? discounts : discountsOn(charge);
    const splits = charge?.chargeType !== "usage" || isAdditive(charge.aggregation);
    const cutting = [...(charge === undefined ? [] : [charge]), ...(splits ? listed : [])];
    const priced =
      charge === undefined ? own.overrides.keys() : ownDiscountsOn(own.overrides)(charge);
    const overridden = new Set([...listed.map(({ id }) => id), ...priced]);
    return [
      ...cutting.flatMap((each) => ownDatesWithin(each, span, zone)),
      ...[...overridden].flatMap((id) => datesWithin(own.overrides, id, known)),
    ];
  });
  return cutAt(span, [
    ...stretchesWithin(timeline, span).flatMap(({ span: { start, end } }) => [start, end]),
    ...datesWithin(own.quantities, chargeId, known),
    ...datesWithin(own.overrides, chargeId, known),
    ...closed.datesOf(chargeId, span),
    ...dates,
  ]);
}

/** What holds for a charge at an instant; nothing where it is not billed. */
export function heldAt(
  context: SegmentContext,
  state: SubscriptionState,
  account: Account,
  at: Instant,
): Held | undefined {
  if (state.unbilledReason !== undefined) return undefined;
  const effective = chargeAt(context, state, account, at);
  if (effective === undefined) return undefined;
  const { charge } = effective;
  const { plan, product } = state.plan;
  if (!isRated(charge) || !sameCycle(cycleOf(charge, plan), account.cycleLength)) return undefined;
  const discounts = discountsHeld(context, state, at, account.periodStart).on(charge);
  return {
    ...effective,
    state,
    quantity: billsSubscriptionQuantity(charge) ? quantityOf(state, charge.id) : undefined,
    prices: `${termsText(charge)} ${canonicalJson([
      product.agentType,
      discounts.map(({ id, pricing }) => [id, pricing]),
    ])}`,
  };
}

/** The charge of an account at an instant: as it was billed, where its time is closed, else as the catalog has it. */
function chargeAt(
  { timeline, closed }: SegmentContext,
  state: SubscriptionState,
  { chargeId, cycle, periodStart }: Account,
  at: Instant,
): EffectiveCharge | undefined {
  const { zone } = timeline;
  const billed = closed.chargeAt(chargeId, cycle, at, state, timeline);
  if (billed === "not-sold") return undefined;
  // Under another plan the id may be that of a one-time charge, which has no cycles.
  if (billed !== undefined && billed.charge.chargeType !== "one-time") return billed;
  const listed = planIndex(state.plan.plan).byId.get(chargeId);
  if (listed === undefined || listed.chargeType === "one-time") return undefined;
  if (!isInForce(listed, at, zone)) return undefined;
  return effectiveCharge(state, listed, at, periodStart, zone);
}

/** The discounts that hold at an instant, with the prices that hold. */
export function discountsAt(
  context: SegmentContext,
  state: SubscriptionState,
  at: Instant,
  periodStart: Instant,
): readonly DiscountCharge[] {
  return discountsHeld(context, state, at, periodStart).all;
}

interface HeldDiscounts {
  readonly all: readonly DiscountCharge[];
  readonly on: TargetedBy<DiscountCharge>;
}

const NO_DISCOUNTS: HeldDiscounts = { all: [], on: () => [] };

const discountsOf = perContext(() => new Map<string, HeldDiscounts>());

/** The discounts that hold at an instant, found once for all the charges that may have them. */
function discountsHeld(
  context: SegmentContext,
  state: SubscriptionState,
  at: Instant,
  periodStart: Instant,
): HeldDiscounts {
  const known = discountsOf(context);
  const name = `${at} ${periodStart}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  const all = readDiscounts(context, state, at, periodStart);
  if (all.length === 0) return NO_DISCOUNTS;
  const held = { all, on: targetIndex(all, (each) => [targetOf(each)]) };
  known.set(name, held);
  return held;
}

function readDiscounts(
  context: SegmentContext,
  state: SubscriptionState,
  at: Instant,
  periodStart: Instant,
): readonly DiscountCharge[] {
  const { timeline, closed } = context;
  if (state.unbilledReason !== undefined) return [];
  return (
    closed.discountsAt(at, state) ??
    planIndex(state.plan.plan).discounts.flatMap((listed) => {
      const when = decisive(context, listed, at);
      if (when === undefined || !isInForce(listed, when, timeline.zone)) return [];
      const then = when === at ? state : (stateAt(timeline, when) ?? state);
      const { charge } = effectiveCharge(then, listed, when, periodStart, timeline.zone);
      return isDiscount(charge) ? [charge] : [];
    })
  );
}

/**
 * The moment whose terms of a discount hold at an instant: one that is taken once stays as it was taken, whatever becomes of it later.
 * Nothing where it is never taken.
 */
function decisive(
  context: SegmentContext,
  discount: DiscountCharge,
  at: Instant,
): Instant | undefined {
  if (discount.chargeType !== "one-time") return at;
  const due = periodDue(context, discount.id);
  return due && Math.min(at, due.end - 1);
}
