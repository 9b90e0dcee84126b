/** What the oracle reads: the JSON of requests, in its own words. Decimals are strings, instants are `"2026-01-10T09:00:00Z"`. */
import type { RoundingMode } from "./rational.js";

export interface TierRow {
  readonly upTo?: string;
  readonly unitPrice?: string;
  readonly flatFee?: string;
}

export interface StairRow {
  readonly upTo?: string;
  readonly flatFee: string;
}

interface TierOptions {
  readonly flatFeeAtZero?: boolean;
  readonly overflow?: "last-tier";
}

export type CountingPrice =
  | { readonly model: "flat"; readonly amount: string }
  | { readonly model: "per-unit"; readonly unitPrice: string }
  | ({ readonly model: "tiered" | "volume"; readonly tiers: readonly TierRow[] } & TierOptions)
  | ({ readonly model: "stairstep"; readonly tiers: readonly StairRow[] } & TierOptions)
  | {
      readonly model: "package";
      readonly size: string;
      readonly price: string;
      readonly rounding?: "up" | "down" | "exact";
    }
  | {
      readonly model: "overage";
      readonly baseFee?: string;
      readonly includedUnits: string;
      readonly unitPrice: string;
    };

export interface PercentagePrice {
  readonly model: "percentage";
  readonly percent: string;
  readonly fixedPerEvent?: string;
  readonly minPerEvent?: string;
  readonly maxPerEvent?: string;
  readonly freeEvents?: string;
}

export interface MatrixPrice {
  readonly model: "matrix";
  readonly dimensions: readonly string[];
  readonly prices: readonly {
    readonly when: Readonly<Record<string, string | null>>;
    readonly unitPrice: string;
  }[];
  readonly default: string;
}

export type Target =
  | "all"
  | {
      readonly charges?: readonly string[];
      readonly chargeTypes?: readonly ("one-time" | "recurring" | "usage")[];
      readonly units?: readonly string[];
    };

interface DiscountPrice {
  readonly model: "discount";
  readonly percent?: string;
  readonly amount?: string;
  readonly appliesTo?: Target;
}

interface ChargeHead {
  readonly id: string;
  readonly name: string;
  readonly taxCodes?: readonly string[];
}

interface Limits {
  readonly minimum?: string;
  readonly maximum?: string;
}

interface Counted {
  readonly unitOfMeasure?: string;
  readonly includedUnits?: string;
  readonly quantityRounding?: { readonly mode: RoundingMode; readonly increment?: string };
  readonly pricingUnit?: string;
}

interface OneTime extends ChargeHead {
  readonly chargeType: "one-time";
  readonly pricing: { readonly model: "flat"; readonly amount: string };
}

export interface Recurring extends ChargeHead, Counted, Limits {
  readonly chargeType: "recurring";
  readonly billingTiming?: "in-arrears" | "in-advance";
  readonly pricing: CountingPrice;
}

export interface Usage extends ChargeHead, Counted, Limits {
  readonly chargeType: "usage";
  readonly pricing: CountingPrice | PercentagePrice | MatrixPrice;
}

export interface Discount extends ChargeHead {
  readonly chargeType: "recurring" | "usage";
  readonly pricing: DiscountPrice;
}

/** A charge that a model prices. */
export type RatedCharge = OneTime | Recurring | Usage;
export type Charge = RatedCharge | Discount;

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly billingCycle: "monthly";
  readonly effectiveDate: string;
  readonly minimumCommitment?: string;
  readonly maximumSpend?: string;
  readonly pricingUnits?: readonly { readonly code: string; readonly rate: string }[];
  readonly charges: readonly Charge[];
}

export interface Catalog {
  readonly id: string;
  readonly name: string;
  readonly agentType: string;
  readonly effectiveDate: string;
  readonly ratePlans: readonly Plan[];
}

export interface Change {
  readonly effectiveDate: string;
  readonly ratePlanId?: string;
  readonly quantities?: Readonly<Record<string, string>>;
}

export interface Subscription {
  readonly id: string;
  readonly customerId: string;
  readonly ratePlanId: string;
  readonly startDate: string;
  readonly quantities?: Readonly<Record<string, string>>;
  readonly changes?: readonly Change[];
}

export interface UsageEvent {
  readonly id: string;
  readonly customerId: string;
  readonly unitOfMeasure: string;
  readonly timestamp: string;
  readonly receivedAt?: string;
  readonly quantity?: string;
  readonly value?: string;
  readonly properties?: Readonly<Record<string, string>>;
}

export interface Coupon {
  readonly id: string;
  readonly percent?: string;
  readonly amount?: string;
  readonly appliesTo?: Target;
  readonly from: string;
  readonly periods?: number;
  readonly until?: string;
  readonly oncePerSubscription?: boolean;
}

export type CreditTiming = "before-tax" | "after-tax";

export interface Grant {
  readonly id: string;
  readonly unit: string;
  readonly amount: string;
  readonly category?: "paid" | "promotional";
  readonly priority?: number;
  readonly grantedAt: string;
  readonly effectiveDate?: string;
  readonly expiresAt?: string;
  readonly appliesTo?: Target;
  readonly applied?: CreditTiming;
}

export interface Tax {
  readonly id: string;
  readonly percent?: string;
  readonly inclusive?: boolean;
  readonly compound?: boolean;
  readonly appliesTo?: {
    readonly charges?: readonly string[];
    readonly taxCodes?: readonly string[];
  };
  readonly marker?: "exempt" | "reverse-charge";
}

export interface ReductionRules {
  readonly percentages?: "original" | "compound";
  readonly fixed?: "proportional" | "line-order";
  readonly order?: "percent-first" | "fixed-first";
}

export interface Policy {
  readonly rounding?: {
    readonly mode?: RoundingMode;
    readonly scope?: "line" | "invoice";
    readonly increment?: string;
  };
  readonly zeroLines?: boolean;
  readonly discounts?: ReductionRules;
  readonly coupons?: ReductionRules & { readonly stacking?: "combine" | "best" };
  readonly credits?: {
    readonly order?: "stripe" | "orb" | "metronome" | "openmeter" | "lago";
    readonly applied?: CreditTiming;
  };
  readonly taxes?: { readonly rounding?: "total" | "line" };
  readonly negativeTotal?: "credit-note" | "carry";
}

export interface Span {
  readonly start: string;
  readonly end: string;
}

/** What one document is asked for. */
export interface Asked {
  readonly period: Span;
  readonly scope?: "interim";
  readonly asOf?: string;
  readonly usage: readonly UsageEvent[];
  readonly rerate?:
    | readonly { readonly period: Span; readonly usage: readonly UsageEvent[] }[]
    | { readonly from: string };
  readonly coupons?: readonly Coupon[];
  readonly taxes?: readonly Tax[];
}

/** A subscription, and the documents that are asked for one after the other. */
export interface Story {
  readonly catalog: Catalog;
  readonly subscription: Subscription;
  readonly policy: Policy;
  readonly documents: readonly Asked[];
  /** What the customer has to their credit before the first document. */
  readonly credits: readonly Grant[];
}
