import type { UsageCharge } from "../catalog/charge.js";
import { canonicalJson } from "../content/canonical-json.js";
import { formatInstant } from "../time/instant.js";
import { type CollectedUsage, collectUsage, counterOf } from "./collect.js";
import { type EventGroup, mergeAllGroups, rankOfEvent } from "./deduplicate.js";
import { type ReadEvent, type ReadSignal, readEvent } from "./event.js";
import { type UsageScope, type UsageService, whyOutOfScope } from "./match.js";
import { compareTexts, mergeReports, type UsageReport } from "./report.js";
import type {
  Deduplication,
  OutcomeTerms,
  SummarizedOutcomes,
  SummarizedSignal,
  SummaryHeader,
  UsageSummary,
} from "./summary.js";
import { placeGroups, signalPayload, storedEvent } from "./summary-events.js";
import { deduplicatedSummary } from "./summary-form.js";
import { scopeOfHeader } from "./summary-header.js";

/** Everything that outcomes are judged by. */
export interface JudgedUsage {
  readonly groups: ReadonlyMap<string, EventGroup<ReadEvent>>;
  /** The signals, each once, by payload. */
  readonly signals: ReadonlyMap<string, ReadSignal>;
  readonly setAside: UsageReport;
}

/** Writes the summary of a charge that judges outcomes: judged by everything together, for the summary's period. */
export function judgedSummary(
  header: SummaryHeader,
  terms: OutcomeTerms,
  { groups, signals, setAside }: JudgedUsage,
): UsageSummary {
  const scope = scopeOfHeader(header);
  const inScope = [...signals]
    .filter(([, signal]) => whyOutOfScope(signal, scope) === undefined)
    .sort(([a], [b]) => compareTexts(a, b));
  const counter = counterOf(
    { charge: chargeOf(header, terms), agentType: scope.agentType, period: scope.period },
    scope,
    {
      events: [...groups.values()].map(({ winner }) => winner),
      signals: inScope.map(([, signal]) => signal),
    },
  );
  if (counter === undefined) throw new Error("unreachable: the terms of a usage charge");
  const outcomes: SummarizedOutcomes = { terms, signals: inScope.map(writeSignal) };
  return deduplicatedSummary(header, placeGroups(groups, counter), setAside, outcomes);
}

function writeSignal([payload, { receivedAt }]: readonly [string, ReadSignal]): SummarizedSignal {
  return { payload, receivedAt: formatInstant(receivedAt) };
}

/** What of a charge decides which outcomes it counts; nothing where it judges none. */
export function outcomeTerms(charge: UsageCharge): OutcomeTerms | undefined {
  const { unitOfMeasure, outcome, aggregation, currency, filter, groupBy, pricing } = charge;
  if (unitOfMeasure === undefined || outcome === undefined) return undefined;
  return {
    unitOfMeasure,
    outcome,
    pricing,
    ...(aggregation === undefined ? {} : { aggregation }),
    ...(currency === undefined ? {} : { currency }),
    ...(filter === undefined ? {} : { filter }),
    ...(groupBy === undefined ? {} : { groupBy }),
  };
}

/** A charge that counts by these terms. */
export function chargeOf({ chargeId }: SummaryHeader, terms: OutcomeTerms): UsageCharge {
  return { ...terms, id: chargeId, name: chargeId, chargeType: "usage" };
}

/** Adds what two summaries hold; what is in both is there once. */
export function mergeJudged(
  header: SummaryHeader,
  [a, first]: readonly [Deduplication, SummarizedOutcomes],
  [b, second]: readonly [Deduplication, SummarizedOutcomes],
): UsageSummary {
  const [one, other] = [readJudged(a, first), readJudged(b, second)];
  const signals = new Map(one.signals);
  for (const signal of other.signals.values()) keepSignal(signals, signal);
  return judgedSummary(header, smaller(first.terms, second.terms), {
    groups: mergeAllGroups(one.groups, other.groups, rankOfEvent),
    signals,
    setAside: mergeReports(one.setAside, other.setAside),
  });
}

/** Equal fingerprints count alike, whatever else differs: either will do, if it is always the same. */
function smaller(a: OutcomeTerms, b: OutcomeTerms): OutcomeTerms {
  return compareTexts(canonicalJson(a), canonicalJson(b)) <= 0 ? a : b;
}

/** Adds a signal to those that came before it: of equal ones the one that was received first. */
export function keepSignal(signals: Map<string, ReadSignal>, signal: ReadSignal): void {
  const payload = signalPayload(signal);
  const known = signals.get(payload);
  if (known === undefined || signal.receivedAt < known.receivedAt) signals.set(payload, signal);
}

function readJudged(
  { events, setAside }: Deduplication,
  { signals: stored }: SummarizedOutcomes,
): JudgedUsage {
  const groups = new Map<string, EventGroup<ReadEvent>>();
  for (const { id, payload, receivedAt = "", copies, conflicts } of events) {
    const reading = readEvent(storedEvent(payload, receivedAt));
    if (reading.kind !== "usage") throw new Error("unreachable: no event in a parsed summary");
    groups.set(id, { winner: reading.event, copies, conflicts });
  }
  const signals = new Map<string, ReadSignal>();
  for (const { payload, receivedAt } of stored) {
    const reading = readEvent(storedEvent(payload, receivedAt));
    if (reading.kind !== "signal") throw new Error("unreachable: no signal in a parsed summary");
    signals.set(payload, reading.signal);
  }
  return { groups, signals, setAside };
}

/**
 * The usage of a service out of a summary that holds its events, sorted out as if they had been given themselves: the
 * scope may know what the summary does not, such as the billing periods of the subscription.
 */
export function collectJudged(
  { events }: Deduplication,
  { signals }: SummarizedOutcomes,
  service: UsageService,
  scope: UsageScope,
): CollectedUsage {
  const stored = [...events, ...signals].map(({ payload, receivedAt = "" }) =>
    storedEvent(payload, receivedAt),
  );
  return collectUsage(stored, [service], scope, true);
}
