/** Decimals of big.js and bignumber.js: read by their digits alone, wherever a number is asked. */
import fc from "fast-check";
import {
  compareAmounts,
  type PricingIssueCode,
  parseCharge,
  parseEvents,
  parseSubscription,
  rate,
  rateAmount,
  safeParseCharge,
  simulate,
  sumAmounts,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it, vi } from "vitest";
import { readDecimal } from "../../src/money/decimal.js";
import { canonicalText } from "../support/arbitraries.js";
import { bigJs, bigNumberJs } from "../support/foreign-decimals.js";
import { eventOf, unchecked } from "../support/plans.js";

const libraries = [
  { library: "big.js", decimal: bigJs },
  { library: "bignumber.js", decimal: bigNumberJs },
];

/** Decimals below and above zero, up to a hundred digits on each side of the point, many with zeros at an end. */
const texts = fc
  .record({
    isNegative: fc.boolean(),
    units: fc.oneof(
      fc.bigInt({ min: 0n, max: 9n }),
      fc.bigInt({ min: 0n, max: 10n ** 20n }),
      fc.bigInt({ min: 0n, max: 10n ** 99n }),
    ),
    zeros: fc.oneof(fc.constant(0), fc.nat({ max: 40 })),
    scale: fc.nat({ max: 99 }),
  })
  .map(({ isNegative, units, zeros, scale }) => {
    const all = { units: units * 10n ** BigInt(zeros), scale };
    return `${isNegative && units > 0n ? "-" : ""}${canonicalText(all)}`;
  })
  .filter((text) =>
    text
      .replace("-", "")
      .split(".")
      .every((side) => side.length <= 100),
  );

/** The condition of a charge, which takes any decimal, also one below zero. */
function bound(value: unknown): unknown {
  const result = safeParseCharge({
    id: "c",
    name: "C",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    pricing: { model: "per-unit", unitPrice: 1 },
    filter: { where: { field: "properties.x", atLeast: value } },
  });
  if (!result.ok) return result.issues.map(({ code }) => code).join();
  const { value: charge } = result;
  const where = charge.chargeType === "usage" ? charge.filter?.where : undefined;
  return where !== undefined && "atLeast" in where ? where.atLeast : undefined;
}

const perUnit: UsageChargeInput = {
  id: "c",
  name: "C",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  currency: "USD",
  pricing: { model: "per-unit", unitPrice: "0.25" },
};

describe("the stand-ins of these tests", () => {
  // As the README files of the two libraries show a number's inside.
  it("keep −123.456 as the libraries say that they do", () => {
    expect({ ...bigJs("-123.456") }).toMatchObject({ s: -1, e: 2, c: [1, 2, 3, 4, 5, 6] });
    expect({ ...bigNumberJs("-123.456") }).toEqual({ s: -1, e: 2, c: [123, 45_600_000_000_000] });
  });

  it.each(libraries)("write what they were made of: $library", ({ decimal }) => {
    fc.assert(fc.property(texts, (text) => decimal(text).toFixed() === text));
  });
});

