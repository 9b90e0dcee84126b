import type { CatalogReader } from "../catalog/catalog.js";
import type { Product } from "../catalog/product.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { sameCycle } from "../time/billing-cycle.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { contains, type Interval } from "../time/interval.js";
import { type TimeZone, UTC } from "../time/zone.js";
import { endAt, reschedule, runningAt, type Schedule } from "./cadence.js";
import type { Override, SubscriptionChange } from "./change.js";
import {
  checkEffective,
  checkNames,
  checkOverrides,
  type FoundPlan,
  findPlan,
} from "./find-plan.js";
import type { Subscription } from "./subscription.js";
import {
  type SubscriptionDraft,
  type Timeline,
  timelineOf,
  unchangedSchedule,
} from "./timeline.js";

/** A change, when it takes effect, and where it stands in the caller's data. */
interface DatedChange {
  readonly at: Instant;
  readonly change: SubscriptionChange;
  readonly path: readonly PathSegment[];
}

/** Lays out a subscription's life, and reports changes that cannot be. */
export function layOut(
  subscription: Subscription,
  products: readonly Product[],
  reader: CatalogReader,
  issues: PricingIssue[],
): Timeline | undefined {
  const { startDate, endDate, timeZone: zone = UTC } = subscription;
  const root = ["subscription"];
  const start = instantOf(startDate, zone);
  const plan = findPlan(products, subscription.ratePlanId, [...root, "ratePlanId"], issues);
  if (plan === undefined) return undefined;
  checkEffective(plan, { at: start, written: startDate }, [...root, "startDate"], zone, issues);
  const { quantities = {}, overrides = {} } = subscription;
  checkNames(plan, { quantities, overrides }, root, issues);
  checkOverrides(plan, overrides, reader, (id) => [...root, "overrides", id], issues);
  const end = endDate === undefined ? Number.POSITIVE_INFINITY : instantOf(endDate, zone);
  const schedule = unchangedSchedule(subscription, plan.plan.billingCycle);
  const first: SubscriptionDraft = {
    since: start,
    plan,
    planSince: start,
    paused: false,
    quantities,
    overrides,
    schedule,
    end,
  };
  const drafts = [first];
  let draft = first;
  const pending = pendingChanges(subscription, zone);
  for (
    let due = pending.next(draft.schedule);
    due !== undefined;
    due = pending.next(draft.schedule)
  ) {
    const { at, changes } = due;
    const possible = changes.filter((each) =>
      checkDate(each, { start, end: draft.end }, at, startDate, issues),
    );
    if (possible.length === 0) continue;
    draft = applied(draft, at, possible, { products, reader, zone, issues });
    drafts.push(draft);
  }
  return timelineOf({ subscription, products, zone }, drafts);
}

/** Changes that take effect together. */
interface DueChanges {
  readonly at: Instant;
  readonly changes: readonly DatedChange[];
}

/**
 * The changes in the order in which they take effect; all of one instant come together. Those that wait for the end of
 * a billing period wait for its end as the changes before it have made it.
 */
function pendingChanges({ changes = [] }: Subscription, zone: TimeZone) {
  const all = changes.map((change, index) => ({
    at: instantOf(change.effectiveDate, zone),
    change,
    path: ["subscription", "changes", index],
  }));
  const byDate = (a: DatedChange, b: DatedChange) => a.at - b.at;
  const waits = ({ change }: DatedChange) => change.takesEffect === "at-period-end";
  const dated = all.filter((each) => !waits(each)).sort(byDate);
  let waiting: readonly DatedChange[] = all.filter(waits).sort(byDate);
  let position = 0;
  let known: Schedule | undefined;
  let ends: readonly Instant[] = [];
  return {
    next(schedule: Schedule): DueChanges | undefined {
      if (known !== schedule) {
        known = schedule;
        ends = waiting.map(({ at }) => runningAt(schedule, at)?.period.end ?? at);
      }
      const at = Math.min(dated[position]?.at ?? Number.POSITIVE_INFINITY, ...ends);
      if (at === Number.POSITIVE_INFINITY && position >= dated.length) return undefined;
      const due: DatedChange[] = [];
      for (let next = dated[position]; next?.at === at; next = dated[position]) {
        due.push(next);
        position += 1;
      }
      const isDue = (_: unknown, index: number) => ends[index] === at;
      due.push(...waiting.filter(isDue));
      waiting = waiting.filter((_, index) => ends[index] !== at);
      ends = ends.filter((end) => end !== at);
      return { at, changes: due };
    },
  };
}

