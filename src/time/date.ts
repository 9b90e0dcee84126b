import { recent } from "../data/recent.js";
import { addDays, civilDate, DAY, type LocalTime, startOfDay } from "./civil.js";
import {
  type DateProblem,
  EARLIEST_INSTANT,
  type Instant,
  isDateProblem,
  LATEST_INSTANT,
  readCivilDate,
  readInstant,
} from "./instant.js";
import { clockTime, type TimeZone, toInstant, toLocal } from "./zone.js";

/**
 * A date as it may be written wherever one is asked: a civil date (`"2026-01-31"`, its first moment in the
 * subscription's time zone; UTC where there is none) or an RFC 3339 instant with an offset
 * (`"2026-01-31T09:30:00+01:00"`), or a `Date`, the instant that it is. Years 1000 to 9999. Fractions of a second count to
 * the millisecond; further digits are cut off.
 */
export type DateInput = string | Date;

/** Reads a civil date, as its first moment in the zone, or an instant; or says why not. */
export function readDate(input: unknown, zone: TimeZone): Instant | DateProblem {
  const civil = typeof input === "string" ? readCivilDate(input) : undefined;
  if (civil === undefined) return readInstant(input);
  if (civil === "no_such_date") return civil;
  const instant = toInstant(zone, civil);
  // A zone's offset may lead out of the years that we write: before them in the east, never after them in the west.
  return instant < EARLIEST_INSTANT ? "no_such_date" : instant;
}

/** Reads a date that a parser of ours let through, for which failure is our bug. */
export function instantOf(date: string, zone: TimeZone): Instant {
  const civil = readCivilDate(date);
  if (typeof civil === "number") return toInstant(zone, civil);
  const instant = readInstant(date);
  if (isDateProblem(instant)) throw new Error(`unreachable: ${instant} in parsed data`);
  return instant;
}

/** A civil date where the instant is the first moment of one in the zone, else an RFC 3339 instant in UTC. */
export function formatDate(instant: Instant, zone: TimeZone): string {
  const midnight = startOfDay(toLocal(zone, instant));
  return midnight <= LATEST_INSTANT && toInstant(zone, midnight) === instant
    ? civilText(midnight)
    : new Date(instant).toISOString();
}

/** The civil day of an instant in the zone, counted from 1970-01-01. */
export function localDay(instant: Instant, zone: TimeZone): number {
  return startOfDay(toLocal(zone, instant)) / DAY;
}

/** The same time of day so many days later. */
export function addLocalDays(instant: Instant, days: number, zone: TimeZone): Instant {
  return toInstant(zone, addDays(clockTime(zone, instant), days));
}

/** The beginning of the last day of the month that an instant falls in. */
export function lastDayOfMonth(instant: Instant, zone: TimeZone): Instant {
  const local = clockTime(zone, instant);
  const { day, daysInMonth } = civilDate(local);
  return toInstant(zone, addDays(startOfDay(local), daysInMonth - day));
}

/** The local time that a parsed date stands for. */
export function localTimeOf(date: string, zone: TimeZone): LocalTime {
  const civil = readCivilDate(date);
  return typeof civil === "number" ? civil : clockTime(zone, instantOf(date, zone));
}

const SOME_DAYS = 4_000;
const dayTexts = recent<LocalTime, string>(SOME_DAYS);

function civilText(midnight: LocalTime): string {
  const write = () => new Date(midnight).toISOString().slice(0, "2026-01-31".length);
  return dayTexts.get(midnight, write);
}
