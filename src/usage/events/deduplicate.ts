import { compareTexts } from "../../data/compare-texts.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent } from "./event.js";
import { payloadOf } from "./event-fields.js";

/**
 * All events under one id: the one that counts, and how many others there were. The one that counts has the earliest
 * timestamp and, among those, the smallest payload; of equal deliveries it is the one received first. The choice does
 * not depend on the order of arrival.
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
  readonly timestamp: Instant;
  readonly payload: string;
  /** When it became known, where that matters. */
  readonly receivedAt: Instant | undefined;
}

function mergeGroups<E>(
  a: EventGroup<E>,
  b: EventGroup<E>,
  rankOf: (event: E) => Rank,
): EventGroup<E> {
  const [first, second] = [rankOf(a.winner), rankOf(b.winner)];
  const order = first.timestamp - second.timestamp || compareTexts(first.payload, second.payload);
  if (order === 0) {
    return {
      winner: isLater(first, second) ? b.winner : a.winner,
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

function isLater(a: Rank, b: Rank): boolean {
  return a.receivedAt !== undefined && b.receivedAt !== undefined && a.receivedAt > b.receivedAt;
}

/** The groups of several lists of events, as if the lists had come together. */
export function mergeAllGroups<E>(
  a: ReadonlyMap<string, EventGroup<E>>,
  b: ReadonlyMap<string, EventGroup<E>>,
  rankOf: (event: E) => Rank,
): ReadonlyMap<string, EventGroup<E>> {
  const merged = new Map(a);
  for (const [key, group] of b) {
    const known = merged.get(key);
    merged.set(key, known === undefined ? group : mergeGroups(known, group, rankOf));
  }
  return merged;
}

/** Groups events by {@link eventKey}. Payloads are only written out where an id comes twice. */
export function groupById(events: Iterable<ReadEvent>): ReadonlyMap<string, EventGroup<ReadEvent>> {
  const groups = new Map<string, EventGroup<ReadEvent>>();
  for (const event of events) addToGroups(groups, event);
  return groups;
}

/** What identifies an event: an id of another customer is another event. */
export function eventKey({
  customerId,
  id,
}: {
  readonly customerId: string;
  readonly id: string;
}): string {
  return `${customerId.length} ${customerId} ${id}`;
}

/** Adds one event to those that came before it. */
export function addToGroups(groups: Map<string, EventGroup<ReadEvent>>, event: ReadEvent): void {
  const alone: EventGroup<ReadEvent> = { winner: event, copies: 0, conflicts: 0 };
  const key = eventKey(event);
  const known = groups.get(key);
  groups.set(key, known === undefined ? alone : mergeGroups(known, alone, rankOfEvent));
}

export function rankOfEvent(event: ReadEvent): Rank {
  return {
    timestamp: event.timestamp,
    payload: payloadOf(event),
    receivedAt: event.receivedAt,
  };
}
