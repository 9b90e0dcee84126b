/** What grants pay in a unit of their own: a pricing unit, or units of usage. */
import { describe, expect, it } from "vitest";
import { drawUnits } from "../../../src/invoice/steps/draw-units.js";
import type { OwedAmount } from "../../../src/invoice/steps/owed-amounts.js";
import { exact } from "../../../src/money/decimal.js";
import {
  add,
  compare,
  type Fraction,
  fraction,
  minimumOf,
  multiply,
} from "../../../src/money/fraction.js";
import { owedAmount, usageOf, written } from "../../support/owed.js";
import { unchecked } from "../../support/plans.js";
import { CENTS, keyOf, lineOf } from "../../support/step-input.js";

/** What a grant in a unit takes of each amount. */
function drawn(
  unit: string,
  open: readonly OwedAmount[],
  { balance = "100", limit = "100", rounding = CENTS } = {},
): readonly string[] {
  const grant = { id: "g", unit, amount: "100", grantedAt: "2026-01-01" };
  const most = { balance: exact(balance), limit: exact(limit) };
  return drawUnits(grant, open, most, { rounding }).map(written);
}

const credits = { code: "CR", rate: "0.5" };
const inCredits = lineOf(keyOf("usage", "calls"), "10", { pricingUnit: unchecked(credits) });

describe("a grant in a pricing unit", () => {
  it("pays at its rate for what is priced in it", () => {
    const owed = owedAmount("10", { line: inCredits });
    expect(drawn("CR", [owed])).toEqual(["10 for 20"]);
    expect(owed.paid).toEqual(["CR 10 for 20"]);
    expect(drawn("CR", [owed], { balance: "8" })).toEqual(["4 for 8"]);
    const terms = unchecked<NonNullable<OwedAmount["line"]>["terms"]>({ pricingUnit: credits });
    const adjusted = lineOf(keyOf("usage", "calls"), "10", { terms });
    expect(drawn("CR", [owedAmount("10", { line: adjusted })])).toEqual(["10 for 20"]);
  });

  it("pays for nothing else", () => {
    expect(drawn("TOKEN", [owedAmount("10", { line: inCredits })])).toEqual([]);
    expect(drawn("CR", [owedAmount("10", { line: lineOf(keyOf("usage", "x"), "10") })])).toEqual(
      [],
    );
    expect(drawn("CR", [owedAmount("10")])).toEqual([]);
  });

  it("is used up amount by amount, up to what is to be paid in all", () => {
    const two = () => [owedAmount("3", { line: inCredits }), owedAmount("5", { line: inCredits })];
    expect(drawn("CR", two(), { balance: "10" })).toEqual(["3 for 6", "2 for 4"]);
    expect(drawn("CR", two(), { limit: "4" })).toEqual(["3 for 6", "1 for 2"]);
    expect(drawn("CR", two(), { balance: "6" })).toEqual(["3 for 6"]);
    expect(drawn("CR", two(), { limit: "0" })).toEqual([]);
  });

  it("pays on the currency's grid, and takes nothing for what is none there", () => {
    // 3 at 0.5 less a cent's part: 1.499 of 1.50, and 0.004 of nothing.
    expect(drawn("CR", [owedAmount("2", { line: inCredits })], { balance: "2.998" })).toEqual([
      "1.5 for 2.998",
    ]);
    const none = owedAmount("2", { line: inCredits });
    expect(drawn("CR", [none], { balance: "0.008" })).toEqual([]);
    expect(none.paid).toEqual([]);
    // In steps of 0.05, what is left is 1.02 all the same, of what was rounded more finely.
    const steps = { ...CENTS, increment: fraction(5n, 100n), mode: "up" as const };
    expect(drawn("CR", [owedAmount("1.02", { line: inCredits })], { rounding: steps })).toEqual([
      "1.02 for 2.04",
    ]);
  });
});

describe("a grant in units of usage", () => {
  const calls = (left: string, ...of: Parameters<typeof usageOf>) =>
    owedAmount(left, { usage: usageOf(...of) });

  it("frees so many of the last ones", () => {
    const owed = calls("10");
    expect(drawn("call", [owed], { balance: "4" })).toEqual(["4 for 4"]);
    expect(owed.paid).toEqual(["call 4 for 4"]);
    expect(drawn("call", [calls("10")])).toEqual(["10 for 10"]);
    expect(drawn("seat", [calls("10")])).toEqual([]);
    const priceOf = (quantity: Fraction) => add(quantity, minimumOf(quantity, exact("5")));
    // Five at 1, and one at 2.
    const tiered = calls("15", { owed: exact("15") }, { priceOf });
    expect(drawn("call", [tiered], { balance: "6" })).toEqual(["7 for 6"]);
  });

  it("goes on from those that are free already, and leaves those that are free otherwise", () => {
    const four = { units: exact("4"), paid: exact("4") };
    expect(drawn("call", [calls("6", four)])).toEqual(["6 for 6"]);
    expect(drawn("call", [calls("6", four)], { balance: "1" })).toEqual(["1 for 1"]);
    expect(drawn("call", [calls("7", { owed: exact("7"), freeElsewhere: exact("3") })])).toEqual([
      "7 for 7",
    ]);
    // What they are worth more than they have paid comes with the first of the others only.
    const cheap = { units: exact("4"), paid: exact("3") };
    expect(drawn("call", [calls("7", cheap)], { balance: "0" })).toEqual([]);
    expect(drawn("call", [calls("7", { units: exact("12"), paid: exact("5") })])).toEqual([]);
  });

  it("uses fewer where less is owed than they are worth", () => {
    // Of 10, the document bills 5.
    expect(drawn("call", [calls("5")])).toEqual(["5 for 5"]);
    const dear = { owed: exact("20") };
    const priceOf = (quantity: Fraction) => multiply(quantity, exact("2"));
    expect(drawn("call", [calls("5", dear, { priceOf })])).toEqual(["5 for 2.5"]);
  });

  it("frees none where fewer would cost no less, or no quantity is priced", () => {
    // Ten or more cost 5 in all, fewer 1 each.
    const volume = (quantity: Fraction) =>
      compare(quantity, exact("10")) < 0 ? quantity : exact("5");
    expect(drawn("call", [calls("5", {}, { priceOf: volume })], { balance: "4" })).toEqual([]);
    expect(
      drawn("call", [calls("10", {}, { priceOf: () => exact("10") })], { balance: "4" }),
    ).toEqual([]);
    expect(
      drawn("call", [calls("10", {}, { priceOf: () => exact("0") })], { balance: "4" }),
    ).toEqual([]);
  });
});