function checkDate(
  { at, change, path }: DatedChange,
  span: Interval,
  effectiveAt: Instant,
  startDate: string,
  issues: PricingIssue[],
): boolean {
  if (contains(span, at)) {
    // A change that waits for the end of the subscription has nothing left to change.
    return contains(span, effectiveAt);
  }
  const early = at < span.start;
  const expected = early
    ? `from the start of the subscription on (${startDate})`
    : "before the end of the subscription";
  const code = early ? "change_before_start" : "change_after_end";
  issues.push(
    issueAt(code, [...path, "effectiveDate"], { expected, received: change.effectiveDate }),
  );
  return false;
}

interface ChangeContext {
  readonly products: readonly Product[];
  readonly reader: CatalogReader;
  readonly zone: TimeZone;
  readonly issues: PricingIssue[];
}

/** What the changes of one date make of a subscription: plan, anchor, quantities, overrides and status, in this order. */
function applied(
  draft: SubscriptionDraft,
  at: Instant,
  dated: readonly DatedChange[],
  context: ChangeContext,
): SubscriptionDraft {
  const { reader, issues } = context;
  const changes = dated.map(({ change }) => change);
  const plan = dated.reduce((plan, each) => changedPlan(plan, at, each, context), draft.plan);
  const isOther = plan.plan.id !== draft.plan.plan.id;
  for (const { change, path } of dated) checkNames(plan, change, path, issues);
  const overrides = withoutNull(
    Object.assign({}, draft.overrides, ...changes.map((change) => change.overrides ?? {})),
  );
  if (isOther || changes.some((change) => change.overrides !== undefined)) {
    const pathOf = (id: string): readonly PathSegment[] => {
      const own = dated.find(({ change }) => Object.hasOwn(change.overrides ?? {}, id));
      const other = dated.find(({ change }) => change.ratePlanId !== undefined);
      return own === undefined
        ? [...(other?.path ?? []), "ratePlanId"]
        : [...own.path, "overrides", id];
    };
    checkOverrides(plan, overrides, reader, pathOf, issues);
  }
  const statuses = changes.flatMap(({ status }) => status ?? []);
  const canceled = statuses.includes("canceled");
  return {
    since: at,
    plan,
    planSince: isOther ? at : draft.planSince,
    paused: statuses.includes("paused") || (statuses.length === 0 && draft.paused),
    quantities: Object.assign(
      {},
      draft.quantities,
      ...changes.map((each) => each.quantities ?? {}),
    ),
    overrides,
    schedule: changedSchedule(draft, plan, at, changes, canceled),
    end: canceled ? at : draft.end,
  };
}

function changedSchedule(
  draft: SubscriptionDraft,
  { plan }: FoundPlan,
  at: Instant,
  changes: readonly SubscriptionChange[],
  canceled: boolean,
): Schedule {
  const { schedule } = draft;
  if (canceled) return endAt(schedule, at);
  const asked = changes.find((change) => change.billingAnchor !== undefined)?.billingAnchor;
  const cycle = plan.billingCycle;
  if (asked === undefined && sameCycle(cycle, draft.plan.plan.billingCycle)) return schedule;
  const anchor = asked ?? schedule.at(-1)?.anchor ?? "anniversary";
  return reschedule(schedule, at, { anchor, anniversary: at, cycle });
}

function changedPlan(
  before: FoundPlan,
  at: Instant,
  { change, path }: DatedChange,
  { products, zone, issues }: ChangeContext,
): FoundPlan {
  const { ratePlanId, effectiveDate } = change;
  if (ratePlanId === undefined) return before;
  const found = findPlan(products, ratePlanId, [...path, "ratePlanId"], issues);
  if (found === undefined || found.plan.id === before.plan.id) return before;
  checkEffective(found, { at, written: effectiveDate }, [...path, "effectiveDate"], zone, issues);
  const { currency } = before.plan;
  if (found.plan.currency !== currency) {
    const expected = `a rate plan in ${currency}, the currency of the subscription`;
    const had = `${found.plan.id} in ${found.plan.currency}`;
    issues.push(issueAt("currency_mismatch", [...path, "ratePlanId"], { expected, found: had }));
  }
  return found;
}

function withoutNull(
  overrides: Readonly<Record<string, Override | null>>,
): Readonly<Record<string, Override>> {
  return Object.fromEntries(
    Object.entries(overrides).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  );
}
