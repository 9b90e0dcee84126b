import { createHash } from "node:crypto";
import { compareAmounts, type Invoice, sumAmounts } from "rateplan";
import { billBatch, type Job } from "./bill.js";
import { differences } from "./checks/in-process.js";
import { plainTotals } from "./checks/plain-totals.js";
import { customersOf } from "./customers.js";
import { batchesOf, type Scale, writeBatch } from "./files.js";
import { type Meter, memory, meter } from "./measure.js";
import { openDuckdb, showing } from "./warehouses/duckdb.js";
import type { Limits, Warehouse } from "./warehouses/warehouse.js";

/** A run: what is billed, by which engine, and how it is checked. */
export interface RunOptions {
  readonly job: Job;
  readonly warehouse: Warehouse;
  readonly scale: Scale;
  readonly folder: string;
  readonly limits: Limits;
  /** How many customers of each batch are billed once more from their events. */
  readonly sample: number;
  /** Whether each total is compared with that of the statement written by hand. */
  readonly plain: boolean;
}

/** How far it has come. */
export interface Progress {
  readonly batch: number;
  readonly batches: number;
  readonly documents: number;
  readonly megabytes: number;
}

/** What came of it. */
export interface Report {
  readonly meter: Meter;
  readonly parquetBytes: number;
  /** The sum of all totals. */
  readonly total: string;
  /** A digest of all fingerprints: equal for equal documents in the same order. */
  readonly digest: string;
  /** Customers billed once more in process, and what differed. */
  readonly sampled: number;
  readonly sampleDifferences: readonly string[];
  /** Totals compared with those of the statement written by hand, and which differed. */
  readonly compared: number;
  readonly plainDifferences: readonly string[];
  /** Megabytes after the first tenth of the batches, and after the last. */
  readonly early: number;
  readonly late: number;
  readonly peak: number;
}

/** Bills batch after batch. What is kept of a batch is a sum and a digest, so that memory does not grow with their number. */
export async function run(
  { job, warehouse, scale, folder, limits, sample, plain }: RunOptions,
  tell: (progress: Progress) => void,
): Promise<Report> {
  const checker = await openDuckdb(limits);
  const stages = meter();
  const digest = createHash("sha256");
  const batches = batchesOf(scale);
  const [sampleDifferences, plainDifferences]: [string[], string[]] = [[], []];
  let [parquetBytes, sampled, compared, total, early] = [0, 0, 0, "0", 0];
  for (let batch = 0; batch < batches; batch += 1) {
    const customers = customersOf(batch, scale.customers);
    const { file, bytes } = await stages.measure("events", () =>
      writeBatch(checker.connection, folder, job, batch, scale),
    );
    parquetBytes += bytes;
    await checker.connection.run(showing(file));
    await warehouse.show(file);
    const documents = await billBatch(job, warehouse, customers, stages);
    for (const { fingerprint } of documents) digest.update(fingerprint);
    total = sumAmounts([total, ...documents.map((each) => each.total)]);
    await stages.measure("in process", async () => {
      const some = sampleOf(customers, documents, sample);
      sampled += some.size;
      sampleDifferences.push(...(await differences(job, checker.connection, some)));
    });
    if (plain) {
      await stages.measure("by hand", async () => {
        const totals = await plainTotals(checker.connection, customers);
        compared += totals.size;
        plainDifferences.push(...unlike(documents, totals));
      });
    }
    const { now } = memory();
    if (batch === Math.floor(batches / 10)) early = now;
    tell({ batch: batch + 1, batches, documents: stages.counted("documents"), megabytes: now });
  }
  checker.close();
  const { now: late, peak } = memory();
  const checks = { sampled, sampleDifferences, compared, plainDifferences };
  const found = { total, digest: digest.digest("hex"), ...checks };
  return { meter: stages, parquetBytes, ...found, early, late, peak };
}

/** The first customers of a batch, who have the most events, and others spread over it. */
function sampleOf(
  customers: readonly number[],
  documents: readonly Invoice[],
  size: number,
): ReadonlyMap<number, Invoice> {
  const step = Math.max(1, Math.floor(customers.length / size));
  const pairs = customers.flatMap((number, place) => {
    const document = documents[place];
    const isTaken = place === 1 || place % step === 0 || place % step === 7;
    return isTaken && document !== undefined ? [[number, document] as const] : [];
  });
  return new Map(pairs.slice(0, size));
}

function unlike(documents: readonly Invoice[], totals: ReadonlyMap<string, string>) {
  return documents.flatMap(({ customerId, total }) => {
    const other = totals.get(customerId);
    if (other !== undefined && compareAmounts(total, other) === 0) return [];
    return [`${customerId} ${total} ${other}`];
  });
}
