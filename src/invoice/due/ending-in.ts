import { afterEnd, scheduledAt } from "../../subscription/cadence.js";
import type { Timeline } from "../../subscription/timeline.js";
import type { Interval } from "../../time/interval.js";
import { type BillingTarget, findTarget } from "../request/target.js";
import { knownAtEnd } from "./planned-documents.js";

/**
 * The documents of a life that bill usage and end in a stretch of time, at its end included: of billing periods, as the documents know
 * them, and of the cycles after the end.
 */
export function* documentsEndingIn(timeline: Timeline, within: Interval): Generator<BillingTarget> {
  for (const period of periodsEndingIn(timeline, within)) {
    const target = findTarget(timeline, period, []);
    if (target !== undefined) yield target;
  }
}

function* periodsEndingIn(
  timeline: Timeline,
  { start: after, end: last }: Interval,
): Generator<Interval> {
  const { start } = timeline.span;
  let at = Math.max(start, after);
  for (;;) {
    const known = knownAtEnd(timeline, at);
    const period =
      known === undefined
        ? afterEnd(timeline.schedule, at)
        : scheduledAt(known.schedule, at)?.period;
    if (period === undefined || period.end > last) return;
    yield period;
    at = period.end;
  }
}
