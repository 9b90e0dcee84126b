import * as z from "zod";
import { onFirstUse } from "../../data/recent.js";
import type { Fraction } from "../../money/fraction.js";
import type { Interval } from "../../time/interval.js";
import type { TimeZone } from "../../time/zone.js";
import type {
  AggregatedEvent,
  AggregationDefinition,
  CarryingName,
  StoredCarried,
  StoredLevel,
  StoredStates,
} from "./aggregation.js";
import type { LevelKind } from "./level.js";

/** What is kept of a level over a period: how it stood before, how it was moved since, and what a period by itself keeps. */
export interface Carried<S, L> {
  readonly opening: L | undefined;
  readonly moved: L | undefined;
  readonly within: S | undefined;
}

/** What a level over a period comes to. */
export interface CarriedLevels<S, L> {
  readonly opening: L | undefined;
  readonly closing: L;
  readonly within: S | undefined;
}

interface Carrying<N extends CarryingName, S, L, T extends StoredLevel> {
  /** The aggregation of a period by itself. */
  readonly base: AggregationDefinition<N, S>;
  readonly kind: LevelKind<L, T>;
  readonly result: (levels: CarriedLevels<S, L>) => Fraction;
}

/** An aggregation whose level at the end of a period opens the next: what comes before the period moves what it opens with. */
export function carried<N extends CarryingName, S, L, T extends StoredLevel>({
  base,
  kind,
  result,
}: Carrying<N, S, L, T>): CarryingDefinition<N, Carried<S, L>> {
  const merged = <V>(a: V | undefined, b: V | undefined, merge: (a: V, b: V) => V) =>
    a === undefined || b === undefined ? (a ?? b) : merge(a, b);
  const add = (
    { opening, moved, within }: Carried<S, L>,
    event: AggregatedEvent,
    period: Interval | undefined,
    zone: TimeZone,
  ): Carried<S, L> => {
    if (period !== undefined && event.timestamp < period.start) {
      return { opening: kind.add(opening, event), moved, within };
    }
    const one =
      within === undefined
        ? base.start(event, period, zone)
        : base.add === undefined
          ? base.merge(within, base.start(event, period, zone))
          : base.add(within, event, period, zone);
    return { opening, moved: kind.add(moved, event), within: one };
  };
  const closingOf = ({ opening, moved }: Carried<S, L>): L => {
    const closing = merged(opening, moved, kind.merge);
    if (closing === undefined) throw new Error("unreachable: a level without events");
    return closing;
  };
  return {
    name: base.name,
    additive: false,
    ...(base.needsPeriod === undefined ? {} : { needsPeriod: base.needsPeriod }),
    start: (event, period, zone) =>
      add({ opening: undefined, moved: undefined, within: undefined }, event, period, zone),
    add,
    merge: (a, b) => ({
      opening: merged(a.opening, b.opening, kind.merge),
      moved: merged(a.moved, b.moved, kind.merge),
      within: merged(a.within, b.within, base.merge),
    }),
    result: (state) =>
      result({ opening: state.opening, within: state.within, closing: closingOf(state) }),
    stored: onFirstUse(() =>
      z.strictObject({
        opening: z.nullable(kind.stored()),
        closing: kind.stored(),
        within: z.nullable(base.stored()),
      }),
    ),
    write: (state) => ({
      opening: state.opening === undefined ? null : kind.write(state.opening),
      closing: kind.write(closingOf(state)),
      within: state.within === undefined ? null : base.write(state.within),
    }),
    read(stored, period, zone) {
      const closing = kind.read(stored.closing as T);
      const opening = stored.opening === null ? undefined : kind.read(stored.opening as T);
      return {
        opening,
        moved: opening === undefined ? closing : kind.since(opening, closing),
        within:
          stored.within === null
            ? undefined
            : base.read(stored.within as StoredStates[N], period, zone),
      };
    },
    storedLevel: kind.stored,
    closing: (state) => kind.write(closingOf(state)),
    isOpened: ({ opening }) => opening !== undefined,
    openWith: (level) => ({ opening: kind.read(level as T), moved: undefined, within: undefined }),
    without(level, event) {
      const left = kind.without(kind.read(level as T), event);
      return left === undefined ? undefined : kind.write(left);
    },
    hidesEarlier: kind.hidesEarlier,
  };
}

/** An aggregation that carries a level over. */
export interface CarryingDefinition<N extends CarryingName, S>
  extends AggregationDefinition<N, S, StoredCarried> {
  /** The form in which a level is kept from period to period. */
  readonly storedLevel: () => z.ZodType<StoredLevel>;
  /** The level at the end of the period. */
  closing(state: S): StoredLevel;
  /** Whether anything came before the period. */
  isOpened(state: S): boolean;
  /** A period without events that a level opens. */
  openWith(level: StoredLevel): S;
  /** A level without an event that moved it; nothing where no other is known any more. */
  without(level: StoredLevel, event: AggregatedEvent): StoredLevel | undefined;
  /** Whether it takes the events before one to know the level without that. */
  readonly hidesEarlier: boolean;
}
