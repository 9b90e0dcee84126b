import type { Product } from "../catalog/product.js";
import type { RatePlan } from "../catalog/rate-plan.js";
import type { BillingCycle } from "../time/billing-cycle.js";
import { addLocalDays, instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { contains, type Interval } from "../time/interval.js";
import { type TimeZone, UTC } from "../time/zone.js";
import { type Cadence, type Rescheduling, reschedule, type Schedule } from "./cadence.js";
import type { FoundPlan } from "./find-plan.js";
import type { OwnTerms } from "./own-terms.js";
import type { Subscription } from "./subscription.js";

/** Why nothing is billed in a stretch of time. */
export type UnbilledReason = "trial" | "paused";

/** A stretch of a subscription in which nothing about it changes. */
export interface SubscriptionState {
  readonly span: Interval;
  /** The last date of changes before it: a trial may end later. */
  readonly since: Instant;
  readonly plan: FoundPlan;
  /** Since when the subscription is on the plan, and until when. */
  readonly planSince: Instant;
  readonly planUntil: Instant;
  /** Why nothing is billed; nothing while it is. */
  readonly unbilledReason: UnbilledReason | undefined;
  /** What the subscription says of charges of its own, of all times. */
  readonly own: OwnTerms;
}

/** The life of a subscription: what held when, and its billing periods. */
export interface Timeline {
  readonly subscription: Subscription;
  readonly products: readonly Product[];
  readonly zone: TimeZone;
  /** From start to end; Infinity while it runs on. */
  readonly span: Interval;
  /** In the order of time, without gaps. */
  readonly states: readonly SubscriptionState[];
  readonly schedule: Schedule;
  /** What the subscription says of charges of its own, also after the changes that are known. */
  readonly own: OwnTerms;
  /** What each date of changes made of the subscription, the start first: what {@link knownBefore} goes back to. */
  readonly drafts: readonly SubscriptionDraft[];
}

/** What holds from an instant on, until something changes. */
export interface SubscriptionDraft {
  readonly since: Instant;
  readonly plan: FoundPlan;
  readonly planSince: Instant;
  readonly paused: boolean;
  /** What it does to the billing periods; nothing where they go on. */
  readonly rescheduling: Rescheduling | undefined;
  /** When the subscription ends, as far as it is known. */
  readonly end: Instant;
}

/** The state at an instant; nothing outside of the subscription. */
export function stateAt({ states }: Timeline, instant: Instant): SubscriptionState | undefined {
  const state = states[indexOfState(states, instant)];
  return state !== undefined && contains(state.span, instant) ? state : undefined;
}

/** The states that have a part in a stretch of time. */
export function statesWithin(
  { states }: Timeline,
  { start, end }: Interval,
): readonly SubscriptionState[] {
  if (start >= end) return [];
  const first = indexOfState(states, start);
  let last = first;
  while ((states[last]?.span.start ?? end) < end) last += 1;
  return states.slice(first, last).filter(({ span }) => span.end > start);
}

/** A stretch of a life in which what is different may only be of single charges. */
type LifeStretch = Omit<SubscriptionState, "own">;

const stretches = new WeakMap<Timeline, Map<string, readonly LifeStretch[]>>();

/** The stretches of a life between which something changes for all charges: the plan, or whether anything is billed. */
export function stretchesWithin(timeline: Timeline, within: Interval): readonly LifeStretch[] {
  const states = statesWithin(timeline, within);
  if (states.length <= 1) return states;
  const known = stretches.get(timeline) ?? new Map<string, readonly LifeStretch[]>();
  stretches.set(timeline, known);
  const name = `${within.start} ${within.end}`;
  const found = known.get(name) ?? joinedStates(states);
  known.set(name, found);
  return found;
}

function joinedStates(states: readonly SubscriptionState[]): readonly LifeStretch[] {
  const joined: LifeStretch[] = [];
  for (const state of states) {
    const last = joined.at(-1);
    const goesOn =
      last?.plan.plan === state.plan.plan &&
      last.planSince === state.planSince &&
      last.unbilledReason === state.unbilledReason;
    if (last === undefined || !goesOn) joined.push(state);
    else joined.splice(-1, 1, { ...last, span: { ...last.span, end: state.span.end } });
  }
  return joined;
}

/** The rate plans of a stretch of time, each once. */
export function plansWithin(timeline: Timeline, within: Interval): readonly RatePlan[] {
  return [...new Set(stretchesWithin(timeline, within).map(({ plan }) => plan.plan))];
}

/** The rate plans of a life up to an instant, each once, in the order in which the subscription came onto them. */
export function plansBefore({ states }: Timeline, until: Instant): readonly RatePlan[] {
  const plans = new Set<RatePlan>();
  for (const { plan, span } of states) {
    if (span.start >= until) break;
    plans.add(plan.plan);
  }
  return [...plans];
}

/** Up to when changes are known. */
export function knownUntil({ drafts, span }: Timeline): Instant {
  return drafts.at(-1)?.since ?? span.start;
}

/** The index of the last state that begins at or before an instant, by bisection; 0 where none does. */
function indexOfState(states: readonly SubscriptionState[], instant: Instant): number {
  let [low, high] = [0, states.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((states[middle]?.span.start ?? instant) <= instant) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The life as it is known before the changes that take effect at an instant, or later. The end date of the subscription
 * itself is always known.
 */
export function knownBefore(timeline: Timeline, instant: Instant): Timeline {
  const { drafts } = timeline;
  const later = drafts.findIndex(({ since }, index) => index > 0 && since >= instant);
  if (later < 0) return timeline;
  const kept = drafts.slice(0, later);
  return timelineOf(timeline, kept, statesBefore(timeline, kept));
}

/** The states that drafts make of which more are known: those before the last of them are the same. */
function statesBefore(
  { subscription, zone, states, own }: Timeline,
  drafts: readonly SubscriptionDraft[],
): readonly SubscriptionState[] {
  const last = drafts.slice(-1);
  const [draft] = last;
  if (draft === undefined) return [];
  const { since, planSince, end } = draft;
  const earlier = states.filter(({ span }) => span.start < since);
  return [
    ...earlier.map((state) =>
      state.planSince !== planSince || state.planUntil === end
        ? state
        : { ...state, planUntil: end },
    ),
    ...statesOf(last, own, { start: since, end }, trialEndOf(subscription, zone)),
  ];
}

/** The timeline of drafts in the order of time, the start first. */
export function timelineOf(
  {
    subscription,
    products,
    zone,
    own,
  }: Pick<Timeline, "subscription" | "products" | "zone" | "own">,
  drafts: readonly SubscriptionDraft[],
  known?: readonly SubscriptionState[],
): Timeline {
  const [first, last] = [drafts[0], drafts.at(-1)];
  if (first === undefined || last === undefined) throw new Error("unreachable: no first draft");
  const span = { start: first.since, end: last.end };
  const states = known ?? statesOf(drafts, own, span, trialEndOf(subscription, zone));
  const schedule = unchangedSchedule(subscription, first.plan.plan.billingCycle);
  for (const { rescheduling } of drafts) {
    if (rescheduling !== undefined) reschedule(schedule, rescheduling);
  }
  return { subscription, products, zone, span, states, schedule, own, drafts };
}

function trialEndOf({ startDate, trialDays = 0 }: Subscription, zone: TimeZone): Instant {
  const start = instantOf(startDate, zone);
  return trialDays === 0 ? start : addLocalDays(start, trialDays, zone);
}

/** The billing periods of a subscription whose cycle never changes. */
export function unchangedSchedule(subscription: Subscription, cycle: BillingCycle): Cadence[] {
  const { startDate, endDate, timeZone: zone = UTC } = subscription;
  const start = instantOf(startDate, zone);
  const end = endDate === undefined ? Number.POSITIVE_INFINITY : instantOf(endDate, zone);
  return [
    {
      span: { start, end },
      charges: { start, end },
      anchor: subscription.billingAnchor ?? "anniversary",
      anniversary: trialEndOf(subscription, zone),
      cycle,
      zone,
      endOfMonth: subscription.endOfMonth ?? "clamp",
    },
  ];
}

/** Until when the subscription is on the plan of each draft. */
function planEndsOf(drafts: readonly SubscriptionDraft[], end: Instant): readonly Instant[] {
  const ends: Instant[] = [];
  for (let index = drafts.length - 1; index >= 0; index -= 1) {
    const [draft, next] = [drafts[index], drafts[index + 1]];
    const goesOn = next !== undefined && next.planSince === draft?.planSince;
    ends[index] = goesOn ? (ends[index + 1] ?? end) : Math.min(next?.since ?? end, end);
  }
  return ends;
}

/** Cuts the drafts at each other, at the end of the trial and at the end of the subscription. */
function statesOf(
  drafts: readonly SubscriptionDraft[],
  own: OwnTerms,
  { end }: Interval,
  trialEnd: Instant,
): readonly SubscriptionState[] {
  const planEnds = planEndsOf(drafts, end);
  return drafts.flatMap((draft, index) => {
    const { since, paused, plan, planSince } = draft;
    const planUntil = planEnds[index] ?? end;
    const rest = { since, plan, planSince, planUntil, own };
    const until = Math.min(drafts[index + 1]?.since ?? end, end);
    const middle = Math.min(Math.max(since, trialEnd), until);
    const parts: readonly SubscriptionState[] = [
      { ...rest, span: { start: since, end: middle }, unbilledReason: "trial" },
      {
        ...rest,
        span: { start: middle, end: until },
        unbilledReason: paused ? "paused" : undefined,
      },
    ];
    return parts.filter(({ span }) => span.start < span.end);
  });
}
