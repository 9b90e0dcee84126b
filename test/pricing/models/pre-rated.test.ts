import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact } from "../../../src/money/decimal.js";
import { preRated } from "../../../src/pricing/models/pre-rated.js";
import { chargeModelLaws, decimals, valueLists, written } from "../../laws/charge-models.js";
import { preRatedPrice } from "../../support/oracle.js";

chargeModelLaws("pre-rated", {
  pricing: fc.record(
    { model: fc.constant("pre-rated"), markup: decimals(2, 6) },
    { requiredKeys: ["model"] },
  ),
  usage: () => valueLists,
  price: preRatedPrice,
});

describe("pre-rated", () => {
  it("adds up what the events say that they cost, and marks it up", () => {
    const rater = preRated.compile({ model: "pre-rated", markup: "12.5" });
    expect(written(rater.explain(["0.0031", "0.0049", "-0.004"].map(exact)))).toEqual({
      unitPrice: null,
      tiers: [],
      steps: [
        { of: "amount", kind: "units", value: "0.004", text: "value of 3 events" },
        { of: "amount", kind: "percentage", value: "0.0005", text: "markup of 12.5 %" },
      ],
    });
  });
});
