import * as z from "zod";
// By its own path: reached through `z.core` it would bring every locale of zod along.
import { $ZodCheck } from "zod/v4/core";
import { issueAt, type PricingIssue } from "../errors.js";
import { decimalExcerpt, decimalIssue } from "../money/amounts.js";
import { type DecimalInput, isProblem, readDecimal } from "../money/decimal.js";
import { compare, type Fraction, formatExact, fraction, isNegative } from "../money/fraction.js";

/** Reports an issue from within a schema. The path is relative to the value that the schema reads. */
export type Report = (issue: PricingIssue) => void;

/** Our issue inside a zod issue: `catalog/parse.ts` takes it out again and puts the outer path before it. */
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

/** Data of which nothing has been proved yet. */
export type Unproved = Readonly<Record<string, unknown>>;

/**
 * A rule over several fields. It runs also when some field has failed, so that one parse reports everything;
 * therefore it gets the value as it stands and must not trust its shape.
 */
export function rule<T>(check: (value: Unproved, report: Report) => void): $ZodCheck<T> {
  return rewrite((value, report) => {
    check(value, report);
    return value;
  });
}

/** A rule that also puts the value into its normal form. */
export function rewrite<T>(normalise: (value: Unproved, report: Report) => Unproved): $ZodCheck<T> {
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

/** A field with a reader of its own. What the reader reports is carried out of zod with its code and facts. */
export function field<Out, In>(read: (input: unknown, report: Report) => Out): z.ZodType<Out, In> {
  return z
    .custom<In>(() => true)
    .transform((input, context) => read(input, (issue) => push(context, issue)));
}

type Restriction = (value: Fraction, found: string) => PricingIssue | undefined;

function decimalSchema(...restrictions: readonly Restriction[]): z.ZodType<string, DecimalInput> {
  return field((input, report) => {
    if (input === undefined) {
      report(
        issueAt("missing", [], "is required", { expected: "a decimal number", received: input }),
      );
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
  });
}

const notNegative: Restriction = (value, found) =>
  isNegative(value)
    ? issueAt("out_of_range", [], "must not be negative", { expected: "0 or more", found })
    : undefined;

const notNegativePrice: Restriction = (value, found) =>
  isNegative(value)
    ? issueAt("negative_price", [], "must not be negative", { expected: "0 or more", found })
    : undefined;

const positive: Restriction = (value, found) =>
  value.numerator <= 0n
    ? issueAt("out_of_range", [], "must be greater than 0", { expected: "more than 0", found })
    : undefined;

const atMostHundred: Restriction = (value, found) =>
  compare(value, fraction(100n)) > 0
    ? issueAt("out_of_range", [], "must be at most 100", { expected: "100 or less", found })
    : undefined;

/** Any decimal, in canonical plain notation: no exponent, no leading or trailing zeros. */
export const decimal = decimalSchema();
/** A decimal from 0, not a price. */
export const nonNegativeDecimal = decimalSchema(notNegative);
/** A decimal above 0. */
export const positiveDecimal = decimalSchema(positive);
/** An amount of money that is charged: 0 or more. */
export const price = decimalSchema(notNegativePrice);
/** A percentage from 0 to 100. */
export const percentage = decimalSchema(notNegative, atMostHundred);

/** The decimal in a field that a rule looks at; nothing when it is absent or has been reported already. */
export function decimalIn(value: unknown): Fraction | undefined {
  const read = readDecimal(value);
  return value === "" || isProblem(read) ? undefined : read;
}

/** A list that a rule looks at; empty when the field holds something else. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a value is an object whose fields can be looked at. */
export function isRecord(value: unknown): value is Unproved {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object that a rule looks at; empty when the field holds something else. */
export function recordIn(value: unknown): Unproved {
  return isRecord(value) ? value : {};
}

/**
 * A field of the contract that this version does not carry out yet: refused rather than ignored. An empty list or
 * object, as a stored row may hold it, asks for nothing and passes.
 */
export const notSupported = field<unknown, never>((received, report) => {
  if (!asksForNothing(received)) {
    report(
      issueAt("not_supported", [], "is not supported yet", { expected: "nothing here", received }),
    );
  }
  return received;
});

/** Whether a value is an empty list or object. */
export function asksForNothing(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
