import type { BillingPolicy, BillingPolicyInput } from "../../catalog/policy.js";
import type { PricingWarning } from "../../invoice/document/warning.js";
import type { DecimalInput } from "../../money/decimal.js";
import type { SubscriptionInput } from "../../subscription/subscription.js";
import type { Period } from "../../time/billing-period.js";
import type { DateInput } from "../../time/date.js";
import type { EventInput } from "../../usage/events/event.js";
import type { UsageReport } from "../../usage/events/report.js";

/** The days that are simulated, as people pick them: both count. */
export interface SeriesRange {
  /** The first day. */
  readonly from: DateInput;
  /** The last day. */
  readonly through: DateInput;
}

/**
 * Into what the range is cut: the calendar's days, weeks (from Monday), months or quarters in the subscription's time zone, or
 * its billing periods (those of the first target). The first and the last may be cut off by the range.
 */
export type SeriesBucketUnit = "day" | "week" | "month" | "quarter" | "billing-period";

/** Of which subscription the life is simulated; everything has a default. */
export type SeriesSubscription = Partial<
  Omit<SubscriptionInput, "id" | "customerId" | "ratePlanId" | "metadata">
>;

/** A quantity on a day; several of one day add up. */
export interface DatedQuantity {
  /** The day: a civil date, or a moment of it. */
  readonly date: DateInput;
  /** How much. */
  readonly quantity: DecimalInput;
}

/** A quantity per day at a date. */
export interface ProfilePoint {
  /** The day. */
  readonly date: DateInput;
  /** How much on that day. */
  readonly perDay: DecimalInput;
}

/**
 * How usage runs over the range, by a rule. Each day gets what the rule says, and no more decimals than are written: what is cut
 * off is carried to the next day, so that nothing is lost.
 */
export type UsageProfile =
  | {
      /** The same every day. */
      readonly profile: "constant";
      /** How much a day; this, or `total`. */
      readonly perDay?: DecimalInput | null | undefined;
      /** How much over the range. */
      readonly total?: DecimalInput | null | undefined;
    }
  | {
      /** From one level on the first day in equal steps to another on the last. */
      readonly profile: "ramp";
      /** How much on the first day. */
      readonly from: DecimalInput;
      /** How much on the last day. */
      readonly to: DecimalInput;
    }
  | {
      /** More on some weekdays, or in some months, than in others. */
      readonly profile: "seasonal";
      /** How much on a day of weight 1; this, or `total`. */
      readonly perDay?: DecimalInput | null | undefined;
      /** How much over the range, shared out by weight. */
      readonly total?: DecimalInput | null | undefined;
      /** The weights of the weekdays, Monday first; default 1 each. */
      readonly weekdays?: readonly DecimalInput[] | null | undefined;
      /** The weights of the months, January first; default 1 each. */
      readonly months?: readonly DecimalInput[] | null | undefined;
    }
  | {
      /** In a straight line from point to point; before the first and after the last as there. */
      readonly profile: "points";
      /** The points, in any order. */
      readonly points: readonly ProfilePoint[];
    };

/**
 * The usage of one charge: a total over the range, which is spread evenly over its days (in steps of its last decimal, so 650
 * outcomes are whole ones); quantities by date; or a profile. For a charge that counts the `max`, `min`, `last` or `average`, each
 * number is the level of a day, and one number that of every day. For a recurring charge: the one quantity that is held.
 */
export type SeriesQuantities =
  | DecimalInput
  | Readonly<Record<string, DecimalInput>>
  | readonly DatedQuantity[]
  | UsageProfile;

/** Usage over time: a total for the only usage charge, quantities by charge id or unit of measure, or the raw events. */
export type SeriesUsage =
  | DecimalInput
  | Readonly<Record<string, SeriesQuantities>>
  | Iterable<EventInput>;

/**
 * A cost, under the name of a unit of measure or a charge: a number is what each unit costs that a charge counts. Or under a name
 * of your own, of events: work costs whether or not it is billed.
 */
export type SeriesCost =
  | DecimalInput
  | {
      /** What one unit costs, one event, or one unit of `of`. One of this, `percentOfRevenue` and `amount`. */
      readonly perUnit?: DecimalInput | null | undefined;
      /** Per cent of what the charge bills. */
      readonly percentOfRevenue?: DecimalInput | null | undefined;
      /** The property of the events that holds their cost: `"properties.costUsd"`. */
      readonly amount?: string | null | undefined;
      /** The property of the events that is counted, such as tokens: `"properties.tokens"`. Default: each event once. */
      readonly of?: string | null | undefined;
      /** The `name` of the events that cost. Under a unit of measure: by default all events of that unit. */
      readonly event?: string | null | undefined;
      /** The charge whose margin the cost of events lowers; default the only one that bills the unit, else none. */
      readonly chargeId?: string | null | undefined;
      /** Currency of the cost; default that of the result. */
      readonly currency?: string | null | undefined;
    };

