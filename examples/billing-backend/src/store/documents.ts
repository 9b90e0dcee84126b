import type { CreditGrant, Invoice, Posting } from "rateplan";
import { answer, problem } from "../answer.js";
import type { Database, Queries } from "../database/database.js";
import type { Billing, DocumentFilter, DocumentHead, DocumentTotal } from "../service.js";
import { canonicalJson, limitOf, type Time, timeOf } from "./rows.js";

/** The documents of a subscription, and how far they know. */
export interface Documents {
  readonly all: readonly Invoice[];
  /** Up to when what became known of closed periods is in them; nothing before the first. */
  readonly knowUntil: string | undefined;
}

export async function documentsOf(
  within: Queries,
  tenantId: string,
  subscriptionId: string,
): Promise<Documents> {
  const rows = await within.query<{ document: Invoice; knows_until: Time }>(
    `select document, knows_until from documents
     where tenant_id = $1 and subscription_id = $2 order by sequence`,
    [tenantId, subscriptionId],
  );
  const last = rows.at(-1);
  return {
    all: rows.map(({ document }) => document),
    knowUntil: last && timeOf(last.knows_until),
  };
}

/** What was asked for, and under which key: who asks again gets the same. */
export interface Asked {
  readonly key: string;
  readonly request: string;
}

export async function insertDocument(
  within: Queries,
  tenantId: string,
  document: Invoice,
  knowsUntil: string,
  asked?: Asked,
): Promise<void> {
  const { idempotencyKey, subscriptionId, sequence } = document;
  await within.query(
    `insert into documents (tenant_id, idempotency_key, subscription_id, sequence, document, knows_until,
       request_key, request)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tenantId,
      idempotencyKey,
      subscriptionId,
      sequence,
      JSON.stringify(document),
      knowsUntil,
      asked?.key ?? null,
      asked?.request ?? null,
    ],
  );
}

/** What was written for a request, and for which content. */
export async function documentAsked(
  within: Queries,
  tenantId: string,
  requestKey: string,
): Promise<{ readonly document: Invoice; readonly request: string } | undefined> {
  const [row] = await within.query<{ document: Invoice; request: string }>(
    `select document, request::text as request from documents
     where tenant_id = $1 and request_key = $2`,
    [tenantId, requestKey],
  );
  return row;
}

/** Entries of the ledger, and the grants as they leave them. */
export async function insertPostings(
  within: Queries,
  tenantId: string,
  subscriptionId: string,
  postings: readonly Posting[],
  after: readonly CreditGrant[],
): Promise<void> {
  if (postings.length === 0) return;
  const touched = new Set(postings.map(({ grantId }) => grantId));
  const grants = after.filter(({ id }) => touched.has(id));
  await within.query(
    `insert into grants (tenant_id, subscription_id, id, credit, balance)
     select $1, $2, g.id, g.credit::json, g.balance::numeric
     from unnest($3::text[], $4::text[], $5::text[]) as g (id, credit, balance)
     on conflict (tenant_id, subscription_id, id) do update set balance = excluded.balance`,
    [
      tenantId,
      subscriptionId,
      grants.map(({ id }) => id),
      grants.map(({ balance: _left, ...credit }) => canonicalJson(credit)),
      grants.map(({ amount, balance = amount }) => balance),
    ],
  );
  await within.query(
    `insert into postings (tenant_id, document_key, number, subscription_id, grant_id, amount, posting)
     select $1, p.document_key, p.place - 1, $2, p.grant_id, p.amount::numeric, p.posting::json
     from unnest($3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
       as p (document_key, grant_id, amount, posting, place)`,
    [
      tenantId,
      subscriptionId,
      postings.map(({ document }) => document),
      postings.map(({ grantId }) => grantId),
      postings.map(({ amount }) => amount),
      postings.map((posting) => JSON.stringify(posting)),
    ],
  );
}

export function headOf(document: Invoice): DocumentHead {
  const { idempotencyKey, subscriptionId, customerId, sequence, scope, kind } = document;
  const { period, currency, total, asOf } = document;
  const head = { idempotencyKey, subscriptionId, customerId, sequence, scope, kind };
  return { ...head, period, currency, total, asOf };
}

interface ListRow {
  readonly document: Invoice;
  readonly idempotency_key: string;
}

const MATCHES = `d.tenant_id = $1 and ($2::text is null or d.subscription_id = $2)
  and ($3::text is null or d.customer_id = $3) and ($4::text is null or d.kind = $4)`;

function matching(tenantId: string, { subscriptionId, customerId, kind }: DocumentFilter) {
  return [tenantId, subscriptionId ?? null, customerId ?? null, kind ?? null];
}

/** How a page goes on: written later, or earlier. Texts of ours, never of a caller. */
const ORDERS = {
  "oldest-first": { beyond: ">", direction: "asc" },
  "newest-first": { beyond: "<", direction: "desc" },
} as const;

export function documentsIn(database: Database): Billing["documents"] {
  return {
    async list(tenantId, page = {}) {
      const limit = limitOf(page);
      const { beyond, direction } = ORDERS[page.order ?? "oldest-first"];
      const rows = await database.query<ListRow>(
        `select d.idempotency_key, d.document from documents d
         where ${MATCHES}
           and ($5::text is null or (d.written_at, d.subscription_id, d.sequence) ${beyond} (
             select written_at, subscription_id, sequence from documents where tenant_id = $1 and idempotency_key = $5))
         order by d.written_at ${direction}, d.subscription_id ${direction}, d.sequence ${direction} limit $6`,
        [...matching(tenantId, page), page.after ?? null, limit + 1],
      );
      const items = rows.slice(0, limit);
      const next = rows.length > limit ? (items.at(-1)?.idempotency_key ?? null) : null;
      return answer({ items: items.map(({ document }) => headOf(document)), next });
    },
    async totals(tenantId, filter = {}) {
      const rows = await database.query<DocumentTotal>(
        `select d.currency, count(*)::integer as documents, sum(d.total)::text as total from documents d
         where ${MATCHES} group by d.currency order by d.currency`,
        matching(tenantId, filter),
      );
      return answer(rows);
    },
    async get(tenantId, idempotencyKey) {
      const [row] = await database.query<{ document: Invoice }>(
        "select document from documents where tenant_id = $1 and idempotency_key = $2",
        [tenantId, idempotencyKey],
      );
      return row === undefined
        ? problem("not-found", `There is no document ${idempotencyKey}.`)
        : answer(row.document);
    },
  };
}
