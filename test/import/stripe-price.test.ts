import fc from "fast-check";
import { fromStripePrice, type ImportOptions } from "rateplan/import";
import Stripe from "stripe";
import { describe, expect, expectTypeOf, it } from "vitest";
import { billed, chargeOf, issuesOf } from "./support.js";

const decimal = (text: string) => Stripe.Decimal.from(text);

const recurring: Stripe.Price.Recurring = {
  interval: "month",
  interval_count: 1,
  meter: null,
  trial_period_days: null,
  usage_type: "licensed",
};
const metered: Stripe.Price.Recurring = { ...recurring, meter: "mtr_1", usage_type: "metered" };

/** The object of docs.stripe.com/api/prices/object as Stripe's SDK has it: decimals are objects there. */
const documented: Stripe.Price = {
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
  recurring,
  tax_behavior: "unspecified",
  tiers_mode: null,
  transform_quantity: null,
  type: "recurring",
  unit_amount: 1000,
  unit_amount_decimal: decimal("1000"),
};
const seats = { unitOfMeasure: "@seat" };
const read = (change: Partial<Stripe.Price>, options: ImportOptions = seats) =>
  fromStripePrice({ ...documented, ...change }, options);
/** With what the SDK's types of today do not have: older versions of the API, and what is wrong. */
const readOther = (change: object, options: ImportOptions = seats) =>
  fromStripePrice({ ...documented, ...change }, options);
const priced = (unit_amount: number | null, unit_amount_decimal: Stripe.Decimal | null = null) => ({
  unit_amount,
  unit_amount_decimal,
});

/** A tier as the API writes it: whole amounts also as such. */
function tier(up_to: number | null, unit: string | null, flat: string | null = null) {
  const whole = (text: string | null) => (text?.includes(".") === false ? Number(text) : null);
  const exactly = (text: string | null) => (text === null ? null : decimal(text));
  const written: Stripe.Price.Tier = {
    up_to,
    unit_amount: whole(unit),
    unit_amount_decimal: exactly(unit),
    flat_amount: whole(flat),
    flat_amount_decimal: exactly(flat),
  };
  return written;
}

