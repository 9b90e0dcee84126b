import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  EARLIEST_INSTANT,
  formatInstant,
  isDateProblem,
  LATEST_INSTANT,
  readCivilDate,
  readInstant,
} from "../../src/time/instant.js";
import { DATE, INSTANT } from "../../src/time/instant-pattern.js";
import { tries } from "../support/tries.js";
import { civilText, daysInMonth } from "./clocks.js";
import { NO_DATES } from "./no-dates.js";

/** What a text is read as, in UTC, or why it is not read. */
function reading(input: unknown): string {
  const instant = readInstant(input);
  return isDateProblem(instant) ? instant : new Date(instant).toISOString();
}

/** Any moment of the years 1000 to 9999, but for a day at either end. */
const allInstants = fc.integer({ min: Date.UTC(1000, 0, 2), max: Date.UTC(9999, 11, 30) });

describe("reading a civil date", () => {
  it.each([
    ...["2026-01-31", "2024-02-29", "2000-02-29", "1969-12-31", "1000-01-01", "9999-12-31"],
  ])("takes %s as its midnight, in no time zone", (text) => {
    expect(readCivilDate(text)).toBe(Date.parse(`${text}T00:00:00Z`));
  });

  it.each([
    ...["2026-02-30", "2026-02-29", "2100-02-29", "1900-02-29", "2026-04-31", "2026-13-01"],
    ...["2026-00-10", "2026-01-00", "2026-01-32"],
  ])("says that there is no %s", (text) => {
    expect(readCivilDate(text)).toBe("no_such_date");
  });

  it("knows the calendar", () => {
    for (const year of [1000, 1582, 1900, 1999, 2000, 2024, 2025, 2026, 2100, 2400, 9999]) {
      for (let month = 1; month <= 12; month += 1) {
        for (let day = 1; day <= 31; day += 1) {
          const text = civilText(year, month, day);
          const exists = day <= daysInMonth(year, month);
          const midnight = Date.parse(`${text}T00:00:00.000Z`);
          expect(readCivilDate(text)).toBe(exists ? midnight : "no_such_date");
        }
      }
    }
  });

  it("leaves to others what is no civil date", () => {
    const texts = [
      ...NO_DATES.filter((input) => typeof input === "string"),
      "2026-01-31T00:00:00Z",
    ];
    expect(texts.map(readCivilDate)).toEqual(texts.map(() => undefined));
  });
});

describe("reading an instant", () => {
  it.each([
    { text: "2026-01-31T00:00:00Z", utc: "2026-01-31T00:00:00.000Z" },
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
    { text: "1000-01-01T00:00:00Z", utc: "1000-01-01T00:00:00.000Z" },
    { text: "9999-12-31T23:59:59.999Z", utc: "9999-12-31T23:59:59.999Z" },
  ])("takes $text as $utc", ({ text, utc }) => {
    expect(reading(text)).toBe(utc);
  });

  it.each([
    ...["2026-02-29T00:00:00Z", "2026-04-31T00:00:00+01:00", "2026-13-01T00:00:00Z"],
    ...["2026-01-31T24:00:00Z", "2026-01-31T25:00:00Z", "2026-01-31T23:60:00Z"],
    // Days have 86,400 seconds here: a leap second has no instant of its own.
    ...["2026-01-31T23:59:60Z", "2026-01-31T00:00:00+24:00", "2026-01-31T00:00:00+01:60"],
    // An offset leads out of the years 1000 to 9999.
    ...["9999-12-31T23:59:59-01:00", "1000-01-01T00:00:00+01:00"],
  ])("says that there is no %s", (text) => {
    expect(reading(text)).toBe("no_such_date");
  });

  it.each(["2026-01-31T09:30:00", "2026-01-31T09:30:00.5", "2026-01-31 09:30:00", "2026-01-31"])(
    "asks for the offset of %s",
    (text) => {
      expect(reading(text)).toBe("no_offset");
    },
  );

  it.each(NO_DATES.map((input) => ({ input, written: String(input).slice(0, 40) })))(
    "refuses $written, which is no date",
    ({ input }) => {
      expect(reading(input)).toBe("not_a_date");
    },
  );

  it("reads it alike in every offset", () => {
    const offsets = fc.integer({ min: -(24 * 60 - 1), max: 24 * 60 - 1 });
    fc.assert(
      fc.property(allInstants, offsets, (instant, offset) => {
        const local = new Date(instant + offset * 60_000).toISOString().slice(0, -1);
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const zone = `${`${hours}`.padStart(2, "0")}:${`${minutes}`.padStart(2, "0")}`;
        expect(readInstant(`${local}${offset < 0 ? "-" : "+"}${zone}`)).toBe(instant);
      }),
    );
  });

  it("answers for any value whatever, and never throws", () => {
    fc.assert(
      fc.property(fc.anything({ withSparseArray: true, withNullPrototype: true }), (value) => {
        return isDateProblem(readInstant(value));
      }),
    );
  });
});

