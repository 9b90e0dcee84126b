/** Products: their own fields, and everything that can be wrong with a catalog in one parse. */
import { type PricingIssueCode, parseProduct, safeParseProduct } from "rateplan";
import { describe, expect, it } from "vitest";

const fee = {
  id: "fee",
  name: "Fee",
  chargeType: "recurring",
  pricing: { model: "flat", amount: "99" },
} as const;
const plan = {
  id: "starter",
  name: "Starter plan",
  currency: "USD",
  billingCycle: "monthly",
  effectiveDate: "2026-01-01",
  charges: [fee],
} as const;
const product = {
  id: "ocr",
  name: "ocr product",
  agentType: "ocr-agent",
  effectiveDate: "2026-01-01",
  ratePlans: [plan],
} as const;

describe("the fields of a product", () => {
  it("come out as they went in, with the currency on every charge", () => {
    const full = {
      ...product,
      description: "Reads documents",
      endDate: "2030-01-01",
      metadata: { owner: "docs team" },
    };
    expect(parseProduct(full)).toStrictEqual({
      ...full,
      ratePlans: [{ ...plan, charges: [{ ...fee, currency: "USD" }] }],
    });
  });

  it("may hold plans in different currencies and charges of the same id in different plans", () => {
    const euro = { ...plan, id: "starter-eu", currency: "EUR" };
    const parsed = parseProduct({ ...product, ratePlans: [plan, euro] });
    expect(parsed.ratePlans.map(({ charges }) => charges[0]?.currency)).toEqual(["USD", "EUR"]);
  });

  it.each<{
    readonly title: string;
    readonly product: unknown;
    readonly code: PricingIssueCode;
    readonly path: readonly (string | number)[];
  }>([
    { title: "nothing at all", product: undefined, code: "missing", path: [] },
    { title: "a list", product: [product], code: "invalid_type", path: [] },
    { title: "a text", product: "ocr product", code: "invalid_type", path: [] },
    { title: "no id", product: { ...product, id: undefined }, code: "missing", path: ["id"] },
    {
      title: "no agent type",
      product: { ...product, agentType: undefined },
      code: "missing",
      path: ["agentType"],
    },
    {
      title: "an empty agent type",
      product: { ...product, agentType: "" },
      code: "invalid_id",
      path: ["agentType"],
    },
    {
      title: "no rate plans",
      product: { ...product, ratePlans: undefined },
      code: "missing",
      path: ["ratePlans"],
    },
    {
      title: "a rate plan instead of a list",
      product: { ...product, ratePlans: plan },
      code: "invalid_type",
      path: ["ratePlans"],
    },
    {
      title: "a currency, which plans have",
      product: { ...product, currency: "USD" },
      code: "unknown_key",
      path: ["currency"],
    },
    {
      title: "two rate plans of one id",
      product: { ...product, ratePlans: [plan, { ...plan, id: "pro" }, plan] },
      code: "duplicate_id",
      path: ["ratePlans", 2, "id"],
    },
    {
      title: "an end before the start",
      product: { ...product, endDate: "2025-01-01" },
      code: "end_before_start",
      path: ["endDate"],
    },
    {
      title: "a bad date",
      product: { ...product, effectiveDate: "1 January 2026" },
      code: "invalid_date",
      path: ["effectiveDate"],
    },
    {
      title: "an issue far inside",
      product: {
        ...product,
        ratePlans: [{ ...plan, charges: [fee, { ...fee, id: "b", pricing: { model: "flat" } }] }],
      },
      code: "missing",
      path: ["ratePlans", 0, "charges", 1, "pricing", "amount"],
    },
  ])("refuses $title", ({ product: input, code, path }) => {
    expect(safeParseProduct(input)).toMatchObject({ ok: false, issues: [{ code, path }] });
  });
});

