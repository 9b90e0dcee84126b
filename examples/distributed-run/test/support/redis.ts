/** A Redis for a test, in a folder that is gone with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type RedisServer, startRedis } from "../../src/redis-server.js";

export async function redisForTest(): Promise<RedisServer & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "billing-run-test-"));
  const server = await startRedis(folder);
  onTestFinished(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...server, folder };
}
