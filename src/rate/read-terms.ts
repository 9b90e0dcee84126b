import { type BillingPolicy, DEFAULT_POLICY, policySchema } from "../catalog/policy.js";
import { checkPrices, unitByCode } from "../catalog/price-rules.js";
import { issueAt, type PathSegment, PricingError, type PricingIssue } from "../errors.js";
import type { CustomCurrencies } from "../money/currency.js";
import { isDecimalLike } from "../money/decimal.js";
import { CHARGE_TYPES } from "../pricing/charge-type.js";
import type { LimitedTerms } from "../pricing/limits.js";
import { chargeModels, isRatedPricing } from "../pricing/models/index.js";
import * as terms from "../pricing/terms-schema.js";
import { isParsedAs } from "../schema/parsed.js";
import { type PlainSchema, plain, plainKit, plainSchema, schemaOf } from "../schema/plain-kit.js";
import { type DataReader, type ParseResult, readData, valueOrReport } from "../schema/read-data.js";
import { currencyReader, LONGEST_TEXT } from "../schema/readers.js";
import { isRecord, type Report } from "../schema/unknown-record.js";
import { noDiscount, type RateableCharge, rateableCharge } from "./rateable.js";
import { rememberCharges } from "./remembered.js";

/** What decides the amount of a charge for one quantity. */
export interface AmountTerms extends LimitedTerms {
  readonly id: string;
  readonly currency?: string;
}

/** Reads a charge, once for each policy, or throws with every issue. */
export const readAmountTerms = rememberCharges(
  (input, policyInput): RateableCharge<AmountTerms> => {
    const issues: PricingIssue[] = [];
    const policy = valueOrReport(
      readData<BillingPolicy>("policy", readPolicy, policyInput ?? DEFAULT_POLICY, ["policy"]),
      issues,
    );
    const charge = valueOrReport(readCharge(input, policy ?? DEFAULT_POLICY), issues);
    if (policy === undefined || charge === undefined) throw new PricingError(issues);
    if (!isRatedPricing(charge.pricing)) throw new PricingError([noDiscount()]);
    return rateableCharge(charge, policy);
  },
);

type Path = readonly PathSegment[];

const policyForm = plainSchema(policySchema(plainKit));
const readPolicy: DataReader = (copy, issues) =>
  policyForm.read(copy, [], (issue) => issues.push(issue));

const readers = new WeakMap<BillingPolicy, DataReader>();

/** What our parsers have read is taken as it is. */
function readCharge(input: unknown, policy: BillingPolicy): ParseResult<AmountTerms> {
  if (isParsedAs("charge", input)) return { ok: true, value: input as AmountTerms };
  const known = readers.get(policy) ?? chargeReader(policy.currencies);
  readers.set(policy, known);
  return readData<AmountTerms>("amount terms", known, input);
}

function chargeReader(custom: CustomCurrencies): DataReader {
  const form = chargeForm(custom);
  return (copy, issues) => form.read(copy, [], (issue) => issues.push(issue));
}

const { id, price, text, oneOf, optional, unread } = plain;

/** All fields of a charge, in the order of its schema: those that decide what a quantity costs, and the names of the others. */
function chargeForm(custom: CustomCurrencies): PlainSchema {
  const name = text().max(LONGEST_TEXT);
  return plain
    .object({
      id,
      name,
      description: optional(name),
      chargeType: oneOf(CHARGE_TYPES),
      pricing: plain.byModel({
        discount: unread,
        ...Object.fromEntries(
          Object.values(chargeModels).map(({ model, schema }) => [
            model,
            plainSchema(schema(plainKit)),
          ]),
        ),
      }),
      currency: optional(plain.field(currencyReader(custom))),
      unitOfMeasure: optional(id),
      includedUnits: optional(schemaOf(readIncludedUnits)),
      quantityRounding: optional(plainSchema(terms.quantityRoundingSchema(plainKit))),
      minimum: optional(price),
      maximum: optional(price),
      eventQuantity: unread,
      pricingUnit: optional(schemaOf(readPricingUnit)),
      taxCodes: unread,
      aggregation: unread,
      metadata: unread,
      effectiveDate: unread,
      endDate: unread,
      billingCycle: unread,
      resetCycle: unread,
      billingTiming: unread,
      drawdown: unread,
      quantityBilling: unread,
      proration: unread,
      filter: unread,
      groupBy: unread,
      outcome: unread,
      guarantee: unread,
      revisions: unread,
    })
    .check(
      plain.rule(checkPrices),
      plain.rule(({ pricingUnit }, report) => {
        if (typeof pricingUnit === "string") report(unitByCode(pricingUnit));
      }),
    );
}

const includedUnits = plainSchema(terms.includedUnitsSchema(plainKit));
const pricingUnit = plainSchema(terms.pricingUnitSchema(plainKit));

/** A number of units, or an object. */
function readIncludedUnits(input: unknown, path: Path, report: Report): unknown {
  const isObject = isRecord(input) && !isDecimalLike(input);
  const form = isObject ? includedUnits : plain.nonNegativeDecimal;
  return readOr(input, (found) => form.read(input, path, found), report);
}

/** The unit, or its code, which only a plan can look up. */
function readPricingUnit(input: unknown, path: Path, report: Report): unknown {
  if (!isRecord(input)) return readOr(input, (found) => id.read(input, path, found), report);
  const issues: PricingIssue[] = [];
  const unit = pricingUnit.read(input, path, (issue) => issues.push(issue));
  const codes = new Set(issues.map(({ code }) => code));
  // An object that says a unit is one, whatever else it says; what is meant by any other is not guessed.
  if (issues.length === 0 || (codes.size === 1 && codes.has("unknown_key"))) {
    issues.forEach(report);
  } else if (codes.has("missing") || codes.has("unknown_key")) {
    id.read(input, path, report);
  } else {
    report(issueAt("invalid_value", path, { expected: "of a documented form", received: input }));
  }
  return issues.length === 0 ? unit : input;
}

/** What a form makes of a value; the value itself where it reports anything. */
function readOr(input: unknown, read: (report: Report) => unknown, report: Report): unknown {
  let isRight = true;
  const value = read((issue) => {
    isRight = false;
    report(issue);
  });
  return isRight ? value : input;
}
