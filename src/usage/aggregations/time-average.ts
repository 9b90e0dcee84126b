import * as z from "zod";
import { compareTexts } from "../../data/compare-texts.js";
import { onFirstUse } from "../../data/recent.js";
import { add, type Fraction, multiply, subtract, ZERO } from "../../money/fraction.js";
import type { Interval } from "../../time/interval.js";
import type { AggregationDefinition } from "./aggregation.js";
import { carried } from "./carry-over.js";
import { readings } from "./level.js";
import { laterOf, type Moment, momentSchema, readMoment, writeMoment } from "./moment.js";
import { shareLeft } from "./weighted-sum.js";

/** The readings of a period; of several at one instant, the last. */
interface Readings {
  readonly period: Interval;
  readonly byTime: Map<number, Moment>;
}

/** Each quantity is a level, which holds until the next one; before the first it is 0. */
export const timeAverage: AggregationDefinition<"time-average", Readings> = {
  name: "time-average",
  additive: false,
  needsPeriod: true,
  start: (event, period) => addTo({ period: given(period), byTime: new Map() }, event),
  add: addTo,
  merge({ period, byTime }, other) {
    const merged: Readings = { period, byTime: new Map(byTime) };
    for (const moment of other.byTime.values()) addTo(merged, moment);
    return merged;
  },
  result: ({ period, byTime }) => averageOf(inOrder(byTime), period),
  stored: onFirstUse(() => z.strictObject({ readings: z.array(momentSchema()).min(1) })),
  write: ({ byTime }) => ({ readings: inOrder(byTime).map(writeMoment) }),
  read({ readings }, period) {
    const read: Readings = { period: given(period), byTime: new Map() };
    for (const each of readings) addTo(read, readMoment(each));
    return read;
  },
};

/** What the level is on average over a period: every step of it counts for the part of the period that is left. */
function averageOf(readings: readonly Moment[], period: Interval): Fraction {
  let [level, average] = [ZERO, ZERO];
  for (const { timestamp, quantity } of readings) {
    average = add(average, multiply(subtract(quantity, level), shareLeft(timestamp, period)));
    level = quantity;
  }
  return average;
}

function addTo(readings: Readings, { id, timestamp, quantity }: Moment): Readings {
  const known = readings.byTime.get(timestamp);
  const moment = { id, timestamp, quantity };
  readings.byTime.set(timestamp, known === undefined ? moment : laterOf(known, moment));
  return readings;
}

function inOrder(byTime: ReadonlyMap<number, Moment>): readonly Moment[] {
  return [...byTime.values()].sort((a, b) => a.timestamp - b.timestamp || compareTexts(a.id, b.id));
}

function given(period: Interval | undefined): Interval {
  if (period === undefined) throw new Error("unreachable: an average over time without a period");
  return period;
}

/** The reading with which the period opens holds until the first in it. */
export const carriedTimeAverage = carried({
  base: timeAverage,
  kind: readings,
  result({ opening, within }) {
    if (within === undefined) return opening?.quantity ?? ZERO;
    const { period, byTime } = within;
    const first = opening === undefined ? [] : [{ ...opening, timestamp: period.start }];
    return averageOf([...first, ...inOrder(byTime)], period);
  },
});
