import type { BillingPolicy, BillingPolicyInput } from "../../catalog/policy.js";
import type { ReplayFigures, ReplayMover, ReplayPercentile } from "./tally.js";

/** Options of `replay`. */
export interface ReplayOptions {
  /** The candidate that stands for the present where a customer does not say; default the first. */
  readonly baseline?: string | null | undefined;
  /** The property of the customers by which they are told apart (`"region"`): each value gets figures of its own, at most 10,000. */
  readonly by?: string | null | undefined;
  /** Which percentiles of the differences: numbers from 0 to 100, at most 101 of them; default 5, 25, 50, 75, 95. */
  readonly percentiles?: readonly number[] | null | undefined;
  /** How many customers are named on each side, 0 to 1,000; default 10. */
  readonly movers?: number | null | undefined;
  /** Told of each customer what it comes to under each candidate, by name; nothing of it is kept. */
  readonly onCustomer?:
    | ((row: Readonly<Record<string, ReplayMover>>) => unknown)
    | null
    | undefined;
  /** The options in force; default `BillingPolicy`'s defaults. */
  readonly policy?: BillingPolicyInput | null | undefined;
}

/** What a portfolio would have come to under candidate plans. Plain JSON data. */
export interface Replay {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** Currency of all amounts. */
  readonly currency: string;
  /** The candidate that stands for the present where a customer does not say. */
  readonly baseline: string;
  /** How many customers there are. */
  readonly customers: number;
  /** How many billing periods, all customers together. */
  readonly periods: number;
  /** What is billed at present: of each customer what was billed in fact, else what the present plan bills, else the baseline. */
  readonly present: string;
  /** The candidates, in their order. */
  readonly candidates: readonly ReplayCandidate[];
  /** Customers by the value of a property, in the order in which values were met; empty without `by`. */
  readonly groups: readonly ReplayGroup[];
  /** The policy in force, defaults filled in. */
  readonly policy: BillingPolicy;
}

/** A candidate, over all customers. */
export interface ReplayCandidate extends ReplayFigures {
  /** Its name; of a product with several plans, the name, a slash and the id of the plan. */
  readonly name: string;
  /** The rate plan; `null` of a charge by itself. */
  readonly ratePlanId: string | null;
  /** Percentiles of the customers' differences: each is one that occurred. */
  readonly percentiles: readonly ReplayPercentile[];
  /** The customers who would save most, the one who saves most first. */
  readonly topWinners: readonly ReplayMover[];
  /** The customers who would pay most more, that one first. */
  readonly topLosers: readonly ReplayMover[];
  /** Keys of usage and quantities that others price and it does not: for these it bills nothing. */
  readonly notPriced: readonly string[];
}

/** Customers with one value of a property. */
export interface ReplayGroup {
  /** The value; `null` of customers without it. */
  readonly value: string | number | boolean | null;
  /** How many they are. */
  readonly customers: number;
  /** What they come to under each candidate, by name. */
  readonly candidates: Readonly<Record<string, ReplayFigures>>;
}
