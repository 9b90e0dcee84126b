import type { Coupon } from "../../account/coupon.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import type { PricingIssue } from "../../errors.js";
import type { AmountRounding } from "../../money/amount-rounding.js";
import { isZero } from "../../money/fraction.js";
import { firstBilled } from "../../subscription/due.js";
import { isInAdvance } from "../../subscription/segment.js";
import type { Instant } from "../../time/instant.js";
import { contains, type Interval } from "../../time/interval.js";
import type { UsageScope } from "../../usage/meter/scope.js";
import type { PricedLine } from "../document/priced-line.js";
import { reportMissing, usageDocuments } from "../history/document-keys.js";
import { type History, isOnRecord, partText } from "../history/history.js";
import {
  askForAllowances,
  type UnrecordedBefore,
  unrecordedBefore,
} from "../parts/allowance-needs.js";
import { type PartTask, type WantedSegments, wantedSegments } from "../parts/part-task.js";
import type { GivenUsage } from "../rating/given-usage.js";
import { type Matched, matchTasks } from "../rating/match-tasks.js";
import { type MeterContext, type MeteredTasks, meterMatched } from "../rating/meter-segments.js";
import type { MeterTask } from "../rating/meter-task.js";
import type { BillingTarget } from "../request/target.js";
import { pricePart } from "../steps/index.js";
import { hasLimits } from "../steps/limits.js";
import type { PeriodPricing } from "../steps/period-step.js";
import { countOn } from "./allowances.js";
import { askForLevels, recordedLevels } from "./carried-levels.js";
import { earlierLines, keptOfPart, lastMoment } from "./earlier-lines.js";
import { type MeteredPart, pricingOf } from "./part-pricing.js";
import { type CouponUse, couponsOf, couponUses } from "./period-coupons.js";
import { type RunningTotals, runningPricing, totalsOf } from "./running-totals.js";

/** What everything that one document bills is priced under. */
export interface BillingContext extends Pick<MeterContext, "usageOf"> {
  readonly policy: BillingPolicy;
  readonly rounding: AmountRounding;
  readonly history: History;
  /** The coupons that are given now. */
  readonly coupons: readonly Coupon[];
  /** Whose usage counts, and what is known of it. */
  readonly scope: UsageScope;
}

/** A part of a billing period, priced. */
export interface PricedPart extends MeteredPart {
  /** What its lines were priced from. */
  readonly pricing: PeriodPricing;
  readonly lines: readonly PricedLine[];
  /** What its billing period's coupons have taken off so far. */
  readonly couponUses: readonly CouponUse[];
  /** How what runs over several billing periods stands at its end. */
  readonly totals: RunningTotals;
}

/** The part that is billed when the period of a document is over. */
export function currentPart<T extends PartTask>(
  parts: readonly T[],
  { period }: Pick<BillingTarget, "period">,
): T | undefined {
  return parts.find(
    ({ part, scheduled }) => part === "in-arrears" && scheduled.period.start === period.start,
  );
}

/** Parts that are metered, and what became of the events. */
export interface MeteredParts extends Omit<MeteredTasks, "metered"> {
  readonly parts: readonly MeteredPart[];
}

/** Parts with everything that their usage is matched with, whatever that is. */
export interface MatchedParts {
  readonly wanted: readonly (WantedSegments & { readonly task: PartTask })[];
  readonly unrecorded: readonly UnrecordedBefore[];
  readonly matched: readonly Matched[];
}

/** Finds what the parts are priced from. Parts whose usage was given together are metered together. */
export function meterParts(
  tasks: readonly PartTask[],
  given: readonly GivenUsage[],
  context: BillingContext,
  issues: PricingIssue[],
): MeteredParts {
  return meterMatchedParts(matchParts(tasks, context, issues), given, context, issues);
}

/** What is to be metered, before anybody looks at the usage. */
export function matchParts(
  tasks: readonly PartTask[],
  context: Pick<BillingContext, "policy" | "history">,
  issues: PricingIssue[],
): MatchedParts {
  const wanted = tasks.map((task) => ({ task, ...wantedSegments(task, context.history) }));
  const all = wanted.flatMap(({ own, elsewhere }) => [...own, ...elsewhere]);
  const products = tasks[0]?.timeline.products ?? [];
  const recordedOf = recordedLevels(all, context.history, products);
  for (const { task, own } of wanted) {
    askForLevels(own, tasks, task.timeline, context.history, issues);
  }
  const unrecorded = wanted.flatMap(({ task, own }) =>
    unrecordedBefore(task, own, context.history),
  );
  for (const { task, own } of wanted) askForAllowances(task, own, tasks, context.history, issues);
  const counted = [...all, ...unrecorded.map(({ before }) => before)];
  const matched = matchTasks(counted, context.policy, recordedOf, issues);
  return { wanted, unrecorded, matched };
}

