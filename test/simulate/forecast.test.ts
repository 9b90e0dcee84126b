/** Futures of a price: reproducible, exact, and distributed as they are said to be. */
import { randomGamma, randomLcg, randomPoisson } from "d3-random";
import fc from "fast-check";
import {
  type ForecastOptions,
  forecast,
  simulate,
  sumAmounts,
  type UsageDistribution,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { anyDesign } from "../support/designs.js";
import { fee, issuesOf, perUnit, planOf, stored, thawed, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

const unit = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
  pricing: { model: "per-unit", unitPrice: 1 },
} as const;

/** Generators of d3-random, one for each run. */
const lcg = (run: number) => randomLcg((run * 0.618_033_988_75 + 0.1) % 1);
const always = (place: number) => () => () => place;
const once = (places: readonly number[]) => () => {
  let index = -1;
  return () => {
    index += 1;
    return places[index % places.length] ?? 0;
  };
};

/** Whole units that single customers draw: what is billed at 1.00 each. */
function drawn(usage: UsageDistribution, runs = 2_000): readonly number[] {
  const percentiles = Array.from({ length: 101 }, (_, index) => index);
  const { periods } = forecast(unit, usage, { periods: 1, runs, random: lcg, percentiles });
  return (periods[0]?.revenue.percentiles ?? []).map(({ value }) => Number(value));
}

function firstMean(usage: UsageDistribution, options: Partial<ForecastOptions> = {}): number {
  const { periods } = forecast(unit, usage, { periods: 1, runs: 4_000, random: lcg, ...options });
  return Number(periods[0]?.revenue.mean);
}

describe("LAW: a forecast of certain usage is what simulate bills", () => {
  it("for charges of all models, customers and periods", () => {
    const quantity = fc.nat({ max: 60 }).map((tenths) => `${tenths / 10}`);
    fc.assert(
      fc.property(anyDesign, quantity, fc.integer({ min: 0, max: 4 }), (charge, value, start) => {
        const usage = { distribution: "constant", value, decimals: 1 } as const;
        const options = { periods: 2, runs: 2, random: always(0.5), customers: { start } };
        const result = forecast(charge, usage, options);
        const { amount } = simulate(charge, value);
        const revenue = sumAmounts(["0.00", ...Array.from({ length: start }, () => amount)]);
        for (const period of result.periods) {
          expect(period.customers.mean).toBe(`${start}`);
          expect(period.revenue.mean).toBe(revenue);
          expect(period.revenue.percentiles.every((each) => each.value === revenue)).toBe(true);
          expect(period.margin).toEqual(period.revenue);
        }
        expect(result.total.revenue.mean).toBe(sumAmounts([revenue, revenue]));
        expect(stored(result)).toEqual(result);
        expect(thawed(result)).toEqual([]);
      }),
      tries(75),
    );
  });

  it("for plans whose charges depend on each other, with seats, costs and fees that are billed once", () => {
    const setup = fee("setup", "50", { chargeType: "one-time" });
    const seats = {
      id: "seats",
      name: "Seats",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 10 },
    } as const;
    const discount = {
      id: "off",
      name: "Off",
      chargeType: "usage",
      pricing: { model: "discount", percent: 10 },
    } as const;
    const charges = [
      setup,
      seats,
      perUnit("calls", "0.30"),
      perUnit("pages", "0.05", { includedUnits: { units: 5, per: "seats" } }),
    ];
    const apart = planOf(charges);
    const together = planOf([...charges, discount], { maximumSpend: 70 });
    const usage = {
      calls: { distribution: "constant", value: 100 },
      pages: { distribution: "constant", value: 40 },
    } as const;
    const options = {
      periods: 2,
      runs: 1,
      random: always(0.5),
      customers: { start: 2, joining: { distribution: "constant", value: 1 } },
      quantities: { seats: 3 },
      costs: { "@calls": "0.125", seats: 2 },
    } as const;
    // 30 + 30 + (40 − 15) × 0.05 = 61.25, and 50 for each of three, then one more; 12.50 + 6 cost.
    const ofApart = forecast(apart, usage, options);
    expect(
      ofApart.periods.map(({ customers, revenue, cost, margin }) => [
        customers.mean,
        revenue.mean,
        cost.mean,
        margin.mean,
      ]),
    ).toEqual([
      ["3", "333.75", "55.50", "278.25"],
      ["4", "295.00", "74.00", "221.00"],
    ]);
    // Of (61.25 + 50) and 61.25, 90 %, 70.00 at the most: 70 × 3, then 70 + 3 × 55.13 (55.125, line by line: 27 + 27 + 1.12 or 1.13).
    const later = Number(
      simulate(
        { ...together, charges: together.charges.filter(({ id }) => id !== "setup") },
        { calls: 100, pages: 40 },
        { quantities: { seats: 3 } },
      ).amount,
    );
    const [first, second] = forecast(together, usage, options).periods.map(({ revenue }) =>
      Number(revenue.mean),
    );
    expect(first).toBe(210);
    expect(second).toBeCloseTo(70 + 3 * later, 8);
  });
});

