import type { FlatPrice, PriceTier, RateCardUsageBasedPrice } from "@openmeter/sdk";
import { fromOpenMeterPrice, type OpenMeterImportOptions } from "rateplan/import";
import { describe, expect, expectTypeOf, it } from "vitest";
import { billed, chargeOf, issuesOf } from "./support.js";

const options = { id: "t", name: "Tokens", unitOfMeasure: "token", currency: "USD" };
const read = (price: RateCardUsageBasedPrice, more: OpenMeterImportOptions = {}) =>
  fromOpenMeterPrice(price, { ...options, ...more });
/** With what OpenMeter's types do not have. */
const readOther = (price: unknown) => fromOpenMeterPrice(price, options);

/** OpenMeter's own table of tiers. */
const tiers: PriceTier[] = [
  { upToAmount: "5", flatPrice: { type: "flat", amount: "100" }, unitPrice: null },
  { upToAmount: "10", flatPrice: { type: "flat", amount: "50" }, unitPrice: null },
  { upToAmount: "15", flatPrice: null, unitPrice: { type: "unit", amount: "10" } },
  { flatPrice: null, unitPrice: { type: "unit", amount: "5" } },
];

describe("fromOpenMeterPrice", () => {
  it("bills graduated tiers as OpenMeter does", () => {
    const result = read({ type: "tiered", mode: "graduated", tiers });
    expect(billed(result, 0)).toBe("100.00");
    expect(billed(result, 3)).toBe("100.00");
    expect(billed(result, "5.001")).toBe("150.00");
    expect(billed(result, 20)).toBe("225.00");
  });

  it("bills volume tiers as OpenMeter does", () => {
    const result = read({ type: "tiered", mode: "volume", tiers });
    expect(billed(result, 0)).toBe("100.00");
    expect(billed(result, 7)).toBe("50.00");
    expect(billed(result, 12)).toBe("120.00");
    expect(billed(result, 20)).toBe("100.00");
  });

  it("reads flat, unit, package and dynamic prices", () => {
    const flat = read({ type: "flat", amount: "100", paymentTerm: "in_arrears" });
    expect(chargeOf(flat)).toMatchObject({
      chargeType: "recurring",
      pricing: { model: "flat", amount: "100" },
    });
    const once = read({ type: "flat", amount: "100" }, { chargeType: "one-time" });
    expect(chargeOf(once)).toMatchObject({ chargeType: "one-time" });
    expect(billed(read({ type: "unit", amount: "10" }), 3)).toBe("30.00");
    const packages = read({ type: "package", amount: "15", quantityPerPackage: "10" });
    expect(["0", "1", "10", "11"].map((quantity) => billed(packages, quantity))).toEqual([
      "0.00",
      "15.00",
      "15.00",
      "30.00",
    ]);
    expect(chargeOf(read({ type: "dynamic", multiplier: "1.125" })).pricing).toEqual({
      model: "pre-rated",
      markup: "12.5",
    });
    expect(chargeOf(read({ type: "dynamic" })).pricing).toEqual({ model: "pre-rated" });
  });

  it("reads commitments as limits of the charge", () => {
    const unit = read({ type: "unit", amount: "10", minimumAmount: "100", maximumAmount: "2000" });
    expect(chargeOf(unit)).toMatchObject({ minimum: "100", maximum: "2000" });
    expect(billed(unit, 3)).toBe("100.00");
    expect(billed(unit, 300)).toBe("2000.00");
  });

  it("takes what OpenMeter's SDK types as a price", () => {
    type Price = Parameters<typeof fromOpenMeterPrice>[0];
    expectTypeOf<RateCardUsageBasedPrice>().toExtend<Price>();
    expectTypeOf<FlatPrice>().toExtend<Price>();
  });

  it("reads null as absent, as open ends are documented", () => {
    const open = tiers.map((tier) => ({ upToAmount: null, ...tier }));
    const price = { minimumAmount: null, maximumAmount: null, type: "tiered", mode: "volume" };
    expect(readOther({ ...price, tiers: open })).toEqual(
      read({ type: "tiered", mode: "volume", tiers }),
    );
  });

  const table: readonly (readonly [RateCardUsageBasedPrice, readonly string[]])[] = [
    [{ type: "flat", amount: "1", paymentTerm: "in_advance" }, ["not_supported paymentTerm"]],
    [{ type: "unit", amount: "-1" }, ["negative_price amount"]],
    [
      { type: "unit", amount: "1", minimumAmount: "9", maximumAmount: "5" },
      ["minimum_above_maximum minimumAmount"],
    ],
    [{ type: "dynamic", multiplier: "0.5" }, ["not_supported multiplier"]],
    [{ type: "dynamic", multiplier: "half" }, ["not_a_decimal multiplier"]],
    [
      { type: "package", amount: "1", quantityPerPackage: "0" },
      ["out_of_range quantityPerPackage"],
    ],
    [
      { type: "tiered", mode: "volume", tiers: tiers.slice(0, 2) },
      ["bounded_last_tier tiers.1.upToAmount"],
    ],
    [
      { type: "tiered", mode: "volume", tiers: [{ flatPrice: null, unitPrice: null }] },
      ["missing_price tiers.0"],
    ],
    [
      {
        type: "tiered",
        mode: "volume",
        tiers: [{ flatPrice: null, unitPrice: { type: "unit", amount: "x" } }],
      },
      ["not_a_decimal tiers.0.unitPrice.amount"],
    ],
  ];

  it.each(table)("refuses %j", (price, issues) => {
    expect(issuesOf(read(price))).toEqual(issues);
  });

  const others: readonly (readonly [unknown, readonly string[]])[] = [
    [{ type: "flat", amount: "1", minimumAmount: "5" }, ["not_supported minimumAmount"]],
    [{ type: "flat" }, ["missing amount"]],
    [{ type: "unit", amount: "1", surge: 2 }, ["not_supported surge"]],
    [{ type: "tiered", mode: "stairs", tiers }, ["not_supported mode"]],
    [
      { type: "tiered", mode: "volume", tiers: [{ unitPrice: { type: "flat", amount: "1" } }] },
      ["not_supported tiers.0.unitPrice.type"],
    ],
    // A rate card holds a price and is none.
    [
      { type: "usage_based", key: "tokens", price: { type: "unit", amount: "1" } },
      ["not_supported type"],
    ],
    [{ type: "auction" }, ["not_supported type"]],
    [{}, ["missing type"]],
  ];

  it.each(others)("refuses %j", (price, issues) => {
    expect(issuesOf(readOther(price))).toEqual(issues);
  });

  it("reports what is missing in the options", () => {
    expect(issuesOf(fromOpenMeterPrice({ type: "unit", amount: "1" }, {}))).toEqual([
      "missing options.id",
      "missing options.name",
      "missing_unit options.unitOfMeasure",
    ]);
    const unit = read({ type: "unit", amount: "1" }, { chargeType: "recurring" });
    expect(issuesOf(unit)).toEqual(["not_supported options.chargeType"]);
  });
});
