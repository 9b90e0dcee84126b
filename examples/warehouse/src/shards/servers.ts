import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Servers of PostgreSQL that are thrown away. */
export interface Servers {
  /** Where each is reached. */
  readonly urls: readonly string[];
  readonly ports: readonly number[];
  /** Copies a CSV file into a table of one of them. */
  load(server: number, table: string, file: string): void;
  stop(): void;
}

const INSTALLED = "/usr/lib/postgresql";
const FIRST_PORT = 54_390;

/** Starts servers of the PostgreSQL that Debian installs, each with data of its own. */
export function startServers(count: number): Servers {
  const folder = mkdtempSync(join(tmpdir(), "rateplan-shards-"));
  const run = asOwner(folder);
  const ports = Array.from({ length: count }, (_, place) => FIRST_PORT + place);
  const dataOf = (port: number) => join(folder, String(port));
  const started: number[] = [];
  const stop = () => {
    for (const port of started) run("pg_ctl", "-D", dataOf(port), "-m", "immediate", "stop");
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const port of ports) {
      run(
        "initdb",
        "-D",
        dataOf(port),
        "-U",
        "app",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
      );
      const options = `-p ${port} -c listen_addresses=127.0.0.1 -k ${folder} -c fsync=off -c timezone=UTC`;
      run(
        "pg_ctl",
        "-D",
        dataOf(port),
        "-w",
        "-l",
        join(folder, `${port}.log`),
        "-o",
        options,
        "start",
      );
      started.push(port);
    }
  } catch (error) {
    stop();
    throw error;
  }
  return {
    ports,
    urls: ports.map((port) => `postgres://app@127.0.0.1:${port}/postgres`),
    load(server, table, file) {
      const copy = `\\copy ${table} FROM '${file}' (FORMAT csv, HEADER)`;
      execFileSync(
        "psql",
        [
          "-q",
          "-h",
          "127.0.0.1",
          "-p",
          String(ports[server]),
          "-U",
          "app",
          "-d",
          "postgres",
          "-c",
          copy,
        ],
        { stdio: "inherit" },
      );
    },
    stop,
  };
}

/** PostgreSQL does not run as root: there it is the user of Debian's package. */
function asOwner(folder: string) {
  const [version] = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(folder, id("-u"), id("-g"));
    chmodSync(folder, 0o755);
  }
  return (program: string, ...args: readonly string[]) => {
    const command = [join(INSTALLED, version ?? "", "bin", program), ...args];
    const [first = "", ...rest] = isRoot
      ? ["runuser", "-u", "postgres", "--", ...command]
      : command;
    execFileSync(first, rest, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  };
}