/** docs.stripe.com/subscriptions/pricing-models/tiered-pricing. */
const tiers = [tier(5, "500", "1000"), tier(10, "400", "2000"), tier(null, "300", "3000")];
const unpriced = { billing_scheme: "tiered", ...priced(null) } as const;
const tiered = (tiers_mode: Stripe.Price.TiersMode, rows = tiers) =>
  read({ ...unpriced, tiers_mode, tiers: rows });

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
    const rows = [tier(5, "700"), tier(10, "650"), tier(null, "600")];
    expect(billed(tiered("volume", rows), 6)).toBe("39.00");
    expect(billed(tiered("volume", rows), 20)).toBe("120.00");
    expect(billed(tiered("graduated", rows), 6)).toBe("41.50");
    expect(billed(tiered("graduated", rows), 20)).toBe("127.50");
  });

  it("bills transformed quantities by packages, rounded up or down", () => {
    const hours = (round: Stripe.Price.TransformQuantity.Round) =>
      read({ transform_quantity: { divide_by: 60, round } });
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
    // Stripe's decimals write more than 30 digits with an exponent.
    ["usd", `1${"0".repeat(40)}`, `1${"0".repeat(38)}`],
  ])("shifts amounts exactly: %s %s is %s", (currency, amount, unitPrice) => {
    const perUnit = { model: "per-unit", unitPrice };
    const objects = read({ currency, ...priced(null, decimal(amount)) });
    expect(chargeOf(objects).pricing).toEqual(perUnit);
    // In the API's JSON, and in SDKs before version 21, decimals are texts.
    const texts = readOther({ currency, unit_amount: null, unit_amount_decimal: amount });
    expect(chargeOf(texts).pricing).toEqual(perUnit);
  });

  it("bills any whole amount as it stands", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 1_000 }), (cents, quantity) => {
        const digits = String(BigInt(cents) * BigInt(quantity)).padStart(3, "0");
        const price = priced(cents, decimal(`${cents}`));
        expect(billed(read(price), quantity)).toBe(`${digits.slice(0, -2)}.${digits.slice(-2)}`);
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
    expect(read({ recurring: { ...metered, interval: "year" } })).toMatchObject({
      billingCycle: "annual",
      value: { chargeType: "usage" },
    });
  });

  it("takes from the options how the price's meter counts: sum, count or last", () => {
    const formulas: readonly Stripe.Billing.Meter.DefaultAggregation.Formula[] = ["count", "last"];
    for (const aggregation of ["sum", ...formulas] as ("sum" | "count" | "last")[]) {
      const charge = read({ recurring: metered }, { ...seats, aggregation });
      expect(chargeOf(charge)).toMatchObject({ chargeType: "usage", aggregation });
    }
    const older = { ...metered, aggregate_usage: "max" };
    expect(
      chargeOf(readOther({ recurring: older }, { ...seats, aggregation: "last" })),
    ).toMatchObject({ aggregation: "last" });
    expect(issuesOf(read({}, { ...seats, aggregation: "last" }))).toEqual([
      "not_supported options.aggregation",
    ]);
  });

  it.each([
    ["sum", "sum"],
    ["max", "max"],
    ["last_during_period", "last"],
  ])(
    "reads aggregate_usage %s of older versions of the API as %s",
    (aggregate_usage, aggregation) => {
      const older = { ...metered, meter: null, aggregate_usage };
      expect(chargeOf(readOther({ recurring: older }))).toMatchObject({ aggregation });
    },
  );

  it.each([
    ["week", 1, "weekly"],
    ["month", 3, "quarterly"],
    ["month", 6, "semi-annual"],
    ["month", 2, { every: 2, unit: "month" }],
    ["day", 30, { every: 30, unit: "day" }],
  ])("says how often it recurs: %s × %i", (interval, interval_count, billingCycle) => {
    expect(read({ recurring: { ...recurring, interval, interval_count } })).toMatchObject({
      billingCycle,
    });
  });

  it("takes names from the options, then from the price", () => {
    const options = { ...seats, id: "s", name: "Seats" };
    expect(chargeOf(read({ nickname: "n" }, options))).toMatchObject({ id: "s", name: "Seats" });
    expect(chargeOf(read({ nickname: "n", metadata: { a: "1" } }))).toMatchObject({
      name: "n",
      metadata: { a: "1" },
    });
  });

  const expanded: Stripe.DeletedProduct = { id: "prod_1", object: "product", deleted: true };
  const prices: readonly (readonly [string, Partial<Stripe.Price>])[] = [
    ["per unit", {}],
    ["per unit, below a minor unit", priced(null, decimal("0.5"))],
    ["tiered", { ...unpriced, tiers_mode: "volume", tiers }],
    [
      "tiered below a minor unit",
      { ...unpriced, tiers_mode: "volume", tiers: [tier(null, "0.5")] },
    ],
    ["metered", { recurring: metered }],
    ["of an expanded product", { product: expanded }],
  ];

  it.each(prices)("reads what the SDK has as it reads the JSON of the API: %s", (_name, change) => {
    const result = read(change);
    const json: unknown = JSON.parse(JSON.stringify({ ...documented, ...change }));
    expect(result).toEqual(fromStripePrice(json, seats));
    expect(result.ok).toBe(true);
  });

  it("reads what Stripe's SDK returns", async () => {
    const json = { ...documented, ...priced(null, decimal("0.25")), tax_behavior: null };
    const answer = () =>
      Promise.resolve(new Response(JSON.stringify(json), { headers: { "request-id": "req_1" } }));
    const stripe = new Stripe("sk_test_1", { httpClient: Stripe.createFetchHttpClient(answer) });
    const price = await stripe.prices.retrieve("price_1");
    expect(price.unit_amount_decimal).toBeTypeOf("object");
    expect(price.lastResponse.requestId).toBe("req_1");
    expect(chargeOf(fromStripePrice(price, seats)).pricing).toEqual({
      model: "per-unit",
      unitPrice: "0.0025",
    });
  });

  it("takes what Stripe's SDK types as a price", () => {
    expectTypeOf(fromStripePrice).toBeCallableWith(documented);
    expectTypeOf<Stripe.Response<Stripe.Price>>().toExtend<Parameters<typeof fromStripePrice>[0]>();
  });

  it("takes tiers as they are written to Stripe", () => {
    const written: Stripe.PriceCreateParams.Tier[] = [
      { up_to: 5, unit_amount: 500, flat_amount_decimal: decimal("1000") },
      { up_to: "inf", unit_amount_decimal: decimal("300.5") },
    ];
    const result = readOther({ ...unpriced, tiers_mode: "graduated", tiers: written });
    // 5 × 5 + 10, then 2 × 3.005
    expect(billed(result, 7)).toBe("41.01");
  });

  const table: readonly (readonly [Partial<Stripe.Price>, readonly string[]])[] = [
    [
      { custom_unit_amount: { minimum: 1, maximum: null, preset: null } },
      ["not_supported custom_unit_amount"],
    ],
    [
      {
        currency_options: {
          eur: { ...priced(900), custom_unit_amount: null, tax_behavior: "unspecified" },
        },
      },
      ["not_supported currency_options"],
    ],
    [{ tax_behavior: "inclusive" }, ["not_supported tax_behavior"]],
    [
      { recurring: { ...metered, trial_period_days: 7 } },
      ["not_supported recurring.trial_period_days"],
    ],
    [{ recurring: { ...recurring, interval: "fortnight" } }, ["not_supported recurring.interval"]],
    [
      { recurring: { ...recurring, interval_count: 0.5 } },
      ["invalid_value recurring.interval_count"],
    ],
    [{ recurring: { ...recurring, usage_type: "leased" } }, ["not_supported recurring.usage_type"]],
    [{ recurring: null }, ["missing recurring"]],
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
    [priced(null), ["missing unit_amount"]],
    [priced(-5), ["negative_price unit_amount"]],
    [priced(null, decimal("-5")), ["negative_price unit_amount_decimal"]],
    [priced(999, decimal("1000")), ["invalid_value unit_amount_decimal"]],
    [priced(null, decimal("1e200")), ["decimal_out_of_range unit_amount_decimal"]],
    [priced(Number.POSITIVE_INFINITY), ["not_finite unit_amount"]],
    [{ currency: "xyz" }, ["unknown_currency currency"]],
    [{ id: "" }, ["invalid_id id"]],
  ];

  it.each(table)("refuses %j", (change, issues) => {
    expect(issuesOf(read(change))).toEqual(issues);
  });

  class Money {
    toJSON(): string {
      return "5";
    }
  }
  const thrower = Object.assign(Object.create(decimal("5")) as object, {
    toJSON() {
      throw new Error("no");
    },
  });
  const others: readonly (readonly [string, object, readonly string[]])[] = [
    ["a plan", { object: "plan" }, ["not_supported object"]],
    ["a deleted price", { deleted: true }, ["not_supported deleted"]],
    ["an unknown field", { surge: 2 }, ["not_supported surge"]],
    [
      "the last usage ever",
      { recurring: { ...metered, aggregate_usage: "last_ever" } },
      ["not_supported recurring.aggregate_usage"],
    ],
    ["no object", { recurring: 7 }, ["invalid_type recurring"]],
    ["no currency", { currency: null }, ["missing currency"]],
    [
      "words",
      { unit_amount: null, unit_amount_decimal: "ten" },
      ["not_a_decimal unit_amount_decimal"],
    ],
    [
      "a decimal that has lost its class",
      { unit_amount: null, unit_amount_decimal: structuredClone({ ...decimal("5") }) },
      ["not_a_decimal unit_amount_decimal"],
    ],
    [
      "an object of another class",
      { unit_amount: null, unit_amount_decimal: new Money() },
      ["not_a_decimal unit_amount_decimal"],
    ],
    [
      "a decimal that throws",
      { unit_amount: null, unit_amount_decimal: thrower },
      ["not_a_decimal unit_amount_decimal"],
    ],
  ];

  it.each(others)("refuses %s", (_name, change, issues) => {
    expect(issuesOf(readOther(change))).toEqual(issues);
  });

  it("points at the tier that is wrong", () => {
    const rows = [
      tier(10, "1"),
      tier(5, "1", "-1"),
      tier(null, null),
      { ...tier(20, "1"), per: 2 },
    ];
    expect(issuesOf(tiered("graduated", rows))).toEqual([
      "not_supported tiers.3.per",
      "negative_price tiers.1.flat_amount_decimal",
      "missing_price tiers.2",
      "tier_not_increasing tiers.1.up_to",
      "open_tier_not_last tiers.2.up_to",
      "bounded_last_tier tiers.3.up_to",
    ]);
    const noRow = readOther({ ...unpriced, tiers_mode: "graduated", tiers: [7] });
    expect(issuesOf(noRow)).toEqual(["invalid_type tiers.0"]);
    const result = tiered("volume", [tier(5, "1")]);
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
