/** Puts the batches of a run into the queue, never far ahead of the workers. */
import { setTimeout as wait } from "node:timers/promises";
import type { Queue } from "bullmq";
import type { Batch, CustomerToBill, PlannedBatch } from "./batches.js";
import type { BatchResult } from "./bill-batch.js";
import type { Ledger } from "./ledger.js";
import type { UsageSource } from "./usage/source.js";

export interface ProduceOptions {
  readonly queue: Queue<Batch, BatchResult>;
  readonly ledger: Ledger;
  readonly usage: UsageSource;
  /** How many batches may wait in the queue: so Redis holds these, and not all customers. */
  readonly ahead: number;
  readonly signal: AbortSignal;
}

/** Adds every batch with customers of whom nothing is noted; says how many. */
export async function produce(
  batches: readonly PlannedBatch[],
  { queue, ledger, usage, ahead, signal }: ProduceOptions,
): Promise<number> {
  let added = 0;
  for (const { id, partition, customers } of batches) {
    const names = customers.map((customer) => customer.id);
    const open = await ledger.open(partition, names);
    const wanted = customers.filter((customer) => open.has(customer.id));
    if (wanted.length === 0) continue;
    // Usage is summed up while the workers are busy with what is waiting.
    const summed = await usage(wanted);
    await ledger.note(partition, [], summed.failed);
    const ready = wanted.flatMap((customer): CustomerToBill[] => {
      const summaries = summed.usage.get(customer.id);
      return summaries === undefined ? [] : [{ ...customer, usage: summaries }];
    });
    while (!signal.aborted && (await queue.getWaitingCount()) >= ahead) await wait(20);
    if (signal.aborted) return added;
    if (ready.length > 0) {
      await queue.add("batch", { partition, customers: ready }, { jobId: id });
      added += 1;
    }
  }
  return added;
}