describe("LAW: a forecast is decided by its generator", () => {
  it("and comes out the same again, other generators giving others", () => {
    const usage = { distribution: "negative-binomial", mean: 30, dispersion: 2 } as const;
    const options = {
      periods: 6,
      runs: 50,
      customers: { start: 5, churn: "0.1" },
      random: lcg,
    } as const;
    expect(forecast(unit, usage, options)).toEqual(forecast(unit, usage, options));
    const other = forecast(unit, usage, { ...options, random: (run) => lcg(run + 50) });
    expect(other.total.revenue).not.toEqual(forecast(unit, usage, options).total.revenue);
  });

  it("so that a higher price sees the same usage", () => {
    const dear = { ...unit, pricing: { model: "per-unit", unitPrice: 3 } } as const;
    const usage = { distribution: "poisson", mean: 4 } as const;
    const options = { periods: 3, runs: 40, random: lcg };
    const [low, high] = [unit, dear].map(
      (charge) => forecast(charge, usage, options).total.revenue.percentiles,
    );
    expect(high?.map(({ value }) => Number(value))).toEqual(
      low?.map(({ value }) => 3 * Number(value)),
    );
  });
});

describe("what is drawn", () => {
  it("is a Poisson number by its exact probabilities", () => {
    // P(0) = e^−2 = 0.1353…, P(≤ 1) = 3 e^−2 = 0.4060…, P(≤ 2) = 5 e^−2 = 0.6766…: the generator's number decides.
    const usage = { distribution: "poisson", mean: 2 } as const;
    const at = (place: number) =>
      forecast(unit, usage, { periods: 1, runs: 1, random: always(place) }).total.revenue.mean;
    expect([0, 0.1353, 0.1354, 0.406, 0.4061, 0.6766, 0.6767].map(at)).toEqual([
      "0.00",
      "0.00",
      "1.00",
      "1.00",
      "2.00",
      "2.00",
      "3.00",
    ]);
  });

  it("is a negative binomial number by its exact probabilities", () => {
    // Mean 1, dispersion 1 is geometric: P(0) = 1/2, P(1) = 1/4, P(2) = 1/8.
    const usage = { distribution: "negative-binomial", mean: 1, dispersion: 1 } as const;
    const at = (place: number) =>
      forecast(unit, usage, { periods: 1, runs: 1, random: always(place) }).total.revenue.mean;
    expect([0, 0.4999, 0.5001, 0.7499, 0.7501, 0.8749, 0.8751].map(at)).toEqual([
      "0.00",
      "0.00",
      "1.00",
      "1.00",
      "2.00",
      "2.00",
      "3.00",
    ]);
  });

  it("is one of the values, as often as its weight says", () => {
    const usage = { distribution: "empirical", values: [7, 0, 9], weights: [1, 1, 2] } as const;
    const at = (place: number) =>
      forecast(unit, usage, { periods: 1, runs: 1, random: always(place) }).total.revenue.mean;
    expect([0, 0.249, 0.25, 0.499, 0.5, 0.999].map(at)).toEqual([
      "7.00",
      "7.00",
      "0.00",
      "0.00",
      "9.00",
      "9.00",
    ]);
  });

  it("is a log-normal number, half of them above the median", () => {
    // cos 0 = 1, √(−2 ln (1 − 0.5)) = 1.17741…, e^(0.5 × 1.17741) = 1.80165…; two numbers of the generator each.
    const usage = { distribution: "log-normal", median: 100, sigma: "0.5", decimals: 2 } as const;
    const random = once([0.5, 0]);
    expect(forecast(unit, usage, { periods: 1, runs: 1, random }).total.revenue.mean).toBe(
      "180.17",
    );
    const sorted = drawn({ ...usage, decimals: 0 });
    expect(Math.abs((sorted[50] ?? 0) - 100)).toBeLessThan(6);
    // The quantiles of the logarithm: ±1.2816 σ at 10 and 90 per cent.
    expect(Math.abs((sorted[90] ?? 0) - 100 * Math.exp(0.5 * 1.2816))).toBeLessThan(15);
    expect(Math.abs((sorted[10] ?? 0) - 100 * Math.exp(-0.5 * 1.2816))).toBeLessThan(6);
  });

  it("has the mean and the spread of the normal approximation, where that is one", () => {
    // Poisson of 400: mean 400, deviation 20. Its 5th and 95th per cent are 1.645 deviations away.
    const sorted = drawn({ distribution: "poisson", mean: 400 }, 4_000);
    expect(Math.abs((sorted[50] ?? 0) - 400)).toBeLessThan(3);
    expect(Math.abs((sorted[5] ?? 0) - (400 - 1.645 * 20))).toBeLessThan(4);
    expect(Math.abs((sorted[95] ?? 0) - (400 + 1.645 * 20))).toBeLessThan(4);
    // Negative binomial of 400 and 100: variance 400 + 400² ÷ 100 = 2,000, deviation 44.7.
    const wider = drawn({ distribution: "negative-binomial", mean: 400, dispersion: 100 }, 4_000);
    expect(Math.abs((wider[5] ?? 0) - (400 - 1.645 * 44.7))).toBeLessThan(9);
    expect(Math.abs((wider[95] ?? 0) - (400 + 1.645 * 44.7))).toBeLessThan(9);
  });

  it("adds up over customers as the central limit says", () => {
    // 100 customers of mean 3, variance 3 + 9 ÷ 2 = 7.5: 300 ± 27.4.
    const usage = { distribution: "negative-binomial", mean: 3, dispersion: 2 } as const;
    const { total } = forecast(unit, usage, {
      periods: 1,
      runs: 2_000,
      random: lcg,
      customers: { start: 100 },
      percentiles: [16, 84],
    });
    const [low, high] = total.revenue.percentiles.map(({ value }) => Number(value));
    expect(Math.abs(Number(total.revenue.mean) - 300)).toBeLessThan(2.5);
    // One deviation to either side of the mean: 16 and 84 per cent.
    expect(Math.abs((low ?? 0) - (300 - 27.4))).toBeLessThan(5);
    expect(Math.abs((high ?? 0) - (300 + 27.4))).toBeLessThan(5);
  });

  it("may be drawn by a library, which says the same", () => {
    const theirs = {
      distribution: "sampler",
      sampler: (random: () => number) => randomPoisson.source(random)(12),
    } as const;
    const ours = { distribution: "poisson", mean: 12 } as const;
    expect(Math.abs(firstMean(theirs) - firstMean(ours))).toBeLessThan(0.3);
    const gamma = {
      distribution: "sampler",
      sampler: (random: () => number) => randomGamma.source(random)(2, 5),
      decimals: 2,
    } as const;
    expect(Math.abs(firstMean(gamma) - 10)).toBeLessThan(0.5);
  });

  it("grows by a share each period", () => {
    const usage = { distribution: "constant", value: 100, growth: "0.1" } as const;
    const { periods } = forecast(unit, usage, { periods: 3, runs: 1, random: always(0) });
    expect(periods.map(({ revenue }) => revenue.mean)).toEqual(["100.00", "110.00", "121.00"]);
    const counts = forecast(
      unit,
      { distribution: "poisson", mean: 100, growth: -0.5 },
      { periods: 3, runs: 2_000, random: lcg },
    );
    expect(counts.periods.map(({ revenue }) => Math.round(Number(revenue.mean) / 5) * 5)).toEqual([
      100, 50, 25,
    ]);
  });
});

