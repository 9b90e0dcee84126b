/**
 * The JSON Schemas against the parsers. What a parser accepts as JSON, the schema accepts. What only the parser refuses:
 *
 * - tiers: rising order, gaps and overlaps, mixed touching and stepping rows, an open tier before the last, a bounded
 *   last tier without `overflow`;
 * - rules between values: minimum above maximum, of amounts and of quantities, a time of day that ends when it begins, `minPerEvent` above `maxPerEvent`, percent above 100 written as text,
 *   an end before the start, one currency throughout a plan;
 * - ids: unique in a plan or product, named by a discount, cells and dimensions of a matrix;
 * - time: time zones by a name that nobody knows, cycles that do not fit into each other, revisions before their plan,
 *   of another kind than the charge's prices, or that split what cannot be split, changes of nothing, and one thing
 *   changed twice on a date;
 * - a date that its month does not have, a number with more than 100 digits on a side of the point, ids of more than 255
 *   UTF-16 units in fewer characters, the key `__proto__`, nesting and total size.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import {
  isPricingError,
  type JsonSchemaName,
  jsonSchema,
  safeParseCharge,
  safeParseCoupon,
  safeParseCreditGrant,
  safeParseEvents,
  safeParseProduct,
  safeParseRatePlan,
  safeParseSubscription,
  safeParseTaxRate,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { charge, product, ratePlan, subscription } from "../support/arbitraries.js";
import * as fields from "../support/optional-fields.js";
import { isGiven, LEFT_OUT, optionalPlaces, withAt } from "../support/optional-fields.js";
import { judging, outcomePolicies } from "../support/outcomes.js";
import { tries } from "../support/tries.js";

const parsers: { readonly [name in JsonSchemaName]: (input: unknown) => { readonly ok: boolean } } =
  {
    product: safeParseProduct,
    "rate-plan": safeParseRatePlan,
    charge: safeParseCharge,
    subscription: safeParseSubscription,
    coupon: safeParseCoupon,
    "credit-grant": safeParseCreditGrant,
    "tax-rate": safeParseTaxRate,
    events: safeParseEvents,
  };

const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false });
const validators = {
  product: ajv.compile(jsonSchema("product")),
  "rate-plan": ajv.compile(jsonSchema("rate-plan")),
  charge: ajv.compile(jsonSchema("charge")),
  subscription: ajv.compile(jsonSchema("subscription")),
  coupon: ajv.compile(jsonSchema("coupon")),
  "credit-grant": ajv.compile(jsonSchema("credit-grant")),
  "tax-rate": ajv.compile(jsonSchema("tax-rate")),
  events: ajv.compile(jsonSchema("events")),
};

/** As JSON holds it: bigints and decimals of decimal.js as text. */
function asJson(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, each) => (typeof each === "bigint" ? String(each) : each)),
  );
}

function expectBoth(name: JsonSchemaName, input: unknown, accepted: boolean): void {
  const json = asJson(input);
  const validate = validators[name];
  const valid = validate(json);
  expect({
    parser: parsers[name](json).ok,
    schema: valid,
    errors: accepted ? validate.errors : [],
  }).toEqual({ parser: accepted, schema: accepted, errors: accepted ? null : [] });
}

const event = fc.record(
  {
    id: fc.string({ minLength: 1 }),
    customerId: fc.string({ minLength: 1 }),
    subscriptionId: fc.option(fc.string()),
    unitOfMeasure: fc.constantFrom("@outcome", "x"),
    name: fc.option(fc.string()),
    subject: fc.option(fc.string()),
    agentType: fc.option(fc.string()),
    agentId: fc.option(fc.string()),
    timestamp: fc.constantFrom(
      "2026-01-05T10:00:00Z",
      "2026-01-05t10:00:00.123456-05:30",
      "9999-12-31 23:59:59z",
    ),
    receivedAt: fc.option(fc.constant("2026-01-05T10:00:00+01:00")),
    quantity: fc.option(
      fc.oneof(fc.maxSafeInteger(), fc.constantFrom("-1.50", "+2e3", ".5", "7.")),
    ),
    value: fc.option(fc.constantFrom("-0", 0.1, "1E-7")),
    currency: fc.option(fc.string()),
    properties: fc.option(
      fc.dictionary(
        fc.string().filter((key) => key !== "__proto__"),
        fc.jsonValue(),
      ),
    ),
    confirms: fc.constantFrom(null, 5),
    extra: fc.jsonValue(),
  },
  { requiredKeys: ["id", "customerId", "unitOfMeasure", "timestamp"] },
);

