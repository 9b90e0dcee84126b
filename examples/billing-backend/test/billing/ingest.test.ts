import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { got, openTest, type TestBilling } from "../support/billing.js";
import { call, newTenant } from "../support/plans.js";

let open: TestBilling;
let tenant: string;
beforeAll(async () => {
  open = await openTest();
  await open.at("2026-01-15T00:00:00Z");
  tenant = await newTenant(open);
});
afterAll(() => open.close());

const ingest = (...events: readonly unknown[]) => open.billing.ingest(tenant, events);
const NOTHING_REFUSED: readonly unknown[] = [];

describe("ingest", () => {
  it("stores an event once, however often and in whichever form it is delivered", async () => {
    const event = call("once", "2026-01-10T00:00:00Z", { quantity: 2 });
    expect(await ingest(event)).toEqual({ accepted: 1, duplicates: 0, refused: NOTHING_REFUSED });
    // The same instant, the same quantity, another order of fields, and another time of receipt.
    const again = {
      quantity: "2.0",
      timestamp: "2026-01-10T01:00:00+01:00",
      unitOfMeasure: "call",
      receivedAt: "2026-01-14T00:00:00Z",
      customerId: "acme",
      id: "once",
    };
    expect(await ingest(again, event)).toEqual({
      accepted: 0,
      duplicates: 2,
      refused: NOTHING_REFUSED,
    });
  });

  it("counts a copy within the batch, too", async () => {
    const event = call("twice", "2026-01-10T00:00:00Z");
    expect(await ingest(event, event)).toEqual({
      accepted: 1,
      duplicates: 1,
      refused: NOTHING_REFUSED,
    });
  });

  it("keeps what is stored where another event comes under its id, and says so", async () => {
    const event = call("taken", "2026-01-10T00:00:00Z");
    const other = { ...event, quantity: 5 };
    const { accepted, duplicates, refused } = await ingest(event, other);
    expect([accepted, duplicates]).toEqual([1, 0]);
    expect(refused).toEqual([{ index: 1, id: "taken", reason: "conflict", issues: [] }]);
    expect((await ingest(other)).refused).toHaveLength(1);
    expect((await ingest(event)).duplicates).toBe(1);
  });

  it("tells sources and tenants apart", async () => {
    const event = call("mine", "2026-01-10T00:00:00Z");
    const { accepted } = await ingest(event, { ...event, source: "a" }, { ...event, source: "b" });
    expect(accepted).toBe(3);
    const other = await newTenant(open);
    expect((await open.billing.ingest(other, [event])).accepted).toBe(1);
  });

  it("takes CloudEvents, which are the events that they carry", async () => {
    const envelope = {
      specversion: "1.0",
      id: "ce-1",
      source: "//agent",
      type: "call",
      time: "2026-01-11T00:00:00Z",
      data: { customerId: "acme", unitOfMeasure: "call", quantity: 3 },
    };
    expect((await ingest(envelope)).accepted).toBe(1);
    const plain = call("ce-1", "2026-01-11T00:00:00Z", {
      source: "//agent",
      name: "call",
      quantity: 3,
    });
    expect((await ingest(plain)).duplicates).toBe(1);
  });

  it("refuses what is no event by its place in the batch, and stores the others", async () => {
    const { accepted, refused } = await ingest(
      { id: "no-customer", unitOfMeasure: "call", timestamp: "2026-01-10T00:00:00Z" },
      call("good", "2026-01-10T00:00:00Z"),
      17,
      call("soon", "soon"),
    );
    expect(accepted).toBe(1);
    const said = refused.map(({ index, reason, issues }) => [
      index,
      reason,
      issues.map(({ path }) => path),
    ]);
    expect(said).toEqual([
      [0, "invalid", [[0, "customerId"]]],
      [2, "invalid", [[2]]],
      [3, "invalid", [[3, "timestamp"]]],
    ]);
    expect(refused[0]?.issues[0]?.message).toMatch(/^\[0\]\.customerId /);
  });

  it.each([
    ["an id with U+0000", call("a\0b", "2026-01-10T00:00:00Z")],
    ["a property with U+0000", call("nul", "2026-01-10T00:00:00Z", { properties: { a: "\0" } })],
    ["half of a pair", call("half", "2026-01-10T00:00:00Z", { properties: { a: "\ud800" } })],
    ["an id that no index holds", call("x".repeat(501), "2026-01-10T00:00:00Z")],
    ["a year that PostgreSQL does not have", call("zero", "0000-06-01T00:00:00Z")],
  ])("refuses %s, which the table cannot hold", async (_name, event) => {
    const { accepted, refused } = await ingest(event, event);
    expect(accepted).toBe(0);
    expect(refused.map(({ reason }) => reason)).toEqual(["invalid", "invalid"]);
  });

  it("keeps a text that only looks like an escape, and an id as long as an index holds", async () => {
    const event = call("é".repeat(250), "2026-01-10T00:00:00Z", { properties: { a: "\\u0000" } });
    expect((await ingest(event)).accepted).toBe(1);
  });

  it("stamps the receipt by the database's clock", async () => {
    await open.at("2026-01-20T10:00:00Z");
    const other = await newTenant(open);
    await open.billing.ingest(other, [call("c1", "2026-01-10T00:00:00Z")]);
    const { items } = await got(open.billing.events.list(other));
    expect(items.map(({ receivedAt }) => receivedAt)).toEqual(["2026-01-20T10:00:00.000Z"]);
  });
});
