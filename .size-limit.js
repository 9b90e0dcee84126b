/**
 * What a user's bundle grows by, dependencies included, minified and compressed.
 * A budget is a little above the measurement.
 */
export default [
  { name: "everything", limit: "92 kB" },
  { name: "arithmetic alone", import: "{ sumAmounts, compareAmounts }", limit: "14 kB" },
].map((entry) => ({
  ...entry,
  path: "dist/esm/index.js",
  // Chunks import one another for their effects, of which package.json says there are none.
  modifyEsbuildConfig: (config) => ({
    ...config,
    logOverride: { "ignored-bare-import": "silent" },
  }),
}));
