/**
 * Many cases in processes that are watched: what hangs or swells is ended, named, and tried once more by itself. Threads
 * would not do: one that asks for very much memory at once takes the whole process with it.
 */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import type { CaseId, Job, Message } from "./child.js";
import { type Fault, type FaultKind, fault } from "./judge.js";

/** What one case may take. Generous: what we look for is what never ends. */
export interface Limits {
  /** For all its calls, on a machine that does nothing else; as much longer as the machine is busy. */
  readonly milliseconds: number;
  /** Of the heap, with the library, the valid inputs and what is remembered of earlier cases. */
  readonly megabytes: number;
}

export const LIMITS: Limits = { milliseconds: 10_000, megabytes: 512 };

/** What is tried. */
export interface Campaign {
  readonly ids: Iterable<CaseId>;
  readonly processes: number;
  readonly limits?: Limits;
  /** No more cases are begun after so much time. */
  readonly seconds?: number;
  /** Called with each new failure. */
  readonly seen?: (failure: Failure) => void;
}

/** A way to fail, with the first case that did. */
export interface Failure {
  readonly id: CaseId;
  readonly call: string;
  readonly fault: Fault;
  /** The case as it may be put into cases.ts. */
  readonly text: string;
  /** How many cases failed so. */
  readonly times: number;
}

/** How many calls of a function gave a result, and how many issues. */
interface Count {
  readonly result: number;
  readonly issues: number;
}

export interface Report {
  readonly cases: number;
  readonly counts: ReadonlyMap<string, Count>;
  readonly failures: readonly Failure[];
  /** The longest that a case took. */
  readonly slowest: { readonly milliseconds: number; readonly id: CaseId } | undefined;
  /** Cases that took too long, or too much, once, and not by themselves. */
  readonly suspects: readonly CaseId[];
}

type Judged = Extract<Message, { readonly kind: "judged" }>;

interface Ending {
  readonly kind: Extract<
    FaultKind,
    "too slow" | "too much memory" | "ended the process" | "no case"
  >;
  readonly text: string;
}

const CHUNK = 20;
const LOOK = 100;
const START_UP = 120_000;

/** Tries all cases, and says what came of them. */
export async function campaign({
  ids,
  processes,
  limits = LIMITS,
  seconds = Number.POSITIVE_INFINITY,
  seen = () => undefined,
}: Campaign): Promise<Report> {
  const deadline = performance.now() + seconds * 1_000;
  const failures = new Map<string, Failure>();
  const counts = new Map<string, Count>();
  const suspects: CaseId[] = [];
  let cases = 0;
  let slowest: Report["slowest"];
  const fail = (id: CaseId, call: string, found: Fault, text: string) => {
    const key = [call, found.kind, found.at === "" ? gist(found.text) : found.at].join(" ");
    const known = failures.get(key);
    const failure = known ?? { id, call, fault: found, text, times: 0 };
    failures.set(key, { ...failure, times: failure.times + 1 });
    if (known === undefined) seen(failure);
  };
  const note = (id: CaseId, { call, outcome, milliseconds, fault: found, text = "" }: Judged) => {
    cases += 1;
    const count = counts.get(call) ?? { result: 0, issues: 0 };
    counts.set(call, { ...count, [outcome]: count[outcome] + 1 });
    if (slowest === undefined || slowest.milliseconds < milliseconds)
      slowest = { milliseconds, id };
    if (found !== undefined) fail(id, call, found, text);
  };
  const source = ids[Symbol.iterator]();
  const lane = async () => {
    let child: Child | undefined;
    for (let chunk = chunkOf(source); chunk.length > 0; ) {
      child ??= new Child(limits);
      const { judged, ending } = await child.carryOut(chunk);
      judged.forEach((each, index) => {
        const id = chunk[index];
        if (id !== undefined) note(id, each);
      });
      const culprit = chunk[judged.length];
      if (ending !== undefined) {
        child = undefined;
        if (culprit !== undefined) {
          const alone = await tryAlone(culprit, limits);
          if (alone.judged !== undefined) {
            note(culprit, alone.judged);
            suspects.push(culprit);
          } else {
            cases += 1;
            fail(culprit, alone.call, alone.fault, alone.text);
          }
        }
      }
      const rest = ending === undefined ? [] : chunk.slice(judged.length + 1);
      chunk = rest.length > 0 ? rest : performance.now() < deadline ? chunkOf(source) : [];
    }
    child?.end();
  };
  await Promise.all(Array.from({ length: processes }, lane));
  return { cases, counts, failures: [...failures.values()], slowest, suspects };
}

