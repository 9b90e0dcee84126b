import type { Charge } from "../../catalog/charge.js";
import { isRated, isUsageCharge } from "../../catalog/charge-kinds.js";
import type { PathSegment } from "../../errors.js";
import { add, fraction, multiply, ZERO } from "../../money/fraction.js";
import { modelOf } from "../../pricing/models/index.js";
import type { Instant } from "../../time/instant.js";
import { type Interval, instantsWithin } from "../../time/interval.js";
import { isAdditive, needsPeriod } from "../../usage/aggregations/index.js";
import type { MeteredUsage, ResolvedUsage } from "../../usage/collect.js";
import { type Metered, meteredQuantity } from "../../usage/meter/metered.js";
import type { UsageSegment } from "../../usage/meter/scope.js";
import { resolveUsage } from "../../usage/read-usage.js";
import type { UsageSoFar } from "./usage-so-far.js";

/** A segment of usage, cut at the edges of buckets. */
interface CutSegment {
  readonly segment: UsageSegment;
  readonly period: Interval;
  readonly edges: readonly Instant[];
  /** One for each edge: the time since the edge before it, where that adds up, else all the time up to it. */
  readonly pieces: readonly UsageSegment[];
  readonly addsUp: boolean;
}

/** Which of the segments of one charge that begin together it is. */
type Known = Map<Charge, Map<string, CutSegment>>;

/**
 * Raw events. Each is read and judged once, and counted for the stretches that the edges of buckets make of each segment; `agentType`
 * says whose events count, nothing anybody's.
 */
export function eventsSoFar(
  events: unknown,
  edges: readonly Instant[],
  agentType: string | undefined,
  path: readonly PathSegment[],
): UsageSoFar {
  const known: Known = new Map();
  let metered: MeteredUsage = new Map();
  return {
    given: {
      usage: events,
      path,
      resolve: (context, issues) => {
        const own = new Map(
          context.segments.map((segment) => [{ ...segment, agentType }, segment] as const),
        );
        const cuts = [...own.keys()].flatMap((segment) => cutOf(segment, edges, known) ?? []);
        // What is told of events that nobody counts is told of whole segments: they come last.
        const segments = [...cuts.flatMap(({ pieces }) => pieces), ...own.keys()];
        const resolved = resolveUsage(events, { ...context, segments }, path, issues);
        metered = resolved.metered;
        return underGiven(resolved, own);
      },
    },
    upTo(segment) {
      const cut = known.get(segment.charge)?.get(nameOf(segment, segment.occurredFrom));
      if (cut === undefined) return () => segment.metered;
      const all = countedAt(cut, metered);
      const places = new Map(cut.edges.map((edge, place) => [edge, all[place]] as const));
      return (until) => places.get(until) ?? segment.metered;
    },
  };
}

function nameOf({ period }: { readonly period: Interval }, occurredFrom: unknown): string {
  return `${period.start} ${period.end} ${occurredFrom !== undefined}`;
}

function cutOf(
  segment: UsageSegment,
  edges: readonly Instant[],
  known: Known,
): CutSegment | undefined {
  const { charge, period, isRunOff } = segment;
  if (period === undefined || !isRated(charge) || !isUsageCharge(charge)) return undefined;
  const byTime = known.get(charge) ?? new Map<string, CutSegment>();
  known.set(charge, byTime);
  const name = nameOf({ period }, isRunOff === true ? true : undefined);
  const inside = instantsWithin(edges, { start: period.start + 1, end: period.end });
  if (byTime.has(name) || inside.length === 0) return undefined;
  const addsUp =
    modelOf(charge.pricing).needs === "quantity" &&
    isAdditive(charge.aggregation) &&
    charge.groupBy === undefined;
  const pieces = inside.map((end, index) => {
    const start = addsUp ? (inside[index - 1] ?? period.start) : period.start;
    return { ...segment, period: { start, end } };
  });
  const cut = { segment, period, edges: inside, pieces, addsUp };
  byTime.set(name, cut);
  return cut;
}

/** What had been metered at each edge. */
function countedAt(
  { segment: { charge }, period, pieces, edges, addsUp }: CutSegment,
  metered: MeteredUsage,
): readonly (readonly Metered[])[] {
  const found = pieces.map((piece) => metered.get(piece) ?? []);
  if (addsUp) {
    let sum = ZERO;
    return found.map(([own]) => {
      sum = add(sum, own?.quantity ?? ZERO);
      return [meteredQuantity(sum)];
    });
  }
  if (!isUsageCharge(charge) || !needsPeriod(charge.aggregation)) return found;
  // A level counts for the time that it has lasted, of all of the period.
  return found.map((own, index) => {
    const lasted = (edges[index] ?? period.end) - period.start;
    const share = fraction(BigInt(lasted), BigInt(period.end - period.start));
    return own.map(({ group, quantity, input }) =>
      input === quantity
        ? { ...meteredQuantity(multiply(quantity, share)), group }
        : { group, quantity, input },
    );
  });
}

/** The same, under the segments that were asked for. */
function underGiven(
  resolved: ResolvedUsage,
  own: ReadonlyMap<UsageSegment, UsageSegment>,
): ResolvedUsage {
  const renamed = <T>(found: ReadonlyMap<UsageSegment, T>) =>
    new Map(
      [...own].flatMap(([asked, given]): readonly (readonly [UsageSegment, T])[] => {
        const value = found.get(asked);
        return value === undefined ? [] : [[given, value]];
      }),
    );
  return {
    ...resolved,
    metered: renamed(resolved.metered),
    outcomes: renamed(resolved.outcomes),
    levels: renamed(resolved.levels),
    lateEventIds: renamed(resolved.lateEventIds),
  };
}
