import {
  creditNote,
  type DocumentDue,
  documentsDue,
  type Invoice,
  invoice,
  isPricingError,
  type Product,
  type Subscription,
} from "rateplan";
import type { Queries } from "../database/database.js";
import { usageOf } from "../store/events.js";
import { type Account, newsOf, productsAt, usageIn } from "./account.js";
import { instantOf } from "./instants.js";

/**
 * The first document that is due up to a moment; nothing where all are written. It is priced by what was sold when it became due, or when
 * its subscription was last changed: so it does not matter how late the biller comes. A catalog by which it cannot be priced is a mistake
 * that may have been put right since: then by what is sold now.
 */
export async function nextDocument(
  within: Queries,
  account: Account,
  until: string,
): Promise<Invoice | undefined> {
  const { tenantId, subscription, stored, products } = account;
  const listed = firstDue(account, products, until);
  if (listed === undefined) return undefined;
  const dueFrom = await instantOf(within, listed.dueFrom, subscription.timeZone);
  const [, at = dueFrom] = [dueFrom, stored.recordedAt].sort();
  const catalog = await productsAt(within, tenantId, at);
  try {
    const due = firstDue(account, catalog, until) ?? listed;
    return await priced(within, account, due, catalog);
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return await priced(within, account, listed, products);
  }
}

async function priced(
  within: Queries,
  account: Account,
  { period, usage: needed }: DocumentDue,
  catalog: readonly Product[],
): Promise<Invoice> {
  const { tenantId, subscription, documents, grants, asOf } = account;
  const news = await newsOf(within, account);
  const from = news === undefined ? needed?.from : subscription.startDate;
  const to = needed?.to ?? period.end;
  const usage =
    from === undefined ? [] : await usageOf(within, tenantId, usageIn(account), { from, to });
  return invoice({
    catalog,
    subscription,
    period,
    usage,
    previous: documents.all,
    credits: grants,
    asOf,
    ...(news === undefined ? {} : { rerate: { from: news } }),
  });
}

/** What is known of invoiced time and in no document, as a correction; nothing where it changes nothing. */
export async function correction(within: Queries, account: Account): Promise<Invoice | undefined> {
  const { tenantId, subscription, products, documents, grants, asOf } = account;
  const news = await newsOf(within, account);
  if (news === undefined) return undefined;
  const usage = await usageOf(within, tenantId, usageIn(account), {
    from: subscription.startDate,
    to: "9999-01-01",
  });
  const note = creditNote({
    catalog: products,
    subscription,
    previous: documents.all,
    rerate: { from: news },
    usage,
    credits: grants,
    asOf,
  });
  const pending = documents.all.at(-1)?.provisional ?? [];
  const isNew = JSON.stringify(note.provisional) !== JSON.stringify(pending);
  return note.lines.length > 0 || isNew ? note : undefined;
}

function firstDue(
  { subscription, documents }: Account,
  catalog: readonly Product[],
  until: string,
): DocumentDue | undefined {
  return documentsDue(subscription, { catalog, until, last: documents.all.at(-1) })[0];
}

/** The longest that nothing is due of a subscription that runs, in days: a cycle of a year. Of longer ones the biller looks again. */
const HORIZONS = [40, 400];
const DAY = 86_400_000;

/** When the biller has to look at a subscription again, all that is due having been written: a date, or nothing when it is over. */
export function nextDueDate(account: Account, until: string): string | undefined {
  const { subscription, products } = account;
  for (const days of HORIZONS) {
    const due = firstDue(account, products, daysAfter(until, days));
    if (due !== undefined) return due.dueFrom;
  }
  return isEnding(subscription) ? undefined : daysAfter(until, 400);
}

function isEnding({ endDate, changes = [] }: Subscription): boolean {
  return endDate !== undefined || changes.some(({ status }) => status === "canceled");
}

function daysAfter(instant: string, days: number): string {
  return new Date(Date.parse(instant) + days * DAY).toISOString();
}
