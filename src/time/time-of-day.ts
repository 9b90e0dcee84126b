import { dayOf, type LocalTime, startOfDay } from "./civil.js";

/** A time on a clock of 24 hours: `"22:00"`, `"06:30:15"`; `"24:00"` is the end of a day. */
export type TimeOfDay = string;

/** Its form. */
export const TIME_OF_DAY = /^(?:([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?|24:00)$/;

/** The days of a week, as calendars in code count them: from Sunday on. */
export const WEEKDAYS = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;

/** A day of the week. */
export type Weekday = (typeof WEEKDAYS)[number];

/** 1 January 1970 was a Thursday. */
const FIRST_WEEKDAY = 4;
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** Reads a time of day as milliseconds from midnight; nothing when the text is none. */
export function readTimeOfDay(input: unknown): number | undefined {
  const match = typeof input === "string" ? TIME_OF_DAY.exec(input) : null;
  if (match === null) return undefined;
  const [, hours = "24", minutes = "0", seconds = "0"] = match;
  return Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds) * SECOND;
}

/** The weekday that a calendar shows. */
export function weekdayOf(local: LocalTime): Weekday {
  const weekday = WEEKDAYS[(((dayOf(local) + FIRST_WEEKDAY) % 7) + 7) % 7];
  if (weekday === undefined) throw new Error("unreachable: an eighth day of a week");
  return weekday;
}

/** Whether a clock shows a time from one on and before another, over midnight where the other comes first. */
export function isBetween(local: LocalTime, from: number, until: number): boolean {
  const time = local - startOfDay(local);
  return from < until ? time >= from && time < until : time >= from || time < until;
}
