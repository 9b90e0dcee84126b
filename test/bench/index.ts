/**
 * The benchmark suite, in two parts. `speed`: ours and the alternative measured in turns within one run, medians, and
 * their ratio. Machines are noisy and times mean little; ratios of what ran in turns mean something. `growth`: how jobs
 * grow, from the time of four times as much against that of the smaller size. Name a part to run it alone; `--json`
 * prints the results as data, `--only <text>` runs what has the text in its name. `--drift` says which ratios differ from those in
 * `baseline.json`, and `--keep` puts them there; neither fails.
 */
import { argv } from "node:process";
import { parseArgs } from "node:util";
import { measure } from "mitata";
import { driftOf, keepRatios } from "./drift.js";
import { type GrowthResult, grow, growth, printGrowth } from "./growth.js";

/** A job done in several ways; the first way is ours. */
export interface Benchmark {
  /** What is done. */
  readonly name: string;
  /** The input, so that the numbers can be understood. */
  readonly input: string;
  /** Each way returns its result, or a promise of it, which must be the same for all. */
  readonly ways: Readonly<Record<string, () => unknown>>;
  /** Whether doing it once takes so long that a round is one sample of each way. */
  readonly isLong?: boolean;
}

interface Result {
  readonly name: string;
  readonly input: string;
  readonly nanoseconds: Readonly<Record<string, number>>;
  /** How many times as long as ours the other ways took. */
  readonly ratios: Readonly<Record<string, number>>;
}

const ROUNDS = 7;
/** Nothing is collected on purpose before a sample: that empties the processor's caches, and drops what was compiled, as no program does. */
const OFTEN = { gc: false, min_cpu_time: 50e6, warmup_samples: 3 } as const;
/** What took its time once has been warmed up by it. */
const ONCE = {
  gc: false,
  min_cpu_time: 0,
  min_samples: 1,
  max_samples: 1,
  warmup_samples: 0,
} as const;

async function run({ name, input, ways, isLong = false }: Benchmark): Promise<Result> {
  const names = Object.keys(ways);
  const samples = new Map(names.map((way) => [way, [] as number[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const way of names) {
      const job = ways[way];
      if (job === undefined) continue;
      const { p50 } = await measure(job, isLong ? ONCE : OFTEN);
      samples.get(way)?.push(p50);
    }
  }
  const nanoseconds = Object.fromEntries([...samples].map(([way, list]) => [way, median(list)]));
  const ours = nanoseconds[names[0] ?? ""] ?? Number.NaN;
  const ratios = Object.fromEntries(
    Object.entries(nanoseconds).map(([way, time]) => [way, time / ours]),
  );
  return { name, input, nanoseconds, ratios };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function print(result: Result): void {
  console.log(`\n${result.name}\n  ${result.input}`);
  for (const [way, time] of Object.entries(result.nanoseconds)) {
    const ratio = result.ratios[way] ?? Number.NaN;
    console.log(
      `  ${way.padEnd(40)} ${time.toFixed(0).padStart(9)} ns  ${ratio.toFixed(1).padStart(6)} ×`,
    );
  }
}

/**
 * The benchmarks by group, each of which makes its inputs when it is loaded: those with much to keep come last, since a large heap slows
 * whatever makes garbage.
 */
const SPEED: readonly (() => Promise<readonly Benchmark[]>)[] = [
  async () => (await import("./rating.js")).rating,
  async () => (await import("./documents.js")).documents,
  async () => (await import("./periods.js")).periods,
  async () => (await import("./importing.js")).importing,
  async () => (await import("./series.js")).series,
  async () => (await import("./settling.js")).settling,
  async () => (await import("./sweeping.js")).sweeping,
  async () => (await import("./events.js")).events,
];

const PARTS = ["speed", "growth"];
const { values: options, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    drift: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) throw new Error(`${unknown}: the parts are ${PARTS.join(" and ")}`);
const runs = (part: string) => positionals.length === 0 || positionals.includes(part);
const isAsked = ({ name }: { readonly name: string }) => name.includes(options.only);
const results: (Result | GrowthResult)[] = [];
for (const load of runs("speed") ? SPEED : []) {
  for (const benchmark of (await load()).filter(isAsked)) {
    await assertSame(benchmark);
    const result = await run(benchmark);
    results.push(result);
    if (!options.json) print(result);
  }
}
if (runs("growth")) {
  const { bytesPerId, runGrowth } = await import("./events.js");
  for (const each of [...growth, ...runGrowth].filter(isAsked)) {
    const result = grow(each);
    results.push(result);
    if (!options.json) printGrowth(result);
  }
  if (!options.json) {
    console.log(
      `\nbytes for each id that a run tells apart (with --expose-gc)\n  ${bytesPerId(300_000)}`,
    );
  }
}
if (options.json) console.log(JSON.stringify(results, null, 2));
const measured = results.filter((result): result is Result => "ratios" in result);
if (options.drift) {
  const drift = driftOf(measured);
  console.log(drift.length === 0 ? "\nAll ratios are as on record." : `\n${drift.join("\n")}`);
}
if (options.keep) keepRatios(measured);

/** A comparison of different results compares nothing. */
async function assertSame({ name, ways }: Benchmark): Promise<void> {
  const answers = new Set<string>();
  for (const way of Object.values(ways)) answers.add(JSON.stringify(await way()));
  if (answers.size !== 1) throw new Error(`${name}: the ways disagree: ${[...answers].join(", ")}`);
}
