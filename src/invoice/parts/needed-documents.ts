import type { PricingIssue } from "../../errors.js";
import { type ScheduledPeriod, scheduledAt } from "../../subscription/cadence.js";
import { firstBilled, openingOf } from "../../subscription/due.js";
import type { ChargeSegment } from "../../subscription/segment.js";
import type { Timeline } from "../../subscription/timeline.js";
import { formatPeriod } from "../../time/billing-period.js";
import type { Interval } from "../../time/interval.js";
import { documentKey } from "../document/document.js";
import type { ClosedPart } from "../history/closed-part.js";
import { reportMissing } from "../history/document-keys.js";
import { type History, lastOf } from "../history/history.js";
import type { EarlierDocument } from "../history/read-previous.js";
import type { PartsRequest } from "./parts-builder.js";

/**
 * Whether it is known what was billed in advance for a period: an earlier document has billed it, or there can be none,
 * as the first period has no opening.
 */
export function advanceIsKnown(timeline: Timeline, period: Interval, history: History): boolean {
  const first = openingOf(timeline) === undefined && period.start === timeline.span.start;
  const before = history.documents.some(
    ({ document, period: { end } }) => document.scope === "period" && end === period.start,
  );
  return (
    first ||
    before ||
    history.byTime["in-advance"].at(period.start).length > 0 ||
    isUnbilledBefore(timeline, period, history)
  );
}

/** Whether all that begins in a period opens the subscription, which an earlier document says was in a trial before. */
function isUnbilledBefore(timeline: Timeline, period: Interval, history: History): boolean {
  const first = firstBilled(timeline);
  return (
    first !== undefined &&
    first.span.start > period.start &&
    openingOf(timeline) === undefined &&
    lastOf(history) !== undefined
  );
}

/** Whether what was billed in advance cannot have been what is due: something changes inside the period. */
export function isCutShort(
  { charge, period, cycle }: ChargeSegment,
  { period: within }: ScheduledPeriod,
  timeline: Timeline,
): boolean {
  if (charge.chargeType === "one-time") return false;
  const begin = Math.max(within.start, firstBilled(timeline)?.span.start ?? within.start);
  const endsEarly = period.end < cycle.end && period.end < within.end;
  const begunLate = cycle.start <= begin && period.start > begin;
  return endsEarly || begunLate;
}

/** Earlier documents hold at least the last one: that of the billing period before. */
export function checkLast({ target, history }: PartsRequest, issues: PricingIssue[]): void {
  const { known, scheduled, scope, period } = target;
  const last = lastOf(history);
  const from = scope === "run-off" ? period.start : scheduled?.period.start;
  if (last === undefined || from === undefined || scope === "correction") return;
  const closes = ({ document, period: { end } }: EarlierDocument) =>
    document.scope !== "interim" && end >= from;
  if (history.documents.some(closes)) return;
  const before = scheduledAt(known.schedule, from - 1);
  const first = firstBilled(known);
  if (before === undefined || first === undefined || before.period.end <= first.span.start) return;
  const key = documentKey(
    "period",
    known.subscription.id,
    formatPeriod(before.period, known.zone),
    0,
  );
  reportMissing(key, issues);
}

/** What was corrected before needs every document that had a part in it. */
export function checkCorrections(
  { history }: Pick<PartsRequest, "history">,
  touched: readonly ClosedPart[],
  issues: PricingIssue[],
): void {
  const last = lastOf(history);
  if (last === undefined || touched.length === 0) return;
  const given = new Set(history.documents.map(({ document }) => document.idempotencyKey));
  const corrections = new Map(
    last.document.corrections.map((each) => [
      `${each.period.start} ${each.period.end}`,
      each.documents,
    ]),
  );
  for (const { recorded } of touched) {
    const { start, end } = recorded.period;
    for (const key of corrections.get(`${start} ${end}`) ?? []) {
      if (!given.has(key)) reportMissing(key, issues);
    }
  }
}
