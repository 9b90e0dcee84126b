import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  daysBetween,
  formatDate,
  formatInstant,
  instantOf,
  isDateProblem,
  monthsBetween,
  readDate,
  readInstant,
} from "../../src/time/instant.js";

/** What a text is read as, in UTC, or why it is not read. */
function reading(input: unknown, read = readDate): string {
  const instant = read(input);
  return isDateProblem(instant) ? instant : new Date(instant).toISOString();
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The Gregorian calendar, by its rule. */
function daysInMonth(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

function civil(year: number, month: number, day: number): string {
  return [`${year}`.padStart(4, "0"), `${month}`.padStart(2, "0"), `${day}`.padStart(2, "0")].join(
    "-",
  );
}

const instants = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2100, 0) });
/** Any moment of the years 1000 to 9999, but for a day at either end. */
const allInstants = fc.integer({ min: Date.UTC(1000, 0, 2), max: Date.UTC(9999, 11, 30) });

describe("reading a date", () => {
  it.each([
    { text: "2026-01-31", utc: "2026-01-31T00:00:00.000Z" },
    { text: "2024-02-29", utc: "2024-02-29T00:00:00.000Z" },
    { text: "2000-02-29", utc: "2000-02-29T00:00:00.000Z" },
    { text: "1969-12-31", utc: "1969-12-31T00:00:00.000Z" },
    { text: "1000-01-01", utc: "1000-01-01T00:00:00.000Z" },
    { text: "9999-12-31", utc: "9999-12-31T00:00:00.000Z" },
    { text: "2026-01-31T09:30:00Z", utc: "2026-01-31T09:30:00.000Z" },
    { text: "2026-01-31t09:30:00z", utc: "2026-01-31T09:30:00.000Z" },
    { text: "2026-01-31 09:30:00Z", utc: "2026-01-31T09:30:00.000Z" },
    { text: "2026-01-31T23:59:59Z", utc: "2026-01-31T23:59:59.000Z" },
    { text: "2026-01-31T09:30:00+01:00", utc: "2026-01-31T08:30:00.000Z" },
    { text: "2026-01-31T23:30:00-05:30", utc: "2026-02-01T05:00:00.000Z" },
    { text: "2026-01-01T00:30:00+14:00", utc: "2025-12-31T10:30:00.000Z" },
    { text: "2024-03-01T00:00:00+00:01", utc: "2024-02-29T23:59:00.000Z" },
    { text: "2026-01-31T09:30:00-00:00", utc: "2026-01-31T09:30:00.000Z" },
    { text: "2026-01-31T09:30:00.5Z", utc: "2026-01-31T09:30:00.500Z" },
    { text: "2026-01-31T09:30:00.05+01:00", utc: "2026-01-31T08:30:00.050Z" },
    { text: "2026-01-31T09:30:00.123456789Z", utc: "2026-01-31T09:30:00.123Z" },
    // Cut off, not rounded: what happened in a period stays in it.
    { text: "2026-01-31T23:59:59.999999Z", utc: "2026-01-31T23:59:59.999Z" },
  ])("takes $text as $utc", ({ text, utc }) => {
    expect(reading(text)).toBe(utc);
  });

  it.each([
    ...["2026-02-30", "2026-02-29", "2100-02-29", "1900-02-29", "2026-04-31", "2026-13-01"],
    ...["2026-00-10", "2026-01-00", "2026-01-32", "2026-02-29T00:00:00Z"],
    ...["2026-01-31T24:00:00Z", "2026-01-31T25:00:00Z", "2026-01-31T23:60:00Z"],
    // Days have 86,400 seconds here: a leap second has no instant of its own.
    ...["2026-01-31T23:59:60Z", "2026-01-31T00:00:00+24:00", "2026-01-31T00:00:00+01:60"],
  ])("says that there is no %s", (text) => {
    expect(reading(text)).toBe("no_such_date");
  });

  it.each(["2026-01-31T09:30:00", "2026-01-31T09:30:00.5", "2026-01-31 09:30:00"])(
    "asks for the offset of %s",
    (text) => {
      expect(reading(text)).toBe("no_offset");
    },
  );

  it("asks for the offset of a civil date where an instant is needed", () => {
    expect(reading("2026-01-31", readInstant)).toBe("no_offset");
    expect(reading("2026-01-31T00:00:00Z", readInstant)).toBe("2026-01-31T00:00:00.000Z");
  });

  const others: readonly unknown[] = [
    ...[
      "",
      " ",
      "2026",
      "2026-01",
      "2026-1-31",
      "26-01-31",
      "20260131",
      "31.01.2026",
      "01/31/2026",
    ],
    ...[" 2026-01-31", "2026-01-31 ", "2026-01-31\n", "２０２６-01-31", "2026‐01‐31", "today"],
    ...["0999-12-31", "0000-01-01", "10000-01-01", "+002026-01-31", "-2026-01-31"],
    ...["2026-01-31T09:30Z", "2026-01-31T9:30:00Z", "2026-01-31T09:30:00+0100", "2026-01-31T"],
    ...["2026-01-31T09:30:00+1:00", "2026-01-31T09:30:00 Z", "2026-01-31T09:30:00.Z"],
    ...[
      "2026-01-31T09:30:00,5Z",
      "2026-01-31T09:30:00UTC",
      "2026-01-31Z",
      "2026-W05-6",
      "2026-031",
    ],
    ...[`2026-01-31T09:30:00.${"1".repeat(40)}Z`, "2026-01-31".repeat(100_000)],
    ...[null, undefined, 0, 1769817600000, true, new Date(0), ["2026-01-31"], {}, Symbol("x")],
    ...[{ toString: () => "2026-01-31" }, new String("2026-01-31")],
  ];
  it.each(others.map((input) => ({ input, shown: String(input).slice(0, 40) })))(
    "refuses $shown, which is no date",
    ({ input }) => {
      expect(reading(input)).toBe("not_a_date");
      expect(reading(input, readInstant)).toBe("not_a_date");
    },
  );

  it("knows the calendar", () => {
    for (const year of [1000, 1582, 1900, 1999, 2000, 2024, 2025, 2026, 2100, 2400, 9999]) {
      for (let month = 1; month <= 12; month += 1) {
        for (let day = 1; day <= 31; day += 1) {
          const text = civil(year, month, day);
          const exists = day <= daysInMonth(year, month);
          expect(reading(text)).toBe(exists ? `${text}T00:00:00.000Z` : "no_such_date");
        }
      }
    }
  });

  it("reads an instant alike in every offset", () => {
    const offsets = fc.integer({ min: -(24 * 60 - 1), max: 24 * 60 - 1 });
    fc.assert(
      fc.property(allInstants, offsets, (instant, offset) => {
        const local = new Date(instant + offset * 60_000).toISOString().slice(0, -1);
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const zone = `${`${hours}`.padStart(2, "0")}:${`${minutes}`.padStart(2, "0")}`;
        expect(readDate(`${local}${offset < 0 ? "-" : "+"}${zone}`)).toBe(instant);
      }),
    );
  });

  it("answers for any value whatever, and never throws", () => {
    fc.assert(
      fc.property(fc.anything({ withSparseArray: true, withNullPrototype: true }), (value) => {
        return isDateProblem(readDate(value)) && isDateProblem(readInstant(value));
      }),
    );
  });
});

