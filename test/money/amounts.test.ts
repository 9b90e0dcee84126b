import { Decimal } from "decimal.js";
import fc from "fast-check";
import { compareAmounts, type DecimalInput, PricingError, sumAmounts } from "rateplan";
import { describe, expect, it } from "vitest";
import { decimalExcerpt } from "../../src/money/amounts.js";
import { exact } from "../../src/money/decimal.js";
import { minus, plus, ratio, read, total, write } from "../support/oracle.js";

/** Amounts in every form that the library writes: cents, exact decimals, fractions. */
const amounts: fc.Arbitrary<string> = fc.oneof(
  fc
    .record({
      units: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      decimals: fc.integer({ min: 0, max: 14 }),
    })
    .map(({ units, decimals }) => write(ratio(units, 10n ** BigInt(decimals)))),
  fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }).map((cents) => inCents(cents)),
  fc
    .record({
      top: fc.bigInt({ min: -1_000n, max: 1_000n }),
      bottom: fc.bigInt({ min: 1n, max: 400n }),
    })
    .map(({ top, bottom }) => write(ratio(top, bottom))),
);

function inCents(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  return `${cents < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function issuesOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof PricingError)) throw error;
    return error.issues.map(({ code, path }) => [code, ...path]);
  }
}

describe("sumAmounts", () => {
  it.each<{ readonly amounts: readonly DecimalInput[]; readonly sum: string }>([
    { amounts: [], sum: "0" },
    { amounts: ["25500.00", "0.10", "0.20"], sum: "25500.30" },
    { amounts: ["0.1", "0.2"], sum: "0.3" },
    { amounts: ["1.10", "-1.10"], sum: "0.00" },
    { amounts: ["-0.00"], sum: "0.00" },
    { amounts: ["5000", "16000", "4500"], sum: "25500" },
    { amounts: ["1.5", "1.25", "1"], sum: "3.75" },
    { amounts: ["1/3", "2/3"], sum: "1" },
    { amounts: ["1/3", "0.50"], sum: "5/6" },
    { amounts: ["1/6", "1/3", "0.50"], sum: "1.00" },
    { amounts: ["9007199254740993", "0.01"], sum: "9007199254740993.01" },
    { amounts: [`1${"0".repeat(90)}.01`, `-1${"0".repeat(90)}`], sum: "0.01" },
    { amounts: [0.1, 0.2], sum: "0.3" },
    { amounts: ["1.50", 0.125], sum: "1.625" },
    { amounts: [1n, 2, new Decimal("0.5"), "1e-3"], sum: "3.501" },
  ])("of $amounts is $sum", ({ amounts: given, sum }) => {
    expect(sumAmounts(given)).toBe(sum);
  });

  it.each([
    { amounts: ["+1.50"], sum: "1.50" },
    { amounts: [".50", "1"], sum: "1.50" },
  ])(
    "keeps the most decimals that any part was written with: $amounts",
    ({ amounts: given, sum }) => {
      expect(sumAmounts(given)).toBe(sum);
    },
  );

  it("agrees with exact fractions, in any order", () => {
    fc.assert(
      fc.property(fc.array(amounts, { maxLength: 20 }), (given) => {
        const sum = sumAmounts(given);
        expect(minus(read(sum), total(given))).toEqual(ratio(0n));
        expect(sumAmounts([...given].reverse())).toBe(sum);
      }),
    );
  });

  it("may be taken in parts", () => {
    fc.assert(
      fc.property(fc.array(amounts), fc.array(amounts), (some, others) => {
        const parts = sumAmounts([sumAmounts(some), sumAmounts(others)]);
        expect(plus(read(parts), ratio(0n))).toEqual(total([...some, ...others]));
      }),
    );
  });

  it("keeps cents as cents", () => {
    const cents = fc.array(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), { minLength: 1 });
    fc.assert(
      fc.property(
        cents,
        (given) => sumAmounts(given.map(inCents)) === inCents(given.reduce((a, b) => a + b)),
      ),
    );
  });

  it("has no decimals for an exponent to fill", () => {
    expect(sumAmounts(["1.5e1", "1"])).toBe("16");
    expect(sumAmounts(["1.50", "1.5e1"])).toBe("16.50");
  });

  it.each<readonly [unknown, string]>([
    ["one", 'must be a decimal number, got "one"'],
    [Number.NaN, "must be finite, got NaN"],
    [
      2 ** 53,
      "must be a string, as a number is not exact beyond ±(2^53 - 1), got 9007199254740992",
    ],
  ])("says what is wrong with %s", (amount, message) => {
    expect(() => sumAmounts([amount as string])).toThrow(message);
  });

  it("reports every amount that is none, by its index", () => {
    const given: readonly unknown[] = ["1", "one", Number.NaN, 2 ** 53, `1e${"9".repeat(9)}`, "2"];
    expect(issuesOf(() => sumAmounts(given as readonly string[]))).toEqual([
      ["not_a_decimal", 1],
      ["not_finite", 2],
      ["unsafe_number", 3],
      ["decimal_out_of_range", 4],
    ]);
  });

  it.each<readonly [unknown, string]>([
    [undefined, "must be a list of amounts, got nothing"],
    ["1.50", 'must be a list of amounts, got "1.50"'],
    [{ length: 1 }, "must be a list of amounts"],
  ])("asks for a list, and says nothing else, where it gets %j", (given, message) => {
    expect(() => sumAmounts(given as readonly string[])).toThrow(message);
    expect(issuesOf(() => sumAmounts(given as readonly string[]))).toEqual([["invalid_type"]]);
  });

  it("has at most 2,000 digits on either side of the point", () => {
    const nines = "9".repeat(2_000);
    const least = `0.${"0".repeat(1_999)}1`;
    expect(sumAmounts([nines, "0", least])).toBe(`${nines}.${"0".repeat(1_999)}1`);
    // One more makes 1 with 2,000 zeros.
    expect(issuesOf(() => sumAmounts([nines, "1", "1"]))).toEqual([["decimal_out_of_range", 1]]);
    expect(issuesOf(() => sumAmounts([`-${nines}`, "-1"]))).toEqual([["decimal_out_of_range", 1]]);
    expect(sumAmounts([nines, "-1"])).toBe(`${"9".repeat(1_999)}8`);
  });

  describe("of fractions without a denominator in common", () => {
    // Fermat's numbers 2^(2^k) + 1 have no factor in common, and the product of the first n is the next less 2. So the
    // sum of 1/F0 to 1/F11 has the denominator F12 - 2, of 1,234 digits, and with 1/F12 it is F13 - 2, of 2,467.
    const fermat = Array.from({ length: 13 }, (_, k) => 2n ** (2n ** BigInt(k)) + 1n);
    const parts = fermat.map((each) => `1/${each}`);
    const last = parts.at(-1) ?? "";

    it("is exact as long as it can be read again", () => {
      const sum = sumAmounts(parts.slice(0, 12));
      // 1/F0 + … + 1/F11 in its lowest terms, as the denominators have no factor in common.
      const denominator = fermat.slice(0, 12).reduce((product, each) => product * each);
      const numerator = fermat.slice(0, 12).reduce((total, each) => total + denominator / each, 0n);
      expect(denominator).toBe(2n ** 4_096n - 1n);
      expect(sum).toBe(`${numerator}/${denominator}`);
      expect(compareAmounts(sum, sum)).toBe(0);
    });

    it("is refused where it cannot, by the amount with which it becomes too long", () => {
      expect(() => sumAmounts(parts)).toThrow(
        "[12] must be amounts that add up to a number of at most 2000 digits, got a sum that is longer",
      );
      expect(issuesOf(() => sumAmounts(parts))).toEqual([["decimal_out_of_range", 12]]);
      expect(issuesOf(() => sumAmounts([...parts, "1", "one", ...parts]))).toEqual([
        ["decimal_out_of_range", 12],
      ]);
      // F12 (F0 … F10) has 1,850 digits at most, which is still read; with F11 it is the same 2,467 again.
      expect(issuesOf(() => sumAmounts([last, ...parts.slice(0, 12)]))).toEqual([
        ["decimal_out_of_range", 12],
      ]);
    });

    it("has no limit on how many amounts there are", () => {
      const thirds = Array.from({ length: 30_000 }, () => "1/3");
      expect(sumAmounts(thirds)).toBe("10000");
    });
  });
});

describe("compareAmounts", () => {
  it.each<{ readonly a: DecimalInput; readonly b: DecimalInput; readonly order: -1 | 0 | 1 }>([
    { a: "9.90", b: "10", order: -1 },
    { a: "10", b: "9.90", order: 1 },
    { a: "1.0", b: "1", order: 0 },
    { a: "-0", b: "0.00", order: 0 },
    { a: "-2", b: "-1", order: -1 },
    { a: "1/3", b: "0.333333333333333333", order: 1 },
    { a: "9007199254740993", b: "9007199254740992", order: 1 },
    { a: 0.1, b: "0.1", order: 0 },
    { a: 10n, b: new Decimal("1e1"), order: 0 },
  ])("of $a and $b is $order", ({ a, b, order }) => {
    expect(compareAmounts(a, b)).toBe(order);
  });

  it("agrees with exact fractions", () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const { top } = minus(read(a), read(b));
        return compareAmounts(a, b) === (top < 0n ? -1 : Number(top > 0n));
      }),
    );
  });

  it("sorts", () => {
    expect(["10", "9", "1e1", "-1", "9.5", "1/3"].sort(compareAmounts)).toEqual([
      "-1",
      "1/3",
      "9",
      "9.5",
      "10",
      "1e1",
    ]);
  });

  it("reports both sides", () => {
    expect(issuesOf(() => compareAmounts("one", Number.NaN))).toEqual([
      ["not_a_decimal", 0],
      ["not_finite", 1],
    ]);
  });
});

describe("a decimal in a message", () => {
  it("stands as it was written, or by its digits where it is an object", () => {
    expect(decimalExcerpt(exact("1.50"), "1.50")).toBe('"1.50"');
    expect(decimalExcerpt(exact("1.50"), 1.5)).toBe("1.5");
    expect(decimalExcerpt(exact("1.50"), new Decimal("1.50"))).toBe("1.5");
  });
});
