import type { UsageCharge } from "../catalog/charge.js";
import { type Counted, type CountingTerms, countEvent, countingTerms } from "./counting.js";
import { groupById } from "./deduplicate.js";
import { type ReadEvent, readEvent } from "./event.js";
import { isKnown, type UsageScope, whyOutOfScope, whyOutside } from "./match.js";
import {
  addPlacement,
  type PlacedBucket,
  type ReportBuilder,
  reportBuilder,
  reportGroup,
  type UsageReport,
} from "./report.js";
import { type GroupTallies, tallyGroups } from "./tally.js";

/** A list of events, sorted out for the charges of a rate plan: what was counted for each charge, one report for all. */
export interface CollectedUsage {
  readonly tallies: ReadonlyMap<string, GroupTallies>;
  readonly report: UsageReport;
}

/** Where an event went, for all charges together. */
export interface Placement {
  readonly bucket: PlacedBucket;
  readonly reason: string | undefined;
  /** The charges that count it, and how. */
  readonly counted: ReadonlyMap<string, Counted>;
}

/** Sorts events out for the usage charges of a plan. Takes any input and never throws. */
export function collectUsage(
  events: Iterable<unknown>,
  charges: readonly UsageCharge[],
  scope: UsageScope,
  deduplicate: boolean,
): CollectedUsage {
  const report = reportBuilder();
  const counters = charges.map(counterOf);
  const counted = new Map<string, Counted[]>(charges.map((charge) => [charge.id, []]));
  for (const event of knownEvents(events, scope, deduplicate, report)) {
    const placement = place(event, counters, scope);
    addPlacement(report, event.id, placement);
    for (const [chargeId, one] of placement.counted) counted.get(chargeId)?.push(one);
  }
  const tallies = new Map([...counted].map(([chargeId, list]) => [chargeId, tallyGroups(list)]));
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

/** A usage charge, and how it counts. */
export interface Counter {
  readonly charge: UsageCharge;
  readonly terms: CountingTerms;
}

export function counterOf(charge: UsageCharge): Counter {
  return { charge, terms: countingTerms(charge) };
}

/** Where an event goes: to every charge that prices it, else to the bucket that says why none does. */
export function place(
  event: ReadEvent,
  counters: readonly Counter[],
  scope: UsageScope,
): Placement {
  const counted = new Map<string, Counted>();
  let unmatched = `no charge prices ${event.unitOfMeasure}`;
  let outside: string | undefined;
  const late = whyOutside(event, scope);
  for (const { charge, terms } of counters) {
    if (event.unitOfMeasure !== terms.unitOfMeasure) continue;
    const one = whyOutOfScope(event, scope) ?? countEvent(charge, terms, event, scope.period);
    if (typeof one === "string") unmatched = one;
    else if (late === undefined) counted.set(charge.id, one);
    else outside = late;
  }
  if (counted.size > 0) return { bucket: "matched", reason: undefined, counted };
  if (outside !== undefined) return { bucket: "outside-period", reason: outside, counted };
  return { bucket: "unmatched", reason: unmatched, counted };
}
