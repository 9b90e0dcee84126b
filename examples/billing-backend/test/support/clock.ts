import type { Queries } from "../../src/database/database.js";

/**
 * From now on the database's clock stands where the test puts it: the one function that all moments come from reads a row. Nothing else of the
 * service is different.
 */
export async function setClock(database: Queries, at: string): Promise<void> {
  await database.script(`
    create table if not exists test_clock (at timestamptz not null);
    create or replace function billing_now() returns timestamptz language sql volatile as
    $$ select at from test_clock $$;
    delete from test_clock`);
  await database.query("insert into test_clock values ($1)", [at]);
}