describe("writing an instant", () => {
  it.each(["2026-01-31T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2026-01-31T09:30:00.001Z"])(
    "gives %s, whatever the time of day",
    (utc) => {
      expect(formatInstant(Date.parse(utc))).toBe(utc);
    },
  );

  it("is read back as the same instant", () => {
    fc.assert(
      fc.property(allInstants, (instant) => {
        expect(readInstant(formatInstant(instant))).toBe(instant);
      }),
    );
    expect(
      [EARLIEST_INSTANT, LATEST_INSTANT].map((instant) => readInstant(formatInstant(instant))),
    ).toEqual([EARLIEST_INSTANT, LATEST_INSTANT]);
  });
});

describe("the years that are read", () => {
  it("begin and end with their first and last millisecond, whatever the offset", () => {
    expect(readInstant("1000-01-01T01:00:00+01:00")).toBe(EARLIEST_INSTANT);
    expect(readInstant("1000-01-01T00:59:59.999+01:00")).toBe("no_such_date");
    expect(readInstant("9999-12-31T22:59:59.999-01:00")).toBe(LATEST_INSTANT);
    expect(readInstant("9999-12-31T23:00:00-01:00")).toBe("no_such_date");
  });
});

describe("a Date", () => {
  it("is the instant that it is, to the millisecond", () => {
    for (const time of [0, -1, 1_769_817_600_123, EARLIEST_INSTANT, LATEST_INSTANT]) {
      expect(readInstant(new Date(time))).toBe(time);
    }
  });

  it("is refused beyond the years that are read, and where it is none", () => {
    expect(readInstant(new Date(EARLIEST_INSTANT - 1))).toBe("no_such_date");
    expect(readInstant(new Date(LATEST_INSTANT + 1))).toBe("no_such_date");
    expect(readInstant(new Date("soon"))).toBe("not_a_date");
  });
});

describe("the pattern of an instant", () => {
  it.each([
    ...["2026-01-31T09:30:00Z", "2026-01-31t09:30:00z", "2026-01-31 09:30:00+01:00"],
    ...["2026-01-31T23:59:59.123456789-23:59", "9999-12-31T00:00:00Z", "1000-10-01T20:19:00Z"],
  ])("fits %s, which is read", (text) => {
    expect(new RegExp(INSTANT).test(text)).toBe(true);
    expect(new RegExp(DATE).test(text)).toBe(true);
    expect(isDateProblem(readInstant(text))).toBe(false);
  });

  it.each([
    ...["2026-01-31T24:00:00Z", "2026-01-31T09:60:00Z", "2026-01-31T09:30:60Z"],
    ...["2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z"],
    ...["2026-01-00T00:00:00Z", "0999-01-01T00:00:00Z", "2026-01-31T09:30:00+24:00"],
    ...["2026-01-31T09:30:00", "2026-01-31T09:30Z", "2026-01-31T09:30:00.Z", "x2026-01-31"],
    ...[
      "2026-01-31T09:30:00Zx",
      "x2026-01-31T09:30:00Z",
      "2026-01-31x",
      "2026-01-31T09:30:00+0100",
    ],
  ])("does not fit %s, which is refused", (text) => {
    expect(new RegExp(INSTANT).test(text)).toBe(false);
    expect(new RegExp(DATE).test(text)).toBe(false);
    expect(isDateProblem(readInstant(text))).toBe(true);
  });

  it("fits a civil date only where one may stand", () => {
    expect(["2026-01-31", "2026-12-01"].map((text) => new RegExp(DATE).test(text))).toEqual([
      true,
      true,
    ]);
    expect(new RegExp(INSTANT).test("2026-01-31")).toBe(false);
  });
});

describe("instants in the form that nearly all have", () => {
  it("LAW: read and written as the platform does", () => {
    fc.assert(
      fc.property(allInstants, (instant) => {
        const text = new Date(instant).toISOString();
        expect(formatInstant(instant)).toBe(text);
        expect(readInstant(text)).toBe(instant);
        expect(readInstant(text.replace(/\.\d+Z$/, "Z"))).toBe(Math.floor(instant / 1_000) * 1_000);
      }),
      tries(2_000),
    );
  });

  it("LAW: read as the same in any other form, also where a character of it is another", () => {
    const characters = fc.constantFrom(..."0123456789-:.TZtz +/٣x");
    fc.assert(
      fc.property(allInstants, fc.nat(23), characters, (instant, at, character) => {
        const text = new Date(instant).toISOString();
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        // With an offset it is read the long way.
        if (changed.endsWith("Z"))
          expect(readInstant(changed)).toBe(readInstant(changed.replace(/Z$/, "+00:00")));
        else expect(typeof readInstant(changed) === "number").toBe(changed.endsWith("z"));
      }),
      tries(2_000),
    );
  });
});
