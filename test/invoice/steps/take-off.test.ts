/** What discounts and coupons take off the lines of a billing period. */
import { describe, expect, it } from "vitest";
import type { Reduction } from "../../../src/invoice/steps/reduction.js";
import { formatExact } from "../../../src/money/fraction.js";
import { fee, fixed, off, percent, shares } from "../../support/reductions.js";
import {
  day,
  days,
  JANUARY,
  keyOf,
  lineOf,
  shown,
  stepsOf,
  written,
} from "../../support/step-lines.js";

describe("a reduction of several lines", () => {
  it("is one line for all that begins together, up to the end of the last", () => {
    const lines = off(
      [fee("a", "100"), fee("b", "50", days(1, 15)), fee("c", "10", days(15, 32))],
      [percent("tenth", "10")],
    );
    expect(shown(lines)).toMatchObject([
      {
        key: { kind: "discount", chargeId: "tenth", start: day(1), group: null },
        description: "tenth",
        period: JANUARY,
        amount: "-15",
      },
      { key: { start: day(15) }, period: days(15, 32), amount: "-1" },
    ]);
    expect(shares(lines)).toEqual([
      [
        ["a", "-10"],
        ["b", "-5"],
      ],
      [["c", "-1"]],
    ]);
    expect(lines.map(stepsOf)).toEqual([
      [
        ["discount", "-10", "10 % off a"],
        ["discount", "-5", "10 % off b"],
      ],
      [["discount", "-1", "10 % off c"]],
    ]);
    expect(lines.map(({ key }) => key.mark)).toEqual([undefined, undefined]);
  });

  it("is rounded once, and says also what comes to nothing by that", () => {
    // 0.004 and 10: 10.004, that is 10.00.
    const [line] = off([fee("a", "0.04"), fee("b", "100")], [percent("tenth", "10")]);
    expect(line && [formatExact(line.exactAmount), formatExact(line.amount)]).toEqual([
      "-10.004",
      "-10",
    ]);
    expect(written(line?.appliedTo ?? [])).toEqual([["b", "-10"]]);
    expect(line && stepsOf(line)).toEqual([
      ["discount", "-0.004", "10 % off a"],
      ["discount", "-10", "10 % off b"],
      ["rounding", "0.004", "rounding to 2 decimals, half-away-from-zero"],
    ]);
  });

  it("has no line where nothing is taken off", () => {
    const tenth = [percent("tenth", "10")];
    expect(off([fee("a", "0.04")], tenth)).toEqual([]);
    expect(shares(off([fee("a", "0.04"), fee("b", "100", days(9, 32))], tenth))).toEqual([
      [["b", "-10"]],
    ]);
    expect(off([], tenth)).toEqual([]);
    expect(off([fee("a", "10")], [percent("none", "0")])).toEqual([]);
  });

  it("reaches no further than the lines of which it takes something", () => {
    const lines = [fee("a", "20", days(1, 10)), fee("b", "20")];
    const [line] = off(lines, [fixed("ten", "10")], { rules: { fixed: "line-order" } });
    expect(shown(line)).toMatchObject({ period: days(1, 10), amount: "-10" });
    expect(line && stepsOf(line)).toEqual([["discount", "-10", "share of 10 off a"]]);
  });
});

describe("what a reduction applies to", () => {
  it("is the lines of its charges, units or types", () => {
    const lines = [fee("a", "100"), fee("b", "50", JANUARY, "@b"), fee("c", "10")];
    const offTarget = (target: Reduction["target"]) =>
      shares(off(lines, [percent("tenth", "10", { target })])).flat();
    expect(offTarget({ charges: ["c"] })).toEqual([["c", "-1"]]);
    expect(offTarget({ units: ["@b"] })).toEqual([["b", "-5"]]);
    expect(offTarget({ chargeTypes: ["usage"] })).toEqual([["b", "-5"]]);
  });

  it("is what was rated, not what limits or other reductions have added", () => {
    const minimum = lineOf(keyOf("minimum", "a"), "50");
    expect(shares(off([minimum, fee("a", "100")], [percent("tenth", "10")]))).toEqual([
      [["a", "-10"]],
    ]);
    expect(off([minimum], [percent("tenth", "10")])).toEqual([]);
  });

  it("is no negative line", () => {
    const lines = [fee("a", "-30"), fee("b", "100")];
    for (const percentages of ["original", "compound"] as const)
      expect(shares(off(lines, [percent("tenth", "10")], { rules: { percentages } }))).toEqual([
        [["b", "-10"]],
      ]);
    expect(shares(off(lines, [fixed("all", "500")]))).toEqual([[["b", "-100"]]]);
  });

  it("is what begins while it holds, as the period begins where that began before", () => {
    const [before, first, tenth, twentieth] = [
      fee("before", "10", days(-5, 5)),
      fee("first", "10", days(1, 20)),
      fee("tenth", "10", days(10, 20)),
      fee("twentieth", "10", days(20, 32)),
    ];
    const offWithin = (period: Reduction["period"]) =>
      shares(off([before, first, tenth, twentieth], [percent("half", "50", { period })]))
        .flat()
        .map(([name]) => name);
    expect(offWithin(days(10, 20))).toEqual(["tenth"]);
    expect(offWithin(days(1, 2))).toEqual(["before", "first"]);
    expect(offWithin(days(-9, 1))).toEqual([]);
  });

  it("is what outcomes of an earlier time cost, where it held when that is due", () => {
    const late = fee("late", "10", days(15, 32));
    const segments = new Map([
      [late, { occurredFrom: day(-20), home: { heldAt: day(3) }, cycle: JANUARY }],
    ]);
    const within = (period: Reduction["period"]) =>
      off([late], [percent("half", "50", { period })], { segments });
    expect(within(days(1, 10))).toMatchObject([{ key: { start: day(15), mark: day(-20) } }]);
    expect(within(days(10, 20))).toEqual([]);
  });
});

describe("the second date of what a reduction has taken off", () => {
  it("is the end of the cycle, of what is billed ahead", () => {
    const [month, year, bare] = [fee("m", "10"), fee("y", "20"), fee("b", "40", days(1, 15))];
    const segments = new Map([
      [month, { cycle: JANUARY }],
      [year, { cycle: days(1, 366) }],
    ]);
    const lines = off([month, year, bare], [percent("half", "50")], {
      pricing: { isAhead: true },
      segments,
    });
    expect(
      lines.map(({ key: { mark, ahead }, amount }) => [mark, ahead, formatExact(amount)]),
    ).toEqual([
      [day(32), true, "-5"],
      [day(366), true, "-10"],
      [day(15), true, "-20"],
    ]);
  });

  it("is the beginning of the billing period, of what began before it", () => {
    const lines = off([fee("a", "10", days(-5, 32)), fee("b", "10")], [percent("half", "50")]);
    expect(lines.map(({ key: { start, mark, ahead } }) => [start, mark, ahead])).toEqual([
      [day(-5), day(1), undefined],
      [day(1), undefined, undefined],
    ]);
  });
});
