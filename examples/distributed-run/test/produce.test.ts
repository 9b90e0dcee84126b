import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { planBatches } from "../src/batches.js";
import { BROKEN, customersUpTo } from "../src/customers.js";
import { ledger } from "../src/ledger.js";
import { produce } from "../src/produce.js";
import { batchQueue, clientOf } from "../src/queue.js";
import { usageInProcess } from "../src/usage/in-process.js";
import { redisForTest } from "./support/redis.js";

describe("the producer", () => {
  it("waits for the workers, and holds no more in the queue than it may", async () => {
    const { address } = await redisForTest();
    const [queue, client] = [batchQueue(address), clientOf(address)];
    const notes = ledger(client, "test");
    const batches = planBatches("test", customersUpTo(200), 5);
    const stop = new AbortController();
    const options = { queue, ledger: notes, usage: usageInProcess, ahead: 3, signal: stop.signal };
    const producing = produce(batches, options);
    while ((await queue.getWaitingCount()) < 3) await wait(10);
    await wait(300);
    expect(await queue.getWaitingCount()).toBe(3);
    // One is taken, and one more comes.
    const [job] = await queue.getWaiting();
    await job?.remove();
    while ((await queue.getWaitingCount()) < 3) await wait(10);
    await wait(300);
    expect(await queue.getWaitingCount()).toBe(3);
    stop.abort();
    expect(await producing).toBe(4);
    await queue.close();
    client.disconnect();
  });

  it("adds a batch once however often it is started, with sums instead of events, and lists who cannot be summed up", async () => {
    const { address } = await redisForTest();
    const [queue, client] = [batchQueue(address), clientOf(address)];
    const notes = ledger(client, "test");
    const customers = customersUpTo(BROKEN.plan + 20).slice(BROKEN.plan - 80);
    const batches = planBatches("test", customers, 50);
    const { signal } = new AbortController();
    const options = { queue, ledger: notes, usage: usageInProcess, ahead: 100, signal };
    await produce(batches, options);
    await produce(batches, options);
    expect(await queue.getWaitingCount()).toBe(batches.length);
    const jobs = await queue.getWaiting();
    const billed = jobs.flatMap(({ data }) => data.customers.map(({ id }) => id));
    const sound = customers.map(({ id }) => id).filter((id) => id !== "customer-000412");
    expect(billed.sort()).toEqual(sound);
    const text = JSON.stringify(jobs.map(({ data }) => data));
    expect(text).toContain('"judgesOutcomes"');
    // Every event has one.
    expect(text.includes('"timestamp"')).toBe(false);
    expect(await notes.failed()).toMatchObject([
      {
        customerId: "customer-000412",
        issues: [{ code: "unknown_rate_plan", path: "subscription.ratePlanId" }],
      },
    ]);
    await queue.close();
    client.disconnect();
  });
});
