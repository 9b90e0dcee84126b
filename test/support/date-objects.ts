/** Data in which dates stand as something else than they were written: as texts of instants, as `Date` objects, … */
import { Temporal } from "temporal-polyfill";
import { isPlain } from "./optional-fields.js";

/** The fields that hold a date: of catalogs and subscriptions, of requests and options, of events. */
const DATES: ReadonlySet<string> = new Set([
  ...["effectiveDate", "startDate", "endDate", "billingAnchor"],
  ...["start", "end", "asOf", "from", "through", "until", "issueDate"],
  ...["timestamp", "receivedAt"],
]);

/** What the library has written itself, or never reads. */
const KEPT: ReadonlySet<string> = new Set(["previous", "last", "metadata"]);

const CIVIL = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;

/** How a moment is written; undefined leaves the date as it is. */
export type Write = (milliseconds: number) => unknown;

/** The moment of a date: a civil one begins in the zone. Nothing where the text is no date. */
function momentOf(date: string, zone = "UTC"): number | undefined {
  if (INSTANT.test(date)) return Temporal.Instant.from(date).epochMilliseconds;
  if (!CIVIL.test(date)) return undefined;
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone }).epochMilliseconds;
}

/** A copy of plain data with every date in it written anew. What is no plain data stays as it is. */
export function rewritten(value: unknown, write: Write, zone = "UTC"): unknown {
  if (Array.isArray(value)) return value.map((each) => rewritten(each, write, zone));
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      const moment =
        DATES.has(key) && typeof field === "string" ? momentOf(field, zone) : undefined;
      if (moment !== undefined) return [key, write(moment) ?? field];
      return [key, KEPT.has(key) ? field : rewritten(field, write, zone)];
    }),
  );
}

export function asDate(milliseconds: number): Date {
  return new Date(milliseconds);
}

/** The text of an instant as we write it. */
export function asText(milliseconds: number): string {
  const [seconds, rest] = [Math.floor(milliseconds / 1_000), milliseconds % 1_000];
  const whole = Temporal.Instant.fromEpochMilliseconds(seconds * 1_000).toString();
  return whole.replace("Z", `.${String((rest + 1_000) % 1_000).padStart(3, "0")}Z`);
}
