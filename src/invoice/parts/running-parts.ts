import { isRated } from "../../catalog/charge-kinds.js";
import { termOf } from "../../catalog/rate-plan.js";
import type { PricingIssue } from "../../errors.js";
import { scheduledAt } from "../../subscription/cadence.js";
import { itemsOf, type PeriodItems, runsOn } from "../../subscription/due.js";
import { plansBefore } from "../../subscription/held-plans.js";
import type { Timeline } from "../../subscription/timeline.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import { isOfCycle } from "../history/closed-part.js";
import { closedTerms } from "../history/closed-terms.js";
import {
  advanceKey,
  documentsBefore,
  reportMissing,
  usageDocuments,
} from "../history/document-keys.js";
import { billedUntil, type History, partText } from "../history/history.js";
import type { PartTask } from "./part-task.js";
import type { PartsBuilder, PartsRequest } from "./parts-builder.js";

/**
 * Terms and prepaid fees run over several billing periods: where a closed one is priced again, those after it follow, as far as
 * they go on with what it had a part in. Reports the documents on which it is on record how they stood before.
 */
export function addRunning(
  request: PartsRequest,
  builder: PartsBuilder,
  isChanged: (task: PartTask) => boolean,
  issues: PricingIssue[],
): void {
  const { history, target } = request;
  if (mayRun(target.known, history)) addFollowing(request, builder, isChanged, issues);
  for (const task of builder.tasks()) {
    if (task.part === "in-arrears") askForTotals(task, builder, history, issues);
  }
}

/** Whether anything runs on at all, in the catalog or on record. */
function mayRun(known: Timeline, { parts }: History): boolean {
  return (
    [...parts.values()].some((part) => part.terms.length > 0 || part.drawdowns.length > 0) ||
    plansBefore(known, known.span.end).some(
      (plan) =>
        termOf(plan) !== undefined ||
        plan.charges.some(
          (charge) =>
            charge.chargeType === "recurring" && isRated(charge) && charge.drawdown !== undefined,
        ),
    )
  );
}

function addFollowing(
  { target: { known }, history }: PartsRequest,
  builder: PartsBuilder,
  isChanged: (task: PartTask) => boolean,
  issues: PricingIssue[],
): void {
  const isClosed = (period: Interval) => history.parts.has(partText("in-arrears", period));
  const touched = builder
    .tasks()
    .filter((task) => isClosed(task.scheduled.period))
    .filter((task) => task.part === "in-arrears" || isChanged(task))
    .map(({ scheduled }) => scheduled.period);
  const until = billedUntil(history);
  if (touched.length === 0) return;
  let at = touched.reduce((first, { start }) => Math.min(first, start), known.span.end);
  while (at < until) {
    const scheduled = scheduledAt(known.schedule, at);
    if (scheduled === undefined) return;
    const { period } = scheduled;
    at = period.end;
    if (builder.has("in-arrears", period)) continue;
    const closed = history.parts.get(partText("in-arrears", period));
    const starts = runningSince(
      itemsOf({ timeline: known, closed: closedTerms(history, closed) }, scheduled),
    );
    const follows = starts.some((start) =>
      touched.some((each) => each.end > start && each.start <= period.start),
    );
    if (!follows) continue;
    touched.push(period);
    if (closed !== undefined) builder.add("in-arrears", scheduled, known, undefined);
    // What is not over by then has no document of its own yet: an end that was in it has gone.
    else if (period.end <= until)
      for (const { key } of usageDocuments(known, period)) reportMissing(key, issues);
  }
}

type RunningItems = Pick<PeriodItems, "terms" | "drawdowns">;

/** Since when what has a part in a period runs on; for ever, where rests are carried over. */
function runningSince({ terms, drawdowns }: RunningItems): readonly Instant[] {
  return [
    ...terms.map(({ held }) => held.start),
    ...drawdowns.map(({ charge, held }) =>
      charge.drawdown.rest === "carries-over" ? Number.NEGATIVE_INFINITY : held.start,
    ),
  ];
}

/** How something stood as a period began is on record with the document before, and a fee with the one that billed it. */
function askForTotals(
  { items, scheduled: { period }, timeline }: PartTask,
  builder: PartsBuilder,
  history: History,
  issues: PricingIssue[],
): void {
  if (history.isBroken) return;
  const partOf = (each: Interval) => history.parts.get(partText("in-arrears", each));
  let before = documentsOfTotals(items, period, timeline);
  while (before.length > 0) {
    const missing = before.filter((each) => {
      return !builder.has("in-arrears", each.period) && partOf(each.period) === undefined;
    });
    for (const { key } of missing) reportMissing(key, issues);
    // Where the fee was not billed for some time, how it stood is on record before that.
    const [last] = before;
    if (missing.length > 0 || last === undefined) break;
    const { start } = last.period;
    const open = items.drawdowns.filter(
      (each) =>
        each.held.start < start &&
        !partOf(last.period)?.drawdowns.some((one) => isOfCycle(one, each)),
    );
    if (open.length === 0) break;
    before = documentsOfTotals({ terms: [], drawdowns: open }, last.period, timeline);
  }
  for (const start of feesBefore(items, period)) {
    const isHere = builder
      .tasks()
      .some(({ part, scheduled }) => part === "in-advance" && contains(scheduled.period, start));
    if (!isHere && history.byTime["in-advance"].at(start).length === 0) {
      reportMissing(advanceKey(start, timeline), issues);
    }
  }
}

/** The document that has on record how what runs on stood before a period; none where all of it begins there. */
function documentsOfTotals(items: RunningItems, { start }: Interval, timeline: Timeline) {
  const begins = runsOn(items) && runningSince(items).some((since) => since < start);
  return begins ? documentsBefore(start, timeline) : [];
}

function feesBefore({ drawdowns }: PeriodItems, { start }: Interval): readonly Instant[] {
  const starts = drawdowns.flatMap(({ stretches }) => stretches.map((each) => each.start));
  return starts.filter((each) => each < start);
}

/** The keys of the documents that a period needs for what runs on. */
export function runningDocuments(
  items: PeriodItems,
  period: Interval,
  timeline: Timeline,
): readonly string[] {
  return [
    ...documentsOfTotals(items, period, timeline).map(({ key }) => key),
    ...feesBefore(items, period).map((start) => advanceKey(start, timeline)),
  ];
}
