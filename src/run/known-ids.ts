import { textTable } from "../data/text-table.js";
import type { UnknownRecord } from "../schema/unknown-record.js";
import type { ReadColumns } from "../usage/events/columns.js";
import { type EventGroup, mergeGroups } from "../usage/events/deduplicate.js";
import type { ReadEvent } from "../usage/events/event.js";
import { comparePayloads } from "../usage/events/event-fields.js";
import { readEvent } from "../usage/events/read-event.js";
import type { EventRow } from "../usage/events/read-plainly.js";
import type { LaneSums } from "../usage/summary/lane.js";

/** An event that is kept: as read, as it stands in a list that nobody changes while it is summed up, or by its place in columns. */
export type KeptEvent = ReadEvent | UnknownRecord | number;

/**
 * The events of a run by what identifies them. Of events that a lane counts, only where they are found again is kept, and what to
 * take back should another event under the same id turn out to be the one that counts.
 */
export interface KnownIds {
  /** Adds an event that a slot counts, should it be the one that counts under its id. */
  count(owner: number, row: EventRow, slot: number, kept: KeptEvent): void;
  /** Adds any other event. */
  keep(owner: number, event: ReadEvent): void;
  /** The events that no slot counts. */
  kept(): Iterable<EventGroup<ReadEvent>>;
  /** The ids under which there were several events, where a slot counts one of them. */
  counted(): Iterable<{ readonly slot: number; readonly group: EventGroup<ReadEvent> }>;
}

/** In place of a slot, of an event that none counts. */
const NONE = -1;

/**
 * @param slotOf which slot counts an event, and how many millionths; nothing where none does
 * @param columns where events are kept by their place
 */
export function knownIds(
  sums: LaneSums,
  slotOf: (event: ReadEvent) => { readonly slot: number; readonly millionths: number } | undefined,
  columns: ReadColumns | undefined,
): KnownIds {
  const ids = textTable();
  const events: KeptEvent[] = [];
  const slots: number[] = [];
  const millionths: number[] = [];
  const dropped = new Map<number, Omit<EventGroup<ReadEvent>, "winner">>();
  const groupAt = (place: number): EventGroup<ReadEvent> => ({
    winner: asRead(events[place], columns),
    ...(dropped.get(place) ?? ALONE),
  });
  const put = (place: number, event: KeptEvent, slot: number, amount: number) => {
    events[place] = event;
    slots[place] = slot;
    millionths[place] = amount;
    if (slot !== NONE) sums.add(slot, amount);
  };
  /** An event under an id that is known already. */
  const again = (place: number, event: ReadEvent) => {
    const { winner, copies, conflicts } = mergeGroups(
      groupAt(place),
      { winner: event, ...ALONE },
      comparePayloads,
    );
    dropped.set(place, { copies, conflicts });
    if (winner !== event) return;
    const before = slots[place] ?? NONE;
    if (before !== NONE) sums.retract(before, millionths[place] ?? 0);
    const counted = slotOf(event);
    put(place, event, counted?.slot ?? NONE, counted?.millionths ?? 0);
  };
  return {
    count(owner, row, slot, kept) {
      const place = ids.place(owner, row.id);
      if (place === events.length) put(place, kept, slot, row.millionths);
      else again(place, asRead(kept, columns));
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
  };
}

const ALONE = { copies: 0, conflicts: 0 };

function asRead(event: KeptEvent | undefined, columns: ReadColumns | undefined): ReadEvent {
  if (typeof event === "object" && isRead(event)) return event;
  const reading = readEvent(typeof event === "number" ? columns?.eventAt(event) : event);
  if (reading.kind !== "usage") throw new Error("unreachable: an event that was one before");
  return reading.event;
}

/** Whether an event is read: as it is given, its time is no number. */
function isRead(event: ReadEvent | UnknownRecord): event is ReadEvent {
  return typeof event["timestamp"] === "number";
}
