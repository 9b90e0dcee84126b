import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { readDateAt } from "../../schema/dates.js";
import { DAY } from "../../time/civil.js";
import { formatDate, localDay } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { type TimeZone, toInstant } from "../../time/zone.js";

/** The civil days of a range, in order. A day that the zone skipped begins with the one after it. */
export interface DayRow {
  /** The range as time. */
  readonly span: Interval;
  readonly zone: TimeZone;
  /** The number of the first day, counted from 1970-01-01. */
  readonly first: number;
  /** When each day begins. */
  readonly starts: readonly Instant[];
}

/** More than a century of them. */
const MOST_DAYS = 40_000;

/** Reads a range of days, both included. */
export function readDays(
  { from, through }: { readonly from?: unknown; readonly through?: unknown },
  zone: TimeZone,
  issues: PricingIssue[],
): DayRow | undefined {
  const [first, last] = [
    readDay(from, ["range", "from"], zone, issues),
    readDay(through, ["range", "through"], zone, issues),
  ];
  if (first === undefined || last === undefined) return undefined;
  const count = last - first + 1;
  if (count < 1) {
    const expected = `not before range.from (${dayText(first)})`;
    issues.push(
      issueAt("end_before_start", ["range", "through"], { expected, found: dayText(last) }),
    );
    return undefined;
  }
  if (count > MOST_DAYS) {
    const expected = `at most ${MOST_DAYS} days`;
    issues.push(issueAt("too_large", ["range"], { expected, found: `${count}` }));
    return undefined;
  }
  const starts = Array.from({ length: count }, (_, index) =>
    toInstant(zone, (first + index) * DAY),
  );
  const span = { start: toInstant(zone, first * DAY), end: toInstant(zone, (last + 1) * DAY) };
  return { span, zone, first, starts };
}

/** Reads a day, as its number. */
export function readDay(
  input: unknown,
  path: readonly PathSegment[],
  zone: TimeZone,
  issues: PricingIssue[],
): number | undefined {
  if (input === undefined) {
    issues.push(issueAt("missing", path, { expected: "a day", received: input }));
    return undefined;
  }
  const instant = readDateAt(input, path, zone, issues);
  if (instant === undefined) return undefined;
  const day = localDay(instant, zone);
  if (day < LAST_DAY) return day;
  const expected = `before ${dayText(LAST_DAY)}`;
  issues.push(issueAt("out_of_range", path, { expected, received: input }));
  return undefined;
}

/** The last day that has a next one. */
const LAST_DAY = Date.UTC(9999, 11, 31) / DAY;

/** A day by its number, as text. */
export function dayText(day: number): string {
  return formatDate(day * DAY, "UTC");
}
