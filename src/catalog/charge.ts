import * as z from "zod";
import type { CustomCurrencies } from "../money/currency.js";
import type { DecimalInput } from "../money/decimal.js";
import { CHARGE_TYPES } from "../pricing/charge-type.js";
import type { PricingFor, PricingInputFor } from "../pricing/models/index.js";
import { pricingSchemas } from "../pricing/pricing-schemas.js";
import type { IncludedUnits, PricingUnit, QuantityRounding } from "../pricing/terms.js";
import {
  billingCycle,
  currency,
  date,
  endAfter,
  id,
  type Metadata,
  metadata,
  text,
} from "../schema/entity-fields.js";
import { price, rewrite, rule } from "../schema/fields.js";
import type { Written } from "../schema/written.js";
import type { BillingCycle } from "../time/billing-cycle.js";
import type { Aggregation, AggregationInput } from "../usage/aggregations/aggregation.js";
import { aggregationSchema } from "../usage/aggregations/index.js";
import { CHARGE_JSON_RULES } from "./charge-json-rules.js";
import { checkCharge } from "./charge-rules.js";
import { type DiscountPricing, discountSchema } from "./discount.js";
import { checkDrawdown, type Drawdown, drawdownSchema, withWholeFee } from "./drawdown.js";
import { type UsageFilter, usageFilter } from "./filter.js";
import { type GroupBy, groupBySchema } from "./group-by.js";
import { includedUnitsSchema } from "./included-units.js";
import {
  type Guarantee,
  guaranteeSchema,
  type OutcomePolicy,
  outcomePolicySchema,
} from "./outcome.js";
import { unitByCode } from "./price-rules.js";
import { pricingUnitSchema } from "./pricing-units.js";
import { type Proration, type ProrationInput, prorationSchema } from "./proration.js";
import { type EventQuantity, eventQuantitySchema, quantityRoundingSchema } from "./quantity.js";
import { type Revision, revisionSchema } from "./revision.js";

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
  /**
   * The unit that its prices are in, where that is not money: the code of one of the plan's pricing units, or the unit itself. Its lines
   * are converted to the currency, and grants of the unit pay for them. Minimum and maximum stay money. A discount has none.
   */
  readonly pricingUnit?: PricingUnit<D> | ([D] extends [string] ? never : string);
  /** By which tax rates find it, as your tax data names them; a discount has none. */
  readonly taxCodes?: readonly string[];
  /**
   * From when the plan has the charge: a civil date, first moment in the subscription's time zone, or an instant. A
   * subscription that is on the plan already is billed for it from then on; for a one-time charge, only those that come
   * onto the plan from then on. Absent, as long as there is the plan.
   */
  readonly effectiveDate?: string;
  /** From when the plan no longer has the charge, exclusive; running subscriptions are not billed for it any more. */
  readonly endDate?: string;
  /** Anything you want to keep with the charge; never read. */
  readonly metadata?: Metadata;
}

/** What charges that price a quantity have besides. */
export interface QuantityFields<D = string> {
  /**
   * Units of each cycle that cost nothing: taken off before the model sees the quantity. A number; or, on usage charges, so many for
   * each unit of another charge (`{ units: 100, per: "seats" }`), or with what is left usable later (`{ units: 100, rollover: { periods: 3, max: 200 } }`).
   */
  readonly includedUnits?: D | IncludedUnits<D>;
  /** Rounds the metered quantity, before included units are taken off. Default: quantities are never rounded. */
  readonly quantityRounding?: QuantityRounding<D>;
}

/** What charges that come back every billing cycle have besides. `R` is how proration stands in them. */
export interface CycleFields<R = Proration> {
  /**
   * The cycle that it bills for, when it is not the plan's: a whole multiple or divisor of it. Tiers, included units,
   * minimum and maximum start anew with it.
   */
  readonly billingCycle?: BillingCycle;
  /** How a part of its cycle is billed; default by whole local days, fees only. */
  readonly proration?: R;
}

/** When a recurring fee is billed: after the period that it is for, or with the invoice before it. */
export type BillingTiming = "in-arrears" | "in-advance";

/** Due once per subscription, with its first period. */
export interface OneTimeCharge<D = string, P = PricingFor<"one-time"> | DiscountPricing>
  extends ChargeFields<D> {
  /** When the charge is due. */
  readonly chargeType: "one-time";
  /** The charge model and its prices: flat or discount. */
  readonly pricing: P;
  /** Later prices, by the date from which they hold. */
  readonly revisions?: readonly Revision<P>[];
}

/** Due with every billing period; per-unit and tiered prices apply to the subscription's quantity. */
export interface RecurringCharge<
  D = string,
  P = PricingFor<"recurring"> | DiscountPricing,
  R = Proration,
> extends ChargeFields<D>,
    QuantityFields<D>,
    CycleFields<R> {
  /** When the charge is due. */
  readonly chargeType: "recurring";
  /** The charge model and its prices. */
  readonly pricing: P;
  /**
   * `"in-arrears"` (default): on the invoice of the period that it is for. `"in-advance"`: on the invoice of the
   * period before, and for the first period on the opening invoice.
   */
  readonly billingTiming?: BillingTiming;
  /** On a fee in advance: it pays for usage of its cycle, which is drawn from it. A prepaid commitment. */
  readonly drawdown?: Drawdown<D>;
  /**
   * Which quantity is billed of a cycle in which the subscription's changes. `"as-held"` (default): each for the time in which
   * it is held. `"high-water-mark"`: the highest so far in the cycle, on the same plan: more is billed at once, less only
   * from the next cycle on. What is more is prorated as the fee is, for the rest of the cycle; under `proration: "none"` the
   * whole fee is that of the highest quantity.
   */
  readonly quantityBilling?: "as-held" | "high-water-mark";
  /** Later prices, by the date from which they hold. */
  readonly revisions?: readonly Revision<P>[];
}

