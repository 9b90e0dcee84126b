import { canonicalJson } from "../content/canonical-json.js";
import { exact } from "../money/decimal.js";
import { type Fraction, formatExact, fraction, sum } from "../money/fraction.js";
import type { ValueTotals } from "../pricing/model.js";
import { instantOf } from "../time/date.js";
import { formatInstant } from "../time/instant.js";
import { UTC } from "../time/zone.js";
import type { Counted } from "./counting.js";
import type { EventGroup } from "./deduplicate.js";
import {
  addPlacement,
  compareTexts,
  mergeReports,
  reportBuilder,
  reportGroup,
  type UsageReport,
} from "./report.js";
import type {
  CountedEvent,
  Deduplication,
  SummarizedEvent,
  SummarizedOutcomes,
  SummarizedValues,
  SummaryHeader,
  UsageSummary,
  UsageTally,
} from "./summary.js";
import type { PlacedEvent, PlacedGroups } from "./summary-events.js";
import { rememberSummary } from "./summary-schema.js";
import {
  aggregate,
  type GroupTallies,
  type GroupTally,
  tallyGroups,
  valuesInOrder,
} from "./tally.js";

/** Writes a summary without deduplication. */
export function plainSummary(
  header: SummaryHeader,
  groups: GroupTallies,
  report: UsageReport,
): UsageSummary {
  const sorted = [...groups].sort(([a], [b]) => compareTexts(a, b)).map(([, group]) => group);
  const quantity = formatExact(sum(sorted.map((group) => quantityOf(header, group))));
  return rememberSummary({ ...header, quantity, tallies: sorted.map(writeTally), report });
}

function quantityOf({ aggregation, priced }: SummaryHeader, { tally }: GroupTally): Fraction {
  return priced === "values" ? fraction(BigInt(tally.count)) : aggregate(aggregation, tally);
}

/** Writes a summary with deduplication: everything in it follows from the groups and what was set aside. */
export function deduplicatedSummary(
  header: SummaryHeader,
  groups: PlacedGroups,
  setAside: UsageReport,
  outcomes?: SummarizedOutcomes,
): UsageSummary {
  const sorted = [...groups.values()].sort((a, b) => compareTexts(a.winner.id, b.winner.id));
  const report = reportBuilder();
  for (const { winner, copies, conflicts } of sorted) {
    addPlacement(report, winner.id, winner);
    reportGroup(report, winner.id, copies, conflicts);
  }
  const tallies = tallyGroups(sorted.flatMap(({ winner }) => winner.counted ?? []));
  return rememberSummary({
    ...plainSummary(header, tallies, mergeReports(setAside, report.build())),
    deduplication: {
      setAside,
      events: sorted.map(writeGroup),
      ...(outcomes === undefined ? {} : { outcomes }),
    },
  });
}

/** The groups that a summary was written from, where outcomes are not judged. */
export function readGroups(deduplication: Deduplication): PlacedGroups {
  return new Map(deduplication.events.map((event) => [event.id, readGroup(event)]));
}

/** The tallies that a summary was written from. */
export function readTallies(tallies: readonly UsageTally[]): GroupTallies {
  return new Map(tallies.map((tally) => [canonicalJson(tally.group), readTally(tally)]));
}

function readTally(tally: UsageTally): GroupTally {
  const { group, count, sum: total, min, max, last, weighted, distinct } = tally;
  const { values, valueTotals } = tally;
  return {
    key: group,
    tally: {
      count,
      sum: exact(total),
      min: min === null ? undefined : exact(min),
      max: max === null ? undefined : exact(max),
      last: last === null ? undefined : { ...readMoment(last), quantity: exact(last.quantity) },
      weighted: exact(weighted),
      distinct: new Set(distinct),
      values: values.map((each) => ({ ...readMoment(each), value: exact(each.value) })),
      totals: valueTotals === null ? undefined : readTotals(count, valueTotals),
    },
  };
}

function readTotals(events: number, { charged, value, limited }: SummarizedValues): ValueTotals {
  return { events, charged, value: exact(value), limited: exact(limited) };
}

function writeTally({ key, tally }: GroupTally): UsageTally {
  const { count, sum: total, min, max, last, weighted, distinct, totals } = tally;
  return {
    group: key,
    count,
    sum: formatExact(total),
    min: min === undefined ? null : formatExact(min),
    max: max === undefined ? null : formatExact(max),
    last:
      last === undefined ? null : { ...writeMoment(last), quantity: formatExact(last.quantity) },
    weighted: formatExact(weighted),
    distinct: [...distinct].sort(compareTexts),
    values: valuesInOrder(tally).map((each) => ({
      ...writeMoment(each),
      value: formatExact(each.value),
    })),
    valueTotals: totals === undefined ? null : writeTotals(totals),
  };
}

function writeTotals({ charged, value, limited }: ValueTotals): SummarizedValues {
  return { charged, value: formatExact(value), limited: formatExact(limited) };
}

function writeGroup({ winner, copies, conflicts }: EventGroup<PlacedEvent>): SummarizedEvent {
  const { payload, receivedAt, bucket, reason, counted } = winner;
  return {
    ...writeMoment(winner),
    payload,
    ...(receivedAt === undefined ? {} : { receivedAt: formatInstant(receivedAt) }),
    bucket,
    reason: reason ?? null,
    counted: counted === undefined ? null : writeCounted(counted),
    copies,
    conflicts,
  };
}

function readGroup(event: SummarizedEvent): EventGroup<PlacedEvent> {
  const { payload, bucket, reason, counted, copies, conflicts } = event;
  const moment = readMoment(event);
  return {
    winner: {
      ...moment,
      payload,
      receivedAt: undefined,
      bucket,
      reason: reason ?? undefined,
      counted: counted === null ? undefined : { ...moment, ...readCounted(counted) },
    },
    copies,
    conflicts,
  };
}

function writeCounted({ quantity, group, distinct, weighted, value }: Counted): CountedEvent {
  return {
    quantity: formatExact(quantity),
    group,
    distinct: distinct ?? null,
    weighted: weighted === undefined ? null : formatExact(weighted),
    value: value === undefined ? null : formatExact(value),
  };
}

function readCounted({
  quantity,
  group,
  distinct,
  weighted,
  value,
}: CountedEvent): Omit<Counted, "id" | "timestamp"> {
  return {
    quantity: exact(quantity),
    group,
    distinct: distinct ?? undefined,
    weighted: weighted === null ? undefined : exact(weighted),
    value: value === null ? undefined : exact(value),
  };
}

function writeMoment({ id, timestamp }: { readonly id: string; readonly timestamp: number }) {
  return { id, timestamp: formatInstant(timestamp) };
}

function readMoment({ id, timestamp }: { readonly id: string; readonly timestamp: string }) {
  return { id, timestamp: instantOf(timestamp, UTC) };
}
