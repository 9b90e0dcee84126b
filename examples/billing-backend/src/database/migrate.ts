import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { Database, Queries } from "./database.js";

const FOLDER = new URL("../../migrations/", import.meta.url);
const NAME = /^(\d{4})-[a-z-]+\.sql$/;

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: string;
  readonly sha256: string;
}

/**
 * Applies what is new in `migrations/`, in the order of the numbers, all of it or nothing. Processes that start together wait for
 * each other. A file that was changed since it was applied is an error: the next change is the next file.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const migrations = await readMigrations();
  if ((await missing(database, migrations)).length === 0) return [];
  return database.transaction(async (within) => {
    // Not a lock of the table: there is none yet, or who would make it?
    await within.query("select pg_advisory_xact_lock(27010)");
    await within.script(`create table if not exists migrations (
      number integer primary key, name text not null, sha256 text not null,
      applied_at timestamptz not null default clock_timestamp()
    )`);
    const added = await missing(within, migrations);
    for (const { number, name, statements, sha256 } of added) {
      await within.script(statements);
      await within.query("insert into migrations (number, name, sha256) values ($1, $2, $3)", [
        number,
        name,
        sha256,
      ]);
    }
    return added.map(({ name }) => name);
  });
}

async function missing(
  within: Queries,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const tables = await within.query("select 1 where to_regclass('migrations') is not null");
  if (tables.length === 0) return migrations;
  const rows = await within.query<{ number: number; sha256: string }>(
    "select number, sha256 from migrations",
  );
  const applied = new Map(rows.map(({ number, sha256 }) => [number, sha256]));
  for (const { number, name, sha256 } of migrations) {
    if ((applied.get(number) ?? sha256) !== sha256) {
      throw new Error(`${name} was changed after it had been applied`);
    }
  }
  return migrations.filter(({ number }) => !applied.has(number));
}

async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(NAME.exec(name)?.[1]);
      if (number !== index + 1) throw new Error(`${name} is not migration ${index + 1}`);
      const statements = await readFile(new URL(name, FOLDER), "utf8");
      const sha256 = createHash("sha256").update(statements).digest("hex");
      return { number, name, statements, sha256 };
    }),
  );
}
