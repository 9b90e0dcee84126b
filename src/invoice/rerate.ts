import { readPeriod } from "../catalog/dates.js";
import { reportUnknownKeys } from "../catalog/plain-data.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { isRecord } from "../pricing/fields-schema.js";
import type { BillingTarget } from "../subscription/billing-target.js";
import { type ScheduledPeriod, scheduledAt } from "../subscription/schedule.js";
import type { Timeline } from "../subscription/timeline.js";
import { formatPeriod, type Period } from "../time/billing-period.js";
import { type Interval, sameInterval } from "../time/cycle-grid.js";
import type { UsageInput } from "../usage/usage-input.js";
import type { PeriodUsage } from "./billing-run.js";
import { type Billed, wasInvoiced } from "./previous.js";

/** An earlier billing period that is billed again. */
export interface RerateRequest {
  /** The billing period; `previous` holds its invoice. */
  readonly period: Period;
  /**
   * All usage of the period that is known now, as events, summaries or quantities. Without it the usage lines stay as
   * they were billed, and only fees, limits and discounts are rated again.
   */
  readonly usage?: UsageInput;
}

/** The same as read. */
export interface ReratedPeriod {
  readonly scheduled: ScheduledPeriod;
  readonly usage: PeriodUsage | "as billed";
}

/** Reads the periods that are to be rated again: billing periods before the one that is billed, each once. */
export function readRerate(
  input: unknown,
  timeline: Timeline,
  billed: Billed,
  target: BillingTarget | undefined,
  issues: PricingIssue[],
): readonly ReratedPeriod[] {
  if (input === undefined) return [];
  if (!Array.isArray(input)) {
    const expected = "a list of { period, usage }";
    issues.push(
      issueAt("invalid_type", ["rerate"], `must be ${expected}`, { expected, received: input }),
    );
    return [];
  }
  const read: ReratedPeriod[] = [];
  for (const [index, each] of input.entries()) {
    const path = ["rerate", index];
    if (!isRecord(each)) {
      const expected = "an object { period, usage }";
      issues.push(
        issueAt("invalid_type", path, `must be ${expected}`, { expected, received: each }),
      );
      continue;
    }
    reportUnknownKeys(each, ["period", "usage"], path, issues);
    const at = [...path, "period"];
    const period = readPeriod(each["period"], at, timeline.zone, issues);
    if (period === undefined) continue;
    const scheduled = scheduledAt(timeline.schedule, period.start);
    const problem = whyNot(period, scheduled, read, billed, target);
    if (problem !== undefined || scheduled === undefined) {
      const { code, expected } = problem ?? NOT_A_PERIOD;
      const { start, end } = formatPeriod(period, timeline.zone);
      const found = `${start} to ${end}`;
      issues.push(issueAt(code, at, `must be ${expected}`, { expected, found }));
      continue;
    }
    const { usage } = each;
    const given = usage === undefined ? "as billed" : { usage, path: [...path, "usage"] };
    read.push({ scheduled, usage: given });
  }
  return read;
}

const NOT_A_PERIOD = {
  code: "not_a_billing_period",
  expected: "a whole billing period of the subscription",
} as const;

function whyNot(
  period: Interval,
  scheduled: ScheduledPeriod | undefined,
  read: readonly ReratedPeriod[],
  billed: Billed,
  target: BillingTarget | undefined,
): { readonly code: PricingIssue["code"]; readonly expected: string } | undefined {
  if (scheduled === undefined || !sameInterval(scheduled.period, period)) return NOT_A_PERIOD;
  if (target !== undefined && period.end > target.scheduled.period.start) {
    return { code: "not_a_billing_period", expected: "before the period that is billed" };
  }
  if (read.some((other) => other.scheduled.index === scheduled.index)) {
    return { code: "duplicate_change", expected: "another period than those before it" };
  }
  return wasInvoiced(billed, period)
    ? undefined
    : { code: "missing_previous", expected: "a period whose invoice previous holds" };
}
