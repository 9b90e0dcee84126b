import { issueAt, type PricingIssue } from "../errors.js";
import { formatPeriod } from "../time/billing-period.js";
import { contains, type Interval, sameInterval } from "../time/cycle-grid.js";
import type { Instant } from "../time/instant.js";
import { openingOf } from "./due.js";
import { type ScheduledPeriod, scheduledAt } from "./schedule.js";
import type { Timeline } from "./timeline.js";

/** What an invoice is for. */
export interface BillingTarget {
  /** The billing period, or the one that contains the moment. */
  readonly scheduled: ScheduledPeriod;
  /** The moment, where only what is due in advance is billed: the opening, or a change. */
  readonly moment: Instant | undefined;
}

/** Finds what a request's period asks for; reports a period that is none of the subscription's. */
export function findTarget(
  timeline: Timeline,
  period: Interval,
  issues: PricingIssue[],
): BillingTarget | undefined {
  const { schedule, span, zone } = timeline;
  const scheduled = scheduledAt(schedule, period.start);
  if (scheduled !== undefined && period.start === period.end) {
    if (isMoment(timeline, period.start)) return { scheduled, moment: period.start };
  } else if (scheduled !== undefined && sameInterval(scheduled.period, period)) {
    return { scheduled, moment: undefined };
  }
  const expected = expectation();
  const { start, end } = formatPeriod(period, zone);
  issues.push(
    issueAt("not_a_billing_period", ["period"], `must be ${expected}`, {
      expected,
      found: `${start} to ${end}`,
    }),
  );
  return undefined;

  function expectation(): string {
    if (scheduled === undefined) {
      const { startDate } = timeline.subscription;
      return period.start < span.start
        ? `from the start of the subscription on (${startDate})`
        : "before the end of the subscription";
    }
    const own = formatPeriod(scheduled.period, zone);
    const whole = `a whole billing period of the subscription, such as ${own.start} to ${own.end}`;
    return period.start === period.end
      ? `the date of the opening invoice or of a change, or ${whole}`
      : whole;
  }
}

/** Whether an invoice at an instant can carry something: the opening, or a change inside of a billing period. */
function isMoment(timeline: Timeline, at: Instant): boolean {
  if (openingOf(timeline) === at) return true;
  const running = scheduledAt(timeline.schedule, at - 1);
  const inside = running !== undefined && contains(running.period, at);
  return inside && timeline.states.some(({ span }) => span.start === at);
}
