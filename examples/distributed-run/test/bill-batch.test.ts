import { type EventInput, summarizeRun } from "rateplan";
import { beforeEach, describe, expect, it } from "vitest";
import type { Batch, CustomerToBill } from "../src/batches.js";
import { billBatch } from "../src/bill-batch.js";
import { catalog, period } from "../src/catalog.js";
import { type FailedCustomer, type Ledger, ledger } from "../src/ledger.js";
import { clientOf, type RedisAddress } from "../src/queue.js";
import { type DocumentStore, documentStore } from "../src/store.js";
import { redisForTest } from "./support/redis.js";

const at = (
  id: string,
  customerId: string,
  unitOfMeasure: string,
  quantity: number,
): EventInput => ({
  id,
  customerId,
  unitOfMeasure,
  quantity,
  timestamp: "2026-01-15T12:00:00Z",
});

/** Three conversations, and 1,500 tokens that count; one event is delivered twice. */
const eventsFor = (id: string) => [
  ...["a", "b", "c", "c"].map((name) => at(name, id, "@outcome", 1)),
  at("d", id, "token", 1_500),
  { ...at("e", id, "token", 9_000), properties: { cached: true } },
];

function customer(id: string, ratePlanId: string): CustomerToBill {
  const subscription = { id: `sub-${id}`, customerId: id, ratePlanId, startDate: "2026-01-01" };
  const options = { catalog, period, subscriptions: [subscription], keepIds: false };
  const [usage] = summarizeRun(eventsFor(id), options).subscriptions;
  return { id, subscription, usage: usage?.summaries ?? [] };
}

const batchOf = (...customers: readonly CustomerToBill[]): Batch => ({ partition: 3, customers });

describe("a batch", () => {
  let address: RedisAddress;
  let store: DocumentStore;
  let notes: Ledger;

  beforeEach(async () => {
    address = (await redisForTest()).address;
    const client = clientOf(address);
    store = documentStore(client);
    notes = ledger(client, "test");
    return () => client.disconnect();
  });

  it("is billed from summaries alone", async () => {
    const batch = batchOf(customer("anna", "starter"), customer("bert", "business"));
    await billBatch(JSON.parse(JSON.stringify(batch)), store, notes);
    const totals = (await store.all(3)).map((each) => [each.idempotencyKey, each.total] as const);
    expect(new Map(totals)).toEqual(
      new Map([
        // 49 + 3 × 0.99 + 2 started packages of 1,000 tokens at 0.40
        ["period:sub-anna@2026-01-01/2026-02-01", "52.77"],
        ["opening:sub-bert@2026-01-01/2026-01-01", "249.00"],
        // 3 × 0.89 + 0.80, and February's fee
        ["period:sub-bert@2026-01-01/2026-02-01", "252.47"],
      ]),
    );
    expect(await notes.counts()).toMatchObject({ billed: 2, failed: 0, documents: 3 });
  });

  it("that is run again writes nothing", async () => {
    const batch = batchOf(customer("anna", "starter"), customer("bert", "business"));
    const first = await billBatch(batch, store, notes);
    const second = await billBatch(batch, store, notes);
    expect([first, second]).toEqual([
      { stored: 3, again: 0, failed: 0 },
      { stored: 0, again: 0, failed: 0 },
    ]);
    expect(await store.outbox(3)).toHaveLength(3);
  });

  it("that two workers have at once is stored once", async () => {
    const batch = batchOf(customer("anna", "starter"), customer("bert", "business"));
    // Both ask what is there before either has written.
    const [one, other] = await Promise.all([
      billBatch(batch, store, notes),
      billBatch(batch, documentStore(clientOf(address)), notes),
    ]);
    expect(one.stored + other.stored).toBe(3);
    expect(one.again + other.again).toBeGreaterThan(0);
    const outbox = await store.outbox(3);
    expect([outbox.length, new Set(outbox).size]).toEqual([3, 3]);
  });

  it("goes on after the document at which its worker died", async () => {
    const batch = batchOf(customer("anna", "starter"), customer("bert", "business"));
    let rounds = 0;
    const dying: DocumentStore = {
      ...store,
      async insert(partition, documents) {
        rounds += 1;
        if (rounds === 2) throw new Error("the worker died");
        return await store.insert(partition, documents);
      },
    };
    await expect(billBatch(batch, dying, notes)).rejects.toThrow("the worker died");
    expect(await store.outbox(3)).toHaveLength(2);
    expect(await notes.counts()).toMatchObject({ billed: 0 });
    expect(await billBatch(batch, store, notes)).toEqual({ stored: 1, again: 0, failed: 0 });
    expect((await store.all(3)).map(({ sequence }) => sequence).sort()).toEqual([1, 1, 2]);
  });

  it("is not held up by customers whose data is wrong", async () => {
    const late = customer("cleo", "team");
    const broken: CustomerToBill[] = [
      { ...customer("cleo", "team"), coupons: [{ id: "c", percent: 140, from: "2026-01-01" }] },
      {
        ...customer("dora", "team"),
        usage: late.usage.map((each) => ({ ...each, quantity: "many" })),
      },
      {
        ...customer("emil", "team"),
        subscription: { ...late.subscription, startDate: "2026-02-30" },
      },
    ];
    const result = await billBatch(batchOf(...broken, customer("anna", "starter")), store, notes);
    expect(result).toMatchObject({ stored: 1, failed: 3 });
    const places = (await notes.failed()).map(({ customerId, issues }: FailedCustomer) => [
      customerId,
      issues[0]?.code,
      issues[0]?.path,
    ]);
    expect(places).toEqual([
      ["cleo", "out_of_range", "coupons.0.percent"],
      ["dora", "not_a_decimal", "usage.0.quantity"],
      ["emil", "invalid_date", "subscription.startDate"],
    ]);
  });

  it("bills a customer whose data was mended, and lists it no longer", async () => {
    const sound = customer("anna", "starter");
    const coupons = [{ id: "c", percent: 140, from: "2026-01-01" }];
    await billBatch(batchOf({ ...sound, coupons }), store, notes);
    expect(await notes.counts()).toMatchObject({ billed: 0, failed: 1, documents: 0 });
    await billBatch(batchOf(sound), store, notes);
    expect(await notes.counts()).toMatchObject({ billed: 1, failed: 0, documents: 1 });
  });

  it("never writes another document under a key that is taken, nor a number twice", async () => {
    await billBatch(batchOf(customer("anna", "starter")), store, notes);
    const [document] = await store.all(3);
    if (document === undefined) throw new Error("nothing is stored");
    const changed = { ...document, total: "1.00" };
    const renumbered = { ...document, idempotencyKey: "another" };
    const next = { ...document, idempotencyKey: "next", sequence: 2 };
    expect(await store.insert(3, [document, changed, renumbered, next])).toEqual([
      "known",
      "taken",
      "taken",
      "stored",
    ]);
    const stored = await store.all(3);
    expect(stored.map(({ idempotencyKey }) => idempotencyKey).sort()).toEqual([
      "next",
      document.idempotencyKey,
    ]);
    expect(stored).toContainEqual(document);
  });
});
