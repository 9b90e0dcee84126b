import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import {
  compare,
  type Fraction,
  formatExact,
  fraction,
  isZero,
  negate,
  powerOfTen,
  reduce,
  subtract,
} from "../../src/money/fraction.js";
import {
  ROUNDING_MODES,
  type RoundingMode,
  roundQuotient,
  roundToIncrement,
} from "../../src/money/rounding.js";

const values = ["0.5", "-0.5", "1.5", "-1.5", "2.5", "-2.5", "2.4", "-2.4", "2.6", "-2.6"];
const rounded: { readonly [mode in RoundingMode]: readonly number[] } = {
  "half-away-from-zero": [1, -1, 2, -2, 3, -3, 2, -2, 3, -3],
  "half-toward-zero": [0, 0, 1, -1, 2, -2, 2, -2, 3, -3],
  "half-even": [0, 0, 2, -2, 2, -2, 2, -2, 3, -3],
  "half-odd": [1, -1, 1, -1, 3, -3, 2, -2, 3, -3],
  "half-ceiling": [1, 0, 2, -1, 3, -2, 2, -2, 3, -3],
  "half-floor": [0, -1, 1, -2, 2, -3, 2, -2, 3, -3],
  up: [1, -1, 2, -2, 3, -3, 3, -3, 3, -3],
  down: [0, 0, 1, -1, 2, -2, 2, -2, 2, -2],
  ceiling: [1, 0, 2, -1, 3, -2, 3, -2, 3, -2],
  floor: [0, -1, 1, -2, 2, -3, 2, -3, 2, -3],
};

const SYMMETRIC: readonly RoundingMode[] = [
  "half-away-from-zero",
  "half-toward-zero",
  "half-even",
  "half-odd",
  "up",
  "down",
];
/** Modes that are each other's mirror image. */
const MIRRORED: readonly (readonly [RoundingMode, RoundingMode])[] = [
  ["ceiling", "floor"],
  ["half-ceiling", "half-floor"],
  ...SYMMETRIC.map((mode) => [mode, mode] as const),
];

/** The same modes in decimal.js, which has all of them but one. */
const DECIMAL_MODES: readonly (readonly [RoundingMode, Decimal.Rounding])[] = [
  ["up", Decimal.ROUND_UP],
  ["down", Decimal.ROUND_DOWN],
  ["ceiling", Decimal.ROUND_CEIL],
  ["floor", Decimal.ROUND_FLOOR],
  ["half-away-from-zero", Decimal.ROUND_HALF_UP],
  ["half-toward-zero", Decimal.ROUND_HALF_DOWN],
  ["half-even", Decimal.ROUND_HALF_EVEN],
  ["half-ceiling", Decimal.ROUND_HALF_CEIL],
  ["half-floor", Decimal.ROUND_HALF_FLOOR],
];

const modes = fc.constantFrom(...ROUNDING_MODES);
const increments = fc
  .constantFrom("1", "0.01", "0.05", "0.001", "15", "100", "0.25")
  .map((text) => exact(text));
const anything: fc.Arbitrary<Fraction> = fc.record({
  numerator: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  denominator: fc.bigInt({ min: 1n, max: 10n ** 6n }),
});
/** Values on a step, in the middle between two, and next to the middle, where modes differ. */
const delicate: fc.Arbitrary<Fraction> = fc
  .tuple(
    fc.bigInt({ min: -1_000n, max: 1_000n }),
    fc.constantFrom(0n, 499_999n, 500_000n, 500_001n, 999_999n),
  )
  .map(([whole, part]) => ({ numerator: whole * 1_000_000n + part, denominator: 1_000_000n }));
const fractions = fc.oneof(anything, delicate);

function absolute(value: Fraction): Fraction {
  return value.numerator < 0n ? negate(value) : value;
}

