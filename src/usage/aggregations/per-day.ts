import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import { add, type Fraction } from "../../money/fraction.js";
import { date } from "../../schema/entity-fields.js";
import { DAY, dayOf } from "../../time/civil.js";
import { formatDate, instantOf } from "../../time/date.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { type TimeZone, toLocal, UTC } from "../../time/zone.js";
import type {
  AggregatedEvent,
  AggregationDefinition,
  AggregationName,
  CarryingName,
  StoredCarried,
  StoredDays,
  StoredLevel,
  StoredState,
} from "./aggregation.js";
import type { CarryingDefinition } from "./carry-over.js";
import { max } from "./max.js";

type Inner = AggregationDefinition<AggregationName, unknown, StoredState>;
type InnerLevel = CarryingDefinition<CarryingName, unknown>;
/** What is kept of each civil day that has events. */
type Days = ReadonlyMap<number, unknown>;

/** How the quantities of days become one. */
const OVER_DAYS: {
  readonly [N in "max" | "sum"]: (a: Fraction, b: Fraction) => Fraction;
} = { max: max.merge, sum: add };

/** Each day of the subscription's time zone by itself, then the highest of them, or all together. */
export function perDay(
  name: "max" | "sum",
  inner: Inner,
): AggregationDefinition<"max" | "sum", Days, StoredDays> {
  const over = OVER_DAYS[name];
  return {
    name,
    additive: false,
    start: (event, _period, zone) => withEvent(new Map(), inner, event, zone),
    add: (days, event, _period, zone) => withEvent(days, inner, event, zone),
    merge: (a, b) => mergedDays(a, b, inner),
    result: (days, aggregation) =>
      [...days.values()].map((state) => inner.result(state, aggregation)).reduce(over),
    stored: onFirstUse(() => storedDays(inner.stored())),
    write: (days) => writeDays(days, inner),
    read: (stored) => readDays(stored, inner),
  };
}

/** A level over the days of a period. */
interface LevelByDay {
  /** The level by what came before the period; nothing where nothing did. */
  readonly before: unknown;
  readonly days: Days;
  /** The first and the last day of the period, as far as they are known. */
  readonly ends: DayEnds | undefined;
}

interface DayEnds {
  readonly first: number;
  readonly last: number;
}

/** The highest level of any day: a day without events has the level of the day before. */
export function highestLevelPerDay(inner: InnerLevel): CarryingDefinition<"max", LevelByDay> {
  const merged = (a: unknown, b: unknown) =>
    a === undefined || b === undefined ? (a ?? b) : inner.merge(a, b);
  const addTo = (
    { before, days, ends }: LevelByDay,
    event: AggregatedEvent,
    period: Interval | undefined,
    zone: TimeZone,
  ): LevelByDay => {
    const known = ends ?? endsOf(period, zone);
    if (period === undefined || event.timestamp >= period.start) {
      return { before, days: withEvent(days, inner, event, zone), ends: known };
    }
    const one = inner.start(event, undefined, zone);
    return { before: merged(before, one), days, ends: known };
  };
  const closingOf = ({ before, days }: LevelByDay) => [...days.values()].reduce(merged, before);
  return {
    name: "max",
    additive: false,
    start: (event, period, zone) => addTo(nothing(), event, period, zone),
    add: addTo,
    merge: (a, b) => ({
      before: merged(a.before, b.before),
      days: mergedDays(a.days, b.days, inner),
      ends: a.ends ?? b.ends,
    }),
    result({ before, days, ends }, aggregation) {
      const ordered = [...days].sort(([a], [b]) => a - b);
      const values: Fraction[] = [];
      const quantityOf = (state: unknown) => inner.result(state, aggregation);
      // The level that the period opens with is that of its days up to the first with events.
      if (before !== undefined && ordered[0]?.[0] !== (ends?.first ?? Number.NaN)) {
        values.push(quantityOf(inner.openWith(inner.closing(before))));
      }
      let level = before === undefined ? undefined : inner.closing(before);
      for (const [place, [day, state]] of ordered.entries()) {
        const own = level === undefined ? state : inner.merge(inner.openWith(level), state);
        values.push(quantityOf(own));
        level = inner.closing(own);
        // It ends a day otherwise than it was at its lowest: what it ends with is that of the days after it.
        const lastAlike = (ordered[place + 1]?.[0] ?? (ends?.last ?? day) + 1) - 1;
        if (lastAlike > day) values.push(quantityOf(inner.openWith(level)));
      }
      return values.reduce(max.merge);
    },
    stored: onFirstUse(() =>
      z.strictObject({
        opening: z.nullable(inner.storedLevel()),
        closing: inner.storedLevel(),
        within: z.nullable(storedDays(inner.stored())),
      }),
    ),
    write: (state) => ({
      opening: state.before === undefined ? null : inner.closing(state.before),
      closing: inner.closing(closingOf(state)),
      within: state.days.size === 0 ? null : writeDays(state.days, inner),
    }),
    read({ opening, within }: StoredCarried, period, zone) {
      const stored = within !== null && "days" in within ? within : { days: [] };
      return {
        before: opening === null ? undefined : inner.openWith(opening),
        days: readDays(stored, inner),
        ends: endsOf(period, zone),
      };
    },
    storedLevel: inner.storedLevel,
    closing: (state) => inner.closing(closingOf(state)),
    isOpened: ({ before }) => before !== undefined,
    openWith: (level: StoredLevel) => ({ ...nothing(), before: inner.openWith(level) }),
    without: inner.without,
    hidesEarlier: inner.hidesEarlier,
  };
}

function nothing(): LevelByDay {
  return { before: undefined, days: new Map(), ends: undefined };
}

function endsOf(period: Interval | undefined, zone: TimeZone): DayEnds | undefined {
  if (period === undefined) return undefined;
  return { first: localDay(period.start, zone), last: localDay(period.end - 1, zone) };
}

/** The civil day of an instant; days never go back. */
function localDay(instant: Instant, zone: TimeZone): number {
  return dayOf(toLocal(zone, instant));
}

function withEvent(days: Days, inner: Inner, event: AggregatedEvent, zone: TimeZone): Days {
  const day = localDay(event.timestamp, zone);
  const known = days.get(day);
  const state =
    known === undefined
      ? inner.start(event, undefined, zone)
      : inner.add === undefined
        ? inner.merge(known, inner.start(event, undefined, zone))
        : inner.add(known, event, undefined, zone);
  // What is added to is nobody else's.
  return (days as Map<number, unknown>).set(day, state);
}

function mergedDays(a: Days, b: Days, { merge }: Inner): Days {
  const merged = new Map(a);
  for (const [day, state] of b) {
    const known = merged.get(day);
    merged.set(day, known === undefined ? state : merge(known, state));
  }
  return merged;
}

function storedDays(inner: z.ZodType<StoredState>): z.ZodType<StoredDays> {
  return z.strictObject({
    days: z.array(z.strictObject({ day: date(), state: inner })).min(1),
  }) as z.ZodType<StoredDays>;
}

function writeDays(days: Days, inner: Inner): StoredDays {
  return {
    days: [...days]
      .sort(([a], [b]) => a - b)
      .map(([day, state]) => ({
        day: formatDate(day * DAY, UTC),
        state: inner.write(state) as StoredDays["days"][number]["state"],
      })),
  };
}

function readDays({ days }: StoredDays, inner: Inner): Days {
  return new Map(
    days.map(({ day, state }) => [
      Math.floor(instantOf(day, UTC) / DAY),
      inner.read(state, undefined, UTC),
    ]),
  );
}
