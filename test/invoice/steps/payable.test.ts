/** What grants may pay of each amount, where something lowers a charge by an amount of its own. */
import { describe, expect, it } from "vitest";
import type { LineKind } from "../../../src/invoice/document/line.js";
import { loweringsOf, payableOf, type TimedAmount } from "../../../src/invoice/steps/payable.js";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
import { CENTS, days, JANUARY, keyOf, NICKELS } from "../../support/step-lines.js";

function due(
  kind: LineKind,
  chargeId: string | null,
  amount: string,
  period = JANUARY,
): TimedAmount {
  return { key: keyOf(kind, chargeId, { start: period.start }), amount: exact(amount), period };
}

function lowered(amounts: readonly TimedAmount[]) {
  return loweringsOf(amounts).map(({ amount, own, others }) => [formatExact(amount), own, others]);
}

function payable(amounts: readonly TimedAmount[], rounding = CENTS): readonly string[] {
  return payableOf(amounts, rounding).map(formatExact);
}

describe("what lowers a charge", () => {
  it("lowers what is billed of the same charge", () => {
    const amounts = [
      due("usage", "a", "10"),
      due("usage", "b", "10"),
      due("maximum", "a", "-4"),
      due("overage", "a", "2"),
      due("minimum-commitment", null, "7"),
    ];
    expect(lowered(amounts)).toEqual([["4", [2], [0, 3]]]);
  });

  it("is one amount over one stretch of time, and lowers what is of that", () => {
    const [first, second] = [days(1, 15), days(15, 32)];
    const amounts = [
      due("maximum", "a", "-4", first),
      due("guarantee", "a", "-1", first),
      due("maximum", "a", "-2", second),
      due("usage", "a", "10", first),
      due("usage", "a", "10", second),
      due("usage", "a", "10", days(10, 20)),
      due("usage", "a", "0", days(32, 40)),
    ];
    expect(lowered(amounts)).toEqual([
      ["5", [0, 1], [3, 5]],
      ["2", [2], [4, 5]],
    ]);
    // Of the same beginning, but not of the same time.
    const longer = [due("maximum", "a", "-4", first), due("maximum", "a", "-1", JANUARY)];
    expect(lowered(longer)).toEqual([
      ["4", [0], []],
      ["1", [1], []],
    ]);
  });

  it("is nothing where nothing is negative", () => {
    expect(lowered([due("usage", "a", "10"), due("usage", "a", "0")])).toEqual([]);
  });
});

describe("what may be paid", () => {
  it("is less what lowers it, in proportion to what it lowers", () => {
    const amounts = [due("usage", "a", "10"), due("overage", "a", "5"), due("maximum", "a", "-6")];
    // 10 − 4, 5 − 2.
    expect(payable(amounts)).toEqual(["6", "3", "0"]);
    expect(payable([...amounts, due("usage", "b", "1")])).toEqual(["6", "3", "0", "1"]);
  });

  it("is nothing where as much or more is taken off", () => {
    expect(payable([due("usage", "a", "10"), due("maximum", "a", "-12")])).toEqual(["0", "0"]);
    expect(payable([due("maximum", "a", "-12")])).toEqual(["0"]);
    const twice = [
      due("usage", "a", "10"),
      due("maximum", "a", "-8"),
      due("guarantee", "a", "-8", days(1, 15)),
    ];
    expect(payable(twice)).toEqual(["0", "0", "0"]);
    expect(payable([...twice, due("guarantee", "a", "-1", days(15, 32))])[0]).toBe("0");
  });

  it("is to the cent where amounts were billed in finer steps than today's", () => {
    const amounts = [due("usage", "a", "10.02"), due("maximum", "a", "-3.01")];
    expect(payable(amounts, NICKELS)).toEqual(["7.01", "0"]);
  });
});
