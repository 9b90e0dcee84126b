import { type CloseAll, closeAll } from "./billing/close.js";
import type { OnStep } from "./billing/steps.js";
import { billingOn } from "./billing.js";
import type { Database } from "./database/database.js";
import { migrate } from "./database/migrate.js";
import { patiently } from "./database/patience.js";
import { openPostgres } from "./database/postgres.js";
import { type DeliveryReport, deliverDue } from "./outbox/dispatch.js";
import type { PaymentProvider } from "./outbox/provider.js";
import type { Billing, CloseReport } from "./service.js";

export interface OpenOptions {
  /** A PostgreSQL; without it PGlite, in memory or in `dataDirectory`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDirectory?: string | undefined;
  /** Of the pool of a PostgreSQL; default 10. */
  readonly connections?: number | undefined;
  /** Hears of each step of writing and handing over documents. */
  readonly onStep?: OnStep | undefined;
}

/** The billing part on its database, with all migrations applied. */
export interface OpenBilling {
  readonly billing: Billing;
  readonly database: Database;
  /** Closes what is due of all tenants: what the biller does. */
  closeAll(
    options?: Omit<CloseAll, "onStep">,
  ): Promise<CloseReport & { readonly subscriptions: number }>;
  /** Hands over what is in the outbox of all tenants. */
  deliverDue(provider: PaymentProvider, signal?: AbortSignal): Promise<DeliveryReport>;
  /** Ends all connections, when the running transactions are over. */
  close(): Promise<void>;
}

export async function openBilling({
  databaseUrl,
  dataDirectory,
  connections,
  onStep = () => {},
}: OpenOptions = {}): Promise<OpenBilling> {
  const database =
    databaseUrl === undefined
      ? await pgliteIn(dataDirectory)
      : openPostgres(databaseUrl, { connections });
  try {
    await patiently(() => migrate(database));
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    billing: billingOn(database, onStep),
    database,
    closeAll: (options = {}) => closeAll(database, { ...options, onStep }),
    deliverDue: (provider, signal) => deliverDue(database, provider, onStep, signal),
    close: () => database.close(),
  };
}

/** Loaded only where it is used. */
async function pgliteIn(dataDirectory: string | undefined): Promise<Database> {
  const { openPglite } = await import("./database/pglite.js");
  return openPglite(dataDirectory);
}
