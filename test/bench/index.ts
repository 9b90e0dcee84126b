/**
 * The benchmark suite, in two parts. `speed`: ours and the alternative measured in turns within one process for each job, medians, and
 * their ratio. Machines are noisy and times mean little; ratios of what ran in turns mean something. `growth`: how jobs
 * grow, from the time of four times as much against that of the smaller size. Name a part to run it alone; `--json`
 * prints the results as data, `--only <text>` runs what has the text in its name. `--drift` says which ratios differ from those in
 * `baseline.json`, and `--keep` puts them there; neither fails.
 */
import { fork } from "node:child_process";
import { argv } from "node:process";
import { parseArgs } from "node:util";
import type { Benchmark, Result } from "./benchmark.js";
import { driftOf, keepRatios } from "./drift.js";
import { bytesPerId, runGrowth } from "./events.js";
import { type GrowthResult, grow, growth, printGrowth } from "./growth.js";
import { SPEED } from "./speed.js";

function print(result: Result): void {
  console.log(`\n${result.name}\n  ${result.input}`);
  for (const [way, time] of Object.entries(result.nanoseconds)) {
    const ratio = result.ratios[way] ?? Number.NaN;
    console.log(
      `  ${way.padEnd(40)} ${time.toFixed(0).padStart(9)} ns  ${ratio.toFixed(1).padStart(6)} ×`,
    );
  }
}

/** Runs a benchmark in a process of its own. */
function alone({ name }: Benchmark): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL("./alone.ts", import.meta.url), [name]);
    child.on("message", resolve);
    child.on("error", reject);
    // After a message this changes nothing.
    child.on("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
}

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
for (const benchmark of runs("speed") ? SPEED.filter(isAsked) : []) {
  const result = await alone(benchmark);
  results.push(result);
  if (!options.json) print(result);
}
if (runs("growth")) {
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
