import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allocate, roundPieces, roundTogether } from "../../src/money/allocation.js";
import { exact } from "../../src/money/decimal.js";
import {
  compare,
  divide,
  type Fraction,
  formatExact,
  fraction,
  isZero,
  multiply,
  negate,
  ONE,
  subtract,
  sum,
  ZERO,
} from "../../src/money/fraction.js";
import { ROUNDING_MODES, roundToIncrement } from "../../src/money/rounding.js";

const CENT = exact("0.01");

/** Amounts on a grid: cents, whole yen, or five-cent coins. */
const onGrid = fc.record({
  units: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
  unit: fc.constantFrom("0.01", "1", "0.05", "0.001").map((text) => exact(text)),
});
const weight: fc.Arbitrary<Fraction> = fc.oneof(
  fc.constant(ZERO),
  fc.nat({ max: 5 }).map((n) => fraction(BigInt(n))),
  fc.record({
    numerator: fc.bigInt({ min: 0n, max: 10n ** 16n }),
    denominator: fc.bigInt({ min: 1n, max: 1_000n }),
  }),
);
const weights = fc.array(weight, { minLength: 1, maxLength: 12 });
const exactValues = fc.array(
  fc.record({
    numerator: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
    denominator: fc.oneof(fc.bigInt({ min: 1n, max: 1_000n }), fc.constantFrom(200n, 1_000n)),
  }),
  { maxLength: 12 },
);
const modes = fc.constantFrom(...ROUNDING_MODES);

function texts(values: readonly Fraction[]): readonly string[] {
  return values.map(formatExact);
}

/** How far apart two numbers are, in units. */
function distance(a: Fraction, b: Fraction, unit: Fraction): Fraction {
  const difference = divide(subtract(a, b), unit);
  return difference.numerator < 0n ? negate(difference) : difference;
}

function isOnGrid(value: Fraction, unit: Fraction): boolean {
  const { numerator, denominator } = divide(value, unit);
  return numerator % denominator === 0n;
}

