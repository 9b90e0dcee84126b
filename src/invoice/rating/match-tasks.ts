import { isUsageCharge } from "../../catalog/charge-kinds.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import { modelOf } from "../../pricing/models/index.js";
import { EARLIEST_INSTANT } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { isAdditive } from "../../usage/aggregations/index.js";
import { meterTerms } from "../../usage/meter/count-event.js";
import type { RecordedLevels } from "../../usage/meter/levels.js";
import type { UsageSegment } from "../../usage/meter/scope.js";
import type { MeterTask } from "./meter-task.js";

/** A task as usage is matched with it; `before` is the same charge earlier in its cycle. */
export interface Matched {
  readonly task: MeterTask;
  readonly usage: UsageSegment;
  readonly before: EarlierUsage;
}

/** Usage of stretches one after the other, of which the first ones count. */
export interface EarlierUsage {
  readonly stretches: readonly UsageSegment[];
  readonly count: number;
}

const NOTHING_EARLIER: EarlierUsage = { stretches: [], count: 0 };

/** What usage of each task is looked for, and what of its cycle before it. Whatever the usage is, it is the same. */
export function matchTasks(
  tasks: readonly MeterTask[],
  policy: BillingPolicy,
  recordedOf: ((task: MeterTask) => RecordedLevels | undefined) | undefined,
  issues: PricingIssue[],
): readonly Matched[] {
  const earlier = earlierStretches();
  return tasks.map((task) =>
    matchedWith(task, earlier, { policy, recorded: recordedOf?.(task) }, issues),
  );
}

/** Whether what a task is priced from is among the usage. */
export function readsUsage({ segment, billed, usageSaysQuantity }: MeterTask): boolean {
  if (billed !== undefined) return false;
  return usageSaysQuantity === true || segment.charge.chargeType === "usage";
}

/** Finds the stretches of a cycle before a segment; segments that count alike have the same ones, each metered once. */
function earlierStretches() {
  const known = new WeakMap<readonly Interval[], Map<string, UsageSegment[]>>();
  return (task: MeterTask, usage: UsageSegment): EarlierUsage => {
    const { given, segment } = task;
    const { charge, period, parts, position } = segment;
    if (!isUsageCharge(charge)) return NOTHING_EARLIER;
    // Which outcomes count depends on when the segment begins.
    const occurred = usage.occurredIn && [{ start: EARLIEST_INSTANT, end: period.start }];
    const name = canonicalJson([
      given?.path,
      usage.agentType,
      usage.billedAsOf,
      meterTerms(charge),
      occurred,
    ]);
    const own = known.get(parts) ?? new Map<string, UsageSegment[]>();
    known.set(parts, own);
    const stretches = own.get(name) ?? [];
    own.set(name, stretches);
    for (const each of parts.slice(stretches.length, position)) {
      stretches.push({ ...usage, pauses: [], period: each, occurredIn: occurred });
    }
    return { stretches, count: position };
  };
}

function matchedWith(
  task: MeterTask,
  earlierOf: (task: MeterTask, usage: UsageSegment) => EarlierUsage,
  {
    policy,
    recorded,
  }: { readonly policy: BillingPolicy; readonly recorded: RecordedLevels | undefined },
  issues: PricingIssue[],
): Matched {
  const { segment, billedAsOf, occurredIn, occurredFrom, home } = task;
  const { charge, agentType, period, pauses, position } = segment;
  const usage: UsageSegment = {
    charge,
    agentType,
    period: task.isTimeless === true ? undefined : period,
    pauses,
    billedAsOf,
    recorded,
    occurredIn,
    isRunOff: occurredFrom !== undefined,
  };
  const needs = modelOf(charge.pricing).needs;
  const addsUp =
    isUsageCharge(charge) &&
    needs === "quantity" &&
    isAdditive(charge.aggregation) &&
    charge.groupBy === undefined;
  if (home !== undefined) {
    const earlier = { start: home.period.start, end: period.start };
    const stretches = addsUp ? [{ ...usage, period: earlier }] : [];
    return { task, usage, before: { stretches, count: stretches.length } };
  }
  const restarts = policy.tiersAtChange === "restart" || position === 0;
  if (restarts || charge.chargeType !== "usage" || needs === "nothing" || !readsUsage(task)) {
    return { task, usage, before: NOTHING_EARLIER };
  }
  if (addsUp) {
    // What was billed before the change fills the tiers, at whichever price.
    return { task, usage, before: earlierOf(task, usage) };
  }
  const expected = `"restart", as the usage of charge ${charge.id} cannot be added up across a change`;
  issues.push(
    issueAt("not_splittable", ["policy", "tiersAtChange"], {
      expected,
      received: policy.tiersAtChange,
    }),
  );
  return { task, usage, before: NOTHING_EARLIER };
}
