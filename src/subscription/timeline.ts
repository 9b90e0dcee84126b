import type { CatalogReader } from "../catalog/catalog.js";
import type { Product } from "../catalog/product.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { type BillingCycle, sameCycle } from "../time/billing-cycle.js";
import { contains, type Interval } from "../time/cycle-grid.js";
import { addLocalDays, instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { type TimeZone, UTC } from "../time/zone.js";
import type { Override, SubscriptionChange } from "./change.js";
import { checkOverrides } from "./effective-charge.js";
import { checkEffective, checkNames, type FoundPlan, findPlan } from "./rate-plan-of.js";
import { endAt, reschedule, runningAt, type Schedule } from "./schedule.js";
import type { Subscription } from "./subscription.js";

/** A stretch of a subscription in which nothing about it changes. */
export interface SubscriptionState {
  readonly span: Interval;
  readonly plan: FoundPlan;
  /** Since when the subscription is on the plan. */
  readonly planSince: Instant;
  /** Why nothing is billed; nothing while it is. */
  readonly resting: "trial" | "paused" | undefined;
  readonly quantities: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, Override>>;
}

/** The life of a subscription: what held when, and its billing periods. */
export interface Timeline {
  readonly subscription: Subscription;
  readonly products: readonly Product[];
  readonly zone: TimeZone;
  /** From start to end; Infinity while it runs on. */
  readonly span: Interval;
  readonly states: readonly SubscriptionState[];
  readonly schedule: Schedule;
}

/** The state at an instant; nothing outside of the subscription. */
export function stateAt({ states }: Timeline, instant: Instant): SubscriptionState | undefined {
  return states.find(({ span }) => contains(span, instant));
}

/** A change, when it takes effect, and where it stands in the caller's data. */
interface DatedChange {
  readonly at: Instant;
  readonly change: SubscriptionChange;
  readonly path: readonly PathSegment[];
  /** Whether it still waits for the end of a billing period. */
  readonly waits: boolean;
}

/** What changes, step by step. */
interface Draft {
  readonly since: Instant;
  readonly plan: FoundPlan;
  readonly planSince: Instant;
  readonly paused: boolean;
  readonly quantities: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, Override>>;
}

/** Lays out a subscription's life, and reports changes that cannot be. */
export function layOut(
  subscription: Subscription,
  products: readonly Product[],
  reader: CatalogReader,
  issues: PricingIssue[],
): Timeline | undefined {
  const { startDate, endDate, timeZone: zone = UTC, trialDays = 0 } = subscription;
  const root = ["subscription"];
  const start = instantOf(startDate, zone);
  const plan = findPlan(products, subscription.ratePlanId, [...root, "ratePlanId"], issues);
  if (plan === undefined) return undefined;
  checkEffective(plan, { at: start, written: startDate }, [...root, "startDate"], zone, issues);
  const { quantities = {}, overrides = {} } = subscription;
  checkNames(plan, { quantities, overrides }, root, issues);
  checkOverrides(plan, overrides, reader, (id) => [...root, "overrides", id], issues);
  const trialEnd = trialDays === 0 ? start : addLocalDays(start, trialDays, zone);
  const end = endDate === undefined ? Number.POSITIVE_INFINITY : instantOf(endDate, zone);
  let schedule = unchangedSchedule(subscription, plan.plan.billingCycle);
  let draft: Draft = { since: start, plan, planSince: start, paused: false, quantities, overrides };
  const drafts: Draft[] = [draft];
  const queue = inOrder(readChanges(subscription, zone));
  let span = { start, end };
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { at, change, path } = next;
    if (!checkDate(next, span, startDate, issues)) continue;
    const running = runningAt(schedule, at);
    if (next.waits && running !== undefined) {
      const { end: periodEnd } = running.period;
      // At the end of the subscription there is nothing left to change.
      if (periodEnd < span.end) queue.push({ ...next, at: periodEnd, waits: false });
      queue.sort(byDate);
      continue;
    }
    if (change.status === "canceled") {
      span = { start, end: at };
      schedule = endAt(schedule, at);
    }
    const changed = applied(draft, next, products, zone, issues);
    const anchor = change.billingAnchor ?? schedule.at(-1)?.anchor ?? "anniversary";
    const cycle = changed.plan.plan.billingCycle;
    if (change.billingAnchor !== undefined || !sameCycle(cycle, draft.plan.plan.billingCycle)) {
      schedule = reschedule(schedule, at, { anchor, anniversary: at, cycle });
    }
    checkNames(changed.plan, change, path, issues);
    if (changed.plan !== draft.plan || change.overrides !== undefined) {
      const isNew = (id: string) => Object.hasOwn(change.overrides ?? {}, id);
      const pathOf = (id: string) => [...path, ...(isNew(id) ? ["overrides", id] : ["ratePlanId"])];
      checkOverrides(changed.plan, changed.overrides, reader, pathOf, issues);
    }
    draft = changed;
    drafts.push(draft);
  }
  return { subscription, products, zone, span, schedule, states: statesOf(drafts, span, trialEnd) };
}

