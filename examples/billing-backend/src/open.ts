import type { Billing } from "./service.js";

export interface OpenOptions {
  /** A PostgreSQL; without it PGlite, in memory or in `dataDirectory`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDirectory?: string | undefined;
}

/** The billing part on its database, with all migrations applied. */
export interface OpenBilling {
  readonly billing: Billing;
  /** Ends all connections, when the running transactions are over. */
  close(): Promise<void>;
}

export function openBilling(_options: OpenOptions = {}): Promise<OpenBilling> {
  throw new Error("unreachable: follows");
}
