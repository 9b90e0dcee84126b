/** Every example runs, prints the same wherever the machine stands, and prints what is written down. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root } from "./support/repository.js";

const run = promisify(execFile);
const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts"));

/** A UTC day behind, UTC itself, and the zone that once skipped a whole day. */
const zones = ["America/New_York", "UTC", "Pacific/Apia"];

async function output(example: string, zone: string): Promise<string> {
  // Rejects when the example exits with anything but 0, with what it printed in the message.
  const { stdout } = await run(execPath, ["--import", "tsx", join("examples", example)], {
    cwd: root,
    env: { ...env, TZ: zone, LC_ALL: "C", NODE_OPTIONS: "" },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

describe("examples", () => {
  it("exist", () => {
    expect(examples).toContain("quickstart.ts");
  });

  it.each(examples)("%s runs and prints the same in every time zone", async (example) => {
    const [first = "", ...others] = await Promise.all(zones.map((zone) => output(example, zone)));
    expect(first).not.toBe("");
    for (const other of others) expect(other).toBe(first);

    const expected = join(root, "examples", example.replace(/\.ts$/, ".out.txt"));
    if (existsSync(expected)) await expect(first).toMatchFileSnapshot(expected);
  });
});
