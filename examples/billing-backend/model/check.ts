/**
 * Tries every interleaving of the protocol (`billing.pml`) with Spin, and that each part of it is needed: without it, Spin finds a run that
 * goes wrong. `npm run model`; needs `spin` and `gcc` (Debian packages).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const MODEL = fileURLToPath(new URL("billing.pml", import.meta.url));

/** What holds of the protocol, and what that says. */
const CLAIMS = {
  once: "at most one document, one posting, one delivery that counts",
  whole: "document, posting and outbox row are there together",
  never_twice: "an event is in the document or in a later one, never in both",
  billed: "the period is billed in the end, with its posting",
  delivered: "the document reaches the provider in the end, and stays delivered once",
  nothing_lost: "the event is billed in the end, whenever it came",
} as const;
type Claim = keyof typeof CLAIMS;

/** What goes wrong without a part of it. */
const REFUTED: readonly { readonly without: string; readonly claim: Claim }[] = [
  { without: "WITHOUT_TRANSACTION", claim: "whole" },
  { without: "WITHOUT_TRANSACTION", claim: "billed" },
  { without: "WITHOUT_TRANSACTION", claim: "delivered" },
  { without: "WITHOUT_EVENT_LOCK", claim: "nothing_lost" },
  { without: "WITHOUT_DELIVERY_KEY", claim: "once" },
];

interface Search {
  readonly errors: number;
  readonly states: string;
}

const missing = ["spin", "gcc"].filter(
  (program) => spawnSync("which", [program], { stdio: "ignore" }).status !== 0,
);
if (missing.length > 0) {
  console.log(`No ${missing.join(" and no ")} on this machine: the model was not checked.`);
} else {
  const folder = mkdtempSync(join(tmpdir(), "billing-model-"));
  try {
    if (!check(folder)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function check(folder: string): boolean {
  let isRight = true;
  const say = (text: string, { states }: Search, holds: boolean) => {
    if (!holds) isRight = false;
    console.log(`${holds ? "ok" : "NOT OK"}  ${text} (${states} states)`);
  };
  build(folder, []);
  for (const [claim, meaning] of Object.entries(CLAIMS)) {
    const found = search(folder, claim);
    say(`${claim}: ${meaning}`, found, found.errors === 0);
  }
  for (const { without, claim } of REFUTED) {
    build(folder, [`-D${without}`]);
    const found = search(folder, claim);
    say(`${without}: ${claim} is refuted`, found, found.errors > 0);
  }
  return isRight;
}

function build(folder: string, options: readonly string[]): void {
  execFileSync("spin", [...options, "-a", MODEL], { cwd: folder, stdio: "ignore" });
  execFileSync("gcc", ["-O2", "-w", "-o", "pan", "pan.c"], { cwd: folder });
}

/** Every reachable state, with the search for cycles that a claim about the end needs; a search that is cut off is no proof. */
function search(folder: string, claim: string): Search {
  const found = execFileSync(join(folder, "pan"), ["-a", "-m100000", "-N", claim], {
    cwd: folder,
  }).toString();
  const errors = /errors: (\d+)/.exec(found)?.[1];
  const states = /^\s*(\S+) states, stored/m.exec(found)?.[1];
  const isCutOff = errors === "0" && found.includes("Search not completed");
  if (errors === undefined || states === undefined || isCutOff) {
    throw new Error(`Spin did not search all states:\n${found}`);
  }
  return { errors: Number(errors), states };
}