describe("what the parser accepts, the schema accepts", () => {
  it.each([
    ["charge", charge],
    ["rate-plan", ratePlan],
    ["product", product],
    ["subscription", subscription],
    ["events", fc.array(event, { maxLength: 3 })],
  ] as const)("%s", (name, arbitrary) => {
    fc.assert(
      fc.property(arbitrary as fc.Arbitrary<unknown>, (input) => expectBoth(name, input, true)),
    );
  });

  it("also what it has parsed", () => {
    fc.assert(
      fc.property(product, (input) => {
        const result = safeParseProduct(input);
        if (!result.ok) throw new Error("not parsed");
        expectBoth("product", result.value, true);
      }),
    );
  });

  it.each<[string, object]>([
    ["zero with a sign", { pricing: { model: "flat", amount: "-0.00e5" } }],
    [
      "a percentage in tiers",
      {
        chargeType: "usage",
        pricing: {
          model: "percentage",
          tiers: [
            { start: 0, end: 5, percent: 1 },
            { start: 6, percent: 2, flatFee: 1 },
          ],
        },
      },
    ],
    [
      "a matrix",
      {
        chargeType: "usage",
        pricing: {
          model: "matrix",
          dimensions: ["name"],
          prices: [{ when: { name: null }, unitPrice: 1 }],
        },
      },
    ],
    [
      "unique-count by itself",
      {
        chargeType: "usage",
        aggregation: "unique-count",
        pricing: { model: "per-unit", unitPrice: 1 },
      },
    ],
    [
      "a nested filter",
      {
        chargeType: "usage",
        filter: {
          where: { any: [{ not: { field: "properties.x", in: [1, null] } }, { all: [] }] },
        },
        pricing: { model: "per-unit", unitPrice: 1 },
      },
    ],
    [
      "a filter by weekday and time of day",
      {
        chargeType: "usage",
        filter: {
          where: {
            any: [
              { localWeekday: ["saturday", "sunday"] },
              { not: { localTime: { from: "06:00", until: "22:00:30" } } },
              { localTime: { from: "23:00", until: "24:00" } },
            ],
          },
        },
        pricing: { model: "per-unit", unitPrice: 1 },
      },
    ],
    [
      "a guarantee with steps",
      {
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        outcome: {
          uniqueBy: { per: "lifetime", limit: "unlimited", free: 3 },
          confirm: { signals: ["paid", "delivered"], require: "all" },
        },
        guarantee: {
          steps: [
            { successRate: 95, remedy: { percent: 10 } },
            { successRate: "90", remedy: { waive: true } },
          ],
          minimumAttempts: 10,
        },
        pricing: { model: "per-unit", unitPrice: 1 },
      },
    ],
    ["a cycle of its own", { billingCycle: "annual" }],
    ["a cycle of its own, spelled out", { billingCycle: { every: 2, unit: "week" } }],
    ["fees in advance", { billingTiming: "in-advance" }],
    ["fees in arrears", { billingTiming: "in-arrears" }],
    ...["days", "seconds", "30E/360", "fixed-days", "none"].map((method): [string, object] => [
      `proration by ${method}`,
      { proration: method },
    ]),
    [
      "proration with everything",
      {
        pricing: { model: "per-unit", unitPrice: 1 },
        proration: {
          method: "fixed-days",
          daysPerMonth: 31,
          of: ["fee", "included-units", "limits", "tiers"],
        },
      },
    ],
    [
      "proration of a usage fee",
      { chargeType: "usage", proration: { method: "days", of: ["fee"] } },
    ],
    [
      "proration of values",
      {
        chargeType: "usage",
        pricing: { model: "percentage", percent: 1 },
        proration: { method: "days", of: ["limits"] },
      },
    ],
    [
      "proration of a discount",
      { unitOfMeasure: undefined, pricing: { model: "discount", amount: 1 }, proration: "none" },
    ],
    ["no revisions", { revisions: [] }],
    [
      "revisions",
      {
        pricing: { model: "per-unit", unitPrice: 1 },
        revisions: [
          { effectiveDate: "2026-06-01", pricing: { model: "tiered", tiers: [{ unitPrice: 1 }] } },
          {
            effectiveDate: "2026-06-01",
            pricing: { model: "overage", includedUnits: 1, unitPrice: 1 },
            withinPeriod: "split",
            appliesTo: "new",
          },
        ],
      },
    ],
    [
      "revisions of a one-time fee",
      {
        chargeType: "one-time",
        revisions: [
          {
            effectiveDate: "2026-06-01T00:00:00Z",
            pricing: { model: "flat", amount: 1 },
            withinPeriod: "hold",
            appliesTo: "all",
          },
        ],
      },
    ],
    [
      "revisions of a discount",
      {
        pricing: { model: "discount", amount: 1 },
        revisions: [{ effectiveDate: "2026-06-01", pricing: { model: "discount", percent: 1 } }],
      },
    ],
  ])("%s", (_name, change) => {
    expectBoth("charge", { ...fee, unitOfMeasure: "@outcome", ...change }, true);
  });

  it.each<[string, object]>([
    ["a time zone", { timeZone: "America/Argentina/Buenos_Aires" }],
    ["a time zone that counts from UTC", { timeZone: "Etc/GMT+12" }],
    ["an anchor on the calendar", { billingAnchor: "calendar" }],
    ["an anchor on the anniversary", { billingAnchor: "anniversary" }],
    ["an anchor on a date", { billingAnchor: "2024-02-29" }],
    ["an anchor at a moment", { billingAnchor: "2026-01-31T09:30:00.5-11:00" }],
    ["the ends of months", { endOfMonth: "sticky" }],
    ["no trial", { trialDays: 0 }],
    ["the longest trial", { trialDays: 3_650 }],
    ["no overrides and no changes", { overrides: {}, changes: [] }],
    [
      "overrides of every kind",
      {
        overrides: {
          fee: { model: "flat", amount: "1.50" },
          seats: {
            model: "tiered",
            tiers: [
              { start: 0, end: 5, unitPrice: 1 },
              { start: 5, unitPrice: 2 },
            ],
          },
          cut: { model: "percentage", percent: 1 },
          cells: {
            model: "matrix",
            dimensions: ["name"],
            prices: [{ when: { name: null }, unitPrice: 1 }],
          },
          cost: { model: "pre-rated" },
          off: { model: "discount", percent: 5, appliesTo: "all" },
        },
      },
    ],
    [
      "changes of everything",
      {
        changes: [
          {
            effectiveDate: "2026-03-01T00:00:00+01:00",
            takesEffect: "at-period-end",
            ratePlanId: "pro",
            quantities: { seats: "2.50" },
            overrides: { seats: null, fee: { model: "flat", amount: 1 } },
            status: "active",
            billingAnchor: "2026-03-15",
          },
          { effectiveDate: "2026-03-02", takesEffect: "on-date", status: "paused" },
          { effectiveDate: "2026-03-03", status: "canceled" },
        ],
      },
    ],
  ])("%s", (_name, change) => {
    expectBoth("subscription", { ...subscribed, ...change }, true);
  });
});

