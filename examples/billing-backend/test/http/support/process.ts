/** The service as a process of its own, as `npm start` runs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const FOLDER = fileURLToPath(new URL("../../../", import.meta.url));
const logSchema = z.looseObject({ level: z.string(), msg: z.string(), url: z.string().optional() });

export interface RunningService {
  readonly url: string;
  readonly port: number;
  /** The demo tenant's key, where this start has made the demo. */
  readonly key: string | undefined;
  /** Everything that it has written, to both outputs. */
  output(): string;
  /** Waits for a line of the log. */
  logged(message: string): Promise<void>;
  /** Sends a signal. */
  kill(signal: NodeJS.Signals): void;
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export async function startService(
  environment: Readonly<Record<string, string>>,
): Promise<RunningService> {
  const child = spawn("node", ["--import", "tsx", "src/main.ts"], {
    cwd: FOLDER,
    env: { PATH: env["PATH"], PORT: "0", LOG_LEVEL: "debug", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  const lines = () =>
    output.split("\n").flatMap((line) => {
      const read = line.startsWith("{") ? logSchema.safeParse(parse(line)) : undefined;
      return read?.success ? [read.data] : [];
    });
  const logged = async (message: string) => {
    while (!lines().some(({ msg }) => msg === message)) {
      const more = once(child.stdout, "data").then(() => true);
      if (!(await Promise.race([more, ended.then(() => false)]))) {
        if (lines().some(({ msg }) => msg === message)) return;
        throw new Error(`it ended without "${message}":\n${output}`);
      }
    }
  };
  await logged("listening");
  const url = lines().find(({ msg }) => msg === "listening")?.url ?? "";
  return {
    url,
    port: Number(new URL(url).port),
    key: /^\s+(bb_\S+)$/m.exec(output)?.[1],
    output: () => output,
    logged,
    kill: (signal) => child.kill(signal),
    ended,
  };
}

/** A line may still be on its way. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
