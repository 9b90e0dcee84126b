import { setDefaultOptions } from "date-fns";
import { de } from "date-fns/locale";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { afterEach, describe, expect, it } from "vitest";
import { dateForPeople, periodForPeople } from "../../src/time/for-people.js";

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August", "September"],
  ...["October", "November", "December"],
];

const days = fc
  .integer({ min: 0, max: 3_000_000 })
  .map((count) => Temporal.PlainDate.from("1000-01-01").add({ days: count }));

/** The day in words, from the calendar of another library. */
const inWords = ({ day, month, year }: Temporal.PlainDate) => `${day} ${MONTHS[month - 1]} ${year}`;

describe("dates for people", () => {
  afterEach(() => setDefaultOptions({}));

  it("are the day that is written, whatever the zone of the host and the defaults of date-fns", () => {
    fc.assert(
      fc.property(days, fc.boolean(), (date, isGerman) => {
        setDefaultOptions(isGerman ? { locale: de, weekStartsOn: 1 } : {});
        expect(dateForPeople(date.toString())).toBe(inWords(date));
      }),
    );
  });

  it("have the time of day of an instant, in UTC", () => {
    expect(dateForPeople("2026-02-01T09:30:00Z")).toBe("1 February 2026, 09:30 UTC");
    expect(dateForPeople("2026-02-01T00:30:15+01:00")).toBe("31 January 2026, 23:30:15 UTC");
  });

  it("stay what they are where they are none", () => {
    expect(dateForPeople("soon")).toBe("soon");
    expect(dateForPeople("2026-02-30")).toBe("2026-02-30");
  });
});

describe("periods for people", () => {
  it.each([
    ["2026-01-01", "2026-02-01", "1 to 31 January 2026"],
    ["2026-01-17", "2026-02-04", "17 January to 3 February 2026"],
    ["2025-12-15", "2026-01-15", "15 December 2025 to 14 January 2026"],
    // The same month of another year.
    ["2026-01-15", "2027-01-15", "15 January 2026 to 14 January 2027"],
    ["2026-01-31", "2026-02-01", "31 January 2026"],
    // A moment.
    ["2026-01-01", "2026-01-01", "1 January 2026"],
    ["2026-01-01T12:00:00Z", "2026-01-01T12:00:00Z", "1 January 2026, 12:00 UTC"],
    ["2026-01-01", "2026-01-01T12:00:00Z", "1 January 2026 to 1 January 2026, 12:00 UTC"],
    ["2026-01-01T12:00:00Z", "2026-02-01", "1 January 2026, 12:00 UTC to 1 February 2026"],
  ])("from %s, before %s", (start, end, words) => {
    expect(periodForPeople(start, end)).toBe(words);
  });

  it("end with the day before the next begins", () => {
    fc.assert(
      fc.property(days, fc.integer({ min: 2, max: 800 }), (start, length) => {
        const end = start.add({ days: length });
        const last = end.subtract({ days: 1 });
        const words = periodForPeople(start.toString(), end.toString());
        expect(words.endsWith(` to ${inWords(last)}`)).toBe(true);
        expect(inWords(start).startsWith(words.split(" to ")[0] ?? "?")).toBe(true);
      }),
    );
  });
});
