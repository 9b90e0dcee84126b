import { catalogReader } from "../../catalog/catalog.js";
import type { BillingPolicy } from "../../catalog/policy.js";
import { isPricingError, issueAt, type PricingIssue } from "../../errors.js";
import type { PricedLine } from "../../invoice/document/priced-line.js";
import type { PricingWarning } from "../../invoice/document/warning.js";
import { type History, readHistory } from "../../invoice/history/history.js";
import type { PartTask } from "../../invoice/parts/part-task.js";
import { partsBuilder } from "../../invoice/parts/parts-builder.js";
import { meterParts, type PricedPart, priceParts } from "../../invoice/price/price-period.js";
import type { GivenUsage } from "../../invoice/rating/given-usage.js";
import { bareLine } from "../../invoice/rating/rate-segment.js";
import { segmentRater } from "../../invoice/rating/segment-rater.js";
import { pricePart, priceRated } from "../../invoice/steps/index.js";
import { type PeriodPricing, rulesOf } from "../../invoice/steps/period-step.js";
import { negativeUsage, unbilledEvents } from "../../invoice/write/warnings.js";
import { afterEnd, scheduledAt } from "../../subscription/cadence.js";
import type { Timeline } from "../../subscription/timeline.js";
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
  const { history, tasks } = tasksOf(timeline, until, policy);
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
  const wanted = tasks.map((task) => (task.part === "in-arrears" ? { ...task, given } : task));
  const { parts, report, summarized } = meterParts(wanted, [given], context, issues);
  if (issues.length > 0) return undefined;
  const segments = parts.flatMap((part) => part.segments);
  return {
    parts: priceParts(parts, context, policy.rounding.scope === "line" ? priceBare : pricePart),
    report,
    warnings: [...negativeUsage(segments, { policy }), ...unbilledEvents({ report, summarized })],
  };
}

/** The lines of a part, without how they came about: nobody looks at it. */
function priceBare(pricing: PeriodPricing): readonly PricedLine[] {
  const rules = rulesOf(pricing);
  try {
    return priceRated(
      pricing,
      new Map(
        pricing.segments.flatMap((segment) =>
          segmentRater(
            segment,
            rules,
          )(segment.metered).map((each) => [bareLine(segment, each), segment] as const),
        ),
      ),
    );
  } catch (error) {
    // What a charge refuses is all said where lines are explained.
    if (isPricingError(error)) return pricePart(pricing);
    throw error;
  }
}

/** What is billed for each period, whatever the usage. */
interface LifeTasks {
  readonly until: Instant;
  readonly history: History;
  readonly tasks: readonly PartTask[];
}

const known = new WeakMap<Timeline, LifeTasks>();

/** All parts of billing periods up to an instant, without usage; found once for the same life. */
function tasksOf(timeline: Timeline, until: Instant, policy: BillingPolicy): LifeTasks {
  const before = known.get(timeline);
  if (before?.until === until) return before;
  const { schedule, span } = timeline;
  const history = readHistory(undefined, timeline, catalogReader(policy), []);
  const given = { usage: [], path: [] };
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
  const all = { until, history, tasks: builder.tasks() };
  known.set(timeline, all);
  return all;
}