describe("null is accepted where a field may be left out", () => {
  const guarantee = { successRate: 90, remedy: { waive: true as const } };
  const judged = outcomePolicies.map((outcome) => ({
    ...usage,
    ...judging(outcome, { guarantee }),
  }));

  it.each([
    ["charge", charge, fields.charge],
    ["charge", judged, fields.charge],
    ["rate-plan", ratePlan, fields.ratePlan],
    ["product", product, fields.product],
    ["subscription", subscription, fields.subscription],
  ] as const)("by both: all that a %s does not have may be null", (name, arbitrary, optional) => {
    fc.assert(
      fc.property(arbitrary as fc.Arbitrary<unknown>, (input) => {
        const json = asJson(input);
        const missing = optionalPlaces(json, optional).filter((place) => !isGiven(json, place));
        expectBoth(
          name,
          withAt(json, missing, () => null),
          true,
        );
      }),
    );
  });

  it.each([
    ["charge", charge, fields.charge],
    ["charge", judged, fields.charge],
    ["rate-plan", ratePlan, fields.ratePlan],
    ["product", product, fields.product],
    ["subscription", subscription, fields.subscription],
  ] as const)(
    "by the schema, where the parser accepts it: some fields of a %s become null",
    (name, arbitrary, optional) => {
      fc.assert(
        fc.property(
          arbitrary as fc.Arbitrary<unknown>,
          fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
          (input, draws) => {
            const json = asJson(input);
            const places = optionalPlaces(json, optional);
            const chosen = new Set(draws.map((draw) => draw % places.length));
            const nulled = withAt(
              json,
              places.filter((_, index) => chosen.has(index)),
              () => null,
            );
            if (parsers[name](nulled).ok) expectBoth(name, nulled, true);
            // And the parser sees nothing in them, so nor does the schema.
            const without = withAt(
              json,
              places.filter((_, index) => chosen.has(index)),
              () => LEFT_OUT,
            );
            expect(validators[name](nulled)).toBe(validators[name](without));
          },
        ),
        tries(150),
      );
    },
  );

  it.each<[string, object]>([
    ["an open end", { pricing: { model: "tiered", tiers: [{ upTo: null, unitPrice: 1 }] } }],
    [
      "an open end in words",
      { pricing: { model: "tiered", tiers: [{ upTo: "inf", unitPrice: 1 }] } },
    ],
    [
      "an open end as a number's name",
      { pricing: { model: "tiered", tiers: [{ upTo: "Infinity", unitPrice: 1 }] } },
    ],
    [
      "the open end of a row",
      { pricing: { model: "volume", tiers: [{ start: 0, end: "inf", unitPrice: 1 }] } },
    ],
    [
      "a row that says that it has no upper bound",
      { pricing: { model: "volume", tiers: [{ start: 0, end: null, upTo: null, unitPrice: 1 }] } },
    ],
    [
      "a tier that says that it is no row",
      {
        pricing: { model: "volume", tiers: [{ start: null, end: null, upTo: null, unitPrice: 1 }] },
      },
    ],
    [
      "one of two ways to discount",
      { unitOfMeasure: null, pricing: { model: "discount", percent: 5, amount: null } },
    ],
    [
      "one of two ways to price values",
      { pricing: { model: "percentage", percent: 5, tiers: null, overflow: null } },
    ],
    [
      "a condition beside another",
      { filter: { where: { field: "name", in: null, atLeast: null, exists: true } } },
    ],
    [
      "a value that is null, beside a condition",
      { filter: { where: { field: "name", equals: null, exists: true } } },
    ],
    ["a guarantee that is none, without a policy", { guarantee: null, outcome: null }],
    ["what its type does not have", { billingTiming: null }],
  ])("by both: %s", (_title, change) => {
    expectBoth("charge", { ...usage, ...change }, true);
  });

  it.each<[string, object]>([
    [
      "a tier without a price",
      { pricing: { model: "tiered", tiers: [{ unitPrice: null, flatFee: null }] } },
    ],
    [
      "a row without a start",
      { pricing: { model: "tiered", tiers: [{ start: null, end: 5, unitPrice: 1 }] } },
    ],
    [
      "no way to discount",
      { unitOfMeasure: null, pricing: { model: "discount", percent: null, amount: null } },
    ],
    ["no way to price values", { pricing: { model: "percentage", percent: null, tiers: null } }],
    ["no condition", { filter: { where: { field: "name", in: null } } }],
    ["a guarantee without a policy", { guarantee, outcome: null }],
    ["no unit", { unitOfMeasure: null }],
    ["a price of null", { pricing: { model: "per-unit", unitPrice: null } }],
    [
      "a bound that is the name of no number",
      { pricing: { model: "tiered", tiers: [{ upTo: "infinite", unitPrice: 1 }] } },
    ],
    ["a price without end", { pricing: { model: "per-unit", unitPrice: "inf" } }],
    [
      "a start without end",
      { pricing: { model: "tiered", tiers: [{ start: "inf", unitPrice: 1 }] } },
    ],
  ])("by none: %s", (_title, change) => {
    expectBoth("charge", { ...usage, ...change }, false);
  });
});

