/** What our own parsers have returned, so that it is not parsed again. Not guessed by `Object.isFrozen`. */
const parsedAs = new WeakMap<object, string>();

/** Remembers a parsed value under the name of its kind. */
export function remember(kind: string, value: object): void {
  parsedAs.set(value, kind);
}

/** Whether a parser of ours has returned the value, under the name of its kind. */
export function isParsedAs(kind: string, value: unknown): value is object {
  return typeof value === "object" && value !== null && parsedAs.get(value) === kind;
}
