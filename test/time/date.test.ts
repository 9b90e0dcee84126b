import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addLocalDays,
  formatDate,
  instantOf,
  lastDayOfMonth,
  localDay,
  localTimeOf,
  readDate,
} from "../../src/time/date.js";
import { isDateProblem, LATEST_INSTANT, readInstant } from "../../src/time/instant.js";
import { tries } from "../support/tries.js";
import { zonedInstant, zonedLocal } from "./arbitraries.js";
import { civilText, DAY, daysInMonth, reached, shown, ZONES } from "./clocks.js";
import { NO_DATES } from "./no-dates.js";

/** What a text is read as, in UTC, or why it is not read. */
function reading(input: unknown, zone = "UTC"): string {
  const instant = readDate(input, zone);
  return isDateProblem(instant) ? instant : new Date(instant).toISOString();
}

/** Any moment of the years 1000 to 9999, but for a day at either end. */
const allInstants = fc.integer({ min: Date.UTC(1000, 0, 2), max: Date.UTC(9999, 11, 30) });
const zones = fc.constantFrom(...ZONES);

describe("reading a date", () => {
  it.each([
    { text: "2026-01-31", zone: "UTC", utc: "2026-01-31T00:00:00.000Z" },
    { text: "1000-01-01", zone: "UTC", utc: "1000-01-01T00:00:00.000Z" },
    { text: "9999-12-31", zone: "UTC", utc: "9999-12-31T00:00:00.000Z" },
    { text: "2026-01-31", zone: "Asia/Kolkata", utc: "2026-01-30T18:30:00.000Z" },
    { text: "2026-01-31", zone: "America/New_York", utc: "2026-01-31T05:00:00.000Z" },
    { text: "2026-07-31", zone: "America/New_York", utc: "2026-07-31T04:00:00.000Z" },
    { text: "9999-12-31", zone: "America/New_York", utc: "9999-12-31T05:00:00.000Z" },
    { text: "9999-12-31", zone: "Etc/GMT+12", utc: "9999-12-31T12:00:00.000Z" },
    { text: "2026-01-31", zone: "Pacific/Apia", utc: "2026-01-30T11:00:00.000Z" },
    // Beirut skips the first hour of a day in spring and puts its clocks back at midnight in autumn.
    { text: "2026-03-29", zone: "Asia/Beirut", utc: "2026-03-28T22:00:00.000Z" },
    { text: "2026-10-25", zone: "Asia/Beirut", utc: "2026-10-24T22:00:00.000Z" },
    { text: "2018-11-04", zone: "America/Sao_Paulo", utc: "2018-11-04T03:00:00.000Z" },
    { text: "2019-02-17", zone: "America/Sao_Paulo", utc: "2019-02-17T03:00:00.000Z" },
    { text: "2010-11-07", zone: "America/St_Johns", utc: "2010-11-07T02:30:00.000Z" },
    { text: "1972-01-07", zone: "Africa/Monrovia", utc: "1972-01-07T00:44:30.000Z" },
    // Days that never were begin, and end, with the day after them.
    { text: "2011-12-30", zone: "Pacific/Apia", utc: "2011-12-30T10:00:00.000Z" },
    { text: "2011-12-31", zone: "Pacific/Apia", utc: "2011-12-30T10:00:00.000Z" },
    { text: "1993-08-21", zone: "Pacific/Kwajalein", utc: "1993-08-21T12:00:00.000Z" },
    { text: "1993-08-22", zone: "Pacific/Kwajalein", utc: "1993-08-21T12:00:00.000Z" },
    // The new year begins around the world, but in 1000 no earlier than in UTC.
    { text: "1000-01-01", zone: "America/New_York", utc: "1000-01-01T04:56:02.000Z" },
    { text: "1000-01-01", zone: "Asia/Kolkata", utc: "no_such_date" },
    { text: "2026-02-29", zone: "America/New_York", utc: "no_such_date" },
  ])("takes $text in $zone as $utc", ({ text, zone, utc }) => {
    expect(reading(text, zone)).toBe(utc);
  });

  it("takes a civil date as the first moment at which clocks have reached it", () => {
    fc.assert(
      fc.property(zonedLocal, ({ zone, local }) => {
        const text = new Date(local).toISOString().slice(0, 10);
        expect(readDate(text, zone)).toBe(reached(zone, Date.parse(text)));
      }),
      tries(300),
    );
  });

  it("takes an instant alike in every zone", () => {
    fc.assert(
      fc.property(allInstants, zones, (instant, zone) => {
        const text = new Date(instant).toISOString();
        expect(readDate(text, zone)).toBe(readInstant(text));
      }),
    );
    expect(reading("2026-01-31T09:30:00.5+01:00", "Pacific/Apia")).toBe("2026-01-31T08:30:00.500Z");
    expect(reading("2026-01-31T24:00:00Z", "Pacific/Apia")).toBe("no_such_date");
  });

  it("knows the calendar, in every zone", () => {
    for (const zone of ["UTC", "America/Sao_Paulo"]) {
      for (const year of [1900, 2000, 2023, 2024, 2100]) {
        for (let month = 1; month <= 12; month += 1) {
          for (let day = 1; day <= 31; day += 1) {
            const isRead = !isDateProblem(readDate(civilText(year, month, day), zone));
            expect(isRead).toBe(day <= daysInMonth(year, month));
          }
        }
      }
    }
  });

  it("asks for the offset of a time of day, also where there is a zone", () => {
    expect(reading("2026-01-31T09:30:00", "Asia/Kolkata")).toBe("no_offset");
  });

  it.each(NO_DATES.map((input) => ({ input, written: String(input).slice(0, 40) })))(
    "refuses $written, which is no date",
    ({ input }) => {
      expect(reading(input)).toBe("not_a_date");
      expect(reading(input, "Asia/Kolkata")).toBe("not_a_date");
    },
  );

  it("answers for any value whatever, and never throws", () => {
    fc.assert(
      fc.property(
        fc.anything({ withSparseArray: true, withNullPrototype: true }),
        zones,
        (value, zone) => isDateProblem(readDate(value, zone)),
      ),
    );
  });
});

