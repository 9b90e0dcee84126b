import { defineConfig } from "vite";

export default defineConfig({
  // Relative, so that the built page may lie anywhere.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2022", chunkSizeWarningLimit: 1200 },
  server: { host: "127.0.0.1" },
  preview: { host: "127.0.0.1" },
});
