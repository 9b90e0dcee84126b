import { isRated } from "../../catalog/charge-kinds.js";
import { isList } from "../../data/foreign.js";
import type { PricingIssue } from "../../errors.js";
import { countsOn, segmentBefore, segmentsBefore } from "../../subscription/allowance.js";
import { scheduledAt } from "../../subscription/cadence.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import { sameInterval } from "../../time/interval.js";
import { closedTerms } from "../history/closed-terms.js";
import { reportMissing, usageDocuments } from "../history/document-keys.js";
import {
  billedUntil,
  closedWithin,
  type History,
  isOnRecord,
  lastOf,
  segmentName,
} from "../history/history.js";
import type { MeterTask } from "../rating/meter-task.js";
import type { PartTask } from "./part-task.js";
import type { PartsBuilder, PartsRequest } from "./parts-builder.js";

/** How a charge stood before is on record with the document that billed the time before, if that is not priced here too. */
export function askForAllowances(
  { timeline, closed }: PartTask,
  tasks: readonly MeterTask[],
  parts: readonly Pick<PartTask, "part" | "scheduled">[],
  history: History,
  issues: PricingIssue[],
): void {
  if (history.isBroken || lastOf(history) === undefined) return;
  const context = { timeline, closed: closedTerms(history, closed) };
  for (const { segment, occurredFrom } of tasks) {
    const before = occurredFrom === undefined ? segmentBefore(segment, context) : undefined;
    if (before === undefined) continue;
    const { end } = before.period;
    for (const { period, key } of usageDocuments(timeline, { start: end - 1, end })) {
      const isHere = parts.some(
        ({ part, scheduled }) => part === "in-arrears" && sameInterval(scheduled.period, period),
      );
      const isKnown = isHere || isOnRecord(history, "in-arrears", period);
      if (!isKnown) reportMissing(key, issues);
    }
  }
}

/** A segment whose usage counts in those that are billed, and which part asks for it. */
export interface UnrecordedBefore {
  readonly task: PartTask;
  readonly before: MeterTask;
}

/** While there are no documents, events say how a charge stood before what is billed first. */
export function unrecordedBefore(
  task: PartTask,
  own: readonly MeterTask[],
  history: History,
): readonly UnrecordedBefore[] {
  if (lastOf(history) !== undefined) return [];
  const { timeline, closed } = task;
  const context = { timeline, closed: closedTerms(history, closed) };
  const known = new Set(own.map(({ segment }) => stretchName(segment)));
  const counting = own.filter(
    ({ segment, given, occurredFrom }) =>
      countsOn(segment.charge) && isList(given?.usage) && occurredFrom === undefined,
  );
  return counting.flatMap((each) =>
    segmentsBefore(each.segment, context).flatMap((segment) => {
      const { charge } = segment;
      if (!isRated(charge) || known.has(stretchName(segment))) return [];
      known.add(stretchName(segment));
      return [
        { task, before: { ...each, segment: { ...segment, charge }, occurredIn: undefined } },
      ];
    }),
  );
}

function stretchName({ charge, period }: Pick<ChargeSegment, "charge" | "period">): string {
  return segmentName(charge.id, period.start);
}

/** Adds the closed parts in which it counts what was used in one before them that is priced again. */
export function addCountingOn(
  { target: { known }, history }: PartsRequest,
  builder: PartsBuilder,
  issues: PricingIssue[],
): void {
  const again = builder
    .tasks()
    .filter(({ part, closed, items }) => {
      const counts = items.inArrears.some(({ charge }) => countsOn(charge));
      return counts && part === "in-arrears" && closed !== undefined;
    })
    .map(({ scheduled }) => scheduled.period.end);
  if (again.length === 0) return;
  const until = billedUntil(history);
  const since = { start: again.reduce((a, b) => Math.min(a, b)), end: until };
  for (const { period, key } of usageDocuments(known, since)) {
    const scheduled = scheduledAt(known.schedule, period.start);
    // What becomes certain after the end counts in nothing that follows.
    if (scheduled === undefined || builder.has("in-arrears", period)) continue;
    const closed = closedWithin(history, "in-arrears", period);
    if (period.end <= until && !isOnRecord(history, "in-arrears", period))
      reportMissing(key, issues);
    const counts = closed.some(({ segments }) => segments.some(({ charge }) => countsOn(charge)));
    if (counts) builder.add("in-arrears", scheduled, known, undefined);
  }
}
