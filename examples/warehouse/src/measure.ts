import { existsSync, readFileSync } from "node:fs";

/** What a stage of the run has taken so far. */
interface Taken {
  readonly seconds: number;
  /** Of all threads of the process, the engine's among them. */
  readonly coreSeconds: number;
  /** What the process read from files; nothing where the system does not say. */
  readonly bytesRead: number | undefined;
}

const NOTHING: Taken = { seconds: 0, coreSeconds: 0, bytesRead: 0 };

/** Sums up what stages take, and how much goes through, by their names. */
export interface Meter {
  measure<T>(stage: string, work: () => T | Promise<T>): Promise<T>;
  taken(stage: string): Taken;
  count(name: string, more: number): void;
  counted(name: string): number;
}

export function meter(): Meter {
  const stages = new Map<string, Taken>();
  const counts = new Map<string, number>();
  const taken = (stage: string) => stages.get(stage) ?? NOTHING;
  const counted = (name: string) => counts.get(name) ?? 0;
  return {
    taken,
    counted,
    count(name, more) {
      counts.set(name, counted(name) + more);
    },
    async measure(stage, work) {
      const [start, cpu, read] = [performance.now(), process.cpuUsage(), bytesRead()];
      const result = await work();
      const { user, system } = process.cpuUsage(cpu);
      const before = taken(stage);
      const now = bytesRead();
      stages.set(stage, {
        seconds: before.seconds + (performance.now() - start) / 1e3,
        coreSeconds: before.coreSeconds + (user + system) / 1e6,
        bytesRead:
          before.bytesRead === undefined || now === undefined || read === undefined
            ? undefined
            : before.bytesRead + now - read,
      });
      return result;
    },
  };
}

const COUNTERS = "/proc/self/io";

/** What this process has read by system calls: Linux counts it. */
function bytesRead(): number | undefined {
  if (!existsSync(COUNTERS)) return undefined;
  const [, count] = /^rchar: (\d+)$/m.exec(readFileSync(COUNTERS, "utf8")) ?? [];
  return count === undefined ? undefined : Number(count);
}

/** Megabytes of memory that the process has now, and has had at most. */
export function memory(): { readonly now: number; readonly peak: number } {
  return {
    now: process.memoryUsage.rss() / 1e6,
    peak: (process.resourceUsage().maxRSS * 1024) / 1e6,
  };
}
