import type { FieldTest, LocalTimeRange, Predicate } from "../../catalog/filter.js";
import { isListed } from "../../data/is-listed.js";
import { exact, isProblem, readDecimal } from "../../money/decimal.js";
import { compare } from "../../money/fraction.js";
import type { LocalTime } from "../../time/civil.js";
import { isBetween, readTimeOfDay, weekdayOf } from "../../time/time-of-day.js";
import { shownTime, type TimeZone } from "../../time/zone.js";
import type { ReadEvent } from "../events/event.js";
import { fieldOf } from "../events/event-fields.js";

/** Whether a condition holds for an event; its local time is that of the zone. */
export function holds(predicate: Predicate, event: ReadEvent, zone: TimeZone): boolean {
  if ("all" in predicate) return predicate.all.every((each) => holds(each, event, zone));
  if ("any" in predicate) return predicate.any.some((each) => holds(each, event, zone));
  if ("not" in predicate) return !holds(predicate.not, event, zone);
  if ("field" in predicate) return passes(predicate, fieldOf(event, predicate.field));
  const shown = shownTime(zone, event.timestamp);
  return "localWeekday" in predicate
    ? predicate.localWeekday.includes(weekdayOf(shown))
    : isWithin(predicate.localTime, shown);
}

/** Whether a condition looks at the local time of events. */
export function looksAtClock(predicate: Predicate): boolean {
  if ("all" in predicate) return predicate.all.some(looksAtClock);
  if ("any" in predicate) return predicate.any.some(looksAtClock);
  if ("not" in predicate) return looksAtClock(predicate.not);
  return !("field" in predicate);
}

function isWithin({ from, until }: LocalTimeRange, shown: LocalTime): boolean {
  return isBetween(shown, readTimeOfDay(from) ?? 0, readTimeOfDay(until) ?? 0);
}

/** The fields that a condition looks at and an event does not have. */
export function missingFields(predicate: Predicate, event: ReadEvent): readonly string[] {
  return [...new Set(fieldsIn(predicate))].filter((name) => fieldOf(event, name) === undefined);
}

function passes(test: FieldTest, value: unknown): boolean {
  if (test.exists !== undefined && test.exists !== (value !== undefined)) return false;
  if (test.equals !== undefined && value !== test.equals) return false;
  if (test.in !== undefined && !isListed(test.in, value)) return false;
  return (
    compares(value, test.greaterThan, (order) => order > 0) &&
    compares(value, test.atLeast, (order) => order >= 0) &&
    compares(value, test.lessThan, (order) => order < 0) &&
    compares(value, test.atMost, (order) => order <= 0)
  );
}

function compares(
  value: unknown,
  bound: string | undefined,
  accept: (order: number) => boolean,
): boolean {
  if (bound === undefined) return true;
  const read = readDecimal(value);
  return !isProblem(read) && accept(compare(read, exact(bound)));
}

function fieldsIn(predicate: Predicate): readonly string[] {
  if ("all" in predicate) return predicate.all.flatMap(fieldsIn);
  if ("any" in predicate) return predicate.any.flatMap(fieldsIn);
  if ("not" in predicate) return fieldsIn(predicate.not);
  if (!("field" in predicate)) return [];
  return predicate.exists === false ? [] : [predicate.field];
}
