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
  aggregator,
  valuesInOrder,
} from "../meter/aggregate.js";
import type { CountedEvent } from "../meter/count-event.js";
import { intervalOf, underHeader, type Whose } from "./header.js";
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

/** The events of a summary, each id once. */
export type ClassifiedGroups = Iterable<EventGroup<ClassifiedEvent>>;

/** Writes a summary without deduplication, under the header of another's, too. */
export function plainSummary(
  header: SummaryHeader,
  states: AggregateStates,
  report: UsageReport,
  whose: Whose = header,
): UsageSummary {
  return rememberSummary(summaryOf(header, states, report, whose));
}

function summaryOf(
  header: SummaryHeader,
  states: AggregateStates,
  report: UsageReport,
  whose: Whose = header,
): UsageSummary {
  if (states.size === 0) {
    return underHeader(header, whose, { quantity: "0", groups: NO_GROUPS, report });
  }
  const { aggregation, priced } = header;
  const { result } = aggregationOf(aggregation);
  const sorted = inOrder(states);
  const quantities = sorted.map(({ count, state }) =>
    priced === "values" ? fraction(BigInt(count)) : result(state, aggregation),
  );
  const groups = sorted.map((each) => writeState(each, header));
  return underHeader(header, whose, { quantity: formatExact(sum(quantities)), groups, report });
}

const NO_GROUPS: readonly SummarizedGroup[] = Object.freeze([]);

/** Writes a summary with deduplication: everything in it follows from the events and what was excluded. */
export function deduplicatedSummary(
  header: SummaryHeader,
  groups: ClassifiedGroups,
  excluded: UsageReport,
  outcomes?: SummarizedOutcomes,
): UsageSummary {
  const sorted = [...groups].sort(
    ({ winner: a }, { winner: b }) =>
      compareTexts(a.id, b.id) || compareTexts(a.payload, b.payload),
  );
  const report = reportBuilder();
  const { aggregation, period, timeZone } = header;
  const states = aggregator({ aggregation, period: intervalOf(period), zone: timeZone });
  if (outcomes?.apart !== undefined) {
    const apart = readGroups(outcomes.apart.groups, header);
    states.merge(apart);
    for (const { count } of apart.values()) report.add("matched", undefined, count);
  }
  for (const { winner, copies, conflicts } of sorted) {
    reportEvent(report, winner.id, winner);
    reportGroup(report, winner.id, copies, conflicts);
    if (winner.counted !== undefined) states.add(winner.counted);
  }
  return rememberSummary({
    ...summaryOf(header, states.build(), mergeReports(excluded, report.build())),
    deduplication: {
      excluded,
      events: sorted.map(writeEvent),
      ...(outcomes === undefined ? {} : { outcomes }),
    },
  });
}

/** The events that a summary was written from, by what identifies them, where outcomes are not judged. */
export function readEventGroups({
  events,
}: Deduplication): ReadonlyMap<string, EventGroup<ClassifiedEvent>> {
  return new Map(
    events.map((event) => {
      const key = eventKey({ id: event.id, customerId: storedCustomer(event.payload) });
      return [key, readEventGroup(event)];
    }),
  );
}

/** The states that a summary was written from. */
export function readStates(summary: UsageSummary): AggregateStates {
  return readGroups(summary.groups, summary);
}

/** The states that groups were written from. */
export function readGroups(
  groups: readonly SummarizedGroup[],
  { aggregation, period, timeZone = UTC }: SummaryHeader,
): AggregateStates {
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

/** States as groups, in the order of their names. */
export function writeGroups(
  states: AggregateStates,
  header: SummaryHeader,
): readonly SummarizedGroup[] {
  return inOrder(states).map((each) => writeState(each, header));
}

function inOrder(states: AggregateStates): readonly AggregateState[] {
  return [...states].sort(([a], [b]) => compareTexts(a, b)).map(([, group]) => group);
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
  const { id, payload, receivedAt, bucket, reason = null } = winner;
  const timestamp = formatInstant(winner.timestamp);
  const counted = winner.counted === undefined ? null : writeCounted(winner.counted);
  const rest = { bucket, reason, counted, copies, conflicts };
  return receivedAt === undefined
    ? { id, timestamp, payload, bucket, reason, counted, copies, conflicts }
    : { id, timestamp, payload, receivedAt: formatInstant(receivedAt), ...rest };
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
