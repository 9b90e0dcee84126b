import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDays,
  addMonths,
  civilDate,
  dayOf,
  type EndOfMonth,
  type LocalTime,
  monthsBetween,
  startOfDay,
} from "../../src/time/civil.js";
import { civilText, daysInMonth } from "./clocks.js";

const locals = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2100, 0) });
/** Any time of the years 1000 to 9999, also before 1970, where milliseconds are negative. */
const allLocals = fc.integer({ min: Date.UTC(1000, 0), max: Date.UTC(10_000, 0) - 1 });
const ends = fc.constantFrom<EndOfMonth>("clamp", "sticky");

function local(text: string): LocalTime {
  return Date.parse(text.includes("T") ? `${text}Z` : `${text}T00:00:00Z`);
}

function text(time: LocalTime): string {
  return new Date(time).toISOString().slice(0, -1).replace("T00:00:00.000", "");
}

describe("moving by months", () => {
  it.each([
    { from: "2026-01-31", months: 1, to: "2026-02-28" },
    { from: "2024-01-31", months: 1, to: "2024-02-29" },
    { from: "2026-01-31", months: 2, to: "2026-03-31" },
    { from: "2026-01-30", months: 1, to: "2026-02-28" },
    { from: "2026-03-31", months: -1, to: "2026-02-28" },
    { from: "2024-02-29", months: 12, to: "2025-02-28" },
    { from: "2024-02-29", months: 48, to: "2028-02-29" },
    { from: "2025-11-30", months: 3, to: "2026-02-28" },
    // A clamped day does not recover by itself: the 28th was asked for.
    { from: "2026-02-28", months: 1, to: "2026-03-28" },
    { from: "2026-05-15", months: -17, to: "2024-12-15" },
    { from: "1970-01-31T18:45:00.250", months: -11, to: "1969-02-28T18:45:00.250" },
    { from: "2026-01-31T23:59:59.999", months: 1, to: "2026-02-28T23:59:59.999" },
    { from: "2026-07-04", months: 0, to: "2026-07-04" },
  ])("takes $from by $months to $to", ({ from, months, to }) => {
    expect(text(addMonths(local(from), months, "clamp"))).toBe(to);
  });

  it.each([
    { from: "2026-02-28", months: 1, to: "2026-03-31" },
    { from: "2026-02-28", months: 2, to: "2026-04-30" },
    { from: "2024-02-29", months: 12, to: "2025-02-28" },
    { from: "2025-02-28", months: 36, to: "2028-02-29" },
    { from: "2026-04-30", months: -1, to: "2026-03-31" },
    { from: "2026-04-30T09:30:00.000", months: 1, to: "2026-05-31T09:30:00.000" },
    // No last days of their months: they keep their number.
    { from: "2024-02-28", months: 1, to: "2024-03-28" },
    { from: "2026-01-30", months: 1, to: "2026-02-28" },
    { from: "2026-01-30", months: 2, to: "2026-03-30" },
    { from: "2026-02-28", months: 0, to: "2026-02-28" },
  ])("takes $from by $months to $to where last days stay last days", ({ from, months, to }) => {
    expect(text(addMonths(local(from), months, "sticky"))).toBe(to);
  });

  it("keeps the time of day and the day, or the last one of a shorter month", () => {
    fc.assert(
      fc.property(locals, fc.integer({ min: -1_500, max: 1_500 }), ends, (time, months, end) => {
        const from = new Date(time);
        const month = from.getUTCFullYear() * 12 + from.getUTCMonth() + months;
        const [year, index] = [Math.floor(month / 12), ((month % 12) + 12) % 12];
        const last = daysInMonth(year, index + 1);
        const wasLast =
          from.getUTCDate() === daysInMonth(from.getUTCFullYear(), from.getUTCMonth() + 1);
        const day = end === "sticky" && wasLast ? last : Math.min(from.getUTCDate(), last);
        const moved = addMonths(time, months, end);
        expect(new Date(moved).toISOString()).toBe(
          `${civilText(year, index + 1, day)}${from.toISOString().slice(10)}`,
        );
        expect(monthsBetween(time, moved)).toBe(months);
      }),
    );
  });
});

describe("counting", () => {
  it.each([
    { from: "2026-01-31", to: "2026-02-01", months: 1 },
    { from: "2026-01-01", to: "2026-01-31", months: 0 },
    { from: "2024-02-01", to: "2024-03-01", months: 1 },
    { from: "2026-01-01", to: "2025-01-01", months: -12 },
    { from: "2025-12-31T23:59:59.999", to: "2026-01-01", months: 1 },
    { from: "1969-12-31", to: "1970-01-01", months: 1 },
  ])("finds $months months from $from to $to, whatever the days", ({ from, to, months }) => {
    expect(monthsBetween(local(from), local(to))).toBe(months);
  });

  it.each([
    { time: "1970-01-01", day: 0 },
    { time: "1970-01-01T23:59:59.999", day: 0 },
    { time: "1970-01-02", day: 1 },
    { time: "1969-12-31", day: -1 },
    { time: "1969-12-31T23:59:59.999", day: -1 },
    { time: "2000-03-01", day: 11_017 },
  ])("gives the day of $time the number $day", ({ time, day }) => {
    expect(dayOf(local(time))).toBe(day);
  });

  it("takes back what adding days gave", () => {
    fc.assert(
      fc.property(allLocals, fc.integer({ min: -50_000, max: 50_000 }), (time, days) => {
        expect(dayOf(addDays(time, days)) - dayOf(time)).toBe(days);
        expect(addDays(time, days) - startOfDay(addDays(time, days))).toBe(time - startOfDay(time));
      }),
    );
  });

  it("begins a day at its midnight", () => {
    fc.assert(
      fc.property(allLocals, (time) => {
        const midnight = startOfDay(time);
        expect(new Date(midnight).toISOString()).toBe(
          `${new Date(time).toISOString().slice(0, 10)}T00:00:00.000Z`,
        );
      }),
    );
  });
});

describe("a civil date", () => {
  it("is the day on a calendar, with the length of its month", () => {
    fc.assert(
      fc.property(allLocals, (time) => {
        const { year, month, day, daysInMonth: length } = civilDate(time);
        expect(civilText(year, month, day)).toBe(new Date(time).toISOString().slice(0, 10));
        expect(length).toBe(daysInMonth(year, month));
      }),
    );
  });

  it.each([
    { time: "2024-02-29T12:00:00", date: { year: 2024, month: 2, day: 29, daysInMonth: 29 } },
    { time: "2100-02-28", date: { year: 2100, month: 2, day: 28, daysInMonth: 28 } },
    { time: "1999-12-31", date: { year: 1999, month: 12, day: 31, daysInMonth: 31 } },
  ])("of $time is $date", ({ time, date }) => {
    expect(civilDate(local(time))).toEqual(date);
  });
});
