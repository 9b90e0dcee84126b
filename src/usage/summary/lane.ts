import { exactSums } from "../../money/exact-sums.js";
import type { Instant } from "../../time/instant.js";
import type { ChargeMeter } from "../classify.js";
import type { EventRow } from "../events/read-plainly.js";
import type { AggregateStates } from "../meter/aggregate.js";

/** A charge whose events are added up as numbers: all of them count that are of its unit, its agents and its time. */
export interface Lane {
  /** Its place among the charges of the subscription. */
  readonly place: number;
  readonly start: Instant;
  readonly end: Instant;
  readonly asOf: Instant;
  readonly agentType: string | undefined;
}

/** How a charge is summed up. */
interface Metering {
  readonly meter: ChargeMeter;
  readonly deduplicate: boolean;
}

/** The lane of a charge; nothing where more about its events matters than their quantities. */
export function laneOf({ meter, deduplicate }: Metering, place: number): Lane | undefined {
  const { terms, scope } = meter;
  const { filter, aggregation } = terms;
  const { period = ALWAYS, pauses = [], asOf = ALWAYS.end, agentType } = scope;
  const isSum = aggregation === "sum" || aggregation === "count";
  const isPlain =
    filter.names === undefined && filter.agents === undefined && filter.where === undefined;
  const isWhole = terms.eventQuantity === undefined && meter.charge.outcome === undefined;
  const isOne = terms.groupBy.length === 0 && terms.modelGroups.length === 0;
  if (deduplicate || !isSum || !isPlain || !isWhole || !isOne) return undefined;
  if (terms.needs !== "quantity" || pauses.length > 0) return undefined;
  return { place, start: period.start, end: period.end, asOf, agentType };
}

const ALWAYS = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** Whether a lane counts an event of its subscription and unit. */
export function takes(
  { start, end, asOf, agentType }: Lane,
  row: Pick<EventRow, "timestamp" | "receivedAt" | "agentType">,
): boolean {
  const { timestamp } = row;
  return (
    timestamp >= start &&
    timestamp < end &&
    row.receivedAt <= asOf &&
    (row.agentType === undefined || agentType === undefined || row.agentType === agentType)
  );
}

/** What the events of each lane come to, by the number of its slot. */
export interface LaneSums {
  add(slot: number, millionths: number): void;
  /** Takes back what was added. */
  retract(slot: number, millionths: number): void;
  /** How many events of a slot count. */
  count(slot: number): number;
  /** The states of a charge of the slot. */
  states(slot: number, kind: Metering): AggregateStates;
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
    states(slot, { meter }) {
      const events = count(slot);
      if (events === 0) return new Map();
      const state = meter.terms.aggregation === "count" ? events : sums.total(slot);
      return new Map([["[]", { key: [], count: events, state, values: [], totals: undefined }]]);
    },
  };
}
