import { tz } from "@date-fns/tz";
import { addDays, addMonths, differenceInMonths } from "date-fns";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BillingCycle, cycleLength } from "../../src/time/billing-cycle.js";
import { formatPeriod } from "../../src/time/billing-period.js";
import { civilDate, type EndOfMonth, type LocalTime } from "../../src/time/civil.js";
import {
  boundary,
  type CycleGrid,
  emptyBetween,
  indexAt,
  periodAt,
} from "../../src/time/cycle-grid.js";
import { formatDate, instantOf, localDay } from "../../src/time/date.js";
import { contains, overlap } from "../../src/time/interval.js";
import { toLocal } from "../../src/time/zone.js";
import { tries } from "../support/tries.js";
import { cycles, grids, monthGrids, zonedInstants } from "./arbitraries.js";
import { counted, DAY, HOUR, instantsOf, knowsTzDate, MINUTE, reached } from "./clocks.js";

/** A grid anchored at a date, or a date and time, as clocks of the zone show it. */
function gridOf(
  anchor: string,
  cycle: BillingCycle,
  zone = "UTC",
  endOfMonth: EndOfMonth = "clamp",
): CycleGrid {
  const local = Date.parse(anchor.includes("T") ? `${anchor}Z` : `${anchor}T00:00:00Z`);
  return { zone, anchor: local, length: cycleLength(cycle), endOfMonth };
}

function boundaries(grid: CycleGrid, from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, step) =>
    formatDate(boundary(grid, from + step), grid.zone),
  );
}

/** The period in which a date lies. */
function periodOf(grid: CycleGrid, date: string) {
  return formatPeriod(periodAt(grid, indexAt(grid, instantOf(date, grid.zone))), grid.zone);
}

