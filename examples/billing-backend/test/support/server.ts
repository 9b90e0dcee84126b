/** A PostgreSQL server of its own, in a folder that is thrown away: real connections, real locks, and a server that can be stopped. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";

export interface Server {
  /** Of a database of the server; default `postgres`. */
  url(database?: string): string;
  /** As if its machine went down, or after the running transactions. */
  stop(how?: "immediate" | "fast"): void;
  start(): void;
  /** Stops it and removes its files. */
  remove(): void;
}

/** Where the newest `initdb` of this machine is; nothing where there is none. */
export function findBinaries(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a));
  const folders = [
    ...newest.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")));
}

/** A new server; it refuses to run as root, and is run by the user that Debian made for it. */
export async function startServer(binaries: string): Promise<Server> {
  const isRoot = process.getuid?.() === 0;
  const folder = mkdtempSync(join(tmpdir(), "billing-postgres-"));
  if (isRoot) execFileSync("chown", ["postgres", folder]);
  else chmodSync(folder, 0o700);
  const run = (program: string, ...args: readonly string[]) => {
    const command = [join(binaries, program), ...args];
    const [file = "", ...rest] = isRoot ? ["runuser", "-u", "postgres", "--", ...command] : command;
    execFileSync(file, rest, { cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
  };
  const data = join(folder, "data");
  const port = await freePort();
  run(
    "initdb",
    "-D",
    data,
    "-U",
    "billing",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
  );
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -k ${folder} -c fsync=off -c max_connections=60`;
  const log = join(folder, "log");
  const server: Server = {
    url: (database = "postgres") => `postgres://billing@127.0.0.1:${port}/${database}`,
    start() {
      try {
        run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start");
      } catch (error) {
        throw new Error(`PostgreSQL did not start:\n${readFileSync(log, "utf8")}`, {
          cause: error,
        });
      }
    },
    stop(how = "fast") {
      run("pg_ctl", "-D", data, "-w", "-m", how, "stop");
    },
    remove() {
      try {
        server.stop("immediate");
      } catch {
        // It was stopped already.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  server.start();
  return server;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
