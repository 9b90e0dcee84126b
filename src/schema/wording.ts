/** What is allowed, in words, by which issues say what they expected. */

/** One of these values. */
export function oneValueOf(values: readonly unknown[]): string {
  const texts = [...new Set(values)].map((value) => JSON.stringify(value)).join(", ");
  return values.length > 1 ? `one of ${texts}` : texts;
}

/** One of some things, by name. */
export function among(what: string, names: Iterable<string>): string {
  return `${what} (${[...names].join(", ") || "there is none"})`;
}

/** What is counted in the size of a value. */
export const SIZES: ReadonlyMap<string, string> = new Map([
  ["string", "characters"],
  ["array", "elements"],
]);

/** A kind of data with its article. */
export function article(noun: string): string {
  if (noun === "int") return "a whole number";
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
