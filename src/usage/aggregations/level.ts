import * as z from "zod";
import { compareTexts } from "../../data/compare-texts.js";
import { onFirstUse } from "../../data/recent.js";
import { exact } from "../../money/decimal.js";
import { add, type Fraction, formatExact, subtract } from "../../money/fraction.js";
import {
  type AggregatedEvent,
  exactText,
  type StoredPresence,
  type StoredReading,
} from "./aggregation.js";
import {
  laterOf,
  type Moment,
  momentFields,
  momentSchema,
  readMoment,
  writeMoment,
} from "./moment.js";

/** What a level is known by, and how events move it. Merging is associative and commutative. */
export interface LevelKind<L, T> {
  /** The level after one more event; it may change the level. */
  add(level: L | undefined, event: AggregatedEvent): L;
  /** The level by the events of both; changes neither. */
  merge(a: L, b: L): L;
  /** The level without an event that moved it; nothing where no other is known any more. Changes none. */
  without(level: L, event: AggregatedEvent): L | undefined;
  /** Whether events before the last are not seen in it, so that it takes them to know it without that. */
  readonly hidesEarlier: boolean;
  /** What a level is to be merged with to come to another that has it for its beginning. */
  since(opening: L, closing: L): L;
  readonly stored: () => z.ZodType<T>;
  write(level: L): T;
  read(stored: T): L;
}

/** Each event is a change: the level is their sum. */
export const changes: LevelKind<Fraction, string> = {
  add: (level, { quantity }) => (level === undefined ? quantity : add(level, quantity)),
  merge: add,
  without: (level, { quantity }) => subtract(level, quantity),
  hidesEarlier: false,
  since: (opening, closing) => subtract(closing, opening),
  stored: onFirstUse(() => exactText()),
  write: formatExact,
  read: exact,
};

/** Each event is a reading: the level is the last of them. */
export const readings: LevelKind<Moment, StoredReading> = {
  add: (level, { id, timestamp, quantity }) => latest(level, { id, timestamp, quantity }),
  merge: laterOf,
  without: (level, event) => (isOf(level, event) ? undefined : level),
  hidesEarlier: true,
  since: (_opening, closing) => closing,
  stored: onFirstUse(() => momentSchema()),
  write: writeMoment,
  read: readMoment,
};

/** By value, the last event about it: it is there while that is of more than 0. */
export type Presence = Map<string, Moment>;

/** Each event says that a value is there, or is gone: the level is what is there. */
export const presence: LevelKind<Presence, readonly StoredPresence[]> = {
  add(known, { id, timestamp, quantity, fieldValue }) {
    const level: Presence = known ?? new Map();
    if (fieldValue === undefined) return level;
    return level.set(fieldValue, latest(level.get(fieldValue), { id, timestamp, quantity }));
  },
  merge(a, b) {
    const merged: Presence = new Map(a);
    for (const [value, moment] of b) merged.set(value, latest(a.get(value), moment));
    return merged;
  },
  without: (level, event) => new Map([...level].filter(([, moment]) => !isOf(moment, event))),
  hidesEarlier: true,
  since: (_opening, closing) => closing,
  stored: onFirstUse(() => z.array(z.strictObject({ value: z.string(), ...momentFields() }))),
  write: (level) =>
    [...level]
      .map(([value, moment]) => ({ value, ...writeMoment(moment) }))
      .sort((a, b) => compareTexts(a.value, b.value)),
  read: (stored) => new Map(stored.map(({ value, ...moment }) => [value, readMoment(moment)])),
};

function isOf({ id, timestamp }: Moment, event: Moment): boolean {
  return id === event.id && timestamp === event.timestamp;
}

function latest(known: Moment | undefined, moment: Moment): Moment {
  return known === undefined ? moment : laterOf(known, moment);
}
