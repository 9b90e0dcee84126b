/** What all tables have in common: texts that can be stored, times as texts, pages. */
import type { PageRequest } from "../service.js";

/** Three of them fit into an entry of an index. */
const LONGEST_KEY = 500;

/** What a text has to be to identify something, where it is not; PostgreSQL has no U+0000, and UTF-8 no half of a pair. */
export function keyRule(text: string): string | undefined {
  const fits = Buffer.byteLength(text) <= LONGEST_KEY;
  return text !== "" && fits && !text.includes("\0") && text.isWellFormed()
    ? undefined
    : `a text of 1 to ${LONGEST_KEY} bytes in UTF-8 without U+0000`;
}

/** A U+0000, or half of a pair, as JSON writes it; not the letters of its escape, before which there is another backslash. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

export function isStorable(json: string): boolean {
  return !UNSTORABLE.test(json);
}

/** JSON for a column; throws {@link NotStorable} where PostgreSQL could not read its texts. */
export function storable(value: unknown): string {
  const text = canonicalJson(value);
  if (!isStorable(text)) throw new NotStorable();
  return text;
}

/** What the database cannot hold: the caller's error. */
export class NotStorable extends Error {
  constructor() {
    super("A text holds U+0000, or half of a surrogate pair, which PostgreSQL has no place for.");
  }
}

/** Drivers give times as dates. */
export type Time = Date;

export function timeOf(time: Time): string {
  return time.toISOString();
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** An instant in its one form, in UTC; throws {@link NotAnInstant}. */
export function instantIn(text: string): string {
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new NotAnInstant(text);
  return new Date(at).toISOString();
}

/** What should be a moment and is none: the caller's error. */
export class NotAnInstant extends Error {
  constructor(text: string) {
    super(
      `An instant is written as 2026-02-01T09:30:00Z, not as ${JSON.stringify(text.slice(0, 40))}.`,
    );
  }
}

export function nextMoment(instant: string): string {
  return new Date(Date.parse(instant) + 1).toISOString();
}

const USUAL = 50;
const MOST = 200;

/** How many rows a page has; one more is read, which says whether there is another page. */
export function limitOf({ limit = USUAL }: PageRequest): number {
  return Math.min(Math.max(1, Math.trunc(limit)), MOST);
}

/** JSON whose texts are equal when its contents are: keys in one order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
