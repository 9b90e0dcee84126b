import { includedBy, isRated, isUsageCharge } from "../../catalog/charge-kinds.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import { exact } from "../../money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../../money/fraction.js";
import { compileTerms, roundedQuantity } from "../../pricing/rate-exactly.js";
import {
  type Allowance,
  type AllowanceCycle,
  allowanceCycle,
  type CarriedUnits,
  countsOn,
  hasAllowance,
  segmentBefore,
  segmentsOfCharge,
} from "../../subscription/allowance.js";
import { termsText } from "../../subscription/effective-charge.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import type { SegmentContext } from "../../subscription/segment-context.js";
import { shareOf } from "../../time/day-count.js";
import { type Interval, sameInterval } from "../../time/interval.js";
import { meteredQuantity } from "../../usage/meter/metered.js";
import type { ClosedSegment } from "../history/closed-part.js";
import { closedTerms } from "../history/closed-terms.js";
import { type History, segmentName } from "../history/history.js";
import type { PartTask } from "../parts/part-task.js";
import type { MeterTask } from "../rating/meter-task.js";
import type { MeteredSegment } from "../rating/metered-segment.js";
import { creditsOriginalPrice } from "../rating/original-price.js";
import { chargeDayCount, prorates, shareOfCycle } from "../rating/prorate.js";

/** A part with what it prices, as it was metered. */
export interface CountedPart {
  readonly task: Pick<PartTask, "scheduled" | "timeline" | "closed">;
  readonly own: readonly MeterTask[];
}

/** How a charge stands when a segment of it is over. */
interface Closing extends Pick<ChargeSegment, "period"> {
  readonly charge: MeteredSegment["charge"];
  readonly allowance: Allowance;
  readonly quantity: Fraction;
}

interface CountingContext {
  readonly policy: BillingPolicy;
  readonly history: History;
}

/**
 * Says of each segment how far its tiers and included units have come: by what is priced here before it, else by what is on
 * record. A closed segment that others come before now is priced again from the quantity on record.
 */
export function countOn(
  parts: readonly CountedPart[],
  metered: ReadonlyMap<MeterTask, MeteredSegment>,
  { policy, history }: CountingContext,
): ReadonlyMap<MeterTask, MeteredSegment> {
  const all = parts
    .flatMap(({ task, own }) => own.map((each) => ({ task, each })))
    .filter(({ each }) => hasAllowance(each.segment.charge))
    .sort((a, b) => a.each.segment.period.start - b.each.segment.period.start);
  if (all.length === 0) return metered;
  const counted = new Map(metered);
  const closings = new Map<string, Closing>();
  const runsOff = ({ each }: (typeof all)[number]) => each.occurredFrom !== undefined;
  for (const { task, each } of [...all.filter((one) => !runsOff(one)), ...all.filter(runsOff)]) {
    const segment = metered.get(each);
    if (segment === undefined) continue;
    const closingOf = ({ charge, period }: Pick<ChargeSegment, "charge" | "period">) =>
      closings.get(segmentName(charge.id, period.start)) ??
      recordedClosing(history, { charge, period });
    if (segment.home !== undefined) {
      counted.set(each, afterHome(segment, closingOf({ ...segment, ...segment.home })));
      continue;
    }
    const context = {
      timeline: task.timeline,
      closed: closedTerms(history, task.closed),
    };
    const before = segmentBefore(each.segment, context);
    const allowance = openedBy(each.segment, before && closingOf(before), context, policy);
    const own = allowance && withAllowance(segment, each, allowance, history);
    if (own === undefined) continue;
    counted.set(each, own);
    closings.set(segmentName(own.charge.id, own.period.start), closingAfter(own, each, history));
  }
  return counted;
}

/** How far a charge has come when a segment begins, by how the one before it has ended. */
function openedBy(
  segment: MeterTask["segment"],
  before: Closing | undefined,
  context: SegmentContext,
  policy: BillingPolicy,
): Allowance | undefined {
  const { charge, period } = segment;
  const { timeline } = context;
  if (!isUsageCharge(charge)) return undefined;
  const own = allowanceCycle(timeline, segment);
  const { cycle } = own;
  const goesOn =
    before !== undefined &&
    sameInterval(before.allowance.cycle, cycle) &&
    (policy.tiersAtChange === "continue" ||
      (charge.resetCycle !== undefined && termsText(before.charge) === termsText(charge)));
  const start = goesOn ? before.allowance.span.start : period.start;
  const end = charge.resetCycle === undefined ? segment.priceInterval.end : lastOfSpan().end;
  const span = { start, end };
  const { units } = includedBy(charge);
  const scales = prorates(charge, "tiers") || prorates(charge, "included-units");
  const share =
    charge.resetCycle === undefined
      ? shareOfCycle(segment, timeline.zone)
      : shareOf(chargeDayCount(charge), cycle, span, timeline.zone);
  const whole = multiply(exact(units), segment.held === undefined ? ONE : exact(segment.held));
  return {
    span,
    cycle,
    ...(segment.held === undefined ? {} : { held: segment.held }),
    included: scales && !isZero(share) ? multiply(whole, share) : whole,
    used: goesOn ? add(before.allowance.used, before.quantity) : ZERO,
    carried: goesOn
      ? before.allowance.carried
      : before === undefined
        ? []
        : leftAfter(before, segment, context),
  };

  function lastOfSpan(): Interval {
    let last = period;
    const rest = { start: period.start + 1, end: cycle.end };
    for (const each of segmentsOfCharge(context, charge.id, rest)) {
      const isSame = termsText(each.charge) === termsText(charge);
      if (!isSame && policy.tiersAtChange === "restart") break;
      last = each.period;
    }
    return last;
  }
}

