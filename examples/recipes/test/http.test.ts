import { createServer } from "node:http";
import type { PGlite } from "@electric-sql/pglite";
import Fastify from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { billingApp } from "../src/express.js";
import { billingRoutes } from "../src/fastify.js";
import type { BillingStore } from "../src/store.js";
import { acme, calls, catalog, TOTALS } from "./support/catalog.js";
import { STORES, startDatabase } from "./support/databases.js";
import { listening } from "./support/http.js";

/** Each listens on a port of its own; the address is what comes back. */
const FRAMEWORKS: Readonly<Record<string, (store: BillingStore) => Promise<string>>> = {
  async express(store) {
    const port = await listening(createServer(billingApp(store, catalog)).listen(0, "127.0.0.1"));
    return `http://127.0.0.1:${port}`;
  },
  async fastify(store) {
    const app = Fastify();
    await app.register(billingRoutes(store, catalog));
    const address = await app.listen({ port: 0, host: "127.0.0.1" });
    await listening(app.server);
    return address;
  },
};

/** Of what the routes answer, what the tests look at. */
interface Body {
  readonly title?: string;
  readonly amount?: string;
  readonly total?: string;
  readonly period?: { readonly end: string };
  readonly issues?: readonly { readonly code: string; readonly path: readonly string[] }[];
}

let database: PGlite;

beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());

describe.each(Object.entries(FRAMEWORKS))("%s", (_, serve) => {
  let url: string;
  let store: BillingStore;

  beforeEach(async () => {
    await database.exec("TRUNCATE subscriptions, events, documents");
    const { drizzle } = STORES;
    if (drizzle === undefined) throw new Error("no store");
    store = drizzle(database);
    await store.addSubscription(acme);
    for (const event of calls) await store.addEvent(event);
    url = await serve(store);
  });

  async function post(path: string, body: unknown) {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    return await answer(await fetch(`${url}${path}`, init));
  }
  const get = async (path: string) => await answer(await fetch(`${url}${path}`));

  async function answer(response: Response) {
    const type = response.headers.get("content-type")?.split(";")[0];
    return { status: response.status, type, body: (await response.json()) as Body };
  }

  const charge = {
    id: "outcome",
    name: "Outcomes",
    currency: "USD",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    pricing: { model: "tiered", tiers: [{ upTo: 100, unitPrice: "50" }, { unitPrice: "40" }] },
  };

  it("shows what a price would bill", async () => {
    const { status, body } = await post("/prices/preview", { charge, usage: 150 });
    // 100 × 50 + 50 × 40
    expect([status, body.amount]).toEqual([200, "7000.00"]);
  });

  it("says what is wrong with a price, by code and path", async () => {
    const wrong = { ...charge, currency: "USDX", pricing: { model: "per-unit", unitPrice: -1 } };
    const { status, type, body } = await post("/prices/preview", { charge: wrong, usage: 150 });
    expect([status, type, body.title]).toEqual([
      422,
      "application/problem+json",
      "Unprocessable Content",
    ]);
    expect(body.issues).toMatchObject([
      { code: "negative_price", path: ["pricing", "unitPrice"] },
      { code: "unknown_currency", path: ["currency"] },
    ]);
  });

  it("shows what the running period comes to so far", async () => {
    await post("/subscriptions/sub-1/close", { until: "2026-01-02T00:00:00Z" });
    const { body } = await get("/subscriptions/sub-1/upcoming?asOf=2026-01-20");
    // 1 + 2 calls at 0.50, and February's 99
    expect([body.total, body.period?.end]).toEqual(["100.50", "2026-02-01"]);
  });

  it("closes what is due, once", async () => {
    const until = "2026-02-01T00:00:00Z";
    const first = await post("/subscriptions/sub-1/close", { until });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject(TOTALS.map((total) => ({ total })));
    const second = await post("/subscriptions/sub-1/close", { until });
    expect([second.status, second.body]).toEqual([200, []]);
    expect(await store.documents("sub-1")).toHaveLength(2);
  });

  it("answers what is no JSON with a problem", async () => {
    const headers = { "content-type": "application/json" };
    const init = { method: "POST", headers, body: "{" };
    const { status, type } = await answer(await fetch(`${url}/prices/preview`, init));
    expect([status, type]).toEqual([400, "application/problem+json"]);
  });

  it("answers a moment that is none with a problem", async () => {
    const close = await post("/subscriptions/sub-1/close", { until: "soon" });
    expect([close.status, close.body.issues?.[0]?.path]).toEqual([422, ["until"]]);
    const upcoming = await get("/subscriptions/sub-1/upcoming?asOf=soon");
    expect([upcoming.status, upcoming.body.issues?.[0]?.path]).toEqual([422, ["asOf"]]);
  });

  it.each([
    ["a subscription that there is not", "/subscriptions/sub-2/close"],
    ["a path that there is not", "/elsewhere"],
  ])("answers %s with a problem", async (_, path) => {
    const { status, type, body } = await post(path, { until: "2026-02-01" });
    expect([status, type, body.title]).toEqual([404, "application/problem+json", "Not Found"]);
  });

  it("does not show what else goes wrong", async () => {
    await database.exec("ALTER TABLE subscriptions RENAME TO gone");
    try {
      const logged = vi.spyOn(console, "error").mockImplementation(() => {});
      const response = await get("/subscriptions/sub-1/upcoming?asOf=2026-01-20");
      expect(response.status).toBe(500);
      expect(response.body).toEqual({ title: "Internal Server Error", status: 500 });
      expect(logged).toHaveBeenCalledOnce();
    } finally {
      await database.exec("ALTER TABLE gone RENAME TO subscriptions");
    }
  });
});
