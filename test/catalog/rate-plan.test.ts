/** Rate plans: the one currency, the ids, the dates, the billing cycle, and what its charges must fit. */
import { type PricingIssueCode, parseRatePlan, safeParseCharge, safeParseRatePlan } from "rateplan";
import { describe, expect, it } from "vitest";

const fee = {
  id: "fee",
  name: "Fee",
  chargeType: "recurring",
  pricing: { model: "flat", amount: "99" },
} as const;
const outcome = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "per-unit", unitPrice: "5" },
} as const;
const plan = {
  id: "starter",
  name: "Starter plan",
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2026-01-01",
  charges: [fee, outcome],
} as const;
const { currency: _currency, ...withoutCurrency } = plan;

interface BadPlan {
  readonly title: string;
  readonly plan: unknown;
  readonly code: PricingIssueCode;
  readonly path: readonly (string | number)[];
}

function refuses(rows: readonly BadPlan[]) {
  it.each(rows)("refuses $title", ({ plan: input, code, path }) => {
    expect(safeParseRatePlan(input)).toMatchObject({ ok: false, issues: [{ code, path }] });
  });
}

describe("the fields of a rate plan", () => {
  it("come out as they went in, with decimals in canonical form", () => {
    const full = {
      ...plan,
      description: "For small teams",
      endDate: "2027-01-01",
      minimumCommitment: "500.00",
      metadata: { segment: "smb" },
    };
    expect(parseRatePlan(full)).toStrictEqual({
      ...full,
      minimumCommitment: "500",
      charges: [
        { ...fee, currency: "USD" },
        { ...outcome, currency: "USD" },
      ],
    });
  });

  it("may hold no charges yet, where the plan names its currency", () => {
    expect(parseRatePlan({ ...plan, charges: [] }).charges).toEqual([]);
  });

  refuses([
    { title: "nothing at all", plan: undefined, code: "missing", path: [] },
    { title: "a list", plan: [plan], code: "invalid_type", path: [] },
    { title: "no id", plan: { ...plan, id: undefined }, code: "missing", path: ["id"] },
    { title: "an empty id", plan: { ...plan, id: "" }, code: "invalid_id", path: ["id"] },
    { title: "no name", plan: { ...plan, name: undefined }, code: "missing", path: ["name"] },
    {
      title: "null as charges",
      plan: { ...plan, charges: null },
      code: "missing",
      path: ["charges"],
    },
    {
      title: "charges by id",
      plan: { ...plan, charges: { fee } },
      code: "invalid_type",
      path: ["charges"],
    },
    {
      title: "no charges",
      plan: { ...plan, charges: undefined },
      code: "missing",
      path: ["charges"],
    },
    {
      title: "a charge that is null",
      plan: { ...plan, charges: [null] },
      code: "invalid_type",
      path: ["charges", 0],
    },
    {
      title: "an unknown key",
      plan: { ...plan, trialDays: 14 },
      code: "unknown_key",
      path: ["trialDays"],
    },
    {
      title: "an unknown key in a charge",
      plan: { ...plan, charges: [fee, { ...outcome, price: 5 }] },
      code: "unknown_key",
      path: ["charges", 1, "price"],
    },
    {
      title: "a negative minimum commitment",
      plan: { ...plan, minimumCommitment: -1 },
      code: "negative_price",
      path: ["minimumCommitment"],
    },
    {
      title: "a minimum commitment that is no number",
      plan: { ...plan, minimumCommitment: "a lot" },
      code: "not_a_decimal",
      path: ["minimumCommitment"],
    },
    {
      title: "metadata that JSON cannot hold",
      plan: { ...plan, metadata: { since: new Date(0) } },
      code: "not_plain_data",
      path: ["metadata", "since"],
    },
  ]);
});

