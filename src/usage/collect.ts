import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import { type Counted, type CountingTerms, countEvent, countingTerms } from "./counting.js";
import { groupById } from "./deduplicate.js";
import { type ReadEvent, type ReadSignal, readEvent } from "./event.js";
import {
  isKnown,
  scopeOf,
  type UsageScope,
  type UsageService,
  whyOutOfScope,
  whyOutside,
} from "./match.js";
import {
  type JudgedOutcomes,
  judgeOutcomes,
  judgesOutcomes,
  type KnownEvents,
  type OutcomeUsage,
} from "./outcomes/outcome-usage.js";
import {
  addPlacement,
  compareTexts,
  type PlacedBucket,
  type ReportBuilder,
  reportBuilder,
  reportGroup,
  type UsageReport,
} from "./report.js";
import { type GroupTallies, tallyGroups } from "./tally.js";

/** A list of events, sorted out for everything that is priced: what was counted for each service, one report for all. */
export interface CollectedUsage {
  readonly tallies: ReadonlyMap<UsageService, GroupTallies>;
  readonly outcomes: ReadonlyMap<UsageService, OutcomeUsage>;
  /** What became known since the usage was billed: ids of events and signals, sorted, up to 100 for each service. */
  readonly arrivals: ReadonlyMap<UsageService, readonly string[]>;
  readonly report: UsageReport;
}

/** Where an event went, for all charges together. */
export interface Placement {
  readonly bucket: PlacedBucket;
  readonly reason: string | undefined;
  /** The services that count it, and how. */
  readonly counted: ReadonlyMap<UsageService, Counted>;
}

const MOST_ARRIVALS = 100;

/** Sorts events out for the usage charges among the services. Takes any input and never throws. */
export function collectUsage(
  input: Iterable<unknown>,
  services: readonly UsageService[],
  scope: UsageScope,
  deduplicate: boolean,
): CollectedUsage {
  const report = reportBuilder();
  const signals: ReadSignal[] = [];
  const events = knownEvents(input, scope, deduplicate, report, signals);
  const judges = services.some(judgesOutcomes);
  // Outcomes are judged by all events together; without them, events are counted as they come.
  const all = judges ? [...events] : events;
  const counters = services.flatMap(
    (service) =>
      counterOf(service, scope, judges ? { events: [...all], signals } : undefined) ?? [],
  );
  const counted = new Map<UsageService, Counted[]>(counters.map(({ service }) => [service, []]));
  const billedAsOf = Math.max(...(scope.billedAsOf ?? [Number.POSITIVE_INFINITY]));
  const arrivals = new Map<UsageService, string[]>(counters.map(({ service }) => [service, []]));
  for (const event of all) {
    const placement = place(event, counters);
    addPlacement(report, event.id, placement);
    for (const [service, one] of placement.counted) {
      counted.get(service)?.push(one);
      if (event.receivedAt > billedAsOf) arrivals.get(service)?.push(event.id);
    }
  }
  const tallies = new Map([...counted].map(([service, list]) => [service, tallyGroups(list)]));
  const outcomes = new Map(
    counters.flatMap(({ service, outcomes: judged }) =>
      judged === undefined ? [] : [[service, judged.usage]],
    ),
  );
  for (const { service, outcomes: judged } of counters) {
    const ids = judged?.usage.decidedBy.filter(({ receivedAt }) => receivedAt > billedAsOf) ?? [];
    const all = [...(arrivals.get(service) ?? []), ...ids.map(({ id }) => id)];
    arrivals.set(service, [...new Set(all)].sort(compareTexts).slice(0, MOST_ARRIVALS));
  }
  return { tallies, outcomes, arrivals, report: report.build() };
}

/** The events that count once each: readable, no signals, known, and of each id the one that wins. */
function* knownEvents(
  events: Iterable<unknown>,
  scope: UsageScope,
  deduplicate: boolean,
  report: ReportBuilder,
  signals: ReadSignal[],
): Generator<ReadEvent> {
  if (!deduplicate) {
    yield* readEvents(events, scope, report, signals);
    return;
  }
  for (const [id, group] of groupById(readEvents(events, scope, report, signals))) {
    reportGroup(report, id, group.copies, group.conflicts);
    yield group.winner;
  }
}

