/** What is in the store when a run is over, beside what one process writes. */
import type { Invoice } from "rateplan";
import { sumAmounts } from "rateplan";
import { expect } from "vitest";
import { PARTITIONS } from "../../src/batches.js";
import type { Customer } from "../../src/customers.js";
import { ledger } from "../../src/ledger.js";
import { clientOf, type RedisAddress } from "../../src/queue.js";
import { documentStore } from "../../src/store.js";
import { documentsOfOneProcess, isBroken } from "./single-process.js";

export interface Stored {
  readonly documents: readonly Invoice[];
  /** The keys in the outbox: one line for each time that a document was stored. */
  readonly outbox: readonly string[];
  readonly failed: readonly string[];
}

export async function storedIn(redis: RedisAddress, run: string): Promise<Stored> {
  const client = clientOf(redis);
  const store = documentStore(client);
  const documents: Invoice[] = [];
  const outbox: string[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    documents.push(...(await store.all(partition)));
    outbox.push(...(await store.outbox(partition)));
  }
  const failed = await ledger(client, run).failed();
  client.disconnect();
  return { documents, outbox, failed: failed.map(({ customerId }) => customerId) };
}

/** Every document once, to the letter; everybody who could not be billed listed; nobody else. Says in numbers what was compared. */
export function expectExactlyOnce(stored: Stored, customers: readonly Customer[]): string {
  const expected = documentsOfOneProcess(customers);
  const { documents, outbox, failed } = stored;
  expect([...outbox].sort()).toEqual([...expected.keys()].sort());
  const texts = new Map(documents.map((each) => [each.idempotencyKey, JSON.stringify(each)]));
  expect(texts.size).toBe(expected.size);
  for (const [key, document] of expected) expect(texts.get(key)).toBe(JSON.stringify(document));
  const numbers = new Set(documents.map((each) => `${each.subscriptionId} ${each.sequence}`));
  expect(numbers.size).toBe(documents.length);
  const sum = sumAmounts(documents.map(({ total }) => total));
  expect(sum).toBe(sumAmounts([...expected.values()].map(({ total }) => total)));
  expect(failed).toEqual(customers.filter(isBroken).map(({ id }) => id));
  return `${documents.length} documents of ${expected.size}, each once and equal, ${sum} USD; ${failed.length} customers with issues`;
}
