import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/page/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // A browser on a busy machine may miss a step: what fails is wrong when it fails three times.
    retry: 2,
  },
});
