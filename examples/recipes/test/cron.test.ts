import type { PGlite } from "@electric-sql/pglite";
import { sumAmounts } from "rateplan";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type BillingReport, billAllDue, schedule } from "../src/cron.js";
import type { BillingStore } from "../src/store.js";
import { acme, call, calls, catalog } from "./support/catalog.js";
import { STORES, startDatabase } from "./support/databases.js";

let database: PGlite;
let store: BillingStore;

beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.exec("TRUNCATE subscriptions, events, documents");
  const { kysely } = STORES;
  if (kysely === undefined) throw new Error("no store");
  store = kysely(database);
  await store.addSubscription(acme);
  await store.addSubscription({ ...acme, id: "sub-2", customerId: "bolt", timeZone: "UTC" });
  for (const event of calls) await store.addEvent(event);
  await store.addEvent(call("b1", "2026-01-15T09:00:00Z", 10, "bolt"));
});

const totals = async () => {
  const lists = [await store.documents("sub-1"), await store.documents("sub-2")];
  return lists.map((list) => sumAmounts(list.map(({ total }) => total)));
};

describe("a run of billing", () => {
  it("writes what is due, and nothing when it is run again", async () => {
    const now = new Date("2026-02-01T00:10:00Z");
    // Two openings and two Januaries.
    expect(await billAllDue(store, catalog, now)).toEqual({ written: 4, failed: [] });
    expect(await billAllDue(store, catalog, now)).toEqual({ written: 0, failed: [] });
    // 99 + 7 × 0.50 + 99; 99 + 10 × 0.50 + 99
    expect(await totals()).toEqual(["201.50", "203.00"]);
  });

  it("that is late writes what those before it would have written", async () => {
    const late = await billAllDue(store, catalog, new Date("2026-03-20T04:00:00Z"));
    expect(late.written).toBe(6);
    const once = [await store.documents("sub-1"), await store.documents("sub-2")];
    await database.exec("TRUNCATE documents");
    for (const day of ["01-01", "02-01", "02-02", "03-02", "03-20"]) {
      await billAllDue(store, catalog, new Date(`2026-${day}T04:00:00Z`));
    }
    expect([await store.documents("sub-1"), await store.documents("sub-2")]).toEqual(once);
  });

  it("begun twice at once writes each document once", async () => {
    const now = new Date("2026-02-01T00:10:00Z");
    const reports = await Promise.all([
      billAllDue(store, catalog, now),
      billAllDue(store, catalog, now),
    ]);
    expect(reports.reduce((sum, { written }) => sum + written, 0)).toBe(4);
    expect(await totals()).toEqual(["201.50", "203.00"]);
  });

  it("bills the others where something is wrong with one", async () => {
    await store.addSubscription({ ...acme, id: "sub-0", ratePlanId: "basics" });
    const report = await billAllDue(store, catalog, new Date("2026-02-01T00:10:00Z"));
    expect(report).toEqual({
      written: 4,
      failed: [{ subscriptionId: "sub-0", codes: ["unknown_rate_plan"] }],
    });
  });
});

describe("a schedule", () => {
  let job: ReturnType<typeof schedule> | undefined;
  afterEach(() => job?.stop());

  it("runs at ten past every hour", () => {
    job = schedule(store, catalog, vi.fn(), vi.fn());
    const next = job
      .nextRuns(2, new Date("2026-01-31T23:30:00Z"))
      .map((each) => each.toISOString());
    expect(next).toEqual(["2026-02-01T00:10:00.000Z", "2026-02-01T01:10:00.000Z"]);
  });

  it("bills, says how it went, and goes on after an error", async () => {
    const reports: BillingReport[] = [];
    const errors: unknown[] = [];
    let isFirst = true;
    const failing: BillingStore = {
      ...store,
      async subscriptions() {
        if (!isFirst) return await store.subscriptions();
        isFirst = false;
        throw new Error("the database is away");
      },
    };
    const onReport = (report: BillingReport) => void reports.push(report);
    const onError = (error: unknown) => void errors.push(error);
    job = schedule(failing, catalog, onReport, onError, "* * * * * *");
    await vi.waitFor(() => expect(reports.length).toBeGreaterThan(0), { timeout: 20_000 });
    expect(errors).toEqual([new Error("the database is away")]);
    // The clock of the test's day is later than February 2026: what is due by then is written.
    expect(reports[0]?.failed).toEqual([]);
    expect(reports[0]?.written).toBeGreaterThan(4);
  });
});
