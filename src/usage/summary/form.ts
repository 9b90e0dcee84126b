import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { exact } from "../../money/decimal.js";
import { formatExact, fraction, sum } from "../../money/fraction.js";
import type { ValueTotals } from "../../pricing/model.js";
import { instantOf } from "../../time/date.js";
import { formatInstant, type Instant } from "../../time/instant.js";
import { UTC } from "../../time/zone.js";
import { aggregationOf } from "../aggregations/index.js";
import { type EventGroup, eventKey } from "../events/deduplicate.js";
import {
  type ClassifiedBucket,
  mergeReports,
  reportBuilder,
  reportEvent,
  reportGroup,
  type UsageReport,
} from "../events/report.js";
import {
  type AggregateState,
  type AggregateStates,
  aggregateEvents,
  valuesInOrder,
} from "../meter/aggregate.js";
import type { CountedEvent } from "../meter/count-event.js";
import { intervalOf } from "./header.js";
import { rememberSummary } from "./schema.js";
import { storedCustomer } from "./stored-events.js";
import type {
  Deduplication,
  SummarizedCount,
  SummarizedEvent,
  SummarizedGroup,
  SummarizedOutcomes,
  SummarizedValues,
  SummaryHeader,
  UsageSummary,
} from "./summary.js";

/** An event that has been classified for the one charge of a summary. */
export interface ClassifiedEvent {
  readonly id: string;
  readonly timestamp: Instant;
  readonly payload: string;
  /** When it became known, where outcomes may depend on it. */
  readonly receivedAt: Instant | undefined;
  readonly bucket: ClassifiedBucket;
  readonly reason: string | undefined;
  readonly counted: CountedEvent | undefined;
}

/** All events of a summary, by what identifies them. */
export type ClassifiedGroups = ReadonlyMap<string, EventGroup<ClassifiedEvent>>;

/** Writes a summary without deduplication. */
export function plainSummary(
  header: SummaryHeader,
  states: AggregateStates,
  report: UsageReport,
): UsageSummary {
  const { aggregation, priced } = header;
  const { result } = aggregationOf(aggregation);
  const sorted = [...states].sort(([a], [b]) => compareTexts(a, b)).map(([, group]) => group);
  const quantities = sorted.map(({ count, state }) =>
    priced === "values" ? fraction(BigInt(count)) : result(state, aggregation),
  );
  const groups = sorted.map((each) => writeState(each, header));
  return rememberSummary({ ...header, quantity: formatExact(sum(quantities)), groups, report });
}

/** Writes a summary with deduplication: everything in it follows from the events and what was excluded. */
export function deduplicatedSummary(
  header: SummaryHeader,
  groups: ClassifiedGroups,
  excluded: UsageReport,
  outcomes?: SummarizedOutcomes,
): UsageSummary {
  const sorted = [...groups.values()].sort(
    ({ winner: a }, { winner: b }) =>
      compareTexts(a.id, b.id) || compareTexts(a.payload, b.payload),
  );
  const report = reportBuilder();
  for (const { winner, copies, conflicts } of sorted) {
    reportEvent(report, winner.id, winner);
    reportGroup(report, winner.id, copies, conflicts);
  }
  const { aggregation, period, timeZone } = header;
  const states = aggregateEvents(
    sorted.flatMap(({ winner }) => winner.counted ?? []),
    { aggregation, period: intervalOf(period), zone: timeZone },
  );
  return rememberSummary({
    ...plainSummary(header, states, mergeReports(excluded, report.build())),
    deduplication: {
      excluded,
      events: sorted.map(writeEvent),
      ...(outcomes === undefined ? {} : { outcomes }),
    },
  });
}

/** The events that a summary was written from, where outcomes are not judged. */
export function readEventGroups({ events }: Deduplication): ClassifiedGroups {
  return new Map(
    events.map((event) => {
      const key = eventKey({ id: event.id, customerId: storedCustomer(event.payload) });
      return [key, readEventGroup(event)];
    }),
  );
}

/** The states that a summary was written from. */
export function readStates({
  aggregation,
  groups,
  period,
  timeZone = UTC,
}: UsageSummary): AggregateStates {
  const definition = aggregationOf(aggregation);
  const interval = intervalOf(period);
  return new Map(
    groups.map(({ group: key, count, state, values = [], valueTotals }) => [
      canonicalJson(key),
      {
        key,
        count,
        state: definition.read(state, interval, timeZone),
        values: values.map((each) => ({ ...readMoment(each), value: exact(each.value) })),
        totals: valueTotals && readTotals(count, valueTotals),
      },
    ]),
  );
}

function writeState(
  { key, count, state, values, totals }: AggregateState,
  { aggregation, priced }: SummaryHeader,
): SummarizedGroup {
  const group = { group: key, count, state: aggregationOf(aggregation).write(state) };
  if (totals !== undefined) return { ...group, valueTotals: writeTotals(totals) };
  if (priced !== "values") return group;
  const written = valuesInOrder(values).map((each) => ({
    ...writeMoment(each),
    value: formatExact(each.value),
  }));
  return { ...group, values: written };
}

function readTotals(events: number, { charged, value, limited }: SummarizedValues): ValueTotals {
  return { events, charged, value: exact(value), limited: exact(limited) };
}

function writeTotals({ charged, value, limited }: ValueTotals): SummarizedValues {
  return { charged, value: formatExact(value), limited: formatExact(limited) };
}

function writeEvent({ winner, copies, conflicts }: EventGroup<ClassifiedEvent>): SummarizedEvent {
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

function readEventGroup(event: SummarizedEvent): EventGroup<ClassifiedEvent> {
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

function writeCounted({ quantity, group, fieldValue, value }: CountedEvent): SummarizedCount {
  return {
    quantity: formatExact(quantity),
    group,
    fieldValue: fieldValue ?? null,
    value: value === undefined ? null : formatExact(value),
  };
}

function readCounted({
  quantity,
  group,
  fieldValue,
  value,
}: SummarizedCount): Omit<CountedEvent, "id" | "timestamp"> {
  return {
    quantity: exact(quantity),
    group,
    fieldValue: fieldValue ?? undefined,
    value: value === null ? undefined : exact(value),
  };
}

function writeMoment({ id, timestamp }: { readonly id: string; readonly timestamp: Instant }) {
  return { id, timestamp: formatInstant(timestamp) };
}

function readMoment({ id, timestamp }: { readonly id: string; readonly timestamp: string }) {
  return { id, timestamp: instantOf(timestamp, UTC) };
}
