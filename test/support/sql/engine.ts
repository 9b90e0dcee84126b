/** What the law of test/sql needs of a database: a table of events, a table of segments, and queries over them. */
import type { EventInput } from "rateplan";
import type { DialectName, UsageQuery, UsageRow } from "rateplan/sql";
import { DIALECTS } from "../../../src/sql/dialects/index.js";

/** A database that holds events, and runs queries over them. */
export interface Engine {
  readonly dialect: DialectName;
  /** Replaces the events that it holds. */
  load(events: readonly EventInput[]): Promise<void>;
  /** Replaces the segments that it holds. */
  loadSegments(rows: readonly SegmentRow[]): Promise<void>;
  run(query: Pick<UsageQuery, "text" | "parameters">): Promise<readonly UsageRow[]>;
  close(): Promise<void>;
}

/** A column of a table. */
export interface Column {
  readonly name: string;
  readonly type: string;
}

/** A row as texts, in the order of the columns. */
type Cells = readonly (string | null)[];

/** What is an engine's own. */
export interface Store extends Pick<Engine, "dialect" | "run" | "close"> {
  /** The types of columns that hold texts, instants and JSON. */
  readonly types: { readonly text: string; readonly instant: string; readonly json: string };
  /** Replaces a table by one of these columns and rows. */
  replace(table: string, columns: readonly Column[], rows: readonly Cells[]): Promise<void>;
}

/** The table, with names as nobody should give them. */
export const TABLE = {
  table: 'events "; drop',
  columns: {
    id: "id",
    source: 'so"urce',
    customerId: "customer",
    subscriptionId: "subscription",
    unitOfMeasure: "unit",
    name: "name",
    subject: "select",
    agentType: "agent\\type",
    agentId: "agent'id",
    timestamp: "timestamp",
    receivedAt: "received; --",
    quantity: "quantity",
    value: "väl ue",
    currency: "currency",
    properties: "$1",
    confirms: "confirms",
    reverses: "reverses",
  },
} as const;

export const SEGMENTS = {
  table: ["main", "segments"],
  columns: {
    charge: "charge",
    customerId: "customer",
    subscriptionId: "subscription",
    agentType: "agent",
    start: "from",
    end: "to",
    asOf: "known",
    timeZone: "zone",
  },
} as const;

/** A row of the table of segments. */
type SegmentRow = { readonly [C in keyof typeof SEGMENTS.columns]: string | null };

type Field = keyof typeof TABLE.columns;
const FIELDS = Object.keys(TABLE.columns) as Field[];
const SEGMENT_FIELDS = Object.keys(SEGMENTS.columns) as (keyof SegmentRow)[];
const INSTANTS: readonly string[] = ["timestamp", "receivedAt", "start", "end", "asOf"];

/** An engine that holds its two tables in a store. */
export function engineOf(store: Store): Engine {
  const { dialect, types, run, close } = store;
  const { identifier } = DIALECTS[dialect];
  const columnsOf = (columns: Readonly<Record<string, string>>): readonly Column[] =>
    Object.entries(columns).map(([field, name]) => ({
      name: identifier(name),
      type: types[INSTANTS.includes(field) ? "instant" : field === "properties" ? "json" : "text"],
    }));
  const segments = SEGMENTS.table.map(identifier).join(".");
  return {
    dialect,
    load: (events) =>
      store.replace(identifier(TABLE.table), columnsOf(TABLE.columns), events.map(cellsOf)),
    loadSegments: (rows) =>
      store.replace(
        segments,
        columnsOf(SEGMENTS.columns),
        rows.map((row) => SEGMENT_FIELDS.map((field) => row[field])),
      ),
    run,
    close,
  };
}

function cellsOf(event: EventInput): Cells {
  const fields = event as unknown as Readonly<Record<Field, unknown>>;
  return FIELDS.map((field) => {
    const value = fields[field] ?? null;
    if (value === null) return null;
    if (field === "properties") return JSON.stringify(value);
    return value instanceof Date ? value.toISOString() : String(value);
  });
}

/** A statement that creates a table anew. */
export function creating(table: string, columns: readonly Column[]): string {
  const defined = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  return `DROP TABLE IF EXISTS ${table}; CREATE TABLE ${table} (${defined})`;
}
