/**
 * Mutation tests: `npm run mutation -- src/money`; several folders, or files, or nothing for all of src. One folder
 * after the other is mutated against the tests that are about it (folders.ts), with a report in reports/mutation; a
 * table of scores comes last. `--survivors` tries again those alone that survived the last time, while their code is
 * what it was. `MUTATION_WORKERS=1` leaves the other core alone.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { matchesGlob } from "node:path";
import { env, exit } from "node:process";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { filesBelow } from "../support/repository.js";
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
  status: string;
  readonly replacement: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

const KILLED: ReadonlySet<string> = new Set(["Killed", "Timeout"]);
const SURVIVED: ReadonlySet<string> = new Set(["Survived", "NoCoverage"]);
/** With those whose process broke down. */
const LEFT: ReadonlySet<string> = new Set([...SURVIVED, "RuntimeError"]);

interface Position {
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

interface Report {
  readonly files: { readonly [path: string]: { readonly mutants: readonly Mutant[] } };
}

const { values: flags, positionals } = parseArgs({
  options: { survivors: { type: "boolean", default: false } },
  allowPositionals: true,
});
const asked = positionals.map((path) => path.replace(/\/+$/, ""));
const targets = asked.length > 0 ? asked : Object.keys(TESTS_OF);
const strangers = targets.filter((path) => !existsSync(path.replace(/:.*/, "")));
if (strangers.length > 0) {
  console.error(`No such folder or file: ${strangers.join(", ")}`);
  exit(1);
}

// What is wrong for many cases is so for few of them, too; a mutant that survives waits for all that there are.
env["MUTATION_CASES"] ??= "25";
const scores: Score[] = [];
for (const target of targets) scores.push(await scoreOf(target));
console.log(`\n${table(scores)}`);

async function scoreOf(target: string): Promise<Score> {
  const started = performance.now();
  const globs = TESTS_OF[rowOf(target)] ?? [];
  const tests = filesBelow("test").filter((path) => globs.some((glob) => matchesGlob(path, glob)));
  // The test runner reads it (one-process.ts).
  env["MUTATION_TESTS"] = JSON.stringify(tests);
  const path = `reports/mutation/${target.replaceAll(/[/:]/g, "-")}`;
  if (!flags.survivors) await mutate(patternsOf(target), path);
  const report = readReport(path);
  if (flags.survivors) await tryAgain(report, path);
  const all = Object.values(report.files).flatMap(({ mutants }) => mutants);
  const count = (statuses: ReadonlySet<string>): number =>
    all.filter(({ status }) => statuses.has(status)).length;
  return {
    target,
    killed: count(KILLED),
    survived: count(SURVIVED),
    ignored: count(new Set(["Ignored"])),
    minutes: (performance.now() - started) / 60_000,
  };
}

/** Tries those again that nothing has killed; the report then says what became of them. */
async function tryAgain(report: Report, path: string): Promise<void> {
  const left = placesIn(report).filter(({ mutant: { status } }) => LEFT.has(status));
  if (left.length === 0) return;
  await mutate([...new Set(left.map(({ range }) => range))], `${path}-again`);
  const again = new Map(
    placesIn(readReport(`${path}-again`)).map(({ name, mutant }) => [name, mutant.status]),
  );
  for (const { name, mutant } of left) mutant.status = again.get(name) ?? mutant.status;
  writeFileSync(`${path}.json`, JSON.stringify(report));
}

async function mutate(patterns: string[], path: string): Promise<void> {
  const workers = env["MUTATION_WORKERS"];
  await new Stryker({
    testRunner: "one-process",
    plugins: ["./test/mutation/one-process.ts"],
    testRunnerNodeArgs: ["--import", "tsx"],
    mutate: patterns,
    htmlReporter: { fileName: `${path}.html` },
    jsonReporter: { fileName: `${path}.json` },
    ...(workers === undefined ? {} : { concurrency: Number(workers) }),
  }).runMutationTest();
}

function readReport(path: string): Report {
  return JSON.parse(readFileSync(`${path}.json`, "utf8"));
}

/** Each mutant with its place, as Stryker takes it, and the one name for that and what it puts there. */
function placesIn({ files }: Report) {
  return Object.entries(files).flatMap(([path, { mutants }]) =>
    mutants.map((mutant) => {
      const { start, end } = mutant.location;
      const range = `${path}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
      return { mutant, range, name: `${range} ${mutant.replacement}` };
    }),
  );
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
