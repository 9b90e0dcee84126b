import { createRequire } from "node:module";
import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decimalsIn,
  exact,
  isDecimalLike,
  isProblem,
  OUTPUT_LIMITS,
  readDecimal,
  readExact,
} from "../../src/money/decimal.js";
import { compare, formatExact, formatScaled, fraction } from "../../src/money/fraction.js";
import { tries } from "../support/tries.js";

/** What a value is read as, in plain notation, or why it is not read. */
function reading(input: unknown, limits?: { readonly digits: number }): string {
  const value = readDecimal(input, limits);
  return isProblem(value) ? value : formatExact(value);
}

const nines = (count: number) => "9".repeat(count);
const powerOfTen = (exponent: number) => `1${"0".repeat(exponent)}`;

/** Texts as people and programs write decimals: signs, leading zeros, points anywhere, exponents. */
const texts = fc
  .tuple(
    fc.constantFrom("", "-", "+"),
    fc.stringMatching(/^[0-9]{0,120}$/),
    fc.constantFrom("", "."),
    fc.stringMatching(/^[0-9]{0,120}$/),
    fc.option(fc.tuple(fc.constantFrom("e", "E", "e+", "e-"), fc.nat(260)), { nil: undefined }),
  )
  .map(
    ([sign, whole, point, rest, exponent]) =>
      sign + whole + point + rest + (exponent ?? []).join(""),
  );

describe("reading by hand", () => {
  it("reads every text as decimal.js does, or says that it is too long", () => {
    const Plain = Decimal.clone({ toExpNeg: -9e15, toExpPos: 9e15 });
    fc.assert(
      fc.property(texts, (text) => {
        const read = reading(text);
        if (read === "not_a_decimal") expect(() => new Plain(text)).toThrow();
        else if (read === "decimal_out_of_range") {
          const [whole = "", decimals = ""] = text.replace(/^[-+]|[eE].*$/g, "").split(".");
          const oracle = new Plain(text);
          const isLong = Math.max(whole.length, decimals.length) > 100;
          expect(isLong || oracle.e >= 100 || oracle.decimalPlaces() > 100).toBe(true);
        } else expect(read).toBe(new Plain(text).toFixed().replace(/^-0$/, "0"));
      }),
      tries(1_000),
    );
  });
});

