/**
 * How much faster two workers are than one: the same customers, billed in turns by one and by two, from the first document to the last.
 *
 *     npm run scaling -- --customers 1000 --rounds 3
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { customersUpTo } from "./customers.js";
import { startRedis } from "./redis-server.js";
import { billingRun } from "./run.js";
import { usageInProcess } from "./usage/in-process.js";
import type { UsageSource } from "./usage/source.js";

const { values } = parseArgs({
  options: {
    customers: { type: "string", default: "1000" },
    rounds: { type: "string", default: "3" },
    batch: { type: "string", default: "50" },
  },
});
const customers = customersUpTo(Number(values.customers));

/** Usage that was summed up before, so that the workers are measured, and not who feeds them. */
const all = await usageInProcess(customers);
const usage: UsageSource = (some) => {
  const wanted = new Set(some.map(({ id }) => id));
  const own = [...all.usage].filter(([id]) => wanted.has(id));
  const failed = all.failed.filter(({ customerId }) => wanted.has(customerId));
  return Promise.resolve({ usage: new Map(own), failed });
};

/** Documents per second. */
async function speedOf(workers: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "billing-run-scaling-"));
  const server = await startRedis(folder);
  let first: number | undefined;
  try {
    const { documents } = await billingRun({
      run: "scaling",
      redis: server.address,
      customers,
      usage,
      workers,
      batchSize: Number(values.batch),
      onProgress: ({ active }) => {
        if (active > 0) first ??= performance.now();
      },
    });
    return (documents * 1_000) / (performance.now() - (first ?? 0));
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

const middle = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

const speeds: Record<1 | 2, number[]> = { 1: [], 2: [] };
for (let round = 0; round < Number(values.rounds); round += 1) {
  // Each first in turn: what else the machine does falls on both.
  for (const workers of round % 2 === 0 ? ([1, 2] as const) : ([2, 1] as const)) {
    const speed = await speedOf(workers);
    speeds[workers].push(speed);
    console.log(`${workers} worker${workers === 1 ? "" : "s"}: ${Math.round(speed)} documents/s`);
  }
}
const [one, two] = [middle(speeds[1]), middle(speeds[2])];
console.log(
  `2 workers / 1 worker: ${(two / one).toFixed(2)} (medians of ${speeds[1].length}: ${Math.round(two)} and ${Math.round(one)} documents/s; ` +
    `${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)})`,
);
