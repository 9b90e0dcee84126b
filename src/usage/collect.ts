import type { Aggregation } from "../catalog/aggregation.js";
import type { UsageCharge } from "../catalog/charge.js";
import { groupById } from "./deduplicate.js";
import { type ReadEvent, readEvent } from "./event.js";
import { isKnown, type UsageScope, whyOutside, whyUnmatched } from "./match.js";
import {
  addPlacement,
  type PlacedBucket,
  type ReportBuilder,
  reportBuilder,
  reportGroup,
  type UsageReport,
} from "./report.js";
import { type Counted, countedBy, type Tally, tallyOf } from "./tally.js";

/** A list of events, sorted out for the charges of a rate plan: one tally per charge, one report for all. */
export interface CollectedUsage {
  readonly tallies: ReadonlyMap<string, Tally>;
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
  const counted = new Map<string, Counted[]>(charges.map((charge) => [charge.id, []]));
  for (const event of knownEvents(events, scope, deduplicate, report)) {
    const placement = place(event, charges, scope);
    addPlacement(report, event.id, placement);
    for (const [chargeId, one] of placement.counted) counted.get(chargeId)?.push(one);
  }
  const tallies = new Map([...counted].map(([chargeId, list]) => [chargeId, tallyOf(list)]));
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

/** Where an event goes: to every charge that prices it, else to the bucket that says why none does. */
export function place(
  event: ReadEvent,
  charges: readonly UsageCharge[],
  scope: UsageScope,
): Placement {
  const counted = new Map<string, Counted>();
  let unmatched: string | undefined;
  let outside: string | undefined;
  for (const charge of charges) {
    const why = whyUnmatched(event, charge, scope);
    const one = why === undefined ? countedBy(aggregationOf(charge), event) : undefined;
    if (one === undefined) {
      // The most telling reason: a charge that prices the unit says more than one that does not.
      const reason = why ?? "lacks the field that the charge counts by";
      if (unmatched === undefined || event.unitOfMeasure === charge.unitOfMeasure)
        unmatched = reason;
      continue;
    }
    const late = whyOutside(event, scope);
    if (late === undefined) counted.set(charge.id, one);
    else outside = late;
  }
  if (counted.size > 0) return { bucket: "matched", reason: undefined, counted };
  if (outside !== undefined) return { bucket: "outside-period", reason: outside, counted };
  return {
    bucket: "unmatched",
    reason: unmatched ?? `no charge prices ${event.unitOfMeasure}`,
    counted,
  };
}

/** How a usage charge counts. */
export function aggregationOf(charge: UsageCharge): Aggregation {
  return charge.aggregation ?? "sum";
}
