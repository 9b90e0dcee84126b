import type { Dialect } from "./dialect.js";

/** ClickHouse 24.8 and later. Sums are of Decimal256: those of fewer digits overflow without a word. */
export const clickhouse: Dialect = {
  digits: { whole: 30, fraction: 18 },
  longestName: 1_000,
  holdsZeroCharacters: true,
  settings: "\nSETTINGS join_use_nulls = 1",
  unknown: "CAST(NULL AS Nullable(Bool))",
  identifier: (name) => `"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
  parameter: (place) => `CAST({p${place}:String} AS Nullable(String))`,
  text: (x) => `CAST(${x} AS Nullable(String))`,
  whole: (x) => `CAST(${x} AS Nullable(Int64))`,
  milliseconds: (x) => `toUnixTimestamp64Milli(toDateTime64(${x}, 3, 'UTC'))`,
  decimal: (x) => `toDecimal256OrNull(${x}, 18)`,
  weightedSum: (x, weight) => [`toString(sum(${x} * ${weight}))`, "'0'"],
  floorQuotient: (x, divisor) => `intDiv(${x} - positiveModulo(${x}, ${divisor}), ${divisor})`,
  matches: (x, pattern) => `match(${x}, '^(${pattern})$')`,
  json: (x) => `CAST(${x} AS Nullable(String))`,
  isObject: (json) => `(JSONType(${json}) = 'Object')`,
  propertyKey: (key) => key,
  property: (json, key) => `nullIf(JSONExtractRaw(${json}, assumeNotNull(${key})), '')`,
  propertyText: (json, key) => `JSONExtractString(${json}, assumeNotNull(${key}))`,
  array: (texts) => `toJSONString([${texts.join(", ")}])`,
  collect: (texts, condition) => `toJSONString(groupArrayIf([${texts.join(", ")}], ${condition}))`,
  rows: (parameter) =>
    `(SELECT arrayJoin(JSONExtract(assumeNotNull(${parameter}), 'Array(Array(Nullable(String)))')) AS s) r`,
  cell: (place) => `r.s[${place + 1}]`,
};
