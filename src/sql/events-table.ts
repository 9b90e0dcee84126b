import { isList } from "../data/foreign.js";
import { elementsIn, issueAt, type PathSegment, type PricingIssue } from "../errors.js";
import { readOptions } from "../schema/options.js";
import type { Dialect } from "./dialects/dialect.js";
import { EVENT_COLUMN_NAMES, type EventColumn } from "./event-columns.js";

/** A table by its name, or by a path such as `["billing", "events"]`. Names are quoted: they are written as they are stored. */
export type TableName = string | readonly string[];

/**
 * The columns of an events table by the field of `UsageEventInput` that they hold. A field without a column is absent
 * from every event. `timestamp` and `receivedAt` are instants (of a type without a time zone: in UTC), `quantity` and `value`
 * decimals or texts, `properties` an object as JSON or as its text; the others are texts, or become some.
 */
export interface EventsTableColumns {
  /** Identifies the event, among those of its customer and source. */
  readonly id: string;
  /** Whose usage it is. */
  readonly customerId: string;
  /** What it is a unit of. */
  readonly unitOfMeasure: string;
  /** When it happened. */
  readonly timestamp: string;
  /** Where it comes from. */
  readonly source?: string | null | undefined;
  /** Which subscription it belongs to. */
  readonly subscriptionId?: string | null | undefined;
  /** What kind of event it is. */
  readonly name?: string | null | undefined;
  /** What it is about. */
  readonly subject?: string | null | undefined;
  /** The type of agent that did it. */
  readonly agentType?: string | null | undefined;
  /** The agent that did it. */
  readonly agentId?: string | null | undefined;
  /** When it became known; without a column, and where it is NULL, when it happened. */
  readonly receivedAt?: string | null | undefined;
  /** How many units; NULL is 1. */
  readonly quantity?: string | null | undefined;
  /** Money that it is about. */
  readonly value?: string | null | undefined;
  /** Currency of the value. */
  readonly currency?: string | null | undefined;
  /** Anything else that charges may look at. */
  readonly properties?: string | null | undefined;
  /** Of a signal: the event whose outcome it confirms. */
  readonly confirms?: string | null | undefined;
  /** Of a signal: the event whose outcome it reverses. */
  readonly reverses?: string | null | undefined;
}

/** Where a company keeps its events. */
export interface EventsTable {
  /** The table, or view. */
  readonly table: TableName;
  /** Its columns. */
  readonly columns: EventsTableColumns;
}

const REQUIRED = [
  "id",
  "customerId",
  "unitOfMeasure",
  "timestamp",
] as const satisfies readonly EventColumn[];

/** Reads the description of an events table. */
export function readEventsTable(
  input: unknown,
  dialect: Dialect,
  issues: PricingIssue[],
): EventsTable | undefined {
  return readTable(
    input,
    { names: EVENT_COLUMN_NAMES, required: REQUIRED, path: ["events"] },
    dialect,
    issues,
  );
}

/** A database, a schema, a table; hardly more. */
const MOST_NAMES = 10;

interface Described<C extends string> {
  readonly names: readonly C[];
  readonly required: readonly C[];
  readonly path: readonly PathSegment[];
}

/** Reads the description of a table: what it is called, and its columns. */
export function readTable<T>(
  input: unknown,
  { names, required, path }: Described<string>,
  dialect: Dialect,
  issues: PricingIssue[],
): T | undefined {
  const before = issues.length;
  const needs = ["table", "columns"];
  const { table, columns } = readOptions(input, needs, issues, { path, required: needs });
  const parts = isList(table)
    ? (elementsIn(table, [...path, "table"], "names", issues, MOST_NAMES) ?? [])
    : [table];
  if (table !== undefined && parts.length === 0) {
    const facts = { expected: "the name of a table", received: table };
    issues.push(issueAt("invalid_value", [...path, "table"], facts));
  }
  for (const [index, part] of (table === undefined ? [] : parts).entries()) {
    const at = [...path, "table", ...(isList(table) ? [index] : [])];
    checkIdentifier(part, at, dialect, issues);
  }
  const at = [...path, "columns"];
  const read =
    columns === undefined ? {} : readOptions(columns, names, issues, { path: at, required });
  for (const [field, name] of Object.entries(read)) {
    if (name !== undefined) checkIdentifier(name, [...at, field], dialect, issues);
  }
  // Every name is one by now.
  return issues.length > before
    ? undefined
    : ({ table: isList(table) ? parts : table, columns: read } as T);
}

/** Reports what is no name, or one that the database would cut or could not be told. */
function checkIdentifier(
  name: unknown,
  path: readonly PathSegment[],
  { longestName }: Dialect,
  issues: PricingIssue[],
): void {
  if (typeof name !== "string" || name === "") {
    issues.push(issueAt("invalid_type", path, { expected: "a name", received: name }));
  } else if (/[\0\p{Surrogate}]/u.test(name)) {
    const expected = "a name without the character 0 and without halves of characters";
    issues.push(issueAt("invalid_value", path, { expected, received: name }));
  } else if (utf8Length(name) > longestName) {
    const expected = `at most ${longestName} bytes`;
    issues.push(issueAt("too_large", path, { expected, received: name }));
  }
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
