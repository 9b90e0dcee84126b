import { PGlite } from "@electric-sql/pglite";
import type { UsageRow } from "rateplan/sql";
import { creating, type Engine, engineOf } from "./engine.js";

/** A connection to a PostgreSQL. */
export interface Connection {
  /** Runs statements that give nothing. */
  execute(statements: string): Promise<unknown>;
  query(text: string, parameters: readonly string[]): Promise<readonly UsageRow[]>;
  close(): Promise<void>;
}

/** PostgreSQL, as it runs inside of the process. */
export async function pglite(): Promise<Engine> {
  const database = new PGlite();
  await database.waitReady;
  return postgresql({
    execute: (statements) => database.exec(statements),
    query: async (text, parameters) => (await database.query<UsageRow>(text, [...parameters])).rows,
    close: () => database.close(),
  });
}

/** Any PostgreSQL that there is a connection to. */
export async function postgresql({ execute, query, close }: Connection): Promise<Engine> {
  await execute('DROP SCHEMA IF EXISTS "main" CASCADE; CREATE SCHEMA "main"');
  return engineOf({
    dialect: "postgresql",
    types: { text: "text", instant: "timestamptz", json: "jsonb" },
    async replace(table, columns, rows) {
      await execute(creating(table, columns));
      const cells = columns.map(({ type }, place) => `CAST(s ->> ${place} AS ${type})`).join(", ");
      await query(
        `INSERT INTO ${table} SELECT ${cells} FROM jsonb_array_elements(CAST($1 AS jsonb)) AS t(s)`,
        [JSON.stringify(rows)],
      );
    },
    run: ({ text, parameters }) => query(text, parameters),
    close,
  });
}
