import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatExact } from "../../../src/money/fraction.js";
import { tiered } from "../../../src/pricing/models/tiered.js";
import { chargeModelLaws, quantities, tierLists, written } from "../../laws/charge-models.js";
import { tieredPrice } from "../../support/oracle.js";

chargeModelLaws("tiered", {
  pricing: fc
    .record({ model: fc.constant("tiered" as const), list: tierLists })
    .map(({ model, list }) => ({ model, ...list })),
  usage: quantities,
  price: tieredPrice,
});

describe("tiered", () => {
  const rater = tiered.compile({
    model: "tiered",
    tiers: [
      { upTo: "10", flatFee: "5" },
      { upTo: "20.5", unitPrice: "2", flatFee: "1" },
      { unitPrice: "0.1" },
    ],
  });

  it("fills the tiers from the bottom, each with its own price and flat fee", () => {
    expect(written(rater.explain({ numerator: 21n, denominator: 1n }))).toEqual({
      unitPrice: null,
      tiers: [
        { from: "0", upTo: "10", quantity: "10", unitPrice: null, flatFee: "5", amount: "5" },
        { from: "10", upTo: "20.5", quantity: "10.5", unitPrice: "2", flatFee: "1", amount: "22" },
        {
          from: "20.5",
          upTo: null,
          quantity: "0.5",
          unitPrice: "0.1",
          flatFee: null,
          amount: "0.05",
        },
      ],
      steps: [
        {
          of: "amount",
          kind: "tier-flat-fee",
          value: "5",
          text: "flat fee of the tier (0 < q ≤ 10)",
        },
        { of: "amount", kind: "tier", value: "21", text: "10.5 × 2 (10 < q ≤ 20.5)" },
        {
          of: "amount",
          kind: "tier-flat-fee",
          value: "1",
          text: "flat fee of the tier (10 < q ≤ 20.5)",
        },
        { of: "amount", kind: "tier", value: "0.05", text: "0.5 × 0.1 (20.5 < q ≤ ∞)" },
      ],
    });
  });

  it.each([
    { quantity: [0n, 1n], amount: "0" },
    { quantity: [1n, 1000n], amount: "5" },
    { quantity: [10n, 1n], amount: "5" },
    // A third of a unit in the second tier: 5 + 1 + 2/3.
    { quantity: [31n, 3n], amount: "20/3" },
    { quantity: [41n, 2n], amount: "27" },
    { quantity: [41n, 1n], amount: "29.05" },
  ] as const)("prices $quantity at $amount", ({ quantity: [numerator, denominator], amount }) => {
    expect(formatExact(rater.amount({ numerator, denominator }))).toBe(amount);
  });

  it("bills the first tier's flat fee for nothing only when asked to", () => {
    const atZero = tiered.compile({
      model: "tiered",
      tiers: [{ upTo: "10", unitPrice: "1", flatFee: "5" }, { flatFee: "7" }],
      flatFeeAtZero: true,
    });
    const nothing = { numerator: 0n, denominator: 1n };
    expect(written(rater.explain(nothing))).toEqual({ unitPrice: null, tiers: [], steps: [] });
    expect(formatExact(atZero.amount(nothing))).toBe("5");
    expect(written(atZero.explain(nothing)).tiers).toEqual([
      { from: "0", upTo: "10", quantity: "0", unitPrice: "1", flatFee: "5", amount: "5" },
    ]);
  });
});
