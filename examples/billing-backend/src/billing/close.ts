import { type Invoice, isPricingError, type PricingIssue } from "rateplan";
import type { Database, Queries } from "../database/database.js";
import { isPassing } from "../database/patience.js";
import type { CloseReport, DocumentHead } from "../service.js";
import { headOf } from "../store/documents.js";
import { type Account, readAccount } from "./account.js";
import { correction, nextDocument, nextDueDate } from "./due.js";
import type { OnStep } from "./steps.js";
import { write } from "./write.js";

/** A subscription of a tenant that may have something due. */
export interface Candidate {
  readonly tenantId: string;
  readonly subscriptionId: string;
}

/** What closing one subscription came to. */
export type Closed =
  | { readonly documents: readonly DocumentHead[]; readonly issues: null }
  | { readonly documents: readonly DocumentHead[]; readonly issues: readonly PricingIssue[] };

/**
 * Writes all that is due of a subscription, one document a transaction, until nothing is. A process that dies between two has written
 * the first as a whole and nothing of the second.
 */
export async function closeSubscription(
  database: Database,
  { tenantId, subscriptionId }: Candidate,
  asOf: string | undefined,
  onStep: OnStep,
): Promise<Closed> {
  const documents: DocumentHead[] = [];
  for (;;) {
    try {
      const document = await database.transaction((within) =>
        closeNext(within, tenantId, subscriptionId, asOf, onStep),
      );
      if (document === undefined) return { documents, issues: null };
      documents.push(headOf(document));
      await onStep("committed");
    } catch (error) {
      if (!isPricingError(error)) throw error;
      await keepIssues(database, tenantId, subscriptionId, error.issues);
      return { documents, issues: error.issues };
    }
  }
}

async function closeNext(
  within: Queries,
  tenantId: string,
  subscriptionId: string,
  asOf: string | undefined,
  onStep: OnStep,
): Promise<Invoice | undefined> {
  const account = await readAccount(within, tenantId, subscriptionId, "exclusive");
  if (account === undefined) return undefined;
  // A biller whose clock is fast would close a period whose events are still coming.
  const until = asOf === undefined || asOf > account.asOf ? account.asOf : asOf;
  await onStep("read");
  const document =
    (await nextDocument(within, account, until)) ?? (await lastCorrection(within, account, until));
  if (document === undefined) {
    await setDueAt(within, account, nextDueDate(account, until));
    return undefined;
  }
  await onStep("priced");
  await write(within, account, document, { knowsUntil: document.asOf, onStep });
  return document;
}

/** What comes in when no further document will be due has one of its own. */
async function lastCorrection(within: Queries, account: Account, until: string) {
  const isOver = account.documents.all.length > 0 && nextDueDate(account, until) === undefined;
  return isOver ? await correction(within, account) : undefined;
}

async function setDueAt(
  within: Queries,
  { tenantId, subscription: { id, timeZone = "UTC" } }: Account,
  date: string | undefined,
): Promise<void> {
  await within.query(
    `update subscriptions set due_at = instant_of($3, $4), issues = '[]'
     where tenant_id = $1 and id = $2`,
    [tenantId, id, date ?? null, timeZone],
  );
}

/** For whoever operates it: the biller tries again with each run. */
async function keepIssues(
  database: Database,
  tenantId: string,
  subscriptionId: string,
  issues: readonly PricingIssue[],
): Promise<void> {
  await database.query("update subscriptions set issues = $3 where tenant_id = $1 and id = $2", [
    tenantId,
    subscriptionId,
    JSON.stringify(issues),
  ]);
}

const AT_ONCE = 100;

export interface CloseAll {
  /** Of one tenant; else of all. */
  readonly tenantId?: string | undefined;
  /** Up to then, and never beyond the database's clock. */
  readonly asOf?: string | undefined;
  readonly onStep: OnStep;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Closes every subscription that may have something due. What fails otherwise than by an issue of rateplan is an error of ours; it is
 * thrown when the others are closed, or at once where it may pass. Billers that run at once begin at different places, so that they seldom
 * wait for each other; what one has done, the other finds done.
 */
export async function closeAll(
  database: Database,
  { tenantId, asOf, onStep, signal }: CloseAll,
): Promise<CloseReport & { readonly subscriptions: number }> {
  const start = Math.floor(Math.random() * 2 ** 31);
  const documents: DocumentHead[] = [];
  const failed: { subscriptionId: string; issues: readonly PricingIssue[] }[] = [];
  const errors: Error[] = [];
  let after: Candidate | undefined;
  let subscriptions = 0;
  for (;;) {
    const candidates = await candidatesAfter(database, { tenantId, asOf, start, after });
    for (const candidate of candidates) {
      if (signal?.aborted === true) return { documents, failed, subscriptions };
      const { subscriptionId } = candidate;
      subscriptions += 1;
      try {
        const closed = await closeSubscription(database, candidate, asOf, onStep);
        documents.push(...closed.documents);
        if (closed.issues !== null) failed.push({ subscriptionId, issues: closed.issues });
      } catch (error) {
        if (isPassing(error)) throw error;
        errors.push(new Error(`${subscriptionId} was not closed`, { cause: error }));
      }
    }
    after = candidates.at(-1);
    if (after === undefined) break;
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} were not closed`);
  return { documents, failed, subscriptions };
}

interface Search {
  readonly tenantId: string | undefined;
  readonly asOf: string | undefined;
  readonly start: number;
  readonly after: Candidate | undefined;
}

/** The next of those that are due, in an order that differs by biller: by the digests of their ids, turned by where it starts. */
async function candidatesAfter(
  database: Database,
  { tenantId, asOf, start, after }: Search,
): Promise<readonly Candidate[]> {
  const rows = await database.query<{ tenant_id: string; id: string }>(
    `with due as (
       select tenant_id, id, hashtext(tenant_id || ' ' || id) # $3::int as place from subscriptions
       where due_at <= least(billing_now(), coalesce($2::timestamptz, 'infinity'))
         and ($1::text is null or tenant_id = $1)
     )
     select tenant_id, id from due
     where $4::text is null or (place, tenant_id, id) > (hashtext($4 || ' ' || $5) # $3::int, $4, $5)
     order by place, tenant_id, id limit ${AT_ONCE}`,
    [tenantId ?? null, asOf ?? null, start, after?.tenantId ?? null, after?.subscriptionId ?? null],
  );
  return rows.map(({ tenant_id, id }) => ({ tenantId: tenant_id, subscriptionId: id }));
}
