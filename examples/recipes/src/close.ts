/** Writes every document of a subscription that is due by a moment, and stores each once. Safe when it is run twice, late, or by two at once. */
import {
  documentsDue,
  type Invoice,
  invoice,
  type ProductInput,
  parseSubscription,
  type SubscriptionInput,
} from "rateplan";
import type { BillingStore } from "./store.js";

const DAY = 86_400_000;

export async function closeDue(
  store: BillingStore,
  catalog: ProductInput,
  stored: SubscriptionInput,
  until: string,
): Promise<readonly Invoice[]> {
  const subscription = parseSubscription(stored); // once, for all documents
  const previous = [...(await store.documents(subscription.id))];
  const written: Invoice[] = [];
  for (;;) {
    const last = previous.at(-1);
    const [due] = documentsDue(subscription, { catalog, until, ...(last && { last }) });
    if (due === undefined) return written;
    // A date begins in the subscription's time zone: up to a day before UTC's. More events than are needed do no harm.
    const from = due.usage && new Date(Date.parse(due.usage.from) - DAY);
    const usage = from ? await store.events(subscription.customerId, from) : [];
    const document = invoice({ catalog, subscription, period: due.period, usage, previous });
    // Taken: another biller was first. It has the rest of the subscription, too.
    if (!(await store.saveDocument(document))) return written;
    previous.push(document);
    written.push(document);
  }
}