describe("writing a date", () => {
  it.each([
    { utc: "2026-01-31T00:00:00.000Z", zone: "UTC", date: "2026-01-31" },
    { utc: "1969-12-31T00:00:00.000Z", zone: "UTC", date: "1969-12-31" },
    { utc: "2026-01-31T00:00:00.001Z", zone: "UTC", date: "2026-01-31T00:00:00.001Z" },
    { utc: "2026-01-31T00:00:00.000Z", zone: "Asia/Kolkata", date: "2026-01-31T00:00:00.000Z" },
    { utc: "2026-01-30T18:30:00.000Z", zone: "Asia/Kolkata", date: "2026-01-31" },
    { utc: "2026-03-09T04:00:00.000Z", zone: "America/New_York", date: "2026-03-09" },
    { utc: "2026-03-09T05:00:00.000Z", zone: "America/New_York", date: "2026-03-09T05:00:00.000Z" },
    // The day begins at 01:00, which is its first moment none the less.
    { utc: "2018-11-04T03:00:00.000Z", zone: "America/Sao_Paulo", date: "2018-11-04" },
    // 00:00 comes once, an hour after the clocks were put back at it.
    {
      utc: "2019-02-17T02:00:00.000Z",
      zone: "America/Sao_Paulo",
      date: "2019-02-17T02:00:00.000Z",
    },
    { utc: "2019-02-17T03:00:00.000Z", zone: "America/Sao_Paulo", date: "2019-02-17" },
    // 00:00 comes twice, and is the first moment of the day the first time.
    { utc: "2010-11-07T02:30:00.000Z", zone: "America/St_Johns", date: "2010-11-07" },
    { utc: "2010-11-07T03:30:00.000Z", zone: "America/St_Johns", date: "2010-11-07T03:30:00.000Z" },
    // Samoa went from 29 to 31 December 2011, Kwajalein from 20 to 22 August 1993.
    { utc: "2011-12-30T10:00:00.000Z", zone: "Pacific/Apia", date: "2011-12-31" },
    { utc: "1993-08-21T12:00:00.000Z", zone: "Pacific/Kwajalein", date: "1993-08-22" },
  ])("gives $date for $utc in $zone", ({ utc, zone, date }) => {
    expect(formatDate(Date.parse(utc), zone)).toBe(date);
  });

  it("is read back as the same instant", () => {
    fc.assert(
      fc.property(zonedInstant, ({ zone, instant }) => {
        expect(instantOf(formatDate(instant, zone), zone)).toBe(instant);
      }),
      tries(300),
    );
    fc.assert(
      fc.property(allInstants, zones, (instant, zone) => {
        expect(instantOf(formatDate(instant, zone), zone)).toBe(instant);
      }),
    );
  });

  it("is read back also on the last day of all, where the next begins in the east", () => {
    for (const zone of ZONES) {
      for (let instant = LATEST_INSTANT + 1 - DAY; instant <= LATEST_INSTANT; instant += DAY / 96) {
        expect(readDate(formatDate(instant, zone), zone)).toBe(instant);
      }
    }
  });

  it("gives a civil date for the first moment of a day, and for no other", () => {
    fc.assert(
      fc.property(zonedLocal, ({ zone, local }) => {
        const midnight = Math.floor(local / DAY) * DAY;
        const start = reached(zone, midnight);
        expect(formatDate(start, zone)).toMatch(/^\d{4}-\d\d-\d\d$/);
        expect(formatDate(start + 1, zone)).toMatch(/Z$/);
        expect(formatDate(start - 1, zone)).toMatch(/Z$/);
      }),
      tries(300),
    );
  });

  it("is our bug where the date is our own", () => {
    expect(() => instantOf("2026-02-30", "UTC")).toThrow(/^unreachable: /);
    expect(() => instantOf("2026-01-31T00:00:00", "UTC")).toThrow(
      "unreachable: no_offset in parsed data",
    );
  });
});

