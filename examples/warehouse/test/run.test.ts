/** Two engines, and this process, come to the same documents. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { billBatch, type Job } from "../src/bill.js";
import { differences } from "../src/checks/in-process.js";
import { customersOf } from "../src/customers.js";
import { writeBatch } from "../src/files.js";
import { meter } from "../src/measure.js";
import { outcomesJob } from "../src/outcomes-job.js";
import { type Report, run } from "../src/run.js";
import { usageJob } from "../src/usage-job.js";
import { clickhouse } from "../src/warehouses/clickhouse.js";
import { duckdb, openDuckdb, showing } from "../src/warehouses/duckdb.js";
import type { Warehouse } from "../src/warehouses/warehouse.js";

const FOLDER = "data/test";
const LIMITS = { threads: 2, memory: "1GB", spill: `${FOLDER}/spill` };
/** Two batches, the second of them smaller. */
const USAGE = { events: 200_000, customers: 2_400 };
const OUTCOMES = { events: 6_000, customers: 200 };

let engines: readonly Warehouse[];
beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  engines = [await duckdb(LIMITS), clickhouse(LIMITS)];
});
afterAll(async () => {
  for (const each of engines) await each.close();
  rmSync(FOLDER, { recursive: true, force: true });
});

/** The same run on each engine; on the first, every document is written again from its events. */
async function reports(job: Job, scale: typeof USAGE): Promise<readonly Report[]> {
  const found: Report[] = [];
  for (const [place, warehouse] of engines.entries()) {
    const sample = place === 0 ? scale.customers : 1;
    const options = { job, warehouse, scale, folder: FOLDER, limits: LIMITS, sample };
    found.push(await run({ ...options, plain: job === usageJob }, () => {}));
  }
  return found;
}

describe("a run over Parquet", () => {
  it("bills what the events come to in process, and by hand, on either engine", async () => {
    const [first, second] = await reports(usageJob, USAGE);
    expect(first?.meter.counted("documents")).toBe(2_400);
    expect(first?.sampled).toBe(2_400);
    expect(first?.sampleDifferences).toEqual([]);
    for (const report of [first, second]) {
      expect(report?.compared).toBe(2_400);
      expect(report?.plainDifferences).toEqual([]);
      expect(report?.sampleDifferences).toEqual([]);
    }
    // Equal fingerprints are equal documents.
    expect(second?.digest).toBe(first?.digest);
    expect(second?.total).toBe(first?.total);
  });

  it("judges outcomes from the events that the statement gives, on either engine", async () => {
    const [first, second] = await reports(outcomesJob, OUTCOMES);
    expect(first?.sampled).toBe(200);
    expect(first?.sampleDifferences).toEqual([]);
    expect(Number(first?.total)).toBeGreaterThan(0);
    expect(second?.digest).toBe(first?.digest);
  });

  it("would say so if a document were another one", async () => {
    const { connection, close } = await openDuckdb(LIMITS);
    const { file } = await writeBatch(connection, FOLDER, outcomesJob, 0, OUTCOMES);
    const [engine] = engines;
    await connection.run(showing(file));
    await engine?.show(file);
    const customers = customersOf(0, OUTCOMES.customers).slice(0, 2);
    const documents = engine && (await billBatch(outcomesJob, engine, customers, meter()));
    const [first, second] = documents ?? [];
    if (first === undefined || second === undefined) throw new Error("two documents were due");
    const billed = new Map([
      [0, { ...first, total: "0.01", provisional: [] }],
      [1, second],
    ]);
    const found = await differences(outcomesJob, connection, billed);
    expect(found).toContain("c0000000: total");
    expect(found.every((each) => each.startsWith("c0000000: "))).toBe(true);
    close();
  });
});
