/**
 * What a user's bundle grows by, dependencies included, minified and compressed. A budget is one per cent above the
 * measurement. `npm test` measures the build that the tests of the package have packed.
 */
export default [
  { name: "everything", path: "dist/esm/index.js", limit: "196 kB" },
  {
    name: "arithmetic alone",
    path: "dist/esm/index.js",
    import: "{ sumAmounts, compareAmounts }",
    limit: "3.7 kB",
  },
  { name: "amounts of charges", path: "dist/esm/rate.js", limit: "19.6 kB" },
  { name: "charts", path: "dist/esm/chart.js", limit: "49 kB" },
  { name: "readers of other systems' prices", path: "dist/esm/import.js", limit: "62.5 kB" },
  { name: "testing kit", path: "dist/esm/testing.js", limit: "65 kB" },
  {
    name: "usage queries and their summaries",
    path: "dist/esm/sql.js",
    import: "{ usageQuery, summariesFromRows }",
    limit: "87 kB",
  },
];