describe("customers of a forecast", () => {
  it("join and leave", () => {
    // 0.2 and 0.9: of two, the first leaves after each period at a churn of one half; two join.
    const customers = {
      start: 2,
      joining: { distribution: "constant", value: 2 },
      churn: "0.5",
    } as const;
    const usage = { distribution: "constant", value: 1 } as const;
    const result = forecast(unit, usage, {
      periods: 3,
      runs: 1,
      random: once([0.2, 0.9]),
      customers,
    });
    // 2 + 2; of 4, 2 stay, and 2 join: 4 again.
    expect(result.periods.map(({ customers: count }) => count.mean)).toEqual(["4", "4", "4"]);
  });

  it("leave as often as is said, on average", () => {
    const usage = { distribution: "constant", value: 1 } as const;
    const customers = { start: 100, churn: "0.1" };
    const { periods } = forecast(unit, usage, { periods: 4, runs: 500, random: lcg, customers });
    // 100, 90, 81, 72.9.
    const expected = [100, 90, 81, 72.9];
    for (const [index, { revenue }] of periods.entries()) {
      expect(Math.abs(Number(revenue.mean) - (expected[index] ?? 0))).toBeLessThan(0.8);
    }
  });

  it("cost per cent of what is billed, in other currencies, and in advance of nothing", () => {
    const usage = { distribution: "constant", value: 30 } as const;
    const options = { periods: 1, runs: 1, random: always(0) };
    const costs = {
      outcome: { perUnit: "0.10", currency: "EUR" },
      "@outcome": { percentOfRevenue: "2.9" },
    } as const;
    // A charge's own cost goes first: 30 × 0.10 × 1.10.
    const own = forecast(unit, usage, { ...options, costs, exchangeRates: { EUR: "1.1" } });
    expect(own.total.cost.mean).toBe("3.30");
    // 2.9 % of 30.00.
    const share = forecast(unit, usage, {
      ...options,
      costs: { "@outcome": { percentOfRevenue: "2.9" } },
    });
    expect(share.total.cost.mean).toBe("0.87");
    expect(issuesOf(() => forecast(unit, usage, { ...options, costs }))).toEqual([
      "currency_mismatch costs.outcome.currency",
    ]);
  });

  it("tell percentiles that occurred, also of the margin", () => {
    // 0, 0.5 and 0.9 draw 1, 2 and 10; a unit costs 0.40.
    const usage = { distribution: "empirical", values: [1, 2, 10] } as const;
    const random = (run: number) => () => [0, 0.5, 0.9][run] ?? 0;
    const { total } = forecast(unit, usage, {
      periods: 1,
      runs: 3,
      random,
      costs: { "@outcome": "0.4" },
      percentiles: [33, 34, 100],
    });
    expect(total.margin).toEqual({
      // 0.60 + 1.20 + 6.00 = 7.80.
      mean: "2.60",
      percentiles: [
        { percentile: 33, value: "0.60" },
        { percentile: 34, value: "1.20" },
        { percentile: 100, value: "6.00" },
      ],
    });
  });
});

