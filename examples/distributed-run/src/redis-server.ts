/** A Redis of our own: a free port of this machine, its data in a folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { clientOf, type RedisAddress } from "./queue.js";

export interface RedisServer {
  readonly address: RedisAddress;
  /** Ends it in order, with all on disk. */
  stop(): Promise<void>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

/** @param port where it was, for one that comes back */
export async function startRedis(folder: string, port?: number): Promise<RedisServer> {
  const address = { host: "127.0.0.1", port: port ?? (await freePort()) };
  const server = spawn(
    "redis-server",
    [
      ...["--bind", address.host, "--port", `${address.port}`, "--dir", folder],
      // What is acknowledged is on disk: a job is done only after its documents are, in the one log that both are in.
      ...["--appendonly", "yes", "--appendfsync", "always", "--save", ""],
      // Never forget a document to make room for another.
      ...["--maxmemory-policy", "noeviction"],
    ],
    { stdio: "ignore" },
  );
  const started = new AbortController();
  await Promise.race([answers(address, started.signal), failure(server)]).finally(() =>
    started.abort(),
  );
  const end = async (signal: "SIGTERM" | "SIGKILL") => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exit = once(server, "exit");
    server.kill(signal);
    await exit;
  };
  return { address, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}

async function failure(server: ChildProcess): Promise<never> {
  const [problem] = await Promise.race([once(server, "error"), once(server, "exit")]);
  throw problem instanceof Error && "code" in problem && problem.code === "ENOENT"
    ? new Error("no redis-server: apt-get install -y --no-install-recommends redis-server")
    : new Error(`redis-server ended: ${problem}`);
}

async function answers(address: RedisAddress, signal: AbortSignal): Promise<void> {
  const client = clientOf(address);
  signal.addEventListener("abort", () => client.disconnect());
  // A log that is read again answers LOADING until it is.
  while (!signal.aborted && (await client.ping().catch(() => "")) !== "PONG") await wait(50);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("unreachable: no port");
  return address.port;
}