/** The billing periods of a subscription whose cycle never changes. */
export function unchangedSchedule(subscription: Subscription, cycle: BillingCycle): Schedule {
  const { startDate, endDate, timeZone: zone = UTC, trialDays = 0 } = subscription;
  const start = instantOf(startDate, zone);
  const end = endDate === undefined ? Number.POSITIVE_INFINITY : instantOf(endDate, zone);
  return [
    {
      span: { start, end },
      anchor: subscription.billingAnchor ?? "anniversary",
      anniversary: trialDays === 0 ? start : addLocalDays(start, trialDays, zone),
      cycle,
      zone,
      endOfMonth: subscription.endOfMonth ?? "clamp",
    },
  ];
}

function readChanges({ changes = [] }: Subscription, zone: TimeZone): readonly DatedChange[] {
  return changes.map((change, index) => ({
    at: instantOf(change.effectiveDate, zone),
    change,
    path: ["subscription", "changes", index],
    waits: change.takesEffect === "at-period-end",
  }));
}

function byDate(a: DatedChange, b: DatedChange): number {
  return a.at - b.at;
}

function inOrder(changes: readonly DatedChange[]): DatedChange[] {
  return changes.toSorted(byDate);
}

function checkDate(
  { at, change, path }: DatedChange,
  span: Interval,
  startDate: string,
  issues: PricingIssue[],
): boolean {
  if (contains(span, at)) return true;
  const early = at < span.start;
  const expected = early
    ? `from the start of the subscription on (${startDate})`
    : "before the end of the subscription";
  issues.push(
    issueAt(
      early ? "change_before_start" : "change_after_end",
      [...path, "effectiveDate"],
      `must be ${expected}`,
      { expected, received: change.effectiveDate },
    ),
  );
  return false;
}

function applied(
  draft: Draft,
  { at, change, path }: DatedChange,
  products: readonly Product[],
  zone: TimeZone,
  issues: PricingIssue[],
): Draft {
  const { ratePlanId, quantities = {}, overrides = {}, status } = change;
  const found =
    ratePlanId === undefined
      ? undefined
      : findPlan(products, ratePlanId, [...path, "ratePlanId"], issues);
  if (found !== undefined) {
    const dated = { at, written: change.effectiveDate };
    checkEffective(found, dated, [...path, "effectiveDate"], zone, issues);
    const { currency } = draft.plan.plan;
    if (found.plan.currency !== currency) {
      const expected = `a rate plan in ${currency}, the currency of the subscription`;
      issues.push(
        issueAt("currency_mismatch", [...path, "ratePlanId"], `must be ${expected}`, {
          expected,
          found: `${found.plan.id} in ${found.plan.currency}`,
        }),
      );
    }
  }
  return {
    since: at,
    plan: found ?? draft.plan,
    planSince: found === undefined ? draft.planSince : at,
    paused: status === undefined ? draft.paused : status === "paused",
    quantities: { ...draft.quantities, ...quantities },
    overrides: withoutNull({ ...draft.overrides, ...overrides }),
  };
}

function withoutNull(
  overrides: Readonly<Record<string, Override | null>>,
): Readonly<Record<string, Override>> {
  return Object.fromEntries(
    Object.entries(overrides).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
}

/** Cuts the drafts at each other, at the end of the trial and at the end of the subscription. */
function statesOf(
  drafts: readonly Draft[],
  { end }: Interval,
  trialEnd: Instant,
): readonly SubscriptionState[] {
  return drafts.flatMap(({ since, paused, ...rest }, index) => {
    const until = Math.min(drafts[index + 1]?.since ?? end, end);
    const middle = Math.min(Math.max(since, trialEnd), until);
    const parts: readonly SubscriptionState[] = [
      { ...rest, span: { start: since, end: middle }, resting: "trial" },
      { ...rest, span: { start: middle, end: until }, resting: paused ? "paused" : undefined },
    ];
    return parts.filter(({ span }) => span.start < span.end);
  });
}
