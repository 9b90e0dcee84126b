import type { UsageCharge } from "../../catalog/charge.js";
import type { OutcomePolicy } from "../../catalog/outcome.js";
import type { RatingInputKind } from "../../pricing/model.js";
import type { Period } from "../../time/billing-period.js";
import type { TimeZone } from "../../time/zone.js";
import type { Aggregation, StoredState } from "../aggregations/aggregation.js";
import type { ClassifiedBucket, UsageReport } from "../events/report.js";

/** The counted events of one group, in a form that can be stored and added to. */
export interface SummarizedGroup {
  /** The values of the fields that the charge, and then its model, group by; empty where nothing is grouped. */
  readonly group: readonly (string | null)[];
  /** How many events count. */
  readonly count: number;
  /** What the charge's aggregation keeps of them, such as `{ sum: "2.5" }`; see {@link StoredStates}. */
  readonly state: StoredState;
  /** The events' values in order, where the charge's model prices those and needs each by itself; else absent. */
  readonly values?: readonly EventValue[];
  /** The totals of the events' values, where the model prices values and those are enough; else absent. */
  readonly valueTotals?: SummarizedValues;
}

/** What is kept of the values of events of which each pays for itself. */
export interface SummarizedValues {
  /** How many of the events are about 0 or more; the others take back. */
  readonly charged: number;
  /** Sum of the values. */
  readonly value: string;
  /** What a minimum and a maximum per event add to what the events pay; negative where they take off more. */
  readonly limited: string;
}

/** The money that an event is about. */
export interface EventValue {
  /** The event's id. */
  readonly id: string;
  /** When it happened, UTC. */
  readonly timestamp: string;
  /** Its value. */
  readonly value: string;
}

/** One id, as deduplication remembers it: what is needed to decide between this event and one that comes later. */
export interface SummarizedEvent {
  /** The event's id. */
  readonly id: string;
  /** When it happened, UTC. */
  readonly timestamp: string;
  /** The event as canonical JSON. */
  readonly payload: string;
  /** When it became known first, UTC; only where the charge judges outcomes, which may depend on it. */
  readonly receivedAt?: string;
  /** Where it went. */
  readonly bucket: ClassifiedBucket;
  /** Why it was not matched; `null` when it was. */
  readonly reason: string | null;
  /** What was counted of it; `null` when it was not matched. */
  readonly counted: SummarizedCount | null;
  /** Further deliveries of the same event. */
  readonly copies: number;
  /** Events with another payload under the same id. */
  readonly conflicts: number;
}

/** A matched event, as the charge counts it. */
export interface SummarizedCount {
  /** Its quantity. */
  readonly quantity: string;
  /** The values of the fields that the charge, and then its model, group by. */
  readonly group: readonly (string | null)[];
  /** The value of the field that the aggregation looks at; `null` where it looks at none. */
  readonly fieldValue: string | null;
  /** The money that it is about; `null` where the model does not price that. */
  readonly value: string | null;
}

/**
 * The usage of one customer for one charge in one period: what `invoice` needs instead of the events.
 *
 * Of constant size, but for an entry per group, per distinct value under `unique-count`, per event where the model must
 * see each value (free events, a free amount), and per id while deduplication is on, without which two summaries could
 * not be merged as if their events had come together. Where the charge judges outcomes it holds the events themselves,
 * of all times, and the signals: what became of an outcome may change with every event of its subject.
 */
export interface UsageSummary extends SummaryHeader {
  /**
   * What the charge prices, all groups together: the quantity by its aggregation (a decimal, or a fraction such as
   * `"10/3"`), or the number of events where the model prices their values.
   */
  readonly quantity: string;
  /** The counted events, group by group; no entry without events. */
  readonly groups: readonly SummarizedGroup[];
  /** What became of the events that were given. */
  readonly report: UsageReport;
  /** What deduplication needs to go on; absent when the policy has it off. */
  readonly deduplication?: Deduplication;
}

/** What deduplication remembers, so that summaries merge as if their events had come together. */
export interface Deduplication {
  /** Events that took no part in it: signals, invalid ones, those not known yet. */
  readonly excluded: UsageReport;
  /** The ids seen, sorted. */
  readonly events: readonly SummarizedEvent[];
  /** What judging outcomes needs besides the events; absent where the charge judges none. */
  readonly outcomes?: SummarizedOutcomes;
}

/** What a summary keeps so that outcomes can be judged anew whenever events are added. */
export interface SummarizedOutcomes {
  /** How the charge counts and judges. */
  readonly terms: OutcomeTerms;
  /** The signals of the summary's customer, subscription and agent type, each once, sorted by their payload. */
  readonly signals: readonly SummarizedSignal[];
  /**
   * Events that are no outcomes and in another report: those of a subject, where they break its silence, and those that a signal names. Each
   * once, sorted by their payload; absent where there are none.
   */
  readonly heard?: readonly SummarizedSignal[];
  /** Outcomes that are judged already, none of whose fate depends on the events here; absent where there are none. */
  readonly apart?: OutcomesApart;
}

/** Outcomes that a database has judged: their totals. A summary that holds some merges with no other. */
export interface OutcomesApart {
  /** Those that are billed, group by group. */
  readonly groups: readonly SummarizedGroup[];
  /** How many attempts there were. */
  readonly attempts: number;
  /** How many of them are outcomes. */
  readonly successes: number;
  /** What of it is billed and may still be reversed; `null` where nothing may. */
  readonly reversible: ReversibleOutcomes | null;
}

/** Outcomes that may still be reversed. */
export interface ReversibleOutcomes {
  /** Their quantity. */
  readonly quantity: string;
  /** When the earliest of them occurred, UTC. */
  readonly since: string;
}

/** The parts of a charge that decide which outcomes it counts, and how. */
export interface OutcomeTerms
  extends Pick<
    UsageCharge,
    "aggregation" | "currency" | "eventQuantity" | "filter" | "groupBy" | "pricing"
  > {
  /** What is counted. */
  readonly unitOfMeasure: string;
  /** How events become billable outcomes, and stop being so. */
  readonly outcome: OutcomePolicy;
}

/** A signal, or an event that is heard, as it is kept. */
export interface SummarizedSignal {
  /** It as canonical JSON. */
  readonly payload: string;
  /** When it became known first, UTC. */
  readonly receivedAt: string;
}

/** What a summary is of. Two summaries with equal headers merge. */
export interface SummaryHeader {
  /** Version of this shape. One of version 1 is refused: sum its events up again. */
  readonly schemaVersion: 2;
  /** The charge. */
  readonly chargeId: string;
  /** The customer; `null` when any customer's events were taken. */
  readonly customerId: string | null;
  /** The subscription; `null` when any subscription's events were taken. */
  readonly subscriptionId: string | null;
  /** The agent type; `null` when any agent's events were taken. */
  readonly agentType: string | null;
  /** Where the charge looks at the clock or the calendar: in which time zone. */
  readonly timeZone?: TimeZone;
  /** The period; `null` when events of any time were taken. */
  readonly period: Period | null;
  /** The moment of knowledge: events received later did not count; `null` when all did. */
  readonly asOf: string | null;
  /** Whether events are told apart by their ids; then the summary holds `deduplication`. */
  readonly deduplicate: boolean;
  /** Whether the charge judges outcomes; then `deduplication` holds what that needs. */
  readonly judgesOutcomes: boolean;
  /** How the charge makes one quantity of its events. */
  readonly aggregation: Aggregation;
  /** What its charge model prices. */
  readonly priced: RatingInputKind;
  /** Digest of what decides which events count. Summaries merge, and invoice, only when it is equal. */
  readonly fingerprint: string;
}
