/**
 * Executes price-tiers.ts, the twin of the notebook, cell by cell in the Deno kernel, and writes price-tiers.ipynb with what the cells show. It
 * speaks Jupyter's protocol with the kernel itself, so no notebook server is needed.
 *
 *     node --import tsx execute.ts            # writes the notebook
 *     node --import tsx execute.ts --check    # fails where a cell fails, or the notebook is not what it would be
 */
import { spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { argv, env, exit } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Dealer, Subscriber } from "zeromq";

const folder = fileURLToPath(new URL(".", import.meta.url));
const source = join(folder, "price-tiers.ts");
const target = join(folder, "price-tiers.ipynb");

interface Cell {
  readonly kind: "markdown" | "code";
  readonly text: string;
}

type Output = Readonly<Record<string, unknown>>;

interface Message {
  readonly type: string;
  readonly parent: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The cells of a twin: what stands between lines that begin with "// %%". */
function cellsOf(text: string): readonly Cell[] {
  return text
    .split(/^\/\/ %%/m)
    .slice(1)
    .map((part) => {
      const [head = "", ...lines] = part.split("\n");
      const isMarkdown = head.includes("[markdown]");
      const own = isMarkdown ? lines.map((line) => line.replace(/^\/\/ ?/, "")) : lines;
      return { kind: isMarkdown ? "markdown" : "code", text: own.join("\n").trim() };
    });
}

/** The Deno that npm has installed for this machine. */
function kernelProgram(): string {
  const packages = join(folder, "node_modules/@deno");
  const found = readdirSync(packages)
    .map((name) => join(packages, name, "deno"))
    .find(existsSync);
  if (found === undefined) throw new Error(`no deno in ${packages}`);
  return found;
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close();
      if (address === null || typeof address === "string") reject(new Error("no port"));
      else resolve(address.port);
    });
  });
}

const PORTS = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;
/** How long a cell may take. */
const LONGEST = 120_000;
/** The kernel may publish outputs after it has said that it is idle: this long it must be quiet. */
const QUIET = 200;
const MARK = "<IDS|MSG>";

/** A running kernel. */
interface Kernel {
  /** Runs code; answers what it shows, and how it failed. */
  run(code: string): Promise<{ readonly outputs: readonly Output[]; readonly failure?: string }>;
  stop(): void;
}

