import { describe, expect, it } from "vitest";
import {
  type BillingCycle,
  CYCLE_UNITS,
  type CycleLength,
  cycleLength,
  cyclesIn,
  isMultiple,
  NAMED_CYCLES,
  sameCycle,
} from "../../src/time/billing-cycle.js";

const lengths: readonly (readonly [BillingCycle, CycleLength])[] = [
  ["daily", { days: 1 }],
  ["weekly", { days: 7 }],
  ["monthly", { months: 1 }],
  ["quarterly", { months: 3 }],
  ["semi-annual", { months: 6 }],
  ["annual", { months: 12 }],
  [{ every: 10, unit: "day" }, { days: 10 }],
  [{ every: 2, unit: "week" }, { days: 14 }],
  [{ every: 18, unit: "month" }, { months: 18 }],
  [{ every: 3, unit: "year" }, { months: 36 }],
];

describe("a billing cycle", () => {
  it.each(lengths)("of %j has the length %j", (cycle, length) => {
    expect(cycleLength(cycle)).toEqual(length);
  });

  it("has its length written down for every name and unit", () => {
    const cycles = lengths.map(([cycle]) => cycle);
    expect(cycles).toEqual(expect.arrayContaining([...NAMED_CYCLES]));
    const units = cycles.flatMap((cycle) => (typeof cycle === "string" ? [] : [cycle.unit]));
    expect(new Set(units)).toEqual(new Set(CYCLE_UNITS));
  });

  it.each<readonly [BillingCycle, BillingCycle, boolean]>([
    ["quarterly", { every: 3, unit: "month" }, true],
    ["annual", { every: 1, unit: "year" }, true],
    ["weekly", { every: 7, unit: "day" }, true],
    [{ every: 2, unit: "year" }, { every: 24, unit: "month" }, true],
    ["monthly", "monthly", true],
    ["monthly", "quarterly", false],
    ["weekly", { every: 2, unit: "week" }, false],
    // A month is no number of days.
    ["monthly", { every: 30, unit: "day" }, false],
    ["annual", { every: 52, unit: "week" }, false],
    ["annual", { every: 12, unit: "day" }, false],
  ])("%j is the same as %j: %s", (a, b, same) => {
    expect([sameCycle(a, b), sameCycle(b, a)]).toEqual([same, same]);
  });

  it.each<readonly [BillingCycle, BillingCycle, boolean]>([
    ["annual", "quarterly", true],
    ["quarterly", "monthly", true],
    ["monthly", "monthly", true],
    [{ every: 2, unit: "year" }, "semi-annual", true],
    ["weekly", "daily", true],
    [{ every: 2, unit: "week" }, "weekly", true],
    ["monthly", "quarterly", false],
    ["quarterly", { every: 2, unit: "month" }, false],
    ["daily", "weekly", false],
    ["weekly", { every: 2, unit: "day" }, false],
    // A month is no number of days, nor the other way round.
    ["monthly", "daily", false],
    [{ every: 30, unit: "day" }, "monthly", false],
  ])("%j is a whole number of %j: %s", (longer, shorter, whole) => {
    expect(isMultiple(longer, shorter)).toBe(whole);
  });

  it.each<readonly [BillingCycle, BillingCycle, number]>([
    ["annual", "monthly", 12],
    ["annual", "quarterly", 4],
    ["monthly", "annual", 1 / 12],
    ["weekly", "daily", 7],
    [{ every: 4, unit: "week" }, { every: 2, unit: "day" }, 14],
    [{ every: 3, unit: "day" }, "daily", 3],
    // A month is no number of days, nor the other way round.
    ["annual", "daily", 0],
    ["weekly", "monthly", 0],
  ])("%j has room for another of %j: %d", (longer, shorter, count) => {
    expect(cyclesIn(longer, shorter)).toBe(count);
  });
});
