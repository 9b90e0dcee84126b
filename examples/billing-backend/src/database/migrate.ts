import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import type { Database } from "./database.js";

const FOLDER = new URL("../../migrations/", import.meta.url);
const NAME = /^(\d{4})-[a-z-]+\.sql$/;

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly statements: string;
  readonly sha256: string;
}

/**
 * Applies what is new in `migrations/`, in the order of the numbers, each in a transaction with its row. Processes that start together
 * wait for each other. A file that was changed since it was applied is an error: the next change is the next file.
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const migrations = await readMigrations();
  await database.script(`
    create table if not exists migrations (
      number integer primary key, name text not null, sha256 text not null,
      applied_at timestamptz not null default clock_timestamp()
    )`);
  const applied: string[] = [];
  for (const migration of migrations) {
    if (await apply(database, migration)) applied.push(migration.name);
  }
  return applied;
}

function apply(database: Database, { number, name, statements, sha256 }: Migration) {
  return database.transaction(async (within) => {
    await within.query("lock table migrations in exclusive mode");
    const [known] = await within.query<{ sha256: string }>(
      "select sha256 from migrations where number = $1",
      [number],
    );
    if (known !== undefined) {
      if (known.sha256 === sha256) return false;
      throw new Error(`${name} was changed after it had been applied`);
    }
    await within.script(statements);
    await within.query("insert into migrations (number, name, sha256) values ($1, $2, $3)", [
      number,
      name,
      sha256,
    ]);
    return true;
  });
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
