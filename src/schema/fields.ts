import * as z from "zod";
// By its own path: reached through `z.core` it would bring every locale of zod along.
import { $ZodCheck } from "zod/v4/core";
import { issueAt, type PricingIssue } from "../errors.js";
import { decimalExcerpt, decimalIssue } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import { compare, type Fraction, formatExact, fraction, isNegative } from "../money/fraction.js";
import { isRecord, OPEN_END, type Report, type UnknownRecord } from "./unknown-record.js";

export {
  asksForNothing,
  decimalIn,
  isRecord,
  listIn,
  type Report,
  recordIn,
  type UnknownRecord,
} from "./unknown-record.js";

/** Our issue inside a zod issue: `parse.ts` takes it out again and puts the outer path before it. */
export interface CarriedIssue {
  readonly pricingIssue: PricingIssue;
}

function push(payload: z.core.ParsePayload, issue: PricingIssue): void {
  payload.issues.push({
    code: "custom",
    path: [...issue.path],
    message: issue.message,
    input: payload.value,
    params: { pricingIssue: issue } satisfies CarriedIssue,
  });
}

/**
 * A rule over several fields. It runs also when some field has failed, so that one parse reports everything;
 * therefore it gets the value as it stands and must not trust its shape.
 */
export function rule<T>(check: (value: UnknownRecord, report: Report) => void): $ZodCheck<T> {
  return rewrite((value, report) => {
    check(value, report);
    return value;
  });
}

/** A rule that also puts the value into its normal form. */
export function rewrite<T>(
  normalise: (value: UnknownRecord, report: Report) => UnknownRecord,
): $ZodCheck<T> {
  const zodCheck: $ZodCheck<T> = new $ZodCheck({ check: "custom", when: () => true });
  zodCheck._zod.check = (payload) => {
    const value: unknown = payload.value;
    if (!isRecord(value)) return;
    // Zod hands values on by assigning them to the payload.
    Object.assign(payload, {
      value: normalise(value, (issue) => push(payload, issue)),
    });
  };
  return zodCheck;
}

/** A rule that a price says one thing, and not several: exactly one of the fields is given. */
export function exactlyOneOf<T>(...fields: readonly string[]): $ZodCheck<T> {
  return rule((value, report) => {
    const given = fields.filter((name) => name in value);
    if (given.length === 1) return;
    const expected = `exactly one of ${fields.join(", ")}`;
    const found = given.join(" and ") || "none of them";
    report(issueAt("missing_price", [], { expected, found }));
  });
}

/** A field with a reader of its own. What the reader reports is carried out of zod with its code and facts. */
export function field<Out, In>(read: (input: unknown, report: Report) => Out): z.ZodType<Out, In> {
  return z
    .custom<In>(() => true)
    .transform((input, context) => read(input, (issue) => push(context, issue)));
}

type Restriction = (value: Fraction, found: string) => PricingIssue | undefined;

/** What a decimal may be, by the parser's rules and in JSON Schema. */
interface DecimalForm {
  readonly restrictions: readonly Restriction[];
  readonly pattern: string;
  readonly range: UnknownRecord;
}

function decimalSchema(form: DecimalForm): z.ZodType<string, DecimalInput> {
  return field<string, DecimalInput>((input, report) => readDecimalField(input, form, report)).meta(
    { anyOf: jsonFormsOf(form) },
  );
}

function readDecimalField(input: unknown, { restrictions }: DecimalForm, report: Report): string {
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
}

function jsonFormsOf({ pattern, range }: DecimalForm): UnknownRecord[] {
  const text = { type: "string", maxLength: LONGEST_DECIMAL, pattern: `^${pattern}${EXPONENT}$` };
  return [{ type: "number", ...range }, text];
}

const notNegative: Restriction = (value, found) =>
  isNegative(value) ? issueAt("out_of_range", [], { expected: "0 or more", found }) : undefined;

const notNegativePrice: Restriction = (value, found) =>
  isNegative(value) ? issueAt("negative_price", [], { expected: "0 or more", found }) : undefined;

const positive: Restriction = (value, found) =>
  value.numerator <= 0n
    ? issueAt("out_of_range", [], { expected: "more than 0", found })
    : undefined;

const atMostHundred: Restriction = (value, found) =>
  compare(value, fraction(100n)) > 0
    ? issueAt("out_of_range", [], { expected: "100 or less", found })
    : undefined;

const MOST = Number.MAX_SAFE_INTEGER;
/** Digits on either side of the point, the point, a sign and an exponent: nothing longer is read. */
const LONGEST_DECIMAL = 212;
const DIGITS = String.raw`(?:\d+\.?\d*|\.\d+)`;
const ZERO_DIGITS = String.raw`(?:0+\.?0*|\.0+)`;
const DIGITS_ABOVE_ZERO = String.raw`(?:0*[1-9]\d*\.?\d*|0*\.0*[1-9]\d*)`;
const NOT_NEGATIVE = String.raw`(?:\+?${DIGITS}|-${ZERO_DIGITS})`;
const EXPONENT = String.raw`(?:[eE][+-]?\d{1,7})?`;

/** Any decimal, in canonical plain notation: no exponent, no leading or trailing zeros. */
export const decimal = decimalSchema({
  restrictions: [],
  pattern: `[+-]?${DIGITS}`,
  range: { minimum: -MOST, maximum: MOST },
});
const FROM_ZERO: DecimalForm = {
  restrictions: [notNegative],
  pattern: NOT_NEGATIVE,
  range: { minimum: 0, maximum: MOST },
};
/** A decimal from 0, not a price. */
export const nonNegativeDecimal = decimalSchema(FROM_ZERO);

/** How people write that a bound is none. */
const OPEN_ENDS: readonly unknown[] = [Number.POSITIVE_INFINITY, "Infinity", OPEN_END];

/** An upper bound: a decimal from 0, or {@link OPEN_END}, which the list of tiers leaves out. */
export const upperBound = field<string, DecimalInput>((input, report) =>
  OPEN_ENDS.includes(input) ? OPEN_END : readDecimalField(input, FROM_ZERO, report),
).meta({ anyOf: [...jsonFormsOf(FROM_ZERO), { enum: ["Infinity", OPEN_END] }] });

/** A decimal above 0. */
export const positiveDecimal = decimalSchema({
  restrictions: [positive],
  pattern: String.raw`\+?${DIGITS_ABOVE_ZERO}`,
  range: { exclusiveMinimum: 0, maximum: MOST },
});
/** An amount of money that is charged: 0 or more. */
export const price = decimalSchema({
  restrictions: [notNegativePrice],
  pattern: NOT_NEGATIVE,
  range: { minimum: 0, maximum: MOST },
});
/** A percentage from 0 to 100. */
export const percentage = decimalSchema({
  restrictions: [notNegative, atMostHundred],
  pattern: NOT_NEGATIVE,
  range: { minimum: 0, maximum: 100 },
});
/** A percentage above 0, up to 100. */
export const positivePercentage = decimalSchema({
  restrictions: [positive, atMostHundred],
  pattern: String.raw`\+?${DIGITS_ABOVE_ZERO}`,
  range: { exclusiveMinimum: 0, maximum: 100 },
});

/** Whether a value is a whole number from `least` to `most`. */
export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}
