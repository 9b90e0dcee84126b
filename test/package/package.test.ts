/** What is published, as those who install it meet it: packed, installed elsewhere, in both module systems. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { promisify } from "node:util";
import { createContext, runInContext } from "node:vm";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, type Fence, fencesOfPage, instrument } from "../support/doctest.js";
import { read, root } from "../support/repository.js";

const run = promisify(execFile);

let work: string;
let tarball: string;
/** A project outside of the repository with the package installed, whose files are of either module system. */
let consumer: string;

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

async function install(name: string): Promise<string> {
  const directory = join(work, name);
  await mkdir(directory);
  const manifest = { name, version: "1.0.0", private: true };
  await writeFile(join(directory, "package.json"), JSON.stringify(manifest));
  const options = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  await exec("npm", ["install", ...options, tarball], directory);
  return directory;
}

/** Runs a program in the consumer's project; answers what it printed. */
async function runs(name: string, code: string): Promise<string> {
  await writeFile(join(consumer, name), code);
  return await exec(execPath, [name], consumer);
}

/**
 * The compilers that consumers may have: the oldest, some of those between, the repository's own, and the newest. What is between
 * the oldest and the newest is tried with one of the settings.
 */
const COMPILERS = [
  ["5.4", "typescript-5.4", [true, false]],
  ["5.6", "typescript-5.6", [true]],
  ["5.9", "typescript-5.9", [false]],
  ["6.0", "typescript", [true]],
  ["7.0", "typescript-7.0", [true, false]],
] as const;

const MODULES = {
  NodeNext: { module: "NodeNext", moduleResolution: "NodeNext" },
  node16: { module: "node16", moduleResolution: "node16" },
  bundler: { module: "ESNext", moduleResolution: "bundler" },
};

/** Type-checks files of the consumer's under every strict flag, declarations of packages included. */
async function typeCheck(
  module: keyof typeof MODULES,
  files: readonly string[],
  {
    compiler = "typescript",
    ...options
  }: { readonly compiler?: string; readonly [option: string]: unknown } = {},
): Promise<void> {
  const config = {
    compilerOptions: {
      ...MODULES[module],
      target: "ES2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
      ...options,
    },
    files,
  };
  const path = join(await mkdtemp(join(consumer, "tsconfig-")), "tsconfig.json");
  await writeFile(path, JSON.stringify({ ...config, files: files.map((name) => `../${name}`) }));
  await exec(execPath, [join(root, "node_modules", compiler, "bin/tsc"), "-p", path], consumer);
}

/** Writes a text into files of the consumer's. */
async function place(text: string, ...names: readonly string[]): Promise<readonly string[]> {
  for (const name of names) await writeFile(join(consumer, name), text);
  return names;
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

/** A charge of another system, and a program that reads it by both entries. */
const PRICE = {
  lago_id: "1a90",
  billable_metric_code: "api_calls",
  charge_model: "package",
  properties: { amount: "5", package_size: 100, free_units: 1 },
};
const READER = `
  import { isPricingError, parseCharge, type Charge, type ParseResult } from "rateplan";
  import { fromLagoCharge, type MeteredImportOptions } from "rateplan/import";
  import type { VegaLiteSpec } from "rateplan/chart";
  import { ratePrepared, type PreparedRater } from "rateplan/rate";
  import { aProduct, type ExpectedLines } from "rateplan/testing";
  import type { UsageQuery } from "rateplan/sql";

  const options: MeteredImportOptions = { currency: "USD" };
  const result: ParseResult<Charge> = fromLagoCharge(${JSON.stringify(PRICE)}, options);
  export const charge: Charge | undefined = result.ok ? parseCharge(result.value) : undefined;
  export const known: boolean = isPricingError(new Error());
  export const price = (of: Charge): PreparedRater => ratePrepared(of);
  export const place = ({ parameters }: UsageQuery): number => parameters.length;
  export const draw = ({ $schema }: VegaLiteSpec): string => $schema;
  export const expected: ExpectedLines = { [aProduct().id]: "1.00" };
`;

/** Bundles a program of the consumer's with all its dependencies. Answers the folder with the output. */
async function bundle(code: string, format: "esm" | "iife"): Promise<string> {
  const outDir = await mkdtemp(join(work, "bundle-"));
  const entry = join(consumer, "entry.mjs");
  const tsconfig = join(outDir, "tsconfig.json");
  await writeFile(entry, code);
  await writeFile(tsconfig, "{}");
  await build({
    config: false,
    tsconfig,
    silent: true,
    entry: [entry],
    outDir,
    format,
    platform: "browser",
    noExternal: [/./],
    metafile: true,
  });
  return outDir;
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), "rateplan-package-"));
  await exec("npm", ["pack", "--pack-destination", work], root);
  const packed = (await readdir(work)).filter((name) => name.endsWith(".tgz"));
  expect(packed).toHaveLength(1);
  tarball = join(work, packed[0] ?? "");
  consumer = await install("consumer");
});