/** The units that are left when a segment is over and can be used in another: what is older is used first. */
function leftAfter(
  { charge, allowance, quantity, period }: Closing,
  next: MeterTask["segment"],
  { timeline }: SegmentContext,
): readonly CarriedUnits[] {
  if (!isUsageCharge(charge) || !isUsageCharge(next.charge)) return [];
  const { rollover } = includedBy(charge);
  if (rollover === undefined || includedBy(next.charge).rollover === undefined) return [];
  const all = roundedQuantity(compileTerms(charge), add(allowance.used, quantity));
  let used = isNegative(all) ? ZERO : all;
  const left = (units: Fraction) => {
    const taken = minimumOf(units, used);
    used = subtract(used, taken);
    return subtract(units, taken);
  };
  const ends: AllowanceCycle = allowanceCycle(timeline, {
    charge,
    period,
    cycle: allowance.cycle,
  });
  const until = ends.endAfter(rollover.periods);
  const kept = [...allowance.carried, { units: allowance.included, until }]
    .map((each) => ({ ...each, units: left(each.units) }))
    .filter((each) => !isZero(each.units) && each.until > next.period.start);
  const isNext = next.period.start >= allowance.cycle.end;
  return rollover.max === undefined || !isNext ? kept : newest(kept, exact(rollover.max));
}

/** As much as a limit allows, the newest first. */
function newest(units: readonly CarriedUnits[], most: Fraction): readonly CarriedUnits[] {
  let room = most;
  const kept: CarriedUnits[] = [];
  for (const each of units.toReversed()) {
    const own = minimumOf(each.units, room);
    room = subtract(room, own);
    if (!isZero(own)) kept.unshift({ ...each, units: own });
  }
  return kept;
}

/** A segment with how far its charge has come; a closed one for which that has changed is priced again. */
function withAllowance(
  segment: MeteredSegment,
  task: MeterTask,
  allowance: Allowance,
  history: History,
): MeteredSegment {
  const isFirst = allowance.span.start === segment.period.start;
  const counting = countsOn(segment.charge)
    ? { allowance, before: isFirst ? undefined : allowance.used }
    : { allowance };
  const recorded = task.billed === undefined ? undefined : recordedSegment(history, task.segment);
  if (task.billed === undefined) return { ...segment, ...counting };
  const known = recorded && recordedAllowance(recorded);
  if (recorded?.quantity === undefined || known === undefined) return segment;
  const stays =
    sameAllowance(known, allowance) ||
    (keepsPositions(segment) && compare(allowance.used, known.used) <= 0);
  if (stays) return { ...segment, allowance: known };
  const metered = [meteredQuantity(exact(recorded.quantity))];
  return { ...segment, ...counting, metered, billed: undefined };
}

/** Whether outcomes that are taken back are credited as they were billed, and those after them stay where they were. */
function keepsPositions(segment: MeteredSegment): boolean {
  const { charge } = segment;
  return isUsageCharge(charge) && charge.outcome !== undefined && creditsOriginalPrice(segment);
}

/** A segment of outcomes that are billed after their time: it goes on from where that has ended. */
function afterHome(segment: MeteredSegment, home: Closing | undefined): MeteredSegment {
  if (home === undefined) return segment;
  const { allowance } = home;
  return { ...segment, allowance, before: add(allowance.used, segment.before ?? ZERO) };
}

function closingAfter(segment: MeteredSegment, task: MeterTask, history: History): Closing {
  const { charge, period, allowance, billed, metered } = segment;
  if (allowance === undefined) throw new Error("unreachable: a segment without an allowance");
  const recorded = billed === undefined ? undefined : recordedSegment(history, task.segment);
  const quantity =
    billed === undefined
      ? sum(metered.map((each) => each.quantity))
      : exact(recorded?.quantity ?? "0");
  return { charge, period, allowance, quantity };
}

function recordedClosing(
  history: History,
  segment: Pick<ChargeSegment, "charge" | "period">,
): Closing | undefined {
  const recorded = recordedSegment(history, segment);
  if (recorded === undefined || !isRated(recorded.charge)) return undefined;
  const { charge, period, quantity = "0" } = recorded;
  return { charge, period, quantity: exact(quantity), allowance: recordedAllowance(recorded) };
}

/** What was recorded of a segment; nothing where nothing was. */
function recordedSegment(
  { byTime }: History,
  { charge, period }: Pick<ChargeSegment, "charge" | "period">,
): ClosedSegment | undefined {
  return byTime["in-arrears"]
    .at(period.end - 1)
    .flatMap(({ segments }) => segments)
    .find((each) => each.charge.id === charge.id && each.period.start === period.start);
}

function recordedAllowance({ charge, period, cycle, allowance }: ClosedSegment): Allowance {
  if (allowance !== undefined) return allowance;
  const included = isUsageCharge(charge) ? exact(includedBy(charge).units) : ZERO;
  return { span: period, cycle, used: ZERO, included, carried: [] };
}

function sameAllowance(a: Allowance, b: Allowance): boolean {
  const isEqual = (one: Fraction, other: Fraction) => compare(one, other) === 0;
  return (
    a.span.start === b.span.start &&
    isEqual(a.used, b.used) &&
    isEqual(a.included, b.included) &&
    a.carried.length === b.carried.length &&
    a.carried.every(
      ({ units, until }, index) =>
        until === b.carried[index]?.until && isEqual(units, b.carried[index].units),
    )
  );
}
