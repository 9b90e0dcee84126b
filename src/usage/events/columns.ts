import { elements, isList, isPlainRecord, ownFields } from "../../data/foreign.js";
import { issueAt, type PathSegment, type PricingIssue } from "../../errors.js";
import { millionthsOf } from "../../money/exact-sums.js";
import { readOptions } from "../../schema/options.js";
import { isRecord, type UnknownRecord } from "../../schema/unknown-record.js";
import {
  EARLIEST_INSTANT,
  type Instant,
  isDateProblem,
  LATEST_INSTANT,
  readInstant,
} from "../../time/instant.js";
import type { DictionaryColumn, EventColumns, NumberArray } from "./event-columns.js";
import { type EventRow, isAbsent, isText } from "./read-plainly.js";

/** Columns as they are read: event by event. */
export interface ReadColumns {
  readonly length: number;
  /** The own fields of an event, as if it had come as an object. */
  eventAt(index: number): UnknownRecord;
  /** What is enough to add it up, as `rowOf` reads it; nothing where there is any doubt. */
  rowAt(index: number): EventRow | undefined;
}

type Kind = "text" | "time" | "number";
type At = (index: number) => unknown;

interface Column {
  readonly name: string;
  readonly length: number | undefined;
  readonly at: At;
  /** The instant of an event, where they are numbers; NaN for a number that is none. */
  readonly instantAt?: (index: number) => Instant;
  /** Whether its numbers are bigints. */
  readonly isWide?: boolean;
}

const KINDS: { readonly [K in Exclude<keyof EventColumns, "properties">]: Kind } = {
  id: "text",
  source: "text",
  customerId: "text",
  subscriptionId: "text",
  unitOfMeasure: "text",
  name: "text",
  subject: "text",
  agentType: "text",
  agentId: "text",
  timestamp: "time",
  receivedAt: "time",
  quantity: "number",
  value: "number",
  currency: "text",
  confirms: "text",
  reverses: "text",
};
const NAMES = [...Object.keys(KINDS), "properties"] as (keyof EventColumns)[];
const EXPECTED: { readonly [K in Kind]: string } = {
  text: "a list of texts, { values, codes }, or one text for all events",
  time: "a Float64Array or BigInt64Array of milliseconds, or a list of instants",
  number:
    "a Float64Array or an array of integers (Int32Array, BigInt64Array, …), or a list of decimals",
};

/** Whether a value in place of a list of events is columns: an object whose ids, or instants, are many. */
export function isColumns(value: unknown): value is UnknownRecord {
  const { id, timestamp } = ownIn(value);
  return isMany(id) || isMany(timestamp);
}

/** Whether a value among events is columns: an event may have one odd field, but no typed array. */
export function isColumnBatch(value: unknown): value is UnknownRecord {
  const { id, timestamp } = ownIn(value);
  if (!isMany(timestamp)) return false;
  if (isMany(id) || ArrayBuffer.isView(timestamp)) return true;
  // All events have one id: as of a batch of one.
  return (readColumns(value, [], [])?.length ?? 0) > 0;
}

/** The own fields of what may be columns. */
function ownIn(value: unknown): UnknownRecord {
  return isRecord(value) && isPlainRecord(value) ? (ownFields(value) ?? {}) : {};
}

function isMany(value: unknown): boolean {
  return isList(value) || ArrayBuffer.isView(value) || dictionaryIn(value) !== undefined;
}

