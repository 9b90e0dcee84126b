import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roundPieces } from "../../src/money/allocation.js";
import {
  compare,
  type Fraction,
  formatExact,
  fraction,
  isNegative,
  ONE,
  sum,
  ZERO,
} from "../../src/money/fraction.js";
import { roundToIncrement } from "../../src/money/rounding.js";
import type { BillingCycle } from "../../src/time/billing-cycle.js";
import { cycleLength } from "../../src/time/billing-cycle.js";
import { type CycleGrid, indexAt, periodAt } from "../../src/time/cycle-grid.js";
import { instantOf } from "../../src/time/date.js";
import {
  type DayCount,
  PRORATION_METHODS,
  type ProrationMethod,
  passedAt,
  pieceOf,
  shareAt,
  shareOf,
} from "../../src/time/day-count.js";
import type { Instant } from "../../src/time/instant.js";
import type { Interval } from "../../src/time/interval.js";
import { tries } from "../support/tries.js";
import { type GridCase, grids } from "./arbitraries.js";
import { DAY, daysInMonth, reached, shown } from "./clocks.js";

function interval(start: string, end: string, zone = "UTC"): Interval {
  return { start: instantOf(start, zone), end: instantOf(end, zone) };
}

function by(method: ProrationMethod, daysPerMonth = 30): DayCount {
  return { method, daysPerMonth };
}

function gridOf(anchor: string, cycle: BillingCycle, zone = "UTC"): CycleGrid {
  return {
    zone,
    anchor: Date.parse(anchor),
    length: cycleLength(cycle),
    endOfMonth: "clamp",
  };
}

const CENT = fraction(1n, 100n);

const counts: fc.Arbitrary<DayCount> = fc.record({
  method: fc.constantFrom(...PRORATION_METHODS),
  daysPerMonth: fc.oneof(fc.integer({ min: 28, max: 31 }), fc.integer({ min: 1, max: 60 })),
});

/** A period that takes some time, and instants in it, in order: anywhere, and where its days begin. */
interface Cut {
  readonly zone: string;
  readonly full: Interval;
  readonly cuts: readonly Instant[];
}

const places = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), atMidnight: fc.boolean() }),
  { maxLength: 8 },
);

const cutPeriods: fc.Arbitrary<Cut> = fc
  .tuple(grids, places)
  .map(([{ grid, index }, where]: [GridCase, readonly { at: number; atMidnight: boolean }[]]) => {
    const full = periodAt(grid, index);
    const cuts = where
      .map(({ at, atMidnight }) => {
        const instant = Math.round(full.start + at * (full.end - full.start));
        const day = Math.floor(shown(grid.zone, instant) / DAY);
        const midnight = reached(grid.zone, day * DAY);
        return atMidnight ? Math.max(full.start, Math.min(midnight, full.end)) : instant;
      })
      .sort((a, b) => a - b);
    return { zone: grid.zone, full, cuts };
  })
  .filter(({ full }) => full.start < full.end);

function pieces({ full, cuts }: Cut): readonly Interval[] {
  const ends = [full.start, ...cuts, full.end];
  return ends.slice(1).map((end, index) => ({ start: ends[index] ?? end, end }));
}

/** The local day that has begun at an instant, by asking which midnights have been reached. */
function dayBegun(zone: string, instant: Instant): number {
  let day = Math.floor(instant / DAY) + 1;
  while (reached(zone, day * DAY) > instant) day -= 1;
  return day;
}

/** What a civil day counts under a method, by its place in its month. */
function weightOf(day: number, { method, daysPerMonth }: DayCount): number {
  const date = new Date(day * DAY);
  const [number, length] = [
    date.getUTCDate(),
    daysInMonth(date.getUTCFullYear(), date.getUTCMonth() + 1),
  ];
  const isLast = number === length;
  if (method === "days") return 1;
  // 30E/360: from the 30th to the 31st is nothing, from the last day of February to 1 March what is left of 30.
  if (method === "30E/360") return isLast ? Math.max(1, 31 - number) : number === 30 ? 0 : 1;
  const counted = number <= daysPerMonth ? 1 : 0;
  return counted + (isLast ? Math.max(0, daysPerMonth - length) : 0);
}