describe("reading a decimal", () => {
  it.each([
    { input: "0", reads: "0" },
    { input: "-0", reads: "0" },
    { input: "-0.00", reads: "0" },
    { input: "42", reads: "42" },
    { input: "-42.50", reads: "-42.5" },
    { input: "007.070", reads: "7.07" },
    { input: "0.1", reads: "0.1" },
    { input: ".5", reads: "0.5" },
    { input: "5.", reads: "5" },
    { input: "+5", reads: "5" },
    { input: "1e3", reads: "1000" },
    { input: "1E+3", reads: "1000" },
    { input: "-12.5e-3", reads: "-0.0125" },
    { input: "0e999999", reads: "0" },
    { input: "9007199254740993", reads: "9007199254740993" },
    { input: "1e99", reads: powerOfTen(99) },
    { input: nines(100), reads: nines(100) },
    { input: `-${nines(100)}.${nines(100)}`, reads: `-${nines(100)}.${nines(100)}` },
    { input: "1e-100", reads: `0.${"0".repeat(99)}1` },
    { input: 0, reads: "0" },
    { input: -0, reads: "0" },
    { input: 0.1, reads: "0.1" },
    { input: 0.1 + 0.2, reads: "0.30000000000000004" },
    { input: 1e-7, reads: "0.0000001" },
    { input: 1.005, reads: "1.005" },
    { input: 2 ** 53 - 1, reads: "9007199254740991" },
    { input: -(2 ** 53 - 1), reads: "-9007199254740991" },
    { input: 12345678901234n, reads: "12345678901234" },
    { input: -(10n ** 100n) + 1n, reads: `-${nines(100)}` },
  ])("takes $input exactly", ({ input, reads }) => {
    expect(reading(input)).toBe(reads);
  });

  const others: readonly unknown[] = [
    ...["", " ", " 1", "1 ", "1\n", "1_000", "1,000", "1 000", "12,50"],
    ...["0x10", "0b1", "0o7", "1n", "$1", "1%", "--1", "+-1", "1.2.3", "1e", "e5", "1e1.5"],
    ...[".", "-", "+", "-.", "1/2", "true", "null", "undefined", "one", "infinity", "nan"],
    ...["xInfinity", "Infinitys", "xNaN", "NaNs", "- Infinity"],
    ...["１", "٣", "−1", "1．5", "½", "\u00a01", "1\u0000", "\ufeff1"],
    ...[null, undefined, true, false, {}, [], [1], ["1"], new Date(0), /1/, new Map()],
    ...[() => 1, Symbol("1"), new Number(1), new String("1"), Object(1n)],
    ...[{ valueOf: () => 1 }, { toString: () => "1" }, { [Symbol.toPrimitive]: () => 1 }],
    ...[
      { s: 1, e: 0, d: [5] },
      { s: 1, e: 0, c: [5], toFixed: () => "5" },
    ],
  ];
  it.each(others.map((input) => ({ input, shown: inspect(input) })))(
    "refuses $shown, which is no decimal",
    ({ input }) => {
      expect(reading(input)).toBe("not_a_decimal");
    },
  );

  it.each([
    { input: Number.NaN, problem: "not_finite" },
    { input: Number.POSITIVE_INFINITY, problem: "not_finite" },
    { input: Number.NEGATIVE_INFINITY, problem: "not_finite" },
    { input: "NaN", problem: "not_finite" },
    { input: "Infinity", problem: "not_finite" },
    { input: "-Infinity", problem: "not_finite" },
    { input: new Decimal("NaN"), problem: "not_finite" },
    { input: new Decimal("-Infinity"), problem: "not_finite" },
    { input: 2 ** 53, problem: "unsafe_number" },
    { input: -(2 ** 53), problem: "unsafe_number" },
    { input: Number.MAX_VALUE, problem: "unsafe_number" },
    { input: Number.MIN_VALUE, problem: "decimal_out_of_range" },
    { input: "1e100", problem: "decimal_out_of_range" },
    { input: "1e-101", problem: "decimal_out_of_range" },
    { input: "1e999999", problem: "decimal_out_of_range" },
    { input: "-1e-999999", problem: "decimal_out_of_range" },
    { input: `1e${nines(20)}`, problem: "decimal_out_of_range" },
    { input: 10n ** 100n, problem: "decimal_out_of_range" },
    { input: -(10n ** 100n), problem: "decimal_out_of_range" },
    { input: new Decimal("1e100"), problem: "decimal_out_of_range" },
    { input: `0.${nines(101)}`, problem: "decimal_out_of_range" },
  ])("refuses $input: $problem", ({ input, problem }) => {
    expect(reading(input)).toBe(problem);
  });

  it.each([
    { sign: "", fraction: "" },
    { sign: "-", fraction: "" },
    { sign: "", fraction: ".5" },
    { sign: "-", fraction: ".5" },
  ])("takes 100 digits before the point and refuses 101: $sign…$fraction", (around) => {
    const written = (digits: number) => `${around.sign}${nines(digits)}${around.fraction}`;
    expect(reading(written(100))).toBe(written(100));
    expect(reading(written(101))).toBe("decimal_out_of_range");
  });

  it.each([
    { name: "digits", input: nines(1_000_000), problem: "decimal_out_of_range" },
    { name: "negative digits", input: `-${nines(1_000_000)}`, problem: "decimal_out_of_range" },
    { name: "decimals", input: `0.${nines(1_000_000)}`, problem: "decimal_out_of_range" },
    { name: "an exponent", input: `1e${nines(1_000_000)}`, problem: "decimal_out_of_range" },
    { name: "letters", input: "a".repeat(1_000_000), problem: "not_a_decimal" },
    { name: "spaces", input: " ".repeat(1_000_000), problem: "not_a_decimal" },
  ])("refuses 1 MB of $name at once", ({ input, problem }) => {
    const start = performance.now();
    for (let round = 0; round < 100; round += 1) expect(reading(input)).toBe(problem);
    expect((performance.now() - start) / 100).toBeLessThan(5);
  });

  it("says of a text that is too long what its first 1,000 characters are like", () => {
    expect(reading(`${nines(1_000)}x`)).toBe("decimal_out_of_range");
    expect(reading(`${nines(999)}x`)).toBe("not_a_decimal");
  });

  it("reads a number by its shortest decimal form", () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (number) => {
        const text = reading(number);
        if (Math.abs(number) > Number.MAX_SAFE_INTEGER) return text === "unsafe_number";
        const shortest = new Decimal(number);
        if (shortest.decimalPlaces() > 100) return text === "decimal_out_of_range";
        return text === shortest.toFixed().replace(/^-0$/, "0") && Number(text) === number + 0;
      }),
    );
  });

  it("reads every string of digits as what it says", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
        fc.nat({ max: 60 }),
        fc.integer({ min: -39, max: 39 }),
        (units, decimals, exponent) => {
          const plain = readDecimal(formatScaled(units, decimals));
          const scientific = readDecimal(`${units}e${exponent}`);
          if (isProblem(plain) || isProblem(scientific)) return false;
          const [up, down] = [
            10n ** BigInt(Math.max(exponent, 0)),
            10n ** BigInt(Math.max(-exponent, 0)),
          ];
          return (
            compare(plain, fraction(units, 10n ** BigInt(decimals))) === 0 &&
            compare(scientific, fraction(units * up, down)) === 0
          );
        },
      ),
    );
  });

  it("answers for any value whatever, and never throws", () => {
    const weird = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    const nearly = fc
      .array(fc.constantFrom(..."0123456789.-+eE/ _xInfityNa１\u00a0"), { maxLength: 12 })
      .map((characters) => characters.join(""));
    fc.assert(fc.property(weird, (value) => typeof reading(value) === "string"));
    fc.assert(fc.property(nearly, (text) => typeof reading(text) === "string"));
  });

  it("reads what it may have written itself up to 2,000 digits", () => {
    expect(reading(nines(1_999), OUTPUT_LIMITS)).toBe(nines(1_999));
    expect(formatExact(exact(`-${nines(500)}.${nines(500)}`))).toBe(`-${nines(500)}.${nines(500)}`);
    expect(reading(`1e${2_001}`, OUTPUT_LIMITS)).toBe("decimal_out_of_range");
  });
});

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const unreadable: unknown = revoked.proxy;

