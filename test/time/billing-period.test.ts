import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BillingCycle,
  CYCLE_UNITS,
  cycleLength,
  NAMED_CYCLES,
} from "../../src/time/billing-cycle.js";
import {
  boundary,
  contains,
  formatPeriod,
  periodAt,
  periodIndex,
} from "../../src/time/billing-period.js";
import { daysBetween, formatDate, instantOf } from "../../src/time/instant.js";

const DAY = 86_400_000;
const [FROM, TO] = [Date.UTC(1970, 0, 1), Date.UTC(2100, 0, 1)];

const instants = fc.integer({ min: FROM, max: TO });
/** Any moment; and the days that months and years may lack, at midnight and at any time of day. */
const anchors = fc.oneof(
  instants,
  fc
    .record({
      year: fc.integer({ min: 1970, max: 2099 }),
      month: fc.integer({ min: 0, max: 11 }),
      fromEnd: fc.integer({ min: 0, max: 3 }),
      time: fc.oneof(fc.constant(0), fc.constant(DAY - 1), fc.nat({ max: DAY - 1 })),
    })
    .map(({ year, month, fromEnd, time }) => Date.UTC(year, month + 1, -fromEnd) + time),
);
const cycles: fc.Arbitrary<BillingCycle> = fc.oneof(
  fc.constantFrom(...NAMED_CYCLES),
  fc.record({ every: fc.integer({ min: 1, max: 24 }), unit: fc.constantFrom(...CYCLE_UNITS) }),
);
const indexes = fc.integer({ min: -150, max: 150 });

/** The nth boundary, by counting: months one by one on a calendar, days one by one otherwise. */
function counted(anchor: number, cycle: BillingCycle, index: number): number {
  const { months, days } = cycleLength(cycle);
  if (days !== undefined) return anchor + days * index * DAY;
  const start = new Date(anchor);
  let [year, month] = [start.getUTCFullYear(), start.getUTCMonth()];
  const step = Math.sign(index);
  for (let left = Math.abs(index * months); left > 0; left -= 1) {
    month += step;
    if (month === 12) [year, month] = [year + 1, 0];
    if (month === -1) [year, month] = [year - 1, 11];
  }
  let day = start.getUTCDate();
  // The day that the month has not is carried into the next one.
  while (new Date(Date.UTC(year, month, day)).getUTCMonth() !== month) day -= 1;
  return (
    Date.UTC(year, month, day) +
    (anchor - Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()))
  );
}

/** The period of an instant, by looking at one after the other. */
function scanned(anchor: number, cycle: BillingCycle, instant: number): number {
  let index = 0;
  while (instant < counted(anchor, cycle, index)) index -= 1;
  while (instant >= counted(anchor, cycle, index + 1)) index += 1;
  return index;
}

function boundaries(
  anchor: string,
  cycle: BillingCycle,
  from: number,
  to: number,
): readonly string[] {
  const dates: string[] = [];
  for (let index = from; index <= to; index += 1)
    dates.push(formatDate(boundary(instantOf(anchor), cycle, index)));
  return dates;
}

describe("the boundaries of billing periods", () => {
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
      anchor: "2026-01-31T18:45:00.250Z",
      cycle: "monthly",
      from: 0,
      dates: ["2026-01-31T18:45:00.250Z", "2026-02-28T18:45:00.250Z", "2026-03-31T18:45:00.250Z"],
    },
  ])("$cycle from $anchor are $dates", ({ anchor, cycle, from, dates }) => {
    expect(boundaries(anchor, cycle, from, from + dates.length - 1)).toEqual(dates);
  });

  it("are where counting month by month leads", () => {
    fc.assert(
      fc.property(anchors, cycles, indexes, (anchor, cycle, index) => {
        expect(boundary(anchor, cycle, index)).toBe(counted(anchor, cycle, index));
      }),
    );
  });
});

describe("billing periods", () => {
  it("tile time: each begins where the one before ends, and takes some time", () => {
    fc.assert(
      fc.property(anchors, cycles, indexes, (anchor, cycle, first) => {
        for (let index = first; index < first + 13; index += 1) {
          const [period, next] = [
            periodAt(anchor, cycle, index),
            periodAt(anchor, cycle, index + 1),
          ];
          expect(period.end).toBe(next.start);
          expect(period.start).toBeLessThan(period.end);
        }
      }),
    );
  });

  it("hold every instant once", () => {
    fc.assert(
      fc.property(anchors, cycles, instants, (anchor, cycle, instant) => {
        const index = periodIndex(anchor, cycle, instant);
        const around = [-2, -1, 0, 1, 2].map((step) =>
          contains(periodAt(anchor, cycle, index + step), instant),
        );
        expect(around).toEqual([false, false, true, false, false]);
      }),
    );
  });

  it("begin with their first millisecond and end before their last", () => {
    fc.assert(
      fc.property(anchors, cycles, indexes, (anchor, cycle, index) => {
        const { start, end } = periodAt(anchor, cycle, index);
        const found = [start - 1, start, end - 1, end].map((at) => periodIndex(anchor, cycle, at));
        expect(found).toEqual([index - 1, index, index, index + 1]);
      }),
    );
  });

  it("are numbered as a scan from the anchor numbers them", () => {
    const near = fc.integer({ min: -3 * 365 * DAY, max: 3 * 365 * DAY });
    fc.assert(
      fc.property(anchors, cycles, near, (anchor, cycle, distance) => {
        const instant = anchor + distance;
        expect(periodIndex(anchor, cycle, instant)).toBe(scanned(anchor, cycle, instant));
      }),
    );
    fc.assert(
      fc.property(
        anchors,
        fc.constantFrom("quarterly" as const, "annual" as const),
        instants,
        (anchor, cycle, instant) => {
          expect(periodIndex(anchor, cycle, instant)).toBe(scanned(anchor, cycle, instant));
        },
      ),
    );
  });

  it("keep the anchor's day where the month has it, and its time of day", () => {
    const monthly = cycles.filter((cycle) => cycleLength(cycle).months !== undefined);
    fc.assert(
      fc.property(anchors, monthly, indexes, (anchor, cycle, index) => {
        const [from, to] = [new Date(anchor), new Date(boundary(anchor, cycle, index))];
        const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
        expect(to.getUTCDate()).toBe(Math.min(from.getUTCDate(), last));
        expect(to.toISOString().slice(11)).toBe(from.toISOString().slice(11));
      }),
    );
  });

  it("have whole days, which add up to the days from the first to the last", () => {
    fc.assert(
      fc.property(
        anchors,
        cycles,
        indexes,
        fc.integer({ min: 1, max: 40 }),
        (anchor, cycle, first, count) => {
          const days = Array.from({ length: count }, (_, step) => {
            const { start, end } = periodAt(anchor, cycle, first + step);
            return daysBetween(start, end);
          });
          expect(days.every(Number.isInteger)).toBe(true);
          const whole = counted(anchor, cycle, first + count) - counted(anchor, cycle, first);
          expect(days.reduce((a, b) => a + b)).toBe(whole / DAY);
        },
      ),
    );
  });

  it("are written as dates that are read back", () => {
    expect(formatPeriod(periodAt(instantOf("2026-01-31"), "monthly", 1))).toEqual({
      start: "2026-02-28",
      end: "2026-03-31",
    });
    fc.assert(
      fc.property(anchors, cycles, indexes, (anchor, cycle, index) => {
        const period = periodAt(anchor, cycle, index);
        const { start, end } = formatPeriod(period);
        expect({ start: instantOf(start), end: instantOf(end) }).toEqual(period);
      }),
    );
  });
});
