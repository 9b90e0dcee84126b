/** Guarantees of charges: what they may promise, and what is refused. */
import { type PricingIssue, parseCharge, safeParseCharge, type UsageChargeInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { judging } from "../support/outcomes.js";
import { perUnit, thawed, unchecked } from "../support/plans.js";

type Guarantee = NonNullable<UsageChargeInput["guarantee"]>;

function issuesOf(charge: unknown): readonly PricingIssue[] {
  const result = safeParseCharge(unchecked(charge));
  return result.ok ? [] : result.issues;
}

function wrong(guarantee: unknown, more: object = {}): readonly string[] {
  return issuesOf({ ...judging({}), guarantee, ...more }).map(
    ({ code, path }) => `${code} ${path.join(".")}`,
  );
}

const waive = { successRate: 80, remedy: { waive: true as const } };

describe("a guarantee", () => {
  it.each<[Guarantee, object]>([
    [waive, { successRate: "80", remedy: { waive: true } }],
    [
      { successRate: "99.90", minimumAttempts: 1, remedy: { percent: 50, cap: "1e3" } },
      { successRate: "99.9", minimumAttempts: 1, remedy: { percent: "50", cap: "1000" } },
    ],
    [
      { successRate: 0, minimumAttempts: 1_000_000_000, remedy: { amount: 0 } },
      { successRate: "0", minimumAttempts: 1_000_000_000, remedy: { amount: "0" } },
    ],
    [
      { successRate: 100, remedy: { percent: "0" } },
      { successRate: "100", remedy: { percent: "0" } },
    ],
    [
      { successRate: 100n, remedy: { percent: 100, cap: "0.01" } },
      { successRate: "100", remedy: { percent: "100", cap: "0.01" } },
    ],
    [
      {
        steps: [
          { successRate: 95, remedy: { percent: 10 } },
          { successRate: "90.0", remedy: { waive: true } },
        ],
        minimumAttempts: 10,
      },
      {
        steps: [
          { successRate: "95", remedy: { percent: "10" } },
          { successRate: "90", remedy: { waive: true } },
        ],
        minimumAttempts: 10,
      },
    ],
  ])("is kept as it is, with decimals in one form: %#", (guarantee, parsed) => {
    const charge = parseCharge(judging({}, { guarantee }));
    expect(charge).toHaveProperty("guarantee", parsed);
    expect(thawed(charge)).toEqual([]);
    expect(parseCharge(charge)).toEqual(charge);
  });

  it.each<[unknown, readonly string[]]>([
    [7, ["invalid_type guarantee"]],
    [[], ["invalid_type guarantee"]],
    [{ ...waive, successRate: null }, ["missing guarantee.successRate"]],
    [{ ...waive, remedy: null }, ["missing guarantee.remedy"]],
    [{ ...waive, remedy: { waive: null, cap: 5 } }, ["missing_price guarantee.remedy"]],
    [{ ...waive, rate: 1 }, ["unknown_key guarantee.rate"]],
    [{ remedy: waive.remedy }, ["missing guarantee.successRate"]],
    [{ successRate: 80 }, ["missing guarantee.remedy"]],
    [{ ...waive, successRate: 101 }, ["out_of_range guarantee.successRate"]],
    [{ ...waive, successRate: "100.0001" }, ["out_of_range guarantee.successRate"]],
    [{ ...waive, successRate: -1 }, ["out_of_range guarantee.successRate"]],
    [{ ...waive, successRate: "most" }, ["not_a_decimal guarantee.successRate"]],
    [{ ...waive, minimumAttempts: 0 }, ["out_of_range guarantee.minimumAttempts"]],
    [{ ...waive, minimumAttempts: 1e9 + 1 }, ["out_of_range guarantee.minimumAttempts"]],
    [{ ...waive, minimumAttempts: 1.5 }, ["invalid_type guarantee.minimumAttempts"]],
    [{ ...waive, minimumAttempts: "5" }, ["invalid_type guarantee.minimumAttempts"]],
    [{ ...waive, remedy: {} }, ["missing_price guarantee.remedy"]],
    [{ ...waive, remedy: { cap: 5 } }, ["missing_price guarantee.remedy"]],
    [{ ...waive, remedy: { waive: true, percent: 50 } }, ["missing_price guarantee.remedy"]],
    [{ ...waive, remedy: { percent: 50, amount: 5 } }, ["missing_price guarantee.remedy"]],
    [
      { ...waive, remedy: { waive: true, percent: 1, amount: 1 } },
      ["missing_price guarantee.remedy"],
    ],
    [{ ...waive, remedy: { waive: false } }, ["invalid_value guarantee.remedy.waive"]],
    [{ ...waive, remedy: { percent: 101 } }, ["out_of_range guarantee.remedy.percent"]],
    [{ ...waive, remedy: { amount: "-1" } }, ["negative_price guarantee.remedy.amount"]],
    [{ ...waive, remedy: { waive: true, cap: 0 } }, ["out_of_range guarantee.remedy.cap"]],
    [{}, ["missing guarantee.successRate", "missing guarantee.remedy"]],
    [{ steps: [] }, ["out_of_range guarantee.steps"]],
    [{ steps: [waive], remedy: { waive: true } }, ["field_not_allowed guarantee.remedy"]],
    [
      { ...waive, steps: [waive] },
      ["field_not_allowed guarantee.successRate", "field_not_allowed guarantee.remedy"],
    ],
    [{ steps: [{ successRate: 90 }] }, ["missing guarantee.steps.0.remedy"]],
    [{ steps: [waive, waive] }, ["out_of_range guarantee.steps.1.successRate"]],
    [
      { steps: [{ ...waive, successRate: 70 }, waive, { ...waive, minimumAttempts: 2 }] },
      [
        "unknown_key guarantee.steps.2.minimumAttempts",
        "out_of_range guarantee.steps.1.successRate",
        "out_of_range guarantee.steps.2.successRate",
      ],
    ],
    [{ ...waive, remedy: { waive: true, limit: 1 } }, ["unknown_key guarantee.remedy.limit"]],
  ])("%j is refused: %j", (guarantee, issues) => {
    expect(wrong(guarantee)).toEqual(issues);
  });

  it("says which remedies it was given", () => {
    const [none] = issuesOf(judging({}, { guarantee: { successRate: 1, remedy: {} } }));
    expect(none?.message).toBe(
      "guarantee.remedy must have exactly one of waive, percent, amount, got none of them",
    );
    const both = { successRate: 1, remedy: { percent: 1, amount: 1 } };
    const [two] = issuesOf(judging({}, { guarantee: both }));
    expect(two?.message).toBe(
      "guarantee.remedy must have exactly one of waive, percent, amount, got percent and amount",
    );
  });
});

describe("a guarantee stands only", () => {
  it("on a charge that judges outcomes", () => {
    const [issue] = issuesOf({ ...perUnit("outcome", "1"), guarantee: waive });
    expect(issue).toMatchObject({
      code: "field_not_allowed",
      path: ["guarantee"],
      message: "guarantee is allowed only on charges with an outcome policy, got an object",
    });
  });

  it.each([
    [{ chargeType: "recurring" }, "guarantee"],
    [{ pricing: { model: "flat", amount: 1 } }, "guarantee"],
    [{ pricing: { model: "discount", percent: 1 } }, "guarantee"],
    [{ unitOfMeasure: "@action" }, "outcome"],
  ])("where usage of outcomes is priced, not on %j", (more, path) => {
    expect(wrong(waive, more)).toContain(`field_not_allowed ${path}`);
  });

  it("once it is paid for whatever prices it: any model that prices usage", () => {
    for (const pricing of [
      { model: "percentage", percent: 1 },
      { model: "pre-rated" },
      { model: "stairstep", tiers: [{ flatFee: 1 }] },
    ]) {
      expect(wrong(waive, { pricing })).toEqual([]);
    }
  });
});