/** Due for what was used in the period. */
export interface UsageCharge<
  D = string,
  P = PricingFor<"usage"> | DiscountPricing,
  A = Aggregation,
  R = Proration,
> extends ChargeFields<D>,
    QuantityFields<D>,
    CycleFields<R> {
  /** When the charge is due. */
  readonly chargeType: "usage";
  /** The charge model and its prices. */
  readonly pricing: P;
  /** What counts of each event's quantity, before they are aggregated. Default: all of it. */
  readonly eventQuantity?: EventQuantity<D>;
  /** How the period's events become one quantity; default `"sum"`. */
  readonly aggregation?: A;
  /**
   * The cycle over which tiers, included units, packages, minimum and maximum add up before they start anew, where that is longer than
   * the one that it bills for: a whole multiple of it, counted from the same anchor. Each bill is what all usage since then costs,
   * less what it cost with the bill before, so that together they are the bill of the whole cycle; the minimum is made up for with the last.
   */
  readonly resetCycle?: BillingCycle;
  /** Which events of its unit it prices; default all. */
  readonly filter?: UsageFilter<D>;
  /** One line for each combination of the values of these event fields; default one line. */
  readonly groupBy?: GroupBy;
  /** On a charge for `@outcome`: how events become billable outcomes, and stop being so. Default: each event is one. */
  readonly outcome?: OutcomePolicy<D>;
  /** A promised rate of success, and what is given back when it is missed. */
  readonly guarantee?: Guarantee<D>;
  /** Later prices, by the date from which they hold. */
  readonly revisions?: readonly Revision<P>[];
}

/** A price of a rate plan, as parsed: what is charged for, when, and by which charge model. */
export type Charge = OneTimeCharge | RecurringCharge | UsageCharge;

/** A one-time charge as it may be written. */
export type OneTimeChargeInput = Written<
  OneTimeCharge<DecimalInput, PricingInputFor<"one-time"> | DiscountPricing<DecimalInput>>
>;

/** A recurring charge as it may be written. */
export type RecurringChargeInput = Written<
  RecurringCharge<
    DecimalInput,
    PricingInputFor<"recurring"> | DiscountPricing<DecimalInput>,
    ProrationInput
  >
>;

/** A usage charge as it may be written. */
export type UsageChargeInput = Written<
  UsageCharge<
    DecimalInput,
    PricingInputFor<"usage"> | DiscountPricing<DecimalInput>,
    AggregationInput,
    ProrationInput
  >
>;

/**
 * A charge as it may be written: decimals as numbers or strings, tiers with `upTo` or as rows of a form. The charge
 * type decides which charge models compile, and which the parser accepts:
 *
 * one-time: flat. recurring: flat, per-unit, tiered, volume, stairstep, package, overage. usage: the same, and
 * percentage, matrix, pre-rated. Any: discount.
 */
export type ChargeInput = OneTimeChargeInput | RecurringChargeInput | UsageChargeInput;

/** The schema of a charge by itself, of which no plan says what its pricing unit is. */
export function loneChargeSchema(custom: CustomCurrencies | undefined) {
  return chargeSchema(custom).check(
    rule(({ pricingUnit }, report) => {
      if (typeof pricingUnit === "string") report(unitByCode(pricingUnit));
    }),
  );
}

/** The schema of a charge, for the currencies that a policy knows. */
export function chargeSchema(custom: CustomCurrencies | undefined) {
  const pricing = z.discriminatedUnion("model", [discountSchema(), ...pricingSchemas()]);
  return z
    .strictObject({
      id: id(),
      name: text(),
      description: z.exactOptional(text()),
      chargeType: z.enum(CHARGE_TYPES),
      pricing,
      currency: z.exactOptional(currency(custom)),
      unitOfMeasure: z.exactOptional(id()),
      includedUnits: z.exactOptional(includedUnitsSchema()),
      quantityRounding: z.exactOptional(quantityRoundingSchema()),
      minimum: z.exactOptional(price()),
      maximum: z.exactOptional(price()),
      eventQuantity: z.exactOptional(eventQuantitySchema()),
      pricingUnit: z.exactOptional(z.union([id(), pricingUnitSchema()])),
      taxCodes: z.exactOptional(z.array(id())),
      aggregation: z.exactOptional(aggregationSchema()),
      metadata: z.exactOptional(metadata()),
      effectiveDate: z.exactOptional(date()),
      endDate: z.exactOptional(date()),
      billingCycle: z.exactOptional(billingCycle()),
      resetCycle: z.exactOptional(billingCycle()),
      billingTiming: z.exactOptional(z.enum(["in-arrears", "in-advance"])),
      drawdown: z.exactOptional(drawdownSchema()),
      quantityBilling: z.exactOptional(z.enum(["as-held", "high-water-mark"])),
      proration: z.exactOptional(prorationSchema()),
      filter: z.exactOptional(usageFilter()),
      groupBy: z.exactOptional(groupBySchema()),
      outcome: z.exactOptional(outcomePolicySchema()),
      guarantee: z.exactOptional(guaranteeSchema()),
      revisions: z.exactOptional(z.array(revisionSchema(pricing))),
    })
    .check(rule(checkCharge), rule(checkDrawdown), endAfter("effectiveDate"), rewrite(withWholeFee))
    .meta({ allOf: CHARGE_JSON_RULES });
}
