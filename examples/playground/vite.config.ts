import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const repository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** While one works on it, the page runs the library's source; what is built runs the package that is installed. */
const source = [
  { find: /^rateplan$/, replacement: repository("src/index.ts") },
  { find: /^rateplan\/chart$/, replacement: repository("src/chart.ts") },
];

export default defineConfig(({ command, isPreview }) => ({
  // Relative, so that the built page may lie anywhere.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: { alias: command === "serve" && isPreview !== true ? source : [] },
  build: { target: "es2022", chunkSizeWarningLimit: 1200 },
  server: { host: "127.0.0.1", fs: { allow: [repository("")] } },
  preview: { host: "127.0.0.1" },
}));
