/** Every line of a document is one item of Stripe, and the items add up to the document. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { type Invoice, type InvoiceRequest, invoice } from "rateplan";
import { type StripeInvoiceItem, toStripeInvoiceItems } from "rateplan/import";
import type Stripe from "stripe";
import { describe, expect, expectTypeOf, it } from "vitest";
import { bill } from "../support/biller.js";
import { documentOf } from "../support/chain.js";
import { sealed } from "../support/documents.js";
import { lives, WIDE } from "../support/lives.js";
import {
  billOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planCases,
  planOf,
  requestFor,
  requestOf,
  stored,
  thawed,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const sumOf = (items: readonly StripeInvoiceItem[]) =>
  items.reduce((sum, { amount }) => sum + BigInt(amount), 0n);

/** A bill of one fee in a currency, whose decimals a policy may say. */
function billIn(currency: string, amount: string, policy: InvoiceRequest["policy"] = {}): Invoice {
  return billOf({ charges: [fee("platform", amount)], plan: { currency }, policy: policy ?? {} });
}

const amountsIn = (document: Invoice) => toStripeInvoiceItems(document).map(({ amount }) => amount);

describe("toStripeInvoiceItems", () => {
  it("is what Stripe's SDK creates items from", () => {
    expectTypeOf<StripeInvoiceItem>().toExtend<Stripe.InvoiceItemCreateParams>();
    const params: Stripe.InvoiceItemCreateParams[] = toStripeInvoiceItems(billIn("USD", "99")).map(
      (item) => ({ customer: "cus_1", invoice: "in_1", ...item }),
    );
    expect(params).toEqual([
      {
        customer: "cus_1",
        invoice: "in_1",
        amount: 9900,
        currency: "usd",
        description: "platform",
        discountable: false,
        // 2026-01-01 and 2026-02-01: 20,454 and 20,485 days of 86,400 seconds.
        period: { start: 1_767_225_600, end: 1_769_904_000 },
        metadata: {
          line_key: "recurring:platform@2026-01-01",
          document_key: "period:s1@2026-01-01/2026-02-01",
          charge_id: "platform",
        },
      },
    ]);
  });

  it("adds up to the total of any document, line by line", () => {
    fc.assert(
      fc.property(planCases({ increments: true }), fc.boolean(), (one, isStored) => {
        const document = invoice(requestFor(one));
        const items = toStripeInvoiceItems(isStored ? stored(document) : document);
        expect(items.map(({ metadata }) => metadata["line_key"])).toEqual(
          document.lines.map(({ key }) => key),
        );
        // Francs have 100 centimes, as their documents have two decimals.
        expect(items.map(({ amount }) => BigInt(amount))).toEqual(
          document.lines.map(({ amount }) => BigInt(amount.replace(".", ""))),
        );
        expect(sumOf(items)).toBe(BigInt(document.total.replace(".", "")));
        expect(thawed(items)).toEqual([]);
      }),
      tries(50),
    );
  });

  it("adds up over whole lives, adjustments and corrections among them", () => {
    fc.assert(
      fc.property(lives(WIDE), (life) => {
        for (const document of bill(life, { rerate: "needed" })) {
          const items = toStripeInvoiceItems(document, { timeZone: life.zone });
          expect(sumOf(items)).toBe(BigInt(document.total.replace(".", "")));
          for (const { period, amount } of items) {
            expect(period.end).toBeGreaterThanOrEqual(period.start);
            expect(Object.is(amount, -0)).toBe(false);
          }
        }
      }),
      tries(13),
    );
  });

  it("takes discounts, coupons, taxes on top and in prices, and lines of 0", () => {
    const charges = [
      fee("platform", "100", { taxCodes: ["saas"] }),
      perUnit("call", "2"),
      {
        id: "off",
        name: "Off",
        chargeType: "recurring",
        pricing: { model: "discount", percent: 10, appliesTo: "all" },
      },
    ] as const;
    const request = requestOf({ charges, usage: {}, policy: { zeroLines: true } });
    const items = (taxes: InvoiceRequest["taxes"]) =>
      toStripeInvoiceItems(
        invoice({
          ...request,
          coupons: [{ id: "gift", amount: "15", from: "2026-01-01", periods: 1 }],
          taxes,
        }),
      ).map(({ metadata, amount }) => [metadata["line_key"]?.split(":")[0], amount]);
    // 100 − 10 % = 90, less 15 = 75; 20 % of it is 15.
    expect(items([{ id: "vat", percent: 20 }])).toEqual([
      ["recurring", 10_000],
      ["usage", 0],
      ["discount", -1_000],
      ["coupon", -1_500],
      ["tax", 1_500],
    ]);
    // Of 75 with 25 % in it, 60 are net and 15 the tax.
    expect(items([{ id: "vat", percent: 25, inclusive: true }])).toEqual([
      ["recurring", 10_000],
      ["usage", 0],
      ["discount", -1_000],
      ["coupon", -1_500],
      ["included-tax", -1_500],
      ["tax", 1_500],
    ]);
  });

  it("begins days in the time zone of the subscription", () => {
    const timeZone = "America/New_York";
    const document = billOf({ charges: [fee("platform", "99")], subscription: { timeZone } });
    const [item] = toStripeInvoiceItems(document, { timeZone });
    // Five hours after midnight UTC.
    expect(item?.period).toEqual({ start: 1_767_225_600 + 18_000, end: 1_769_904_000 + 18_000 });
  });

  it("keeps keys of any length apart, within the 500 characters of Stripe's metadata", () => {
    const [a, b] = [`${"g".repeat(600)}a`, `${"g".repeat(600)}b`];
    const charge = perUnit("call", "2", { groupBy: { fields: ["subject"] } });
    const event = (id: string, subject: string) => ({
      ...{ id, subject, customerId: "acme", unitOfMeasure: "@call" },
      timestamp: "2026-01-15T09:00:00Z",
    });
    const document = billOf({ charges: [charge], usage: [event("e1", a), event("e2", b)] });
    const keys = toStripeInvoiceItems(document).map(({ metadata }) => metadata["line_key"] ?? "");
    expect(keys.map((key) => key.length)).toEqual([500, 500]);
    expect(keys.map((key) => key.slice(-64))).toEqual(
      document.lines.map(({ key }) => createHash("sha256").update(key).digest("hex")),
    );
  });

  it("cuts descriptions at 5,000 characters, and leaves out empty ones", () => {
    const named = (name: string) =>
      toStripeInvoiceItems(billOf({ charges: [fee("platform", "99", { name })] }))[0];
    expect(named("n".repeat(5_000))?.description).toBe("n".repeat(5_000));
    expect(named("n".repeat(5_001))?.description).toBe(`${"n".repeat(4_999)}…`);
    expect(named("")).not.toHaveProperty("description");
  });
});