/** Options of `simulate` over a range of dates. */
export interface SeriesOptions {
  /** The days that are simulated. */
  readonly range: SeriesRange;
  /** Into what the range is cut; default `"day"`. At most 10,000 buckets. */
  readonly bucket?: SeriesBucketUnit | null | undefined;
  /** Which rate plan of a product; needed when it has several. */
  readonly ratePlanId?: string | null | undefined;
  /** The life of the subscription: by default it starts on the first day, in UTC, and nothing about it changes. */
  readonly subscription?: SeriesSubscription | null | undefined;
  /**
   * When flat fees earn: on their billing date (default: in advance and one-time on the first day of their service, in arrears on
   * the last), or day by day over their service period.
   */
  readonly flatFees?: "billing-date" | "spread" | null | undefined;
  /** What the work costs. */
  readonly costs?: Readonly<Record<string, SeriesCost>> | null | undefined;
  /** Currency of all amounts; default that of the targets, where they agree. */
  readonly currency?: string | null | undefined;
  /** What one unit of another currency is worth in that of the result, by its code. */
  readonly exchangeRates?: Readonly<Record<string, DecimalInput>> | null | undefined;
  /** The options in force; default {@link BillingPolicy}'s defaults. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/** What comes in and what goes out. */
export interface SeriesFigures {
  /** What the cumulative bill grew by. */
  readonly revenue: string;
  /** What it cost. */
  readonly cost: string;
  /** Revenue less cost. */
  readonly margin: string;
  /** Margin ÷ revenue, to 6 decimals, half away from zero: `"0.661269"`. `null` where the revenue is 0. */
  readonly marginRate: string | null;
}

/** The same of one charge. */
export interface SeriesChargeFigures extends SeriesFigures {
  /** What the quantity that is billed grew by; `null` where the charge bills none. A held quantity counts with its fee. */
  readonly quantity: string | null;
}

/** Figures bucket by bucket, as columns: the first of each is that of the first bucket. */
export interface SeriesColumns {
  /** What the cumulative bill grew by. */
  readonly revenue: readonly string[];
  /** What it cost. */
  readonly cost: readonly string[];
  /** Revenue less cost. */
  readonly margin: readonly string[];
  /** Margin ÷ revenue, as in the totals. */
  readonly marginRate: readonly (string | null)[];
}

/** The same of one charge. */
export interface SeriesChargeColumns extends SeriesColumns {
  /** What the quantity grew by; `null` where the charge bills none. */
  readonly quantity: readonly string[] | null;
}

/** One charge over time; `chargeId: null` for what a plan's minimum commitment and maximum spend come to. */
export interface SeriesCharge {
  /** The charge, also a discount: what it takes off is its own. */
  readonly chargeId: string | null;
  /** Its name. */
  readonly name: string;
  /** What it counts. */
  readonly unitOfMeasure: string | null;
  /** Its figures in each bucket. */
  readonly buckets: SeriesChargeColumns;
  /** And in all of them. */
  readonly total: SeriesChargeFigures;
}

/** One target over time. */
export interface SeriesPlan {
  /** The rate plan that it starts on; `null` for a charge by itself. */
  readonly ratePlanId: string | null;
  /** The currency in which it bills. */
  readonly currency: string;
  /** Its charges, in the catalog's order. */
  readonly charges: readonly SeriesCharge[];
  /** All of them in each bucket. */
  readonly buckets: SeriesColumns;
  /** And in all buckets. */
  readonly total: SeriesFigures;
  /** What became of the events, where usage came as events; all counts are 0 otherwise. */
  readonly usage: UsageReport;
  /** What was billed otherwise than it was given. */
  readonly warnings: readonly PricingWarning[];
}

/** One bucket, all targets together. */
export interface SeriesBucket extends Period, SeriesFigures {}

/** One of the costs over time. */
export interface SeriesCostRow {
  /** The name under which it was given. */
  readonly name: string;
  /** What it is in each bucket. */
  readonly buckets: readonly string[];
  /** And in all of them. */
  readonly total: string;
}

/** What prices would bill over time. Plain JSON data. */
export interface SimulationSeries {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** Currency of all amounts. */
  readonly currency: string;
  /** The days, both included. */
  readonly range: {
    /** The first day. */
    readonly from: string;
    /** The last day. */
    readonly through: string;
  };
  /** Into what they are cut. */
  readonly bucket: SeriesBucketUnit;
  /** When flat fees earn. */
  readonly flatFees: "billing-date" | "spread";
  /** The buckets, in order, without gaps; half-open like all periods. */
  readonly buckets: readonly SeriesBucket[];
  /** The targets, in their order. */
  readonly plans: readonly SeriesPlan[];
  /** The costs, in their order. */
  readonly costs: readonly SeriesCostRow[];
  /** Everything together. */
  readonly total: SeriesFigures;
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}
