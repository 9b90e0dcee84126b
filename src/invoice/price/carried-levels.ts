import { isUsageCharge } from "../../catalog/charge-kinds.js";
import { canonicalJson } from "../../data/canonical-json.js";
import { groupBy } from "../../data/group-by.js";
import type { PricingIssue } from "../../errors.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import type { Timeline } from "../../subscription/timeline.js";
import { type Interval, sameInterval } from "../../time/interval.js";
import { carriesOver } from "../../usage/aggregations/index.js";
import { meterTerms } from "../../usage/meter/count-event.js";
import { fitsLevels, type RecordedLevels } from "../../usage/meter/levels.js";
import type { ClosedPart, ClosedSegment } from "../history/closed-part.js";
import { documentsBefore, reportMissing } from "../history/document-keys.js";
import { type History, isOnRecord, lastOf } from "../history/history.js";
import type { PartTask } from "../parts/part-task.js";
import type { MeterTask } from "../rating/meter-task.js";

/** Whether the usage of a segment opens with the level that the time before it ended with. */
export function opensWithLevel({ charge }: Pick<ChargeSegment, "charge">): boolean {
  return isUsageCharge(charge) && carriesOver(charge.aggregation);
}

/** A stretch of a charge as it was recorded, and by which part. */
interface Recorded {
  readonly segment: ClosedSegment;
  readonly part: ClosedPart;
}

/**
 * What usage opens with: the levels on record at the last moment before it up to which the charge is closed and not rated
 * again here. What happened since, and what became known since, moves them.
 */
export function recordedLevels(
  tasks: readonly MeterTask[],
  { parts }: History,
): (task: MeterTask) => RecordedLevels | undefined {
  const rated = tasks.filter(
    (each) => each.given !== undefined && each.billed === undefined && opensWithLevel(each.segment),
  );
  if (rated.length === 0) return () => undefined;
  const again = new Set(rated.map(({ segment }) => stretchName(segment)));
  const closed = groupBy(
    [...parts.values()].flatMap((part) =>
      part.segments
        .filter((segment) => segment.levels !== undefined && !again.has(stretchName(segment)))
        .map((segment): Recorded => ({ segment, part })),
    ),
    ({ segment }) => segment.charge.id,
  );
  return ({ segment }) =>
    opensWithLevel(segment)
      ? latestBefore(closed.get(segment.charge.id) ?? [], segment)
      : undefined;
}

function latestBefore(
  closed: readonly Recorded[],
  { charge, period }: Pick<ChargeSegment, "charge" | "period">,
): RecordedLevels | undefined {
  let found: Recorded | undefined;
  for (const each of closed) {
    const { end } = each.segment.period;
    if (end <= period.start && end > (found?.segment.period.end ?? Number.NEGATIVE_INFINITY)) {
      found = each;
    }
  }
  if (found === undefined || !isUsageCharge(charge)) return undefined;
  const { segment, part } = found;
  const { levels = [] } = segment;
  // Where the charge tells other groups apart, or keeps another kind of level, its events alone say how it stands.
  if (!isUsageCharge(segment.charge) || groupsOf(segment.charge) !== groupsOf(charge))
    return undefined;
  if (!fitsLevels(levels, charge.aggregation)) return undefined;
  return { at: segment.period.end, knownAt: part.latest.asOf, levels };
}

function groupsOf(charge: Parameters<typeof meterTerms>[0]): string {
  const { groupBy: own, modelGroups } = meterTerms(charge);
  return canonicalJson([own, modelGroups]);
}

function stretchName({ charge, period }: Pick<ChargeSegment, "charge" | "period">): string {
  return `${period.start} ${charge.id}`;
}

/** A level that opens a period is on record with the document that billed the time before, if that is not priced here too. */
export function askForLevels(
  tasks: readonly MeterTask[],
  parts: readonly Pick<PartTask, "part" | "scheduled">[],
  timeline: Timeline,
  history: History,
  issues: PricingIssue[],
): void {
  if (history.isBroken || lastOf(history) === undefined) return;
  const isHere = (period: Interval) =>
    parts.some(
      ({ part, scheduled }) => part === "in-arrears" && sameInterval(scheduled.period, period),
    );
  for (const { segment, billed, given } of tasks) {
    if (billed !== undefined || given === undefined || !opensWithLevel(segment)) continue;
    for (const { period, key } of documentsBefore(segment.period.start, timeline)) {
      const isKnown = isHere(period) || isOnRecord(history, "in-arrears", period);
      if (!isKnown) reportMissing(key, issues);
    }
  }
}
