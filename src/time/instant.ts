import { timeOf } from "../data/foreign.js";
import { readCanonical, writeCanonical } from "./canonical-instant.js";
import type { LocalTime } from "./civil.js";

/** A moment as milliseconds since 1970-01-01T00:00:00Z; whole, so exact. */
export type Instant = number;

/** Why a text is not a date that we read. */
export type DateProblem = "not_a_date" | "no_such_date" | "no_offset";

const CIVIL_DATE = /^([1-9]\d{3})-(\d\d)-(\d\d)$/;
const DATE_TIME =
  /^([1-9]\d{3})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,30}))?(?:([Zz])|([+-])(\d\d):(\d\d))?$/;

/** The instants that we read and write: the years 1000 to 9999. */
export const EARLIEST_INSTANT: Instant = Date.UTC(1000, 0, 1);
export const LATEST_INSTANT: Instant = Date.UTC(10_000, 0, 1) - 1;

/** Reads a civil date, as its midnight in local time; nothing when the text is none. */
export function readCivilDate(input: string): LocalTime | "no_such_date" | undefined {
  const civil = CIVIL_DATE.exec(input);
  return civil === null ? undefined : midnightOf(civil[1], civil[2], civil[3]);
}

/** Reads an RFC 3339 instant or a `Date`: what happened, happened at a moment, so a text needs an offset. */
export function readInstant(input: unknown): Instant | DateProblem {
  if (typeof input === "object") return readTime(timeOf(input));
  if (typeof input !== "string") return "not_a_date";
  const canonical = readCanonical(input);
  if (!Number.isNaN(canonical)) return canonical;
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
  const midnight = midnightOf(year, month, day);
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
  return readTime(instant);
}

function readTime(time: number | undefined): Instant | DateProblem {
  if (time === undefined || Number.isNaN(time)) return "not_a_date";
  return time < EARLIEST_INSTANT || time > LATEST_INSTANT ? "no_such_date" : time;
}

export function isDateProblem(reading: Instant | DateProblem): reading is DateProblem {
  return typeof reading === "string";
}

function midnightOf(year = "", month = "", day = ""): LocalTime | "no_such_date" {
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC carries 30 February into March; the same month must come back.
  return new Date(midnight).getUTCMonth() === Number(month) - 1 ? midnight : "no_such_date";
}

/** An RFC 3339 instant in UTC, whatever the time of day. */
export function formatInstant(instant: Instant): string {
  return Number.isInteger(instant) ? writeCanonical(instant) : new Date(instant).toISOString();
}
