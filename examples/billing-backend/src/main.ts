/** The service: opens the database, listens, bills where nobody else can, and stops when it is told to. */
import process, { argv, env } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { runOnce } from "./billing-run.js";
import { type Config, readConfig } from "./config.js";
import { makeDemo } from "./demo.js";
import { createApp } from "./http/app.js";
import { createLogger, type Logger } from "./http/log.js";
import { listen } from "./http/server.js";
import { type OpenBilling, openBilling } from "./open.js";

const config = readConfig(env);
const logger = createLogger(config.LOG_LEVEL);
const open = await openBilling({
  databaseUrl: config.DATABASE_URL,
  dataDirectory: config.DATA_DIR,
});
// Another process cannot open PGlite: what `npm run tenant` and `npm run bill` do on a PostgreSQL is done here.
const isAlone = config.DATABASE_URL === undefined;
if (isAlone || argv.includes("--demo")) await showDemo();

const server = await listen(createApp(open.billing, config, logger).fetch, config);
logger.info({ url: server.url, operator: `${server.url}/operator` }, "listening");
const stopping = new AbortController();
const biller = isAlone ? bill(open, config, logger, stopping.signal) : Promise.resolve();

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, async () => {
    logger.info({ signal }, "stopping");
    stopping.abort();
    await server.stop();
    await biller;
    await open.close();
    logger.info("stopped");
  });
}

/** To the person who has started it, and not to the log. */
async function showDemo(): Promise<void> {
  const key = await makeDemo(open.billing, new Date());
  if (key === undefined) return;
  console.log(`\n  Demo tenant, with an API key that is shown once:\n  ${key}\n`);
}

async function bill(
  billing: OpenBilling,
  { BILL_EVERY: every, PAYMENT_URL: paymentUrl }: Config,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      log.info(await runOnce(billing, { paymentUrl, signal }), "run");
    } catch (err) {
      log.error({ err }, "run failed");
    }
    await pause(every * 1_000, undefined, { signal }).catch(() => {});
  }
}
