import { defineConfig } from "vitest/config";
import repository from "../../vitest.config.js";

/** The law, with the sources of the repository, on engines that are not installed at its root. */
export default defineConfig({
  ...repository,
  test: { include: ["engines.law.ts"], setupFiles: ["../support/fast-check.ts"] },
});
