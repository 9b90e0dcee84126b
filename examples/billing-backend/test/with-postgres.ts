/** Runs a command with a PostgreSQL server that is there as long as it; without one, says so. `tsx test/with-postgres.ts vitest run` */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { findBinaries, startServer } from "./support/server.js";

const binaries = findBinaries();
if (binaries === undefined) {
  console.log(
    "No PostgreSQL server on this machine (apt-get install postgresql): what needs one was not tested.",
  );
} else {
  const server = await startServer(binaries);
  const [command = "", ...args] = process.argv.slice(2);
  try {
    const env = { ...process.env, TEST_POSTGRES: server.url() };
    process.exitCode = spawnSync(command, args, { stdio: "inherit", env }).status ?? 1;
  } finally {
    server.remove();
  }
}
