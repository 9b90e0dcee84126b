import * as z from "zod";
import { type Aggregation, aggregationSchema } from "../catalog/aggregation.js";
import { date, id } from "../catalog/fields.js";
import { type ParseResult, parseWith, remember } from "../catalog/parse.js";
import { DATA_LIMITS } from "../catalog/plain-data.js";
import { deepFreeze } from "../content/deep-freeze.js";
import { issueAt, type PathSegment } from "../errors.js";
import { exact, isProblem, readExact } from "../money/decimal.js";
import { formatExact } from "../money/fraction.js";
import { field } from "../pricing/fields-schema.js";
import type { Period } from "../time/billing-period.js";
import { formatInstant, instantOf } from "../time/instant.js";
import type { Placement } from "./collect.js";
import type { EventGroup } from "./deduplicate.js";
import {
  addPlacement,
  compareTexts,
  mergeReports,
  reportBuilder,
  reportGroup,
  USAGE_BUCKETS,
  type UsageReport,
} from "./report.js";
import { aggregate, type Counted, type Tally, tallyOf } from "./tally.js";

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
  readonly bucket: Placement["bucket"];
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

/** An event that has been placed for the one charge of a summary. */
export interface PlacedEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly payload: string;
  readonly bucket: Placement["bucket"];
  readonly reason: string | undefined;
  readonly counted: Counted | undefined;
}

export type Groups = ReadonlyMap<string, EventGroup<PlacedEvent>>;

/** Writes a summary without deduplication. */
export function plainSummary(
  header: SummaryHeader,
  tally: Tally,
  report: UsageReport,
): UsageSummary {
  const quantity = formatExact(aggregate(header.aggregation, tally));
  return remembered({ ...header, quantity, tally: writeTally(tally), report });
}

/** Writes a summary with deduplication: everything in it follows from the groups and what was set aside. */
export function deduplicatedSummary(
  header: SummaryHeader,
  groups: Groups,
  setAside: UsageReport,
): UsageSummary {
  const sorted = [...groups.values()].sort((a, b) => compareTexts(a.winner.id, b.winner.id));
  const report = reportBuilder();
  for (const { winner, copies, conflicts } of sorted) {
    addPlacement(report, winner.id, winner);
    reportGroup(report, winner.id, copies, conflicts);
  }
  const tally = tallyOf(sorted.flatMap(({ winner }) => winner.counted ?? []));
  return remembered({
    ...plainSummary(header, tally, mergeReports(setAside, report.build())),
    deduplication: { setAside, events: sorted.map(writeGroup) },
  });
}

const KIND = "usage summary";

function remembered(summary: UsageSummary): UsageSummary {
  remember(KIND, deepFreeze(summary));
  return summary;
}

/** Reads a summary that may come from storage. */
export function safeParseSummary(
  input: unknown,
  path: readonly PathSegment[],
): ParseResult<UsageSummary> {
  return parseWith<UsageSummary>(KIND, summarySchema, input, path, DATA_LIMITS);
}

/** The groups that a summary was written from. */
export function readGroups(deduplication: Deduplication): Groups {
  return new Map(deduplication.events.map((event) => [event.id, readGroup(event)]));
}

/** The tally that a summary was written from. */
export function readTally({ count, sum, min, max, last, keys }: UsageTally): Tally {
  return {
    count,
    sum: exact(sum),
    min: min === null ? undefined : exact(min),
    max: max === null ? undefined : exact(max),
    last: last === null ? undefined : readCounted(last.id, last.timestamp, last.quantity, null),
    keys: new Set(keys),
  };
}

function writeTally({ count, sum, min, max, last, keys }: Tally): UsageTally {
  return {
    count,
    sum: formatExact(sum),
    min: min === undefined ? null : formatExact(min),
    max: max === undefined ? null : formatExact(max),
    last:
      last === undefined
        ? null
        : {
            id: last.id,
            timestamp: formatInstant(last.timestamp),
            quantity: formatExact(last.quantity),
          },
    keys: [...keys].sort(compareTexts),
  };
}

function writeGroup({ winner, copies, conflicts }: EventGroup<PlacedEvent>): SummarizedEvent {
  const { id, timestamp, payload, bucket, reason, counted } = winner;
  return {
    id,
    timestamp: formatInstant(timestamp),
    payload,
    bucket,
    reason: reason ?? null,
    quantity: counted === undefined ? null : formatExact(counted.quantity),
    key: counted?.key ?? null,
    copies,
    conflicts,
  };
}

function readGroup(event: SummarizedEvent): EventGroup<PlacedEvent> {
  const { id, timestamp, payload, bucket, reason, quantity, key, copies, conflicts } = event;
  return {
    winner: {
      id,
      timestamp: instantOf(timestamp),
      payload,
      bucket,
      reason: reason ?? undefined,
      counted: quantity === null ? undefined : readCounted(id, timestamp, quantity, key),
    },
    copies,
    conflicts,
  };
}

function readCounted(id: string, timestamp: string, quantity: string, key: string | null): Counted {
  return { id, timestamp: instantOf(timestamp), quantity: exact(quantity), key: key ?? undefined };
}

const exactText = field<string, string>((input, report) => {
  if (typeof input === "string" && !isProblem(readExact(input))) return input;
  const expected = "a decimal string or a fraction";
  report(issueAt("not_a_decimal", [], `must be ${expected}`, { expected, received: input }));
  return "0";
});

const count = z.int().min(0);
const bucketCounts = z.strictObject(
  Object.fromEntries(USAGE_BUCKETS.map((bucket) => [bucket, count])),
);
const details = z.array(z.strictObject({ id: z.nullable(z.string()), reason: z.string() }));
const report = z.strictObject({
  counts: bucketCounts,
  details: z.strictObject(
    Object.fromEntries(USAGE_BUCKETS.map((bucket) => [bucket, z.exactOptional(details)])),
  ),
});

const summarySchema = z.strictObject({
  schemaVersion: z.literal(1),
  chargeId: id,
  customerId: z.nullable(id),
  subscriptionId: z.nullable(id),
  period: z.nullable(z.strictObject({ start: date, end: date })),
  asOf: z.nullable(date),
  aggregation: aggregationSchema,
  fingerprint: z.string(),
  quantity: exactText,
  tally: z.strictObject({
    count,
    sum: exactText,
    min: z.nullable(exactText),
    max: z.nullable(exactText),
    last: z.nullable(z.strictObject({ id, timestamp: date, quantity: exactText })),
    keys: z.array(z.string()),
  }),
  report,
  deduplication: z.exactOptional(
    z.strictObject({
      setAside: report,
      events: z.array(
        z.strictObject({
          id,
          timestamp: date,
          payload: z.string(),
          bucket: z.enum(["matched", "outside-period", "unmatched"]),
          reason: z.nullable(z.string()),
          quantity: z.nullable(exactText),
          key: z.nullable(z.string()),
          copies: count,
          conflicts: count,
        }),
      ),
    }),
  ),
});
