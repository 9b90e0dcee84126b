import { keysInOrder } from "./keys-in-order.js";

/**
 * JSON with the keys of every object in code-unit order and without spaces: equal data gives equal text.
 * For plain data only; a key whose value is undefined is left out, as in JSON.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const record = value as Readonly<Record<string, unknown>>;
    let text = "";
    for (const key of keysInOrder(record)) {
      const item = record[key];
      if (item === undefined) continue;
      text += `${text === "" ? "" : ","}${quoted(key)}:${canonicalJson(item)}`;
    }
    return `{${text}}`;
  }
  if (typeof value === "bigint") return `"${value}"`;
  return JSON.stringify(value) ?? "null";
}

/** What JSON writes otherwise than it stands: quotes, backslashes, control characters and halves of pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes control characters.
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text as JSON. */
export function quoted(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}
