import type { UnknownRecord } from "./unknown-record.js";

/** One or more of these fields. */
export function anyRequired(fields: readonly string[]): UnknownRecord {
  return { anyOf: fields.map((name) => ({ required: [name] })) };
}

/** Exactly one of these fields. */
export function oneRequired(fields: readonly string[]): UnknownRecord {
  return { oneOf: fields.map((name) => ({ required: [name] })) };
}

/** Properties that refuse these fields. */
export function forbidden(fields: readonly string[]): UnknownRecord {
  return Object.fromEntries(fields.map((name) => [name, false]));
}
