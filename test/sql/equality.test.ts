/** Counting in the database and in process is the same: of the engines that run inside of the process. */
import { duckdb } from "../support/sql/duckdb.js";
import { pglite } from "../support/sql/postgresql.js";
import { lawOf } from "./law/law.js";

// It plans a statement for longer than it runs.
lawOf("DuckDB", { open: duckdb, share: 0.5 });
lawOf("PostgreSQL (PGlite)", { open: pglite, share: 1 });
