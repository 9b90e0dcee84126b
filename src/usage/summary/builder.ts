import type { UsageCharge } from "../../catalog/charge.js";
import { compareTexts } from "../../data/compare-texts.js";
import { formatInstant } from "../../time/instant.js";
import { type ChargeMeter, classifier, type EventClass } from "../classify.js";
import { chargeMeters } from "../collect.js";
import { type EventGroup, eventGroups } from "../events/deduplicate.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { payloadOf } from "../events/event-fields.js";
import { readKnown } from "../events/read-events.js";
import { reportBuilder, reportEvent, type UsageReport } from "../events/report.js";
import { aggregator } from "../meter/aggregate.js";
import { type UsageScope, whyOutOfScope } from "../meter/scope.js";
import type { KnownEvents } from "../outcomes/judge-outcomes.js";
import { type ClassifiedEvent, deduplicatedSummary, plainSummary } from "./form.js";
import { perEventOf, scopeOfHeader, summaryHeader } from "./header.js";
import { signalPayload } from "./stored-events.js";
import type { OutcomeTerms, SummaryHeader, UsageSummary } from "./summary.js";

/** Which events are summed up, and how. */
export interface SummaryTask {
  readonly charge: UsageCharge;
  readonly scope: UsageScope;
  readonly deduplicate: boolean;
}

/** Sums up events one at a time, in any order. */
export interface SummaryBuilder {
  add(input: unknown): void;
  build(): UsageSummary;
}

/** Keeps no more of the events than the summary will hold. */
export function summaryBuilder({ charge, scope, deduplicate }: SummaryTask): SummaryBuilder {
  const header = summaryHeader(charge, scope, deduplicate);
  const terms = outcomeTerms(charge);
  return deduplicate
    ? deduplicatingBuilder(header, charge, scope, terms)
    : plainBuilder(header, meterOf(charge, scope));
}

function plainBuilder(header: SummaryHeader, meter: ChargeMeter): SummaryBuilder {
  const { charge, terms, scope } = meter;
  const report = reportBuilder();
  const { classify } = classifier([meter]);
  const states = aggregator({
    aggregation: terms.aggregation,
    period: scope.period,
    zone: scope.zone,
    perEvent: perEventOf(charge),
  });
  return {
    add(input) {
      const event = readKnown(input, scope, report, []);
      if (event === undefined) return;
      const eventClass = classify(event);
      reportEvent(report, event.id, eventClass);
      for (const { event: one } of eventClass.counted) states.add(one);
    },
    build: () => plainSummary(header, states.build(), report.build()),
  };
}

function deduplicatingBuilder(
  header: SummaryHeader,
  charge: UsageCharge,
  scope: UsageScope,
  terms: OutcomeTerms | undefined,
): SummaryBuilder {
  const excluded = reportBuilder();
  const groups = eventGroups();
  const signals = new Map<string, ReadSignal>();
  return {
    add(input) {
      const said: ReadSignal[] = [];
      const event = readKnown(input, scope, excluded, said);
      if (event !== undefined) groups.add(event);
      if (terms !== undefined) for (const signal of said) keepSignal(signals, signal);
    },
    build: () =>
      terms === undefined
        ? deduplicatedSummary(
            header,
            classifyGroups(groups.all, meterOf(charge, scope)),
            excluded.build(),
          )
        : judgedSummary(header, terms, { groups: groups.all, signals, excluded: excluded.build() }),
  };
}

/** Everything that outcomes are judged by. */
export interface JudgedUsage {
  readonly groups: readonly EventGroup<ReadEvent>[];
  /** The signals, each once, by payload. */
  readonly signals: ReadonlyMap<string, ReadSignal>;
  readonly excluded: UsageReport;
}

/** Writes the summary of a charge that judges outcomes: judged by everything together, for the summary's period. */
export function judgedSummary(
  header: SummaryHeader,
  terms: OutcomeTerms,
  { groups, signals, excluded }: JudgedUsage,
): UsageSummary {
  const scope = scopeOfHeader(header);
  const inScope = [...signals]
    .filter(([, signal]) => whyOutOfScope(signal, scope) === undefined)
    .sort(([a], [b]) => compareTexts(a, b));
  const charge: UsageCharge = {
    ...terms,
    id: header.chargeId,
    name: header.chargeId,
    chargeType: "usage",
  };
  const meter = meterOf(charge, scope, {
    events: groups.map(({ winner }) => winner),
    signals: inScope.map(([, signal]) => signal),
  });
  return deduplicatedSummary(header, classifyGroups(groups, meter), excluded, {
    terms,
    signals: inScope.map(([payload, { receivedAt }]) => ({
      payload,
      receivedAt: formatInstant(receivedAt),
    })),
  });
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
  const { agentType, period } = scope;
  const [meter] = chargeMeters([{ charge, agentType, period }], scope, known);
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
