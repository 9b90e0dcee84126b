import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AmountRounding,
  amountRounding,
  formatAmount,
  roundAmount,
} from "../../src/money/amount-rounding.js";
import { exact } from "../../src/money/decimal.js";
import { type Fraction, fraction } from "../../src/money/fraction.js";
import type { RoundingMode } from "../../src/money/rounding.js";
import { ratio, round } from "../support/oracle.js";

const DEFAULT: RoundingMode = "half-away-from-zero";

function rounding(currency: string, increment?: string, mode = DEFAULT): AmountRounding {
  const found = amountRounding(
    currency,
    mode,
    increment === undefined ? undefined : exact(increment),
  );
  if (typeof found === "string") throw new Error(found);
  return found;
}

function billed(amount: Fraction, by: AmountRounding): string {
  return formatAmount(roundAmount(amount, by), by);
}

describe("an amount of money", () => {
  it.each([
    { currency: "JPY", amount: "1234.5", billed: "1235" },
    { currency: "JPY", amount: "-0.4", billed: "0" },
    { currency: "USD", amount: "25500", billed: "25500.00" },
    { currency: "USD", amount: "3.685", billed: "3.69" },
    { currency: "USD", amount: "-3.685", billed: "-3.69" },
    { currency: "USD", amount: "-0.004", billed: "0.00" },
    { currency: "USD", amount: "0.005", billed: "0.01" },
    { currency: "USD", amount: "1000/31", billed: "32.26" },
    { currency: "USD", amount: `1${"0".repeat(40)}`, billed: `1${"0".repeat(40)}.00` },
    { currency: "KWD", amount: "1.2345", billed: "1.235" },
    { currency: "CLF", amount: "0.00005", billed: "0.0001" },
  ])("of $amount is $billed in $currency", ({ currency, amount, billed: expected }) => {
    expect(billed(exact(amount), rounding(currency))).toBe(expected);
  });

  it.each([
    { amount: "1.03", billed: "1.05" },
    { amount: "1.07", billed: "1.05" },
    { amount: "1.08", billed: "1.10" },
    { amount: "1.025", billed: "1.05" },
    { amount: "1.02499", billed: "1.00" },
    { amount: "-1.02", billed: "-1.00" },
    { amount: "-1.03", billed: "-1.05" },
    { amount: "-1.025", billed: "-1.05" },
    { amount: "0.02", billed: "0.00" },
  ])("of $amount is $billed in cash of 0.05", ({ amount, billed: expected }) => {
    expect(billed(exact(amount), rounding("CHF", "0.05"))).toBe(expected);
  });

  it.each([
    { currency: "USD", increment: "0.10", amount: "1.25", billed: "1.30" },
    { currency: "USD", increment: "1", amount: "0.50", billed: "1.00" },
    { currency: "USD", increment: "0.03", amount: "1.00", billed: "0.99" },
    { currency: "JPY", increment: "10", amount: "1234.5", billed: "1230" },
    { currency: "KWD", increment: "0.005", amount: "0.0126", billed: "0.015" },
  ])("is a multiple of $increment in $currency", ({ currency, increment, amount, ...expected }) => {
    expect(billed(exact(amount), rounding(currency, increment))).toBe(expected.billed);
  });

  it.each([
    { amount: fraction(5n), text: "5.00" },
    { amount: fraction(-55n, 10n), text: "-5.50" },
    { amount: fraction(1250n, 1_000n), text: "1.25" },
  ])("is written with its cents, whatever it is a fraction of: $text", ({ amount, text }) => {
    expect(formatAmount(amount, rounding("USD"))).toBe(text);
  });

  it.each([
    { currency: "XYZ", increment: undefined, problem: "unknown_currency" },
    { currency: "usd", increment: undefined, problem: "unknown_currency" },
    { currency: "USD", increment: "0.005", problem: "invalid_increment" },
    { currency: "USD", increment: "0.015", problem: "invalid_increment" },
    { currency: "JPY", increment: "0.05", problem: "invalid_increment" },
    { currency: "JPY", increment: "2.5", problem: "invalid_increment" },
  ])("is refused: $problem for $currency by $increment", ({ currency, increment, problem }) => {
    const step = increment === undefined ? undefined : exact(increment);
    expect(amountRounding(currency, DEFAULT, step)).toBe(problem);
  });

  it.each([
    { currency: "CREDIT", decimals: 4, amount: "1.00005", billed: "1.0001" },
    { currency: "POINT", decimals: 0, amount: "2.5", billed: "3" },
    { currency: "TOKEN", decimals: 12, amount: "0.0000000000005", billed: "0.000000000001" },
    // A currency of the policy goes before ISO's: here forints without fillér.
    { currency: "HUF", decimals: 0, amount: "99.5", billed: "100" },
  ])(
    "has the decimals of a custom currency: $currency",
    ({ currency, decimals, amount, ...expected }) => {
      const found = amountRounding(currency, DEFAULT, undefined, { [currency]: decimals });
      expect(typeof found === "string" ? found : billed(exact(amount), found)).toBe(
        expected.billed,
      );
    },
  );

  it("is rounded half away from zero by default's mode, as exact fractions say", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 6n }), fc.constantFrom(200n, 2_000n, 20_000n)),
        fc.constantFrom(
          ["JPY", 0] as const,
          ["USD", 2] as const,
          ["KWD", 3] as const,
          ["CLF", 4] as const,
        ),
        (numerator, denominator, [currency, decimals]) =>
          billed({ numerator, denominator }, rounding(currency)) ===
          round(ratio(numerator, denominator), decimals),
      ),
    );
  });
});
