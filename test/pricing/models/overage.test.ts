import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overage } from "../../../src/pricing/models/overage.js";
import {
  chargeModelLaws,
  decimals,
  prices,
  quantities,
  written,
} from "../../laws/charge-models.js";
import { overagePrice } from "../../support/oracle.js";

chargeModelLaws("overage", {
  pricing: fc.record(
    {
      model: fc.constant("overage"),
      baseFee: prices,
      includedUnits: decimals(10, 12),
      unitPrice: prices,
    },
    { requiredKeys: ["model", "includedUnits", "unitPrice"] },
  ),
  usage: quantities,
  price: overagePrice,
});

describe("overage", () => {
  const rater = overage.compile({
    model: "overage",
    baseFee: "20",
    includedUnits: "100",
    unitPrice: "0.5",
  });
  const base = { of: "amount", kind: "flat", value: "20", text: "base fee" };

  it.each([
    { units: 0n, steps: [base] },
    { units: 100n, steps: [base] },
    {
      units: 103n,
      steps: [
        base,
        { of: "amount", kind: "units", value: "1.5", text: "3 × 0.5 (beyond 100 included)" },
      ],
    },
  ])("bills its base fee, and what of $units units goes beyond", ({ units, steps }) => {
    expect(written(rater.explain({ numerator: units, denominator: 1n }))).toEqual({
      unitPrice: null,
      tiers: [],
      steps,
    });
  });
});
