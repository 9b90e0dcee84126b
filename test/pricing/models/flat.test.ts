import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flat } from "../../../src/pricing/models/flat.js";
import { chargeModelLaws, prices, quantities, written } from "../../laws/charge-models.js";
import { flatPrice } from "../../support/oracle.js";

chargeModelLaws("flat", {
  pricing: fc.record({ model: fc.constant("flat"), amount: prices }),
  usage: quantities,
  price: flatPrice,
});

describe("flat", () => {
  it("bills its fee as one unit", () => {
    const rater = flat.compile({ model: "flat", amount: "99.5" });
    expect(rater.amount(undefined)).toEqual({ numerator: 995n, denominator: 10n });
    expect(written(rater.explain(undefined))).toEqual({
      unitPrice: "99.5",
      tiers: [],
      steps: [{ of: "amount", kind: "flat", value: "99.5", text: "flat fee" }],
    });
  });
});
