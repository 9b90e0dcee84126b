import { ownFields } from "../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { isRecord, isWhole } from "./unknown-record.js";

/** An object whose keys are known and whose values are not proved yet. */
export type Unread<K extends string> = { readonly [key in K]?: unknown };

/**
 * Reads an object of options, or a request: an object with no keys but the known ones. A key that is misspelt is an
 * option lost, so it is an issue, and so is every key of `required` that is not given. `null` reads as absent.
 */
export function readOptions<K extends string>(
  input: unknown,
  known: readonly K[],
  issues: PricingIssue[],
  {
    path = [],
    required = [],
  }: { readonly path?: readonly PathSegment[]; readonly required?: readonly K[] } = {},
): Unread<K> {
  const given = isRecord(input) ? ownFields(input) : undefined;
  if (given === undefined) {
    const expected = `an object with ${known.join(", ")}`;
    const code = isRecord(input) ? "not_plain_data" : "invalid_type";
    issues.push(issueAt(code, path, { expected, received: input }));
    return {};
  }
  for (const [key, received] of Object.entries(given)) {
    // What is null is absent, also where nobody knows it.
    if (received === undefined || received === null || isAmong(key, known)) continue;
    issues.push(issueAt("unknown_key", [...path, key], { expected: oneOf(known, key), received }));
  }
  const options = Object.fromEntries(
    Object.entries(given).filter(([key, value]) => value !== null && isAmong(key, known)),
  ) as Unread<K>;
  for (const key of required) {
    if (options[key] !== undefined) continue;
    const expected = "a value, as it has no default";
    issues.push(issueAt("missing", [...path, key], { expected, received: undefined }));
  }
  return options;
}

/** An option that is a text; reports one that is something else, or empty. */
export function readText(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): string | undefined {
  if (input === undefined || (typeof input === "string" && input !== "")) return input;
  const expected = "a text that is not empty";
  issues.push(issueAt("invalid_type", path, { expected, received: input }));
  return undefined;
}

/** An option that is a whole number; reports one that is something else, or out of its range. */
export function readWholeNumber(
  input: unknown,
  path: readonly PathSegment[],
  [least, most]: readonly [least: number, most: number],
  issues: PricingIssue[],
): number | undefined {
  if (input === undefined || isWhole(input, least, most)) return input;
  const expected = `a whole number from ${least} to ${most}`;
  issues.push(issueAt("out_of_range", path, { expected, received: input }));
  return undefined;
}

/** An option that is true or false; reports one that is something else. */
export function readFlag(
  input: unknown,
  path: readonly PathSegment[],
  usual: boolean,
  issues: PricingIssue[],
): boolean {
  if (input === undefined || typeof input === "boolean") return input ?? usual;
  issues.push(issueAt("invalid_type", path, { expected: "true or false", received: input }));
  return usual;
}

function isAmong(key: string, known: readonly string[]): boolean {
  return known.some((each) => each === key);
}

/** The known keys in words, the one first that was probably meant. */
export function oneOf(known: readonly string[], given: string): string {
  const meant = nearest(given, known);
  if (meant === undefined) return `one of ${known.join(", ")}`;
  const others = known.filter((each) => each !== meant).join(", ");
  return others === "" ? meant : `${meant}, or else one of ${others}`;
}

const LONGEST_COMPARED = 40;

/** The known word that another most likely stands for; nothing where none is near. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  if (given.length > LONGEST_COMPARED) return undefined;
  const plain = (word: string) => word.replace(/[^a-zA-Z0-9]/g, "").toLowerCase();
  const ranked = known
    .map((word) => ({ word, distance: editDistance(plain(given), plain(word)) }))
    .sort((a, b) => a.distance - b.distance);
  const [first] = ranked;
  if (first === undefined) return undefined;
  const most = Math.floor(Math.max(given.length, first.word.length) / 3);
  return first.distance <= Math.max(1, most) ? first.word : undefined;
}

/** How many letters must be added, taken away or replaced to make one word of the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
