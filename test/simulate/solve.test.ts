/** Which number brings an amount: the answer, rated, gives what was wanted. */
import fc from "fast-check";
import {
  type ChargeInput,
  isPricingError,
  parseCharge,
  rateAmount,
  type SolveRequest,
  simulate,
  solve,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { anyDesign, fewQuantities } from "../support/designs.js";
import {
  eventOf,
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

/** Fields in which an amount is a straight function, held between limits. */
const STRAIGHT = [
  "unitPrice",
  "flatFee",
  "amount",
  "baseFee",
  "price",
  "fixedPerEvent",
  "markup",
  "percent",
  "rate",
  "includedUnits",
  "minimum",
  "maximum",
];

/** Paths to the numbers of a charge. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) {
    return STRAIGHT.includes(`${path.at(-1)}`) ? [[...path]] : [];
  }
  if (Array.isArray(value)) return value.flatMap((each, index) => pathsIn(each, [...path, index]));
  return Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key]));
}

function changed(value: unknown, [key, ...rest]: (string | number)[], to: string): unknown {
  if (key === undefined) return to;
  if (Array.isArray(value)) {
    return value.map((each, index) => (index === key ? changed(each, rest, to) : each));
  }
  const own = value as Record<string, unknown>;
  return { ...own, [key]: changed(own[key], rest, to) };
}

describe("LAW: what solve answers, rated, gives what was wanted", () => {
  it("for every amount that some other number brings", () => {
    let asked = 0;
    fc.assert(
      fc.property(
        anyDesign,
        fc.nat(),
        fc.nat({ max: 400 }),
        fewQuantities,
        (input, which, tenths, usage) => {
          const charge = parseCharge(input);
          const paths = pathsIn(charge);
          const vary = paths[which % paths.length] ?? [];
          const other = changed(charge, vary, `${tenths / 10}`) as ChargeInput;
          let revenue: string;
          try {
            revenue = rateAmount(other, usage);
          } catch (error) {
            // A minimum above the maximum, a rate of 0.
            if (isPricingError(error)) return;
            throw error;
          }
          const solution = solve({ target: charge, usage, vary, for: { revenue } });
          asked += 1;
          expect(solution).toMatchObject({ wanted: revenue, amount: revenue, difference: "0.00" });
          expect(rateAmount(solution.target as ChargeInput, usage)).toBe(revenue);
          expect(changed(charge, vary, solution.value)).toEqual(solution.target);
        },
      ),
      tries(200),
    );
    expect(asked).toBeGreaterThan(100);
  });

  it("or it says between which amounts that number can bring it", () => {
    fc.assert(
      fc.property(
        anyDesign,
        fc.nat(),
        fc.nat({ max: 4_000 }),
        fewQuantities,
        (input, which, cents, usage) => {
          const charge = parseCharge(input);
          const paths = pathsIn(charge);
          const vary = paths[which % paths.length] ?? [];
          const revenue = (cents / 100).toFixed(2);
          try {
            const { amount } = solve({ target: charge, usage, vary, for: { revenue } });
            expect(amount).toBe(revenue);
          } catch (error) {
            if (!isPricingError(error)) throw error;
            expect(error.issues.map(({ code }) => code)).toEqual(["out_of_reach"]);
          }
        },
      ),
      tries(150),
    );
  });
});

const tiered: ChargeInput = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
  pricing: { model: "tiered", tiers: [{ upTo: 100, unitPrice: 50 }, { unitPrice: 40 }] },
};
const second = ["pricing", "tiers", 1, "unitPrice"];
const request: SolveRequest = {
  target: tiered,
  usage: 650,
  vary: second,
  for: { revenue: 21_500 },
};

describe("solving for a number", () => {
  it("finds the price of a tier", () => {
    // 5000 + 550p = 21500
    expect(solve(request)).toMatchObject({
      schemaVersion: 1,
      currency: "USD",
      path: second,
      value: "30",
      exact: "30",
      tolerance: null,
      before: "40",
      wanted: "21500.00",
      amount: "21500.00",
      difference: "0.00",
    });
  });

  it("tells a fraction, and the decimal of fewest digits that bills the same", () => {
    // 3p = 10: 3.33 is 9.99, 3.333 is 9.999, rounded 10.00.
    const target = { ...tiered, pricing: { model: "per-unit", unitPrice: 1 } } as const;
    const vary = ["pricing", "unitPrice"];
    expect(solve({ target, usage: 3, vary, for: { revenue: 10 } })).toMatchObject({
      value: "3.333",
      exact: "10/3",
      amount: "10.00",
    });
  });

  it("finds a bound", () => {
    // 50b + 40 × (650 − b) = 27000: 10b = 1000.
    const vary = ["pricing", "tiers", 0, "upTo"];
    expect(solve({ ...request, vary, for: { revenue: 28_000 } }).value).toBe("200");
  });

  it("finds a bound where prices rise, on the far side of what stands there", () => {
    const rising: ChargeInput = {
      ...tiered,
      pricing: { model: "tiered", tiers: [{ upTo: 100, unitPrice: 1 }, { unitPrice: 3 }] },
    };
    // b + 3 × (200 − b) = 500: b = 50.
    const vary = ["pricing", "tiers", 0, "upTo"];
    expect(solve({ target: rising, usage: 200, vary, for: { revenue: 500 } }).value).toBe("50");
  });

  it("finds a margin, an average price, a percentage", () => {
    // 650 × 20 = 13000 of costs, and 5000: 18000 = 5000 + 550p, 13000 / 550 = 260 / 11.
    const margin = solve({ ...request, for: { margin: 5_000 }, costs: { "@outcome": 20 } });
    expect([margin.exact, margin.amount]).toEqual(["260/11", "18000.00"]);
    // 650 × 40 = 26000 = 5000 + 550p.
    const average = solve({ ...request, for: { averagePrice: 40 } });
    expect([average.exact, average.amount]).toEqual(["420/11", "26000.00"]);
    const off = {
      id: "off",
      name: "off",
      chargeType: "usage",
      pricing: { model: "discount", percent: 5 },
    } as const;
    const plan = planOf([fee("base", "50"), perUnit("outcome", "2"), off]);
    // 50 + 200 × (1 − x) = 200: x = 25 %.
    const vary = ["charges", 2, "pricing", "percent"];
    expect(solve({ target: plan, usage: 100, vary, for: { revenue: 200 } }).value).toBe("25");
  });

  it("works on a plan of a product, with seats and events", () => {
    const seats = fee("seats", "0", {
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 10 },
    });
    const target = productOf(planOf([seats, perUnit("outcome", "2")]));
    const vary = ["ratePlans", 0, "charges", 0, "pricing", "unitPrice"];
    function* events() {
      yield eventOf();
      yield eventOf({ id: "e2" });
    }
    // 4 + 3p = 40.
    const solution = solve({
      target,
      usage: events(),
      vary,
      for: { revenue: 40 },
      quantities: { seats: 3 },
    });
    expect(solution.value).toBe("12");
    const { amount } = simulate(solution.target, [eventOf(), eventOf({ id: "e2" })], {
      quantities: { seats: 3 },
    });
    expect(amount).toBe("40.00");
  });

  it("closes in on what is no straight function", () => {
    // In exact packages: 100 / size × 7 = 35, size 20.
    const target = {
      ...tiered,
      pricing: { model: "package", size: 10, price: 7, rounding: "exact" },
    } as const;
    const vary = ["pricing", "size"];
    const solution = solve({ target, usage: 100, vary, for: { revenue: 35 } });
    expect([solution.value, solution.amount]).toEqual(["20", "35.00"]);
  });

  it("says how far off the nearest value is where rounding lets none bill it", () => {
    // Two groups of 1 unit: each line is rounded, so that together they come to an even number of cents.
    const target = {
      ...perUnit("outcome", "1"),
      currency: "USD",
      groupBy: { fields: ["subject"] },
    };
    const usage = [eventOf({ subject: "a" }), eventOf({ id: "e2", subject: "b" })];
    const vary = ["pricing", "unitPrice"];
    const solution = solve({
      target: target as ChargeInput,
      usage,
      vary,
      for: { revenue: "0.01" },
    });
    expect(solution.exact).toBe("0.005");
    expect(["-0.01", "0.01"]).toContain(solution.difference);
  });

  it("keeps what stands there where that is the answer, and is frozen data", () => {
    const solution = solve({ ...request, for: { revenue: 27_000 } });
    expect(solution.value).toBe("40");
    expect(thawed(solution)).toEqual([]);
    expect(stored(solution)).toEqual(solution);
  });
});

describe("what solve cannot do", () => {
  const messageOf = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (isPricingError(error)) return error.issues.map(({ message }) => message);
    }
    return [];
  };

  it("says between which amounts a number can bring the target", () => {
    expect(messageOf(() => solve({ ...request, for: { revenue: 4_000 } }))).toEqual([
      "for must be an amount from 5000.00 to 22000000000000005000.00, got 4000.00",
    ]);
    const limited = { ...tiered, maximum: 20_000 } as ChargeInput;
    expect(
      messageOf(() => solve({ ...request, target: limited, for: { revenue: 30_000 } })),
    ).toEqual(["for must be an amount from 5000.00 to 20000.00, got 30000.00"]);
  });

  it("says from where to where an amount jumps over it", () => {
    const volume: ChargeInput = {
      ...tiered,
      pricing: { model: "volume", tiers: [{ upTo: 100, unitPrice: 50 }, { unitPrice: 40 }] },
    };
    const vary = ["pricing", "tiers", 0, "upTo"];
    // 650 × 40 = 26000 below, 650 × 50 = 32500 from 650 on.
    expect(
      messageOf(() => solve({ ...request, target: volume, vary, for: { revenue: 30_000 } })),
    ).toEqual([
      "for must be an amount that the number can bring: it jumps from 26000.00 to 32500.00 at 650, got 30000.00",
    ]);
  });

  it.each<readonly [string, object, readonly string[]]>([
    [
      "no request",
      { target: undefined, usage: undefined, vary: undefined, for: undefined },
      ["missing target", "missing usage", "missing vary", "missing for"],
    ],
    ["no goal", { for: {} }, ["invalid_value for"]],
    ["two goals", { for: { revenue: 1, margin: 1 } }, ["invalid_value for"]],
    ["a goal that is no number", { for: { revenue: "x" } }, ["not_a_decimal for.revenue"]],
    ["a path to nothing", { vary: ["pricing", "price"] }, ["invalid_value vary"]],
    ["a path to a text", { vary: ["name"] }, ["invalid_value vary"]],
    ["no path", { vary: "pricing" }, ["invalid_type vary"]],
    ["a margin without costs", { for: { margin: 1 } }, ["missing costs"]],
    ["costs of nothing", { costs: { page: 1 } }, ["unknown_unit costs.page"]],
    ["negative costs", { costs: { "@outcome": -1 } }, ["out_of_range costs.@outcome"]],
    ["an average of nothing", { for: { averagePrice: 1 }, usage: 0 }, ["invalid_value for.per"]],
    [
      "several at once",
      { target: { ...tiered, name: 1 }, for: { revenue: "x" } },
      ["invalid_type target.name", "not_a_decimal for.revenue"],
    ],
    ["usage that is none", { usage: "many" }, ["not_a_decimal usage"]],
  ])("%s", (_, changes, issues) => {
    expect(issuesOf(() => solve(unchecked({ ...request, ...changes })))).toEqual(issues);
  });
});