/** The usage events that can be read and were known; all others are reported, and the signals that were known kept. */
export function* readEvents(
  events: Iterable<unknown>,
  scope: UsageScope,
  report: ReportBuilder,
  signals: ReadSignal[],
): Generator<ReadEvent> {
  for (const input of events) {
    const reading = readEvent(input);
    if (reading.kind === "invalid") {
      const reason = reading.issues.map((issue) => issue.message).join("; ");
      report.add("invalid", { id: reading.id ?? null, reason });
    } else if (reading.kind === "signal") {
      const { signal } = reading;
      report.add("signal", { id: signal.id, reason: aboutSignal(signal) });
      if (isKnown(signal, scope)) signals.push(signal);
    } else if (isKnown(reading.event, scope)) {
      yield reading.event;
    } else {
      const reason = whyOutside(reading.event, scope) ?? "received after asOf";
      report.add("outside-period", { id: reading.event.id, reason });
    }
  }
}

/** What a signal is about, for people. */
function aboutSignal({ confirms, reverses, fields }: ReadSignal): string {
  const target = confirms ?? reverses;
  return target === undefined ? `${fields.name} of ${fields.subject}` : `refers to ${target}`;
}

/** What prices usage: the charge, how it counts, and whose usage of which time. */
export interface Counter {
  readonly service: UsageService;
  readonly charge: UsageCharge;
  readonly terms: CountingTerms;
  readonly scope: UsageScope;
  /** Its outcomes, where the charge judges them. */
  readonly outcomes: JudgedOutcomes | undefined;
}

/** The counter of a service; nothing where its charge does not price usage. */
export function counterOf(
  service: UsageService,
  outer: UsageScope,
  known: KnownEvents | undefined,
): Counter | undefined {
  const { charge } = service;
  if (!isUsageCharge(charge)) return undefined;
  const scope = scopeOf(service, outer);
  const terms = countingTerms(charge);
  const outcomes = known && judgeOutcomes(charge, terms, scope, known);
  return { service, charge, terms, scope, outcomes };
}

/** Where an event goes: to every service that prices it, else to the bucket that says why none does. */
export function place(event: ReadEvent, counters: readonly Counter[]): Placement {
  const counted = new Map<UsageService, Counted>();
  let unmatched = `no charge prices ${event.unitOfMeasure}`;
  let judged: string | undefined;
  let outside: string | undefined;
  for (const counter of counters) {
    if (event.unitOfMeasure !== counter.terms.unitOfMeasure) continue;
    const one = countFor(event, counter);
    if ("counted" in one) counted.set(counter.service, one.counted);
    else if (one.bucket === "outside-period") outside = one.reason;
    else if (counter.outcomes?.byId.has(event.id) === true) judged = one.reason;
    else unmatched = one.reason;
  }
  if (counted.size > 0) return { bucket: "matched", reason: undefined, counted };
  if (outside !== undefined) return { bucket: "outside-period", reason: outside, counted };
  // What a charge says of an outcome of its own tells more than that another charge does not price it.
  return { bucket: "unmatched", reason: judged ?? unmatched, counted };
}

function countFor(
  event: ReadEvent,
  { charge, terms, scope, outcomes }: Counter,
):
  | { readonly counted: Counted }
  | { readonly bucket: "unmatched" | "outside-period"; readonly reason: string } {
  const outOfScope = whyOutOfScope(event, scope);
  if (outOfScope !== undefined) return { bucket: "unmatched", reason: outOfScope };
  const judged = outcomes?.byId.get(event.id);
  if (judged !== undefined) return judged;
  const one = countEvent(charge, terms, event, scope.period);
  if (typeof one === "string") return { bucket: "unmatched", reason: one };
  const late = whyOutside(event, scope);
  return late === undefined ? { counted: one } : { bucket: "outside-period", reason: late };
}
