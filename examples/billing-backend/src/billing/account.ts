import type { Product, Subscription } from "rateplan";
import type { Queries } from "../database/database.js";
import type { StoredGrant, StoredSubscription } from "../service.js";
import { catalogAt } from "../store/catalogs.js";
import { type Documents, documentsOf } from "../store/documents.js";
import { oldestNews, type UsageOf } from "../store/events.js";
import { grantsOf } from "../store/grants.js";
import { type LockMode, lockCatalog, lockCustomers } from "../store/locks.js";
import { customerOf, findSubscription, momentOf } from "../store/subscriptions.js";

/** All that is known of a subscription at one moment; nobody changes any of it while the transaction lasts. */
export interface Account {
  readonly tenantId: string;
  readonly subscription: Subscription;
  readonly stored: StoredSubscription;
  /** What is sold now. */
  readonly products: readonly Product[];
  readonly documents: Documents;
  readonly grants: readonly StoredGrant[];
  /** The moment. */
  readonly asOf: string;
}

/** Takes the locks, and only then looks: at the clock first, and at the rows in later statements, which see all that is committed. */
export async function readAccount(
  within: Queries,
  tenantId: string,
  subscriptionId: string,
  mode: LockMode,
): Promise<Account | undefined> {
  const customerId = await customerOf(within, tenantId, subscriptionId);
  if (customerId === undefined) return undefined;
  await lockCatalog(within, tenantId, "shared");
  await lockCustomers(within, tenantId, [customerId], mode);
  const asOf = await momentOf(within, tenantId, customerId);
  const stored = await findSubscription(within, tenantId, subscriptionId);
  if (stored === undefined) throw new Error("unreachable: subscriptions stay");
  return {
    tenantId,
    subscription: stored.subscription,
    stored,
    products: await productsAt(within, tenantId, asOf),
    documents: await documentsOf(within, tenantId, subscriptionId),
    grants: await grantsOf(within, tenantId, subscriptionId),
    asOf,
  };
}

export async function productsAt(within: Queries, tenantId: string, at: string) {
  return (await catalogAt(within, tenantId, at)).map(({ product }) => product);
}

export function usageIn({ subscription, asOf }: Account): UsageOf {
  const { id, customerId, timeZone = "UTC" } = subscription;
  return { subscriptionId: id, customerId, timeZone, asOf };
}

/** When the oldest happened of what is known of invoiced time, and in no document yet. */
export async function newsOf(within: Queries, account: Account): Promise<string | undefined> {
  const { tenantId, subscription, documents } = account;
  const until = documents.all.at(-1)?.basis.billedUntil ?? null;
  if (documents.knowUntil === undefined || until === null) return undefined;
  const closed = { from: subscription.startDate, until };
  return await oldestNews(within, tenantId, usageIn(account), documents.knowUntil, closed);
}
