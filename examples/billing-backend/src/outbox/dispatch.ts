import type { Invoice, Subscription } from "rateplan";
import { toStripeInvoiceItems } from "rateplan/import";
import type { OnStep } from "../billing/steps.js";
import type { Database, Queries } from "../database/database.js";
import type { Handover, PaymentProvider } from "./provider.js";

/** What a round of deliveries came to. */
export interface DeliveryReport {
  readonly delivered: number;
  readonly failed: number;
}

type Outcome = "delivered" | "failed" | "nothing";

/** Hands over every document whose time has come, those of a subscription one after the other. */
export async function deliverDue(
  database: Database,
  provider: PaymentProvider,
  onStep: OnStep,
  signal?: AbortSignal,
): Promise<DeliveryReport> {
  let [delivered, failed] = [0, 0];
  while (signal?.aborted !== true) {
    const outcome = await database.transaction((within) => deliverNext(within, provider, onStep));
    if (outcome === "nothing") break;
    if (outcome === "delivered") delivered += 1;
    else failed += 1;
    await onStep("committed");
  }
  return { delivered, failed };
}

interface Row {
  readonly tenant_id: string;
  readonly document_key: string;
  readonly delivery_key: string;
  readonly document: Invoice;
  readonly time_zone: string | null;
}

/**
 * Hands over one document, holding its row: another dispatcher passes it by, and when this process dies, its connection and with it the lock
 * go at once. It may die after the provider has the document and before that is written down; then it is delivered again, under the same key.
 */
async function deliverNext(
  within: Queries,
  provider: PaymentProvider,
  onStep: OnStep,
): Promise<Outcome> {
  const [row] = await within.query<Row>(
    `select o.tenant_id, o.document_key, o.delivery_key, d.document, s.subscription ->> 'timeZone' as time_zone
     from outbox o
     join documents d on d.tenant_id = o.tenant_id and d.idempotency_key = o.document_key
     join subscriptions s on s.tenant_id = o.tenant_id and s.id = o.subscription_id
     where o.delivered_at is null and o.next_attempt_at <= billing_now() and not exists (
       select 1 from outbox e where e.tenant_id = o.tenant_id and e.subscription_id = o.subscription_id
         and e.sequence < o.sequence and e.delivered_at is null)
     order by o.next_attempt_at, o.tenant_id, o.document_key limit 1
     for update of o skip locked`,
  );
  if (row === undefined) return "nothing";
  await onStep("claimed");
  try {
    await provider.deliver(handoverOf(row), row.delivery_key);
  } catch (error) {
    await postpone(within, row, error instanceof Error ? error.message : String(error));
    return "failed";
  }
  await onStep("delivered");
  await within.query(
    `update outbox set delivered_at = billing_now(), attempts = attempts + 1, last_error = null
     where tenant_id = $1 and document_key = $2`,
    [row.tenant_id, row.document_key],
  );
  await onStep("marked");
  return "delivered";
}

/** Twice as long after each failure, from a second to an hour. */
async function postpone(within: Queries, row: Row, error: string): Promise<void> {
  await within.query(
    `update outbox set attempts = attempts + 1, last_error = $3,
       next_attempt_at = billing_now() + least(interval '1 hour', interval '1 second' * power(2, least(attempts, 12)))
     where tenant_id = $1 and document_key = $2`,
    [row.tenant_id, row.document_key, error.slice(0, 500).replaceAll("\0", "")],
  );
}

function handoverOf({ tenant_id, document, time_zone }: Row): Handover {
  const { customerId, subscriptionId, idempotencyKey, sequence, kind, currency, total } = document;
  // A stored subscription was read by rateplan, and its time zone with it.
  const timeZone = (time_zone ?? "UTC") as NonNullable<Subscription["timeZone"]>;
  return {
    tenantId: tenant_id,
    customerId,
    subscriptionId,
    idempotencyKey,
    sequence,
    kind,
    currency,
    total,
    items: toStripeInvoiceItems(document, { timeZone }),
  };
}
