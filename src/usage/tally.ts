import type { Aggregation } from "../catalog/aggregation.js";
import { canonicalJson } from "../content/canonical-json.js";
import { add, compare, divide, type Fraction, fraction, ZERO } from "../money/fraction.js";
import {
  addTotals,
  NO_VALUES,
  type PerEvent,
  totalsOfEvent,
  type ValueTotals,
} from "../pricing/model.js";
import type { Counted, GroupKey } from "./counting.js";
import { compareTexts } from "./report.js";

/** What has been counted so far. Enough for every aggregation, and for adding two of them. */
export interface Tally {
  readonly count: number;
  readonly sum: Fraction;
  readonly min: Fraction | undefined;
  readonly max: Fraction | undefined;
  readonly last: TalliedEvent | undefined;
  readonly weighted: Fraction;
  readonly distinct: ReadonlySet<string>;
  /** The events' values, where the charge's model prices them one by one; in no order. */
  readonly values: readonly TalliedValue[];
  /** Their totals instead, where those are enough. */
  readonly totals: ValueTotals | undefined;
}

/** What of an event decides whether it is the last. */
export type TalliedEvent = Pick<Counted, "id" | "timestamp" | "quantity">;

/** An event's value, and what decides its place among the others. */
export interface TalliedValue {
  readonly id: string;
  readonly timestamp: number;
  readonly value: Fraction;
}

/** One tally for each group of events, by the canonical JSON of the group's key. */
export type GroupTallies = ReadonlyMap<string, GroupTally>;

export interface GroupTally {
  readonly key: GroupKey;
  readonly tally: Tally;
}

export const EMPTY_TALLY: Tally = {
  count: 0,
  sum: ZERO,
  min: undefined,
  max: undefined,
  last: undefined,
  weighted: ZERO,
  distinct: new Set(),
  values: [],
  totals: undefined,
};

/** Tallies of events, group by group. Values are kept one by one. */
export function tallyGroups(events: Iterable<Counted>): GroupTallies {
  const builder = tallyBuilder(undefined);
  for (const event of events) builder.add(event);
  return builder.build();
}

/** Counts events one at a time, in any order. */
export interface TallyBuilder {
  add(event: Counted): void;
  build(): GroupTallies;
}

/**
 * Holds one tally for each group, and no events: only distinct values and, without `perEvent`, the events' values take
 * more room the more there are.
 */
export function tallyBuilder(perEvent: PerEvent | undefined): TallyBuilder {
  const groups = new Map<string, { readonly key: GroupKey; readonly running: RunningTally }>();
  return {
    add(event) {
      const name = canonicalJson(event.group);
      const known = groups.get(name);
      const group = known ?? { key: event.group, running: runningTally(perEvent) };
      if (known === undefined) groups.set(name, group);
      group.running.add(event);
    },
    build: () =>
      new Map(
        [...groups].map(([name, { key, running }]) => [name, { key, tally: running.tally() }]),
      ),
  };
}

interface RunningTally {
  add(event: Counted): void;
  tally(): Tally;
}

function runningTally(perEvent: PerEvent | undefined): RunningTally {
  let { count, sum, min, max, weighted } = EMPTY_TALLY;
  let last: TalliedEvent | undefined;
  let totals: ValueTotals | undefined;
  const distinct = new Set<string>();
  const values: TalliedValue[] = [];
  return {
    add(event) {
      const { id, timestamp, quantity, value } = event;
      count += 1;
      sum = add(sum, quantity);
      if (min === undefined || compare(quantity, min) < 0) min = quantity;
      if (max === undefined || compare(quantity, max) > 0) max = quantity;
      last = later(last, event);
      if (event.distinct !== undefined) distinct.add(event.distinct);
      if (event.weighted !== undefined) weighted = add(weighted, event.weighted);
      if (value === undefined) return;
      if (perEvent === undefined) values.push({ id, timestamp, value });
      else totals = addTotals(totals ?? NO_VALUES, totalsOfEvent(value, perEvent));
    },
    tally: () => ({ count, sum, min, max, last, weighted, distinct, values, totals }),
  };
}

export function mergeGroupTallies(a: GroupTallies, b: GroupTallies): GroupTallies {
  const merged = new Map(a);
  for (const [name, { key, tally }] of b) {
    const known = merged.get(name);
    merged.set(name, {
      key,
      tally: known === undefined ? tally : mergeTallies(known.tally, tally),
    });
  }
  return merged;
}

export function mergeTallies(a: Tally, b: Tally): Tally {
  return {
    count: a.count + b.count,
    sum: add(a.sum, b.sum),
    min: pick(a.min, b.min, -1),
    max: pick(a.max, b.max, 1),
    last: b.last === undefined ? a.last : later(a.last, b.last),
    weighted: add(a.weighted, b.weighted),
    distinct: new Set([...a.distinct, ...b.distinct]),
    values: [...a.values, ...b.values],
    totals:
      a.totals === undefined || b.totals === undefined
        ? (a.totals ?? b.totals)
        : addTotals(a.totals, b.totals),
  };
}

/** The one quantity that the charge prices. Without events, every aggregation is 0. */
export function aggregate(aggregation: Aggregation, tally: Tally): Fraction {
  if (typeof aggregation !== "string") return fraction(BigInt(tally.distinct.size));
  switch (aggregation) {
    case "sum":
      return tally.sum;
    case "count":
      return fraction(BigInt(tally.count));
    case "min":
      return tally.min ?? ZERO;
    case "max":
      return tally.max ?? ZERO;
    case "last":
      return tally.last?.quantity ?? ZERO;
    case "average":
      return tally.count === 0 ? ZERO : divide(tally.sum, fraction(BigInt(tally.count)));
    case "weighted-sum":
      return tally.weighted;
    default:
      return aggregation satisfies never;
  }
}

/** Values in the order in which their events happened; at one instant, by id. */
export function valuesInOrder({ values }: Tally): readonly TalliedValue[] {
  return values.toSorted(
    (a, b) => a.timestamp - b.timestamp || compareTexts(a.id, b.id) || compare(a.value, b.value),
  );
}

/** The latest event counts; at one instant, the one with the last id, then the larger quantity. */
function later(a: TalliedEvent | undefined, b: TalliedEvent): TalliedEvent {
  if (a === undefined) return b;
  const order =
    a.timestamp - b.timestamp || compareTexts(a.id, b.id) || compare(a.quantity, b.quantity);
  return order >= 0 ? a : b;
}

function pick(
  a: Fraction | undefined,
  b: Fraction | undefined,
  sign: -1 | 1,
): Fraction | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compare(a, b) === sign ? a : b;
}
