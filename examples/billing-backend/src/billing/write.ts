import { createHash } from "node:crypto";
import { applyPostings, type Invoice } from "rateplan";
import type { Queries } from "../database/database.js";
import { type Asked, insertDocument, insertPostings } from "../store/documents.js";
import type { Account } from "./account.js";
import type { OnStep } from "./steps.js";

/** What is written with a document. */
export interface Writing {
  /** Up to when what became known of closed periods is in it, or in one before. */
  readonly knowsUntil: string;
  readonly asked?: Asked | undefined;
  readonly onStep: OnStep;
}

/**
 * Writes a document and all that follows from it: entries of the ledger with the balances they leave, its place in the outbox, and that
 * events of its customer are received later from now on. All of that is in the caller's transaction, so it is there as a whole, or not at all.
 */
export async function write(
  within: Queries,
  { tenantId, grants }: Account,
  document: Invoice,
  { knowsUntil, asked, onStep }: Writing,
): Promise<void> {
  const { subscriptionId, customerId, idempotencyKey, sequence, postings } = document;
  // Throws where a posting was applied before, or one is missing.
  const after = applyPostings(grants, postings);
  await insertDocument(within, tenantId, document, knowsUntil, asked);
  await onStep("document");
  await insertPostings(within, tenantId, subscriptionId, postings, after);
  await onStep("postings");
  await within.query(
    `insert into outbox (tenant_id, document_key, subscription_id, sequence, delivery_key)
     values ($1, $2, $3, $4, $5)`,
    [tenantId, idempotencyKey, subscriptionId, sequence, deliveryKey(tenantId, idempotencyKey)],
  );
  await onStep("outbox");
  await within.query(
    `update customers set known_at = greatest(known_at, $3::timestamptz)
     where tenant_id = $1 and id = $2`,
    [tenantId, customerId, document.asOf],
  );
  await onStep("known");
}

/** Short, whatever the ids are: providers limit keys (Stripe: 255 characters). */
function deliveryKey(tenantId: string, idempotencyKey: string): string {
  return createHash("sha256")
    .update(JSON.stringify([tenantId, idempotencyKey]))
    .digest("hex");
}
