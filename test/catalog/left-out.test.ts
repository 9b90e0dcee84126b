/** What may be left out may be `null` or undefined, wherever it stands; and where `null` says something. */
import fc from "fast-check";
import {
  type ParseResult,
  parseCharge,
  parseSubscription,
  safeParseCharge,
  safeParsePolicy,
  safeParseProduct,
  safeParseRatePlan,
  safeParseSubscription,
  simulate,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import * as arbitrary from "../support/arbitraries.js";
import * as fields from "../support/optional-fields.js";
import { isGiven, LEFT_OUT, optionalPlaces, withAt } from "../support/optional-fields.js";
import { judging, outcomePolicies } from "../support/outcomes.js";
import { eventOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

interface Subject {
  readonly name: string;
  readonly input: fc.Arbitrary<object>;
  readonly safeParse: (input: unknown) => ParseResult<object>;
  readonly optional: typeof fields.charge;
}

const guarantee = { successRate: 90, minimumAttempts: 5, remedy: { percent: 10, cap: 100 } };
const outcomeCharge = outcomePolicies.map((outcome) => judging(outcome, { guarantee }));

const subjects: readonly Subject[] = [
  {
    name: "charge",
    input: arbitrary.charge,
    safeParse: safeParseCharge,
    optional: fields.charge,
  },
  {
    name: "charge that judges outcomes",
    input: outcomeCharge,
    safeParse: safeParseCharge,
    optional: fields.charge,
  },
  {
    name: "rate plan",
    input: arbitrary.ratePlan,
    safeParse: safeParseRatePlan,
    optional: fields.ratePlan,
  },
  {
    name: "product",
    input: arbitrary.product,
    safeParse: safeParseProduct,
    optional: fields.product,
  },
  {
    name: "subscription",
    input: arbitrary.subscription,
    safeParse: safeParseSubscription,
    optional: fields.subscription,
  },
  { name: "policy", input: arbitrary.policy, safeParse: safeParsePolicy, optional: fields.policy },
];

/** Some of a list, as indices that were drawn choose. */
function someOf<T>(all: readonly T[], draws: readonly number[]): readonly T[] {
  const chosen = new Set(draws.map((draw) => draw % all.length));
  return all.filter((_, index) => chosen.has(index));
}

const draws = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
const nothing = fc.constantFrom(null, undefined);

describe.each(subjects)("a $name", ({ input, safeParse, optional }) => {
  it("is the same where a field that it does not have is null or undefined", () => {
    fc.assert(
      fc.property(input, draws, nothing, (value, drawn, absent) => {
        const missing = optionalPlaces(value, optional).filter((place) => !isGiven(value, place));
        const places = someOf(missing, drawn);
        expect(safeParse(withAt(value, places, () => absent))).toStrictEqual(safeParse(value));
        expect(safeParse(value).ok).toBe(true);
      }),
      tries(100),
    );
  });

  it("is the same where all fields that it does not have are null", () => {
    fc.assert(
      fc.property(input, (value) => {
        const missing = optionalPlaces(value, optional).filter((place) => !isGiven(value, place));
        expect(safeParse(withAt(value, missing, () => null))).toStrictEqual(safeParse(value));
      }),
    );
  });

  it("reads a field that becomes null or undefined as one that is taken away, also where it is needed", () => {
    fc.assert(
      fc.property(input, draws, nothing, (value, drawn, absent) => {
        const given = optionalPlaces(value, optional).filter((place) => isGiven(value, place));
        const places = someOf(given, drawn);
        const without = safeParse(withAt(value, places, () => LEFT_OUT));
        expect(safeParse(withAt(value, places, () => absent))).toStrictEqual(without);
      }),
      tries(100),
    );
  });

  it("misses a field that must be there and is null, as one that is not there", () => {
    fc.assert(
      fc.property(input, fc.nat(), (value, draw) => {
        const names = Object.keys(value).filter((name) => name !== "metadata");
        const name = names[draw % names.length];
        if (name === undefined) return;
        const without = safeParse(withAt(value, [[name]], () => LEFT_OUT));
        expect(safeParse({ ...value, [name]: null })).toStrictEqual(without);
        if (without.ok) return;
        const codes = without.issues.filter(({ path }) => path.join() === name);
        for (const { code } of codes) expect(code).toMatch(/^missing/);
      }),
    );
  });
});

describe("null, where something must be", () => {
  const charge = {
    id: "c",
    name: "C",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    pricing: { model: "per-unit", unitPrice: 1 },
  };
  const plan = {
    id: "p",
    name: "P",
    currency: "USD",
    billingCycle: "monthly",
    effectiveDate: "2026-01-01",
    charges: [],
  };
  const product = {
    id: "o",
    name: "O",
    agentType: "a",
    effectiveDate: "2026-01-01",
    ratePlans: [],
  };
  const subscription = { id: "s", customerId: "c", ratePlanId: "p", startDate: "2026-01-01" };

  const rows = [
    {
      kind: "charge",
      safeParse: safeParseCharge,
      value: charge,
      needed: ["id", "name", "chargeType", "pricing"],
    },
    {
      kind: "rate plan",
      safeParse: safeParseRatePlan,
      value: plan,
      needed: ["id", "name", "billingCycle", "effectiveDate", "charges"],
    },
    {
      kind: "product",
      safeParse: safeParseProduct,
      value: product,
      needed: ["id", "name", "agentType", "effectiveDate", "ratePlans"],
    },
    {
      kind: "subscription",
      safeParse: safeParseSubscription,
      value: subscription,
      needed: ["id", "customerId", "ratePlanId", "startDate"],
    },
  ].flatMap(({ needed, ...row }) => needed.map((name) => ({ ...row, name })));

  it.each(rows)("is missing: $name of a $kind", ({ safeParse, value, name }) => {
    expect(safeParse(value).ok).toBe(true);
    expect(safeParse({ ...value, [name]: null })).toMatchObject({
      ok: false,
      issues: [{ code: "missing", path: [name], received: "nothing" }],
    });
  });

  it.each([
    ["the price of a unit", { model: "per-unit", unitPrice: null }, "pricing.unitPrice"],
    ["the model", { model: null, unitPrice: 1 }, "pricing.model"],
    ["the tiers", { model: "tiered", tiers: null }, "pricing.tiers"],
    ["the size of a package", { model: "package", size: null, price: 1 }, "pricing.size"],
    [
      "the fields of a matrix",
      { model: "matrix", dimensions: null, prices: [] },
      "pricing.dimensions",
    ],
  ])("is missing in a price: %s", (_title, pricing, path) => {
    const result = safeParseCharge({ ...charge, pricing });
    expect(result.ok || result.issues.map((each) => `${each.code} ${each.path.join(".")}`)).toEqual(
      [`missing ${path}`],
    );
  });

  it("is missing as the currency that neither a plan nor a charge names", () => {
    const charges = [{ ...charge, currency: null }];
    expect(safeParseRatePlan({ ...plan, currency: null, charges })).toMatchObject({
      ok: false,
      issues: [{ code: "missing_currency", path: ["currency"] }],
    });
    expect(safeParseRatePlan({ ...plan, charges })).toMatchObject({ ok: true });
  });

  it.each<[string, (input: unknown) => ParseResult<object>, unknown]>([
    ["a charge", safeParseRatePlan, { ...plan, charges: [null] }],
    ["a rate plan", safeParseProduct, { ...product, ratePlans: [null] }],
    ["a tier", safeParseCharge, { ...charge, pricing: { model: "tiered", tiers: [null] } }],
    ["a name", safeParseCharge, { ...charge, filter: { names: [null] } }],
    ["a revision", safeParseCharge, { ...charge, revisions: [null] }],
    ["a field to group by", safeParseCharge, { ...charge, groupBy: { fields: [null] } }],
    ["a condition", safeParseCharge, { ...charge, filter: { where: { all: [null] } } }],
    ["a change", safeParseSubscription, { ...subscription, changes: [null] }],
    ["a charge as a whole", safeParseCharge, null],
    ["a plan as a whole", safeParseRatePlan, null],
    ["a product as a whole", safeParseProduct, null],
    ["a subscription as a whole", safeParseSubscription, null],
    ["a policy as a whole", safeParsePolicy, null],
  ])("is refused in a list or by itself: %s", (_title, safeParse, value) => {
    expect(safeParse(value).ok).toBe(false);
  });
});

describe("null that says something", () => {
  const charge: UsageChargeInput = {
    id: "c",
    name: "C",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    currency: "USD",
    pricing: { model: "per-unit", unitPrice: 1 },
  };

  it.each([
    { where: { field: "properties.region", equals: null } },
    { where: { field: "properties.region", in: ["eu", null] } },
    { where: { all: [{ not: { field: "properties.region", equals: null } }] } },
  ])("is a value that an event may have: %j", (filter) => {
    expect(parseCharge({ ...charge, filter })).toHaveProperty("filter", filter);
  });

  it("is a cell of a matrix, for events without a value", () => {
    const pricing = {
      model: "matrix" as const,
      dimensions: ["properties.region"],
      prices: [{ when: { "properties.region": null }, unitPrice: 7 }],
    };
    const parsed = parseCharge({ ...charge, pricing });
    expect(parsed.pricing).toStrictEqual({
      ...pricing,
      prices: [{ when: { "properties.region": null }, unitPrice: "7" }],
    });
    expect(simulate({ ...charge, pricing }, [eventOf()]).amount).toBe("7.00");
  });

  it("is the catalog's price again, in a change", () => {
    const subscription = { id: "s", customerId: "c", ratePlanId: "p", startDate: "2026-01-01" };
    const changes = [{ effectiveDate: "2026-02-01", overrides: { fee: null } }];
    expect(parseSubscription({ ...subscription, changes })).toStrictEqual({
      ...subscription,
      changes,
    });
    expect(safeParseSubscription({ ...subscription, overrides: { fee: null } })).toMatchObject({
      issues: [{ code: "invalid_type", path: ["overrides", "fee"] }],
    });
  });

  it("is what the caller keeps in metadata, at any depth; and metadata themselves may be null", () => {
    const metadata = { sku: null, nested: { list: [null, { deep: null }] } };
    expect(parseCharge({ ...charge, metadata })).toHaveProperty("metadata", metadata);
    expect(parseCharge({ ...charge, metadata: null })).not.toHaveProperty("metadata");
  });
});

describe("null among the options of a function", () => {
  it("asks for the default", () => {
    const charge = {
      id: "c",
      name: "C",
      chargeType: "usage" as const,
      unitOfMeasure: "@outcome",
      currency: "USD",
      pricing: { model: "per-unit" as const, unitPrice: 2 },
    };
    expect(safeParseCharge(charge, { policy: null })).toStrictEqual(safeParseCharge(charge));
    expect(simulate(charge, 3, { policy: null, ratePlanId: null, quantities: null })).toStrictEqual(
      simulate(charge, 3),
    );
  });
});
