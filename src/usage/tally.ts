import type { Aggregation } from "../catalog/aggregation.js";
import { add, compare, divide, type Fraction, fraction, ZERO } from "../money/fraction.js";
import { fieldValue, type ReadEvent } from "./event.js";
import { compareTexts } from "./report.js";

/** One counted event, as far as aggregations look at it. */
export interface Counted {
  readonly id: string;
  readonly timestamp: number;
  readonly quantity: Fraction;
  /** The value that distinct values are counted of, where they are. */
  readonly key: string | undefined;
}

/** What has been counted so far. Enough for every aggregation, and for adding two of them. */
export interface Tally {
  readonly count: number;
  readonly sum: Fraction;
  readonly min: Fraction | undefined;
  readonly max: Fraction | undefined;
  readonly last: Counted | undefined;
  readonly keys: ReadonlySet<string>;
}

export const EMPTY_TALLY: Tally = {
  count: 0,
  sum: ZERO,
  min: undefined,
  max: undefined,
  last: undefined,
  keys: new Set(),
};

/** The event as the aggregation counts it; nothing when it lacks the field that distinct values are counted of. */
export function countedBy(aggregation: Aggregation, event: ReadEvent): Counted | undefined {
  const { id, timestamp, quantity } = event;
  if (typeof aggregation === "string") return { id, timestamp, quantity, key: undefined };
  const key = fieldValue(event, aggregation.by);
  return key === undefined ? undefined : { id, timestamp, quantity, key };
}

export function tallyOf(events: Iterable<Counted>): Tally {
  let { count, sum, min, max, last } = EMPTY_TALLY;
  const keys = new Set<string>();
  for (const event of events) {
    count += 1;
    sum = add(sum, event.quantity);
    if (min === undefined || compare(event.quantity, min) < 0) min = event.quantity;
    if (max === undefined || compare(event.quantity, max) > 0) max = event.quantity;
    last = later(last, event);
    if (event.key !== undefined) keys.add(event.key);
  }
  return { count, sum, min, max, last, keys };
}

export function mergeTallies(a: Tally, b: Tally): Tally {
  return {
    count: a.count + b.count,
    sum: add(a.sum, b.sum),
    min: pick(a.min, b.min, -1),
    max: pick(a.max, b.max, 1),
    last: b.last === undefined ? a.last : later(a.last, b.last),
    keys: new Set([...a.keys, ...b.keys]),
  };
}

/** The one quantity that the charge prices. Without events, every aggregation is 0. */
export function aggregate(aggregation: Aggregation, tally: Tally): Fraction {
  if (typeof aggregation !== "string") return fraction(BigInt(tally.keys.size));
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
    default:
      return aggregation satisfies never;
  }
}

/** The latest event counts; at one instant, the one with the last id, then the larger quantity. */
function later(a: Counted | undefined, b: Counted): Counted {
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