/** What is the same in messages about different values. */
function gist(text: string): string {
  return text.slice(0, 80).replace(/\d+/g, "#");
}

function chunkOf(source: Iterator<CaseId>): readonly CaseId[] {
  const chunk: CaseId[] = [];
  while (chunk.length < CHUNK) {
    const next = source.next();
    if (next.done === true) break;
    chunk.push(next.value);
  }
  return chunk;
}

type Alone =
  | { readonly judged: Judged }
  | {
      readonly judged?: undefined;
      readonly call: string;
      readonly text: string;
      readonly fault: Fault;
    };

async function tryAlone(id: CaseId, limits: Limits): Promise<Alone> {
  const child = new Child(limits);
  const { judged, ending, begin } = await child.carryOut([id]);
  child.end();
  const [first] = judged;
  if (first !== undefined) return { judged: first };
  const { kind, text } = ending ?? { kind: "ended the process", text: "before the case began" };
  return {
    call: begin?.call ?? "",
    text: begin?.text ?? JSON.stringify(id),
    fault: fault(kind, text),
  };
}

interface Done {
  readonly judged: readonly Judged[];
  readonly begin: Extract<Message, { readonly kind: "begin" }> | undefined;
  /** How the process ended before it was done. */
  readonly ending: Ending | undefined;
}

/** A process that tries cases, and is ended when one of them takes too much. */
class Child {
  readonly #limits: Limits;
  readonly #process: ChildProcess;
  #ready = false;
  #said = "";

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#process = fork(fileURLToPath(new URL("./child.mjs", import.meta.url)), {
      execArgv: [`--max-old-space-size=${limits.megabytes}`],
      // What cases print is nobody's business, but for what Node says at the end.
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process.stderr?.on("data", (text: Buffer) => {
      this.#said = (this.#said + text.toString()).slice(-10_000);
    });
  }

  end(): void {
    this.#process.kill("SIGKILL");
  }

  /** Tries the cases one after the other, as long as the process lives. */
  carryOut(ids: readonly CaseId[]): Promise<Done> {
    const judged: Judged[] = [];
    let begin: Done["begin"];
    let since = performance.now();
    return new Promise((resolve) => {
      const finish = (ending: Ending | undefined) => {
        clearInterval(timer);
        this.#process.removeAllListeners("message").removeAllListeners("exit");
        resolve({ judged, begin, ending });
      };
      const timer = setInterval(() => {
        const most = this.#ready ? this.#limits.milliseconds : START_UP;
        if (performance.now() - since < most * waiting()) return;
        this.end();
        finish({ kind: "too slow", text: `more than ${most} ms` });
      }, LOOK);
      const start = () => this.#process.send({ ids } satisfies Job);
      this.#process.on("message", (message: Message) => {
        since = performance.now();
        if (message.kind === "judged") judged.push(message);
        if (message.kind === "begin") begin = message;
        if (message.kind === "done") finish(undefined);
        if (message.kind === "lost") {
          this.end();
          finish({ kind: "no case", text: message.text });
        }
        if (message.kind !== "ready") return;
        this.#ready = true;
        start();
      });
      this.#process.on("exit", (code, signal) => finish(this.#endingOf(code, signal)));
      if (this.#ready) start();
    });
  }

  #endingOf(code: number | null, signal: string | null): Ending {
    return this.#said.includes("heap out of memory")
      ? { kind: "too much memory", text: `more than ${this.#limits.megabytes} MB` }
      : { kind: "ended the process", text: `${signal ?? `code ${code}`} ${this.#said}`.trim() };
  }
}

/** How many programs want each processor, at least one. */
function waiting(): number {
  const [last = 0] = loadavg();
  return Math.max(1, last / availableParallelism());
}

/** The failures for people, each with what makes it again. */
export function describeFailures(failures: readonly Failure[]): string {
  return failures
    .map(({ id, call, fault: { kind, text, at }, text: each, times }) =>
      [
        `${call}: ${kind}: ${text}${at === "" ? "" : ` (${at})`}, ${times} times, first as ${JSON.stringify(id)}`,
        each,
      ].join("\n"),
    )
    .join("\n\n");
}
