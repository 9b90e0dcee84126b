/** Any JSON value, as a vector holds it. Every number in it is a string unless the file says otherwise. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** One numeric case from another engine's tests or documentation. */
export interface Vector {
  readonly id: string;
  /** Where it was read. */
  readonly source: string;
  /** What kind of case it is, in the engine's words; chooses the adapter. */
  readonly model: string;
  readonly input: JsonObject;
  readonly expected: Json;
  readonly notes?: string;
  /** The case records a defect or a peculiarity of the engine. */
  readonly quirk?: boolean;
  readonly [more: string]: Json | undefined;
}

/** Reading what a vector holds: a missing field is a case that the adapter does not know, and fails. */
export function text(object: Json | undefined, key: string): string {
  const value = field(object, key);
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Error(`expected a text in ${key}, got ${JSON.stringify(value)}`);
}

export function optionalText(object: Json | undefined, key: string): string | undefined {
  const value = field(object, key);
  return value === undefined || value === null ? undefined : text(object, key);
}

export function list(object: Json | undefined, key: string): readonly Json[] {
  const value = field(object, key);
  if (Array.isArray(value)) return value;
  throw new Error(`expected a list in ${key}, got ${JSON.stringify(value)}`);
}

export function record(object: Json | undefined, key: string): JsonObject {
  const value = field(object, key);
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as JsonObject;
  throw new Error(`expected an object in ${key}, got ${JSON.stringify(value)}`);
}

/** A field that may be absent. */
export function field(object: Json | undefined, key: string): Json | undefined {
  if (typeof object !== "object" || object === null || Array.isArray(object)) return undefined;
  return Object.hasOwn(object, key) ? (object as JsonObject)[key] : undefined;
}

/** Whether a field says something; `null` does not. */
export function isStated(object: Json | undefined, key: string): boolean {
  return (field(object, key) ?? null) !== null;
}

/** What the adapter understands by a value that it knows; `absent` where there is none, if it may be. */
export function choice<T>(
  object: Json | undefined,
  key: string,
  meanings: Readonly<Record<string, T>>,
  absent?: T,
): T {
  if (absent !== undefined && (field(object, key) ?? null) === null) return absent;
  const value = text(object, key);
  const meaning = Object.hasOwn(meanings, value) ? meanings[value] : undefined;
  if (meaning === undefined)
    throw new Error(`${key} says what the adapter does not know: ${value}`);
  return meaning;
}

/** Yes or no; what is absent says no. */
export function flag(object: Json | undefined, key: string): boolean {
  const value = field(object, key) ?? false;
  if (value === true || value === false) return value;
  throw new Error(`expected yes or no in ${key}, got ${JSON.stringify(value)}`);
}
