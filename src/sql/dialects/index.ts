import { clickhouse } from "./clickhouse.js";
import type { Dialect } from "./dialect.js";
import { duckdb } from "./duckdb.js";
import { postgresql } from "./postgresql.js";

/** A database that usage can be counted in. */
export type DialectName = "postgresql" | "duckdb" | "clickhouse";

/** Every dialect: the one place where they are listed. */
export const DIALECTS: { readonly [N in DialectName]: Dialect } = {
  postgresql,
  duckdb,
  clickhouse,
};
