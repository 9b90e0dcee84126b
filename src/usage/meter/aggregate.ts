import { canonicalJson } from "../../data/canonical-json.js";
import { compareTexts } from "../../data/compare-texts.js";
import { compare, type Fraction } from "../../money/fraction.js";
import {
  addTotals,
  NO_VALUES,
  type PerEvent,
  totalsOfEvent,
  type ValueTotals,
} from "../../pricing/model.js";
import type { Interval } from "../../time/interval.js";
import { type TimeZone, UTC } from "../../time/zone.js";
import type { Aggregation } from "../aggregations/aggregation.js";
import { type AnyAggregation, aggregationOf } from "../aggregations/index.js";
import type { CountedEvent, GroupKey } from "./count-event.js";

/** The counted events of one group: enough for what the charge prices, and for adding two of them. */
export interface AggregateState {
  readonly key: GroupKey;
  /** How many events; at least one. */
  readonly count: number;
  /** What the charge's aggregation keeps. */
  readonly state: unknown;
  /** The events' values in no order, where the charge's model prices them one by one. */
  readonly values: readonly CountedValue[];
  /** Their totals instead, where those are enough. */
  readonly totals: ValueTotals | undefined;
}

/** An event's value, and what decides its place among the others. */
export interface CountedValue {
  readonly id: string;
  readonly timestamp: number;
  readonly value: Fraction;
}

/** One state for each group of events, by the canonical JSON of the group's key. */
export type AggregateStates = ReadonlyMap<string, AggregateState>;

/** How events are aggregated. */
export interface AggregateTerms {
  readonly aggregation: Aggregation;
  /** The period over which quantities are weighed. */
  readonly period: Interval | undefined;
  /** Where days begin; UTC. */
  readonly zone?: TimeZone | undefined;
  /** How values are added up; each is kept without. */
  readonly perEvent?: PerEvent | undefined;
}

/** Aggregates events one at a time, in any order. */
export interface Aggregator {
  add(event: CountedEvent): void;
  /** Adds what other events have come to. */
  merge(states: AggregateStates): void;
  build(): AggregateStates;
}

/** Holds one state for each group, and no events. */
export function aggregator({
  aggregation,
  period,
  zone = UTC,
  perEvent,
}: AggregateTerms): Aggregator {
  const definition = aggregationOf(aggregation);
  const groups = new Map<string, GrowingState>();
  const inside = { period, zone };
  return {
    add(event) {
      const { id, timestamp, value, group: key } = event;
      const name = groupName(key);
      let group = groups.get(name);
      if (group === undefined) {
        const state = definition.start(event, period, zone);
        group = { key, count: 1, state, values: [], totals: undefined };
        groups.set(name, group);
      } else {
        group.count += 1;
        group.state = withEvent(definition, group.state, event, inside);
      }
      if (value === undefined) return;
      if (perEvent === undefined) group.values.push({ id, timestamp, value });
      else group.totals = addTotals(group.totals ?? NO_VALUES, totalsOfEvent(value, perEvent));
    },
    merge(states) {
      for (const [name, state] of states) {
        const known = groups.get(name);
        const whole = known === undefined ? state : mergeStates(known, state, aggregation);
        groups.set(name, { ...whole, values: [...whole.values] });
      }
    },
    build: () => new Map([...groups].map(([name, group]) => [name, { ...group }])),
  };
}

/** A state that events are added to. */
interface GrowingState extends Writable<AggregateState> {
  values: CountedValue[];
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What tells groups apart. */
function groupName(key: GroupKey): string {
  return key.length === 0 ? "[]" : canonicalJson(key);
}

function withEvent(
  definition: AnyAggregation,
  state: unknown,
  event: CountedEvent,
  { period, zone }: { readonly period: Interval | undefined; readonly zone: TimeZone },
): unknown {
  const { add, merge, start } = definition;
  return add === undefined
    ? merge(state, start(event, period, zone))
    : add(state, event, period, zone);
}

/** The states of the events of both. */
export function mergeAggregates(
  a: AggregateStates,
  b: AggregateStates,
  aggregation: Aggregation,
): AggregateStates {
  const merged = new Map(a);
  for (const [name, state] of b) {
    const known = merged.get(name);
    merged.set(name, known === undefined ? state : mergeStates(known, state, aggregation));
  }
  return merged;
}

/** The state of the events of both, under the key of the first. */
export function mergeStates(
  a: AggregateState,
  b: AggregateState,
  aggregation: Aggregation,
): AggregateState {
  return {
    key: a.key,
    count: a.count + b.count,
    state: aggregationOf(aggregation).merge(a.state, b.state),
    values: [...a.values, ...b.values],
    totals:
      a.totals === undefined || b.totals === undefined
        ? (a.totals ?? b.totals)
        : addTotals(a.totals, b.totals),
  };
}

/** Values in the order in which their events happened; at one instant, by id. */
export function valuesInOrder(values: readonly CountedValue[]): readonly CountedValue[] {
  return values.toSorted(
    (a, b) => a.timestamp - b.timestamp || compareTexts(a.id, b.id) || compare(a.value, b.value),
  );
}
