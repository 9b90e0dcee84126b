import type { UnknownRecord } from "./unknown-record.js";

const NULL = { type: "null" };

/** The field is there, and not `null`, which reads as absent. */
export function given(field: string): UnknownRecord {
  return { required: [field], properties: { [field]: { not: NULL } } };
}

/** One or more of these fields; some of which say something also when they are `null`. */
export function anyRequired(
  fields: readonly string[],
  nullable: readonly string[] = [],
): UnknownRecord {
  return {
    anyOf: fields.map((name) => (nullable.includes(name) ? { required: [name] } : given(name))),
  };
}

/** Exactly one of these fields. */
export function oneRequired(fields: readonly string[]): UnknownRecord {
  return { oneOf: fields.map(given) };
}

/** Where the first field is given, so is the second. */
export function needs(field: string, other: string): UnknownRecord {
  return { anyOf: [{ not: given(field) }, given(other)] };
}

/** Where the first field is given, the second is not. */
export function excludes(field: string, other: string): UnknownRecord {
  return { not: { allOf: [given(field), given(other)] } };
}

/** Properties that refuse these fields. */
export function forbidden(fields: readonly string[]): UnknownRecord {
  return Object.fromEntries(fields.map((name) => [name, NULL]));
}
