/**
 * What clocks and calendars of a place show, as the milliseconds from 1970-01-01T00:00 to it: arithmetic on it knows
 * months and days, and no time zone. `zone.ts` alone turns it into an instant, and back.
 */
export type LocalTime = number;

export const DAY = 86_400_000;

/** What a month boundary does whose anchor is the last day of a month: keeps its day number, or stays at the end. */
export type EndOfMonth = "clamp" | "sticky";

/** The number of the civil day, counted from 1970-01-01. */
export function dayOf(local: LocalTime): number {
  return Math.floor(local / DAY);
}

/** The midnight that the day of a local time began with. */
export function startOfDay(local: LocalTime): LocalTime {
  return dayOf(local) * DAY;
}

export function addDays(local: LocalTime, days: number): LocalTime {
  return local + days * DAY;
}

/**
 * Moves by whole months and keeps day and time of day; where the month is too short, its last day
 * (31 January + 1 month = 28 or 29 February). `sticky` moves a last day of a month to last days
 * (28 February + 1 month = 31 March).
 */
export function addMonths(local: LocalTime, months: number, endOfMonth: EndOfMonth): LocalTime {
  const { year, month, day, daysInMonth } = civilDate(local);
  const target = month - 1 + months;
  const lastDay = daysIn(year, target);
  const wanted = endOfMonth === "sticky" && day === daysInMonth ? lastDay : Math.min(day, lastDay);
  return Date.UTC(year, target, wanted) + local - startOfDay(local);
}

/** Calendar months from one moment's month to the other's, whatever the days. */
export function monthsBetween(from: LocalTime, to: LocalTime): number {
  const [a, b] = [civilDate(from), civilDate(to)];
  return (b.year - a.year) * 12 + b.month - a.month;
}

/** A civil date taken apart. */
export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** How many days its month has. */
  readonly daysInMonth: number;
}

export function civilDate(local: LocalTime): CivilDate {
  const date = new Date(local);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { year, month: month + 1, day: date.getUTCDate(), daysInMonth: daysIn(year, month) };
}

/** The days of a month that is counted from 0 and may lie outside of its year. */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
}
