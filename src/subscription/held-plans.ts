import type { RatePlan } from "../catalog/rate-plan.js";
import { firstIndex } from "../data/first-index.js";
import type { Instant } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import type { FoundPlan } from "./find-plan.js";
import { type SubscriptionState, stateAt, stretchesWithin, type Timeline } from "./timeline.js";

/** The plan that a subscription starts on, also of one that is canceled before anything is billed. */
function firstPlan({ drafts }: Timeline): FoundPlan {
  const [first] = drafts;
  if (first === undefined) throw new Error("unreachable: a subscription without a plan");
  return first.plan;
}

/** The plan just before an instant; before and after the subscription, that with which it begins or ends. */
export function planBefore(timeline: Timeline, instant: Instant): FoundPlan {
  const { span, states } = timeline;
  const at = Math.max(span.start, Math.min(instant, span.end) - 1);
  return (stateAt(timeline, at) ?? states.at(-1))?.plan ?? firstPlan(timeline);
}

/** The currency of a subscription, which all its plans have. */
export function currencyOf(timeline: Timeline): string {
  return firstPlan(timeline).plan.currency;
}

/** The rate plans of a stretch of time, each once. */
export function plansWithin(timeline: Timeline, within: Interval): readonly RatePlan[] {
  return [...new Set(stretchesWithin(timeline, within).map(({ plan }) => plan.plan))];
}

/** The first state after each coming onto a plan, in order, up to an instant. */
export function* planStarts({ states }: Timeline, until: Instant): Generator<SubscriptionState> {
  let state = states[0];
  while (state !== undefined && state.span.start < until) {
    yield state;
    const { planUntil } = state;
    state = states[firstIndex(states, ({ span }) => span.start >= planUntil)];
  }
}

/** The rate plans of a life up to an instant, each once, in the order in which the subscription came onto them. */
export function plansBefore(timeline: Timeline, until: Instant): readonly RatePlan[] {
  const plans = new Set<RatePlan>();
  for (const { plan } of planStarts(timeline, until)) {
    plans.add(plan.plan);
    if (plans.size === planCount(timeline)) break;
  }
  return [...plans];
}

/** How many plans there are to come onto. */
export function planCount({ products }: Timeline): number {
  return products.reduce((all, { ratePlans }) => all + ratePlans.length, 0);
}
