import {
  billsSubscriptionQuantity,
  isRated,
  isUsageCharge,
  type RatedCharge,
} from "../../catalog/charge-kinds.js";
import { type ScheduledPeriod, scheduledAt } from "../../subscription/cadence.js";
import {
  type DiscountSegment,
  discountSegments,
  type PeriodItems,
} from "../../subscription/due.js";
import { termsText } from "../../subscription/effective-charge.js";
import type { PriceEra } from "../../subscription/price-era.js";
import { type ChargeSegment, isInAdvance } from "../../subscription/segment.js";
import type { Timeline } from "../../subscription/timeline.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval, sameInterval } from "../../time/interval.js";
import type { ClosedPart, ClosedSegment, PeriodPart } from "../history/closed-part.js";
import { closedTerms } from "../history/closed-terms.js";
import { type History, partText, segmentName } from "../history/history.js";
import { isSame, keptLines, sameFinder } from "../history/kept-lines.js";
import type { GivenUsage } from "../rating/given-usage.js";
import type { MeterTask } from "../rating/meter-task.js";
import { hasLimits } from "../steps/limits.js";

/** One part of a billing period that a document prices. */
export interface PartTask {
  readonly part: PeriodPart;
  readonly scheduled: ScheduledPeriod;
  /** The life as it is known for this part: a part that lies ahead knows the changes in it. */
  readonly timeline: Timeline;
  readonly items: PeriodItems;
  /** What was recorded when it was closed; nothing for what is priced for the first time. */
  readonly closed: ClosedPart | undefined;
  /** The segments that were recorded for it, or for closed parts that it takes the place of. */
  readonly recorded: readonly ClosedSegment[];
  /** The usage that it is priced from; nothing where its usage stays as it was billed. */
  readonly given: GivenUsage | undefined;
  /** Where nothing is given for it: the usage of what was never billed in cycles that end after a date. */
  readonly forUnbilled: { readonly given: GivenUsage; readonly after: Instant } | undefined;
  /** Up to when the usage of a period that is not over is billed; nothing where it is billed as a whole. */
  readonly until: Instant | undefined;
  /** The stretches in which charges that judge outcomes had the same prices, by charge id. */
  readonly eras: ReadonlyMap<string, readonly PriceEra[]>;
}

type RatedSegment = ChargeSegment & { readonly charge: RatedCharge };

export interface WantedSegments {
  readonly own: readonly MeterTask[];
  readonly elsewhere: readonly MeterTask[];
  readonly notGiven: readonly string[];
  /** Discounts of the billing periods in which outcomes occurred that are billed here. */
  readonly earlierDiscounts: readonly DiscountSegment[];
}

/**
 * The segments of a part, and those elsewhere that share limits with them. Of a closed part, what has not changed stays
 * as it was billed, unless its usage is given anew; so does usage whose time has changed, until it is given.
 */
export function wantedSegments(task: PartTask, history: History): WantedSegments {
  const { part, items, recorded, given, forUnbilled } = task;
  const all = (part === "in-advance" ? items.inAdvance : items.inArrears).flatMap(rated);
  const sameAs = sameFinder(recorded);
  const isSameAsClosed = (segment: RatedSegment) => sameAs(segment).length > 0;
  const changed =
    given === undefined
      ? all.filter((each) => isUsageCharge(each.charge) && !isSameAsClosed(each))
      : [];
  const changedIds = new Set(changed.map(idOf));
  const usageOf = ({ cycle }: RatedSegment) =>
    given ??
    (forUnbilled !== undefined && cycle.end > forUnbilled.after ? forUnbilled.given : undefined);
  const stays = recorded.filter(({ charge }) => changedIds.has(charge.id));
  const staying = new Set(stays.map(({ charge }) => charge.id));
  const own = all
    .filter((segment) => !staying.has(idOf(segment)))
    .map((segment): MeterTask => {
      const keeps = given === undefined && isSameAsClosed(segment);
      return {
        ...taskOf(segment, task),
        given: usageOf(segment),
        billed: keeps ? keptLines(history, segment) : undefined,
      };
    });
  const kept = stays
    .flatMap((each) => rated(asSegment(each)))
    .map((segment) => ({
      ...taskOf(segment, task),
      billed: keptLines(history, segment),
    }));
  const runOffs = runOffTasks(task, history);
  return {
    own: [...own, ...kept, ...runOffs],
    earlierDiscounts: earlierDiscounts(runOffs, task, history),
    elsewhere: sharedElsewhere(all).map((segment): MeterTask => {
      const billed = keptLines(history, segment);
      const stays =
        billed.length > 0 && (isUsageCharge(segment.charge) || isRecorded(segment, history));
      return { ...taskOf(segment, task), billed: stays ? billed : undefined };
    }),
    notGiven: [
      ...new Set([...staying, ...changed.filter((each) => usageOf(each) === undefined).map(idOf)]),
    ],
  };
}

/** Whether a segment of another part is as it was recorded; a fee that is not is priced again wherever it counts. */
function isRecorded(segment: RatedSegment, { byTime }: History): boolean {
  const parts = byTime[isInAdvance(segment) ? "in-advance" : "in-arrears"];
  return parts
    .overlapping(segment.period)
    .some(({ segments }) => segments.some((each) => isSame(segment, each)));
}

