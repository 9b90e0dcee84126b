import { defineConfig } from "vitest/config";

/** Starting PostgreSQL inside a process takes seconds of a core. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // Without any set-up: on PGlite.
      {
        test: {
          name: "pglite",
          include: ["test/billing/**/*.test.ts"],
          ...patience,
        },
      },
      {
        test: {
          name: "http",
          include: ["test/http/**/*.test.ts"],
          // One PGlite for all files, one after the other: tenants keep them apart.
          sequence: { groupOrder: 1 },
          isolate: false,
          fileParallelism: false,
          ...patience,
        },
      },
      // The same, and what needs several connections: on the server that test/with-postgres.ts starts.
      {
        test: {
          name: "postgres",
          include: ["test/{billing,postgres}/**/*.test.ts"],
          ...patience,
        },
      },
    ],
  },
});
