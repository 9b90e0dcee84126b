import { shorten } from "../../data/excerpt.js";
import { hasMethod, isList, isPlainRecord, timeOf } from "../../data/foreign.js";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { isRecord } from "../../schema/unknown-record.js";

/** Whether events can be taken from a value one by one; a text, a map and bytes hold none. */
export function isSource(value: unknown): value is Iterable<unknown> {
  return isList(value) || (hasMethod(value, Symbol.iterator) && otherKind(value) === undefined);
}

/** The elements of a source, each once. What the source itself throws ends it, and is reported. */
export function* elementsOf(
  source: Iterable<unknown>,
  path: readonly PathSegment[],
  issues: PricingIssue[],
  what = "events",
): Generator<unknown> {
  if (isList(source)) {
    yield* listOf(source, path, issues, what);
    return;
  }
  try {
    yield* source;
  } catch (error) {
    const expected = `an iterable of ${what} that can be read to its end`;
    const found = `an iterable that threw ${thrown(error)}`;
    issues.push(issueAt("not_plain_data", path, { expected, found }));
  }
}

/** The elements of a list, each looked at once. */
export function listOf(
  list: readonly unknown[],
  path: readonly PathSegment[],
  issues: PricingIssue[],
  what = "events",
): readonly unknown[] {
  return elementsIn(list, path, `a list of ${what}`, issues) ?? [];
}

/** Does something with each element; a list is looked at without a generator. */
export function forEachElement(
  source: Iterable<unknown>,
  path: readonly PathSegment[],
  issues: PricingIssue[],
  act: (element: unknown) => void,
): void {
  const elements = isList(source) ? listOf(source, path, issues) : elementsOf(source, path, issues);
  for (const element of elements) act(element);
}

function thrown(error: unknown): string {
  try {
    return shorten(String(error), LONGEST_REASON);
  } catch {
    return "what cannot be read";
  }
}

const LONGEST_REASON = 200;

/** Reports what events cannot be taken from. */
export function checkSource(
  source: unknown,
  issues: PricingIssue[],
): asserts source is Iterable<unknown> {
  if (isSource(source)) return;
  const expected = "a list, or another iterable, of events";
  issues.push(issueAt("invalid_type", [], otherKind(source) ?? { expected, received: source }));
}

/** Something that people pass where they mean usage: what to do, and what it is. */
export interface OtherKind {
  readonly expected: string;
  readonly found: string;
}

/** What a value is that holds no usage, although somebody may have thought so; nothing of what may be usage. */
export function otherKind(value: unknown): OtherKind | undefined {
  if (typeof value === "string") {
    return /^\s*[[{]/.test(value)
      ? { expected: "data, parsed from its JSON text", found: "a JSON text" }
      : undefined;
  }
  if (typeof value === "function") return { expected: "what it returns", found: "a function" };
  if (typeof value !== "object" || value === null || isList(value)) return undefined;
  if (isFilledRecord(value)) return undefined;
  if (hasMethod(value, "then")) return { expected: "awaited", found: "a promise" };
  if (hasMethod(value, Symbol.asyncIterator)) {
    const expected = "collected into a list first, or summed up by summarizeUsage";
    return { expected, found: "an asynchronous stream" };
  }
  if (ArrayBuffer.isView(value))
    return { expected: "events, read from their bytes", found: "bytes" };
  if (isMap(value)) return { expected: "a record, as Object.fromEntries makes it", found: "a map" };
  if (hasMethod(value, Symbol.iterator)) return undefined;
  if (timeOf(value) !== undefined) {
    return { expected: "events, summaries or quantities", found: "a date" };
  }
  if (hasMethod(value, "next")) {
    return { expected: "a list of what it gives", found: "an iterator that is not iterable" };
  }
  if (isRecord(value) && !isPlainRecord(value)) {
    return { expected: "events, summaries or quantities", found: "an object of a class" };
  }
  return undefined;
}

/** Whether a value is a record with something in it, and nothing that makes it another kind of thing: what most people pass. */
function isFilledRecord(value: object): boolean {
  try {
    if (Object.getPrototypeOf(value) !== Object.prototype) return false;
    const keys = Object.keys(value);
    return (
      keys.length > 0 &&
      !("then" in value || "next" in value) &&
      !(Symbol.asyncIterator in value || Symbol.iterator in value)
    );
  } catch {
    return false;
  }
}

function isMap(value: object): boolean {
  try {
    Map.prototype.has.call(value, undefined);
    return true;
  } catch {
    return false;
  }
}