describe("what only the parser refuses", () => {
  const revision = (pricing: object, more: object = {}) => ({
    effectiveDate: "2026-06-01",
    pricing,
    ...more,
  });
  const flat = { model: "flat", amount: 1 };
  const perUnit = { model: "per-unit", unitPrice: 1 };

  it.each<[JsonSchemaName, string, object]>([
    [
      "charge",
      "a revision on a date that does not exist",
      { ...fee, revisions: [revision(flat, { effectiveDate: "2026-02-30" })] },
    ],
    ["charge", "two revisions on a date", { ...fee, revisions: [revision(flat), revision(flat)] }],
    [
      "charge",
      "a fee that becomes a discount",
      { ...fee, revisions: [revision({ model: "discount", amount: 1 })] },
    ],
    ["charge", "a quantity that becomes a fee", { ...usage, revisions: [revision(flat)] }],
    [
      "charge",
      "a quantity that becomes values",
      { ...usage, revisions: [revision({ model: "pre-rated" })] },
    ],
    [
      "charge",
      "a time of day that ends when it begins",
      { ...usage, filter: { where: { localTime: { from: "22:00", until: "22:00" } } } },
    ],
    [
      "charge",
      "a minimum above the maximum of events",
      { ...usage, eventQuantity: { minimum: 2, maximum: 1 } },
    ],
    [
      "charge",
      "included units beside those of a later overage price",
      {
        ...usage,
        includedUnits: 1,
        revisions: [revision({ model: "overage", includedUnits: 1, unitPrice: 1 })],
      },
    ],
    ...["max", "unique-count", { type: "unique-count", by: "name" }].map(
      (aggregation): [JsonSchemaName, string, object] => [
        "charge",
        `a period of ${JSON.stringify(aggregation)} that is split`,
        { ...usage, aggregation, revisions: [revision(perUnit, { withinPeriod: "split" })] },
      ],
    ),
    [
      "rate-plan",
      "cycles that do not fit",
      { ...plan, charges: [{ ...fee, billingCycle: "weekly" }] },
    ],
    [
      "rate-plan",
      "a revision before the plan",
      {
        ...plan,
        charges: [{ ...fee, revisions: [revision(flat, { effectiveDate: "2025-12-31" })] }],
      },
    ],
    [
      "subscription",
      "a time zone that nobody knows",
      { ...subscribed, timeZone: "Europe/Atlantis" },
    ],
    ["subscription", "a letter of the military for a time zone", { ...subscribed, timeZone: "Z" }],
    [
      "subscription",
      "an anchor that does not exist",
      { ...subscribed, billingAnchor: "2026-02-30" },
    ],
    ["subscription", "an end before the start", { ...subscribed, endDate: "2025-12-31" }],
    [
      "subscription",
      "overrides with tiers that end",
      {
        ...subscribed,
        overrides: { seats: { model: "tiered", tiers: [{ upTo: 5, unitPrice: 1 }] } },
      },
    ],
    [
      "subscription",
      "a change of nothing",
      { ...subscribed, changes: [{ effectiveDate: "2026-03-01" }] },
    ],
    [
      "subscription",
      "a change of no quantities",
      { ...subscribed, changes: [{ effectiveDate: "2026-03-01", quantities: {} }] },
    ],
    [
      "subscription",
      "a change to null",
      { ...subscribed, changes: [{ effectiveDate: "2026-03-01", status: null }] },
    ],
    [
      "subscription",
      "one thing changed twice on a date",
      {
        ...subscribed,
        changes: ["paused", "active"].map((status) => ({ effectiveDate: "2026-03-01", status })),
      },
    ],
  ])("%s: %s", (name, _title, input) => {
    expect([validators[name](input), parsers[name](input).ok]).toEqual([true, false]);
  });
});

const fee = { id: "c", name: "C", chargeType: "recurring", pricing: { model: "flat", amount: 1 } };
const usage = {
  id: "c",
  name: "C",
  chargeType: "usage",
  unitOfMeasure: "x",
  pricing: { model: "per-unit", unitPrice: 1 },
};
const priced = (pricing: object) => ({ ...usage, pricing });
const tiered = (tiers: unknown, more: object = {}) => priced({ model: "tiered", tiers, ...more });
const guaranteed = { ...usage, unitOfMeasure: "@outcome", outcome: {} };
const plan = {
  id: "p",
  name: "P",
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2026-01-01",
  charges: [fee],
};
const sold = { id: "s", name: "S", agentType: "a", effectiveDate: "2026-01-01", ratePlans: [plan] };
const subscribed = { id: "s", customerId: "c", ratePlanId: "p", startDate: "2026-01-01" };
const happened = {
  id: "e",
  customerId: "c",
  unitOfMeasure: "x",
  timestamp: "2026-01-01T00:00:00Z",
};

