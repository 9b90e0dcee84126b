import type { Charge } from "../../catalog/charge.js";
import { isRated, isUsageCharge } from "../../catalog/charge-kinds.js";
import { firstIndex } from "../../data/first-index.js";
import { compareBigInts, type Fraction, powerOfTen, reduce, ZERO } from "../../money/fraction.js";
import { modelOf } from "../../pricing/models/index.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { isAdditive } from "../../usage/aggregations/index.js";
import type { ResolvedUsage } from "../../usage/collect.js";
import { NO_EVENTS } from "../../usage/events/report.js";
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
  const within = (
    { charge, pauses = [] }: Pick<UsageSegment, "charge" | "pauses">,
    period: Interval | undefined,
  ): Metered[] | undefined => {
    const own = running.get(charge.id);
    return own === undefined || period === undefined
      ? undefined
      : [meteredIn(charge, own, without(period, pauses))];
  };
  return {
    given: {
      usage: {},
      path: ["usage"],
      resolve: ({ segments }) => {
        const metered = new Map<UsageSegment, readonly Metered[]>();
        for (const segment of segments) {
          const found = segment.isRunOff === true ? undefined : within(segment, segment.period);
          if (found !== undefined) metered.set(segment, found);
        }
        return { ...NOTHING_RESOLVED, metered };
      },
    },
    upTo: (segment, until) =>
      within(segment, { start: segment.period.start, end: until }) ?? segment.metered,
  };
}

const NOTHING_RESOLVED: ResolvedUsage = {
  metered: new Map(),
  outcomes: new Map(),
  levels: new Map(),
  lateEventIds: new Map(),
  report: NO_EVENTS,
  tooLate: 0,
  summarized: [],
};

function runningOf(usage: DailyUsage, starts: readonly Instant[]): Running {
  const sums = [0n];
  for (const each of usage.units) sums.push((sums.at(-1) ?? 0n) + each);
  return { usage, starts, sums, scale: powerOfTen(usage.decimals) };
}

function meteredIn(charge: Charge, own: Running, stretches: readonly Interval[]): Metered {
  const { usage, starts, sums, scale } = own;
  const places = stretches.map(({ start, end }) => [
    firstIndex(starts, (each) => each >= start),
    firstIndex(starts, (each) => each >= end),
  ]);
  const days = () => places.flatMap(([from, to]) => usage.units.slice(from, to));
  const needs = isRated(charge) ? modelOf(charge.pricing).needs : "nothing";
  if (needs === "values") {
    // A number on a day is the value of one event.
    const values = days().filter((each) => each !== 0n);
    const input = values.map((numerator) => ({ numerator, denominator: scale }));
    return { group: null, quantity: whole(BigInt(values.length)), input };
  }
  const { aggregation } = isUsageCharge(charge) ? charge : { aggregation: undefined };
  if (isAdditive(aggregation)) {
    let numerator = 0n;
    for (const [from = 0, to = 0] of places) numerator += (sums[to] ?? 0n) - (sums[from] ?? 0n);
    return meteredQuantity({ numerator, denominator: scale });
  }
  const levels = days();
  const level = typeof aggregation === "string" ? LEVELS[aggregation] : undefined;
  const { numerator, denominator } = levels.length === 0 ? ZERO : (level?.(levels) ?? ZERO);
  return meteredQuantity({ numerator, denominator: denominator * scale });
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