/** Reads columns, with every issue: lengths that differ, columns that are none, names that nobody knows. */
export function readColumns(
  input: unknown,
  path: readonly PathSegment[],
  issues: PricingIssue[],
): ReadColumns | undefined {
  const before = issues.length;
  const fields = readOptions(input, NAMES, issues, {
    path,
    required: ["id", "customerId", "timestamp"],
  });
  const columnsIn = (
    given: UnknownRecord,
    kindOf: (name: string) => Kind,
    at: readonly PathSegment[],
  ) =>
    Object.entries(given).flatMap(([name, column]): readonly Column[] => {
      if (column === undefined || column === null) return [];
      const kind = kindOf(name);
      const found = columnOf(name, column, kind);
      if (found !== undefined) return [found];
      const [expected, typed] = [EXPECTED[kind], typedName(column)];
      const facts = typed === "" ? { expected, received: column } : { expected, found: typed };
      issues.push(issueAt("invalid_type", [...at, name], facts));
      return [];
    });
  const { properties: given, ...own } = fields;
  const columns = columnsIn(own, (name) => KINDS[name as keyof typeof KINDS], path);
  const inProperties = [...path, "properties"];
  const named = given === undefined ? {} : isRecord(given) ? ownFields(given) : undefined;
  if (named === undefined) {
    const expected = "an object of columns";
    issues.push(issueAt("invalid_type", inProperties, { expected, received: given }));
  }
  const kindOf = (name: string) => (holdsTexts(named?.[name]) ? "text" : "number");
  const properties = columnsIn(named ?? {}, kindOf, inProperties).map(withNumbers);
  const length = columns.find((each) => each.length !== undefined)?.length ?? 0;
  for (const [list, at] of [
    [columns, path],
    [properties, inProperties],
  ] as const) {
    for (const { name, length: own } of list) {
      if (own === undefined || own === length) continue;
      const expected = `${length} elements, as the first column has`;
      issues.push(issueAt("invalid_value", [...at, name], { expected, found: `${own} elements` }));
    }
  }
  if (issues.length > before) return undefined;
  return readable(length, columns, properties);
}

/** A list of properties may hold anything that a property may be. */
function holdsTexts(column: unknown): boolean {
  return typeof column === "string" || dictionaryIn(column) !== undefined;
}

function dictionaryIn(value: unknown): DictionaryColumn | undefined {
  if (!isRecord(value)) return undefined;
  const { values, codes } = ownFields(value) ?? {};
  return isList(values) && isCodes(codes)
    ? { values: values as readonly string[], codes }
    : undefined;
}

