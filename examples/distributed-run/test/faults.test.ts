/** Whole runs, while workers and Redis are killed. Each prints what it has survived. */
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "bullmq";
import { describe, expect, it } from "vitest";
import { type Batch, planBatches } from "../src/batches.js";
import { billBatch } from "../src/bill-batch.js";
import { BROKEN, customersUpTo } from "../src/customers.js";
import { ledger } from "../src/ledger.js";
import { produce } from "../src/produce.js";
import type { Progress } from "../src/progress.js";
import { batchQueue, clientOf, connectionTo, type Patience, QUEUE } from "../src/queue.js";
import { startRedis } from "../src/redis-server.js";
import { billingRun } from "../src/run.js";
import { documentStore } from "../src/store.js";
import { usageInProcess } from "../src/usage/in-process.js";
import type { Workers } from "../src/workers.js";
import { redisForTest } from "./support/redis.js";
import { expectExactlyOnce, storedIn } from "./support/stored.js";

/** A killed worker's batches go to another soon; one that has to wait for a busy machine keeps its own. */
const patience: Patience = { lockDuration: 5_000, stalledInterval: 1_000 };
/** On a machine that is too busy to start a worker within seconds, killing ends here, and billing goes on. */
const MOST_KILLED = 15;
const RUN = "2026-01";

function print({ retries, again }: Progress, stored: string, what: string): void {
  const tried = `${retries} batches begun again, ${again} documents kept from being stored twice`;
  console.log(`${what}: ${tried}\n${stored}`);
}

describe("a run", () => {
  it("stores each document once while a worker is killed every second", async () => {
    const { address: redis } = await redisForTest();
    let killed = 0;
    let workers: Workers | undefined;
    const killer = setInterval(() => {
      // The one that has been there longest.
      if (killed < MOST_KILLED && workers?.running()[0]?.kill("SIGKILL")) killed += 1;
    }, 1_000);
    // A fast machine bills more customers until five workers are dead. One has a plan that is none.
    const from = BROKEN.plan - 80;
    let count = from;
    let progress: Progress | undefined;
    while (killed < 5) {
      count += 120;
      progress = await billingRun({
        run: RUN,
        redis,
        customers: customersUpTo(count).slice(from),
        usage: usageInProcess,
        workers: 3,
        batchSize: 5,
        patience,
        onProgress: (_, all) => {
          workers = all;
        },
      });
    }
    clearInterval(killer);
    const stored = expectExactlyOnce(await storedIn(redis, RUN), customersUpTo(count).slice(from));
    if (progress === undefined) throw new Error("unreachable: nobody was killed");
    print(progress, stored, `${killed} workers killed`);
    expect(progress.retries).toBeGreaterThan(0);
    expect(progress.failedBatches).toBe(0);
  });

  it("finds the documents of a worker that died after its work and before it said so", async () => {
    const { address: redis } = await redisForTest();
    const some = customersUpTo(40);
    const queue = batchQueue(redis);
    const client = clientOf(redis);
    const notes = ledger(client, RUN);
    const batches = planBatches(RUN, some, 5);
    const { signal } = new AbortController();
    await produce(batches, { queue, ledger: notes, usage: usageInProcess, ahead: 100, signal });
    const dying = new Worker<Batch>(QUEUE, null, {
      connection: connectionTo(redis),
      lockDuration: patience.lockDuration,
    });
    const job = await dying.getNextJob("dying");
    if (job === undefined) throw new Error("there is no batch");
    const { stored } = await billBatch(job.data, documentStore(client), notes);
    expect(stored).toBeGreaterThan(0);
    await dying.close();
    await queue.close();
    client.disconnect();

    const options = { run: RUN, redis, customers: some, usage: usageInProcess, patience };
    const progress = await billingRun({ ...options, workers: 1, batchSize: 5 });
    const found = expectExactlyOnce(await storedIn(redis, RUN), some);
    print(
      progress,
      found,
      `1 worker dead with ${stored} documents stored and its batch not acknowledged`,
    );
    expect(progress.retries).toBeGreaterThan(0);
  });

  it("goes on where Redis went away without a warning, and came back", async () => {
    const server = await redisForTest();
    let documents = 0;
    let restarts = 0;
    let isOver = false;
    const away = (async () => {
      let { kill } = server;
      for (;;) {
        const before = documents;
        while (documents <= before && !isOver) await wait(20);
        if (isOver || restarts === 2) return kill;
        await kill();
        await wait(1_000);
        ({ kill } = await startRedis(server.folder, server.address.port));
        restarts += 1;
      }
    })();
    const some = customersUpTo(550).slice(400);
    const progress = await billingRun({
      run: RUN,
      redis: server.address,
      customers: some,
      usage: usageInProcess,
      workers: 2,
      batchSize: 5,
      patience,
      onProgress: (progress) => {
        documents = progress.documents;
      },
    });
    isOver = true;
    const kill = await away;
    const stored = expectExactlyOnce(await storedIn(server.address, RUN), some);
    await kill();
    print(progress, stored, `Redis killed ${restarts} times`);
    expect(restarts).toBeGreaterThan(0);
    expect(progress.failedBatches).toBe(0);
  });

  it("takes the batches of a worker that hangs, and drops what it writes when it wakes up", async () => {
    const { address: redis } = await redisForTest();
    let hung: number | undefined;
    const some = customersUpTo(550).slice(400);
    const progress = await billingRun({
      run: RUN,
      redis,
      customers: some,
      usage: usageInProcess,
      workers: 2,
      batchSize: 5,
      patience,
      onProgress: (progress, workers) => {
        const [worker] = workers.running();
        if (hung !== undefined || progress.active < 4 || worker?.pid === undefined) return;
        hung = worker.pid;
        worker.kill("SIGSTOP");
        // Long enough for its locks to run out twice over.
        setTimeout(() => worker.kill("SIGCONT"), 12_000);
      },
    });
    const stored = expectExactlyOnce(await storedIn(redis, RUN), some);
    print(progress, stored, "1 worker hung");
    expect(hung).toBeDefined();
    expect(progress.retries).toBeGreaterThan(0);
  });
});
