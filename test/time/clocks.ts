/**
 * What clocks show, asked of the runtime one moment at a time, and a calendar that counts: oracles for src/time that
 * share nothing with it, neither code nor the way to the answer.
 */
import { type BillingCycle, cycleLength } from "../../src/time/billing-cycle.js";
import type { EndOfMonth, LocalTime } from "../../src/time/civil.js";
import type { Instant } from "../../src/time/instant.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The years that the tests are about. */
export const FROM: Instant = Date.UTC(1970, 0, 1);
export const TO: Instant = Date.UTC(2100, 0, 1);

/** Zones of every kind: jumps at midnight, of half an hour, of a whole day; odd, negative and changing offsets. */
export const ZONES = [
  "UTC",
  "America/New_York",
  "Asia/Kolkata",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "Europe/London",
  "Australia/Lord_Howe",
  "Africa/Monrovia",
  "America/St_Johns",
  "Asia/Beirut",
  "Africa/Casablanca",
  "Pacific/Kwajalein",
  "Asia/Kathmandu",
] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show at an instant, as the runtime writes it. */
export function shown(zone: string, instant: Instant): LocalTime {
  const format = formats.get(zone) ?? formatOf(zone);
  const second = Math.floor(instant / 1_000) * 1_000;
  const fields = format.format(second).match(/\d+/g)?.map(Number) ?? [];
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, seconds = 0] = fields;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) + instant - second;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, format);
  return format;
}

/** The instants at which a zone's clocks show a local time: none, one or two, in order. */
export function instantsOf(zone: string, local: LocalTime): readonly Instant[] {
  const offsets = [-36, 0, 36].map((hours) => {
    const instant = local + hours * HOUR;
    return shown(zone, instant) - instant;
  });
  return [...new Set(offsets)]
    .map((offset) => local - offset)
    .filter((instant) => shown(zone, instant) === local)
    .sort((a, b) => a - b);
}

/** The first instant at which a zone's clocks show a local time or, where they skip it, a later one. */
export function reached(zone: string, local: LocalTime): Instant {
  const [first] = instantsOf(zone, local);
  if (first !== undefined) return first;
  // The clocks jump over it: before the jump they show less, from then on more.
  let [before, after] = [local - 36 * HOUR, local + 36 * HOUR];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (shown(zone, middle) < local) before = middle;
    else after = middle;
  }
  return after;
}

const changes = new Map<string, readonly Instant[]>();

/** The instants from 1970 to 2100 at which the offset of a zone changes. */
export function changesOf(zone: string): readonly Instant[] {
  const known = changes.get(zone);
  if (known !== undefined) return known;
  const found: Instant[] = [];
  const offsetAt = (instant: Instant) => shown(zone, instant) - instant;
  // No zone of these has changed its clocks and changed them back within three weeks.
  for (let day = FROM; day < TO; day += 21 * DAY) {
    let [before, after] = [day, day + 21 * DAY];
    const offset = offsetAt(before);
    if (offsetAt(after) === offset) continue;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    found.push(after);
  }
  changes.set(zone, found);
  return found;
}

const host = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * Whether TZDate 1.5.0 is right about a zone at an instant. It loses the sign of Monrovia's old offset; and where the
 * host's clocks change (not in UTC), it errs close to a change of either zone.
 */
export function knowsTzDate(zone: string, instant: Instant): boolean {
  if (zone === "Africa/Monrovia" && instant < Date.UTC(1972, 0, 9)) return false;
  const own = changesOf(host);
  if (own.length === 0) return true;
  return [...own, ...changesOf(zone)].every((change) => Math.abs(instant - change) > 2 * DAY);
}

/** The nth boundary in local time, by counting: months one by one on a calendar, else days. */
export function counted(
  anchor: LocalTime,
  cycle: BillingCycle,
  endOfMonth: EndOfMonth,
  index: number,
): LocalTime {
  const { months, days } = cycleLength(cycle);
  if (days !== undefined) return anchor + days * index * DAY;
  const start = new Date(anchor);
  let [year, month] = [start.getUTCFullYear(), start.getUTCMonth() + 1];
  const stays = endOfMonth === "sticky" && start.getUTCDate() === daysInMonth(year, month);
  const step = Math.sign(index);
  for (let left = Math.abs(index * months); left > 0; left -= 1) {
    month += step;
    if (month === 13) [year, month] = [year + 1, 1];
    if (month === 0) [year, month] = [year - 1, 12];
  }
  let day = stays ? 31 : start.getUTCDate();
  while (day > daysInMonth(year, month)) day -= 1;
  const timeOfDay = ((anchor % DAY) + DAY) % DAY;
  return Date.UTC(year, month - 1, day) + timeOfDay;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The days of a month (1 to 12) of the Gregorian calendar, by its rule. */
export function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

/** A civil date as text. */
export function civilText(year: number, month: number, day: number): string {
  return [`${year}`.padStart(4, "0"), `${month}`.padStart(2, "0"), `${day}`.padStart(2, "0")].join(
    "-",
  );
}
