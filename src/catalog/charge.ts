import * as z from "zod";
import { issueAt, type PathSegment } from "../errors.js";
import type { CustomCurrencies } from "../money/currency.js";
import type { DecimalInput } from "../money/decimal.js";
import { compare, formatExact } from "../money/fraction.js";
import {
  decimalIn,
  nonNegativeDecimal,
  notSupported,
  price,
  type Report,
  recordIn,
  rule,
  type Unproved,
} from "../pricing/fields-schema.js";
import {
  chargeModels,
  isModelName,
  modelOf,
  type PricingFor,
  type PricingInputFor,
  pricingSchemas,
} from "../pricing/models/index.js";
import { CHARGE_TYPES, type ChargeType, type QuantityRounding } from "../pricing/terms.js";
import { type Aggregation, type AggregationInput, aggregationSchema } from "./aggregation.js";
import { type DiscountPricing, discountSchema } from "./discount.js";
import { currency, id, type Metadata, metadata, quantityRounding, text } from "./fields.js";

/** What charges of every type have. `D` is how decimals stand in it: canonical strings once parsed. */
export interface ChargeFields<D = string> {
  /** Identifies the charge within its rate plan; 1 to 255 characters. */
  readonly id: string;
  /** Name for people; stands on the invoice line. */
  readonly name: string;
  /** More words for people. */
  readonly description?: string;
  /** ISO 4217 code, or a custom currency of the policy. May stand on the rate plan instead; all must agree. */
  readonly currency?: string;
  /** What is counted: `@outcome`, `@action`, `@user`, `@seat`, or any text of your own. Required where a quantity is priced. */
  readonly unitOfMeasure?: string;
  /** The least that the charge bills in a billing cycle, after its discounts; the difference is a line of its own. */
  readonly minimum?: D;
  /** The most that the charge bills in a billing cycle, after its discounts; the difference is a line of its own. */
  readonly maximum?: D;
  /** Anything you want to keep with the charge; never read. */
  readonly metadata?: Metadata;
}

/** What charges that price a quantity have besides. */
export interface QuantityFields<D = string> {
  /** Units of each billing cycle that cost nothing: taken off before the model sees the quantity. */
  readonly includedUnits?: D;
  /** Rounds the metered quantity, before included units are taken off. Default: quantities are never rounded. */
  readonly quantityRounding?: QuantityRounding<D>;
}

/** Due once per subscription, with its first period. */
export interface OneTimeCharge<D = string, P = PricingFor<"one-time"> | DiscountPricing>
  extends ChargeFields<D> {
  /** When the charge is due. */
  readonly chargeType: "one-time";
  /** The charge model and its prices: flat or discount. */
  readonly pricing: P;
}

/** Due with every billing period, in arrears; per-unit and tiered prices apply to the subscription's quantity. */
export interface RecurringCharge<D = string, P = PricingFor<"recurring"> | DiscountPricing>
  extends ChargeFields<D>,
    QuantityFields<D> {
  /** When the charge is due. */
  readonly chargeType: "recurring";
  /** The charge model and its prices. */
  readonly pricing: P;
}

/** Due for what was used in the period. */
export interface UsageCharge<D = string, P = PricingFor<"usage"> | DiscountPricing, A = Aggregation>
  extends ChargeFields<D>,
    QuantityFields<D> {
  /** When the charge is due. */
  readonly chargeType: "usage";
  /** The charge model and its prices. */
  readonly pricing: P;
  /** How the period's events become one quantity; default `"sum"`. */
  readonly aggregation?: A;
}

/** A price of a rate plan, as parsed: what is charged for, when, and by which charge model. */
export type Charge = OneTimeCharge | RecurringCharge | UsageCharge;

/** A one-time charge as it may be written. */
export type OneTimeChargeInput = OneTimeCharge<
  DecimalInput,
  PricingInputFor<"one-time"> | DiscountPricing<DecimalInput>
>;

/** A recurring charge as it may be written. */
export type RecurringChargeInput = RecurringCharge<
  DecimalInput,
  PricingInputFor<"recurring"> | DiscountPricing<DecimalInput>
>;

/** A usage charge as it may be written. */
export type UsageChargeInput = UsageCharge<
  DecimalInput,
  PricingInputFor<"usage"> | DiscountPricing<DecimalInput>,
  AggregationInput
>;

/**
 * A charge as it may be written: decimals as numbers or strings, tiers with `upTo` or as rows of a form. The charge
 * type decides which charge models compile, and which the parser accepts:
 *
 * one-time: flat. recurring: flat, per-unit, tiered, volume. usage: flat, per-unit, tiered, volume. Any: discount.
 */
export type ChargeInput = OneTimeChargeInput | RecurringChargeInput | UsageChargeInput;

