/** Where the cheaper of two designs changes: verified by rating both on either side of each point, and between them. */
import fc from "fast-check";
import {
  type BreakEvenStretch,
  breakEven,
  type Charge,
  type ChargeInput,
  parseCharge,
  type RatePlanInput,
  simulate,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  formatExact,
  fraction,
  subtract,
} from "../../src/money/fraction.js";
import { compileTerms, exactAmount, rateExactly } from "../../src/pricing/rate-exactly.js";
import type { PricedTerms } from "../../src/pricing/terms.js";
import { design, fewQuantities, QUANTITATIVE } from "../support/designs.js";
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

/** The exact amount of a charge, between its limits, by rating it. */
function rated(input: ChargeInput, quantity: Fraction): Fraction {
  const charge: Charge = parseCharge(input);
  const compiled = compileTerms(charge as PricedTerms);
  const amount =
    compiled.needs === "quantity"
      ? exactAmount(compiled, quantity, "zero")
      : rateExactly(compiled, { quantity, input: [quantity] }, "zero").amount;
  // Limits of these designs have one decimal, and are amounts of money as they are.
  const least = exact(charge.minimum ?? "0");
  if (compare(amount, least) < 0) return least;
  const most = charge.maximum === undefined ? undefined : exact(charge.maximum);
  return most !== undefined && compare(amount, most) > 0 ? most : amount;
}

function cheaper(a: ChargeInput, b: ChargeInput, quantity: Fraction): string {
  const order = compare(rated(a, quantity), rated(b, quantity));
  return order === 0 ? "same" : order < 0 ? "a" : "b";
}

function holds({ from, to, includesFrom, includesTo }: BreakEvenStretch, at: Fraction): boolean {
  const [low, high] = [compare(at, exact(from)), compare(at, exact(to))];
  return (low > 0 || (low === 0 && includesFrom)) && (high < 0 || (high === 0 && includesTo));
}

const TO = "60";

describe.each(QUANTITATIVE)("LAWS of break-even: %s against every other model", (model) => {
  const pairs = fc.tuple(design(model), fc.oneof(...QUANTITATIVE.map(design)));

  it("every quantity is in one stretch, and cheaper there as rating says", () => {
    fc.assert(
      fc.property(pairs, fc.array(fewQuantities, { maxLength: 20 }), ([a, b], quantities) => {
        const { stretches, points } = breakEven(a, b, { to: TO });
        // Its ends and its middle, which may be no decimal, besides some at random.
        const inside = stretches.flatMap(({ from, to, includesFrom, includesTo }) => [
          divide(add(exact(from), exact(to)), fraction(2n)),
          ...(includesFrom ? [exact(from)] : []),
          ...(includesTo ? [exact(to)] : []),
        ]);
        for (const at of [...quantities.map(exact), ...inside]) {
          const found = stretches.filter((stretch) => holds(stretch, at));
          expect([formatExact(at), found.map((each) => each.cheaper)]).toEqual([
            formatExact(at),
            [cheaper(a, b, at)],
          ]);
        }
        const bounds = stretches.map(({ from, to }) => [from, to]);
        expect(bounds.slice(1).map(([from]) => from)).toEqual(
          bounds.slice(0, -1).map(([, to]) => to),
        );
        expect([bounds[0]?.[0], bounds.at(-1)?.[1]]).toEqual(["0", TO]);
        expect(points.every(({ quantity }) => bounds.flat().includes(quantity))).toBe(true);
      }),
      tries(40),
    );
  });

  it("at each point and just beside it, rating says the same", () => {
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const tiny = fraction(1n, 10n ** 12n);
        for (const point of breakEven(a, b, { to: TO }).points) {
          const at = exact(point.quantity);
          const below = add(at, fraction(-tiny.numerator, tiny.denominator));
          expect(point).toMatchObject({
            before: cheaper(a, b, below),
            at: cheaper(a, b, at),
            after: cheaper(a, b, add(at, tiny)),
            amounts: { a: formatExact(rated(a, at)), b: formatExact(rated(b, at)) },
          });
        }
      }),
      tries(40),
    );
  });
});

