import { Session } from "chdb";
import type { UsageRow } from "rateplan/sql";
import type { Limits, Warehouse } from "./warehouse.js";

/** ClickHouse inside of this process (chdb), over the same Parquet. A process can have one of them at a time. */
export function clickhouse({ threads, memory }: Limits): Warehouse {
  const session = new Session();
  session.query(
    `SET max_threads = ${threads}, max_memory_usage = ${bytesOf(memory)}, session_timezone = 'UTC'`,
  );
  return {
    dialect: "clickhouse",
    version: `ClickHouse ${session.query("SELECT version()", "TSV").trim()}`,
    async show(file) {
      const path = file.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
      await session.queryAsync(
        `CREATE OR REPLACE VIEW events AS SELECT * FROM file('${path}', Parquet)`,
      );
    },
    async run({ text, parameters }) {
      const named = Object.fromEntries(parameters.map((value, place) => [`p${place + 1}`, value]));
      const result = await session.queryBindAsync(text, named, { format: "JSONEachRow" });
      const lines = result.text().split("\n");
      const rows = lines.filter((line) => line !== "").map((line): UsageRow => JSON.parse(line));
      return { rows, uncompressedBytes: result.bytesRead };
    },
    close() {
      session.close();
    },
  };
}

const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9 };

function bytesOf(memory: string): number {
  const [, number, unit] = /^(\d+)(MB|GB)$/.exec(memory) ?? [];
  if (number === undefined || unit === undefined) {
    throw new Error(`${memory} is no size such as 500MB or 2GB`);
  }
  return Number(number) * (UNITS[unit] ?? 1);
}
