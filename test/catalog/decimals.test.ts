/** Decimals wherever the catalog asks for one: what is read, in which form it comes out, and what is refused. */
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { type DecimalInput, type PricingIssueCode, parseCharge, safeParseCharge } from "rateplan";
import { describe, expect, it } from "vitest";
import { ForeignDecimal, writtenDecimal } from "../support/arbitraries.js";

function priced(amount: unknown) {
  return { id: "fee", name: "Fee", chargeType: "one-time", pricing: { model: "flat", amount } };
}

function amountOf(amount: DecimalInput): string {
  const { pricing } = parseCharge({
    id: "fee",
    name: "Fee",
    chargeType: "one-time",
    pricing: { model: "flat", amount },
  });
  if (pricing.model !== "flat") throw new Error(`a flat charge became ${pricing.model}`);
  return pricing.amount;
}

describe("decimals that are read", () => {
  it.each<[DecimalInput, string]>([
    ["0", "0"],
    ["-0", "0"],
    [-0, "0"],
    ["0.000", "0"],
    ["0e999999", "0"],
    ["1", "1"],
    ["+1", "1"],
    ["007", "7"],
    ["1.", "1"],
    [".5", "0.5"],
    ["0.10", "0.1"],
    ["1e3", "1000"],
    ["1E+3", "1000"],
    ["12.5e-4", "0.00125"],
    ["0.00000000000000000001", "0.00000000000000000001"],
    [0.1, "0.1"],
    [0.30000000000000004, "0.30000000000000004"],
    [1e-7, "0.0000001"],
    [1.5e-10, "0.00000000015"],
    [9_007_199_254_740_991, "9007199254740991"],
    [12_345_678_901_234_567_890n, "12345678901234567890"],
    [new Decimal("1.50"), "1.5"],
    [new ForeignDecimal("123456.789"), "123456.789"],
    ["9".repeat(100), "9".repeat(100)],
    [10n ** 100n - 1n, "9".repeat(100)],
    [`0.${"1".repeat(100)}`, `0.${"1".repeat(100)}`],
    ["1e99", `1${"0".repeat(99)}`],
    ["1e-100", `0.${"0".repeat(99)}1`],
  ])("reads %s as %s", (written, canonical) => {
    expect(amountOf(written)).toBe(canonical);
  });

  it("brings every notation of a number to the same text", () => {
    fc.assert(
      fc.property(
        writtenDecimal({ most: 10n ** 40n, decimals: 40 }),
        ({ written, canonical }) => amountOf(written) === canonical,
      ),
    );
  });

  it("reads numbers by their shortest decimal form", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-80, max: 2 ** 53 - 1, noNaN: true }),
        // What comes out names the same double, and no shorter text does.
        (number) =>
          Number(amountOf(number)) === number && amountOf(number) === amountOf(`${number}`),
      ),
    );
  });
});

interface BadDecimal {
  readonly title: string;
  readonly value: unknown;
  readonly code: PricingIssueCode;
}

const refused: readonly BadDecimal[] = [
  { title: "an empty text", value: "", code: "not_a_decimal" },
  { title: "a blank", value: " ", code: "not_a_decimal" },
  { title: "a number in blanks", value: " 1 ", code: "not_a_decimal" },
  { title: "a word", value: "free", code: "not_a_decimal" },
  { title: "a thousands separator", value: "1,000", code: "not_a_decimal" },
  { title: "an underscore", value: "1_000", code: "not_a_decimal" },
  { title: "a currency sign", value: "$5", code: "not_a_decimal" },
  { title: "a percent sign", value: "5%", code: "not_a_decimal" },
  { title: "a fraction", value: "1/3", code: "not_a_decimal" },
  { title: "hexadecimal", value: "0x10", code: "not_a_decimal" },
  { title: "binary", value: "0b11", code: "not_a_decimal" },
  { title: "two points", value: "1.2.3", code: "not_a_decimal" },
  { title: "two signs", value: "--1", code: "not_a_decimal" },
  { title: "a point alone", value: ".", code: "not_a_decimal" },
  { title: "an exponent without a number", value: "e5", code: "not_a_decimal" },
  { title: "digits of another script", value: "١٢", code: "not_a_decimal" },
  { title: "a number and a line break", value: "1\n", code: "not_a_decimal" },
  { title: "true", value: true, code: "not_a_decimal" },
  { title: "null, which is nothing", value: null, code: "missing" },
  { title: "a list of a number", value: [1], code: "not_a_decimal" },
  { title: "an object", value: {}, code: "not_a_decimal" },
  { title: "a Number object", value: new Number(1), code: "not_a_decimal" },
  { title: "a date", value: new Date(0), code: "not_a_decimal" },
  { title: "a function", value: () => 1, code: "not_a_decimal" },
  { title: "a symbol", value: Symbol("1"), code: "not_a_decimal" },
  { title: "NaN", value: Number.NaN, code: "not_finite" },
  { title: "Infinity", value: Number.POSITIVE_INFINITY, code: "not_finite" },
  { title: "-Infinity", value: Number.NEGATIVE_INFINITY, code: "not_finite" },
  { title: '"NaN"', value: "NaN", code: "not_finite" },
  { title: '"Infinity"', value: "Infinity", code: "not_finite" },
  { title: '"-Infinity"', value: "-Infinity", code: "not_finite" },
  { title: "a decimal that is NaN", value: new Decimal(Number.NaN), code: "not_finite" },
  { title: "a decimal that is infinite", value: new Decimal("Infinity"), code: "not_finite" },
  { title: "2^53 as a number", value: 2 ** 53, code: "unsafe_number" },
  { title: "1e21 as a number", value: 1e21, code: "unsafe_number" },
  { title: "the largest number", value: Number.MAX_VALUE, code: "unsafe_number" },
  { title: "1e999999", value: "1e999999", code: "decimal_out_of_range" },
  { title: "1e-999999", value: "1e-999999", code: "decimal_out_of_range" },
  { title: "an exponent of 30 digits", value: `1e${"9".repeat(30)}`, code: "decimal_out_of_range" },
  { title: "a 1 MB digit string", value: "7".repeat(2 ** 20), code: "decimal_out_of_range" },
  { title: "1 MB of decimals", value: `0.${"7".repeat(2 ** 20)}`, code: "decimal_out_of_range" },
  { title: "1 MB of letters", value: "seven".repeat(2 ** 18), code: "not_a_decimal" },
  { title: "101 digits", value: "1".repeat(101), code: "decimal_out_of_range" },
  { title: "101 decimals", value: `0.${"1".repeat(101)}`, code: "decimal_out_of_range" },
  { title: "1e100", value: "1e100", code: "decimal_out_of_range" },
  { title: "a bigint of 101 digits", value: 10n ** 100n, code: "decimal_out_of_range" },
  { title: "a decimal of 101 digits", value: new Decimal("1e100"), code: "decimal_out_of_range" },
  { title: "the smallest number", value: Number.MIN_VALUE, code: "decimal_out_of_range" },
];

