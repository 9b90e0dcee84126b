/**
 * The one door to the billing part: what HTTP, the biller and the tests call. Every function takes the id of a tenant first, and reads and
 * writes rows of that tenant alone. Unknown input (`unknown`) is read by rateplan; nothing needs to be checked before.
 */
import type {
  CreditGrant,
  Invoice,
  Posting,
  PricingIssue,
  Product,
  Signal,
  Subscription,
  UsageEvent,
} from "rateplan";
import type { Answer } from "./answer.js";

export interface Tenant {
  readonly id: string;
  readonly name: string;
}

export interface ApiKey {
  readonly id: string;
  readonly tenantId: string;
  /** SHA-256 of the key, in hexadecimal digits. */
  readonly hash: string;
  readonly revokedAt: string | null;
}

/** A product as it was sold from a moment on. Its row never changes: the next version is another row. */
export interface CatalogVersion {
  readonly productId: string;
  readonly version: number;
  /** From when on it is in force: an instant. */
  readonly validFrom: string;
  readonly product: Product;
}

export interface StoredSubscription {
  /** With all changes that are recorded. */
  readonly subscription: Subscription;
  /** When it, or its last change, was recorded. */
  readonly recordedAt: string;
  /** From when on the biller has to look at it again; `null` when nothing can become due any more. */
  readonly dueAt: string | null;
  /** Why the biller could not write what was due when it last tried; empty when it could. */
  readonly issues: readonly PricingIssue[];
}

/** An event of a batch that was not stored, and why. */
export interface RefusedEvent {
  /** Its place in the batch, from 0. */
  readonly index: number;
  readonly id: string | null;
  /** `"conflict"`: another event is stored under its source and id. `"invalid"`: what the issues say. */
  readonly reason: "conflict" | "invalid";
  readonly issues: readonly PricingIssue[];
}

/** What became of a batch: the counts add up to its events. */
export interface IngestReport {
  readonly accepted: number;
  /** Stored before, with the same content. */
  readonly duplicates: number;
  readonly refused: readonly RefusedEvent[];
}

/** An event or a signal as it is stored. */
export interface StoredEvent {
  readonly event: UsageEvent | Signal;
  readonly receivedAt: string;
}

/** A row of a list of documents. */
export interface DocumentHead {
  readonly idempotencyKey: string;
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly sequence: number;
  readonly scope: Invoice["scope"];
  readonly kind: Invoice["kind"];
  readonly period: Invoice["period"];
  readonly currency: string;
  readonly total: string;
  readonly asOf: string;
}

/** Which documents are asked for; all that is absent does not matter. */
export interface DocumentFilter {
  readonly subscriptionId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly kind?: Invoice["kind"] | undefined;
}

/** What documents of one currency come to; what was credited is taken off. */
export interface DocumentTotal {
  readonly currency: string;
  readonly documents: number;
  readonly total: string;
}

/** A part of a list. Pass `next` as `after` for the part that follows; it is `null` at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PageRequest {
  readonly after?: string | undefined;
  /** From 1 to 200; default 50. */
  readonly limit?: number | undefined;
}

/** What a run of the biller did. */
export interface CloseReport {
  /** The documents that it wrote, in order. */
  readonly documents: readonly DocumentHead[];
  /** Subscriptions whose documents could not be written, and why. */
  readonly failed: readonly {
    readonly subscriptionId: string;
    readonly issues: readonly PricingIssue[];
  }[];
}

export interface StoredGrant extends CreditGrant {
  readonly balance: string;
}

/** An entry of the ledger of credits. */
export interface LedgerEntry extends Omit<Posting, "grant"> {
  readonly subscriptionId: string;
  /** Its place among those of its document, from 0: with the document's key, what makes it unique. */
  readonly number: number;
}

/** A document on its way to the payment provider. */
export interface OutboxItem {
  /** The document. */
  readonly idempotencyKey: string;
  readonly subscriptionId: string;
  /** The key that the provider tells deliveries apart by. */
  readonly deliveryKey: string;
  readonly status: "pending" | "delivered";
  readonly attempts: number;
  readonly lastError: string | null;
  readonly nextAttemptAt: string;
  readonly deliveredAt: string | null;
}

export interface Billing {
  readonly tenants: {
    /** Also the answer where the same tenant exists already. */
    create(tenant: Tenant): Promise<Answer<Tenant>>;
    get(tenantId: string): Promise<Answer<Tenant>>;
    list(): Promise<readonly Tenant[]>;
  };

  /** API keys as they are stored: never the key itself. Who makes and compares them is HTTP. */
  readonly apiKeys: {
    put(
      tenantId: string,
      key: { readonly id: string; readonly hash: string },
    ): Promise<Answer<ApiKey>>;
    /** Of any tenant: it is how a tenant is found. */
    get(keyId: string): Promise<ApiKey | undefined>;
    revoke(tenantId: string, keyId: string): Promise<Answer<ApiKey>>;
    /** All of a tenant, also those that are revoked, in the order in which they were made. */
    list(tenantId: string): Promise<Answer<readonly ApiKey[]>>;
  };