const charge = {
  id: "outcome",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
} as const;
const priced = (pricing: ChargeInput["pricing"], more: object = {}): ChargeInput =>
  ({ ...charge, ...more, pricing }) as ChargeInput;
const each = (unitPrice: string) => priced({ model: "per-unit", unitPrice });

describe("the points of break-even", () => {
  it("are fractions of units where they must be", () => {
    // 3q = 10 + 0.3 × q … 2.7q = 10, q = 100/27.
    const overage = priced({ model: "overage", baseFee: 10, includedUnits: 0, unitPrice: "0.3" });
    const { points } = breakEven(each("3"), overage, { to: 10 });
    expect(points).toEqual([
      {
        quantity: "100/27",
        kind: "crossing",
        before: "a",
        at: "same",
        after: "b",
        amounts: { a: "100/9", b: "100/9" },
      },
    ]);
  });

  it("are jumps where an amount passes the other's without being it", () => {
    // Volume: 10 × 2 = 20 at 10, above it 1 each: 10.00… at 10+. 1.5 each is 15 at 10.
    const volume = priced({
      model: "volume",
      tiers: [{ upTo: 10, unitPrice: 2 }, { unitPrice: 1 }],
    });
    const { points, stretches } = breakEven(volume, each("1.5"), { from: 1, to: 20 });
    expect(points).toEqual([
      {
        quantity: "10",
        kind: "jump",
        before: "b",
        at: "b",
        after: "a",
        amounts: { a: "20", b: "15" },
      },
    ]);
    expect(stretches).toEqual([
      { from: "1", to: "10", includesFrom: true, includesTo: true, cheaper: "b" },
      { from: "10", to: "20", includesFrom: false, includesTo: true, cheaper: "a" },
    ]);
  });

  it("begin and end stretches over which both cost the same", () => {
    // 2 each up to 10; then 1 more each, or 1 less, or the same.
    const tiered = (second: number) =>
      priced({
        model: "tiered",
        tiers: [{ upTo: 10, unitPrice: 2 }, { upTo: 20, unitPrice: second }, { unitPrice: 2 }],
      });
    expect(breakEven(tiered(2), tiered(1), { from: 1, to: 30 }).points).toMatchObject([
      { quantity: "10", kind: "stretch", before: "same", after: "b" },
    ]);
    expect(breakEven(each("2"), tiered(2), { to: 30 })).toMatchObject({
      points: [],
      stretches: [{ from: "0", to: "30", cheaper: "same" }],
    });
  });

  it("are where they touch", () => {
    // Packages of 10 at 20 reach 2 each at every mark.
    const packages = priced({ model: "package", size: 10, price: 20 });
    expect(breakEven(packages, each("2"), { to: 25 }).points).toMatchObject([
      { quantity: "10", kind: "touch", before: "b", at: "same", after: "b" },
      { quantity: "20", kind: "touch", before: "b", at: "same", after: "b" },
    ]);
  });

  it("heed minimums, and are exact where amounts are rounded to cents", () => {
    // At least 5, which 0.0004 each comes to from 12500 on: 0.0005 each comes to it at 10000.
    const minimum = { ...each("0.0004"), minimum: 5 };
    expect(breakEven(minimum, each("0.0005"), { to: 20_000 }).points).toMatchObject([
      { quantity: "10000", kind: "crossing", before: "b", after: "a", amounts: { a: "5", b: "5" } },
    ]);
  });
});

