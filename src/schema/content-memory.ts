/** What was read from plain data before, by what the data say. Forgetting any of it changes nothing. */
export interface ContentMemory {
  recall(content: string): object | undefined;
  keep(content: string, value: object): void;
}

/** How much is remembered: the entries that were asked for last, and so many characters of their content. */
const MOST_ENTRIES = 200;
const MOST_CHARACTERS = 4_000_000;

export function contentMemory(): ContentMemory {
  const values = new Map<string, object>();
  let characters = 0;
  const forget = (content: string) => {
    if (values.delete(content)) characters -= content.length;
  };
  return {
    recall(content) {
      const value = values.get(content);
      if (value === undefined) return undefined;
      // Maps keep the order of insertion: what is asked for again is forgotten last.
      values.delete(content);
      values.set(content, value);
      return value;
    },
    keep(content, value) {
      if (content.length > MOST_CHARACTERS) return;
      forget(content);
      values.set(content, value);
      characters += content.length;
      for (const oldest of values.keys()) {
        if (values.size <= MOST_ENTRIES && characters <= MOST_CHARACTERS) break;
        forget(oldest);
      }
    },
  };
}

/**
 * Plain data as one text, another for all other data: order of keys, kind of number and sign of zero count. Nothing where
 * JSON has no words for something in it, or the text would be long.
 */
export function contentOf(data: unknown): string | undefined {
  let isJson = true;
  function written(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
    // A decimal of a library would write itself as a text.
    if (hasWords(value) && this[key] === value) return value;
    isJson = false;
    return null;
  }
  const text = JSON.stringify(data, written);
  return isJson ? text : undefined;
}

function hasWords(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  return typeof value === "string" || typeof value === "boolean" || typeof value === "object";
}
