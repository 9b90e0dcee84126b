import type { Dialect } from "./dialect.js";

/** PostgreSQL 14 and later: `numeric` is exact at any length. */
export const postgresql: Dialect = {
  digits: { whole: 100, fraction: 100 },
  longestName: 63,
  holdsZeroCharacters: false,
  settings: "",
  unknown: "CAST(NULL AS boolean)",
  identifier: (name) => `"${name.replaceAll('"', '""')}"`,
  parameter: (place) => `CAST($${place} AS text)`,
  text: (x) => `CAST(${x} AS text)`,
  whole: (x) => `CAST(${x} AS bigint)`,
  milliseconds: (x) => `CAST(floor(extract(epoch FROM ${x}) * 1000) AS bigint)`,
  decimal: (x) => `CAST(${x} AS numeric)`,
  weightedSum: (x, weight) => [`CAST(sum(${x} * ${weight}) AS text)`, "'0'"],
  floorQuotient: (x, divisor) => `CAST(floor(CAST(${x} AS numeric) / ${divisor}) AS bigint)`,
  matches: (x, pattern) => `(${x} ~ '^(${pattern})$')`,
  json: (x) => `CAST(${x} AS jsonb)`,
  isObject: (json) => `(jsonb_typeof(${json}) = 'object')`,
  propertyKey: (key) => key,
  property: (json, key) => `CAST(${json} -> ${key} AS text)`,
  propertyText: (json, key) => `(${json} ->> ${key})`,
  array: (texts) => `CAST(json_build_array(${texts.join(", ")}) AS text)`,
  collect: (texts, condition) =>
    `CAST(json_agg(json_build_array(${texts.join(", ")})) FILTER (WHERE ${condition}) AS text)`,
  rows: (parameter) =>
    `(SELECT s FROM jsonb_array_elements(CAST(${parameter} AS jsonb)) AS t(s)) r`,
  cell: (place) => `(r.s ->> ${place})`,
};
