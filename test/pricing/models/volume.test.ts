import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { volume } from "../../../src/pricing/models/volume.js";
import { chargeModelLaws, quantities, tierLists, written } from "../../laws/charge-models.js";
import { volumePrice } from "../../support/oracle.js";

chargeModelLaws("volume", {
  pricing: fc
    .record({ model: fc.constant("volume" as const), list: tierLists })
    .map(({ model, list }) => ({ model, ...list })),
  usage: quantities,
  price: volumePrice,
});

describe("volume", () => {
  const rater = volume.compile({
    model: "volume",
    tiers: [
      { upTo: "10", unitPrice: "2" },
      { upTo: "20", unitPrice: "1", flatFee: "3" },
      { flatFee: "9" },
    ],
  });

  it.each([
    {
      units: 0n,
      explained: { unitPrice: "2", tiers: [], steps: [] },
    },
    {
      units: 10n,
      explained: {
        unitPrice: "2",
        tiers: [
          { from: "0", upTo: "10", quantity: "10", unitPrice: "2", flatFee: null, amount: "20" },
        ],
        steps: [{ of: "amount", kind: "tier", value: "20", text: "10 × 2 (0 < q ≤ 10)" }],
      },
    },
    {
      units: 11n,
      explained: {
        unitPrice: null,
        tiers: [
          { from: "10", upTo: "20", quantity: "11", unitPrice: "1", flatFee: "3", amount: "14" },
        ],
        steps: [
          { of: "amount", kind: "tier", value: "11", text: "11 × 1 (10 < q ≤ 20)" },
          {
            of: "amount",
            kind: "tier-flat-fee",
            value: "3",
            text: "flat fee of the tier (10 < q ≤ 20)",
          },
        ],
      },
    },
    {
      units: 1_000n,
      explained: {
        unitPrice: null,
        tiers: [
          { from: "20", upTo: null, quantity: "1000", unitPrice: null, flatFee: "9", amount: "9" },
        ],
        steps: [
          {
            of: "amount",
            kind: "tier-flat-fee",
            value: "9",
            text: "flat fee of the tier (20 < q ≤ ∞)",
          },
        ],
      },
    },
  ])("prices all $units units in the tier reached", ({ units, explained }) => {
    expect(written(rater.explain({ numerator: units, denominator: 1n }))).toEqual(explained);
  });
});