describe("LAW of break-even of plans", () => {
  // Amounts of so many decimals are as good as exact.
  const policy = { currencies: { FINE: 12 } };
  const plans = fc
    .record({
      usage: fc.oneof(...QUANTITATIVE.filter((model) => model !== "flat").map(design)),
      base: fc.nat({ max: 50 }),
      percents: fc.array(fc.nat({ max: 60 }), { maxLength: 2 }),
      amount: fc.option(fc.nat({ max: 40 }), { nil: undefined }),
      limits: fc.option(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 })), { nil: undefined }),
    })
    .map(({ usage, base, percents, amount, limits }): RatePlanInput => {
      const off = (id: string, pricing: object): ChargeInput =>
        ({
          id,
          name: id,
          chargeType: "usage",
          pricing: { model: "discount", ...pricing },
        }) as ChargeInput;
      const { currency: _, ...charge } = usage;
      const [commitment = 0, more = 0] = limits ?? [];
      return planOf(
        [
          { ...charge, id: "used" },
          fee("base", `${base}`),
          ...percents.map((percent, index) => off(`p${index}`, { percent })),
          ...(amount === undefined ? [] : [off("amount", { amount })]),
        ],
        {
          currency: "FINE",
          ...(limits && { minimumCommitment: commitment, maximumSpend: commitment + more }),
        },
      );
    });
  const policies = fc.record({
    percentages: fc.constantFrom("original" as const, "compound" as const),
    order: fc.constantFrom("percent-first" as const, "fixed-first" as const),
  });

  it("is as simulating both says, with discounts in every order and limits", () => {
    fc.assert(
      fc.property(
        plans,
        plans,
        policies,
        fc.array(fewQuantities, { minLength: 5, maxLength: 15 }),
        (a, b, discounts, quantities) => {
          const options = { policy: { ...policy, discounts } };
          const { stretches } = breakEven(a, b, { to: TO }, options);
          for (const quantity of quantities) {
            const [left, right] = [a, b].map((plan) =>
              exact(simulate(plan, quantity, options).amount),
            );
            if (left === undefined || right === undefined) throw new Error("two plans");
            const difference = Number(formatExact(subtract(left, right)));
            if (Math.abs(difference) < 1e-9) continue;
            const [found] = stretches.filter((stretch) => holds(stretch, exact(quantity)));
            expect([quantity, found?.cheaper]).toEqual([quantity, difference < 0 ? "a" : "b"]);
          }
        },
      ),
      tries(50),
    );
  });
});

describe("break-even of plans", () => {
  const seats = fee("seats", "0", {
    unitOfMeasure: "@seat",
    pricing: { model: "per-unit", unitPrice: 10 },
  });
  const off = {
    id: "off",
    name: "off",
    chargeType: "usage",
    pricing: { model: "discount", percent: 20 },
  } as const;
  const starter = planOf([fee("base", "20"), perUnit("outcome", "2")]);
  const pro = planOf([fee("base", "100"), seats, perUnit("outcome", "1.5"), off]);

  it("counts fees, seats and percentages", () => {
    // 20 + 2q = 100 + 3 × 10 + 0.8 × 1.5q: 0.8q = 110, q = 137.5.
    const { points } = breakEven(starter, pro, { to: 1_000 }, { quantities: { seats: 3 } });
    expect(points).toMatchObject([
      { quantity: "137.5", kind: "crossing", after: "b", amounts: { a: "295", b: "295" } },
    ]);
  });

  it("counts a fixed discount, a commitment and the most that is billed", () => {
    const amountOff = { ...off, pricing: { model: "discount", amount: 50 } } as const;
    const committed: RatePlanInput = {
      ...planOf([fee("base", "20"), perUnit("outcome", "2"), amountOff]),
      minimumCommitment: 60,
      maximumSpend: 300,
    };
    // b: 20, until 2q − 50 > 0; at least 60 until 20 + 2q − 50 = 60, q = 45; at most 300 from q = 165 on.
    // a: 80 + 0.5q is 60 never; meets 2q − 30 at q = 220/3; and 300 at q = 440.
    const a = planOf([fee("base", "80"), perUnit("outcome", "0.5")]);
    expect(breakEven(a, committed, { to: 1_000 }).points).toMatchObject([
      { quantity: "220/3", kind: "crossing", before: "b", after: "a" },
      { quantity: "440", kind: "crossing", before: "a", after: "b" },
    ]);
  });

  it("varies the unit that is named, with the others standing still", () => {
    const two = planOf([perUnit("outcome", "2"), perUnit("page", "1")]);
    const other = planOf([perUnit("outcome", "3")]);
    // 2q + 7 = 3q
    const options = { of: "@outcome", usage: { "@page": 7 } };
    expect(breakEven(two, other, { to: 100 }, options).points).toMatchObject([{ quantity: "7" }]);
  });

  it("refuses a fixed discount over charges that have limits", () => {
    const amountOff = {
      ...off,
      pricing: { model: "discount", amount: 50, appliesTo: "all" },
    } as const;
    const plan = planOf([fee("base", "20"), perUnit("outcome", "2", { minimum: 5 }), amountOff]);
    expect(issuesOf(() => breakEven(plan, starter, { to: 10 }))).toEqual(["not_supported a"]);
  });

  it("is frozen plain data", () => {
    const result = breakEven(starter, pro, { to: 1_000 }, { quantities: { seats: 3 } });
    expect(thawed(result)).toEqual([]);
    expect(stored(result)).toEqual(result);
  });
});

