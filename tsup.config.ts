import { defineConfig, type Options } from "tsup";

const shared: Options = {
  platform: "neutral",
  target: "es2022",
  sourcemap: true,
  clean: true,
  dts: {
    entry: { index: "src/index.ts" },
    // tsup sets baseUrl for its own declaration build, which TypeScript 6 calls deprecated.
    compilerOptions: { ignoreDeprecations: "6.0" },
  },
};

export default defineConfig([
  {
    ...shared,
    // One output file per source: a bundler then drops the zod schemas of a consumer that only needs
    // arithmetic. In a single file they stay, because a call at top level cannot be proved free of effects.
    entry: ["src/**/*.ts"],
    format: "esm",
    splitting: true,
    outDir: "dist/esm",
  },
  {
    ...shared,
    // One file: nothing shakes CommonJS, and tsup's splitting of it loses the source maps.
    entry: ["src/index.ts"],
    format: "cjs",
    splitting: false,
    outDir: "dist/cjs",
  },
]);
