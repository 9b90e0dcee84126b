import type { OneTimeCharge } from "../catalog/charge.js";
import { isRated } from "../catalog/charge-kinds.js";
import { planIndex } from "../catalog/plan-index.js";
import { contains } from "../time/interval.js";
import type { ScheduledPeriod } from "./cadence.js";
import { effectiveCharge, isInForce } from "./effective-charge.js";
import type { SegmentContext } from "./held.js";
import type { ChargeSegment } from "./segment.js";
import { firstBilledWithin, planCount, planStarts, type SubscriptionState } from "./timeline.js";

/** A one-time charge, and the state in which it is first billed for. */
interface DueOnce {
  readonly charge: OneTimeCharge;
  readonly overridden: boolean;
  readonly state: SubscriptionState;
}

/** One-time charges that fall due in a period: each once per subscription, when it is first billed for. */
export function dueOnce(
  { timeline, closed }: SegmentContext,
  { period, cycle }: ScheduledPeriod,
): readonly DueOnce[] {
  const { zone, span: life } = timeline;
  const first = new Map<string, DueOnce>();
  const plans = new Set<string>();
  for (const { plan, span: whole, planUntil } of planStarts(timeline, life.end)) {
    if (plans.size === planCount(timeline)) break;
    if (plans.has(plan.plan.id)) continue;
    const state = firstBilledWithin(timeline, { start: whole.start, end: planUntil });
    if (state === undefined) continue;
    plans.add(plan.plan.id);
    const at = state.span.start;
    const isDue = contains(period, at);
    const recorded = isDue ? closed.chargesIn({ start: at, end: at + 1 }) : [];
    for (const charge of [...plan.plan.charges, ...recorded]) {
      if (charge.chargeType !== "one-time" || first.has(charge.id)) continue;
      const billed = isDue ? closed.chargeAt(charge.id, cycle, at, state, timeline) : undefined;
      const isListed =
        planIndex(plan.plan).byId.get(charge.id) === charge && isInForce(charge, at, zone);
      if (billed === "not-sold" || (billed === undefined && !isListed)) continue;
      const held = billed ?? effectiveCharge(state, charge, at, at, zone);
      if (held.charge.chargeType === "one-time") {
        first.set(charge.id, { charge: held.charge, overridden: held.overridden, state });
      }
    }
  }
  return [...first.values()].filter(({ state }) => contains(period, state.span.start));
}

/** The segments of the one-time charges that fall due in a period. */
export function oneTimeSegments(
  context: SegmentContext,
  scheduled: ScheduledPeriod,
): readonly ChargeSegment[] {
  const rated = dueOnce(context, scheduled).filter(({ charge }) => isRated(charge));
  return rated.map(({ charge, overridden, state }): ChargeSegment => {
    const span = { start: state.span.start, end: scheduled.period.end };
    const segment: ChargeSegment = {
      charge,
      overridden,
      ratePlanId: state.plan.plan.id,
      agentType: state.plan.product.agentType,
      quantity: undefined,
      period: span,
      pauses: [],
      cycle: scheduled.cycle,
      priceInterval: span,
      parts: [span],
      position: 0,
      sharedLimits: () => [segment],
    };
    return segment;
  });
}
