import { defineConfig, type Options } from "tsup";

const shared: Options = {
  platform: "neutral",
  target: "es2022",
  sourcemap: true,
  clean: true,
  // The sources are published, too.
  esbuildOptions: (options) => {
    Object.assign(options, { sourcesContent: false });
  },
};

/** An import of another source stays an import, of that source's CommonJS output. */
const oneFilePerSource: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "one-file-per-source",
  setup(build) {
    build.onResolve({ filter: /^\.\.?\// }, ({ kind, path, importer }) =>
      kind === "entry-point" || importer.includes("node_modules")
        ? undefined
        : { path: path.replace(/\.js$/, ".cjs"), external: true },
    );
  },
};

/**
 * Node has SHA-256 of its own, six times as fast on a document as one in JavaScript. The bytes are the same (test/package), so the sources
 * know only the portable one, and the build for Node is given this in its place.
 */
const nativeSha256: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "native-sha256",
  setup(build) {
    build.onResolve({ filter: /^@noble\/hashes\/sha2\.js$/ }, () => ({
      path: "sha256",
      namespace: "native",
    }));
    build.onLoad({ filter: /./, namespace: "native" }, () => ({
      contents: `
        import { createHash } from "node:crypto";
        export const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
      `,
    }));
  },
};

const entry = {
  index: "src/index.ts",
  rate: "src/rate.ts",
  import: "src/import.ts",
  chart: "src/chart.ts",
  sql: "src/sql.ts",
  testing: "src/testing.ts",
  "testing/arbitraries": "src/testing/arbitraries.ts",
};

// One output file per source, in both module systems. All entries then share every module, and with it what is
// remembered of parsed objects; and a bundler drops the zod schemas of a consumer that only needs arithmetic.
// Node, which looks for hundreds of files longer than it reads them, imports a few: the entries, and what they share.
export default defineConfig([
  { ...shared, entry: ["src/**/*.ts"], format: "esm", bundle: false, outDir: "dist/esm" },
  {
    ...shared,
    entry: ["src/**/*.ts"],
    format: "cjs",
    outDir: "dist/cjs",
    esbuildPlugins: [oneFilePerSource],
    // It is published as ESM alone.
    noExternal: ["@noble/hashes"],
  },
  {
    ...shared,
    entry,
    format: "esm",
    splitting: true,
    outDir: "dist/node",
    noExternal: ["@noble/hashes"],
    external: ["node:crypto"],
    removeNodeProtocol: false,
    esbuildPlugins: [nativeSha256],
  },
  {
    clean: true,
    entry,
    format: ["esm", "cjs"],
    outDir: "dist/types",
    dts: {
      only: true,
      // tsup sets baseUrl for its own declaration build, which TypeScript 6 calls deprecated.
      compilerOptions: { ignoreDeprecations: "6.0" },
    },
  },
]);
