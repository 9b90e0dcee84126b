/** The program as people start it, told to stop or killed, and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { customersUpTo } from "../src/customers.js";
import { ledger } from "../src/ledger.js";
import { clientOf, type RedisAddress } from "../src/queue.js";
import { startRedis } from "../src/redis-server.js";
import { redisForTest } from "./support/redis.js";
import { expectExactlyOnce, storedIn } from "./support/stored.js";

const COUNT = 150;

interface Program {
  readonly process: ChildProcess;
  /** All that it has printed. */
  printed(): string;
}

function start({ host, port }: RedisAddress): Program {
  const options = ["--redis", `${host}:${port}`, "--customers", `${COUNT}`, "--batch", "5"];
  const program = spawn(process.execPath, ["--import", "tsx", "src/main.ts", ...options]);
  let printed = "";
  program.stdout.on("data", (text) => {
    printed += text;
  });
  program.stderr.pipe(process.stderr);
  return {
    process: program,
    printed: () => printed,
  };
}

describe("the program", () => {
  it.each(["SIGTERM", "SIGKILL"] as const)("goes on where it stopped after %s", async (signal) => {
    const { address } = await redisForTest();
    const first = start(address);
    const exit = once(first.process, "exit");
    const client = clientOf(address);
    const notes = ledger(client, "2026-01");
    while ((await notes.counts()).documents === 0) await wait(10);
    client.disconnect();
    first.process.kill(signal);
    const [code] = await exit;
    const half = await storedIn(address, "2026-01");
    expect(half.outbox.length).toBeGreaterThan(0);
    if (signal === "SIGTERM") {
      expect(first.printed()).toContain("stopping: what has begun is finished");
      expect(first.printed()).toMatch(/\d+ customers are left\./);
      expect(code).toBe(1);
    }
    const second = start(address);
    const [end] = await once(second.process, "exit");
    expect(second.printed()).toContain("Every customer is billed or listed.");
    expect(end).toBe(0);
    const stored = await storedIn(address, "2026-01");
    console.log(
      `${signal} after ${half.documents.length} documents: ${expectExactlyOnce(stored, customersUpTo(COUNT))}`,
    );
  });

  it("says that Redis is away, waits, and says that it is back", async () => {
    const { address, folder, kill } = await redisForTest();
    const program = start(address);
    const exit = once(program.process, "exit");
    const client = clientOf(address);
    while ((await ledger(client, "2026-01").counts()).documents === 0) await wait(10);
    await kill();
    while (!program.printed().includes("Redis is away: everybody waits")) await wait(10);
    const back = await startRedis(folder, address.port);
    const [code] = await exit;
    expect(program.printed()).toContain("Redis is back");
    expect(code).toBe(0);
    expectExactlyOnce(await storedIn(address, "2026-01"), customersUpTo(COUNT));
    client.disconnect();
    await back.stop();
  });
});
