import type { OutcomePolicy } from "../../catalog/outcome.js";
import { firstIndex } from "../../data/first-index.js";
import { groupBy } from "../../data/group-by.js";
import { type RangeFinder, rangeFinder } from "../../data/range-finder.js";
import { readDuration } from "../../time/duration.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";

/** When something happened to a subject, and when that became known first. */
interface Moment {
  readonly timestamp: Instant;
  readonly receivedAt: Instant;
}

/** Everything that happened to one subject. */
interface Happenings {
  /** Each time at which anything happened, once; earliest first. */
  readonly moments: readonly Moment[];
  /** What silences are looked up in, made when the first one may be broken. */
  readonly silences: () => Silences;
}

interface Silences {
  /** Finds moments by when they became known. */
  readonly findReceived: RangeFinder;
  /** By length of a silence: when the one after each moment is over, as far as anybody has asked. */
  readonly ends: Map<number, Map<number, Instant>>;
}

/** Everything that happened, by subject. */
export type Activity = (subject: string) => Happenings | undefined;

/** Everything that happened to subjects: any event and signal that names one. */
export function activityOf(happenings: readonly (ReadEvent | ReadSignal)[]): Activity {
  let bySubject: ReadonlyMap<string | undefined, readonly Moment[]> | undefined;
  const known = new Map<string, Happenings>();
  return (subject) => {
    const before = known.get(subject);
    if (before !== undefined) return before;
    // Most policies never ask.
    bySubject ??= groupBy(happenings, ({ fields }) => fields.subject);
    const own = bySubject.get(subject);
    if (own === undefined) return undefined;
    const happened = happeningsOf(own);
    known.set(subject, happened);
    return happened;
  };
}

function happeningsOf(all: readonly Moment[]): Happenings {
  const moments = momentsOf(all);
  let silences: Silences | undefined;
  return {
    moments,
    silences: () =>
      (silences ??= {
        findReceived: rangeFinder(moments.map(({ receivedAt }) => receivedAt)),
        ends: new Map(),
      }),
  };
}

function momentsOf(all: readonly Moment[]): readonly Moment[] {
  if (all.length < 2) return all;
  const firstKnown = new Map<Instant, Instant>();
  for (const { timestamp, receivedAt } of all) {
    firstKnown.set(timestamp, Math.min(firstKnown.get(timestamp) ?? receivedAt, receivedAt));
  }
  return [...firstKnown]
    .map(([timestamp, receivedAt]) => ({ timestamp, receivedAt }))
    .sort((a, b) => a.timestamp - b.timestamp);
}

/** Whether what happens to a subject, whatever it is, may put off the confirmation of its outcomes. */
export function hearsSubjects({ confirm }: OutcomePolicy): boolean {
  return confirm?.assumedAfter !== undefined && confirm.silenceFrom !== "outcome";
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
  const happened = subject === undefined ? undefined : activity(subject);
  if (confirm?.silenceFrom === "first-event") {
    const first = Math.min(happened?.moments[0]?.timestamp ?? timestamp, timestamp);
    return Math.max(first + length, timestamp);
  }
  return happened === undefined ? timestamp + length : endOfSilence(happened, timestamp, length);
}

/**
 * What breaks a silence begins another, and the end of that one depends on nothing before it. So each moment's is found
 * once, from the last one that breaks to the first.
 */
function endOfSilence(happened: Happenings, from: Instant, length: number): Instant {
  const { moments } = happened;
  if ((moments.at(-1)?.timestamp ?? from) <= from) return from + length;
  const { ends } = happened.silences();
  const known = ends.get(length) ?? new Map<number, Instant>();
  ends.set(length, known);
  const broken: number[] = [];
  let last = from;
  let end: Instant | undefined;
  while (end === undefined) {
    const breaking = breakOf(happened, last, length);
    const next = breaking === undefined ? undefined : moments[breaking];
    if (breaking === undefined || next === undefined) end = last + length;
    else {
      broken.push(breaking);
      last = next.timestamp;
      end = known.get(breaking);
    }
  }
  for (const index of broken) known.set(index, end);
  return end;
}

/** The first moment that breaks the silence after an instant: it is known before the silence would be over. */
function breakOf(
  { moments, silences }: Happenings,
  from: Instant,
  length: number,
): number | undefined {
  const later = firstIndex(moments, ({ timestamp }) => timestamp > from);
  const found = silences().findReceived(later, Number.NEGATIVE_INFINITY, from + length);
  const moment = found === undefined ? undefined : moments[found];
  return moment !== undefined && moment.timestamp < from + length ? found : undefined;
}
