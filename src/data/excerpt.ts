import { isList, lengthOf, timeOf } from "./foreign.js";

/** How what is not there stands in a message. */
export const NOTHING = "nothing";

/**
 * Stands for an object that is no plain data: a date, a map, an instance of a class. No field takes it, so the field that
 * it stands in says what was expected there; and nothing of it is read, copied or frozen.
 */
export const NO_PLAIN_DATA: unique symbol = Symbol("an object that is no plain data");

/** Stands for a function, which nobody shall call. */
export const NO_FUNCTION: unique symbol = Symbol("a function");

/** Stands for a `Date` of no time. */
export const NO_DATE: unique symbol = Symbol("an invalid Date");

const MARKS: ReadonlyMap<symbol, string> = new Map([
  [NO_PLAIN_DATA, "an object that is no plain data"],
  [NO_FUNCTION, "a function"],
  [NO_DATE, "an invalid Date"],
]);

/** A value as it may stand in a message: one line, never long, never failing. */
export function excerpt(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(shorten(value));
    case "object":
      return value === null ? "null" : excerptOfObject(value);
    case "undefined":
      return NOTHING;
    case "function":
      return "a function";
    case "symbol":
      return MARKS.get(value) ?? "a symbol";
    case "bigint":
      return value < LONG_BIGINT && value > -LONG_BIGINT ? `${value}n` : "a very long bigint";
    default:
      return String(value);
  }
}

function excerptOfObject(value: object): string {
  if (isList(value)) return `an array of ${lengthOf(value) ?? "unknown length"}`;
  const time = timeOf(value);
  if (time === undefined) return "an object";
  return Number.isNaN(time) ? "an invalid Date" : `the Date ${new Date(time).toISOString()}`;
}

/** How much of a text stands in a message. */
export const EXCERPT_LENGTH = 60;
const LONG_BIGINT = 10n ** 60n;

/** A text that stays readable whatever was written into it. */
export function shorten(text: string, length = EXCERPT_LENGTH): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length)}… (${text.length} characters)`;
}
