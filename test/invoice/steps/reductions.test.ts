/** Several discounts and coupons after each other, and what of a fixed amount is left after earlier ones. */
import { describe, expect, it } from "vitest";
import type { DiscountPolicy } from "../../../src/catalog/policy.js";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { MeteredSegment } from "../../../src/invoice/rating/metered-segment.js";
import type { PeriodPricing } from "../../../src/invoice/steps/period-step.js";
import type { Reduction } from "../../../src/invoice/steps/reduction.js";
import { formatExact } from "../../../src/money/fraction.js";
import { unchecked } from "../../support/plans.js";
import { fee, fixed, off, percent, shares } from "../../support/reductions.js";
import {
  day,
  days,
  JANUARY,
  keyOf,
  lineOf,
  NICKELS,
  shareOf,
  stepsOf,
} from "../../support/step-lines.js";

describe("several reductions", () => {
  const hundred = [fee("a", "100")];
  const amounts = (reductions: readonly Reduction[], rules: Partial<DiscountPolicy>) =>
    off(hundred, reductions, { rules }).map(({ description, amount }) => [
      description,
      formatExact(amount),
    ]);

  it("are taken in the order of the rules, in which those of a kind keep their own", () => {
    const all = [
      fixed("ten", "10"),
      percent("tenth", "10"),
      fixed("five", "5"),
      percent("half", "50"),
    ];
    // 10 % of 100, 50 % of 90, then 10 and 5 of the 45 that are left.
    expect(amounts(all, { percentages: "compound" })).toEqual([
      ["tenth", "-10"],
      ["half", "-45"],
      ["ten", "-10"],
      ["five", "-5"],
    ]);
    // 10 % of the 85 that are left, 50 % of 76.50.
    expect(amounts(all, { percentages: "compound", order: "fixed-first" })).toEqual([
      ["ten", "-10"],
      ["five", "-5"],
      ["tenth", "-8.5"],
      ["half", "-38.25"],
    ]);
  });

  it("are of the original amount, and take no more than is left", () => {
    expect(amounts([percent("x", "60"), percent("y", "60")], {})).toEqual([
      ["x", "-60"],
      ["y", "-40"],
    ]);
    expect(amounts([percent("x", "100"), percent("y", "60"), fixed("z", "5")], {})).toEqual([
      ["x", "-100"],
    ]);
  });

  it("begin at what earlier steps have left", () => {
    const a = fee("a", "100");
    const before = lineOf(keyOf("discount", "d"), "-30", {
      appliedTo: [shareOf(a.key, "-20"), shareOf(a.key, "-10")],
    });
    expect(shares(off([a, before], [percent("tenth", "10")]))).toEqual([[["a", "-7"]]]);
  });
});

describe("a fixed amount", () => {
  const lines = [fee("a", "100"), fee("b", "50")];

  it("is given out in proportion to what is left, or line by line", () => {
    expect(shares(off(lines, [fixed("f", "30")])).flat()).toEqual([
      ["a", "-20"],
      ["b", "-10"],
    ]);
    const inOrder = { rules: { fixed: "line-order" } } as const;
    expect(shares(off(lines, [fixed("f", "120")], inOrder)).flat()).toEqual([
      ["a", "-100"],
      ["b", "-20"],
    ]);
    expect(shares(off(lines, [fixed("f", "500")])).flat()).toEqual([
      ["a", "-100"],
      ["b", "-50"],
    ]);
  });

  it("comes off the next line where it is rounded up to more than is left of one", () => {
    // 10.04 is 10.05 in cash, of which a has room for 10.04, as it was billed before.
    const cash = { pricing: { rounding: NICKELS }, rules: { fixed: "line-order" } } as const;
    const found = off([fee("a", "10.04"), fee("b", "5", days(9, 32))], [fixed("f", "10.04")], cash);
    expect(shares(found)).toEqual([[["a", "-10.04"]], [["b", "-0.01"]]]);
    expect(found.map(stepsOf)).toEqual([
      [["discount", "-10.04", "share of 10.04 off a"]],
      [["rounding", "-0.01", "rounding to 2 decimals, half-away-from-zero"]],
    ]);
  });

  it("takes all of lines that were billed in finer steps than today's", () => {
    const cash = { pricing: { rounding: NICKELS } };
    const lines = [fee("a", "10.04"), fee("b", "10.04")];
    for (const all of [percent("all", "100"), fixed("all", "20.08")])
      expect(shares(off(lines, [all], cash)).flat()).toEqual([
        ["a", "-10.04"],
        ["b", "-10.04"],
      ]);
  });
});

describe("what a fixed amount has taken off before", () => {
  const ten = fixed("ten", "10", { period: days(1, 20) });
  const given = (
    amount: string,
    key: object = {},
    { service = JANUARY, chargeId = "ten" } = {},
  ): PricedLine => lineOf(keyOf("discount", chargeId, key), amount, { period: service });
  const left = (pricing: Partial<PeriodPricing>) =>
    off([fee("a", "100")], [ten], { pricing }).map(({ amount }) => formatExact(amount));

  it("is not taken off again, neither of the period's other part nor by another document", () => {
    expect(left({ before: [given("-4")] })).toEqual(["-6"]);
    expect(left({ before: [given("-4")], earlier: [given("-3")] })).toEqual(["-3"]);
    expect(left({ before: [given("-10")] })).toEqual([]);
    expect(left({ before: [given("-15")] })).toEqual([]);
    expect(left({ before: [given("-4", {}, { chargeId: "other" })] })).toEqual(["-10"]);
  });

  it("counts where it began while the amount holds", () => {
    const from = (number: number) => [given("-4", { start: day(number) })];
    expect(left({ before: from(19) })).toEqual(["-6"]);
    expect(left({ before: from(20) })).toEqual(["-10"]);
    // Up to the end of its cycle, as it was billed ahead.
    const ahead = given("-4", { start: day(5), mark: day(32), ahead: true });
    expect(left({ before: [ahead] })).toEqual(["-6"]);
  });

  it("counts in the period that billed it, where it began before", () => {
    const service = days(-5, 32);
    const markedAt = (number: number) =>
      left({ before: [given("-4", { start: day(-5), mark: day(number) }, { service })] });
    expect(markedAt(1)).toEqual(["-6"]);
    expect(markedAt(25)).toEqual(["-10"]);
  });

  it("counts of the time in which outcomes occurred, where they are due while it holds", () => {
    const earlier = [given("-4", { start: day(5), mark: day(-20) })];
    const leftWith = (segments: readonly object[]) =>
      left({ earlier, segments: unchecked<readonly MeteredSegment[]>(segments) });
    expect(leftWith([])).toEqual(["-10"]);
    const home = { heldAt: day(3) };
    expect(leftWith([{}, { occurredFrom: day(-20), home }])).toEqual(["-6"]);
    expect(leftWith([{ occurredFrom: day(-9), home }])).toEqual(["-10"]);
    expect(leftWith([{ occurredFrom: day(-20), home: { heldAt: day(25) } }])).toEqual(["-10"]);
  });
});