describe("the currency of a rate plan", () => {
  it.each([
    { title: "the plan alone", plan: { ...withoutCurrency, currency: "EUR" } },
    {
      title: "one of its charges alone",
      plan: { ...withoutCurrency, charges: [fee, { ...outcome, currency: "EUR" }] },
    },
    {
      title: "all of its charges",
      plan: {
        ...withoutCurrency,
        charges: [
          { ...fee, currency: "EUR" },
          { ...outcome, currency: "EUR" },
        ],
      },
    },
    {
      title: "plan and charges alike",
      plan: { ...plan, currency: "EUR", charges: [{ ...fee, currency: "EUR" }, outcome] },
    },
  ])("may stand on $title, and comes out on all", ({ plan: input }) => {
    const parsed = parseRatePlan(input);
    expect([parsed.currency, ...parsed.charges.map(({ currency }) => currency)]).toEqual([
      "EUR",
      "EUR",
      "EUR",
    ]);
  });

  refuses([
    {
      title: "a plan without any",
      plan: withoutCurrency,
      code: "missing_currency",
      path: ["currency"],
    },
    {
      title: "an unknown one on the plan",
      plan: { ...plan, currency: "BTC" },
      code: "unknown_currency",
      path: ["currency"],
    },
    {
      title: "an unknown one on a charge",
      plan: { ...plan, charges: [fee, { ...outcome, currency: "BTC" }] },
      code: "unknown_currency",
      path: ["charges", 1, "currency"],
    },
    {
      title: "an unknown one on the only charge that names one",
      plan: { ...withoutCurrency, charges: [{ ...fee, currency: "BTC" }, outcome] },
      code: "unknown_currency",
      path: ["charges", 0, "currency"],
    },
    {
      title: "one that is no text",
      plan: { ...plan, currency: { code: "USD" } },
      code: "invalid_type",
      path: ["currency"],
    },
    {
      title: "one that is empty",
      plan: { ...plan, currency: "" },
      code: "unknown_currency",
      path: ["currency"],
    },
    {
      title: "a charge in another than the plan's",
      plan: { ...plan, charges: [fee, { ...outcome, currency: "EUR" }] },
      code: "currency_mismatch",
      path: ["charges", 1, "currency"],
    },
    {
      title: "two charges that disagree",
      plan: {
        ...withoutCurrency,
        charges: [
          { ...fee, currency: "USD" },
          { ...outcome, currency: "EUR" },
        ],
      },
      code: "currency_mismatch",
      path: ["charges", 1, "currency"],
    },
  ]);

  it("is named in the message of a charge that disagrees", () => {
    const mixed = { ...plan, charges: [{ ...fee, currency: "EUR" }] };
    expect(safeParseRatePlan(mixed)).toMatchObject({
      issues: [{ message: 'charges[0].currency must be USD, the currency of the plan, got "EUR"' }],
    });
  });

  it("reports each charge that disagrees", () => {
    const charges = ["USD", "EUR", "USD", "JPY"].map((currency, index) => ({
      ...fee,
      id: `fee ${index}`,
      currency,
    }));
    const parsed = safeParseRatePlan({ ...plan, charges });
    expect(parsed).toMatchObject({
      ok: false,
      issues: [
        { code: "currency_mismatch", path: ["charges", 1, "currency"] },
        { code: "currency_mismatch", path: ["charges", 3, "currency"] },
      ],
    });
  });
});

