import { catalogReader } from "../../catalog/catalog.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import { issueAt, type PricingIssue } from "../../errors.js";
import { readHistory } from "../../invoice/history/history.js";
import { partsBuilder } from "../../invoice/parts-builder.js";
import { meterParts, type PricedPart, priceParts } from "../../invoice/price-period.js";
import type { GivenUsage } from "../../invoice/rating/given-usage.js";
import type { PricingWarning } from "../../invoice/warning.js";
import { negativeUsage, unbilledEvents } from "../../invoice/warnings.js";
import { afterEnd, scheduledAt } from "../../subscription/cadence.js";
import type { Instant } from "../../time/instant.js";
import type { UsageReport } from "../../usage/events/report.js";
import type { Life } from "./life.js";

/** All that a life is billed for, priced as one who knows all of it would. */
export interface BilledLife {
  readonly parts: readonly PricedPart[];
  readonly report: UsageReport;
  readonly warnings: readonly PricingWarning[];
}

const MOST_PERIODS = 10_000;

/**
 * Prices each billing period of a life up to an instant, by the steps of its documents and with what is known in the end: so what
 * several documents would bill, correct and give back stands where it belongs at once.
 */
export function billLife(
  { timeline, rounding }: Life,
  until: Instant,
  given: GivenUsage,
  policy: BillingPolicy,
  issues: PricingIssue[],
): BilledLife | undefined {
  const { schedule, span, zone } = timeline;
  const last = scheduledAt(schedule, Math.min(until, span.end) - 1);
  if (last !== undefined && last.index >= MOST_PERIODS) {
    const expected = `at most ${MOST_PERIODS} billing periods from the start of the subscription on`;
    issues.push(issueAt("too_large", ["range"], { expected, found: `${last.index + 1}` }));
    return undefined;
  }
  const history = readHistory(undefined, timeline, catalogReader(policy), issues);
  const period = { start: span.start, end: until };
  const builder = partsBuilder({
    timeline,
    history,
    given,
    rerate: [],
    target: { scope: "correction", period, scheduled: undefined, moment: until, known: timeline },
  });
  let at = span.start;
  while (at < until) {
    const scheduled = scheduledAt(schedule, at);
    if (scheduled !== undefined) {
      builder.add("in-advance", scheduled, timeline, undefined);
      builder.add("in-arrears", scheduled, timeline, given);
      at = scheduled.period.end;
      continue;
    }
    const after = afterEnd(schedule, at);
    if (after === undefined || !builder.addRunOff(after, timeline, given)) break;
    at = after.end;
  }
  const context = {
    policy,
    rounding,
    history,
    coupons: [],
    scope: {
      zone,
      billingPeriodOf: (instant: Instant) => scheduledAt(schedule, instant)?.index ?? -1,
    },
  };
  const { parts, report, summarized } = meterParts(builder.tasks(), [given], context, issues);
  if (issues.length > 0) return undefined;
  const segments = parts.flatMap((part) => part.segments);
  return {
    parts: priceParts(parts, context),
    report,
    warnings: [...negativeUsage(segments, { policy }), ...unbilledEvents({ report, summarized })],
  };
}
