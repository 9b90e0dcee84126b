import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPeriod } from "../../src/time/billing-period.js";
import { periodAt } from "../../src/time/cycle-grid.js";
import { instantOf } from "../../src/time/date.js";
import { tries } from "../support/tries.js";
import { grids } from "./arbitraries.js";

describe("a billing period as text", () => {
  it("is read back as the same period", () => {
    fc.assert(
      fc.property(grids, ({ grid, index }) => {
        const period = periodAt(grid, index);
        const { start, end } = formatPeriod(period, grid.zone);
        expect({ start: instantOf(start, grid.zone), end: instantOf(end, grid.zone) }).toEqual(
          period,
        );
      }),
      tries(300),
    );
  });

  it.each([
    {
      zone: "UTC",
      interval: ["2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"],
      period: { start: "2026-02-28", end: "2026-03-31" },
    },
    {
      zone: "America/New_York",
      interval: ["2026-02-28T05:00:00Z", "2026-03-31T04:00:00Z"],
      period: { start: "2026-02-28", end: "2026-03-31" },
    },
    {
      zone: "America/New_York",
      interval: ["2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"],
      period: { start: "2026-02-28T00:00:00.000Z", end: "2026-03-31T00:00:00.000Z" },
    },
    {
      zone: "UTC",
      interval: ["2026-02-28T00:00:00Z", "2026-02-28T00:00:00.001Z"],
      period: { start: "2026-02-28", end: "2026-02-28T00:00:00.001Z" },
    },
    // A day that was skipped has no time in it.
    {
      zone: "Pacific/Apia",
      interval: ["2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z"],
      period: { start: "2011-12-31", end: "2011-12-31" },
    },
  ])("is $period in $zone", ({ zone, interval, period }) => {
    const [start = 0, end = 0] = interval.map((text) => Date.parse(text));
    expect(formatPeriod({ start, end }, zone)).toEqual(period);
  });
});
