/** A subscription billed document by document, as a backend does it: ask what is due, write it, store it, ask again. */
import {
  documentsDue,
  type Invoice,
  type InvoiceLine,
  type InvoiceRequest,
  invoice,
  type Period,
  type RatePlanInput,
  type SignalInput,
  type SubscriptionInput,
  type UsageEventInput,
} from "rateplan";
import { productOf, totalOf } from "./plans.js";

/** What a subscription is billed from. */
export interface Deal {
  readonly plans: readonly RatePlanInput[];
  readonly subscription?: Partial<SubscriptionInput>;
  /** Everything that ever happens; what is received later than a document does not count on it. */
  readonly usage?: readonly (UsageEventInput | SignalInput)[];
}

/** More of a request, for every document that is written. */
export type More = Partial<
  Pick<InvoiceRequest, "rerate" | "policy" | "asOf" | "coupons" | "credits" | "taxes">
>;

/** A subscription of customer `acme` to the first plan from 2026 on, unless said otherwise. */
export function subscriptionOf({ plans, subscription }: Deal): SubscriptionInput {
  const [first] = plans;
  return {
    id: "s1",
    customerId: "acme",
    ratePlanId: first?.id ?? "",
    startDate: "2026-01-01",
    ...subscription,
  };
}

/** One document. */
export function documentOf(
  deal: Deal,
  period: Period,
  previous: readonly Invoice[] = [],
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return invoice({
    catalog: productOf(...deal.plans),
    subscription: subscriptionOf(deal),
    period,
    usage: deal.usage ?? [],
    previous,
    ...more,
  });
}

/** All documents that can be written by a date, after those that were written earlier: each asks what is due next. */
export function billUntil(
  until: string,
  deal: Deal,
  earlier: readonly Invoice[] = [],
  more: More = {},
): readonly Invoice[] {
  const documents = [...earlier];
  for (;;) {
    const last = documents.at(-1);
    const [next] = documentsDue(subscriptionOf(deal), {
      catalog: productOf(...deal.plans),
      until,
      ...(last === undefined ? {} : { last }),
    });
    if (next === undefined) return documents;
    documents.push(documentOf(deal, next.period, documents, more));
  }
}

/** The total of each document, by what it is for and when: `["opening 2026-01-01", "99.00"]`. */
export function totalsOf(documents: readonly Invoice[]): readonly (readonly [string, string])[] {
  return documents.map(({ scope, period, total }) => [`${scope} ${period.end}`, total]);
}

/** What all documents bill together, in cents. */
export function centsOf(documents: readonly Invoice[]): bigint {
  return totalOf(documents.map(({ total }) => total));
}

/** All lines of all documents. */
export function linesOf(documents: readonly Invoice[]): readonly InvoiceLine[] {
  return documents.flatMap(({ lines }) => lines);
}
