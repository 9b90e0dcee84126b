import type * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { issueAt } from "../../errors.js";
import { type DecimalInput, isProblem, readExact } from "../../money/decimal.js";
import type { Fraction } from "../../money/fraction.js";
import { field } from "../../schema/fields.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";

/** What a summary stores of a group's events, by the name of the aggregation: only what adding two of them needs. */
export interface StoredStates {
  /** The sum of the quantities. */
  readonly sum: {
    /** The sum. */
    readonly sum: string;
  };
  /** The number of events. */
  readonly count: {
    /** The number. */
    readonly count: number;
  };
  /** The smallest quantity. */
  readonly min: {
    /** The quantity. */
    readonly min: string;
  };
  /** The largest quantity. */
  readonly max: {
    /** The quantity. */
    readonly max: string;
  };
  /** The latest event; of several at one instant, the one with the last id. */
  readonly last: {
    /** The event. */
    readonly last: StoredReading;
  };
  /** What an average is the quotient of. */
  readonly average: {
    /** The sum of the quantities. */
    readonly sum: string;
    /** The number of events. */
    readonly count: number;
  };
  /** The sum of quantity × the part of the period that was left. */
  readonly "weighted-sum": {
    /** The sum. */
    readonly weighted: string;
  };
  /** The readings of a level. */
  readonly "time-average": {
    /** The readings, in the order of time; of several at one instant, the one with the last id. */
    readonly readings: readonly StoredReading[];
  };
  /** How often each quantity was measured. */
  readonly percentile: {
    /** The distinct quantities, the smallest first. */
    readonly distribution: readonly StoredFrequency[];
  };
  /** The distinct values. */
  readonly "unique-count": {
    /** The values, sorted. */
    readonly distinct: readonly string[];
  };
}

/** An event's quantity, and what decides which of several events is the latest. */
export interface StoredReading {
  /** The event's id. */
  readonly id: string;
  /** When it happened, UTC. */
  readonly timestamp: string;
  /** Its quantity. */
  readonly quantity: string;
}

/** A quantity, and how many events have it. */
export interface StoredFrequency {
  /** The quantity. */
  readonly quantity: string;
  /** The number of events; at least one. */
  readonly count: number;
}

/** What a summary stores of a level that is carried over from period to period. */
export interface StoredCarried {
  /** The level by what came before the period; `null` where nothing did. */
  readonly opening: StoredLevel | null;
  /** The level at the end of the period. */
  readonly closing: StoredLevel;
  /** What the aggregation keeps of the period by itself; `null` without events in it. */
  readonly within: StoredStates[CarryingName] | StoredDays | null;
}

/** What a summary stores where each day counts by itself. */
export interface StoredDays {
  /**
   * The days that have events, the first one first: each civil day of the summary's time zone with what is kept of its
   * events; where the level goes on, by what moved it that day.
   */
  readonly days: readonly {
    /** The day. */
    readonly day: string;
    /** What is kept of it. */
    readonly state: StoredStates[DailyAggregation["of"]] | StoredCarried;
  }[];
}

/** A level: the sum of its changes, its last reading, or the values that are there. */
export type StoredLevel = string | StoredReading | readonly StoredPresence[];

/** A value, and the last event about it: the value is there while that is of more than 0. */
export interface StoredPresence extends StoredReading {
  /** The value. */
  readonly value: string;
}

/**
 * What a summary stores of a group's events: the entry of {@link StoredStates} for the summary's aggregation, a level that
 * is carried over, or days by themselves.
 */
export type StoredState = StoredStates[AggregationName] | StoredCarried | StoredDays;

export type AggregationName = keyof StoredStates;

/** The ways to make one quantity of a period's events that need no more than the events' quantities. */
export type SimpleAggregation = Exclude<AggregationName, "unique-count" | "percentile">;

/** Counts the distinct values of one field of the events. */
export interface UniqueCount {
  /** The aggregation. */
  readonly type: "unique-count";
  /** The field: `"subject"` (default), `"name"`, `"agentId"`, or a property as `"properties.userId"`. */
  readonly by: string;
  /**
   * Counts the values that are there at the end of the period: a value is, from an event of more than 0 units until one of
   * 0 or less. What is there when a period ends is there when the next begins.
   */
  readonly carryOver?: true;
}

/** The aggregations of levels that may be carried over from one period to the next. */
export type CarryingName =
  | "sum"
  | "last"
  | "max"
  | "min"
  | "weighted-sum"
  | "time-average"
  | "unique-count";

/**
 * A level that persists: as it stands at the end of a period, it opens the next, until events move it.
 *
 * - `sum`: quantities are changes, and the level at the end of the period is billed (10 cards, then −2: 8, month after month);
 * - `weighted-sum`: the same changes, by the part of the period that is left after each; what it opens with counts in full;
 * - `last`, `max`, `min`, `time-average`: quantities are readings, and the last one before the period is the first of it.
 */
export interface CarriedLevel {
  /** The aggregation. */
  readonly type: Exclude<CarryingName, "unique-count">;
  /** The level goes on. */
  readonly carryOver: true;
}

