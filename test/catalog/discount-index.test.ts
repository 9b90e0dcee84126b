/** The indexes of what discounts apply to find what looking at each of them finds. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DiscountTarget,
  discountTargets,
  targetedIndex,
  targetIndex,
} from "../../src/catalog/discount.js";

// One name for charges and units, so that they are told apart by what they are.
const name = fc.constantFrom("a", "b", "c");
const chargeType = fc.constantFrom("one-time", "recurring", "usage");
const target: fc.Arbitrary<"all" | DiscountTarget> = fc.oneof(
  fc.constant("all" as const),
  fc.record(
    {
      charges: fc.array(name, { maxLength: 2 }),
      chargeTypes: fc.array(chargeType, { maxLength: 2 }),
      units: fc.array(name, { maxLength: 2 }),
    },
    { requiredKeys: [] },
  ),
);
const charge = fc.record({
  id: fc.option(name),
  chargeType,
  unitOfMeasure: fc.option(name),
});

describe("what discounts apply to", () => {
  it("is found by the charge, each once and in order", () => {
    const discounts = fc.array(fc.array(target, { minLength: 1, maxLength: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(discounts, charge, (all, one) => {
        const expected = all.filter((targets) =>
          targets.some((each) => discountTargets(each, one)),
        );
        expect(targetIndex(all, (targets) => targets)(one)).toEqual(expected);
      }),
    );
  });

  it("is found by the target, each once and in order", () => {
    fc.assert(
      fc.property(fc.array(charge, { maxLength: 8 }), target, (all, one) => {
        const expected = all.filter((each) => discountTargets(one, each));
        expect(targetedIndex(all, (each) => each)(one)).toEqual(expected);
      }),
    );
  });

  it("is not looked for among charges that are named otherwise", () => {
    const charges = Array.from({ length: 1_000 }, (_, index) => ({
      id: `c${index}`,
      chargeType: "usage",
    }));
    let looks = 0;
    const counted = charges.map((each) => ({
      ...each,
      get chargeType() {
        looks += 1;
        return each.chargeType;
      },
    }));
    const find = targetedIndex(counted, (each) => each);
    looks = 0;
    for (const { id } of charges) {
      expect(find({ charges: [id], chargeTypes: ["usage"] })).toHaveLength(1);
    }
    expect(looks).toBe(1_000);
  });
});
