/** Counting in the database and in process is the same: of a PostgreSQL server, and of ClickHouse. */
import { lawOf } from "../sql/law/law.js";
import { clickhouse } from "./clickhouse.js";
import { server } from "./postgresql.js";

lawOf("PostgreSQL (server)", { open: server, share: 0.5 });
// It reads a relation anew wherever it is named, so that a statement takes seconds to plan.
lawOf("ClickHouse (chdb)", { open: clickhouse, share: 0.1 });
