import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { got, openTest, type TestBilling } from "../support/billing.js";
import { call, calls, newTenant, outcome, plan, platform, product } from "../support/plans.js";

let open: TestBilling;
beforeAll(async () => {
  open = await openTest();
});
afterAll(() => open.close());

/** Closes at a moment: what was written, in short. */
async function closed(tenant: string, at: string): Promise<readonly string[]> {
  await open.at(at);
  const { documents, failed } = await got(open.billing.close(tenant));
  expect(failed).toEqual([]);
  return documents.map(({ sequence, scope, total }) => `${sequence} ${scope} ${total}`);
}

describe("closing", () => {
  it("writes the opening and each period that is over, once", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open);
    const { billing } = open;
    await billing.ingest(tenant, [
      call("c1", "2026-01-10T09:00:00Z"),
      call("c2", "2026-02-10T09:00:00Z", { quantity: 3 }),
      outcome("o1", "2026-01-31T23:59:59Z"),
    ]);
    // The fee of 30; 0.50 + 1 + 30; 3 × 0.50 + 30.
    expect(await closed(tenant, "2026-01-01T02:00:00Z")).toEqual(["1 opening 30.00"]);
    expect(await closed(tenant, "2026-03-01T02:00:00Z")).toEqual([
      "2 period 31.50",
      "3 period 31.50",
    ]);
    expect(await closed(tenant, "2026-03-01T02:00:00Z")).toEqual([]);
  });

  it("closes up to the moment that is asked for, and nothing that the database's clock has not reached", async () => {
    await open.at("2026-02-20T00:00:00Z");
    const tenant = await newTenant(open);
    const close = async (asOf: string) => {
      const { documents } = await got(open.billing.close(tenant, { asOf }));
      return documents.map(({ idempotencyKey }) => idempotencyKey);
    };
    expect(await close("2026-01-20T00:00:00Z")).toEqual(["opening:s1@2026-01-01/2026-01-01"]);
    // A biller whose clock is ten years fast.
    expect(await close("2036-01-20T00:00:00Z")).toEqual(["period:s1@2026-01-01/2026-02-01"]);
  });

  it("bills late events with the next document, once", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open);
    await closed(tenant, "2026-02-01T02:00:00Z");
    await open.billing.ingest(tenant, [call("late", "2026-01-31T23:00:00Z", { quantity: 4 })]);
    // 4 × 0.50 of January and the fee of March.
    expect(await closed(tenant, "2026-03-01T02:00:00Z")).toEqual(["3 period 32.00"]);
    expect(await closed(tenant, "2026-04-01T02:00:00Z")).toEqual(["4 period 30.00"]);
  });

  it("gives back an outcome that is reversed after its period was billed", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open);
    await open.billing.ingest(tenant, [outcome("o1", "2026-01-30T12:00:00Z")]);
    await closed(tenant, "2026-02-01T02:00:00Z");
    const back = {
      id: "r1",
      customerId: "acme",
      reverses: "o1",
      timestamp: "2026-02-03T00:00:00Z",
    };
    await open.billing.ingest(tenant, [back]);
    expect(await closed(tenant, "2026-03-01T02:00:00Z")).toEqual(["3 period 29.00"]);
  });

  it("corrects at once what is asked for, and leaves nothing of it to the next document", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open);
    await closed(tenant, "2026-02-01T02:00:00Z");
    expect(await got(open.billing.correct(tenant, "s1"))).toBeNull();
    await open.billing.ingest(tenant, [call("late", "2026-01-31T23:00:00Z", { quantity: 4 })]);
    const note = await got(open.billing.correct(tenant, "s1"));
    expect([note?.sequence, note?.scope, note?.total]).toEqual([3, "correction", "2.00"]);
    expect(await closed(tenant, "2026-03-01T02:00:00Z")).toEqual(["4 period 30.00"]);
  });

  it("bills what comes in after the end as a document of its own", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [calls]);
    const canceled = { effectiveDate: "2026-02-01", status: "canceled" };
    await got(open.billing.subscriptions.addChange(tenant, "s1", canceled));
    await open.billing.ingest(tenant, [call("c1", "2026-01-10T00:00:00Z")]);
    expect(await closed(tenant, "2026-02-01T02:00:00Z")).toEqual(["1 period 0.50"]);
    const { dueAt } = await got(open.billing.subscriptions.get(tenant, "s1"));
    expect(dueAt).toBeNull();
    await open.billing.ingest(tenant, [call("late", "2026-01-31T00:00:00Z", { quantity: 2 })]);
    expect(await closed(tenant, "2026-05-01T02:00:00Z")).toEqual(["2 correction 1.00"]);
    expect(await closed(tenant, "2026-06-01T02:00:00Z")).toEqual([]);
  });

  it("makes up for a change that is dated back, at the moment up to which is billed", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    await closed(tenant, "2026-02-01T02:00:00Z");
    const canceled = { effectiveDate: "2026-02-01", status: "canceled" };
    await open.at("2026-02-10T00:00:00Z");
    await got(open.billing.subscriptions.addChange(tenant, "s1", canceled));
    // The fee of February goes back.
    expect(await closed(tenant, "2026-02-10T02:00:00Z")).toEqual(["3 change -30.00"]);
  });

  it("prices with the catalog that was in force when a document became due, however late the biller comes", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [calls]);
    await open.billing.ingest(tenant, [
      call("c1", "2026-01-10T00:00:00Z"),
      call("c2", "2026-02-10T00:00:00Z"),
    ]);
    const dearer = { ...calls, pricing: { model: "per-unit", unitPrice: "0.80" } };
    await open.at("2026-02-15T00:00:00Z");
    await got(open.billing.catalogs.put(tenant, product(plan("basic", [dearer]))));
    // January was due before the new price, February after it.
    expect(await closed(tenant, "2026-04-01T02:00:00Z")).toEqual([
      "1 period 0.50",
      "2 period 0.80",
      "3 period 0.00",
    ]);
  });

  it("keeps going where one subscription cannot be billed, and says why", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const { billing } = open;
    const other = { id: "s2", customerId: "other", ratePlanId: "gone", startDate: "2026-01-01" };
    const both = product(plan("basic", [platform]), plan("gone", [platform]));
    await open.at("2026-01-01T00:30:00Z");
    await got(billing.catalogs.put(tenant, both));
    await got(billing.subscriptions.put(tenant, other));
    await open.at("2026-01-01T01:00:00Z");
    await got(billing.catalogs.put(tenant, product(plan("basic", [platform]))));
    await open.at("2026-02-01T02:00:00Z");
    const { documents, failed } = await got(billing.close(tenant));
    expect(documents.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      "opening:s1@2026-01-01/2026-01-01",
      "period:s1@2026-01-01/2026-02-01",
    ]);
    expect(failed.map(({ subscriptionId }) => subscriptionId)).toEqual(["s2"]);
    const stored = await got(billing.subscriptions.get(tenant, "s2"));
    expect(stored.issues.map(({ code }) => code)).toEqual(["unknown_rate_plan"]);
    // Sold again, it is billed, and nothing stands against it.
    await open.at("2026-02-01T03:00:00Z");
    await got(billing.catalogs.put(tenant, both));
    expect(await closed(tenant, "2026-02-01T03:00:01Z")).toHaveLength(2);
    expect((await got(billing.subscriptions.get(tenant, "s2"))).issues).toEqual([]);
  });

  it("gives the same documents for events that come twice and in any order", async () => {
    const events = Array.from({ length: 60 }, (_, index) => {
      const timestamp = new Date(Date.UTC(2026, 0, 1) + index * 86_400_000).toISOString();
      return index % 3 === 0 ? outcome(`e${index}`, timestamp) : call(`e${index}`, timestamp);
    });
    const backs = [3, 30, 57].map((index) => {
      const timestamp = new Date(Date.UTC(2026, 0, 2) + index * 86_400_000).toISOString();
      return { id: `b${index}`, customerId: "acme", reverses: `e${index}`, timestamp };
    });
    const inOrder = [...events, ...backs];
    const turned = inOrder.map((_, index) => inOrder[(index * 37) % inOrder.length]);
    const lists: unknown[] = [];
    for (const delivery of [inOrder, [...turned, ...inOrder.slice(10, 40)]]) {
      await open.at("2026-01-01T00:00:00Z");
      const tenant = await newTenant(open);
      await open.at("2026-03-05T00:00:00Z");
      for (let from = 0; from < delivery.length; from += 7) {
        await open.billing.ingest(tenant, delivery.slice(from, from + 7));
      }
      await closed(tenant, "2026-03-05T02:00:00Z");
      const { items } = await got(open.billing.documents.list(tenant));
      const documents = items.map(({ idempotencyKey }) =>
        open.billing.documents.get(tenant, idempotencyKey),
      );
      lists.push(await Promise.all(documents.map(got)));
    }
    expect(lists[1]).toEqual(lists[0]);
  });
});
