import { createHash } from "node:crypto";

export const SHARDS = 2;

/** Where a customer's events are: any function will do that never changes. */
export function shardOf(customer: string): number {
  return (createHash("sha256").update(customer).digest()[0] ?? 0) % SHARDS;
}

const COLUMNS = `id text NOT NULL, customer text NOT NULL, unit text, subject text,
  happened_at timestamp NOT NULL, received_at timestamp NOT NULL, quantity numeric(12, 3), properties jsonb`;

/** The table of a shard. */
export const SHARD = `CREATE TABLE events (${COLUMNS}); CREATE INDEX ON events (customer)`;

/**
 * The coordinator's table: it has the shards' tables as children, and reads them side by side. It routes nothing, as which shard a
 * customer is on is for the application to say.
 */
export function coordinatorOf(ports: readonly number[]): string {
  const shards = ports.slice(0, SHARDS).map(
    (port, shard) => `
CREATE SERVER shard_${shard} FOREIGN DATA WRAPPER postgres_fdw
  OPTIONS (host '127.0.0.1', port '${port}', dbname 'postgres', async_capable 'true', fetch_size '10000');
CREATE USER MAPPING FOR app SERVER shard_${shard} OPTIONS (user 'app');
CREATE FOREIGN TABLE events_${shard} () INHERITS (events) SERVER shard_${shard} OPTIONS (table_name 'events');`,
  );
  return `CREATE EXTENSION postgres_fdw; CREATE TABLE events (${COLUMNS});${shards.join("")}`;
}