describe("the boundaries of billing periods", () => {
  it("are where counting on a calendar leads, when clocks have reached it", () => {
    fc.assert(
      fc.property(grids, ({ grid, cycle, index }) => {
        const local = counted(grid.anchor, cycle, grid.endOfMonth, index);
        expect(boundary(grid, index)).toBe(reached(grid.zone, local));
      }),
      tries(500),
    );
  });

  it("are where date-fns leads in the zone, as far as clocks show both ends exactly once", () => {
    fc.assert(
      fc.property(grids, ({ grid, cycle, index }) => {
        const { zone, anchor, length } = grid;
        const [start, ...others] = instantsOf(zone, anchor);
        fc.pre(start !== undefined && others.length === 0);
        const local = counted(anchor, cycle, "clamp", index);
        fc.pre(instantsOf(zone, local).length === 1);
        fc.pre(knowsTzDate(zone, anchor) && knowsTzDate(zone, local));
        const context = { in: tz(zone) };
        const expected =
          length.months === undefined
            ? addDays(start ?? 0, length.days * index, context)
            : addMonths(start ?? 0, length.months * index, context);
        expect(boundary({ ...grid, endOfMonth: "clamp" }, index)).toBe(expected.getTime());
      }),
      tries(300),
    );
  });

  it("begin at the anchor", () => {
    fc.assert(
      fc.property(grids, ({ grid }) => {
        expect(boundary(grid, 0)).toBe(reached(grid.zone, grid.anchor));
      }),
    );
  });

  it("keep the anchor's day where the month has it, and its time of day", () => {
    fc.assert(
      fc.property(monthGrids, ({ grid, index }) => {
        const { zone, anchor, endOfMonth } = grid;
        const at = boundary(grid, index);
        const local = toLocal(zone, at);
        fc.pre(instantsOf(zone, local).length === 1 && at === reached(zone, local));
        const [from, to] = [civilDate(anchor), civilDate(local)];
        const wasLast = endOfMonth === "sticky" && from.day === from.daysInMonth;
        const day = wasLast ? to.daysInMonth : Math.min(from.day, to.daysInMonth);
        // Clocks may have jumped over it, to where they show a later time of that day or the next.
        fc.pre(reached(zone, local - 1) === at - 1);
        expect(to.day).toBe(day);
        expect(local - Math.floor(local / DAY) * DAY).toBe(anchor - Math.floor(anchor / DAY) * DAY);
      }),
      tries(300),
    );
  });

  it.each<{
    readonly anchor: string;
    readonly cycle: BillingCycle;
    readonly from: number;
    readonly dates: readonly string[];
  }>([
    {
      anchor: "2026-01-31",
      cycle: "monthly",
      from: 0,
      dates: ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    },
    {
      anchor: "2026-01-31",
      cycle: "monthly",
      from: 24,
      dates: ["2028-01-31", "2028-02-29", "2028-03-31"],
    },
    { anchor: "2026-01-30", cycle: "monthly", from: 1, dates: ["2026-02-28", "2026-03-30"] },
    { anchor: "2024-01-29", cycle: "monthly", from: 1, dates: ["2024-02-29", "2024-03-29"] },
    {
      anchor: "2026-03-31",
      cycle: "monthly",
      from: -3,
      dates: ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31"],
    },
    // From the clamped day nothing recovers: the 28th was asked for.
    { anchor: "2026-02-28", cycle: "monthly", from: 1, dates: ["2026-03-28", "2026-04-28"] },
    {
      anchor: "2025-11-30",
      cycle: "quarterly",
      from: 0,
      dates: ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30"],
    },
    {
      anchor: "2025-08-31",
      cycle: "semi-annual",
      from: 0,
      dates: ["2025-08-31", "2026-02-28", "2026-08-31"],
    },
    {
      anchor: "2024-02-29",
      cycle: "annual",
      from: -1,
      dates: ["2023-02-28", "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
    },
    // 2100 is no leap year.
    {
      anchor: "2096-02-29",
      cycle: { every: 4, unit: "year" },
      from: 0,
      dates: ["2096-02-29", "2100-02-28", "2104-02-29"],
    },
    {
      anchor: "2024-02-28",
      cycle: "daily",
      from: 0,
      dates: ["2024-02-28", "2024-02-29", "2024-03-01"],
    },
    { anchor: "2025-12-29", cycle: "weekly", from: 0, dates: ["2025-12-29", "2026-01-05"] },
    {
      anchor: "2026-01-01",
      cycle: { every: 2, unit: "week" },
      from: -1,
      dates: ["2025-12-18", "2026-01-01", "2026-01-15"],
    },
    {
      anchor: "2026-01-31T18:45:00.250",
      cycle: "monthly",
      from: 0,
      dates: ["2026-01-31T18:45:00.250Z", "2026-02-28T18:45:00.250Z", "2026-03-31T18:45:00.250Z"],
    },
  ])("$cycle from $anchor are $dates", ({ anchor, cycle, from, dates }) => {
    expect(boundaries(gridOf(anchor, cycle), from, dates.length)).toEqual(dates);
    // Civil dates are the same everywhere; the day on which clocks change has its first moment, too.
    for (const zone of anchor.includes("T") ? [] : ["America/New_York", "Asia/Beirut"]) {
      expect(boundaries(gridOf(anchor, cycle, zone), from, dates.length)).toEqual(dates);
    }
  });

  it.each<{
    readonly anchor: string;
    readonly cycle: BillingCycle;
    readonly dates: readonly string[];
  }>([
    {
      anchor: "2026-02-28",
      cycle: "monthly",
      dates: ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    },
    { anchor: "2026-04-30", cycle: "monthly", dates: ["2026-04-30", "2026-05-31", "2026-06-30"] },
    {
      anchor: "2025-11-30",
      cycle: "quarterly",
      dates: ["2025-11-30", "2026-02-28", "2026-05-31", "2026-08-31"],
    },
    {
      anchor: "2023-02-28",
      cycle: "annual",
      dates: ["2023-02-28", "2024-02-29", "2025-02-28"],
    },
    // No last day of its month: nothing holds it there.
    { anchor: "2024-02-28", cycle: "monthly", dates: ["2024-02-28", "2024-03-28", "2024-04-28"] },
    { anchor: "2026-01-30", cycle: "monthly", dates: ["2026-01-30", "2026-02-28", "2026-03-30"] },
    // Days are counted, not months.
    {
      anchor: "2026-02-28",
      cycle: { every: 30, unit: "day" },
      dates: ["2026-02-28", "2026-03-30"],
    },
  ])("$cycle from $anchor are $dates where last days stay last days", (each) => {
    const { anchor, cycle, dates } = each;
    expect(boundaries(gridOf(anchor, cycle, "UTC", "sticky"), 0, dates.length)).toEqual(dates);
  });

  it.each([
    // 02:30 is skipped on 8 March; in April it is back.
    {
      zone: "America/New_York",
      anchor: "2026-02-08T02:30:00",
      cycle: "monthly" as const,
      utc: ["2026-02-08T07:30:00Z", "2026-03-08T07:00:00Z", "2026-04-08T06:30:00Z"],
    },
    // 01:30 is shown twice on 1 November: the first counts.
    {
      zone: "America/New_York",
      anchor: "2026-10-01T01:30:00",
      cycle: "monthly" as const,
      utc: ["2026-10-01T05:30:00Z", "2026-11-01T05:30:00Z", "2026-12-01T06:30:00Z"],
    },
    // Midnight is skipped on 4 November 2018: that day begins at 01:00.
    {
      zone: "America/Sao_Paulo",
      anchor: "2018-10-04",
      cycle: "monthly" as const,
      utc: ["2018-10-04T03:00:00Z", "2018-11-04T03:00:00Z", "2018-12-04T02:00:00Z"],
    },
    {
      zone: "Australia/Lord_Howe",
      anchor: "2026-03-05T02:15:00",
      cycle: "monthly" as const,
      utc: ["2026-03-04T15:15:00Z", "2026-04-04T15:45:00Z", "2026-05-04T15:45:00Z"],
    },
    {
      zone: "Pacific/Apia",
      anchor: "2011-11-30",
      cycle: "monthly" as const,
      utc: ["2011-11-30T10:00:00Z", "2011-12-30T10:00:00Z", "2012-01-29T10:00:00Z"],
    },
  ])("from $anchor in $zone are $utc", ({ zone, anchor, cycle, utc }) => {
    const grid = gridOf(anchor, cycle, zone);
    expect(utc.map((_, index) => new Date(boundary(grid, index)))).toEqual(
      utc.map((text) => new Date(text)),
    );
  });
});

describe("billing periods", () => {
  it("tile time: each begins where the one before ends", () => {
    fc.assert(
      fc.property(grids, ({ grid, index }) => {
        for (let each = index - 3; each < index + 10; each += 1) {
          const [period, next] = [periodAt(grid, each), periodAt(grid, each + 1)];
          expect(period.end).toBe(next.start);
          expect(period.start).toBeLessThanOrEqual(period.end);
          // A day is skipped now and then in Samoa or Kwajalein, more than one nowhere.
          if (grid.length.days !== 1) expect(period.start).toBeLessThan(period.end);
        }
      }),
      tries(300),
    );
  });

  it("hold every instant once", () => {
    fc.assert(
      fc.property(grids, zonedInstants(1), ({ grid }, { instants }) => {
        for (const instant of instants) {
          const index = indexAt(grid, instant);
          const around = [-2, -1, 0, 1, 2].map((step) =>
            contains(periodAt(grid, index + step), instant),
          );
          expect(around).toEqual([false, false, true, false, false]);
        }
      }),
      tries(500),
    );
  });

  it("begin with their first millisecond and end before their last", () => {
    fc.assert(
      fc.property(grids, ({ grid, index }) => {
        const { start, end } = periodAt(grid, index);
        fc.pre(start < end);
        expect(indexAt(grid, start)).toBe(index);
        expect(indexAt(grid, end - 1)).toBe(index);
        expect(indexAt(grid, start - 1)).toBeLessThan(index);
        expect(indexAt(grid, end)).toBeGreaterThan(index);
      }),
      tries(300),
    );
  });

  it("are numbered as counting from the anchor numbers them", () => {
    fc.assert(
      fc.property(grids, zonedInstants(1), ({ grid, cycle }, { instants }) => {
        const { zone, anchor, endOfMonth } = grid;
        for (const instant of instants) {
          const index = indexAt(grid, instant);
          const start = reached(zone, counted(anchor, cycle, endOfMonth, index));
          const end = reached(zone, counted(anchor, cycle, endOfMonth, index + 1));
          expect(start).toBeLessThanOrEqual(instant);
          expect(end).toBeGreaterThan(instant);
        }
      }),
      tries(300),
    );
  });

  it("have whole local days, which add up to the days from the first to the last", () => {
    fc.assert(
      fc.property(grids, fc.integer({ min: 1, max: 30 }), ({ grid, cycle, index }, count) => {
        const { zone, anchor, endOfMonth } = grid;
        const days = Array.from({ length: count }, (_, step) => {
          const { start, end } = periodAt(grid, index + step);
          return localDay(end, zone) - localDay(start, zone);
        });
        expect(days.every((each) => Number.isInteger(each) && each >= 0)).toBe(true);
        const [first, last] = [index, index + count].map((each) => {
          const local = counted(anchor, cycle, endOfMonth, each);
          return dayBegunAt(zone, local);
        });
        expect(days.reduce((a, b) => a + b)).toBe((last ?? 0) - (first ?? 0));
      }),
      tries(200),
    );
  });

  it.each([
    { zone: "America/New_York", day: "2026-03-08", hours: 23 },
    { zone: "America/New_York", day: "2026-11-01", hours: 25 },
    { zone: "America/New_York", day: "2026-07-04", hours: 24 },
    { zone: "America/Sao_Paulo", day: "2018-11-04", hours: 23 },
    { zone: "America/Sao_Paulo", day: "2019-02-16", hours: 25 },
    { zone: "Asia/Beirut", day: "2026-03-29", hours: 23 },
    { zone: "Asia/Beirut", day: "2026-10-24", hours: 25 },
    { zone: "Australia/Lord_Howe", day: "2026-10-04", hours: 23.5 },
    { zone: "Australia/Lord_Howe", day: "2026-04-05", hours: 24.5 },
    { zone: "Asia/Kathmandu", day: "1986-01-01", hours: 23.75 },
    { zone: "Africa/Monrovia", day: "1972-01-07", hours: 24 - 44.5 / 60 },
    { zone: "Pacific/Apia", day: "2011-12-29", hours: 24 },
    { zone: "Pacific/Apia", day: "2011-12-30", hours: 0 },
    { zone: "Pacific/Apia", day: "2011-12-31", hours: 24 },
    { zone: "Pacific/Kwajalein", day: "1993-08-20", hours: 24 },
    { zone: "Pacific/Kwajalein", day: "1993-08-21", hours: 0 },
    { zone: "Pacific/Kwajalein", day: "1993-08-22", hours: 24 },
    // Back from 00:01 to 23:01: the day before ends at the first midnight, the new one has 25 hours.
    { zone: "America/St_Johns", day: "2010-11-06", hours: 24 },
    { zone: "America/St_Johns", day: "2010-11-07", hours: 25 },
    { zone: "America/St_Johns", day: "2011-03-13", hours: 23 },
  ])("of a day have $hours hours on $day in $zone", ({ zone, day, hours }) => {
    const grid = gridOf(day, "daily", zone);
    const { start, end } = periodAt(grid, 0);
    expect((end - start) / HOUR).toBeCloseTo(hours, 10);
    // From an anchor that is years away it is the same day.
    const far = gridOf("2001-01-01", "daily", zone);
    const index = (Date.parse(day) - far.anchor) / DAY;
    expect(periodAt(far, index)).toEqual({ start, end });
    if (start < end) expect(indexAt(far, start)).toBe(index);
  });

  it("of a day that was skipped hold nothing, and no instant is found in them", () => {
    const grid = gridOf("2011-12-01", "daily", "Pacific/Apia");
    const jump = Date.parse("2011-12-30T10:00:00Z");
    expect(periodAt(grid, 29)).toEqual({ start: jump, end: jump });
    expect(contains(periodAt(grid, 29), jump)).toBe(false);
    expect([jump - 1, jump].map((instant) => indexAt(grid, instant))).toEqual([28, 30]);
    expect(formatPeriod(periodAt(grid, 28), grid.zone)).toEqual({
      start: "2011-12-29",
      end: "2011-12-31",
    });
  });

  it("of a month have the hours of its days, but for the clocks that change", () => {
    const grid = gridOf("2026-01-01", "monthly", "America/New_York");
    const hours = Array.from({ length: 12 }, (_, index) => {
      const { start, end } = periodAt(grid, index);
      return (end - start) / HOUR;
    });
    const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    const [march, november] = [2, 10];
    const clocks = (month: number) => (month === march ? -1 : month === november ? 1 : 0);
    expect(hours).toEqual(days.map((each, month) => each * 24 + clocks(month)));
  });
});

/** The civil day that has begun when clocks reach a local time: a later one where they skip that of the time. */
function dayBegunAt(zone: string, local: LocalTime): number {
  const instant = reached(zone, local);
  let day = Math.floor(local / DAY);
  while (reached(zone, (day + 1) * DAY) <= instant) day += 1;
  return day;
}

describe("two stretches of time", () => {
  const interval = fc
    .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }))
    .map(([start, length]) => ({ start, end: start + length }));

  it("overlap in the moments that both contain", () => {
    fc.assert(
      fc.property(interval, interval, (a, b) => {
        const both = Array.from({ length: 45 }, (_, at) => at).filter(
          (at) => at >= a.start && at < a.end && at >= b.start && at < b.end,
        );
        const [first, last] = [both[0], both.at(-1)];
        const expected =
          first === undefined || last === undefined ? undefined : { start: first, end: last + 1 };
        expect(overlap(a, b)).toEqual(expected);
        expect(overlap(b, a)).toEqual(expected);
      }),
    );
  });

  it("contain their start and not their end", () => {
    const march = { start: Date.UTC(2026, 2, 1), end: Date.UTC(2026, 3, 1) };
    const at = [march.start - 1, march.start, march.end - 1, march.end];
    expect(at.map((instant) => contains(march, instant))).toEqual([false, true, true, false]);
    expect(overlap(march, { start: march.end, end: march.end + DAY })).toBe(undefined);
  });
});