describe("the ids of charges", () => {
  it("must differ within the plan: every later one is reported", () => {
    const charges = [fee, { ...outcome, id: "fee" }, outcome, { ...fee, name: "Again" }];
    expect(safeParseRatePlan({ ...plan, charges })).toMatchObject({
      ok: false,
      issues: [
        {
          code: "duplicate_id",
          path: ["charges", 1, "id"],
          message: 'charges[1].id must be other than charges[0].id, got "fee"',
        },
        { code: "duplicate_id", path: ["charges", 3, "id"] },
      ],
    });
  });

  it("differ by any character: case and spaces count", () => {
    const charges = ["a", "A", " a", "a "].map((id) => ({ ...fee, id }));
    expect(safeParseRatePlan({ ...plan, charges }).ok).toBe(true);
  });

  it("are not called duplicates where they are missing", () => {
    const nameless = { ...fee, id: undefined };
    expect(safeParseRatePlan({ ...plan, charges: [nameless, nameless] })).toMatchObject({
      ok: false,
      issues: [
        { code: "missing", path: ["charges", 0, "id"] },
        { code: "missing", path: ["charges", 1, "id"] },
      ],
    });
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("may be %s", (id) => {
    const parsed = parseRatePlan({ ...plan, charges: [{ ...fee, id }] });
    expect(parsed.charges[0]?.id).toBe(id);
  });
});

describe("the dates of a rate plan", () => {
  it.each([
    "2026-01-31",
    "2024-02-29",
    "2000-02-29",
    "9999-12-30",
    "2026-01-31T00:00:00Z",
    "2026-01-31T23:59:59.123+14:00",
    "2026-01-31t12:00:00z",
  ])("may be %s", (effectiveDate) => {
    expect(safeParseRatePlan({ ...plan, effectiveDate })).toMatchObject({
      value: { effectiveDate },
    });
  });

  refuses(
    [
      "2026-02-29",
      "2026-02-30",
      "2100-02-29",
      "2026-13-01",
      "2026-00-10",
      "2026-01-00",
      "2026-1-1",
      "26-01-01",
      "0999-01-01",
      "2026/01/01",
      "01.01.2026",
      "20260101",
      "2026-01-01 ",
      "2026-01-01T00:00:00",
      "2026-01-01T24:00:00Z",
      "2026-01-01T00:60:00Z",
      "2026-01-01T00:00:60Z",
      "2026-01-01T00:00Z",
      "2026-01-01T00:00:00+24:00",
      "2026-01-01T00:00:00+0100",
      "2026-02-30T00:00:00Z",
      "soon",
      "",
      0,
      1_767_225_600_000,
      new Date(Number.NaN),
      ["2026-01-01"],
    ].map((effectiveDate) => ({
      title: `${String(effectiveDate)} as a date`,
      plan: { ...plan, effectiveDate },
      code: "invalid_date" as const,
      path: ["effectiveDate"],
    })),
  );

  refuses([
    {
      title: "no effective date",
      plan: { ...plan, effectiveDate: undefined },
      code: "missing",
      path: ["effectiveDate"],
    },
    {
      title: "a bad end date",
      plan: { ...plan, endDate: "never" },
      code: "invalid_date",
      path: ["endDate"],
    },
    {
      title: "null as a date",
      plan: { ...plan, effectiveDate: null },
      code: "missing",
      path: ["effectiveDate"],
    },
    {
      title: "an end before the start",
      plan: { ...plan, endDate: "2025-12-31" },
      code: "end_before_start",
      path: ["endDate"],
    },
    {
      title: "an end at the start, which would leave nothing",
      plan: { ...plan, endDate: "2026-01-01T00:00:00Z" },
      code: "end_before_start",
      path: ["endDate"],
    },
    {
      title: "an end before the start by offset alone",
      plan: {
        ...plan,
        effectiveDate: "2026-01-01T12:00:00Z",
        endDate: "2026-01-01T13:00:00+02:00",
      },
      code: "end_before_start",
      path: ["endDate"],
    },
  ]);

  it.each([
    ["soon", "must be a civil date (2026-01-31) or an RFC 3339 instant (2026-01-31T09:30:00Z)"],
    ["2026-02-30", "must be a date that exists"],
    ["2026-01-01T00:00:00", "must be an instant with an offset (Z or +01:00)"],
  ])("says what is wrong with %j", (effectiveDate, text) => {
    expect(safeParseRatePlan({ ...plan, effectiveDate })).toMatchObject({
      issues: [{ message: `effectiveDate ${text}, got "${effectiveDate}"` }],
    });
  });

  it("names the start that an end must come after", () => {
    expect(safeParseRatePlan({ ...plan, endDate: "2025-12-31" })).toMatchObject({
      issues: [{ message: 'endDate must be after effectiveDate (2026-01-01), got "2025-12-31"' }],
    });
  });

  it("compares no dates that are none", () => {
    const bad = { ...plan, effectiveDate: "soon", endDate: "2025-12-31" };
    expect(safeParseRatePlan(bad)).toMatchObject({
      ok: false,
      issues: [{ code: "invalid_date", path: ["effectiveDate"] }],
    });
  });
});

describe("the billing cycle", () => {
  it.each([
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "semi-annual",
    "annual",
    { every: 2, unit: "week" },
    { every: 1, unit: "day" },
    { every: 1_000, unit: "year" },
  ])("may be %j", (billingCycle) => {
    expect(safeParseRatePlan({ ...plan, billingCycle })).toMatchObject({ value: { billingCycle } });
  });

  refuses([
    {
      title: "none",
      plan: { ...plan, billingCycle: undefined },
      code: "missing",
      path: ["billingCycle"],
    },
    {
      title: "a name that does not exist",
      plan: { ...plan, billingCycle: "fortnightly" },
      code: "invalid_value",
      path: ["billingCycle"],
    },
    {
      title: "a number",
      plan: { ...plan, billingCycle: 1 },
      code: "invalid_value",
      path: ["billingCycle"],
    },
    {
      title: "null",
      plan: { ...plan, billingCycle: null },
      code: "missing",
      path: ["billingCycle"],
    },
    {
      title: "every 0 months",
      plan: { ...plan, billingCycle: { every: 0, unit: "month" } },
      code: "out_of_range",
      path: ["billingCycle", "every"],
    },
    {
      title: "an unknown key",
      plan: { ...plan, billingCycle: { every: 1, unit: "month", on: 15 } },
      code: "unknown_key",
      path: ["billingCycle", "on"],
    },
  ]);

  it.each([
    { title: "half a month", billingCycle: { every: 0.5, unit: "month" }, at: "every" },
    { title: "a count as text", billingCycle: { every: "2", unit: "month" }, at: "every" },
    { title: "too many", billingCycle: { every: 1_001, unit: "month" }, at: "every" },
    { title: "an unknown unit", billingCycle: { every: 1, unit: "fortnight" }, at: "unit" },
    { title: "no unit", billingCycle: { every: 1 }, at: "unit" },
  ])("points at what is wrong in a cycle that is spelled out: $title", ({ billingCycle, at }) => {
    expect(safeParseRatePlan({ ...plan, billingCycle })).toMatchObject({
      ok: false,
      issues: [{ path: ["billingCycle", at] }],
    });
  });

  it.each([{ billingCycle: "fortnightly" }, { billingCycle: undefined }])(
    "names the cycles there are when it is none of them: $billingCycle",
    (bad) => {
      expect(safeParseRatePlan({ ...plan, ...bad })).toMatchObject({
        issues: [{ expected: expect.stringContaining("quarterly") }],
      });
    },
  );
});

describe("the cycles of charges", () => {
  const cycles = [
    ["monthly", "annual"],
    ["annual", "monthly"],
    ["monthly", "monthly"],
    ["quarterly", "semi-annual"],
    ["semi-annual", { every: 2, unit: "month" }],
    ["annual", { every: 1, unit: "year" }],
    [{ every: 12, unit: "month" }, "annual"],
    [
      { every: 2, unit: "year" },
      { every: 8, unit: "month" },
    ],
    ["weekly", "daily"],
    ["weekly", { every: 14, unit: "day" }],
    [{ every: 2, unit: "week" }, "weekly"],
    [
      { every: 1, unit: "day" },
      { every: 1_000, unit: "day" },
    ],
  ] as const;
  const strangers = [
    ["monthly", "weekly"],
    ["weekly", "monthly"],
    ["monthly", { every: 30, unit: "day" }],
    ["annual", { every: 365, unit: "day" }],
    ["annual", { every: 52, unit: "week" }],
    ["quarterly", { every: 2, unit: "month" }],
    ["semi-annual", { every: 4, unit: "month" }],
    ["annual", { every: 18, unit: "month" }],
    [
      { every: 2, unit: "week" },
      { every: 3, unit: "week" },
    ],
    [
      { every: 2, unit: "week" },
      { every: 10, unit: "day" },
    ],
  ] as const;
  const withCycle = (billingCycle: unknown, own: unknown) => ({
    ...plan,
    billingCycle,
    charges: [fee, { ...outcome, billingCycle: own }],
  });

  it.each(cycles)("on a plan of %j may be %j, which fits", (billingCycle, own) => {
    const parsed = safeParseRatePlan(withCycle(billingCycle, own));
    expect(parsed).toMatchObject({ value: { charges: [{}, { billingCycle: own }] } });
  });

  it.each(strangers)("on a plan of %j may not be %j, which does not fit", (billingCycle, own) => {
    const text = JSON.stringify(billingCycle);
    const found = typeof own === "string" ? `"${own}"` : "an object";
    expect(safeParseRatePlan(withCycle(billingCycle, own))).toMatchObject({
      ok: false,
      issues: [
        {
          code: "cycle_mismatch",
          path: ["charges", 1, "billingCycle"],
          message: `charges[1].billingCycle must be a whole multiple or divisor of ${text}, the cycle of the plan, got ${found}`,
        },
      ],
    });
  });

  it("fit either way round, or neither", () => {
    for (const [one, other] of [...cycles, ...strangers]) {
      expect(safeParseRatePlan(withCycle(other, one)).ok).toBe(
        safeParseRatePlan(withCycle(one, other)).ok,
      );
    }
  });

  it("are not compared where one of them is wrong", () => {
    const issuesOf = (input: unknown) => {
      const parsed = safeParseRatePlan(input);
      return parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
    };
    expect(issuesOf(withCycle("fortnightly", "weekly"))).toEqual(["invalid_value billingCycle"]);
    expect(issuesOf(withCycle("monthly", { every: 0, unit: "day" }))).toEqual([
      "out_of_range charges.1.billingCycle.every",
    ]);
    expect(issuesOf({ ...withCycle("monthly", "weekly"), currency: undefined })).toEqual([
      "cycle_mismatch charges.1.billingCycle",
      "missing_currency currency",
    ]);
  });

  it("do not concern a charge by itself, whose plan is not known", () => {
    expect(safeParseCharge({ ...outcome, billingCycle: { every: 11, unit: "day" } }).ok).toBe(true);
  });
});

describe("the revisions of a plan's charges", () => {
  const revised = (effectiveDate: unknown, more: object = {}) => ({
    ...plan,
    ...more,
    charges: [
      {
        ...fee,
        revisions: [{ effectiveDate: "2030-01-01", pricing: { model: "flat", amount: 1 } }],
      },
      {
        ...outcome,
        revisions: [
          { effectiveDate: "2026-06-01", pricing: { model: "per-unit", unitPrice: 1 } },
          { effectiveDate, pricing: { model: "per-unit", unitPrice: 1 } },
        ],
      },
    ],
  });

  it.each([
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01T01:00:00+01:00",
    "2026-01-02",
    "9999-12-30",
  ])("may begin with the plan, and later: %s", (effectiveDate) => {
    expect(safeParseRatePlan(revised(effectiveDate)).ok).toBe(true);
  });

  it("may begin after the plan has been taken off sale, as subscriptions bill on", () => {
    expect(safeParseRatePlan(revised("2028-01-01", { endDate: "2027-01-01" })).ok).toBe(true);
  });

  it.each(["2025-12-31", "1000-01-01", "2025-12-31T23:59:59.999Z", "2026-01-01T00:00:00+01:00"])(
    "may not begin earlier: %s",
    (effectiveDate) => {
      expect(safeParseRatePlan(revised(effectiveDate))).toMatchObject({
        ok: false,
        issues: [
          {
            code: "revision_too_early",
            path: ["charges", 1, "revisions", 1, "effectiveDate"],
            message: `charges[1].revisions[1].effectiveDate must be from the plan's effectiveDate on (2026-01-01), got "${effectiveDate}"`,
          },
        ],
      });
    },
  );

  refuses([
    {
      title: "a date that does not exist, without comparing it",
      plan: revised("2025-02-30"),
      code: "invalid_date",
      path: ["charges", 1, "revisions", 1, "effectiveDate"],
    },
    {
      title: "a plan's date that does not exist, without comparing it",
      plan: revised("2025-02-28", { effectiveDate: "2026-02-30" }),
      code: "invalid_date",
      path: ["effectiveDate"],
    },
    {
      title:
        "a discount that is revised to take something off a charge that the plan does not have",
      plan: {
        ...plan,
        charges: [
          fee,
          {
            id: "launch",
            name: "Launch",
            chargeType: "recurring",
            pricing: { model: "discount", percent: 5, appliesTo: { charges: ["fee"] } },
            revisions: [
              {
                effectiveDate: "2027-01-01",
                pricing: {
                  model: "discount",
                  percent: 5,
                  appliesTo: { charges: ["fee", "seats"] },
                },
              },
            ],
          },
        ],
      },
      code: "unknown_charge",
      path: ["charges", 1, "revisions", 0, "pricing", "appliesTo", "charges", 1],
    },
  ]);
});

describe("the dates of a plan's charges", () => {
  const dated = (dates: object) => ({
    ...plan,
    endDate: "2027-01-01",
    charges: [fee, { ...outcome, ...dates }],
  });

  it.each([
    { effectiveDate: "2025-06-01" },
    { effectiveDate: "2026-12-31" },
    { endDate: "2026-01-02" },
    { effectiveDate: "2025-06-01", endDate: "2030-01-01" },
  ])("may reach beyond the plan's, and meet them: %o", (dates) => {
    expect(parseRatePlan(dated(dates)).charges[1]).toMatchObject(dates);
  });

  refuses([
    {
      title: "a charge that is gone before the plan begins",
      plan: dated({ endDate: "2026-01-01" }),
      code: "outside_effective_dates",
      path: ["charges", 1, "endDate"],
    },
    {
      title: "a charge that comes when the plan is over",
      plan: dated({ effectiveDate: "2027-01-01" }),
      code: "outside_effective_dates",
      path: ["charges", 1, "effectiveDate"],
    },
    {
      title: "a charge that ends before it begins",
      plan: dated({ effectiveDate: "2026-06-01", endDate: "2026-06-01" }),
      code: "end_before_start",
      path: ["charges", 1, "endDate"],
    },
    {
      title: "a charge of no date, without comparing it",
      plan: dated({ effectiveDate: "2026-02-30" }),
      code: "invalid_date",
      path: ["charges", 1, "effectiveDate"],
    },
  ]);
});

describe("what multiplies within a document", () => {
  const issuesOf = (input: unknown) => {
    const parsed = safeParseRatePlan(input);
    return parsed.ok || parsed.issues.map(({ code, message }) => `${code} ${message}`);
  };
  const onlyFee = (cycle: unknown, own: unknown) => ({
    ...plan,
    billingCycle: cycle,
    charges: [{ ...fee, billingCycle: own }],
  });

  it("is limited for cycles of a charge in one of the plan", () => {
    const days = (every: number) => ({ every, unit: "day" });
    expect(issuesOf(onlyFee(days(1_000), "daily"))).toBe(true);
    // 84 years have 1,008 months.
    expect(issuesOf(onlyFee({ every: 83, unit: "year" }, "monthly"))).toBe(true);
    expect(issuesOf(onlyFee({ every: 84, unit: "year" }, "monthly"))).toEqual([
      'too_large charges[0].billingCycle must have at most 1000 cycles in one of the plan, got "monthly"',
    ]);
    // A long cycle of a charge is one of many of the plan's.
    expect(issuesOf(onlyFee("monthly", { every: 1_000, unit: "year" }))).toBe(true);
  });

  const fees = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...fee, id: `fee${index}` }));
  const discounts = (count: number, pricingOf: (index: number) => object, more: object = {}) =>
    Array.from({ length: count }, (_, index) => ({
      id: `off${index}`,
      name: "Discount",
      chargeType: "recurring",
      pricing: { model: "discount", percent: 1, ...pricingOf(index) },
      ...more,
    }));
  const withCharges = (...charges: readonly object[]) => issuesOf({ ...plan, charges });

  it("is limited for discounts and the charges that they apply to", () => {
    const few = discounts(100, () => ({}));
    expect(withCharges(...fees(1_000), ...few)).toBe(true);
    expect(withCharges(...fees(1_001), ...few)).toEqual([
      "too_large charges must have discounts that apply to at most 100000 charges, counted for each discount, got 100100",
    ]);
    expect(withCharges(...fees(1_001), ...discounts(100, () => ({ appliesTo: "all" })))).toEqual([
      expect.stringMatching(/^too_large /),
    ]);
  });

  it("counts only charges of the types, units and ids that a discount names", () => {
    const usage = Array.from({ length: 1_001 }, (_, index) => ({
      ...outcome,
      id: `use${index}`,
      unitOfMeasure: `unit ${index}`,
    }));
    // They are on recurring charges by default, of which there are none.
    expect(withCharges(...usage, ...discounts(100, () => ({})))).toBe(true);
    const named = discounts(1_001, (index) => ({ appliesTo: { charges: [`use${index}`] } }));
    expect(withCharges(...usage, ...named)).toBe(true);
    const ofUnits = discounts(1_001, (index) => ({ appliesTo: { units: [`unit ${index}`] } }));
    expect(withCharges(...usage, ...ofUnits)).toBe(true);
  });

  it("counts a discount once, at the revision by which it applies to most", () => {
    const wide = {
      revisions: ["2026-02-01", "2026-03-01"].map((effectiveDate) => ({
        effectiveDate,
        pricing: { model: "discount", percent: 2 },
      })),
    };
    const one = () => ({ appliesTo: { charges: ["fee0"] } });
    expect(withCharges(...fees(1_000), ...discounts(100, one, wide))).toBe(true);
    expect(withCharges(...fees(1_001), ...discounts(100, one, wide))).toEqual([
      expect.stringMatching(/got 100100$/),
    ]);
  });
});
