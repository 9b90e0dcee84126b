import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatExact } from "../../../src/money/fraction.js";
import { packaged } from "../../../src/pricing/models/package.js";
import { chargeModelLaws, prices, quantities, sizes, written } from "../../laws/charge-models.js";
import { packagePrice, read } from "../../support/oracle.js";

chargeModelLaws("package", {
  pricing: fc.record(
    {
      model: fc.constant("package"),
      size: fc.oneof(sizes, fc.constantFrom("1", "3", "100", "0.5")),
      price: prices,
      rounding: fc.constantFrom("up", "down", "exact"),
    },
    { requiredKeys: ["model", "size", "price"] },
  ),
  usage: quantities,
  price: packagePrice,
});

describe("package", () => {
  it.each([
    { quantity: "0", up: "0", down: "0", exact: "0" },
    { quantity: "0.000000000001", up: "7", down: "0", exact: "0.0000000000007" },
    { quantity: "9.99", up: "7", down: "0", exact: "6.993" },
    { quantity: "10", up: "7", down: "7", exact: "7" },
    { quantity: "10.01", up: "14", down: "7", exact: "7.007" },
    { quantity: "25", up: "21", down: "14", exact: "17.5" },
  ])(
    "of 10 at 7 bills $quantity at $up up, $down down, $exact exact",
    ({ quantity, ...amounts }) => {
      const { top, bottom } = read(quantity);
      const amountOf = (rounding: "up" | "down" | "exact") => {
        const rater = packaged.compile({ model: "package", size: "10", price: "7", rounding });
        return formatExact(rater.amount({ numerator: top, denominator: bottom }));
      };
      expect({ up: amountOf("up"), down: amountOf("down"), exact: amountOf("exact") }).toEqual(
        amounts,
      );
    },
  );

  it("says how many packages it billed", () => {
    const rater = packaged.compile({ model: "package", size: "1000", price: "0.5" });
    expect(written(rater.explain({ numerator: 2_001n, denominator: 1n }))).toEqual({
      unitPrice: null,
      tiers: [],
      steps: [{ of: "amount", kind: "packages", value: "1.5", text: "3 × 0.5 (packages of 1000)" }],
    });
  });
});