describe("allocation", () => {
  it.each([
    { total: "1.00", weights: ["1", "1", "1"], parts: ["0.34", "0.33", "0.33"] },
    { total: "-1.00", weights: ["1", "1", "1"], parts: ["-0.34", "-0.33", "-0.33"] },
    { total: "0.02", weights: ["1", "1", "1"], parts: ["0.01", "0.01", "0"] },
    { total: "0.05", weights: ["3", "7"], parts: ["0.02", "0.03"] },
    { total: "10.00", weights: ["1", "2", "0"], parts: ["3.33", "6.67", "0"] },
    { total: "0.01", weights: ["0", "0", "5"], parts: ["0", "0", "0.01"] },
    { total: "0.05", weights: ["0", "0"], parts: ["0.03", "0.02"] },
    { total: "0.00", weights: ["1", "2"], parts: ["0", "0"] },
    { total: "100.00", weights: ["1/3", "2/3"], parts: ["33.33", "66.67"] },
    { total: "7.77", weights: ["0.000001"], parts: ["7.77"] },
    // Half a cent to each of the second and the third: the earlier gets it.
    { total: "0.03", weights: ["2", "0.5", "0.5"], parts: ["0.02", "0.01", "0"] },
  ])("of $total by $weights is $parts", ({ total, weights: given, parts }) => {
    expect(texts(allocate(exact(total), given.map(exact), CENT))).toEqual(parts);
  });

  it("is right where floats are not (dinero.js #892)", () => {
    const given = [3002399751580333n, 1000000000000000n, 501199875790167n].map((n) => fraction(n));
    expect(texts(allocate(fraction(3n), given, fraction(1n)))).toEqual(["2", "1", "0"]);
  });

  // The first share is 33 or less in each of these; what finds no room goes to those that have some, in turn.
  it.each([
    { total: "1.00", most: ["0.10", "1.00", "1.00"], parts: ["0.1", "0.45", "0.45"] },
    { total: "1.00", most: ["0.33", "0.33", "0.34"], parts: ["0.33", "0.33", "0.34"] },
    { total: "-1.00", most: ["0.10", "0.20", "0.70"], parts: ["-0.1", "-0.2", "-0.7"] },
    { total: "1.00", most: ["1.00", "0", "0.40"], parts: ["0.6", "0", "0.4"] },
    { total: "0.02", most: ["0", "0.01", "0.02"], parts: ["0", "0.01", "0.01"] },
  ])("of $total in equal parts of at most $most is $parts", ({ total, most, parts }) => {
    const equal = most.map(() => ONE);
    expect(texts(allocate(exact(total), equal, CENT, most.map(exact)))).toEqual(parts);
  });

  it("never gives a part more than it may get, and adds up all the same", () => {
    const limited = fc
      .array(fc.tuple(weight, fc.bigInt({ min: 0n, max: 40n })), { minLength: 1, maxLength: 8 })
      .chain((parts) => {
        const room = parts.reduce((all, [, most]) => all + most, 0n);
        return fc.tuple(fc.constant(parts), fc.bigInt({ min: 0n, max: room }));
      });
    fc.assert(
      fc.property(limited, ([given, units]) => {
        const [total, most] = [
          fraction(units, 100n),
          given.map(([, limit]) => fraction(limit, 100n)),
        ];
        const shares = given.map(([share]) => share);
        const parts = allocate(total, shares, CENT, most);
        expect(compare(sum(parts), total)).toBe(0);
        for (const [index, part] of parts.entries()) {
          expect(part.numerator).toBeGreaterThanOrEqual(0n);
          expect(compare(part, most[index] ?? ZERO)).toBeLessThanOrEqual(0);
        }
        // Where every part may get all of it, nothing is limited.
        const free = given.map(() => total);
        expect(allocate(total, shares, CENT, free)).toEqual(allocate(total, shares, CENT));
      }),
    );
  });

  it("ends where there is more than any part may get", () => {
    expect(() => allocate(exact("0.03"), [ONE, ONE], CENT, [CENT, CENT])).toThrow(
      "unreachable: more to allocate than there is room for",
    );
  });

  it("gives out multiples of the unit: five-cent coins", () => {
    const parts = allocate(exact("1.00"), ["1", "1", "1"].map(exact), exact("0.05"));
    expect(texts(parts)).toEqual(["0.35", "0.35", "0.3"]);
  });

  it("adds up to the total exactly, in whole units", () => {
    fc.assert(
      fc.property(onGrid, weights, ({ units, unit }, given) => {
        const total = multiply(fraction(units), unit);
        const parts = allocate(total, given, unit);
        expect(parts).toHaveLength(given.length);
        expect(compare(sum(parts), total)).toBe(0);
        expect(parts.every((part) => isOnGrid(part, unit))).toBe(true);
      }),
    );
  });

  it("gives each part less than a unit more or less than its share, and never the other sign", () => {
    fc.assert(
      fc.property(onGrid, weights, ({ units, unit }, given) => {
        const total = multiply(fraction(units), unit);
        const whole = sum(given);
        for (const [index, part] of allocate(total, given, unit).entries()) {
          const own = given[index] ?? ZERO;
          const share = isZero(whole)
            ? divide(total, fraction(BigInt(given.length)))
            : divide(multiply(total, own), whole);
          expect(compare(distance(part, share, unit), fraction(1n))).toBe(-1);
          expect(part.numerator * units >= 0n).toBe(true);
          if (isZero(own) && !isZero(whole)) expect(isZero(part)).toBe(true);
        }
      }),
    );
  });

  it("gives equal weights equal parts, but for one unit to the earlier ones", () => {
    const few = fc.array(fc.constantFrom("1", "2", "0.5", "1/3"), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(onGrid, few, ({ units, unit }, given) => {
        const parts = allocate(multiply(fraction(units), unit), given.map(exact), unit);
        const inUnits = parts
          .map((part) => divide(part, unit))
          .map(({ numerator, denominator }) => numerator / denominator);
        const sizes = inUnits.map((part) => (part < 0n ? -part : part));
        for (const [earlier, a] of sizes.entries()) {
          for (const [later, b] of sizes.entries()) {
            if (earlier < later && given[earlier] === given[later])
              expect([0n, 1n]).toContain(a - b);
          }
        }
      }),
    );
  });

  it("gives the same parts in another order when the weights are in another order and no remainders tie", () => {
    // Distinct primes over a prime number of units: every remainder is another one.
    const primes = fc.shuffledSubarray([2n, 3n, 5n, 7n, 11n, 13n], { minLength: 2 });
    fc.assert(
      fc.property(primes, (order) => {
        const partsOf = (list: readonly bigint[]) => {
          const parts = allocate(
            exact("1000.03"),
            list.map((n) => fraction(n)),
            CENT,
          );
          return new Map(list.map((n, index) => [n, formatExact(parts[index] ?? ZERO)]));
        };
        const whole = order.reduce((a, b) => a + b);
        const remainders = new Set(order.map((n) => (100_003n * n) % whole));
        if (remainders.size < order.length) return;
        expect(partsOf(order)).toEqual(partsOf([...order].sort((a, b) => Number(a - b))));
      }),
    );
  });

  it("of a negative total is the mirror image", () => {
    fc.assert(
      fc.property(onGrid, weights, ({ units, unit }, given) => {
        const total = multiply(fraction(units), unit);
        expect(texts(allocate(negate(total), given, unit))).toEqual(
          texts(allocate(total, given, unit).map(negate)),
        );
      }),
    );
  });
});

