/** What a worker does with a batch: everything that is due of its customers is written, and each document stored once. */
import {
  documentsDue,
  type Invoice,
  type InvoiceRequest,
  invoiceRun,
  isPricingError,
  type Subscription,
  safeParseSubscription,
} from "rateplan";
import type { Batch, CustomerToBill } from "./batches.js";
import { catalog, period, policy } from "./catalog.js";
import { type FailedCustomer, failureOf, type Ledger } from "./ledger.js";
import type { DocumentStore } from "./store.js";

/** What became of a batch. */
export interface BatchResult {
  readonly stored: number;
  /** Documents that somebody else had stored in the meantime. */
  readonly again: number;
  readonly failed: number;
}

/** A customer, read once for all documents. */
interface OpenCustomer extends CustomerToBill {
  readonly subscription: Subscription;
}

/**
 * Goes on where an earlier attempt has stopped: it asks the store what is there, writes the next document of each customer, and stores
 * them, until nothing is due. So it may be run any number of times, also by two workers at once.
 */
export async function billBatch(
  { partition, customers }: Batch,
  store: DocumentStore,
  ledger: Ledger,
): Promise<BatchResult> {
  const failed: FailedCustomer[] = [];
  let stored = 0;
  let again = 0;
  let open: readonly OpenCustomer[] = customers.flatMap((customer) => {
    const read = safeParseSubscription(customer.subscription);
    if (read.ok) return [{ ...customer, subscription: read.value }];
    const issues = read.issues.map((each) => ({ ...each, path: ["subscription", ...each.path] }));
    failed.push(failureOf(customer.id, issues));
    return [];
  });
  while (open.length > 0) {
    const ids = open.map(({ subscription }) => subscription.id);
    const last = await store.last(partition, ids);
    const due = open.flatMap((customer, at) => {
      const request = nextRequest(customer, last[at], failed);
      return request === undefined ? [] : [{ customer, request }];
    });
    const documents: Invoice[] = [];
    const written: OpenCustomer[] = [];
    const requests = due.map(({ request }) => request);
    for (const result of invoiceRun(requests, { catalog, policy })) {
      const customer = due[result.index]?.customer;
      if (customer === undefined) throw new Error("unreachable: a document of nobody");
      if (result.ok) {
        documents.push(result.document);
        written.push(customer);
      } else {
        failed.push(failureOf(customer.id, result.issues));
      }
    }
    const inserted = await store.insert(partition, documents);
    const added = inserted.filter((each) => each === "stored").length;
    stored += added;
    again += inserted.length - added;
    open = written;
  }
  const names = new Set(failed.map(({ customerId }) => customerId));
  const done = customers.map(({ id }) => id).filter((id) => !names.has(id));
  await ledger.note(partition, done, failed);
  await ledger.count("again", again);
  return { stored, again, failed: failed.length };
}

/** What to ask for next; nothing where nothing is due, or something is wrong. */
function nextRequest(
  { id, subscription, usage, coupons = [] }: OpenCustomer,
  last: Invoice | undefined,
  failed: FailedCustomer[],
): Omit<InvoiceRequest, "catalog" | "policy"> | undefined {
  const previous = last === undefined ? [] : [last];
  try {
    const until = period.end;
    const [due] = documentsDue(subscription, { catalog, until, ...(last && { last }) });
    if (due === undefined) return undefined;
    const needed = due.usage === null ? [] : usage;
    return { subscription, period: due.period, usage: needed, coupons, previous };
  } catch (error) {
    if (!isPricingError(error)) throw error;
    failed.push(failureOf(id, error.issues));
    return undefined;
  }
}
