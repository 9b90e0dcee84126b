/** The billing policy: its defaults, what it refuses, and how its currencies and increments come to bear. */
import {
  type BillingPolicy,
  type BillingPolicyInput,
  type ChargeInput,
  invoice,
  isPricingError,
  type PricingIssueCode,
  parseCharge,
  parsePolicy,
  parseProduct,
  rate,
  rateAmount,
  safeParseCharge,
  safeParsePolicy,
  safeParseProduct,
  safeParseRatePlan,
  simulate,
} from "rateplan";
import { describe, expect, it } from "vitest";

const defaults: BillingPolicy = {
  rounding: { mode: "half-away-from-zero", scope: "line" },
  currencies: {},
  zeroLines: false,
  negativeUsage: "zero",
  deduplicate: true,
  discounts: { percentages: "original", fixed: "proportional", order: "percent-first" },
  coupons: {
    percentages: "original",
    fixed: "proportional",
    order: "percent-first",
    stacking: "combine",
  },
  credits: { order: "stripe", applied: "before-tax" },
  taxes: { rounding: "total" },
  negativeTotal: "credit-note",
  minimums: "after-discounts",
  tiersAtChange: "restart",
};

function perUnit(currency: string, unitPrice: string): ChargeInput {
  return {
    id: "outcome",
    name: "Outcomes",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    currency,
    pricing: { model: "per-unit", unitPrice },
  };
}

