import { isDiscount, isRated, isUsageCharge } from "../../catalog/charge-kinds.js";
import type { OutcomePolicy } from "../../catalog/outcome.js";
import { allowanceCycle, segmentBefore } from "../../subscription/allowance.js";
import { type ScheduledPeriod, scheduledAt } from "../../subscription/cadence.js";
import { NOTHING_CLOSED } from "../../subscription/closed-terms.js";
import { itemsOf, segmentsWithin } from "../../subscription/due.js";
import { plansBefore } from "../../subscription/held-plans.js";
import { outcomeEras } from "../../subscription/price-era.js";
import { type ChargeSegment, isInAdvance } from "../../subscription/segment.js";
import type { SegmentContext } from "../../subscription/segment-context.js";
import { stateAt, type Timeline } from "../../subscription/timeline.js";
import { formatPeriod, type Period } from "../../time/billing-period.js";
import { instantOf } from "../../time/date.js";
import { readDuration } from "../../time/duration.js";
import { EARLIEST_INSTANT, type Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import type { ClosedSegment } from "../history/closed-part.js";
import { advanceKey, documentsBefore, usageDocuments } from "../history/document-keys.js";
import type { EarlierDocument } from "../history/read-previous.js";
import { runningDocuments } from "../parts/running-parts.js";
import { latestLevels, opensWithLevel } from "../price/carried-levels.js";
import { hasLimits } from "../steps/limits.js";

/** What has to be given, so that a document can be written. */
export interface DocumentNeeds {
  /** From when on events can matter; nothing where none can. */
  readonly usageFrom: Instant | undefined;
  /** The keys of the documents that billed in advance what is cut short. */
  readonly cutFrom: readonly string[];
  /**
   * The keys of the documents with which outcomes share a limit or a fixed discount that are billed after their time, of those that
   * recorded a level that opens the period, or how terms, allowances and prepaid fees stood before it, and of those that have
   * corrected the period, or credited something of it, before it was over.
   */
  readonly sharedWith: readonly string[];
}

/** The stretches of charges that are on record with their levels. */
export type RecordedStretches = () => readonly ClosedSegment[];

const NOTHING_RECORDED: RecordedStretches = () => [];

/** What the document of a billing period needs, written after the last one. */
export function needsOf(
  known: Timeline,
  scheduled: ScheduledPeriod,
  last: EarlierDocument | undefined,
  recorded: RecordedStretches,
): DocumentNeeds {
  const context = { timeline: known, closed: NOTHING_CLOSED };
  const { period } = scheduled;
  const items = itemsOf(context, scheduled);
  const { inArrears } = items;
  const used = inArrears.filter(({ charge }) => isUsageCharge(charge));
  const judged = plansBefore(known, period.end)
    .flatMap(({ charges }) => charges.filter(isUsageCharge))
    .filter(({ outcome }) => outcome !== undefined);
  const starts = [
    ...used.map((segment) => Math.min(segment.period.start, segment.cycle.start)),
    ...judged.map(({ id, outcome }) => eventsFrom(outcome, id, last, known, period)),
    // Where boundaries have moved, the last period reaches into this one.
    ...(used.length === 0 || last === undefined || last.period.end <= period.start
      ? []
      : [last.period.start]),
  ];
  const cut = segmentsWithin(context, period).filter(
    (each) =>
      isInAdvance(each) &&
      each.period.start < period.start &&
      contains({ start: period.start, end: period.end + 1 }, each.period.end) &&
      each.period.end < each.cycle.end,
  );
  const ofLife = starts.map((start) => Math.max(known.span.start, start));
  const ofLevels = used
    .filter(opensWithLevel)
    .map((each) => latestLevels(recorded(), each, known.products)?.period.end ?? EARLIEST_INSTANT);
  return {
    usageFrom: ofLife.length === 0 ? undefined : Math.min(...ofLife, ...ofLevels),
    cutFrom: cut.map((segment) => advanceKey(segment.period.start, known)),
    sharedWith: [
      ...sharedWith(known, period, last),
      ...correctedBy(last, formatPeriod(period, known.zone)),
      ...runningDocuments(items, period, known),
      ...used
        .filter(opensWithLevel)
        .flatMap((segment) => documentsBefore(segment.period.start, known).map(({ key }) => key)),
      ...countingWith(context, used, period),
    ],
  };
}

/** The documents that say how far tiers and included units have come, and what was billed under the same limits. */
function countingWith(
  context: SegmentContext,
  used: readonly ChargeSegment[],
  { start: until }: Interval,
): readonly string[] {
  const { timeline } = context;
  return used.flatMap((segment) => {
    const before = segmentBefore(segment, context);
    if (before === undefined) return [];
    const { end } = before.period;
    const since = hasOwnLimits(segment)
      ? Math.max(allowanceCycle(timeline, segment).cycle.start, timeline.span.start)
      : end - 1;
    const needed = usageDocuments(timeline, { start: since, end: Math.max(until, end) });
    return (hasOwnLimits(segment) ? needed : needed.slice(0, 1)).map(({ key }) => key);
  });
}

function correctedBy(last: EarlierDocument | undefined, { start, end }: Period): readonly string[] {
  const corrected = (last?.document.corrections ?? []).filter(
    ({ period }) => period.start === start && period.end === end,
  );
  return corrected.flatMap(({ documents }) => documents);
}

/** The documents since the time of outcomes that were pending, where they share a limit or a fixed discount with it. */
export function sharedWith(
  known: Timeline,
  period: Interval,
  last: EarlierDocument | undefined,
): readonly string[] {
  const open = (last?.document.provisional ?? []).filter(({ pending }) => pending !== "0");
  if (open.length === 0) return [];
  const context = { timeline: known, closed: NOTHING_CLOSED };
  const eras = outcomeEras(context, Math.min(known.span.end, period.end));
  const keys = open.flatMap(({ chargeId, since }) =>
    (eras.get(chargeId) ?? [])
      .filter((era) => era.end <= period.start && era.end > instantOf(since, known.zone))
      .flatMap((era) => {
        const state = stateAt(known, era.end - 1);
        const home = era.segments.at(-1);
        const isFixed = state?.plan.plan.charges.some(
          (each) => isDiscount(each) && each.pricing.amount !== undefined,
        );
        if (home === undefined || !(isFixed === true || hasOwnLimits(home))) return [];
        const time = { start: era.end - 1, end: period.start };
        return usageDocuments(known, time).map(({ key }) => key);
      }),
  );
  return [...new Set(keys)];
}

function hasOwnLimits({ charge }: ChargeSegment): boolean {
  return isRated(charge) && hasLimits({ charge });
}

/** From when on events can still matter to outcomes that are billed in a period. */
function eventsFrom(
  policy: OutcomePolicy | undefined,
  chargeId: string,
  last: EarlierDocument | undefined,
  known: Timeline,
  period: Interval,
): Instant {
  const { uniqueBy, confirm, billOn } = policy ?? {};
  const reach = readDuration(uniqueBy?.window) ?? 0;
  if (uniqueBy?.per === "lifetime") return known.span.start;
  const waits = confirm !== undefined || billOn === "settled";
  if (!waits) return period.start - reach;
  if (last === undefined) return known.span.start;
  const open = last.document.provisional
    .filter((each) => each.chargeId === chargeId)
    .map(({ since }) => instantOf(since, known.zone));
  return Math.min(last.period.end, period.start, ...open) - reach;
}

/** From when on usage matters that the last document knew for another life. */
export function usageOfChanged(
  { document }: EarlierDocument,
  timeline: Timeline,
): Instant | undefined {
  const { span, schedule, zone } = timeline;
  const starts = document.basis.parts
    .map(({ period }) => instantOf(period.start, zone))
    .filter((at) => span.start <= at && at < span.end);
  const scheduled = scheduledAt(schedule, Math.min(span.end - 1, ...starts));
  // What an earlier document left open may be certain in the period: who knows since when.
  return scheduled && needsOf(timeline, scheduled, undefined, NOTHING_RECORDED).usageFrom;
}