  readonly catalogs: {
    /** A new version, from `validFrom` on (default and earliest: now, by the database's clock). The same content again makes none. */
    put(
      tenantId: string,
      product: unknown,
      options?: { readonly validFrom?: string | undefined },
    ): Promise<Answer<CatalogVersion>>;
    /** The version in force at a moment; default now. */
    get(tenantId: string, productId: string, at?: string): Promise<Answer<CatalogVersion>>;
    /** All that is in force at a moment; default now. */
    list(tenantId: string, at?: string): Promise<Answer<readonly CatalogVersion[]>>;
  };

  readonly subscriptions: {
    /** A new subscription; the same content again changes nothing, another is a conflict: add changes to it. */
    put(tenantId: string, subscription: unknown): Promise<Answer<StoredSubscription>>;
    /** A dated change. The same content again changes nothing. */
    addChange(
      tenantId: string,
      subscriptionId: string,
      change: unknown,
    ): Promise<Answer<StoredSubscription>>;
    get(tenantId: string, subscriptionId: string): Promise<Answer<StoredSubscription>>;
    list(tenantId: string, page?: PageRequest): Promise<Answer<Page<StoredSubscription>>>;
  };

  /**
   * Stores events and signals, each once: usage events, confirmations, reversals, plain or in CloudEvents envelopes. A batch is stored in
   * one transaction; an event that is refused does not keep the others out. `receivedAt` is stamped by the database.
   */
  ingest(tenantId: string, events: readonly unknown[]): Promise<IngestReport>;

  readonly events: {
    /**
     * What is stored, in order of arrival. It is for looking, and no feed: a batch that is committed a moment later may stand before the
     * end of a part that was read.
     */
    list(
      tenantId: string,
      page?: PageRequest & { readonly customerId?: string | undefined },
    ): Promise<Answer<Page<StoredEvent>>>;
  };

  /** The next document as of a moment (default now), as it would be written; nothing is stored. */
  preview(tenantId: string, subscriptionId: string, asOf?: string): Promise<Answer<Invoice>>;

  readonly documents: {
    /** In the order in which they were written, or the other way round. */
    list(
      tenantId: string,
      page?: PageRequest &
        DocumentFilter & { readonly order?: "oldest-first" | "newest-first" | undefined },
    ): Promise<Answer<Page<DocumentHead>>>;
    totals(tenantId: string, filter?: DocumentFilter): Promise<Answer<readonly DocumentTotal[]>>;
    get(tenantId: string, idempotencyKey: string): Promise<Answer<Invoice>>;
  };

  /**
   * Writes every document that is due at `asOf` (default now; what lies ahead of the database's clock is not due), of all subscriptions or of one: each in a
   * transaction of its own. What could not be written of one subscription does not stop the others.
   */
  close(
    tenantId: string,
    options?: { readonly asOf?: string | undefined; readonly subscriptionId?: string | undefined },
  ): Promise<Answer<CloseReport>>;

  /**
   * What has become known since the last document (late events, reversals), as a correction at once instead of with the next
   * document; `null` where that changes nothing.
   */
  correct(tenantId: string, subscriptionId: string): Promise<Answer<Invoice | null>>;

  /**
   * Credits lines or an amount by choice: `credit` as in rateplan's `creditNote`. A second call with the same `requestKey` (say, an
   * `Idempotency-Key` header) gives the same document, or a conflict where the content differs.
   */
  credit(
    tenantId: string,
    subscriptionId: string,
    request: { readonly requestKey: string; readonly credit: unknown },
  ): Promise<Answer<Invoice>>;

  readonly grants: {
    /** Credit for a subscription. The same content again changes nothing. */
    put(tenantId: string, subscriptionId: string, grant: unknown): Promise<Answer<StoredGrant>>;
    list(tenantId: string, subscriptionId: string): Promise<Answer<readonly StoredGrant[]>>;
    /** The ledger of a subscription, in the order in which it was written. */
    postings(tenantId: string, subscriptionId: string): Promise<Answer<readonly LedgerEntry[]>>;
  };

  readonly outbox: {
    list(
      tenantId: string,
      page?: PageRequest & { readonly status?: OutboxItem["status"] | undefined },
    ): Promise<Answer<Page<OutboxItem>>>;
    /** Tries again now, whatever the wait after failures. */
    retry(tenantId: string, idempotencyKey: string): Promise<Answer<OutboxItem>>;
  };

  /** Whether the database answers; throws where it does not. */
  ping(): Promise<void>;
}
