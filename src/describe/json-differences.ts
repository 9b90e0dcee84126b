import type { PathSegment } from "../errors.js";
import type { JsonValue } from "../schema/entity-fields.js";
import { isRecord } from "../schema/unknown-record.js";

/** A place where two pieces of data differ. */
export interface DataDifference {
  /** Where. In a list, an element that is missing has the place that it should have. */
  readonly path: readonly PathSegment[];
  /** What should stand there; absent where nothing should. */
  readonly expected?: JsonValue;
  /** What stands there; absent where nothing does. */
  readonly received?: JsonValue;
}

/** Calls `found` for every difference, in the order of the data; what only one side has is one difference. */
export function eachDifference(
  expected: JsonValue,
  received: JsonValue,
  path: readonly PathSegment[],
  found: (difference: DataDifference) => void,
): void {
  if (isJsonList(expected) && isJsonList(received)) {
    eachOfLists(expected, received, path, found);
  } else if (isJsonRecord(expected) && isJsonRecord(received)) {
    for (const [key, value] of Object.entries(expected)) {
      const other = Object.hasOwn(received, key) ? received[key] : undefined;
      if (other === undefined) found({ path: [...path, key], expected: value });
      else eachDifference(value, other, [...path, key], found);
    }
    for (const [key, value] of Object.entries(received)) {
      if (!Object.hasOwn(expected, key)) found({ path: [...path, key], received: value });
    }
  } else if (expected !== received) {
    found({ path, expected, received });
  }
}

/** What lists begin and end with alike is no difference, so that an element more or less is one. */
function eachOfLists(
  expected: readonly JsonValue[],
  received: readonly JsonValue[],
  path: readonly PathSegment[],
  found: (difference: DataDifference) => void,
): void {
  const shorter = Math.min(expected.length, received.length);
  const isLonger = expected.length !== received.length;
  let start = 0;
  while (isLonger && start < shorter && isSame(expected[start], received[start])) start += 1;
  let tail = 0;
  while (
    isLonger &&
    tail < shorter - start &&
    isSame(expected.at(-1 - tail), received.at(-1 - tail))
  )
    tail += 1;
  const end = Math.max(expected.length, received.length) - tail;
  for (let index = start; index < end; index += 1) {
    const at = [...path, index];
    const should = index < expected.length - tail ? expected[index] : undefined;
    const does = index < received.length - tail ? received[index] : undefined;
    if (should === undefined)
      found({ path: at, ...(does === undefined ? {} : { received: does }) });
    else if (does === undefined) found({ path: at, expected: should });
    else eachDifference(should, does, at, found);
  }
}

function isSame(expected: JsonValue | undefined, received: JsonValue | undefined): boolean {
  if (expected === undefined || received === undefined) return false;
  let isDifferent = false;
  eachDifference(expected, received, [], () => {
    isDifferent = true;
  });
  return !isDifferent;
}

/** Whether data is a list. */
export function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Whether data is an object of fields. */
export function isJsonRecord(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return isRecord(value);
}
