import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { planIndex } from "../../catalog/plan-index.js";
import type { ScheduledPeriod } from "../../subscription/cadence.js";
import type { ClosedTerms } from "../../subscription/closed-terms.js";
import { itemsOf, type PeriodItems } from "../../subscription/due.js";
import { plansBefore } from "../../subscription/held-plans.js";
import { outcomeEras, type PriceEra } from "../../subscription/price-era.js";
import type { SegmentContext } from "../../subscription/segment-context.js";
import type { Timeline } from "../../subscription/timeline.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval, sameInterval } from "../../time/interval.js";
import type { ClosedPart, ClosedSegment, PeriodPart } from "../history/closed-part.js";
import { closedTerms } from "../history/closed-terms.js";
import { closedWithin, type History, keysOfTime, partText } from "../history/history.js";
import type { GivenUsage } from "../rating/given-usage.js";
import type { ReratedPeriod } from "../request/read-rerate.js";
import type { BillingTarget } from "../request/target.js";
import type { PartTask } from "./part-task.js";

/** What decides which parts a document touches. */
export interface PartsRequest {
  readonly timeline: Timeline;
  readonly target: BillingTarget;
  readonly history: History;
  readonly given: GivenUsage;
  readonly rerate: readonly ReratedPeriod[];
}

const NO_ERAS: ReadonlyMap<string, readonly PriceEra[]> = new Map();
const NO_ITEMS: PeriodItems = {
  inAdvance: [],
  inArrears: [],
  discounts: [],
  commitments: [],
  terms: [],
  drawdowns: [],
  unbilled: [],
};

/** Gathers the parts that a document touches, each once. */
export interface PartsBuilder {
  make(
    part: PeriodPart,
    scheduled: ScheduledPeriod,
    timeline: Timeline,
    given: GivenUsage | undefined,
  ): PartTask;
  add(
    part: PeriodPart,
    scheduled: ScheduledPeriod,
    timeline: Timeline,
    given: GivenUsage | undefined,
  ): PartTask;
  /** The usage of a period up to a moment in it. */
  addInterim(
    scheduled: ScheduledPeriod,
    timeline: Timeline,
    given: GivenUsage,
    until: Instant,
  ): void;
  /** Whether there are charges that judge outcomes, of which some may become certain only after the end. */
  addRunOff(period: Interval, timeline: Timeline, given: GivenUsage | undefined): boolean;
  /** Whether a part is touched already. */
  has(part: PeriodPart, period: Interval): boolean;
  /** A closed part that is no part of the life any more: whatever it billed may be over. */
  retire(closed: ClosedPart): void;
  tasks(): readonly PartTask[];
  retired(): readonly ClosedPart[];
  mayBeOver(): ReadonlySet<string>;
}

/** Begins without parts. */
export function partsBuilder({
  history,
  timeline: full,
  target,
  given: own,
}: PartsRequest): PartsBuilder {
  // A cycle that reaches into the period of the document has its usage among what is given for it.
  const forUnbilled =
    target.scope === "period" ? { given: own, after: target.period.start } : undefined;
  const tasks = new Map<string, PartTask>();
  const over = new Set<string>();
  const retired: ClosedPart[] = [];
  const end = (keys: ReadonlySet<string> | undefined) => {
    for (const key of keys ?? []) over.add(key);
  };
  const termsOf = (closed: ClosedPart | undefined): ClosedTerms => closedTerms(history, closed);
  const itemsIn = lastItems();
  const make: PartsBuilder["make"] = (part, scheduled, timeline, given) => {
    const closed = history.parts.get(partText(part, scheduled.period));
    const context = { timeline, closed: termsOf(closed) };
    const items = itemsIn(context, scheduled);
    const eras =
      part === "in-arrears"
        ? outcomeEras(erasContext(context, closed, history), scheduled.period.end)
        : NO_ERAS;
    const recorded = closed?.segments ?? replacedSegments(history, part, scheduled.period);
    const until = undefined;
    return { part, scheduled, timeline, items, closed, recorded, given, forUnbilled, eras, until };
  };
  const put = (task: PartTask) => {
    const name = partText(task.part, task.scheduled.period);
    tasks.set(name, task);
    for (const key of keysOfTime(history, task.part, task.scheduled.period)) over.add(key);
  };
  return {
    make,
    add(part, scheduled, timeline, given) {
      const task = make(part, scheduled, timeline, given);
      put(task);
      return task;
    },
    addInterim(scheduled, timeline, given, until) {
      const task = make("in-arrears", scheduled, timeline, given);
      const { inAdvance: _ahead, unbilled: _unbilled, ...items } = task.items;
      const inArrears = items.inArrears.filter(
        ({ charge, period }) => isUsageCharge(charge) && period.start < until,
      );
      put({ ...task, until, items: { ...NO_ITEMS, ...items, inArrears } });
    },
    addRunOff(period, timeline, given) {
      const scheduled = { index: -1, period, cycle: period };
      const context = { timeline, closed: termsOf(undefined) };
      const eras = outcomeEras(context, full.span.end);
      const closed = history.parts.get(partText("in-arrears", period));
      const facts = { closed, recorded: [], given, forUnbilled: undefined, eras, until: undefined };
      put({ part: "in-arrears", scheduled, timeline, items: NO_ITEMS, ...facts });
      return eras.size > 0;
    },
    has: (part, period) => tasks.has(partText(part, period)),
    retire(closed) {
      retired.push(closed);
      end(history.keysOf.get(partText(closed.part, closed.period)));
    },
    tasks: () => [...tasks.values()],
    retired: () => retired,
    mayBeOver: () => over,
  };
}

/** What is billed for a period, found once for both of its parts where they see the same. */
function lastItems(): typeof itemsOf {
  let last: { context: SegmentContext; scheduled: ScheduledPeriod; items: PeriodItems } | undefined;
  return (context, scheduled) => {
    const isSame =
      last?.context.timeline === context.timeline &&
      last.context.closed === context.closed &&
      sameInterval(last.scheduled.period, scheduled.period);
    if (last === undefined || !isSame) {
      last = { context, scheduled, items: itemsOf(context, scheduled) };
    }
    return last.items;
  };
}

/** Only discounts of its own make a closed part see other eras than the others: without any, they are found once. */
function erasContext(
  context: SegmentContext,
  closed: ClosedPart | undefined,
  history: History,
): SegmentContext {
  const { timeline } = context;
  const isOwn =
    (closed?.discounts ?? []).length > 0 ||
    plansBefore(timeline, timeline.span.end).some((plan) => planIndex(plan).discounts.length > 0);
  return isOwn ? context : { timeline, closed: closedTerms(history, undefined) };
}

/** What was recorded for the time of a part when periods had other boundaries; each closed part counts once. */
function replacedSegments(
  history: History,
  part: PeriodPart,
  period: Interval,
): readonly ClosedSegment[] {
  return closedWithin(history, part, period)
    .filter((closed) => contains(period, closed.period.start))
    .flatMap(({ segments }) => segments);
}
