/** Times of day and weekdays, as clocks and calendars show them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBetween, readTimeOfDay, WEEKDAYS, weekdayOf } from "../../src/time/time-of-day.js";

const HOUR = 3_600_000;
const MINUTE = 60_000;

describe("a time of day", () => {
  it.each([
    ["00:00", 0],
    ["09:05", 9 * HOUR + 5 * MINUTE],
    ["19:59", 19 * HOUR + 59 * MINUTE],
    ["23:59:59", 23 * HOUR + 59 * MINUTE + 59_000],
    ["06:30:15", 6 * HOUR + 30 * MINUTE + 15_000],
    ["24:00", 24 * HOUR],
  ])("%s is %d ms after midnight", (text, time) => {
    expect(readTimeOfDay(text)).toBe(time);
  });

  it.each([
    ...["9:05", "24:01", "25:00", "30:00", "12:60", "12:30:60", "12", "12:5", "ab:cd", "1a:00", ""],
    ...[
      "12:3a",
      "12:30:1a",
      "12:30:",
      "24:00:00",
      " 12:30",
      "12:30 ",
      "x12:30",
      "112:30",
      "12:305",
    ],
    ...[1230, null, undefined, ["12:30"]],
  ])("%j is none", (input) => {
    expect(readTimeOfDay(input)).toBeUndefined();
  });
});

describe("a weekday", () => {
  it.each([
    ["1970-01-01", "thursday"],
    ["1969-12-31", "wednesday"],
    ["1969-12-27", "saturday"],
    ["2026-01-31", "saturday"],
    ["2026-02-01", "sunday"],
    ["2024-02-29", "thursday"],
  ] as const)("of %s is %s all day long", (date, weekday) => {
    const midnight = Date.parse(date);
    expect(weekdayOf(midnight)).toBe(weekday);
    expect(weekdayOf(midnight + 24 * HOUR - 1)).toBe(weekday);
  });

  it("is that of Date, before 1970 too", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e13 }), (local) => {
        expect(weekdayOf(local)).toBe(WEEKDAYS[new Date(local).getUTCDay()]);
      }),
    );
  });
});

describe("a time between two others", () => {
  const at = (time: number) => Date.UTC(2026, 0, 31) + time;
  const [morning, evening] = [6 * HOUR, 22 * HOUR];

  it("begins with the first and ends before the other", () => {
    const times = [morning - 1, morning, 12 * HOUR, evening - 1, evening, 23 * HOUR];
    expect(times.map((time) => isBetween(at(time), morning, evening))).toEqual([
      ...[false, true, true, true, false, false],
    ]);
  });

  it("goes over midnight where the other comes first", () => {
    const times = [0, morning - 1, morning, 12 * HOUR, evening - 1, evening, 24 * HOUR - 1];
    expect(times.map((time) => isBetween(at(time), evening, morning))).toEqual([
      ...[true, true, false, false, false, true, true],
    ]);
  });

  it("is any time where both are the same", () => {
    const times = [0, morning - 1, morning, evening];
    expect(times.map((time) => isBetween(at(time), morning, morning))).toEqual([
      ...[true, true, true, true],
    ]);
  });
});
