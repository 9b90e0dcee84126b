import { PGlite, type Transaction } from "@electric-sql/pglite";
import type { Database, Queries } from "./database.js";

/** PostgreSQL inside this process, in memory or in a folder: one session, whose transactions come one after the other. */
export async function openPglite(dataDirectory?: string): Promise<Database> {
  const client = await PGlite.create(dataDirectory);
  return {
    ...queriesOf(client),
    transaction: (work) => client.transaction((within) => work(queriesOf(within))),
    close: () => client.close(),
  };
}

function queriesOf(client: PGlite | Transaction): Queries {
  return {
    async query<Row>(statement: string, parameters: readonly unknown[] = []) {
      const { rows } = await client.query<Row>(statement, [...parameters]);
      return rows;
    },
    async script(statements) {
      await client.exec(statements);
    },
  };
}
