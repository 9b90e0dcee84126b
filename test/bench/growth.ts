import { cpuUsage } from "node:process";
import { catalogGrowth } from "./growth/catalog.js";
import type { Growth } from "./growth/inputs.js";
import { lifeGrowth } from "./growth/life.js";
import { portfolioGrowth } from "./growth/portfolio.js";
import { usageGrowth } from "./growth/usage.js";

/** Everything that is known to have grown faster than in line once, and what a document of a large tenant has much of. */
export const growth: readonly Growth[] = [
  ...catalogGrowth,
  ...lifeGrowth,
  ...usageGrowth,
  ...portfolioGrowth,
];

/** How a job grows. */
export interface GrowthResult {
  readonly name: string;
  readonly input: string;
  /** How many, and the milliseconds of the processor that they take. */
  readonly sizes: readonly (readonly [size: number, milliseconds: number])[];
  /** How many times as long four times as many take. */
  readonly factor: number;
  /** The power of the size with which the time grows: 1 where it does so in line, 2 where with the square. */
  readonly exponent: number;
}

const ROUNDS = 3;

/** Measures a job at its two sizes in turns, each time with new data; the medians count. */
export function grow({ name, input, size, jobOf }: Growth): GrowthResult {
  const jobs = [size, 4 * size].map((each) => ({ size: each, times: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { size: each, times } of jobs) {
      const job = jobOf(each);
      globalThis.gc?.();
      const start = cpuUsage();
      job();
      const { user, system } = cpuUsage(start);
      // The first round warms up.
      if (round > 0) times.push((user + system) / 1_000);
    }
  }
  const sizes = jobs.map((each) => [each.size, median(each.times)] as const);
  const factor = (sizes[1]?.[1] ?? Number.NaN) / (sizes[0]?.[1] ?? Number.NaN);
  return { name, input, sizes, factor, exponent: Math.log2(factor) / 2 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

export function printGrowth({ name, input, sizes, factor, exponent }: GrowthResult): void {
  console.log(`\n${name}\n  ${input}`);
  const times = sizes.map(([size, time]) => `${size}: ${time.toFixed(0)} ms`).join(", ");
  console.log(
    `  ${times.padEnd(40)}  ${factor.toFixed(1).padStart(6)} × for 4 ×, exponent ${exponent.toFixed(2)}`,
  );
}
