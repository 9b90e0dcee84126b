import { issueAt, type PricingIssue } from "../../errors.js";
import { afterEnd, scheduledAt } from "../../subscription/cadence.js";
import { firstBilled, openingOf } from "../../subscription/due.js";
import type { Timeline } from "../../subscription/timeline.js";
import { formatPeriod } from "../../time/billing-period.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { documentKey } from "../document/document.js";

/** The key of the document that billed what begins in advance at an instant. */
export function advanceKey(at: Instant, timeline: Timeline): string {
  const { id } = timeline.subscription;
  const before = scheduledAt(timeline.schedule, at - 1);
  const isOpening = openingOf(timeline) === at || before === undefined;
  const scope = isOpening ? "opening" : "period";
  const period = isOpening ? { start: at, end: at } : before.period;
  return documentKey(scope, id, formatPeriod(period, timeline.zone), 0);
}

/** The documents that bill the usage of a stretch of time: those of its billing periods, and of run-off periods. */
export function usageDocuments(
  { schedule, zone, subscription }: Timeline,
  { start, end }: Interval,
): readonly { readonly period: Interval; readonly key: string }[] {
  const documents: { period: Interval; key: string }[] = [];
  let at = start;
  while (at < end) {
    const own = scheduledAt(schedule, at)?.period;
    const period = own ?? afterEnd(schedule, at);
    if (period === undefined) break;
    const scope = own === undefined ? "run-off" : "period";
    const key = documentKey(scope, subscription.id, formatPeriod(period, zone), 0);
    documents.push({ period, key });
    at = period.end;
  }
  return documents;
}

export function reportMissing(key: string, issues: PricingIssue[]): void {
  const expected = `document ${key}`;
  const isKnown = issues.some(
    (each) => each.code === "missing_previous" && each.expected === expected,
  );
  if (!isKnown) {
    issues.push(issueAt("missing_previous", ["previous"], { expected, received: undefined }));
  }
}

/** The document that billed the usage up to an instant. */
export function documentsBefore(at: Instant, timeline: Timeline) {
  const first = firstBilled(timeline)?.span.start ?? at;
  return at <= first ? [] : usageDocuments(timeline, { start: at - 1, end: at });
}
