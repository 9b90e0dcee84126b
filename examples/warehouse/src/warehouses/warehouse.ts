import type { DialectName, UsageQuery, UsageRow } from "rateplan/sql";

/** What a statement read, as the engine says it itself. */
interface Scanned {
  readonly rows: readonly UsageRow[];
  /** Bytes of the columns after decompression; 0 where the engine does not count them. */
  readonly uncompressedBytes: number;
}

/** An engine that reads Parquet, and runs a query over the view `events`. */
export interface Warehouse {
  readonly dialect: DialectName;
  readonly version: string;
  /** Lets the view `events` show a file. */
  show(file: string): Promise<void>;
  run(query: Pick<UsageQuery, "text" | "parameters">): Promise<Scanned>;
  close(): void | Promise<void>;
}

/** What an engine may take of the machine. */
export interface Limits {
  readonly threads: number;
  /** Such as `2GB`. */
  readonly memory: string;
  /** Where it puts what does not fit. */
  readonly spill: string;
}
