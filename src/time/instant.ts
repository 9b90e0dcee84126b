/**
 * A date as it may be written wherever one is asked: a civil date (`"2026-01-31"`, its first moment in the
 * subscription's time zone; so far always UTC) or an RFC 3339 instant with an offset (`"2026-01-31T09:30:00+01:00"`).
 * Years 1000 to 9999. Fractions of a second count to the millisecond; further digits are cut off.
 */
export type DateInput = string;

/** A moment as milliseconds since 1970-01-01T00:00:00Z; whole, so exact. */
export type Instant = number;

/** Why a text is not a date that we read. */
export type DateProblem = "not_a_date" | "no_such_date" | "no_offset";

const CIVIL_DATE = /^([1-9]\d{3})-(\d\d)-(\d\d)$/;
const DATE_TIME =
  /^([1-9]\d{3})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:([Zz])|([+-])(\d\d):(\d\d))?$/;
const DAY = 86_400_000;

/** The instants that we read and write: the years 1000 to 9999. */
export const FIRST: Instant = Date.UTC(1000, 0, 1);
export const LAST: Instant = Date.UTC(10_000, 0, 1) - 1;

/** Reads a civil date or an instant, or says why not. */
export function readDate(input: unknown): Instant | DateProblem {
  if (typeof input !== "string" || input.length > 64) return "not_a_date";
  const civil = CIVIL_DATE.exec(input);
  return civil === null ? readInstant(input) : daysToInstant(civil[1], civil[2], civil[3]);
}

/** Reads an RFC 3339 instant only: what happened, happened at a moment, so an offset is required. */
export function readInstant(input: unknown): Instant | DateProblem {
  if (typeof input !== "string" || input.length > 64) return "not_a_date";
  const match = DATE_TIME.exec(input);
  if (match === null) return CIVIL_DATE.test(input) ? "no_offset" : "not_a_date";
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fractionDigits,
    utc,
    sign,
    offsetHour,
    offsetMinute,
  ] = match;
  const midnight = daysToInstant(year, month, day);
  if (typeof midnight === "string") return midnight;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return "no_such_date";
  const time = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1_000;
  const milliseconds = Number((fractionDigits ?? "").slice(0, 3).padEnd(3, "0"));
  if (utc !== undefined) return midnight + time + milliseconds;
  if (sign === undefined) return "no_offset";
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return "no_such_date";
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  const instant = midnight + time + milliseconds + (sign === "+" ? -offset : offset);
  // An offset may lead out of the years that we write.
  return instant < FIRST || instant > LAST ? "no_such_date" : instant;
}

export function isDateProblem(reading: Instant | DateProblem): reading is DateProblem {
  return typeof reading === "string";
}

function daysToInstant(year = "", month = "", day = ""): Instant | DateProblem {
  const instant = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC carries 30 February into March; the same date must come back.
  return new Date(instant).toISOString().startsWith(`${year}-${month}-${day}`)
    ? instant
    : "no_such_date";
}

/** Reads a date that a parser of ours let through, for which failure is our bug. */
export function instantOf(date: DateInput): Instant {
  const instant = readDate(date);
  if (isDateProblem(instant)) throw new Error(`unreachable: ${instant} in parsed data`);
  return instant;
}

const MIDNIGHT = "T00:00:00.000Z";

/** A civil date where the moment is a midnight, else an RFC 3339 instant in UTC. */
export function formatDate(instant: Instant): string {
  const text = new Date(instant).toISOString();
  return instant % DAY === 0 ? text.slice(0, -MIDNIGHT.length) : text;
}

/** An RFC 3339 instant in UTC, whatever the time of day. */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString();
}

export function addDays(instant: Instant, days: number): Instant {
  return instant + days * DAY;
}

/**
 * Moves by whole months and keeps day and time of day; where the month is too short, its last day
 * (31 January + 1 month = 28 or 29 February).
 */
export function addMonths(instant: Instant, months: number): Instant {
  const from = new Date(instant);
  const timeOfDay = ((instant % DAY) + DAY) % DAY;
  const month = from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  return Date.UTC(from.getUTCFullYear(), month, Math.min(from.getUTCDate(), lastDay)) + timeOfDay;
}

/** Calendar months from one moment's month to the other's, whatever the days. */
export function monthsBetween(from: Instant, to: Instant): number {
  const [a, b] = [new Date(from), new Date(to)];
  return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
}

export function daysBetween(from: Instant, to: Instant): number {
  return (to - from) / DAY;
}
