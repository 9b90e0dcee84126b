import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import * as examples from "../../src/http/examples.js";
import { type Client, openService, type Service } from "./support/service.js";

let service: Service;

beforeAll(async () => {
  service = await openService();
});

/** A tenant with the product of the examples and a subscription of acme. */
async function seller(name: string): Promise<Client> {
  const client = await service.tenant(name);
  for (const [path, body] of [
    ["/v1/products/reader", examples.product],
    ["/v1/subscriptions/acme-1", examples.subscription],
  ] as const) {
    expect((await client("PUT", path, { body })).status).toBe(200);
  }
  return client;
}

const reportSchema = z.object({ accepted: z.int(), duplicates: z.int() });
/** What a document says of amounts: its moment differs from tenant to tenant. */
const documentSchema = z.object({ total: z.string(), lines: z.array(z.unknown()) });

const eventsSchema = z.object({
  items: z.array(z.object({ event: z.object({ id: z.string() }) })),
});

const january = `/v1/documents/${encodeURIComponent(examples.documentKey)}`;
const eventAt = (number: number) => ({
  ...examples.event,
  id: `doc-${number}`,
  quantity: "1",
  timestamp: new Date(Date.UTC(2026, 0, 1, number)).toISOString(),
});

/** The same order for everybody, and far from the given one. */
function shuffled<T>(list: readonly T[]): readonly T[] {
  const step = 37;
  return list
    .map((_, index) => list[(index * step) % list.length])
    .filter((item) => item !== undefined);
}

describe("delivery of events", () => {
  it("bills the same whatever the order, the batches and how often each is delivered", async () => {
    const events = Array.from({ length: 150 }, (_, index) => eventAt(index));
    const inOrder = await seller("in-order");
    const once = await inOrder("POST", "/v1/events", { body: events });
    expect(await once.json()).toEqual({ accepted: 150, duplicates: 0, refused: [] });

    const anyhow = await seller("anyhow");
    const mixed = [...shuffled(events), ...events, ...shuffled(events)];
    const batches = Array.from({ length: 15 }, (_, index) =>
      mixed.slice(index * 30, index * 30 + 30),
    );
    const reports = await Promise.all(
      batches.map(async (body) => {
        const response = await anyhow("POST", "/v1/events", { body });
        return reportSchema.parse(await response.json());
      }),
    );
    const sum = (field: "accepted" | "duplicates") =>
      reports.reduce((total, report) => total + report[field], 0);
    expect([sum("accepted"), sum("duplicates")]).toEqual([150, 300]);

    const bill = async (client: Client) => {
      await client("POST", "/v1/billing-runs", { body: {} });
      return documentSchema.parse(await (await client("GET", january)).json());
    };
    const expected = await bill(inOrder);
    // 100 × 50 + 50 × 40
    expect(expected.total).toBe("7000.00");
    expect(await bill(anyhow)).toEqual(expected);
  });

  it("keeps the first of two events under one id, and names the other", async () => {
    const client = await seller("conflict");
    const other = { ...eventAt(1), quantity: "9" };
    const batch = await client("POST", "/v1/events", { body: [eventAt(1), eventAt(2), other] });
    expect(await batch.json()).toEqual({
      accepted: 2,
      duplicates: 0,
      refused: [{ index: 2, id: "doc-1", reason: "conflict", issues: [] }],
    });
    const alone = await client("POST", "/v1/events", { body: other });
    expect([alone.status, await alone.json()]).toMatchObject([
      409,
      { type: "urn:problem:conflict" },
    ]);
  });

  it("stores the good ones of a batch, and says what is wrong with the others", async () => {
    const client = await seller("mixed");
    const body = [eventAt(1), { ...eventAt(2), timestamp: "noon" }, 7, eventAt(3)];
    const report = await (await client("POST", "/v1/events", { body })).json();
    expect(report).toMatchObject({
      accepted: 2,
      refused: [
        {
          index: 1,
          id: "doc-2",
          reason: "invalid",
          issues: [{ path: [1, "timestamp"], received: '"noon"' }],
        },
        { index: 2, id: null, reason: "invalid" },
      ],
    });
    const alone = await client("POST", "/v1/events", {
      body: { ...eventAt(2), timestamp: "noon" },
    });
    expect(alone.status).toBe(422);
  });

  it("credits once for one Idempotency-Key, also when asked at the same time", async () => {
    const client = await seller("credits");
    await client("POST", "/v1/events", { body: [eventAt(1)] });
    await client("POST", "/v1/billing-runs", { body: {} });
    const credit = (key: string, body: unknown = examples.credit) =>
      client("POST", "/v1/subscriptions/acme-1/credits", {
        body,
        headers: { "idempotency-key": key },
      });
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => credit("one")));
    const notes = await Promise.all(answers.map((response) => response.json()));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(notes[0]).toMatchObject({ kind: "credit-note", total: "-10.00" });
    expect(notes).toEqual(notes.map(() => notes[0]));
    expect((await credit("one", { ...examples.credit, amount: "11" })).status).toBe(409);
    expect(await (await credit("two")).json()).toMatchObject({ total: "-10.00" });
    const without = await client("POST", "/v1/subscriptions/acme-1/credits", {
      body: examples.credit,
    });
    expect(await without.json()).toMatchObject({
      issues: [{ path: ["header", "idempotency-key"] }],
    });
  });
});