describe("reading a decimal of decimal.js", () => {
  // The CommonJS build is another copy than the one that is imported: no class of the one knows the other.
  const other: typeof Decimal = createRequire(import.meta.url)("decimal.js");
  const Foreign = other.clone({ precision: 3, rounding: 1, toExpPos: 1, toExpNeg: -1 });

  it.each(["0", "-0", "7", "-12.5", "1e-30", "123456789012345678901234567890.123456789", "1e99"])(
    "takes %s of any copy, exactly",
    (text) => {
      const plain = reading(text);
      for (const copy of [Decimal, Decimal.clone({ precision: 2 }), other, Foreign]) {
        expect(reading(new copy(text))).toBe(plain);
      }
    },
  );

  it("takes nothing else for one", () => {
    const fields = { s: 1, e: 0, d: [5], toStringTag: "[object Decimal]" };
    for (const other of [null, undefined, 5, "5", 5n, () => 5, [5], {}, fields]) {
      expect(isDecimalLike(other)).toBe(false);
    }
    expect(isDecimalLike(unreadable)).toBe(false);
    // A function is none, whatever it inherits and carries.
    const callable = Object.assign(() => 5, { s: 1, e: 0, d: [5] });
    expect(isDecimalLike(Object.setPrototypeOf(callable, Decimal.prototype))).toBe(false);
  });

  it("uses a copy that is foreign indeed", () => {
    const decimal = new Foreign("1234.5");
    expect(decimal).not.toBeInstanceOf(Decimal);
    expect(`${decimal}`).toBe("1.2345e+3");
    expect(isDecimalLike(decimal)).toBe(true);
  });

  it("keeps the digits that its copy would have rounded away", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 80n), max: 10n ** 80n }),
        fc.nat({ max: 80 }),
        (units, decimals) => {
          const text = formatScaled(units, decimals);
          return reading(new Foreign(text)) === reading(text);
        },
      ),
    );
  });
});

