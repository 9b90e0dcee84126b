/** Every example runs, prints the same wherever the machine stands, and prints what is written down. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root } from "./support/repository.js";

const run = promisify(execFile);
const inFolder = (folder: string) =>
  readdirSync(join(root, "examples", folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
const gallery = join("outcome-policies", "index.ts");
const examples = [...inFolder(""), gallery];

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

/** Invoice totals of the gallery, by hand from the vendors' terms and the stories. */
const totals: Readonly<Record<string, readonly string[]>> = {
  "chargeflow.ts": ["45.00"],
  "fini.ts": ["82.80", "0.00"],
  "gorgias.ts": ["2.34"],
  "hubspot.ts": ["1.50"],
  "intercom-fin.ts": ["13.95", "0.00"],
  "redo.ts": ["222.55"],
  "riskified.ts": ["3.45", "-96.95"],
  "salesforce-agentforce.ts": ["6.00"],
  "sierra.ts": ["90.20", "-39.00"],
  "zendesk.ts": ["6.00"],
};

describe("the gallery of outcome policies", () => {
  const printed = output(gallery, "UTC");

  it("has figures for every policy", () => {
    const names = inFolder("outcome-policies").filter((name) => name !== gallery);
    expect(names.sort()).toEqual(Object.keys(totals).map((name) => join("outcome-policies", name)));
  });

  it.each(Object.entries(totals))("%s bills what its terms come to", async (policy, amounts) => {
    const own = await output(join("outcome-policies", policy), "UTC");
    const found = [...own.matchAll(/^ {2}total (\S+) USD$/gm)].map(([, amount]) => amount);
    expect(found).toEqual(amounts);
    expect(await printed).toContain(own);
  });
});
