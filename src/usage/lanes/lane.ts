import { groupBy } from "../../data/group-by.js";
import { exactSums, millionthsOf } from "../../money/exact-sums.js";
import { formatExact } from "../../money/fraction.js";
import type { Instant } from "../../time/instant.js";
import type { ChargeMeter } from "../classify.js";
import type { ReadEvent } from "../events/event.js";
import type { EventRow } from "../events/read-plainly.js";
import type { AggregateStates } from "../meter/aggregate.js";
import type { UsageScope } from "../meter/scope.js";

/** A charge whose events are added up as numbers: all of them count that are of its unit, its agents and its time. */
export interface Lane {
  /** Its place among the meters that it was made of. */
  readonly place: number;
  readonly start: Instant;
  readonly end: Instant;
  readonly asOf: Instant;
  readonly agentType: string | undefined;
}

/** Lanes by unit: of each unit that one meter alone counts, where nothing but the quantities of its events matters. */
export type LanesByUnit = ReadonlyMap<string | undefined, Lane>;

export function lanesByUnit(meters: readonly ChargeMeter[]): LanesByUnit {
  const placed = meters.map((meter, place) => ({ meter, place }));
  const byUnit = groupBy(placed, ({ meter }) => meter.terms.unitOfMeasure);
  const lanes = new Map<string | undefined, Lane>();
  for (const [unit, [first, ...others]] of byUnit) {
    const lane = first && others.length === 0 ? laneOf(first.meter, first.place) : undefined;
    if (lane !== undefined) lanes.set(unit, lane);
  }
  return lanes;
}

function laneOf({ segment, charge, terms, scope }: ChargeMeter, place: number): Lane | undefined {
  const { filter, aggregation } = terms;
  const { period = ALWAYS, pauses = [], asOf = ALWAYS.end, agentType } = scope;
  const isSum = aggregation === "sum" || aggregation === "count";
  const isPlain =
    filter.names === undefined && filter.agents === undefined && filter.where === undefined;
  const isWhole = terms.eventQuantity === undefined && charge.outcome === undefined;
  const isOne = terms.groupBy.length === 0 && terms.modelGroups.length === 0;
  // Of what is billed again, the ids of late events are told.
  const isFirst = segment.billedAsOf === undefined;
  if (!isSum || !isPlain || !isWhole || !isOne || !isFirst) return undefined;
  if (terms.needs !== "quantity" || pauses.length > 0) return undefined;
  return { place, start: period.start, end: period.end, asOf, agentType };
}

const ALWAYS = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** What a lane looks at. */
export type LaneRow = Omit<EventRow, "id" | "millionths">;

/** Whether a lane counts an event of its subscription and unit. */
export function takes(
  { start, end, asOf, agentType }: Lane,
  row: Pick<LaneRow, "timestamp" | "receivedAt" | "agentType">,
): boolean {
  const { timestamp } = row;
  return (
    timestamp >= start &&
    timestamp < end &&
    row.receivedAt <= asOf &&
    (row.agentType === undefined || agentType === undefined || row.agentType === agentType)
  );
}

/** The lane that counts a row within a scope; nothing where none does. */
export function laneFor(
  lanes: LanesByUnit,
  row: LaneRow,
  { customerId, subscriptionId }: UsageScope,
): Lane | undefined {
  const lane = lanes.get(row.unitOfMeasure);
  if (lane === undefined || !takes(lane, row)) return undefined;
  if (customerId !== undefined && row.customerId !== customerId) return undefined;
  const said = row.subscriptionId;
  if (said !== undefined && subscriptionId !== undefined && said !== subscriptionId)
    return undefined;
  return lane;
}

/** The row of an event that is read already; nothing where it has a value, or a quantity that no lane adds up. */
export function rowOfRead(event: ReadEvent): EventRow | undefined {
  if (event.value !== undefined) return undefined;
  const millionths = millionthsOf(formatExact(event.quantity));
  if (Number.isNaN(millionths)) return undefined;
  const { id, customerId, unitOfMeasure, timestamp, receivedAt } = event;
  const { subscriptionId, agentType } = event.fields;
  const row = { id, customerId, unitOfMeasure, timestamp, receivedAt, millionths };
  return { ...row, subscriptionId, agentType };
}

/** Frozen: of very many lanes, all have this one. */
const NO_KEY: readonly never[] = Object.freeze([]);

/** What the events of each lane come to, by the number of its slot. */
export interface LaneSums {
  add(slot: number, millionths: number): void;
  /** Takes back what was added. */
  retract(slot: number, millionths: number): void;
  /** How many events of a slot count. */
  count(slot: number): number;
  /** The states of the meter of a slot. */
  states(slot: number, meter: ChargeMeter): AggregateStates;
}

export function laneSums(slots: number): LaneSums {
  const sums = exactSums(slots);
  const counts = new Float64Array(slots);
  const count = (slot: number) => counts[slot] ?? 0;
  return {
    add(slot, millionths) {
      sums.add(slot, millionths);
      counts[slot] = count(slot) + 1;
    },
    retract(slot, millionths) {
      sums.add(slot, -millionths);
      counts[slot] = count(slot) - 1;
    },
    count,
    states(slot, { terms }) {
      const events = count(slot);
      if (events === 0) return new Map();
      const state = terms.aggregation === "count" ? events : sums.total(slot);
      return new Map([
        ["[]", { key: NO_KEY, count: events, state, values: [], totals: undefined }],
      ]);
    },
  };
}
