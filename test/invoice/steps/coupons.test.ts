/** Coupons and discounts: which of them are taken off, by which rules. */
import { describe, expect, it } from "vitest";
import { type CouponPolicy, DEFAULT_POLICY } from "../../../src/catalog/policy.js";
import { couponLines } from "../../../src/invoice/steps/coupons.js";
import { discountLines } from "../../../src/invoice/steps/discounts.js";
import type { Reduction } from "../../../src/invoice/steps/reduction.js";
import { formatExact } from "../../../src/money/fraction.js";
import { fee, fixed, linesSoFar, percent } from "../../support/reductions.js";
import { periodPricing } from "../../support/step-lines.js";

const lines = linesSoFar([fee("a", "100")]);

function couponsOff(coupons: readonly Reduction[], rules: Partial<CouponPolicy>) {
  const policy = { ...DEFAULT_POLICY, coupons: { ...DEFAULT_POLICY.coupons, ...rules } };
  const pricing = periodPricing({ coupons, policy, discounts: [percent("other", "90")] });
  return couponLines(pricing, lines).lines.map(({ description, amount }) => [
    description,
    formatExact(amount),
  ]);
}

describe("the coupons of a customer", () => {
  const [ten, third, thirty] = [fixed("ten", "10"), percent("third", "30"), fixed("thirty", "30")];

  it("are all taken off, where they combine", () => {
    expect(couponsOff([ten, third], { stacking: "combine" })).toEqual([
      ["third", "-30"],
      ["ten", "-10"],
    ]);
  });

  it("else are the one that takes off most, of equal ones the first", () => {
    const best = { stacking: "best" } as const;
    expect(couponsOff([ten, third], best)).toEqual([["third", "-30"]]);
    expect(couponsOff([third, ten], best)).toEqual([["third", "-30"]]);
    expect(couponsOff([ten, thirty, third], best)).toEqual([["thirty", "-30"]]);
    expect(couponsOff([third, ten, thirty], best)).toEqual([["third", "-30"]]);
    expect(couponsOff([ten], best)).toEqual([["ten", "-10"]]);
    expect(couponsOff([], best)).toEqual([]);
  });

  it("follow their own rules, and discounts theirs", () => {
    const [half, fifth] = [percent("half", "50"), percent("fifth", "20")];
    // 20 % of 100, or of the 50 that are left.
    expect(couponsOff([half, fifth], { percentages: "compound" }).at(-1)).toEqual(["fifth", "-10"]);
    expect(couponsOff([half, fifth], { percentages: "original" }).at(-1)).toEqual(["fifth", "-20"]);
    const policy = {
      ...DEFAULT_POLICY,
      discounts: { ...DEFAULT_POLICY.discounts, percentages: "compound" },
    } as const;
    const pricing = periodPricing({ discounts: [half, fifth], coupons: [ten], policy });
    expect(
      discountLines(pricing, lines).lines.map(({ description, amount }) => [
        description,
        formatExact(amount),
      ]),
    ).toEqual([
      ["half", "-50"],
      ["fifth", "-10"],
    ]);
  });
});
