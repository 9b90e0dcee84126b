/**
 * The biller as a process of its own, beside the server and beside other billers.
 *
 *     DATABASE_URL=postgres://… PAYMENT_URL=https://… npm run bill -- --as-of 2026-02-01T02:00:00Z
 *     DATABASE_URL=postgres://… npm run bill -- --every 60
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { pino } from "pino";
import { runBilling } from "./billing-run.js";
import { instantIn } from "./store/rows.js";

const log = pino({ name: "biller" });
const { values } = parseArgs({
  options: { "as-of": { type: "string" }, every: { type: "string" } },
});
const { DATABASE_URL: databaseUrl, PAYMENT_URL: paymentUrl } = process.env;
const asOf = values["as-of"] === undefined ? undefined : instantIn(values["as-of"]);
const every = values.every === undefined ? undefined : Number(values.every);

if (databaseUrl === undefined) {
  // Without it there is nothing to share: PGlite is inside the server, which bills by itself.
  throw new Error("DATABASE_URL says which PostgreSQL holds the subscriptions");
}
if (every !== undefined && !(every > 0)) throw new Error("--every takes seconds");

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => stop.abort());
}
await runBilling({
  databaseUrl,
  paymentUrl,
  asOf,
  every,
  signal: stop.signal,
  onRun: (report) => log.info(report, "run"),
});
