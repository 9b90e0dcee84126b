import { quoted } from "./canonical-json.js";
import { compareTexts } from "./compare-texts.js";
import { deepFreeze } from "./deep-freeze.js";
import { recent } from "./recent.js";
import { isSameList } from "./same-list.js";

/** Writes one text after the other as bytes. */
export interface ByteWriter {
  /** What {@link canonicalJson} makes of plain data, in UTF-8. */
  data(data: unknown): Uint8Array;
  /** A text in UTF-8. */
  text(text: string): Uint8Array;
}

/** Data that many documents have in common, as they were written: they stay as they are. */
const written = new WeakMap<object, Uint8Array>();

/** Freezes plain data all the way down and keeps their bytes, so that they are written once. */
export function lasting<T extends object>(data: T): T {
  if (!written.has(data)) written.set(data, byteWriter(256).data(deepFreeze(data)).slice());
  return data;
}

const [OPEN_LIST, CLOSE_LIST, OPEN_RECORD, CLOSE_RECORD] = [0x5b, 0x5d, 0x7b, 0x7d];
const [COMMA, QUOTE, BACKSLASH, SPACE] = [0x2c, 0x22, 0x5c, 0x20];
/** Of a code unit in UTF-8. A pair of them takes four. */
const MOST_BYTES = 3;
/** Bytes that are copied one by one sooner than at once. */
const FEW = 64;

/** What it gives is its own room, which holds until it writes again: asking for memory takes longer than hashing a page. */
export function byteWriter(size: number): ByteWriter {
  let room = new Uint8Array(size);
  let length = 0;
  return {
    data: (data) => onPaper(() => putData(data)),
    text: (text) => onPaper(() => putText(text)),
  };

  function onPaper(put: () => void): Uint8Array {
    length = 0;
    put();
    const bytes = room.subarray(0, length);
    if (room.length > MOST_KEPT) room = new Uint8Array(size);
    return bytes;
  }

  function putData(data: unknown): void {
    if (typeof data === "string") putQuoted(data);
    else if (typeof data === "object" && data !== null) {
      const known = written.get(data);
      if (known === undefined) putObject(data);
      else putBytes(known);
    } else if (typeof data === "bigint") putText(`"${data}"`);
    else putText(JSON.stringify(data) ?? "null");
  }

  function putObject(data: object): void {
    if (Array.isArray(data)) {
      putByte(OPEN_LIST);
      for (let index = 0; index < data.length; index += 1) {
        if (index > 0) putByte(COMMA);
        putData(data[index] ?? null);
      }
      putByte(CLOSE_LIST);
      return;
    }
    const record = data as Readonly<Record<string, unknown>>;
    putByte(OPEN_RECORD);
    let skipped = 1;
    for (const { key, bytes } of shapeOf(Object.keys(record)).entries) {
      const item = record[key];
      if (item === undefined) continue;
      putBytes(bytes, skipped);
      skipped = 0;
      putData(item);
    }
    putByte(CLOSE_RECORD);
  }

  /** A text as JSON writes it. Nearly all are written as they stand. */
  function putQuoted(text: string): void {
    makeRoom(MOST_BYTES * text.length + 2);
    const page = room;
    let at = length;
    page[at++] = QUOTE;
    let index = 0;
    for (; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        if (unit < SPACE || unit === QUOTE || unit === BACKSLASH) break;
        page[at++] = unit;
      } else if (unit < 0x800) {
        page[at++] = 0xc0 | (unit >> 6);
        page[at++] = 0x80 | (unit & 63);
      } else if (unit < 0xd800 || unit > 0xdfff) {
        page[at++] = 0xe0 | (unit >> 12);
        page[at++] = 0x80 | ((unit >> 6) & 63);
        page[at++] = 0x80 | (unit & 63);
      } else break;
    }
    if (index < text.length) putText(quoted(text));
    else {
      page[at++] = QUOTE;
      length = at;
    }
  }

  /** A text in UTF-8. Written out because TextEncoder is not part of the language. A lone surrogate becomes U+FFFD, as there. */
  function putText(text: string): void {
    makeRoom(MOST_BYTES * text.length);
    const page = room;
    let at = length;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit < 0x80) {
        page[at++] = unit;
        continue;
      }
      const read = text.codePointAt(index) ?? unit;
      const point = read >= 0xd800 && read <= 0xdfff ? 0xfffd : read;
      if (point < 0x800) page[at++] = 0xc0 | (point >> 6);
      else {
        if (point < 0x10000) page[at++] = 0xe0 | (point >> 12);
        else {
          page[at++] = 0xf0 | (point >> 18);
          page[at++] = 0x80 | ((point >> 12) & 63);
          index += 1;
        }
        page[at++] = 0x80 | ((point >> 6) & 63);
      }
      page[at++] = 0x80 | (point & 63);
    }
    length = at;
  }

  function putByte(byte: number): void {
    makeRoom(1);
    room[length] = byte;
    length += 1;
  }

  function putBytes(all: Uint8Array, from = 0): void {
    makeRoom(all.length);
    const page = room;
    if (all.length > FEW) {
      page.set(all.subarray(from), length);
      length += all.length - from;
      return;
    }
    for (let index = from; index < all.length; index += 1) page[length++] = all[index] ?? 0;
  }

  function makeRoom(more: number): void {
    const needed = length + more;
    if (needed <= room.length) return;
    const larger = new Uint8Array(2 * needed);
    larger.set(room.subarray(0, length));
    room = larger;
  }
}

const MOST_KEPT = 1_000_000;

/** The keys of a record, as it has them and as they are written. */
interface Shape {
  readonly keys: readonly string[];
  readonly entries: readonly ShapeEntry[];
}

interface ShapeEntry {
  readonly key: string;
  /** A comma, the key, a colon. */
  readonly bytes: Uint8Array;
}

/** By the first key. Our own records have few shapes; what callers give may have any number. */
const shapes = recent<string, readonly Shape[]>(500);
const [MOST_ALIKE, MOST_KEYS, MOST_SHAPE_BYTES] = [16, 40, 2_000];

function shapeOf(keys: readonly string[]): Shape {
  const [first] = keys;
  if (first === undefined) return NO_KEYS;
  const alike = shapes.find(first) ?? [];
  for (const shape of alike) if (isSameList(shape.keys, keys)) return shape;
  const writer = byteWriter(64);
  const entries = keys.toSorted(compareTexts).map((key): ShapeEntry => {
    return { key, bytes: writer.text(`,${quoted(key)}:`).slice() };
  });
  const shape = { keys, entries };
  const size = entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (alike.length < MOST_ALIKE && keys.length <= MOST_KEYS && size <= MOST_SHAPE_BYTES) {
    shapes.keep(first, [...alike, shape]);
  }
  return shape;
}

const NO_KEYS: Shape = { keys: [], entries: [] };
