/** Charges: what each charge type and model may hold, and what the parser says about the rest. */
import { Decimal } from "decimal.js";
import {
  type Charge,
  type ModelName,
  type PricingIssueCode,
  parseCharge,
  safeParseCharge,
} from "rateplan";
import { describe, expect, it } from "vitest";

const flat = {
  id: "fee",
  name: "Platform fee",
  chargeType: "recurring",
  pricing: { model: "flat", amount: "99" },
};
const perUnit = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "5" },
};
const discount = {
  id: "launch",
  name: "Launch discount",
  chargeType: "usage",
  pricing: { model: "discount", percent: 10 },
};

interface BadCharge {
  readonly title: string;
  readonly charge: unknown;
  readonly code: PricingIssueCode;
  readonly path: readonly (string | number)[];
}

/** One issue, no more: code and path. */
function refused({ code, path }: Pick<BadCharge, "code" | "path">) {
  return { ok: false, issues: [{ code, path }] };
}

describe("the fields of a charge", () => {
  it("comes out as it went in, with decimals in canonical form", () => {
    const charge: Charge = parseCharge({
      id: "seats",
      name: "Seats",
      description: "Everybody who can log in",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      currency: "EUR",
      pricing: { model: "per-unit", unitPrice: 12.5 },
      includedUnits: 3n,
      quantityRounding: { mode: "up", increment: "0.50" },
      minimum: "010.00",
      maximum: new Decimal("1e3"),
      metadata: { sku: "S-1", tags: ["a", null, true, 1.5], nested: { deep: {} } },
    });
    expect(charge).toStrictEqual({
      id: "seats",
      name: "Seats",
      description: "Everybody who can log in",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      currency: "EUR",
      pricing: { model: "per-unit", unitPrice: "12.5" },
      includedUnits: "3",
      quantityRounding: { mode: "up", increment: "0.5" },
      minimum: "10",
      maximum: "1000",
      metadata: { sku: "S-1", tags: ["a", null, true, 1.5], nested: { deep: {} } },
    });
  });

  it("treats a key whose value is undefined as absent, as JSON does", () => {
    const parsed = safeParseCharge({ ...flat, description: undefined, minimum: undefined });
    expect(parsed).toStrictEqual({ ok: true, value: { ...flat } });
  });

  it("lets a charge stand without a currency, which its plan may hold", () => {
    expect(parseCharge(flat as Charge)).not.toHaveProperty("currency");
  });

  it.each<BadCharge>([
    { title: "nothing at all", charge: undefined, code: "missing", path: [] },
    { title: "null", charge: null, code: "invalid_type", path: [] },
    { title: "a text", charge: "flat", code: "invalid_type", path: [] },
    { title: "a list", charge: [flat], code: "invalid_type", path: [] },
    { title: "no id", charge: { ...flat, id: undefined }, code: "missing", path: ["id"] },
    { title: "an empty id", charge: { ...flat, id: "" }, code: "invalid_id", path: ["id"] },
    { title: "a number as id", charge: { ...flat, id: 7 }, code: "invalid_id", path: ["id"] },
    { title: "null as id", charge: { ...flat, id: null }, code: "invalid_id", path: ["id"] },
    {
      title: "an id of 256 characters",
      charge: { ...flat, id: "x".repeat(256) },
      code: "invalid_id",
      path: ["id"],
    },
    { title: "no name", charge: { ...flat, name: undefined }, code: "missing", path: ["name"] },
    {
      title: "a number as name",
      charge: { ...flat, name: 1 },
      code: "invalid_type",
      path: ["name"],
    },
    {
      title: "a name of more than 10,000 characters",
      charge: { ...flat, name: "x".repeat(10_001) },
      code: "too_large",
      path: ["name"],
    },
    {
      title: "null as description",
      charge: { ...flat, description: null },
      code: "invalid_type",
      path: ["description"],
    },
    {
      title: "no charge type",
      charge: { ...flat, chargeType: undefined },
      code: "missing",
      path: ["chargeType"],
    },
    {
      title: "a charge type in the wrong notation",
      charge: { ...flat, chargeType: "oneTime" },
      code: "invalid_value",
      path: ["chargeType"],
    },
    {
      title: "an unknown key",
      charge: { ...flat, prorated: true },
      code: "unknown_key",
      path: ["prorated"],
    },
    {
      title: "an unknown key inside pricing",
      charge: { ...flat, pricing: { model: "flat", amount: 1, unitPrice: 2 } },
      code: "unknown_key",
      path: ["pricing", "unitPrice"],
    },
    {
      title: "a currency that ISO 4217 does not list",
      charge: { ...flat, currency: "XYZ" },
      code: "unknown_currency",
      path: ["currency"],
    },
    {
      title: "a currency in lower case",
      charge: { ...flat, currency: "usd" },
      code: "unknown_currency",
      path: ["currency"],
    },
    {
      title: "a currency that has been withdrawn",
      charge: { ...flat, currency: "DEM" },
      code: "unknown_currency",
      path: ["currency"],
    },
    {
      title: "a number as currency",
      charge: { ...flat, currency: 840 },
      code: "invalid_type",
      path: ["currency"],
    },
    {
      title: "an empty unit of measure",
      charge: { ...perUnit, unitOfMeasure: "" },
      code: "invalid_id",
      path: ["unitOfMeasure"],
    },
  ])("refuses $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });

  it("lists the allowed values in the message", () => {
    expect(safeParseCharge({ ...flat, chargeType: "monthly" })).toMatchObject({
      issues: [
        {
          message: 'chargeType must be one of "one-time", "recurring", "usage", got "monthly"',
          expected: '"one-time", "recurring", "usage"',
          received: '"monthly"',
        },
      ],
    });
  });

  it("says of a text that is too long what may have how many", () => {
    expect(safeParseCharge({ ...flat, name: "x".repeat(10_001) })).toMatchObject({
      issues: [{ message: expect.stringContaining("at most 10000 characters") }],
    });
  });
});

describe("charge type and model", () => {
  const tiers = [{ unitPrice: 1 }];
  const pricings = {
    flat: { model: "flat", amount: 1 },
    "per-unit": { model: "per-unit", unitPrice: 1 },
    tiered: { model: "tiered", tiers },
    volume: { model: "volume", tiers },
    stairstep: { model: "stairstep", tiers: [{ flatFee: 1 }] },
    package: { model: "package", size: 10, price: 1 },
    overage: { model: "overage", includedUnits: 10, unitPrice: 1 },
    percentage: { model: "percentage", percent: 1 },
    matrix: { model: "matrix", dimensions: ["name"], prices: [] },
    "pre-rated": { model: "pre-rated" },
    discount: { model: "discount", amount: 1 },
  } satisfies Record<ModelName | "discount", unknown>;
  const onSeats = ["flat", "per-unit", "tiered", "volume", "stairstep", "package", "overage"];
  const allowed = {
    "one-time": ["flat", "discount"],
    recurring: [...onSeats, "discount"],
    usage: [...onSeats, "percentage", "matrix", "pre-rated", "discount"],
  };
  const matrix = (["one-time", "recurring", "usage"] as const).flatMap((chargeType) =>
    Object.entries(pricings).map(([model, pricing]) => ({
      chargeType,
      model,
      pricing,
      fits: allowed[chargeType].includes(model),
    })),
  );

  it.each(matrix.filter(({ fits }) => fits))("allows $model on a $chargeType charge", (row) => {
    const { chargeType, pricing } = row;
    expect(
      safeParseCharge({ id: "c", name: "C", chargeType, unitOfMeasure: "@outcome", pricing }).ok,
    ).toBe(true);
  });

  it.each(matrix.filter(({ fits }) => !fits))("refuses $model on a $chargeType charge", (row) => {
    const { chargeType, pricing, model } = row;
    expect(
      safeParseCharge({ id: "c", name: "C", chargeType, unitOfMeasure: "@outcome", pricing }),
    ).toMatchObject({
      ok: false,
      issues: [
        {
          code: "model_not_allowed",
          path: ["pricing", "model"],
          message: `pricing.model must be ${allowed[chargeType].join(", ")} on a ${chargeType} charge, got "${model}"`,
        },
      ],
    });
  });

  it.each<BadCharge>([
    {
      title: "a model that does not exist",
      charge: { ...flat, pricing: { model: "graduated", tiers: [] } },
      code: "unknown_model",
      path: ["pricing", "model"],
    },
    {
      title: "a model by the name of a property of every object",
      charge: { ...flat, pricing: { model: "constructor" } },
      code: "unknown_model",
      path: ["pricing", "model"],
    },
    {
      title: "a number as model",
      charge: { ...flat, pricing: { model: 1 } },
      code: "unknown_model",
      path: ["pricing", "model"],
    },
    {
      title: "no model",
      charge: { ...flat, pricing: { amount: 1 } },
      code: "missing",
      path: ["pricing", "model"],
    },
    {
      title: "no pricing",
      charge: { ...flat, pricing: undefined },
      code: "missing",
      path: ["pricing"],
    },
    {
      title: "null as pricing",
      charge: { ...flat, pricing: null },
      code: "invalid_type",
      path: ["pricing"],
    },
    {
      title: "a price instead of pricing",
      charge: { ...flat, pricing: "99.00" },
      code: "invalid_type",
      path: ["pricing"],
    },
  ])("refuses $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });

  it("names the models there are", () => {
    expect(safeParseCharge({ ...flat, pricing: { model: "graduated" } })).toMatchObject({
      issues: [
        {
          message: expect.stringMatching(
            /^pricing\.model must be one of "discount", "flat", "per-unit",.* got "graduated"$/,
          ),
        },
      ],
    });
  });
});

describe("prices", () => {
  it.each<BadCharge>([
    {
      title: "a flat charge without an amount",
      charge: { ...flat, pricing: { model: "flat" } },
      code: "missing",
      path: ["pricing", "amount"],
    },
    {
      title: "a per-unit charge without a unit price",
      charge: { ...perUnit, pricing: { model: "per-unit" } },
      code: "missing",
      path: ["pricing", "unitPrice"],
    },
    {
      title: "a negative amount",
      charge: { ...flat, pricing: { model: "flat", amount: "-0.01" } },
      code: "negative_price",
      path: ["pricing", "amount"],
    },
    {
      title: "a negative unit price",
      charge: { ...perUnit, pricing: { model: "per-unit", unitPrice: -1 } },
      code: "negative_price",
      path: ["pricing", "unitPrice"],
    },
    {
      title: "a negative minimum",
      charge: { ...flat, minimum: -1n },
      code: "negative_price",
      path: ["minimum"],
    },
    {
      title: "a negative maximum",
      charge: { ...flat, maximum: "-1" },
      code: "negative_price",
      path: ["maximum"],
    },
    {
      title: "negative included units",
      charge: { ...perUnit, includedUnits: "-1" },
      code: "out_of_range",
      path: ["includedUnits"],
    },
    {
      title: "a minimum above the maximum",
      charge: { ...flat, minimum: "10.01", maximum: 10 },
      code: "minimum_above_maximum",
      path: ["minimum"],
    },
    {
      title: "a unit that is missing where a price is per unit",
      charge: { ...perUnit, unitOfMeasure: undefined },
      code: "missing_unit",
      path: ["unitOfMeasure"],
    },
    {
      title: "a unit that is missing where there are tiers",
      charge: {
        ...perUnit,
        unitOfMeasure: undefined,
        pricing: { model: "tiered", tiers: [{ unitPrice: 1 }] },
      },
      code: "missing_unit",
      path: ["unitOfMeasure"],
    },
  ])("refuses $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });

  it.each([
    { title: "a free charge", charge: { ...flat, pricing: { model: "flat", amount: 0 } } },
    { title: "a minimum equal to the maximum", charge: { ...flat, minimum: "10.0", maximum: 10 } },
    { title: "a minimum of 0", charge: { ...flat, minimum: 0, maximum: 0 } },
    { title: "no included units", charge: { ...perUnit, includedUnits: 0 } },
    { title: "a flat charge that names a unit", charge: { ...flat, unitOfMeasure: "@seat" } },
  ])("allows $title", ({ charge }) => {
    expect(safeParseCharge(charge)).toMatchObject({ ok: true });
  });

  it("says by which rule the minimum is too high", () => {
    expect(safeParseCharge({ ...flat, minimum: "10.01", maximum: 10 })).toMatchObject({
      issues: [
        {
          message: "minimum must be at most maximum (10), got 10.01",
          expected: "at most maximum (10)",
          received: "10.01",
        },
      ],
    });
  });

  it("reports a minimum above the maximum also when one of them is negative", () => {
    expect(safeParseCharge({ ...flat, minimum: 5, maximum: -5 })).toMatchObject({
      issues: [
        { code: "negative_price", path: ["maximum"] },
        { code: "minimum_above_maximum", path: ["minimum"] },
      ],
    });
  });

  it("shows the digits of a decimal that it refuses, not that it is an object", () => {
    expect(
      safeParseCharge({ ...flat, pricing: { model: "flat", amount: new Decimal("-12.50") } }),
    ).toMatchObject({
      issues: [{ code: "negative_price", message: expect.stringContaining("-12.5") }],
    });
  });
});

describe("fields that a charge must not have", () => {
  const usageOnly = "aggregation is allowed only on usage charges";

  it.each<BadCharge & { readonly message?: string }>([
    {
      title: "included units on a flat charge",
      charge: { ...flat, includedUnits: 5 },
      code: "field_not_allowed",
      path: ["includedUnits"],
      message: "includedUnits is allowed only on models that price a quantity, got",
    },
    {
      title: "rounding of the quantity on a flat charge",
      charge: { ...flat, quantityRounding: { mode: "up" } },
      code: "field_not_allowed",
      path: ["quantityRounding"],
    },
    {
      title: "included units on a flat usage charge",
      charge: { ...flat, chargeType: "usage", includedUnits: 5 },
      code: "field_not_allowed",
      path: ["includedUnits"],
    },
    {
      title: "aggregation on a recurring charge",
      charge: { ...perUnit, chargeType: "recurring", aggregation: "max" },
      code: "field_not_allowed",
      path: ["aggregation"],
      message: usageOnly,
    },
    {
      title: "aggregation on a one-time charge",
      charge: { ...flat, chargeType: "one-time", aggregation: "sum" },
      code: "field_not_allowed",
      path: ["aggregation"],
      message: usageOnly,
    },
    {
      title: "a filter on a recurring charge",
      charge: { ...perUnit, chargeType: "recurring", filter: { names: ["resolved"] } },
      code: "field_not_allowed",
      path: ["filter"],
      message: "filter is allowed only on usage charges, got",
    },
    {
      title: "groups on a recurring charge",
      charge: { ...perUnit, chargeType: "recurring", groupBy: { fields: ["name"] } },
      code: "field_not_allowed",
      path: ["groupBy"],
      message: "groupBy is allowed only on usage charges, got",
    },
    {
      title: "aggregation on a flat usage charge",
      charge: { ...flat, chargeType: "usage", aggregation: "max" },
      code: "field_not_allowed",
      path: ["aggregation"],
      message: "aggregation is allowed only on models that price usage, got",
    },
    {
      title: "groups on a flat usage charge",
      charge: { ...flat, chargeType: "usage", groupBy: { fields: ["name"] } },
      code: "field_not_allowed",
      path: ["groupBy"],
      message: "groupBy is allowed only on models that price usage, got",
    },
    {
      title: "included units beside those of an overage price",
      charge: {
        ...perUnit,
        includedUnits: 5,
        pricing: { model: "overage", includedUnits: 10, unitPrice: 1 },
      },
      code: "field_not_allowed",
      path: ["includedUnits"],
    },
    ...[
      { model: "percentage", percent: 1 },
      { model: "pre-rated" },
      { model: "matrix", dimensions: ["name"], prices: [] },
    ].flatMap((pricing) => [
      {
        title: `included units on a ${pricing.model} charge`,
        charge: { ...perUnit, pricing, includedUnits: 5 },
        code: "field_not_allowed" as const,
        path: ["includedUnits"],
      },
      {
        title: `rounding of the quantity on a ${pricing.model} charge`,
        charge: { ...perUnit, pricing, quantityRounding: { mode: "up" } },
        code: "field_not_allowed" as const,
        path: ["quantityRounding"],
      },
      {
        title: `tiers across groups on a ${pricing.model} charge`,
        charge: { ...perUnit, pricing, groupBy: { fields: ["name"], tiers: "across-groups" } },
        code: "field_not_allowed" as const,
        path: ["groupBy", "tiers"],
      },
    ]),
    ...[{ model: "percentage", percent: 1 }, { model: "pre-rated" }].map((pricing) => ({
      title: `aggregation on a ${pricing.model} charge, which prices each event's value`,
      charge: { ...perUnit, pricing, aggregation: "max" },
      code: "field_not_allowed" as const,
      path: ["aggregation"],
    })),
    ...["filter", "groupBy"].map((field) => ({
      title: `${field} on a usage discount`,
      charge: { ...discount, [field]: field === "filter" ? {} : { fields: ["name"] } },
      code: "field_not_allowed" as const,
      path: [field],
    })),
    {
      title: "a minimum on a discount",
      charge: { ...discount, minimum: 5 },
      code: "field_not_allowed",
      path: ["minimum"],
      message: "minimum is allowed only on charges other than discounts, got",
    },
    {
      title: "a maximum on a discount",
      charge: { ...discount, maximum: 5 },
      code: "field_not_allowed",
      path: ["maximum"],
    },
    {
      title: "included units on a discount",
      charge: { ...discount, includedUnits: 5 },
      code: "field_not_allowed",
      path: ["includedUnits"],
    },
    {
      title: "rounding of the quantity on a discount",
      charge: { ...discount, quantityRounding: { mode: "up" } },
      code: "field_not_allowed",
      path: ["quantityRounding"],
    },
    {
      title: "aggregation on a usage discount",
      charge: { ...discount, aggregation: "sum" },
      code: "field_not_allowed",
      path: ["aggregation"],
    },
  ])("refuses $title", ({ charge, code, path, message = "" }) => {
    expect(safeParseCharge(charge)).toMatchObject({
      ok: false,
      issues: [{ code, path, message: expect.stringContaining(message) }],
    });
  });

  it("reports every field that is out of place at once", () => {
    const charge = {
      ...flat,
      includedUnits: 1,
      quantityRounding: { mode: "up" },
      aggregation: "sum",
    };
    expect(safeParseCharge(charge)).toMatchObject({
      issues: [
        { code: "field_not_allowed", path: ["aggregation"] },
        { code: "field_not_allowed", path: ["includedUnits"] },
        { code: "field_not_allowed", path: ["quantityRounding"] },
      ],
    });
  });
});

describe("what this version does not carry out", () => {
  const values = {
    outcome: { uniqueBy: "subject" },
    guarantee: { atLeast: 100 },
    revisions: [{ effectiveDate: "2026-02-01" }],
    proration: "none",
    billingTiming: "in-advance",
    billingCycle: "annual",
  };

  it.each(Object.entries(values))("refuses %s", (field, value) => {
    expect(safeParseCharge({ ...perUnit, [field]: value })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "not_supported",
          path: [field],
          message: expect.stringContaining(`${field} is not supported yet, got `),
        },
      ],
    });
  });

  it.each(["outcome", "guarantee", "revisions"])(
    "accepts a stored row with an empty %s",
    (field) => {
      expect(safeParseCharge({ ...perUnit, [field]: [] }).ok).toBe(true);
      expect(safeParseCharge({ ...perUnit, [field]: {} }).ok).toBe(true);
    },
  );

  it.each([null, 0, "", false])("does not take %j for an empty list", (value) => {
    expect(safeParseCharge({ ...perUnit, outcome: value })).toMatchObject(
      refused({ code: "not_supported", path: ["outcome"] }),
    );
  });

  it("refuses all of them at once", () => {
    const parsed = safeParseCharge({ ...perUnit, ...values });
    expect(parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path}`).sort()).toEqual(
      Object.keys(values)
        .map((field) => `not_supported ${field}`)
        .sort(),
    );
  });
});

describe("aggregation", () => {
  it.each(["sum", "count", "min", "max", "last", "average", "weighted-sum"])(
    "takes %s",
    (aggregation) => {
      expect(safeParseCharge({ ...perUnit, aggregation })).toMatchObject({
        value: { aggregation },
      });
    },
  );

  it("counts distinct subjects where unique-count names no field", () => {
    expect(safeParseCharge({ ...perUnit, aggregation: "unique-count" })).toMatchObject({
      value: { aggregation: { type: "unique-count", by: "subject" } },
    });
  });

  it.each(["subject", "name", "agentId", "agentType", "properties.userId", "properties.a.b"])(
    "counts distinct values of %s",
    (by) => {
      const aggregation = { type: "unique-count", by };
      expect(safeParseCharge({ ...perUnit, aggregation })).toMatchObject({
        value: { aggregation },
      });
    },
  );

  it.each<BadCharge>([
    {
      title: "an unknown aggregation",
      charge: { ...perUnit, aggregation: "median" },
      code: "invalid_value",
      path: ["aggregation"],
    },
    {
      title: "null",
      charge: { ...perUnit, aggregation: null },
      code: "invalid_value",
      path: ["aggregation"],
    },
    {
      title: "a field that cannot be counted by",
      charge: { ...perUnit, aggregation: { type: "unique-count", by: "quantity" } },
      code: "invalid_value",
      path: ["aggregation", "by"],
    },
    {
      title: "a property without a name",
      charge: { ...perUnit, aggregation: { type: "unique-count", by: "properties." } },
      code: "invalid_value",
      path: ["aggregation", "by"],
    },
    {
      title: "an unknown key",
      charge: { ...perUnit, aggregation: { type: "unique-count", by: "name", limit: 5 } },
      code: "unknown_key",
      path: ["aggregation", "limit"],
    },
  ])("refuses $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });

  it("names the aggregations there are when it is none of them", () => {
    expect(safeParseCharge({ ...perUnit, aggregation: "median" })).toMatchObject({
      issues: [{ expected: expect.stringContaining("average") }],
    });
  });
});

describe("rounding of the quantity", () => {
  it.each<BadCharge>([
    {
      title: "no mode",
      charge: { ...perUnit, quantityRounding: {} },
      code: "missing",
      path: ["quantityRounding", "mode"],
    },
    {
      title: "an unknown mode",
      charge: { ...perUnit, quantityRounding: { mode: "bankers" } },
      code: "invalid_value",
      path: ["quantityRounding", "mode"],
    },
    {
      title: "a mode by itself",
      charge: { ...perUnit, quantityRounding: "up" },
      code: "invalid_type",
      path: ["quantityRounding"],
    },
    {
      title: "an increment of 0",
      charge: { ...perUnit, quantityRounding: { mode: "up", increment: 0 } },
      code: "out_of_range",
      path: ["quantityRounding", "increment"],
    },
    {
      title: "a negative increment",
      charge: { ...perUnit, quantityRounding: { mode: "up", increment: "-1" } },
      code: "out_of_range",
      path: ["quantityRounding", "increment"],
    },
    {
      title: "an unknown key",
      charge: { ...perUnit, quantityRounding: { mode: "up", step: 1 } },
      code: "unknown_key",
      path: ["quantityRounding", "step"],
    },
  ])("refuses $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });
});

describe("metadata", () => {
  it.each([
    { title: "a list", metadata: [] },
    { title: "null", metadata: null },
    { title: "a text", metadata: "x" },
  ])("refuses $title in place of an object", ({ metadata }) => {
    expect(safeParseCharge({ ...flat, metadata })).toMatchObject(
      refused({ code: "invalid_type", path: ["metadata"] }),
    );
  });

  it.each([
    { title: "a bigint", value: 5n },
    { title: "NaN", value: Number.NaN },
    { title: "Infinity", value: Number.POSITIVE_INFINITY },
    { title: "a date", value: new Date(0) },
    { title: "a map", value: new Map([["a", 1]]) },
    { title: "a decimal", value: new Decimal(1) },
    { title: "a function", value: () => 1 },
    { title: "a symbol", value: Symbol("a") },
  ])("refuses $title in it, which JSON cannot hold", ({ value }) => {
    expect(safeParseCharge({ ...flat, metadata: { list: [1, { value }] } })).toMatchObject(
      refused({ code: "not_plain_data", path: ["metadata", "list", 1, "value"] }),
    );
  });
});
