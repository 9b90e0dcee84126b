/**
 * `npm run fuzz`: cases without end, or for a while.
 *
 *     npm run fuzz -- --seconds 600 --seed 7 --threads 2
 *     npm run fuzz -- --seed 7 --case 1234
 */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { campaign, describeFailures, LIMITS, type Report } from "./campaign.js";
import { KEPT } from "./cases.js";
import type { CaseId } from "./worker.js";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string" },
    threads: { type: "string", default: "2" },
    case: { type: "string" },
  },
});

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} must be a whole number`);
  return value;
}

const seed = values.seed === undefined ? randomInt(2 ** 31) : whole("seed", values.seed);
const only = values.case === undefined ? undefined : whole("case", values.case);

function* all(): Generator<CaseId> {
  for (const kept of KEPT.keys()) yield { kept };
  for (let index = 0; ; index += 1) yield { seed, index };
}

function print({ cases, counts, failures, slowest, suspects }: Report): void {
  const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(`\n${"function".padEnd(24)}${"results".padStart(10)}${"issues".padStart(10)}`);
  for (const [call, { result, issues }] of rows) {
    console.log(`${call.padEnd(24)}${String(result).padStart(10)}${String(issues).padStart(10)}`);
  }
  console.log(
    `\nseed ${seed}, ${cases} cases, at most ${LIMITS.milliseconds} ms and ${LIMITS.megabytes} MB each`,
  );
  if (slowest !== undefined) {
    console.log(`slowest ${JSON.stringify(slowest.id)}: ${Math.round(slowest.milliseconds)} ms`);
  }
  if (suspects.length > 0) {
    console.log(
      `ended once, and not by themselves: ${suspects.map((id) => JSON.stringify(id)).join(" ")}`,
    );
  }
  console.log(failures.length === 0 ? "no failures" : `\n${describeFailures(failures)}`);
}

console.log(`seed ${seed}`);
const report = await campaign({
  ids: only === undefined ? all() : [{ seed, index: only }],
  threads: only === undefined ? whole("threads", values.threads) : 1,
  seconds: whole("seconds", values.seconds),
  seen: ({ call, fault, id }) =>
    console.log(`${JSON.stringify(id)} ${call}: ${fault.kind}: ${fault.text}`),
});
print(report);
process.exitCode = report.failures.length === 0 ? 0 : 1;
