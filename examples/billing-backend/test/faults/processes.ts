/** Processes that are killed: from inside at a step, from outside at any moment. */
import { spawn } from "node:child_process";
import { execPath } from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Work } from "./worker.js";

const WORKER = fileURLToPath(new URL("../../dist/faults/worker.js", import.meta.url));

/** One file that starts in a fifth of a second: many processes start. */
export async function buildWorker(): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outfile: WORKER,
    external: ["pg", "@electric-sql/pglite"],
    logLevel: "error",
  });
}

/** How a process ended: by itself, or killed. Rejects where it failed. */
type End = "done" | "killed";

function run(work: Work, killedAfter?: number): Promise<End> {
  return new Promise((resolve, reject) => {
    const child = spawn(execPath, [WORKER, JSON.stringify(work)], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const errors: Buffer[] = [];
    child.stderr.on("data", (part: Buffer) => errors.push(part));
    if (killedAfter !== undefined) {
      const timer = setTimeout(() => child.kill("SIGKILL"), killedAfter);
      child.once("exit", () => clearTimeout(timer));
    }
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (signal === "SIGKILL") resolve("killed");
      else if (code === 0) resolve("done");
      else reject(new Error(Buffer.concat(errors).toString()));
    });
  });
}

/** Starts it again until it ends by itself: as whatever watches over processes does. Gives how often it was killed. */
export async function runWatched(work: Work, killedAfter?: number): Promise<number> {
  const first = await run(work, killedAfter);
  if (first === "done") return 0;
  await pause(0);
  const { dies: _once, ...again } = work;
  if ((await run(again)) === "killed") throw new Error("killed by somebody else");
  return 1;
}