describe("ids", () => {
  const HOSTILE = [
    "'; drop table events; --",
    '" or 1=1 --',
    "$1",
    "%",
    "%2F..%2F",
    "a/b?c#d",
    "../../etc/passwd",
    "__proto__",
    "constructor",
    "toString",
    "naïve café",
    "日本語",
    "👩‍👩‍👧‍👦",
    "\u202eevil",
    "İi",
    "<script>alert(1)</script>",
    "\\",
    " ",
    "x".repeat(255),
  ];

  it("are taken as they are, whatever stands in them", async () => {
    const client = await service.tenant("hostile");
    expect((await client("PUT", "/v1/products/reader", { body: examples.product })).status).toBe(
      200,
    );
    const today = new Date().toISOString().slice(0, 10);
    for (const id of HOSTILE) {
      const path = `/v1/subscriptions/${encodeURIComponent(id)}`;
      const body = { ...examples.subscription, id, customerId: id, startDate: today };
      expect([id, (await client("PUT", path, { body })).status]).toEqual([id, 200]);
      const event = { ...examples.event, id, customerId: id, timestamp: `${today}T00:00:00Z` };
      expect(await (await client("POST", "/v1/events", { body: event })).json()).toMatchObject({
        accepted: 1,
      });
      expect(await (await client("GET", path)).json()).toMatchObject({
        subscription: { id, customerId: id },
      });
      const preview = await (await client("GET", `${path}/preview`)).json();
      expect(preview).toMatchObject({ subscriptionId: id, customerId: id, total: "150.00" });
    }
    const list = await (await client("GET", "/v1/events?limit=200")).json();
    const seen = eventsSchema.parse(list).items.map(({ event }) => event.id);
    expect(seen.sort()).toEqual([...HOSTILE].sort());
  });

  it("have an end", async () => {
    const client = await service.tenant("hostile");
    const id = "x".repeat(256);
    const body = { ...examples.subscription, id };
    expect((await client("PUT", `/v1/subscriptions/${id}`, { body })).status).toBe(422);
    expect((await client("GET", `/v1/subscriptions/${id}`)).status).toBe(422);
    expect((await client("GET", "/v1/subscriptions/a%00b")).status).toBe(422);
    const long = { ...examples.event, id: "x".repeat(5_000) };
    expect((await client("POST", "/v1/events", { body: long })).status).toBe(422);
  });
});

describe("pages", () => {
  const pageSchema = z.object({ items: z.array(z.looseObject({})), next: z.string().nullable() });

  async function walk(client: Client, path: string, between?: () => Promise<unknown>) {
    const items: z.infer<typeof pageSchema>["items"] = [];
    let after = "";
    for (let parts = 0; parts < 100; parts += 1) {
      const part = pageSchema.parse(await (await client("GET", `${path}${after}`)).json());
      items.push(...part.items);
      await between?.();
      if (part.next === null) return items;
      after = `&after=${encodeURIComponent(part.next)}`;
    }
    throw new Error("the list does not end");
  }

  it("give each event once, in order of arrival, also while others arrive", async () => {
    const client = await seller("pages");
    const sent: string[] = [];
    const send = async (count: number) => {
      const body = Array.from({ length: count }, (_, index) => eventAt(sent.length + index));
      sent.push(...body.map(({ id }) => id));
      await client("POST", "/v1/events", { body });
    };
    await send(10);
    let more = 2;
    const seen = await walk(client, "/v1/events?limit=3", async () => {
      if (more > 0) await send(1);
      more -= 1;
    });
    const ids = eventsSchema.parse({ items: seen }).items.map(({ event }) => event.id);
    expect(ids).toHaveLength(12);
    expect([...ids].sort()).toEqual([...sent].sort());
    const nonsense = await client("GET", "/v1/events?after=nonsense");
    expect(nonsense.status).toBe(422);
  });

  it("give each document once in either order, and narrow the list", async () => {
    const client = await seller("pages-2");
    const body = {
      ...examples.subscription,
      id: "acme-2",
      customerId: "acme-too",
      startDate: "2026-03-01",
    };
    await client("PUT", "/v1/subscriptions/acme-2", { body });
    await client("POST", "/v1/billing-runs", { body: {} });
    const all = await walk(client, "/v1/documents?limit=4");
    const keys = all.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
    const back = await walk(client, "/v1/documents?limit=4&order=newest-first");
    expect(back.map(({ idempotencyKey }) => idempotencyKey)).toEqual([...keys].reverse());
    const second = await walk(client, "/v1/documents?limit=4&customerId=acme-too");
    expect(second.map(({ subscriptionId }) => subscriptionId)).toEqual(
      keys.filter((key) => String(key).includes("acme-2")).map(() => "acme-2"),
    );
    expect(second.length).toBeGreaterThan(0);
    expect(second.length).toBeLessThan(all.length);
    expect(await walk(client, "/v1/documents?limit=4&kind=credit-note")).toEqual([]);
  });
});
