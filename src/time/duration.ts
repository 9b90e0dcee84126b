/** A length of time in ISO 8601: `"PT72H"`, `"P14D"`, `"P2W"`, `"PT30M"`. A day is 24 hours; years and months are none. */
export type Duration = string;

/** Its form; of length 0 it is none. */
export const DURATION =
  /^P(?=[\dT])(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10})S)?)?$/;
const SECOND = 1_000;
const UNITS = [7 * 86_400 * SECOND, 86_400 * SECOND, 3_600 * SECOND, 60 * SECOND, SECOND];

/** Reads a duration of more than nothing as milliseconds; nothing when the text is none. */
export function readDuration(input: unknown): number | undefined {
  if (typeof input !== "string") return undefined;
  // The same few are asked for again and again.
  const known = lengths.get(input);
  if (known !== undefined) return known;
  const length = lengthOf(input);
  if (length !== undefined && lengths.size < MOST_LENGTHS) lengths.set(input, length);
  return length;
}

const lengths = new Map<string, number>();
const MOST_LENGTHS = 1_000;

function lengthOf(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const length = UNITS.reduce((sum, unit, index) => sum + unit * Number(match[index + 1] ?? 0), 0);
  return length > 0 ? length : undefined;
}
