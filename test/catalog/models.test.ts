/** The prices of each charge model: what is read, and what is refused. Tier lists have tests of their own. */
import { type PricingIssueCode, safeParseCharge } from "rateplan";
import { describe, expect, it } from "vitest";

function withPricing(pricing: unknown) {
  return { id: "c", name: "C", chargeType: "usage", unitOfMeasure: "@outcome", pricing };
}

interface Good {
  readonly title: string;
  readonly pricing: object;
  readonly parsed: object;
}

interface Bad {
  readonly title: string;
  readonly pricing: object;
  readonly issues: readonly (readonly [PricingIssueCode, ...(string | number)[]])[];
}

function reads(model: string, rows: readonly Good[]) {
  it.each(rows)("reads $title", ({ pricing, parsed }) => {
    expect(safeParseCharge(withPricing({ model, ...pricing }))).toMatchObject({ ok: true });
    const result = safeParseCharge(withPricing({ model, ...pricing }));
    expect(result.ok && result.value.pricing).toStrictEqual({ model, ...parsed });
  });
}

function refuses(model: string, rows: readonly Bad[]) {
  it.each(rows)("refuses $title", ({ pricing, issues }) => {
    expect(safeParseCharge(withPricing({ model, ...pricing }))).toMatchObject({
      ok: false,
      issues: issues.map(([code, ...path]) => ({ code, path: ["pricing", ...path] })),
    });
  });
}

describe("stairstep", () => {
  reads("stairstep", [
    {
      title: "steps by upper bound",
      pricing: { tiers: [{ upTo: 10, flatFee: "5.00" }, { flatFee: 9n }] },
      parsed: { tiers: [{ upTo: "10", flatFee: "5" }, { flatFee: "9" }] },
    },
    {
      title: "steps as the rows of a form",
      pricing: {
        tiers: [
          { start: 1, end: 10, flatFee: 5 },
          { start: 11, flatFee: 9 },
        ],
      },
      parsed: { tiers: [{ upTo: "10", flatFee: "5" }, { flatFee: "9" }] },
    },
    {
      title: "a bounded last step with an overflow rule",
      pricing: { tiers: [{ upTo: 10, flatFee: 5 }], overflow: "last-tier", flatFeeAtZero: true },
      parsed: { tiers: [{ upTo: "10", flatFee: "5" }], overflow: "last-tier", flatFeeAtZero: true },
    },
  ]);
  refuses("stairstep", [
    {
      title: "a step without a fee",
      pricing: { tiers: [{ upTo: 10 }, { flatFee: 1 }] },
      issues: [["missing", "tiers", 0, "flatFee"]],
    },
    {
      title: "a unit price",
      pricing: { tiers: [{ flatFee: 1, unitPrice: 1 }] },
      issues: [["unknown_key", "tiers", 0, "unitPrice"]],
    },
    {
      title: "a negative fee",
      pricing: { tiers: [{ flatFee: -1 }] },
      issues: [["negative_price", "tiers", 0, "flatFee"]],
    },
    {
      title: "steps that do not rise",
      pricing: { tiers: [{ upTo: 9, flatFee: 1 }, { upTo: 9, flatFee: 2 }, { flatFee: 3 }] },
      issues: [["tier_not_increasing", "tiers", 1, "upTo"]],
    },
    {
      title: "a bounded last step",
      pricing: { tiers: [{ upTo: 9, flatFee: 1 }] },
      issues: [["bounded_last_tier", "tiers", 0, "upTo"]],
    },
    { title: "no steps", pricing: { tiers: [] }, issues: [["missing", "tiers"]] },
  ]);
});

describe("package", () => {
  reads("package", [
    {
      title: "a size and a price",
      pricing: { size: "1000.0", price: 5 },
      parsed: { size: "1000", price: "5" },
    },
    {
      title: "a size below one unit, rounding down",
      pricing: { size: 0.5, price: 0, rounding: "down" },
      parsed: { size: "0.5", price: "0", rounding: "down" },
    },
  ]);
  refuses("package", [
    { title: "a size of 0", pricing: { size: 0, price: 1 }, issues: [["out_of_range", "size"]] },
    {
      title: "a negative size",
      pricing: { size: -1, price: 1 },
      issues: [["out_of_range", "size"]],
    },
    {
      title: "a negative price",
      pricing: { size: 1, price: -1 },
      issues: [["negative_price", "price"]],
    },
    {
      title: "nothing",
      pricing: {},
      issues: [
        ["missing", "size"],
        ["missing", "price"],
      ],
    },
    {
      title: "an unknown rounding",
      pricing: { size: 1, price: 1, rounding: "half-even" },
      issues: [["invalid_value", "rounding"]],
    },
  ]);
});

