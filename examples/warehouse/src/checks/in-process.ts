import type { DuckDBConnection } from "@duckdb/node-api";
import { type Invoice, invoice, parseEvents } from "rateplan";
import type { EventsTable } from "rateplan/sql";
import type { Job } from "../bill.js";
import { AS_OF } from "../catalog.js";
import { customerId } from "../customers.js";

/**
 * Bills customers once more, from their events as they stand in Parquet: no statement counts them and no summary is made, and ids
 * are told apart here. Answers what differs, field by field.
 */
export async function differences(
  { catalog, events: { columns }, dueOf }: Job,
  connection: DuckDBConnection,
  billed: ReadonlyMap<number, Invoice>,
): Promise<readonly string[]> {
  const events = await eventsOf(connection, columns, [...billed.keys()].map(customerId));
  return [...billed].flatMap(([number, document]) => {
    const request = { catalog, asOf: AS_OF, ...dueOf(number) };
    const usage = parseEvents(events.get(customerId(number)) ?? []);
    return compare(document, invoice({ ...request, usage }));
  });
}

/**
 * A document from summaries differs from one of events in three fields by their nature: the policy that both record
 * (`deduplicate`), the report of what became of each event, and the fingerprint, as it is of all fields. Of the warnings, one
 * counts what that report says: events whose ids others have. All else is compared as JSON text, byte for byte.
 */
const NOT_COMPARED: readonly (keyof Invoice)[] = ["policy", "usage", "fingerprint"];

function compare(ours: Invoice, theirs: Invoice): readonly string[] {
  const [own, other] = [comparable(ours), comparable(theirs)];
  const names = new Set([...Object.keys(own), ...Object.keys(other)]);
  for (const name of NOT_COMPARED) names.delete(name);
  return [...names]
    .filter((name) => JSON.stringify(own[name]) !== JSON.stringify(other[name]))
    .map((name) => `${ours.customerId}: ${name}`);
}

function comparable({ warnings, ...document }: Invoice): Readonly<Record<string, unknown>> {
  return { ...document, warnings: warnings.filter(({ code }) => code !== "conflicting_events") };
}

/** The events of some customers, as JSON of the columns that hold their fields. */
async function eventsOf(
  connection: DuckDBConnection,
  columns: EventsTable["columns"],
  customers: readonly string[],
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const fields = Object.entries(columns).map(
    ([field, column]) => `'${field}', ${(AS_JSON[field] ?? asText)(String(column))}`,
  );
  const list = customers.map((each) => `'${each}'`).join(", ");
  const result = await connection.runAndReadAll(
    `SELECT ${columns.customerId}, CAST(json_object(${fields.join(", ")}) AS VARCHAR)
     FROM events WHERE ${columns.customerId} IN (${list})`,
  );
  const events = new Map(customers.map((each) => [each, [] as unknown[]]));
  for (const [customer, event] of result.getRowsJS()) {
    events.get(String(customer))?.push(JSON.parse(String(event)));
  }
  return events;
}

const asText = (column: string) => `CAST(${column} AS VARCHAR)`;
const asInstant = (column: string) => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`;

const AS_JSON: Readonly<Record<string, (column: string) => string>> = {
  timestamp: asInstant,
  receivedAt: asInstant,
  properties: (column) => `CAST(${column} AS JSON)`,
};
