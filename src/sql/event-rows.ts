import type { UnknownRecord } from "../schema/unknown-record.js";
import { EARLIEST_INSTANT, formatInstant, LATEST_INSTANT } from "../time/instant.js";
import type { Dialect } from "./dialects/dialect.js";
import { EVENT_COLUMN_NAMES, EVENT_COLUMNS, type EventColumn } from "./event-columns.js";
import type { EventsTable } from "./events-table.js";

/** The columns of the table under our names, an empty text as NULL. */
export function selectEvents({ table, columns }: EventsTable, dialect: Dialect): string {
  const path = typeof table === "string" ? [table] : table;
  const columnOf = (field: EventColumn) => {
    const name = columns[field] ?? undefined;
    return name === undefined ? "NULL" : `e.${dialect.identifier(name)}`;
  };
  const read = (field: EventColumn) => READERS[field](columnOf(field), dialect);
  const received = columns.receivedAt ?? undefined;
  const selected = EVENT_COLUMN_NAMES.map((field) => {
    if (field !== "receivedAt") return `${read(field)} AS ${EVENT_COLUMNS[field]}`;
    const known = received === undefined ? "" : `${read("receivedAt")}, `;
    return `COALESCE(${known}${read("timestamp")}) AS ${EVENT_COLUMNS.receivedAt}`;
  });
  return `SELECT ${selected.join(",\n    ")}\n  FROM ${path.map(dialect.identifier).join(".")} e`;
}

const readText = (x: string, { text }: Dialect) => `NULLIF(${text(x)}, '')`;
const readInstant = (x: string, { milliseconds }: Dialect) => milliseconds(x);

const READERS: { readonly [C in EventColumn]: (x: string, dialect: Dialect) => string } = {
  id: readText,
  source: readText,
  customerId: readText,
  subscriptionId: readText,
  unitOfMeasure: readText,
  name: readText,
  subject: readText,
  agentType: readText,
  agentId: readText,
  timestamp: readInstant,
  receivedAt: readInstant,
  quantity: readText,
  value: readText,
  currency: readText,
  properties: (x, { json }) => json(x),
  confirms: readText,
  reverses: readText,
};

/** The columns of events out of a relation of them, also where another one has such columns. */
export function eventColumns(
  from: string,
  fields: readonly EventColumn[] = EVENT_COLUMN_NAMES,
): readonly string[] {
  return fields.map((field) => `${from}.${EVENT_COLUMNS[field]} AS ${EVENT_COLUMNS[field]}`);
}

/** An event as texts, in the order of the fields: what {@link eventOfRow} reads. */
export function eventTexts(from: string, { text }: Dialect): readonly string[] {
  return EVENT_COLUMN_NAMES.map((field) => text(`${from}.${EVENT_COLUMNS[field]}`));
}

/** An event out of such texts, in the form in which events are given. */
export function eventOfRow(texts: readonly (string | null)[]): UnknownRecord {
  const fields = Object.fromEntries(
    EVENT_COLUMN_NAMES.map((field, place) => [field, texts[place] ?? null]),
  );
  const { timestamp, receivedAt, properties } = fields;
  return {
    ...fields,
    timestamp: instantText(timestamp),
    receivedAt: instantText(receivedAt),
    properties: typeof properties === "string" ? JSON.parse(properties) : null,
  };
}

function instantText(milliseconds: string | null | undefined): string | null {
  const instant = Number(milliseconds);
  const isWritten =
    typeof milliseconds === "string" && EARLIEST_INSTANT <= instant && instant <= LATEST_INSTANT;
  return isWritten ? formatInstant(instant) : null;
}
