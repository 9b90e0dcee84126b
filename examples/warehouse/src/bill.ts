import {
  type Invoice,
  invoiceRun,
  PricingError,
  type Product,
  parsePolicy,
  type UsageSummary,
} from "rateplan";
import {
  type EventsTable,
  summariesFromRows,
  type UsageRow,
  usageQuery,
  usageSegments,
} from "rateplan/sql";
import { AS_OF } from "./catalog.js";
import type { Due } from "./customers.js";
import type { Scale } from "./files.js";
import type { Meter } from "./measure.js";
import type { Warehouse } from "./warehouses/warehouse.js";

/** What is billed: of which product, from which events. */
export interface Job {
  readonly name: string;
  readonly catalog: Product;
  /** The view over a batch's events, and what its columns mean. */
  readonly events: EventsTable;
  /** The statement that makes a batch of them up. */
  readonly eventsOf: (batch: number, scale: Scale) => string;
  /** Whom to bill for which time: in a backend, rows of two tables, and `documentsDue`. */
  readonly dueOf: (customer: number) => Due;
}

/** What all documents have in common. The warehouse tells ids apart, so that nobody does it again. */
function sharedOf({ catalog }: Job) {
  return { catalog, asOf: AS_OF, policy: COUNTED };
}

// One object for all batches, as `usageSegments` does the work once for requests that are alike.
const COUNTED = parsePolicy({ deduplicate: false });

/**
 * The documents of some customers, from the events that the warehouse shows: which usage of when they need, one statement that
 * counts it, its rows as summaries, and these as usage. Nothing of it outlives the batch.
 */
export async function billBatch(
  job: Job,
  warehouse: Warehouse,
  customers: readonly number[],
  { measure, count }: Meter,
): Promise<readonly Invoice[]> {
  const shared = sharedOf(job);
  const due = customers.map(job.dueOf);
  const query = await measure("segments", () => {
    const needed = usageSegments(due.map((each) => ({ ...shared, ...each })));
    return usageQuery({ dialect: warehouse.dialect, events: job.events, ...needed });
  });
  const { rows, uncompressedBytes } = await measure("statement", () => warehouse.run(query));
  count("rows", rows.length);
  count("row bytes", sum(rows.map(bytesOf)));
  count("uncompressed bytes", uncompressedBytes);
  const usage = await measure("summaries", () => {
    const summaries = new Map(due.map(({ subscription: { id } }) => [id, [] as UsageSummary[]]));
    for (const summary of summariesFromRows(rows, query)) {
      summaries.get(summary.subscriptionId ?? "")?.push(summary);
    }
    return summaries;
  });
  return await measure("documents", () => {
    const requests = due.map((each) => ({ ...each, usage: usage.get(each.subscription.id) ?? [] }));
    return [...invoiceRun(requests, shared)].map((result) => {
      // A backend sets the customer aside, and goes on.
      if (!result.ok) throw new PricingError(result.issues);
      count("documents", 1);
      return result.document;
    });
  });
}

function bytesOf({ kind, charge, segment, keys, data }: UsageRow): number {
  return sum([kind, charge, segment, keys, data].map((text) => text?.length ?? 0));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
