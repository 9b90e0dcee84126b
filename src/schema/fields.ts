import * as z from "zod";
// By its own path: reached through `z.core` it would bring every locale of zod along.
import { $ZodCheck } from "zod/v4/core";
import { onFirstUse } from "../data/recent.js";
import { issueAt, type PricingIssue } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import {
  atMostHundred,
  decimalReader,
  notNegative,
  notNegativePrice,
  positive,
  type Restriction,
  readUpperBound,
} from "./readers.js";
import { isRecord, OPEN_END, type Report, type UnknownRecord } from "./unknown-record.js";

export {
  asksForNothing,
  decimalIn,
  isRecord,
  isWhole,
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

/** What a decimal may be, by the parser's rules and in JSON Schema. */
interface DecimalForm {
  readonly restrictions: readonly Restriction[];
  readonly pattern: string;
  readonly range: UnknownRecord;
}

function decimalSchema(form: DecimalForm): z.ZodType<string, DecimalInput> {
  return field<string, DecimalInput>(decimalReader(form.restrictions)).meta({
    anyOf: jsonFormsOf(form),
  });
}

function jsonFormsOf({ pattern, range }: DecimalForm): UnknownRecord[] {
  const text = { type: "string", maxLength: LONGEST_DECIMAL, pattern: `^${pattern}${EXPONENT}$` };
  return [{ type: "number", ...range }, text];
}

const MOST = Number.MAX_SAFE_INTEGER;
/** Digits on either side of the point, the point, a sign and an exponent: nothing longer is read. */
const LONGEST_DECIMAL = 212;
const DIGITS = String.raw`(?:\d+\.?\d*|\.\d+)`;
const ZERO_DIGITS = String.raw`(?:0+\.?0*|\.0+)`;
const DIGITS_ABOVE_ZERO = String.raw`(?:0*[1-9]\d*\.?\d*|0*\.0*[1-9]\d*)`;
const NOT_NEGATIVE = String.raw`(?:\+?${DIGITS}|-${ZERO_DIGITS})`;
const EXPONENT = String.raw`(?:[eE][+-]?\d{1,7})?`;

/** Any decimal, in canonical plain notation: no exponent, no leading or trailing zeros. */
export const decimal = onFirstUse(() =>
  decimalSchema({
    restrictions: [],
    pattern: `[+-]?${DIGITS}`,
    range: { minimum: -MOST, maximum: MOST },
  }),
);
const FROM_ZERO: DecimalForm = {
  restrictions: [notNegative],
  pattern: NOT_NEGATIVE,
  range: { minimum: 0, maximum: MOST },
};
/** A decimal from 0, not a price. */
export const nonNegativeDecimal = onFirstUse(() => decimalSchema(FROM_ZERO));

/** An upper bound: a decimal from 0, or none. */
export const upperBound = onFirstUse(() =>
  field<string, DecimalInput>(readUpperBound).meta({
    anyOf: [...jsonFormsOf(FROM_ZERO), { enum: ["Infinity", OPEN_END] }],
  }),
);

/** A decimal above 0. */
export const positiveDecimal = onFirstUse(() =>
  decimalSchema({
    restrictions: [positive],
    pattern: String.raw`\+?${DIGITS_ABOVE_ZERO}`,
    range: { exclusiveMinimum: 0, maximum: MOST },
  }),
);
/** An amount of money that is charged: 0 or more. */
export const price = onFirstUse(() =>
  decimalSchema({
    restrictions: [notNegativePrice],
    pattern: NOT_NEGATIVE,
    range: { minimum: 0, maximum: MOST },
  }),
);
/** A percentage from 0 to 100. */
export const percentage = onFirstUse(() =>
  decimalSchema({
    restrictions: [notNegative, atMostHundred],
    pattern: NOT_NEGATIVE,
    range: { minimum: 0, maximum: 100 },
  }),
);
/** A percentage above 0, up to 100. */
export const positivePercentage = onFirstUse(() =>
  decimalSchema({
    restrictions: [positive, atMostHundred],
    pattern: String.raw`\+?${DIGITS_ABOVE_ZERO}`,
    range: { exclusiveMinimum: 0, maximum: 100 },
  }),
);
