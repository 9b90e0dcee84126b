/**
 * Bills a month of events by a warehouse, and checks every document.
 *
 *     npm start                          ten million events, DuckDB
 *     npm start -- --events 1e6          a tenth of them
 *     npm run clickhouse                 the same on ClickHouse
 *     npm run model                      the cost model, from two short runs
 */
import { parseArgs } from "node:util";
import type { Job } from "./bill.js";
import { batchesOf, type Scale } from "./files.js";
import { coefficientsOf, measuredOf, project } from "./model.js";
import { outcomesJob } from "./outcomes-job.js";
import { modelText, number, progressLine, reportText } from "./print.js";
import { type Report, run } from "./run.js";
import { usageJob } from "./usage-job.js";
import { clickhouse } from "./warehouses/clickhouse.js";
import { duckdb } from "./warehouses/duckdb.js";
import type { Warehouse } from "./warehouses/warehouse.js";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "duckdb" },
    events: { type: "string", default: "1e7" },
    customers: { type: "string" },
    threads: { type: "string", default: "2" },
    memory: { type: "string", default: "2GB" },
    folder: { type: "string", default: "data" },
    sample: { type: "string", default: "40" },
    model: { type: "boolean", default: false },
  },
});

function positive(text: string, name: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} ${text} is no whole number above 0`);
}

const { folder } = values;
const limits = {
  threads: positive(values.threads, "threads"),
  memory: values.memory,
  spill: `${folder}/spill`,
};

async function open(): Promise<Warehouse> {
  if (values.engine === "duckdb") return await duckdb(limits);
  if (values.engine === "clickhouse") return clickhouse(limits);
  throw new Error(`--engine ${values.engine} is neither duckdb nor clickhouse`);
}

/** Runs a job, tells how far it is ten times, and prints what came of it. */
async function bill(job: Job, warehouse: Warehouse, scale: Scale): Promise<Report> {
  const batches = batchesOf(scale);
  console.log(
    `${number(scale.events)} events of ${number(scale.customers)} customers in ${batches} batches: ${job.name}`,
  );
  const start = performance.now();
  const isHeavy = job === usageJob;
  const sample = positive(values.sample, "sample");
  const options = { job, warehouse, scale, folder, limits, sample, plain: isHeavy };
  const report = await run(options, (progress) => {
    const { batch } = progress;
    if (Math.floor((batch * 10) / batches) === Math.floor(((batch - 1) * 10) / batches)) return;
    console.log(progressLine(progress, (performance.now() - start) / 1e3));
  });
  console.log(`\n${reportText(report, scale.events)}\n`);
  if (report.sampleDifferences.length + report.plainDifferences.length > 0) process.exitCode = 1;
  return report;
}

const warehouse = await open();
console.log(`${warehouse.version}, ${limits.threads} threads, ${limits.memory}\n`);
if (values.model) {
  const few = { events: 400_000, customers: 4_000 };
  const many = { events: 400_000, customers: 400 };
  const first = measuredOf(await bill(usageJob, warehouse, few), few);
  const second = measuredOf(await bill(usageJob, warehouse, many), many);
  const found = coefficientsOf(first, second);
  console.log(modelText(found, [first, second], project(found, { events: 1e10, customers: 1e7 })));
} else {
  const events = positive(values.events, "events");
  const customers = positive(values.customers ?? String(Math.ceil(events / 100)), "customers");
  await bill(usageJob, warehouse, { events, customers });
  // What is judged is fetched as it is: a smaller run by itself, at a hundredth of the events.
  await bill(outcomesJob, warehouse, {
    events: Math.ceil(events / 100),
    customers: Math.ceil(customers / 50),
  });
}
await warehouse.close();
