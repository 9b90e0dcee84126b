import { defineConfig } from "vitest/config";

// Two engines and six thousand documents: patient, one file after the other.
export default defineConfig({
  test: { testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false },
});
