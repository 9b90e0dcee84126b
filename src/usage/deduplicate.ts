import type { ReadEvent } from "./event.js";
import { payloadOf } from "./event-fields.js";
import { compareTexts } from "./report.js";

/**
 * All events under one id: the one that counts, and how many others there were. The one that counts has the earliest
 * timestamp and, among those, the smallest payload; the choice does not depend on the order of arrival.
 */
export interface EventGroup<E> {
  readonly winner: E;
  /** Further deliveries of the same payload. */
  readonly copies: number;
  /** Events with another payload under the same id. */
  readonly conflicts: number;
}

/** What decides between two events of one id. */
export interface Rank {
  readonly timestamp: number;
  readonly payload: string;
}

export function mergeGroups<E>(
  a: EventGroup<E>,
  b: EventGroup<E>,
  rankOf: (event: E) => Rank,
): EventGroup<E> {
  const [first, second] = [rankOf(a.winner), rankOf(b.winner)];
  const order = first.timestamp - second.timestamp || compareTexts(first.payload, second.payload);
  if (order === 0) {
    return {
      winner: a.winner,
      copies: a.copies + b.copies + 1,
      conflicts: a.conflicts + b.conflicts,
    };
  }
  const [won, lost] = order < 0 ? [a, b] : [b, a];
  return {
    winner: won.winner,
    copies: won.copies,
    conflicts: won.conflicts + lost.conflicts + lost.copies + 1,
  };
}

/** Groups events by id. Payloads are only written out where an id comes twice. */
export function groupById(events: Iterable<ReadEvent>): ReadonlyMap<string, EventGroup<ReadEvent>> {
  const groups = new Map<string, EventGroup<ReadEvent>>();
  for (const event of events) {
    const alone: EventGroup<ReadEvent> = { winner: event, copies: 0, conflicts: 0 };
    const known = groups.get(event.id);
    groups.set(event.id, known === undefined ? alone : withDelivery(known, alone));
  }
  return groups;
}

/** Adds one more delivery. Of the same event delivered twice, it was known from the earlier one on. */
function withDelivery(
  known: EventGroup<ReadEvent>,
  one: EventGroup<ReadEvent>,
): EventGroup<ReadEvent> {
  const merged = mergeGroups(known, one, rankOfEvent);
  const isCopy = merged.copies > known.copies;
  return isCopy && one.winner.receivedAt < merged.winner.receivedAt
    ? { ...merged, winner: one.winner }
    : merged;
}

function rankOfEvent(event: ReadEvent): Rank {
  return { timestamp: event.timestamp, payload: payloadOf(event) };
}
