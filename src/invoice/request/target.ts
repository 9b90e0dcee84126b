import { issueAt, type PricingIssue } from "../../errors.js";
import { afterEnd, type ScheduledPeriod, scheduledAt } from "../../subscription/cadence.js";
import { openingOf } from "../../subscription/due.js";
import { knownBefore, type Timeline } from "../../subscription/timeline.js";
import { formatPeriod } from "../../time/billing-period.js";
import { formatDate } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import { type Interval, sameInterval } from "../../time/interval.js";
import type { DocumentScope } from "../document/document.js";
import type { LateChange } from "../history/life.js";

/** What a document is for. */
export interface BillingTarget {
  readonly scope: DocumentScope;
  /** What stands on the document. */
  readonly period: Interval;
  /** The billing period, or the one that contains the moment; nothing after the end of the subscription. */
  readonly scheduled: ScheduledPeriod | undefined;
  /** What has happened by then is known: the end of the period, or the moment itself. */
  readonly moment: Instant;
  /** The subscription's life as it is known at the moment. */
  readonly known: Timeline;
}

/** Finds the running billing period whose usage so far is billed; reports one that is not running at the moment. */
export function findInterim(
  timeline: Timeline,
  period: Interval,
  asOf: Instant,
  issues: PricingIssue[],
): BillingTarget | undefined {
  const { zone } = timeline;
  // What is scheduled within the period is known, as it is to the period's own document.
  const known = knownBefore(timeline, period.end + 1);
  const scheduled = scheduledAt(known.schedule, period.start);
  if (scheduled === undefined || !sameInterval(scheduled.period, period)) {
    reportPeriod(period, known, scheduled, issues);
    return undefined;
  }
  if (asOf <= period.start || asOf > period.end) {
    const { start, end } = formatPeriod(period, zone);
    const expected = `after ${start}, and not after ${end}: within the billing period`;
    issues.push(issueAt("out_of_range", ["asOf"], { expected, found: formatDate(asOf, zone) }));
    return undefined;
  }
  const soFar = { start: period.start, end: asOf };
  return { scope: "interim", period: soFar, scheduled, moment: asOf, known };
}

/**
 * Finds what a request's period asks for; reports a period that is none of the subscription's. What became known late of
 * invoiced time can be billed at the moment of the last document, whatever else that moment is.
 */
export function findTarget(
  timeline: Timeline,
  period: Interval,
  issues: PricingIssue[],
  late?: LateChange,
): BillingTarget | undefined {
  const known = knownBefore(timeline, period.end + 1);
  const moment = period.end;
  const scheduled = scheduledAt(known.schedule, period.start);
  if (period.start === period.end) {
    const scope = late?.at === moment ? "change" : momentScope(known, moment);
    if (scope !== undefined) return { scope, period, scheduled, moment, known };
  } else if (scheduled !== undefined && sameInterval(scheduled.period, period)) {
    return { scope: "period", period, scheduled, moment, known };
  } else if (scheduled === undefined && period.start >= known.span.end) {
    const after = afterEnd(known.schedule, period.start);
    if (after !== undefined && sameInterval(after, period)) {
      return { scope: "run-off", period, scheduled, moment, known };
    }
  }
  reportPeriod(period, known, scheduled, issues);
  return undefined;
}

function reportPeriod(
  period: Interval,
  known: Timeline,
  scheduled: ScheduledPeriod | undefined,
  issues: PricingIssue[],
): void {
  const { start, end } = formatPeriod(period, known.zone);
  const expected = expectation(known, period, scheduled);
  issues.push(
    issueAt("not_a_billing_period", ["period"], { expected, found: `${start} to ${end}` }),
  );
}

/** What a document at an instant can carry: the opening, or what a change or the end makes due. */
function momentScope(known: Timeline, at: Instant): DocumentScope | undefined {
  if (openingOf(known) === at) return "opening";
  const isChange = known.drafts.some(({ since }, index) => index > 0 && since === at);
  const begins = known.states.some(({ span }) => span.start === at && at > known.span.start);
  return isChange || begins || known.span.end === at ? "change" : undefined;
}

function expectation(
  known: Timeline,
  period: Interval,
  scheduled: ScheduledPeriod | undefined,
): string {
  const { zone, span, subscription, schedule } = known;
  if (scheduled === undefined) {
    if (period.start < span.start) {
      return `from the start of the subscription on (${subscription.startDate})`;
    }
    const after = afterEnd(schedule, period.start);
    const own = after && formatPeriod(after, zone);
    return own === undefined
      ? "before the end of the subscription"
      : `before the end of the subscription, or a period after it, such as ${own.start} to ${own.end}`;
  }
  const own = formatPeriod(scheduled.period, zone);
  const whole = `a whole billing period of the subscription, such as ${own.start} to ${own.end}`;
  return period.start === period.end
    ? `the date of the opening document or of a change, or ${whole}`
    : whole;
}
