import {
  documentsDue,
  PricingError,
  type PricingIssue,
  type Subscription,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  safeParseSubscription,
} from "rateplan";
import { type Answer, answer, problem } from "../answer.js";
import { type Database, onlyRow, type Queries } from "../database/database.js";
import type { Billing, StoredSubscription } from "../service.js";
import { catalogAt } from "./catalogs.js";
import { lockCatalog, lockCustomers } from "./locks.js";
import { canonicalJson, keyRule, limitOf, storable, type Time, timeOf } from "./rows.js";

interface Row {
  readonly id: string;
  readonly subscription: SubscriptionInput;
  readonly changes: readonly SubscriptionChangeInput[];
  readonly recorded_at: Time;
  readonly due_at: Time | null;
  readonly issues: readonly PricingIssue[];
}

const SELECT = `
  select s.id, s.subscription, s.recorded_at, s.due_at, s.issues,
    coalesce((
      select json_agg(c.change order by c.number) from subscription_changes c
      where c.tenant_id = s.tenant_id and c.subscription_id = s.id
    ), '[]') as changes
  from subscriptions s`;

function storedOf(row: Row): StoredSubscription {
  return {
    subscription: read(withChanges(row.subscription, row.changes)),
    recordedAt: timeOf(row.recorded_at),
    dueAt: row.due_at && timeOf(row.due_at),
    issues: row.issues,
  };
}

function withChanges(
  subscription: SubscriptionInput,
  added: readonly SubscriptionChangeInput[],
): SubscriptionInput {
  return added.length === 0
    ? subscription
    : { ...subscription, changes: [...(subscription.changes ?? []), ...added] };
}

function read(input: unknown): Subscription {
  const result = safeParseSubscription(input);
  if (!result.ok) throw new PricingError(result.issues);
  return result.value;
}

export async function findSubscription(
  within: Queries,
  tenantId: string,
  id: string,
): Promise<StoredSubscription | undefined> {
  const [row] = await within.query<Row>(`${SELECT} where s.tenant_id = $1 and s.id = $2`, [
    tenantId,
    id,
  ]);
  return row && storedOf(row);
}

async function getSubscription(
  within: Queries,
  tenantId: string,
  id: string,
): Promise<Answer<StoredSubscription>> {
  const stored = await findSubscription(within, tenantId, id);
  return stored === undefined ? noSubscription(id) : answer(stored);
}

/** Whose a subscription is: that never changes, so it can be asked before anything is locked. */
export async function customerOf(
  within: Queries,
  tenantId: string,
  id: string,
): Promise<string | undefined> {
  const [row] = await within.query<{ customer_id: string }>(
    "select customer_id from subscriptions where tenant_id = $1 and id = $2",
    [tenantId, id],
  );
  return row?.customer_id;
}

/**
 * The moment of knowledge of whoever holds the customer's lock: now, and never before what is stored already, a document's moment or an event's,
 * should the database's clock have been set back.
 */
export async function momentOf(
  within: Queries,
  tenantId: string,
  customerId: string,
): Promise<string> {
  const rows = await within.query<{ now: Time }>(
    `select greatest(
       billing_now(),
       (select known_at from customers where tenant_id = $1 and id = $2),
       (select max(received_at) from events where tenant_id = $1 and customer_id = $2)
     ) as now`,
    [tenantId, customerId],
  );
  return timeOf(onlyRow(rows).now);
}

export const noSubscription = (id: string) =>
  problem("not-found", `There is no subscription ${id}.`);

