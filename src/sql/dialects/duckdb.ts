import type { Dialect } from "./dialect.js";

const DECIMAL = "DECIMAL(38, 18)";

function floorQuotient(x: string, divisor: string): string {
  return `((${x} - ((${x} % ${divisor}) + ${divisor}) % ${divisor}) // ${divisor})`;
}

/**
 * DuckDB 1.1 and later. A DECIMAL has 38 digits, and a sum of them fails loudly beyond: with 12 digits before the point, not
 * below a hundred million events.
 */
export const duckdb: Dialect = {
  digits: { whole: 12, fraction: 18 },
  longestName: 1_000,
  holdsZeroCharacters: false,
  settings: "",
  unknown: "CAST(NULL AS BOOLEAN)",
  identifier: (name) => `"${name.replaceAll('"', '""')}"`,
  parameter: (place) => `CAST($${place} AS VARCHAR)`,
  text: (x) => `CAST(${x} AS VARCHAR)`,
  whole: (x) => `CAST(${x} AS BIGINT)`,
  // `//` cuts toward 0, and so does epoch_ms.
  milliseconds: (x) => floorQuotient(`epoch_us(${x})`, "1000"),
  decimal: (x) => `TRY_CAST(${x} AS ${DECIMAL})`,
  // The product of two decimals has no room in a decimal: whole numbers and 10⁻¹⁸ are summed up apart.
  weightedSum: (x, weight) => [
    `CAST(sum(CAST(floor(${x}) AS HUGEINT) * CAST(${weight} AS HUGEINT)) AS VARCHAR)`,
    `CAST(sum(CAST(CAST(${x} - floor(${x}) AS DECIMAL(19, 18)) * CAST(1000000000000000000 AS DECIMAL(19, 0)) AS HUGEINT) * CAST(${weight} AS HUGEINT)) AS VARCHAR)`,
  ],
  floorQuotient,
  matches: (x, pattern) => `regexp_full_match(${x}, '${pattern}')`,
  json: (x) => `CAST(${x} AS JSON)`,
  isObject: (json) => `(json_type(${json}) = 'OBJECT')`,
  // A JSON pointer: in a path, some characters could not be written.
  propertyKey: (key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
  property: (json, key) => `CAST(json_extract(${json}, ${key}) AS VARCHAR)`,
  propertyText: (json, key) => `json_extract_string(${json}, ${key})`,
  array: (texts) => `CAST(json_array(${texts.join(", ")}) AS VARCHAR)`,
  collect: (texts, condition) =>
    `CAST(to_json(list(json_array(${texts.join(", ")})) FILTER (WHERE ${condition})) AS VARCHAR)`,
  rows: (parameter) =>
    `(SELECT unnest(from_json(CAST(${parameter} AS JSON), '[["VARCHAR"]]')) AS s) r`,
  cell: (place) => `r.s[${place + 1}]`,
};
