import { OpenMeter } from "@openmeter/sdk";
import { Client as Lago } from "lago-javascript-client";
import { invoice, parseEvents, type UsageEvent } from "rateplan";
import { describe, expect, it } from "vitest";
import { fromLago, toLago } from "../src/lago.js";
import { fromOpenMeter, toOpenMeter } from "../src/openmeter.js";
import { acme, calls, catalog } from "./support/catalog.js";
import { fakeServer } from "./support/http.js";

const INGESTED = "2026-01-31T18:29:59.500Z";

/** January's calls and their properties; each is of the subscription. */
const events: readonly UsageEvent[] = calls
  .slice(0, 3)
  .map((event) => ({ ...event, properties: { region: "eu", answered: true } }));

const period = { start: "2026-01-01", end: "2026-02-01" };
const totalOf = (usage: Parameters<typeof invoice>[0]["usage"]) =>
  invoice({ catalog, subscription: acme, period, usage }).total;

describe("OpenMeter", () => {
  /** Keeps what it is sent, and lists it. */
  async function connect() {
    const server = await fakeServer(({ method, body }) => {
      if (method === "POST") return { status: 204 };
      const sent = server.received.filter((each) => each.method === "POST" && each.body !== body);
      const kept = sent.flatMap((each): unknown[] => JSON.parse(each.body));
      const times = { ingestedAt: INGESTED, storedAt: INGESTED };
      return { body: kept.map((event) => ({ event, customerId: "01G65Z", ...times })) };
    });
    return { client: new OpenMeter({ baseUrl: server.url, apiKey: "om_1" }), server };
  }

  it("is sent CloudEvents of the customer, with the unit as their type", async () => {
    const { client, server } = await connect();
    await client.events.ingest(events.map(toOpenMeter));
    expect(server.received[0]?.path).toBe("/api/v1/events");
    expect(JSON.parse(server.received[0]?.body ?? "")[1]).toEqual({
      specversion: "1.0",
      id: "c2",
      source: "rateplan",
      type: "call",
      subject: "acme",
      time: "2026-01-10T09:00:00.000Z",
      data: { quantity: "2", properties: { region: "eu", answered: true } },
    });
  });

  it("lists what is billed as what was sent to it", async () => {
    const { client } = await connect();
    await client.events.ingest(events.map(toOpenMeter));
    const usage = fromOpenMeter((await client.events.list()) ?? []);
    const expected = events.map((event) => ({
      ...event,
      source: "rateplan",
      receivedAt: INGESTED,
    }));
    expect(usage).toEqual(parseEvents(expected));
    // 99 and 7 × 0.50
    expect(totalOf(usage)).toBe("102.50");
  });

  it("lists events that failed its own checks, which are no usage, and others that are none", () => {
    const times = { ingestedAt: new Date(INGESTED), storedAt: new Date(INGESTED) };
    const [event] = events.map(toOpenMeter);
    if (event === undefined) throw new Error("no event");
    expect(fromOpenMeter([{ event, ...times, validationError: "no meter" }])).toEqual([]);
    const wrong = { ...event, data: { quantity: "many" } };
    expect(() => fromOpenMeter([{ event: wrong, ...times }])).toThrow("quantity");
  });
});

describe("Lago", () => {
  const metric = { code: "calls", field: "count", unitOfMeasure: "call" } as const;
  const metrics = new Map([[metric.code, metric]]);

  async function connect() {
    const server = await fakeServer(({ method }) => {
      if (method === "POST") return { body: { events: [] } };
      const sent = server.received.filter((each) => each.method === "POST");
      const kept = sent.flatMap(({ body }) => JSON.parse(body).events);
      return {
        body: {
          // As Lago lists them: ISO instants, and ids of its own.
          events: kept.map((event) => ({
            ...event,
            lago_id: "1a90",
            lago_customer_id: "1a90",
            lago_subscription_id: "1a90",
            timestamp: new Date(Number(event.timestamp) * 1_000).toISOString(),
            created_at: INGESTED,
          })),
          meta: { current_page: 1, total_pages: 1, total_count: kept.length },
        },
      };
    });
    return { client: Lago("lago_1", { baseUrl: `${server.url}/api/v1` }), server };
  }

  it("is sent events of the subscription, by the code of the metric", async () => {
    const { client, server } = await connect();
    const sent = events.map((event) => toLago(event, "sub-1", metric));
    await client.events.createBatchEvents({ events: sent });
    expect(server.received[0]?.path).toBe("/api/v1/events/batch");
    expect(JSON.parse(server.received[0]?.body ?? "").events[1]).toEqual({
      transaction_id: "acme/c2",
      external_subscription_id: "sub-1",
      code: "calls",
      // date -ud '2026-01-10T09:00:00Z' +%s
      timestamp: "1768035600.000",
      properties: { region: "eu", answered: true, count: "2" },
    });
  });

  it("lists what is billed as what was sent to it", async () => {
    const { client } = await connect();
    const sent = events.map((event) => toLago(event, "sub-1", metric));
    await client.events.createBatchEvents({ events: sent });
    const { data } = await client.events.findAllEvents();
    const usage = fromLago(data.events, "acme", metrics);
    const expected = events.map((event) => ({
      ...event,
      subscriptionId: "sub-1",
      receivedAt: INGESTED,
    }));
    expect(usage).toEqual(parseEvents(expected));
    expect(totalOf(usage)).toBe("102.50");
  });

  it("counts events where its metric adds nothing up, and leaves out what nobody bills", () => {
    const counting = { ...metric, field: null };
    const listed = {
      transaction_id: "acme/c9",
      lago_customer_id: null,
      lago_subscription_id: null,
      external_subscription_id: "sub-1",
      code: "calls",
      timestamp: "2026-01-10T09:00:00Z",
      properties: { region: "eu" },
    };
    const [event, ...others] = fromLago(
      [listed, { ...listed, code: "storage" }],
      "acme",
      new Map([["calls", counting]]),
    );
    expect([event?.id, event?.quantity, others]).toEqual(["c9", "1", []]);
    expect(toLago(events[0] as UsageEvent, "sub-1", counting).properties).toEqual({
      region: "eu",
      answered: true,
    });
  });
});
