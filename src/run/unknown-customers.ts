import { compareTexts } from "../data/compare-texts.js";

/** Events of customers who have no subscription in a run. */
export interface UnknownCustomers {
  /** How many events; exact. */
  readonly events: number;
  /** Up to 100 of the customers, the first by their ids, each with the exact number of their events. */
  readonly customers: readonly {
    /** The customer. */
    readonly customerId: string;
    /** How many events of theirs were given. */
    readonly events: number;
  }[];
}

const MOST_NAMED = 100;

/** Counts events by customer, and keeps only the customers that may be named in the end. */
export function unknownCustomers() {
  let events = 0;
  let named = new Map<string, number>();
  let last: string | undefined;
  const first = () => [...named].sort(([a], [b]) => compareTexts(a, b)).slice(0, MOST_NAMED);
  return {
    add(customerId: string): void {
      events += 1;
      // Whoever comes after the last of a hundred never comes before it again.
      if (last !== undefined && customerId > last) return;
      named.set(customerId, (named.get(customerId) ?? 0) + 1);
      if (named.size <= 10 * MOST_NAMED) return;
      named = new Map(first());
      last = [...named.keys()].at(-1);
    },
    build: (): UnknownCustomers => ({
      events,
      customers: first().map(([customerId, count]) => ({ customerId, events: count })),
    }),
  };
}
