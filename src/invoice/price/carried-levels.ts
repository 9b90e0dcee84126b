import { isUsageCharge } from "../../catalog/charge-kinds.js";
import type { Product } from "../../catalog/product.js";
import { groupBy } from "../../data/group-by.js";
import type { PricingIssue } from "../../errors.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import type { Timeline } from "../../subscription/timeline.js";
import { type Interval, sameInterval } from "../../time/interval.js";
import { carriesOver } from "../../usage/aggregations/index.js";
import { fitsLevels, keepSameLevel, type RecordedLevels } from "../../usage/meter/levels.js";
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
interface Recorded extends ClosedSegment {
  readonly part: ClosedPart;
}

/**
 * What usage opens with: the levels on record at the last moment before it up to which they are closed and not rated again
 * here. What happened since, and what became known since, moves them.
 */
export function recordedLevels(
  tasks: readonly MeterTask[],
  { parts }: History,
  products: readonly Product[],
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
        .map((segment): Recorded => ({ ...segment, part })),
    ),
    ({ charge }) => charge.id,
  );
  return ({ segment }) => {
    if (!opensWithLevel(segment)) return undefined;
    const found = latestLevels(closed.get(segment.charge.id) ?? [], segment, products);
    if (found === undefined) return undefined;
    return { at: found.period.end, knownAt: found.part.latest.asOf, levels: found.levels ?? [] };
  };
}

/** A stretch of a charge, and whose usage of it counts. */
interface Opened extends Pick<ChargeSegment, "charge" | "period"> {
  readonly agentType: string | undefined;
}

type LevelsOf = Pick<ClosedSegment, "charge" | "ratePlanId" | "period" | "levels">;

/**
 * The stretch on record whose levels are the last before a segment. Those of a charge that has its id alone and counts
 * other events, or counts them otherwise, say nothing of it: then its events do.
 */
export function latestLevels<S extends LevelsOf>(
  closed: readonly S[],
  segment: Opened,
  products: readonly Product[],
): S | undefined {
  let found: S | undefined;
  for (const each of closed) {
    const { end } = each.period;
    if (end > segment.period.start || end <= (found?.period.end ?? Number.NEGATIVE_INFINITY)) {
      continue;
    }
    if (holdsFor(each, segment, products)) found = each;
  }
  return found;
}

function holdsFor(
  { charge: recorded, ratePlanId, levels }: LevelsOf,
  { charge, agentType }: Opened,
  products: readonly Product[],
): boolean {
  if (levels === undefined || !isUsageCharge(recorded) || !isUsageCharge(charge)) return false;
  if (recorded.id !== charge.id || !keepSameLevel(recorded, charge)) return false;
  const sold = products.find((each) => each.ratePlans.some(({ id }) => id === ratePlanId));
  const isOfAgent = sold === undefined || sold.agentType === agentType;
  return isOfAgent && fitsLevels(levels, charge.aggregation);
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
