import * as z from "zod";
import { compareTexts } from "../data/compare-texts.js";
import { onFirstUse } from "../data/recent.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import type { DecimalInput } from "../money/decimal.js";
import { id, type Metadata, metadata, text } from "../schema/entity-fields.js";
import { nonNegativeDecimal, type Report, rule, type UnknownRecord } from "../schema/fields.js";
import { given } from "../schema/json-rules.js";
import { type ParseResult, parseWith, shownResult, valueOrThrow } from "../schema/parse.js";
import type { Written } from "../schema/written.js";
import { targetCheck } from "./check-targets.js";
import { readList } from "./read-list.js";

/** Which charges a tax rate applies to. A charge must pass every list that is given. */
export interface TaxTarget {
  /** Only the charges with these ids. */
  readonly charges?: readonly string[];
  /** Only charges that have one of these tax codes. */
  readonly taxCodes?: readonly string[];
}

/** Why no tax is due: the supply is exempt, or the customer accounts for the tax. */
export type TaxMarker = "exempt" | "reverse-charge";

/** What a tax rate is made of; `D` is how decimals stand in it. */
export interface TaxRateFields<D = string> {
  /** Identifies the tax among those of a request. */
  readonly id: string;
  /** Name for people; default its id. */
  readonly name?: string;
  /** Percent of what it is charged on, 0 or more. Only a rate with a `marker` may go without. */
  readonly percent?: D;
  /** Whether the prices hold it already: then it is taken out of them, and what the customer pays stays as it is. */
  readonly inclusive?: boolean;
  /** Whether it is charged on the other taxes, too; several of these follow each other by their ids. */
  readonly compound?: boolean;
  /** What it applies to; default everything. */
  readonly appliesTo?: TaxTarget;
  /** Marks what it applies to as free of tax: no other rate is charged on it, and a line of 0 says why. */
  readonly marker?: TaxMarker;
  /** Anything you want to keep with the rate; never read. */
  readonly metadata?: Metadata;
}

/** A tax rate, as parsed. Rates are the caller's data: they are added up, never looked up. */
export type TaxRate = TaxRateFields;

/** A tax rate as it may be written. */
export type TaxRateInput = Written<TaxRateFields<DecimalInput>>;

/** The schema of a tax rate. */
export const taxRateSchema = onFirstUse(() =>
  z
    .strictObject({
      id: id(),
      name: z.exactOptional(text()),
      percent: z.exactOptional(nonNegativeDecimal()),
      inclusive: z.exactOptional(z.boolean()),
      compound: z.exactOptional(z.boolean()),
      appliesTo: z.exactOptional(
        z.strictObject({
          charges: z.exactOptional(z.array(id())),
          taxCodes: z.exactOptional(z.array(id())),
        }),
      ),
      marker: z.exactOptional(z.enum(["exempt", "reverse-charge"])),
      metadata: z.exactOptional(metadata()),
    })
    .check(rule(checkPercent))
    .meta({ anyOf: [given("percent"), given("marker")] }),
);

function checkPercent({ percent, marker }: UnknownRecord, report: Report): void {
  if (percent !== undefined || marker !== undefined) return;
  report(issueAt("missing", ["percent"], { expected: "a percentage", received: undefined }));
}

/** Reads the tax rates of a request, in the order in which they are charged; `isCharge` says which charges they may name. */
export function readTaxRates(
  input: unknown,
  path: readonly PathSegment[],
  isCharge: (id: string) => boolean,
  issues: PricingIssue[],
): readonly TaxRate[] {
  const form = { kind: "tax-rate", plural: "tax rates", schema: taxRateSchema, most: 100 };
  const rates = readList<TaxRate>(input, path, form, targetCheck(isCharge), issues);
  // Their order in the request means nothing.
  return rates.toSorted(
    (a, b) => Number(a.compound === true) - Number(b.compound === true) || compareTexts(a.id, b.id),
  );
}

/** Reads a tax rate that stands somewhere in what the caller passed. */
export function taxRateAt(input: unknown, path: readonly PathSegment[]): ParseResult<TaxRate> {
  return parseWith<TaxRate>("tax-rate", taxRateSchema(), input, path);
}

/** What of a charge decides which taxes it has; `undefined` for what concerns no charge. */
export interface TaxedCharge {
  readonly id: string;
  readonly taxCodes?: readonly string[];
}

/** The rates of a charge: all that apply, or, where one marks it as free of tax, those that do so. */
export function ratesOfCharge(
  rates: readonly TaxRate[],
  charge: TaxedCharge | undefined,
): readonly TaxRate[] {
  const own = rates.filter(({ appliesTo }) => applies(appliesTo, charge));
  const marked = own.filter(({ marker }) => marker !== undefined);
  return marked.length > 0 ? marked : own;
}

function applies(target: TaxTarget | undefined, charge: TaxedCharge | undefined): boolean {
  const { charges, taxCodes } = target ?? {};
  return (
    (charges === undefined || (charge !== undefined && charges.includes(charge.id))) &&
    (taxCodes === undefined || charge?.taxCodes?.some((code) => taxCodes.includes(code)) === true)
  );
}

/** Whether prices hold some of the rates, and others are added to them: then nobody could say what is charged on what. */
export function isMixed(rates: readonly TaxRate[]): boolean {
  const charged = rates.filter(({ marker }) => marker === undefined);
  return new Set(charged.map(({ inclusive }) => inclusive === true)).size > 1;
}

/**
 * Reads a tax rate, or returns every issue at once.
 *
 * @example
 * ```ts
 * import { safeParseTaxRate } from "rateplan";
 *
 * const result = safeParseTaxRate({ id: "vat" });
 * result.ok || result.issues[0]?.message; // => "percent is required: a percentage, got nothing"
 * ```
 */
export function safeParseTaxRate(input: unknown): ParseResult<TaxRate> {
  return shownResult(taxRateAt(input, []));
}

/**
 * Reads a tax rate: typed, normalised, deeply frozen.
 *
 * @throws {PricingError} with every issue.
 *
 * @example
 * ```ts
 * import { parseTaxRate } from "rateplan";
 *
 * parseTaxRate({ id: "gst", percent: 5 }).percent; // => "5"
 * ```
 */
export function parseTaxRate(input: TaxRateInput): TaxRate {
  return valueOrThrow(taxRateAt(input, []));
}