describe.each(libraries)("a decimal of $library", ({ decimal }) => {
  it("is the number that its text is", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(bound(decimal(text))).toBe(text);
        expect(compareAmounts(decimal(text), text)).toBe(0);
        expect(sumAmounts([decimal(text), negated(text)])).toMatch(/^0(?:\.0+)?$/);
      }),
    );
  });

  it.each([
    // The first of bignumber.js's groups of 14 digits is full, or holds one digit; big.js has no groups.
    ["12345678901234"],
    ["123456789012345"],
    ["1234567890123456789012345678"],
    ["12345678901234567890123456789"],
    ["10000000000000"],
    ["100000000000000"],
    ["1000000000000000000000000000001"],
    ["0.1"],
    ["0.00000000000001"],
    ["0.000000000000001"],
    ["0.00000000000000000000000000001"],
    ["12345678901234.00000000000001"],
    ["1.00000000000000000000000000001"],
    // As many digits as there may be on either side of the point.
    [`${"9".repeat(100)}.${"9".repeat(100)}`],
    [`${"1234567890".repeat(10)}.${"1234567891".repeat(10)}`],
  ])("is read to the last digit: %s", (text) => {
    expect(bound(decimal(text))).toBe(text);
    expect(bound(decimal(`-${text}`))).toBe(`-${text}`);
  });

  it("is zero, with a sign or without", () => {
    expect(bound(decimal("0"))).toBe("0");
    expect(bound(Object.assign(decimal("0"), { s: -1 }))).toBe("0");
  });

  it("is a price, a quantity, a quantity by charge and an event's, and comes out as text", () => {
    const pricing = { model: "per-unit" as const, unitPrice: decimal("0.25") };
    expect(parseCharge({ ...perUnit, pricing }).pricing).toStrictEqual({
      model: "per-unit",
      unitPrice: "0.25",
    });
    // 10.4 × 0.25 = 2.60
    expect(rateAmount(perUnit, decimal("10.4"))).toBe("2.60");
    expect(rate(perUnit, decimal("10.4")).amount).toBe("2.60");
    expect(simulate(perUnit, decimal("10.4")).amount).toBe("2.60");
    const subscription = { id: "s", customerId: "c", ratePlanId: "p", startDate: "2026-01-01" };
    expect(parseSubscription({ ...subscription, quantities: { seats: decimal("2.50") } })).toEqual({
      ...subscription,
      quantities: { seats: "2.5" },
    });
    const events = [eventOf({ quantity: decimal("4.40"), value: decimal("-1") })];
    expect(parseEvents(events)).toMatchObject([{ quantity: "4.4", value: "-1" }]);
    // 4.4 × 0.25 = 1.10
    expect(simulate(perUnit, events).amount).toBe("1.10");
  });

  it("is a number among the properties of an event, raw and parsed alike", () => {
    const events = [eventOf({ properties: { csat: decimal("4.50") } })];
    expect(parseEvents(events)).toMatchObject([{ properties: { csat: "4.5" } }]);
    for (const [atLeast, amount] of [
      ["4.5", "0.25"],
      ["4.51", "0.00"],
    ] as const) {
      const charge = { ...perUnit, filter: { where: { field: "properties.csat", atLeast } } };
      expect(simulate(charge, events).amount).toBe(amount);
      expect(simulate(charge, parseEvents(events)).amount).toBe(amount);
    }
  });

  it("is not asked anything: no method of its own is called", () => {
    const source = decimal("12.5");
    const methods = unchecked<{ toFixed: () => string }>(Object.getPrototypeOf(source));
    const toFixed = vi.spyOn(methods, "toFixed");
    expect(bound(source)).toBe("12.5");
    expect(sumAmounts([source, source])).toBe("25");
    expect(toFixed).not.toHaveBeenCalled();
    toFixed.mockRestore();
  });

  it("does not change what was parsed when it changes later", () => {
    const unitPrice = decimal("7");
    const charge = parseCharge({ ...perUnit, pricing: { model: "per-unit", unitPrice } });
    Object.assign(unitPrice, { c: [9] });
    expect(charge.pricing).toStrictEqual({ model: "per-unit", unitPrice: "7" });
  });

  it.each<[string, object, PricingIssueCode]>([
    ["another sign", { s: 7 }, "not_a_decimal"],
    ["no sign", { s: undefined }, "not_a_decimal"],
    ["a text for a sign", { s: "1" }, "not_a_decimal"],
    ["no exponent", { e: undefined }, "not_a_decimal"],
    ["a fractional exponent", { e: 0.5 }, "not_a_decimal"],
    ["no digits", { c: [] }, "not_a_decimal"],
    ["a text for digits", { c: "1" }, "not_a_decimal"],
    ["an object for digits", { c: {} }, "not_a_decimal"],
    ["a set for digits", { c: new Set([1]) }, "not_a_decimal"],
    ["bytes for digits", { c: Uint8Array.of(1) }, "not_a_decimal"],
    ["a method of its own", { toFixed: () => "2" }, "not_a_decimal"],
    ["a text among the digits", { c: ["1"] }, "not_a_decimal"],
    ["null among the digits", { c: [null] }, "not_a_decimal"],
    ["a negative digit", { c: [-1] }, "not_a_decimal"],
    ["a fractional digit", { c: [1.5] }, "not_a_decimal"],
    ["a digit beyond any base", { c: [1e14] }, "not_a_decimal"],
    ["zeros before the first digit", { c: [0, 1] }, "not_a_decimal"],
    ["zeros after the last digit", { c: [1, 0] }, "not_a_decimal"],
    ["a zero with an exponent", { c: [0], e: 3 }, "not_a_decimal"],
    ["an exponent beyond all numbers", { e: 14_000_000 }, "decimal_out_of_range"],
    ["an exponent below all numbers", { e: -14_000_000 }, "decimal_out_of_range"],
    // Multiples of 14 beyond the exponents that decimal.js has.
    ["an exponent beyond ours", { e: 9_007_199_254_740_974 }, "decimal_out_of_range"],
    ["an exponent below ours", { e: -9_007_199_254_740_974 }, "decimal_out_of_range"],
  ])("is refused with %s", (_title, fields, code) => {
    expect(bound(Object.assign(decimal("1"), fields))).toBe(code);
  });

  it("is refused with more digits than there may be, however many", () => {
    for (const count of [300, 100_000]) {
      const c = Array.from({ length: count }, () => 1);
      expect(bound(Object.assign(decimal("1"), { c }))).toBe("decimal_out_of_range");
    }
  });

  it("is refused for the number of its digits before any of them is looked at", () => {
    const c = Object.defineProperty(new Array(300).fill(1), 0, {
      get: () => {
        throw new Error("do not touch");
      },
    });
    expect(readDecimal(Object.assign(decimal("1"), { c }))).toBe("decimal_out_of_range");
  });

  it("is none where only one of its methods is there", () => {
    class Money {
      readonly s = 1;
      readonly e = 0;
      readonly c = [5];
      toFixed() {
        return "5";
      }
    }
    expect(bound(new Money())).toBe("not_a_decimal");
  });

  it("is no decimal any more after a trip through JSON or structuredClone, which keep its fields alone", () => {
    const { s, e, c } = unchecked<{ s: number; e: number; c: number[] }>(decimal("1"));
    expect(bound({ s, e, c })).toBe("not_a_decimal");
    expect(bound(structuredClone({ s, e, c, _isBigNumber: true }))).toBe("not_a_decimal");
    expect(bound(JSON.parse(JSON.stringify({ s, e, c, toFixed: "1", cmp: 1, times: 1 })))).toBe(
      "not_a_decimal",
    );
  });
});

it("a decimal of bignumber.js that is none, or without end, is not finite", () => {
  for (const text of ["NaN", "Infinity", "-Infinity"]) {
    expect(bound(bigNumberJs(text))).toBe("not_finite");
  }
});

function negated(text: string): string {
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}
