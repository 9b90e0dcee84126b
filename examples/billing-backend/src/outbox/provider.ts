import type { StripeInvoiceItem } from "rateplan/import";

/** A document as it is handed to a payment provider: an invoice of Stripe and its items, as data. */
export interface Handover {
  readonly tenantId: string;
  readonly customerId: string;
  readonly subscriptionId: string;
  /** Of the document. */
  readonly idempotencyKey: string;
  readonly sequence: number;
  readonly kind: "invoice" | "credit-note";
  readonly currency: string;
  readonly total: string;
  readonly items: readonly StripeInvoiceItem[];
}

/** Who is paid by. Delivery is at least once: the provider keeps keys, and answers a second delivery as it answered the first. */
export interface PaymentProvider {
  /** Rejects where it is not certain that the provider has it. */
  deliver(handover: Handover, deliveryKey: string): Promise<void>;
}

const PATIENCE = 10_000;

/** A provider behind an HTTP address, such as an adapter that calls Stripe. */
export function httpProvider(address: string, { timeout = PATIENCE } = {}): PaymentProvider {
  return {
    async deliver(handover, deliveryKey) {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": deliveryKey },
        body: JSON.stringify(handover),
        signal: AbortSignal.timeout(timeout),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the provider answered ${response.status}`);
    },
  };
}
