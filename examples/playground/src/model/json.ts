/** JSON, and places in it. What is typed is kept as JSON of texts; nothing here knows what it means. */

export type Json = string | number | boolean | null | readonly Json[] | JsonRecord;
export interface JsonRecord {
  readonly [key: string]: Json;
}
export type Path = readonly (string | number)[];

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** The list that a value is; of what is none, an empty one. */
export function listOf(value: unknown): readonly Json[] {
  return isList(value) ? value : [];
}

/** The record that a value is; of what is none, an empty one. */
export function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

/** A value as a field shows it. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What stands at a place; `undefined` where there is none. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let here = value;
  for (const step of path) {
    if (typeof step === "number") here = listOf(here)[step];
    else here = isRecord(here) && Object.hasOwn(here, step) ? here[step] : undefined;
  }
  return here;
}

/** The same with another value at a place; `undefined` takes the key, or the element, away. */
export function withValueAt(value: Json | undefined, path: Path, next: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return next ?? {};
  const own = (old: Json | undefined) => (rest.length === 0 ? next : withValueAt(old, rest, next));
  if (typeof step === "number") {
    const list = [...listOf(value)];
    const replaced = own(list[step]);
    if (replaced === undefined) list.splice(step, 1);
    else list[step] = replaced;
    return list;
  }
  const { [step]: old, ...others } = recordOf(value);
  const replaced = own(old);
  if (replaced === undefined) return others;
  // A key keeps its place, so that what is exported does not jump about.
  return step in recordOf(value)
    ? { ...recordOf(value), [step]: replaced }
    : { ...others, [step]: replaced };
}

/** A place as a text: the key of messages, and the id of its field. */
export function keyOf(path: Path): string {
  return path.join("/");
}
