import { issueAt, type PricingIssue } from "../errors.js";
import { decimalExcerpt, decimalIssue } from "../money/amounts.js";
import { CURRENCY_CODE, type CustomCurrencies, minorUnits } from "../money/currency.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { compare, type Fraction, formatExact, fraction, isNegative } from "../money/fraction.js";
import { isRecord, isWhole, OPEN_END, type Report } from "./unknown-record.js";

/** Reads a field, reporting what is wrong with it; what it returns then is never used. */
export type FieldReader<T> = (input: unknown, report: Report) => T;

/** What a decimal may be besides. */
export type Restriction = (value: Fraction, found: string) => PricingIssue | undefined;

/** Reads decimals into canonical plain notation: no exponent, no leading or trailing zeros. */
export function decimalReader(restrictions: readonly Restriction[]): FieldReader<string> {
  return (input, report) => {
    if (input === undefined) {
      report(issueAt("missing", [], { expected: "a decimal number", received: input }));
      return "";
    }
    const value = readDecimal(input);
    if (isProblem(value)) {
      report(decimalIssue(value, [], input));
      return "";
    }
    for (const restriction of restrictions) {
      const issue = restriction(value, decimalExcerpt(value, input));
      if (issue !== undefined) report(issue);
    }
    return formatExact(value);
  };
}

export const notNegative: Restriction = (value, found) =>
  isNegative(value) ? issueAt("out_of_range", [], { expected: "0 or more", found }) : undefined;

export const notNegativePrice: Restriction = (value, found) =>
  isNegative(value) ? issueAt("negative_price", [], { expected: "0 or more", found }) : undefined;

export const positive: Restriction = (value, found) =>
  value.numerator <= 0n
    ? issueAt("out_of_range", [], { expected: "more than 0", found })
    : undefined;

export const atMostHundred: Restriction = (value, found) =>
  compare(value, fraction(100n)) > 0
    ? issueAt("out_of_range", [], { expected: "100 or less", found })
    : undefined;

/** How people write that a bound is none. */
const OPEN_ENDS: readonly unknown[] = [Number.POSITIVE_INFINITY, "Infinity", OPEN_END];
const readBound = decimalReader([notNegative]);

/** Reads an upper bound: a decimal from 0, or {@link OPEN_END}, which the list of tiers leaves out. */
export const readUpperBound: FieldReader<string> = (input, report) =>
  OPEN_ENDS.includes(input) ? OPEN_END : readBound(input, report);

/** Without flags, so that it says the same in JSON Schema. */
export const EVENT_FIELD = /^(?:subject|name|agentId|agentType|properties\.[\s\S]+)$/;

/** Reads the name of a field of usage events: one of ours, or a property as `properties.region`. */
export const readEventField: FieldReader<string> = (input, report) => {
  if (typeof input === "string" && EVENT_FIELD.test(input)) return input;
  const expected = '"subject", "name", "agentId", "agentType" or "properties.<name>"';
  const code = input === undefined ? "missing" : "invalid_value";
  report(issueAt(code, [], { expected, received: input }));
  return "";
};

export const LONGEST_ID = 255;
/** Of a name or description for people. */
export const LONGEST_TEXT = 10_000;

/** Reads an identifier of the caller's: any text of 1 to 255 characters. */
export const readId: FieldReader<string> = (input, report) => {
  if (typeof input === "string" && input.length >= 1 && input.length <= LONGEST_ID) return input;
  const expected = `a text of 1 to ${LONGEST_ID} characters`;
  if (input === undefined) report(issueAt("missing", [], { expected, received: input }));
  else report(issueAt("invalid_id", [], { expected, received: input }));
  return "";
};

/** Reads a currency code that is known: active in ISO 4217, or custom in the policy. */
export function currencyReader(custom: CustomCurrencies | undefined): FieldReader<string> {
  return (input, report) => {
    if (typeof input === "string" && minorUnits(input, custom) !== undefined) return input;
    const expected = "an active ISO 4217 code, or one of policy.currencies";
    const code = typeof input === "string" ? "unknown_currency" : "invalid_type";
    report(issueAt(code, [], { expected, received: input }));
    return "";
  };
}

/** Reads the decimals of custom currencies, by code. */
export const readCurrencies: FieldReader<CustomCurrencies> = (input, report) => {
  const expected = "an object of currency codes and their decimals, 0 to 12";
  if (!isRecord(input)) {
    report(issueAt("invalid_type", [], { expected, received: input }));
    return {};
  }
  for (const [code, decimals] of Object.entries(input)) {
    if (!CURRENCY_CODE.test(code)) {
      const form = "a code of 2 to 32 characters A-Z, 0-9, _ or -, starting with a letter";
      report(issueAt("unknown_currency", [code], { expected: form, received: code }));
    }
    if (!isWhole(decimals, 0, 12)) {
      const range = "a whole number from 0 to 12";
      report(issueAt("out_of_range", [code], { expected: range, received: decimals }));
    }
  }
  return { ...input } as CustomCurrencies;
};
