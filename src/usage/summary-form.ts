import { exact } from "../money/decimal.js";
import { formatExact } from "../money/fraction.js";
import { formatInstant, instantOf } from "../time/instant.js";
import type { EventGroup } from "./deduplicate.js";
import {
  addPlacement,
  compareTexts,
  mergeReports,
  type PlacedBucket,
  reportBuilder,
  reportGroup,
  type UsageReport,
} from "./report.js";
import type {
  Deduplication,
  SummarizedEvent,
  SummaryHeader,
  UsageSummary,
  UsageTally,
} from "./summary.js";
import { rememberSummary } from "./summary-schema.js";
import { aggregate, type Counted, type Tally, tallyOf } from "./tally.js";

/** An event that has been placed for the one charge of a summary. */
export interface PlacedEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly payload: string;
  readonly bucket: PlacedBucket;
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
  return rememberSummary({ ...header, quantity, tally: writeTally(tally), report });
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
  return rememberSummary({
    ...plainSummary(header, tally, mergeReports(setAside, report.build())),
    deduplication: { setAside, events: sorted.map(writeGroup) },
  });
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
