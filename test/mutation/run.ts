/**
 * Mutation tests: `npm run mutation -- src/money`; several folders, or files, or nothing for all of src. One folder
 * after the other is mutated against the tests that are about it (folders.ts), with a report in reports/mutation; a
 * table of scores comes last. `MUTATION_WORKERS=1` leaves the other core alone.
 */
import { existsSync, statSync } from "node:fs";
import { argv, env, exit } from "node:process";
import { Stryker } from "@stryker-mutator/core";
import { TESTS_OF } from "./folders.js";

interface Score {
  readonly target: string;
  readonly killed: number;
  readonly survived: number;
  /** Mutants of what runs once, when a module is loaded: no test can be chosen for them. */
  readonly ignored: number;
  readonly minutes: number;
}

const asked = argv.slice(2).map((path) => path.replace(/\/+$/, ""));
const targets = asked.length > 0 ? asked : Object.keys(TESTS_OF);
const strangers = targets.filter((path) => !existsSync(path.replace(/:.*/, "")));
if (strangers.length > 0) {
  console.error(`No such folder or file: ${strangers.join(", ")}`);
  exit(1);
}

const scores: Score[] = [];
for (const target of targets) scores.push(await mutate(target));
console.log(`\n${table(scores)}`);

async function mutate(target: string): Promise<Score> {
  const started = performance.now();
  // The configuration of vitest reads it (vitest.config.ts).
  env["MUTATION_TESTS"] = JSON.stringify(TESTS_OF[rowOf(target)]);
  const report = `reports/mutation/${target.replaceAll("/", "-").replaceAll(":", "-")}`;
  const workers = env["MUTATION_WORKERS"];
  const mutants = await new Stryker({
    mutate: patternsOf(target),
    htmlReporter: { fileName: `${report}.html` },
    jsonReporter: { fileName: `${report}.json` },
    ...(workers === undefined ? {} : { concurrency: Number(workers) }),
  }).runMutationTest();
  const count = (...statuses: readonly string[]): number =>
    mutants.filter(({ status }) => statuses.includes(status)).length;
  return {
    target,
    killed: count("Killed", "Timeout"),
    survived: count("Survived", "NoCoverage"),
    ignored: count("Ignored"),
    minutes: (performance.now() - started) / 60_000,
  };
}

/** The row of a folder or file: that of the nearest folder which has one. */
function rowOf(target: string): string {
  const above = Object.keys(TESTS_OF).filter((row) => `${target}/`.startsWith(`${row}/`));
  return above.reduce((nearest, row) => (row.length > nearest.length ? row : nearest), "src");
}

/** The files of a folder, without those of the folders below it that have rows of their own. */
function patternsOf(target: string): string[] {
  if (!existsSync(target) || !statSync(target).isDirectory()) return [target];
  const below = Object.keys(TESTS_OF).filter((row) => row.startsWith(`${target}/`));
  return [`${target}/**/*.ts`, ...below.map((row) => `!${row}/**/*.ts`)];
}

function table(all: readonly Score[]): string {
  const rows = all.map(({ target, killed, survived, ignored, minutes }) => {
    const score = (100 * killed) / (killed + survived);
    return `| \`${target}\` | ${score.toFixed(1)} % | ${killed} | ${survived} | ${ignored} | ${minutes.toFixed(0)} |`;
  });
  const head = "| folder | score | killed | survived | static, ignored | minutes |";
  return [head, "|---|---:|---:|---:|---:|---:|", ...rows].join("\n");
}
