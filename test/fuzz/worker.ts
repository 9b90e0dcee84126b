/** The thread in which cases are tried. It may hang, run out of memory or end: `campaign.ts` watches it. */
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Change } from "./changes.js";
import type { Case } from "./generate.js";
import { describe, type Fault, fault, type Judgement, judge } from "./judge.js";
import { TARGETS, type Target } from "./targets.js";

/** Which case: one of a run, one that was kept, or one that must fail. */
export type CaseId =
  | { readonly seed: number; readonly index: number }
  | { readonly kept: number }
  | { readonly broken: string };

/** What the thread is to do. */
export interface Job {
  readonly ids: readonly CaseId[];
}

/** What the thread says: before the first job, of each case, and after a job. */
export type Message =
  | { readonly kind: "ready" | "done" }
  /** The harness itself is wrong. */
  | { readonly kind: "lost"; readonly text: string }
  | { readonly kind: "begin"; readonly text: string; readonly call: string }
  | {
      readonly kind: "judged";
      readonly call: string;
      readonly outcome: Judgement["outcome"];
      readonly milliseconds: number;
      /** The case, printed, where it failed. */
      readonly text?: string;
      readonly fault?: Fault;
    };

interface Task {
  readonly target: Target;
  readonly build: () => readonly unknown[];
  readonly again: boolean;
  readonly text: string;
  /** The changes, where there may be less of them. */
  readonly generated?: Case;
}

/** How many cases this thread has begun; read by the one that watches it. */
const begun = new Int32Array(workerData as SharedArrayBuffer);
let stray: Fault | undefined;

process.on("unhandledRejection", (error) => {
  stray = fault("unhandled rejection", ...describe(error));
});

/** What is not needed is not loaded: valid input takes its time to make. */
async function taskOf(id: CaseId): Promise<Task> {
  if ("broken" in id) {
    const target = (await import("./broken.js")).BROKEN.get(id.broken);
    if (target === undefined) throw new Error(`no function ${id.broken}`);
    return { target, build: () => [{ id: "x", list: [1] }], again: true, text: id.broken };
  }
  if ("kept" in id) {
    const kept = (await import("./cases.js")).KEPT[id.kept];
    if (kept === undefined) throw new Error(`no case ${id.kept}`);
    const { call, why } = kept;
    if (!("args" in kept)) return { ...(await generated(kept)), text: why };
    return { target: targetOf(call), build: kept.args, again: kept.again ?? true, text: why };
  }
  const { caseOf } = await import("./generate.js");
  return generated(caseOf(id.seed, id.index));
}

async function generated(each: Case): Promise<Task> {
  const { argumentsOf } = await import("./generate.js");
  const { isFickle } = await import("./changes.js");
  return {
    target: targetOf(each.call),
    build: () => argumentsOf(each),
    again: !isFickle(each.changes),
    text: textOf(each),
    generated: each,
  };
}

function targetOf(call: string): Target {
  const target = TARGETS.get(call);
  if (target === undefined) throw new Error(`${call} is not exported`);
  return target;
}

/** A case as it may be put into cases.ts. */
function textOf({ call, valid, changes }: Case): string {
  const lines = changes.map((change) => `    ${JSON.stringify(change)},`);
  const list = lines.length === 0 ? "[]" : `[\n${lines.join("\n")}\n  ]`;
  return `{\n  call: ${JSON.stringify(call)},\n  valid: ${JSON.stringify(valid)},\n  changes: ${list},\n}`;
}

async function verdictOf({ target, build, again }: Task): Promise<Judgement> {
  stray = undefined;
  const judgement = await judge(target, build, { again });
  // Rejections that nobody handled are told of once all promises have been looked at.
  await setImmediate();
  return stray === undefined || judgement.fault !== undefined
    ? judgement
    : { ...judgement, fault: stray };
}

/** The fewest changes that fail in the same way: each is left out that need not be there. */
async function shrunk(each: Case, { kind, at }: Fault): Promise<Case> {
  let fewest = each;
  for (let index = each.changes.length - 1; index >= 0; index -= 1) {
    const fewer: Case = { ...fewest, changes: without(fewest.changes, index) };
    // What is changed may be gone with the change before it.
    const found = await verdictOf(await generated(fewer)).catch(() => undefined);
    if (found?.fault?.kind === kind && found.fault.at === at) fewest = fewer;
  }
  return fewest;
}

function without(changes: readonly Change[], index: number): readonly Change[] {
  return changes.filter((_, position) => position !== index);
}

function say(message: Message): void {
  parentPort?.postMessage(message);
}

async function carryOut({ ids }: Job): Promise<void> {
  for (const id of ids) {
    const task = await taskOf(id);
    if (ids.length === 1) say({ kind: "begin", text: task.text, call: task.target.name });
    Atomics.add(begun, 0, 1);
    const start = performance.now();
    const { outcome, fault: found } = await verdictOf(task);
    const milliseconds = performance.now() - start;
    const said = { kind: "judged", call: task.target.name, outcome, milliseconds } as const;
    if (found === undefined) say(said);
    else {
      const fewest = task.generated && (await shrunk(task.generated, found));
      say({
        ...said,
        fault: found,
        text: fewest === undefined || "kept" in id ? task.text : textOf(fewest),
      });
    }
  }
  say({ kind: "done" });
}

parentPort?.on("message", (job: Job) => {
  carryOut(job).catch((error: unknown) => {
    say({ kind: "lost", text: error instanceof Error ? String(error.stack) : String(error) });
  });
});
say({ kind: "ready" });
