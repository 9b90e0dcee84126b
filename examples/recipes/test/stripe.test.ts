import { invoice } from "rateplan";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { sendToStripe } from "../src/stripe.js";
import { acme, calls, catalog } from "./support/catalog.js";
import { fakeServer, type Received } from "./support/http.js";

const opening = invoice({
  catalog,
  subscription: acme,
  period: { start: "2026-01-01", end: "2026-01-01" },
  usage: [],
});
const january = invoice({
  catalog,
  subscription: acme,
  period: { start: "2026-01-01", end: "2026-02-01" },
  usage: calls,
  previous: [opening],
});

/** Stripe as far as it matters: what is made under an idempotency key is made once, and given again. */
async function fakeStripe() {
  const made = new Map<string, { readonly id: string; readonly object: string }>();
  const server = await fakeServer(({ path, headers }) => {
    const key = `${headers["idempotency-key"]}`;
    const object = path.endsWith("/invoices") ? "invoice" : "invoiceitem";
    const there = made.get(key) ?? { id: `${object}_${made.size + 1}`, object };
    made.set(key, there);
    return { body: there };
  });
  const options = { host: "127.0.0.1", port: server.port, protocol: "http" } as const;
  const stripe = new Stripe("sk_test_123", { ...options, maxNetworkRetries: 0, telemetry: false });
  return { stripe, made, received: server.received };
}

const form = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body));

describe("a document at Stripe", () => {
  it("is a draft with an item for each line, in cents", async () => {
    const { stripe, received } = await fakeStripe();
    const draft = await sendToStripe(stripe, january, "cus_1", "Asia/Kolkata");
    expect(draft.id).toBe("invoice_1");
    const [first, ...items] = received;
    if (first === undefined) throw new Error("nothing was sent");
    expect([first.method, first.path]).toEqual(["POST", "/v1/invoices"]);
    expect(form(first)).toEqual({
      customer: "cus_1",
      currency: "usd",
      auto_advance: "false",
      pending_invoice_items_behavior: "exclude",
      "metadata[document_key]": "period:sub-1@2026-01-01/2026-02-01",
      "metadata[fingerprint]": january.fingerprint,
    });
    expect(items.map((each) => `${each.method} ${each.path}`)).toEqual([
      "POST /v1/invoiceitems",
      "POST /v1/invoiceitems",
    ]);
    // 7 × 0.50, and February's fee.
    expect(items.map(form).map(({ amount, invoice: of }) => [amount, of])).toEqual([
      ["350", "invoice_1"],
      ["9900", "invoice_1"],
    ]);
    // 1 January in India, of the calls: date -ud '2025-12-31T18:30:00Z' +%s
    expect(items.map(form)[0]?.["period[start]"]).toBe("1767205800");
  });

  it("is there once when it is sent twice", async () => {
    const { stripe, made, received } = await fakeStripe();
    const first = await sendToStripe(stripe, january, "cus_1");
    const second = await sendToStripe(stripe, january, "cus_1");
    expect(second.id).toBe(first.id);
    expect([received.length, made.size]).toEqual([6, 3]);
    expect([...made.keys()]).toEqual([
      "period:sub-1@2026-01-01/2026-02-01 invoice",
      "period:sub-1@2026-01-01/2026-02-01 0",
      "period:sub-1@2026-01-01/2026-02-01 1",
    ]);
  });

  it("shares no key with another document", async () => {
    const { stripe, made } = await fakeStripe();
    await sendToStripe(stripe, opening, "cus_1");
    await sendToStripe(stripe, january, "cus_1");
    // A draft and an item; a draft and two items.
    expect(made.size).toBe(5);
  });

  it("that was changed since is not sent at all", async () => {
    const { stripe, received } = await fakeStripe();
    const changed = { ...january, total: "1.00" };
    await expect(sendToStripe(stripe, changed, "cus_1")).rejects.toMatchObject({
      issues: [{ code: "tampered" }],
    });
    expect(received).toEqual([]);
  });
});
