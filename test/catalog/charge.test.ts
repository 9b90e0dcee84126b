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
  pricing: { model: "discount", percent: "10" },
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
    { title: "null as id", charge: { ...flat, id: null }, code: "missing", path: ["id"] },
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
      title: "a number as description",
      charge: { ...flat, description: 1 },
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
          expected: 'one of "one-time", "recurring", "usage"',
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
          message: `pricing.model must be one of ${allowed[chargeType].join(", ")} on a ${chargeType} charge, got "${model}"`,
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
      code: "missing",
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

describe("the cycle of a charge", () => {
  it.each(["daily", "quarterly", { every: 2, unit: "week" }, { every: 1_000, unit: "year" }])(
    "may be %j, on a fee, on seats and on usage",
    (billingCycle) => {
      for (const charge of [flat, { ...perUnit, chargeType: "recurring" }, perUnit]) {
        expect(safeParseCharge({ ...charge, billingCycle })).toStrictEqual({
          ok: true,
          value: { ...charge, billingCycle },
        });
      }
    },
  );

  it.each(["in-arrears", "in-advance"])("may be billed %s where it is recurring", (timing) => {
    for (const charge of [flat, { ...perUnit, chargeType: "recurring" }]) {
      const billed = { ...charge, billingTiming: timing };
      expect(safeParseCharge(billed)).toStrictEqual({ ok: true, value: billed });
    }
  });

  it.each<BadCharge>([
    {
      title: "a cycle that does not exist",
      charge: { ...flat, billingCycle: "fortnightly" },
      code: "invalid_value",
      path: ["billingCycle"],
    },
    {
      title: "a number as a cycle",
      charge: { ...flat, billingCycle: 30 },
      code: "invalid_value",
      path: ["billingCycle"],
    },
    {
      title: "a cycle of nothing",
      charge: { ...flat, billingCycle: { every: 0, unit: "day" } },
      code: "out_of_range",
      path: ["billingCycle", "every"],
    },
    {
      title: "a cycle without a unit",
      charge: { ...flat, billingCycle: { every: 1 } },
      code: "missing",
      path: ["billingCycle", "unit"],
    },
    {
      title: "a cycle on a one-time charge",
      charge: { ...flat, chargeType: "one-time", billingCycle: "annual" },
      code: "field_not_allowed",
      path: ["billingCycle"],
    },
    {
      title: "a cycle on a discount",
      charge: { ...discount, billingCycle: "annual" },
      code: "field_not_allowed",
      path: ["billingCycle"],
    },
    {
      title: "a timing that does not exist",
      charge: { ...flat, billingTiming: "upfront" },
      code: "invalid_value",
      path: ["billingTiming"],
    },
    {
      title: "true as timing",
      charge: { ...flat, billingTiming: true },
      code: "invalid_value",
      path: ["billingTiming"],
    },
    {
      title: "usage in advance, which nobody knows",
      charge: { ...perUnit, billingTiming: "in-advance" },
      code: "field_not_allowed",
      path: ["billingTiming"],
    },
    {
      title: "also usage that says no more than the default",
      charge: { ...perUnit, billingTiming: "in-arrears" },
      code: "field_not_allowed",
      path: ["billingTiming"],
    },
    {
      title: "timing on a one-time charge",
      charge: { ...flat, chargeType: "one-time", billingTiming: "in-advance" },
      code: "field_not_allowed",
      path: ["billingTiming"],
    },
    {
      title: "timing on a recurring discount",
      charge: { ...discount, chargeType: "recurring", billingTiming: "in-advance" },
      code: "field_not_allowed",
      path: ["billingTiming"],
    },
  ])("is refused: $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });

  it.each([
    [{ chargeType: "one-time", billingCycle: "annual" }, "recurring and usage charges"],
    [{ chargeType: "usage", billingTiming: "in-advance" }, "recurring charges"],
  ])("says where %o is allowed", (more, where) => {
    expect(safeParseCharge({ ...flat, ...more })).toMatchObject({
      issues: [{ expected: `only on ${where}`, message: expect.stringContaining(where) }],
    });
  });

  it.each([
    [
      { chargeType: "one-time", billingCycle: "annual", billingTiming: "in-advance" },
      ["billingCycle", "billingTiming"],
    ],
    [{ chargeType: "usage", billingTiming: "in-advance" }, ["billingTiming"]],
  ])("is refused once for each field on a discount: %o", (more, fields) => {
    const parsed = safeParseCharge({ ...discount, ...more });
    expect(parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path}`)).toEqual(
      fields.map((field) => `field_not_allowed ${field}`),
    );
  });
});

describe("proration", () => {
  const methods = ["days", "seconds", "30E/360", "fixed-days", "none"];
  const recurring = { ...perUnit, chargeType: "recurring" };

  it.each(methods)("by %s comes out as an object, also where the method stands alone", (method) => {
    for (const charge of [flat, recurring, perUnit, { ...discount, chargeType: "recurring" }]) {
      const expected = { ok: true, value: { ...charge, proration: { method } } };
      expect(safeParseCharge({ ...charge, proration: method })).toStrictEqual(expected);
      expect(safeParseCharge({ ...charge, proration: { method } })).toStrictEqual(expected);
    }
  });

  it.each([1, 28, 30, 31])("may have months of %i days", (daysPerMonth) => {
    const proration = { method: "fixed-days", daysPerMonth };
    expect(safeParseCharge({ ...flat, proration })).toMatchObject({ value: { proration } });
  });

  it.each([[[]], [["fee"]], [["limits"]], [["fee", "limits"]]])(
    "may scale %j of any charge",
    (parts) => {
      const proration = { method: "days", of: parts };
      const matrix = { model: "matrix", dimensions: ["name"], prices: [] };
      const values = { model: "percentage", percent: 1 };
      const charges = [
        flat,
        recurring,
        perUnit,
        { ...perUnit, pricing: matrix },
        { ...perUnit, pricing: values },
      ];
      for (const charge of charges) {
        expect(safeParseCharge({ ...charge, proration })).toMatchObject({ value: { proration } });
      }
    },
  );

  it.each(["included-units", "tiers"])("may scale %s where a quantity is priced", (part) => {
    const tiered = { model: "tiered", tiers: [{ upTo: 5, unitPrice: 1 }, { unitPrice: 2 }] };
    const proration = { method: "seconds", of: [part, "fee"] };
    for (const charge of [perUnit, recurring, { ...perUnit, pricing: tiered }]) {
      expect(safeParseCharge({ ...charge, proration })).toMatchObject({ value: { proration } });
    }
  });

  it.each([
    { title: "a fee", charge: flat },
    { title: "a usage fee", charge: { ...flat, chargeType: "usage" } },
    {
      title: "values",
      charge: { ...perUnit, pricing: { model: "percentage", tiers: [{ percent: 1 }] } },
    },
    {
      title: "a matrix",
      charge: { ...perUnit, pricing: { model: "matrix", dimensions: ["name"], prices: [] } },
    },
  ])("has no included units and no tiers to scale on $title", ({ charge }) => {
    const proration = { method: "days", of: ["fee", "included-units", "limits", "tiers"] };
    const where = "is allowed only on models that price a quantity";
    expect(safeParseCharge({ ...charge, proration })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "field_not_allowed",
          path: ["proration", "of", 1],
          message: `proration.of[1] ${where}, got "included-units"`,
        },
        {
          code: "field_not_allowed",
          path: ["proration", "of", 3],
          message: `proration.of[3] ${where}, got "tiers"`,
        },
      ],
    });
  });

  it("scales no included units where the prices include units themselves", () => {
    const pricing = { model: "overage", includedUnits: "10", unitPrice: "1" };
    const proration = { method: "days", of: ["fee", "limits", "tiers"] };
    const charge = { ...perUnit, pricing, proration };
    expect(safeParseCharge(charge)).toStrictEqual({ ok: true, value: charge });
    const of = ["tiers", "included-units"];
    expect(safeParseCharge({ ...charge, proration: { method: "days", of } })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "field_not_allowed",
          path: ["proration", "of", 1],
          message:
            'proration.of[1] is allowed only on models that do not include units themselves, got "included-units"',
        },
      ],
    });
  });

  it.each<BadCharge>([
    ...["monthly", "Days", "", 30, true, []].map((proration) => ({
      title: `${JSON.stringify(proration)}, which is no method`,
      charge: { ...flat, proration },
      code: "invalid_value" as const,
      path: ["proration"],
    })),
    {
      title: "no method",
      charge: { ...flat, proration: {} },
      code: "missing",
      path: ["proration", "method"],
    },
    {
      title: "a method that does not exist",
      charge: { ...flat, proration: { method: "actual/365" } },
      code: "invalid_value",
      path: ["proration", "method"],
    },
    ...[0, -1, 32].map((daysPerMonth) => ({
      title: `a month of ${daysPerMonth} days`,
      charge: { ...flat, proration: { method: "fixed-days", daysPerMonth } },
      code: "out_of_range" as const,
      path: ["proration", "daysPerMonth"],
    })),
    ...[30.5, "30"].map((daysPerMonth) => ({
      title: `a month of ${JSON.stringify(daysPerMonth)} days`,
      charge: { ...flat, proration: { method: "fixed-days", daysPerMonth } },
      code: "invalid_type" as const,
      path: ["proration", "daysPerMonth"],
    })),
    {
      title: "a part by itself",
      charge: { ...flat, proration: { method: "days", of: "fee" } },
      code: "invalid_type",
      path: ["proration", "of"],
    },
    {
      title: "null as a part",
      charge: { ...flat, proration: { method: "days", of: [null] } },
      code: "invalid_value",
      path: ["proration", "of", 0],
    },
    {
      title: "a part that does not exist",
      charge: { ...flat, proration: { method: "days", of: ["fee", "price"] } },
      code: "invalid_value",
      path: ["proration", "of", 1],
    },
    {
      title: "an unknown key",
      charge: { ...flat, proration: { method: "days", rounding: "up" } },
      code: "unknown_key",
      path: ["proration", "rounding"],
    },
    {
      title: "a one-time charge, which has no cycle",
      charge: { ...flat, chargeType: "one-time", proration: "days" },
      code: "field_not_allowed",
      path: ["proration"],
    },
    {
      title: "a one-time discount",
      charge: { ...discount, chargeType: "one-time", proration: "days" },
      code: "field_not_allowed",
      path: ["proration"],
    },
  ])("is refused: $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });

  it("names the methods there are", () => {
    expect(safeParseCharge({ ...flat, proration: "monthly" })).toMatchObject({
      issues: [{ expected: expect.stringContaining('"30E/360"') }],
    });
  });
});

describe("revisions", () => {
  const unitPrice = (price: unknown) => ({ model: "per-unit", unitPrice: price });
  const revised = (charge: object, ...revisions: readonly unknown[]) =>
    safeParseCharge({ ...charge, revisions });
  const codesOf = (parsed: ReturnType<typeof safeParseCharge>) =>
    parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path.join(".")}`);

  it("come out as they went in, in their order, with decimals in canonical form", () => {
    const second = {
      effectiveDate: "2027-01-01T00:00:00+01:00",
      pricing: {
        model: "tiered",
        tiers: [
          { start: 0, end: "10.0", unitPrice: 1 },
          { start: 10, unitPrice: 2 },
        ],
      },
      withinPeriod: "split",
      appliesTo: "new",
    };
    const first = { effectiveDate: "2026-06-01", pricing: unitPrice("05.50") };
    expect(revised(perUnit, second, first)).toStrictEqual({
      ok: true,
      value: {
        ...perUnit,
        revisions: [
          {
            ...second,
            pricing: {
              model: "tiered",
              tiers: [{ upTo: "10", unitPrice: "1" }, { unitPrice: "2" }],
            },
          },
          { ...first, pricing: unitPrice("5.5") },
        ],
      },
    });
  });

  it("may be none", () => {
    expect(revised(perUnit)).toMatchObject({ value: { revisions: [] } });
  });

  it.each([
    { withinPeriod: "hold", appliesTo: "all" },
    { withinPeriod: "split", appliesTo: "all" },
    { withinPeriod: "hold", appliesTo: "new" },
    { withinPeriod: "split", appliesTo: "new" },
  ])("keep %o as it was written, defaults or not", (how) => {
    const revision = {
      effectiveDate: "2026-06-01",
      pricing: { model: "flat", amount: "1" },
      ...how,
    };
    for (const chargeType of ["one-time", "recurring", "usage"]) {
      expect(revised({ ...flat, chargeType }, revision)).toMatchObject({
        value: { revisions: [revision] },
      });
    }
  });

  it.each<BadCharge>([
    ...[{}, "2026-06-01", 5].map((revisions) => ({
      title: `${JSON.stringify(revisions)} instead of a list`,
      charge: { ...flat, revisions },
      code: "invalid_type" as const,
      path: ["revisions"],
    })),
    ...[null, "2026-06-01", 5, []].map((revision) => ({
      title: `${JSON.stringify(revision)} in the list`,
      charge: { ...flat, revisions: [revision] },
      code: "invalid_type" as const,
      path: ["revisions", 0],
    })),
    ...["2026-02-30", "soon", "2026-06-01T00:00:00", "", 5, new Date(Number.NaN)].map((date) => ({
      title: `${String(date)} as a date`,
      charge: {
        ...flat,
        revisions: [{ effectiveDate: date, pricing: { model: "flat", amount: 1 } }],
      },
      code: "invalid_date" as const,
      path: ["revisions", 0, "effectiveDate"],
    })),
    ...(
      [
        ["no date", { effectiveDate: undefined }, "missing", ["effectiveDate"]],
        ["null as a date", { effectiveDate: null }, "missing", ["effectiveDate"]],
        ["no pricing", { pricing: undefined }, "missing", ["pricing"]],
        ["null as pricing", { pricing: null }, "missing", ["pricing"]],
        ["a price instead of pricing", { pricing: 5 }, "invalid_type", ["pricing"]],
        ["no model", { pricing: { amount: 5 } }, "missing", ["pricing", "model"]],
        [
          "a model that does not exist",
          { pricing: { model: "gratis" } },
          "unknown_model",
          ["pricing", "model"],
        ],
        [
          "a negative price",
          { pricing: { model: "flat", amount: "-1" } },
          "negative_price",
          ["pricing", "amount"],
        ],
        [
          "a way to split that does not exist",
          { withinPeriod: "cut" },
          "invalid_value",
          ["withinPeriod"],
        ],
        ["true as the way to split", { withinPeriod: true }, "invalid_value", ["withinPeriod"]],
        ["customers that do not exist", { appliesTo: "old" }, "invalid_value", ["appliesTo"]],
        ["an unknown key", { name: "2027" }, "unknown_key", ["name"]],
      ] as const
    ).map(([title, more, code, path]) => ({
      title,
      charge: {
        ...flat,
        revisions: [
          { effectiveDate: "2026-06-01", pricing: { model: "flat", amount: 1 } },
          { effectiveDate: "2027-06-01", pricing: { model: "flat", amount: 1 }, ...more },
        ],
      },
      code,
      path: ["revisions", 1, ...path],
    })),
  ])("are refused: $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });

  describe("have models of the charge's kind", () => {
    const tiers = [{ unitPrice: 1 }];
    const pricings = {
      flat: { model: "flat", amount: 1 },
      "per-unit": unitPrice(1),
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
    const kinds = [
      ["flat"],
      ["per-unit", "tiered", "volume", "stairstep", "package", "overage"],
      ["percentage", "pre-rated"],
      ["matrix"],
      ["discount"],
    ];
    const names = Object.keys(pricings) as readonly (keyof typeof pricings)[];
    const pairs = names.flatMap((model) =>
      names.map((next) => ({
        model,
        next,
        fits: kinds.some((kind) => kind.includes(model) && kind.includes(next)),
      })),
    );
    const revision = (model: keyof typeof pricings) => ({
      effectiveDate: "2026-06-01",
      pricing: pricings[model],
    });
    const priced = (model: keyof typeof pricings) => ({ ...perUnit, pricing: pricings[model] });

    it.each(pairs.filter(({ fits }) => fits))("$model may become $next", ({ model, next }) => {
      expect(revised(priced(model), revision(next)).ok).toBe(true);
    });

    it.each(pairs.filter(({ fits }) => !fits))("$model may not become $next", ({ model, next }) => {
      expect(
        revised(priced(model), revision(model), { ...revision(next), appliesTo: "new" }),
      ).toMatchObject({
        ok: false,
        issues: [
          {
            code: "model_not_allowed",
            path: ["revisions", 1, "pricing", "model"],
            message: expect.stringMatching(
              new RegExp(
                `^revisions\\[1\\]\\.pricing\\.model must be a model that .*, got "${next}"$`,
              ),
            ),
          },
        ],
      });
    });

    it.each([
      ["one-time", "tiered"],
      ["one-time", "per-unit"],
      ["recurring", "percentage"],
      ["recurring", "matrix"],
      ["recurring", "pre-rated"],
    ] as const)("and such as a %s charge may have: no %s", (chargeType, model) => {
      const base = chargeType === "one-time" ? flat : perUnit;
      const charge = { ...base, chargeType, unitOfMeasure: "@seat" };
      const found = codesOf(revised(charge, revision(model)));
      expect(new Set(found as readonly string[])).toEqual(
        new Set(["model_not_allowed revisions.0.pricing.model"]),
      );
    });
  });

  it("must fit the fields of the charge, as its own pricing must", () => {
    const overage = { model: "overage", includedUnits: 10, unitPrice: 1 };
    const charge = { ...perUnit, includedUnits: 5 };
    expect(revised(charge, { effectiveDate: "2026-06-01", pricing: overage })).toMatchObject({
      ok: false,
      issues: [{ code: "field_not_allowed", path: ["includedUnits"] }],
    });
  });

  it("say what does not fit once, however many there are", () => {
    const overage = { model: "overage", includedUnits: 10, unitPrice: 1 };
    const charge = { ...perUnit, includedUnits: 5 };
    const revisions = ["2026-06-01", "2027-06-01"].map((effectiveDate) => ({
      effectiveDate,
      pricing: overage,
    }));
    expect(codesOf(revised(charge, ...revisions))).toEqual(["field_not_allowed includedUnits"]);
    const wrongEverywhere = {
      ...charge,
      minimum: 2,
      maximum: 1,
      chargeType: "recurring",
      filter: {},
    };
    expect(
      codesOf(revised(wrongEverywhere, { effectiveDate: "2026-06-01", pricing: unitPrice(1) })),
    ).toEqual(["minimum_above_maximum minimum", "field_not_allowed filter"]);
  });

  it.each(["sum", "count", undefined])("may split a period whose usage is a %s", (aggregation) => {
    const revision = { effectiveDate: "2026-06-01", pricing: unitPrice(1), withinPeriod: "split" };
    expect(revised({ ...perUnit, aggregation }, revision).ok).toBe(true);
  });

  it.each([
    "max",
    "min",
    "last",
    "average",
    "weighted-sum",
    "time-average",
    { type: "percentile", percentile: "95" },
    "unique-count",
    { type: "unique-count", by: "properties.user" },
  ])("may not split a period whose usage is %j, as its parts do not add up", (aggregation) => {
    const revision = { effectiveDate: "2026-06-01", pricing: unitPrice(1) };
    const charge = { ...perUnit, aggregation };
    expect(
      revised(charge, revision, {
        ...revision,
        effectiveDate: "2027-01-01",
        withinPeriod: "split",
      }),
    ).toMatchObject({
      ok: false,
      issues: [
        {
          code: "not_splittable",
          path: ["revisions", 1, "withinPeriod"],
          message:
            'revisions[1].withinPeriod must be "hold", as usage that is aggregated by other than sum or count cannot be split, got "split"',
        },
      ],
    });
    expect(revised(charge, { ...revision, withinPeriod: "hold" }).ok).toBe(true);
  });

  it("are of different dates for the same customers", () => {
    const pricing = { model: "flat", amount: 1 };
    const [june, july] = ["2026-06-01", "2026-07-01"];
    const list = [
      { effectiveDate: june, pricing },
      { effectiveDate: july, pricing },
      { effectiveDate: june, pricing, appliesTo: "new" },
      { effectiveDate: june, pricing, appliesTo: "all" },
      { effectiveDate: june, pricing, withinPeriod: "split" },
      { effectiveDate: june, pricing, appliesTo: "new" },
    ];
    expect(revised(flat, ...list.slice(0, 3)).ok).toBe(true);
    expect(revised(flat, ...list)).toMatchObject({
      ok: false,
      issues: [
        {
          code: "duplicate_change",
          path: ["revisions", 3, "effectiveDate"],
          message:
            'revisions[3].effectiveDate must be other than revisions[0].effectiveDate, got "2026-06-01"',
        },
        { code: "duplicate_change", path: ["revisions", 4, "effectiveDate"] },
        {
          code: "duplicate_change",
          path: ["revisions", 5, "effectiveDate"],
          message:
            'revisions[5].effectiveDate must be other than revisions[2].effectiveDate, got "2026-06-01"',
        },
      ],
    });
  });

  it("are not called duplicates where their dates are missing or wrong", () => {
    const pricing = { model: "flat", amount: 1 };
    expect(codesOf(revised(flat, { pricing }, { pricing }))).toEqual([
      "missing revisions.0.effectiveDate",
      "missing revisions.1.effectiveDate",
    ]);
    const never = { effectiveDate: "2026-02-30", pricing };
    expect(codesOf(revised(flat, never, never))).toEqual([
      "invalid_date revisions.0.effectiveDate",
      "invalid_date revisions.1.effectiveDate",
    ]);
    expect(codesOf(revised(flat, null, null))).toEqual([
      "invalid_type revisions.0",
      "invalid_type revisions.1",
    ]);
  });
});

describe("outcomes", () => {
  it("are what a charge on @outcome prices", () => {
    const outcome = { uniqueBy: { per: "lifetime" } };
    const guarantee = { successRate: "90", remedy: { percent: "10" } };
    const charge = { ...perUnit, outcome, guarantee };
    expect(safeParseCharge(charge)).toStrictEqual({ ok: true, value: charge });
    expect(safeParseCharge({ ...perUnit, outcome: {} }).ok).toBe(true);
  });

  it.each<BadCharge>([
    {
      title: "a policy on another unit",
      charge: { ...perUnit, unitOfMeasure: "@action", outcome: {} },
      code: "field_not_allowed",
      path: ["outcome"],
    },
    {
      title: "a policy on a usage fee",
      charge: { ...flat, chargeType: "usage", unitOfMeasure: "@outcome", outcome: {} },
      code: "field_not_allowed",
      path: ["outcome"],
    },
    {
      title: "a policy on seats",
      charge: { ...perUnit, chargeType: "recurring", outcome: {} },
      code: "field_not_allowed",
      path: ["outcome"],
    },
    {
      title: "a guarantee without a policy",
      charge: { ...perUnit, guarantee: { successRate: 90, remedy: { waive: true } } },
      code: "field_not_allowed",
      path: ["guarantee"],
    },
    ...[[], "first", 5].map((outcome) => ({
      title: `${JSON.stringify(outcome)} as a policy`,
      charge: { ...perUnit, outcome },
      code: "invalid_type" as const,
      path: ["outcome"],
    })),
  ])("are refused: $title", ({ charge, ...issue }) => {
    expect(safeParseCharge(charge)).toMatchObject(refused(issue));
  });
});

describe("aggregation", () => {
  it.each(["sum", "count", "min", "max", "last", "average", "weighted-sum", "time-average"])(
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
      title: "a number",
      charge: { ...perUnit, aggregation: 5 },
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
    { title: "a text", metadata: "x" },
    { title: "a date", metadata: new Date(0) },
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
