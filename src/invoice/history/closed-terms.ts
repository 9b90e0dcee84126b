import type { Charge } from "../../catalog/charge.js";
import { type DiscountCharge, isDiscount } from "../../catalog/charge-kinds.js";
import { planIndex } from "../../catalog/plan-index.js";
import { canonicalJson } from "../../data/canonical-json.js";
import type { ClosedTerms } from "../../subscription/closed-terms.js";
import {
  type EffectiveCharge,
  overrideOf,
  ownDatesWithin,
  termsText,
  withPricing,
} from "../../subscription/effective-charge.js";
import { type SubscriptionState, stateAt, type Timeline } from "../../subscription/timeline.js";
import { instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval, instantsWithin } from "../../time/interval.js";
import {
  type ClosedCharges,
  closedCharges,
  cycleName,
  type PlacedSegment,
} from "./closed-charges.js";
import {
  type ClosedPart,
  type ClosedSegment,
  type ClosedTerm,
  wasBilledOn,
  wasHeldOn,
} from "./closed-part.js";
import type { History } from "./history.js";

/**
 * The terms on which closed time was billed. `own` is the closed part that is priced again, whose discounts and
 * commitments hold too; nothing for what is priced for the first time.
 */
export function closedTerms(history: History, own: ClosedPart | undefined): ClosedTerms {
  const closed = closedCharges(history);
  if (own !== undefined) return termsOf(closed, own);
  closed.terms ??= termsOf(closed, undefined);
  return closed.terms;
}

function termsOf(closed: ClosedCharges, own: ClosedPart | undefined): ClosedTerms {
  return {
    chargesIn: (within) => [
      ...new Set(closed.charges.overlapping(within).map(({ charge }) => charge)),
    ],
    datesOf: (chargeId, within) =>
      instantsWithin(closed.byCharge.get(chargeId)?.dates ?? [], within),
    discountDates: (within) => instantsWithin(closed.discountDates, within),
    order: own?.segments.map(({ charge }) => charge.id) ?? [],
    chargeAt: (chargeId, cycle, at, state, timeline) =>
      billedCharge(closed, chargeId, cycle, at, state, timeline) ??
      (isClosedWithout(closed, chargeId, cycle, at, state, timeline) ? "not-sold" : undefined),
    discountsAt(at, state) {
      const { id } = state.plan.plan;
      const isRecord = (each: ClosedPart) => wasBilledOn(each, id, at);
      const closedBy =
        own !== undefined && isRecord(own)
          ? own
          : closed.parts.at(at).find((each) => each.part === "in-arrears" && isRecord(each));
      // One that is equal in two plans was recorded once, over the time of both.
      return closedBy?.discounts.flatMap(({ charge, period }) =>
        isDiscount(charge) && contains(period, at) ? [charge satisfies DiscountCharge] : [],
      );
    },
    limitsAt(at, state) {
      const { id } = state.plan.plan;
      if (own?.part !== "in-arrears" || !wasBilledOn(own, id, at)) return undefined;
      const held = own.commitments.find(
        ({ ratePlanId, period }) => ratePlanId === id && contains(period, at),
      );
      return held?.limits ?? {};
    },
    termAt(at, ratePlanId) {
      const isOf = (each: ClosedTerm) => each.ratePlanId === ratePlanId && contains(each.cycle, at);
      if (own?.part === "in-arrears" && wasHeldOn(own, ratePlanId, at)) {
        return own.terms.find(isOf) ?? { since: own.period.end };
      }
      const before = closed.parts
        .at(at - 1)
        .find((each) => each.part === "in-arrears" && wasHeldOn(each, ratePlanId, at - 1));
      const hadTerm = before?.terms.some((each) => each.ratePlanId === ratePlanId);
      return before?.terms.find(isOf) ?? (hadTerm === false ? { since: at } : undefined);
    },
  };
}

/** The charge as it was billed in the cycle on the plan: at the instant itself, else as near to it as may be. */
function billedCharge(
  closed: ClosedCharges,
  chargeId: string,
  cycle: Interval,
  at: Instant,
  state: SubscriptionState,
  timeline: Timeline,
): EffectiveCharge | "not-sold" | undefined {
  const { id: ratePlanId } = state.plan.plan;
  const inCycle = closed.segments.get(cycleName(chargeId, cycle));
  // Where periods have other boundaries now, the time was billed in another cycle.
  const covering = (inCycle ?? closed.byCharge.get(chargeId))?.byTime
    .at(at)
    .find((each) => wasOnPlan(each, ratePlanId, at, closed));
  const onPlan = () => (inCycle?.all ?? []).filter((each) => each.ratePlanId === ratePlanId);
  const nearest = covering ?? nearestOf(onPlan(), cycle, at, state, closed, timeline);
  if (nearest === undefined || nearest === "not-sold") return nearest;
  const own = overrideOf(state, chargeId);
  if (own === undefined) {
    const listed = nearest.overridden ? onPlan().find((each) => !each.overridden) : nearest;
    return listed && { charge: listed.charge, overridden: false };
  }
  const isSame = canonicalJson(own) === canonicalJson(nearest.charge.pricing);
  return { charge: isSame ? nearest.charge : withPricing(nearest.charge, own), overridden: true };
}

