import type { ChargeModelEnum, ChargeObject, FixedChargeObject } from "lago-javascript-client";
import { rate } from "rateplan";
import { fromLagoCharge, type MeteredImportOptions } from "rateplan/import";
import { describe, expect, expectTypeOf, it } from "vitest";
import { billed, chargeOf, issuesOf } from "./support.js";

type Properties = ChargeObject["properties"];

/** A charge as Lago's API sends it: null where nothing is set, which its published types leave out for these two. */
type Sent = Omit<ChargeObject, "regroup_paid_fees" | "applied_pricing_unit"> & {
  regroup_paid_fees: ChargeObject["regroup_paid_fees"] | null;
  applied_pricing_unit: ChargeObject["applied_pricing_unit"] | null;
};

/** The object of getlago.com/docs/api-reference/plans/charges/object. */
const documented: Sent = {
  lago_id: "1a901a90-1a90-1a90-1a90-1a901a901a90",
  lago_billable_metric_id: "1a901a90-1a90-1a90-1a90-1a901a901a90",
  code: "requests_charge",
  billable_metric_code: "requests",
  created_at: "2022-09-14T16:35:31Z",
  invoice_display_name: "Requests",
  charge_model: "standard",
  pay_in_advance: false,
  invoiceable: true,
  regroup_paid_fees: null,
  prorated: false,
  min_amount_cents: 0,
  properties: { amount: "1" },
  filters: [],
  taxes: [],
  applied_pricing_unit: null,
  accepts_target_wallet: false,
  lago_parent_id: null,
};
const euro = { currency: "EUR" };
const read = (
  charge_model: ChargeModelEnum,
  properties: Properties,
  change: Partial<Sent> = {},
  options: MeteredImportOptions = {},
) =>
  fromLagoCharge({ ...documented, charge_model, properties, ...change }, { ...euro, ...options });
/** With what Lago's types do not have: what is older, and what is wrong. */
const readOther = (change: object) => fromLagoCharge({ ...documented, ...change }, euro);

/** Lago's own cases of its charge models: three ranges, 0–10, 11–20, 21–∞. */
const graduated: Properties = {
  graduated_ranges: [
    { from_value: 0, to_value: 10, per_unit_amount: "10", flat_amount: "2" },
    { from_value: 11, to_value: 20, per_unit_amount: "5", flat_amount: "3" },
    { from_value: 21, to_value: null, per_unit_amount: "5", flat_amount: "3" },
  ],
};

