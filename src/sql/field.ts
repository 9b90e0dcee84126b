import type { Binder } from "./binder.js";
import type { Dialect } from "./dialects/dialect.js";
import { EVENT_COLUMNS } from "./event-columns.js";

/** A field of an event in SQL. */
export interface FieldSql {
  /** Whether it is a column that holds texts; else it is a property. */
  readonly isText: boolean;
  /** What it holds: its text, or its JSON text; NULL where the event does not have it. */
  readonly raw: string;
  /** Its text, where it holds one. */
  readonly text: string;
}

const TEXT_FIELDS = ["subject", "name", "agentId", "agentType"] as const;

/** A field by the name that charges write. */
export function fieldSql(name: string, from: string, dialect: Dialect, { bind }: Binder): FieldSql {
  const column = TEXT_FIELDS.find((each) => each === name);
  if (column !== undefined) {
    const text = `${from}.${EVENT_COLUMNS[column]}`;
    return { isText: true, raw: text, text };
  }
  const key = bind(dialect.propertyKey(name.slice("properties.".length)));
  const properties = `${from}.${EVENT_COLUMNS.properties}`;
  return {
    isText: false,
    raw: dialect.property(properties, key),
    text: dialect.propertyText(properties, key),
  };
}

/** What a field that was read as `raw` is to group by, or to count: a text; nothing where it is absent or none. */
export function fieldValue(name: string, raw: string | null): string | undefined {
  if (raw === null) return undefined;
  if (TEXT_FIELDS.some((each) => each === name)) return raw;
  const value: unknown = JSON.parse(raw);
  if (typeof value === "string") return value;
  const isWritten =
    typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));
  return isWritten ? String(value) : undefined;
}