/**
 * What was billed nearest to an instant that nothing was billed for, unless the catalog has a date of the charge between the two;
 * `"not-sold"` where that is on record.
 */
function nearestOf(
  onPlan: readonly PlacedSegment[],
  cycle: Interval,
  at: Instant,
  state: SubscriptionState,
  closed: ClosedCharges,
  { zone }: Timeline,
): PlacedSegment | "not-sold" | undefined {
  const nearest = nearestTo(at, onPlan);
  if (nearest === undefined) return undefined;
  if (wasNotSold(onPlan, cycle, at, state, closed)) return "not-sold";
  if (at >= closed.until[partOf(nearest.charge)]) return undefined;
  const listed = planIndex(state.plan.plan).byId.get(nearest.charge.id);
  const { start, end } = nearest.period;
  const between = at < start ? { start: at + 1, end: start + 1 } : { start: end, end: at + 1 };
  const isDated = listed !== undefined && ownDatesWithin(listed, between, zone).length > 0;
  return isDated ? undefined : nearest;
}

/** Whether a cycle is closed and the plan was billed at an instant of it without the charge: its dates had left it out. */
function wasNotSold(
  onPlan: readonly PlacedSegment[],
  cycle: Interval,
  at: Instant,
  state: SubscriptionState,
  closed: ClosedCharges,
): boolean {
  const { id } = state.plan.plan;
  return onPlan.some(
    (each) =>
      (partOf(each.charge) === "in-advance" || isOver(cycle, state, closed)) &&
      wasPlanBilled(each, id, at, closed),
  );
}

/** Whether all was billed in arrears of a cycle: it is over, or its plan was left as documents knew. */
function isOver(
  cycle: Interval,
  { plan: { plan }, planUntil }: SubscriptionState,
  { parts, until }: ClosedCharges,
): boolean {
  if (planUntil >= cycle.end) return cycle.end <= until["in-arrears"];
  const ends = parts
    .at(planUntil - 1)
    .some(
      ({ part, states }) =>
        part === "in-arrears" &&
        states.some(
          (each) => each.ratePlanId === plan.id && each.span.end === planUntil && each.isLast,
        ),
    );
  return ends && !parts.at(planUntil).some((each) => wasBilledOn(each, plan.id, planUntil));
}

/** Whether a segment was billed on a plan at an instant: one that is equal in two plans was recorded once, for both. */
function wasOnPlan(
  segment: PlacedSegment,
  ratePlanId: string,
  at: Instant,
  closed: ClosedCharges,
): boolean {
  return segment.ratePlanId === ratePlanId || wasPlanBilled(segment, ratePlanId, at, closed);
}

/** Whether the part of a segment, else one of the time, says that a plan was billed at an instant. */
function wasPlanBilled(
  { part }: PlacedSegment,
  ratePlanId: string,
  at: Instant,
  { parts }: ClosedCharges,
): boolean {
  const recorded = contains(part.period, at) ? [part] : parts.at(at);
  return recorded.some((each) => wasBilledOn(each, ratePlanId, at));
}

function nearestTo(at: Instant, segments: readonly PlacedSegment[]): PlacedSegment | undefined {
  const distance = ({ period: { start, end } }: ClosedSegment) => Math.max(start - at, at - end);
  const [first, ...others] = segments;
  return first && others.reduce((a, b) => (distance(b) < distance(a) ? b : a), first);
}

function partOf(charge: Charge): ClosedPart["part"] {
  const inAdvance = charge.chargeType === "recurring" && charge.billingTiming === "in-advance";
  return inAdvance ? "in-advance" : "in-arrears";
}

/**
 * Whether a cycle was closed on the plan without the charge: it has come to the catalog since. A charge that comes with
 * a date that lay ahead when the cycle was billed is billed from then on.
 */
function isClosedWithout(
  closed: ClosedCharges,
  chargeId: string,
  cycle: Interval,
  at: Instant,
  state: SubscriptionState,
  timeline: Timeline,
): boolean {
  const { plan } = state.plan;
  const { parts, segments } = closed;
  const listed = planIndex(plan).byId.get(chargeId);
  if (listed === undefined) return false;
  const recorded = segments.get(cycleName(chargeId, cycle))?.all;
  if (recorded?.some((each) => each.ratePlanId === plan.id) === true) return false;
  const part = partOf(listed);
  // A part says of no other time than its own what was billed.
  const closedBy = parts
    .at(at)
    .find((each) => each.part === part && wasBilledOn(each, plan.id, at));
  if (closedBy === undefined) return false;
  const runs = part === "in-arrears" && listed.chargeType !== "one-time";
  if (runs && (!isOver(cycle, state, closed) || goesOn(listed, cycle, state, timeline))) {
    return false;
  }
  const { effectiveDate } = listed;
  const { end } = closedBy.first.period;
  return effectiveDate === undefined || instantOf(effectiveDate, timeline.zone) < end;
}

/** Whether a charge is the same on the next plan of the cycle: then it ends with that, and not with its own. */
function goesOn(
  listed: Charge,
  cycle: Interval,
  { planUntil }: SubscriptionState,
  timeline: Timeline,
): boolean {
  const next = planUntil < cycle.end ? stateAt(timeline, planUntil) : undefined;
  const same = next && planIndex(next.plan.plan).byId.get(listed.id);
  return same !== undefined && termsText(same) === termsText(listed);
}
