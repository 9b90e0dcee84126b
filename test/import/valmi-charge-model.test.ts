/** Valmi publishes no package with types of its API: these are the shapes that its documentation shows. */
import { fromValmiChargeModel, type ValmiImportOptions } from "rateplan/import";
import { describe, expect, it } from "vitest";
import { billed, chargeOf, issuesOf } from "./support.js";

const options = { id: "m", currency: "USD" };
const read = (type: string, pricing_strategy: unknown, more: ValmiImportOptions = {}) =>
  fromValmiChargeModel(
    { name: "Model", description: "A model", type, pricing_strategy },
    { ...options, ...more },
  );
const unit_of_measure = "@outcome";

describe("fromValmiChargeModel", () => {
  it("bills the documented tiers: first 100 at 50, next 400 at 40, above at 30", () => {
    const tiers = [
      { start: 1, counter: 100, price: 50 },
      { start: 101, counter: 500, price: 40 },
      { start: 501, price: 30 },
    ];
    const result = read("tiered", { tiers, unit_of_measure });
    expect(["100", "101", "500", "501", "600", "650"].map((each) => billed(result, each))).toEqual([
      "5000.00",
      "5040.00",
      "21000.00",
      "21030.00",
      "24000.00",
      "25500.00",
    ]);
  });

  it("bills the documented volume tiers, the bounds with the tier below", () => {
    const tiers = [
      { start: 0, counter: 500, price: 50 },
      { start: 500, counter: 1000, price: 40 },
      { start: 1000, counter: null, price: 30 },
    ];
    const result = read("volume", { tiers, unit_of_measure });
    expect(["499", "501", "1000", "1001"].map((each) => billed(result, each))).toEqual([
      "24950.00",
      "20040.00",
      "40000.00",
      "30030.00",
    ]);
  });

  it("asks what lies above a bounded last tier", () => {
    const tiers = [
      { start: 1, counter: 10, price: 5 },
      { start: 11, counter: 110, price: 3 },
    ];
    expect(issuesOf(read("tiered", { tiers, unit_of_measure }))).toEqual([
      "bounded_last_tier pricing_strategy.tiers.1.counter",
    ]);
    const result = read("tiered", { tiers, unit_of_measure }, { overflow: "last-tier" });
    expect(["10", "11", "20", "110", "111"].map((each) => billed(result, each))).toEqual([
      "50.00",
      "53.00",
      "80.00",
      "350.00",
      "353.00",
    ]);
    const strict = read("tiered", { tiers, unit_of_measure }, { overflow: "error" });
    expect(() => billed(strict, 111)).toThrow("quantity_above_last_tier");
  });

  it("bills overage with and without a base fee", () => {
    const own = read("overage-pricing", {
      price: 2,
      included_units: 77,
      unit_of_measure: "@action",
    });
    expect(["77", "78", "100"].map((each) => billed(own, each))).toEqual(["0.00", "2.00", "46.00"]);
    const strategy = { price: "0.01", included_units: 10_000, unit_of_measure: "@action" };
    const based = read("overage_pricing", strategy, { baseFee: 99, chargeType: "recurring" });
    expect(chargeOf(based).chargeType).toBe("recurring");
    expect(["10000", "10001", "12500"].map((each) => billed(based, each))).toEqual([
      "99.00",
      "99.01",
      "124.00",
    ]);
  });

  it.each(["flat-fee", "flat_fee", "flat"])("reads %s, due as the charge says", (type) => {
    expect(chargeOf(read(type, { price: 99 }, { chargeType: "recurring" }))).toEqual({
      id: "m",
      name: "Model",
      description: "A model",
      currency: "USD",
      chargeType: "recurring",
      pricing: { model: "flat", amount: "99" },
    });
    expect(issuesOf(read(type, { price: 99 }))).toEqual(["missing options.chargeType"]);
  });

  it("reads per-unit prices and discounts", () => {
    expect(billed(read("per_unit", { price: 2.2, unit_of_measure: "@action" }), 3)).toBe("6.60");
    const discount = (discount_type: string, discount_value: unknown) =>
      read("discount", { discount_type, discount_value }, { chargeType: "recurring" });
    expect(chargeOf(discount("percentage", 5)).pricing).toEqual({
      model: "discount",
      percent: "5",
    });
    expect(chargeOf(discount("flat", 40)).pricing).toEqual({ model: "discount", amount: "40" });
    expect(issuesOf(discount("percentage", 101))).toEqual([
      "out_of_range pricing_strategy.discount_value",
    ]);
    expect(issuesOf(discount("half", 1))).toEqual(["not_supported pricing_strategy.discount_type"]);
  });

  it.each<[string, unknown, ValmiImportOptions, string[]]>([
    ["auction", {}, {}, ["not_supported type"]],
    ["per-unit", null, {}, ["missing pricing_strategy"]],
    ["per-unit", 5, {}, ["invalid_type pricing_strategy"]],
    ["per-unit", { price: 5 }, {}, ["missing_unit pricing_strategy.unit_of_measure"]],
    ["per-unit", { price: 5, unit_of_measure, cap: 1 }, {}, ["not_supported pricing_strategy.cap"]],
    [
      "per-unit",
      { price: 5, unit_of_measure },
      { overflow: "error" },
      ["not_supported options.overflow"],
    ],
    [
      "tiered",
      { tiers: [], unit_of_measure },
      { baseFee: 1 },
      ["not_supported options.baseFee", "missing pricing_strategy.tiers"],
    ],
    ["tiered", { unit_of_measure }, {}, ["missing pricing_strategy.tiers"]],
    [
      "tiered",
      { tiers: [{ start: 1, counter: null, price: 1, to: 3 }], unit_of_measure },
      {},
      ["not_supported pricing_strategy.tiers.0.to"],
    ],
    [
      "tiered",
      {
        tiers: [
          { start: 1, counter: 5, price: 1 },
          { start: 7, price: 1 },
        ],
        unit_of_measure,
      },
      {},
      ["tier_gap pricing_strategy.tiers.1.start"],
    ],
  ])("refuses %s %j", (type, strategy, more, issues) => {
    expect(issuesOf(read(type, strategy, more))).toEqual(issues);
  });
});
