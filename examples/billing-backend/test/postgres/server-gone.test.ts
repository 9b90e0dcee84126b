/** The server goes down under load, again and again: what was answered is there, what was not is done again, and neither is doubled. */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runBilling } from "../../src/billing-run.js";
import { patiently } from "../../src/database/patience.js";
import { openPostgres } from "../../src/database/postgres.js";
import { openBilling } from "../../src/open.js";
import { checkLedger, written } from "../faults/check.js";
import { makeFixture, numbersFrom, TENANT, usageBetween } from "../faults/fixture.js";
import { setClock } from "../support/clock.js";
import { findBinaries, type Server, startServer } from "../support/server.js";

let server: Server;
beforeAll(async () => {
  server = await startServer(findBinaries() ?? "");
});
afterAll(() => server.remove());

const START = "2026-01-01T06:00:00Z";
const END = "2026-05-01T00:00:00Z";
const CLOSING = "2026-05-06T02:00:00Z";
const events = usageBetween("e", START, END, numbersFrom(7));

async function newDatabase(): Promise<string> {
  const name = `gone_${randomUUID().replaceAll("-", "")}`;
  const admin = openPostgres(server.url(), { connections: 1 });
  await admin.script(`create database ${name}`);
  await admin.close();
  return server.url(name);
}

async function prepared() {
  const url = await newDatabase();
  const open = await openBilling({ databaseUrl: url, connections: 3 });
  await setClock(open.database, "2026-01-01T00:00:00Z");
  await makeFixture(open.billing);
  await setClock(open.database, CLOSING);
  return { ...open, url };
}

describe("a server that goes down", () => {
  it("loses and doubles no event, no document and no posting", async () => {
    const calm = await prepared();
    await calm.billing.ingest(TENANT, events);
    await calm.closeAll();
    const right = await written(calm.database);
    await calm.close();

    const { url, billing, database, close } = await prepared();
    const stop = new AbortController();
    let outages = 0;
    const goDown = async () => {
      for (const how of ["immediate", "fast", "immediate"] as const) {
        await pause(150);
        server.stop(how);
        await pause(100);
        server.start();
        outages += 1;
      }
    };

    // Under ingest: every batch is sent until it is answered.
    const ingesting = (async () => {
      for (let round = 0; outages < 3 || round < 1; round += 1) {
        for (let from = 0; from < events.length; from += 5) {
          const batch = events.slice(from, from + 5);
          const report = await patiently(() => billing.ingest(TENANT, batch));
          expect(report.refused).toEqual([]);
          expect(report.accepted + report.duplicates).toBe(batch.length);
        }
      }
    })();
    await Promise.all([goDown(), ingesting]);
    expect(outages).toBe(3);
    const stored = await database.query("select 1 from events");
    expect(stored).toHaveLength(events.length);

    // And under billers, which go on when it is back.
    outages = 0;
    const options = { databaseUrl: url, every: 0.02, signal: stop.signal };
    const billers = [1, 2].map(() => runBilling({ ...options, onRun: () => {} }));
    await goDown();
    expect(outages).toBe(3);
    const due = right.documents.length;
    const count = () => database.query("select 1 from documents");
    while ((await patiently(count)).length < due) await pause(20);
    stop.abort();
    await Promise.all(billers);

    expect(await written(database)).toEqual(right);
    const faults: string[] = [];
    await checkLedger(database, faults);
    expect(faults).toEqual([]);
    await close();
  });
});