describe("reading a hostile object", () => {
  const tag = "[object Decimal]";
  const stop = () => {
    throw new Error("do not touch");
  };

  /** Reads with a limit of time, so that a reading that never ends fails instead of hanging the run. */
  function readingInTime(input: unknown): unknown {
    return runInNewContext("read()", { read: () => reading(input) }, { timeout: 300 });
  }

  it.each<readonly [string, unknown]>([
    ["a getter that throws", Object.defineProperty({}, "toStringTag", { get: stop })],
    ["a proxy that throws", new Proxy({}, { get: stop, getPrototypeOf: stop, has: stop })],
    ["a revoked proxy", unreadable],
    [
      "digits that throw",
      Object.defineProperty({ toStringTag: tag, s: 1, e: 0 }, "d", { get: stop }),
    ],
  ])("refuses %s", (_name, input) => {
    expect(readingInTime(input)).toBe("not_a_decimal");
  });

  // What JSON can hold, and so an event from anywhere.
  it.each<readonly [string, object]>([
    ["nothing but the claim is wrong", { s: 1, e: 0, d: [5] }],
    ["no digits", {}],
    ["an object for digits", { s: 1, e: 0, d: {} }],
    ["a text for digits", { s: 1, e: 0, d: "5" }],
    ["an empty list of digits", { s: 1, e: 0, d: [] }],
    ["texts among the digits", { s: 1, e: 0, d: ["5"] }],
    ["null among the digits", { s: 1, e: 0, d: [null] }],
    ["negative digits", { s: 1, e: 0, d: [-3] }],
    ["fractional digits", { s: 1, e: 0, d: [1.5] }],
    ["digits beyond their base", { s: 1, e: 7, d: [10_000_000] }],
    ["digits that end in a zero group", { s: 1, e: 7, d: [1, 0] }],
    ["digits that start with a zero group", { s: 1, e: 7, d: [0, 1] }],
    ["an exponent that contradicts the digits", { s: 1, e: 50, d: [1] }],
    ["an exponent that is a text", { s: 1, e: "5", d: [1] }],
    ["no exponent", { s: 1, d: [1] }],
    ["a fractional exponent", { s: 1, e: 0.5, d: [1] }],
    ["a sign that is none", { s: 7, e: 0, d: [1] }],
  ])("refuses an object that only claims to be a decimal: %s", (_name, fields) => {
    const result = readingInTime({ toStringTag: tag, toFixed: "5", ...fields });
    expect(["not_a_decimal", "not_finite", "decimal_out_of_range"]).toContain(result);
  });
});

describe("reading a decimal whose fields were changed", () => {
  /** A decimal of decimal.js, with other fields than it had. */
  function changed(fields: object): unknown {
    return Object.assign(new Decimal("1"), fields);
  }

  it("is reading what it says, where that is a decimal", () => {
    expect(reading(changed({}))).toBe("1");
    expect(reading(changed({ s: -1, e: 8, d: [12, 3456789] }))).toBe("-123456789");
    expect(reading(changed({ e: 14, d: [1, 0, 5] }))).toBe("100000000000005");
    // The first group of 0.00123 is 0012300, of which a number keeps five digits; with four, e would be -4.
    expect(reading(changed({ e: -3, d: [12_300] }))).toBe("0.00123");
    expect(reading(changed({ e: -3, d: [1_230] }))).toBe("not_a_decimal");
  });

  it.each<readonly [string, object]>([
    ["another sign", { s: 7 }],
    ["no sign", { s: undefined }],
    ["no exponent", { e: undefined }],
    ["an exponent that is a text", { e: "0" }],
    ["a fractional exponent", { e: 0.5 }],
    ["an exponent that contradicts the digits", { e: 1 }],
    ["an exponent far from the digits", { e: 50 }],
    ["an object for digits", { d: {} }],
    ["a text for digits", { d: "1" }],
    ["no digits", { d: [] }],
    ["a text among the digits", { e: 7, d: [1, "0000002"] }],
    ["null among the digits", { e: 7, d: [1, null] }],
    ["a negative first group", { e: 1, d: [-3] }],
    ["a negative group", { e: 7, d: [1, -2] }],
    ["a fractional group", { e: 2, d: [1.5] }],
    ["a group beyond its base", { e: 7, d: [1, 10_000_000] }],
    ["a zero group first", { e: 7, d: [0, 1] }],
    ["a zero group first, as that of zero", { e: 0, d: [0, 1] }],
    ["a zero group last", { e: 7, d: [1, 0] }],
    ["a zero group last, after others", { e: 14, d: [1, 5, 0] }],
    ["a zero with an exponent", { e: 3, d: [0] }],
    [
      "digits that throw",
      Object.defineProperty([1], 0, {
        get: () => {
          throw new Error("do not touch");
        },
      }),
    ],
  ])("refuses %s", (_name, fields) => {
    expect(reading(changed(Array.isArray(fields) ? { d: fields } : fields))).toBe("not_a_decimal");
  });

  it("refuses more digits than there may be, however many", () => {
    for (const groups of [40, 100_000]) {
      const d = Array.from({ length: groups }, () => 1_234_567);
      expect(reading(changed({ e: 6, d }))).toBe("decimal_out_of_range");
    }
  });
});

