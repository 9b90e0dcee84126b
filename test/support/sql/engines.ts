/** Databases that run inside of the process, each with one events table. */
import { DuckDBInstance } from "@duckdb/node-api";
import { PGlite } from "@electric-sql/pglite";
import type { EventInput } from "rateplan";
import type { DialectName, UsageQuery, UsageRow } from "rateplan/sql";

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

type Field = keyof typeof TABLE.columns;
const FIELDS = Object.keys(TABLE.columns) as Field[];
const INSTANTS: readonly Field[] = ["timestamp", "receivedAt"];

/** A row of the table of segments. */
type SegmentRow = { readonly [C in keyof typeof SEGMENTS.columns]: string | null };

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
const SEGMENT_INSTANTS = ["start", "end", "asOf"];

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function columnsOf(types: {
  readonly text: string;
  readonly instant: string;
  readonly json: string;
}) {
  return FIELDS.map((field) => {
    const type = INSTANTS.includes(field)
      ? types.instant
      : field === "properties"
        ? types.json
        : types.text;
    return { name: quoted(TABLE.columns[field]), type };
  });
}

function cellsOf(event: EventInput): readonly (string | null)[] {
  const fields = event as unknown as Readonly<Record<Field, unknown>>;
  return FIELDS.map((field) => {
    const value = fields[field] ?? null;
    if (value === null) return null;
    if (field === "properties") return JSON.stringify(value);
    return value instanceof Date ? value.toISOString() : String(value);
  });
}

/** Creates a table of texts that are cast on the way in. */
function creating(
  table: string,
  columns: readonly { readonly name: string; readonly type: string }[],
) {
  const defined = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  return `DROP TABLE IF EXISTS ${table}; CREATE TABLE ${table} (${defined})`;
}

const EVENTS = quoted(TABLE.table);
const segmentColumns = Object.entries(SEGMENTS.columns).map(([field, name]) => ({
  name: quoted(name),
  instant: SEGMENT_INSTANTS.includes(field),
}));

export async function duckdb(): Promise<Engine> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const columns = columnsOf({ text: "VARCHAR", instant: "TIMESTAMPTZ", json: "JSON" });
  const insert = async (
    table: string,
    types: readonly { readonly name: string; readonly type: string }[],
    rows: readonly (readonly (string | null)[])[],
  ) => {
    await connection.run(creating(table, types));
    if (rows.length === 0) return;
    const cells = types.map(({ type }, place) => `CAST(s[${place + 1}] AS ${type})`).join(", ");
    await connection.run(
      `INSERT INTO ${table} SELECT ${cells} FROM (SELECT unnest(from_json(CAST($1 AS JSON), '[["VARCHAR"]]')) AS s)`,
      [JSON.stringify(rows)],
    );
  };
  return {
    dialect: "duckdb",
    load: (events) => insert(EVENTS, columns, events.map(cellsOf)),
    loadSegments: (rows) =>
      insert(
        '"segments"',
        segmentColumns.map(({ name, instant }) => ({
          name,
          type: instant ? "TIMESTAMPTZ" : "VARCHAR",
        })),
        rows.map((row) => Object.keys(SEGMENTS.columns).map((field) => row[field as never])),
      ),
    async run({ text, parameters }) {
      const result = await connection.runAndReadAll(text, [...parameters]);
      return result.getRowObjectsJS() as unknown as readonly UsageRow[];
    },
    close: async () => connection.closeSync(),
  };
}

export async function postgresql(): Promise<Engine> {
  const database = new PGlite();
  await database.waitReady;
  await database.exec('CREATE SCHEMA "main"');
  const columns = columnsOf({ text: "text", instant: "timestamptz", json: "jsonb" });
  const insert = async (
    table: string,
    types: readonly { readonly name: string; readonly type: string }[],
    rows: readonly (readonly (string | null)[])[],
  ) => {
    await database.exec(creating(table, types));
    const cells = types.map(({ type }, place) => `CAST(s ->> ${place} AS ${type})`).join(", ");
    await database.query(
      `INSERT INTO ${table} SELECT ${cells} FROM jsonb_array_elements(CAST($1 AS jsonb)) AS t(s)`,
      [JSON.stringify(rows)],
    );
  };
  return {
    dialect: "postgresql",
    load: (events) => insert(EVENTS, columns, events.map(cellsOf)),
    loadSegments: (rows) =>
      insert(
        '"main"."segments"',
        segmentColumns.map(({ name, instant }) => ({
          name,
          type: instant ? "timestamptz" : "text",
        })),
        rows.map((row) => Object.keys(SEGMENTS.columns).map((field) => row[field as never])),
      ),
    async run({ text, parameters }) {
      return (await database.query<UsageRow>(text, [...parameters])).rows;
    },
    close: () => database.close(),
  };
}