describe("rounding together", () => {
  it.each([
    { values: ["0.333", "0.333", "0.334"], parts: ["0.33", "0.33", "0.34"] },
    { values: ["0.005", "0.005"], parts: ["0.01", "0"] },
    { values: ["0.004", "0.004", "0.004"], parts: ["0.01", "0", "0"] },
    { values: ["0.006", "0.006", "0.006"], parts: ["0.01", "0.01", "0"] },
    { values: ["1.00", "2.00"], parts: ["1", "2"] },
    { values: ["5.005", "-5.005"], parts: ["5", "-5"] },
    { values: [], parts: [] },
  ])("makes $parts of $values", ({ values, parts }) => {
    expect(texts(roundTogether(values.map(exact), CENT, "half-away-from-zero"))).toEqual(parts);
  });

  it("adds up to the rounded sum, each less than a unit from its exact value", () => {
    fc.assert(
      fc.property(
        exactValues,
        modes,
        fc.constantFrom("0.01", "0.05", "1"),
        (values, mode, step) => {
          const unit = exact(step);
          const parts = roundTogether(values, unit, mode);
          expect(parts).toHaveLength(values.length);
          expect(compare(sum(parts), roundToIncrement(sum(values), unit, mode))).toBe(0);
          for (const [index, part] of parts.entries()) {
            expect(isOnGrid(part, unit)).toBe(true);
            expect(compare(distance(part, values[index] ?? ZERO, unit), fraction(1n))).toBe(-1);
          }
        },
      ),
    );
  });

  it("of a reversal cancels value by value, where the mode is symmetric", () => {
    const mills = ["0.006", "0.006", "0.006"].map(exact);
    const billed = roundTogether(mills, CENT, "half-away-from-zero");
    const credited = roundTogether(mills.map(negate), CENT, "half-away-from-zero");
    expect(texts(billed)).toEqual(["0.01", "0.01", "0"]);
    expect(texts(credited)).toEqual(["-0.01", "-0.01", "0"]);

    const symmetric = fc.constantFrom("half-away-from-zero" as const, "half-even" as const);
    fc.assert(
      fc.property(exactValues, symmetric, (values, mode) => {
        const reversed = roundTogether(values.map(negate), CENT, mode);
        expect(texts(reversed.map(negate))).toEqual(texts(roundTogether(values, CENT, mode)));
      }),
    );
  });

  it("leaves values alone that need no rounding", () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n })),
        modes,
        (cents, mode) => {
          const values = cents.map((numerator) => ({ numerator, denominator: 100n }));
          expect(texts(roundTogether(values, CENT, mode))).toEqual(texts(values));
        },
      ),
    );
  });

  it("gives ties to the earlier value", () => {
    const parts = roundTogether(["0.005", "0.005", "0.005", "0.005"].map(exact), CENT, "half-even");
    expect(texts(parts)).toEqual(["0.01", "0.01", "0", "0"]);
  });
});

