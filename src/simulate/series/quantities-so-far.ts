import type { Charge } from "../../catalog/charge.js";
import { isRated, isUsageCharge } from "../../catalog/charge-kinds.js";
import { firstIndex } from "../../data/first-index.js";
import { compareBigInts, type Fraction, powerOfTen, reduce, ZERO } from "../../money/fraction.js";
import { modelOf } from "../../pricing/models/index.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { isAdditive } from "../../usage/aggregations/index.js";
import { NOTHING_RESOLVED } from "../../usage/collect.js";
import { type Metered, meteredQuantity } from "../../usage/meter/metered.js";
import type { UsageSegment } from "../../usage/meter/scope.js";
import type { DailyKind, DailyUsage } from "./daily-usage.js";
import type { DayRow } from "./day-row.js";
import type { UsageSoFar } from "./usage-so-far.js";

/** How the levels of days become one quantity, by the name of the aggregation; the others need events. */
const LEVELS: { readonly [aggregation: string]: (levels: readonly bigint[]) => Fraction } = {
  max: (levels) => whole(levels.toSorted(compareBigInts).at(-1) ?? 0n),
  min: (levels) => whole(levels.toSorted(compareBigInts)[0] ?? 0n),
  last: (levels) => whole(levels.at(-1) ?? 0n),
  average: (levels) =>
    reduce({
      numerator: levels.reduce((a, b) => a + b, 0n),
      denominator: BigInt(levels.length),
    }),
};

function whole(numerator: bigint): Fraction {
  return { numerator, denominator: 1n };
}

/** What a number on a day is to a charge; nothing where only its events say what it bills. */
export function dailyKind(charge: Charge): DailyKind | undefined {
  if (!isRated(charge) || !isUsageCharge(charge)) return undefined;
  const { needs } = modelOf(charge.pricing);
  if (needs === "values") return "amount";
  if (needs !== "quantity") return undefined;
  if (isAdditive(charge.aggregation)) return "amount";
  const { aggregation } = charge;
  return typeof aggregation === "string" && Object.hasOwn(LEVELS, aggregation)
    ? "level"
    : undefined;
}

/** The quantities of a charge, to be added up from any day to any other. */
interface Running {
  readonly usage: DailyUsage;
  /** When each day counts. */
  readonly starts: readonly Instant[];
  /** What came together before each day, and in all. */
  readonly sums: readonly bigint[];
  readonly scale: bigint;
}

/** Daily quantities of charges, by their ids. What comes before a subscription has begun counts with its first moment. */
export function quantitiesSoFar(
  quantities: ReadonlyMap<string, DailyUsage>,
  days: DayRow,
  begun: Instant,
): UsageSoFar {
  const { starts } = days;
  const from = firstIndex(starts, (each) => each > begun) - 1;
  const counted = starts.map((each, index) => (index === from ? Math.max(each, begun) : each));
  const running = new Map(
    [...quantities].map(([id, usage]) => [id, runningOf(usage, counted)] as const),
  );
  const within = (segment: Pick<UsageSegment, "charge" | "pauses">, period: Interval) => {
    const own = running.get(segment.charge.id);
    return own && counter(segment, own, period.start)(period.end);
  };
  return {
    given: {
      usage: {},
      path: ["usage"],
      resolve: ({ segments }) => {
        const metered = new Map<UsageSegment, readonly Metered[]>();
        for (const segment of segments) {
          const { period, isRunOff } = segment;
          const found = isRunOff === true || !period ? undefined : within(segment, period);
          if (found !== undefined) metered.set(segment, found);
        }
        return { ...NOTHING_RESOLVED, metered };
      },
    },
    upTo(segment) {
      const own = running.get(segment.charge.id);
      if (own === undefined || segment.occurredFrom !== undefined) return () => segment.metered;
      return counter(segment, own, segment.period.start);
    },
  };
}

function runningOf(usage: DailyUsage, starts: readonly Instant[]): Running {
  const sums = [0n];
  for (const each of usage.units) sums.push((sums.at(-1) ?? 0n) + each);
  return { usage, starts, sums, scale: powerOfTen(usage.decimals) };
}

/** What a charge meters from an instant to any later one. */
function counter(
  { charge, pauses = [] }: Pick<UsageSegment, "charge" | "pauses">,
  { usage, starts, sums, scale }: Running,
  start: Instant,
): (until: Instant) => Metered[] {
  const needs = isRated(charge) ? modelOf(charge.pricing).needs : "nothing";
  const { aggregation } = isUsageCharge(charge) ? charge : { aggregation: undefined };
  const placeOf = (instant: Instant) => firstIndex(starts, (each) => each >= instant);
  const first = placeOf(start);
  const addsUp = needs === "quantity" && isAdditive(aggregation);
  if (addsUp && pauses.length === 0) {
    const before = sums[first] ?? 0n;
    let place = first;
    return (until) => {
      if (place > first && (starts[place - 1] ?? start) >= until) place = first;
      while ((starts[place] ?? until) < until) place += 1;
      return [meteredQuantity({ numerator: (sums[place] ?? 0n) - before, denominator: scale })];
    };
  }
  const daysUpTo = (until: Instant) =>
    without({ start, end: until }, pauses).flatMap((part) =>
      usage.units.slice(placeOf(part.start), placeOf(part.end)),
    );
  if (needs === "values") {
    // A number on a day is the value of one event.
    return (until) => {
      const values = daysUpTo(until).filter((each) => each !== 0n);
      const input = values.map((numerator) => ({ numerator, denominator: scale }));
      return [{ group: null, quantity: whole(BigInt(values.length)), input }];
    };
  }
  const combine = addsUp ? total : LEVELS[typeof aggregation === "string" ? aggregation : ""];
  return (until) => {
    const days = daysUpTo(until);
    const { numerator, denominator } = days.length === 0 ? ZERO : (combine?.(days) ?? ZERO);
    return [meteredQuantity({ numerator, denominator: denominator * scale })];
  };
}

function total(units: readonly bigint[]): Fraction {
  return whole(units.reduce((a, b) => a + b, 0n));
}

/** A stretch of time without its pauses. */
function without({ start, end }: Interval, pauses: readonly Interval[]): readonly Interval[] {
  const parts: Interval[] = [];
  let from = start;
  for (const pause of pauses) {
    if (pause.start >= end) break;
    parts.push({ start: from, end: pause.start });
    from = Math.max(from, pause.end);
  }
  return from < end ? [...parts, { start: from, end }] : parts;
}