/** The same for parts whose segments somebody has matched already. */
export function meterMatchedParts(
  { wanted, unrecorded, matched }: MatchedParts,
  given: readonly GivenUsage[],
  context: BillingContext,
  issues: PricingIssue[],
): MeteredParts {
  const { metered, ...facts } = meterMatched(matched, given, context, issues);
  const counted = countOn(
    [...unrecorded.map(({ task, before }) => ({ task, own: [before] })), ...wanted],
    metered,
    context,
  );
  const found = (list: readonly MeterTask[]) => list.flatMap((each) => counted.get(each) ?? []);
  const parts = wanted.map(({ task, own, elsewhere, notGiven, earlierDiscounts }) => ({
    ...task,
    segments: found(own),
    elsewhere: found(elsewhere),
    notGiven,
    earlierDiscounts,
    coupons: couponsOf(task, own, context),
  }));
  if (!context.history.isBroken) for (const part of parts) askForHomes(part, context, issues);
  return { parts, ...facts };
}

/**
 * What shares a limit or a fixed discount with what was billed before it needs the documents since: outcomes that are billed
 * after their time, usage whose limits add up over several bills, and fees in arrears that a change has cut.
 */
function askForHomes(
  { segments, elsewhere, earlierDiscounts, coupons, scheduled, timeline }: MeteredPart,
  { history }: BillingContext,
  issues: PricingIssue[],
): void {
  const askSince = (start: Instant) => {
    const since = { start, end: scheduled.period.start };
    for (const { period, key } of usageDocuments(timeline, since)) {
      if (!isOnRecord(history, "in-arrears", period)) reportMissing(key, issues);
    }
  };
  for (const each of elsewhere) {
    if (!isInAdvance(each) && history.documents.length > 0) askSince(lastMoment(each));
  }
  for (const { home, metered, billed, allowance, ...segment } of segments) {
    if (allowance !== undefined && hasLimits(segment) && history.documents.length > 0) {
      askSince(Math.max(allowance.span.start, firstBilled(timeline)?.span.start ?? 0));
    }
    if (home === undefined || billed !== undefined) continue;
    const holds = ({ period }: { readonly period: Interval }) => contains(period, home.heldAt);
    const isFixed =
      earlierDiscounts.some((each) => each.charge.pricing.amount !== undefined && holds(each)) ||
      coupons.some((each) => each.coupon.amount !== undefined && holds(each));
    const isUsed = metered.some(({ quantity }) => !isZero(quantity));
    if (isUsed && (isFixed || hasLimits(segment))) askSince(home.heldAt);
  }
}

/**
 * Prices the parts; what is billed in arrears of a period after what is billed in advance of it, and after earlier periods,
 * whose discounts and limits it may share. `price` prices each.
 */
export function priceParts(
  parts: readonly MeteredPart[],
  context: BillingContext,
  price: typeof pricePart = pricePart,
): readonly PricedPart[] {
  const ordered = parts.toSorted(
    (a, b) =>
      Number(a.part === "in-arrears") - Number(b.part === "in-arrears") ||
      a.scheduled.period.start - b.scheduled.period.start,
  );
  const priced = new Map<MeteredPart, PricedPart>();
  const byName = new Map<string, PricedPart>();
  const linesOf = (name: string) => byName.get(name)?.lines ?? keptOfPart(context.history, name);
  for (const each of ordered) {
    const { part, scheduled } = each;
    const before = part === "in-advance" ? [] : linesOf(partText("in-advance", scheduled.period));
    const earlier = earlierLines(each, byName, context.history);
    const running = runningPricing(each, (own) => byName.get(own)?.totals, context);
    const pricing = pricingOf(each, { before, earlier, ...running }, context);
    const lines = price(pricing);
    const own = {
      ...each,
      pricing,
      lines,
      totals: totalsOf(each.items, pricing, lines),
      couponUses: couponUses(each, [...before, ...lines], context.rounding),
    };
    priced.set(each, own);
    byName.set(partText(part, scheduled.period), own);
  }
  return parts.flatMap((each) => priced.get(each) ?? []);
}
