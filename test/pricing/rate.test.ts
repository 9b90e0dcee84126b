import fc from "fast-check";
import {
  type BillingPolicyInput,
  type DecimalInput,
  isPricingError,
  parseCharge,
  type Rating,
  type RoundingMode,
  rate,
  rateAmount,
  safeParseCharge,
  simulate,
  sumAmounts,
  type TierInput,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { deepFreeze } from "../../src/data/deep-freeze.js";
import { decimals, prices, tierLists } from "../laws/charge-models.js";
import {
  isLess,
  minus,
  ratio,
  read,
  round,
  tieredPrice,
  times,
  total,
  write,
} from "../support/oracle.js";

type Pricing = UsageChargeInput["pricing"];

/** A usage charge in dollars. */
function usageCharge(pricing: Pricing, fields: Partial<UsageChargeInput> = {}): UsageChargeInput {
  return {
    id: "outcome",
    name: "Outcomes",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    currency: "USD",
    pricing,
    ...fields,
  };
}

function perUnit(
  unitPrice: DecimalInput,
  fields: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return usageCharge({ model: "per-unit", unitPrice }, fields);
}

const seedTiers: readonly TierInput[] = [
  { upTo: 100, unitPrice: 50 },
  { upTo: 500, unitPrice: 40 },
  { unitPrice: 30 },
];
const seed = usageCharge({ model: "tiered", tiers: seedTiers });
const seedByVolume = usageCharge({ model: "volume", tiers: seedTiers });

/** The amount of a quantity, which both functions must give. */
function amountOf(
  charge: UsageChargeInput,
  quantity: DecimalInput,
  policy?: BillingPolicyInput,
): string {
  const { amount } = rate(charge, quantity, policy);
  expect(rateAmount(charge, quantity, policy)).toBe(amount);
  return amount;
}

function issuesOf(run: () => unknown): readonly unknown[] {
  try {
    run();
  } catch (error) {
    if (isPricingError(error))
      return error.issues.map(({ code, expected }) => ({ code, expected }));
    throw error;
  }
  return [];
}

function stepsOf(of: "amount" | "quantity", { steps }: Pick<Rating, "steps">): readonly string[] {
  return steps.filter((step) => step.of === of).map((step) => step.value);
}

describe("the seed's charge", () => {
  it("bills 650 outcomes at 5,000 + 16,000 + 4,500", () => {
    expect(rate(seed, 650)).toEqual({
      chargeId: "outcome",
      currency: "USD",
      quantity: "650",
      unitOfMeasure: "@outcome",
      unitPrice: null,
      tiers: [
        { from: "0", upTo: "100", quantity: "100", unitPrice: "50", flatFee: null, amount: "5000" },
        {
          from: "100",
          upTo: "500",
          quantity: "400",
          unitPrice: "40",
          flatFee: null,
          amount: "16000",
        },
        {
          from: "500",
          upTo: null,
          quantity: "150",
          unitPrice: "30",
          flatFee: null,
          amount: "4500",
        },
      ],
      exactAmount: "25500",
      amount: "25500.00",
      terms: {
        chargeType: "usage",
        unitOfMeasure: "@outcome",
        pricing: {
          model: "tiered",
          tiers: [
            { upTo: "100", unitPrice: "50" },
            { upTo: "500", unitPrice: "40" },
            { unitPrice: "30" },
          ],
        },
      },
      steps: [
        { of: "quantity", kind: "metered", value: "650", text: "metered" },
        { of: "amount", kind: "tier", value: "5000", text: "100 × 50 (0 < q ≤ 100)" },
        { of: "amount", kind: "tier", value: "16000", text: "400 × 40 (100 < q ≤ 500)" },
        { of: "amount", kind: "tier", value: "4500", text: "150 × 30 (500 < q ≤ ∞)" },
      ],
      warnings: [],
      policy: {
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
      },
    });
  });

  it.each([
    { quantity: 0, tiered: "0.00", volume: "0.00" },
    { quantity: 1, tiered: "50.00", volume: "50.00" },
    { quantity: 100, tiered: "5000.00", volume: "5000.00" },
    { quantity: 101, tiered: "5040.00", volume: "4040.00" },
    { quantity: 500, tiered: "21000.00", volume: "20000.00" },
    { quantity: 501, tiered: "21030.00", volume: "15030.00" },
    { quantity: 650, tiered: "25500.00", volume: "19500.00" },
  ])("bills $quantity at $tiered tiered, at $volume by volume", ({ quantity, tiered, volume }) => {
    expect(amountOf(seed, quantity)).toBe(tiered);
    expect(amountOf(seedByVolume, quantity)).toBe(volume);
  });

  it("takes the rows of the form for the same tiers", () => {
    const rows = [
      { start: 1, end: 100, unitPrice: 50 },
      { start: 101, end: 500, unitPrice: 40 },
      { start: 501, unitPrice: 30 },
    ];
    const form = usageCharge({ model: "tiered", tiers: rows });
    expect(rate(form, 650)).toEqual(rate(seed, 650));
  });

  it("bills a fraction of an outcome as a fraction", () => {
    expect(amountOf(seed, "99.99")).toBe("4999.50");
    expect(amountOf(seed, "500.5")).toBe("21015.00");
  });
});

describe("a tier's upper bound", () => {
  const fees = [
    { upTo: "10", unitPrice: "1", flatFee: "5" },
    { upTo: "20", unitPrice: "0.5", flatFee: "100" },
    { unitPrice: "0.25" },
  ];

  it.each([
    { quantity: "9.999999999999", tiered: "14.999999999999", volume: "14.999999999999", tiers: 1 },
    { quantity: "10", tiered: "15", volume: "15", tiers: 1 },
    {
      quantity: "10.000000000001",
      tiered: "115.0000000000005",
      volume: "105.0000000000005",
      tiers: 2,
    },
    { quantity: "20", tiered: "120", volume: "110", tiers: 2 },
    {
      quantity: "20.000000000001",
      tiered: "120.00000000000025",
      volume: "5.00000000000025",
      tiers: 3,
    },
    { quantity: "0.000000000001", tiered: "5.000000000001", volume: "5.000000000001", tiers: 1 },
  ])("belongs to the tier: $quantity", ({ quantity, tiered, volume, tiers }) => {
    const byTier = rate(usageCharge({ model: "tiered", tiers: fees }), quantity);
    const byVolume = rate(usageCharge({ model: "volume", tiers: fees }), quantity);
    expect([byTier.exactAmount, byTier.tiers.length]).toEqual([tiered, tiers]);
    expect([byVolume.exactAmount, byVolume.tiers.length]).toEqual([volume, 1]);
  });

  it("may be a decimal", () => {
    const tiers = [{ upTo: "0.5", unitPrice: "100" }, { unitPrice: "10" }];
    expect(amountOf(usageCharge({ model: "tiered", tiers }), "0.5")).toBe("50.00");
    expect(amountOf(usageCharge({ model: "tiered", tiers }), "0.75")).toBe("52.50");
  });
});

describe("a bounded last tier", () => {
  const tiers = [
    { upTo: 10, unitPrice: 2 },
    { upTo: 20, unitPrice: 1 },
  ];
  const models = ["tiered", "volume"] as const;

  it.each(models)("is refused without a word about what is above it: %s", (model) => {
    const result = safeParseCharge(usageCharge({ model, tiers }));
    expect(result.ok ? [] : result.issues.map(({ code, path }) => [code, ...path])).toEqual([
      ["bounded_last_tier", "pricing", "tiers", 1, "upTo"],
    ]);
  });

  it.each([
    { model: "tiered", quantity: "20", amount: "30.00" },
    { model: "tiered", quantity: "25", amount: "35.00" },
    { model: "volume", quantity: "20", amount: "20.00" },
    { model: "volume", quantity: "25", amount: "25.00" },
  ] as const)(
    'prices what is above it with "last-tier": $model, $quantity',
    ({ model, quantity, amount }) => {
      const charge = usageCharge({ model, tiers, overflow: "last-tier" });
      expect(amountOf(charge, quantity)).toBe(amount);
    },
  );

  it.each(models)('refuses what is above it with "error": %s', (model) => {
    const charge = usageCharge({ model, tiers, overflow: "error" });
    const refused = [{ code: "quantity_above_last_tier", expected: "at most 20" }];
    expect(amountOf(charge, 20)).toBe(model === "tiered" ? "30.00" : "20.00");
    for (const quantity of ["20.000000000001", 21, "1e18"]) {
      expect(issuesOf(() => rate(charge, quantity))).toEqual(refused);
      expect(issuesOf(() => rateAmount(charge, quantity))).toEqual(refused);
    }
  });

  it.each(models)('measures the billed quantity by "error", not the metered one: %s', (model) => {
    const charge = usageCharge({ model, tiers, overflow: "error" }, { includedUnits: 5 });
    expect(amountOf(charge, 25)).toBe(model === "tiered" ? "30.00" : "20.00");
    expect(issuesOf(() => rate(charge, 26))).toHaveLength(1);
    expect(issuesOf(() => rate(charge, -26, { negativeUsage: "allow" }))).toHaveLength(1);
  });
});

describe("included units", () => {
  it.each([
    { quantity: "0", billed: "0", amount: "0.00" },
    { quantity: "9.5", billed: "0", amount: "0.00" },
    { quantity: "10", billed: "0", amount: "0.00" },
    { quantity: "10.5", billed: "0.5", amount: "1.00" },
    { quantity: "25", billed: "15", amount: "30.00" },
  ])("of 10 leave $billed of $quantity to bill", ({ quantity, billed, amount }) => {
    const charge = perUnit("2", { includedUnits: 10 });
    const rating = rate(charge, quantity);
    expect([rating.quantity, rating.amount]).toEqual([billed, amount]);
    expect(total(stepsOf("quantity", rating))).toEqual(read(billed));
    expect(rateAmount(charge, quantity)).toBe(amount);
  });

  it("come off before a volume tier is chosen", () => {
    const tiers = [{ upTo: 40, unitPrice: 3 }, { unitPrice: 2 }];
    const charge = usageCharge({ model: "volume", tiers }, { includedUnits: 10 });
    expect(amountOf(charge, 42)).toBe("96.00");
    expect(amountOf(charge, 50)).toBe("120.00");
    expect(amountOf(charge, 51)).toBe("82.00");
  });

  it("leave the first tiers to what is beyond them", () => {
    const charge = usageCharge({ model: "tiered", tiers: seedTiers }, { includedUnits: 100 });
    expect(amountOf(charge, 100)).toBe("0.00");
    expect(amountOf(charge, 250)).toBe("7000.00");
  });

  it("bill as the quantity beyond them does without them", () => {
    const quantities = decimals(12, 6);
    fc.assert(
      fc.property(tierLists, quantities, quantities, (list, included, quantity) => {
        const open = { ...list, ...(list.overflow && { overflow: "last-tier" as const }) };
        const beyond = isLess(read(quantity), read(included))
          ? "0"
          : write(minus(read(quantity), read(included)));
        for (const model of ["tiered", "volume"] as const) {
          const without = usageCharge({ model, ...open });
          const rating = rate({ ...without, includedUnits: included }, quantity);
          expect([rating.quantity, rating.amount]).toEqual([beyond, rateAmount(without, beyond)]);
        }
      }),
    );
  });
});

describe("rounding of the quantity", () => {
  it.each<{ readonly mode: RoundingMode; readonly billed: readonly string[] }>([
    { mode: "half-away-from-zero", billed: ["3", "4", "2", "3"] },
    { mode: "half-toward-zero", billed: ["2", "3", "2", "3"] },
    { mode: "half-even", billed: ["2", "4", "2", "3"] },
    { mode: "half-odd", billed: ["3", "3", "2", "3"] },
    { mode: "half-ceiling", billed: ["3", "4", "2", "3"] },
    { mode: "half-floor", billed: ["2", "3", "2", "3"] },
    { mode: "up", billed: ["3", "4", "3", "3"] },
    { mode: "down", billed: ["2", "3", "2", "2"] },
    { mode: "ceiling", billed: ["3", "4", "3", "3"] },
    { mode: "floor", billed: ["2", "3", "2", "2"] },
  ])("to whole units, $mode, makes $billed of 2.5, 3.5, 2.4 and 2.6", ({ mode, billed }) => {
    const charge = perUnit("1", { quantityRounding: { mode } });
    const quantities = ["2.5", "3.5", "2.4", "2.6"].map((each) => rate(charge, each).quantity);
    expect(quantities).toEqual(billed);
  });

  it.each([
    { increment: "0.01", mode: "half-even", quantity: "1.005", billed: "1", amount: "1.00" },
    {
      increment: "0.01",
      mode: "half-away-from-zero",
      quantity: "1.005",
      billed: "1.01",
      amount: "1.01",
    },
    { increment: "0.01", mode: "up", quantity: "1.000001", billed: "1.01", amount: "1.01" },
    { increment: 15, mode: "up", quantity: "0", billed: "0", amount: "0.00" },
    { increment: 15, mode: "up", quantity: "0.1", billed: "15", amount: "15.00" },
    { increment: 15, mode: "up", quantity: "60", billed: "60", amount: "60.00" },
    { increment: 15, mode: "up", quantity: "61", billed: "75", amount: "75.00" },
    { increment: 15, mode: "half-even", quantity: "67.5", billed: "60", amount: "60.00" },
    {
      increment: 100,
      mode: "half-away-from-zero",
      quantity: "149",
      billed: "100",
      amount: "100.00",
    },
    {
      increment: 100,
      mode: "half-away-from-zero",
      quantity: "150",
      billed: "200",
      amount: "200.00",
    },
    { increment: 100, mode: "down", quantity: "199.99", billed: "100", amount: "100.00" },
  ] as const)(
    "to $increment, $mode, bills $billed for $quantity",
    ({ increment, mode, quantity, billed, amount }) => {
      const charge = perUnit(1, { quantityRounding: { mode, increment } });
      const rating = rate(charge, quantity);
      expect([rating.quantity, rating.amount]).toEqual([billed, amount]);
      expect(total(stepsOf("quantity", rating))).toEqual(read(billed));
      expect(rateAmount(charge, quantity)).toBe(amount);
    },
  );

  it("comes before included units", () => {
    const charge = perUnit(1, { quantityRounding: { mode: "up" }, includedUnits: "60.5" });
    expect(rate(charge, "60.1")).toMatchObject({
      quantity: "0.5",
      amount: "0.50",
      steps: [
        { of: "quantity", kind: "metered", value: "60.1" },
        { of: "quantity", kind: "quantity-rounding", value: "0.9" },
        { of: "quantity", kind: "included-units", value: "-60.5" },
        { of: "amount", kind: "units", value: "0.5", text: "0.5 × 1" },
      ],
    });
  });

  it("decides the tier", () => {
    const charge = usageCharge(
      { model: "volume", tiers: seedTiers },
      { quantityRounding: { mode: "up" } },
    );
    expect(amountOf(charge, "500")).toBe("20000.00");
    expect(amountOf(charge, "500.000000000001")).toBe("15030.00");
  });

  it("is the only thing that rounds a quantity", () => {
    expect(rate(perUnit("1"), "0.123456789012345678901234567890").quantity).toBe(
      "0.12345678901234567890123456789",
    );
  });
});

describe("negative usage", () => {
  it("bills nothing, and says so", () => {
    const rating = rate(seed, -5);
    expect(rating).toMatchObject({ quantity: "0", amount: "0.00", exactAmount: "0", tiers: [] });
    expect(rating.steps).toEqual([
      { of: "quantity", kind: "metered", value: "-5", text: "metered" },
      {
        of: "quantity",
        kind: "negative-usage",
        value: "5",
        text: "negative usage is billed as 0",
      },
    ]);
    expect(rating.warnings).toMatchObject([{ code: "negative_usage", chargeId: "outcome" }]);
    expect(rateAmount(seed, -5)).toBe("0.00");
  });

  it("bills the mirror image where it is allowed, without a warning", () => {
    const rating = rate(seed, -150, { negativeUsage: "allow" });
    expect(rating).toMatchObject({
      quantity: "-150",
      exactAmount: "-7000",
      amount: "-7000.00",
      tiers: [
        { quantity: "-100", unitPrice: "50", amount: "-5000" },
        { quantity: "-50", unitPrice: "40", amount: "-2000" },
      ],
      warnings: [],
    });
  });

  it.each([
    { name: "a half cent", charge: perUnit("0.005"), quantity: "1", amount: "0.01" },
    {
      name: "a flat fee",
      charge: usageCharge({ model: "tiered", tiers: [{ flatFee: "9" }] }),
      quantity: "3",
      amount: "9.00",
    },
    {
      name: "included units",
      charge: perUnit("1", { includedUnits: 10 }),
      quantity: "25",
      amount: "15.00",
    },
    {
      name: "included units not used up",
      charge: perUnit("1", { includedUnits: 10 }),
      quantity: "5",
      amount: "0.00",
    },
    {
      name: "a started unit",
      charge: perUnit("1", { quantityRounding: { mode: "up" } }),
      quantity: "2.4",
      amount: "3.00",
    },
    {
      name: "a half unit",
      charge: perUnit("1", { quantityRounding: { mode: "half-even" } }),
      quantity: "3.5",
      amount: "4.00",
    },
    { name: "a volume cliff", charge: seedByVolume, quantity: "501", amount: "15030.00" },
  ])("takes back exactly what it billed: $name", ({ charge, quantity, amount }) => {
    const policy = { negativeUsage: "allow" } as const;
    const billed = amountOf(charge, quantity, policy);
    const reversed = amountOf(charge, `-${quantity}`, policy);
    expect(billed).toBe(amount);
    expect(sumAmounts([billed, reversed])).toBe("0.00");
  });

  const values = (...list: readonly number[]) => list.map((value) => ({ value }));
  it.each<{
    readonly name: string;
    readonly pricing: Pricing;
    readonly events: readonly object[];
    readonly allowed: string;
  }>([
    { name: "pre-rated", pricing: { model: "pre-rated" }, events: values(5, -8), allowed: "-3.00" },
    {
      name: "percentage",
      pricing: { model: "percentage", percent: 10 },
      events: values(50, -80),
      allowed: "-3.00",
    },
    {
      name: "matrix",
      pricing: {
        model: "matrix",
        dimensions: ["name"],
        prices: [{ when: { name: "sms" }, unitPrice: 2 }],
      },
      events: [
        { name: "sms", quantity: 1 },
        { name: "sms", quantity: -4 },
      ],
      allowed: "-6.00",
    },
  ])("bills nothing for events that are negative in total, unless it is allowed: $name", (row) => {
    const events = row.events.map((fields, index) => ({
      id: `e${index}`,
      customerId: "c1",
      unitOfMeasure: "@outcome",
      timestamp: `2026-01-01T00:00:0${index}Z`,
      ...fields,
    }));
    const charge = usageCharge(row.pricing);
    expect(simulate(charge, events)).toMatchObject({
      amount: "0.00",
      warnings: [{ code: "negative_usage", chargeId: "outcome" }],
    });
    expect(simulate(charge, events, { policy: { negativeUsage: "allow" } })).toMatchObject({
      amount: row.allowed,
      warnings: [],
    });
  });

  it("rounds toward one side where the mode says so", () => {
    const charge = perUnit("1", { quantityRounding: { mode: "ceiling" } });
    const policy = { negativeUsage: "allow" } as const;
    expect([amountOf(charge, "2.4", policy), amountOf(charge, "-2.4", policy)]).toEqual([
      "3.00",
      "-2.00",
    ]);
  });
});

describe("minimum and maximum", () => {
  it.each([
    { quantity: 0, amount: "10.00" },
    { quantity: 9, amount: "10.00" },
    { quantity: 10, amount: "10.00" },
    { quantity: "10.006", amount: "10.01" },
    { quantity: 100, amount: "100.00" },
    { quantity: "100.01", amount: "100.00" },
    { quantity: 1_000_000, amount: "100.00" },
  ])("hold the amount of $quantity at $amount", ({ quantity, amount }) => {
    const charge = perUnit(1, { minimum: 10, maximum: 100 });
    expect(amountOf(charge, quantity)).toBe(amount);
    expect(total(stepsOf("amount", rate(charge, quantity)))).toEqual(read(amount));
  });
});

describe("a rating", () => {
  const fields = fc.record<Partial<UsageChargeInput>>(
    {
      includedUnits: decimals(3, 3),
      quantityRounding: fc.record({
        mode: fc.constantFrom<RoundingMode>("up", "down", "half-even", "half-away-from-zero"),
        increment: fc.constantFrom("0.01", "1", "15", "100"),
      }),
      minimum: decimals(3, 4),
      maximum: decimals(3, 4).map((above) => write(total([above, "10000"]))),
    },
    { requiredKeys: [] },
  );
  const pricing: fc.Arbitrary<Pricing> = fc.oneof(
    prices.map((unitPrice) => ({ model: "per-unit" as const, unitPrice })),
    fc
      .record({ model: fc.constantFrom("tiered" as const, "volume" as const), list: tierLists })
      .map(({ model, list }) => ({
        model,
        ...list,
        ...(list.overflow && { overflow: "last-tier" as const }),
      })),
  );
  const policies = fc.record<BillingPolicyInput>(
    {
      negativeUsage: fc.constantFrom("zero", "allow"),
      rounding: fc.record(
        {
          mode: fc.constantFrom<RoundingMode>("half-even", "up", "down", "floor"),
          increment: fc.constantFrom("0.05", "1"),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  );
  const quantities = fc
    .tuple(fc.boolean(), decimals(12, 12))
    .map(([negative, text]) => (negative ? `-${text}` : text));
  const charges = fc.tuple(pricing, fields).map(([prices, more]) => usageCharge(prices, more));

  it("has steps that add up to its quantity and its amount, and the amount that rateAmount gives", () => {
    fc.assert(
      fc.property(charges, quantities, policies, (charge, quantity, policy) => {
        const rating = rate(charge, quantity, policy);
        expect(rateAmount(charge, quantity, policy)).toBe(rating.amount);
        expect(total(stepsOf("quantity", rating))).toEqual(read(rating.quantity));
        expect(total(stepsOf("amount", rating))).toEqual(read(rating.amount));
        expect(rating.amount).toMatch(/^-?\d+\.\d\d$/);
        const tiers = rating.tiers.map((tier) => tier.amount);
        if (charge.pricing.model !== "per-unit")
          expect(total(tiers)).toEqual(read(rating.exactAmount));
        if (rating.unitPrice !== null)
          expect(times(read(rating.quantity), read(rating.unitPrice))).toEqual(
            read(rating.exactAmount),
          );
      }),
    );
  });

  it("is plain data, frozen, and leaves what it was given as it was", () => {
    fc.assert(
      fc.property(charges, quantities, policies, (charge, quantity, policy) => {
        const before = structuredClone({ charge, policy });
        const rating = rate(deepFreeze(charge), quantity, deepFreeze(policy));
        expect({ charge, policy }).toEqual(before);
        expect(JSON.parse(JSON.stringify(rating))).toEqual(rating);
        expect(Object.isFrozen(rating.steps)).toBe(true);
      }),
    );
  });

  it("is the same for a literal, a parsed charge, and again", () => {
    fc.assert(
      fc.property(charges, quantities, (charge, quantity) => {
        const parsed = parseCharge(charge);
        const first = rate(charge, quantity);
        expect(rate(parsed, quantity)).toEqual(first);
        expect(rate(parsed, quantity)).toEqual(first);
        expect(simulate(parsed, quantity).amount).toBe(first.amount);
      }),
    );
  });

  it("of a flat charge is its fee, whatever the usage", () => {
    const fee = usageCharge({ model: "flat", amount: "99.5" });
    for (const quantity of [0, 1, "650", "1e18"]) {
      expect(rateAmount(fee, quantity)).toBe("99.50");
      expect(rate(fee, quantity)).toMatchObject({
        quantity: "1",
        unitPrice: "99.5",
        amount: "99.50",
      });
    }
  });
});

// Defects of other engines, each with the input that shows it.
describe("a defect that others have", () => {
  describe("D1, a unit price rounded before it is multiplied, is absent", () => {
    it.each([
      // 55 × 0.067 is 3.685; with the price rounded to 0.07 it would be 3.85.
      { unitPrice: "0.067", quantity: 55, exactAmount: "3.685", amount: "3.69" },
      // $0.0004 is no cent, a million of them are $400.
      { unitPrice: "0.0004", quantity: 1_000_000, exactAmount: "400", amount: "400.00" },
      { unitPrice: 0.1, quantity: 3, exactAmount: "0.3", amount: "0.30" },
      {
        unitPrice: "0.000000000001",
        quantity: "1e18",
        exactAmount: "1000000",
        amount: "1000000.00",
      },
    ])("$quantity × $unitPrice is $exactAmount", ({ unitPrice, quantity, ...expected }) => {
      expect(rate(perUnit(unitPrice), quantity)).toMatchObject(expected);
      const tiers = [{ upTo: "1e30", unitPrice }, { unitPrice: 9 }];
      for (const model of ["tiered", "volume"] as const)
        expect(rate(usageCharge({ model, tiers }), quantity)).toMatchObject(expected);
    });
  });

  describe("D7, a fractional quantity that falls between two tiers, is absent", () => {
    const rows = [
      { start: 1, end: 99, unitPrice: 2 },
      { start: 100, unitPrice: 1 },
    ];

    it.each([
      { quantity: "0.5", tiered: "1.00", volume: "1.00" },
      { quantity: "99", tiered: "198.00", volume: "198.00" },
      { quantity: "99.5", tiered: "198.50", volume: "99.50" },
      { quantity: "100", tiered: "199.00", volume: "100.00" },
    ])("$quantity over 1–99 and 100–…", ({ quantity, tiered, volume }) => {
      expect(amountOf(usageCharge({ model: "tiered", tiers: rows }), quantity)).toBe(tiered);
      expect(amountOf(usageCharge({ model: "volume", tiers: rows }), quantity)).toBe(volume);
    });
  });

  describe("D8, a bounded last tier above which units are free, is absent", () => {
    const tiers = [{ upTo: 10, unitPrice: "1.5" }];

    it.each(["tiered", "volume"] as const)("with the model %s", (model) => {
      const bounded = usageCharge({ model, tiers });
      expect(issuesOf(() => rate(bounded, 12))).toMatchObject([{ code: "bounded_last_tier" }]);
      const last = usageCharge({ model, tiers, overflow: "last-tier" });
      expect(amountOf(last, 12)).toBe("18.00");
      const error = usageCharge({ model, tiers, overflow: "error" });
      expect(issuesOf(() => rate(error, 12))).toMatchObject([{ code: "quantity_above_last_tier" }]);
    });
  });

  describe("D9, a flat fee on the exact bound for a tier without units, is absent", () => {
    const tiers = [
      { upTo: 5, unitPrice: 1, flatFee: 10 },
      { unitPrice: 1, flatFee: 100 },
    ];

    it.each([
      { quantity: "5", tiered: "15.00", volume: "15.00" },
      { quantity: "5.01", tiered: "115.01", volume: "105.01" },
    ])("$quantity of a tier up to 5", ({ quantity, tiered, volume }) => {
      expect(amountOf(usageCharge({ model: "tiered", tiers }), quantity)).toBe(tiered);
      expect(amountOf(usageCharge({ model: "volume", tiers }), quantity)).toBe(volume);
    });
  });

  describe("D18, shown parts that do not add up to the line, is absent", () => {
    it("where the parts, rounded to cents each, would come to a cent more", () => {
      const tiers = [
        { upTo: "10", unitPrice: "0.0335" },
        { upTo: "20", unitPrice: "0.022", flatFee: "0.005" },
        { unitPrice: "0.0115" },
      ];
      const rating = rate(usageCharge({ model: "tiered", tiers }), 30);
      expect(rating.tiers.map((tier) => tier.amount)).toEqual(["0.335", "0.225", "0.115"]);
      expect(rating).toMatchObject({ exactAmount: "0.675", amount: "0.68" });
      expect(rating.steps.at(-1)).toEqual({
        of: "amount",
        kind: "rounding",
        value: "0.005",
        text: "rounding to 2 decimals, half-away-from-zero",
      });
      expect(sumAmounts(stepsOf("amount", rating))).toBe("0.680");
    });

    it("whatever the tiers and the quantity", () => {
      fc.assert(
        fc.property(tierLists, decimals(12, 12), (list, quantity) => {
          const open = { ...list, ...(list.overflow && { overflow: "last-tier" as const }) };
          const rating = rate(usageCharge({ model: "tiered", ...open }), quantity);
          const exactly = tieredPrice(open, read(quantity)) ?? ratio(0n);
          expect([rating.exactAmount, rating.amount]).toEqual([write(exactly), round(exactly, 2)]);
          const parts = rating.tiers.map((tier) => tier.amount);
          expect(write(read(sumAmounts(parts)))).toBe(rating.exactAmount);
          expect(total(stepsOf("amount", rating))).toEqual(read(rating.amount));
        }),
      );
    });
  });

  describe("D30, a quantity of zero that is priced differently along another path, is absent", () => {
    const tiers = [{ upTo: 10, unitPrice: 1, flatFee: 5 }, { unitPrice: 1 }];

    it.each([
      { name: "per unit", charge: perUnit(1), amount: "0.00" },
      { name: "tiered", charge: usageCharge({ model: "tiered", tiers }), amount: "0.00" },
      { name: "volume", charge: usageCharge({ model: "volume", tiers }), amount: "0.00" },
      {
        name: "tiered, with a fee at zero",
        charge: usageCharge({ model: "tiered", tiers, flatFeeAtZero: true }),
        amount: "5.00",
      },
      {
        name: "volume, with a fee at zero",
        charge: usageCharge({ model: "volume", tiers, flatFeeAtZero: true }),
        amount: "5.00",
      },
    ])("$name", ({ charge, amount }) => {
      const outcome = {
        id: "e1",
        customerId: "c1",
        unitOfMeasure: "@outcome",
        timestamp: "2026-01-01T00:00:00Z",
        quantity: 0,
      };
      const amounts = [
        rate(charge, 0).amount,
        rateAmount(charge, 0),
        rate({ ...charge, includedUnits: 10 }, 7).amount,
        rate({ ...charge, quantityRounding: { mode: "down" } }, "0.9").amount,
        simulate(charge, 0).amount,
        simulate(charge, { outcome: 0 }).amount,
        simulate(charge, {}).amount,
        simulate(charge, []).amount,
        simulate(charge, [outcome]).amount,
      ];
      expect(amounts).toEqual(amounts.map(() => amount));
    });
  });
});
