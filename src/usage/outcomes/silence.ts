import type { OutcomePolicy } from "../../catalog/outcome.js";
import { groupBy } from "../../data/group-by.js";
import { readDuration } from "../../time/duration.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";

/** When something happened to a subject, and when that became known. */
interface Moment {
  readonly timestamp: Instant;
  readonly receivedAt: Instant;
}

/** Everything that happened, by subject, earliest first. */
export type Activity = ReadonlyMap<string | undefined, readonly Moment[]>;

/** Everything that happened to subjects: any event and signal that names one. */
export function activityOf(happenings: Iterable<ReadEvent | ReadSignal>): Activity {
  const sorted = [...happenings].sort((a, b) => a.timestamp - b.timestamp);
  return groupBy(sorted, ({ fields }) => fields.subject);
}

/**
 * When the silence after an outcome has lasted long enough to confirm it. The silence is judged by what is known when
 * it is over: what becomes known later does not break it, so that what was confirmed stays so.
 */
export function silentAt(
  { timestamp, fields }: ReadEvent,
  activity: Activity,
  { confirm }: OutcomePolicy,
): Instant | undefined {
  const length = readDuration(confirm?.assumedAfter);
  if (length === undefined) return undefined;
  if (confirm?.silenceFrom === "outcome") return timestamp + length;
  const { subject } = fields;
  const moments = (subject === undefined ? undefined : activity.get(subject)) ?? [];
  if (confirm?.silenceFrom === "first-event") {
    const first = Math.min(moments[0]?.timestamp ?? timestamp, timestamp);
    return Math.max(first + length, timestamp);
  }
  let end = timestamp + length;
  for (const moment of moments) {
    if (moment.timestamp >= end) break;
    const breaks = moment.timestamp > timestamp && moment.receivedAt <= end;
    if (breaks) end = moment.timestamp + length;
  }
  return end;
}
