import { textTable } from "../../data/text-table.js";
import { issueAt, PricingError } from "../../errors.js";
import type { UnknownRecord } from "../../schema/unknown-record.js";
import type { ReadColumns } from "../events/columns.js";
import { type EventGroup, mergeGroups } from "../events/deduplicate.js";
import type { ReadEvent } from "../events/event.js";
import { comparePayloads } from "../events/event-fields.js";
import { readEvent } from "../events/read-event.js";
import type { EventRow } from "../events/read-plainly.js";
import type { LaneSums } from "./lane.js";

/**
 * Where an event is found again that a lane counts: as it stands in a list that nobody changes while it is summed up, else its fields; or
 * its place in columns.
 */
export type GivenEvent = UnknownRecord | number;

/**
 * Events by what identifies them. Of events that a lane counts, only where they are found again is kept, and what to
 * take back should another event under the same id turn out to be the one that counts.
 */
export interface KnownIds {
  /** Adds an event that a slot counts, should it be the one that counts under its id. */
  count(owner: number, row: EventRow, slot: number, given: GivenEvent): void;
  /** Adds any other event. */
  keep(owner: number, event: ReadEvent): void;
  /** The events that no slot counts. */
  kept(): Iterable<EventGroup<ReadEvent>>;
  /** The ids under which there were several events, where a slot counts one of them. */
  counted(): Iterable<{ readonly slot: number; readonly group: EventGroup<ReadEvent> }>;
  /** All deliveries of each id that came several times, where they are kept. */
  rivals(): Iterable<Rivals>;
}

/** What came under one id, and which of it counts. */
export interface Rivals {
  readonly winner: ReadEvent;
  readonly deliveries: readonly ReadEvent[];
}

/** In place of a slot, of an event that none counts. */
const NONE = -1;
const FEWEST = 16;

/**
 * @param slotOf which slot counts an event, and how many millionths; nothing where none does
 * @param columns where events are kept by their place
 * @param keepsRivals whether {@link KnownIds.rivals} is asked for
 */
export function knownIds(
  sums: LaneSums,
  slotOf: (event: ReadEvent) => { readonly slot: number; readonly millionths: number } | undefined,
  columns?: ReadColumns,
  keepsRivals = false,
): KnownIds {
  const ids = textTable();
  const events: (ReadEvent | GivenEvent)[] = [];
  let slots = new Int32Array(FEWEST);
  let millionths = new Float64Array(FEWEST);
  // Where a slot counts an event that is read already.
  const read = new Set<number>();
  const dropped = new Map<number, Omit<EventGroup<ReadEvent>, "winner">>();
  const rivals = new Map<number, ReadEvent[]>();
  const readAt = (place: number): ReadEvent => {
    const event = events[place];
    const isRead = slots[place] === NONE || read.has(place);
    return isRead ? (event as ReadEvent) : readAgain(event as GivenEvent, columns);
  };
  const groupAt = (place: number): EventGroup<ReadEvent> => ({
    winner: readAt(place),
    ...(dropped.get(place) ?? ALONE),
  });
  const grow = () => {
    const [more, amounts] = [new Int32Array(2 * slots.length), new Float64Array(2 * slots.length)];
    more.set(slots);
    amounts.set(millionths);
    slots = more;
    millionths = amounts;
  };
  const put = (place: number, event: ReadEvent | GivenEvent, slot: number, amount: number) => {
    if (place === slots.length) grow();
    events[place] = event;
    slots[place] = slot;
    millionths[place] = amount;
    if (slot !== NONE) sums.add(slot, amount);
  };
  /** An event under an id that is known already. */
  const again = (place: number, event: ReadEvent) => {
    const known = groupAt(place);
    const { winner, copies, conflicts } = mergeGroups(
      known,
      { winner: event, ...ALONE },
      comparePayloads,
    );
    if (keepsRivals) {
      const deliveries = rivals.get(place) ?? [known.winner];
      deliveries.push(event);
      rivals.set(place, deliveries);
    }
    dropped.set(place, { copies, conflicts });
    if (winner !== event) return;
    const before = slots[place] ?? NONE;
    if (before !== NONE) sums.retract(before, millionths[place] ?? 0);
    const counted = slotOf(event);
    put(place, event, counted?.slot ?? NONE, counted?.millionths ?? 0);
    read.add(place);
  };
  return {
    count(owner, row, slot, given) {
      const place = ids.place(owner, row.id);
      if (place === events.length) put(place, given, slot, row.millionths);
      else again(place, readAgain(given, columns));
    },
    keep(owner, event) {
      const place = ids.place(owner, event.id);
      if (place === events.length) put(place, event, NONE, 0);
      else again(place, event);
    },
    *kept() {
      for (let place = 0; place < events.length; place += 1) {
        if (slots[place] === NONE) yield groupAt(place);
      }
    },
    *counted() {
      for (const place of dropped.keys()) {
        const slot = slots[place] ?? NONE;
        if (slot !== NONE) yield { slot, group: groupAt(place) };
      }
    },
    *rivals() {
      for (const [place, deliveries] of rivals) yield { winner: readAt(place), deliveries };
    },
  };
}

const ALONE = { copies: 0, conflicts: 0 };

/** @throws {PricingError} where an event of the caller's is another each time it is looked at */
function readAgain(event: GivenEvent, columns: ReadColumns | undefined): ReadEvent {
  const reading = readEvent(typeof event === "number" ? columns?.eventAt(event) : event);
  if (reading.kind === "usage") return reading.event;
  const facts = { expected: "plain data", found: "an event that changes when it is looked at" };
  throw new PricingError([issueAt("not_plain_data", [], facts)]);
}
