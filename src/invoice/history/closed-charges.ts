import { groupBy } from "../../data/group-by.js";
import type { ClosedTerms } from "../../subscription/closed-terms.js";
import type { Instant } from "../../time/instant.js";
import type { Interval } from "../../time/interval.js";
import { type IntervalIndex, intervalIndex } from "../../time/interval-index.js";
import type { ClosedPart, ClosedSegment } from "./closed-part.js";
import type { History } from "./history.js";

/** Which charges closed time was billed for; part by part, `closedTerms` narrows it. */
export interface ClosedCharges {
  readonly parts: IntervalIndex<ClosedPart>;
  readonly charges: IntervalIndex<PlacedSegment>;
  /** The segments of each charge, by its id. */
  readonly byCharge: ReadonlyMap<string, ClosedCharge>;
  /** When discounts begin and end, in order. */
  readonly discountDates: readonly Instant[];
  /** The segments of each charge and cycle, by {@link cycleName}. */
  readonly segments: ReadonlyMap<string, ClosedCycle>;
  /** Up to when fees in arrears and usage are closed, and up to when fees in advance are. */
  readonly until: { readonly [part in ClosedPart["part"]]: Instant };
  /** The terms of what is priced for the first time, one object for all that is. */
  terms: ClosedTerms | undefined;
}

/** A segment with the part that recorded it. */
export interface PlacedSegment extends ClosedSegment {
  readonly part: ClosedPart;
}

/** What was billed of a charge, and when its stretches begin and end, in order. */
export interface ClosedCharge {
  readonly byTime: IntervalIndex<PlacedSegment>;
  readonly dates: readonly Instant[];
}

/** What was billed of a cycle of a charge. */
export interface ClosedCycle {
  readonly all: readonly PlacedSegment[];
  readonly byTime: IntervalIndex<PlacedSegment>;
}

const known = new WeakMap<History, ClosedCharges>();

export function cycleName(chargeId: string, { start, end }: Interval): string {
  return `${start} ${end} ${chargeId}`;
}

export function closedCharges(history: History): ClosedCharges {
  const before = known.get(history);
  if (before !== undefined) return before;
  const parts = [...history.parts.values()];
  const untilOf = (part: ClosedPart["part"]) =>
    Math.max(
      Number.NEGATIVE_INFINITY,
      ...parts.filter((each) => each.part === part).map(({ period }) => period.end),
    );
  const placed = parts.flatMap((part) =>
    part.segments.map((segment): PlacedSegment => ({ ...segment, part })),
  );
  const cycles = groupBy(placed, ({ charge, cycle }) => cycleName(charge.id, cycle));
  const closed: ClosedCharges = {
    parts: intervalIndex(parts, ({ period }) => period),
    charges: intervalIndex(placed, ({ period }) => period),
    byCharge: new Map(
      [...groupBy(placed, ({ charge }) => charge.id)].map(([id, all]) => [
        id,
        { byTime: intervalIndex(all, ({ period }) => period), dates: datesOf(all) },
      ]),
    ),
    discountDates: datesOf(parts.flatMap(({ discounts }) => discounts)),
    segments: new Map(
      [...cycles].map(([name, all]) => [
        name,
        { all, byTime: intervalIndex(all, ({ period }) => period) },
      ]),
    ),
    until: { "in-advance": untilOf("in-advance"), "in-arrears": untilOf("in-arrears") },
    terms: undefined,
  };
  known.set(history, closed);
  return closed;
}

function datesOf(segments: readonly ClosedSegment[]): readonly Instant[] {
  const dates = segments.flatMap(({ period: { start, end } }) => [start, end]);
  return [...new Set(dates)].sort((a, b) => a - b);
}
