import { firstIndex } from "../data/first-index.js";
import type { Instant } from "./instant.js";
import type { Interval } from "./interval.js";

/** Items over stretches of time, to be found by time without looking at all of them. */
export interface IntervalIndex<T> {
  /** Those that have a part in a stretch of time, in the order in which they were given. */
  overlapping(within: Interval): readonly T[];
  /** Those that contain an instant, in the order in which they were given. */
  at(instant: Instant): readonly T[];
}

interface Placed<T> {
  readonly item: T;
  readonly span: Interval;
  readonly position: number;
}

/**
 * Indexes items by their time. Items of about one length stand together, by their start: those that a stretch meets are
 * neighbours then, however long others are.
 */
export function intervalIndex<T>(
  items: readonly T[],
  spanOf: (item: T) => Interval,
): IntervalIndex<T> {
  const byLength = new Map<number, Placed<T>[]>();
  for (const [position, item] of items.entries()) {
    const span = spanOf(item);
    if (span.start >= span.end) continue;
    // All that are shorter than this.
    const most = 2 ** (Math.floor(Math.log2(span.end - span.start)) + 1);
    const alike = byLength.get(most);
    if (alike === undefined) byLength.set(most, [{ item, span, position }]);
    else alike.push({ item, span, position });
  }
  for (const alike of byLength.values()) alike.sort((a, b) => a.span.start - b.span.start);
  const find = (start: Instant, isBefore: (from: Instant) => boolean) => {
    const found = [...byLength].flatMap(([most, alike]) =>
      alike
        .slice(
          firstIndex(alike, ({ span }) => span.start >= start - most),
          firstIndex(alike, ({ span }) => !isBefore(span.start)),
        )
        .filter(({ span }) => span.end > start),
    );
    return found.sort((a, b) => a.position - b.position).map(({ item }) => item);
  };
  return {
    overlapping: ({ start, end }) => (start < end ? find(start, (from) => from < end) : []),
    at: (instant) => find(instant, (from) => from <= instant),
  };
}
