/** Worker processes, kept alive: one that dies is replaced. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { WorkerSettings } from "./worker.js";

export interface Workers {
  /** Ends once every first worker takes jobs. */
  readonly ready: Promise<void>;
  /** The processes that take jobs now. */
  running(): readonly ChildProcess[];
  /** How many were replaced. */
  replaced(): number;
  /** Lets each finish what it has, and waits for it; after that many milliseconds, no longer. */
  stop(within?: number): Promise<void>;
}

/** One file, as `npm run build` bundles it: a worker that has died is back in an instant. */
const PROGRAM = fileURLToPath(new URL("../dist/worker.cjs", import.meta.url));
/** One that dies at once is not replaced at once. */
const PAUSE = 250;

export function startWorkers(count: number, settings: WorkerSettings): Workers {
  const alive = new Set<ChildProcess>();
  const running = new Set<ChildProcess>();
  let replaced = 0;
  let isStopping = false;
  const start = (): Promise<void> => {
    const worker = fork(PROGRAM, [JSON.stringify(settings)], { execArgv: [] });
    alive.add(worker);
    worker.once("exit", () => {
      alive.delete(worker);
      running.delete(worker);
      if (isStopping) return;
      replaced += 1;
      setTimeout(() => {
        if (!isStopping) void start();
      }, PAUSE);
    });
    return new Promise((resolve) => {
      worker.once("message", () => {
        running.add(worker);
        resolve();
      });
    });
  };
  const ready = Promise.all(Array.from({ length: count }, start)).then(() => {});
  return {
    ready,
    running: () => [...running],
    replaced: () => replaced,
    async stop(within = 30_000) {
      isStopping = true;
      const ends = [...alive].map(async (worker) => {
        const exit = once(worker, "exit");
        worker.kill("SIGTERM");
        const timer = setTimeout(() => worker.kill("SIGKILL"), within);
        await exit;
        clearTimeout(timer);
      });
      await Promise.all(ends);
    },
  };
}
