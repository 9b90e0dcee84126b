/** Many quantities at once: each amount is that of rating it by itself. */
import fc from "fast-check";
import {
  type BillingPolicyInput,
  type ChargeInput,
  parseCharge,
  type RatePlanInput,
  rateAmount,
  simulate,
  sweep,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { charge as anyCharge } from "../support/arbitraries.js";
import { anyDesign, fewQuantities } from "../support/designs.js";
import { fee, issuesOf, perUnit, planOf, productOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

const volume = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
  pricing: { model: "volume", tiers: [{ upTo: 500, unitPrice: 40 }, { unitPrice: 30 }] },
} as const satisfies ChargeInput;

const policies: fc.Arbitrary<BillingPolicyInput> = fc.record({
  rounding: fc.record(
    {
      mode: fc.constantFrom(
        "half-away-from-zero",
        "half-toward-zero",
        "half-even",
        "half-odd",
        "half-ceiling",
        "half-floor",
        "up",
        "down",
        "ceiling",
        "floor",
      ),
      increment: fc.constantFrom("0.05", "1"),
    },
    { requiredKeys: [] },
  ),
});

/** All amounts of a sweep as texts. */
function amountsOf(prices: ReturnType<typeof sweep>): readonly string[] {
  return Array.from({ length: prices.length }, (_, index) => prices.amountAt(index));
}

describe("LAW: a sweep has the amounts of rating each quantity", () => {
  it("for prices that lie close together, in every way to round", () => {
    fc.assert(
      fc.property(
        anyDesign,
        fc.array(fewQuantities, { minLength: 1, maxLength: 20 }),
        policies,
        (charge, quantities, policy) => {
          const parsed = parseCharge(charge);
          const prices = sweep(parsed, quantities, { policy });
          expect(amountsOf(prices)).toEqual(
            quantities.map((quantity) => rateAmount(parsed, quantity, policy)),
          );
          expect(amountsOf(sweep(parsed, quantities.map(Number), { policy }))).toEqual(
            amountsOf(prices),
          );
          // All of these fit into numbers.
          expect([...(prices.minorUnits ?? [])].map((units) => (units / 100).toFixed(2))).toEqual(
            amountsOf(prices),
          );
        },
      ),
      tries(250),
    );
  });

  it("for charges of any size, where the charge has one quantity", () => {
    const quantities = fc.array(fc.oneof(fewQuantities, fc.bigInt({ min: 0n, max: 10n ** 20n })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(anyCharge, quantities, (input, row) => {
        const charge = parseCharge({ ...input, currency: "USD" });
        const rated = outcomeOf(() => row.map((quantity) => rateAmount(charge, quantity)));
        const swept = outcomeOf(() => amountsOf(sweep(charge, row)));
        expect(swept).toEqual(rated);
      }),
      tries(250),
    );
  });

  it("and for a plan those of simulating it", () => {
    const plans = fc
      .tuple(anyDesign, anyDesign, fc.constantFrom("none", "percent", "amount", "commitment"))
      .map(([a, b, more]): RatePlanInput => {
        const { currency: _, ...one } = a;
        const { currency: __, ...other } = b;
        const discount =
          more === "percent"
            ? { percent: "12.5" }
            : more === "amount"
              ? { amount: "7" }
              : undefined;
        return planOf(
          [
            { ...one, id: "a", unitOfMeasure: "page" },
            { ...other, id: "b", unitOfMeasure: "page" },
            fee("platform", "9.90"),
            ...(discount === undefined
              ? []
              : [
                  {
                    id: "off",
                    name: "off",
                    chargeType: "usage",
                    pricing: { model: "discount", ...discount },
                  } as const,
                ]),
          ],
          more === "commitment" ? { minimumCommitment: 40, maximumSpend: 90 } : {},
        );
      })
      .filter(({ charges }) => charges[0]?.pricing.model !== "flat");
    fc.assert(
      fc.property(plans, fc.array(fewQuantities, { maxLength: 8 }), (plan, row) => {
        const usage = plan.charges[1]?.pricing.model === "flat" ? {} : { b: "7.5" };
        const prices = sweep(plan, row, { of: "a", usage });
        expect(amountsOf(prices)).toEqual(row.map((a) => simulate(plan, { ...usage, a }).amount));
      }),
      tries(100),
    );
  });
});

/** What a computation gives, or that it is refused. */
function outcomeOf(compute: () => readonly string[]): readonly string[] {
  try {
    return compute();
  } catch {
    return issuesOf(compute).length > 0 ? ["refused"] : [];
  }
}

describe("a sweep", () => {
  it("goes over a range, both ends included", () => {
    // Up to 500 at 40, above at 30 for all.
    const prices = sweep(volume, { from: 499, to: 501 });
    expect([...prices.quantities]).toEqual([499, 500, 501]);
    expect([...(prices.minorUnits ?? [])]).toEqual([1_996_000, 2_000_000, 1_503_000]);
    expect(prices).toMatchObject({ currency: "USD", decimals: 2, length: 3 });
  });

  it("ends at the last step that does not go beyond", () => {
    const prices = sweep(volume, { to: "1", step: "0.3" });
    expect([0, 1, 2, 3].map(prices.quantityAt)).toEqual(["0", "0.3", "0.6", "0.9"]);
    expect([...prices.quantities]).toEqual([0, 0.3, 0.6, 0.9]);
    // 0.3 × 40, 0.6 × 40, 0.9 × 40.
    expect(amountsOf(prices)).toEqual(["0.00", "12.00", "24.00", "36.00"]);
  });

  it("tells average and marginal price", () => {
    const prices = sweep(volume, [0, 300, 300, 501, 600]);
    // 501 × 30 = 15030, less 300 × 40 = 12000: 3030 for 201 more, 1010 / 67.
    expect([0, 1, 2, 3, 4].map(prices.averageAt)).toEqual([null, "40", "40", "30", "30"]);
    expect([0, 1, 2, 3, 4].map(prices.marginalAt)).toEqual([null, "40", null, "1010/67", "30"]);
  });

  it("has the average of the rounded amount, which need not end", () => {
    // 3 × 0.333 = 0.999, rounded to 1.00.
    const prices = sweep({ ...volume, pricing: { model: "per-unit", unitPrice: "0.333" } }, [3]);
    expect([prices.amountAt(0), prices.averageAt(0)]).toEqual(["1.00", "1/3"]);
  });

  it("takes typed arrays, and keeps none of them", () => {
    const quantities = Float64Array.of(1, 2.5);
    const prices = sweep(volume, quantities);
    quantities[0] = 9;
    expect([prices.amountAt(0), prices.amountAt(1), prices.quantityAt(0)]).toEqual([
      "40.00",
      "100.00",
      "1",
    ]);
    expect(amountsOf(sweep(volume, Uint32Array.of(1, 501)))).toEqual(["40.00", "15030.00"]);
  });

  it("is exact where numbers are not: its minor units are texts alone", () => {
    const prices = sweep(volume, ["12345678901234567890.1"]);
    // 12345678901234567890.1 × 30
    expect([prices.amountAt(0), prices.minorUnits]).toEqual(["370370367037037036703.00", null]);
  });

  it("takes the quantity of a plan for what simulate takes it", () => {
    const plan = planOf([fee("platform", "99"), perUnit("outcome", "2"), perUnit("page", "0.5")]);
    expect(issuesOf(() => sweep(plan, [1]))).toEqual(["ambiguous_usage of"]);
    const of = "@outcome";
    expect(amountsOf(sweep(plan, [0, 10], { of, usage: { page: 4 } }))).toEqual([
      "101.00",
      "121.00",
    ]);
    const seats = planOf([
      fee("seats", "0", {
        unitOfMeasure: "@seat",
        pricing: { model: "per-unit", unitPrice: 10 },
      }),
      perUnit("outcome", "2"),
    ]);
    expect(amountsOf(sweep(seats, [10], { quantities: { seats: 3 } }))).toEqual(["50.00"]);
    expect(amountsOf(sweep(seats, [10], { of: "seats" }))).toEqual(["100.00"]);
  });

  it("names the plan of a product that has several", () => {
    const product = productOf(planOf([perUnit("outcome", "2")]), {
      ...planOf([perUnit("outcome", "3")]),
      id: "pro",
    });
    expect(issuesOf(() => sweep(product, [1]))).toEqual(["ambiguous_rate_plan target.ratePlans"]);
    expect(sweep(product, [1], { ratePlanId: "pro" }).amountAt(0)).toBe("3.00");
  });
});

describe("bad input of a sweep", () => {
  it("is said all at once, with the index of each quantity", () => {
    expect(
      issuesOf(() => sweep({ ...volume, currency: "USDX" }, unchecked([1, -1, "x", Number.NaN]))),
    ).toEqual([
      "out_of_range quantities.1",
      "not_a_decimal quantities.2",
      "not_finite quantities.3",
      "unknown_currency target.currency",
    ]);
    expect(issuesOf(() => sweep(volume, Float64Array.of(1, -1, Number.POSITIVE_INFINITY)))).toEqual(
      ["out_of_range quantities.1", "not_finite quantities.2"],
    );
  });

  it.each([
    ["a range that is empty", { from: 2, to: 1 }, ["out_of_range quantities.to"]],
    ["no step", { to: 1, step: 0 }, ["out_of_range quantities.step"]],
    ["no end", { from: 1 }, ["missing quantities.to"]],
    ["an end without end", { to: Number.POSITIVE_INFINITY }, ["not_finite quantities.to"]],
    ["a negative start", { from: -1, to: 1 }, ["out_of_range quantities.from"]],
    ["more than there is room for", { to: 5_000_000 }, ["too_large quantities"]],
    ["a key that is unknown", { to: 1, by: 2 }, ["unknown_key quantities.by"]],
    ["a number", 5, ["invalid_type quantities"]],
    ["nothing", undefined, ["invalid_type quantities"]],
  ])("%s", (_, quantities, issues) => {
    expect(issuesOf(() => sweep(volume, unchecked(quantities)))).toEqual(issues);
  });

  it("is a quantity that the price list refuses, each of them", () => {
    const bounded: ChargeInput = {
      ...volume,
      pricing: { model: "tiered", tiers: [{ upTo: 10, unitPrice: 1 }], overflow: "error" },
    };
    expect(issuesOf(() => sweep(bounded, [1, 11, 5, 12]))).toEqual([
      "quantity_above_last_tier quantities.1",
      "quantity_above_last_tier quantities.3",
    ]);
  });

  it("is a matrix, which has no quantity, and an index that is none", () => {
    const matrix: ChargeInput = {
      ...volume,
      pricing: { model: "matrix", dimensions: ["name"], prices: [], default: 1 },
    };
    expect(issuesOf(() => sweep(matrix, [1]))).toEqual(["usage_mismatch of"]);
    const prices = sweep(volume, [1]);
    for (const index of [-1, 1, 0.5, Number.NaN]) {
      expect(issuesOf(() => prices.amountAt(index))).toEqual(["out_of_range index"]);
    }
  });
});

describe("the knots of a sweep", () => {
  it("are where the price list changes, and say from where on it is cheaper to go over a cliff", () => {
    // At 500 it is 20,000, just above 15,000: which 375 cost at 40.
    expect(sweep(volume, { from: 0, to: 600, step: 200 }).knots).toEqual([
      { quantity: "500", kind: "cliff", amount: "20000", above: "15000", cheaperFrom: "375" },
    ]);
    const tiers = [
      { upTo: 100, unitPrice: 3 },
      { upTo: 200, unitPrice: 2, flatFee: 7 },
      { unitPrice: 2 },
    ];
    const tiered = { ...volume, pricing: { model: "tiered", tiers } } as const;
    // 100 · 3, and 7 when the second tier begins; at 200, nothing changes.
    expect(sweep(tiered, [50, 900, 10]).knots).toEqual([
      { quantity: "100", kind: "jump", amount: "300", above: "307", cheaperFrom: null },
    ]);
    const limited = { ...perUnit("calls", "2"), currency: "USD", includedUnits: 5, minimum: 10 };
    // Nothing up to 5 units, 10.00 at the least: 10 units bill 10.
    expect(sweep(limited, { to: 20 }).knots).toEqual([
      { quantity: "10", kind: "bend", amount: "10", above: "10", cheaperFrom: null },
    ]);
  });

  it("are those between the least and the most, whatever their order", () => {
    expect(sweep(volume, [500, 0]).knots).toEqual([]);
    expect(sweep(volume, [501, 400]).knots).toHaveLength(1);
    expect(sweep(volume, []).knots).toEqual([]);
  });

  it("are not told where there are more than a thousand", () => {
    const packs = { ...volume, pricing: { model: "package", size: 10, price: 1 } } as const;
    // A package begins at 0, 10, 20, …
    expect(sweep(packs, [0, 95]).knots?.map(({ quantity }) => quantity)).toEqual([
      "10",
      "20",
      "30",
      "40",
      "50",
      "60",
      "70",
      "80",
      "90",
    ]);
    expect(sweep(packs, [0, 100_000]).knots).toBeNull();
  });

  it("name the unit that is counted, where there is one", () => {
    expect(sweep(volume, [1]).unitOfMeasure).toBe("@outcome");
    expect(sweep({ ...fee("platform", "5"), currency: "USD" }, [1]).unitOfMeasure).toBeNull();
  });
});

describe("LAW: between two knots, an amount is straight", () => {
  it("for prices that lie close together", () => {
    fc.assert(
      fc.property(anyDesign, fc.nat({ max: 40 }), fc.nat({ max: 1_000 }), (charge, from, part) => {
        const to = from + 20;
        const knots = sweep(charge, [from, to]).knots;
        if (knots === null) return;
        const places = [`${from}`, ...knots.map(({ quantity }) => quantity), `${to}`].map(numberOf);
        const ends = places.map((place, index) => [place, places[index + 1] ?? place] as const);
        const policy = { rounding: { increment: null, mode: "half-even" } } as const;
        for (const [low, high] of ends) {
          if (high - low < 1e-3) continue;
          // Three quantities strictly between two knots, the second halfway between the others.
          const first = low + ((high - low) * (part + 1)) / 4_000;
          const last = high - (high - low) / 4;
          const row = [first, (first + last) / 2, last].map((place) => Number(place.toFixed(6)));
          const [a = 0, b = 0, c = 0] = sweep(charge, row, { policy }).minorUnits ?? [];
          // To a minor unit of rounding each, and what is cut off of the quantities.
          expect(Math.abs(a + c - 2 * b)).toBeLessThanOrEqual(2.1);
        }
      }),
      tries(150),
    );
  });
});

function numberOf(quantity: string): number {
  const [numerator = "", denominator = "1"] = quantity.split("/");
  return Number(numerator) / Number(denominator);
}