describe("overage", () => {
  reads("overage", [
    {
      title: "included units and a unit price",
      pricing: { includedUnits: 100, unitPrice: "0.10" },
      parsed: { includedUnits: "100", unitPrice: "0.1" },
    },
    {
      title: "a base fee, and no included units",
      pricing: { baseFee: "99.00", includedUnits: 0, unitPrice: 0 },
      parsed: { baseFee: "99", includedUnits: "0", unitPrice: "0" },
    },
  ]);
  refuses("overage", [
    {
      title: "nothing",
      pricing: {},
      issues: [
        ["missing", "includedUnits"],
        ["missing", "unitPrice"],
      ],
    },
    {
      title: "anything negative",
      pricing: { baseFee: -1, includedUnits: -1, unitPrice: -1 },
      issues: [
        ["negative_price", "baseFee"],
        ["out_of_range", "includedUnits"],
        ["negative_price", "unitPrice"],
      ],
    },
    {
      title: "an unknown key",
      pricing: { includedUnits: 1, unitPrice: 1, fee: 1 },
      issues: [["unknown_key", "fee"]],
    },
  ]);
});

describe("percentage", () => {
  reads("percentage", [
    { title: "a percentage", pricing: { percent: "2.90" }, parsed: { percent: "2.9" } },
    { title: "more than all of it", pricing: { percent: 250 }, parsed: { percent: "250" } },
    {
      title: "a card fee",
      pricing: { percent: 2.9, fixedPerEvent: "0.30", minPerEvent: 1, maxPerEvent: "1.0" },
      parsed: { percent: "2.9", fixedPerEvent: "0.3", minPerEvent: "1", maxPerEvent: "1" },
    },
    {
      title: "free events and a free amount",
      pricing: { percent: 1, freeEvents: 10, freeAmount: "500.00" },
      parsed: { percent: "1", freeEvents: "10", freeAmount: "500" },
    },
    {
      title: "tiers of value",
      pricing: {
        tiers: [
          { upTo: 1000, percent: 3 },
          { percent: "2.5", flatFee: 1 },
        ],
      },
      parsed: {
        tiers: [
          { upTo: "1000", percent: "3" },
          { percent: "2.5", flatFee: "1" },
        ],
      },
    },
    {
      title: "tiers as the rows of a form",
      pricing: {
        tiers: [
          { start: 0, end: "999.99", percent: 3 },
          { start: "999.99", percent: 2 },
        ],
      },
      parsed: { tiers: [{ upTo: "999.99", percent: "3" }, { percent: "2" }] },
    },
  ]);
  refuses("percentage", [
    { title: "neither percent nor tiers", pricing: {}, issues: [["missing_price"]] },
    {
      title: "both percent and tiers",
      pricing: { percent: 1, tiers: [{ percent: 1 }] },
      issues: [["missing_price"]],
    },
    {
      title: "a negative percentage",
      pricing: { percent: -1 },
      issues: [["out_of_range", "percent"]],
    },
    {
      title: "negative fees",
      pricing: { percent: 1, fixedPerEvent: -1, minPerEvent: -3, maxPerEvent: -2 },
      issues: [
        ["negative_price", "fixedPerEvent"],
        ["negative_price", "minPerEvent"],
        ["negative_price", "maxPerEvent"],
      ],
    },
    {
      title: "less than nothing free",
      pricing: { percent: 1, freeEvents: -1, freeAmount: -1 },
      issues: [
        ["out_of_range", "freeEvents"],
        ["out_of_range", "freeAmount"],
      ],
    },
    {
      title: "a least fee above the most",
      pricing: { percent: 1, minPerEvent: 2, maxPerEvent: 1 },
      issues: [["minimum_above_maximum", "minPerEvent"]],
    },
    {
      title: "fees per event beside tiers",
      pricing: { tiers: [{ percent: 1 }], minPerEvent: 1, maxPerEvent: 2 },
      issues: [
        ["field_not_allowed", "minPerEvent"],
        ["field_not_allowed", "maxPerEvent"],
      ],
    },
    {
      title: "options of tiers without tiers",
      pricing: { percent: 1, overflow: "error", flatFeeAtZero: true },
      issues: [
        ["field_not_allowed", "overflow"],
        ["field_not_allowed", "flatFeeAtZero"],
      ],
    },
    {
      title: "a tier without a percentage",
      pricing: { tiers: [{ flatFee: 1 }] },
      issues: [["missing", "tiers", 0, "percent"]],
    },
    {
      title: "a bounded last tier",
      pricing: { tiers: [{ upTo: 5, percent: 1 }] },
      issues: [["bounded_last_tier", "tiers", 0, "upTo"]],
    },
    { title: "no tiers", pricing: { tiers: [] }, issues: [["missing", "tiers"]] },
  ]);
});

