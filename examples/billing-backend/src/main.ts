/** The service: opens the database, listens, and stops when it is told to. */
import { argv, env, exit } from "node:process";
import { readConfig } from "./config.js";
import { makeDemo } from "./demo.js";
import { createApp } from "./http/app.js";
import { createLogger } from "./http/log.js";
import { listen } from "./http/server.js";
import { openBilling } from "./open.js";

const config = readConfig(env);
const logger = createLogger(config.LOG_LEVEL);
const { billing, close } = await openBilling({
  databaseUrl: config.DATABASE_URL,
  dataDirectory: config.DATA_DIR,
});

if (argv.includes("--demo") || config.DATABASE_URL === undefined) {
  const key = await makeDemo(billing, new Date());
  // To the person who started it, not to the log.
  if (key !== undefined)
    console.log(`\n  Demo tenant, with an API key that is shown once:\n  ${key}\n`);
}

const server = await listen(createApp(billing, config, logger).fetch, config);
logger.info({ url: server.url, operator: `${server.url}/operator` }, "listening");

let isStopping = false;
async function stop(signal: NodeJS.Signals): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  logger.info({ signal }, "stopping");
  await server.stop();
  await close();
  logger.info("stopped");
  exit(0);
}
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