/** The object without a field. */
function without(object: object, field: string): object {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}

/** The object without a field, in both ways to say so. */
function leftOut(object: object, field: string): readonly object[] {
  return [without(object, field), { ...object, [field]: null }];
}

const charges: readonly unknown[] = [
  null,
  [],
  "charge",
  ...["id", "name", "chargeType", "pricing"].flatMap((field) => leftOut(fee, field)),
  ...leftOut(usage, "unitOfMeasure"),
  { ...fee, id: "" },
  { ...fee, id: "x".repeat(256) },
  { ...fee, id: 5 },
  { ...fee, name: 5 },
  { ...fee, name: "x".repeat(10_001) },
  { ...fee, colour: "red" },
  { ...fee, chargeType: "sometimes" },
  { ...fee, currency: "usd" },
  { ...fee, currency: "XYZ" },
  { ...fee, currency: 5 },
  { ...fee, metadata: [] },
  { ...fee, billingCycle: "fortnightly" },
  { ...fee, billingCycle: 30 },
  { ...fee, billingCycle: { every: 1 } },
  { ...fee, billingCycle: { every: 1_001, unit: "day" } },
  { ...fee, billingTiming: "later" },
  { ...fee, billingTiming: true },
  { ...fee, chargeType: "one-time", billingCycle: "annual" },
  { ...fee, chargeType: "one-time", proration: "days" },
  { ...fee, chargeType: "one-time", billingTiming: "in-advance" },
  { ...usage, billingTiming: "in-arrears" },
  ...[
    "monthly",
    5,
    [],
    {},
    { daysPerMonth: 30 },
    { method: null },
    { method: "actual" },
    { method: "days", daysPerMonth: 0 },
    { method: "days", daysPerMonth: 32 },
    { method: "days", daysPerMonth: 1.5 },
    { method: "days", of: "fee" },
    { method: "days", of: ["price"] },
    { method: "days", of: ["fee", "tiers"] },
    { method: "days", of: ["included-units"] },
    { method: "days", rounding: "up" },
  ].map((proration) => ({ ...fee, proration })),
  { ...priced({ model: "pre-rated" }), proration: { method: "days", of: ["tiers"] } },
  {
    ...priced({ model: "matrix", dimensions: ["name"], prices: [] }),
    proration: { method: "days", of: ["included-units"] },
  },
  ...[
    {},
    [null],
    ["2026-06-01"],
    [{}],
    [{ pricing: fee.pricing }],
    [{ effectiveDate: "2026-06-01" }],
    [{ effectiveDate: null, pricing: fee.pricing }],
    [{ effectiveDate: "2026-06-01", pricing: null }],
    [{ effectiveDate: "soon", pricing: fee.pricing }],
    [{ effectiveDate: "2026-06-01", pricing: 5 }],
    [{ effectiveDate: "2026-06-01", pricing: { model: "auction" } }],
    [{ effectiveDate: "2026-06-01", pricing: { model: "flat", amount: -1 } }],
    [{ effectiveDate: "2026-06-01", pricing: fee.pricing, withinPeriod: "cut" }],
    [{ effectiveDate: "2026-06-01", pricing: fee.pricing, appliesTo: "old" }],
    [{ effectiveDate: "2026-06-01", pricing: fee.pricing, name: "2027" }],
  ].map((revisions) => ({ ...fee, revisions })),
  {
    ...fee,
    chargeType: "one-time",
    unitOfMeasure: "x",
    revisions: [{ effectiveDate: "2026-06-01", pricing: usage.pricing }],
  },
  {
    ...usage,
    chargeType: "recurring",
    revisions: [{ effectiveDate: "2026-06-01", pricing: { model: "pre-rated" } }],
  },
  { ...fee, outcome: {} },
  { ...usage, outcome: {} },
  { ...guaranteed, guarantee: { steps: [] } },
  { ...guaranteed, guarantee: { successRate: 90 } },
  { ...guaranteed, guarantee: { minimumAttempts: 5 } },
  { ...guaranteed, guarantee: { steps: [{ successRate: 90 }] } },
  {
    ...guaranteed,
    guarantee: { successRate: 90, steps: [{ successRate: 90, remedy: { waive: true } }] },
  },
  { ...usage, guarantee: { successRate: 90, remedy: { waive: true } } },
  { ...fee, minimum: -1 },
  { ...fee, minimum: {} },
  { ...fee, aggregation: "sum" },
  { ...fee, filter: {} },
  { ...fee, includedUnits: 5 },
  { ...fee, chargeType: "one-time", pricing: usage.pricing, unitOfMeasure: "x" },
  { ...usage, chargeType: "recurring", pricing: { model: "pre-rated" } },
  { ...usage, chargeType: "recurring", pricing: { model: "percentage", percent: 1 } },
  {
    ...usage,
    chargeType: "recurring",
    pricing: { model: "matrix", dimensions: ["name"], prices: [] },
  },
  { ...usage, aggregation: "median" },
  { ...usage, aggregation: "percentile" },
  { ...usage, aggregation: { type: "percentile" } },
  { ...usage, aggregation: { type: "percentile", percentile: 0 } },
  { ...usage, aggregation: { type: "percentile", percentile: 101 } },
  { ...usage, aggregation: { type: "percentile", percentile: 5, by: "name" } },
  { ...usage, aggregation: { type: "sum" } },
  { ...usage, aggregation: { type: "sum", carryOver: false } },
  { ...usage, aggregation: { type: "count", carryOver: true } },
  { ...usage, aggregation: { type: "unique-count" } },
  { ...usage, aggregation: { type: "unique-count", by: "weight" } },
  { ...usage, quantityRounding: { mode: "nearest" } },
  { ...usage, quantityRounding: { mode: "up", increment: 0 } },
  { ...usage, eventQuantity: 6 },
  { ...usage, eventQuantity: { minimum: -1 } },
  { ...usage, eventQuantity: { rounding: { mode: "nearest" } } },
  { ...usage, eventQuantity: { step: 6 } },
  { ...usage, eventQuantity: {}, aggregation: "count" },
  { ...usage, eventQuantity: {}, aggregation: { type: "unique-count", by: "name" } },
  { ...fee, eventQuantity: {} },
  { ...usage, groupBy: { fields: [] } },
  { ...usage, groupBy: { fields: ["colour"] } },
  { ...usage, groupBy: { fields: ["name"], tiers: "both" } },
  { ...usage, filter: { names: [5] } },
  { ...usage, filter: { where: {} } },
  { ...usage, filter: { where: { field: "name" } } },
  { ...usage, filter: { where: { field: "name", like: "x" } } },
  { ...usage, filter: { where: { all: [{ any: 5 }] } } },
  { ...usage, filter: { where: { localWeekday: [] } } },
  { ...usage, filter: { where: { localWeekday: ["Sunday"] } } },
  { ...usage, filter: { where: { localTime: { from: "22:00" } } } },
  { ...usage, filter: { where: { localTime: { from: "22:00", until: "6:00" } } } },
  { ...usage, filter: { where: { localTime: { from: "22:00", until: "24:30" } } } },
  priced({ model: "auction" }),
  priced({}),
  priced([]),
  priced({ model: "per-unit" }),
  priced({ model: "per-unit", unitPrice: -1 }),
  priced({ model: "per-unit", unitPrice: "-0.01" }),
  priced({ model: "per-unit", unitPrice: "1,5" }),
  priced({ model: "per-unit", unitPrice: " 1" }),
  priced({ model: "per-unit", unitPrice: "" }),
  priced({ model: "per-unit", unitPrice: "." }),
  priced({ model: "per-unit", unitPrice: "0x10" }),
  priced({ model: "per-unit", unitPrice: "Infinity" }),
  priced({ model: "per-unit", unitPrice: "1e99999999" }),
  priced({ model: "per-unit", unitPrice: 2 ** 53 }),
  priced({ model: "per-unit", unitPrice: "1".repeat(300) }),
  priced({ model: "per-unit", unitPrice: null }),
  priced({ model: "per-unit", unitPrice: true }),
  priced({ model: "per-unit", unitPrice: 1, amount: 1 }),
  { ...priced({ model: "flat", amount: 1 }), aggregation: "sum" },
  { ...priced({ model: "flat", amount: 1 }), groupBy: { fields: ["name"] } },
  { ...priced({ model: "overage", includedUnits: 1, unitPrice: 1 }), includedUnits: 1 },
  { ...priced({ model: "pre-rated" }), aggregation: "sum" },
  { ...priced({ model: "pre-rated" }), eventQuantity: {} },
  { ...priced({ model: "pre-rated" }), quantityRounding: { mode: "up" } },
  { ...priced({ model: "pre-rated" }), groupBy: { fields: ["name"], tiers: "across-groups" } },
  priced({ model: "pre-rated", markup: -1 }),
  tiered([]),
  tiered({}),
  tiered([{}]),
  tiered([5]),
  tiered([{ upTo: 5 }, { unitPrice: 1 }]),
  tiered([{ unitPrice: 1, colour: "red" }]),
  tiered([{ start: 1, end: 5, unitPrice: 1 }, { unitPrice: 1 }]),
  tiered([
    { start: 1, upTo: 5, unitPrice: 1 },
    { start: 6, unitPrice: 1 },
  ]),
  tiered([
    { end: 5, unitPrice: 1 },
    { start: 6, unitPrice: 1 },
  ]),
  tiered([{ unitPrice: 1 }], { overflow: "ignore" }),
  tiered([{ unitPrice: 1 }], { flatFeeAtZero: "yes" }),
  tiered(Array.from({ length: 10_001 }, (_, index) => ({ upTo: index + 1, unitPrice: 1 }))),
  priced({ model: "stairstep", tiers: [{ unitPrice: 1 }] }),
  priced({ model: "package", size: 0, price: 1 }),
  priced({ model: "package", size: "0.00", price: 1 }),
  priced({ model: "package", size: 1, price: 1, rounding: "nearest" }),
  priced({ model: "percentage" }),
  priced({ model: "percentage", percent: 1, tiers: [{ percent: 1 }] }),
  priced({ model: "percentage", percent: 1, overflow: "error" }),
  priced({ model: "percentage", tiers: [{ percent: 1 }], minPerEvent: 1 }),
  priced({ model: "percentage", tiers: [{ flatFee: 1 }] }),
  priced({ model: "matrix", dimensions: [], prices: [] }),
  priced({ model: "matrix", dimensions: ["colour"], prices: [] }),
  priced({ model: "matrix", dimensions: ["name"], prices: [{ when: { name: 5 }, unitPrice: 1 }] }),
  priced({ model: "discount" }),
  priced({ model: "discount", percent: 1, amount: 1 }),
  priced({ model: "discount", percent: 101 }),
  priced({ model: "discount", percent: 1, appliesTo: "some" }),
  priced({ model: "discount", percent: 1, appliesTo: { chargeTypes: ["never"] } }),
  { ...priced({ model: "discount", percent: 1 }), minimum: 1 },
  { ...priced({ model: "discount", percent: 1 }), filter: {} },
  { ...priced({ model: "discount", percent: 1 }), billingCycle: "annual" },
  {
    ...priced({ model: "discount", percent: 1 }),
    chargeType: "recurring",
    billingTiming: "in-advance",
  },
  { ...priced({ model: "discount", percent: 1 }), chargeType: "one-time", proration: "days" },
];

