import type { PGlite } from "@electric-sql/pglite";
import { getTableConfig } from "drizzle-orm/pg-core";
import { type Invoice, verify } from "rateplan";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeDue } from "../src/close.js";
import { documents, events, subscriptions } from "../src/drizzle.js";
import type { BillingStore } from "../src/store.js";
import { acme, call, calls, catalog, TOTALS } from "./support/catalog.js";
import { STORES, startDatabase } from "./support/databases.js";

let database: PGlite;

beforeAll(async () => {
  database = await startDatabase();
});
beforeEach(async () => {
  await database.exec("TRUNCATE subscriptions, events, documents");
});
afterAll(() => database.close());

describe.each(Object.entries(STORES))("a store over %s", (_, storeOf) => {
  let store: BillingStore;

  beforeEach(async () => {
    store = storeOf(database);
    await store.addSubscription(acme);
    for (const event of calls) await store.addEvent(event);
  });

  const close = () => closeDue(store, catalog, acme, "2026-02-01T00:00:00Z");

  it("bills what is due, and gives the documents back as they were written", async () => {
    const written = await close();
    expect(written.map(({ total }) => total)).toEqual(TOTALS);
    const read = await store.documents("sub-1");
    expect(read).toEqual(written);
    const [opening, january] = read;
    if (opening === undefined || january === undefined) throw new Error("two are due");
    const { period } = january;
    const request = { catalog, subscription: acme, period, usage: calls, previous: [opening] };
    expect(verify(january, request).ok).toBe(true);
  });

  it("goes on from the documents that are stored", async () => {
    await close();
    expect(await close()).toEqual([]);
    const [february] = await closeDue(store, catalog, acme, "2026-03-01T00:00:00Z");
    // 8 × 0.50 and March's 99
    expect([february?.sequence, february?.total]).toEqual([3, "103.00"]);
  });

  it("is billed once by two billers at once", async () => {
    const written = await Promise.all([close(), close()]);
    expect(
      written
        .flat()
        .map(({ total }) => total)
        .sort(),
    ).toEqual([...TOTALS].sort());
    expect(await store.documents("sub-1")).toHaveLength(2);
  });

  it("refuses a document of which either key is taken", async () => {
    const [opening] = await close();
    if (opening === undefined) throw new Error("an opening is due");
    const another: Invoice = { ...opening, idempotencyKey: "another", sequence: 9 };
    expect(await store.saveDocument(opening)).toBe(false);
    expect(await store.saveDocument({ ...another, sequence: opening.sequence })).toBe(false);
    expect(await store.saveDocument({ ...another, idempotencyKey: opening.idempotencyKey })).toBe(
      false,
    );
    expect(await store.saveDocument(another)).toBe(true);
  });

  it("keeps an event of a customer once, and the same id of another", async () => {
    await store.addEvent(call("c2", "2026-01-11T09:00:00Z", 5));
    await store.addEvent(call("c2", "2026-01-11T09:00:00Z", 5, "bolt"));
    const own = await store.events("acme");
    expect(own.map(({ id, quantity }) => `${id} ${quantity}`).sort()).toEqual([
      "c1 1",
      "c2 2",
      "c3 4",
      "c4 8",
    ]);
    expect(await store.events("bolt")).toHaveLength(1);
    const late = await store.events("acme", new Date("2026-01-31T18:29:59Z"));
    expect(late.map(({ id }) => id).sort()).toEqual(["c3", "c4"]);
  });

  it("lists the subscriptions, and knows which there are", async () => {
    expect(await store.subscriptions()).toEqual([acme]);
    expect(await store.subscription("sub-1")).toEqual(acme);
    expect(await store.subscription("sub-2")).toBeUndefined();
  });
});

describe("the tables of Drizzle", () => {
  it("are those of the schema", async () => {
    for (const table of [subscriptions, events, documents]) {
      const { name, columns } = getTableConfig(table);
      const { rows } = await database.query<{ name: string; type: string }>(
        `SELECT column_name AS name, data_type AS type FROM information_schema.columns
         WHERE table_name = $1 AND is_nullable = 'NO' ORDER BY name`,
        [name],
      );
      const described = columns.map((each) => ({ name: each.name, type: each.getSQLType() }));
      expect(rows).toEqual(described.sort((a, b) => (a.name < b.name ? -1 : 1)));
    }
  });
});
