/** What the recipes need of a database: `drizzle.ts`, `kysely.ts` and `prisma.ts` each provide it. */
import type { Invoice, SubscriptionInput, UsageEvent } from "rateplan";

export interface BillingStore {
  subscriptions(): Promise<readonly SubscriptionInput[]>;
  subscription(id: string): Promise<SubscriptionInput | undefined>;
  /** A customer's events from a moment on; all of them without one. */
  events(customerId: string, from?: Date): Promise<readonly UsageEvent[]>;
  /** A subscription's documents in their order, as they were written: what `invoice` takes as `previous`. */
  documents(subscriptionId: string): Promise<readonly Invoice[]>;
  addSubscription(subscription: SubscriptionInput): Promise<void>;
  /** Keeps an event; one whose id its customer has already stays as it was. */
  addEvent(event: UsageEvent): Promise<void>;
  /** Keeps a document, unless one of its two unique keys is taken: false then, and somebody else has billed. */
  saveDocument(document: Invoice): Promise<boolean>;
}