/** The schema of a charge, for the currencies that a policy knows. */
export function chargeSchema(custom: CustomCurrencies | undefined) {
  return z
    .strictObject({
      id,
      name: text,
      description: z.exactOptional(text),
      chargeType: z.enum(CHARGE_TYPES),
      pricing: z.discriminatedUnion("model", [...pricingSchemas, discountSchema]),
      currency: z.exactOptional(currency(custom)),
      unitOfMeasure: z.exactOptional(id),
      includedUnits: z.exactOptional(nonNegativeDecimal),
      quantityRounding: z.exactOptional(quantityRounding),
      minimum: z.exactOptional(price),
      maximum: z.exactOptional(price),
      aggregation: z.exactOptional(aggregationSchema),
      metadata: z.exactOptional(metadata),
      billingCycle: z.exactOptional(notSupported),
      billingTiming: z.exactOptional(notSupported),
      proration: z.exactOptional(notSupported),
      filter: z.exactOptional(notSupported),
      groupBy: z.exactOptional(notSupported),
      outcome: z.exactOptional(notSupported),
      guarantee: z.exactOptional(notSupported),
      revisions: z.exactOptional(notSupported),
    })
    .check(rule(checkCharge));
}

/** Fields that only make sense where a quantity is priced. */
const QUANTITY_FIELDS = ["includedUnits", "quantityRounding"] as const;

function checkCharge(charge: Unproved, report: Report): void {
  const { model } = recordIn(charge["pricing"]);
  const chargeType = CHARGE_TYPES.find((type) => type === charge["chargeType"]);
  checkLimits(charge, report);
  if (chargeType !== undefined && chargeType !== "usage" && "aggregation" in charge) {
    refuseField(["aggregation"], "usage charges", charge["aggregation"], report);
  }
  if (model === "discount") {
    for (const name of [...QUANTITY_FIELDS, "minimum", "maximum", "aggregation"]) {
      if (name in charge) refuseField([name], "charges other than discounts", charge[name], report);
    }
  }
  if (!isModelName(model)) return;
  const { chargeTypes, needs } = chargeModels[model];
  if (chargeType !== undefined && !chargeTypes.some((type) => type === chargeType)) {
    const expected = modelsFor(chargeType);
    report(
      issueAt(
        "model_not_allowed",
        ["pricing", "model"],
        `must be ${expected} on a ${chargeType} charge`,
        { expected, received: model },
      ),
    );
  }
  if (needs === "nothing") {
    for (const name of QUANTITY_FIELDS) {
      if (name in charge) refuseField([name], "models that price a quantity", charge[name], report);
    }
  } else if (!("unitOfMeasure" in charge)) {
    const expected = "a unit such as @outcome, @action, @user, @seat or your own";
    report(
      issueAt("missing_unit", ["unitOfMeasure"], `must name ${expected}`, {
        expected,
        received: undefined,
      }),
    );
  }
}

function checkLimits(charge: Unproved, report: Report): void {
  const minimum = decimalIn(charge["minimum"]);
  const maximum = decimalIn(charge["maximum"]);
  if (minimum === undefined || maximum === undefined || compare(minimum, maximum) <= 0) return;
  const expected = `at most maximum (${formatExact(maximum)})`;
  report(
    issueAt("minimum_above_maximum", ["minimum"], `must be ${expected}`, {
      expected,
      found: formatExact(minimum),
    }),
  );
}

function refuseField(
  path: readonly PathSegment[],
  where: string,
  received: unknown,
  report: Report,
): void {
  const expected = `only on ${where}`;
  report(issueAt("field_not_allowed", path, `is allowed ${expected}`, { expected, received }));
}

function modelsFor(chargeType: ChargeType): string {
  const names = Object.values(chargeModels)
    .filter((model) => model.chargeTypes.some((type) => type === chargeType))
    .map((model) => model.model);
  return [...names, "discount"].join(", ");
}

/** A charge that a charge model prices. */
export type RatedCharge =
  | (OneTimeCharge & { readonly pricing: PricingFor<"one-time"> })
  | (RecurringCharge & { readonly pricing: PricingFor<"recurring"> })
  | (UsageCharge & { readonly pricing: PricingFor<"usage"> });

/** A charge that the invoice pipeline takes off others. */
export type DiscountCharge = Charge & { readonly pricing: DiscountPricing };

/** Whether a charge model prices the charge. */
export function isRated(charge: Charge): charge is RatedCharge {
  return charge.pricing.model !== "discount";
}

/** Whether the charge is a discount. */
export function isDiscount(charge: Charge): charge is DiscountCharge {
  return charge.pricing.model === "discount";
}

/** Whether the charge's model prices a quantity. */
export function pricesQuantity(charge: Charge): charge is RatedCharge {
  return isRated(charge) && modelOf(charge.pricing).needs === "quantity";
}

/** Whether the charge prices what was used. */
export function isUsageCharge(charge: Charge): charge is UsageCharge {
  return charge.chargeType === "usage" && isRated(charge);
}
