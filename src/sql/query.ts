import type { UsageCharge } from "../catalog/charge.js";
import type { BillingPolicy } from "../catalog/policy.js";
import type { Period } from "../time/billing-period.js";
import type { TimeZone } from "../time/zone.js";
import type { DialectName } from "./dialects/index.js";

/** A segment of a query. */
export interface QuerySegment {
  /** The place of its charge in `charges`. */
  readonly charge: number;
  /** Whose usage. */
  readonly customerId: string;
  /** Of which subscription; `null` for any. */
  readonly subscriptionId: string | null;
  /** Of which agent type; `null` for any. */
  readonly agentType: string | null;
  /** Where clocks and calendars are looked at. */
  readonly timeZone: TimeZone;
  /** When. */
  readonly period: Period;
  /** Pauses inside of the period. */
  readonly pauses: readonly Period[];
  /** The moment of knowledge. */
  readonly asOf: string;
}

/** Where the outcomes of a charge are judged. */
export interface QueryOutcomes {
  /** The place of the charge in `charges`. */
  readonly charge: number;
  /** Its id. */
  readonly chargeId: string;
  /**
   * Whether the database judges those of which nothing else is known, and gives the others as they are; else it gives all that may
   * matter, and `summariesFromRows` judges.
   */
  readonly compiled: boolean;
  /** Why it does not; `null` where it does. */
  readonly because: string | null;
}

/** A statement, and what its rows mean. It is JSON: it may run elsewhere, and later. */
export interface UsageQuery {
  /** The database that it is for. */
  readonly dialect: DialectName;
  /** The statement. In ClickHouse, parameters are called `p1`, `p2`, … */
  readonly text: string;
  /** The values of its parameters, in order: texts. Nothing of them stands in the statement. */
  readonly parameters: readonly string[];
  /** The charges, parsed. */
  readonly charges: readonly UsageCharge[];
  /** The segments, each of one charge; `null` where they are in a table. */
  readonly segments: readonly QuerySegment[] | null;
  /** The time zones of which it knows the clocks. */
  readonly timeZones: readonly TimeZone[];
  /** Whether the database tells events apart by their ids. */
  readonly deduplicate: boolean;
  /** The policy under which the charges were read. */
  readonly policy: BillingPolicy;
  /** The charges that judge outcomes, and where theirs are judged. */
  readonly outcomes: readonly QueryOutcomes[];
}

/** The keys of a query. */
export const QUERY_KEYS = [
  "dialect",
  "text",
  "parameters",
  "charges",
  "segments",
  "timeZones",
  "deduplicate",
  "policy",
  "outcomes",
] as const satisfies readonly (keyof UsageQuery)[];
