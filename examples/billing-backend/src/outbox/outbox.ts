import { answer, problem } from "../answer.js";
import type { Database } from "../database/database.js";
import type { Billing, OutboxItem } from "../service.js";
import { limitOf, type Time, timeOf } from "../store/rows.js";

interface Row {
  readonly document_key: string;
  readonly subscription_id: string;
  readonly delivery_key: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly next_attempt_at: Time;
  readonly delivered_at: Time | null;
}

const itemOf = (row: Row): OutboxItem => ({
  idempotencyKey: row.document_key,
  subscriptionId: row.subscription_id,
  deliveryKey: row.delivery_key,
  status: row.delivered_at === null ? "pending" : "delivered",
  attempts: row.attempts,
  lastError: row.last_error,
  nextAttemptAt: timeOf(row.next_attempt_at),
  deliveredAt: row.delivered_at && timeOf(row.delivered_at),
});

export function outboxIn(database: Database): Billing["outbox"] {
  return {
    async list(tenantId, page = {}) {
      const limit = limitOf(page);
      const rows = await database.query<Row>(
        `select * from outbox
         where tenant_id = $1 and ($2::boolean is null or (delivered_at is not null) = $2)
           and ($3::text is null or (subscription_id, sequence) > (
             select subscription_id, sequence from outbox where tenant_id = $1 and document_key = $3))
         order by subscription_id, sequence limit $4`,
        [
          tenantId,
          page.status === undefined ? null : page.status === "delivered",
          page.after ?? null,
          limit + 1,
        ],
      );
      const items = rows.slice(0, limit).map(itemOf);
      const next = rows.length > limit ? (items.at(-1)?.idempotencyKey ?? null) : null;
      return answer({ items, next });
    },
    async retry(tenantId, idempotencyKey) {
      const [row] = await database.query<Row>(
        `update outbox
         set next_attempt_at = case when delivered_at is null then billing_now() else next_attempt_at end
         where tenant_id = $1 and document_key = $2 returning *`,
        [tenantId, idempotencyKey],
      );
      return row === undefined
        ? problem("not-found", `There is no document ${idempotencyKey} in the outbox.`)
        : answer(itemOf(row));
    },
  };
}
