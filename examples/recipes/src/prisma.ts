/**
 * Prisma: the store over a client that `prisma generate` has made of
 *
 *     model Subscription { id String @id  body Json }
 *     model Event { customerId String  id String  happenedAt DateTime  body Json  @@id([customerId, id]) }
 *     model Document { idempotencyKey String @id  subscriptionId String  sequence Int  body Json  @@unique([subscriptionId, sequence]) }
 */
import type { Invoice, SubscriptionInput, UsageEvent } from "rateplan";
import type { BillingStore } from "./store.js";

type Created<Row> = (args: { data: Row[]; skipDuplicates: true }) => Promise<{ count: number }>;
type Found<Row, Where> = (args: { where: Where; orderBy?: object }) => Promise<Row[]>;
interface EventRow {
  customerId: string;
  id: string;
  happenedAt: Date;
  body: object;
}
interface DocumentRow {
  idempotencyKey: string;
  subscriptionId: string;
  sequence: number;
  body: object;
}
interface SubscriptionRow {
  id: string;
  body: object;
}

/** What is used of the client; Prisma's own delegates are assignable to it. */
export interface PrismaBilling {
  subscription: {
    createMany: Created<SubscriptionRow>;
    findMany: Found<{ body: unknown }, { id?: string }>;
  };
  event: {
    createMany: Created<EventRow>;
    findMany: Found<{ body: unknown }, { customerId: string; happenedAt: { gte: Date } }>;
  };
  document: {
    createMany: Created<DocumentRow>;
    findMany: Found<{ body: unknown }, { subscriptionId: string }>;
  };
}

export function prismaStore(prisma: PrismaBilling): BillingStore {
  /** JSON comes back as it went in. */
  const bodies = <Body>(rows: readonly { body: unknown }[]) => rows.map(({ body }) => body as Body);
  const skipDuplicates = true;
  return {
    subscriptions: async () =>
      bodies<SubscriptionInput>(
        await prisma.subscription.findMany({ where: {}, orderBy: { id: "asc" } }),
      ),
    subscription: async (id) =>
      bodies<SubscriptionInput>(await prisma.subscription.findMany({ where: { id } }))[0],
    events: async (customerId, from = new Date(0)) => {
      const where = { customerId, happenedAt: { gte: from } };
      return bodies<UsageEvent>(await prisma.event.findMany({ where }));
    },
    documents: async (subscriptionId) => {
      const query = { where: { subscriptionId }, orderBy: { sequence: "asc" } };
      return bodies<Invoice>(await prisma.document.findMany(query));
    },
    addSubscription: async (body) => {
      await prisma.subscription.createMany({ data: [{ id: body.id, body }], skipDuplicates });
    },
    addEvent: async (body) => {
      const { customerId, id, timestamp } = body;
      const row = { customerId, id, happenedAt: new Date(timestamp), body };
      await prisma.event.createMany({ data: [row], skipDuplicates });
    },
    saveDocument: async (body) => {
      const { idempotencyKey, subscriptionId, sequence } = body;
      const row = { idempotencyKey, subscriptionId, sequence, body };
      // INSERT … ON CONFLICT DO NOTHING: whichever of the two unique keys is taken, the count is 0.
      return (await prisma.document.createMany({ data: [row], skipDuplicates })).count === 1;
    },
  };
}
