import fc from "fast-check";
import { simulate } from "rateplan";
import { describe, expect, it } from "vitest";
import { type MatrixPricing, matrix } from "../../../src/pricing/models/matrix.js";
import { chargeModelLaws, decimals, prices, written } from "../../laws/charge-models.js";
import { type Group, matrixPrice, read } from "../../support/oracle.js";

/** Values of a dimension, some of which are no one's cell. */
const values = fc.constantFrom("eu", "us", " ", "null", null);

const priceLists: fc.Arbitrary<MatrixPricing> = fc
  .subarray(["properties.region", "name", "agentId"], { minLength: 1 })
  .chain((dimensions) =>
    fc.record(
      {
        model: fc.constant("matrix" as const),
        dimensions: fc.constant(dimensions),
        prices: fc.uniqueArray(
          fc.record({
            when: fc.record(Object.fromEntries(dimensions.map((name) => [name, values]))),
            unitPrice: prices,
          }),
          { maxLength: 6, selector: ({ when }) => JSON.stringify(when) },
        ),
        default: prices,
      },
      { requiredKeys: ["model", "dimensions", "prices"] },
    ),
  );

/** Quantities of groups that have a price; events of others are left out before pricing. */
function groups(pricing: MatrixPricing): fc.Arbitrary<readonly Group[]> {
  const cells = pricing.prices.map(({ when }) =>
    pricing.dimensions.map((name) => when[name] ?? null),
  );
  const others = pricing.dimensions.map(() => values);
  const keys = [
    ...(cells.length > 0 ? [fc.constantFrom(...cells)] : []),
    ...(pricing.default === undefined ? [] : [fc.tuple(...others)]),
  ];
  if (keys.length === 0) return fc.constant([]);
  return fc.uniqueArray(
    fc.record({ key: fc.oneof(...keys), quantity: decimals(12, 6).map(read) }),
    { maxLength: 6, selector: ({ key }) => JSON.stringify(key) },
  );
}

chargeModelLaws("matrix", { pricing: priceLists, usage: groups, price: matrixPrice });

describe("matrix", () => {
  const pricing: MatrixPricing = {
    model: "matrix",
    dimensions: ["name", "properties.region"],
    prices: [
      { when: { name: "sms", "properties.region": "eu" }, unitPrice: "0.05" },
      { when: { name: "sms", "properties.region": null }, unitPrice: "0.07" },
      { when: { name: "call", "properties.region": "eu" }, unitPrice: "1" },
    ],
  };

  it("prices each cell's units at the cell's price", () => {
    const counted = [
      { key: ["sms", "eu"], quantity: { numerator: 10n, denominator: 1n } },
      { key: ["sms", null], quantity: { numerator: 5n, denominator: 2n } },
      { key: ["call", "eu"], quantity: { numerator: 0n, denominator: 1n } },
    ];
    expect(written(matrix.compile(pricing).explain(counted))).toEqual({
      unitPrice: null,
      tiers: [],
      steps: [
        { of: "amount", kind: "units", value: "0.5", text: "10 × 0.05 (sms, eu)" },
        { of: "amount", kind: "units", value: "0.175", text: "2.5 × 0.07 (sms, none)" },
      ],
    });
  });

  it.each([
    { key: ["sms", "eu"], alone: true, withDefault: true },
    { key: ["sms", null], alone: true, withDefault: true },
    { key: ["sms", "us"], alone: false, withDefault: true },
    { key: ["sms", "none"], alone: false, withDefault: true },
    { key: [null, null], alone: false, withDefault: true },
  ])(
    "has a price for $key: $alone, with a default: $withDefault",
    ({ key, alone, withDefault }) => {
      expect(matrix.pricesGroup?.(pricing, key)).toBe(alone);
      expect(matrix.pricesGroup?.({ ...pricing, default: "0" }, key)).toBe(withDefault);
    },
  );

  const charge = {
    id: "message",
    name: "Messages",
    chargeType: "usage",
    unitOfMeasure: "message",
    currency: "USD",
    pricing,
  } as const;
  const event = (id: string, fields: object) => ({
    id,
    customerId: "c1",
    unitOfMeasure: "message",
    timestamp: "2026-01-01T00:00:00Z",
    ...fields,
  });

  it("reports what matches no cell, and bills it at the default where there is one", () => {
    const events = [
      event("a", { name: "sms", properties: { region: "eu" }, quantity: 100 }),
      event("b", { name: "sms", properties: { region: "us" }, quantity: 100 }),
    ];
    const without = simulate(charge, events);
    expect([without.amount, without.usage.counts.matched, without.usage.counts.unmatched]).toEqual([
      "5.00",
      1,
      1,
    ]);
    const priced = { ...charge, pricing: { ...pricing, default: "0.2" } };
    expect(simulate(priced, events).amount).toBe("25.00");
  });
});
