/** The biller as it is started: a process with arguments and an environment. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { got, openTest, type TestBilling } from "../support/billing.js";
import { newTenant, platform } from "../support/plans.js";

const BILLER = fileURLToPath(new URL("../../src/biller.ts", import.meta.url));

let open: TestBilling;
beforeEach(async () => {
  open = await openTest();
});
afterEach(() => open.close());

function start(...args: readonly string[]): ChildProcess {
  const env = { ...process.env, DATABASE_URL: open.url };
  return spawn(execPath, ["--import", "tsx", BILLER, ...args], { env, stdio: "ignore" });
}

async function keys(tenant: string): Promise<readonly string[]> {
  const { items } = await got(open.billing.documents.list(tenant));
  return items.map(({ idempotencyKey }) => idempotencyKey);
}

describe("the biller", () => {
  it("closes up to the moment that it is given, and ends", async () => {
    await open.at("2026-03-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const biller = start("--as-of", "2026-02-01T00:00:00Z");
    expect(await once(biller, "exit")).toEqual([0, null]);
    expect(await keys(tenant)).toEqual([
      "opening:s1@2026-01-01/2026-01-01",
      "period:s1@2026-01-01/2026-02-01",
    ]);
  });

  it("bills again and again, and stops when it is told to", async () => {
    await open.at("2026-01-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    const biller = start("--every", "0.05");
    const until = async (count: number) => {
      while ((await keys(tenant)).length < count) await new Promise((go) => setTimeout(go, 20));
    };
    await until(1);
    await open.at("2026-02-01T00:00:00Z");
    await until(2);
    biller.kill("SIGTERM");
    expect(await once(biller, "exit")).toEqual([0, null]);
  });

  it("refuses what is no moment, before it does anything", async () => {
    await open.at("2026-03-01T00:00:00Z");
    const tenant = await newTenant(open, [platform]);
    expect(await once(start("--as-of", "tomorrow"), "exit")).toEqual([1, null]);
    expect(await keys(tenant)).toEqual([]);
  });
});
