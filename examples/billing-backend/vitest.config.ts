import { defineConfig } from "vitest/config";

const times = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...times,
          name: "billing",
          include: ["test/**/*.test.ts"],
          exclude: ["test/http/**"],
        },
      },
      {
        test: {
          ...times,
          name: "http",
          include: ["test/http/**/*.test.ts"],
          // One database for all of them, as tenants keep them apart: starting one takes longer than most tests.
          isolate: false,
          fileParallelism: false,
        },
      },
    ],
  },
});
