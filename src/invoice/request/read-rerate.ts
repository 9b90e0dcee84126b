import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { readDateAt, readPeriod } from "../../schema/dates.js";
import { readOptions } from "../../schema/options.js";
import { isRecord } from "../../schema/unknown-record.js";
import {
  afterEnd,
  type Schedule,
  type ScheduledPeriod,
  scheduledAt,
} from "../../subscription/cadence.js";
import type { Timeline } from "../../subscription/timeline.js";
import { formatPeriod, type PeriodInput } from "../../time/billing-period.js";
import { type DateInput, instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { type Interval, sameInterval } from "../../time/interval.js";
import type { UsageInput } from "../../usage/read-usage.js";
import { documentKey } from "../document/document.js";
import { isRetired } from "../history/closed-part.js";
import { closedWithin, type History, lastOf, partText } from "../history/history.js";
import type { GivenUsage, UsageTaker } from "../rating/given-usage.js";

/** An earlier billing period that is billed again. */
export interface RerateRequest {
  /** The billing period, or a run-off period after the end; `previous` holds its document. */
  readonly period: PeriodInput;
  /**
   * All usage of the period that is known now, as events, summaries or quantities. Without it the usage stays as it was
   * billed, and only fees, limits and discounts are rated again.
   */
  readonly usage?: UsageInput | null | undefined;
}

/** A range of earlier billing periods, all of which are billed again from the one list of events that is given. */
export interface RerateRange {
  /** The first period is the one that contains this date. */
  readonly from: DateInput;
  /** The last is the one that contains this date; default the last closed one. */
  readonly through?: DateInput | null | undefined;
}

/** A period that is billed again, and its usage; nothing where that stays as it was billed. */
export interface ReratedPeriod {
  readonly scheduled: ScheduledPeriod;
  readonly usage: GivenUsage | undefined;
}

/** What re-rating is read against. */
export interface RerateContext {
  readonly known: Timeline;
  readonly history: History;
  /** Periods must have ended by then. */
  readonly before: Instant;
  /** The usage of the document, of which a range takes its own. */
  readonly given: GivenUsage;
  /** Takes the usage of a period of its own. */
  readonly take: UsageTaker;
}

const MOST_PERIODS = 10_000;

/** Reads the periods that are to be rated again: closed ones, each once, in their own order. */
export function readRerate(
  input: unknown,
  context: RerateContext,
  issues: PricingIssue[],
): readonly ReratedPeriod[] {
  if (input === undefined || input === null) return [];
  const read = isRecord(input)
    ? readRange(input, context, issues)
    : readPeriods(input, context, issues);
  return read.toSorted((a, b) => a.scheduled.period.start - b.scheduled.period.start);
}

function readPeriods(
  input: unknown,
  context: RerateContext,
  issues: PricingIssue[],
): readonly ReratedPeriod[] {
  const expected = "a list of { period, usage }, or a range { from, through }";
  const list = elementsIn(input, ["rerate"], expected, issues, MOST_PERIODS);
  if (list === undefined) return [];
  const read: ReratedPeriod[] = [];
  for (const [index, each] of list.entries()) {
    const path = ["rerate", index];
    const { period: given, usage } = readOptions(each, ["period", "usage"], issues, {
      path,
      required: isRecord(each) ? ["period"] : [],
    });
    if (given === undefined) continue;
    const at = [...path, "period"];
    const period = readPeriod(given, at, context.known.zone, issues);
    const scheduled = period && billedPeriodAt(context.known.schedule, period.start);
    if (period === undefined) continue;
    if (!isRatable(period, scheduled, read, context, at, issues)) continue;
    read.push({
      scheduled,
      usage: usage === undefined ? undefined : context.take(usage, [...path, "usage"]),
    });
  }
  return read;
}

function isRatable(
  period: Interval,
  scheduled: ScheduledPeriod | undefined,
  read: readonly ReratedPeriod[],
  { history, before, known: { zone } }: RerateContext,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): scheduled is ScheduledPeriod {
  const refuse = (code: PricingIssue["code"], expected: string) => {
    const { start, end } = formatPeriod(period, zone);
    issues.push(issueAt(code, path, { expected, found: `${start} to ${end}` }));
    return false;
  };
  if (scheduled === undefined || !sameInterval(scheduled.period, period)) {
    return refuse("not_a_billing_period", "a whole billing period of the subscription");
  }
  if (period.end > before) {
    return refuse("not_a_billing_period", "before the period that is billed");
  }
  if (read.some((other) => other.scheduled.period.start === scheduled.period.start)) {
    return refuse("duplicate_change", "another period than those before it");
  }
  return history.isBroken || wasBilled(history, period)
    ? true
    : refuse("missing_previous", "a period whose document previous holds");
}

function readRange(
  input: object,
  { known, history, before, given }: RerateContext,
  issues: PricingIssue[],
): readonly ReratedPeriod[] {
  const options = readOptions(input, ["from", "through"], issues, {
    path: ["rerate"],
    required: ["from"],
  });
  const dateOf = (name: "from" | "through") =>
    options[name] === undefined
      ? undefined
      : readDateAt(options[name], ["rerate", name], known.zone, issues);
  const from = dateOf("from");
  const through = dateOf("through") ?? Number.POSITIVE_INFINITY;
  if (from === undefined) return [];
  reportGaps({ from, through, before }, { known, history }, issues);
  const found = new Map<number, ReratedPeriod>();
  for (const closed of history.byTime["in-arrears"].overlapping({ start: from, end: before })) {
    for (const scheduled of periodsWithin(known.schedule, closed.period)) {
      const { start, end } = scheduled.period;
      if (isRetired(closed) && !sameInterval(scheduled.period, closed.period)) continue;
      if (end <= from || start > through || end > before) continue;
      found.set(start, { scheduled, usage: given });
    }
  }
  return [...found.values()];
}

/** Whether something of a period was billed; also where that was taken back and it has come back since. */
function wasBilled(history: History, period: Interval): boolean {
  return (
    history.parts.has(partText("in-arrears", period)) ||
    closedWithin(history, "in-arrears", period).length > 0
  );
}

/** Reports the periods of a range that were billed, as the last document says, by documents that are not given. */
function reportGaps(
  range: { readonly from: Instant; readonly through: Instant; readonly before: Instant },
  { known, history }: Pick<RerateContext, "known" | "history">,
  issues: PricingIssue[],
): void {
  const { zone, schedule, span, subscription } = known;
  const billedUntil = lastOf(history)?.document.basis.billedUntil ?? null;
  if (history.isBroken || billedUntil === null) return;
  const end = Math.min(range.before, range.through, instantOf(billedUntil, zone), span.end);
  const start = Math.max(range.from, span.start);
  if (start >= end) return;
  for (const { period } of periodsWithin(schedule, { start, end })) {
    // What was billed and taken back is on record, too, though the period may end otherwise now.
    if (history.byTime["in-arrears"].overlapping(period).length > 0) continue;
    const key = documentKey("period", subscription.id, formatPeriod(period, zone), 0);
    const expected = `document ${key}`;
    issues.push(issueAt("missing_previous", ["previous"], { expected, received: undefined }));
  }
}

/** The billing period that contains an instant, or the run-off period, which has no number. */
function billedPeriodAt(schedule: Schedule, at: Instant): ScheduledPeriod | undefined {
  const scheduled = scheduledAt(schedule, at);
  if (scheduled !== undefined) return scheduled;
  const period = afterEnd(schedule, at);
  return period && { index: -1, period, cycle: period };
}

/** The billing periods that have a part in a stretch of time; or the run-off period that is just that. */
function periodsWithin(schedule: Schedule, { start, end }: Interval): readonly ScheduledPeriod[] {
  const periods: ScheduledPeriod[] = [];
  const runOff = afterEnd(schedule, start);
  if (runOff !== undefined && sameInterval(runOff, { start, end })) {
    return [{ index: -1, period: runOff, cycle: runOff }];
  }
  let next = scheduledAt(schedule, start);
  while (next !== undefined && next.period.start < end) {
    periods.push(next);
    next = scheduledAt(schedule, next.period.end);
  }
  return periods;
}
