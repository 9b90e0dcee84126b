/** How far a run has come, in Redis: who is billed, who cannot be and why, and how often something was tried again. */
import type { Redis } from "ioredis";
import type { PricingIssue } from "rateplan";
import { PARTITIONS } from "./batches.js";
import { nameOf } from "./store.js";

/** An issue, as people look for it. */
interface Failure {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

export interface FailedCustomer {
  readonly customerId: string;
  readonly issues: readonly Failure[];
}

/** What is counted beside documents. */
type Counter = "retries" | "again";

interface Counts extends Readonly<Record<Counter, number>> {
  /** Customers of whom all is written that is due. */
  readonly billed: number;
  /** Customers with something wrong. */
  readonly failed: number;
  /** Documents that are stored, of all runs. */
  readonly documents: number;
}

export interface Ledger {
  /** Notes what became of customers; who is billed after all fails no longer. */
  note(
    partition: number,
    done: readonly string[],
    failed: readonly FailedCustomer[],
  ): Promise<void>;
  /** Of these customers, those of whom nothing is noted. */
  open(partition: number, customers: readonly string[]): Promise<ReadonlySet<string>>;
  count(counter: Counter, by: number): Promise<void>;
  counts(): Promise<Counts>;
  failed(): Promise<readonly FailedCustomer[]>;
  /** Before what has failed is tried again. */
  forgetFailures(): Promise<void>;
}

export function ledger(redis: Redis, run: string): Ledger {
  const name = (partition: number, part: string) => nameOf(partition, `${run}:${part}`);
  const counters = `billing:${run}:counters`;
  const partitions = [...Array(PARTITIONS).keys()];
  return {
    async note(partition, done, failed) {
      const noted = redis.multi();
      if (done.length > 0) {
        noted.sadd(name(partition, "done"), ...done);
        noted.hdel(name(partition, "failed"), ...done);
      }
      for (const each of failed) {
        noted.hset(name(partition, "failed"), each.customerId, JSON.stringify(each));
      }
      const results = await noted.exec();
      for (const [error] of results ?? []) if (error) throw error;
    },
    async open(partition, customers) {
      if (customers.length === 0) return new Set();
      const [done, failed] = await Promise.all([
        redis.smismember(name(partition, "done"), ...customers),
        redis.hmget(name(partition, "failed"), ...customers),
      ]);
      return new Set(customers.filter((_, at) => done[at] === 0 && failed[at] === null));
    },
    async count(counter, by) {
      if (by > 0) await redis.hincrby(counters, counter, by);
    },
    async counts() {
      const [billed, failed, documents, counted] = await Promise.all([
        total(partitions.map((each) => redis.scard(name(each, "done")))),
        total(partitions.map((each) => redis.hlen(name(each, "failed")))),
        total(partitions.map((each) => redis.hlen(nameOf(each, "documents")))),
        redis.hgetall(counters),
      ]);
      const { retries = "0", again = "0" } = counted;
      return { billed, failed, documents, retries: Number(retries), again: Number(again) };
    },
    async failed() {
      const lists = await Promise.all(partitions.map((each) => redis.hvals(name(each, "failed"))));
      const failed = lists.flat().map((json): FailedCustomer => JSON.parse(json));
      return failed.sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
    },
    async forgetFailures() {
      await Promise.all(partitions.map((each) => redis.del(name(each, "failed"))));
    },
  };
}

export function failureOf(customerId: string, issues: readonly PricingIssue[]): FailedCustomer {
  const own = issues.map(({ code, path, message }) => ({ code, path: path.join("."), message }));
  return { customerId, issues: own };
}

async function total(counts: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}
