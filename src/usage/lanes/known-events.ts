import { isList, ownFields } from "../../data/foreign.js";
import { isRecord, type UnknownRecord } from "../../schema/unknown-record.js";
import { customerNumbers } from "../events/deduplicate.js";
import type { ReadEvent, ReadSignal } from "../events/event.js";
import { type EventReading, readEvent, readOwn } from "../events/read-event.js";
import { takeKnown } from "../events/read-events.js";
import { type EventRow, rowOf } from "../events/read-plainly.js";
import { type ReportBuilder, reportGroup } from "../events/report.js";
import type { UsageScope } from "../meter/scope.js";
import { knownIds, type Rivals } from "./known-ids.js";
import { type Lane, type LaneSums, type LanesByUnit, laneFor, rowOfRead } from "./lane.js";

/** How events are read: whose count, whether ids tell them apart, and where the others are reported. */
export interface EventTask {
  readonly scope: UsageScope;
  readonly deduplicate: boolean;
  readonly report: ReportBuilder;
  /** The signals among them, as far as they were known. */
  readonly signals: ReadSignal[];
  /** The ids that came several times, where somebody asks for them. */
  readonly rivals?: Rivals[] | undefined;
}

/** Where events are added up of which nothing but their quantities matters. */
export interface OpenLanes {
  readonly byUnit: LanesByUnit;
  readonly sums: LaneSums;
}

/**
 * The events that count once each: readable, no signals, known, and of each id the one that wins. Those that a lane counts
 * are added up there instead.
 */
export function* knownEvents(
  input: Iterable<unknown>,
  task: EventTask,
  lanes: OpenLanes,
): Generator<ReadEvent> {
  if (task.deduplicate) yield* eachOnce(input, task, lanes);
  else yield* each(input, task, lanes);
}

function* each(
  input: Iterable<unknown>,
  { scope, report, signals }: EventTask,
  { byUnit, sums }: OpenLanes,
): Generator<ReadEvent> {
  const count = ({ millionths }: EventRow, { place }: Lane) => sums.add(place, millionths);
  for (const element of input) {
    const reading = readUnlessCounted(element, byUnit, scope, count);
    const event = reading && takeKnown(reading, scope, report, signals);
    if (event !== undefined) yield event;
  }
}

function* eachOnce(
  input: Iterable<unknown>,
  { scope, report, signals, rivals }: EventTask,
  { byUnit, sums }: OpenLanes,
): Generator<ReadEvent> {
  const numberOf = customerNumbers();
  const slotOf = (event: ReadEvent) => {
    const row = rowOfRead(event);
    const lane = row && laneFor(byUnit, row, scope);
    return lane && { slot: lane.place, millionths: row.millionths };
  };
  const ids = knownIds(sums, slotOf, undefined, rivals !== undefined);
  // What a generator gives, it may change afterwards.
  const isStable = isList(input);
  for (const element of input) {
    const count = (row: EventRow, { place }: Lane, own: UnknownRecord) => {
      const given = isStable && isRecord(element) ? element : own;
      ids.count(numberOf(row.customerId), row, place, given);
    };
    const reading = readUnlessCounted(element, byUnit, scope, count);
    const event = reading && takeKnown(reading, scope, report, signals);
    if (event !== undefined) ids.keep(numberOf(event.customerId), event);
  }
  for (const each of ids.rivals()) rivals?.push(each);
  for (const { winner, copies, conflicts } of ids.kept()) {
    reportGroup(report, winner.id, copies, conflicts);
    yield winner;
  }
  for (const { group } of ids.counted()) {
    reportGroup(report, group.winner.id, group.copies, group.conflicts);
  }
}

/** Gives an event that a lane counts to it, with its fields; reads any other. */
export function readUnlessCounted(
  element: unknown,
  lanes: LanesByUnit,
  scope: UsageScope,
  count: (row: EventRow, lane: Lane, own: UnknownRecord) => void,
): EventReading | undefined {
  const own = isRecord(element) ? ownFields(element) : undefined;
  if (own === undefined) return readEvent(element);
  const { unitOfMeasure } = own;
  const hasLane = typeof unitOfMeasure === "string" && lanes.has(unitOfMeasure);
  const row = hasLane ? rowOf(own) : undefined;
  if (row === undefined) return readOwn(own);
  const lane = laneFor(lanes, row, scope);
  if (lane === undefined) return readOwn(own);
  count(row, lane, own);
  return undefined;
}
