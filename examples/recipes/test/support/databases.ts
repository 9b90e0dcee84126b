/** PostgreSQL in the process, behind each of the three clients. */
import { readFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { Kysely, PostgresDialect, type PostgresPoolClient } from "kysely";
import { drizzleStore } from "../../src/drizzle.js";
import { type BillingTables, kyselyStore } from "../../src/kysely.js";
import { prismaStore } from "../../src/prisma.js";
import type { BillingStore } from "../../src/store.js";
import { prismaShaped } from "./prisma-shaped.js";

export async function startDatabase(): Promise<PGlite> {
  const database = await PGlite.create();
  await database.exec(readFileSync(new URL("../../src/schema.sql", import.meta.url), "utf8"));
  return database;
}

export const STORES: Readonly<Record<string, (database: PGlite) => BillingStore>> = {
  drizzle: (database) => drizzleStore(drizzle(database)),
  kysely: (database) => kyselyStore(new Kysely<BillingTables>({ dialect: dialectOf(database) })),
  prisma: (database) => prismaStore(prismaShaped(database)),
};

/** Kysely's own dialect of PostgreSQL; the pool has one connection, which is the process itself. */
function dialectOf(database: PGlite): PostgresDialect {
  const client = {
    async query(sql: string, parameters: readonly unknown[]) {
      const { rows, affectedRows = 0 } = await database.query(sql, [...parameters]);
      const command = sql.startsWith("insert") ? "INSERT" : "SELECT";
      return { command, rowCount: affectedRows, rows };
    },
    release() {},
  };
  // Cursors, which its type has too, are not used.
  const connect = () => Promise.resolve(client as unknown as PostgresPoolClient);
  return new PostgresDialect({ pool: { connect, end: () => Promise.resolve() } });
}
