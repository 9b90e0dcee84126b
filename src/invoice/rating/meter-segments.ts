import { billsSubscriptionQuantity } from "../../catalog/charge-kinds.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import { groupBy } from "../../data/group-by.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, sum, ZERO } from "../../money/fraction.js";
import { isRecord } from "../../schema/unknown-record.js";
import type { ResolvedUsage, SummarizedReport } from "../../usage/collect.js";
import { mergeReports, NO_EVENTS, type UsageReport } from "../../usage/events/report.js";
import type { RecordedLevels } from "../../usage/meter/levels.js";
import { meteredQuantity } from "../../usage/meter/metered.js";
import type { UsageScope, UsageSegment } from "../../usage/meter/scope.js";
import { resolveUsage } from "../../usage/read-usage.js";
import type { GivenUsage } from "./given-usage.js";
import { type EarlierUsage, type Matched, matchTasks, readsUsage } from "./match-tasks.js";
import type { MeterTask } from "./meter-task.js";
import type { MeteredSegment } from "./metered-segment.js";
import { nothingUsed } from "./rate-segment.js";

/** What is metered, under one policy and for one customer. */
export interface MeterContext {
  readonly policy: BillingPolicy;
  readonly scope: UsageScope;
  /** The levels that earlier documents have recorded of what a task prices; nothing where there are none. */
  readonly recordedOf?: (task: MeterTask) => RecordedLevels | undefined;
  /** The usage that stands for that of a task, where the task was made before it was given. */
  readonly usageOf?: ((given: GivenUsage) => GivenUsage) | undefined;
}

/** What can be priced, and what became of the events. */
export interface MeteredTasks {
  readonly metered: ReadonlyMap<MeterTask, MeteredSegment>;
  readonly report: UsageReport;
  /** How many events are of a time that is billed, and not billed again now. */
  readonly tooLate: number;
  /** What became of the events that summaries were made of. */
  readonly summarized: readonly SummarizedReport[];
}

/**
 * Finds what every segment is priced from, and reports what is wrong with it. Each usage is looked at once, for all the
 * segments that it was given for: `given` lists it also where there are none.
 */
export function meterSegments(
  tasks: readonly MeterTask[],
  given: readonly GivenUsage[],
  context: MeterContext,
  issues: PricingIssue[],
): MeteredTasks {
  const matched = matchTasks(tasks, context.policy, context.recordedOf, issues);
  return meterMatched(matched, given, context, issues);
}

/** The same for tasks that somebody has matched already. */
export function meterMatched(
  matched: readonly Matched[],
  given: readonly GivenUsage[],
  { policy, scope, usageOf = ownUsage }: Omit<MeterContext, "recordedOf">,
  issues: PricingIssue[],
): MeteredTasks {
  const reading = groupBy(
    matched.filter(({ task }) => readsUsage(task)),
    ({ task }) => task.given,
  );
  const resolved = new Map<GivenUsage, ResolvedUsage>();
  for (const each of new Set(given)) {
    const context = { segments: lookedFor(reading.get(each) ?? []), scope, policy };
    const { usage, path, resolve } = usageOf(each);
    const found = resolve?.(context, issues) ?? resolveUsage(usage, context, path, issues);
    resolved.set(each, found);
  }
  const sums = runningSums();
  return {
    metered: new Map(
      matched.map((each) => {
        const found = each.task.given && resolved.get(each.task.given);
        const own = each.task.given && usageOf(each.task.given);
        return [each.task, meteredSegment(each, own, found, sums(each.before, found), issues)];
      }),
    ),
    report: reportOf([...resolved.values()].map((each) => each.report)),
    tooLate: [...resolved.values()].reduce((all, { tooLate }) => all + tooLate, 0),
    summarized: [...resolved.values()].flatMap(({ summarized }) => summarized),
  };
}

/** The segments whose usage is looked for, each once: of the tasks themselves, and of their cycles before them. */
export function lookedFor(matched: readonly Matched[]): readonly UsageSegment[] {
  const segments = new Set<UsageSegment>();
  for (const { usage, before } of matched) {
    segments.add(usage);
    for (const stretch of newStretches(before, segments)) segments.add(stretch);
  }
  return [...segments];
}

function reportOf([first = NO_EVENTS, ...others]: readonly UsageReport[]): UsageReport {
  return others.reduce(mergeReports, first);
}

function ownUsage(given: GivenUsage): GivenUsage {
  return given;
}

function meteredSegment(
  { task, usage, before }: Matched,
  given: GivenUsage | undefined,
  resolved: ResolvedUsage | undefined,
  usedBefore: Fraction,
  issues: PricingIssue[],
): MeteredSegment {
  const { segment, quantityPath, billed, occurredFrom, home } = task;
  const { charge } = segment;
  const quantity = segment.quantity === undefined ? undefined : exact(segment.quantity);
  const found = resolved?.metered.get(usage);
  const usagePath = [...(given?.path ?? ["usage"]), charge.id];
  if (found !== undefined && quantity !== undefined) {
    const expected = "one quantity for each charge: quantities say it already";
    const path = isRecord(given?.usage) ? usagePath : quantityPath;
    issues.push(issueAt("ambiguous_usage", path, { expected, received: charge.id }));
  }
  const needsQuantity = billed === undefined && billsSubscriptionQuantity(charge);
  if (needsQuantity && found === undefined && quantity === undefined) {
    const expected = `a quantity of ${charge.unitOfMeasure ?? "units"} for charge ${charge.id}`;
    issues.push(issueAt("missing_quantity", quantityPath, { expected, received: undefined }));
  }
  return {
    charge,
    period: segment.period,
    cycle: segment.cycle,
    feeSpan: segment.feeSpan,
    priceInterval: segment.priceInterval,
    parts: segment.parts,
    position: segment.position,
    ...(occurredFrom === undefined ? {} : { occurredFrom }),
    ...(home === undefined ? {} : { home }),
    origin:
      segment.ratePlanId === null
        ? undefined
        : { ratePlanId: segment.ratePlanId, overridden: segment.overridden },
    metered: quantity === undefined ? (found ?? nothingUsed(segment)) : [meteredQuantity(quantity)],
    before: before.count === 0 ? undefined : usedBefore,
    levels: resolved?.levels.get(usage),
    outcomes: resolved?.outcomes.get(usage),
    lateEventIds: resolved?.lateEventIds.get(usage) ?? [],
    path: quantity === undefined ? usagePath : quantityPath,
    billed,
  };
}

/** Those of the stretches that are not known yet. Segments of one cycle share them, from the first on. */
function newStretches(
  { stretches, count }: EarlierUsage,
  known: ReadonlySet<UsageSegment>,
): readonly UsageSegment[] {
  let from = count;
  for (; from > 0; from -= 1) {
    const stretch = stretches[from - 1];
    if (stretch !== undefined && known.has(stretch)) break;
  }
  return stretches.slice(from, count);
}

/** Adds up the usage of stretches from the first on, each list once. */
function runningSums() {
  const known = new Map<readonly UsageSegment[], Fraction[]>();
  return ({ stretches, count }: EarlierUsage, resolved: ResolvedUsage | undefined): Fraction => {
    const sums = known.get(stretches) ?? [ZERO];
    known.set(stretches, sums);
    while (sums.length <= count) {
      const stretch = stretches[sums.length - 1];
      const own = (stretch && resolved?.metered.get(stretch)) ?? [];
      sums.push(add(sums.at(-1) ?? ZERO, sum(own.map(({ quantity }) => quantity))));
    }
    return sums[count] ?? ZERO;
  };
}
