/** A worker process: takes batches until it is told to stop, and finishes those that it has. */
import { argv, exit } from "node:process";
import { Worker } from "bullmq";
import type { Batch } from "./batches.js";
import { type BatchResult, billBatch } from "./bill-batch.js";
import { ledger } from "./ledger.js";
import { clientOf, connectionTo, type Patience, QUEUE, type RedisAddress } from "./queue.js";
import { documentStore } from "./store.js";

/** What a worker is told when it starts. */
export interface WorkerSettings {
  readonly redis: RedisAddress;
  readonly run: string;
  readonly patience: Patience;
}

const { redis, run, patience }: WorkerSettings = JSON.parse(argv[2] ?? "");
const client = clientOf(redis);
const store = documentStore(client);
const notes = ledger(client, run);

const worker = new Worker<Batch, BatchResult>(
  QUEUE,
  async (job) => {
    if (job.attemptsStarted > 1) await notes.count("retries", 1);
    return await billBatch(job.data, store, notes);
  },
  {
    connection: connectionTo(redis),
    // One batch is priced while another is read and stored.
    concurrency: 2,
    ...patience,
    // Workers die, and that is nothing that a batch could do for. One that kills twenty of them fails.
    maxStalledCount: 20,
  },
);
// Redis is away, which the progress shows; or a batch went to another worker, because this one was thought dead. Both are provided for.
const EXPECTED = /ECONN|EPIPE|closed|ended|lock|missing key/i;
worker.on("error", (error) => {
  if (!EXPECTED.test(`${error}`)) console.error(`worker: ${error.message}`);
});

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  // What it has is finished; but where Redis is gone as well, nobody waits for that.
  setTimeout(() => exit(1), 20_000).unref();
  await worker.close();
  client.disconnect();
  exit(0);
}
process.on("SIGTERM", () => void stop());
// A terminal's Ctrl+C reaches all processes; whoever started this one says what is to be done.
process.on("SIGINT", () => {});
process.on("disconnect", () => void stop());
void worker.waitUntilReady().then(() => process.send?.("ready"));