const coupon = { id: "c", percent: "12.5", from: "2026-01-01", appliesTo: { units: ["page"] } };
const grant = { id: "g", unit: "USD", amount: 5, grantedAt: "2026-01-01T09:00:00Z" };
const tax = { id: "t", percent: 20, compound: true, appliesTo: { taxCodes: ["software"] } };

const bad: { readonly [name in JsonSchemaName]: readonly unknown[] } = {
  coupon: [
    ...["id", "from", "percent"].flatMap((field) => leftOut(coupon, field)),
    { ...coupon, amount: 5 },
    { ...coupon, percent: 101 },
    { ...coupon, percent: undefined, amount: -1 },
    { ...coupon, from: "soon" },
    { ...coupon, periods: 0 },
    { ...coupon, periods: 1.5 },
    { ...coupon, periods: 2, until: "2026-05-01" },
    { ...coupon, appliesTo: "some" },
    { ...coupon, appliesTo: { chargeTypes: ["fee"] } },
    { ...coupon, code: "SPRING" },
  ],
  "credit-grant": [
    ...["id", "unit", "amount", "grantedAt"].flatMap((field) => leftOut(grant, field)),
    { ...grant, amount: -1 },
    { ...grant, balance: "-0.01" },
    { ...grant, category: "free" },
    { ...grant, priority: -1 },
    { ...grant, priority: "high" },
    { ...grant, expiresAt: 5 },
    { ...grant, applied: "later" },
    { ...grant, currency: "USD" },
  ],
  "tax-rate": [
    ...["id", "percent"].flatMap((field) => leftOut(tax, field)),
    { ...tax, percent: -1 },
    { ...tax, percent: "twenty" },
    { ...tax, inclusive: "yes" },
    { ...tax, marker: "free" },
    { ...tax, appliesTo: "all" },
    { ...tax, rate: 0.2 },
  ],
  charge: charges,
  "rate-plan": [
    ...["id", "name", "billingCycle", "effectiveDate", "charges", "currency"].flatMap((field) =>
      leftOut(plan, field),
    ),
    { ...plan, billingCycle: "fortnightly" },
    { ...plan, billingCycle: { every: 0, unit: "day" } },
    { ...plan, billingCycle: { every: 1.5, unit: "day" } },
    { ...plan, billingCycle: { every: 1, unit: "hour" } },
    { ...plan, effectiveDate: "01.02.2026" },
    { ...plan, effectiveDate: "2026-13-01" },
    { ...plan, effectiveDate: "2026-01-01T00:00:00" },
    { ...plan, effectiveDate: 5 },
    { ...plan, endDate: "0999-01-01" },
    { ...plan, charges: {} },
    { ...plan, minimumCommitment: -1 },
    { ...plan, price: 5 },
    ...charges.map((each) => ({ ...plan, charges: [each] })),
  ],
  product: [
    ...["id", "name", "agentType", "effectiveDate", "ratePlans"].flatMap((field) =>
      leftOut(sold, field),
    ),
    { ...sold, ratePlans: [5] },
    { ...sold, agentType: "" },
    { ...sold, price: 5 },
    { ...sold, description: 5 },
  ],
  subscription: [
    ...["id", "customerId", "ratePlanId", "startDate"].flatMap((field) =>
      leftOut(subscribed, field),
    ),
    { ...subscribed, quantities: [] },
    { ...subscribed, quantities: { seats: -1 } },
    { ...subscribed, quantities: { "": 1 } },
    ...["", " UTC", "+01:00", "UTC ", "Europe/Paris\n", "x".repeat(65), 5].map((timeZone) => ({
      ...subscribed,
      timeZone,
    })),
    { ...subscribed, startDate: "soon" },
    ...["Calendar", "monthly", "", "01.01.2026", 5, {}].map((billingAnchor) => ({
      ...subscribed,
      billingAnchor,
    })),
    ...["last", "", 31].map((endOfMonth) => ({ ...subscribed, endOfMonth })),
    ...[-1, 3_651, 0.5, "14"].map((trialDays) => ({ ...subscribed, trialDays })),
    ...[
      [],
      5,
      { fee: null },
      { fee: 5 },
      { fee: {} },
      { fee: { model: "auction" } },
      { fee: { model: "flat" } },
      { fee: { model: "flat", amount: -1 } },
      { fee: { model: "flat", amount: 1, unitPrice: 1 } },
      { fee: { model: "tiered", tiers: [] } },
      { fee: { model: "discount" } },
      { fee: { pricing: fee.pricing } },
      { "": fee.pricing },
      { ["x".repeat(256)]: fee.pricing },
    ].map((overrides) => ({ ...subscribed, overrides })),
    { ...subscribed, changes: {} },
    { ...subscribed, changes: [null] },
    { ...subscribed, changes: ["2026-03-01"] },
    ...[
      { effectiveDate: undefined },
      { effectiveDate: null },
      { effectiveDate: "soon" },
      { effectiveDate: 5 },
      { takesEffect: "now" },
      { ratePlanId: "" },
      { status: "ended" },
      { quantities: { seats: -1 } },
      { quantities: [] },
      { overrides: { fee: 5 } },
      { overrides: { fee: { model: "flat" } } },
      { billingAnchor: "monthly" },
      { endDate: "2026-04-01" },
    ].map((more) => ({
      ...subscribed,
      changes: [{ effectiveDate: "2026-03-01", status: "paused", ...more }],
    })),
    { ...subscribed, seats: 5 },
  ],
  events: [
    {},
    [null],
    ...["id", "customerId", "unitOfMeasure", "timestamp"].map((field) => [
      without(happened, field),
    ]),
    [{ ...happened, id: "" }],
    [{ ...happened, id: 5 }],
    [{ ...happened, timestamp: "2026-01-01" }],
    [{ ...happened, timestamp: "2026-01-01T00:00:00" }],
    [{ ...happened, timestamp: "2026-01-01T24:00:00Z" }],
    [{ ...happened, receivedAt: 5 }],
    [{ ...happened, quantity: "many" }],
    [{ ...happened, value: {} }],
    [{ ...happened, name: 5 }],
    [{ ...happened, properties: [] }],
    [{ ...happened, properties: "x" }],
    [{ ...without(happened, "unitOfMeasure"), name: "resolved" }],
    [{ ...without(happened, "unitOfMeasure"), subject: "c1" }],
    [{ ...without(happened, "unitOfMeasure"), confirms: "" }],
    [{ ...without(happened, "unitOfMeasure"), confirms: 5 }],
    [{ ...without(happened, "id"), confirms: "e1" }],
    [{ ...without(happened, "timestamp"), reverses: "e1" }],
    [{ ...happened, confirms: "e1", quantity: -1 }],
    [{ ...happened, reverses: "e1", value: "-0.01" }],
  ],
};

