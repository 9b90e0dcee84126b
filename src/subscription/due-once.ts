import type { OneTimeCharge } from "../catalog/charge.js";
import { planIndex } from "../catalog/plan-index.js";
import { contains, type Interval } from "../time/interval.js";
import { type ScheduledPeriod, scheduledAt } from "./cadence.js";
import { effectiveCharge, isInForce } from "./effective-charge.js";
import { planCount, planStarts } from "./held-plans.js";
import { perContext, type SegmentContext } from "./segment-context.js";
import { firstBilledWithin, type SubscriptionState, type Timeline } from "./timeline.js";

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
  const { zone } = timeline;
  const first = new Map<string, DueOnce>();
  for (const state of firstStates(timeline)) {
    const { plan } = state.plan;
    const at = state.span.start;
    const isDue = contains(period, at);
    const recorded = isDue ? closed.chargesIn({ start: at, end: at + 1 }) : [];
    for (const charge of [...plan.charges, ...recorded]) {
      if (charge.chargeType !== "one-time" || first.has(charge.id)) continue;
      const billed = isDue ? closed.chargeAt(charge.id, cycle, at, state, timeline) : undefined;
      const isListed =
        planIndex(plan).byId.get(charge.id) === charge && isInForce(charge, at, zone);
      if (billed === "not-sold" || (billed === undefined && !isListed)) continue;
      const held = billed ?? effectiveCharge(state, charge, at, at, zone);
      if (held.charge.chargeType === "one-time") {
        first.set(charge.id, { charge: held.charge, overridden: held.overridden, state });
      }
    }
  }
  return [...first.values()].filter(({ state }) => contains(period, state.span.start));
}

/** The state in which each plan is first billed for, by time. */
function* firstStates(timeline: Timeline): Generator<SubscriptionState> {
  const plans = new Set<string>();
  for (const { plan, span, planUntil } of planStarts(timeline, timeline.span.end)) {
    if (plans.size === planCount(timeline)) return;
    if (plans.has(plan.plan.id)) continue;
    const state = firstBilledWithin(timeline, { start: span.start, end: planUntil });
    if (state === undefined) continue;
    plans.add(plan.plan.id);
    yield state;
  }
}

const periodsDue = perContext((): { periods?: ReadonlyMap<string, Interval> } => ({}));

/** The billing period in which a one-time charge falls due; nothing where it never does. */
export function periodDue(context: SegmentContext, chargeId: string): Interval | undefined {
  const known = periodsDue(context);
  known.periods ??= findPeriods(context);
  return known.periods.get(chargeId);
}

function findPeriods(context: SegmentContext): ReadonlyMap<string, Interval> {
  const periods = new Map<string, Interval>();
  for (const { span } of firstStates(context.timeline)) {
    const scheduled = scheduledAt(context.timeline.schedule, span.start);
    if (scheduled === undefined) continue;
    for (const { charge } of dueOnce(context, scheduled)) periods.set(charge.id, scheduled.period);
  }
  return periods;
}
