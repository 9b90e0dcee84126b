import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Job } from "./bill.js";
import { BATCH } from "./customers.js";

/** How many events of how many customers, in files of a batch of customers each. */
export interface Scale {
  readonly events: number;
  readonly customers: number;
}

export function batchesOf({ customers }: Scale): number {
  return Math.ceil(customers / BATCH);
}

/** The numbers of a batch's events, and of its customers. */
export function shareOf(batch: number, scale: Scale) {
  const at = (place: number) => Math.floor((place * scale.events) / batchesOf(scale));
  const firstCustomer = batch * BATCH;
  return {
    from: at(batch),
    until: at(batch + 1),
    firstCustomer,
    customers: Math.min(BATCH, scale.customers - firstCustomer),
  };
}

/** Writes a batch's events as a file of Parquet, where there is none yet. */
export async function writeBatch(
  connection: DuckDBConnection,
  folder: string,
  { name, eventsOf }: Job,
  batch: number,
  scale: Scale,
): Promise<{ readonly file: string; readonly bytes: number }> {
  const { events, customers } = scale;
  const part = `${name}-${events}-of-${customers}-${String(batch).padStart(5, "0")}.parquet`;
  const file = join(folder, part);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const unfinished = `${file}.unfinished`;
    await connection.run(
      `COPY (${eventsOf(batch, scale)}) TO '${unfinished.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    renameSync(unfinished, file);
  }
  return { file, bytes: statSync(file).size };
}