describe("bad shapes, both refuse", () => {
  it.each(
    Object.entries(bad).flatMap(([name, inputs]) =>
      inputs.map((input, index) => [name as JsonSchemaName, index, input] as const),
    ),
  )("%s %i", (name, _index, input) => {
    expectBoth(name, input, false);
  });

  it("and the good ones that they are made of, both accept", () => {
    expectBoth("charge", fee, true);
    expectBoth("charge", usage, true);
    expectBoth("rate-plan", plan, true);
    expectBoth("product", sold, true);
    expectBoth("subscription", subscribed, true);
    expectBoth("coupon", coupon, true);
    expectBoth("coupon", { ...coupon, percent: null, amount: "5", periods: 3 }, true);
    expectBoth("coupon", { ...coupon, periods: null, until: "2026-05-01" }, true);
    expectBoth("credit-grant", { ...grant, balance: null, expiresAt: null }, true);
    expectBoth("credit-grant", grant, true);
    expectBoth("tax-rate", tax, true);
    expectBoth("tax-rate", { id: "t", percent: null, marker: "exempt" }, true);
    expectBoth("events", [happened], true);
  });

  it("and signals, which name an event or what happened to a subject", () => {
    const signal = without(happened, "unitOfMeasure");
    for (const each of [
      { ...happened, confirms: "e1" },
      { ...signal, reverses: "e1", quantity: 1, value: "2.50" },
      { ...signal, confirms: null, reverses: "e1" },
      { ...signal, name: "reopened", subject: "c1" },
    ]) {
      expectBoth("events", [each], true);
    }
  });
});

