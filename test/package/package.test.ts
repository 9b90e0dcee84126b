/** What is published, as those who install it meet it: packed, installed elsewhere, in both module systems. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { promisify } from "node:util";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, type Fence, fencesOfPage, instrument } from "../support/doctest.js";
import { read, root } from "../support/repository.js";

const run = promisify(execFile);
const tsc = join(root, "node_modules/typescript/bin/tsc");

let work: string;
let tarball: string;
/** Two projects outside of the repository with the package installed: `type: module` and CommonJS. */
let esm: string;
let cjs: string;

/** Runs a program; rejects with all it printed when it fails. */
async function exec(command: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await run(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed\n${stdout}${stderr}`, { cause: error });
  }
}

async function consumer(name: string, type: "module" | "commonjs"): Promise<string> {
  const directory = join(work, name);
  await mkdir(directory);
  const manifest = { name, version: "1.0.0", private: true, type };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest));
  await exec("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", tarball], directory);
  return directory;
}

/** Type-checks the files of a consumer under every strict flag, declarations of packages included. */
async function typeCheck(
  directory: string,
  module: "NodeNext" | "bundler",
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const resolution =
    module === "bundler"
      ? { module: "ESNext", moduleResolution: "bundler" }
      : { module: "NodeNext", moduleResolution: "NodeNext" };
  const config = {
    compilerOptions: {
      ...resolution,
      target: "ES2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
    },
    files: Object.keys(files),
  };
  const path = join(directory, `tsconfig.${module}.json`);
  await writeFile(path, JSON.stringify(config));
  await exec(execPath, [tsc, "-p", path], directory);
}

/** The README's first example. */
function example(): Fence {
  const fence = fencesOfPage("README.md").find((each) => each.run);
  if (fence === undefined) throw new Error("README.md has no ```ts fence");
  return fence;
}

/** The README's first example as a CommonJS program that asserts its claims and says how many it made. */
function program(): string {
  return [
    'const { deepStrictEqual } = require("node:assert");',
    "let claims = 0;",
    "const plain = (value) => JSON.parse(JSON.stringify({ value }));",
    "const $checks = {",
    "  equal(actual, expected, place) {",
    "    deepStrictEqual(plain(actual), plain(expected), place); claims += 1;",
    "  },",
    "  async throws(run, codes, place) {",
    "    const error = await run().then(() => undefined, (thrown) => thrown);",
    "    const found = (error?.issues ?? []).map((issue) => issue.code);",
    "    for (const code of codes) if (!found.includes(code)) throw new Error(place + ': no ' + code);",
    "    claims += 1;",
    "  },",
    "};",
    `(async () => {${compile(instrument(example()))}\n})().then(() => console.log("claims kept:", claims));`,
  ].join("\n");
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "rateplan-package-"));
  await exec("npm", ["pack", "--pack-destination", work], root);
  const packed = (await readdir(work)).filter((name) => name.endsWith(".tgz"));
  expect(packed).toHaveLength(1);
  tarball = join(work, packed[0] ?? "");
  esm = await consumer("esm", "module");
  cjs = await consumer("cjs", "commonjs");
});

afterAll(async () => {
  await rm(work, { recursive: true, force: true });
});

describe("the tarball", () => {
  it("holds the build, the sources, the pages, and nothing else", async () => {
    const installed = await readdir(join(esm, "node_modules/rateplan"));
    expect(installed.sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist",
      "package.json",
      "src",
    ]);
  });

  it("passes publint", async () => {
    await exec(join(root, "node_modules/.bin/publint"), ["run", tarball, "--strict"], root);
  });

  it("passes attw", async () => {
    await exec(join(root, "node_modules/.bin/attw"), [tarball, "--no-emoji"], root);
  });

  it("has source maps that lead to files in it", async () => {
    const dist = join(esm, "node_modules/rateplan/dist");
    const missing: string[] = [];
    for (const name of await readdir(dist, { recursive: true })) {
      if (!name.endsWith(".map")) continue;
      const { sources } = JSON.parse(await readFile(join(dist, name), "utf8"));
      for (const source of sources) {
        await readFile(join(dist, name, "..", source)).catch(() =>
          missing.push(`${name}: ${source}`),
        );
      }
    }
    expect(missing).toEqual([]);
  });
});

