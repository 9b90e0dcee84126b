import { compareTexts } from "../../data/compare-texts.js";
import { textTable } from "../../data/text-table.js";
import type { Instant } from "../../time/instant.js";
import type { ReadEvent } from "./event.js";
import { comparePayloads } from "./event-fields.js";

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
interface Ranked {
  readonly timestamp: Instant;
  /** When it became known, where that matters. */
  readonly receivedAt: Instant | undefined;
}

/** Which of two payloads of one time comes first. */
type PayloadOrder<E> = (a: E, b: E) => number;

/** Two groups of one id as one. */
export function mergeGroups<E extends Ranked>(
  a: EventGroup<E>,
  b: EventGroup<E>,
  comparePayloads: PayloadOrder<E>,
): EventGroup<E> {
  const [first, second] = [a.winner, b.winner];
  const order = first.timestamp - second.timestamp || comparePayloads(first, second);
  if (order === 0) {
    return {
      winner: isLater(first, second) ? second : first,
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

function isLater(a: Ranked, b: Ranked): boolean {
  return a.receivedAt !== undefined && b.receivedAt !== undefined && a.receivedAt > b.receivedAt;
}

/** The groups of several lists of events, as if the lists had come together. */
export function mergeAllGroups<E extends Ranked>(
  a: ReadonlyMap<string, EventGroup<E>>,
  b: ReadonlyMap<string, EventGroup<E>>,
  comparePayloads: PayloadOrder<E>,
): readonly EventGroup<E>[] {
  const merged = new Map(a);
  for (const [key, group] of b) {
    const known = merged.get(key);
    merged.set(key, known === undefined ? group : mergeGroups(known, group, comparePayloads));
  }
  return [...merged.values()];
}

/** Which of two payloads comes first, as texts. */
export function compareWritten(
  a: { readonly payload: string },
  b: { readonly payload: string },
): number {
  return compareTexts(a.payload, b.payload);
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

/** Events by what identifies them, one at a time. Payloads are only compared where an id comes twice at one time. */
export interface EventGroups {
  /** Adds an event of an owner: the number of its customer. */
  add(owner: number, event: ReadEvent): void;
  /** All groups so far, in the order of their first events. */
  readonly all: readonly EventGroup<ReadEvent>[];
}

export function eventGroups(): EventGroups {
  const all: EventGroup<ReadEvent>[] = [];
  const ids = textTable();
  return {
    all,
    add(owner, event) {
      const place = ids.place(owner, event.id);
      const alone: EventGroup<ReadEvent> = { winner: event, copies: 0, conflicts: 0 };
      const known = all[place];
      if (known === undefined) all.push(alone);
      else all[place] = mergeGroups(known, alone, comparePayloads);
    },
  };
}

/** Numbers customers in the order in which they come. */
export function customerNumbers(): (customerId: string) => number {
  const customers = new Map<string, number>();
  let last: string | undefined;
  let number = 0;
  return (customerId) => {
    if (customerId === last) return number;
    number = customers.get(customerId) ?? customers.size;
    if (number === customers.size) customers.set(customerId, number);
    last = customerId;
    return number;
  };
}

/** Groups events by customer and id. */
export function groupById(events: Iterable<ReadEvent>): readonly EventGroup<ReadEvent>[] {
  const groups = eventGroups();
  const numberOf = customerNumbers();
  for (const event of events) groups.add(numberOf(event.customerId), event);
  return groups.all;
}
