import { tzName } from "@date-fns/tz/tzName";
import { tzOffset } from "@date-fns/tz/tzOffset";
import { DAY, type LocalTime, startOfDay } from "./civil.js";
import type { Instant } from "./instant.js";

/** An IANA time zone by its name: `"Europe/Paris"`, `"UTC"`. */
export type TimeZone = string;

export const UTC: TimeZone = "UTC";

/** The form of a time zone's name. Names, not offsets: `"+05:30"` says nothing about the rules of a place. */
export const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;
const MINUTE = 60_000;
const MOST_NAMES = 1_000;
/** Names that were found: callers may write them in any case, so what they can make us remember is bounded. */
const known = new Map<TimeZone, true>();

/** Whether the name is one of a time zone that the runtime's tz database knows. */
export function isTimeZone(name: unknown): name is TimeZone {
  if (typeof name !== "string" || !ZONE_NAME.test(name)) return false;
  if (known.has(name)) return true;
  try {
    tzName(name, new Date(0), "short");
  } catch {
    return false;
  }
  return remembered(known, name, true, MOST_NAMES);
}

/**
 * What the clocks of a zone have reached at an instant. Clocks that are put back do not undo the day that had begun:
 * the greatest time reached so far counts, so that later never means earlier.
 */
export function toLocal(zone: TimeZone, instant: Instant): LocalTime {
  if (zone === UTC) return instant;
  const day = Math.floor(instant / DAY);
  const [first, last] = [offsetAtMidnight(zone, day - 1), offsetAtMidnight(zone, day + 1)];
  if (first === last) return instant + first;
  const change = changeBetween(zone, day - 1, day + 1);
  if (instant < change) return instant + first;
  // Up to the change they have shown every time before this one, but not this one.
  return Math.max(instant + last, change + first - 1);
}

/** What the clocks of a zone show at an instant: an hour that they are put back by, they show twice. */
export function shownTime(zone: TimeZone, instant: Instant): LocalTime {
  if (zone === UTC) return instant;
  const day = Math.floor(instant / DAY);
  const [first, last] = [offsetAtMidnight(zone, day - 1), offsetAtMidnight(zone, day + 1)];
  return (
    instant + (first === last || instant < changeBetween(zone, day - 1, day + 1) ? first : last)
  );
}

/**
 * The local time that an instant stands for, from which the same time on other days is counted: midnight where the day
 * begins with it, also when clocks skip midnight itself; else what the clocks show.
 */
export function clockTime(zone: TimeZone, instant: Instant): LocalTime {
  if (zone === UTC) return instant;
  const midnight = startOfDay(toLocal(zone, instant));
  return toInstant(zone, midnight) === instant ? midnight : instant + offsetAt(zone, instant);
}

/**
 * The first instant at which the clocks of a zone have reached a local time. A time that they skip, an hour in spring
 * or a whole day (Samoa, 30 December 2011), is reached when they jump; a time that they show twice, the first time.
 */
export function toInstant(zone: TimeZone, local: LocalTime): Instant {
  if (zone === UTC) return local;
  const day = Math.floor(local / DAY);
  // No offset exceeds a day: what the clocks show `local` at lies between these midnights of UTC.
  const [first, last] = [offsetAtMidnight(zone, day - 1), offsetAtMidnight(zone, day + 2)];
  if (first === last) return local - first;
  const change = changeBetween(zone, day - 1, day + 2);
  return local - first < change ? local - first : Math.max(change, local - last);
}

/** Offsets at midnights of UTC, and the instants at which they change, by zone: bounded, and always the same answers. */
const offsets = new Map<TimeZone, Map<number, number>>();
const changes = new Map<string, Instant>();
const MOST_ZONES = 200;
const MOST_REMEMBERED = 4_000;

function offsetAtMidnight(zone: TimeZone, day: number): number {
  const known =
    offsets.get(zone) ?? remembered(offsets, zone, new Map<number, number>(), MOST_ZONES);
  return known.get(day) ?? remembered(known, day, offsetAt(zone, day * DAY), MOST_REMEMBERED);
}

/** Remembers an answer; when there are too many, begins anew. */
function remembered<K, V>(memory: Map<K, V>, key: K, value: V, most: number): V {
  if (memory.size >= most) memory.clear();
  memory.set(key, value);
  return value;
}

/** The instant between two midnights at which the zone's offset changes, to the millisecond. */
function changeBetween(zone: TimeZone, fromDay: number, toDay: number): Instant {
  const key = `${zone} ${fromDay} ${toDay}`;
  const found = changes.get(key);
  if (found !== undefined) return found;
  let [before, after] = [fromDay * DAY, toDay * DAY];
  const first = offsetAt(zone, before);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(zone, middle) === first) before = middle;
    else after = middle;
  }
  return remembered(changes, key, after, MOST_REMEMBERED);
}

/** What a zone's clocks are ahead of UTC by, in milliseconds. */
function offsetAt(zone: TimeZone, instant: Instant): number {
  const date = new Date(instant);
  const offset = Math.round(tzOffset(zone, date) * MINUTE);
  // tzOffset 1.5.0 loses the sign of offsets between -1 h and 0, as Monrovia had one (-00:44:30) until 1972.
  const mayBeNegative = offset > 0 && offset < 60 * MINUTE;
  return mayBeNegative && tzName(zone, date, "short").includes("-") ? -offset : offset;
}
