import { tz } from "@date-fns/tz";
import { format } from "date-fns/format";
import { enUS } from "date-fns/locale/en-US";
import { DAY } from "./civil.js";
import { type Instant, isDateProblem, readCivilDate, readInstant } from "./instant.js";
import { UTC } from "./zone.js";

/** Said here, as a default of date-fns may be set by the program. */
const FORM = { in: tz(UTC), locale: enUS };

/** A written date for people: `"1 February 2026"`, or `"1 February 2026, 09:30 UTC"`. What is no date stays as it is. */
export function dateForPeople(date: string): string {
  const civil = civilDay(date);
  if (civil !== undefined) return day(civil);
  const instant = readInstant(date);
  return isDateProblem(instant) ? date : `${day(instant)}, ${clock(instant)} UTC`;
}

/** A written period for people, by its first and its last day: `"17 January to 3 February 2026"`. */
export function periodForPeople(start: string, end: string): string {
  if (start === end) return dateForPeople(start);
  const [first, after] = [civilDay(start), civilDay(end)];
  if (first === undefined || after === undefined) {
    return `${dateForPeople(start)} to ${dateForPeople(end)}`;
  }
  const last = after - DAY;
  if (first >= last) return day(first);
  const isSame = (form: string) => format(first, form, FORM) === format(last, form, FORM);
  const form = isSame("MMMM yyyy") ? "d" : isSame("yyyy") ? "d MMMM" : "d MMMM yyyy";
  return `${format(first, form, FORM)} to ${day(last)}`;
}

function day(instant: Instant): string {
  return format(instant, "d MMMM yyyy", FORM);
}

/** The time of day, to the second where it is not that of a minute. */
function clock(instant: Instant): string {
  return format(instant, instant % 60_000 === 0 ? "HH:mm" : "HH:mm:ss", FORM);
}

/** A civil date as its midnight; nothing for what is none. */
function civilDay(date: string): Instant | undefined {
  const civil = readCivilDate(date);
  return typeof civil === "number" ? civil : undefined;
}
