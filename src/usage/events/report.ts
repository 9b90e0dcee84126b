import { compareTexts } from "../../data/compare-texts.js";
import { deepFreeze } from "../../data/deep-freeze.js";
import { shorten } from "../../data/excerpt.js";
import { givenId } from "./identity.js";

/**
 * What became of an event; each falls in exactly one.
 *
 * `matched`: billed by a charge. `signal`: confirms or reverses, bills nothing. `duplicate`: the same event again.
 * `conflict`: another payload under an id that is taken. `outside-period`: a charge prices it, but not in this period,
 * or it was not known yet. `unmatched`: no charge prices it, or it is an outcome that is not billed (reversed, blocked,
 * superseded, not qualified), as the reason says. `invalid`: it cannot be read.
 */
export type UsageBucket = (typeof USAGE_BUCKETS)[number];

export const USAGE_BUCKETS = [
  "matched",
  "signal",
  "duplicate",
  "conflict",
  "outside-period",
  "unmatched",
  "invalid",
] as const;

/** Where an event can go that is read, known and the one that counts under its id. */
export type ClassifiedBucket = Extract<UsageBucket, "matched" | "outside-period" | "unmatched">;

/** Why an event was not billed. */
export interface UsageDetail {
  /** The event's id, cut at 255 characters; `null` when it has none. */
  readonly id: string | null;
  /** The reason, for people. */
  readonly reason: string;
}

/** What became of the events that were given. */
export interface UsageReport {
  /** Exact number of events in each bucket; they add up to the events given. */
  readonly counts: Readonly<Record<UsageBucket, number>>;
  /** Up to 100 events of each bucket but `matched`, in the order of their ids, with the reason. */
  readonly details: Readonly<Partial<Record<UsageBucket, readonly UsageDetail[]>>>;
}

const MOST_DETAILS = 100;
const LONGEST_ID = 255;
const LONGEST_REASON = 1_000;

/** The report of no events. */
export const NO_EVENTS: UsageReport = deepFreeze(reportBuilder().build());

/** Counts events into buckets. Whatever the order of the calls, the report is the same. */
export interface ReportBuilder {
  add(bucket: UsageBucket, detail: UsageDetail | undefined, times?: number): void;
  build(): UsageReport;
}

export function reportBuilder(): ReportBuilder {
  const counts: Record<UsageBucket, number> = {
    matched: 0,
    signal: 0,
    duplicate: 0,
    conflict: 0,
    "outside-period": 0,
    unmatched: 0,
    invalid: 0,
  };
  const details = new Map<UsageBucket, DetailList>();
  return {
    add(bucket, detail, times = 1) {
      if (times === 0) return;
      counts[bucket] += times;
      if (detail === undefined) return;
      const known = details.get(bucket) ?? detailList();
      known.add(detail, times);
      details.set(bucket, known);
    },
    build: () => ({
      counts: { ...counts },
      details: Object.fromEntries(
        USAGE_BUCKETS.flatMap((bucket) => {
          const list = details.get(bucket);
          return list === undefined ? [] : [[bucket, list.first()]];
        }),
      ),
    }),
  };
}

/** The details of a bucket. */
interface DetailList {
  add(detail: UsageDetail, times: number): void;
  first(): UsageDetail[];
}

/** Keeps more details than are shown, so that they need not be sorted each time. */
function detailList(): DetailList {
  let list: UsageDetail[] = [];
  // The last of those that would be shown so far: what comes after it will not be.
  let last: UsageDetail | undefined;
  return {
    add(detail, times) {
      if (last !== undefined && isAfter(detail, last)) return;
      const short = shortened(detail);
      for (let time = 0; time < Math.min(times, MOST_DETAILS); time += 1) list.push(short);
      if (list.length <= 10 * MOST_DETAILS) return;
      list = firstDetails(list);
      last = list.at(-1);
    },
    first: () => firstDetails(list),
  };
}

/** Whether an id that is shown as it is comes after another. */
function isAfter({ id }: UsageDetail, last: UsageDetail): boolean {
  return (
    id !== null &&
    id.length <= LONGEST_ID &&
    !id.startsWith('"') &&
    compareTexts(id, last.id ?? "") > 0
  );
}

/** A detail that stays small whatever an event says: an event's id that is longer than ids are is cut, and so is a reason. */
function shortened({ id, reason }: UsageDetail): UsageDetail {
  return {
    id: id === null ? null : cut(givenId(id), LONGEST_ID),
    reason: cut(reason, LONGEST_REASON),
  };
}

/** What was cut already, in a report that is merged, is cut no further: it is longer by what says so. */
function cut(text: string, length: number): string {
  return text.length <= length + 40 ? text : shorten(text, length);
}

/** Reports what deduplication dropped under one id. */
export function reportGroup(
  report: ReportBuilder,
  id: string,
  copies: number,
  conflicts: number,
): void {
  report.add("duplicate", { id, reason: "same event again" }, copies);
  report.add("conflict", { id, reason: "other payload under the same id" }, conflicts);
}

/** Reports the bucket of one event. */
export function reportEvent(
  report: ReportBuilder,
  id: string,
  { bucket, reason }: { readonly bucket: UsageBucket; readonly reason: string | undefined },
): void {
  report.add(bucket, reason === undefined ? undefined : { id, reason });
}

/** The report of several lists of events, each event in one of them. */
export function mergeReports(a: UsageReport, b: UsageReport): UsageReport {
  const merged = reportBuilder();
  for (const { counts, details } of [a, b]) {
    for (const bucket of USAGE_BUCKETS) {
      const shown = details[bucket] ?? [];
      for (const detail of shown) merged.add(bucket, detail);
      merged.add(bucket, undefined, counts[bucket] - shown.length);
    }
  }
  return merged.build();
}

/** The first hundred by id and reason: the same whatever the order of the events. */
function firstDetails(list: readonly UsageDetail[]): UsageDetail[] {
  return list.toSorted(compareDetails).slice(0, MOST_DETAILS);
}

function compareDetails(a: UsageDetail, b: UsageDetail): number {
  return compareTexts(a.id ?? "", b.id ?? "") || compareTexts(a.reason, b.reason);
}
