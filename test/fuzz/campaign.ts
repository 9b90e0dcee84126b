/** Many cases in threads that are watched: what hangs or swells is ended, named, and tried once more by itself. */
import { availableParallelism, loadavg } from "node:os";
import { Worker } from "node:worker_threads";
import { type Fault, type FaultKind, fault } from "./judge.js";
import type { CaseId, Job, Message } from "./worker.js";

/** What one case may take. Generous: what we look for is what never ends. */
export interface Limits {
  /** For all its calls, on a machine that does nothing else; as much longer as the machine is busy. */
  readonly milliseconds: number;
  /** Of the thread's heap, with the library, the valid inputs and what is remembered of earlier cases. */
  readonly megabytes: number;
}

export const LIMITS: Limits = { milliseconds: 10_000, megabytes: 512 };

/** What is tried. */
export interface Campaign {
  readonly ids: Iterable<CaseId>;
  readonly threads: number;
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
  readonly kind: Extract<FaultKind, "too slow" | "too much memory" | "ended the process">;
  readonly text: string;
}

const CHUNK = 20;
const LOOK = 100;
const START_UP = 120_000;

/** Tries all cases, and says what came of them. */
export async function campaign({
  ids,
  threads,
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
    let thread: Thread | undefined;
    for (let chunk = chunkOf(source); chunk.length > 0; ) {
      thread ??= new Thread(limits);
      const { judged, ending } = await thread.carryOut(chunk);
      judged.forEach((each, index) => {
        const id = chunk[index];
        if (id !== undefined) note(id, each);
      });
      const culprit = chunk[judged.length];
      if (ending !== undefined) {
        thread = undefined;
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
    await thread?.end();
  };
  await Promise.all(Array.from({ length: threads }, lane));
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
  const thread = new Thread(limits);
  const { judged, ending, begin } = await thread.carryOut([id]);
  await thread.end();
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
  /** How the thread ended before it was done. */
  readonly ending: Ending | undefined;
}

class Thread {
  readonly #limits: Limits;
  readonly #begun = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #worker: Worker;
  #ready = false;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#worker = new Worker(new URL("./worker.mjs", import.meta.url), {
      workerData: this.#begun.buffer,
      resourceLimits: { maxOldGenerationSizeMb: limits.megabytes },
      // What cases print is nobody's business.
      stdout: true,
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Tries the cases one after the other, as long as the thread lives. */
  carryOut(ids: readonly CaseId[]): Promise<Done> {
    const { milliseconds, megabytes } = this.#limits;
    const judged: Judged[] = [];
    let begin: Done["begin"];
    let since = performance.now();
    let at = -1;
    return new Promise((resolve, reject) => {
      const finish = (ending: Ending | undefined) => {
        clearInterval(timer);
        // Not of all events: Node listens too, for whether anybody does.
        for (const event of ["message", "error", "exit"]) this.#worker.removeAllListeners(event);
        resolve({ judged, begin, ending });
      };
      const timer = setInterval(() => {
        const begun = Atomics.load(this.#begun, 0);
        if (begun !== at) [at, since] = [begun, performance.now()];
        const most = this.#ready ? milliseconds : START_UP;
        if (performance.now() - since < most * waiting()) return;
        void this.#worker.terminate();
        finish({ kind: "too slow", text: `more than ${most} ms` });
      }, LOOK);
      this.#worker.on("message", (message: Message) => {
        if (message.kind === "judged") judged.push(message);
        if (message.kind === "begin") begin = message;
        if (message.kind === "done") finish(undefined);
        if (message.kind === "lost") {
          clearInterval(timer);
          reject(new Error(`${JSON.stringify(ids[judged.length])}: ${message.text}`));
        }
        if (message.kind !== "ready") return;
        this.#ready = true;
        since = performance.now();
        this.#worker.postMessage({ ids } satisfies Job);
      });
      this.#worker.on("error", (error: Error & { readonly code?: string }) => {
        if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
          finish({ kind: "too much memory", text: `more than ${megabytes} MB` });
          return;
        }
        clearInterval(timer);
        // A fault of the harness, not of a case.
        reject(error);
      });
      this.#worker.on("exit", (code) =>
        finish({ kind: "ended the process", text: `code ${code}` }),
      );
      if (this.#ready) this.#worker.postMessage({ ids } satisfies Job);
    });
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