/** What lies between two instants under a method, day by day. */
function between(count: DayCount, from: Instant, to: Instant, zone: string): number {
  if (count.method === "seconds") return to - from;
  let total = 0;
  const end = dayBegun(zone, to);
  for (let day = dayBegun(zone, from); day < end; day += 1) total += weightOf(day, count);
  return total;
}

describe("the shares of a period's pieces", () => {
  it("are never negative and add up to the whole, exactly", () => {
    fc.assert(
      fc.property(cutPeriods, counts, (cut, count) => {
        const shares = pieces(cut).map((piece) => shareOf(count, cut.full, piece, cut.zone));
        expect(shares.some(isNegative)).toBe(false);
        expect(compare(sum(shares), ONE)).toBe(0);
      }),
      tries(500),
    );
  });

  it("make of a fee pieces that add up to the fee, to the cent", () => {
    const fees = fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n });
    const modes = fc.constantFrom(
      "half-away-from-zero" as const,
      "half-even" as const,
      "floor" as const,
    );
    fc.assert(
      fc.property(cutPeriods, counts, fees, modes, ({ full, cuts, zone }, count, fee, mode) => {
        // A fee with more decimals than there are cents.
        const total = fraction(fee, 1_000n);
        const shares = cuts.map((cut) => shareAt(count, full, cut, zone));
        const amounts = roundPieces(total, shares, CENT, mode);
        expect(amounts).toHaveLength(cuts.length + 1);
        expect(compare(sum(amounts), roundToIncrement(total, CENT, mode))).toBe(0);
        // No piece has the other sign: rounding never makes one of a fee pay for another.
        const signs = new Set(amounts.map(({ numerator }) => Math.sign(Number(numerator))));
        expect(signs.has(1) && signs.has(-1)).toBe(false);
      }),
      tries(300),
    );
  });

  it("are what counting day by day gives", () => {
    fc.assert(
      fc.property(cutPeriods, counts, ({ full, cuts, zone }, count) => {
        fc.pre(count.method !== "none" && full.end - full.start < 800 * DAY);
        const whole = between(count, full.start, full.end, zone);
        for (const cut of cuts) {
          fc.pre(whole > 0 && cut > full.start && cut < full.end);
          const part = between(count, full.start, cut, zone);
          const share = shareAt(count, full, cut, zone);
          expect(compare(share, fraction(BigInt(part), BigInt(whole)))).toBe(0);
        }
      }),
      tries(300),
    );
  });

  it("grow with time, from nothing at the start to everything at the end and after it", () => {
    fc.assert(
      fc.property(cutPeriods, counts, ({ full, cuts, zone }, count) => {
        const instants = [full.start - DAY, full.start, ...cuts, full.end, full.end + DAY];
        const shares = instants.map((instant) => shareAt(count, full, instant, zone));
        const steps = shares.slice(1).map((share, index) => compare(shares[index] ?? share, share));
        expect(steps.every((step) => step <= 0)).toBe(true);
        expect(shares.slice(0, 2)).toEqual([ZERO, ZERO]);
        expect(shares.slice(-2)).toEqual([ONE, ONE]);
      }),
      tries(200),
    );
  });

  it("are one quotient of whole numbers of units, whatever the piece", () => {
    fc.assert(
      fc.property(cutPeriods, counts, ({ full, cuts, zone }, count) => {
        for (const cut of cuts) {
          const { part, whole } = passedAt(count, full, cut, zone);
          expect([part, whole].every(Number.isSafeInteger)).toBe(true);
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(whole);
          const share = shareAt(count, full, cut, zone);
          expect(compare(share, fraction(BigInt(part), BigInt(whole)))).toBe(0);
        }
      }),
      tries(200),
    );
  });

  it("are the quotients of the units that pass in the pieces and in the period", () => {
    fc.assert(
      fc.property(cutPeriods, counts, (cut, count) => {
        const { full, zone } = cut;
        const passed = pieces(cut).map((piece) => pieceOf(count, full, piece, zone));
        const quotients = passed.map(({ part, whole }) => fraction(BigInt(part), BigInt(whole)));
        const shares = pieces(cut).map((piece) => shareOf(count, full, piece, zone));
        expect(quotients.map((each, index) => compare(each, shares[index] ?? ONE))).toEqual(
          shares.map(() => 0),
        );
        // All of the same period, whose units they share out.
        const [whole = 0, ...others] = new Set(passed.map((each) => each.whole));
        expect(others).toEqual([]);
        expect(passed.reduce((total, { part }) => total + part, 0)).toBe(whole);
      }),
      tries(200),
    );
  });

  it.each([
    { method: "days" as const, start: "2026-01-01", end: "2026-01-16", part: 15, whole: 31 },
    { method: "days" as const, start: "2026-01-16", end: "2026-02-01", part: 16, whole: 31 },
    { method: "days" as const, start: "2026-01-10", end: "2026-01-20", part: 10, whole: 31 },
    { method: "days" as const, start: "2026-01-01", end: "2026-02-01", part: 31, whole: 31 },
    { method: "30E/360" as const, start: "2026-01-16", end: "2026-02-01", part: 15, whole: 30 },
    { method: "fixed-days" as const, start: "2026-01-31", end: "2026-02-01", part: 0, whole: 30 },
    {
      method: "seconds" as const,
      start: "2026-01-01",
      end: "2026-01-02",
      part: 86_400_000,
      whole: 2_678_400_000,
    },
    { method: "none" as const, start: "2026-01-01", end: "2026-01-16", part: 1, whole: 1 },
  ])(
    "are $part of $whole by $method from $start to $end",
    ({ method, start, end, part, whole }) => {
      const january = interval("2026-01-01", "2026-02-01");
      expect(pieceOf(by(method), january, interval(start, end), "UTC")).toEqual({ part, whole });
    },
  );

  it("do not depend on how a piece is cut further", () => {
    fc.assert(
      fc.property(cutPeriods, counts, (cut, count) => {
        const { full, cuts, zone } = cut;
        const [first, last] = [cuts[0] ?? full.start, cuts.at(-1) ?? full.end];
        const inner = pieces(cut).filter(({ start, end }) => start >= first && end <= last);
        const together = shareOf(count, full, { start: first, end: last }, zone);
        const apart = sum(inner.map((piece) => shareOf(count, full, piece, zone)));
        fc.pre(cuts.length > 0);
        expect(compare(together, apart)).toBe(0);
      }),
      tries(200),
    );
  });
});

