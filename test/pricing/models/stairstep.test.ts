import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stairstep } from "../../../src/pricing/models/stairstep.js";
import {
  chargeModelLaws,
  prices,
  quantities,
  tierListsOf,
  written,
} from "../../laws/charge-models.js";
import { volumePrice } from "../../support/oracle.js";

chargeModelLaws("stairstep", {
  pricing: tierListsOf(fc.record({ flatFee: prices })).map((list) => ({
    model: "stairstep" as const,
    ...list,
  })),
  usage: quantities,
  // The fee of the step reached: a volume price without unit prices.
  price: volumePrice,
});

describe("stairstep", () => {
  it("bills the fee of the step reached", () => {
    const rater = stairstep.compile({
      model: "stairstep",
      tiers: [{ upTo: "10", flatFee: "5" }, { flatFee: "9" }],
    });
    expect(written(rater.explain({ numerator: 21n, denominator: 2n }))).toEqual({
      unitPrice: null,
      tiers: [
        { from: "10", upTo: null, quantity: "10.5", unitPrice: null, flatFee: "9", amount: "9" },
      ],
      steps: [
        {
          of: "amount",
          kind: "tier-flat-fee",
          value: "9",
          text: "flat fee of the tier (10 < q ≤ ∞)",
        },
      ],
    });
  });
});
