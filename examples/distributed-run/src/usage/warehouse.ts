/** Usage from the database that holds the events: here PostgreSQL in the process (PGlite), elsewhere the company's warehouse. */
import type { PGlite } from "@electric-sql/pglite";
import { documentsDue, isPricingError, type UsageSummary } from "rateplan";
import {
  type EventsTable,
  summariesFromRows,
  type UnpricedRequest,
  type UsageRow,
  usageQuery,
  usageSegments,
} from "rateplan/sql";
import { catalog, period } from "../catalog.js";
import { type Customer, eventsOf } from "../customers.js";
import { type FailedCustomer, failureOf } from "../ledger.js";
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
  return async (customers) => {
    const failed: FailedCustomer[] = [];
    const requests: UnpricedRequest[] = [];
    const usage = new Map<string, UsageSummary[]>();
    for (const { id, subscription } of customers) {
      try {
        for (const due of documentsDue(subscription, { catalog, until: period.end })) {
          if (due.usage !== null) requests.push({ catalog, subscription, period: due.period });
        }
        usage.set(id, []);
      } catch (error) {
        if (!isPricingError(error)) throw error;
        failed.push(failureOf(id, error.issues));
      }
    }
    const { charges, segments } = usageSegments(requests);
    const query = usageQuery({ dialect: "postgresql", events, charges, segments });
    const { rows } = await database.query<UsageRow>(query.text, [...query.parameters]);
    for (const summary of summariesFromRows(rows, query)) {
      usage.get(summary.customerId ?? "")?.push(summary);
    }
    return { usage, failed };
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
