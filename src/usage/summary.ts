import type { Aggregation } from "../catalog/aggregation.js";
import type { Period } from "../time/billing-period.js";
import type { PlacedBucket, UsageReport } from "./report.js";

/** What was counted, in a form that can be stored and added to. */
export interface UsageTally {
  /** How many events count. */
  readonly count: number;
  /** Sum of their quantities. */
  readonly sum: string;
  /** Smallest quantity; `null` without events. */
  readonly min: string | null;
  /** Largest quantity; `null` without events. */
  readonly max: string | null;
  /** The latest event; `null` without events. */
  readonly last: LastEvent | null;
  /** The distinct values, sorted, where the charge counts those; else empty. */
  readonly keys: readonly string[];
}

/** The latest event that counts. */
export interface LastEvent {
  /** Its id. */
  readonly id: string;
  /** When it happened, UTC. */
  readonly timestamp: string;
  /** Its quantity. */
  readonly quantity: string;
}

/** One id, as deduplication remembers it: what is needed to decide between this event and one that comes later. */
export interface SummarizedEvent {
  /** The event's id. */
  readonly id: string;
  /** When it happened, UTC. */
  readonly timestamp: string;
  /** The event as canonical JSON. */
  readonly payload: string;
  /** Where it went. */
  readonly bucket: PlacedBucket;
  /** Why it was not matched; `null` when it was. */
  readonly reason: string | null;
  /** Its quantity, when matched. */
  readonly quantity: string | null;
  /** The value counted as distinct, when matched and the charge counts those. */
  readonly key: string | null;
  /** Further deliveries of the same event. */
  readonly copies: number;
  /** Events with another payload under the same id. */
  readonly conflicts: number;
}

/**
 * The usage of one customer for one charge in one period: what `invoice` needs instead of the events.
 *
 * Of constant size, but for an entry per distinct value under `unique-count`, and an entry per id while
 * deduplication is on, without which two summaries could not be merged as if their events had come together.
 */
export interface UsageSummary extends SummaryHeader {
  /** The quantity that the charge prices, by its aggregation: a decimal, or a fraction such as `"10/3"`. */
  readonly quantity: string;
  /** What was counted. */
  readonly tally: UsageTally;
  /** What became of the events that were given. */
  readonly report: UsageReport;
  /** What deduplication needs to go on; absent when the policy has it off. */
  readonly deduplication?: Deduplication;
}

/** What deduplication remembers, so that summaries merge as if their events had come together. */
export interface Deduplication {
  /** Events that took no part in it: signals, invalid ones, those not known yet. */
  readonly setAside: UsageReport;
  /** The ids seen, sorted. */
  readonly events: readonly SummarizedEvent[];
}

/** What a summary is of. Two summaries with equal headers merge. */
export interface SummaryHeader {
  /** Version of this shape. */
  readonly schemaVersion: 1;
  /** The charge. */
  readonly chargeId: string;
  /** The customer; `null` when any customer's events were taken. */
  readonly customerId: string | null;
  /** The subscription; `null` when any subscription's events were taken. */
  readonly subscriptionId: string | null;
  /** The period; `null` when events of any time were taken. */
  readonly period: Period | null;
  /** The moment of knowledge: events received later did not count; `null` when all did. */
  readonly asOf: string | null;
  /** How the charge makes one quantity of its events. */
  readonly aggregation: Aggregation;
  /** Digest of what decides which events count. Summaries merge, and invoice, only when it is equal. */
  readonly fingerprint: string;
}