afterAll(async () => {
  await rm(work, { recursive: true, force: true });
});

describe("the tarball", () => {
  it("holds the build, the sources, the pages, and nothing else", async () => {
    const installed = await readdir(join(consumer, "node_modules/rateplan"));
    expect(installed.sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist",
      "examples",
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
    const dist = join(consumer, "node_modules/rateplan/dist");
    const missing: string[] = [];
    for (const name of await readdir(dist, { recursive: true })) {
      if (!name.endsWith(".map")) continue;
      const { sources } = JSON.parse(await readFile(join(dist, name), "utf8"));
      for (const source of sources) {
        // What is bundled of another package, or written by the build, is in no folder of this one.
        if (source.includes("node_modules/@noble/hashes/")) continue;
        if (source.startsWith("native:")) continue;
        await readFile(join(dist, name, "..", source)).catch(() =>
          missing.push(`${name}: ${source}`),
        );
      }
    }
    expect(missing).toEqual([]);
  });
});

describe("a consumer", () => {
  it("type-checks under strict NodeNext, as ESM and as CommonJS", async () => {
    const examples = await place(example().code, "example.mts", "example.cts");
    const programs = await place(READER, "reader.mts", "reader.cts");
    await typeCheck("NodeNext", [...examples, ...programs]);
  });

  it("type-checks under bundler resolution", async () => {
    const examples = await place(example().code, "bundled.ts");
    await typeCheck("bundler", [...examples, ...(await place(READER, "bundled-reader.ts"))]);
  });

  it.each(COMPILERS)(
    "type-checks with TypeScript %s, without Node and DOM",
    async (version, compiler, exact) => {
      const installed = read(`node_modules/${compiler}/package.json`);
      expect(JSON.parse(installed).version).toMatch(new RegExp(`^${version}\\.`));
      const text = read("test/package/consumer-program.ts");
      const files = await place(text, "program.mts", "program.cts");
      const bundled = await place(text, "program.ts");
      await Promise.all(
        exact.flatMap((exactOptionalPropertyTypes) => {
          const options = { compiler, exactOptionalPropertyTypes, lib: ["ES2022"] };
          return [typeCheck("node16", files, options), typeCheck("bundler", bundled, options)];
        }),
      );
    },
  );

  it("is type-checked with every verb", async () => {
    const text = read("test/package/consumer-program.ts");
    const code =
      'import * as a from "rateplan"; import * as b from "rateplan/import"; import * as c from "rateplan/chart"; import * as d from "rateplan/testing"; import * as e from "rateplan/sql"; console.log(...Object.keys({ ...a, ...b, ...c, ...d, ...e }).filter((name) => name !== "documentSerializer"));';
    const verbs = (await runs("verbs.mjs", code)).trim().split(" ");
    expect(verbs.length).toBeGreaterThan(30);
    expect(verbs.filter((verb) => !text.includes(`${verb}(`))).toEqual([]);
  });

  it("compiles no types of other packages, but for the arbitraries those of fast-check", async () => {
    const types = join(consumer, "node_modules/rateplan/dist/types");
    const files = (await readdir(types, { recursive: true })).filter((name) =>
      /\.d\.c?ts$/.test(name),
    );
    const named = await Promise.all(
      files.map(async (file) => {
        const text = await readFile(join(types, file), "utf8");
        const names = text.matchAll(/^(?:import|export) .*'([^']+)';$/gm);
        return [...names].map(([, name = ""]) => [file, name] as const);
      }),
    );
    expect(named.flat().length).toBeGreaterThan(0);
    expect(named.flat().filter(([, name]) => !/^\.\.?\//.test(name))).toEqual([
      ["testing/arbitraries.d.cts", "fast-check"],
      ["testing/arbitraries.d.ts", "fast-check"],
    ]);
  });

  it("needs fast-check for the arbitraries alone, and then makes histories that are billed", async () => {
    const program = [
      'import fc from "fast-check";',
      'import { documentsDue } from "rateplan";',
      'import { anyHistory, type History } from "rateplan/testing/arbitraries";',
      "const starts = ({ catalog, subscription }: History): boolean =>",
      '  documentsDue(subscription, { catalog, until: "2030-01-01" }).length > 0;',
      "fc.assert(fc.property(anyHistory(), starts), { numRuns: 10, seed: 1 });",
    ].join("\n");
    const code = (file: string) =>
      `${program.replace(/, type History|: History|: boolean/g, "")}\nconsole.log("${file} held");`;
    await expect(runs("arbitraries.mjs", code("ESM"))).rejects.toThrow("fast-check");
    const { devDependencies } = JSON.parse(read("package.json"));
    const options = [
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--prefer-offline",
      "--no-save",
    ];
    const fastCheck = `fast-check@${devDependencies["fast-check"]}`;
    await exec("npm", ["install", ...options, fastCheck, tarball], consumer);
    expect(await runs("arbitraries.mjs", code("ESM"))).toContain("ESM held");
    const required = code("CommonJS").replace(/import (.*) from (.*);/g, "const $1 = require($2);");
    expect(await runs("arbitraries.cjs", required)).toContain("CommonJS held");
    await typeCheck("NodeNext", await place(program, "arbitraries.mts", "arbitraries.cts"));
  });

  it("runs the README's first example, as ESM", async () => {
    // Static imports of an .mjs file: the ESM build.
    const specifiers = [...program().matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
    const lines = specifiers.map((name, i) => `import * as $${i} from ${JSON.stringify(name)};`);
    const table = specifiers.map((name, i) => `${JSON.stringify(name)}: $${i}`).join(", ");
    const glue = `const $modules = { ${table} }; const require = (name) => $modules[name]; const exports = {};`;
    const printed = await runs("example.mjs", [...lines, glue, program()].join("\n"));
    expect(printed).toMatch(/^claims kept: [1-9]/m);
  });

  it("runs the README's first example, as CommonJS", async () => {
    expect(await runs("example.cjs", program())).toMatch(/^claims kept: [1-9]/m);
  });

  it.each([
    [
      "ESM",
      "entries.mjs",
      'import * as main from "rateplan"; import * as readers from "rateplan/import";',
    ],
    [
      "CommonJS",
      "entries.cjs",
      'const main = require("rateplan"), readers = require("rateplan/import");',
    ],
  ])("knows by one entry what the other has parsed, as %s", async (_, name, imports) => {
    const code = [
      imports,
      `const price = ${JSON.stringify(PRICE)};`,
      'const { value } = readers.fromLagoCharge(price, { currency: "USD" });',
      'const policy = main.parsePolicy({ rounding: { mode: "half-even" } });',
      "const copy = { ...value };",
      "console.log(JSON.stringify({",
      "  charge: main.parseCharge(value) === value,",
      "  copy: main.parseCharge(copy) === copy,",
      '  policy: readers.fromLagoCharge(price, { currency: "USD", policy }).ok,',
      "  amount: main.rate(value, 201).amount,",
      "}));",
    ].join("\n");
    expect(JSON.parse(await runs(name, code))).toEqual({
      charge: true,
      // Nothing is known by its looks: the test above can fail.
      copy: false,
      policy: true,
      amount: "10.00",
    });
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
    expect(JSON.parse(await runs("errors.mjs", code))).toEqual({
      twoCopies: true,
      cjsByEsm: true,
      esmByCjs: true,
      others: false,
    });
  });

  it("writes the same documents by each build, with Node's SHA-256 and with a portable one", async () => {
    const code = [
      'import { createRequire } from "node:module";',
      'import * as native from "rateplan";',
      'import * as portable from "./node_modules/rateplan/dist/esm/index.js";',
      'const required = createRequire(import.meta.url)("rateplan");',
      "const document = ({ invoice }, length) => invoice({",
      '  catalog: { id: "p", name: "Ω𝄞é".repeat(length), agentType: "agent", effectiveDate: "2026-01-01", ratePlans: [{',
      '    id: "plan", name: "x".repeat(length), currency: "USD", billingCycle: "monthly", effectiveDate: "2026-01-01",',
      '    charges: [{ id: "fee", name: "y".repeat(length), chargeType: "recurring", pricing: { model: "flat", amount: length } }],',
      "  }] },",
      '  subscription: { id: "s", customerId: "c", ratePlanId: "plan", startDate: "2026-01-01" },',
      '  period: { start: "2026-01-01", end: "2026-02-01" },',
      "  usage: [],",
      "});",
      "const lengths = Array.from({ length: 150 }, (_, at) => at + 1);",
      "const texts = [native, portable, required].map((build) => lengths.map((length) => JSON.stringify(document(build, length))));",
      "console.log(JSON.stringify({",
      "  builds: new Set([native, portable, required].map(({ invoice }) => invoice)).size,",
      "  texts: new Set(texts.flat()).size,",
      "  differing: lengths.filter((_, at) => new Set(texts.map((each) => each[at])).size > 1),",
      "}));",
    ].join("\n");
    expect(JSON.parse(await runs("builds.mjs", code))).toEqual({
      builds: 3,
      texts: 150,
      differing: [],
    });
  });

  it("bundles arithmetic without the schemas", async () => {
    const bundled = async (code: string): Promise<string[]> => {
      const outDir = await bundle(code, "esm");
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
    const rating = await bundled(
      'import { ratePrepared } from "rateplan/rate"; console.log(ratePrepared({}));',
    );
    expect(new Set(rating)).toEqual(new Set(["entry", "rateplan"]));
    // The same measure sees zod where it is: the test above can fail.
    const parsing = await bundled(
      'import { parseCharge } from "rateplan"; console.log(parseCharge({}));',
    );
    expect(parsing).toContain("zod");
  });

  it("runs in an engine that has the language and nothing else", async () => {
    const outDir = await bundle(
      'import * as main from "rateplan"; import * as readers from "rateplan/import"; import * as charts from "rateplan/chart"; import * as queries from "rateplan/sql"; import * as raters from "rateplan/rate"; result({ ...main, ...readers, ...charts, ...queries, raters });',
      "iife",
    );
    const code = await readFile(join(outDir, "entry.global.js"), "utf8");
    const found: { api?: typeof import("rateplan") & typeof import("rateplan/import") } = {};
    const engine = createContext({
      result: (api: typeof found.api) => Object.assign(found, { api }),
    });
    expect(runInContext("typeof TextEncoder + typeof process + typeof URL", engine)).toBe(
      "undefined".repeat(3),
    );
    runInContext(code, engine);
    const read = found.api?.fromLagoCharge(PRICE, { currency: "USD" });
    if (!read?.ok || read.value.chargeType !== "usage") throw new Error("the price was not read");
    // The fingerprint of a summary is a digest.
    const summary = found.api?.summarizeUsage([], { charge: read.value });
    expect(summary?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it("states the version and the licence of its manifest", async () => {
    const manifest = JSON.parse(
      await readFile(join(consumer, "node_modules/rateplan/package.json"), "utf8"),
    );
    const { version, license } = JSON.parse(read("package.json"));
    expect(manifest).toMatchObject({ version, license });
    expect(read("CHANGELOG.md")).toContain(version);
  });
});

describe("examples that are projects of their own", () => {
  it.each(["consumer-tests", "notebooks", "warehouse"])(
    "%s locks what the package depends on",
    (name) => {
      const { packages } = JSON.parse(read(`examples/${name}/package-lock.json`));
      const { dependencies, peerDependencies } = JSON.parse(read("package.json"));
      // A digest would be that of one pack.
      expect(packages["node_modules/rateplan"]).toMatchObject({ dependencies, peerDependencies });
      expect(packages["node_modules/rateplan"]).not.toHaveProperty("integrity");
    },
  );
});

/** What a bundle took of one input file. */
interface Part {
  readonly bytesInOutput: number;
}
