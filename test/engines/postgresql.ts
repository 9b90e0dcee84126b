import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, getuid } from "node:process";
import { Client } from "pg";
import type { Engine } from "../support/sql/engine.js";
import { postgresql } from "../support/sql/postgresql.js";

/** A PostgreSQL server: the one of `DATABASE_URL`, or else a throw-away one of Debian's package. */
export async function server(): Promise<Engine> {
  const url = env["DATABASE_URL"];
  if (url !== undefined) return connected(url, () => undefined);
  const { address, stop } = await started();
  try {
    return await connected(address, stop);
  } catch (error) {
    stop();
    throw error;
  }
}

async function connected(url: string, stop: () => void): Promise<Engine> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return postgresql({
    execute: (statements) => client.query(statements),
    query: async (text, parameters) => (await client.query(text, [...parameters])).rows,
    async close() {
      await client.end();
      stop();
    },
  });
}

/** Where Debian puts the servers of all versions. */
const VERSIONS = "/usr/lib/postgresql";

async function started() {
  const version = readdirSync(VERSIONS).sort().at(-1) ?? "";
  const folder = mkdtempSync(join(tmpdir(), "rateplan-postgresql-"));
  const data = join(folder, "data");
  const port = await freePort();
  const run = (program: string, ...options: readonly string[]) =>
    runAsUser(join(VERSIONS, version, "bin", program), options);
  // It refuses to run as root.
  if (isRoot) runChecked("chown", ["postgres", folder]);
  else chmodSync(folder, 0o700);
  const identity = ["-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8"];
  run("initdb", "-D", data, ...identity, "--no-sync");
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -k ${folder} -c fsync=off`;
  run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", options, "start");
  const stop = () => {
    run("pg_ctl", "-D", data, "-m", "immediate", "stop");
    rmSync(folder, { recursive: true });
  };
  return { address: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

const isRoot = getuid?.() === 0;

function runAsUser(program: string, options: readonly string[]): void {
  if (isRoot) runChecked("runuser", ["-u", "postgres", "--", program, ...options]);
  else runChecked(program, options);
}

function runChecked(program: string, options: readonly string[]): void {
  // What the server writes goes to its log, and not to a pipe that it would keep open.
  const { status, error } = spawnSync(program, options, { cwd: "/", stdio: "ignore" });
  if (status !== 0) {
    throw new Error(`${[program, ...options].join(" ")} ended with ${status}`, { cause: error });
  }
}

/** A port that nobody has. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address !== null
          ? resolve(address.port)
          : reject(new Error("no port")),
      );
    });
  });
}
