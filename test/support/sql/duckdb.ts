import { DuckDBInstance } from "@duckdb/node-api";
import type { UsageRow } from "rateplan/sql";
import { creating, type Engine, engineOf } from "./engine.js";

/** DuckDB, inside of the process. */
export async function duckdb(): Promise<Engine> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  return engineOf({
    dialect: "duckdb",
    types: { text: "VARCHAR", instant: "TIMESTAMPTZ", json: "JSON" },
    async replace(table, columns, rows) {
      await connection.run(creating(table, columns));
      if (rows.length === 0) return;
      const cells = columns.map(({ type }, place) => `CAST(s[${place + 1}] AS ${type})`).join(", ");
      await connection.run(
        `INSERT INTO ${table} SELECT ${cells} FROM (SELECT unnest(from_json(CAST($1 AS JSON), '[["VARCHAR"]]')) AS s)`,
        [JSON.stringify(rows)],
      );
    },
    async run({ text, parameters }) {
      const result = await connection.runAndReadAll(text, [...parameters]);
      return result.getRowObjectsJS() as unknown as readonly UsageRow[];
    },
    close: () => Promise.resolve(connection.closeSync()),
  });
}
