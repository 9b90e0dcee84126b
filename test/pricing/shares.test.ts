/** Parts of a price list's time and usage: a share of the period, and what comes on top of what was used before. */
import fc from "fast-check";
import { isPricingError } from "rateplan";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import {
  compare,
  divide,
  type Fraction,
  formatExact,
  fraction,
  multiply,
  ONE,
  sum,
  ZERO,
} from "../../src/money/fraction.js";
import type { Pricing } from "../../src/pricing/models/index.js";
import {
  type CompiledTerms,
  compileTerms,
  exactAmount,
  rateExactly,
  rateIncrement,
  scaleIncludedUnits,
  scaleTiers,
  totalOf,
} from "../../src/pricing/rate-exactly.js";
import type { ExactStep } from "../../src/pricing/step.js";

/** 1.00 each up to 10 and 4.00 for reaching them, then 0.50 each. */
const TIERS: Pricing = {
  model: "tiered",
  tiers: [{ upTo: "10", unitPrice: "1", flatFee: "4" }, { unitPrice: "0.5" }],
};
const HALF = fraction(1n, 2n);

function terms(pricing: Pricing, includedUnits?: string): CompiledTerms {
  const included = includedUnits === undefined ? {} : { includedUnits };
  return compileTerms({ chargeType: "usage", pricing, ...included });
}

function rated(compiled: CompiledTerms, quantity: Fraction) {
  return rateExactly(compiled, { quantity, input: quantity }, "allow");
}

function sumOf(steps: readonly ExactStep[], of: "amount" | "quantity"): Fraction {
  return sum(steps.filter((step) => step.of === of).map(({ value }) => value));
}

/** The numbers of each tier that took part: from, up to, quantity, fee, amount. */
function uses(tiers: ReturnType<typeof rated>["tiers"]) {
  return tiers.map(({ from, upTo, quantity, flatFee, amount }) => [
    formatExact(from),
    upTo && formatExact(upTo),
    formatExact(quantity),
    flatFee && formatExact(flatFee),
    formatExact(amount),
  ]);
}

const quantities = fc.record({
  numerator: fc.bigInt({ min: 0n, max: 100n }),
  denominator: fc.constantFrom(1n, 2n, 3n),
});

describe("a price list for a share of the period", () => {
  it("is the whole one at the usage of the whole period, times the share", () => {
    // 8 units in half a period are 16 in all of it: 4 + 10 × 1 + 6 × 0.5 = 17, of which half.
    const { amount, tiers, steps } = rated(scaleTiers(terms(TIERS), HALF), exact("8"));
    expect(formatExact(amount)).toBe("8.5");
    expect(uses(tiers)).toEqual([
      ["0", "5", "5", "2", "7"],
      ["5", null, "3", null, "1.5"],
    ]);
    expect(steps.filter(({ of }) => of === "amount").map(({ text }) => text)).toEqual([
      "0.5 of (10 × 1 (0 < q ≤ 10))",
      "0.5 of (flat fee of the tier (0 < q ≤ 10))",
      "0.5 of (6 × 0.5 (10 < q ≤ ∞))",
    ]);
    expect(formatExact(sumOf(steps, "amount"))).toBe("8.5");
  });

  it("includes the share of the units, with bounds or without", () => {
    const included = terms({ model: "per-unit", unitPrice: "3" }, "10");
    for (const scaled of [scaleTiers(included, HALF), scaleIncludedUnits(included, HALF)]) {
      // 5 of 7 are included.
      expect(formatExact(rated(scaled, exact("7")).amount)).toBe("6");
    }
    expect(formatExact(rated(included, exact("7")).amount)).toBe("0");
    const none = terms({ model: "per-unit", unitPrice: "3" });
    expect(scaleIncludedUnits(none, HALF)).toBe(none);
    expect(formatExact(rated(scaleTiers(none, HALF), exact("7")).amount)).toBe("21");
  });

  it("agrees with that for every quantity and share, and its steps add up", () => {
    const shares = fc.constantFrom(HALF, fraction(1n, 3n), fraction(10n, 31n), ONE);
    fc.assert(
      fc.property(quantities, shares, (quantity, share) => {
        const scaled = scaleTiers(terms(TIERS), share);
        const whole = exactAmount(terms(TIERS), divide(quantity, share), "allow");
        const { amount, steps, tiers } = rated(scaled, quantity);
        expect(compare(amount, multiply(whole, share))).toBe(0);
        expect(compare(sumOf(steps, "amount"), amount)).toBe(0);
        expect(compare(sum(tiers.map((use) => use.quantity)), quantity)).toBe(0);
        expect(compare(sum(tiers.map((use) => use.amount)), amount)).toBe(0);
      }),
    );
  });
});

