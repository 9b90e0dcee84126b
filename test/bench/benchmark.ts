import { measure } from "mitata";

/** Each way of doing a job returns its result, or a promise of it, which must be the same for all. */
type Ways = Readonly<Record<string, () => unknown>>;

/** A job done in several ways; the first way is ours. */
export interface Benchmark {
  /** What is done. */
  readonly name: string;
  /** The input, so that the numbers can be understood. */
  readonly input: string;
  /** Makes the input, and the ways of doing the job with it. */
  readonly ways: () => Ways | Promise<Ways>;
  /** Whether doing it once takes so long that a round is one sample of each way. */
  readonly isLong?: boolean;
}

export interface Result {
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

/** Does a job in all ways, in turns: medians, and their ratios. */
export async function measured(benchmark: Benchmark): Promise<Result> {
  const { name, input, isLong = false } = benchmark;
  const ways = await benchmark.ways();
  await assertSame(name, ways);
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

/** A comparison of different results compares nothing. */
async function assertSame(name: string, ways: Ways): Promise<void> {
  const answers = new Set<string>();
  for (const way of Object.values(ways)) answers.add(JSON.stringify(await way()));
  if (answers.size !== 1) throw new Error(`${name}: the ways disagree: ${[...answers].join(", ")}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
