import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { UsageRow } from "rateplan/sql";
import type { Limits, Warehouse } from "./warehouse.js";

/** DuckDB inside of this process, with nothing of its own: the events stay in Parquet. */
export async function openDuckdb({ threads, memory, spill }: Limits): Promise<{
  readonly connection: DuckDBConnection;
  readonly close: () => void;
}> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(threads),
    memory_limit: memory,
    temp_directory: spill,
  });
  const connection = await instance.connect();
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

export async function duckdb(limits: Limits): Promise<Warehouse> {
  const { connection, close } = await openDuckdb(limits);
  const [[version]] = (await connection.runAndReadAll("SELECT version()")).getRowsJS() as [
    [string],
  ];
  return {
    dialect: "duckdb",
    version: `DuckDB ${version}`,
    async show(file) {
      await connection.run(showing(file));
    },
    async run({ text, parameters }) {
      const result = await connection.runAndReadAll(text, [...parameters]);
      const rows = result.getRowObjectsJS() as unknown as readonly UsageRow[];
      return { rows, uncompressedBytes: 0 };
    },
    close,
  };
}

/** A view over a file. */
export function showing(file: string): string {
  return `CREATE OR REPLACE VIEW events AS SELECT * FROM read_parquet('${file.replaceAll("'", "''")}')`;
}