describe("rounding pieces", () => {
  const mode = "half-away-from-zero";

  it.each([
    { total: "10.00", cuts: ["1/3", "2/3"], pieces: ["3.33", "3.34", "3.33"] },
    { total: "-10.00", cuts: ["1/3", "2/3"], pieces: ["-3.33", "-3.34", "-3.33"] },
    { total: "100.00", cuts: ["10/31"], pieces: ["32.26", "67.74"] },
    { total: "0.01", cuts: ["0.25", "0.5", "0.75"], pieces: ["0", "0.01", "0", "0"] },
    { total: "9.99", cuts: [], pieces: ["9.99"] },
    { total: "9.99", cuts: ["0", "1"], pieces: ["0", "9.99", "0"] },
    { total: "9.995", cuts: ["0.5"], pieces: ["5", "5"] },
  ])("of $total cut at $cuts gives $pieces", ({ total, cuts, pieces }) => {
    expect(texts(roundPieces(exact(total), cuts.map(exact), CENT, mode))).toEqual(pieces);
  });

  const whole = fc.integer({ min: 1, max: 366 });
  const splits = whole.chain((days) =>
    fc.record({
      days: fc.constant(days),
      cuts: fc
        .uniqueArray(fc.integer({ min: 0, max: days }), { maxLength: 12 })
        .map((list) => list.sort((a, b) => a - b)),
    }),
  );
  const amounts = fc.record({
    numerator: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    denominator: fc.constantFrom(1n, 100n, 1_000n, 31n),
  });

  it("tile the rounded total, however it is cut", () => {
    fc.assert(
      fc.property(amounts, splits, modes, (total, { days, cuts }, by) => {
        const at = cuts.map((day) => fraction(BigInt(day), BigInt(days)));
        const pieces = roundPieces(total, at, CENT, by);
        expect(pieces).toHaveLength(cuts.length + 1);
        expect(compare(sum(pieces), roundToIncrement(total, CENT, by))).toBe(0);
      }),
    );
  });

  it("add up to the piece that they are cut from", () => {
    fc.assert(
      fc.property(amounts, splits, modes, (total, { days, cuts }, by) => {
        const at = (list: readonly number[]) =>
          list.map((day) => fraction(BigInt(day), BigInt(days)));
        const coarse = cuts.filter((_, index) => index % 2 === 0);
        const fine = roundPieces(total, at(cuts), CENT, by);
        const bounds = [...coarse.map((day) => cuts.indexOf(day)), cuts.length];
        const joined = bounds.map((end, index) =>
          sum(fine.slice(index === 0 ? 0 : (bounds[index - 1] ?? 0) + 1, end + 1)),
        );
        expect(texts(joined)).toEqual(texts(roundPieces(total, at(coarse), CENT, by)));
      }),
    );
  });

  it("are each within a unit of their exact part", () => {
    fc.assert(
      fc.property(amounts, splits, (total, { days, cuts }) => {
        const at = cuts.map((day) => fraction(BigInt(day), BigInt(days)));
        for (const [index, piece] of roundPieces(total, at, CENT, mode).entries()) {
          const share = subtract(at[index] ?? fraction(1n), at[index - 1] ?? ZERO);
          const off = distance(piece, multiply(total, share), CENT);
          expect(compare(off, fraction(1n))).not.toBe(1);
        }
      }),
    );
  });
});