/** The units of a piece, and of the whole: what the share is a quotient of. */
function counted(count: DayCount, full: Interval, piece: Interval, zone = "UTC"): string {
  return formatExact(shareOf(count, full, piece, zone));
}

describe("prorating by days", () => {
  it.each([
    { start: "2026-01-01", end: "2026-01-16", share: "15/31" },
    { start: "2026-01-16", end: "2026-02-01", share: "16/31" },
    { start: "2026-01-31", end: "2026-02-01", share: "1/31" },
    { start: "2026-01-01", end: "2026-02-01", share: "1" },
    { start: "2026-01-10", end: "2026-01-10", share: "0" },
    // What lies outside of the period has no share.
    { start: "2025-12-01", end: "2026-01-11", share: "10/31" },
    { start: "2026-01-22", end: "2026-06-01", share: "10/31" },
    { start: "2026-03-01", end: "2026-06-01", share: "0" },
    // The day on which something happens has begun: its time of day counts nothing.
    { start: "2026-01-16T00:00:00.001Z", end: "2026-01-16T23:59:59.999Z", share: "0" },
    { start: "2026-01-16T23:59:59.999Z", end: "2026-02-01", share: "16/31" },
  ])("gives $share of January 2026 from $start to $end", ({ start, end, share }) => {
    expect(counted(by("days"), interval("2026-01-01", "2026-02-01"), interval(start, end))).toBe(
      share,
    );
  });

  it("counts local days, long and short ones alike", () => {
    const zone = "America/New_York";
    const march = interval("2026-03-01", "2026-04-01", zone);
    // 8 March has 23 hours.
    expect(counted(by("days"), march, interval("2026-03-01", "2026-03-09", zone), zone)).toBe(
      "8/31",
    );
    // 23:30 on 15 March, in UTC the 16th.
    const cut = { start: march.start, end: Date.parse("2026-03-16T03:30:00Z") };
    expect(counted(by("days"), march, cut, zone)).toBe("14/31");
    expect(counted(by("days"), interval("2026-03-01", "2026-04-01"), cut, "UTC")).toBe("15/31");
  });

  it("counts no day that the zone skipped as one that passed by itself", () => {
    const zone = "Pacific/Apia";
    const december = interval("2011-12-01", "2012-01-01", zone);
    // 29 December is followed by the 31st: the cut between them lies at 30/31.
    expect(counted(by("days"), december, interval("2011-12-01", "2011-12-29", zone), zone)).toBe(
      "28/31",
    );
    expect(counted(by("days"), december, interval("2011-12-01", "2011-12-30", zone), zone)).toBe(
      "30/31",
    );
    expect(counted(by("days"), december, interval("2011-12-01", "2011-12-31", zone), zone)).toBe(
      "30/31",
    );
  });

  it("takes the hour that is repeated before midnight for the day that has not ended", () => {
    const zone = "America/Sao_Paulo";
    const february = interval("2019-02-01", "2019-03-01", zone);
    const cut = { start: february.start, end: Date.parse("2019-02-17T02:30:00Z") };
    expect(counted(by("days"), february, cut, zone)).toBe("15/28");
  });

  it("gives a period without a full day to its end", () => {
    const full = interval("2026-01-01T06:00:00Z", "2026-01-01T18:00:00Z");
    const noon = Date.parse("2026-01-01T12:00:00Z");
    expect(shareAt(by("days"), full, noon, "UTC")).toEqual(ZERO);
    expect(shareOf(by("days"), full, { start: noon, end: full.end }, "UTC")).toEqual(ONE);
  });
});

