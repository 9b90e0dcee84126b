import type { ClosedTerms } from "./closed-terms.js";
import type { Timeline } from "./timeline.js";

/** What lays out what is billed: the subscription's life, and the terms on which closed time was billed. */
export interface SegmentContext {
  readonly timeline: Timeline;
  readonly closed: ClosedTerms;
}

/** Something that is made once for each life and closed terms. */
export function perContext<T>(make: () => T): (context: SegmentContext) => T {
  const known = new WeakMap<Timeline, WeakMap<ClosedTerms, T>>();
  return ({ timeline, closed }) => {
    const own = known.get(timeline) ?? new WeakMap<ClosedTerms, T>();
    known.set(timeline, own);
    const made = own.get(closed) ?? make();
    own.set(closed, made);
    return made;
  };
}
