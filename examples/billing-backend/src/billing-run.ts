import { setTimeout as pause } from "node:timers/promises";
import type { OnStep } from "./billing/steps.js";
import { patiently } from "./database/patience.js";
import { type OpenBilling, openBilling } from "./open.js";
import { httpProvider } from "./outbox/provider.js";

export interface BillingRunOptions {
  readonly databaseUrl: string;
  /** Where documents are handed over; without it they wait in the outbox. */
  readonly paymentUrl?: string | undefined;
  /** An instant: closes up to then, and never beyond the database's clock; default that. */
  readonly asOf?: string | undefined;
  /** Seconds between two runs; default one run. */
  readonly every?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: OnStep | undefined;
  /** Hears what each run came to. */
  readonly onRun: (report: RunReport) => void;
}

interface RunReport {
  readonly subscriptions: number;
  readonly documents: number;
  readonly failed: number;
  readonly delivered: number;
  readonly undelivered: number;
}

/**
 * Closes what is due of all tenants, and hands documents over. Any number may run at once, and each may be killed at any moment: what
 * it had not committed did not happen, and the next goes on from there.
 */
export async function runBilling(options: BillingRunOptions): Promise<void> {
  const { databaseUrl, every, signal, onStep, onRun } = options;
  const open = await openBilling({ databaseUrl, connections: 2, onStep });
  try {
    do {
      onRun(await runOnce(open, options));
      if (every !== undefined) await pause(every * 1_000, undefined, { signal }).catch(() => {});
    } while (every !== undefined && signal?.aborted !== true);
  } finally {
    await open.close();
  }
}

/** One run on a database that is open: how a server on PGlite, which nobody else can open, bills by itself. */
export async function runOnce(
  open: OpenBilling,
  { paymentUrl, asOf, signal }: Pick<BillingRunOptions, "paymentUrl" | "asOf" | "signal">,
): Promise<RunReport> {
  // The server may stop and come back: a run that is begun again finds what it has done.
  const closed = await patiently(() => open.closeAll({ asOf, signal }), { signal });
  const sent =
    paymentUrl === undefined
      ? { delivered: 0, failed: 0 }
      : await patiently(() => open.deliverDue(httpProvider(paymentUrl), signal), { signal });
  return {
    subscriptions: closed.subscriptions,
    documents: closed.documents.length,
    failed: closed.failed.length,
    delivered: sent.delivered,
    undelivered: sent.failed,
  };
}
