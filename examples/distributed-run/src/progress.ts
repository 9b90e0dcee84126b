/** How a run stands, and the line that says so. */
import type { Queue } from "bullmq";
import type { Batch } from "./batches.js";
import type { BatchResult } from "./bill-batch.js";
import type { Ledger } from "./ledger.js";
import type { Workers } from "./workers.js";

export interface Progress {
  readonly customers: number;
  /** Customers of whom all is written that is due. */
  readonly billed: number;
  /** Customers with something wrong. */
  readonly failed: number;
  /** Documents that are stored. */
  readonly documents: number;
  readonly waiting: number;
  readonly active: number;
  /** Batches that were given up. */
  readonly failedBatches: number;
  /** How often a batch was begun again. */
  readonly retries: number;
  /** How often a batch was found whose worker was gone. */
  readonly stalled: number;
  /** Documents that were written a second time, and dropped by their keys. */
  readonly again: number;
  readonly workers: number;
  readonly replaced: number;
}

interface Parts {
  readonly queue: Queue<Batch, BatchResult>;
  readonly ledger: Ledger;
  readonly customers: number;
  readonly stalled: number;
  readonly workers: Workers;
}

export async function progressOf({
  queue,
  ledger,
  customers,
  stalled,
  workers,
}: Parts): Promise<Progress> {
  const [counts, noted] = await Promise.all([
    queue.getJobCounts("waiting", "active", "failed"),
    ledger.counts(),
  ]);
  return {
    customers,
    ...noted,
    waiting: counts["waiting"] ?? 0,
    active: counts["active"] ?? 0,
    failedBatches: counts["failed"] ?? 0,
    stalled,
    workers: workers.running().length,
    replaced: workers.replaced(),
  };
}

const count = new Intl.NumberFormat("en-US").format;

/** @param perSecond documents per second, of late */
export function progressLine(progress: Progress, perSecond: number): string {
  const { customers, billed, failed, documents, waiting, active, workers, replaced } = progress;
  return [
    `${count(documents)} documents`,
    `${count(Math.round(perSecond))}/s`,
    `customers left ${count(customers - billed - failed)}`,
    ...(failed > 0 ? [`with issues ${count(failed)}`] : []),
    `batches waiting ${waiting}, active ${active}`,
    `retries ${progress.retries}`,
    `stalled ${progress.stalled}`,
    `workers ${workers}${replaced > 0 ? ` (${replaced} replaced)` : ""}`,
  ].join(" · ");
}

/** Documents per second over the last few seconds. */
export function speedometer(span = 5_000): (documents: number, now: number) => number {
  const seen: { readonly documents: number; readonly now: number }[] = [];
  return (documents, now) => {
    seen.push({ documents, now });
    while (seen.length > 2 && now - (seen[0]?.now ?? now) > span) seen.shift();
    const first = seen[0] ?? { documents, now };
    return now > first.now ? ((documents - first.documents) * 1_000) / (now - first.now) : 0;
  };
}
