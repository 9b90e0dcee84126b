/**
 * Bills January for all customers, and shows how.
 *
 *     npm start -- --customers 20000 --workers 2 --batch 50
 *     npm start -- --from warehouse --customers 2000
 *     npm start -- --redis 127.0.0.1:6379      (a Redis that stays: a run that was stopped goes on)
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdout } from "node:process";
import { parseArgs } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { customersUpTo } from "./customers.js";
import { ledger } from "./ledger.js";
import { type Progress, progressLine, speedometer } from "./progress.js";
import { clientOf } from "./queue.js";
import { startRedis } from "./redis-server.js";
import { closingLine, failureTable, reportOf, reportTable } from "./report.js";
import { billingRun } from "./run.js";
import { documentStore } from "./store.js";
import { usageInProcess } from "./usage/in-process.js";
import { loadEvents, usageFromWarehouse } from "./usage/warehouse.js";

const RUN = "2026-01";
const { values } = parseArgs({
  options: {
    customers: { type: "string", default: "20000" },
    workers: { type: "string", default: "2" },
    batch: { type: "string", default: "50" },
    from: { type: "string", default: "events" },
    redis: { type: "string" },
  },
});
const customers = customersUpTo(Number(values.customers));

const folder = mkdtempSync(join(tmpdir(), "billing-run-"));
const own = values.redis === undefined ? await startRedis(folder) : undefined;
const [host = "", port = "6379"] = (values.redis ?? "").split(":");
const redis = own?.address ?? { host, port: Number(port) };

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    console.log("\nstopping: what has begun is finished");
    stop.abort();
  });
}

const database = values.from === "warehouse" ? await PGlite.create() : undefined;
if (database !== undefined) {
  console.log("the warehouse gets its events");
  await loadEvents(database, customers);
}
const usage = database === undefined ? usageInProcess : usageFromWarehouse(database);

console.log(
  `${customers.length} customers, ${values.workers} workers, Redis at ${redis.host}:${redis.port}`,
);
const speedAt = speedometer();
let shown = 0;
const onProgress = (progress: Progress) => {
  const now = performance.now();
  const line = progressLine(progress, speedAt(progress.documents, now));
  // What is longer than the terminal is wide would leave its beginning there.
  if (stdout.isTTY) stdout.write(`\r\x1b[2K${line.slice(0, stdout.columns - 1)}`);
  else if (now - shown >= 2_000) {
    shown = now;
    console.log(line);
  }
};
const client = clientOf(redis);
let isAway = false;
client.on("close", () => {
  if (!isAway) console.log("\nRedis is away: everybody waits");
  isAway = true;
});
client.on("ready", () => {
  if (isAway) console.log("Redis is back");
  isAway = false;
});
try {
  const began = performance.now();
  const progress = await billingRun({
    run: RUN,
    redis,
    customers,
    usage,
    workers: Number(values.workers),
    batchSize: Number(values.batch),
    signal: stop.signal,
    onProgress,
  });
  const seconds = (performance.now() - began) / 1_000;
  const failed = await ledger(client, RUN).failed();
  const report = await reportOf(customers, failed, documentStore(client));
  console.log(`\n\n${reportTable(report)}\n`);
  if (failed.length > 0) {
    console.log(`${failed.length} customers with issues:\n${failureTable(failed)}\n`);
  }
  console.log(closingLine(progress));
  const speed = Math.round(progress.documents / seconds);
  console.log(`${seconds.toFixed(1)} s from start to end: ${speed} documents/s.`);
  if (progress.billed + progress.failed < customers.length) process.exitCode = 1;
} finally {
  client.removeAllListeners("close").disconnect();
  await database?.close();
  await own?.stop();
  rmSync(folder, { recursive: true });
}
