import type { UsageCharge } from "../catalog/charge.js";
import { isUsageCharge } from "../catalog/charge-kinds.js";
import { type Counted, type CountingTerms, countEvent, countingTerms } from "./counting.js";
import { groupById } from "./deduplicate.js";
import { type ReadEvent, readEvent } from "./event.js";
import {
  isKnown,
  scopeOf,
  type UsageScope,
  type UsageService,
  whyOutOfScope,
  whyOutside,
} from "./match.js";
import {
  addPlacement,
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
  readonly report: UsageReport;
}

/** Where an event went, for all charges together. */
export interface Placement {
  readonly bucket: PlacedBucket;
  readonly reason: string | undefined;
  /** The services that count it, and how. */
  readonly counted: ReadonlyMap<UsageService, Counted>;
}

/** Sorts events out for the usage charges among the services. Takes any input and never throws. */
export function collectUsage(
  events: Iterable<unknown>,
  services: readonly UsageService[],
  scope: UsageScope,
  deduplicate: boolean,
): CollectedUsage {
  const report = reportBuilder();
  const counters = services.flatMap((service) => counterOf(service, scope) ?? []);
  const counted = new Map<UsageService, Counted[]>(counters.map(({ service }) => [service, []]));
  for (const event of knownEvents(events, scope, deduplicate, report)) {
    const placement = place(event, counters);
    addPlacement(report, event.id, placement);
    for (const [service, one] of placement.counted) counted.get(service)?.push(one);
  }
  const tallies = new Map([...counted].map(([service, list]) => [service, tallyGroups(list)]));
  return { tallies, report: report.build() };
}

/** The events that count once each: readable, no signals, known, and of each id the one that wins. */
function* knownEvents(
  events: Iterable<unknown>,
  scope: UsageScope,
  deduplicate: boolean,
  report: ReportBuilder,
): Generator<ReadEvent> {
  if (!deduplicate) {
    yield* readEvents(events, scope, report);
    return;
  }
  for (const [id, group] of groupById(readEvents(events, scope, report))) {
    reportGroup(report, id, group.copies, group.conflicts);
    yield group.winner;
  }
}

/** The usage events that can be read and were known; all others are reported. */
export function* readEvents(
  events: Iterable<unknown>,
  scope: UsageScope,
  report: ReportBuilder,
): Generator<ReadEvent> {
  for (const input of events) {
    const reading = readEvent(input);
    if (reading.kind === "invalid") {
      const reason = reading.issues.map((issue) => issue.message).join("; ");
      report.add("invalid", { id: reading.id ?? null, reason });
    } else if (reading.kind === "signal") {
      report.add("signal", { id: reading.id, reason: `refers to ${reading.refersTo}` });
    } else if (isKnown(reading.event, scope)) {
      yield reading.event;
    } else {
      const reason = whyOutside(reading.event, scope) ?? "received after asOf";
      report.add("outside-period", { id: reading.event.id, reason });
    }
  }
}

/** What prices usage: the charge, how it counts, and whose usage of which time. */
export interface Counter {
  readonly service: UsageService;
  readonly charge: UsageCharge;
  readonly terms: CountingTerms;
  readonly scope: UsageScope;
}

/** The counter of a service; nothing where its charge does not price usage. */
export function counterOf(service: UsageService, scope: UsageScope): Counter | undefined {
  const { charge } = service;
  if (!isUsageCharge(charge)) return undefined;
  return { service, charge, terms: countingTerms(charge), scope: scopeOf(service, scope) };
}

/** Where an event goes: to every service that prices it, else to the bucket that says why none does. */
export function place(event: ReadEvent, counters: readonly Counter[]): Placement {
  const counted = new Map<UsageService, Counted>();
  let unmatched = `no charge prices ${event.unitOfMeasure}`;
  let outside: string | undefined;
  for (const { service, charge, terms, scope } of counters) {
    if (event.unitOfMeasure !== terms.unitOfMeasure) continue;
    const one = whyOutOfScope(event, scope) ?? countEvent(charge, terms, event, scope.period);
    const late = whyOutside(event, scope);
    if (typeof one === "string") unmatched = one;
    else if (late === undefined) counted.set(service, one);
    else outside = late;
  }
  if (counted.size > 0) return { bucket: "matched", reason: undefined, counted };
  if (outside !== undefined) return { bucket: "outside-period", reason: outside, counted };
  return { bucket: "unmatched", reason: unmatched, counted };
}
