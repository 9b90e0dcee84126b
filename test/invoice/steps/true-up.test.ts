/** What has been billed of a term, and what is missing of its minimum. */
import { describe, expect, it } from "vitest";
import type { PricedLine } from "../../../src/invoice/document/priced-line.js";
import type { PeriodPricing, TermPricing } from "../../../src/invoice/steps/period-step.js";
import { billedOf, trueUp } from "../../../src/invoice/steps/true-up.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
import { between, day, keyOf, lineOf, periodPricing, shown } from "../../support/step-input.js";

const term: TermPricing = {
  held: between("2026-01-01", "2026-07-01"),
  billed: exact("500"),
  bound: exact("600"),
};
const usage = lineOf(keyOf("usage", "a"), "40");

function filled(
  all: readonly PricedLine[],
  {
    policy,
    ...more
  }: Partial<Omit<PeriodPricing, "policy">> & {
    readonly policy?: Parameters<typeof periodPricing>[1];
  } = {},
) {
  const pricing = periodPricing({ terms: [term], ...more }, policy);
  return shown(trueUp(pricing, { all, segmentOf: new Map() }).lines);
}

describe("a true-up", () => {
  it("brings what a term has billed to its minimum, for all of the term", () => {
    expect(filled([usage])).toMatchObject([
      {
        key: "true-up:@2026-01-01",
        chargeId: null,
        group: null,
        period: term.held,
        description: "True-up to a commitment of 600.00",
        amount: "60.00",
        exactAmount: "60",
        steps: [{ kind: "true-up", value: "60", text: "true-up 600.00 − 540.00 billed" }],
      },
    ]);
  });

  it("is none where as much was billed, where the term goes on, and while the period runs", () => {
    const last = lineOf(keyOf("recurring", "b"), "60");
    expect(filled([usage, last])).toEqual([]);
    expect(filled([usage], { terms: [{ ...term, bound: undefined }] })).toEqual([]);
    expect(filled([usage], { isInterim: true })).toEqual([]);
    expect(filled([usage, lineOf(last.key, "59.99")])).toMatchObject([{ amount: "0.01" }]);
  });

  it("is of each term for itself", () => {
    const other = { ...term, held: between("2026-06-11", "2026-07-01"), billed: exact("0") };
    expect(filled([usage], { terms: [term, other] })).toMatchObject([
      { key: "true-up:@2026-01-01", amount: "60.00" },
      { key: "true-up:@2026-06-11", amount: "600.00" },
    ]);
  });
});

describe("what is billed of a term", () => {
  const billed = (
    all: readonly PricedLine[],
    held: TermPricing["held"] = term.held,
    more: Partial<PeriodPricing> = {},
    policy: Parameters<typeof periodPricing>[1] = {},
  ) => formatExact(billedOf({ held, billed: exact("500") }, periodPricing(more, policy), all));

  it("is what was billed before, with fees and usage of the period", () => {
    const before = [lineOf(keyOf("recurring", "b"), "100")];
    expect(billed([usage], term.held, { before })).toBe("640");
    expect(billed([])).toBe("500");
  });

  it("has neither what another term lacked nor what a guarantee gave back", () => {
    const lines = [
      usage,
      lineOf(keyOf("true-up", null), "70"),
      lineOf(keyOf("guarantee", "a"), "-10"),
      lineOf(keyOf("minimum", "a"), "5"),
    ];
    expect(billed(lines)).toBe("545");
  });

  it("is less what discounts and coupons take off, unless minimums are measured before them", () => {
    const off = [
      lineOf(keyOf("discount", "off"), "-4"),
      lineOf(keyOf("coupon", null, { sourceId: "c" }), "-6"),
    ];
    expect(billed([usage, ...off])).toBe("530");
    expect(billed([usage, ...off], term.held, {}, { minimums: "before-discounts" })).toBe("540");
  });

  it("has what begins in it; what began before the period counts where the period begins", () => {
    const from = (start: string) => [lineOf(keyOf("usage", "a", { start: day(start) }), "40")];
    const held = between("2026-06-11", "2026-06-21");
    expect(billed(from("2026-06-10"), held)).toBe("500");
    expect(billed(from("2026-06-11"), held)).toBe("540");
    expect(billed(from("2026-06-21"), held)).toBe("500");
    const fromJune = between("2026-06-01", "2026-12-01");
    expect(billed(from("2026-05-01"), fromJune)).toBe("540");
    expect(billed(from("2026-05-01"), between("2026-05-01", "2026-06-01"))).toBe("500");
  });
});