describe("defects of other engines", () => {
  it("D12: an anchor on the 31st does not drift to the 28th, however periods are walked", () => {
    const grid = gridOf("2026-01-31", "monthly", "America/New_York");
    const walked: string[] = [];
    let at = boundary(grid, 0);
    for (let month = 0; month < 14; month += 1) {
      walked.push(formatDate(at, grid.zone));
      // The next boundary from nothing but the end of the period before.
      at = periodAt(grid, indexAt(grid, at)).end;
    }
    expect(walked).toEqual([
      ...["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"],
      ...["2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31"],
      ...["2027-01-31", "2027-02-28"],
    ]);
  });

  it("D12: a leap day comes back after three years", () => {
    const grid = gridOf("2024-02-29", "annual");
    expect(boundaries(grid, 0, 5).at(-1)).toBe("2028-02-29");
    expect(periodOf(grid, "2027-12-31")).toEqual({ start: "2027-02-28", end: "2028-02-29" });
  });

  it("D13: a period is not one short on a clamped day, where a library counts whole months", () => {
    // From 31 January to 30 April it counts one too few, from 29 January to 28 February 2028 one too many.
    const library = [
      differenceInMonths(new Date(2026, 3, 30), new Date(2026, 0, 31)),
      differenceInMonths(new Date(2028, 1, 28), new Date(2026, 0, 29)),
    ];
    expect(library).toEqual([2, 25]);
    const day31 = gridOf("2026-01-31", "monthly");
    expect(indexAt(day31, instantOf("2026-04-30", "UTC"))).toBe(3);
    expect(indexAt(day31, instantOf("2026-04-29", "UTC"))).toBe(2);
    const day29 = gridOf("2026-01-29", "monthly");
    expect(indexAt(day29, instantOf("2028-02-28", "UTC"))).toBe(24);
    expect(indexAt(day29, instantOf("2028-02-29", "UTC"))).toBe(25);
    const anchors = ["2026-11-28", "2026-11-29", "2026-11-30"].map((date) =>
      gridOf(date, "monthly"),
    );
    const indexes = (date: string) => anchors.map((grid) => indexAt(grid, instantOf(date, "UTC")));
    expect(indexes("2027-02-27")).toEqual([2, 2, 2]);
    expect(indexes("2027-02-28")).toEqual([3, 3, 3]);
    expect(indexes("2027-03-28")).toEqual([4, 3, 3]);
    expect(indexes("2027-03-29")).toEqual([4, 4, 3]);
    expect(indexes("2027-03-30")).toEqual([4, 4, 4]);
  });

  it("D13: every month of ten years has its number, from an anchor on any last day", () => {
    for (const anchor of ["2026-01-28", "2026-01-29", "2026-01-30", "2026-01-31"]) {
      const grid = gridOf(anchor, "monthly", "Europe/London");
      for (let index = -60; index <= 60; index += 1) {
        const [first, second] = [boundary(grid, index), boundary(grid, index + 1)];
        const at = [first - 1, first, second - 1, second];
        expect(at.map((instant) => indexAt(grid, instant) - index)).toEqual([-1, 0, 0, 1]);
      }
    }
  });

  it("D14: an annual anchor later in the first year ends the first period in that year", () => {
    const grid = gridOf("2024-02-29", "annual");
    expect(periodOf(grid, "2024-01-15")).toEqual({ start: "2023-02-28", end: "2024-02-29" });
    expect(periodOf(grid, "2024-02-28")).toEqual({ start: "2023-02-28", end: "2024-02-29" });
    expect(periodOf(grid, "2024-02-29")).toEqual({ start: "2024-02-29", end: "2025-02-28" });
    const december = gridOf("2024-12-31", "annual", "Asia/Kolkata");
    expect(periodOf(december, "2024-01-01")).toEqual({ start: "2023-12-31", end: "2024-12-31" });
  });

  it("D15: an offset is not kept across a change of clocks, so usage stays in its month", () => {
    const grid = gridOf("2026-01-01", "monthly", "America/New_York");
    // 23:30 on 31 March is in March: at -05:00 the whole year round it would be in it for one hour more.
    const march = [Date.parse("2026-04-01T03:30:00Z"), Date.parse("2026-04-01T04:30:00Z")];
    expect(march.map((instant) => indexAt(grid, instant))).toEqual([2, 3]);
    // And 00:30 on 1 December, at -04:00.
    const december = [Date.parse("2026-12-01T04:30:00Z"), Date.parse("2026-12-01T05:30:00Z")];
    expect(december.map((instant) => indexAt(grid, instant))).toEqual([10, 11]);
    const anchored = gridOf("2026-07-01", "monthly", "America/New_York");
    expect(new Date(boundary(anchored, 5))).toEqual(new Date("2026-12-01T05:00:00Z"));
    expect(new Date(boundary(anchored, 12))).toEqual(new Date("2027-07-01T04:00:00Z"));
  });

  it("D15: a zone that changed its offset for good has its midnights by the rules of the day", () => {
    const grid = gridOf("2011-01-01", "monthly", "Pacific/Apia");
    expect(new Date(boundary(grid, 11))).toEqual(new Date("2011-12-01T10:00:00Z"));
    expect(new Date(boundary(grid, 12))).toEqual(new Date("2011-12-31T10:00:00Z"));
  });

  it("D24: the first period of a quarter or year ends at the anchor's date, not at its day", () => {
    const quarterly = gridOf("2026-03-31", "quarterly");
    expect(periodOf(quarterly, "2026-01-15")).toEqual({ start: "2025-12-31", end: "2026-03-31" });
    const annual = gridOf("2026-11-20", "annual");
    expect(periodOf(annual, "2026-01-10")).toEqual({ start: "2025-11-20", end: "2026-11-20" });
    const halves = gridOf("2026-05-15", "semi-annual");
    expect(periodOf(halves, "2026-01-10")).toEqual({ start: "2025-11-15", end: "2026-05-15" });
    const twoMonths = gridOf("2026-03-15", { every: 2, unit: "month" });
    expect(periodOf(twoMonths, "2026-02-10")).toEqual({ start: "2026-01-15", end: "2026-03-15" });
  });

  it("D10: a period does not end a second early: its last millisecond is in it, its end in the next", () => {
    const april = gridOf("2026-04-01", "monthly", "America/New_York");
    const { start, end } = periodAt(april, 0);
    expect(end - start).toBe(30 * DAY);
    expect(indexAt(april, end - 1)).toBe(0);
    expect(indexAt(april, end)).toBe(1);
    // Between "one second before" and the end there is no gap that belongs to nobody.
    expect([end - 1_000, end - 999, end - 500].map((instant) => indexAt(april, instant))).toEqual([
      0, 0, 0,
    ]);
  });
});