describe("fromLagoCharge", () => {
  it("reads the documented object", () => {
    expect(chargeOf(read("standard", { amount: "5.12345" }))).toEqual({
      id: documented.lago_id,
      name: "Requests",
      chargeType: "usage",
      currency: "EUR",
      unitOfMeasure: "requests",
      pricing: { model: "per-unit", unitPrice: "5.12345" },
    });
    expect(rate(chargeOf(read("standard", { amount: "5.12345" })), 10).exactAmount).toBe("51.2345");
  });

  it("bills graduated ranges as Lago does, the first flat amount also at 0", () => {
    const result = read("graduated", graduated);
    expect(billed(result, 0)).toBe("2.00");
    expect(billed(result, 1)).toBe("12.00");
    expect(billed(result, 10)).toBe("102.00");
    // 10 × 10 + 2, 10 × 5 + 3, 1 × 5 + 3
    expect(billed(result, 21)).toBe("163.00");
  });

  it("bills volume ranges as Lago does", () => {
    const result = read("volume", {
      volume_ranges: [
        { from_value: 0, to_value: 100, per_unit_amount: "2", flat_amount: "10" },
        { from_value: 101, to_value: 200, per_unit_amount: "1", flat_amount: "0" },
        { from_value: 201, to_value: null, per_unit_amount: "0.5", flat_amount: "50" },
      ],
    });
    expect(billed(result, 0)).toBe("10.00");
    expect(billed(result, 100)).toBe("210.00");
    expect(billed(result, "100.5")).toBe("100.50");
    expect(billed(result, 300)).toBe("200.00");
  });

  it("bills packages as documented: 5 per 100, the first 100 free, 201 units are 10", () => {
    const result = read("package", { amount: "5", package_size: 100, free_units: 100 });
    expect(billed(result, 201)).toBe("10.00");
    expect(billed(result, 100)).toBe("0.00");
    expect(
      chargeOf(read("package", { amount: "5", package_size: 100, free_units: 0 })),
    ).not.toHaveProperty("includedUnits");
  });

  it("reads percentages, graduated percentages and dynamic charges", () => {
    const percentage: Properties = {
      rate: "1.3",
      fixed_amount: "2.0",
      free_units_per_events: 3,
      free_units_per_total_aggregation: "250.0",
      per_transaction_min_amount: "1.75",
      per_transaction_max_amount: "3.75",
    };
    expect(chargeOf(read("percentage", percentage)).pricing).toEqual({
      model: "percentage",
      percent: "1.3",
      fixedPerEvent: "2",
      freeEvents: "3",
      freeAmount: "250",
      minPerEvent: "1.75",
      maxPerEvent: "3.75",
    });
    const none: Properties = {
      rate: "1",
      free_units_per_events: 0,
      free_units_per_total_aggregation: "0.0",
    };
    expect(chargeOf(read("percentage", none)).pricing).toEqual({
      model: "percentage",
      percent: "1",
    });
    const ranges = [
      { from_value: 0, to_value: 10, rate: "1", flat_amount: "200" },
      { from_value: 11, to_value: null, rate: "2", flat_amount: "300" },
    ];
    const tiers = chargeOf(read("graduated_percentage", { graduated_percentage_ranges: ranges }));
    expect(tiers.pricing).toEqual({
      model: "percentage",
      tiers: [
        { upTo: "10", percent: "1", flatFee: "200" },
        { percent: "2", flatFee: "300" },
      ],
      flatFeeAtZero: true,
    });
    expect(chargeOf(read("dynamic", {})).pricing).toEqual({ model: "pre-rated" });
  });

  it("reads the minimum in minor units, the grouping and the options", () => {
    const options = { id: "r", name: "R", unitOfMeasure: "request", aggregation: "max" } as const;
    const charge = read(
      "standard",
      { amount: "1", pricing_group_keys: ["agent_name", "region"] },
      { min_amount_cents: 1200 },
      options,
    );
    expect(chargeOf(charge)).toMatchObject({
      ...options,
      minimum: "12",
      groupBy: { fields: ["properties.agent_name", "properties.region"] },
    });
    expect(chargeOf(read("standard", { amount: "1", grouped_by: ["a"] }))).toHaveProperty(
      "groupBy",
    );
    const yen = read("standard", { amount: "1" }, { min_amount_cents: 1200 }, { currency: "JPY" });
    expect(chargeOf(yen)).toMatchObject({ minimum: "1200" });
  });

  it("leaves aside how an invoice presents the usage, which changes no amount", () => {
    const shown = { presentation_group_keys: [{ value: "region" }] };
    expect(read("standard", { amount: "1", ...shown })).toEqual(read("standard", { amount: "1" }));
    expect(billed(read("graduated", { ...graduated, ...shown }), 21)).toBe("163.00");
  });

  it("takes what Lago's client types as a charge", () => {
    expectTypeOf<ChargeObject>().toExtend<Parameters<typeof fromLagoCharge>[0]>();
  });

  const table: readonly (readonly [Partial<Sent>, readonly string[]])[] = [
    [{ pay_in_advance: true }, ["not_supported pay_in_advance"]],
    [{ prorated: true }, ["not_supported prorated"]],
    [{ invoiceable: false }, ["not_supported invoiceable"]],
    [{ regroup_paid_fees: "invoice" }, ["not_supported regroup_paid_fees"]],
    [
      { filters: [{ invoice_display_name: null, properties: {}, values: {} }] },
      ["not_supported filters"],
    ],
    [
      {
        taxes: [
          {
            lago_id: "1a90",
            name: "VAT",
            code: "vat",
            rate: 20,
            applied_to_organization: false,
            created_at: "2022-09-14T16:35:31Z",
          },
        ],
      },
      ["not_supported taxes"],
    ],
    [
      { applied_pricing_unit: { code: "credits", conversion_rate: "0.5" } },
      ["not_supported applied_pricing_unit"],
    ],
    [{ accepts_target_wallet: true }, ["not_supported accepts_target_wallet"]],
    [{ properties: {} }, ["missing properties.amount"]],
    [{ properties: { amount: "x" } }, ["not_a_decimal properties.amount"]],
    [{ properties: { amount: "1", package_size: 5 } }, ["not_supported properties.package_size"]],
    [
      { properties: { amount: "1", pricing_group_keys: ["a"], grouped_by: ["b"] } },
      ["not_supported properties.grouped_by"],
    ],
  ];

  it.each(table)("refuses %j", (change, issues) => {
    expect(issuesOf(read("standard", { amount: "1" }, change))).toEqual(issues);
  });

  const fixed: FixedChargeObject = {
    lago_id: "1a90",
    lago_add_on_id: "1a91",
    invoice_display_name: "Set-up",
    add_on_code: "setup",
    created_at: "2022-09-14T16:35:31Z",
    code: "setup",
    charge_model: "standard",
    pay_in_advance: false,
    prorated: false,
    properties: { amount: "10" },
    units: 2,
  };
  const others: readonly (readonly [string, object, readonly string[]])[] = [
    ["properties of groups", { group_properties: [{}] }, ["not_supported group_properties"]],
    ["an unknown field", { surge: 1 }, ["not_supported surge"]],
    ["a model of one's own", { charge_model: "custom" }, ["not_supported charge_model"]],
    ["no name of a model", { charge_model: 5 }, ["invalid_type charge_model"]],
    ["no model", { charge_model: undefined }, ["missing charge_model"]],
    ["no properties", { properties: null }, ["missing properties.amount"]],
    ["a number of properties", { properties: 5 }, ["invalid_type properties"]],
    [
      "one key instead of a list",
      { properties: { amount: "1", pricing_group_keys: "a" } },
      ["invalid_type properties.pricing_group_keys"],
    ],
    ["a minimum in words", { min_amount_cents: "many" }, ["not_a_decimal min_amount_cents"]],
    ["no id", { lago_id: null }, ["missing options.id"]],
    [
      "a fixed charge, which bills units without usage",
      fixed,
      ["not_supported lago_add_on_id", "not_supported add_on_code", "not_supported units"],
    ],
  ];

  it.each(others)("refuses %s", (_name, change, issues) => {
    expect(issuesOf(readOther(change))).toEqual(issues);
  });

  it("reads every member of Object.prototype as an unknown currency", () => {
    const policy = { currencies: { CREDIT: 4 } };
    const charge = { ...documented, min_amount_cents: 5 };
    for (const currency of ["constructor", "toString", "__proto__"]) {
      expect(issuesOf(fromLagoCharge(charge, { currency, policy }))).toEqual([
        "unknown_currency options.currency",
      ]);
    }
  });

  it("needs a currency for the minimum", () => {
    expect(fromLagoCharge(documented)).toMatchObject({ ok: true });
    expect(issuesOf(fromLagoCharge({ ...documented, min_amount_cents: 5 }))).toEqual([
      "missing_currency options.currency",
    ]);
  });

  it("refuses ranges that leave a gap or mix their bounds, which Lago lets through", () => {
    const range = (from_value: number, to_value: number | null) => ({
      from_value,
      to_value,
      per_unit_amount: "1",
      flat_amount: "0",
    });
    const gap = read("volume", { volume_ranges: [range(0, 100), range(102, null)] });
    expect(issuesOf(gap)).toEqual(["tier_gap properties.volume_ranges.1.from_value"]);
    const mixed = [range(0, 0.01), range(0.01, 10), range(11, null)];
    expect(issuesOf(read("graduated", { graduated_ranges: mixed }))).toEqual([
      "mixed_tier_styles properties.graduated_ranges.2.from_value",
    ]);
  });
});
