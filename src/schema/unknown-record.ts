import { isList, isPlainRecord, ownFields } from "../data/foreign.js";
import { issueAt, type PricingIssue } from "../errors.js";
import { isProblem, readDecimal } from "../money/decimal.js";
import { compare, type Fraction, formatExact } from "../money/fraction.js";

/** Data of which nothing has been proved yet. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** Reports an issue from within a schema. The path is relative to the value that the schema reads. */
export type Report = (issue: PricingIssue) => void;

/** Whether a value is an object whose fields can be looked at. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === "object" && value !== null && !isList(value);
}

/** An object that a rule looks at; empty when the field holds something else. */
export function recordIn(value: unknown): UnknownRecord {
  return isRecord(value) ? value : {};
}

/** A list that a rule looks at; empty when the field holds something else. */
export function listIn(value: unknown): readonly unknown[] {
  return isList(value) ? value : [];
}

/** The decimal in a field that a rule looks at; nothing when it is absent or has been reported already. */
export function decimalIn(value: unknown): Fraction | undefined {
  const read = readDecimal(value);
  return value === "" || isProblem(read) ? undefined : read;
}

/** Reports a lower bound that is above the upper one. */
export function checkBounds(
  record: UnknownRecord,
  [lower, upper]: readonly [lower: string, upper: string],
  report: Report,
): void {
  const [least, most] = [decimalIn(record[lower]), decimalIn(record[upper])];
  if (least === undefined || most === undefined || compare(least, most) <= 0) return;
  const expected = `at most ${upper} (${formatExact(most)})`;
  const found = formatExact(least);
  report(issueAt("minimum_above_maximum", [lower], { expected, found }));
}

/** Whether a value is an empty list or object. */
export function asksForNothing(value: unknown): boolean {
  if (isList(value)) return value.length === 0;
  if (!isRecord(value) || !isPlainRecord(value)) return false;
  const fields = ownFields(value);
  return fields !== undefined && Object.keys(fields).length === 0;
}

/** Stands for an upper bound that is written as none. */
export const OPEN_END = "inf";

/** The most event fields that groups are told apart by. */
export const MOST_EVENT_FIELDS = 20;

/** Reports every event field that an earlier element of the list names already. */
export function reportRepeated(names: readonly unknown[], list: string, report: Report): void {
  for (const [index, name] of names.slice(0, MOST_EVENT_FIELDS).entries()) {
    const earlier = names.indexOf(name);
    if (typeof name !== "string" || name === "" || earlier === index) continue;
    const expected = `other than ${list}[${earlier}]`;
    report(issueAt("duplicate_id", [list, index], { expected, received: name }));
  }
}

/** Whether a value is a whole number from `least` to `most`. */
export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
}
