import { issueAt, type PricingIssue } from "../../errors.js";
import { type Schedule, scheduledAt } from "../../subscription/cadence.js";
import { unchangedSchedule } from "../../subscription/unchanged-schedule.js";
import type { BillingCycle } from "../../time/billing-cycle.js";
import type { Instant } from "../../time/instant.js";
import { type DayRow, dayText } from "./day-row.js";
import type { SeriesBucketUnit } from "./types.js";

/** The cycles of the calendar that make buckets; billing periods are those of the subscription. */
const CALENDAR: { readonly [unit in Exclude<SeriesBucketUnit, "billing-period">]: BillingCycle } = {
  day: "daily",
  week: "weekly",
  month: "monthly",
  quarter: "quarterly",
};

export const BUCKET_UNITS = [...Object.keys(CALENDAR), "billing-period"];

const MOST_BUCKETS = 10_000;

/** Whether a text names what a range may be cut into. */
export function isBucketUnit(unit: unknown): unit is SeriesBucketUnit {
  return typeof unit === "string" && BUCKET_UNITS.includes(unit);
}

/** The edges of the buckets that a range is cut into: the calendar's, or those of a schedule of billing periods. */
export function bucketEdges(
  unit: SeriesBucketUnit,
  { span, zone, first, starts }: DayRow,
  billing: Schedule,
  issues: PricingIssue[],
): readonly Instant[] {
  // A day that the zone skipped is none.
  const days = [...new Set([...starts, span.end])];
  if (unit === "day" && days.length <= MOST_BUCKETS) return days;
  const schedule = unit === "billing-period" ? billing : calendar();
  const { start, end } = span;
  const whole = [scheduledAt(schedule, start), scheduledAt(schedule, end - 1)];
  const count = (whole[1]?.index ?? 0) - (whole[0]?.index ?? 0) + 1;
  if (count > MOST_BUCKETS) {
    const expected = `at most ${MOST_BUCKETS} buckets`;
    issues.push(issueAt("too_large", ["range"], { expected, found: `${count}` }));
    return [start, end];
  }
  const edges = [start];
  let at = start;
  while (at < end) {
    const next = scheduledAt(schedule, at);
    // Before a subscription begins, and after its end, there are no billing periods.
    const begun = schedule[0]?.span.start ?? end;
    at = Math.min(end, next?.period.end ?? (at < begun ? begun : end));
    edges.push(at);
  }
  return edges;

  function calendar(): Schedule {
    const [from, until] = [dayText(first), dayText(first + starts.length)];
    const cycle = CALENDAR[unit as keyof typeof CALENDAR];
    const life = { id: "", customerId: "", ratePlanId: "", startDate: from, endDate: until };
    return unchangedSchedule({ ...life, timeZone: zone, billingAnchor: "calendar" }, cycle);
  }
}
