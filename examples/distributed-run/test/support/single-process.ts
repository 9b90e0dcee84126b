/** What one process writes that nothing happens to: no queue, no batches, no store; the usage of everybody in one pass. */
import { documentsDue, type Invoice, invoice, parseSubscription, summarizeRun } from "rateplan";
import { catalog, period, policy } from "../../src/catalog.js";
import { BROKEN, type Customer, eventsOf } from "../../src/customers.js";

/** Whose data is wrong, by their numbers and not by what the library says of them. */
export function isBroken({ id }: Pick<Customer, "id">): boolean {
  const place = Number(id.slice(-3));
  return place === BROKEN.plan || place === BROKEN.coupon;
}

export function documentsOfOneProcess(
  customers: readonly Customer[],
): ReadonlyMap<string, Invoice> {
  const sound = customers.filter((customer) => !isBroken(customer));
  const subscriptions = sound.map(({ subscription }) => parseSubscription(subscription));
  const options = { catalog, period, subscriptions, keepIds: false };
  const run = summarizeRun(sound.flatMap(eventsOf), options);
  const documents = new Map<string, Invoice>();
  for (const [at, { summaries }] of run.subscriptions.entries()) {
    const subscription = subscriptions[at];
    if (subscription === undefined) throw new Error("unreachable: usage of nobody");
    const coupons = sound[at]?.coupons ?? [];
    const previous: Invoice[] = [];
    for (const due of documentsDue(subscription, { catalog, until: period.end })) {
      const usage = due.usage === null ? [] : summaries;
      const request = { catalog, policy, subscription, usage, coupons, previous };
      const document = invoice({ ...request, period: due.period });
      previous.push(document);
      documents.set(document.idempotencyKey, document);
    }
  }
  return documents;
}