describe("a grid far from its anchor", () => {
  it("gives the same answers as one that is anchored nearby", () => {
    fc.assert(
      fc.property(cycles, fc.integer({ min: -40, max: 40 }), (cycle, steps) => {
        const near = gridOf("2026-05-15T09:30:00", cycle, "Europe/London");
        const anchor = counted(near.anchor, cycle, "clamp", steps);
        const far = { ...near, anchor };
        const instant = near.anchor + 5 * MINUTE;
        expect(periodAt(far, indexAt(far, instant))).toEqual(
          periodAt(near, indexAt(near, instant)),
        );
        expect(indexAt(far, instant)).toBe(-steps === 0 ? 0 : -steps);
      }),
    );
  });
});

describe("an anchor at a time that clocks show twice", () => {
  it("is the instant that was meant, and the first of the two where none was", () => {
    // Berlin puts its clocks back at 3:00 on 25 October 2026: 2:30 is at 0:30 and at 1:30 UTC.
    const grid = gridOf("2026-10-25T02:30", "monthly", "Europe/Berlin");
    const second = Date.parse("2026-10-25T01:30:00Z");
    expect(boundary(grid, 0)).toBe(Date.parse("2026-10-25T00:30:00Z"));
    const meant = { ...grid, origin: second };
    expect(boundary(meant, 0)).toBe(second);
    // The others are at 2:30 of their day, as ever.
    expect(boundary(meant, 1)).toBe(Date.parse("2026-11-25T01:30:00Z"));
    expect(boundary(meant, -1)).toBe(Date.parse("2026-09-25T00:30:00Z"));
  });
});

