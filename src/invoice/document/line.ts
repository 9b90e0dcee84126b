import type { ChargeType } from "../../pricing/charge-type.js";
import type { Step, TierUse } from "../../pricing/step.js";
import type { Period } from "../../time/billing-period.js";
import type { UsageGroup } from "../../usage/meter/metered.js";
import type {
  Adjustment,
  ConcessionDetail,
  CreditDetail,
  DiscountShare,
  PricingUnitAmount,
  TaxDetail,
} from "./line-details.js";
import type { LineTerms } from "./line-terms.js";

/** What a line is for: a charge by its type, a step of the pipeline, or a difference to what was billed before. */
export type LineKind =
  | ChargeType
  | "discount"
  | "coupon"
  | "minimum"
  | "maximum"
  | "minimum-commitment"
  | "maximum-spend"
  | "true-up"
  | "drawdown"
  | "overage"
  | "guarantee"
  | "tax"
  | "included-tax"
  | "credit"
  | "credit-return"
  | "carried"
  | "concession"
  | "coupon-return"
  | "concession-return"
  | "adjustment";

/** Where a line counts: in which total of a document. */
export type LineSection = "subtotal" | "discounts" | "creditsApplied" | "taxes";

/**
 * The section of each kind of line; a new kind names its own here. An adjustment counts where what it adjusts does, of which
 * the kind leads its key.
 */
export const LINE_SECTIONS: { readonly [kind in LineKind]: LineSection } = {
  "one-time": "subtotal",
  recurring: "subtotal",
  usage: "subtotal",
  discount: "subtotal",
  coupon: "discounts",
  minimum: "subtotal",
  maximum: "subtotal",
  "minimum-commitment": "subtotal",
  "maximum-spend": "subtotal",
  "true-up": "subtotal",
  drawdown: "subtotal",
  overage: "subtotal",
  guarantee: "subtotal",
  tax: "taxes",
  "included-tax": "subtotal",
  credit: "creditsApplied",
  "credit-return": "creditsApplied",
  carried: "creditsApplied",
  concession: "subtotal",
  "coupon-return": "discounts",
  "concession-return": "subtotal",
  adjustment: "subtotal",
};

/** What a line has whatever it is for. */
interface LineFields {
  /**
   * Identifies what is billed within its subscription: kind, charge, start of the service and group. What was billed
   * under a key, adjustments included, is what a later document compares with what is due under it.
   */
  readonly key: string;
  /** What the line is for: it tells which of the other parts the line has. */
  readonly kind: LineKind;
  /** Words for people. */
  readonly description: string;
  /** The billed quantity, exact: after rounding of the quantity and included units; 1 where nothing is counted. */
  readonly quantity: string;
  /** The amount before rounding: a plain decimal, or a reduced fraction such as `"1000/31"`. */
  readonly exactAmount: string;
  /** The amount in the currency's minor unit, signed: what is billed. */
  readonly amount: string;
  /** How the amount came about; the steps `of: "amount"` add up to it. */
  readonly steps: readonly Step[];
}

/** What a line may have besides, by its kind. */
interface LineParts<Terms> {
  /** The charge that it follows from; `null` for what concerns the whole plan. */
  readonly chargeId: string | null;
  /** The values of the event fields that the charge groups by, whose usage the line bills; `null` without groups. */
  readonly group: UsageGroup | null;
  /** What is counted; `null` where nothing is. */
  readonly unitOfMeasure: string | null;
  /** The price of every unit where there is exactly one, so that quantity × unitPrice is the exact amount; else `null`. */
  readonly unitPrice: string | null;
  /** What each tier contributed, before proration of the fee; empty without tiers. */
  readonly tiers: readonly TierUse[];
  /** On a discount line, what it took off which line, and on an adjustment of one the differences; else empty. */
  readonly appliedTo: readonly DiscountShare[];
  /** On an adjustment line, what was billed and what is due; else `null`. */
  readonly adjustment: Adjustment | null;
  /**
   * The terms of the charge that was rated; `null` where none was. A simulation holds them, a document their key in
   * `basis.terms`, so that the line can be rated again without today's catalog.
   */
  readonly terms: Terms | null;
}

/** A line of any kind, before its kind tells what it has. */
export interface LooseLine<Terms> extends LineFields, LineParts<Terms> {}

/** A line that is an amount alone: it counts nothing and has no terms. */
interface AmountLine<Terms> extends LooseLine<Terms> {
  readonly group: null;
  readonly unitOfMeasure: null;
  readonly unitPrice: null;
  readonly tiers: readonly never[];
  readonly adjustment: null;
  readonly terms: null;
}

/** What a charge bills by its own price. */
interface ChargeLine<Terms> extends LooseLine<Terms> {
  readonly kind: ChargeType;
  readonly chargeId: string;
  readonly appliedTo: readonly never[];
  readonly adjustment: null;
  readonly terms: Terms;
  /** What it comes to in the unit that its price is in; absent where that is money. */
  readonly pricingUnit?: PricingUnitAmount;
}

/** What a discount of the catalog takes off other lines. */
interface DiscountLine<Terms> extends AmountLine<Terms> {
  readonly kind: "discount";
  readonly chargeId: string;
}

/** What a coupon of the customer takes off other lines. */
interface CouponLine<Terms> extends AmountLine<Terms> {
  readonly kind: "coupon";
  readonly chargeId: null;
  /** The coupon. */
  readonly couponId: string;
}