describe("prorating by seconds", () => {
  it.each([
    { start: "2026-01-01", end: "2026-01-16", share: "15/31" },
    { start: "2026-01-01", end: "2026-01-01T00:00:01Z", share: "1/2678400" },
    { start: "2026-01-01", end: "2026-01-01T00:00:00.001Z", share: "1/2678400000" },
    { start: "2026-01-16T12:00:00Z", end: "2026-02-01", share: "0.5" },
  ])("gives $share of January 2026 from $start to $end", ({ start, end, share }) => {
    const january = interval("2026-01-01", "2026-02-01");
    expect(reducedTo(share, by("seconds"), january, interval(start, end))).toBe(0);
  });

  it("counts what passes, also where clocks change", () => {
    const zone = "America/New_York";
    const day = interval("2026-03-08", "2026-03-09", zone);
    // From 00:00 to 12:00 are 11 of 23 hours.
    const morning = { start: day.start, end: Date.parse("2026-03-08T16:00:00Z") };
    expect(reducedTo("11/23", by("seconds"), day, morning, zone)).toBe(0);
  });
});

/** 0 where the share of a piece is the number, written as a quotient or a decimal. */
function reducedTo(
  share: string,
  count: DayCount,
  full: Interval,
  piece: Interval,
  zone = "UTC",
): number {
  return compare(shareOf(count, full, piece, zone), read(share));
}

function read(text: string): Fraction {
  const [numerator = "", denominator] = text.split("/");
  if (denominator !== undefined) return fraction(BigInt(numerator), BigInt(denominator));
  const [whole = "", decimals = ""] = numerator.split(".");
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length));
}

/** The units of a whole interval: what passes of it, by making it part of a longer one. */
function units(count: DayCount, start: string, end: string): number {
  const far = interval(start, "2030-01-01");
  const { part } = passedAt(count, far, instantOf(end, "UTC"), "UTC");
  return part;
}

describe("prorating by 30E/360", () => {
  it.each([
    { start: "2023-02-23", end: "2023-03-15", days: 22 },
    { start: "2023-05-15", end: "2023-05-23", days: 8 },
    { start: "2026-01-01", end: "2026-02-01", days: 30 },
    { start: "2026-02-01", end: "2026-03-01", days: 30 },
    { start: "2026-01-15", end: "2027-01-15", days: 360 },
    // The 31st counts as the 30th.
    { start: "2026-01-30", end: "2026-01-31", days: 0 },
    { start: "2026-01-31", end: "2026-02-01", days: 1 },
    { start: "2026-01-30", end: "2026-02-01", days: 1 },
    { start: "2026-01-15", end: "2026-01-31", days: 15 },
    { start: "2026-01-31", end: "2026-03-31", days: 60 },
    // The last day of February is no 30th, unlike in other 30/360 conventions.
    { start: "2026-01-31", end: "2026-02-28", days: 28 },
    { start: "2026-02-28", end: "2026-03-31", days: 32 },
    { start: "2026-02-28", end: "2026-03-01", days: 3 },
    { start: "2024-02-28", end: "2024-02-29", days: 1 },
    { start: "2024-02-29", end: "2024-03-01", days: 2 },
    { start: "2024-02-28", end: "2025-02-28", days: 360 },
  ])("counts $days days from $start to $end", ({ start, end, days }) => {
    expect(units(by("30E/360"), start, end)).toBe(days);
  });

  it("makes every month of a year the same share of it", () => {
    const year = interval("2026-01-01", "2027-01-01");
    const months = Array.from({ length: 12 }, (_, month) => ({
      start: Date.UTC(2026, month, 1),
      end: Date.UTC(2026, month + 1, 1),
    }));
    expect(months.map((month) => counted(by("30E/360"), year, month))).toEqual(
      months.map(() => "1/12"),
    );
  });

  it("gives half of February to 15 days, and of March too", () => {
    const february = interval("2026-02-01", "2026-03-01");
    const march = interval("2026-03-01", "2026-04-01");
    expect(counted(by("30E/360"), february, interval("2026-02-01", "2026-02-16"))).toBe("0.5");
    expect(counted(by("30E/360"), march, interval("2026-03-01", "2026-03-16"))).toBe("0.5");
    expect(counted(by("30E/360"), march, interval("2026-03-16", "2026-04-01"))).toBe("0.5");
  });
});