export function subscriptionsIn(database: Database): Billing["subscriptions"] {
  return {
    async put(tenantId, input) {
      const subscription = read(input);
      const { id, customerId } = subscription;
      for (const key of [id, customerId]) {
        const expected = keyRule(key);
        if (expected !== undefined) return problem("invalid", `An id is ${expected}.`);
      }
      return await database.transaction(async (within) => {
        await lockCatalog(within, tenantId, "shared");
        await lockCustomers(within, tenantId, [customerId], "exclusive");
        return insert(within, tenantId, subscription);
      });
    },
    addChange(tenantId, id, change) {
      return database.transaction(async (within) => {
        const customerId = await customerOf(within, tenantId, id);
        if (customerId === undefined) return noSubscription(id);
        await lockCatalog(within, tenantId, "shared");
        await lockCustomers(within, tenantId, [customerId], "exclusive");
        return append(within, tenantId, customerId, id, change);
      });
    },
    get: (tenantId, id) => getSubscription(database, tenantId, id),
    async list(tenantId, page = {}) {
      const limit = limitOf(page);
      const rows = await database.query<Row>(
        `${SELECT} where s.tenant_id = $1 and s.id > $2 order by s.id limit $3`,
        [tenantId, page.after ?? "", limit + 1],
      );
      const items = rows.slice(0, limit);
      const next = rows.length > limit ? (items.at(-1)?.id ?? null) : null;
      return answer({ items: items.map(storedOf), next });
    },
  };
}

async function insert(
  within: Queries,
  tenantId: string,
  subscription: Subscription,
): Promise<Answer<StoredSubscription>> {
  const { id, customerId, startDate, timeZone = "UTC" } = subscription;
  const text = storable(subscription);
  if ((await textOf(within, tenantId, id)) === undefined) {
    const now = await momentOf(within, tenantId, customerId);
    await checkAgainstCatalog(within, tenantId, subscription, now);
    await within.query(
      "insert into customers (tenant_id, id) values ($1, $2) on conflict do nothing",
      [tenantId, customerId],
    );
    // Another may come first with the same id for a customer of another lock.
    await within.query(
      `insert into subscriptions (tenant_id, id, customer_id, subscription, recorded_at, due_at)
       values ($1, $2, $3, $4, $5, instant_of($6, $7)) on conflict do nothing`,
      [tenantId, id, customerId, text, now, startDate, timeZone],
    );
  }
  return (await textOf(within, tenantId, id)) === text
    ? getSubscription(within, tenantId, id)
    : problem("conflict", `There is another subscription ${id}: add changes to it.`);
}

async function textOf(within: Queries, tenantId: string, id: string): Promise<string | undefined> {
  const [row] = await within.query<{ text: string }>(
    "select subscription::text as text from subscriptions where tenant_id = $1 and id = $2",
    [tenantId, id],
  );
  return row?.text;
}

async function append(
  within: Queries,
  tenantId: string,
  customerId: string,
  id: string,
  change: unknown,
): Promise<Answer<StoredSubscription>> {
  const stored = await findSubscription(within, tenantId, id);
  if (stored === undefined) return noSubscription(id);
  const { changes: known = [], ...rest } = stored.subscription;
  const [added] = read({ ...rest, changes: [change] }).changes ?? [];
  const text = storable(added);
  if (known.some((each) => canonicalJson(each) === text)) return answer(stored);
  const changed = read({ ...rest, changes: [...known, change] });
  const now = await momentOf(within, tenantId, customerId);
  await checkAgainstCatalog(within, tenantId, changed, now);
  await within.query(
    `insert into subscription_changes (tenant_id, subscription_id, number, change, recorded_at)
     select $1, $2, count(*) + 1, $3, $4 from subscription_changes
     where tenant_id = $1 and subscription_id = $2`,
    [tenantId, id, text, now],
  );
  // What it makes due, the biller finds out.
  await within.query(
    "update subscriptions set recorded_at = $3, due_at = $3 where tenant_id = $1 and id = $2",
    [tenantId, id, now],
  );
  return getSubscription(within, tenantId, id);
}

/** Throws the issues of a life that cannot be laid out: plans, charges and units that the catalog does not have. */
async function checkAgainstCatalog(
  within: Queries,
  tenantId: string,
  subscription: Subscription,
  now: string,
): Promise<void> {
  const catalog = (await catalogAt(within, tenantId, now)).map(({ product }) => product);
  documentsDue(subscription, { catalog, until: subscription.startDate });
}
