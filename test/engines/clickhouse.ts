import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Session } from "chdb";
import type { UsageRow } from "rateplan/sql";
import { type Engine, engineOf } from "../support/sql/engine.js";

/** ClickHouse, inside of the process. */
export async function clickhouse(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "rateplan-clickhouse-"));
  const session = new Session(folder);
  await session.queryAsync('CREATE DATABASE "main"');
  const run = async (text: string, parameters: readonly string[]) => {
    const named = Object.fromEntries(parameters.map((value, place) => [`p${place + 1}`, value]));
    return (await session.queryBindAsync(text, named, { format: "JSONEachRow" })).text();
  };
  return engineOf({
    dialect: "clickhouse",
    types: {
      text: "Nullable(String)",
      instant: "Nullable(DateTime64(6, 'UTC'))",
      json: "Nullable(String)",
    },
    async replace(table, columns, rows) {
      const defined = columns.map(({ name, type }) => `${name} ${type}`).join(", ");
      await session.queryAsync(`DROP TABLE IF EXISTS ${table}`);
      await session.queryAsync(`CREATE TABLE ${table} (${defined}) ENGINE = Memory`);
      if (rows.length === 0) return;
      const cells = columns.map(({ type }, place) =>
        type.includes("DateTime64")
          ? `parseDateTime64BestEffortOrNull(s[${place + 1}], 6, 'UTC')`
          : `s[${place + 1}]`,
      );
      await run(
        `INSERT INTO ${table} SELECT ${cells.join(", ")} FROM (SELECT arrayJoin(JSONExtract({p1:String}, 'Array(Array(Nullable(String)))')) AS s)`,
        [JSON.stringify(rows)],
      );
    },
    async run({ text, parameters }) {
      const lines = (await run(text, parameters)).split("\n");
      return lines.filter((line) => line !== "").map((line): UsageRow => JSON.parse(line));
    },
    close() {
      session.close();
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
}