describe("the civil day of an instant", () => {
  it("is the last one that has begun", () => {
    fc.assert(
      fc.property(zonedInstant, ({ zone, instant }) => {
        const day = localDay(instant, zone);
        expect(reached(zone, day * DAY)).toBeLessThanOrEqual(instant);
        expect(reached(zone, (day + 1) * DAY)).toBeGreaterThan(instant);
      }),
      tries(500),
    );
  });

  it.each([
    { utc: "2026-01-31T04:59:59.999Z", zone: "America/New_York", day: "2026-01-30" },
    { utc: "2026-01-31T05:00:00Z", zone: "America/New_York", day: "2026-01-31" },
    { utc: "2011-12-30T09:59:59.999Z", zone: "Pacific/Apia", day: "2011-12-29" },
    { utc: "2011-12-30T10:00:00Z", zone: "Pacific/Apia", day: "2011-12-31" },
    // From midnight the clocks went back to 23:00: the next day begins an hour later, once.
    { utc: "2019-02-17T01:59:59.999Z", zone: "America/Sao_Paulo", day: "2019-02-16" },
    { utc: "2019-02-17T02:00:00Z", zone: "America/Sao_Paulo", day: "2019-02-16" },
    { utc: "2019-02-17T02:59:59.999Z", zone: "America/Sao_Paulo", day: "2019-02-16" },
    { utc: "2019-02-17T03:00:00Z", zone: "America/Sao_Paulo", day: "2019-02-17" },
    { utc: "2026-10-24T21:30:00Z", zone: "Asia/Beirut", day: "2026-10-24" },
    { utc: "2026-10-24T22:00:00Z", zone: "Asia/Beirut", day: "2026-10-25" },
    // From 00:01 they went back to 23:01: the day that had begun is not taken back.
    { utc: "2010-11-07T02:29:59.999Z", zone: "America/St_Johns", day: "2010-11-06" },
    { utc: "2010-11-07T02:30:00Z", zone: "America/St_Johns", day: "2010-11-07" },
    { utc: "2010-11-07T03:00:00Z", zone: "America/St_Johns", day: "2010-11-07" },
    { utc: "1969-12-31T23:59:59.999Z", zone: "UTC", day: "1969-12-31" },
  ])("is $day for $utc in $zone", ({ utc, zone, day }) => {
    expect(localDay(Date.parse(utc), zone)).toBe(Date.parse(day) / DAY);
  });
});

