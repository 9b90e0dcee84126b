import fc from "fast-check";
import { fromStripePrice, type ImportOptions } from "rateplan/import";
import { describe, expect, it } from "vitest";
import { billed, chargeOf, issuesOf } from "./support.js";

/** The object of docs.stripe.com/api/prices/object, with every key that it has. */
const documented = {
  id: "price_1MoBy5LkdIwHu7ixZhnattbh",
  object: "price",
  active: true,
  billing_scheme: "per_unit",
  created: 1679431181,
  currency: "usd",
  custom_unit_amount: null,
  livemode: false,
  lookup_key: null,
  metadata: {},
  nickname: null,
  product: "prod_NZKdYqrwEYx6iK",
  recurring: {
    aggregate_usage: null,
    interval: "month",
    interval_count: 1,
    trial_period_days: null,
    usage_type: "licensed",
  },
  tax_behavior: "unspecified",
  tiers_mode: null,
  transform_quantity: null,
  type: "recurring",
  unit_amount: 1000,
  unit_amount_decimal: "1000",
};
const seats = { unitOfMeasure: "@seat" };
const read = (change: object, options: ImportOptions = seats) =>
  fromStripePrice({ ...documented, ...change }, options);

/** docs.stripe.com/subscriptions/pricing-models/tiered-pricing. */
const tiers = [
  {
    up_to: 5,
    unit_amount: 500,
    unit_amount_decimal: "500",
    flat_amount: 1000,
    flat_amount_decimal: "1000",
  },
  { up_to: 10, unit_amount: 400, flat_amount: 2000 },
  { up_to: "inf", unit_amount: null, unit_amount_decimal: "300", flat_amount: 3000 },
];
const tiered = (mode: string, rows: unknown = tiers) =>
  read({
    billing_scheme: "tiered",
    tiers_mode: mode,
    tiers: rows,
    unit_amount: null,
    unit_amount_decimal: null,
  });

