/** What free units of usage are worth, and what moves as that changes. Ten calls, at 1 where nothing else is said. */
import { describe, expect, it } from "vitest";
import {
  countOf,
  overvalued,
  undervalued,
  valueOfFree,
} from "../../../src/invoice/steps/free-units.js";
import type { BilledUsage } from "../../../src/invoice/steps/owed-amounts.js";
import { exact } from "../../../src/money/decimal.js";
import {
  add,
  type Fraction,
  formatExact,
  minimumOf,
  multiply,
} from "../../../src/money/fraction.js";
import { owedAmount, usageOf, useOf, written } from "../../support/owed.js";
import { CENTS, lineOf } from "../../support/step-input.js";

const at = (unitPrice: string) => (quantity: Fraction) => multiply(quantity, exact(unitPrice));
/** The first five at 2, the others at 1. */
const tiered = (quantity: Fraction) => add(quantity, minimumOf(quantity, exact("5")));
const flat = () => exact("10");
/** Ten or more cost 5 in all, fewer 1 each. */
const volume = (quantity: Fraction) => (formatExact(quantity) === "10" ? exact("5") : quantity);

describe("free units", () => {
  const worth = (units: string, usage: BilledUsage) => {
    const value = valueOfFree(usage, exact(units));
    return value && formatExact(value);
  };

  it("are the last ones of their tiers", () => {
    const usage = usageOf({ owed: exact("15") }, { priceOf: tiered });
    expect(worth("4", usage)).toBe("4");
    // Five at 1 and two at 2.
    expect(worth("7", usage)).toBe("9");
    expect(worth("10", usage)).toBe("15");
    expect(worth("11", usage)).toBe("15");
  });

  it("are worth their part of what is owed, where discounts leave less", () => {
    expect(worth("4", usageOf({ owed: exact("5") }))).toBe("2");
  });

  it("come before those that are free at another time", () => {
    const usage = usageOf({ owed: exact("12"), freeElsewhere: exact("3") }, { priceOf: tiered });
    expect(formatExact(countOf(usage))).toBe("7");
    // Seven cost 12, the last of them 1, 1 and 2.
    expect(worth("3", usage)).toBe("4");
  });

  it("are worth nothing that anyone could say where no quantity is priced, or nothing is", () => {
    expect(worth("1", usageOf({}, { priceOf: at("0") }))).toBeUndefined();
    expect(worth("1", usageOf({}, { priceOf: at("-1") }))).toBeUndefined();
    const { priceOf: _priced, ...line } = lineOf(usageOf().line.key, "10");
    expect(worth("1", { ...usageOf(), line })).toBeUndefined();
  });
});

/** Two grants have made six calls free, for 6. */
const six = {
  ...{ paid: exact("6"), units: exact("6") },
  uses: [useOf("first", "4", "4"), useOf("second", "2", "2")],
};

describe("what grants have paid too much", () => {
  const back = (usage: BilledUsage | undefined) =>
    overvalued([owedAmount("0", { usage })], CENTS).map((use) => `${use.grantId} ${written(use)}`);
  const now = (quantity: string, priceOf = at("1")) =>
    back(
      usageOf({ ...six, owed: priceOf(exact(quantity)) }, { quantity: exact(quantity), priceOf }),
    );

  it("goes back where there are fewer units, to what was used last", () => {
    expect(now("10")).toEqual([]);
    expect(now("5")).toEqual(["second 1 for 1"]);
    expect(now("3")).toEqual(["second 2 for 2", "first 1 for 1"]);
  });

  it("goes back where they cost less, and units alone where they cost more", () => {
    expect(now("10", at("0.5"))).toEqual(["second 2 for 0", "first 1 for 0"]);
    // The five that there are cost 10 now.
    expect(now("5", at("2"))).toEqual(["second 0 for 1"]);
    // 6 × 0.333 is 1.998: 2.00 of 6.
    expect(now("10", at("0.333"))).toEqual(["second 2 for 0", "first 2 for 0"]);
  });

  it("is all of it, with the units, where fewer would not cost less", () => {
    expect(now("10", flat)).toEqual(["second 2 for 2", "first 4 for 4"]);
    // Ten cost 5, and nine would cost 9.
    const one = { paid: exact("1"), units: exact("1"), uses: [useOf("first", "1", "1")] };
    const usage = usageOf({ ...one, owed: exact("5") }, { priceOf: volume });
    expect(back(usage)).toEqual(["first 1 for 1"]);
  });

  it("is nothing where no grant has paid, or no quantity is priced", () => {
    expect(back(undefined)).toEqual([]);
    expect(back(usageOf({ paid: exact("6"), units: exact("12") }))).toEqual([]);
    expect(back(usageOf(six, { priceOf: at("0") }))).toEqual([]);
  });
});

describe("what grants have paid too little", () => {
  const usage = usageOf({ ...six, owed: exact("20") }, { priceOf: at("2") });
  const raises = (all: readonly ReturnType<typeof owedAmount>[], limit = "100") =>
    undervalued(all, exact(limit), CENTS).map(
      ({ use, taken }) => `${use.grantId} ${written(taken)}`,
    );

  it("is paid by the one that was used last, as its units are worth more", () => {
    const owed = owedAmount("8", { usage });
    // Six are worth 12, of which 6 are paid.
    expect(raises([owed])).toEqual(["second 6 for 0"]);
    expect(owed.paid).toEqual(["call 6 for 0"]);
    const one = { ...usage, uses: [useOf("only", "6", "6")] };
    expect(raises([owedAmount("8", { usage: one })])).toEqual(["only 6 for 0"]);
    // 6 × 1.333 is 7.998, so 8.00.
    const dearer = { owed: exact("13.33") };
    expect(raises([owedAmount("8", { usage: { ...usage, ...dearer } })])).toEqual([
      "second 2 for 0",
    ]);
  });

  it("is never more than is owed, of it and in all", () => {
    expect(raises([owedAmount("2.5", { usage })])).toEqual(["second 2.5 for 0"]);
    const both = [owedAmount("8", { usage }), owedAmount("8", { usage })];
    expect(raises(both, "7.5")).toEqual(["second 6 for 0", "second 1.5 for 0"]);
    expect(raises(both, "6")).toEqual(["second 6 for 0"]);
  });

  it("is nothing where they are worth no more, or no grant has paid", () => {
    expect(raises([owedAmount("8", { usage: usageOf(six) })])).toEqual([]);
    expect(raises([owedAmount("8", { usage: usageOf({ ...six, owed: exact("5") }) })])).toEqual([]);
    expect(raises([owedAmount("8"), owedAmount("8", { usage: usageOf() })])).toEqual([]);
    const none = usageOf({ ...six, uses: [], owed: exact("20") }, { priceOf: at("2") });
    expect(raises([owedAmount("8", { usage: none })])).toEqual([]);
    const free = usageOf(six, { priceOf: at("0") });
    expect(raises([owedAmount("8", { usage: free })])).toEqual([]);
  });
});
