/** Stripe: a document as a draft invoice with an item for each line. Sent twice, it is there once. */
import type { Invoice, TimeZone } from "rateplan";
import { toStripeInvoiceItems } from "rateplan/import";
import type Stripe from "stripe";

/**
 * The amounts are final: no tax rates and discounts of Stripe's. A credit note's items are negative, and Stripe takes the sum off what
 * the customer owes next.
 *
 * Stripe remembers an idempotency key for a day at least; later than that, look for the document's key in `metadata` first.
 */
export async function sendToStripe(
  stripe: Stripe,
  document: Invoice,
  customer: string,
  timeZone: TimeZone = "UTC",
): Promise<Stripe.Invoice> {
  const { idempotencyKey: key, currency } = document;
  // What Stripe cannot hold throws here, before anything is sent.
  const items = toStripeInvoiceItems(document, { timeZone });
  const draft = await stripe.invoices.create(
    {
      customer,
      currency: currency.toLowerCase(),
      auto_advance: false,
      pending_invoice_items_behavior: "exclude",
      metadata: { document_key: key, fingerprint: document.fingerprint },
    },
    { idempotencyKey: `${key} invoice` },
  );
  for (const [index, item] of items.entries()) {
    const own = { ...item, customer, invoice: draft.id };
    await stripe.invoiceItems.create(own, { idempotencyKey: `${key} ${index}` });
  }
  return draft;
}
