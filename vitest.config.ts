import { env } from "node:process";
import { fileURLToPath } from "node:url";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";

const source = fileURLToPath(new URL("./src/index.ts", import.meta.url));

/** Tests of the repository's text: its layers, exports, docstrings and pages. They read src, as it is written. */
const repository = [
  "test/architecture.test.ts",
  "test/docs.test.ts",
  "test/docstrings.test.ts",
  "test/exports.test.ts",
];

/** Tests that start other programs: the build, an installation, the examples. */
const programs = ["test/examples.test.ts", "test/package/**/*.test.ts"];

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

/** The tests of what reads dates, once more where the host's zone is another: it must not matter. */
const elsewhere = [
  ...["America/New_York", "Pacific/Apia"].map((zone) =>
    hostedIn(zone, "{time,usage,subscription,invoice}"),
  ),
  // What depends on a zone most, also in UTC itself, off the full hour, and where midnights were skipped.
  ...["UTC", "Asia/Kolkata", "America/Sao_Paulo"].map((zone) => hostedIn(zone, "time")),
];

function hostedIn(zone: string, folders: string): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      ...unit.test,
      name: zone,
      include: [`test/${folders}/**/*.test.ts`],
      env: { TZ: zone },
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
      include: ["test/**/*.test-d.ts"],
      tsconfig: "tsconfig.json",
    },
  },
};

export default defineConfig({
  // Tests import "rateplan" as a user does and get the source.
  resolve: { alias: [{ find: /^rateplan$/, replacement: source }] },
  test: {
    projects:
      // A mutation test changes src and asks the tests of its behaviour alone.
      env["STRYKER_MUTATOR_WORKER"] !== undefined
        ? [unit]
        : [
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
