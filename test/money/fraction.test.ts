import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import {
  add,
  compare,
  divide,
  type Fraction,
  formatExact,
  formatScaled,
  fraction,
  isNegative,
  isZero,
  minimumOf,
  multiply,
  negate,
  ONE,
  powerOfTen,
  reduce,
  subtract,
  sum,
  ZERO,
} from "../../src/money/fraction.js";
import { read, write } from "../support/oracle.js";

const integers = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 20n });
const fractions: fc.Arbitrary<Fraction> = fc.oneof(
  fc.record({ numerator: integers, denominator: positive }),
  fc.record({ numerator: integers, denominator: fc.nat({ max: 18 }).map(powerOfTen) }),
);

function equal(a: Fraction, b: Fraction): boolean {
  return compare(a, b) === 0;
}

describe("fractions", () => {
  it("are a field", () => {
    fc.assert(
      fc.property(fractions, fractions, fractions, (a, b, c) => {
        expect(equal(add(a, b), add(b, a))).toBe(true);
        expect(equal(multiply(a, b), multiply(b, a))).toBe(true);
        expect(equal(add(add(a, b), c), add(a, add(b, c)))).toBe(true);
        expect(equal(multiply(multiply(a, b), c), multiply(a, multiply(b, c)))).toBe(true);
        expect(equal(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(true);
        expect(equal(add(a, ZERO), a)).toBe(true);
        expect(equal(multiply(a, ONE), a)).toBe(true);
        expect(isZero(add(a, negate(a)))).toBe(true);
        expect(equal(add(subtract(a, b), b), a)).toBe(true);
        if (!isZero(b)) expect(equal(multiply(divide(a, b), b), a)).toBe(true);
      }),
    );
  });

  it("keep a positive denominator through every operation", () => {
    fc.assert(
      fc.property(fractions, fractions, (a, b) => {
        const results = [
          add(a, b),
          subtract(a, b),
          multiply(a, b),
          negate(a),
          reduce(a),
          sum([a, b]),
        ];
        if (!isZero(b)) results.push(divide(a, b));
        return results.every(({ denominator }) => denominator > 0n);
      }),
    );
  });

  it("are in one order", () => {
    fc.assert(
      fc.property(fractions, fractions, fractions, (a, b, c) => {
        expect(compare(a, b)).toBe(0 - compare(b, a) + 0);
        expect(compare(add(a, c), add(b, c))).toBe(compare(a, b));
        expect(isNegative(subtract(a, b))).toBe(compare(a, b) === -1);
        const least = minimumOf(a, b);
        expect(compare(least, a) <= 0 && compare(least, b) <= 0).toBe(true);
        expect(equal(least, a) || equal(least, b)).toBe(true);
      }),
    );
  });

  it("reduce to the one form that numbers of the same value share", () => {
    fc.assert(
      fc.property(fractions, positive, ({ numerator, denominator }, factor) => {
        const blown = { numerator: numerator * factor, denominator: denominator * factor };
        expect(reduce(blown)).toEqual(reduce({ numerator, denominator }));
        expect(formatExact(blown)).toBe(formatExact({ numerator, denominator }));
      }),
    );
  });

  it("have no denominator of zero", () => {
    expect(fraction(3n, -6n)).toEqual({ numerator: -3n, denominator: 6n });
    expect(() => fraction(1n, 0n)).toThrow("unreachable");
    expect(() => divide(ONE, ZERO)).toThrow("unreachable");
  });

  it("are not negative where they are zero", () => {
    expect([isNegative(ZERO), isNegative(fraction(-1n, 3n))]).toEqual([false, true]);
  });

  it("add up to zero when there are none", () => {
    expect(sum([])).toEqual(ZERO);
  });

  it("add up as long as the sum can be read again", () => {
    const least = fraction(1n, powerOfTen(2_000));
    expect(equal(sum([least, least]), fraction(1n, 5n * powerOfTen(1_999)))).toBe(true);
    expect(equal(sum([least]), least)).toBe(true);
    // With thirds, the denominator is 3 × 10^2000.
    expect(() => sum([least, fraction(1n, 3n)])).toThrow(
      "value must be amounts that add up to a number of at most 2000 digits, got a sum that is longer (decimal_out_of_range)",
    );
    expect(equal(sum([least, fraction(1n, 3n), fraction(-1n, 3n)].toReversed()), least)).toBe(true);
  });
});

describe("writing an exact number", () => {
  it.each([
    { value: fraction(0n, 7n), text: "0" },
    { value: fraction(-5n), text: "-5" },
    { value: fraction(10n, 4n), text: "2.5" },
    { value: fraction(-1n, 8n), text: "-0.125" },
    { value: fraction(300n, 100n), text: "3" },
    { value: fraction(1000n, 31n), text: "1000/31" },
    { value: fraction(-2n, 6n), text: "-1/3" },
    { value: fraction(7n, 64n), text: "0.109375" },
    { value: fraction(1n, 10n ** 30n), text: `0.${"0".repeat(29)}1` },
    { value: fraction(10n ** 60n), text: `1${"0".repeat(60)}` },
  ])("gives $text", ({ value, text }) => {
    expect(formatExact(value)).toBe(text);
  });

  it("is read back as the same number", () => {
    fc.assert(fc.property(fractions, (value) => equal(exact(formatExact(value)), value)));
  });

  it("is a plain decimal where one is exact, else a reduced fraction, and never has an exponent", () => {
    fc.assert(
      fc.property(fractions, (value) => {
        const text = formatExact(value);
        expect(text).toMatch(/^(0|-?[1-9]\d*|-?(0|[1-9]\d*)\.\d*[1-9]|-?[1-9]\d*\/[1-9]\d*)$/);
        expect(text).toBe(write(read(`${value.numerator}/${value.denominator}`)));
      }),
    );
  });
});

describe("writing a scaled integer", () => {
  it.each([
    { units: 0n, decimals: 0, text: "0" },
    { units: 0n, decimals: 2, text: "0.00" },
    { units: 5n, decimals: 2, text: "0.05" },
    { units: -5n, decimals: 2, text: "-0.05" },
    { units: -12345n, decimals: 2, text: "-123.45" },
    { units: 100n, decimals: 1, text: "10.0" },
    { units: 10n ** 40n, decimals: 0, text: `1${"0".repeat(40)}` },
    { units: 1n, decimals: 40, text: `0.${"0".repeat(39)}1` },
  ])("gives $text for $units and $decimals decimals", ({ units, decimals, text }) => {
    expect(formatScaled(units, decimals)).toBe(text);
  });
});
