/** What comes back, for the OpenAPI document: the fields that clients look at. Types are those of rateplan and the store. */
import { z } from "@hono/zod-openapi";
import type { Invoice } from "rateplan";
import type {
  CatalogVersion,
  CloseReport,
  DocumentHead,
  IngestReport,
  LedgerEntry,
  OutboxItem,
  StoredEvent,
  StoredGrant,
  StoredSubscription,
} from "../service.js";
import { answered, isGiven, readByRateplan } from "./describe.js";

const amount = z.string().describe("A decimal as text.");
const period = z.looseObject({ start: z.string(), end: z.string() });
const kind = z.enum(["invoice", "credit-note"]).describe("A credit note below zero.");
const issue = z.looseObject({
  code: z.string(),
  path: z.array(z.union([z.string(), z.number()])),
  message: z.string(),
});

export const productInput = readByRateplan("Product", "product");
export const subscriptionInput = readByRateplan("Subscription", "subscription");
export const grantInput = readByRateplan("CreditGrant", "credit-grant");
export const events = readByRateplan("Events", "events");

/** One event by itself: what the list of events is made of. */
export const event = z.custom<unknown>(isGiven).openapi("Event", {
  type: "object",
  allOf: [{ $ref: "#/components/schemas/Events/items" }],
});

export const eventOrEvents = z.custom<unknown>(isGiven).openapi("EventOrEvents", {
  type: ["object", "array"],
  anyOf: [{ $ref: "#/components/schemas/Event" }, { $ref: "#/components/schemas/Events" }],
});

export const productVersion = answered<CatalogVersion>(
  "ProductVersion",
  z.object({
    productId: z.string(),
    version: z.int().min(1),
    validFrom: z.string(),
    product: z.looseObject({ id: z.string() }).describe("As it was sent, normalised: a Product."),
  }),
);

export const subscription = answered<StoredSubscription>(
  "StoredSubscription",
  z.object({
    subscription: z
      .looseObject({ id: z.string(), customerId: z.string() })
      .describe("With all changes that are recorded: a Subscription."),
    recordedAt: z.string(),
    dueAt: z.string().nullable().describe("When the next document can be written."),
    issues: z.array(issue).describe("Why it could not, the last time."),
  }),
);

export const document = answered<Invoice>(
  "Document",
  z.looseObject({
    sequence: z.int().min(1).describe("Its number among the documents of the subscription."),
    idempotencyKey: z.string(),
    fingerprint: z.string(),
    kind,
    scope: z.string(),
    customerId: z.string(),
    subscriptionId: z.string(),
    currency: z.string(),
    period,
    asOf: z.string(),
    lines: z.array(z.looseObject({ key: z.string(), description: z.string(), amount })),
    subtotal: amount,
    total: amount,
    warnings: z.array(z.looseObject({ message: z.string() })),
  }),
);

const head = z.object({
  idempotencyKey: z.string(),
  subscriptionId: z.string(),
  customerId: z.string(),
  sequence: z.int().min(1),
  scope: z.string(),
  kind,
  period,
  currency: z.string(),
  total: amount,
  asOf: z.string(),
});
export const documentHead = answered<DocumentHead>("DocumentHead", head);

export const closeReport = answered<CloseReport>(
  "CloseReport",
  z.object({
    documents: z.array(head).describe("What was written, in order."),
    failed: z
      .array(z.object({ subscriptionId: z.string(), issues: z.array(issue) }))
      .describe("Subscriptions whose documents could not be written, and why."),
  }),
);

export const ingestReport = answered<IngestReport>(
  "IngestReport",
  z.object({
    accepted: z.int().min(0),
    duplicates: z.int().min(0).describe("Stored before, with the same content."),
    refused: z.array(
      z.object({
        index: z.int().min(0).describe("The place in the batch, from 0."),
        id: z.string().nullable(),
        reason: z.enum(["conflict", "invalid"]),
        issues: z.array(issue),
      }),
    ),
  }),
);

export const storedEvent = answered<StoredEvent>(
  "StoredEvent",
  z.object({
    event: z.looseObject({ id: z.string(), customerId: z.string(), timestamp: z.string() }),
    receivedAt: z.string(),
  }),
);

export const grant = answered<StoredGrant>(
  "StoredGrant",
  z.looseObject({ id: z.string(), unit: z.string(), amount, balance: amount }),
);

export const ledgerEntry = answered<LedgerEntry>(
  "LedgerEntry",
  z.looseObject({ subscriptionId: z.string(), number: z.int().min(0) }),
);

export const outboxItem = answered<OutboxItem>(
  "OutboxItem",
  z.object({
    idempotencyKey: z.string(),
    subscriptionId: z.string(),
    deliveryKey: z.string(),
    status: z.enum(["pending", "delivered"]),
    attempts: z.int().min(0),
    lastError: z.string().nullable(),
    nextAttemptAt: z.string(),
    deliveredAt: z.string().nullable(),
  }),
);
