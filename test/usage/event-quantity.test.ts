/** What counts of each event: rounded, then held between minimum and maximum, before events are aggregated. */
import fc from "fast-check";
import {
  type EventQuantity,
  mergeUsage,
  parseCharge,
  rate,
  safeParseCharge,
  simulate,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { judging, MONTHS, outcome, seller, signal } from "../support/outcomes.js";
import { billOf, eventOf, JANUARY, perUnit, stored, unchecked } from "../support/plans.js";

type EventQuantityInput = NonNullable<UsageChargeInput["eventQuantity"]>;

function eventsOf(...quantities: readonly UsageEventInput["quantity"][]): UsageEventInput[] {
  return quantities.map((quantity, index) => eventOf({ id: `e${index}`, quantity }));
}

function quantityOf(
  eventQuantity: EventQuantityInput,
  quantities: readonly UsageEventInput["quantity"][],
  more: Partial<UsageChargeInput> = {},
): string {
  const charge = perUnit("outcome", "1", { eventQuantity, ...more });
  return summarizeUsage(eventsOf(...quantities), { charge }).quantity;
}

const sixes: EventQuantity = { rounding: { mode: "up", increment: "6" } };

describe("the quantity of each event", () => {
  it("is rounded before events are added up", () => {
    // Calls of 61, 2 and 6 seconds in steps of 6 s at 0.01: 66 + 6 + 6 = 78, × 0.01 = 0.78.
    const charge = perUnit("outcome", "0.01", { eventQuantity: sixes });
    const [line] = billOf({ charges: [charge], usage: eventsOf(61, 2, 6) }).lines;
    expect([line?.quantity, line?.amount]).toEqual(["78", "0.78"]);
    // Rounded once, together: 69 → 72.
    const together = perUnit("outcome", "0.01", { quantityRounding: sixes.rounding });
    expect(billOf({ charges: [together], usage: eventsOf(61, 2, 6) }).total).toBe("0.72");
  });

  it.each<[EventQuantityInput, readonly UsageEventInput["quantity"][], string]>([
    [{}, [61, 2, 6], "69"],
    // The first 30 s of each call always: 61 → 66, 2 → 6 → 30, 6 → 30.
    [{ ...sixes, minimum: 30 }, [61, 2, 6], "126"],
    // Rounded first, then held: 61 → 66 → 64; the other way round it would be 64 → 66.
    [{ ...sixes, maximum: 64 }, [61], "64"],
    // 5 is up to 6, and not to the minimum's next step.
    [{ ...sixes, minimum: 7 }, [5], "7"],
    [{ minimum: "0.5", maximum: "1e1" }, ["0.25", 3, 11], "13.5"],
    [{ maximum: 0 }, [3, 4], "0"],
    [{ minimum: 2, maximum: 2 }, [1, 2, 3], "6"],
    [{ rounding: { mode: "down" } }, ["1.9", "0.9"], "1"],
    [{ rounding: { mode: "half-even", increment: "0.1" } }, ["0.25", "0.35"], "0.6"],
    // An event without a quantity is one unit.
    [{ minimum: 5 }, [undefined], "5"],
  ])("by %j of %j comes to %s", (eventQuantity, quantities, sum) => {
    expect(quantityOf(eventQuantity, quantities)).toBe(sum);
  });

  it("counts the minimum where it is 0", () => {
    expect(quantityOf({ minimum: 30 }, [0])).toBe("30");
    expect(quantityOf(sixes, [0])).toBe("0");
  });

  it.each(["up", "ceiling", "floor", "half-ceiling"] as const)(
    "that takes back is the opposite of what it takes back, rounded %s",
    (mode) => {
      const rounding = { mode, increment: 6 };
      const opposite = (quantity: number) => quantityOf({ rounding, minimum: 3 }, [quantity]);
      // 62 is 66 by up, ceiling, and by half-ceiling 60; by floor 60. So much is taken back.
      expect(opposite(62)).toBe(
        { up: "66", ceiling: "66", floor: "60", "half-ceiling": "60" }[mode],
      );
      expect(opposite(-62)).toBe(`-${opposite(62)}`);
      expect(quantityOf({ rounding, minimum: 3 }, [62, -62])).toBe("0");
    },
  );

  it("is what the largest, smallest, latest and average event is found by", () => {
    // 61 → 66, 2 → 6, 7 → 12
    for (const [aggregation, is] of [
      ["max", "66"],
      ["min", "6"],
      ["last", "12"],
      ["average", "28"],
    ] as const) {
      expect(quantityOf(sixes, [61, 2, 7], { aggregation })).toBe(is);
    }
  });

  it("is what a matrix prices", () => {
    const pricing = {
      model: "matrix",
      dimensions: ["name"],
      prices: [{ when: { name: "eu" }, unitPrice: 2 }],
      default: 1,
    } as const;
    const charge = { ...perUnit("outcome", "1"), pricing, eventQuantity: sixes };
    const usage = [
      eventOf({ id: "1", name: "eu", quantity: 1 }),
      eventOf({ id: "2", name: "eu", quantity: 7 }),
      eventOf({ id: "3", name: "us", quantity: 7 }),
    ];
    // eu (6 + 12) × 2 + us 12 × 1
    expect(simulate({ ...charge, currency: "USD" }, usage).amount).toBe("48.00");
  });

  it("comes before the rounding of the whole and the included units", () => {
    const charge = perUnit("outcome", "1", {
      eventQuantity: sixes,
      includedUnits: 5,
      quantityRounding: { mode: "up", increment: 10 },
    });
    // 6 + 6 = 12 → 20, less 5
    expect(billOf({ charges: [charge], usage: eventsOf(1, 2) }).lines[0]?.quantity).toBe("15");
  });

  it("is no matter of quantities that are given without events", () => {
    const charge = { ...perUnit("outcome", "1", { eventQuantity: sixes }), currency: "USD" };
    expect(rate(charge, 61).amount).toBe("61.00");
  });

  it("stands in the terms of the line, and a summary without it is of other usage", () => {
    const charge = perUnit("outcome", "1", { eventQuantity: { ...sixes, minimum: 1 } });
    const [line] = simulate({ ...charge, currency: "USD" }, eventsOf(61)).lines;
    expect(line?.terms).toHaveProperty("eventQuantity", { ...sixes, minimum: "1" });
    const [a, b] = [charge, perUnit("outcome", "1")].map((each) =>
      summarizeUsage(eventsOf(61), { charge: each }),
    );
    if (a === undefined || b === undefined) throw new Error("unreachable: two summaries");
    expect(() => mergeUsage(a, b)).toThrow("fingerprint");
    expect(stored(a).quantity).toBe("66");
  });
});

describe("the quantity of an outcome", () => {
  it("that was reversed in part is that of what is left", () => {
    const charge = judging({ reverse: { within: "P30D" } }, { eventQuantity: sixes });
    const { bill } = seller([charge]);
    // 61 − 10 = 51, which is 54 in steps of 6.
    const usage = [
      outcome("o1", 3, { quantity: 61 }),
      signal("s1", 4, { reverses: "o1", quantity: 10 }),
    ];
    const document = bill(MONTHS[0], usage);
    expect(document.lines[0]?.quantity).toBe("54");
    expect(document.provisional[0]?.reversible).toBe("54");
  });

  it("is credited at the original price as it was counted", () => {
    const charge = judging(
      { reverse: { within: "P90D", pricing: "original-price" } },
      {
        eventQuantity: sixes,
        pricing: { model: "tiered", tiers: [{ upTo: 6, unitPrice: 10 }, { unitPrice: 1 }] },
      },
    );
    const { bill } = seller([charge]);
    const happened = [outcome("o1", 3, { quantity: 2 }), outcome("o2", 4, { quantity: 7 })];
    const january = bill(MONTHS[0], happened);
    // 6 × 10 + 12 × 1
    expect(january.total).toBe("72.00");
    const february = bill(MONTHS[1], [...happened, signal("s1", 40, { reverses: "o2" })], {
      previous: [january],
      rerate: { from: "2026-01-01" },
    });
    // The 12 that o2 counted were billed at 1 each.
    expect(february.lines.map(({ amount }) => amount)).toContain("-12.00");
  });

  it("is judged again where its summaries are merged", () => {
    const charge = judging({ reverse: { within: "P30D" } }, { eventQuantity: sixes });
    const options = { charge, customerId: "acme", period: JANUARY };
    const a = summarizeUsage([outcome("o1", 3, { quantity: 61 })], options);
    const b = summarizeUsage([signal("s1", 4, { reverses: "o1", quantity: 10 })], options);
    expect(a.quantity).toBe("66");
    expect(mergeUsage(stored(a), stored(b)).quantity).toBe("54");
  });
});

describe("laws of the quantity of each event", () => {
  const decimalText = fc
    .tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 0, max: 9 }))
    .map(([whole, tenths]) => `${whole}.${tenths}`);
  const shape = fc.record(
    {
      rounding: fc.record({
        mode: fc.constantFrom("up", "down", "ceiling", "half-even"),
        increment: fc.constantFrom("1", "6", "0.5", "60"),
      }),
      minimum: fc.constantFrom("0", "1", "30"),
      maximum: fc.constantFrom("30", "100.5"),
    },
    { requiredKeys: [] },
  );

  it("the sum is that of the events one by one", () => {
    fc.assert(
      fc.property(shape, fc.array(decimalText, { maxLength: 8 }), (eventQuantity, quantities) => {
        const each = quantities.map((quantity) => quantityOf(eventQuantity, [quantity]));
        expect(quantityOf(eventQuantity, quantities)).toBe(quantityOf({}, each));
      }),
    );
  });

  it("what was counted is between minimum and maximum, a step or a bound, and its opposite is counted as the opposite", () => {
    fc.assert(
      fc.property(shape, decimalText, (eventQuantity, quantity) => {
        const counted = Number(quantityOf(eventQuantity, [quantity]));
        const size = Math.abs(counted);
        const { rounding, minimum = "0", maximum = "Infinity" } = eventQuantity;
        expect(size).toBeGreaterThanOrEqual(Number(minimum));
        expect(size).toBeLessThanOrEqual(Number(maximum));
        const isBound = [minimum, maximum].map(Number).includes(size);
        if (rounding !== undefined && !isBound) {
          expect(Number.isInteger(size / Number(rounding.increment))).toBe(true);
        }
        if (Number(quantity) === 0) return;
        const opposite = `-${quantity}`.replace("--", "");
        expect(Number(quantityOf(eventQuantity, [opposite])) + counted).toBe(0);
      }),
    );
  });
});