describe("usage on top of what was used before", () => {
  it("goes on in the tiers that are left", () => {
    // 8 before; of 4 more, 2 at 1 and 2 at 0.5; the fee of the first tier is paid.
    const more = rateIncrement(
      terms(TIERS),
      exact("8"),
      { quantity: exact("4"), input: exact("4") },
      "allow",
    );
    expect([formatExact(more.quantity), formatExact(more.amount)]).toEqual(["4", "3"]);
    expect(more.unitPrice).toBeNull();
    expect(formatExact(sumOf(more.steps, "amount"))).toBe("3");
    expect(formatExact(sumOf(more.steps, "quantity"))).toBe("4");
    // All of it, and what was there before taken back.
    expect(uses(more.tiers)).toEqual([
      ["0", "10", "10", "4", "14"],
      ["10", null, "2", null, "1"],
      ["0", "10", "-8", "-4", "-12"],
    ]);
    expect(more.steps.map(({ text }) => text)).toContain("−(8 × 1 (0 < q ≤ 10))");
  });

  it("comes to what all of it does, however it is cut", () => {
    fc.assert(
      fc.property(quantities, quantities, (before, given) => {
        for (const compiled of [terms(TIERS), terms(TIERS, "7")]) {
          const part = exactAmount(compiled, before, "allow");
          const more = rateIncrement(compiled, before, { quantity: given, input: given }, "allow");
          const whole = exactAmount(compiled, sum([before, given]), "allow");
          expect(compare(sum([part, more.amount]), whole)).toBe(0);
          expect(compare(sumOf(more.steps, "amount"), more.amount)).toBe(0);
        }
      }),
    );
  });
});

describe("the total by which usage is negative", () => {
  const given = exact("-2");
  const values = [exact("3"), exact("-1")];

  it("is the quantity, or the sum of the values where those are priced", () => {
    expect(totalOf("quantity", { quantity: given, input: given })).toEqual(given);
    expect(totalOf("groups", { quantity: given, input: [] })).toEqual(given);
    expect(formatExact(totalOf("values", { quantity: given, input: values }))).toBe("2");
    const totals = { events: 2, charged: 1, value: exact("-5"), limited: ZERO };
    expect(formatExact(totalOf("values", { quantity: given, input: totals }))).toBe("-5");
    expect(totalOf("values", { quantity: given, input: undefined })).toEqual(given);
  });

  it("is never below zero where nothing is counted", () => {
    expect(totalOf("nothing", { quantity: given, input: undefined })).toEqual(ONE);
  });
});

describe("what an explanation says", () => {
  it("of a quantity below zero keeps the price of every unit, where there is no base fee", () => {
    const simple = rated(terms({ model: "per-unit", unitPrice: "3" }), exact("-2"));
    expect([simple.unitPrice && formatExact(simple.unitPrice), formatExact(simple.amount)]).toEqual(
      ["3", "-6"],
    );
    // A fee of 4 whatever the quantity is not taken back: 4 − 2.
    const list = [{ unitPrice: "1", flatFee: "4" }];
    const withFee = terms({ model: "volume", tiers: list, flatFeeAtZero: true });
    const mirrored = rated(withFee, exact("-2"));
    expect(mirrored.unitPrice).toBeNull();
    expect(formatExact(mirrored.amount)).toBe("2");
    expect(formatExact(sumOf(mirrored.steps, "amount"))).toBe("2");
  });

  it("of the only tier names no range for its fee", () => {
    const { steps } = rated(
      terms({ model: "tiered", tiers: [{ unitPrice: "1", flatFee: "4" }] }),
      exact("8"),
    );
    expect(steps.filter(({ of }) => of === "amount").map(({ text }) => text)).toEqual([
      "8 × 1 (0 < q ≤ ∞)",
      "flat fee",
    ]);
  });

  it("of nothing has no steps", () => {
    for (const pricing of [
      { model: "percentage", percent: "2", fixedPerEvent: "1" },
      { model: "percentage", tiers: [{ percent: "2" }], fixedPerEvent: "1" },
      { model: "pre-rated", markup: "5" },
    ] as const) {
      expect(terms(pricing).rater.explain([]).steps).toEqual([]);
    }
  });

  it("of a rounded quantity says that it is rounded, and what is included", () => {
    const compiled = compileTerms({
      chargeType: "usage",
      pricing: { model: "per-unit", unitPrice: "3" },
      includedUnits: "2",
      quantityRounding: { mode: "up" },
    });
    const { steps } = rated(compiled, exact("4.5"));
    const quantity = steps.filter(({ of }) => of === "quantity");
    expect(quantity.map(({ text, value }) => [text, formatExact(value)])).toEqual([
      ["metered", "4.5"],
      ["rounding of the quantity", "0.5"],
      ["included units", "-2"],
    ]);
  });

  it("of a quantity above the last tier is that there is no price for it", () => {
    const bounded = terms({
      model: "tiered",
      tiers: [{ upTo: "10", unitPrice: "1" }],
      overflow: "error",
    });
    expect(formatExact(rated(bounded, exact("10")).amount)).toBe("10");
    const error = caught(() => rated(bounded, exact("10.5")));
    expect(isPricingError(error) && error.issues).toMatchObject([
      { code: "quantity_above_last_tier", path: [], expected: "at most 10", received: "10.5" },
    ]);
  });
});

function caught(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