function idOf({ charge }: ChargeSegment): string {
  return charge.id;
}

function rated(segment: ChargeSegment): readonly RatedSegment[] {
  const { charge } = segment;
  return isRated(charge) ? [{ ...segment, charge }] : [];
}

/** A recorded segment as one of today. */
function asSegment({
  charge,
  period,
  cycle,
  feeSpan,
  quantity,
  ratePlanId,
  overridden,
}: ClosedSegment): ChargeSegment {
  const segment: ChargeSegment = {
    charge,
    overridden,
    ratePlanId,
    agentType: "",
    quantity: billsSubscriptionQuantity(charge) ? quantity : undefined,
    period,
    pauses: [],
    cycle,
    feeSpan,
    priceInterval: period,
    parts: [period],
    position: 0,
    sharedLimits: () => [segment],
  };
  return segment;
}

/** A segment as it is metered, when nothing is given for it. */
function taskOf(segment: RatedSegment, { closed, eras }: PartTask): MeterTask {
  const { charge } = segment;
  const own = eras.get(charge.id)?.find((each) => isOfEra(segment, each));
  return {
    segment,
    given: undefined,
    billed: undefined,
    billedAsOf: closed?.first.asOf,
    occurredIn: own?.intervals,
    quantityPath: ["subscription", "quantities", charge.id],
  };
}

function isOfEra({ charge, period, ratePlanId }: ChargeSegment, era: PriceEra): boolean {
  const [first] = era.segments;
  return (
    era.start <= period.start &&
    period.start < era.end &&
    first?.ratePlanId === ratePlanId &&
    termsText(first.charge) === termsText(charge)
  );
}

/**
 * Outcomes that become billable in the part while the prices of their time are not in force: billed at those prices. Where
 * nothing is given, they stay as they were billed.
 */
function runOffTasks(task: PartTask, history: History): readonly MeterTask[] {
  const { scheduled, eras, given, closed, timeline } = task;
  return [...eras.values()].flat().flatMap((era) =>
    timeOutside(era, scheduled.period).flatMap((period): readonly MeterTask[] => {
      const last = era.segments.findLast((each) => each.period.end <= period.start);
      if (last === undefined) return [];
      const kept = given === undefined ? keptLines(history, { ...last, period }, era.start) : [];
      if (given === undefined && kept.length === 0) return [];
      const billedIn = scheduledAt(timeline.schedule, last.period.end - 1);
      const heldAt = Math.max(last.period.start, billedIn?.period.start ?? last.period.start);
      const whole = { period, pauses: [], cycle: period, priceInterval: period };
      return rated({ ...last, ...whole, parts: [period], position: 0 }).map((segment) => ({
        segment,
        given,
        billed: given === undefined ? kept : undefined,
        billedAsOf: closed?.first.asOf,
        occurredIn: era.intervals,
        occurredFrom: era.start,
        home: { ...spanOf(last), heldAt },
        quantityPath: [],
      }));
    }),
  );
}

function spanOf({ period, cycle, priceInterval, parts, position }: ChargeSegment) {
  return { period, cycle, priceInterval, parts, position };
}

/** The stretches of a period after an era has begun in which none of its segments runs. */
function timeOutside({ segments, start }: PriceEra, within: Interval): readonly Interval[] {
  const outside: Interval[] = [];
  let at = Math.max(start, within.start);
  for (const { period } of segments) {
    if (period.end <= at) continue;
    if (period.start >= within.end) break;
    if (period.start > at) outside.push({ start: at, end: period.start });
    at = period.end;
  }
  return at < within.end ? [...outside, { start: at, end: within.end }] : outside;
}

/** The discounts that outcomes of an earlier billing period have, each once. */
function earlierDiscounts(
  tasks: readonly MeterTask[],
  { scheduled, timeline }: PartTask,
  history: History,
): readonly DiscountSegment[] {
  const found = new Map<string, DiscountSegment>();
  for (const heldAt of new Set(tasks.flatMap(({ home }) => home?.heldAt ?? []))) {
    const billedIn = scheduledAt(timeline.schedule, heldAt);
    if (billedIn === undefined || sameInterval(billedIn.period, scheduled.period)) continue;
    const part = history.parts.get(partText("in-arrears", billedIn.period));
    const closed = closedTerms(history, part);
    for (const each of discountSegments({ timeline, closed }, billedIn)) {
      const { charge, period } = each;
      if (contains(period, heldAt)) found.set(segmentName(charge.id, period.start), each);
    }
  }
  return [...found.values()];
}

/** Segments of other parts that share their limits with some of these. */
function sharedElsewhere(all: readonly RatedSegment[]): readonly RatedSegment[] {
  const known = new Set(all.map(nameOf));
  const found = new Map<string, RatedSegment>();
  const sharing = new Set(all.filter(hasLimits).map(({ sharedLimits }) => sharedLimits()));
  for (const shared of sharing) {
    for (const each of shared.flatMap(rated)) {
      if (!known.has(nameOf(each))) found.set(nameOf(each), each);
    }
  }
  return [...found.values()];
}

function nameOf({ charge, period }: ChargeSegment): string {
  return segmentName(charge.id, period.start);
}