/**
 * Each day by itself, then `max`: the highest day, the high-water mark of the period; or `sum`: all days together. Days are
 * civil days of the subscription's time zone, and part of a day is a day; one without events counts nothing. With prices
 * that depend on no other unit, the `sum` is each day priced by itself.
 *
 * With `carryOver`, it is the highest day of a level that persists: as it stands at the end of a day (`sum` of changes, `last`
 * reading), or as it was at its highest or lowest in it (`max`, `min` of readings). A day without events has the level of
 * the day before, also of the period before.
 */
export type DailyAggregation =
  | {
      /** What becomes of the days' quantities. */
      readonly type: "max" | "sum";
      /** How the events of a day become one quantity. */
      readonly of: "sum" | "count" | "max" | "min" | "last" | "average";
      /** The stretch of time that counts by itself. */
      readonly per: "day";
    }
  | {
      /** The highest of the days. */
      readonly type: "max";
      /** The level of a day. */
      readonly of: CarriedDailyName;
      /** The stretch of time that counts by itself. */
      readonly per: "day";
      /** The level goes on. */
      readonly carryOver: true;
    };

/** The levels that persist from day to day. */
export type CarriedDailyName = "sum" | "max" | "min" | "last";

/** The quantity that so many per cent of the events do not exceed. `D` is how decimals stand in it. */
export interface Percentile<D = string> {
  /** The aggregation. */
  readonly type: "percentile";
  /** Per cent, above 0 and up to 100: 95 is what burstable bandwidth is billed by, 100 the largest. */
  readonly percentile: D;
}

/**
 * How a usage charge makes one quantity of its events: `sum` of their quantities (default), their `count`, the
 * largest (`max`), smallest (`min`) or latest (`last`) quantity, the `average` (exact, as a fraction), the number of
 * distinct values of a field; or of a level over time, by exact parts of the period:
 *
 * - `weighted-sum`: each quantity is a change of the level, and counts for the part of the period that is left after it
 *   (1,000 from the middle on are 500);
 * - `time-average`: each quantity is a reading of the level, which holds until the next one; before the first it is 0. Of
 *   readings at one instant, the one with the last id holds. It is the weighted sum of the steps between readings.
 *
 * A `percentile` is a nearest rank: of N quantities from the smallest to the largest, the one at place ⌈percentile/100 × N⌉,
 * as burstable bandwidth is billed: at 95, the highest twentieth of the samples is dropped and the next is taken. It is
 * definition 1 of Hyndman and Fan, Sample Quantiles in Statistical Packages (1996): nothing is interpolated.
 *
 * Any of `max` and `sum` may be of days: `{ type: "max", of: "sum", per: "day" }` is the day on which most was used.
 *
 * Without events every one of them is 0.
 */
export type Aggregation =
  | SimpleAggregation
  | UniqueCount
  | Percentile
  | CarriedLevel
  | DailyAggregation;

/** An aggregation as it may be written: `"unique-count"` alone counts distinct subjects. */
export type AggregationInput =
  | SimpleAggregation
  | UniqueCount
  | CarriedLevel
  | DailyAggregation
  | "unique-count"
  | Percentile<DecimalInput>;

/** What an aggregation may look at of an event. */
export interface AggregatedEvent {
  readonly id: string;
  readonly timestamp: Instant;
  readonly quantity: Fraction;
  /** The value of the field that the aggregation names in `by`, where it names one. */
  readonly fieldValue: string | undefined;
}

/** The schema of an aggregation that is written as an object. */
export type AggregationForm = z.ZodType<Aggregation, AggregationInput> &
  z.core.$ZodTypeDiscriminable;

/**
 * An aggregation: one file, one object. The state S is what is kept of the events of one group. Merging is associative
 * and commutative, so neither the order of events nor the parts in which they come matter.
 */
export interface AggregationDefinition<N extends AggregationName, S, T = StoredStates[N]> {
  readonly name: N;
  /** The form in which charges write it, where they write more than its name: an object of this `type`. */
  readonly form?: () => AggregationForm;
  /** Its name alone, where that stands for such an object. */
  readonly shorthand?: () => z.ZodType<Aggregation, AggregationInput>;
  /** Whether the quantities of the parts of a period add up to that of the whole. */
  readonly additive: boolean;
  /** Whether every event counts as one unit, whatever its quantity. */
  readonly countsEvents?: boolean;
  /** Whether it looks at no event's quantity. */
  readonly ignoresQuantities?: boolean;
  /** Whether it weighs quantities by time, so that it needs a period. */
  readonly needsPeriod?: boolean;
  /** The state of one event; days are those of the zone. */
  start(event: AggregatedEvent, period: Interval | undefined, zone: TimeZone): S;
  /** The state with one more event, for aggregations where merging is not cheap; it may change the state. */
  add?(state: S, event: AggregatedEvent, period: Interval | undefined, zone: TimeZone): S;
  /** The state of the events of both; changes neither. */
  merge(a: S, b: S): S;
  /** The quantity that the charge prices. */
  result(state: S, aggregation: Aggregation): Fraction;
  /** The form of what summaries store. */
  readonly stored: () => z.ZodType<T>;
  write(state: S): T;
  read(stored: T, period: Interval | undefined, zone: TimeZone): S;
}

/** The exact numbers that summaries store. */
export const exactText = onFirstUse(() =>
  field<string, string>((input, report) => {
    if (typeof input === "string" && !isProblem(readExact(input))) return input;
    const expected = "a decimal string or a fraction";
    report(issueAt("not_a_decimal", [], { expected, received: input }));
    return "0";
  }),
);
