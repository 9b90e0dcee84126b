import pg from "pg";
import type { Database, Queries } from "./database.js";

/** A holder of locks that hangs loses its connection, and with it the locks. */
const SESSION = "-c idle_in_transaction_session_timeout=60000 -c statement_timeout=60000";

export interface PostgresOptions {
  readonly connections?: number | undefined;
}

export function openPostgres(url: string, { connections = 10 }: PostgresOptions = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    options: SESSION,
  });
  // A connection that breaks while nobody uses it: the pool opens another when it is asked for one.
  pool.on("error", () => {});

  return {
    ...queriesOf(pool),
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // Between two statements there is nobody else to hear of it; the next statement fails.
      const hear = (error: Error) => {
        broken = error;
      };
      client.on("error", hear);
      try {
        await client.query("begin");
        const result = await work(queriesOf(client));
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback").catch((failure: unknown) => {
          broken = failure instanceof Error ? failure : new Error(String(failure));
        });
        throw error;
      } finally {
        client.off("error", hear);
        client.release(broken);
      }
    },
    close: () => pool.end(),
  };
}

function queriesOf(client: pg.Pool | pg.PoolClient): Queries {
  return {
    async query(statement, parameters = []) {
      const { rows } = await client.query({ text: statement, values: [...parameters] });
      return rows;
    },
    async script(statements) {
      await client.query(statements);
    },
  };
}
