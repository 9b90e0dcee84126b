/**
 * vitest for the quick pass of mutation tests: test files register here what they test, and one process runs it as often
 * as it likes. Its matchers and fakes are vitest's own.
 */
import { expect, vi } from "../../node_modules/vitest/dist/index.js";

export { expect, vi };

type Body = () => unknown;

/** Tests that share what is done before and after each. */
interface Suite {
  readonly name: string;
  readonly outer: Suite | undefined;
  readonly beforeAll: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
}

export interface CollectedTest {
  readonly id: string;
  readonly file: string;
  /** Runs it; rejects where it fails. */
  run(): Promise<void>;
}

const tests: CollectedTest[] = [];
const started = new Set<Suite>();
let file = "";
let suite: Suite = opened("", undefined);

function opened(name: string, outer: Suite | undefined): Suite {
  return { name, outer, beforeAll: [], beforeEach: [], afterEach: [] };
}

/** The tests of files; `load` imports one. */
export async function collect(
  files: readonly string[],
  load: (file: string) => Promise<unknown>,
): Promise<readonly CollectedTest[]> {
  for (const each of files) {
    [file, suite] = [each, opened(each, undefined)];
    await load(each);
  }
  return tests;
}

function addSuite(name: string, body: Body): void {
  const outer = suite;
  suite = opened(`${outer.name} > ${name}`, outer);
  body();
  suite = outer;
}

function addTest(name: string, body: Body): void {
  const own = suite;
  const id = `${own.name} > ${name} #${tests.length}`;
  const suites: Suite[] = [];
  for (let each: Suite | undefined = own; each !== undefined; each = each.outer) {
    suites.unshift(each);
  }
  const run = async () => {
    for (const each of suites) {
      if (started.has(each)) continue;
      started.add(each);
      for (const before of each.beforeAll) await before();
    }
    for (const before of suites.flatMap((each) => each.beforeEach)) await before();
    try {
      await body();
    } finally {
      for (const after of suites.toReversed().flatMap((each) => each.afterEach)) await after();
    }
  };
  tests.push({ id, file, run });
}

/** One for each row of a table: a list of arguments, or the only one. */
function eachOf(add: (name: string, body: Body) => void) {
  return (rows: readonly unknown[]) =>
    (name: string, body: (...args: readonly unknown[]) => unknown): void => {
      for (const row of rows) add(name, () => body(...(Array.isArray(row) ? row : [row])));
    };
}

export const describe = Object.assign(addSuite, { each: eachOf(addSuite) });
export const it = Object.assign(addTest, { each: eachOf(addTest) });
export const beforeAll = (body: Body): void => void suite.beforeAll.push(body);
export const beforeEach = (body: Body): void => void suite.beforeEach.push(body);
export const afterEach = (body: Body): void => void suite.afterEach.push(body);
/** The process ends before anything would be left behind. */
export const afterAll = (_body: Body): void => {};
