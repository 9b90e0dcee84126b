import type { Product } from "../catalog/product.js";
import { firstIndex } from "../data/first-index.js";
import { once, recent } from "../data/recent.js";
import type { Instant } from "../time/instant.js";
import { contains, type Interval } from "../time/interval.js";
import type { TimeZone } from "../time/zone.js";
import { type Rescheduling, reschedule, type Schedule } from "./cadence.js";
import type { FoundPlan } from "./find-plan.js";
import type { OwnTerms } from "./own-terms.js";
import type { Subscription } from "./subscription.js";
import { trialEndOf, unchangedSchedule } from "./unchanged-schedule.js";

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
  /** Whether what the date changes bills new fees in advance as a whole, and credits nothing of the old ones. */
  readonly wholeFees: boolean;
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

/** The first state of a stretch of time in which something is billed. */
export function firstBilledWithin(
  { states }: Timeline,
  { start, end }: Interval,
): SubscriptionState | undefined {
  for (let index = indexOfState(states, start); index < states.length; index += 1) {
    const state = states[index];
    if (state === undefined || state.span.start >= end) return undefined;
    if (state.unbilledReason === undefined) return state;
  }
  return undefined;
}

/** Whether the changes of an instant bill fees in advance as a whole. */
export function billsWholeFees({ drafts }: Timeline, at: Instant): boolean {
  const draft = drafts[firstIndex(drafts, ({ since }) => since > at) - 1];
  return draft?.since === at && draft.wholeFees;
}

/** Up to when changes are known. */
export function knownUntil({ drafts, span }: Timeline): Instant {
  return drafts.at(-1)?.since ?? span.start;
}

/** The index of the last state that begins at or before an instant; 0 where none does. */
function indexOfState(states: readonly SubscriptionState[], instant: Instant): number {
  return Math.max(0, firstIndex(states, ({ span }) => span.start > instant) - 1);
}

/**
 * The life as it is known before the changes that take effect at an instant, or later. The end date of the subscription
 * itself is always known.
 */
export function knownBefore(timeline: Timeline, instant: Instant): Timeline {
  const { drafts } = timeline;
  const count = Math.max(
    1,
    firstIndex(drafts, ({ since }) => since >= instant),
  );
  if (count === drafts.length) return timeline;
  return knownOf(timeline).get(count, () => withDrafts(timeline, count));
}

const knownOf = once((_timeline: Timeline) => recent<number, Timeline>(8));

function withDrafts(timeline: Timeline, count: number): Timeline {
  const drafts = timeline.drafts.slice(0, count);
  const [span, states] = [spanOf(drafts), statesBefore(timeline, drafts)];
  return { ...timeline, drafts, schedule: scheduleOf(timeline, count), span, states };
}

/**
 * The life as a document of a moment knows it that bills fees ahead, up to an instant: fees that a change bills as a whole
 * are due when it takes effect, and until then nothing is known of it.
 */
export function knownAhead(timeline: Timeline, moment: Instant, until: Instant): Timeline {
  const { drafts } = timeline;
  const next = drafts.slice(firstIndex(drafts, ({ since }) => since > moment));
  const whole = next.find(({ since, wholeFees }) => wholeFees && since < until);
  return knownBefore(timeline, whole?.since ?? until);
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
  const earlier = states.slice(
    0,
    firstIndex(states, ({ span }) => span.start >= since),
  );
  // The plan that the last of them is on may go on for longer than all changes make it.
  const begun = firstIndex(earlier, (state) => state.planSince >= planSince);
  const onPlan = earlier.slice(begun);
  const goesOn = onPlan[0] === undefined || onPlan[0].planUntil === end;
  return [
    ...earlier.slice(0, begun),
    ...(goesOn ? onPlan : onPlan.map((state) => ({ ...state, planUntil: end }))),
    ...statesOf(last, own, { start: since, end }, trialEndOf(subscription, zone)),
  ];
}

/** The timeline of drafts in the order of time, the start first. */
export function timelineOf(
  facts: Pick<Timeline, "subscription" | "products" | "zone" | "own">,
  drafts: readonly SubscriptionDraft[],
): Timeline {
  const { subscription, zone, own } = facts;
  const span = spanOf(drafts);
  const states = statesOf(drafts, own, span, trialEndOf(subscription, zone));
  return { ...facts, span, states, drafts, schedule: scheduleOf({ subscription, drafts }) };
}

function spanOf(drafts: readonly SubscriptionDraft[]): Interval {
  const [first, last] = [drafts[0], drafts.at(-1)];
  if (first === undefined || last === undefined) throw new Error("unreachable: no first draft");
  return { start: first.since, end: last.end };
}

const SOME_DRAFTS = 32;
const laid = new WeakMap<readonly SubscriptionDraft[], Schedule[]>();

/** The schedule that the first drafts make. Each of those that some drafts more make begins from the one before it. */
function scheduleOf(
  { subscription, drafts }: Pick<Timeline, "subscription" | "drafts">,
  count = drafts.length,
): Schedule {
  const cycle = drafts[0]?.plan.plan.billingCycle ?? "monthly";
  const known = laid.get(drafts) ?? [unchangedSchedule(subscription, cycle)];
  laid.set(drafts, known);
  const from = Math.min(known.length - 1, Math.floor(count / SOME_DRAFTS));
  const schedule = [...(known[from] ?? [])];
  for (let index = from * SOME_DRAFTS; index < count; index += 1) {
    const { rescheduling } = drafts[index] ?? {};
    if (rescheduling !== undefined) reschedule(schedule, rescheduling);
    if (index + 1 === known.length * SOME_DRAFTS) known.push([...schedule]);
  }
  return schedule;
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
