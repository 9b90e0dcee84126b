/** Every TypeScript fence of the pages and docstrings compiles, runs, and keeps what its comments claim. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as api from "rateplan";
import * as charts from "rateplan/chart";
import * as importers from "rateplan/import";
import * as raters from "rateplan/rate";
import * as queries from "rateplan/sql";
import * as testing from "rateplan/testing";
import * as arbitraries from "rateplan/testing/arbitraries";
import { describe, expect, it } from "vitest";
import {
  type Checks,
  claimsOf,
  deadLinks,
  type Fence,
  fencesIn,
  fencesOfDocstrings,
  fencesOfPage,
  impliedImport,
  linksOf,
  runFence,
  typeErrors,
} from "./support/doctest.js";
import { filesBelow, publicSurface, read, root, sourceFiles } from "./support/repository.js";

const guides = filesBelow("examples").filter((path) => path.endsWith(".md"));
const pages = ["README.md", "CONTRIBUTING.md", ...guides];
const ofPages = pages.flatMap(fencesOfPage);
const ofDocstrings = sourceFiles().flatMap(fencesOfDocstrings);
const fences = [...ofPages, ...ofDocstrings];
const exports = publicSurface().modules.get("rateplan") ?? new Map();

const checks: Checks = {
  equal(actual, expected, place) {
    expect(actual, place).toEqual(expected);
  },
  async throws(run, codes, place) {
    const error = await Promise.resolve(run()).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!api.isPricingError(error)) {
      expect.fail(`${place}: expected a PricingError, got ${error ?? "nothing thrown"}`);
    }
    const found = error.issues.map(({ code }): string => code);
    for (const code of codes) expect(found, place).toContain(code);
  },
};

/** The modules of the package: their sources, once. */
const own = new Map<string, unknown>([
  ["rateplan", api],
  ["rateplan/rate", raters],
  ["rateplan/import", importers],
  ["rateplan/chart", charts],
  ["rateplan/testing", testing],
  ["rateplan/testing/arbitraries", arbitraries],
  ["rateplan/sql", queries],
]);

async function load(specifier: string): Promise<unknown> {
  return own.get(specifier) ?? (await import(/* @vite-ignore */ specifier));
}

/** What npm would pack, the build aside, as paths from the top of the repository. */
function packedFiles(): ReadonlySet<string> {
  const command = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [tarball] = JSON.parse(execFileSync("npm", command, { cwd: root, encoding: "utf8" }));
  return new Set(tarball.files.map(({ path }: { readonly path: string }) => path));
}

const named = (list: readonly Fence[]) =>
  list.map((fence) => [`${fence.file}:${fence.line}`, fence] as const);

describe("documentation", () => {
  it("type-checks", { timeout: 120_000 }, () => {
    expect(typeErrors(fences, exports)).toEqual([]);
  });

  it("shows something in the README that runs", () => {
    expect(fencesOfPage("README.md").filter((fence) => fence.run)).not.toEqual([]);
  });

  it.each(named(fences.filter((fence) => fence.run)))("%s is true", async (_, fence) => {
    await runFence(fence, exports, load, checks);
  });

  it("claims something in every docstring example", () => {
    const empty = ofDocstrings.filter((fence) => fence.run && claimsOf(fence).length === 0);
    expect(empty.map(({ file, line }) => `${file}:${line} needs a line with // => value`)).toEqual(
      [],
    );
  });

  it.each([...pages, "CHANGELOG.md"])("%s links to files that exist", (page) => {
    expect(deadLinks(page, (path) => existsSync(join(root, path)))).toEqual([]);
  });

  it("has a guide that the README links to for every topic", () => {
    const linked = linksOf("README.md");
    expect(guides.filter((guide) => !linked.includes(guide))).toEqual([]);
  });

  it("names every function of every entry on a page", () => {
    const text = ["README.md", ...guides].map(read).join("\n");
    const missing = [...own].flatMap(([specifier, module]) =>
      Object.keys(module as object)
        .filter((name) => !new RegExp(`\\b${name}\\b`).test(text))
        .map((name) => `${specifier}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("links, in the packed pages, to packed files alone", () => {
    const packed = packedFiles();
    expect(["README.md", "CHANGELOG.md", ...guides].filter((page) => !packed.has(page))).toEqual(
      [],
    );
    const dead = [...packed]
      .filter((path) => path.endsWith(".md"))
      .flatMap((page) => deadLinks(page, (path) => packed.has(path)));
    expect(dead).toEqual([]);
  });
});

describe("the runner of documentation", () => {
  const fence = (code: string, docstring = false): Fence => ({
    file: "PAGE.md",
    line: 1,
    code,
    run: true,
    docstring,
  });
  const run = (code: string) => runFence(fence(code), exports, load, checks);

  it("finds fences, their lines and their flags", () => {
    const page = [
      "# Title",
      "```sh",
      "npm test",
      "```",
      "- item",
      "  ```ts",
      "  const a = 1;",
      "  ```",
      "```ts no-run",
      "b();",
      "```",
    ].join("\n");
    expect(fencesIn(page, "PAGE.md")).toEqual([
      { file: "PAGE.md", line: 7, code: "const a = 1;", run: true, docstring: false },
      { file: "PAGE.md", line: 10, code: "b();", run: false, docstring: false },
    ]);
  });

  it.each([
    ["an expression", "1 + 1; // => 2"],
    ["an expression without semicolon", "1 + 1 // => 2"],
    ["an expression over several lines", "[1, 2].map(\n  (x) => x * 2,\n); // => [2, 4]"],
    ["a value on the next line", "[1, 2]\n// => [1, 2]"],
    ["a value over several lines", "({ a: [1] });\n// => {\n//   a: [1],\n// }"],
    ["a declaration", 'const text = "a" + "b"; // => "ab"'],
    ["something logged", "console.log(2 * 3); // => 6"],
    ["a promise awaited", "await Promise.resolve(7) // => 7"],
    ["a claim in a block", "for (const n of [1, 2]) {\n  n > 0; // => true\n}"],
    ["an import of a package", 'import { join } from "node:path";\njoin("a", "b"); // => "a/b"'],
  ])("keeps %s", async (_, code) => {
    expect(claimsOf(fence(code))).toHaveLength(1);
    await expect(run(code)).resolves.toBeUndefined();
    await expect(run(code.replace(/\/\/ => .*$/s, "// => 0.5"))).rejects.toThrow("PAGE.md:");
  });

  it("fails where nothing is thrown, or something else", async () => {
    await expect(run("1 + 1; // throws unknown_key")).rejects.toThrow("nothing thrown");
    await expect(run('JSON.parse("{"); // throws unknown_key')).rejects.toThrow("SyntaxError");
  });

  it("refuses a claim that would assert nothing", async () => {
    await expect(run("if (true) { // => 1\n}")).rejects.toThrow("no statement ends here");
    await expect(run("1 + 1 // => { a, … }")).rejects.toThrow("is not an expression");
  });

  it("reports a type error at its line", () => {
    expect(typeErrors([fence("const a = 1;\nconst b: string = a;")], exports)).toEqual([
      "PAGE.md:2: Type 'number' is not assignable to type 'string'.",
    ]);
  });

  it("imports for docstrings what they leave out, and nothing for pages", () => {
    const [name] = Object.keys(api);
    const code = `${name};`;
    expect(impliedImport(fence(code, true), exports)).toBe(`import { ${name} } from "rateplan"; `);
    expect(impliedImport(fence(code), exports)).toBe("");
    expect(impliedImport(fence(`const ${name} = 1; ${code}`, true), exports)).toBe("");
  });
});