describe("pre-rated", () => {
  reads("pre-rated", [
    { title: "nothing but its name", pricing: {}, parsed: {} },
    { title: "a markup", pricing: { markup: "20.0" }, parsed: { markup: "20" } },
  ]);
  refuses("pre-rated", [
    { title: "a negative markup", pricing: { markup: -1 }, issues: [["out_of_range", "markup"]] },
    { title: "a unit price", pricing: { unitPrice: 1 }, issues: [["unknown_key", "unitPrice"]] },
  ]);
});

describe("matrix", () => {
  const region = "properties.region";
  const cell = (when: unknown, unitPrice: unknown = 1) => ({ when, unitPrice });

  reads("matrix", [
    {
      title: "one dimension, with events that lack it and a default",
      pricing: {
        dimensions: [region],
        prices: [cell({ [region]: "eu" }, "1.50"), cell({ [region]: null }, 2n)],
        default: "3.0",
      },
      parsed: {
        dimensions: [region],
        prices: [cell({ [region]: "eu" }, "1.5"), cell({ [region]: null }, "2")],
        default: "3",
      },
    },
    {
      title: "several dimensions, in any order",
      pricing: {
        dimensions: ["name", "agentId"],
        prices: [cell({ name: "a", agentId: "b" }), cell({ agentId: "a", name: "b" })],
      },
      parsed: {
        dimensions: ["name", "agentId"],
        prices: [cell({ name: "a", agentId: "b" }, "1"), cell({ agentId: "a", name: "b" }, "1")],
      },
    },
  ]);
  refuses("matrix", [
    {
      title: "nothing",
      pricing: {},
      issues: [
        ["missing", "dimensions"],
        ["missing", "prices"],
      ],
    },
    {
      title: "no dimensions",
      pricing: { dimensions: [], prices: [] },
      issues: [["out_of_range", "dimensions"]],
    },
    {
      title: "a dimension that is no field of an event",
      pricing: { dimensions: ["quantity"], prices: [] },
      issues: [["invalid_value", "dimensions", 0]],
    },
    {
      title: "a dimension twice",
      pricing: { dimensions: ["name", "name"], prices: [] },
      issues: [["duplicate_id", "dimensions", 1]],
    },
    {
      title: "a cell with a dimension that there is not",
      pricing: { dimensions: ["name"], prices: [cell({ name: "a", subject: "b" })] },
      issues: [["unknown_dimension", "prices", 0, "when", "subject"]],
    },
    {
      title: "a cell without one of the dimensions",
      pricing: { dimensions: ["name", "subject"], prices: [cell({ name: "a" })] },
      issues: [["missing", "prices", 0, "when", "subject"]],
    },
    {
      title: "a combination twice, however it is written",
      pricing: {
        dimensions: ["name", "subject"],
        prices: [
          cell({ name: "a", subject: "b" }),
          cell({ name: "b", subject: "a" }),
          cell({ subject: "b", name: "a" }),
        ],
      },
      issues: [["duplicate_cell", "prices", 2, "when"]],
    },
    {
      title: "a value that is no text",
      pricing: { dimensions: ["name"], prices: [cell({ name: 5 })] },
      issues: [["invalid_type", "prices", 0, "when", "name"]],
    },
    {
      title: "a negative price, and one that is missing",
      pricing: { dimensions: ["name"], prices: [cell({ name: "a" }, -1), { when: { name: "b" } }] },
      issues: [
        ["negative_price", "prices", 0, "unitPrice"],
        ["missing", "prices", 1, "unitPrice"],
      ],
    },
    {
      title: "a negative default",
      pricing: { dimensions: ["name"], prices: [], default: -1 },
      issues: [["negative_price", "default"]],
    },
    {
      title: "a cell that is no object, in one line",
      pricing: { dimensions: ["name"], prices: ["eu"] },
      issues: [["invalid_type", "prices", 0]],
    },
    {
      title: "cells whose values are no objects, each in one line",
      pricing: { dimensions: ["name"], prices: [cell("eu"), cell("us")] },
      issues: [
        ["invalid_type", "prices", 0, "when"],
        ["invalid_type", "prices", 1, "when"],
      ],
    },
  ]);
});
