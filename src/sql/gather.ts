import { exact } from "../money/decimal.js";
import {
  add,
  divide,
  type Fraction,
  formatExact,
  fraction,
  multiply,
  ONE,
  powerOfTen,
} from "../money/fraction.js";
import { formatInstant } from "../time/instant.js";
import type { Interval } from "../time/interval.js";
import type {
  Aggregation,
  AggregationName,
  CarryingName,
  StoredCarried,
  StoredDays,
  StoredLevel,
  StoredReading,
  StoredState,
  StoredStates,
} from "../usage/aggregations/aggregation.js";
import { laterOf, readMoment, writeMoment } from "../usage/aggregations/moment.js";
import { identityOf } from "../usage/events/identity.js";
import type { Dialect } from "./dialects/dialect.js";

/** What the database may tell of the events of a group. */
export type Column = "sum" | "min" | "max" | "weighted" | "latest" | "readings";

/** How the database gathers what an aggregation keeps of the events of a group. */
interface Gathering<T> {
  /** What it tells of them. */
  readonly needs: readonly Column[];
  /** By what they are told apart besides their group. */
  readonly by?: "quantity" | "field";
  /** What that comes to in a summary. */
  readonly stored: (told: Told) => T;
}

/** What a row told of events of one group, of one day, of one side of the period's start. */
export interface Told {
  readonly count: number;
  /** Their one quantity, as it counts; nothing where they may have several. */
  readonly quantity: Fraction | undefined;
  /** Their value of the aggregation's field. */
  readonly field: string | undefined;
  readonly columns: { readonly [C in Column]?: unknown };
  readonly period: Interval;
  /** What counts of a quantity. */
  readonly counted: (quantity: Fraction) => Fraction;
}

const BASES: { readonly [N in AggregationName]: Gathering<StoredStates[N]> } = {
  sum: { needs: ["sum"], stored: (told) => ({ sum: sumOf(told) }) },
  count: { needs: [], stored: ({ count }) => ({ count }) },
  min: { needs: ["min"], stored: (told) => ({ min: extremeOf(told, "min") }) },
  max: { needs: ["max"], stored: (told) => ({ max: extremeOf(told, "max") }) },
  last: { needs: ["latest"], stored: (told) => ({ last: latestOf(told) }) },
  average: { needs: ["sum"], stored: (told) => ({ sum: sumOf(told), count: told.count }) },
  "weighted-sum": { needs: ["weighted"], stored: (told) => ({ weighted: weightedOf(told) }) },
  "time-average": {
    needs: ["readings"],
    stored: (told) => ({ readings: readingsOf(told, "readings") }),
  },
  percentile: {
    needs: [],
    by: "quantity",
    stored: ({ quantity = ONE, count }) => ({
      distribution: [{ quantity: formatExact(quantity), count }],
    }),
  },
  "unique-count": { needs: [], by: "field", stored: ({ field = "" }) => ({ distinct: [field] }) },
};

const ofReadings: Gathering<StoredLevel> = { needs: ["latest"], stored: latestOf };
const ofChanges: Gathering<StoredLevel> = { needs: ["sum"], stored: sumOf };

const LEVELS: { readonly [N in CarryingName]: Gathering<StoredLevel> } = {
  sum: ofChanges,
  "weighted-sum": ofChanges,
  last: ofReadings,
  max: ofReadings,
  min: ofReadings,
  "time-average": ofReadings,
  "unique-count": {
    needs: ["latest"],
    by: "field",
    stored: (told) => [{ value: told.field ?? "", ...latestOf(told) }],
  },
};

/** How the events of a charge are gathered. */
export interface GatheringPlan {
  readonly needs: readonly Column[];
  readonly byQuantity: boolean;
  readonly byField: boolean;
  readonly byDay: boolean;
  /** Whether what came before the period is told apart. */
  readonly bySide: boolean;
  stored(
    told: Told,
    place: { readonly isBefore: boolean; readonly day: string | undefined },
  ): StoredState;
}

