import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

/** Tests import "rateplan" and its other entries as a user does and get the source. */
const alias = [
  { find: /^rateplan$/, replacement: source("index") },
  { find: /^rateplan\/rate$/, replacement: source("rate") },
  { find: /^rateplan\/import$/, replacement: source("import") },
  { find: /^rateplan\/chart$/, replacement: source("chart") },
  { find: /^rateplan\/testing$/, replacement: source("testing") },
  { find: /^rateplan\/testing\/arbitraries$/, replacement: source("testing/arbitraries") },
  { find: /^rateplan\/sql$/, replacement: source("sql") },
];

function source(entry: string): string {
  return fileURLToPath(new URL(`./src/${entry}.ts`, import.meta.url));
}

/** Tests of the repository's text: its layers, exports, docstrings and pages. They read src, as it is written. */
const repository = [
  "test/architecture.test.ts",
  "test/docs.test.ts",
  "test/docstrings.test.ts",
  "test/exports.test.ts",
];

/** Tests that start other programs: the build, an installation, the examples, what may hang. */
const programs = ["test/examples.test.ts", "test/package/**/*.test.ts", "test/fuzz/**/*.test.ts"];

const unit: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: "unit",
    include: ["test/**/*.test.ts"],
    exclude: [...repository, ...programs],
    setupFiles: ["test/support/fast-check.ts"],
    testTimeout: 30_000,
  },
};

/**
 * What reads dates, once more where the host's zone is another: it must not matter. Only src/time asks a Date anything,
 * and nothing asks it in local time (test/architecture.test.ts), so all of test/time runs in every zone, and of the
 * layers above it what is about dates.
 */
const dated = ["test/subscription/**/*.test.ts", "test/invoice/{time-laws,worked}.test.ts"];
const elsewhere = [
  hostedIn("America/New_York", dated),
  // Also off the full hour, and where a day, or midnights, were skipped. UTC is the zone of CI, and of the unit tests there.
  ...["Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia"].map((zone) => hostedIn(zone, [])),
];

function hostedIn(zone: string, more: readonly string[]): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      ...unit.test,
      name: zone,
      include: ["test/time/**/*.test.ts", ...more],
      env: { TZ: zone },
      // A thread keeps the zone of its process, whatever its environment says.
      pool: "forks",
    },
  };
}

const types: TestProjectInlineConfiguration = {
  extends: true,
  test: {
    name: "types",
    include: [],
    typecheck: {
      enabled: true,
      only: true,
      // By its path: other versions of the compiler, for the test of the package, have the same name.
      checker: fileURLToPath(new URL("./node_modules/typescript-7.0/bin/tsc", import.meta.url)),
      include: ["test/**/*.test-d.ts"],
      tsconfig: "test/tsconfig.types.json",
    },
  },
};

export default defineConfig({
  resolve: { alias },
  test: {
    // The library keeps no state that one test file could leave to the next, so files share a process.
    isolate: false,
    maxWorkers: "100%",
    projects: [
      unit,
      ...elsewhere,
      types,
      {
        extends: true,
        test: { name: "repository", include: repository, testTimeout: 120_000 },
      },
      {
        extends: true,
        test: {
          name: "programs",
          include: programs,
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      },
    ],
    reporters: env["CI"]
      ? ["default", ["json", { outputFile: "reports/vitest.json" }]]
      : ["default"],
    coverage: { include: ["src/**/*.ts"], reporter: ["text-summary", "html"] },
  },
});
