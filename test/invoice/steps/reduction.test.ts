/** What takes a percentage or a fixed amount off, from a discount of the catalog or a coupon. */
import { parseCharge } from "rateplan";
import { describe, expect, it } from "vitest";
import type { Coupon } from "../../../src/account/coupon.js";
import type { DiscountCharge } from "../../../src/catalog/charge-kinds.js";
import {
  couponReduction,
  discountReduction,
  sourceText,
} from "../../../src/invoice/steps/reduction.js";
import { exact } from "../../../src/money/decimal.js";
import { unchecked } from "../../support/plans.js";
import { JUNE } from "../../support/step-input.js";

function discount(pricing: object): DiscountCharge {
  const charge = { id: "d", name: "Discount", chargeType: "recurring" };
  return unchecked(
    parseCharge(unchecked({ ...charge, pricing: { model: "discount", ...pricing } })),
  );
}

describe("a discount of the catalog", () => {
  it("is a percentage off charges of its own type where it names no others", () => {
    expect(discountReduction(discount({ percent: 10 }), JUNE, undefined)).toEqual({
      source: { kind: "discount", chargeId: "d" },
      name: "Discount",
      target: { chargeTypes: ["recurring"] },
      period: JUNE,
      percent: "10",
      written: undefined,
      amount: undefined,
    });
  });

  it("is what falls to the stretch of a fixed amount, and says the whole", () => {
    const charge = discount({ amount: "20.00", appliesTo: { charges: ["a"] } });
    expect(discountReduction(charge, JUNE, exact("7"))).toMatchObject({
      target: { charges: ["a"] },
      percent: undefined,
      written: charge.pricing.amount,
      amount: exact("7"),
    });
  });
});

describe("a coupon", () => {
  const coupon: Coupon = { id: "c1", from: "2026-01-01" };

  it("is named by its id and takes something off everything, unless it says otherwise", () => {
    expect(couponReduction({ ...coupon, percent: "15" }, JUNE)).toEqual({
      source: { kind: "coupon", chargeId: null, sourceId: "c1" },
      name: "c1",
      target: "all",
      period: JUNE,
      percent: "15",
      written: undefined,
      amount: undefined,
    });
    const appliesTo = { charges: ["a"] };
    const named = { ...coupon, name: "Summer", appliesTo, amount: "5.50" };
    expect(couponReduction(named, JUNE)).toMatchObject({
      name: "Summer",
      target: appliesTo,
      percent: undefined,
      written: "5.50",
      amount: exact("5.50"),
    });
  });
});

describe("the source of a reduction", () => {
  it("is named by its kind and id", () => {
    expect(sourceText({ kind: "discount", chargeId: "d" })).toBe("discount d");
    expect(sourceText({ kind: "coupon", chargeId: null, sourceId: "c" })).toBe("coupon c");
  });
});
