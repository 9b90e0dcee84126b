/** The queue of batches, as producer and workers have it in common. */
import { type ConnectionOptions, Queue } from "bullmq";
import { Redis } from "ioredis";
import type { Batch } from "./batches.js";
import type { BatchResult } from "./bill-batch.js";

export const QUEUE = "billing-run";

/** Where Redis listens. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** Whoever waits for Redis waits until it is back: no command is given up. */
export function connectionTo({ host, port }: RedisAddress) {
  return {
    host,
    port,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(attempt * 50, 500),
  } satisfies ConnectionOptions;
}

/** A client for the documents. That Redis is away is said once, by `main.ts`, and not by each client at each attempt. */
export function clientOf(address: RedisAddress): Redis {
  const client = new Redis(connectionTo(address));
  client.on("error", () => {});
  return client;
}

export function batchQueue(address: RedisAddress): Queue<Batch, BatchResult> {
  const queue = new Queue<Batch, BatchResult>(QUEUE, {
    connection: connectionTo(address),
    defaultJobOptions: {
      // An error is not the customer's, whose issues are data: Redis, say. What fails five times waits to be looked at.
      attempts: 5,
      backoff: { type: "exponential", delay: 200, jitter: 0.5 },
      // Its id may be added again: what it has done is in the documents, and not in the queue.
      removeOnComplete: true,
      removeOnFail: false,
    },
  });
  queue.on("error", () => {});
  return queue;
}

/** How soon a job whose worker is gone goes to another, in milliseconds. */
export interface Patience {
  /** A worker says this often, twice over, that it is still there. A batch must take much less. */
  readonly lockDuration: number;
  /** How often workers look for jobs whose lock has run out. */
  readonly stalledInterval: number;
}

export const PATIENT: Patience = { lockDuration: 30_000, stalledInterval: 15_000 };
