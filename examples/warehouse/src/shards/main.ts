/**
 * The same statement where events are spread over servers: two shards, and a coordinator whose table is made of theirs
 * (postgres_fdw). It needs Debian's `postgresql`.
 *
 *     npm run shards
 */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import pg from "pg";
import type { Invoice } from "rateplan";
import { billBatch } from "../bill.js";
import { differences } from "../checks/in-process.js";
import { plainTotals } from "../checks/plain-totals.js";
import { customersOf } from "../customers.js";
import { type Scale, writeBatch } from "../files.js";
import { meter } from "../measure.js";
import { number } from "../print.js";
import { usageJob } from "../usage-job.js";
import { openDuckdb, showing } from "../warehouses/duckdb.js";
import { postgresql } from "../warehouses/postgresql.js";
import { coordinatorOf, SHARD, SHARDS, shardOf } from "./schema.js";
import { startServers } from "./servers.js";

const SCALE: Scale = { events: 100_000, customers: 1_000 };
const FOLDER = resolve("data/shards");

const duck = await openDuckdb({ threads: 2, memory: "1GB", spill: `${FOLDER}/spill` });
mkdirSync(FOLDER, { recursive: true });
const { file } = await writeBatch(duck.connection, FOLDER, usageJob, 0, SCALE);
await duck.connection.run(showing(file));
const customers = customersOf(0, SCALE.customers);

const servers = startServers(SHARDS + 1);
try {
  await fill();
  const ofShards = await billOnShards();
  const ofCoordinator = await billOn(SHARDS, customers);
  const totals = await plainTotals(duck.connection, customers);
  const billed = new Map(
    customers.flatMap((each, place) => entry(each, ofShards.documents[place])),
  );
  const sample = new Map([...billed].filter((_, place) => place % 10 === 0));
  const unlike = [...billed.values()].filter(
    ({ customerId, total }) => totals.get(customerId) !== total,
  );
  const other = await differences(usageJob, duck.connection, sample);
  const isSame = digestOf(ofShards.documents) === digestOf(ofCoordinator.documents);
  console.log(`
the shards, each for its own customers    ${line(ofShards)}
the coordinator, for all of them          ${line(ofCoordinator)}

${number(billed.size)} documents each way: ${isSame ? "the same" : "DIFFERENT"}
${number(sample.size)} written again in process from their events: ${other.length === 0 ? "none differs" : other.join(", ")}
${number(totals.size)} totals compared with a statement by hand: ${unlike.length === 0 ? "none differs" : `${unlike.length} differ`}`);
  if (!isSame || other.length + unlike.length > 0) process.exitCode = 1;
} finally {
  servers.stop();
  duck.close();
}

interface Way {
  readonly documents: readonly Invoice[];
  readonly seconds: number;
  readonly rows: number;
  readonly text: string;
}

/** Each shard gets its own events; the coordinator holds none, and sees all. */
async function fill(): Promise<void> {
  const spread = await duck.connection.runAndReadAll("SELECT DISTINCT customer FROM events");
  const shards = spread
    .getRowsJS()
    .map(([customer]) => [String(customer), shardOf(String(customer))]);
  await duck.connection.run("CREATE TEMP TABLE place (customer VARCHAR, shard INTEGER)");
  await duck.connection.run(
    `INSERT INTO place VALUES ${shards.map(([customer, shard]) => `('${customer}', ${shard})`).join(", ")}`,
  );
  for (let shard = 0; shard < SHARDS; shard += 1) {
    const csv = `${FOLDER}/shard-${shard}.csv`;
    await duck.connection.run(
      `COPY (SELECT e.* FROM events e JOIN place p USING (customer) WHERE p.shard = ${shard}) TO '${csv}' (HEADER)`,
    );
    await statements(shard, SHARD);
    servers.load(shard, "events", csv);
    await statements(shard, "ANALYZE events");
    console.log(`shard ${shard}: ${await countOf(shard)} events`);
  }
  await statements(SHARDS, coordinatorOf(servers.ports));
  console.log(`coordinator: ${await countOf(SHARDS)} events in a table of foreign partitions`);
}

async function statements(server: number, text: string): Promise<readonly pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: servers.urls[server] });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(text)).rows;
  } finally {
    await client.end();
  }
}

async function countOf(server: number): Promise<string> {
  const [row] = await statements(server, "SELECT count(*) AS count FROM events");
  return number(Number(row?.["count"]));
}

/** The documents of some customers by one server. */
async function billOn(server: number, whom: readonly number[]): Promise<Way> {
  const warehouse = await postgresql(servers.urls[server] ?? "");
  const stages = meter();
  let text = "";
  const watched: typeof warehouse = {
    ...warehouse,
    run(query) {
      text = query.text;
      return warehouse.run(query);
    },
  };
  const documents = await billBatch(usageJob, watched, whom, stages);
  await warehouse.close();
  return {
    documents,
    text,
    seconds: stages.taken("statement").seconds,
    rows: stages.counted("rows"),
  };
}

/** All of them at once: a customer's events are on one shard, so what a shard counts is complete. */
async function billOnShards(): Promise<Way> {
  const parts = Array.from({ length: SHARDS }, (_, shard) =>
    customers.filter((each) => shardOf(customerName(each)) === shard),
  );
  const ways = await Promise.all(parts.map((whom, shard) => billOn(shard, whom)));
  const [first] = ways;
  if (ways.some(({ text }) => text !== first?.text)) throw new Error("the statements differ");
  const byCustomer = new Map(
    ways.flatMap(({ documents }) => documents.map((each) => [each.customerId, each] as const)),
  );
  return {
    documents: customers.flatMap((each) => byCustomer.get(customerName(each)) ?? []),
    text: first?.text ?? "",
    seconds: Math.max(...ways.map(({ seconds }) => seconds)),
    rows: ways.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function customerName(customer: number): string {
  return usageJob.dueOf(customer).subscription.customerId;
}

function entry<K, V>(key: K, value: V | undefined): readonly (readonly [K, V])[] {
  return value === undefined ? [] : [[key, value]];
}

function line({ seconds, rows }: Way): string {
  return `${number(seconds, 1).padStart(6)} s  ${number(rows).padStart(8)} rows`;
}

function digestOf(documents: readonly Invoice[]): string {
  const hash = createHash("sha256");
  for (const { fingerprint } of documents) hash.update(fingerprint);
  return hash.digest("hex");
}