describe("so many civil days later", () => {
  it.each([
    { from: "2026-03-08", days: 1, zone: "America/New_York", to: "2026-03-09" },
    { from: "2026-10-31", days: 2, zone: "America/New_York", to: "2026-11-02" },
    { from: "2024-02-28", days: 2, zone: "UTC", to: "2024-03-01" },
    { from: "2026-03-01", days: -1, zone: "Asia/Kolkata", to: "2026-02-28" },
    { from: "2026-03-01", days: 0, zone: "Asia/Kolkata", to: "2026-03-01" },
    { from: "2018-11-03", days: 1, zone: "America/Sao_Paulo", to: "2018-11-04" },
    { from: "2018-11-04", days: 1, zone: "America/Sao_Paulo", to: "2018-11-05" },
    { from: "2011-12-29", days: 1, zone: "Pacific/Apia", to: "2011-12-31" },
    { from: "2011-12-29", days: 2, zone: "Pacific/Apia", to: "2011-12-31" },
    { from: "2011-12-31", days: 1, zone: "Pacific/Apia", to: "2012-01-01" },
    // The time of day stays.
    { from: "2026-01-31T23:30:00Z", days: 1, zone: "UTC", to: "2026-02-01T23:30:00.000Z" },
    {
      from: "2026-03-07T23:30:00Z",
      days: 1,
      zone: "America/New_York",
      to: "2026-03-08T22:30:00.000Z",
    },
  ])("than $from is $to: $days in $zone", ({ from, days, zone, to }) => {
    expect(formatDate(addLocalDays(instantOf(from, zone), days, zone), zone)).toBe(to);
  });

  it("is the first moment at which clocks reach the same time of that day", () => {
    const steps = fc.integer({ min: -1_000, max: 1_000 });
    fc.assert(
      fc.property(zonedInstant, steps, ({ zone, instant }, days) => {
        const midnight = localDay(instant, zone) * DAY;
        const time = reached(zone, midnight) === instant ? midnight : shown(zone, instant);
        expect(addLocalDays(instant, days, zone)).toBe(reached(zone, time + days * DAY));
      }),
      tries(300),
    );
  });
});

describe("the local time of a date", () => {
  it.each([
    { date: "2026-03-01", zone: "Asia/Tokyo", shows: "2026-03-01T00:00:00Z" },
    { date: "2026-02-28T15:00:00Z", zone: "Asia/Tokyo", shows: "2026-03-01T00:00:00Z" },
    { date: "2026-02-28T15:30:00Z", zone: "Asia/Tokyo", shows: "2026-03-01T00:30:00Z" },
    { date: "2026-03-01T00:30:00+01:00", zone: "UTC", shows: "2026-02-28T23:30:00Z" },
    // Midnight of a day whose first hour Beirut skips.
    { date: "2026-03-29", zone: "Asia/Beirut", shows: "2026-03-29T00:00:00Z" },
    // A day that Samoa never had keeps its number, so that an anchor on the 30th comes back on every 30th.
    { date: "2011-12-30", zone: "Pacific/Apia", shows: "2011-12-30T00:00:00Z" },
  ])("of $date in $zone is what clocks show there", ({ date, zone, shows }) => {
    expect(localTimeOf(date, zone)).toBe(Date.parse(shows));
  });
});

describe("the last day of a month", () => {
  it.each([
    ["2024-02-10", "UTC", "2024-02-29"],
    ["2026-02-28", "UTC", "2026-02-28"],
    ["2026-12-01", "UTC", "2026-12-31"],
    // 4:30 on 1 March in UTC is still February in New York, and 1 March in Paris.
    ["2026-03-01T04:30:00Z", "America/New_York", "2026-02-28"],
    ["2026-03-01T04:30:00Z", "Europe/Paris", "2026-03-31"],
  ])("around %s in %s is %s", (date, zone, last) => {
    expect(formatDate(lastDayOfMonth(instantOf(date, zone), zone), zone)).toBe(last);
  });
});