describe("jsonSchema", () => {
  const names = Object.keys(parsers) as JsonSchemaName[];

  it.each(names)("gives every field of %s a form", (name) => {
    const bare: string[] = [];
    const look = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      if (Object.keys(node).length === 0 && !/additionalProperties$|then.properties$/.test(path))
        bare.push(path);
      for (const [keyword, value] of Object.entries(node)) look(value, `${path}/${keyword}`);
    };
    look(jsonSchema(name), "");
    expect(bare).toEqual([]);
  });

  it.each(names)("is plain, frozen data of draft 2020-12: %s", (name) => {
    const schema = jsonSchema(name);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    expect(schema["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(Object.isFrozen(schema)).toBe(true);
    expect(ajv.validateSchema(schema)).toBe(true);
  });

  it("knows the policy's custom currencies", () => {
    const schema = jsonSchema("charge", { policy: { currencies: { CREDIT: 4 } } });
    const validate = new Ajv2020({ strictRequired: false, strictTypes: false }).compile(schema);
    expect(validate({ ...fee, currency: "CREDIT" })).toBe(true);
    expect(validators.charge({ ...fee, currency: "CREDIT" })).toBe(false);
  });

  it("refuses another name, and a wrong policy", () => {
    for (const call of [
      () => jsonSchema("toString" as never),
      () => jsonSchema(null as never),
      () => jsonSchema("charge", { policy: 5 as never }),
    ]) {
      expect(call).toThrow(expect.toSatisfy(isPricingError));
    }
  });
});