describe("prorating by months of a fixed number of days", () => {
  it.each([
    { daysPerMonth: 30, start: "2023-02-23", end: "2023-03-15", days: 22 },
    { daysPerMonth: 30, start: "2023-05-15", end: "2023-05-23", days: 8 },
    { daysPerMonth: 28, start: "2024-02-23", end: "2024-03-15", days: 20 },
    { daysPerMonth: 30, start: "2026-01-01", end: "2026-02-01", days: 30 },
    { daysPerMonth: 30, start: "2026-02-01", end: "2026-03-01", days: 30 },
    { daysPerMonth: 30, start: "2026-01-01", end: "2027-01-01", days: 360 },
    { daysPerMonth: 28, start: "2026-01-01", end: "2027-01-01", days: 336 },
    { daysPerMonth: 31, start: "2026-02-01", end: "2026-03-01", days: 31 },
    // The 31st counts nothing, unlike in 30E/360, where the 30th does not.
    { daysPerMonth: 30, start: "2026-01-30", end: "2026-01-31", days: 1 },
    { daysPerMonth: 30, start: "2026-01-31", end: "2026-02-01", days: 0 },
    { daysPerMonth: 28, start: "2026-01-29", end: "2026-02-01", days: 0 },
    // What February lacks counts with its last day.
    { daysPerMonth: 30, start: "2026-02-27", end: "2026-02-28", days: 1 },
    { daysPerMonth: 30, start: "2026-02-28", end: "2026-03-01", days: 3 },
    { daysPerMonth: 30, start: "2024-02-29", end: "2024-03-01", days: 2 },
    { daysPerMonth: 1, start: "2026-01-01", end: "2026-01-02", days: 1 },
    { daysPerMonth: 1, start: "2026-01-02", end: "2026-02-01", days: 0 },
  ])("of $daysPerMonth counts $days from $start to $end", ({ daysPerMonth, start, end, days }) => {
    expect(units(by("fixed-days", daysPerMonth), start, end)).toBe(days);
  });

  it("takes every month as a whole for the same number", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1970, max: 2028 }),
        fc.integer({ min: 0, max: 11 }),
        fc.integer({ min: 1, max: 60 }),
        (year, month, daysPerMonth) => {
          const first = new Date(Date.UTC(year, month, 1)).toISOString();
          const next = new Date(Date.UTC(year, month + 1, 1)).toISOString();
          expect(units(by("fixed-days", daysPerMonth), first, next)).toBe(daysPerMonth);
        },
      ),
    );
  });
});

describe("no proration", () => {
  it("gives everything to the first piece that takes time, nothing to any after it", () => {
    const full = interval("2026-01-01", "2026-02-01");
    const cut = full.start + 1;
    expect(shareOf(by("none"), full, { start: full.start, end: full.start }, "UTC")).toEqual(ZERO);
    expect(shareOf(by("none"), full, { start: full.start, end: cut }, "UTC")).toEqual(ONE);
    expect(compare(shareOf(by("none"), full, { start: cut, end: full.end }, "UTC"), ZERO)).toBe(0);
  });
});

