/** Discounts in the catalog: one way to say how much, and targets that exist. */
import { type PricingIssueCode, safeParseCharge, safeParseRatePlan } from "rateplan";
import { describe, expect, it } from "vitest";

function discount(pricing: object, id = "launch") {
  return { id, name: "Discount", chargeType: "usage", pricing: { model: "discount", ...pricing } };
}

const outcome = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: 5 },
};

function plan(...charges: readonly unknown[]) {
  return {
    id: "starter",
    name: "Starter",
    currency: "USD",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges,
  };
}

describe("how much a discount takes off", () => {
  it.each([
    { title: "a percentage", pricing: { percent: "12.50" }, parsed: { percent: "12.5" } },
    { title: "all of it", pricing: { percent: 100 }, parsed: { percent: "100" } },
    { title: "nothing", pricing: { percent: 0 }, parsed: { percent: "0" } },
    { title: "an amount", pricing: { amount: 20n }, parsed: { amount: "20" } },
    {
      title: "an amount off everything",
      pricing: { amount: 20, appliesTo: "all" },
      parsed: { amount: "20", appliesTo: "all" },
    },
    {
      title: "a percentage off some charges",
      pricing: { percent: 5, appliesTo: { chargeTypes: ["usage"], units: ["@outcome"] } },
      parsed: { percent: "5", appliesTo: { chargeTypes: ["usage"], units: ["@outcome"] } },
    },
  ])("may be $title", ({ pricing, parsed }) => {
    expect(safeParseCharge(discount(pricing))).toMatchObject({
      ok: true,
      value: { pricing: { model: "discount", ...parsed } },
    });
  });

  it.each<{
    readonly title: string;
    readonly pricing: object;
    readonly code: PricingIssueCode;
    readonly path: readonly (string | number)[];
  }>([
    { title: "neither percent nor amount", pricing: {}, code: "missing_price", path: ["pricing"] },
    {
      title: "both percent and amount",
      pricing: { percent: 5, amount: 5 },
      code: "missing_price",
      path: ["pricing"],
    },
    {
      title: "more than 100 percent",
      pricing: { percent: "100.01" },
      code: "out_of_range",
      path: ["pricing", "percent"],
    },
    {
      title: "a negative percentage",
      pricing: { percent: -5 },
      code: "out_of_range",
      path: ["pricing", "percent"],
    },
    {
      title: "a negative amount",
      pricing: { amount: "-0.01" },
      code: "negative_price",
      path: ["pricing", "amount"],
    },
    {
      title: "an unknown key",
      pricing: { percent: 5, duration: 3 },
      code: "unknown_key",
      path: ["pricing", "duration"],
    },
    {
      title: "a target that is a word",
      pricing: { percent: 5, appliesTo: "usage" },
      code: "invalid_value",
      path: ["pricing", "appliesTo"],
    },
    {
      title: "a target with an unknown key",
      pricing: { percent: 5, appliesTo: { charge: ["outcome"] } },
      code: "unknown_key",
      path: ["pricing", "appliesTo", "charge"],
    },
    {
      title: "a target that is an empty id",
      pricing: { percent: 5, appliesTo: { charges: ["outcome", ""] } },
      code: "invalid_id",
      path: ["pricing", "appliesTo", "charges", 1],
    },
    {
      title: "an empty unit",
      pricing: { percent: 5, appliesTo: { units: [""] } },
      code: "invalid_id",
      path: ["pricing", "appliesTo", "units", 0],
    },
    {
      title: "a charge type that does not exist",
      pricing: { percent: 5, appliesTo: { chargeTypes: ["usage", "oneTime"] } },
      code: "invalid_value",
      path: ["pricing", "appliesTo", "chargeTypes", 1],
    },
    {
      title: "one id where a list is asked",
      pricing: { percent: 5, appliesTo: { charges: "outcome" } },
      code: "invalid_type",
      path: ["pricing", "appliesTo", "charges"],
    },
  ])("must not be $title", ({ pricing, code, path }) => {
    expect(safeParseCharge(discount(pricing))).toMatchObject({
      ok: false,
      issues: [{ code, path }],
    });
  });

  it("says which of the two were given", () => {
    const messages = [{}, { percent: 5, amount: 5 }].map((pricing) => {
      const parsed = safeParseCharge(discount(pricing));
      return parsed.ok || parsed.issues.map(({ message }) => message);
    });
    expect(messages).toEqual([
      ["pricing must have exactly one of percent, amount, got none of them"],
      ["pricing must have exactly one of percent, amount, got percent and amount"],
    ]);
  });
});

describe("what a discount applies to", () => {
  const at = (charge: number, position: number) =>
    ["charges", charge, "pricing", "appliesTo", "charges", position] as const;

  it("may name any charge of the plan that is not a discount, also one that comes later", () => {
    const early = discount({ percent: 5, appliesTo: { charges: ["outcome"] } });
    expect(safeParseRatePlan(plan(early, outcome)).ok).toBe(true);
  });

  it("must not name a charge that the plan does not have", () => {
    const lost = discount({ percent: 5, appliesTo: { charges: ["outcome", "outcomes"] } });
    expect(safeParseRatePlan(plan(outcome, lost))).toMatchObject({
      ok: false,
      issues: [
        {
          code: "unknown_charge",
          path: at(1, 1),
          message:
            'charges[1].pricing.appliesTo.charges[1] must be the id of a charge of this plan that is not a discount, got "outcomes"',
        },
      ],
    });
  });

  it("must not name itself or another discount", () => {
    const other = discount({ percent: 5 }, "other");
    const own = discount({ amount: 5, appliesTo: { charges: ["launch", "other"] } });
    expect(safeParseRatePlan(plan(outcome, other, own))).toMatchObject({
      ok: false,
      issues: [
        { code: "unknown_charge", path: at(2, 0) },
        { code: "unknown_charge", path: at(2, 1) },
      ],
    });
  });

  it("is looked up in its own plan, not by the names of an object's properties", () => {
    const lost = discount({ percent: 5, appliesTo: { charges: ["constructor"] } });
    expect(safeParseRatePlan(plan(outcome, lost))).toMatchObject({
      ok: false,
      issues: [{ code: "unknown_charge", path: at(1, 0) }],
    });
  });

  it("is not looked up where a charge is parsed by itself", () => {
    expect(safeParseCharge(discount({ percent: 5, appliesTo: { charges: ["any"] } })).ok).toBe(
      true,
    );
  });

  it("is not reported twice where the id is none", () => {
    const broken = discount({ percent: 5, appliesTo: { charges: [""] } });
    expect(safeParseRatePlan(plan(outcome, broken))).toMatchObject({
      ok: false,
      issues: [{ code: "invalid_id", path: at(1, 0) }],
    });
  });
});
