/** Usage from the database that holds the events: here PostgreSQL in the process (PGlite), elsewhere the company's warehouse. */
import type { PGlite } from "@electric-sql/pglite";
import type { UsageSummary } from "rateplan";
import {
  type EventsTable,
  summariesFromRows,
  type UsageRow,
  usageQuery,
  usageSegments,
} from "rateplan/sql";
import { catalog, period } from "../catalog.js";
import { type Customer, eventsOf } from "../customers.js";
import type { UsageSource } from "./source.js";

const events: EventsTable = {
  table: "events",
  columns: {
    id: "id",
    customerId: "customer_id",
    unitOfMeasure: "unit",
    timestamp: "happened_at",
    quantity: "quantity",
    properties: "properties",
  },
};

export function usageFromWarehouse(database: PGlite): UsageSource {
  return {
    // 17, subscription, startDate
    locate: ([place, ...path]) => ({ place: Number(place), path }),
    async summaries(customers) {
      const requests = customers.map(({ subscription }) => ({ catalog, subscription, period }));
      const { charges, segments } = usageSegments(requests);
      const query = usageQuery({ dialect: "postgresql", events, charges, segments });
      const { rows } = await database.query<UsageRow>(query.text, [...query.parameters]);
      const byCustomer = new Map(customers.map(({ id }) => [id, [] as UsageSummary[]]));
      for (const summary of summariesFromRows(rows, query)) {
        byCustomer.get(summary.customerId ?? "")?.push(summary);
      }
      return byCustomer;
    },
  };
}

/** What a company's pipeline has done before: the events of these customers, in a table. */
export async function loadEvents(database: PGlite, customers: readonly Customer[]): Promise<void> {
  await database.exec(`
    CREATE TABLE events (
      id text NOT NULL, customer_id text NOT NULL, unit text NOT NULL,
      happened_at timestamptz NOT NULL, quantity numeric, properties jsonb
    )`);
  for (let from = 0; from < customers.length; from += 500) {
    const rows = customers.slice(from, from + 500).flatMap(eventsOf);
    await database.query(
      `INSERT INTO events
       SELECT e->>'id', e->>'customerId', e->>'unitOfMeasure', (e->>'timestamp')::timestamptz, (e->>'quantity')::numeric, e->'properties'
       FROM jsonb_array_elements($1::jsonb) AS e`,
      [JSON.stringify(rows)],
    );
  }
}