describe("writing a date", () => {
  it.each([
    { utc: "2026-01-31T00:00:00.000Z", date: "2026-01-31" },
    { utc: "1969-12-31T00:00:00.000Z", date: "1969-12-31" },
    { utc: "2026-01-31T00:00:00.001Z", date: "2026-01-31T00:00:00.001Z" },
    { utc: "2026-01-31T09:30:00.000Z", date: "2026-01-31T09:30:00.000Z" },
  ])("gives $date", ({ utc, date }) => {
    expect(formatDate(Date.parse(utc))).toBe(date);
    expect(formatInstant(Date.parse(utc))).toBe(utc);
  });

  it("is read back as the same instant", () => {
    fc.assert(
      fc.property(allInstants, (instant) => {
        expect(instantOf(formatDate(instant))).toBe(instant);
        expect(readInstant(formatInstant(instant))).toBe(instant);
      }),
    );
  });

  it.each(["9999-12-31T23:59:59-01:00", "1000-01-01T00:00:00+01:00"])(
    "is read back where an offset moves it out of the years 1000 to 9999, unless it was refused: %s",
    (text) => {
      const instant = readDate(text);
      const again = isDateProblem(instant) ? instant : readDate(formatDate(instant));
      expect(again).toBe(instant);
    },
  );

  it("is our bug where the date is our own", () => {
    expect(() => instantOf("2026-02-30")).toThrow("unreachable: no_such_date");
  });
});

describe("moving by months", () => {
  it.each([
    { from: "2026-01-31", months: 1, to: "2026-02-28" },
    { from: "2024-01-31", months: 1, to: "2024-02-29" },
    { from: "2026-01-31", months: 2, to: "2026-03-31" },
    { from: "2026-03-31", months: -1, to: "2026-02-28" },
    { from: "2024-02-29", months: 12, to: "2025-02-28" },
    { from: "2024-02-29", months: 48, to: "2028-02-29" },
    { from: "2025-11-30", months: 3, to: "2026-02-28" },
    { from: "2026-05-15", months: -17, to: "2024-12-15" },
    { from: "1970-01-31T18:45:00.250Z", months: -11, to: "1969-02-28T18:45:00.250Z" },
    { from: "2026-01-31T23:59:59.999Z", months: 1, to: "2026-02-28T23:59:59.999Z" },
    { from: "2026-07-04", months: 0, to: "2026-07-04" },
  ])("takes $from by $months to $to", ({ from, months, to }) => {
    expect(formatDate(addMonths(instantOf(from), months))).toBe(to);
  });

  it("keeps the time of day and the day, or the last one of a shorter month", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -1_500, max: 1_500 }), (instant, months) => {
        const [from, to] = [new Date(instant), new Date(addMonths(instant, months))];
        const month = from.getUTCFullYear() * 12 + from.getUTCMonth() + months;
        const [year, index] = [Math.floor(month / 12), ((month % 12) + 12) % 12];
        const day = Math.min(from.getUTCDate(), daysInMonth(year, index + 1));
        expect(to.toISOString()).toBe(
          `${civil(year, index + 1, day)}${from.toISOString().slice(10)}`,
        );
        expect(monthsBetween(instant, to.getTime())).toBe(months);
      }),
    );
  });
});

describe("counting", () => {
  it.each([
    { from: "2026-01-31", to: "2026-02-01", months: 1, days: 1 },
    { from: "2026-01-01", to: "2026-01-31", months: 0, days: 30 },
    { from: "2024-02-01", to: "2024-03-01", months: 1, days: 29 },
    { from: "2026-01-01", to: "2025-01-01", months: -12, days: -365 },
    { from: "2026-01-01", to: "2026-01-01T12:00:00Z", months: 0, days: 0.5 },
  ])("finds $months months and $days days from $from to $to", ({ from, to, months, days }) => {
    expect(monthsBetween(instantOf(from), instantOf(to))).toBe(months);
    expect(daysBetween(instantOf(from), instantOf(to))).toBe(days);
  });

  it("takes back what adding days gave", () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: -50_000, max: 50_000 }), (instant, days) => {
        return daysBetween(instant, addDays(instant, days)) === days;
      }),
    );
  });
});