describe("fromStripePrice", () => {
  it("reads the documented object", () => {
    expect(read({})).toEqual({
      ok: true,
      billingCycle: "monthly",
      value: {
        id: "price_1MoBy5LkdIwHu7ixZhnattbh",
        name: "price_1MoBy5LkdIwHu7ixZhnattbh",
        chargeType: "recurring",
        currency: "USD",
        unitOfMeasure: "@seat",
        pricing: { model: "per-unit", unitPrice: "10" },
      },
    });
  });

  it("bills graduated tiers as documented: 12 units are 5×5+10 + 5×4+20 + 2×3+30", () => {
    expect(billed(tiered("graduated"), 12)).toBe("111.00");
    expect(billed(tiered("graduated"), 5)).toBe("35.00");
    expect(billed(tiered("graduated"), 6)).toBe("59.00");
  });

  it("bills volume tiers as documented: 12 units are 12×3+30", () => {
    expect(billed(tiered("volume"), 12)).toBe("66.00");
    expect(billed(tiered("volume"), 5)).toBe("35.00");
    expect(billed(tiered("volume"), 6)).toBe("44.00");
  });

  it.each(["graduated", "volume"])("bills the first tier's flat amount at 0 (%s)", (mode) => {
    expect(billed(tiered(mode), 0)).toBe("10.00");
  });

  it("bills the documented volume and graduated tables without flat amounts", () => {
    // 7 up to 5, 6.50 up to 10, then 6.
    const rows = [
      { up_to: 5, unit_amount: 700 },
      { up_to: 10, unit_amount: 650 },
      { up_to: null, unit_amount: 600 },
    ];
    expect(billed(tiered("volume", rows), 6)).toBe("39.00");
    expect(billed(tiered("volume", rows), 20)).toBe("120.00");
    expect(billed(tiered("graduated", rows), 6)).toBe("41.50");
    expect(billed(tiered("graduated", rows), 20)).toBe("127.50");
  });

  it("bills transformed quantities by packages, rounded up or down", () => {
    const hours = (round: string) => read({ transform_quantity: { divide_by: 60, round } });
    expect(billed(hours("up"), 150)).toBe("30.00");
    expect(billed(hours("down"), 150)).toBe("20.00");
    expect(billed(hours("up"), 120)).toBe("20.00");
    expect(billed(hours("up"), 0)).toBe("0.00");
  });

  it.each([
    ["usd", "12345", "123.45"],
    ["usd", "0.000000000001", "0.00000000000001"],
    ["jpy", "500", "500"],
    ["kwd", "5120", "5.12"],
    ["isk", "500", "5"],
    ["mga", "500", "500"],
    ["ugx", "500", "5"],
    ["usd", "900719925474099312345678901", "9007199254740993123456789.01"],
  ])("shifts amounts exactly: %s %s is %s", (currency, unit_amount_decimal, unitPrice) => {
    const result = read({ currency, unit_amount: null, unit_amount_decimal });
    expect(chargeOf(result).pricing).toEqual({ model: "per-unit", unitPrice });
  });

  it("bills any whole amount as it stands", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 1_000 }), (cents, quantity) => {
        const digits = String(BigInt(cents) * BigInt(quantity)).padStart(3, "0");
        expect(
          billed(read({ unit_amount: cents, unit_amount_decimal: `${cents}` }), quantity),
        ).toBe(`${digits.slice(0, -2)}.${digits.slice(-2)}`);
      }),
    );
  });

  it("reads one-time and metered prices", () => {
    const oneTime = read({ type: "one_time", recurring: null }, {});
    expect(chargeOf(oneTime)).toMatchObject({
      chargeType: "one-time",
      pricing: { model: "flat", amount: "10" },
    });
    expect(oneTime).not.toHaveProperty("billingCycle");
    const metered = { interval: "year", usage_type: "metered", meter: "mtr_1" };
    expect(read({ recurring: metered })).toMatchObject({
      billingCycle: "annual",
      value: { chargeType: "usage" },
    });
  });

  it.each([
    ["sum", "sum"],
    ["max", "max"],
    ["last_during_period", "last"],
  ])("reads aggregate_usage %s as %s", (aggregate_usage, aggregation) => {
    const recurring = { interval: "month", usage_type: "metered", aggregate_usage };
    expect(chargeOf(read({ recurring }))).toMatchObject({ aggregation });
  });

  it.each([
    ["week", 1, "weekly"],
    ["month", 3, "quarterly"],
    ["month", 6, "semi-annual"],
    ["month", 2, { every: 2, unit: "month" }],
    ["day", 30, { every: 30, unit: "day" }],
  ])("says how often it recurs: %s × %i", (interval, interval_count, billingCycle) => {
    expect(read({ recurring: { interval, interval_count } })).toMatchObject({ billingCycle });
  });

  it("takes names from the options, then from the price", () => {
    const options = { ...seats, id: "s", name: "Seats" };
    expect(chargeOf(read({ nickname: "n" }, options))).toMatchObject({ id: "s", name: "Seats" });
    expect(chargeOf(read({ nickname: "n", metadata: { a: "1" } }))).toMatchObject({
      name: "n",
      metadata: { a: "1" },
    });
  });

  const metered = { interval: "month", usage_type: "metered" };
  const table: readonly (readonly [object, readonly string[]])[] = [
    [{ custom_unit_amount: { minimum: 1 } }, ["not_supported custom_unit_amount"]],
    [{ currency_options: { eur: {} } }, ["not_supported currency_options"]],
    [{ tax_behavior: "inclusive" }, ["not_supported tax_behavior"]],
    [{ object: "plan" }, ["not_supported object"]],
    [{ surge: 2 }, ["not_supported surge"]],
    [
      { recurring: { ...metered, trial_period_days: 7 } },
      ["not_supported recurring.trial_period_days"],
    ],
    [
      { recurring: { ...metered, aggregate_usage: "last_ever" } },
      ["not_supported recurring.aggregate_usage"],
    ],
    [{ recurring: { interval: "fortnight" } }, ["not_supported recurring.interval"]],
    [
      { recurring: { interval: "month", interval_count: 0.5 } },
      ["invalid_value recurring.interval_count"],
    ],
    [
      { recurring: { interval: "month", usage_type: "leased" } },
      ["not_supported recurring.usage_type"],
    ],
    [{ recurring: null }, ["missing recurring"]],
    [{ recurring: 7 }, ["invalid_type recurring"]],
    [{ type: "one_time" }, ["not_supported recurring"]],
    [
      { type: "one_time", recurring: null, transform_quantity: { divide_by: 2, round: "up" } },
      ["not_supported transform_quantity"],
    ],
    [{ type: "donation" }, ["not_supported type"]],
    [{ billing_scheme: "auction" }, ["not_supported billing_scheme"]],
    [{ tiers_mode: "volume" }, ["not_supported tiers_mode"]],
    [
      { billing_scheme: "tiered", tiers_mode: "volume" },
      ["not_supported unit_amount", "not_supported unit_amount_decimal", "missing tiers"],
    ],
    [
      { transform_quantity: { divide_by: 0, round: "up" } },
      ["out_of_range transform_quantity.divide_by"],
    ],
    [
      { transform_quantity: { divide_by: 2, round: "nearest" } },
      ["not_supported transform_quantity.round"],
    ],
    [{ unit_amount: null, unit_amount_decimal: null }, ["missing unit_amount"]],
    [{ unit_amount: -5, unit_amount_decimal: null }, ["negative_price unit_amount"]],
    [{ unit_amount: 999 }, ["invalid_value unit_amount_decimal"]],
    [{ unit_amount: null, unit_amount_decimal: "ten" }, ["not_a_decimal unit_amount_decimal"]],
    [
      { unit_amount: Number.POSITIVE_INFINITY, unit_amount_decimal: null },
      ["not_finite unit_amount"],
    ],
    [{ currency: "xyz" }, ["unknown_currency currency"]],
    [{ currency: null }, ["missing currency"]],
    [{ id: "" }, ["invalid_id id"]],
  ];

  it.each(table)("refuses %j", (change, issues) => {
    expect(issuesOf(read(change))).toEqual(issues);
  });

  it("points at the tier that is wrong", () => {
    const rows = [
      { up_to: 10, unit_amount: 1 },
      { up_to: 5, unit_amount: 1, flat_amount: -1 },
      { up_to: null },
      { up_to: 20, unit_amount: 1, per: 2 },
      7,
    ];
    expect(issuesOf(tiered("graduated", rows.slice(0, 4)))).toEqual([
      "not_supported tiers.3.per",
      "negative_price tiers.1.flat_amount",
      "missing_price tiers.2",
      "tier_not_increasing tiers.1.up_to",
      "open_tier_not_last tiers.2.up_to",
      "bounded_last_tier tiers.3.up_to",
    ]);
    expect(issuesOf(tiered("graduated", rows.slice(4)))).toEqual(["invalid_type tiers.0"]);
    const result = tiered("volume", [{ up_to: 5, unit_amount: 1 }]);
    expect(result.ok || result.issues[0]?.message).toMatch(/^tiers\[0\]\.up_to must be /);
  });

  it("reports what is missing in the options there", () => {
    expect(issuesOf(read({}, {}))).toEqual(["missing_unit options.unitOfMeasure"]);
    expect(issuesOf(read({}, { ...seats, id: "" }))).toEqual(["invalid_id options.id"]);
  });

  it("takes custom currencies from the policy, but shifts by Stripe's decimals", () => {
    const policy = { currencies: { CREDIT: 4, HUF: 0 } };
    const credit = read({ currency: "credit" }, { ...seats, policy });
    expect(chargeOf(credit).pricing).toMatchObject({ unitPrice: "0.1" });
    expect(chargeOf(read({ currency: "huf" }, { ...seats, policy })).pricing).toMatchObject({
      unitPrice: "10",
    });
  });
});