describe("rounding", () => {
  it("knows these modes", () => {
    expect([...ROUNDING_MODES].sort()).toEqual(Object.keys(rounded).sort());
  });

  it.each(ROUNDING_MODES)("rounds %s as written down", (mode) => {
    const results = values.map((value) => {
      const { numerator, denominator } = exact(value);
      return Number(roundQuotient(numerator, denominator, mode));
    });
    expect(results).toEqual(rounded[mode]);
  });

  it("stays within a step, and within half of one to the nearest", () => {
    fc.assert(
      fc.property(fractions, increments, modes, (value, increment, mode) => {
        const off = absolute(subtract(roundToIncrement(value, increment, mode), value));
        expect(compare(off, increment)).toBe(-1);
        const twice = { numerator: off.numerator * 2n, denominator: off.denominator };
        if (mode.startsWith("half-")) expect(compare(twice, increment)).not.toBe(1);
      }),
    );
  });

  it("lands on a multiple of the increment, and leaves a multiple as it is", () => {
    fc.assert(
      fc.property(fractions, increments, modes, (value, increment, mode) => {
        const once = roundToIncrement(value, increment, mode);
        const steps = reduce({
          numerator: once.numerator * increment.denominator,
          denominator: once.denominator * increment.numerator,
        });
        expect(steps.denominator).toBe(1n);
        for (const again of ROUNDING_MODES) {
          expect(compare(roundToIncrement(once, increment, again), once)).toBe(0);
        }
      }),
    );
  });

  it.each(MIRRORED)("%s of a number is minus %s of its negative", (mode, mirror) => {
    fc.assert(
      fc.property(fractions, increments, (value, increment) => {
        const opposite = negate(roundToIncrement(negate(value), increment, mirror));
        return compare(roundToIncrement(value, increment, mode), opposite) === 0;
      }),
    );
  });

  it("keeps the order of numbers", () => {
    fc.assert(
      fc.property(fractions, fractions, increments, modes, (a, b, increment, mode) => {
        const [first, second] = [a, b].map((value) => roundToIncrement(value, increment, mode));
        if (first === undefined || second === undefined) return false;
        return [0, compare(a, b)].includes(compare(first, second));
      }),
    );
  });

  it.each(DECIMAL_MODES)("rounds %s as decimal.js does", (mode, rounding) => {
    const Exact = Decimal.clone({ defaults: true, precision: 100 });
    fc.assert(
      fc.property(
        fc.oneof(
          fractions.filter(({ denominator }) => powerOfTen(12) % denominator === 0n),
          delicate,
        ),
        fc.integer({ min: 0, max: 7 }),
        (value, decimals) => {
          const increment = fraction(1n, powerOfTen(decimals));
          const expected = new Exact(formatExact(value)).toDecimalPlaces(decimals, rounding);
          const result = formatExact(roundToIncrement(value, increment, mode));
          return result === expected.toFixed().replace(/^-0$/, "0");
        },
      ),
    );
  });

  it.each([
    { value: "61", increment: "15", mode: "up", result: "75" },
    { value: "60", increment: "15", mode: "up", result: "60" },
    { value: "67.5", increment: "15", mode: "half-even", result: "60" },
    { value: "67.5", increment: "15", mode: "half-odd", result: "75" },
    { value: "149.99", increment: "100", mode: "half-away-from-zero", result: "100" },
    { value: "-150", increment: "100", mode: "half-away-from-zero", result: "-200" },
    { value: "1.005", increment: "0.01", mode: "half-away-from-zero", result: "1.01" },
    { value: "1.005", increment: "0.01", mode: "half-even", result: "1" },
    { value: "-0.001", increment: "0.01", mode: "ceiling", result: "0" },
    { value: "1/3", increment: "0.25", mode: "half-even", result: "0.25" },
    { value: "3/8", increment: "0.25", mode: "half-even", result: "0.5" },
  ] as const)(
    "rounds $value to $result by $increment, $mode",
    ({ value, increment, mode, result }) => {
      expect(formatExact(roundToIncrement(exact(value), exact(increment), mode))).toBe(result);
    },
  );

  it("decides the middle exactly, however close", () => {
    const half = 5n * 10n ** 60n;
    const one = 10n ** 61n;
    expect([half - 1n, half, half + 1n].map((n) => roundQuotient(n, one, "half-even"))).toEqual([
      0n,
      0n,
      1n,
    ]);
    expect(isZero(fraction(roundQuotient(half, one, "half-toward-zero")))).toBe(true);
  });
});
