/** A portfolio under candidate plans: every amount is that of simulating the period by itself. */
import fc from "fast-check";
import {
  type ChargeInput,
  compareAmounts,
  type RatePlanInput,
  type ReplayCustomer,
  replay,
  replayAsync,
  simulate,
  sumAmounts,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { anyDesign, fewQuantities } from "../support/designs.js";
import { billMonths, MONTHLY } from "../support/months.js";
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

const outcome = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
} as const;
const today = { ...outcome, pricing: { model: "per-unit", unitPrice: 2 } } as const;
const bundle = {
  ...outcome,
  pricing: { model: "overage", baseFee: 100, includedUnits: 60, unitPrice: 1 },
} as const;

/** A plan whose charges depend on each other: a discount and a commitment. */
const starter: RatePlanInput = {
  ...planOf([fee("platform", "20"), perUnit("calls", "0.30"), perUnit("pages", "0.20")]),
  id: "starter",
  minimumCommitment: 40,
};
const setup = fee("setup", "500", { chargeType: "one-time" });
const seats = {
  id: "seats",
  name: "Seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "volume", tiers: [{ upTo: 5, unitPrice: 10 }, { unitPrice: 8 }] },
} as const satisfies ChargeInput;
const perSeat = { units: 2, per: "seats" };
const pro: RatePlanInput = {
  ...planOf([
    setup,
    seats,
    perUnit("calls", "0.10"),
    perUnit("pages", "0.50", { includedUnits: perSeat }),
  ]),
  id: "pro",
};

const usageOf = (...usage: readonly (readonly unknown[])[]): readonly ReplayCustomer[] =>
  unchecked(usage.map((each, index) => ({ id: `c${index}`, usage: each })));

describe("a candidate that goes on from period to period", () => {
  const amounts = (plan: RatePlanInput, ...usage: readonly (readonly unknown[])[]) =>
    replay(usageOf(...usage), { plan }).candidates[0]?.amount;
  const calls = (more: object) => planOf([unchecked({ ...perUnit("calls", "2"), ...more })]);

  it("has its allowance over the year", () => {
    const annual = calls({ resetCycle: "annual", includedUnits: 100 });
    // 80 and 70 calls of which 100 are included: 50 at 2; the same in each of two customers.
    expect(amounts(annual, [80, 70], [70, 80])).toBe("200.00");
    // In the second year it has another one.
    expect(amounts(annual, [...new Array(12).fill(10), 90])).toBe("40.00");
  });

  it("uses what is carried forward", () => {
    const carried = calls({ includedUnits: { units: 10, rollover: { periods: 1, max: 5 } } });
    // 2 of 10 are used, and 5 of the rest kept: of 20, 15 are free.
    expect(amounts(carried, [2, 20])).toBe("10.00");
  });

  it("is trued up at the end of a term, and not before", () => {
    const term = { ...calls({}), minimumCommitment: { amount: 100, term: "quarterly" } } as const;
    expect(amounts(term, [10, 10])).toBe("40.00");
    expect(amounts(term, [10, 10, 10])).toBe("100.00");
    expect(amounts(term, [10, 10, 10, 5])).toBe("110.00");
  });

  it("takes the seats that the usage of a period says", () => {
    const seated = planOf([
      seats,
      unchecked({ ...perUnit("calls", "2"), resetCycle: "annual", includedUnits: 5 }),
    ]);
    const customer = {
      id: "a",
      usage: [
        { calls: 4, seats: 2 },
        { calls: 4, seats: 3 },
      ],
    };
    // 20 and 30 for the seats; of 8 calls 5 are included.
    expect(replay([customer], { seated }).candidates[0]?.amount).toBe("56.00");
  });

  it("bills fees of longer cycles when they are due", () => {
    const yearly = fee("yearly", "120", { billingCycle: "annual", billingTiming: "in-advance" });
    const plan = planOf([yearly, perUnit("calls", "1")]);
    expect(amounts(plan, [1, 2])).toBe("123.00");
    expect(amounts(plan, new Array(13).fill(1))).toBe("253.00");
  });

  it("says what is wrong with a customer once", () => {
    const tiers = [{ upTo: 10, unitPrice: 1 }];
    const annual = calls({
      resetCycle: "annual",
      pricing: { model: "tiered", tiers, overflow: "error" },
    });
    expect(issuesOf(() => replay(usageOf([8, 8]), { annual }))).toEqual([
      "quantity_above_last_tier customers.0.usage.calls",
    ]);
    expect(issuesOf(() => replay(usageOf([8, -8]), { annual }))).toEqual([
      "out_of_range customers.0.usage.1",
    ]);
  });

  it("LAW: bills what documents do", () => {
    const kinds = [
      { resetCycle: "annual", includedUnits: 30 },
      { resetCycle: "quarterly", pricing: seats.pricing },
      { includedUnits: { units: 12, rollover: { periods: 2, max: 20 } }, maximum: 40 },
      { resetCycle: "semi-annual", minimum: 60, pricing: { model: "package", size: 4, price: 9 } },
    ];
    const terms = [{}, { minimumCommitment: { amount: 150, term: "quarterly" } }];
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.constantFrom(...terms),
        fc.array(fc.integer({ min: 0, max: 25 }), { minLength: 1, maxLength: 14 }),
        (kind, term, usage) => {
          const plan = { ...calls(kind), ...term } as RatePlanInput;
          const subscription = { ...MONTHLY, ratePlanId: plan.id };
          const documents = billMonths(productOf(plan), usage, { subscription });
          expect(amounts(plan, usage)).toBe(sumAmounts(documents.map(({ subtotal }) => subtotal)));
        },
      ),
      tries(20),
    );
  });
});

