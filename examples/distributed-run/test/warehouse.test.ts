import { PGlite } from "@electric-sql/pglite";
import { describe, expect, it } from "vitest";
import { BROKEN, customersUpTo } from "../src/customers.js";
import { billingRun } from "../src/run.js";
import { usageInProcess } from "../src/usage/in-process.js";
import { loadEvents, usageFromWarehouse } from "../src/usage/warehouse.js";
import { redisForTest } from "./support/redis.js";
import { documentsOfOneProcess, isBroken } from "./support/single-process.js";
import { storedIn } from "./support/stored.js";

describe("usage that a database has summed up", () => {
  const customers = customersUpTo(BROKEN.plan + 20).slice(BROKEN.plan - 60);

  it("is billed as usage that was summed up in the process", async () => {
    const database = await PGlite.create();
    await loadEvents(database, customers);
    const fromDatabase = usageFromWarehouse(database);

    const there = await fromDatabase(customers);
    const here = await usageInProcess(customers);
    expect(there.failed).toMatchObject([
      {
        customerId: "customer-000412",
        issues: [{ code: "unknown_rate_plan", path: "subscription.ratePlanId" }],
      },
    ]);
    expect(here.failed.map(({ customerId }) => customerId)).toEqual(["customer-000412"]);
    const quantities = ({ usage }: typeof here) =>
      [...usage].map(([id, summaries]) => [id, summaries.map(({ quantity }) => quantity)]);
    expect(quantities(there)).toEqual(quantities(here));
    expect(quantities(there)).toHaveLength(79);

    const { address: redis } = await redisForTest();
    const run = { run: "2026-01", redis, customers, workers: 2, batchSize: 25 };
    const progress = await billingRun({ ...run, usage: fromDatabase });
    expect(progress).toMatchObject({ billed: 79, failed: 1, failedBatches: 0 });
    const { documents } = await storedIn(redis, "2026-01");
    await database.close();

    const expected = documentsOfOneProcess(customers.filter((each) => !isBroken(each)));
    expect(documents).toHaveLength(expected.size);
    for (const document of documents) {
      const same = expected.get(document.idempotencyKey);
      expect([document.total, document.lines]).toEqual([same?.total, same?.lines]);
    }
  });
});