describe("reading an exact amount", () => {
  it.each([
    { text: "1000/31", reads: "1000/31" },
    { text: "-2/4", reads: "-0.5" },
    { text: "6/3", reads: "2" },
    { text: "0/7", reads: "0" },
    { text: "-0.50", reads: "-0.5" },
  ])("takes $text", ({ text, reads }) => {
    expect(formatExact(exact(text))).toBe(reads);
  });

  it.each(["1/0", "1/-2", "1/2/3", "/2", "1/", " 1/2", "1.5/2", "1/2.5", "1/02", "1e3/7"])(
    "refuses %s",
    (text) => {
      expect(readExact(text)).toBe("not_a_decimal");
    },
  );

  it("says of a text that is too long to be read what it begins like", () => {
    expect(readExact(`1/${nines(8_001)}`)).toBe("decimal_out_of_range");
    expect(readExact(`-${nines(8_001)}/7`)).toBe("decimal_out_of_range");
    expect(readExact(`one/${nines(8_001)}`)).toBe("not_a_decimal");
    expect(readExact(`1x/${nines(8_001)}`)).toBe("not_a_decimal");
    // 8,000 characters are still read to the end.
    expect(readExact(`1/${nines(7_997)}x`)).toBe("not_a_decimal");
    expect(readExact(`1/${nines(7_998)}x`)).toBe("decimal_out_of_range");
  });

  it("takes denominators of up to 10^2000, and what is left of longer ones in lowest terms", () => {
    expect(formatExact(exact(`1/${powerOfTen(2_000)}`))).toBe(`0.${"0".repeat(1_999)}1`);
    expect(readExact(`1/${powerOfTen(2_000)}1`)).toBe("decimal_out_of_range");
    expect(readExact(`-1/${nines(2_001)}`)).toBe("decimal_out_of_range");
  });

  it("is our bug where the text is our own", () => {
    expect(() => exact("one")).toThrow("unreachable: not_a_decimal in parsed data");
  });
});

describe("counting decimals", () => {
  it.each([
    { text: "5", decimals: 0 },
    { text: "-5.0", decimals: 1 },
    { text: "0.125", decimals: 3 },
  ])("finds $decimals in $text", ({ text, decimals }) => {
    expect(decimalsIn(text)).toBe(decimals);
  });
});

describe("decimals of few digits", () => {
  it("LAW: texts are read as with an exponent of 0, which is read the long way", () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(..."0123456789.-"), maxLength: 18 }),
      fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, rest]) => `${whole}.${rest}`),
    );
    fc.assert(
      fc.property(text, (input) => {
        expect(reading(input)).toBe(reading(`${input}e0`));
      }),
      tries(3_000),
    );
  });

  it("LAW: numbers are read by their shortest form", () => {
    const number = fc.oneof(
      fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e6, max: 1e6 }),
      fc.tuple(fc.integer(), fc.constantFrom(10, 100, 1e3, 1e6, 1e7)).map(([n, by]) => n / by),
      fc.tuple(fc.maxSafeInteger(), fc.constantFrom(10, 1e3, 1e6)).map(([n, by]) => n / by),
    );
    fc.assert(
      fc.property(number, (input) => {
        const text = String(input);
        expect(reading(input)).toBe(reading(text.includes("e") ? text : `${text}e0`));
      }),
      tries(3_000),
    );
  });
});
