/** What looks like a mistake in a product that parses. */
import fc from "fast-check";
import {
  type ChargeInput,
  type LintCode,
  lintProduct,
  type PricingInput,
  parseProduct,
  type RatePlanInput,
  rateAmount,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import { add, compare, divide, formatExact, fraction, subtract } from "../../src/money/fraction.js";
import { product as anyProduct } from "../support/arbitraries.js";
import { design } from "../support/designs.js";
import {
  fee,
  issuesOf,
  perUnit,
  planOf,
  productOf,
  stored,
  thawed,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

function lint(charges: readonly ChargeInput[], plan: Partial<RatePlanInput> = {}, options = {}) {
  return lintProduct(productOf(planOf(charges, plan)), options);
}

/** Code and place of what is found in a charge with these prices, with its numbers. */
function found(pricing: object, more: object = {}, options: object = {}) {
  const charge = {
    ...perUnit("page", "1"),
    ...more,
    pricing: pricing as PricingInput,
  } as UsageChargeInput;
  return lint([charge], {}, options).map(({ code, path, numbers }) => [
    code,
    path.slice(4).join("."),
    numbers,
  ]);
}

const volume = (...tiers: object[]) => ({ model: "volume", tiers });
const tiered = (...tiers: object[]) => ({ model: "tiered", tiers });

describe("a volume cliff", () => {
  it("says from where, by how much, and over what it is cheaper to go", () => {
    // 500 × 40 = 20000, 500 × 30 = 15000 just beyond; 15000 / 40 = 375.
    expect(found(volume({ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }))).toEqual([
      ["volume_cliff", "pricing.tiers.1", { at: "500", drop: "5000", cheaperFrom: "375" }],
    ]);
  });

  it("may begin in an earlier tier", () => {
    // 10 × 10 = 100, then 9 each: 20 × 9 = 180, then 4 each: 80 just beyond 20, reached at 8 of the first tier.
    const tiers = [{ upTo: 10, unitPrice: 10 }, { upTo: 20, unitPrice: 9 }, { unitPrice: 4 }];
    expect(found(volume(...tiers)).slice(0, 2)).toEqual([
      ["volume_cliff", "pricing.tiers.1", { at: "10", drop: "10", cheaperFrom: "9" }],
      ["volume_cliff", "pricing.tiers.2", { at: "20", drop: "100", cheaperFrom: "8" }],
    ]);
  });

  it("is there for stairs that go down, and not under graduated tiers", () => {
    const stairs = { model: "stairstep", tiers: [{ upTo: 10, flatFee: 50 }, { flatFee: 20 }] };
    expect(found(stairs)).toEqual([
      ["volume_cliff", "pricing.tiers.1", { at: "10", drop: "30", cheaperFrom: "0" }],
    ]);
    expect(found(tiered({ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }))).toEqual([]);
  });

  it("LAW: within its range it is cheaper to go over it, and rating says so; just below, it is not", () => {
    const tiny = fraction(1n, 10n ** 9n);
    let cliffs = 0;
    fc.assert(
      fc.property(fc.oneof(design("volume"), design("stairstep")), (charge) => {
        const {
          minimum: _,
          maximum: __,
          includedUnits: ___,
          quantityRounding: ____,
          ...own
        } = charge as UsageChargeInput;
        const plain = { ...own, pricingUnit: { code: "x", rate: "1000000" } } as ChargeInput;
        const amountAt = (at: ReturnType<typeof exact>) => {
          const rounded = divide(
            { ...at, numerator: at.numerator * 10n ** 12n },
            { numerator: at.denominator, denominator: at.denominator },
          );
          return exact(
            rateAmount(
              plain,
              formatExact(fraction(rounded.numerator / rounded.denominator, 10n ** 12n)),
            ),
          );
        };
        for (const { code, numbers } of lint([plain])) {
          if (code !== "volume_cliff") continue;
          cliffs += 1;
          const [at, from] = [exact(numbers["at"] ?? ""), exact(numbers["cheaperFrom"] ?? "")];
          const beyond = amountAt(add(at, tiny));
          const inside = divide(add(at, from), fraction(2n));
          if (compare(from, at) < 0)
            expect(compare(amountAt(inside), beyond)).toBeGreaterThanOrEqual(0);
          expect(compare(amountAt(at), beyond)).toBe(1);
          const below = subtract(from, tiny);
          if (below.numerator > 0n) expect(compare(amountAt(below), beyond)).toBeLessThanOrEqual(0);
        }
      }),
      tries(100),
    );
    expect(cliffs).toBeGreaterThan(20);
  });
});

describe("tiers", () => {
  it.each<readonly [string, object, readonly unknown[]]>([
    [
      "whose prices turn",
      tiered({ upTo: 10, unitPrice: 3 }, { upTo: 20, unitPrice: 2 }, { unitPrice: 4 }),
      [["tier_not_monotone", "pricing.tiers.2", { before: "2", price: "4" }]],
    ],
    [
      "that are the same",
      tiered({ upTo: 10, unitPrice: 3 }, { upTo: 20, unitPrice: 3 }, { unitPrice: 2 }),
      [["identical_tiers", "pricing.tiers.1", { unitPrice: "3", flatFee: "0" }]],
    ],
    [
      "that are the same but for a fee that comes on top",
      tiered({ upTo: 10, unitPrice: 3, flatFee: 1 }, { unitPrice: 3, flatFee: 1 }),
      [],
    ],
    [
      "that are free after others that are not",
      tiered({ upTo: 10, unitPrice: 3 }, { unitPrice: 0 }),
      [["suspicious_free_tier", "pricing.tiers.1", {}]],
    ],
    ["that are free at first", tiered({ upTo: 10, unitPrice: 0 }, { unitPrice: 3 }), []],
    [
      "that are free at first, and then no unit is",
      volume({ upTo: 10, unitPrice: 0 }, { unitPrice: 3 }),
      [["suspicious_free_tier", "pricing.tiers.0", { upTo: "10", jump: "30" }]],
    ],
  ])("%s", (_, pricing, findings) => {
    expect(found(pricing)).toEqual(findings);
  });

  it("that no rounded quantity reaches", () => {
    const tiers = tiered({ upTo: 10, unitPrice: 3 }, { upTo: 14, unitPrice: 2 }, { unitPrice: 1 });
    const grid = (increment: number, includedUnits = 0) => ({
      quantityRounding: { mode: "up", increment },
      includedUnits,
    });
    const numbers = { from: "10", upTo: "14", increment: "5" };
    expect(found(tiers, grid(5))).toEqual([["unreachable_tier", "pricing.tiers.1", numbers]]);
    // With 2 included, 15 metered are 13.
    expect(found(tiers, grid(5, 2))).toEqual([]);
  });

  it("that a minimum or a maximum covers", () => {
    const tiers = tiered({ upTo: 10, unitPrice: 3 }, { upTo: 20, unitPrice: 2 }, { unitPrice: 1 });
    // 10 × 3 = 30; 30 + 10 × 2 = 50.
    expect(found(tiers, { minimum: 30 })).toEqual([
      ["dead_tier", "pricing.tiers.0", { amount: "30", limit: "30" }],
    ]);
    expect(found(tiers, { minimum: 29, maximum: 50 })).toEqual([
      ["dead_tier", "pricing.tiers.2", { amount: "50", limit: "50" }],
    ]);
  });
});

describe("prices", () => {
  it("below what a unit costs, in every model", () => {
    const costs = { "@page": 2 };
    const at = (pricing: object, more: object = {}) =>
      found(pricing, more, { costs }).filter(([code]) => code === "price_below_cost");
    expect(at(tiered({ upTo: 10, unitPrice: 3 }, { unitPrice: "1.5" }))).toEqual([
      ["price_below_cost", "pricing.tiers.1.unitPrice", { price: "1.5", cost: "2" }],
    ]);
    expect(at({ model: "package", size: 10, price: 15 })).toMatchObject([
      ["price_below_cost", "pricing.price", { price: "1.5" }],
    ]);
    expect(at({ model: "overage", includedUnits: 5, baseFee: 9, unitPrice: 1 })).toHaveLength(1);
    expect(
      at({
        model: "matrix",
        dimensions: ["name"],
        prices: [{ when: { name: "a" }, unitPrice: 1 }],
        default: 2,
      }),
    ).toMatchObject([["price_below_cost", "pricing.prices.0.unitPrice", {}]]);
    expect(at({ model: "per-unit", unitPrice: 2 })).toEqual([]);
    // 10 credits at 0.15.
    const pricingUnit = { code: "credit", rate: "0.15" };
    expect(at({ model: "per-unit", unitPrice: 10 }, { pricingUnit })).toMatchObject([
      ["price_below_cost", "pricing.unitPrice", { price: "1.5" }],
    ]);
  });

  it("that a currency cannot bill, wherever they stand", () => {
    const codes = lint(
      [
        fee("base", "9.995"),
        perUnit("page", "0.0001", { minimum: "1.001" }),
        fee("stairs", "0", {
          unitOfMeasure: "@seat",
          pricing: { model: "stairstep", tiers: [{ flatFee: "1.125" }] },
        }),
      ],
      { minimumCommitment: "0.001" },
    );
    expect(codes.map(({ code, path }) => `${code} ${path.slice(2).join(".")}`)).toEqual([
      "fee_not_billable minimumCommitment",
      "fee_not_billable charges.1.minimum",
      "fee_not_billable charges.0.pricing.amount",
      "fee_not_billable charges.2.pricing.tiers.0.flatFee",
    ]);
    expect(codes[2]?.numbers).toEqual({ decimals: "3", most: "2" });
    expect(lint([fee("base", "9.5")], { currency: "JPY" })[0]?.numbers).toEqual({
      decimals: "1",
      most: "0",
    });
  });

  it("of revisions", () => {
    const revisions = [
      {
        effectiveDate: "2026-01-01",
        pricing: volume({ upTo: 10, unitPrice: 2 }, { unitPrice: 1 }),
      },
    ];
    expect(found({ model: "per-unit", unitPrice: 1 }, { revisions })).toEqual([
      ["volume_cliff", "revisions.0.pricing.tiers.1", { at: "10", drop: "10", cheaperFrom: "5" }],
    ]);
  });
});

describe("charges that count the same events", () => {
  const overlap = (a: object, b: object) =>
    lint([
      perUnit("a", "1", { unitOfMeasure: "page", ...a }),
      perUnit("b", "2", { unitOfMeasure: "page", ...b }),
    ]).map(({ code, path, numbers }) => [code, path.join("."), numbers]);
  const shared = [["overlapping_charges", "ratePlans.0.charges.1", { other: "a" }]];
  const where = (field: string, equals: string) => ({ filter: { where: { field, equals } } });

  it.each<readonly [string, object, object, readonly unknown[]]>([
    ["all of them", {}, {}, shared],
    ["those of a name", { filter: { names: ["x"] } }, {}, shared],
    ["those of one property", where("properties.a", "1"), where("properties.b", "1"), shared],
    ["none: other units", {}, { unitOfMeasure: "call" }, []],
    ["none: other names", { filter: { names: ["x"] } }, { filter: { names: ["y"] } }, []],
    ["none: other agents", { filter: { agents: ["x"] } }, { filter: { agents: ["y"] } }, []],
    ["none: other values", where("properties.a", "1"), where("properties.a", "2"), []],
    [
      "none: the one what the other is not",
      where("properties.a", "1"),
      { filter: { where: { all: [{ not: { field: "properties.a", equals: "1" } }] } } },
      [],
    ],
    ["none: at other times", { endDate: "2026-01-01" }, { effectiveDate: "2026-01-01" }, []],
  ])("%s", (_, a, b, findings) => {
    expect(overlap(a, b)).toEqual(findings);
  });
});

describe("limits and dates of a plan", () => {
  const codesOf = (charges: readonly ChargeInput[], plan: Partial<RatePlanInput>) =>
    lint(charges, plan).map(({ code, path, numbers }) => [code, path.slice(2).join("."), numbers]);

  it("finds a commitment that nobody reaches", () => {
    const charges = [fee("base", "20"), perUnit("page", "1", { maximum: 30 })];
    expect(codesOf(charges, { minimumCommitment: 51 })).toEqual([
      ["unreachable_minimum", "minimumCommitment", { limit: "51", most: "50" }],
    ]);
    expect(codesOf(charges, { minimumCommitment: 50 })).toEqual([]);
    expect(codesOf([fee("base", "20", { minimum: 25 })], {})).toEqual([
      ["unreachable_minimum", "charges.0.minimum", { limit: "25", most: "20" }],
    ]);
  });

  it("finds a maximum below the fees", () => {
    expect(codesOf([fee("base", "20"), perUnit("page", "1")], { maximumSpend: 20 })).toEqual([
      ["maximum_below_fees", "maximumSpend", { limit: "20", fees: "20" }],
    ]);
  });

  it("finds dates that never meet", () => {
    const late = { effectiveDate: "2027-01-01", endDate: "2028-01-01" };
    const product = { ...productOf(planOf([], late)), endDate: "2026-06-01" };
    expect(lintProduct(product).map(({ code, path }) => [code, path.join(".")])).toEqual([
      ["dates_never_meet", "ratePlans.0.effectiveDate"],
    ]);
    const revisions = [
      { effectiveDate: "2026-05-01", pricing: { model: "flat", amount: 1 } },
    ] as const;
    expect(codesOf([fee("base", "20", { endDate: "2026-05-01", revisions })], {})).toEqual([
      ["dates_never_meet", "charges.0.revisions.0.effectiveDate", {}],
    ]);
  });

  it("finds reversals after the guarantee was judged", () => {
    const solved = (within: string | undefined, more: object = {}) =>
      codesOf(
        [
          perUnit("outcome", "1", {
            outcome: { reverse: { signals: ["reopened"], ...(within ? { within } : {}) }, ...more },
            guarantee: { successRate: 90, remedy: { waive: true } },
          } as Partial<UsageChargeInput>),
        ],
        {},
      );
    const code = "reversal_after_guarantee";
    const at = "charges.0.outcome.reverse";
    expect(solved("P60D")).toEqual([[code, at, { within: "P60D", cycleDays: "28" }]]);
    expect(solved(undefined)).toMatchObject([[code, at, { within: "unlimited" }]]);
    expect([solved("P14D"), solved("confirmation"), solved("P60D", { billOn: "settled" })]).toEqual(
      [[], [], []],
    );
  });
});

describe("linting a product", () => {
  it("LAW: accepts what parses, finds the same in what was parsed, and is frozen plain data with paths that lead into it", () => {
    fc.assert(
      fc.property(anyProduct, (input) => {
        const parsed = parseProduct(input);
        const findings = lintProduct(input);
        expect(lintProduct(parsed)).toEqual(findings);
        expect(stored(findings)).toEqual(findings);
        expect(thawed(findings)).toEqual([]);
        for (const { path } of findings) {
          let at: unknown = parsed;
          for (const key of path) at = (at as Record<string | number, unknown>)[key];
          expect(at).toBeDefined();
        }
      }),
      tries(100),
    );
  });

  it("says it in words", () => {
    const [finding] = lint([
      perUnit("page", "1", {
        pricing: volume({ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }) as never,
      }),
    ]);
    expect(finding).toEqual({
      code: "volume_cliff" satisfies LintCode,
      path: ["ratePlans", 0, "charges", 0, "pricing", "tiers", 1],
      severity: "warning",
      message: "beyond 500 the amount drops by 5000: from 375 on it is cheaper to go over 500",
      numbers: { at: "500", drop: "5000", cheaperFrom: "375" },
    });
  });

  it("refuses what does not parse, with costs of nothing, all at once", () => {
    const bad = unchecked<Parameters<typeof lintProduct>[0]>({ ...productOf(), name: 1 });
    expect(issuesOf(() => lintProduct(bad, unchecked({ cost: 1 })))).toEqual([
      "unknown_key cost",
      "invalid_type name",
    ]);
    const product = productOf(planOf([perUnit("page", "1")]));
    expect(issuesOf(() => lintProduct(product, { costs: { call: 1, "@page": "x" } }))).toEqual([
      "unknown_unit costs.call",
      "not_a_decimal costs.@page",
    ]);
  });
});