describe("a product with everything wrong", () => {
  const usage = { name: "Usage", chargeType: "usage", unitOfMeasure: "@outcome" };
  const unit = { unitPrice: 1 };
  const tiered = (...tiers: readonly unknown[]) => ({ model: "tiered", tiers });

  /** Each element beside the issues it must lead to: code, and path from the element. */
  const badCharges: readonly (readonly [
    charge: unknown,
    ...issues: readonly (readonly [PricingIssueCode, ...(string | number)[]])[],
  ])[] = [
    ["a text", ["invalid_type"]],
    [{ ...fee, id: "" }, ["invalid_id", "id"]],
    [{ ...fee, id: "twin" }],
    [{ ...fee, id: "twin" }, ["duplicate_id", "id"]],
    [{ ...fee, id: "a", name: undefined }, ["missing", "name"]],
    [{ ...fee, id: "b", chargeType: "yearly" }, ["invalid_value", "chargeType"]],
    [{ ...fee, id: "c", name: "x".repeat(10_001) }, ["too_large", "name"]],
    [{ ...fee, id: "d", colour: "red" }, ["unknown_key", "colour"]],
    [{ ...fee, id: "e", metadata: { at: new Date(0) } }, ["not_plain_data", "metadata", "at"]],
    [{ ...fee, id: "f", billingCycle: "weekly" }, ["cycle_mismatch", "billingCycle"]],
    [{ ...fee, id: "g", includedUnits: 5 }, ["field_not_allowed", "includedUnits"]],
    [{ ...fee, id: "h", minimum: 2, maximum: 1 }, ["minimum_above_maximum", "minimum"]],
    [{ ...fee, id: "i", currency: "XYZ" }, ["unknown_currency", "currency"]],
    [{ ...fee, id: "j", currency: "EUR" }, ["currency_mismatch", "currency"]],
    [{ ...fee, id: "k", pricing: { model: "gratis" } }, ["unknown_model", "pricing", "model"]],
    [
      { ...fee, id: "l", pricing: { model: "flat", amount: "much" } },
      ["not_a_decimal", "pricing", "amount"],
    ],
    [
      { ...fee, id: "m", pricing: { model: "flat", amount: Number.NaN } },
      ["not_finite", "pricing", "amount"],
    ],
    [
      { ...fee, id: "n", pricing: { model: "flat", amount: 2 ** 53 } },
      ["unsafe_number", "pricing", "amount"],
    ],
    [
      { ...fee, id: "o", pricing: { model: "flat", amount: "1e999999" } },
      ["decimal_out_of_range", "pricing", "amount"],
    ],
    [
      { ...fee, id: "p", pricing: { model: "flat", amount: -1 } },
      ["negative_price", "pricing", "amount"],
    ],
    [
      { ...usage, id: "q", includedUnits: -1, pricing: { model: "per-unit", unitPrice: 1 } },
      ["out_of_range", "includedUnits"],
    ],
    [
      { ...usage, id: "r", chargeType: "one-time", pricing: tiered(unit) },
      ["model_not_allowed", "pricing", "model"],
    ],
    [
      { ...usage, id: "s", unitOfMeasure: undefined, pricing: tiered(unit) },
      ["missing_unit", "unitOfMeasure"],
    ],
    [{ ...usage, id: "t", pricing: tiered({}) }, ["missing_price", "pricing", "tiers", 0]],
    [
      { ...usage, id: "u", pricing: tiered({ start: 0, end: 5, ...unit }, { start: 7, ...unit }) },
      ["tier_gap", "pricing", "tiers", 1, "start"],
    ],
    [
      { ...usage, id: "v", pricing: tiered({ start: 0, end: 5, ...unit }, { start: 4, ...unit }) },
      ["tier_overlap", "pricing", "tiers", 1, "start"],
    ],
    [
      { ...usage, id: "w", pricing: tiered({ start: 1, end: 5, ...unit }, { start: 5, ...unit }) },
      ["mixed_tier_styles", "pricing", "tiers", 1, "start"],
    ],
    [
      { ...usage, id: "x", pricing: tiered({ upTo: 5, ...unit }, { upTo: 5, ...unit }, unit) },
      ["tier_not_increasing", "pricing", "tiers", 1, "upTo"],
    ],
    [
      { ...usage, id: "y", pricing: tiered({ upTo: 5, ...unit }) },
      ["bounded_last_tier", "pricing", "tiers", 0, "upTo"],
    ],
    [
      { ...usage, id: "z", pricing: tiered(unit, unit) },
      ["open_tier_not_last", "pricing", "tiers", 0, "upTo"],
    ],
    [
      {
        ...usage,
        id: "ö",
        pricing: {
          model: "matrix",
          dimensions: ["name"],
          prices: [
            { when: { name: "a" }, unitPrice: 1 },
            { when: { name: "a" }, unitPrice: 2 },
            { when: { name: "b", subject: "c" }, unitPrice: 3 },
          ],
        },
      },
      ["duplicate_cell", "pricing", "prices", 1, "when"],
      ["unknown_dimension", "pricing", "prices", 2, "when", "subject"],
    ],
    [
      {
        id: "ä",
        name: "Discount",
        chargeType: "usage",
        pricing: { model: "discount", percent: 5, appliesTo: { charges: ["nothing"] } },
      },
      ["unknown_charge", "pricing", "appliesTo", "charges", 0],
    ],
    [
      {
        ...usage,
        id: "ü",
        aggregation: "max",
        pricing: { model: "per-unit", ...unit },
        revisions: [
          {
            effectiveDate: "2026-06-01",
            withinPeriod: "split",
            pricing: { model: "per-unit", ...unit },
          },
          { effectiveDate: "2026-06-01", pricing: { model: "per-unit", unitPrice: "dear" } },
        ],
      },
      ["not_splittable", "revisions", 0, "withinPeriod"],
      ["duplicate_change", "revisions", 1, "effectiveDate"],
      ["not_a_decimal", "revisions", 1, "pricing", "unitPrice"],
    ],
  ];
  const revisions = [{ effectiveDate: "2025-12-31", pricing: fee.pricing }];
  const badProduct = {
    ...product,
    endDate: "2025-12-31",
    ratePlans: [
      { ...plan, effectiveDate: "soon", charges: badCharges.map(([charge]) => charge) },
      {
        id: "bare",
        name: "Bare",
        billingCycle: "monthly",
        effectiveDate: "2026-01-01",
        charges: [],
      },
      { ...plan, id: "revised", charges: [{ ...fee, revisions }] },
    ],
  };
  const expected: readonly (readonly [PricingIssueCode, string])[] = [
    ["end_before_start", "endDate"],
    ["invalid_date", "ratePlans.0.effectiveDate"],
    ["missing_currency", "ratePlans.1.currency"],
    ["revision_too_early", "ratePlans.2.charges.0.revisions.0.effectiveDate"],
    ...badCharges.flatMap(([, ...issues], index) =>
      issues.map(
        ([code, ...path]) => [code, ["ratePlans", 0, "charges", index, ...path].join(".")] as const,
      ),
    ),
  ];
  const parsed = safeParseProduct(badProduct);
  const found = parsed.ok ? [] : parsed.issues.map(({ code, path }) => [code, path.join(".")]);

  it("has every issue reported at once, and no other", () => {
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it("holds every code that a catalog can have", () => {
    /** Every code, and whether a catalog can have it; a new code does not compile until it stands here. */
    const inCatalog: Record<PricingIssueCode, boolean> = {
      invalid_type: true,
      missing: true,
      unknown_key: true,
      invalid_value: true,
      invalid_id: true,
      invalid_date: true,
      not_plain_data: true,
      too_large: true,
      not_a_decimal: true,
      not_finite: true,
      unsafe_number: true,
      decimal_out_of_range: true,
      out_of_range: true,
      negative_price: true,
      unknown_model: true,
      model_not_allowed: true,
      field_not_allowed: true,
      missing_price: true,
      missing_unit: true,
      unknown_dimension: true,
      duplicate_cell: true,
      tier_gap: true,
      tier_overlap: true,
      tier_not_increasing: true,
      mixed_tier_styles: true,
      bounded_last_tier: true,
      open_tier_not_last: true,
      minimum_above_maximum: true,
      unknown_currency: true,
      missing_currency: true,
      currency_mismatch: true,
      duplicate_id: true,
      end_before_start: true,
      unknown_charge: true,
      cycle_mismatch: true,
      not_splittable: true,
      revision_too_early: true,
      duplicate_change: true,
      invalid_increment: false,
      unknown_time_zone: false,
      change_before_start: false,
      change_after_end: false,
      unknown_rate_plan: false,
      ambiguous_rate_plan: false,
      outside_effective_dates: false,
      not_a_billing_period: false,
      already_invoiced: false,
      previous_mismatch: false,
      tampered: false,
      unsupported_version: false,
      missing_previous: false,
      missing_quantity: false,
      ambiguous_usage: false,
      usage_mismatch: false,
      quantity_above_last_tier: false,
      out_of_reach: false,
      not_supported: false,
      aborted: false,
      // Of more than a thousand issues alone (errors.test.ts).
      mixed_tax_rates: false,
      unknown_unit: false,
      unknown_grant: false,
      unknown_line: false,
      posting_mismatch: false,
      too_many_issues: false,
    };
    const codes = Object.entries(inCatalog).flatMap(([code, is]) => (is ? [code] : []));
    expect([...new Set(found.map(([code]) => code))].sort()).toEqual(codes.sort());
  });

  it("throws one error with all of them", () => {
    expect(() => parseProduct(badProduct as never)).toThrow(
      new RegExp(`^${expected.length} issues:\n`),
    );
  });

  it("names in each message where it is, by its path from the product", () => {
    const lines = parsed.ok ? [] : parsed.issues.map(({ message }) => message);
    expect(lines).toContain(
      "ratePlans[0].charges[27].pricing.tiers[1].upTo must be more than 5 (tiers[0].upTo), got 5",
    );
    expect(lines).toContain('endDate must be after effectiveDate (2026-01-01), got "2025-12-31"');
    expect(lines.filter((line) => !/^(endDate|ratePlans\[[012]\]\.\S+) /.test(line))).toEqual([]);
  });
});
