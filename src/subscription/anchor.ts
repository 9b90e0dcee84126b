import { onFirstUse } from "../data/recent.js";
import { DATE_FORM, dateIssue } from "../schema/dates.js";
import { field } from "../schema/fields.js";
import { type BillingCycle, cycleLength } from "../time/billing-cycle.js";
import { addDays, civilDate, dayOf, type LocalTime, startOfDay } from "../time/civil.js";
import { localTimeOf, readDate } from "../time/date.js";
import { type Instant, isDateProblem } from "../time/instant.js";
import { clockTime, type TimeZone, toLocal, UTC } from "../time/zone.js";

/**
 * What billing periods are counted from. `"anniversary"`: the start of the subscription, or the end of its trial.
 * `"calendar"`: the calendar's own years, quarters, months, weeks (from Monday) and days. Or a date, on whichever side
 * of the start: the first period then ends at its first boundary after the start.
 */
export type BillingAnchor = "anniversary" | "calendar" | (string & Record<never, never>);

export const billingAnchor = onFirstUse(() =>
  field<string, BillingAnchor>((input, report) => {
    if (input === "anniversary" || input === "calendar") return input;
    const date = readDate(input, UTC);
    if (isDateProblem(date)) report(dateIssue(date, input));
    return typeof input === "string" ? input : "";
  }).meta({ anyOf: [{ enum: ["anniversary", "calendar"] }, DATE_FORM] }),
);

const WEEK = 7;
/** Days from a Monday to 1 January 1970. */
const THURSDAY = 3;

/** Where an anchor stands on the calendar of the zone; `anniversary` is the instant of which it is the anniversary. */
export function anchorTime(
  anchor: BillingAnchor,
  cycle: BillingCycle,
  anniversary: Instant,
  zone: TimeZone,
): LocalTime {
  if (anchor === "anniversary") return clockTime(zone, anniversary);
  if (anchor !== "calendar") return localTimeOf(anchor, zone);
  const midnight = startOfDay(toLocal(zone, anniversary));
  const length = cycleLength(cycle);
  if (length.months !== undefined) return Date.UTC(civilDate(midnight).year, 0, 1);
  const intoWeek = (((dayOf(midnight) + THURSDAY) % WEEK) + WEEK) % WEEK;
  return length.days % WEEK === 0 ? addDays(midnight, -intoWeek) : midnight;
}