/** docs.stripe.com/currencies: zero-decimal currencies, special cases and three-decimal currencies. */
describe("toStripeInvoiceItems: minor units", () => {
  it.each<readonly [string, string, InvoiceRequest["policy"], number]>([
    ["USD", "10", {}, 1_000],
    ["JPY", "500", {}, 500],
    ["KRW", "500", {}, 500],
    // No decimals in ISO 4217, and two at Stripe: "to charge 5 ISK, provide an amount value of 500".
    ["ISK", "5", {}, 500],
    ["UGX", "5", {}, 500],
    // Two decimals in ISO 4217, and none at Stripe.
    ["MGA", "1500", {}, 1_500],
    // The integrator's own decimals are those of the document alone.
    ["HUF", "10", { currencies: { HUF: 0 } }, 1_000],
    ["KWD", "5.120", {}, 5_120],
  ])("of %s %s", (currency, amount, policy, minor) => {
    expect(amountsIn(billIn(currency, amount, policy))).toEqual([minor]);
  });

  it.each<readonly [string, string, InvoiceRequest["policy"], string]>([
    // "5.124 KWD must be rounded to 5120 or 5130": that is for the policy to do.
    ["KWD", "5.124", {}, "not_supported lines.0.amount"],
    ["MGA", "1500.20", {}, "not_supported lines.0.amount"],
    ["USD", "0.0001", { currencies: { USD: 4 } }, "not_supported lines.0.amount"],
    ["USD", "90071992547410", {}, "not_supported lines.0.amount"],
    ["CLF", "1.5", {}, "unknown_currency currency"],
    ["IQD", "1.5", {}, "unknown_currency currency"],
    ["CREDIT", "5", { currencies: { CREDIT: 2 } }, "unknown_currency currency"],
  ])("refuses %s %s", (currency, amount, policy, issue) => {
    expect(issuesOf(() => amountsIn(billIn(currency, amount, policy)))).toEqual([issue]);
  });

  it("takes three decimals where the policy rounds to what Stripe takes", () => {
    const policy = { rounding: { increment: "0.01" } };
    // To the nearest multiple of 0.01.
    expect(amountsIn(billIn("KWD", "5.124", policy))).toEqual([5_120]);
  });
});

describe("toStripeInvoiceItems: what is refused", () => {
  const document = billIn("USD", "99");

  it.each<readonly [string, unknown, readonly string[]]>([
    ["nothing", undefined, ["missing "]],
    ["a changed total", { ...document, total: "98.00" }, ["tampered "]],
    ["a field more", { ...document, row: 7 }, ["tampered "]],
    ["version 1", { ...document, schemaVersion: 1 }, ["unsupported_version schemaVersion"]],
  ])("%s", (_, given, issues) => {
    expect(issuesOf(() => toStripeInvoiceItems(unchecked<Invoice>(given)))).toEqual(issues);
  });

  it("more lines than an invoice of Stripe has items, and every amount that has no equal", () => {
    const charges = Array.from({ length: 251 }, (_, n) => fee(`c${n}`, n === 7 ? "0.005" : "1"));
    const policy = { currencies: { USD: 3 } };
    const large = documentOf({ plans: [planOf(charges)] }, JANUARY, [], { policy });
    expect(issuesOf(() => toStripeInvoiceItems(large))).toEqual([
      "too_large lines",
      "not_supported lines.7.amount",
    ]);
  });

  it("options that are none", () => {
    const wrong = unchecked<{ timeZone: string }>({ timeZone: "Mars/Olympus", zone: "UTC" });
    expect(issuesOf(() => toStripeInvoiceItems(document, wrong))).toEqual([
      "unknown_key options.zone",
      "unknown_time_zone options.timeZone",
    ]);
  });

  it("a document of another version's fields, sealed, is taken as it was written", () => {
    const { coupons: _later, ...older } = document;
    expect(toStripeInvoiceItems(sealed(unchecked<Invoice>(older)))).toEqual(
      toStripeInvoiceItems(document),
    );
  });
});
