import type { CatalogReader } from "../catalog/catalog.js";
import type { Product } from "../catalog/product.js";
import { isSameList } from "../data/same-list.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { sameCycle } from "../time/billing-cycle.js";
import { instantOf } from "../time/date.js";
import type { Instant } from "../time/instant.js";
import { contains, type Interval } from "../time/interval.js";
import { type TimeZone, UTC } from "../time/zone.js";
import type { BillingAnchor } from "./anchor.js";
import { type Rescheduling, reschedule, runningAt, type Schedule } from "./cadence.js";
import type { Override, SubscriptionChange } from "./change.js";
import {
  checkEffective,
  checkNames,
  checkOverrides,
  type FoundPlan,
  findPlan,
} from "./find-plan.js";
import { knownLives } from "./known-lives.js";
import { type DatedValuesBuilder, datedValues, valueAt } from "./own-terms.js";
import type { Subscription } from "./subscription.js";
import { type SubscriptionDraft, type Timeline, timelineOf } from "./timeline.js";
import { unchangedSchedule } from "./unchanged-schedule.js";

/** A change, when it takes effect, and where it stands in the caller's data. */
interface DatedChange {
  readonly at: Instant;
  readonly change: SubscriptionChange;
  readonly path: readonly PathSegment[];
}

/** Lays out a subscription's life, and reports changes that cannot be. Of the same products, it is laid out once. */
export function layOut(
  subscription: Subscription,
  products: readonly Product[],
  reader: CatalogReader,
  issues: PricingIssue[],
): Timeline | undefined {
  const before = knownLives.of(subscription);
  const isSame = before?.reader === reader && isSameList(before.timeline.products, products);
  if (isSame) return before.timeline;
  const own: PricingIssue[] = [];
  const timeline = lifeOf(subscription, products, reader, own);
  if (timeline !== undefined && own.length === 0)
    knownLives.keep(subscription, { reader, timeline });
  for (const issue of own) issues.push(issue);
  return timeline;
}

function lifeOf(
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
  checkOverrides(
    plan,
    Object.entries(overrides),
    reader,
    (id) => [...root, "overrides", id],
    issues,
  );
  const own = { quantities: datedValues<string>(), overrides: datedValues<Override>() };
  own.quantities.put(start, quantities);
  own.overrides.put(start, overrides);
  const end = endDate === undefined ? Number.POSITIVE_INFINITY : instantOf(endDate, zone);
  const first = {
    since: start,
    plan,
    planSince: start,
    paused: false,
    rescheduling: undefined,
    end,
    wholeFees: false,
  };
  const drafts: SubscriptionDraft[] = [first];
  let draft: SubscriptionDraft = first;
  const schedule = unchangedSchedule(subscription, plan.plan.billingCycle);
  const next = pendingChanges(subscription, zone);
  for (let due = next(schedule); due !== undefined; due = next(schedule)) {
    const { at, changes } = due;
    const possible = changes.filter((each) =>
      checkDate(each, { start, end: draft.end }, at, startDate, issues),
    );
    if (possible.length === 0) continue;
    const anchor = schedule.at(-1)?.anchor ?? "anniversary";
    draft = applied(draft, at, possible, { products, reader, zone, issues, own, anchor });
    drafts.push(draft);
    if (draft.rescheduling !== undefined) reschedule(schedule, draft.rescheduling);
  }
  const { quantities: counted, overrides: priced } = own;
  return timelineOf(
    { subscription, products, zone, own: { quantities: counted.values, overrides: priced.values } },
    drafts,
  );
}

/** Changes that take effect together. */
interface DueChanges {
  readonly at: Instant;
  readonly changes: readonly DatedChange[];
}

/**
 * The changes in the order in which they take effect; all of one instant come together. Those that wait for the end of
 * a billing period wait for its end as the changes before it have made it: of two, the earlier waits no longer.
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
  const waiting = all.filter(waits).sort(byDate);
  let [position, waited] = [0, 0];
  return (schedule: Schedule): DueChanges | undefined => {
    const endOf = ({ at }: DatedChange) => runningAt(schedule, at)?.period.end ?? at;
    const [first, second] = [dated[position], waiting[waited]];
    if (first === undefined && second === undefined) return undefined;
    const never = Number.POSITIVE_INFINITY;
    const at = Math.min(first?.at ?? never, second === undefined ? never : endOf(second));
    const due: DatedChange[] = [];
    for (let next = first; next?.at === at; next = dated[position]) {
      due.push(next);
      position += 1;
    }
    for (let next = second; next !== undefined && endOf(next) === at; next = waiting[waited]) {
      due.push(next);
      waited += 1;
    }
    return { at, changes: due };
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
  readonly own: {
    readonly quantities: DatedValuesBuilder<string>;
    readonly overrides: DatedValuesBuilder<Override>;
  };
  /** What the billing periods are counted from so far. */
  readonly anchor: BillingAnchor;
}

/** What the changes of one date make of a subscription: plan, anchor, quantities, overrides and status, in this order. */
function applied(
  draft: SubscriptionDraft,
  at: Instant,
  dated: readonly DatedChange[],
  context: ChangeContext,
): SubscriptionDraft {
  const { reader, issues, own, anchor } = context;
  const changes = dated.map(({ change }) => change);
  const plan = dated.reduce((plan, each) => changedPlan(plan, at, each, context), draft.plan);
  const isOther = plan.plan.id !== draft.plan.plan.id;
  for (const { change, path } of dated) {
    checkNames(plan, change, path, issues);
    own.quantities.put(at, change.quantities);
    own.overrides.put(at, change.overrides);
  }
  const named = changes.flatMap(({ overrides = {} }) => Object.keys(overrides));
  const held = [...new Set(isOther ? own.overrides.values.keys() : named)].flatMap((id) => {
    const override = valueAt(own.overrides.values, id, at);
    return override === undefined ? [] : [[id, override] as const];
  });
  const pathOf = (id: string): readonly PathSegment[] => {
    const said = dated.find(({ change }) => Object.hasOwn(change.overrides ?? {}, id));
    const other = dated.find(({ change }) => change.ratePlanId !== undefined);
    return said === undefined
      ? [...(other?.path ?? []), "ratePlanId"]
      : [...said.path, "overrides", id];
  };
  checkOverrides(plan, held, reader, pathOf, issues);
  const statuses = changes.flatMap(({ status }) => status ?? []);
  const canceled = statuses.includes("canceled");
  return {
    since: at,
    plan,
    planSince: isOther ? at : draft.planSince,
    paused: statuses.includes("paused") || (statuses.length === 0 && draft.paused),
    rescheduling: canceled ? { endsAt: at } : rescheduled(draft, plan, at, changes, anchor),
    end: canceled ? at : draft.end,
    wholeFees: changes.some(({ fees }) => fees === "whole"),
  };
}

function rescheduled(
  draft: SubscriptionDraft,
  { plan: { billingCycle: cycle } }: FoundPlan,
  at: Instant,
  changes: readonly SubscriptionChange[],
  before: BillingAnchor,
): Rescheduling | undefined {
  const asked = changes.find((change) => change.billingAnchor !== undefined)?.billingAnchor;
  if (asked === undefined && sameCycle(cycle, draft.plan.plan.billingCycle)) return undefined;
  return { from: at, anchor: asked ?? before, anniversary: at, cycle };
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