describe("bad input of break-even", () => {
  it("is said all at once", () => {
    expect(
      issuesOf(() =>
        breakEven(
          unchecked({ ...each("1"), name: 1 }),
          { ...each("1"), currency: "XXX" },
          { from: -1, to: "x" },
          unchecked({ off: 1, of: "" }),
        ),
      ),
    ).toEqual([
      "out_of_range range.from",
      "not_a_decimal range.to",
      "unknown_key off",
      "invalid_type of",
      "invalid_type a.name",
      "unknown_currency b.currency",
    ]);
  });

  it.each<readonly [string, unknown, readonly string[]]>([
    ["empty", { from: 5, to: 5 }, ["out_of_range range.to"]],
    ["without an end", {}, ["missing range.to"]],
    ["no range", 5, ["invalid_type range"]],
  ])("%s", (_, range, issues) => {
    expect(issuesOf(() => breakEven(each("1"), each("2"), unchecked(range)))).toEqual(issues);
  });

  it("is a range of more steps than are looked at, with their number", () => {
    const packages = priced({ model: "package", size: "0.5", price: 1 });
    expect(issuesOf(() => breakEven(packages, each("2"), { to: 50_001 }))).toEqual([
      "too_large range",
    ]);
  });

  it("is a range that a price list ends in, a currency of their own, usage that neither prices", () => {
    const bounded = priced({
      model: "tiered",
      tiers: [{ upTo: 10, unitPrice: 1 }],
      overflow: "error",
    });
    expect(issuesOf(() => breakEven(bounded, each("1"), { to: 11 }))).toEqual([
      "quantity_above_last_tier range.to",
    ]);
    expect(breakEven(bounded, each("1"), { to: 10 }).points).toEqual([]);
    expect(
      issuesOf(() => breakEven({ ...each("1"), currency: "EUR" }, each("1"), { to: 1 })),
    ).toEqual(["currency_mismatch b.currency"]);
    expect(
      issuesOf(() =>
        breakEven(each("1"), each("2"), { to: 1 }, { of: "@outcome", usage: { page: 1 } }),
      ),
    ).toEqual(["unknown_charge usage.page"]);
    expect(issuesOf(() => breakEven(each("1"), each("2"), { to: 1 }, { of: "page" }))).toEqual([
      "unknown_charge of",
      "unknown_charge of",
    ]);
  });

  it("is a product of several plans, of which none is chosen", () => {
    const product = productOf(planOf([perUnit("outcome", "1")]), {
      ...planOf([perUnit("outcome", "2")]),
      id: "pro",
    });
    expect(issuesOf(() => breakEven(product, each("2"), { to: 1 }))).toEqual([
      "ambiguous_rate_plan a.ratePlans",
    ]);
  });
});