describe("eventQuantity", () => {
  const wrong = (eventQuantity: unknown, more: object = {}) => {
    const result = safeParseCharge(
      unchecked({ ...perUnit("outcome", "1"), eventQuantity, ...more }),
    );
    return result.ok ? [] : result.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
  };

  it("is kept, with decimals in one form", () => {
    const charge = perUnit("outcome", "1", {
      eventQuantity: { rounding: { mode: "up", increment: 6 }, minimum: "030.0", maximum: 1e3 },
    });
    expect(parseCharge(charge)).toHaveProperty("eventQuantity", {
      rounding: { mode: "up", increment: "6" },
      minimum: "30",
      maximum: "1000",
    });
  });

  it.each<[unknown, readonly string[]]>([
    [7, ["invalid_type eventQuantity"]],
    [{ minimum: 2, maximum: 1 }, ["minimum_above_maximum eventQuantity.minimum"]],
    [
      { rounding: { mode: "nearest" }, minimum: -1, maximum: "x", step: 6 },
      [
        "unknown_key eventQuantity.step",
        "invalid_value eventQuantity.rounding.mode",
        "out_of_range eventQuantity.minimum",
        "not_a_decimal eventQuantity.maximum",
      ],
    ],
    [{ rounding: { mode: "up", increment: 0 } }, ["out_of_range eventQuantity.rounding.increment"]],
    [{ rounding: {} }, ["missing eventQuantity.rounding.mode"]],
  ])("%j is refused: %j", (eventQuantity, issues) => {
    expect(wrong(eventQuantity).toSorted()).toEqual(issues.toSorted());
  });

  it.each([
    { chargeType: "recurring" },
    { aggregation: "count" },
    { aggregation: "unique-count" },
    { aggregation: { type: "unique-count", by: "name" } },
    { pricing: { model: "pre-rated" } },
    { pricing: { model: "percentage", percent: 1 } },
    { pricing: { model: "flat", amount: 1 } },
    { pricing: { model: "discount", percent: 1 } },
  ])("is refused where no quantity is aggregated: %j", (more) => {
    expect(wrong({ minimum: 1 }, more)).toContain("field_not_allowed eventQuantity");
  });

  it("says which bound is above which", () => {
    const result = safeParseCharge(
      perUnit("outcome", "1", { eventQuantity: { minimum: 60, maximum: "30" } }),
    );
    expect(result.ok ? [] : result.issues.map(({ message }) => message)).toEqual([
      "eventQuantity.minimum must be at most maximum (30), got 60",
    ]);
  });
});
