import { deepFreeze } from "./deep-freeze.js";
import { keysInOrder } from "./keys-in-order.js";

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
const [COMMA, COLON, QUOTE, BACKSLASH, SPACE, DELETE] = [0x2c, 0x3a, 0x22, 0x5c, 0x20, 0x7f];

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
    let isFirst = true;
    for (const key of keysInOrder(record)) {
      const item = record[key];
      if (item === undefined) continue;
      if (!isFirst) putByte(COMMA);
      isFirst = false;
      putQuoted(key);
      putByte(COLON);
      putData(item);
    }
    putByte(CLOSE_RECORD);
  }

  /** A text as JSON writes it. Nearly all are of plain letters, which stay as they are. */
  function putQuoted(text: string): void {
    makeRoom(text.length + 2);
    const page = room;
    let at = length;
    page[at++] = QUOTE;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit < SPACE || unit >= DELETE || unit === QUOTE || unit === BACKSLASH) {
        putText(JSON.stringify(text));
        return;
      }
      page[at++] = unit;
    }
    page[at++] = QUOTE;
    length = at;
  }

  /** A text in UTF-8. Written out because TextEncoder is not part of the language. A lone surrogate becomes U+FFFD, as there. */
  function putText(text: string): void {
    // No code unit takes more than three bytes; a pair of them takes four.
    makeRoom(3 * text.length);
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

  function putBytes(all: Uint8Array): void {
    makeRoom(all.length);
    room.set(all, length);
    length += all.length;
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
