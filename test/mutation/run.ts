/**
 * Mutation tests: `npm run mutation -- src/money`; several folders, or files, or nothing for all of src. One folder
 * after the other is mutated against the tests that are about it (folders.ts), with a report in reports/mutation; a
 * table of scores comes last. `MUTATION_WORKERS=1` leaves the other core alone.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
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

/** What of a mutant in Stryker's report is read here. */
interface Mutant {
  readonly status: string;
  readonly replacement: string;
  readonly testsCompleted?: number;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

interface Report {
  readonly files: { readonly [path: string]: { readonly mutants: readonly Mutant[] } };
}

const asked = argv.slice(2).map((path) => path.replace(/\/+$/, ""));
const targets = asked.length > 0 ? asked : Object.keys(TESTS_OF);
const strangers = targets.filter((path) => !existsSync(path.replace(/:.*/, "")));
if (strangers.length > 0) {
  console.error(`No such folder or file: ${strangers.join(", ")}`);
  exit(1);
}

// What is wrong for many cases is so for few of them, too; a mutant that survives waits for all that there are.
env["FC_RUNS"] ??= "25";
const scores: Score[] = [];
for (const target of targets) scores.push(await scoreOf(target));
console.log(`\n${table(scores)}`);

async function scoreOf(target: string): Promise<Score> {
  const started = performance.now();
  // The configuration of vitest reads these (vitest.config.ts, soonest-killers.ts).
  env["MUTATION_TESTS"] = JSON.stringify(TESTS_OF[rowOf(target)]);
  env["MUTATION_TARGET"] = target;
  const name = target.replaceAll(/[/:]/g, "-");
  const first = await mutantsOf(patternsOf(target), name);
  // A runner that stops at the first failing test may do so before it has reported one: it is asked again, for all.
  const lost = new Map([...first].filter(([, mutant]) => isLost(mutant)));
  const again =
    lost.size === 0
      ? lost
      : await mutantsOf([...lost.keys()].map(rangeOf), `${name}-2`, { disableBail: true });
  const all = [...first].map(([place, mutant]) => (lost.has(place) && again.get(place)) || mutant);
  const count = (...statuses: readonly string[]): number =>
    all.filter((mutant) => !isLost(mutant) && statuses.includes(mutant.status)).length;
  return {
    target,
    // Where not one of the tests runs to its end, the files that hold them do not even load.
    killed: count("Killed", "Timeout") + all.filter(isLost).length,
    survived: count("Survived", "NoCoverage"),
    ignored: count("Ignored"),
    minutes: (performance.now() - started) / 60_000,
  };
}

/** Mutates what some patterns name, and reads the report: each mutant by its place and what it puts there. */
async function mutantsOf(
  mutate: string[],
  name: string,
  options: { readonly disableBail?: boolean } = {},
): Promise<ReadonlyMap<string, Mutant>> {
  const workers = env["MUTATION_WORKERS"];
  const fileName = `reports/mutation/${name}`;
  await new Stryker({
    ...options,
    mutate,
    htmlReporter: { fileName: `${fileName}.html` },
    jsonReporter: { fileName: `${fileName}.json` },
    ...(workers === undefined ? {} : { concurrency: Number(workers) }),
  }).runMutationTest();
  const { files }: Report = JSON.parse(readFileSync(`${fileName}.json`, "utf8"));
  return new Map(
    Object.entries(files).flatMap(([path, { mutants }]) =>
      mutants.map((mutant) => [placeOf(path, mutant), mutant] as const),
    ),
  );
}

function placeOf(path: string, { location: { start, end }, replacement }: Mutant): string {
  const range = `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
  return `${path}:${range} ${replacement}`;
}

/** The place alone, as Stryker takes it. */
function rangeOf(place: string): string {
  return place.slice(0, place.indexOf(" "));
}

function isLost({ status, testsCompleted }: Mutant): boolean {
  return status === "Survived" && testsCompleted === 0;
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