const CODES = ["Uint8Array", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array", "Int32Array"];

function isCodes(codes: unknown): codes is DictionaryColumn["codes"] {
  return CODES.includes(typedName(codes));
}

/** The name of a typed array's type, of any realm; empty for anything else, and for what stands in for one. */
function typedName(value: unknown): string {
  if (!ArrayBuffer.isView(value)) return "";
  const name: unknown = Reflect.get(TYPED, Symbol.toStringTag, value);
  return typeof name === "string" ? name : "";
}

const TYPED: object = Object.getPrototypeOf(Uint8Array.prototype);
const TIMES = ["Float64Array", "BigInt64Array"];
// A Float32Array has no decimals of its own: what was 0.1 is 0.10000000149011612 in it.
const NUMBERS = [...TIMES, "BigUint64Array", ...CODES];

function isTimes(value: unknown): value is Float64Array | BigInt64Array {
  return TIMES.includes(typedName(value));
}

function isNumbers(value: unknown): value is NumberArray {
  return NUMBERS.includes(typedName(value));
}

function columnOf(name: string, column: unknown, kind: Kind): Column | undefined {
  if (isList(column)) {
    // A copy, so that nothing of the caller's runs while events are read.
    const list = elements(column);
    return list && { name, length: list.length, at: (index) => list[index] };
  }
  if (kind === "text") {
    if (typeof column === "string") return { name, length: undefined, at: () => column };
    const dictionary = dictionaryIn(column);
    if (dictionary === undefined) return undefined;
    const { codes } = dictionary;
    const values = elements(dictionary.values) ?? [];
    return { name, length: codes.length, at: (index) => values[codes[index] ?? -1] };
  }
  if (kind === "time") return isTimes(column) ? timeColumn(name, column) : undefined;
  if (!isNumbers(column)) return undefined;
  return { name, length: column.length, at: (index) => column[index], isWide: isWide(column) };
}

/** Milliseconds, as dates; what is no instant stays a number, which events have in its place. */
function timeColumn(name: string, column: Float64Array | BigInt64Array): Column {
  const instantAt = isWide(column)
    ? (index: number) => instantOf(Number(column[index]))
    : (index: number) => instantOf(column[index] ?? Number.NaN);
  const at = (index: number) => {
    const instant = instantAt(index);
    return Number.isNaN(instant) ? column[index] : new Date(instant);
  };
  return { name, length: column.length, at, instantAt };
}

function instantOf(milliseconds: number): Instant {
  const instant = Math.floor(milliseconds);
  return instant >= EARLIEST_INSTANT && instant <= LATEST_INSTANT ? instant : Number.NaN;
}

function isWide(column: NumberArray): column is BigInt64Array | BigUint64Array {
  return typedName(column).startsWith("Big");
}

/** Integers of 64 bits as the numbers that JSON would hold, as long as these are exact. */
function withNumbers(column: Column): Column {
  const { at } = column;
  if (column.isWide !== true) return column;
  const numberAt = (index: number) => {
    const value = Number(at(index));
    return Number.isSafeInteger(value) ? value : at(index);
  };
  return { ...column, at: numberAt };
}

const NOTHING: At = () => undefined;

function readable(
  length: number,
  columns: readonly Column[],
  properties: readonly Column[],
): ReadColumns {
  const columnIn = (name: keyof EventColumns) => columns.find((each) => each.name === name);
  const at = (name: keyof EventColumns) => columnIn(name)?.at ?? NOTHING;
  const [id, customerId, unitOfMeasure] = [at("id"), at("customerId"), at("unitOfMeasure")];
  const [subscriptionId, agentType] = [at("subscriptionId"), at("agentType")];
  const [timestamp, receivedAt] = [columnIn("timestamp"), columnIn("receivedAt")];
  const quantity = at("quantity");
  const texts = ["subscriptionId", "name", "subject", "agentType", "agentId", "currency"];
  const others = columns.filter(({ name }) => texts.includes(name)).map((each) => each.at);
  const absent = columns
    .filter(({ name }) => ["source", "confirms", "reverses", "value"].includes(name))
    .map((each) => each.at);
  return {
    length,
    eventAt(index) {
      const event = fieldsAt(columns, index);
      return properties.length === 0
        ? event
        : { ...event, properties: fieldsAt(properties, index) };
    },
    rowAt(index) {
      if (properties.length > 0) return undefined;
      const [own, customer, unit] = [id(index), customerId(index), unitOfMeasure(index)];
      if (!isText(own) || !isText(customer) || !isText(unit)) return undefined;
      for (const valueAt of absent) if (!isAbsent(valueAt(index))) return undefined;
      for (const valueAt of others) {
        const text = valueAt(index);
        if (!isAbsent(text) && !isText(text)) return undefined;
      }
      const happened = instantIn(timestamp, index) ?? Number.NaN;
      const known = instantIn(receivedAt, index) ?? happened;
      const count = quantity(index);
      const millionths = isAbsent(count) ? 1_000_000 : millionthsOf(count);
      if (Number.isNaN(happened + known + millionths)) return undefined;
      return {
        id: own,
        customerId: customer,
        unitOfMeasure: unit,
        subscriptionId: textOf(subscriptionId(index)),
        agentType: textOf(agentType(index)),
        timestamp: happened,
        receivedAt: known,
        millionths,
      };
    },
  };
}

function fieldsAt(columns: readonly Column[], index: number): UnknownRecord {
  return Object.fromEntries(columns.map(({ name, at }) => [name, at(index)]));
}

function textOf(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}

/** The instant of an event in a column; NaN where it says another thing, nothing where it says none. */
function instantIn(column: Column | undefined, index: number): Instant | undefined {
  if (column?.instantAt !== undefined) return column.instantAt(index);
  const value = column?.at(index);
  if (isAbsent(value)) return undefined;
  const instant = readInstant(value);
  return isDateProblem(instant) ? Number.NaN : instant;
}