/** How an aggregation is gathered. Where what counts of a quantity is other than it, quantities are told apart. */
export function gatheringPlan(aggregation: Aggregation, isQuantityChanged: boolean): GatheringPlan {
  const { base, level, isDaily } = gatheringsOf(aggregation);
  const parts = level === undefined ? [base] : [base, level];
  return {
    needs: [...new Set(parts.flatMap(({ needs }) => needs))],
    byQuantity: isQuantityChanged || parts.some(({ by }) => by === "quantity"),
    byField: parts.some(({ by }) => by === "field"),
    byDay: isDaily,
    bySide: level !== undefined,
    stored(told, { isBefore, day }) {
      if (level === undefined) return isDaily ? ofDay(day, base.stored(told)) : base.stored(told);
      const reached = level.stored(told);
      if (isBefore) return { opening: reached, closing: reached, within: null };
      const within: StoredCarried = {
        opening: null,
        closing: reached,
        within: base.stored(told) as StoredCarried["within"],
      };
      return isDaily ? { ...within, within: ofDay(day, within) } : within;
    },
  };
}

function ofDay(day: string | undefined, state: StoredState): StoredDays {
  return { days: [{ day: day ?? "", state: state as StoredDays["days"][number]["state"] }] };
}

interface Gatherings {
  readonly base: Gathering<StoredStates[AggregationName]>;
  readonly level: Gathering<StoredLevel> | undefined;
  readonly isDaily: boolean;
}

function gatheringsOf(aggregation: Aggregation): Gatherings {
  if (typeof aggregation === "string") {
    return { base: BASES[aggregation], level: undefined, isDaily: false };
  }
  if ("carryOver" in aggregation) {
    const isDaily = "per" in aggregation;
    const name = isDaily ? aggregation.of : aggregation.type;
    return { base: BASES[name], level: LEVELS[name], isDaily };
  }
  const isDaily = "per" in aggregation;
  return { base: BASES[isDaily ? aggregation.of : aggregation.type], level: undefined, isDaily };
}

/** The SQL of what is told, each a list of texts. */
export const COLUMNS: {
  readonly [C in Column]: (dialect: Dialect, names: ColumnNames) => readonly string[];
} = {
  sum: ({ text }, { quantity }) => [text(`sum(${quantity})`)],
  min: ({ text }, { quantity }) => [text(`min(${quantity})`)],
  max: ({ text }, { quantity }) => [text(`max(${quantity})`)],
  weighted: ({ weightedSum }, { weighed, left }) => weightedSum(weighed, left),
  latest: ({ collect }, { reading, latest }) => [collect(reading, `${latest} = 1`)],
  readings: ({ collect }, { reading }) => [collect(reading, "TRUE")],
};

/** What the columns of a charge's counted events are called. */
export interface ColumnNames {
  readonly quantity: string;
  /** What is weighed by time: the quantity, or 1 where rows have one each. */
  readonly weighed: string;
  readonly left: string;
  readonly latest: string;
  /** An event's source, id, moment and quantity, as texts. */
  readonly reading: readonly string[];
}

/** The texts of a reading: its event's source and id, its moment and its quantity. */
type Reading = readonly [string | null, string, string, string];

/** How many texts a column is told in. */
export function widthOf(column: Column): number {
  return column === "weighted" ? 2 : 1;
}

function sumOf({ quantity, count, columns }: Told): string {
  if (quantity !== undefined) return formatExact(multiply(quantity, fraction(BigInt(count))));
  return decimalText(columns.sum);
}

function extremeOf({ quantity, columns }: Told, column: "min" | "max"): string {
  return quantity === undefined ? decimalText(columns[column]) : formatExact(quantity);
}

function decimalText(text: unknown): string {
  return formatExact(exact(String(text)));
}

/** Quantity × time that is left, over the length of the period. */
function weightedOf({ quantity, columns, period: { start, end } }: Told): string {
  const [whole, parts] = columns.weighted as readonly [string, string];
  const small = divide(exact(parts), fraction(powerOfTen(18)));
  const left = divide(add(exact(whole), small), fraction(BigInt(end - start)));
  return formatExact(quantity === undefined ? left : multiply(quantity, left));
}

function latestOf(told: Told): StoredReading {
  return writeMoment(readingsOf(told, "latest").map(readMoment).reduce(laterOf));
}

function readingsOf(
  { columns, counted }: Told,
  column: "latest" | "readings",
): readonly StoredReading[] {
  const list = JSON.parse(String(columns[column])) as readonly Reading[];
  return list.map(([source, id, at, quantity]) => ({
    id: identityOf(id, source ?? undefined),
    timestamp: formatInstant(Number(at)),
    quantity: formatExact(counted(exact(quantity))),
  }));
}
