import { isPlainRecord, ownFields } from "../../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { decimalIssue } from "../../money/amounts.js";
import { isDecimalLike, isProblem, readDecimal } from "../../money/decimal.js";
import { type Fraction, ONE } from "../../money/fraction.js";
import { isRecord } from "../../schema/unknown-record.js";

/** What currencies are worth in that of the result. */
export interface Rates {
  /** That of the result by default; reports a currency without a rate. */
  readonly of: (currency: unknown, path: readonly PathSegment[]) => Fraction | undefined;
}

/** Reads exchange rates. */
export function readRates(input: unknown, into: string, issues: PricingIssue[]): Rates {
  const path = ["exchangeRates"];
  const given =
    isRecord(input) && isPlainRecord(input) && !isDecimalLike(input) ? ownFields(input) : undefined;
  if (input !== undefined && given === undefined) {
    const expected = "a record of rates by currency code";
    issues.push(issueAt("invalid_type", path, { expected, received: input }));
  }
  const rates = new Map<string, Fraction>();
  for (const [code, value] of Object.entries(given ?? {})) {
    if (value === undefined || value === null) continue;
    const read = readDecimal(value);
    // A wrong rate is reported once, and not missing besides.
    rates.set(code, ONE);
    if (isProblem(read)) issues.push(decimalIssue(read, [...path, code], value));
    else if (read.numerator <= 0n || (code === into && read.numerator !== read.denominator)) {
      const expected = code === into ? `1, as all amounts are in ${into}` : "more than 0";
      issues.push(issueAt("out_of_range", [...path, code], { expected, received: value }));
    } else rates.set(code, read);
  }
  return {
    of(currency, at) {
      if (currency === undefined || currency === into) return ONE;
      const rate = typeof currency === "string" ? rates.get(currency) : undefined;
      if (rate !== undefined) return rate;
      const expected = `${into}, or a currency with a rate in exchangeRates`;
      issues.push(issueAt("currency_mismatch", at, { expected, received: currency }));
      return undefined;
    },
  };
}
