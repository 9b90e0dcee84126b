import { firstIndex } from "../data/first-index.js";
import type { Instant } from "./instant.js";

/** A period as instants: `[start, end)`. */
export interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}

export function contains({ start, end }: Interval, instant: Instant): boolean {
  return start <= instant && instant < end;
}

export function sameInterval(a: Interval, b: Interval): boolean {
  return a.start === b.start && a.end === b.end;
}

/** The part of two intervals that both have; nothing where they do not overlap. */
export function overlap(a: Interval, b: Interval): Interval | undefined {
  const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
  return start < end ? { start, end } : undefined;
}

/** Those of some instants, in the order of time, that lie inside an interval or at its start; by bisection. */
export function instantsWithin(
  instants: readonly Instant[],
  { start, end }: Interval,
): readonly Instant[] {
  const from = (limit: Instant) => firstIndex(instants, (each) => each >= limit);
  return instants.slice(from(start), from(end));
}

/** An interval cut at the instants that lie inside it. */
export function cutAt(interval: Interval, instants: readonly Instant[]): readonly Interval[] {
  const { start, end } = interval;
  const inside = instants.filter((instant) => start < instant && instant < end);
  const cuts = [...new Set([start, ...inside, end])].sort((a, b) => a - b);
  return cuts.slice(1).map((to, index) => ({ start: cuts[index] ?? to, end: to }));
}
