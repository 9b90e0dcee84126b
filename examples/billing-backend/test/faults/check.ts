/** What must hold of a database after any number of kills. */
import { type Invoice, sumAmounts } from "rateplan";
import type { Database } from "../../src/database/database.js";
import type { Provider } from "./provider.js";

/** Everything that billing has written, in an order of its own. */
export interface Written {
  readonly documents: readonly Invoice[];
  /** Entries of the ledger as texts. */
  readonly postings: readonly string[];
}

export async function written(database: Database): Promise<Written> {
  const documents = await database.query<{ document: Invoice }>(
    "select document from documents order by subscription_id, sequence",
  );
  const postings = await database.query<{ posting: string }>(
    `select p.posting::text as posting from postings p
     join documents d on d.tenant_id = p.tenant_id and d.idempotency_key = p.document_key
     order by d.subscription_id, d.sequence, p.number`,
  );
  return {
    documents: documents.map(({ document }) => document),
    postings: postings.map(({ posting }) => posting),
  };
}

function bySubscription<T extends { readonly subscriptionId: string }>(list: readonly T[]) {
  const groups = new Map<string, T[]>();
  for (const each of list) {
    groups.set(each.subscriptionId, [...(groups.get(each.subscriptionId) ?? []), each]);
  }
  return groups;
}

/** What is wrong, each in a sentence. */
export type Faults = string[];

/** The documents say what the ledger says, and the ledger what the grants have left. */
export async function checkLedger(database: Database, faults: Faults): Promise<void> {
  const { documents, postings } = await written(database);
  const said = documents.flatMap((document) =>
    document.postings.map((posting) => JSON.stringify(posting)),
  );
  if (JSON.stringify(said) !== JSON.stringify(postings)) {
    faults.push(`the documents hold ${said.length} postings, the ledger ${postings.length}`);
  }
  const wrong = await database.query<{ id: string; balance: string; right: string }>(
    `select g.subscription_id || ' ' || g.id as id, g.balance::text as balance, l.balance::text as right
     from grants g, lateral (
       select case when count(*) filter (where p.posting ->> 'kind' = 'grant') > 0 then 0
         else (g.credit ->> 'amount')::numeric end + coalesce(sum(p.amount), 0) as balance
       from postings p
       where (p.tenant_id, p.subscription_id, p.grant_id) = (g.tenant_id, g.subscription_id, g.id)
     ) l where l.balance <> g.balance`,
  );
  for (const { id, balance, right } of wrong) {
    faults.push(`grant ${id} has ${balance} left, by its ledger ${right}`);
  }
}

/** Each subscription has one document of each period, numbered without a gap. */
export function checkChains(found: Written, right: Written, faults: Faults): void {
  const chains = bySubscription(found.documents);
  for (const [id, documents] of chains) {
    const numbers = documents.map(({ sequence }) => sequence).join(" ");
    const expected = documents.map((_each, index) => index + 1).join(" ");
    if (numbers !== expected) faults.push(`the documents of ${id} are numbered ${numbers}`);
  }
  const [keys, due] = [periodsOf(found), periodsOf(right)];
  if (keys.join("\n") !== due.join("\n")) {
    faults.push(`${keys.length} periods have documents, ${due.length} were due`);
  }
}

/** Openings and periods: what is due once, whenever late events were counted. */
function periodsOf({ documents }: Written): readonly string[] {
  return documents
    .filter(({ scope }) => scope !== "correction")
    .map(({ idempotencyKey }) => idempotencyKey);
}

/** What each subscription was billed in all: the same, in whichever documents late events were counted. */
export function checkTotals(found: Written, right: Written, faults: Faults): void {
  const totals = (list: readonly Invoice[]) => {
    return new Map(
      [...bySubscription(list)].map(([id, each]) => [
        id,
        sumAmounts(each.map((one) => one.subtotal)),
      ]),
    );
  };
  const expected = totals(right.documents);
  for (const [id, total] of totals(found.documents)) {
    if (total !== expected.get(id)) {
      faults.push(`${id} was billed ${total} in all, ${expected.get(id)} by an undisturbed biller`);
    }
  }
}

/** Every document reached the provider once, those of a subscription in their order. */
export function checkDeliveries({ documents }: Written, provider: Provider, faults: Faults): void {
  const delivered = [...provider.accepted.values()];
  const keys = new Set(delivered.map(({ idempotencyKey }) => idempotencyKey));
  const lost = documents.filter(({ idempotencyKey }) => !keys.has(idempotencyKey));
  if (lost.length > 0) faults.push(`${lost.length} documents never reached the provider`);
  if (delivered.length !== documents.length) {
    faults.push(`the provider has ${delivered.length} documents of ${documents.length}`);
  }
  for (const [id, list] of bySubscription(delivered)) {
    const isOrdered = list.every(({ sequence }, index) => sequence === index + 1);
    if (!isOrdered) faults.push(`the documents of ${id} reached the provider in another order`);
  }
  if (provider.contradictions.length > 0) {
    faults.push(`${provider.contradictions.length} keys were used for two contents`);
  }
}
