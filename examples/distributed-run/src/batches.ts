/** Customers in partitions, and partitions in batches: the same for every process and every attempt. */
import { createHash } from "node:crypto";
import type { UsageSummary } from "rateplan";
import type { Customer } from "./customers.js";

export const PARTITIONS = 16;

/** A customer with what was used: what a worker bills from, without asking anybody for events. */
export interface CustomerToBill extends Customer {
  readonly usage: readonly UsageSummary[];
}

/** What a job carries. */
export interface Batch {
  readonly partition: number;
  readonly customers: readonly CustomerToBill[];
}

/** A batch before its usage is known. */
export interface PlannedBatch {
  /** Its job's id: a batch is one job, however often it is added. */
  readonly id: string;
  readonly partition: number;
  readonly customers: readonly Customer[];
}

/** The partition of a customer, for life: all that is stored of the customer is there. */
export function partitionOf(customerId: string): number {
  return createHash("sha256").update(customerId).digest().readUInt32BE(0) % PARTITIONS;
}

/** The batches of a run. Partitions take turns, so that no part of the store is hot. */
export function planBatches(
  run: string,
  customers: readonly Customer[],
  size: number,
): readonly PlannedBatch[] {
  const partitions = Array.from({ length: PARTITIONS }, (): Customer[] => []);
  for (const customer of customers) partitions[partitionOf(customer.id)]?.push(customer);
  const batches: PlannedBatch[] = [];
  for (let from = 0; partitions.some(({ length }) => length > from); from += size) {
    for (const [partition, own] of partitions.entries()) {
      const part = own.slice(from, from + size);
      if (part.length === 0) continue;
      // No colon: BullMQ separates the parts of its keys by it.
      batches.push({ id: `${run}_p${partition}_${from}`, partition, customers: part });
    }
  }
  return batches;
}
