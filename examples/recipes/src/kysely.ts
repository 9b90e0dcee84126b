/** Kysely on PostgreSQL: the same tables, and the store over them. */
import type { JSONColumnType, Kysely } from "kysely";
import type { Invoice, SubscriptionInput, UsageEvent } from "rateplan";
import type { BillingStore } from "./store.js";

export interface BillingTables {
  subscriptions: { id: string; body: JSONColumnType<SubscriptionInput> };
  /** primary key (customer_id, id): an id is one event of its customer */
  events: { customer_id: string; id: string; happened_at: Date; body: JSONColumnType<UsageEvent> };
  /** primary key (idempotency_key), unique (subscription_id, sequence) */
  documents: {
    idempotency_key: string;
    subscription_id: string;
    sequence: number;
    body: JSONColumnType<Invoice>;
  };
}

export function kyselyStore(database: Kysely<BillingTables>): BillingStore {
  return {
    async subscriptions() {
      const rows = database.selectFrom("subscriptions").select("body").orderBy("id");
      return (await rows.execute()).map(({ body }) => body);
    },
    async subscription(id) {
      const rows = database.selectFrom("subscriptions").select("body").where("id", "=", id);
      return (await rows.executeTakeFirst())?.body;
    },
    async events(customerId, from = new Date(0)) {
      const rows = database
        .selectFrom("events")
        .select("body")
        .where("customer_id", "=", customerId)
        .where("happened_at", ">=", from);
      return (await rows.execute()).map(({ body }) => body);
    },
    async documents(subscriptionId) {
      const rows = database
        .selectFrom("documents")
        .select("body")
        .where("subscription_id", "=", subscriptionId)
        .orderBy("sequence");
      return (await rows.execute()).map(({ body }) => body);
    },
    async addSubscription(subscription) {
      const row = { id: subscription.id, body: JSON.stringify(subscription) };
      await database.insertInto("subscriptions").values(row).execute();
    },
    async addEvent(event) {
      const { customerId: customer_id, id, timestamp } = event;
      const row = {
        customer_id,
        id,
        happened_at: new Date(timestamp),
        body: JSON.stringify(event),
      };
      await database
        .insertInto("events")
        .values(row)
        .onConflict((on) => on.doNothing())
        .execute();
    },
    async saveDocument(document) {
      const row = {
        idempotency_key: document.idempotencyKey,
        subscription_id: document.subscriptionId,
        sequence: document.sequence,
        body: JSON.stringify(document),
      };
      // Whichever of the two unique keys is taken: nothing is written.
      const insert = database
        .insertInto("documents")
        .values(row)
        .onConflict((on) => on.doNothing());
      const { numInsertedOrUpdatedRows = 0n } = await insert.executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
