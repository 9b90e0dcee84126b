/** A billing run: workers, batches, and an eye on both until every customer is billed or known to have something wrong. */
import { setTimeout as wait } from "node:timers/promises";
import { QueueEvents } from "bullmq";
import { planBatches } from "./batches.js";
import type { Customer } from "./customers.js";
import { ledger } from "./ledger.js";
import { produce } from "./produce.js";
import { type Progress, progressOf } from "./progress.js";
import {
  batchQueue,
  clientOf,
  connectionTo,
  PATIENT,
  type Patience,
  type RedisAddress,
} from "./queue.js";
import type { UsageSource } from "./usage/source.js";
import { startWorkers, type Workers } from "./workers.js";

export interface RunOptions {
  /** The run's name, part of its jobs' ids. */
  readonly run: string;
  readonly redis: RedisAddress;
  readonly customers: readonly Customer[];
  readonly usage: UsageSource;
  readonly workers: number;
  /** Customers of a batch: enough that pricing outweighs the queue, few enough that little is done again. */
  readonly batchSize: number;
  readonly ahead?: number;
  readonly patience?: Patience;
  /** Stops the run: what has begun is finished, the rest stays for the next start. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress, workers: Workers) => void;
}

const NEVER = new AbortController().signal;
/** What a Redis has forgotten that went away without its disk is added again; what is left after that many times needs a person. */
const PASSES = 3;

export async function billingRun(options: RunOptions): Promise<Progress> {
  const { run, redis, customers, usage, batchSize, patience = PATIENT, signal = NEVER } = options;
  const { ahead = options.workers * 4, onProgress = () => {} } = options;
  const queue = batchQueue(redis);
  const client = clientOf(redis);
  const events = new QueueEvents(queue.name, { connection: connectionTo(redis) });
  events.on("error", () => {});
  let stalled = 0;
  events.on("stalled", () => {
    stalled += 1;
  });
  const notes = ledger(client, run);
  // A start tries again what has failed: somebody may have mended it.
  await queue.retryJobs({ state: "failed" });
  await notes.forgetFailures();
  const workers = startWorkers(options.workers, { redis, run, patience });
  const look = async (): Promise<Progress> =>
    progressOf({ queue, ledger: notes, customers: customers.length, stalled, workers });
  let isOver = false;
  const watch = (async () => {
    while (!isOver) {
      onProgress(await look(), workers);
      await wait(200);
    }
  })();
  try {
    await workers.ready;
    const batches = planBatches(run, customers, batchSize);
    for (let pass = 0; pass < PASSES && !signal.aborted; pass += 1) {
      const added = await produce(batches, { queue, ledger: notes, usage, ahead, signal });
      while (!signal.aborted && (await pending(queue)) > 0) await wait(50);
      if (added === 0) break;
    }
    await workers.stop();
    isOver = true;
    await watch;
    const last = await look();
    onProgress(last, workers);
    return last;
  } finally {
    isOver = true;
    await workers.stop();
    // What it still asks for is of no interest, where something else went wrong.
    await watch.catch(() => {});
    await Promise.all([events.close(), queue.close()]);
    client.disconnect();
  }
}

/** How many batches are not done, but for those that have failed. */
async function pending(queue: ReturnType<typeof batchQueue>): Promise<number> {
  return await queue.getJobCountByTypes("waiting", "active", "delayed", "prioritized");
}