describe("LAW: a replay is the sum of simulations", () => {
  it("for charges of all models, customer by customer", () => {
    const usage = fc.array(fc.array(fewQuantities, { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(anyDesign, anyDesign, usage, (a, b, all) => {
        const rows: Record<string, { readonly amount: string; readonly difference: string }>[] = [];
        const result = replay(usageOf(...all), { a, b }, { onCustomer: (row) => rows.push(row) });
        const billed = (charge: ChargeInput) =>
          all.map((own) => sumAmounts(own.map((quantity) => simulate(charge, quantity).amount)));
        const [ofA, ofB] = [billed(a), billed(b)];
        expect(rows.map((row) => row["a"]?.amount)).toEqual(ofA);
        expect(rows.map((row) => row["b"]?.amount)).toEqual(ofB);
        expect(result.candidates.map(({ amount }) => amount)).toEqual([ofA, ofB].map(sumAmounts));
        expect(result.present).toBe(sumAmounts(ofA));
        // Winners, losers and those who pay the same are all customers, and make the difference.
        for (const { winners, losers, unchanged, difference } of result.candidates) {
          expect(winners.customers + losers.customers + unchanged).toBe(all.length);
          expect(sumAmounts([winners.difference, losers.difference])).toBe(difference);
        }
        expect(stored(result)).toEqual(result);
        expect(thawed(result)).toEqual([]);
      }),
      tries(75),
    );
  });

  it("for plans with fees, seats, discounts and limits, whatever the form of the usage", () => {
    const call = (id: number) => ({
      id: `e${id}`,
      customerId: "x",
      unitOfMeasure: "@calls",
      timestamp: "2026-01-05",
    });
    const row = fc.oneof(
      fc.record({ calls: fewQuantities }),
      fc.record({ calls: fewQuantities, pages: fewQuantities }),
      fc.nat({ max: 5 }).map((count) => Array.from({ length: count }, (_, index) => call(index))),
    );
    const discount = {
      id: "off",
      name: "Off",
      chargeType: "usage",
      pricing: { model: "discount", percent: 10 },
    } as const;
    const reduced = { ...pro, id: "reduced", charges: [...pro.charges, discount] } as RatePlanInput;
    const later = (plan: RatePlanInput) => ({
      ...plan,
      charges: plan.charges.filter(({ chargeType }) => chargeType !== "one-time"),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.nat({ max: 9 }),
        (usage, held) => {
          const plans = { starter, pro, reduced };
          const customers = [{ id: "one", usage, quantities: { seats: held } }];
          const { candidates } = replay(customers, plans);
          for (const { name, amount } of candidates) {
            const plan = plans[name as keyof typeof plans];
            const quantities = name === "starter" ? {} : { seats: held };
            const amounts = usage.map(
              (each, index) =>
                simulate(index === 0 ? plan : later(plan), each, { quantities }).amount,
            );
            expect(amount).toBe(sumAmounts(amounts));
          }
        },
      ),
      tries(50),
    );
  });
});

describe("a replay", () => {
  it("tells who would win and lose, against the plan that each is on", () => {
    const customers = [
      { id: "small", usage: [10, 20], properties: { region: "eu" } },
      { id: "large", usage: [200, 260], properties: { region: "us" } },
      { id: "moved", usage: [60], plan: "bundle" },
      { id: "odd", usage: [50], billed: "99.50", properties: { region: "eu" } },
    ];
    const result = replay(customers, { today, bundle }, { by: "region" });
    // At present: 30 × 2 = 60; 460 × 2 = 920; 100 as a bundle; 99.50 in fact.
    expect(result).toMatchObject({
      customers: 4,
      periods: 6,
      present: "1179.50",
      baseline: "today",
    });
    // As a bundle: 200, 100 + 140 + 100 + 200 = 540, 100, 100.
    expect(result.candidates[1]).toMatchObject({
      name: "bundle",
      amount: "940.00",
      difference: "-239.50",
      winners: { customers: 1, difference: "-380.00" },
      losers: { customers: 2, difference: "140.50" },
      unchanged: 1,
      topWinners: [
        {
          customerId: "large",
          present: "920.00",
          amount: "540.00",
          difference: "-380.00",
          change: "-0.413043",
        },
      ],
      topLosers: [
        { customerId: "small" },
        { customerId: "odd", difference: "0.50", change: "0.005025" },
      ],
    });
    // Today: 60, 920, 120, 100.
    expect(result.candidates[0]).toMatchObject({
      amount: "1200.00",
      difference: "20.50",
      unchanged: 2,
    });
    expect(
      result.groups.map(({ value, customers: count, candidates }) => [
        value,
        count,
        candidates["bundle"]?.difference,
      ]),
    ).toEqual([
      ["eu", 2, "140.50"],
      ["us", 1, "-380.00"],
      [null, 1, "0.00"],
    ]);
  });

  it("has percentiles that occurred, by nearest rank", () => {
    // Differences of the bundle: 100 − 2 q for q = 1 … 40, so 98, 96, … 20.
    const customers = usageOf(...Array.from({ length: 40 }, (_, index) => [index + 1]));
    const { candidates } = replay(
      customers,
      { today, bundle },
      { percentiles: [0, 5, 50, 51, 100] },
    );
    expect(candidates[1]?.percentiles).toEqual([
      { percentile: 0, difference: "20.00" },
      // The 2nd of 40, the 20th, the 21st and the last.
      { percentile: 5, difference: "22.00" },
      { percentile: 50, difference: "58.00" },
      { percentile: 51, difference: "60.00" },
      { percentile: 100, difference: "98.00" },
    ]);
  });

  it("names the biggest movers first, the earlier of equal ones", () => {
    const customers = usageOf([5], [40], [40], [20], [30]);
    const { candidates } = replay(customers, { today, bundle }, { movers: 3 });
    expect(candidates[1]?.topLosers.map(({ customerId }) => customerId)).toEqual([
      "c0",
      "c3",
      "c4",
    ]);
    const none = replay(customers, { today, bundle }, { movers: 0 }).candidates[1];
    expect([none?.topLosers, none?.losers.customers]).toEqual([[], 5]);
  });

  it("bills what is billed once with the first period", () => {
    const { candidates } = replay(
      [{ id: "a", usage: [{ calls: 1 }, { calls: 2 }], quantities: { seats: 6 } }],
      { pro },
    );
    // 500 + 2 × 6 × 8 + 3 × 0.10.
    expect(candidates[0]?.amount).toBe("596.30");
  });

  it("says what a candidate does not price", () => {
    const other = { ...today, id: "pages", unitOfMeasure: "page" } as const;
    const customers = [{ id: "a", usage: [{ "@outcome": 3, page: 4 }] }];
    const { candidates } = replay(customers, { today, other });
    expect(candidates.map(({ notPriced, amount }) => [notPriced, amount])).toEqual([
      [["page"], "6.00"],
      [["@outcome"], "8.00"],
    ]);
  });

  it("keeps amounts beyond the exact numbers of the language exact", () => {
    const usage = ["123456789012345678901234567890.5"];
    const dear = { ...today, pricing: { model: "per-unit", unitPrice: 3 } } as const;
    const { candidates } = replay(usageOf([1], usage), { today, dear }, { percentiles: [50, 100] });
    expect(candidates[1]?.percentiles.map(({ difference }) => difference)).toEqual([
      "1.00",
      "123456789012345678901234567890.50",
    ]);
    expect(compareAmounts(candidates[1]?.amount ?? 0, candidates[0]?.amount ?? 0)).toBe(1);
  });

  it("reads an iterable one customer after the other", () => {
    const seen: string[] = [];
    function* customers() {
      for (const id of ["a", "b", "c"]) {
        seen.push(`reads ${id}`);
        yield { id, usage: [1] };
      }
    }
    replay(
      customers(),
      { today },
      { onCustomer: (row) => seen.push(`priced ${row["today"]?.customerId}`) },
    );
    expect(seen).toEqual(["reads a", "priced a", "reads b", "priced b", "reads c", "priced c"]);
  });

  it("has no percentiles of no customers", () => {
    expect(replay([], { today })).toMatchObject({
      customers: 0,
      present: "0.00",
      candidates: [{ amount: "0.00", percentiles: [] }],
    });
  });
});

describe("a replay of customers that come one after the other", () => {
  const customers = Array.from({ length: 2_500 }, (_, index) => ({
    id: `c${index}`,
    usage: [index % 130],
  }));
  async function* batches() {
    for (let at = 0; at < customers.length; at += 700) {
      yield await Promise.resolve(customers.slice(at, at + 700));
    }
  }

  it("is the same, in batches or one by one, and tells how far it is", async () => {
    const told: number[] = [];
    const onProgress = ({ customers: count }: { readonly customers: number }) => told.push(count);
    const result = await replayAsync(batches(), { today, bundle }, { onProgress });
    expect(result).toEqual(replay(customers, { today, bundle }));
    expect(told).toEqual([1_000, 2_000, 2_500]);
    expect(await replayAsync(customers, { today, bundle })).toEqual(result);
  });

  it("ends when it is aborted, and with every issue", async () => {
    const signal = { aborted: false };
    const stopped = replayAsync(
      batches(),
      { today },
      { signal, onProgress: () => Object.assign(signal, { aborted: true }) },
    );
    await expect(stopped).rejects.toMatchObject({
      issues: [{ code: "aborted", path: ["signal"] }],
    });
    const wrong = replayAsync(unchecked([[{ id: "a", usage: [-1] }, { usage: [1] }]]), { today });
    await expect(wrong).rejects.toMatchObject({
      issues: [{ code: "out_of_range" }, { code: "missing", path: ["customers", 1, "id"] }],
    });
    await expect(replayAsync(unchecked(5), { today })).rejects.toMatchObject({
      issues: [{ code: "invalid_type" }],
    });
  });
});

describe("what is wrong with a replay", () => {
  it("is said all at once of candidates and options", () => {
    const euro = { ...today, currency: "EUR" } as const;
    const options = {
      baseline: "tody",
      by: "",
      percentiles: [101, "5"],
      movers: -1,
      onCustomer: 1,
      policie: 1,
    };
    expect(issuesOf(() => replay([], { today, euro }, unchecked(options)))).toEqual([
      "unknown_key policie",
      "currency_mismatch candidates.euro.currency",
      "invalid_value baseline",
      "invalid_type by",
      "out_of_range percentiles.0",
      "out_of_range percentiles.1",
      "out_of_range movers",
      "invalid_type onCustomer",
    ]);
  });

  it("is said of every customer, by its index", () => {
    const customers = [
      { id: "a", usage: [1] },
      { usage: [] },
      { id: "c", usage: [{ "@outcome": -1 }, { pages: 1 }, "many"], plan: 5 },
      { id: "d", usage: [{ pages: 1 }, -2] },
      { id: "e", usage: [1], plan: "bundel" },
      { id: "f", usage: [1], billed: "1.005" },
      { id: "g", usage: [1], properties: { region: {} } },
      5,
    ];
    expect(
      issuesOf(() => replay(unchecked(customers), { today, bundle }, { by: "region" })),
    ).toEqual([
      "missing customers.1.id",
      "missing customers.1.usage",
      "invalid_type customers.2.plan",
      "unknown_charge customers.3.usage.0.pages",
      "out_of_range customers.3.usage.1",
      "invalid_value customers.4.plan",
      "invalid_value customers.5.billed",
      "invalid_type customers.6.properties.region",
      "invalid_type customers.7",
    ]);
  });

  it("is a candidate of another billing cycle, or with usage that is billed in one", () => {
    const yearly = {
      ...planOf([perUnit("calls", "1")]),
      id: "yearly",
      billingCycle: "annual",
    } as const;
    const quarterly = planOf([{ ...perUnit("calls", "1"), billingCycle: "quarterly" }]);
    expect(issuesOf(() => replay([], unchecked({ starter, yearly, quarterly })))).toEqual([
      "not_supported candidates.yearly.billingCycle",
      "not_supported candidates.quarterly.charges.calls",
    ]);
  });

  it("is a source that holds no customers, or breaks", () => {
    for (const other of [null, 5, "text", new Map(), Promise.resolve([])]) {
      expect(issuesOf(() => replay(unchecked(other), { today }))).toEqual([
        "invalid_type customers",
      ]);
    }
    function* broken() {
      yield { id: "a", usage: [1] };
      throw new Error("connection lost");
    }
    expect(issuesOf(() => replay(broken(), { today }))).toEqual(["not_plain_data customers"]);
    expect(() => replay(broken(), { today })).toThrow("an iterable of customers that");
  });

  it("ends the reading after a thousand issues", () => {
    let read = 0;
    function* customers() {
      for (;;) {
        read += 1;
        yield { id: "a", usage: [-1] };
      }
    }
    expect(issuesOf(() => replay(customers(), { today })).at(-1)).toMatch(/^too_many_issues/);
    expect(read).toBeLessThan(1_100);
  });

  it("is a product whose plans are named by both", () => {
    const product = productOf(starter, { ...pro, id: "pro" });
    expect(
      replay([{ id: "a", usage: [{ calls: 100 }], quantities: { seats: 1 }, plan: "now/pro" }], {
        now: product,
      }).candidates.map(({ name, amount }) => [name, amount]),
    ).toEqual([
      // 20 + 100 × 0.30; 500 + 10 + 100 × 0.10.
      ["now/starter", "50.00"],
      ["now/pro", "520.00"],
    ]);
  });
});
