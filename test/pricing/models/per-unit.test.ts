import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { perUnit } from "../../../src/pricing/models/per-unit.js";
import { chargeModelLaws, prices, quantities, written } from "../../laws/charge-models.js";
import { perUnitPrice } from "../../support/oracle.js";

chargeModelLaws("per-unit", {
  pricing: fc.record({ model: fc.constant("per-unit"), unitPrice: prices }),
  usage: quantities,
  price: perUnitPrice,
});

describe("per-unit", () => {
  it("multiplies and rounds nothing", () => {
    const rater = perUnit.compile({ model: "per-unit", unitPrice: "0.0004" });
    // A third of a million units: an average, say.
    const third = { numerator: 1_000_000n, denominator: 3n };
    expect(written(rater.explain(third))).toEqual({
      unitPrice: "0.0004",
      tiers: [],
      steps: [{ of: "amount", kind: "units", value: "400/3", text: "1000000/3 × 0.0004" }],
    });
  });
});
