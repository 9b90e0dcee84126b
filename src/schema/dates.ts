import { ownFields } from "../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import type { Period } from "../time/billing-period.js";
import { readDate } from "../time/date.js";
import { type DateProblem, formatInstant, type Instant, isDateProblem } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import { isTimeZone, type TimeZone, UTC } from "../time/zone.js";
import { isRecord } from "./unknown-record.js";

const DAY = String.raw`[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,30})?`;
const OFFSET = String.raw`(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const MOMENT = `[Tt ]${CLOCK}${OFFSET}`;

/** The form of an RFC 3339 instant. */
export const INSTANT_FORM = {
  type: "string",
  maxLength: 64,
  pattern: `^${DAY}${MOMENT}$`,
} as const;
/** The form of a civil date or an instant. */
export const DATE_FORM = { ...INSTANT_FORM, pattern: `^${DAY}(?:${MOMENT})?$` } as const;

const DATES: { readonly [problem in DateProblem]: string } = {
  not_a_date: "a civil date (2026-01-31) or an RFC 3339 instant (2026-01-31T09:30:00Z)",
  no_such_date: "a date that exists",
  no_offset: "an instant with an offset (Z or +01:00)",
};

/** The issue for a text that is not a date. */
export function dateIssue(
  problem: DateProblem,
  received: unknown,
  path: readonly PathSegment[] = [],
): PricingIssue {
  return issueAt("invalid_date", path, { expected: DATES[problem], received });
}

/** A date as it stays in parsed data: as it was written, or the instant of a `Date`. */
export function writtenDate(input: unknown, instant: Instant): string {
  return typeof input === "string" ? input : formatInstant(instant);
}

/** Reads a period, reporting what is wrong with it. */
export function readPeriod(
  input: unknown,
  path: readonly PathSegment[],
  zone: TimeZone,
  issues: PricingIssue[],
): Interval | undefined {
  const given: { readonly [K in keyof Period]?: unknown } | undefined = isRecord(input)
    ? ownFields(input)
    : undefined;
  if (given === undefined) {
    const expected = "an object { start, end }";
    const code = isRecord(input) ? "not_plain_data" : "invalid_type";
    issues.push(issueAt(code, path, { expected, received: input }));
    return undefined;
  }
  const start = readDateAt(given.start, [...path, "start"], zone, issues);
  const end = readDateAt(given.end, [...path, "end"], zone, issues);
  if (start === undefined || end === undefined) return undefined;
  if (end < start) {
    const expected = `not before start (${writtenDate(given.start, start)})`;
    issues.push(
      issueAt("end_before_start", [...path, "end"], {
        expected,
        received: given.end,
      }),
    );
    return undefined;
  }
  return { start, end };
}

/** Reads a date, reporting what is wrong with it. */
export function readDateAt(
  input: unknown,
  path: readonly PathSegment[],
  zone: TimeZone,
  issues: PricingIssue[],
): Instant | undefined {
  const instant = readDate(input, zone);
  if (!isDateProblem(instant)) return instant;
  issues.push(dateIssue(instant, input, path));
  return undefined;
}

/** Reads the name of a time zone, by default UTC, reporting one that is unknown. */
export function readTimeZone(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): TimeZone {
  if (input === undefined || isTimeZone(input)) return input ?? UTC;
  issues.push(timeZoneIssue(input, path));
  return UTC;
}

/** The issue for a name that is not one of a time zone. */
export function timeZoneIssue(received: unknown, path: readonly PathSegment[] = []): PricingIssue {
  const expected = 'the IANA name of a time zone, such as "Europe/Paris"';
  return issueAt("unknown_time_zone", path, { expected, received });
}
