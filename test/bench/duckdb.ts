/** DuckDB on one thread, as the ways of some benchmarks: its tables stand in memory, and results come back as typed arrays. */
import { DuckDBInstance } from "@duckdb/node-api";

export interface DuckDb {
  run(sql: string, ...parameters: readonly string[]): Promise<void>;
  /** The doubles that a statement answers with, in its only column. */
  doubles(sql: string): Promise<Float64Array>;
}

export async function duckDb(): Promise<DuckDb> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  return {
    async run(sql, ...parameters) {
      await connection.run(sql, [...parameters]);
    },
    async doubles(sql) {
      const result = await connection.run(sql);
      const chunks: Float64Array[] = [];
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        const { items } = chunk.getColumnVector(0) as unknown as { readonly items: Float64Array };
        chunks.push(items.subarray(0, chunk.rowCount));
      }
      const all = new Float64Array(chunks.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const chunk of chunks) {
        all.set(chunk, at);
        at += chunk.length;
      }
      return all;
    },
  };
}