describe("what is wrong with a forecast", () => {
  const good = { periods: 2, random: always(0.5), runs: 1 };

  it("is said all at once", () => {
    const usage = {
      outcome: { distribution: "poison", mean: 1 },
      page: { distribution: "poisson", mean: -1, growth: -2, men: 3 },
      call: { mean: 1 },
      five: 5,
    };
    const options = {
      periods: 0,
      runs: 0,
      random: 5,
      customers: { start: -1, churn: 2, joining: {} },
      percentiles: [200],
      costs: { page: 1 },
    };
    expect(issuesOf(() => forecast(unit, unchecked(usage), unchecked(options)))).toEqual([
      "out_of_range periods",
      "out_of_range runs",
      "out_of_range percentiles.0",
      "out_of_range customers.start",
      "missing customers.joining.distribution",
      "out_of_range customers.churn",
      "invalid_type random",
      "unknown_unit costs.page",
      "invalid_value usage.outcome.distribution",
      "unknown_key usage.page.men",
      "out_of_range usage.page.growth",
      "missing usage.call.distribution",
      "invalid_type usage.five",
    ]);
    expect(
      issuesOf(() => forecast(unit, unchecked({ distribution: "poisson" }), unchecked({}))),
    ).toEqual(["missing periods", "missing random", "missing usage.mean"]);
  });

  it("is a distribution that cannot be", () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ distribution: "poisson", mean: "1000001" }, "out_of_range usage.mean"],
      [{ distribution: "poisson", mean: 900_000, growth: 1 }, "out_of_range usage"],
      [
        { distribution: "negative-binomial", mean: 5, dispersion: 0 },
        "out_of_range usage.dispersion",
      ],
      [{ distribution: "negative-binomial", mean: 1e6, dispersion: "0.001" }, "out_of_range usage"],
      [{ distribution: "log-normal", median: 0, sigma: 1 }, "out_of_range usage.median"],
      [{ distribution: "log-normal", median: 1, sigma: -1 }, "out_of_range usage.sigma"],
      [{ distribution: "empirical", values: [] }, "missing usage.values"],
      [{ distribution: "empirical", values: [1, -1] }, "out_of_range usage.values.1"],
      [{ distribution: "empirical", values: [1], weights: [0] }, "missing usage.values"],
      [{ distribution: "empirical", values: [1], weights: [1, 2] }, "invalid_value usage.weights"],
      [{ distribution: "constant", value: -1 }, "out_of_range usage.value"],
      [{ distribution: "sampler", sampler: 5 }, "invalid_type usage.sampler"],
      [{ distribution: "sampler", sampler: () => () => -1 }, "out_of_range usage.outcome"],
      [{ distribution: "sampler", sampler: () => () => Number.NaN }, "out_of_range usage.outcome"],
      [{ distribution: "sampler", sampler: () => 7 }, "out_of_range usage.outcome"],
    ];
    for (const [usage, issue] of cases) {
      expect(issuesOf(() => forecast(unit, unchecked(usage), good))).toEqual([issue]);
    }
  });

  it("is a generator that is none", () => {
    const usage = { distribution: "poisson", mean: 1 } as const;
    for (const place of [1, -0.1, Number.NaN, "0.5"]) {
      expect(
        issuesOf(() =>
          forecast(unit, usage, { ...good, random: unchecked(always(unchecked(place))) }),
        ),
      ).toEqual(["invalid_value random"]);
    }
    expect(
      issuesOf(() => forecast(unit, usage, { ...good, random: unchecked(() => 0.5) })),
    ).toEqual(["invalid_type random"]);
  });

  it("is usage of what the target does not price, or might be for several", () => {
    const usage = { distribution: "poisson", mean: 1 } as const;
    expect(issuesOf(() => forecast(unit, { page: usage }, good))).toEqual([
      "unknown_charge usage.page",
    ]);
    const plan = planOf([perUnit("calls", "1"), perUnit("pages", "2")]);
    expect(issuesOf(() => forecast(plan, usage, good))).toEqual(["ambiguous_usage usage"]);
    const bounded = {
      ...unit,
      pricing: { model: "tiered", tiers: [{ upTo: 5, unitPrice: 1 }], overflow: "error" },
    } as const;
    expect(
      issuesOf(() => forecast(bounded, { distribution: "constant", value: 9 }, good)).join(),
    ).toContain("quantity_above_last_tier");
  });

  it("is what takes too long or too much room", () => {
    const usage = { distribution: "constant", value: 1 } as const;
    expect(
      issuesOf(() => forecast(unit, usage, { ...good, periods: 1_200, runs: 1_000_000 })),
    ).toEqual(["too_large runs"]);
    const crowd = { distribution: "constant", value: 1e12 } as const;
    expect(
      issuesOf(() => forecast(unit, usage, { ...good, customers: { joining: crowd } })),
    ).toEqual(["too_large runs"]);
  });
});
