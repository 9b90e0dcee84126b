/** Drizzle on PostgreSQL: three tables, and the store over them. */
import { and, asc, eq, gte } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { integer, jsonb, pgTable, primaryKey, text, timestamp, unique } from "drizzle-orm/pg-core";
import type { Invoice, SubscriptionInput, UsageEvent } from "rateplan";
import type { BillingStore } from "./store.js";

export const subscriptions = pgTable("subscriptions", {
  id: text().primaryKey(),
  body: jsonb().$type<SubscriptionInput>().notNull(),
});
export const events = pgTable(
  "events",
  {
    customerId: text("customer_id").notNull(),
    id: text().notNull(),
    happenedAt: timestamp("happened_at", { withTimezone: true }).notNull(),
    body: jsonb().$type<UsageEvent>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.id] })], // an id is one event of its customer
);
export const documents = pgTable(
  "documents",
  {
    idempotencyKey: text("idempotency_key").primaryKey(),
    subscriptionId: text("subscription_id").notNull(),
    sequence: integer().notNull(),
    body: jsonb().$type<Invoice>().notNull(),
  },
  (table) => [unique().on(table.subscriptionId, table.sequence)],
);

export function drizzleStore(database: PgDatabase<PgQueryResultHKT>): BillingStore {
  return {
    async subscriptions() {
      const rows = await database.select().from(subscriptions).orderBy(asc(subscriptions.id));
      return rows.map(({ body }) => body);
    },
    async subscription(id) {
      const [row] = await database.select().from(subscriptions).where(eq(subscriptions.id, id));
      return row?.body;
    },
    async events(customerId, from = new Date(0)) {
      const since = gte(events.happenedAt, from);
      const wanted = and(eq(events.customerId, customerId), since);
      return (await database.select().from(events).where(wanted)).map(({ body }) => body);
    },
    async documents(subscriptionId) {
      const own = eq(documents.subscriptionId, subscriptionId);
      const rows = await database.select().from(documents).where(own).orderBy(documents.sequence);
      return rows.map(({ body }) => body);
    },
    async addSubscription(body) {
      await database.insert(subscriptions).values({ id: body.id, body });
    },
    async addEvent(body) {
      const { customerId, id, timestamp } = body;
      const row = { customerId, id, happenedAt: new Date(timestamp), body };
      await database.insert(events).values(row).onConflictDoNothing();
    },
    async saveDocument(body) {
      const { idempotencyKey, subscriptionId, sequence } = body;
      const row = { idempotencyKey, subscriptionId, sequence, body };
      // Whichever of the two unique keys is taken: nothing is written, and nothing comes back.
      const saved = await database.insert(documents).values(row).onConflictDoNothing().returning();
      return saved.length === 1;
    },
  };
}
