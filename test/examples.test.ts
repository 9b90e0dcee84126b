/** Every example runs, prints the same wherever the machine stands, and prints what is written down. */
import { execFile } from "node:child_process";
import { env, execPath } from "node:process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { filesBelow, root } from "./support/repository.js";

const run = promisify(execFile);
const scripts = filesBelow("examples")
  .filter((path) => path.endsWith(".ts"))
  .map((path) => path.slice("examples/".length));
const policies = scripts.filter((path) => path.startsWith("outcomes/policies/"));
const gallery = "outcomes/policies/index.ts";
/** Projects of their own are tested with the packed package: `.ci/run`. */
const projects = filesBelow("examples")
  .filter((path) => path.endsWith("/package.json"))
  .map((path) => path.slice("examples/".length, -"package.json".length));
const elsewhere = ["support/", ...projects];
/** The gallery prints its policies once more. */
const examples = scripts.filter(
  (path) => path !== gallery && !elsewhere.some((folder) => path.startsWith(folder)),
);

/** Hours behind UTC, and half a day ahead of it, where a whole day was once skipped. */
const BEHIND = "America/New_York";
const zones = [BEHIND, "Pacific/Apia"];

const MARK = "# example ";
/** Imports each of its arguments, after a line that names it; words after a name are that program's arguments. */
const runner = `for (const name of process.argv.splice(1)) {
  console.log(${JSON.stringify(MARK)} + name);
  const [file, ...words] = name.split(" ");
  process.argv.splice(1, Infinity, file, ...words);
  await import("./examples/" + file);
}`;

/** What each of the examples prints: one program runs them all, one after the other. */
async function outputs(
  names: readonly string[],
  zone: string,
): Promise<ReadonlyMap<string, string>> {
  // Rejects when an example exits with anything but 0, with what it printed in the message.
  const program = ["--import", "tsx", "--input-type=module", "--eval", runner, "--", ...names];
  const { stdout } = await run(execPath, program, {
    cwd: root,
    env: { ...env, TZ: zone, LC_ALL: "C", NODE_OPTIONS: "" },
    maxBuffer: 64 * 1024 * 1024,
  });
  const parts = stdout.split(new RegExp(`^${MARK}`, "m")).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end + 1)];
    }),
  );
}

/** What takes long runs for a few customers in every zone, and for more of them in one. In full it runs where nobody waits for it: `.ci/run`. */
const LONG = "billing-loop.ts";
const FEW = `${LONG} 6`;
const MORE = `${LONG} 40`;
const everywhere = examples.map((name) => (name === LONG ? FEW : name));
const printed = new Map(zones.map((zone) => [zone, outputs(everywhere, zone)]));
const printedOnce = outputs([gallery, MORE], "UTC");

async function output(example: string, zone: string): Promise<string> {
  return (await printed.get(zone))?.get(example) ?? "";
}

