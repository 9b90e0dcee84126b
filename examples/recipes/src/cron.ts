/**
 * Billing on a schedule: every hour, what is due is written. It does not matter when it runs, how often, or by how many: a run that was
 * missed is made up for by the next, and one too many finds nothing due.
 */
import { Cron } from "croner";
import { isPricingError, type ProductInput } from "rateplan";
import { closeDue } from "./close.js";
import type { BillingStore } from "./store.js";

export interface BillingReport {
  readonly written: number;
  /** Subscriptions with something wrong: the others are billed. */
  readonly failed: readonly {
    readonly subscriptionId: string;
    readonly codes: readonly string[];
  }[];
}

/** One run, as of a moment: also what a systemd timer or a line of crontab calls. */
export async function billAllDue(
  store: BillingStore,
  catalog: ProductInput,
  now: Date,
): Promise<BillingReport> {
  const failed: { subscriptionId: string; codes: readonly string[] }[] = [];
  let written = 0;
  for (const subscription of await store.subscriptions()) {
    try {
      const documents = await closeDue(store, catalog, subscription, now.toISOString());
      written += documents.length;
    } catch (error) {
      if (!isPricingError(error)) throw error;
      const codes = error.issues.map(({ code }) => code);
      failed.push({ subscriptionId: subscription.id, codes });
    }
  }
  return { written, failed };
}

/** At ten past every hour. `protect` lets no run begin while one goes on; another machine's may, and the unique keys are for that. */
export function schedule(
  store: BillingStore,
  catalog: ProductInput,
  report: (result: BillingReport) => void,
  onError: (error: unknown) => void,
  pattern = "10 * * * *",
): Cron {
  return new Cron(pattern, { protect: true, timezone: "UTC", catch: onError }, async () => {
    report(await billAllDue(store, catalog, new Date()));
  });
}
