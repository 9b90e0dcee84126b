import type { UsageCharge } from "../../catalog/charge.js";
import { compareTexts } from "../../data/compare-texts.js";
import { EARLIEST_INSTANT, formatInstant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { type ChargeMeter, type Classifier, classifier, type EventClass } from "../classify.js";
import { chargeMeters } from "../collect.js";
import { customerNumbers, type EventGroup, eventGroups } from "../events/deduplicate.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { payloadOf } from "../events/event-fields.js";
import { readKnown, takeKnown } from "../events/read-events.js";
import type { EventRow } from "../events/read-plainly.js";
import {
  type ReportBuilder,
  reportBuilder,
  reportEvent,
  type UsageReport,
} from "../events/report.js";
import { readUnlessCounted } from "../lanes/known-events.js";
import { laneFor, laneSums, lanesByUnit } from "../lanes/lane.js";
import { type AggregateStates, aggregator } from "../meter/aggregate.js";
import { type UsageScope, whyOutOfScope } from "../meter/scope.js";
import type { KnownEvents } from "../outcomes/judge-outcomes.js";
import { type ClassifiedEvent, deduplicatedSummary, plainSummary } from "./form.js";
import { perEventOf, scopeOfHeader, summaryHeader } from "./header.js";
import { signalPayload } from "./stored-events.js";
import type { OutcomesApart, OutcomeTerms, SummaryHeader, UsageSummary } from "./summary.js";

/** Which events are summed up, and how. */
export interface SummaryTask {
  readonly charge: UsageCharge;
  readonly scope: UsageScope;
  readonly deduplicate: boolean;
  /** Outcomes that are judged already. */
  readonly apart?: OutcomesApart | undefined;
}

/** Sums up events one at a time, in any order. */
export interface SummaryBuilder {
  add(input: unknown): void;
  /** Adds up a row; false where its event must be added instead. */
  addRow(row: EventRow): boolean;
  build(): UsageSummary;
}

/** How the events of a charge are summed up, whoever's they are. */
export interface SummaryKind extends SummaryTask {
  readonly header: SummaryHeader;
  /** What decides which outcomes count; nothing where the charge judges none. */
  readonly outcomes: OutcomeTerms | undefined;
  readonly meter: ChargeMeter;
  readonly classify: Classifier["classify"];
}

export function summaryKind({ charge, scope, deduplicate, apart }: SummaryTask): SummaryKind {
  const header = summaryHeader(charge, scope, deduplicate);
  const meter = meterOf(charge, scope);
  const { classify } = classifier([meter]);
  return {
    charge,
    scope,
    deduplicate,
    apart,
    header,
    outcomes: outcomeTerms(charge),
    meter,
    classify,
  };
}

/** Keeps no more of the events than the summary will hold. */
export function summaryBuilder(task: SummaryTask): SummaryBuilder {
  const kind = summaryKind(task);
  return task.deduplicate ? deduplicatingBuilder(kind) : plainBuilder(kind);
}

function plainBuilder(kind: SummaryKind): SummaryBuilder {
  const tally = plainTally(kind);
  const lanes = lanesByUnit([kind.meter]);
  const sums = laneSums(1);
  const count = ({ millionths }: EventRow) => sums.add(0, millionths);
  return {
    add(input) {
      const reading = readUnlessCounted(input, lanes, kind.scope, count);
      const event = reading && takeKnown(reading, kind.scope, tally.report, []);
      if (event !== undefined) tally.add(event);
    },
    addRow(row) {
      const isCounted = laneFor(lanes, row, kind.scope) !== undefined;
      if (isCounted) count(row);
      return isCounted;
    },
    build() {
      const events = sums.count(0);
      if (events > 0) tally.merge(events, sums.states(0, kind.meter));
      return tally.build(kind.header);
    },
  };
}

/** Adds up events each of which counts: ids are told apart already, or by nobody. */
export interface PlainTally {
  readonly report: ReportBuilder;
  add(event: ReadEvent): void;
  /** Adds events that have been summed up elsewhere, all of which match. */
  merge(count: number, states: AggregateStates): void;
  build(header: SummaryHeader): UsageSummary;
}

export function plainTally({ charge, meter, classify }: SummaryKind): PlainTally {
  const { terms, scope } = meter;
  const report = reportBuilder();
  const states = aggregator({
    aggregation: terms.aggregation,
    period: scope.period,
    zone: scope.zone,
    perEvent: perEventOf(charge),
  });
  return {
    report,
    add(event) {
      const eventClass = classify(event);
      reportEvent(report, event.id, eventClass);
      for (const { event: one } of eventClass.counted) states.add(one);
    },
    merge(count, others) {
      report.add("matched", undefined, count);
      states.merge(others);
    },
    build: (header) => plainSummary(header, states.build(), report.build()),
  };
}

function deduplicatingBuilder(kind: SummaryKind): SummaryBuilder {
  const excluded = reportBuilder();
  const groups = eventGroups();
  const numberOf = customerNumbers();
  const signals = new Map<string, ReadSignal>();
  return {
    add(input) {
      const said: ReadSignal[] = [];
      const event = readKnown(input, kind.scope, excluded, said);
      if (event !== undefined) groups.add(numberOf(event.customerId), event);
      if (kind.outcomes !== undefined) for (const signal of said) keepSignal(signals, signal);
    },
    addRow: () => false,
    build: () =>
      summaryOfGroups(kind, kind.header, {
        groups: groups.all,
        signals,
        excluded: excluded.build(),
      }),
  };
}

/** The summary of events that are told apart by their ids. */
export function summaryOfGroups(
  { outcomes, meter, apart }: SummaryKind,
  header: SummaryHeader,
  usage: JudgedUsage,
): UsageSummary {
  return outcomes === undefined
    ? deduplicatedSummary(header, classifyGroups(usage.groups, meter), usage.excluded)
    : judgedSummary(header, outcomes, usage, { pauses: meter.scope.pauses, apart });
}

/** Everything that outcomes are judged by. */
export interface JudgedUsage {
  readonly groups: readonly EventGroup<ReadEvent>[];
  /** The signals, each once, by payload. */
  readonly signals: ReadonlyMap<string, ReadSignal>;
  /** Events that are no outcomes and are reported elsewhere, each once. */
  readonly heard?: readonly ReadEvent[];
  readonly excluded: UsageReport;
}

/** What else there is to a judged summary. */
interface JudgedApart {
  readonly pauses?: readonly Interval[] | undefined;
  readonly apart?: OutcomesApart | undefined;
}

/** Writes the summary of a charge that judges outcomes: judged by everything together, for the summary's period. */
export function judgedSummary(
  header: SummaryHeader,
  terms: OutcomeTerms,
  { groups, signals, heard: others = [], excluded }: JudgedUsage,
  { pauses, apart }: JudgedApart = {},
): UsageSummary {
  const scope = { ...scopeOfHeader(header), pauses };
  const inScope = [...signals]
    .filter(([, signal]) => whyOutOfScope(signal, scope) === undefined)
    .sort(([a], [b]) => compareTexts(a, b));
  const heard = others
    .filter((event) => whyOutOfScope(event, scope) === undefined)
    .map((event) => ({ event, payload: payloadOf(event) }))
    .sort((a, b) => compareTexts(a.payload, b.payload));
  const charge: UsageCharge = {
    ...terms,
    id: header.chargeId,
    name: header.chargeId,
    chargeType: "usage",
  };
  const meter = meterOf(charge, scope, {
    events: [...groups.map(({ winner }) => winner), ...heard.map(({ event }) => event)],
    signals: inScope.map(([, signal]) => signal),
  });
  return deduplicatedSummary(header, classifyGroups(groups, meter), excluded, {
    terms,
    signals: inScope.map(([payload, signal]) => storedHappening(payload, signal)),
    ...(heard.length === 0
      ? {}
      : { heard: heard.map(({ payload, event }) => storedHappening(payload, event)) }),
    ...(apart === undefined ? {} : { apart }),
  });
}

function storedHappening(payload: string, { receivedAt }: ReadEvent | ReadSignal) {
  return { payload, receivedAt: formatInstant(receivedAt) };
}

/** Adds a signal to those that came before it: of equal ones the one that was received first. */
export function keepSignal(signals: Map<string, ReadSignal>, signal: ReadSignal): void {
  const payload = signalPayload(signal);
  const known = signals.get(payload);
  if (known === undefined || signal.receivedAt < known.receivedAt) signals.set(payload, signal);
}

/** What of a charge decides which outcomes it counts; nothing where it judges none. */
function outcomeTerms(charge: UsageCharge): OutcomeTerms | undefined {
  const { unitOfMeasure, outcome, eventQuantity, aggregation, currency, filter, groupBy, pricing } =
    charge;
  if (unitOfMeasure === undefined || outcome === undefined) return undefined;
  return {
    unitOfMeasure,
    outcome,
    pricing,
    ...(eventQuantity === undefined ? {} : { eventQuantity }),
    ...(aggregation === undefined ? {} : { aggregation }),
    ...(currency === undefined ? {} : { currency }),
    ...(filter === undefined ? {} : { filter }),
    ...(groupBy === undefined ? {} : { groupBy }),
  };
}

function meterOf(charge: UsageCharge, scope: UsageScope, known?: KnownEvents): ChargeMeter {
  const { agentType, period, pauses } = scope;
  // What occurs after the period is billed in another one, and supersedes nothing here.
  const occurredIn = period && [{ start: EARLIEST_INSTANT, end: period.end }];
  const segment = { charge, agentType, period, pauses, occurredIn };
  const [meter] = chargeMeters([segment], scope, known);
  if (meter === undefined) throw new Error("unreachable: only usage charges are read");
  return meter;
}

/** Classifies the event that counts under each id. */
function classifyGroups(
  groups: readonly EventGroup<ReadEvent>[],
  meter: ChargeMeter,
): readonly EventGroup<ClassifiedEvent>[] {
  const { classify } = classifier([meter]);
  return groups.map(({ winner, copies, conflicts }) => ({
    winner: classified(winner, classify(winner), meter),
    copies,
    conflicts,
  }));
}

function classified(
  event: ReadEvent,
  { bucket, reason, counted }: EventClass,
  meter: ChargeMeter,
): ClassifiedEvent {
  const { id, timestamp, receivedAt } = event;
  return {
    id,
    timestamp,
    payload: payloadOf(event),
    receivedAt: meter.outcomes === undefined ? undefined : receivedAt,
    bucket,
    reason,
    counted: counted[0]?.event,
  };
}
