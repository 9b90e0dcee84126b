import { DAY, type LocalTime } from "./civil.js";
import { EARLIEST_INSTANT, type Instant, LATEST_INSTANT } from "./instant.js";
import type { Interval } from "./interval.js";
import { shownTime, type TimeZone, UTC } from "./zone.js";

/** A stretch of time in which a zone's clocks are ahead of UTC by the same. */
export interface OffsetSpan extends Interval {
  /** By what, in milliseconds. */
  readonly offset: number;
  /** What the clocks had reached when they were put back to begin it; nothing where they were not. */
  readonly reached: LocalTime | undefined;
}

/**
 * The stretches of an interval by the zone's offset: clocks show instant + offset, and have reached the greater of that
 * and `reached`.
 */
export function offsetSpans(zone: TimeZone, { start, end }: Interval): readonly OffsetSpan[] {
  if (zone === UTC) {
    return [{ start: EARLIEST_INSTANT, end: LATEST_INSTANT + 1, offset: 0, reached: undefined }];
  }
  const spans: OffsetSpan[] = [];
  // What was put back shortly before may not have been made up for.
  let span = {
    start: (Math.floor(start / DAY) - 2) * DAY,
    reached: undefined as LocalTime | undefined,
  };
  let offset = offsetAt(zone, span.start);
  for (let midnight = span.start + DAY; midnight < end + DAY; midnight += DAY) {
    const next = offsetAt(zone, midnight);
    if (next === offset) continue;
    const change = changeBefore(zone, midnight, offset);
    spans.push({ ...span, end: change, offset });
    span = { start: change, reached: next < offset ? change + offset - 1 : undefined };
    offset = next;
  }
  spans.push({ ...span, end, offset });
  return spans
    .map((each) => ({ ...each, start: Math.max(each.start, start), end: Math.min(each.end, end) }))
    .filter((each) => each.start < each.end);
}

function offsetAt(zone: TimeZone, instant: Instant): number {
  return shownTime(zone, instant) - instant;
}

/** When on the day before a midnight an offset ended. */
function changeBefore(zone: TimeZone, midnight: Instant, offset: number): Instant {
  let [before, after] = [midnight - DAY, midnight];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(zone, middle) === offset) before = middle;
    else after = middle;
  }
  return after;
}