describe("decimals that are refused", () => {
  it.each(refused)("refuses $title", ({ value, code }) => {
    expect(safeParseCharge(priced(value))).toMatchObject({
      ok: false,
      issues: [{ code, path: ["pricing", "amount"] }],
    });
  });

  /** Every field of a charge that holds a decimal, and how to fill it. */
  const usage = { id: "u", name: "U", chargeType: "usage", unitOfMeasure: "@outcome" };
  const places: readonly {
    readonly path: readonly (string | number)[];
    readonly charge: (decimal: unknown) => unknown;
  }[] = [
    { path: ["pricing", "amount"], charge: priced },
    {
      path: ["pricing", "unitPrice"],
      charge: (unitPrice) => ({ ...usage, pricing: { model: "per-unit", unitPrice } }),
    },
    ...["unitPrice", "flatFee", "upTo"].map((field) => ({
      path: ["pricing", "tiers", 0, field],
      charge: (decimal: unknown) => ({
        ...usage,
        pricing: {
          model: "tiered",
          tiers: [{ unitPrice: 1, flatFee: 1, upTo: 5, [field]: decimal }, { unitPrice: 1 }],
        },
      }),
    })),
    ...["start", "end"].map((field) => ({
      path: ["pricing", "tiers", 0, field],
      charge: (decimal: unknown) => ({
        ...usage,
        pricing: {
          model: "volume",
          tiers: [
            { start: 0, end: 5, unitPrice: 1, [field]: decimal },
            { start: 5, unitPrice: 1 },
          ],
        },
      }),
    })),
    ...["includedUnits", "minimum", "maximum"].map((field) => ({
      path: [field],
      charge: (decimal: unknown) => ({
        ...usage,
        pricing: { model: "per-unit", unitPrice: 1 },
        [field]: decimal,
      }),
    })),
    {
      path: ["quantityRounding", "increment"],
      charge: (increment) => ({
        ...usage,
        pricing: { model: "per-unit", unitPrice: 1 },
        quantityRounding: { mode: "up", increment },
      }),
    },
    ...["percent", "amount"].map((field) => ({
      path: ["pricing", field],
      charge: (decimal: unknown) => ({
        id: "d",
        name: "D",
        chargeType: "usage",
        pricing: { model: "discount", [field]: decimal },
      }),
    })),
  ];
  const samples = [
    { value: "twelve", code: "not_a_decimal" },
    { value: Number.NaN, code: "not_finite" },
    { value: Number.NEGATIVE_INFINITY, code: "not_finite" },
    { value: 2 ** 60, code: "unsafe_number" },
    { value: "1e999999", code: "decimal_out_of_range" },
  ];
  const everywhere = places.flatMap(({ path, charge }) =>
    samples.map(({ value, code }) => ({ where: path.join("."), path, charge, value, code })),
  );

  it.each(everywhere)("refuses $value as $where: $code", ({ path, charge, value, code }) => {
    expect(safeParseCharge(charge(value))).toMatchObject({ ok: false, issues: [{ code, path }] });
  });

  it.each([
    { title: "a word", value: "twelve", text: 'must be a decimal number, got "twelve"' },
    { title: "NaN", value: Number.NaN, text: "must be finite, got NaN" },
    {
      title: "an unsafe number",
      value: 2 ** 53,
      text: "must be a string, as a number is not exact beyond ±(2^53 - 1), got 9007199254740992",
    },
    {
      title: "a huge exponent",
      value: "1e999999",
      text: 'must be a number of at most 100 digits on either side of the point, got "1e999999"',
    },
    {
      title: "a 1 MB digit string",
      value: "7".repeat(2 ** 20),
      text: `must be a number of at most 100 digits on either side of the point, got "${"7".repeat(60)}… (1048576 characters)"`,
    },
    {
      title: "a long bigint",
      value: 10n ** 200n,
      text: "must be a number of at most 100 digits on either side of the point, got a very long bigint",
    },
  ])("says in one short line what is wrong with $title", ({ value, text }) => {
    expect(safeParseCharge(priced(value))).toMatchObject({
      issues: [{ message: `pricing.amount ${text}` }],
    });
  });
});
