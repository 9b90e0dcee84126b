/** Several designs side by side: each amount is that of simulating it by itself. */
import fc from "fast-check";
import { type ChargeInput, compare, compareAmounts, simulate, sumAmounts } from "rateplan";
import { describe, expect, it } from "vitest";
import { anyDesign, fewQuantities } from "../support/designs.js";
import {
  AGENT_TYPE,
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

const seats = fee("seats", "0", {
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: 10 },
});
const starter = planOf([fee("base", "20"), perUnit("outcome", "2")]);
const pro = { ...planOf([fee("base", "100"), seats, perUnit("outcome", "1.5")]), id: "pro" };

describe("LAWS of a comparison", () => {
  it("has the amounts of simulating each target, their differences and the least of them", () => {
    const designs = fc.array(anyDesign, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(designs, fc.array(fewQuantities, { maxLength: 5 }), (list, usage) => {
        const targets = Object.fromEntries(list.map((each, index) => [`t${index}`, each]));
        const result = compare(targets, usage);
        for (const [index, row] of result.rows.entries()) {
          const amounts = list.map((each) => simulate(each, usage[index] ?? "0").amount);
          expect(Object.values(row.amounts)).toEqual(amounts);
          const [first = ""] = amounts;
          for (const [position, amount] of amounts.entries()) {
            const name = `t${position}`;
            expect(sumAmounts([first, row.differences[name] ?? ""])).toBe(amount);
            const isLeast = amounts.every((other) => compareAmounts(amount, other) <= 0);
            expect(row.cheapest.includes(name)).toBe(isLeast);
          }
        }
        for (const [position, target] of result.targets.entries()) {
          const all = result.rows.map((row) => row.amounts[`t${position}`] ?? "");
          expect(compareAmounts(target.amount, sumAmounts(all))).toBe(0);
        }
      }),
      tries(100),
    );
  });

  it("is frozen plain data", () => {
    const result = compare({ starter, pro }, [{ "@outcome": 5, "@seat": 1 }]);
    expect(thawed(result)).toEqual([]);
    expect(stored(result)).toEqual(result);
  });
});

describe("a comparison", () => {
  it("takes rows of units, of which each target has what it prices", () => {
    const { rows, ...result } = compare({ starter, pro }, [
      { "@outcome": 10, "@seat": 1 },
      { "@outcome": 300, "@seat": 1 },
    ]);
    // 20 + 10 × 2 = 40; 100 + 10 + 10 × 1.5 = 125. 20 + 300 × 2 = 620; 110 + 300 × 1.5 = 560.
    expect(rows).toEqual([
      {
        quantity: null,
        amounts: { starter: "40.00", pro: "125.00" },
        differences: { starter: "0.00", pro: "85.00" },
        cheapest: ["starter"],
      },
      {
        quantity: null,
        amounts: { starter: "620.00", pro: "560.00" },
        differences: { starter: "0.00", pro: "-60.00" },
        cheapest: ["pro"],
      },
    ]);
    expect(result).toMatchObject({
      schemaVersion: 1,
      currency: "USD",
      baseline: "starter",
      targets: [
        {
          name: "starter",
          ratePlanId: "starter",
          amount: "660.00",
          difference: "0.00",
          notPriced: ["@seat"],
        },
        { name: "pro", ratePlanId: "pro", amount: "685.00", difference: "25.00", notPriced: [] },
      ],
    });
  });

  it("takes quantities of seats for the targets that have some, and another baseline", () => {
    const { rows, targets } = compare({ starter, pro }, [300], {
      quantities: { seats: 1 },
      baseline: "pro",
    });
    expect(rows[0]?.differences).toEqual({ starter: "60.00", pro: "0.00" });
    expect(targets.map(({ notPriced }) => notPriced)).toEqual([["seats"], []]);
  });

  it("stands for each plan of a product that has several", () => {
    const product = productOf(starter, pro);
    const { targets, rows } = compare({ ocr: product, starter }, [300], {
      quantities: { seats: 1 },
    });
    expect(targets.map(({ name }) => name)).toEqual(["ocr/starter", "ocr/pro", "starter"]);
    expect(rows[0]?.cheapest).toEqual(["ocr/pro"]);
  });

  it("names all that bill least", () => {
    const same = { ...starter, name: "The same" };
    expect(compare({ a: starter, b: same }, [1]).rows[0]?.cheapest).toEqual(["a", "b"]);
  });

  it("takes events, read once for all targets", () => {
    const events = [eventOf(), eventOf({ id: "e2", agentType: AGENT_TYPE })];
    function* once() {
      yield* events;
    }
    const { rows } = compare({ starter, other: planOf([perUnit("outcome", "3")]) }, [
      events,
      once(),
    ]);
    // 20 + 2 × 2; 2 × 3.
    const amounts = { starter: "24.00", other: "6.00" };
    expect(rows.map((row) => row.amounts)).toEqual([amounts, amounts]);
  });
});

describe("bad input of a comparison", () => {
  const charge: ChargeInput = { ...perUnit("outcome", "2"), currency: "USD" };

  it("is said all at once", () => {
    const euro = { ...charge, currency: "EUR" };
    const broken = { ...charge, name: 5 };
    const none = { ...productOf(), ratePlans: [] };
    expect(
      issuesOf(() => compare(unchecked({ charge, broken, euro, none }), unchecked(5))),
    ).toEqual([
      "invalid_type targets.broken.name",
      "missing targets.none.ratePlans",
      "currency_mismatch targets.euro.currency",
      "invalid_type usage",
    ]);
  });

  it("is said once of a row, although it is wrong for each target", () => {
    const other = { ...charge, id: "other" };
    expect(
      issuesOf(() =>
        compare(
          { charge, other },
          unchecked([{ "@outcome": "x" }, { page: 1 }, -1, { "@outcome": 1 }, "y"]),
          { quantities: { seats: 1 } },
        ),
      ),
    ).toEqual([
      "unknown_charge quantities.seats",
      "not_a_decimal usage.0.@outcome",
      "unknown_charge usage.1.page",
      "out_of_range usage.2",
      "not_a_decimal usage.4",
    ]);
  });

  it.each([
    ["no targets", {}, "missing targets"],
    ["a list of them", [charge], "invalid_type targets"],
  ])("%s", (_, targets, issue) => {
    expect(issuesOf(() => compare(unchecked(targets), [1]))).toEqual([issue]);
  });

  it("is a baseline that is none of them, and a quantity that one refuses", () => {
    expect(issuesOf(() => compare({ charge }, [1], { baseline: "chargé" }))).toEqual([
      "invalid_value baseline",
    ]);
    const bounded: ChargeInput = {
      ...charge,
      pricing: { model: "tiered", tiers: [{ upTo: 10, unitPrice: 1 }], overflow: "error" },
    };
    expect(issuesOf(() => compare({ charge, bounded }, [1, 11]))).toEqual([
      "quantity_above_last_tier usage.1.outcome",
    ]);
  });
});