/** What brings a charge to its minimum or maximum, or gives back what it guarantees. */
interface LimitLine<Terms> extends AmountLine<Terms> {
  readonly kind: "minimum" | "maximum" | "guarantee";
  readonly chargeId: string;
  readonly appliedTo: readonly never[];
}

/** A tax on all lines that it applies to, rounded once; `appliedTo` says how much of it falls to which line. */
interface TaxLine<Terms> extends AmountLine<Terms> {
  readonly kind: "tax";
  readonly chargeId: null;
  /** The tax. */
  readonly taxId: string;
  /** What it is, and what it is charged on. */
  readonly tax: TaxDetail;
}

/** Takes the taxes that the prices hold out of them again, so that the subtotal is net. */
interface IncludedTaxLine<Terms> extends AmountLine<Terms> {
  readonly kind: "included-tax";
  readonly chargeId: null;
}

/** What a credit grant pays for, or gets back as that is due no longer; `appliedTo` says of which lines. */
export interface CreditLine<Terms = string> extends AmountLine<Terms> {
  readonly kind: "credit" | "credit-return";
  readonly chargeId: null;
  /** The grant. */
  readonly grantId: string;
  /** How much of it. */
  readonly credit: CreditDetail;
}

/** What a document comes to below nothing, carried over to a grant. */
interface CarriedLine<Terms> extends AmountLine<Terms> {
  readonly kind: "carried";
  readonly chargeId: null;
  /** The new grant. */
  readonly grantId: string;
  readonly appliedTo: readonly never[];
}

/** What is credited of a line by choice, as the price without taxes and before coupons; `appliedTo` names the line. */
interface ConcessionLine<Terms> extends AmountLine<Terms> {
  readonly kind: "concession";
  /** Which line of which document, and why. */
  readonly concession: ConcessionDetail;
}

/** What a coupon had taken off what is credited by choice; `appliedTo` says of which lines. */
interface CouponReturnLine<Terms> extends AmountLine<Terms> {
  readonly kind: "coupon-return";
  readonly chargeId: null;
  /** The coupon. */
  readonly couponId: string;
}

/** What a correction would give back of what was credited by choice before; `appliedTo` says of which lines. */
interface ConcessionReturnLine<Terms> extends AmountLine<Terms> {
  readonly kind: "concession-return";
}

/**
 * What brings a plan down to the most that it bills; `appliedTo` says how much of it falls to which line of its period: those
 * that are billed with it, and what is more than all of them, fees in advance.
 */
interface MaximumLine<Terms> extends AmountLine<Terms> {
  readonly kind: "maximum-spend";
  readonly chargeId: null;
}

/**
 * What of usage is drawn from a fee that has paid for it, or what usage costs beyond it besides its own price; `appliedTo`
 * says how much of it falls to which line.
 */
interface DrawdownLine<Terms> extends AmountLine<Terms> {
  readonly kind: "drawdown" | "overage";
  readonly chargeId: string;
}

/** What brings a plan to its minimum commitment, of a billing cycle or over a term. */
interface CommitmentLine<Terms> extends AmountLine<Terms> {
  readonly kind: "minimum-commitment" | "true-up";
  readonly chargeId: null;
  readonly appliedTo: readonly never[];
}

/** What is due under the key of an earlier line, less what was billed under it. */
interface AdjustmentLine<Terms> extends LooseLine<Terms> {
  readonly kind: "adjustment";
  /** The coupon whose line is adjusted; absent where it is none. */
  readonly couponId?: string;
  readonly unitOfMeasure: null;
  readonly unitPrice: null;
  readonly tiers: readonly never[];
  readonly adjustment: Adjustment;
}

type LineOf<Terms> =
  | ChargeLine<Terms>
  | DiscountLine<Terms>
  | CouponLine<Terms>
  | LimitLine<Terms>
  | CommitmentLine<Terms>
  | DrawdownLine<Terms>
  | MaximumLine<Terms>
  | TaxLine<Terms>
  | IncludedTaxLine<Terms>
  | CreditLine<Terms>
  | CarriedLine<Terms>
  | ConcessionLine<Terms>
  | CouponReturnLine<Terms>
  | ConcessionReturnLine<Terms>
  | AdjustmentLine<Terms>;

/**
 * One amount, with everything that led to it. The amounts of all lines add up to the total.
 *
 * Its `kind` tells which parts it has: lines of charges (`"one-time"`, `"recurring"`, `"usage"`) have the charge's `terms` and
 * may have groups, tiers and a unit price; `"discount"`, `"coupon"`, `"tax"`, `"included-tax"`, `"credit"`, `"maximum-spend"`, `"drawdown"` and `"overage"` have `appliedTo`; `"adjustment"` has `adjustment`; all others are an
 * amount alone. A part that a kind never has is `null`, or an empty list.
 */
export type Line = LineOf<LineTerms | string>;

/** A {@link Line} of a simulation, with its terms as rated. */
export type SimulationLine = LineOf<LineTerms>;

/** A {@link Line} of a document, with the key under which `basis.terms` holds its terms as billed. */
export type InvoiceLine = LineOf<string> & {
  /** The time that the line bills for. */
  readonly servicePeriod: Period;
  /**
   * For which part of which billing period it is: its place in `basis.parts`; `null` for what is worked out for the document
   * as a whole.
   */
  readonly part: number | null;
};

/** A line by its kind. The steps give lines of each kind what the kind has; the tests of lines hold them to it. */
export function lineOfItsKind<L extends LooseLine<unknown>>(
  line: L,
): L & LineOf<NonNullable<L["terms"]>> {
  return line as L & LineOf<NonNullable<L["terms"]>>;
}
