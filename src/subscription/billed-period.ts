import type { RatePlan } from "../catalog/rate-plan.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { formatPeriod, type Interval, periodAt, periodIndex } from "../time/billing-period.js";
import { instantOf } from "../time/instant.js";
import type { Subscription } from "./subscription.js";

/** Which period of the subscription is asked for; reports one that is none of them. */
export function checkPeriod(
  plan: RatePlan,
  { startDate, endDate }: Subscription,
  period: Interval,
  issues: PricingIssue[],
): number {
  const anchor = instantOf(startDate);
  const index = periodIndex(anchor, plan.billingCycle, period.start);
  const own = periodAt(anchor, plan.billingCycle, index);
  const report = (
    code: "invalid_value" | "not_supported",
    path: readonly PathSegment[],
    expected: string,
  ) => {
    const { start, end } = formatPeriod(period);
    issues.push(
      issueAt(code, path, `must be ${expected}`, { expected, found: `${start} to ${end}` }),
    );
  };
  if (period.start < anchor) {
    report("invalid_value", ["period"], `from the start of the subscription on (${startDate})`);
  } else if (own.start !== period.start || own.end !== period.end) {
    const { start, end } = formatPeriod(own);
    report(
      "not_supported",
      ["period"],
      `a whole billing period of the subscription, such as ${start} to ${end}`,
    );
  }
  if (endDate === undefined) return index;
  const ends = instantOf(endDate);
  if (ends <= period.start)
    report("invalid_value", ["period"], `before the end of the subscription (${endDate})`);
  else if (ends < period.end)
    report("not_supported", ["subscription", "endDate"], "at the end of a billing period");
  return index;
}
