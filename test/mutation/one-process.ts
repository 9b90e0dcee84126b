/**
 * The quick pass of mutation tests, as a test runner of Stryker: everything is loaded once, and each mutant is switched on
 * for its tests alone. That takes milliseconds where a process of its own takes a second. What the library remembers is
 * forgotten before each test (memories.ts). Should a mutant leave something behind all the same, it fails the tests of
 * others: so a test that has failed must pass as soon as the mutant is off; where it does not, the mutant is tried again
 * in a new process.
 */
import { register } from "node:module";
import { resolve } from "node:path";
import { env, exit } from "node:process";
import { pathToFileURL } from "node:url";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  type CompleteDryRunResult,
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestRunner,
  TestStatus,
} from "@stryker-mutator/api/test-runner";
import type { CollectedTest } from "./collect.js";
import { forgetAll, load } from "./memories.js";

/** What Stryker's instrumented code looks at, and counts in. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: CompleteDryRunResult["mutantCoverage"];
}

const board: Switchboard = {};
Object.assign(globalThis, { __stryker__: board });

/** What test files import by name, in Stryker's copy of the repository. */
const ALIASES = new Map([
  ["vitest", "test/mutation/collect.ts"],
  ["fast-check", "test/mutation/few-cases.ts"],
  ["rateplan", "src/index.ts"],
  ...["rate", "import", "chart", "testing", "testing/arbitraries", "sql"].map(
    (entry) => [`rateplan/${entry}`, `src/${entry}.ts`] as const,
  ),
]);
const HOOKS = `
  let aliases, modules;
  export function initialize(given) { ({ aliases, modules } = given); }
  export function resolve(name, context, next) {
    return next(aliases.get(name) ?? name.replace(/^[.].*[/]node_modules[/]/, modules), context);
  }
`;

/** How long a mutant is looked at, at most: a first look takes seconds, whoever survives it can be tried again. */
const MOST_SECONDS = Number(env["MUTANT_SECONDS"] ?? Number.POSITIVE_INFINITY);

/** How many steps two paths have in common: of `test/time/zone.test.ts` and `src/time/zone.ts` all. */
function sharedSteps(test: string, mutated: string): number {
  const [a, b] = [test, mutated].map((path) =>
    path
      .replace(/^(.*[/])?(src|test)[/]/, "")
      .replace(/([.]test)?[.]ts$/, "")
      .split("/"),
  );
  return a?.filter((step) => b?.includes(step)).length ?? 0;
}

function urlOf(path: string): string {
  return pathToFileURL(resolve(path)).href;
}

class OneProcess implements TestRunner {
  private tests: ReadonlyMap<string, CollectedTest> = new Map();
  /** When a test has killed a mutant last, counted in mutants. */
  private readonly killedAt = new Map<string, number>();
  private readonly duration = new Map<string, number>();
  private mutants = 0;
  private isTainted = false;

  /** Nothing has to be loaded again: mutants of what runs when modules are loaded are ignored. */
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init(): Promise<void> {
    board.mutantCoverage = { static: {}, perTest: {} };
    const files: readonly string[] = JSON.parse(env["MUTATION_TESTS"] ?? "[]");
    const aliases = new Map([...ALIASES].map(([name, path]) => [name, urlOf(path)]));
    const data = { aliases, modules: new URL("../../node_modules/", import.meta.url).href };
    register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data });
    const { collect }: typeof import("./collect.js") = await import(
      urlOf("test/mutation/collect.ts")
    );
    const tests = await load(async () => {
      await import(urlOf("test/support/fast-check.ts"));
      return await collect(files, (file) => import(urlOf(file)));
    });
    this.tests = new Map(tests.map((test) => [test.id, test]));
  }

  async dryRun(): Promise<DryRunResult> {
    const tests: CompleteDryRunResult["tests"] = [];
    for (const [id, test] of this.tests) {
      const failure = await this.failureOf(test);
      const timeSpentMs = this.duration.get(id) ?? 0;
      // What needs more of vitest is asked by vitest alone.
      const status = failure === undefined ? TestStatus.Success : TestStatus.Skipped;
      tests.push({ id, name: id, fileName: test.file, timeSpentMs, status });
    }
    const { mutantCoverage = { static: {}, perTest: {} } } = board;
    this.mutants += 1;
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  async mutantRun({
    activeMutant,
    testFilter,
    hitLimit,
  }: MutantRunOptions): Promise<MutantRunResult> {
    // The process ends, and Stryker asks a new one.
    if (this.isTainted) exit(1);
    const isFirst = this.mutants === 0;
    this.mutants += 1;
    const tests = this.inOrder(testFilter ?? [...this.tests.keys()], activeMutant.fileName);
    const until = performance.now() + MOST_SECONDS * 1_000;
    let nrOfTests = 0;
    for (const test of tests) {
      if (performance.now() > until) break;
      nrOfTests += 1;
      Object.assign(board, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
      const failure = await this.failureOf(test);
      const isEndless = hitLimit !== undefined && (board.hitCount ?? 0) > hitLimit;
      Object.assign(board, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
      if (failure === undefined && !isEndless) continue;
      if ((await this.failureOf(test)) !== undefined) {
        if (!isFirst) exit(1);
        this.isTainted = true;
      }
      this.killedAt.set(test.id, this.mutants);
      if (isEndless) return { status: MutantRunStatus.Timeout };
      const failureMessage = failure ?? "";
      return {
        status: MutantRunStatus.Killed,
        killedBy: [test.id],
        failureMessage,
        nrOfTests,
      };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }

  /** Those that have killed a mutant last go first, then those that stand where the code does, then the quickest. */
  private inOrder(ids: readonly string[], mutated: string): readonly CollectedTest[] {
    return ids
      .flatMap((id) => this.tests.get(id) ?? [])
      .map((test) => ({
        test,
        killedAt: this.killedAt.get(test.id) ?? 0,
        shared: sharedSteps(test.file, mutated),
        duration: this.duration.get(test.id) ?? 0,
      }))
      .sort((a, b) => b.killedAt - a.killedAt || b.shared - a.shared || a.duration - b.duration)
      .map(({ test }) => test);
  }

  /** Why a test fails; nothing where it does not. */
  private async failureOf(test: CollectedTest): Promise<string | undefined> {
    forgetAll();
    const started = performance.now();
    board.currentTestId = test.id;
    try {
      await test.run();
      return undefined;
    } catch (error) {
      return String(error);
    } finally {
      board.currentTestId = undefined;
      if (board.activeMutant === undefined) {
        this.duration.set(test.id, performance.now() - started);
      }
    }
  }
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, "one-process", OneProcess),
];