describe("a consumer", () => {
  it("type-checks under strict NodeNext, as ESM", async () => {
    await typeCheck(esm, "NodeNext", { "example.ts": example().code });
  });

  it("type-checks under strict NodeNext, as CommonJS", async () => {
    await typeCheck(cjs, "NodeNext", { "example.ts": example().code });
  });

  it("type-checks under bundler resolution", async () => {
    await typeCheck(esm, "bundler", { "bundled.ts": example().code });
  });

  it("runs the README's first example, as ESM", async () => {
    // Static imports of an .mjs file: the ESM build.
    const specifiers = [...program().matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
    const lines = specifiers.map((name, i) => `import * as $${i} from ${JSON.stringify(name)};`);
    const table = specifiers.map((name, i) => `${JSON.stringify(name)}: $${i}`).join(", ");
    const glue = `const $modules = { ${table} }; const require = (name) => $modules[name]; const exports = {};`;
    await writeFile(join(esm, "example.mjs"), [...lines, glue, program()].join("\n"));
    expect(await exec(execPath, ["example.mjs"], esm)).toMatch(/^claims kept: [1-9]/m);
  });

  it("runs the README's first example, as CommonJS", async () => {
    await writeFile(join(cjs, "example.cjs"), program());
    expect(await exec(execPath, ["example.cjs"], cjs)).toMatch(/^claims kept: [1-9]/m);
  });

  it("recognises an error of the other build", async () => {
    const code = [
      'import { createRequire } from "node:module";',
      'import * as esm from "rateplan";',
      'const cjs = createRequire(import.meta.url)("rateplan");',
      "const thrown = (api) => { try { api.parseCharge({}); } catch (error) { return error; } };",
      "console.log(JSON.stringify({",
      "  twoCopies: esm.parseCharge !== cjs.parseCharge,",
      "  cjsByEsm: esm.isPricingError(thrown(cjs)),",
      "  esmByCjs: cjs.isPricingError(thrown(esm)),",
      "  others: [esm, cjs].some((api) => api.isPricingError(new Error())),",
      "}));",
    ].join("\n");
    await writeFile(join(esm, "errors.mjs"), code);
    expect(JSON.parse(await exec(execPath, ["errors.mjs"], esm))).toEqual({
      twoCopies: true,
      cjsByEsm: true,
      esmByCjs: true,
      others: false,
    });
  });

  it("bundles arithmetic without the schemas", async () => {
    const bundled = async (code: string): Promise<string[]> => {
      const outDir = await mkdtemp(join(work, "bundle-"));
      const entry = join(esm, "entry.mjs");
      const tsconfig = join(outDir, "tsconfig.json");
      await writeFile(entry, code);
      await writeFile(tsconfig, "{}");
      await build({
        config: false,
        tsconfig,
        silent: true,
        entry: [entry],
        outDir,
        format: "esm",
        platform: "browser",
        noExternal: [/./],
        metafile: true,
      });
      const { outputs } = JSON.parse(await readFile(join(outDir, "metafile-esm.json"), "utf8"));
      return Object.values(outputs as Record<string, { inputs: Record<string, Part> }>)
        .flatMap(({ inputs }) => Object.entries(inputs))
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .map(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "entry");
    };
    const arithmetic = await bundled(
      'import { sumAmounts } from "rateplan"; console.log(sumAmounts(["1"]));',
    );
    expect(arithmetic).toContain("rateplan");
    expect(arithmetic).not.toContain("zod");
    expect(arithmetic).not.toContain("date-fns");
    // The same measure sees zod where it is: the test above can fail.
    const parsing = await bundled(
      'import { parseCharge } from "rateplan"; console.log(parseCharge({}));',
    );
    expect(parsing).toContain("zod");
  });

  it("states the version and the licence of its manifest", async () => {
    const manifest = JSON.parse(
      await readFile(join(esm, "node_modules/rateplan/package.json"), "utf8"),
    );
    const { version, license } = JSON.parse(read("package.json"));
    expect(manifest).toMatchObject({ version, license });
    expect(read("CHANGELOG.md")).toContain(version);
  });
});

/** What a bundle took of one input file. */
interface Part {
  readonly bytesInOutput: number;
}