/** Codes and paths of what a call throws; `"nothing"` when it returns. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return isPricingError(error) ? error.issues.map(({ code, path }) => ({ code, path })) : error;
  }
  return "nothing";
}

describe("defaults", () => {
  it("are filled in for every part that is missing", () => {
    expect(parsePolicy({})).toStrictEqual(defaults);
  });

  it.each<[BillingPolicyInput, Partial<BillingPolicy>]>([
    [{ rounding: {} }, {}],
    [{ rounding: undefined, discounts: undefined, zeroLines: undefined }, {}],
    [{ rounding: { mode: undefined, increment: undefined } }, {}],
    [{ rounding: { mode: "half-even" } }, { rounding: { mode: "half-even", scope: "line" } }],
    [
      { rounding: { scope: "invoice", increment: 0.05 } },
      { rounding: { mode: "half-away-from-zero", scope: "invoice", increment: "0.05" } },
    ],
    [{ zeroLines: true }, { zeroLines: true }],
    [{ negativeUsage: "allow" }, { negativeUsage: "allow" }],
    [{ deduplicate: false }, { deduplicate: false }],
    [
      { discounts: { percentages: "compound" } },
      { discounts: { percentages: "compound", fixed: "proportional", order: "percent-first" } },
    ],
    [
      { discounts: { fixed: "line-order" } },
      { discounts: { percentages: "original", fixed: "line-order", order: "percent-first" } },
    ],
    [{ currencies: { CREDIT: 4 } }, { currencies: { CREDIT: 4 } }],
    [{ tiersAtChange: undefined }, {}],
    [{ tiersAtChange: "restart" }, {}],
    [{ tiersAtChange: "continue" }, { tiersAtChange: "continue" }],
  ])("stand beside what is given: %j", (input, given) => {
    expect(parsePolicy(input)).toStrictEqual({ ...defaults, ...given });
  });

  it("are the policy of a result that names none, and of one that names all", () => {
    expect(simulate(perUnit("USD", "1"), 1).policy).toStrictEqual(defaults);
    expect(rate(perUnit("USD", "1"), 1).policy).toStrictEqual(defaults);
    const policy = { ...defaults, zeroLines: true };
    expect(simulate(perUnit("USD", "1"), 1, { policy }).policy).toStrictEqual(policy);
  });

  it("are not shared with the caller, who cannot change them", () => {
    const written = { rounding: {} };
    const policy = parsePolicy(written);
    expect(policy).not.toBe(written);
    expect(Object.isFrozen(written.rounding)).toBe(false);
    expect(Object.isFrozen(policy.rounding)).toBe(true);
  });
});

describe("bad policies", () => {
  it.each<{
    readonly title: string;
    readonly policy: unknown;
    readonly code: PricingIssueCode;
    readonly path: readonly (string | number)[];
  }>([
    { title: "nothing", policy: undefined, code: "missing", path: [] },
    { title: "null", policy: null, code: "invalid_type", path: [] },
    { title: "a list", policy: [], code: "invalid_type", path: [] },
    { title: "a mode by itself", policy: "half-even", code: "invalid_type", path: [] },
    { title: "an unknown key", policy: { round: "up" }, code: "unknown_key", path: ["round"] },
    {
      title: "rounding as a text",
      policy: { rounding: "half-even" },
      code: "invalid_type",
      path: ["rounding"],
    },
    {
      title: "an unknown mode",
      policy: { rounding: { mode: "bankers" } },
      code: "invalid_value",
      path: ["rounding", "mode"],
    },
    {
      title: "an unknown scope",
      policy: { rounding: { scope: "plan" } },
      code: "invalid_value",
      path: ["rounding", "scope"],
    },
    {
      title: "an unknown key of rounding",
      policy: { rounding: { precision: 2 } },
      code: "unknown_key",
      path: ["rounding", "precision"],
    },
    {
      title: "an increment of 0",
      policy: { rounding: { increment: 0 } },
      code: "out_of_range",
      path: ["rounding", "increment"],
    },
    {
      title: "a negative increment",
      policy: { rounding: { increment: "-0.05" } },
      code: "out_of_range",
      path: ["rounding", "increment"],
    },
    {
      title: "an increment that is no number",
      policy: { rounding: { increment: "5 cents" } },
      code: "not_a_decimal",
      path: ["rounding", "increment"],
    },
    {
      title: "zeroLines as a text",
      policy: { zeroLines: "true" },
      code: "invalid_type",
      path: ["zeroLines"],
    },
    {
      title: "zeroLines as a number",
      policy: { zeroLines: 0 },
      code: "invalid_type",
      path: ["zeroLines"],
    },
    {
      title: "an unknown treatment of negative usage",
      policy: { negativeUsage: "ignore" },
      code: "invalid_value",
      path: ["negativeUsage"],
    },
    {
      title: "deduplicate as a number",
      policy: { deduplicate: 1 },
      code: "invalid_type",
      path: ["deduplicate"],
    },
    {
      title: "unknown stacking of percentages",
      policy: { discounts: { percentages: "sum" } },
      code: "invalid_value",
      path: ["discounts", "percentages"],
    },
    {
      title: "unknown spreading of fixed discounts",
      policy: { discounts: { fixed: "first" } },
      code: "invalid_value",
      path: ["discounts", "fixed"],
    },
    ...["reset", "", 0, true, ["continue"]].map((tiersAtChange) => ({
      title: `${JSON.stringify(tiersAtChange)} for tiers at a change`,
      policy: { tiersAtChange },
      code: "invalid_value" as const,
      path: ["tiersAtChange"],
    })),
    {
      title: "currencies as a list",
      policy: { currencies: ["CREDIT"] },
      code: "invalid_type",
      path: ["currencies"],
    },
    {
      title: "currencies as a text",
      policy: { currencies: "CREDIT" },
      code: "invalid_type",
      path: ["currencies"],
    },
    ...["credit", "C", "4CREDIT", "CRÉDIT", "A B", "X".repeat(33), ""].map((code) => ({
      title: `the currency code ${JSON.stringify(code)}`,
      policy: { currencies: { [code]: 2 } },
      code: "unknown_currency" as const,
      path: ["currencies", code],
    })),
    ...[-1, 13, 0.5, Number.NaN, "2", true, 2n, Number.POSITIVE_INFINITY].map((decimals) => ({
      title: `${typeof decimals} ${decimals} as decimals of a currency`,
      policy: { currencies: { CREDIT: decimals } },
      code: "out_of_range" as const,
      path: ["currencies", "CREDIT"],
    })),
  ])("are refused: $title", ({ policy, code, path }) => {
    expect(safeParsePolicy(policy)).toMatchObject({ ok: false, issues: [{ code, path }] });
  });

  it("have all their issues reported at once", () => {
    const parsed = safeParsePolicy({
      rounding: { mode: "bankers", increment: -1 },
      currencies: { credit: 99 },
      zeroLines: "yes",
      tiersAtChange: "go on",
      extra: 1,
    });
    expect(
      parsed.ok || parsed.issues.map(({ code, path }) => `${code} ${path.join(".")}`).sort(),
    ).toEqual([
      "invalid_type zeroLines",
      "invalid_value rounding.mode",
      "invalid_value tiersAtChange",
      "out_of_range currencies.credit",
      "out_of_range rounding.increment",
      "unknown_currency currencies.credit",
      "unknown_key extra",
    ]);
  });

  it("say which modes there are", () => {
    expect(safeParsePolicy({ rounding: { mode: "bankers" } })).toMatchObject({
      issues: [{ expected: expect.stringContaining('"half-even"') }],
    });
  });

  describe("that are passed along", () => {
    const bad = { zeroLines: 1 } as never;
    const charge = perUnit("USD", "1");
    const issue = [{ code: "invalid_type", path: ["policy", "zeroLines"] }];

    it.each([
      { verb: "simulate", call: () => simulate(charge, 1, { policy: bad }) },
      {
        verb: "invoice",
        call: () =>
          invoice({
            catalog: {
              id: "p",
              name: "P",
              agentType: "a",
              effectiveDate: "2026-01-01",
              ratePlans: [
                {
                  id: "r",
                  name: "R",
                  billingCycle: "monthly",
                  effectiveDate: "2026-01-01",
                  charges: [charge],
                },
              ],
            },
            subscription: { id: "s", customerId: "c", ratePlanId: "r", startDate: "2026-01-01" },
            period: { start: "2026-01-01", end: "2026-02-01" },
            usage: [],
            policy: bad,
          }),
      },
      { verb: "rate", call: () => rate(charge, 1, bad) },
      { verb: "rateAmount", call: () => rateAmount(charge, 1, bad) },
      { verb: "parseCharge", call: () => parseCharge(charge, { policy: bad }) },
    ])("are told apart from the other arguments of $verb by their path", ({ call }) => {
      expect(thrownBy(call)).toEqual(issue);
    });

    it.each([
      { name: "safeParseCharge", safeParse: safeParseCharge },
      { name: "safeParseRatePlan", safeParse: safeParseRatePlan },
      { name: "safeParseProduct", safeParse: safeParseProduct },
    ])("are returned, not thrown, by $name", ({ safeParse }) => {
      expect(thrownBy(() => safeParse({}, { policy: bad }))).toBe("nothing");
    });
  });
});

describe("custom currencies", () => {
  const policy = { currencies: { HUF: 0, CREDIT: 4, "X-1_Y": 0, GRAIN: 12 } };

  it.each([
    { currency: "HUF", amount: "3", why: "HUF without the decimals that ISO 4217 gives it" },
    { currency: "CREDIT", amount: "2.7183", why: "credits to four decimals" },
    { currency: "X-1_Y", amount: "3", why: "a code with a digit and signs" },
    { currency: "GRAIN", amount: "2.718281828459", why: "twelve decimals" },
    { currency: "USD", amount: "2.72", why: "currencies that it does not name as before" },
  ])("bill $why", ({ currency, amount }) => {
    const charge = perUnit(currency, "2.71828182845904523536");
    expect(simulate(charge, 1, { policy }).amount).toBe(amount);
    expect(rate(charge, 1, policy).amount).toBe(amount);
    expect(rateAmount(charge, 1, policy)).toBe(amount);
  });

  it("override ISO 4217 for that policy alone", () => {
    expect(simulate(perUnit("HUF", "2.5"), 1, { policy }).amount).toBe("3");
    expect(simulate(perUnit("HUF", "2.5"), 1).amount).toBe("2.50");
  });

  it("are known to the parsers of the catalog that get the policy, and to no other", () => {
    const charge = perUnit("CREDIT", "1");
    expect(safeParseCharge(charge, { policy }).ok).toBe(true);
    expect(safeParseCharge(charge)).toMatchObject({
      ok: false,
      issues: [{ code: "unknown_currency", path: ["currency"] }],
    });
    expect(safeParseCharge(charge, { policy: { currencies: { TOKEN: 2 } } })).toMatchObject({
      ok: false,
      issues: [{ code: "unknown_currency", path: ["currency"] }],
    });
  });

  it("are known to plans and products as well", () => {
    const plan = {
      id: "r",
      name: "R",
      currency: "CREDIT",
      billingCycle: "monthly",
      effectiveDate: "2026-01-01",
      charges: [],
    } as const;
    const product = {
      id: "p",
      name: "P",
      agentType: "a",
      effectiveDate: "2026-01-01",
      ratePlans: [plan],
    };
    expect(safeParseRatePlan(plan, { policy }).ok).toBe(true);
    expect(safeParseProduct(product, { policy }).ok).toBe(true);
    expect(safeParseProduct(product)).toMatchObject({
      issues: [{ code: "unknown_currency", path: ["ratePlans", 0, "currency"] }],
    });
  });

  it("are asked for again where a charge that was parsed with them is priced without", () => {
    const charge = parseCharge(perUnit("CREDIT", "1"), { policy });
    const product = parseProduct(
      {
        id: "p",
        name: "P",
        agentType: "a",
        effectiveDate: "2026-01-01",
        ratePlans: [
          {
            id: "r",
            name: "R",
            billingCycle: "monthly",
            effectiveDate: "2026-01-01",
            charges: [charge],
          },
        ],
      },
      { policy },
    );
    expect(simulate(product, 5, { policy }).amount).toBe("5.0000");
    expect(thrownBy(() => simulate(charge, 5))).toEqual([
      { code: "unknown_currency", path: ["currency"] },
    ]);
    expect(thrownBy(() => rate(charge, 5))).toEqual([
      { code: "unknown_currency", path: ["currency"] },
    ]);
  });
});

describe("increments", () => {
  it.each([
    { currency: "CHF", increment: "0.05", unitPrice: "1.03", amount: "1.05" },
    { currency: "CHF", increment: "0.05", unitPrice: "1.02", amount: "1.00" },
    { currency: "CHF", increment: "0.050", unitPrice: "1.025", amount: "1.05" },
    { currency: "SEK", increment: 1, unitPrice: "1.49", amount: "1.00" },
    { currency: "JPY", increment: 10, unitPrice: "15", amount: "20" },
    { currency: "KWD", increment: "0.005", unitPrice: "0.0026", amount: "0.005" },
    { currency: "USD", increment: "0.01", unitPrice: "0.005", amount: "0.01" },
  ])("round $unitPrice $currency to $amount in steps of $increment", (row) => {
    const { currency, increment, unitPrice, amount } = row;
    const policy = { rounding: { increment } };
    expect(simulate(perUnit(currency, unitPrice), 1, { policy }).amount).toBe(amount);
  });

  it.each([
    { currency: "USD", increment: "0.005" },
    { currency: "USD", increment: "0.015" },
    { currency: "USD", increment: "1.001" },
    { currency: "JPY", increment: "0.05" },
    { currency: "JPY", increment: "2.5" },
    { currency: "KWD", increment: "0.0005" },
  ])(
    "must be a whole multiple of the minor unit: not $increment $currency",
    ({ currency, increment }) => {
      const policy = { rounding: { increment } };
      const issue = [{ code: "invalid_increment", path: ["policy", "rounding", "increment"] }];
      expect(safeParsePolicy(policy).ok).toBe(true);
      expect(thrownBy(() => simulate(perUnit(currency, "1"), 1, { policy }))).toEqual(issue);
      expect(thrownBy(() => rate(perUnit(currency, "1"), 1, policy))).toEqual(issue);
      expect(thrownBy(() => rateAmount(perUnit(currency, "1"), 1, policy))).toEqual(issue);
    },
  );

  it("follow the decimals of a custom currency", () => {
    const policy = { rounding: { increment: "0.0005" }, currencies: { CREDIT: 4 } };
    expect(simulate(perUnit("CREDIT", "0.0013"), 1, { policy }).amount).toBe("0.0015");
  });

  it("say of which currency they are no multiple", () => {
    expect(() => rate(perUnit("JPY", "1"), 1, { rounding: { increment: "0.05" } })).toThrow(
      'policy.rounding.increment must be a whole multiple of the minor unit of JPY, got "0.05"',
    );
  });
});

describe("tiers at a change inside a period", () => {
  const tiers = (first: number, second: number) => ({
    model: "tiered" as const,
    tiers: [{ upTo: 10, unitPrice: first }, { unitPrice: second }],
  });
  const charge = {
    ...perUnit("USD", "1"),
    pricing: tiers(2, 1),
    revisions: [
      { effectiveDate: "2026-01-16", withinPeriod: "split", pricing: tiers(4, 3) } as const,
    ],
  } as ChargeInput;
  const event = (id: string, timestamp: string) => ({
    id,
    customerId: "acme",
    unitOfMeasure: "@outcome",
    timestamp,
    quantity: 8,
  });
  const billed = (policy?: BillingPolicyInput, more: Partial<ChargeInput> = {}) =>
    invoice({
      catalog: {
        id: "p",
        name: "P",
        agentType: "a",
        effectiveDate: "2026-01-01",
        ratePlans: [
          {
            id: "r",
            name: "R",
            billingCycle: "monthly",
            effectiveDate: "2026-01-01",
            charges: [{ ...charge, ...more } as ChargeInput],
          },
        ],
      },
      subscription: { id: "s", customerId: "acme", ratePlanId: "r", startDate: "2026-01-01" },
      period: { start: "2026-01-01", end: "2026-02-01" },
      usage: [event("e1", "2026-01-15T23:59:59Z"), event("e2", "2026-01-16T00:00:00Z")],
      ...(policy === undefined ? {} : { policy }),
    });

  // 8 × 2 = 16 before; after it 8 × 4 = 32 from the start, or 2 × 4 + 6 × 3 = 26 from 8 on.
  it.each([
    { tiersAtChange: undefined, amounts: ["16.00", "32.00"] },
    { tiersAtChange: "restart", amounts: ["16.00", "32.00"] },
    { tiersAtChange: "continue", amounts: ["16.00", "26.00"] },
  ] as const)("under $tiersAtChange come to $amounts", ({ tiersAtChange, amounts }) => {
    const bill = billed(tiersAtChange && { tiersAtChange });
    expect(bill.lines.map(({ amount }) => amount)).toEqual(amounts);
    expect(bill.policy.tiersAtChange).toBe(tiersAtChange ?? "restart");
  });

  it("cannot continue where groups are told apart", () => {
    const grouped = { groupBy: { fields: ["name"] } } as Partial<ChargeInput>;
    expect(billed({}, grouped).total).toBe("48.00");
    expect(thrownBy(() => billed({ tiersAtChange: "continue" }, grouped))).toEqual([
      { code: "not_splittable", path: ["policy", "tiersAtChange"] },
    ]);
  });
});
