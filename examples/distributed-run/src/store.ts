/** The table of documents, in Redis: unique by idempotency key, and by subscription and sequence. */
import type { Redis } from "ioredis";
import type { Invoice } from "rateplan";

/** What became of a document: it is new, it was there already, or another stands under one of its keys. */
type Inserted = "stored" | "known" | "taken";

/**
 * Documents of one partition, all or none of them, in one step that nothing can come between: both unique keys, the last
 * document of the subscription, and a line in the outbox, from which whatever comes next hears of each document once.
 */
const INSERT = `
local results = {}
for at = 1, #ARGV, 4 do
  local key, place, subscription, document = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local known = redis.call('HGET', KEYS[1], key)
  if known then
    results[#results + 1] = known == document and 'known' or 'taken'
  elseif redis.call('HSETNX', KEYS[2], place, key) == 0 then
    results[#results + 1] = 'taken'
  else
    redis.call('HSET', KEYS[1], key, document)
    redis.call('HSET', KEYS[3], subscription, key)
    redis.call('XADD', KEYS[4], '*', 'key', key)
    results[#results + 1] = 'stored'
  end
end
return results`;

export interface DocumentStore {
  insert(partition: number, documents: readonly Invoice[]): Promise<readonly Inserted[]>;
  /** The last document of each subscription. */
  last(
    partition: number,
    subscriptions: readonly string[],
  ): Promise<readonly (Invoice | undefined)[]>;
  all(partition: number): Promise<readonly Invoice[]>;
  /** The keys that were stored, in order, as the outbox holds them. */
  outbox(partition: number): Promise<readonly string[]>;
}

/** The name of something that is kept of a partition: the braces keep all of it on one node of a cluster. */
export function nameOf(partition: number, part: string): string {
  return `billing:{p${partition}}:${part}`;
}

export function documentStore(redis: Redis): DocumentStore {
  const readKeys = async (partition: number, keys: readonly string[]) => {
    if (keys.length === 0) return [];
    const found = await redis.hmget(nameOf(partition, "documents"), ...keys);
    return found.map((json): Invoice | undefined => (json === null ? undefined : JSON.parse(json)));
  };
  return {
    async insert(partition, documents) {
      if (documents.length === 0) return [];
      const parts = ["documents", "sequences", "last", "outbox"].map((part) =>
        nameOf(partition, part),
      );
      const rows = documents.flatMap((document) => [
        document.idempotencyKey,
        `${document.subscriptionId} ${document.sequence}`,
        document.subscriptionId,
        JSON.stringify(document),
      ]);
      const results = await redis.eval(INSERT, parts.length, ...parts, ...rows);
      return (results as readonly unknown[]).map(readInserted);
    },
    async last(partition, subscriptions) {
      if (subscriptions.length === 0) return [];
      const keys = await redis.hmget(nameOf(partition, "last"), ...subscriptions);
      const documents = await readKeys(
        partition,
        keys.filter((key) => key !== null),
      );
      return keys.map((key) => (key === null ? undefined : documents.shift()));
    },
    async all(partition) {
      const documents = await redis.hvals(nameOf(partition, "documents"));
      return documents.map((json): Invoice => JSON.parse(json));
    },
    async outbox(partition) {
      const entries = await redis.xrange(nameOf(partition, "outbox"), "-", "+");
      return entries.map(([, [, key = ""]]) => key);
    },
  };
}

function readInserted(result: unknown): Inserted {
  if (result === "stored" || result === "known" || result === "taken") return result;
  throw new Error(`the store answered ${String(result)}`);
}