describe("defects of other engines", () => {
  it("D10: days are counted from a start that belongs to the period to an end that does not", () => {
    const april = interval("2026-04-01", "2026-05-01");
    for (const method of ["days", "seconds", "30E/360", "fixed-days"] as const) {
      const first = shareOf(by(method), april, interval("2026-04-01", "2026-04-16"), "UTC");
      const second = shareOf(by(method), april, interval("2026-04-16", "2026-05-01"), "UTC");
      // Inclusive at both ends it would be 16/31 twice.
      expect([first, second].map(formatExact)).toEqual(["0.5", "0.5"]);
    }
    expect(passedAt(by("days"), april, instantOf("2026-04-30", "UTC"), "UTC")).toEqual({
      part: 29,
      whole: 30,
    });
  });

  it("D10: 30 days are 2,592,000 seconds and not one less", () => {
    const april = interval("2026-04-01", "2026-05-01");
    const { whole } = passedAt(by("seconds"), april, april.start + 1, "UTC");
    expect(whole).toBe(2_592_000_000);
    expect(passedAt(by("seconds"), april, april.end - 1_000, "UTC")).toEqual({
      part: 2_591_999_000,
      whole: 2_592_000_000,
    });
  });

  it("D11: a stub before a clamped boundary is a part of the period that is clamped there", () => {
    // Billing day 31: the period to 28 February begins on 31 January, and not a month before on the 28th.
    const grid = gridOf("2026-03-31", "monthly");
    const at = instantOf("2026-02-10", "UTC");
    const full = periodAt(grid, indexAt(grid, at));
    expect(full).toEqual(interval("2026-01-31", "2026-02-28"));
    expect(counted(by("days"), full, { start: at, end: full.end })).toBe("9/14");
    expect(passedAt(by("days"), full, at, "UTC")).toEqual({ part: 10, whole: 28 });
  });

  it("D11: and in a leap year, on 29 February, from every billing day that is clamped", () => {
    const at = instantOf("2024-02-20", "UTC");
    const wholes = ["2024-03-29", "2024-03-30", "2024-03-31"].map((anchor) => {
      const grid = gridOf(anchor, "monthly");
      return passedAt(by("days"), periodAt(grid, indexAt(grid, at)), at, "UTC");
    });
    expect(wholes).toEqual([
      { part: 22, whole: 31 },
      { part: 21, whole: 30 },
      { part: 20, whole: 29 },
    ]);
  });

  it("D4: a share is no float: three thirds of a quarter's days are a whole", () => {
    const full = interval("2026-01-01", "2026-04-01");
    const piece = interval("2026-01-01", "2026-01-31");
    expect(counted(by("days"), full, piece)).toBe("1/3");
    const shares = ["2026-01-01", "2026-01-31", "2026-03-02"].map((start, index, starts) =>
      shareOf(by("days"), full, interval(start, starts[index + 1] ?? "2026-04-01"), "UTC"),
    );
    expect(compare(sum(shares), ONE)).toBe(0);
    expect(shares.map(formatExact)).toEqual(["1/3", "1/3", "1/3"]);
  });

  it("D5: a share is not cut to four decimals: a millisecond of a century is not nothing", () => {
    const full = interval("2000-01-01", "2100-01-01");
    const piece = { start: full.start, end: full.start + 1 };
    expect(counted(by("seconds"), full, piece)).toBe("1/3155760000000");
    // 10/31 of a million: 322,580.65, where 0.3225 of it is 322,500.00.
    const january = interval("2026-01-01", "2026-02-01");
    const cut = shareAt(by("days"), january, instantOf("2026-01-11", "UTC"), "UTC");
    expect(
      roundPieces(fraction(1_000_000n), [cut], CENT, "half-away-from-zero").map(formatExact),
    ).toEqual(["322580.65", "677419.35"]);
  });
});

describe("a period that its method counts no days of", () => {
  it("has passed none of them before its end, and all of them then", () => {
    // Under 30E/360 the 31st is the 30th: from one to the other no day passes.
    const full = interval("2026-01-30", "2026-01-31");
    const noon = instantOf("2026-01-30T12:00:00Z", "UTC");
    expect(passedAt(by("30E/360"), full, noon, "UTC")).toEqual({ part: 0, whole: 1 });
    expect(shareAt(by("30E/360"), full, noon, "UTC")).toEqual(ZERO);
    expect(shareAt(by("30E/360"), full, full.end, "UTC")).toEqual(ONE);
  });
});
