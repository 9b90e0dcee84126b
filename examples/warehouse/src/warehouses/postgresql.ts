import pg from "pg";
import type { UsageRow } from "rateplan/sql";
import type { Warehouse } from "./warehouse.js";

/** A PostgreSQL server with a table, or a view, of all events. */
export async function postgresql(connectionString: string): Promise<Warehouse> {
  // It takes what a parameter lists for a hundred rows, and would look through thousands for every event.
  const client = new pg.Client({ connectionString, options: "-c enable_nestloop=off" });
  await client.connect();
  const { rows } = await client.query<{ version: string }>("SHOW server_version");
  return {
    dialect: "postgresql",
    version: `PostgreSQL ${rows[0]?.version}`,
    async show() {
      // Its table holds the events of all batches.
    },
    async run({ text, parameters }) {
      const result = await client.query<UsageRow>(text, [...parameters]);
      return { rows: result.rows, uncompressedBytes: 0 };
    },
    async close() {
      await client.end();
    },
  };
}