describe("an anchor before 1970", () => {
  it.each([
    // Half a year after 1 July 1969: 31 + 31 + 30 + 31 + 30 + 31 days.
    ["1969-07-01", "daily", "1970-01-01", 184],
    ["1969-07-03", "weekly", "1970-01-01", 26],
    ["1969-07-01", "monthly", "1970-03-15", 8],
  ] as const)("on %s has %s periods, and %s in that of number %d", (anchor, cycle, date, index) => {
    expect(indexAt(gridOf(anchor, cycle), Date.parse(date))).toBe(index);
  });
});

describe("how many periods are empty", () => {
  // Samoa had no 30 December 2011: the 91st day from 1 October on.
  const apia = gridOf("2011-10-01", "daily", "Pacific/Apia");

  it.each([
    { from: 0, to: 200, empty: 1 },
    { from: 90, to: 91, empty: 1 },
    { from: 60, to: 91, empty: 1 },
    { from: 0, to: 90, empty: 0 },
    { from: 91, to: 400, empty: 0 },
    { from: 90, to: 90, empty: 0 },
    { from: -500, to: 500, empty: 1 },
  ])("is $empty of the days $from to $to around the one that Samoa skipped", (days) => {
    expect(emptyBetween(apia, days.from, days.to)).toBe(days.empty);
  });

  it("is none of days whose clocks change by an hour, of weeks, and of days in UTC", () => {
    expect(emptyBetween(gridOf("2026-01-01", "daily", "America/New_York"), 0, 800)).toBe(0);
    expect(emptyBetween(gridOf("2011-10-01", "weekly", "Pacific/Apia"), 0, 40)).toBe(0);
    expect(emptyBetween(gridOf("2011-10-01", "monthly", "Pacific/Apia"), 0, 40)).toBe(0);
    expect(emptyBetween(gridOf("2011-10-01", "daily"), 0, 200)).toBe(0);
  });

  it("is what counting them one by one gives", () => {
    const stretch = fc.tuple(fc.integer({ min: -100, max: 300 }), fc.nat({ max: 200 }));
    fc.assert(
      fc.property(
        fc.constantFrom("Pacific/Apia", "Europe/Paris"),
        stretch,
        (zone, [from, most]) => {
          const grid = { ...apia, zone };
          const days = Array.from({ length: most }, (_, index) => periodAt(grid, from + index));
          const empty = days.filter(({ start, end }) => start === end);
          expect(emptyBetween(grid, from, from + most)).toBe(empty.length);
        },
      ),
      tries(30),
    );
  });
});