async function startKernel(): Promise<Kernel> {
  const directory = mkdtempSync(join(tmpdir(), "notebook-"));
  const connection = join(directory, "connection.json");
  const key = randomUUID();
  const ports = Object.fromEntries(
    await Promise.all(PORTS.map(async (name) => [name, await freePort()] as const)),
  );
  const scheme = { transport: "tcp", ip: "127.0.0.1", signature_scheme: "hmac-sha256", key };
  writeFileSync(connection, JSON.stringify({ ...scheme, ...ports }));
  const kernel = spawn(kernelProgram(), ["jupyter", "--kernel", "--conn", connection], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  });
  // However this program ends.
  process.once("exit", () => kernel.kill());
  const shell = new Dealer({ linger: 0 });
  const published = new Subscriber({ linger: 0 });
  shell.connect(`tcp://127.0.0.1:${ports["shell_port"]}`);
  published.connect(`tcp://127.0.0.1:${ports["iopub_port"]}`);
  published.subscribe();

  const listeners = new Set<(message: Message) => void>();
  const listen = async (socket: Dealer | Subscriber): Promise<void> => {
    for await (const frames of socket) {
      const texts = frames.map(String);
      const parts = texts.slice(texts.indexOf(MARK) + 2).map((text) => JSON.parse(text));
      const [head, parent, , content] = parts;
      const message = { type: head.msg_type, parent: parent.msg_id, content };
      for (const listener of listeners) listener(message);
    }
  };
  const ended = [listen(shell), listen(published)];

  /** Sends a request and waits for its reply, and until nothing more is published about it. */
  const ask = async (
    type: string,
    content: object,
    { most, quiet }: { readonly most: number; readonly quiet: number },
  ): Promise<readonly Message[]> => {
    const id = randomUUID();
    const messages: Message[] = [];
    let last = Date.now();
    const listener = (message: Message): void => {
      if (message.parent !== id) return;
      messages.push(message);
      last = Date.now();
    };
    listeners.add(listener);
    const head = {
      msg_id: id,
      msg_type: type,
      session: key,
      username: "notebook",
      version: "5.3",
      date: new Date().toISOString(),
    };
    const parts = [head, {}, {}, content].map((part) => JSON.stringify(part));
    const digest = parts.reduce((hmac, part) => hmac.update(part), createHmac("sha256", key));
    await shell.send([MARK, digest.digest("hex"), ...parts]);
    const start = Date.now();
    const isAnswered = () =>
      messages.some((message) => message.type.endsWith("_reply")) &&
      messages.some(({ content: { execution_state } }) => execution_state === "idle");
    while (!isAnswered() || Date.now() - last < quiet) {
      if (Date.now() - start > most) throw new Error(`${type} took longer than ${most} ms`);
      await sleep(10);
    }
    listeners.delete(listener);
    return messages;
  };

  // Until the kernel listens, and what it publishes reaches us.
  for (let attempt = 1; ; attempt += 1) {
    try {
      await ask("kernel_info_request", {}, { most: 500, quiet: 0 });
      break;
    } catch (error) {
      if (attempt === 60) throw error;
    }
  }
  return {
    async run(code) {
      const request = {
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
      };
      const messages = await ask("execute_request", request, { most: LONGEST, quiet: QUIET });
      const reply = messages.find(({ type }) => type === "execute_reply")?.content ?? {};
      const outputs = messages.flatMap(outputOf);
      if (reply["status"] === "ok") return { outputs };
      return { outputs, failure: `${reply["ename"]}: ${reply["evalue"]}` };
    },
    stop() {
      kernel.kill();
      shell.close();
      published.close();
      rmSync(directory, { recursive: true });
      void Promise.allSettled(ended);
    },
  };
}

/** What a message adds to the outputs of a cell. */
function outputOf({ type, content }: Message): readonly Output[] {
  const { name, text, data, metadata = {}, execution_count } = content;
  if (type === "stream") return [{ name, output_type: "stream", text }];
  if (type === "display_data") return [{ data, metadata, output_type: type }];
  if (type === "execute_result") return [{ data, execution_count, metadata, output_type: type }];
  return [];
}

/** A text as notebooks hold it: its lines, each with its end. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}

const kernel = await startKernel();
const cells: object[] = [];
try {
  let count = 0;
  for (const [index, { kind, text }] of cellsOf(readFileSync(source, "utf8")).entries()) {
    const cell = { cell_type: kind, id: `cell-${index + 1}`, metadata: {}, source: linesOf(text) };
    if (kind === "markdown") {
      cells.push(cell);
      continue;
    }
    count += 1;
    const { outputs, failure } = await kernel.run(text);
    if (failure !== undefined) {
      throw new Error(`cell ${index + 1} failed: ${failure}\n\n${text}`);
    }
    cells.push({ ...cell, execution_count: count, outputs });
  }
} finally {
  kernel.stop();
}

const notebook = {
  cells,
  metadata: {
    kernelspec: { display_name: "Deno", language: "typescript", name: "deno" },
    language_info: { file_extension: ".ts", mimetype: "text/x.typescript", name: "typescript" },
  },
  nbformat: 4,
  nbformat_minor: 5,
};
const written = `${JSON.stringify(notebook, null, 1)}\n`;

if (!argv.includes("--check")) {
  writeFileSync(target, written);
  console.log(`${cells.length} cells, written to price-tiers.ipynb`);
} else {
  const committed = existsSync(target) ? readFileSync(target, "utf8") : "";
  if (committed !== written) {
    const [now, then] = [written.split("\n"), committed.split("\n")];
    const first = now.findIndex((line, index) => line !== then[index]);
    const at = `line ${first + 1}:\n- ${then[first]?.slice(0, 200)}\n+ ${now[first]?.slice(0, 200)}`;
    console.error(`price-tiers.ipynb is stale, write it with \`npm run notebook\`; ${at}`);
    exit(1);
  }
  console.log(`${cells.length} cells, as they stand in price-tiers.ipynb`);
}