/** What must stand in what an example prints, by hand. */
const figures: Readonly<Record<string, readonly string[]>> = {
  // 100 × 50 + 400 × 40 + 150 × 30
  "quickstart.ts": ["25,500.00"],
  "subscriptions/lifecycle.ts": [
    // The 30th, clamped in February and back in March.
    "invoice 2025-01-30 to 2025-02-28",
    "invoice 2025-02-28 to 2025-03-30",
    "nothing is billed from 2025-01-16 to 2025-01-30: trial",
    // 238 conversations: 100 × 0.99 + 138 × 0.90
    "2025-01-30 to 2025-02-28 238 223.20",
    // 5 seats at 29 for 11 of 31 days are 51.45 of 145; 8 seats for the other 20 are 232 × 20 / 31.
    "Seats: adjustment 2025-04-10 to 2025-04-30 -93.55",
    "Seats 2025-04-10 to 2025-04-30 8 149.68",
    // One of 31 days of 99 is 3.19; 30 of 31 days of 249 are 240.97.
    "Team platform: adjustment 2025-05-31 to 2025-06-30 -95.81",
    "Business platform 2025-05-31 to 2025-06-30 1 240.97",
    // Support: 182 of 365 days of 1,200 are 598.36, until the pause; 163 days from its end are 535.89.
    "Premium support: adjustment 2026-07-31 to 2027-01-30 -601.64",
    "Premium support 2026-08-20 to 2027-01-30 1 535.89",
    // The revised tiers hold from the period after 15 May on: 200 × 0.95 + 45 × 0.75.
    "2026-05-30 to 2026-06-30 245 223.75",
    // Seven before the pause and 84 after it are one stretch at one price: 91 × 0.95.
    "Resolved conversations 2026-07-30 to 2026-08-30 91 86.45",
    "credit-note 2026-12-30 to 2027-01-16",
  ],
  [FEW]: [
    // The machine goes down half-way, and a second biller works from the same documents: nothing is billed twice.
    "dropped by a unique key",
    "Each subscription's documents add up to those of a biller who knew everything.",
  ],
  "full-invoice/index.ts": [
    // The opening: 60 without tax, 99 with 5 % (4.95), and 10 % on 103.95 (10.395).
    "total 174.35 CAD",
    // January: 20 + 29 + 4 + 7.50 - 2.90 + 2.50 - 2.61 + 99 = 156.49, less 5 and 34 is 117.49; 5 % is 5.8745, 10 % of 123.36 is 12.336.
    "Invoice 135.70 CAD",
    "Charges 156.49 CAD",
    "GST: 5 % of 117.49 5.87 CAD",
    "PST: 10 % of 123.36 12.34 CAD",
    // 30 days after 28 February.
    "Due: 30 March 2026",
    "Written again from its request: the same",
    // February: 20 + 89 + 6 + 60 - 8.90 + 99 is 265.10, of which 250 are billed; then 99, and -3 - 0.40 + 0.30 + 0.27 for January.
    "Maximum of 250.00 −15.10 CAD",
    "Charges 247.17 CAD",
    // 40 credits come back to the 100 that were left.
    "pack return credit 100 40 140",
    // 246.17 after credits, and 18.71 taxed in January: 5 % is 13.244, less 0.93; 10 % of 278.12 is 27.812, less 1.97.
    "Invoice 284.32 CAD",
    // March: 41 + 20 - 4.10 of usage; 2.845 and 5.975 of tax.
    "the usage is 56.90 CAD",
    "total 65.73 CAD",
    // The rest: 20 + 10 + 99, and 6.45 and 13.545 of tax.
    "total 149.00 CAD",
    // 260 × 0.50 - 100 of the reserve + 30 × 0.5 of overage + the next 100.
    "total 145.00 CAD",
    // 900 - three fees of 100 - 45 - 0 - 30; and 30 + 525 + 100 in all, of which a tenth is credited.
    "True-up to a commitment of 900.00 525.00",
    "total 655.00 CAD",
    "Reserve: credited -10.00",
    "total -65.50 CAD",
  ],
  "pricing-lab/index.ts": [
    // 506 outcomes: × 0.90; × 0.75; 79 + 406 × 0.70.
    "506 455.40 379.50 363.20 bundle",
    "beyond 1000 the amount drops by 150: from 800 on it is cheaper to go over 1000",
    // 79 ÷ 0.90.
    "bundle 790/9 today bundle",
    // 52,741.80 − 11,929.20, which nobody pays more for.
    "if everybody took the cheaper of today and volume: 40,812.60",
    // The pictures of the guide are those that it draws.
    ...["prices", "plans", "portfolio", "future"].map((name) => `${name}.svg as in the guide`),
  ],
  "outcomes/lifecycle.ts": [
    // Five at 1.50 in January; three in February, less the two that were reversed.
    "Resolved conversations 5 7.50",
    "total 1.50 USD",
  ],
};

describe("examples", () => {
  it("exist", () => {
    expect(examples).toContain("quickstart.ts");
  });

  it.each(everywhere)("%s runs and prints the same in every time zone", async (example) => {
    const [first = "", ...others] = await Promise.all(zones.map((zone) => output(example, zone)));
    expect(first).not.toBe("");
    for (const other of others) expect(other).toBe(first);
    const words = first.replaceAll(/ +/g, " ");
    for (const figure of figures[example] ?? []) expect(words).toContain(figure);
  });

  it("bills 40 customers", async () => {
    const own = (await printedOnce).get(MORE);
    for (const figure of ["40 customers", ...(figures[FEW] ?? [])]) expect(own).toContain(figure);
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
  it("has figures for every policy", () => {
    const names = policies.filter((path) => path !== gallery);
    expect(names).toEqual(Object.keys(totals).map((name) => `outcomes/policies/${name}`));
  });

  it.each(Object.entries(totals))("%s bills what its terms come to", async (policy, amounts) => {
    const own = await output(`outcomes/policies/${policy}`, BEHIND);
    const found = [...own.matchAll(/^ {2}total (\S+) USD$/gm)].map(([, amount]) => amount);
    expect(found).toEqual(amounts);
    expect((await printedOnce).get(gallery)).toContain(own);
  });
});
