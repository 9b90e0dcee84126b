/** Documents as tables: what stands there, that it adds up, and that snapshots of vitest take it. */
import fc from "fast-check";
import { compareAmounts, creditNote, invoice, sumAmounts } from "rateplan";
import {
  anInvoiceRequest,
  aProduct,
  aRatePlan,
  aRecurringCharge,
  aSubscription,
  aUsageCharge,
  documentSerializer,
  documentTable,
} from "rateplan/testing";
import { describe, expect, it } from "vitest";
import { issuesOf, planCases, requestFor, unchecked } from "../support/plans.js";

const seats = aRecurringCharge({
  id: "seats",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: 31 },
});
const catalog = aProduct({ ratePlans: [aRatePlan({ charges: [seats, aUsageCharge()] })] });

describe("documentTable", () => {
  it("has what a document is, its lines and its totals", () => {
    const subscription = aSubscription({
      quantities: { seats: 2 },
      changes: [{ effectiveDate: "2026-01-11", quantities: { seats: 3 } }],
    });
    const request = anInvoiceRequest({
      catalog,
      subscription,
      usage: { outcomes: 12 },
      coupons: [{ id: "WELCOME", amount: "10", from: "2026-01-01", periods: 1 }],
      taxes: [{ id: "vat", name: "VAT", percent: 20 }],
    });
    // 10 of 31 days of 62 are 20.00, 21 of 31 days of 93 are 63.00; with 12.00 that is 95.00, of which 10.00 are 2.11 and 1.26, which begin together, and 6.63;
    // 20 % of 85.00 is 17.00.
    expect(documentTable(invoice(request)).split("\n")).toEqual([
      "invoice 1 (period) of subscription, customer, 2026-01-01 to 2026-02-01",
      "charge     kind       for                       quantity  amount USD",
      "seats      recurring  2026-01-01 to 2026-01-11         2       20.00",
      "seats      recurring  2026-01-11 to 2026-02-01         3       63.00",
      "outcomes   usage      2026-01-01 to 2026-02-01        12       12.00",
      "WELCOME    coupon     2026-01-01 to 2026-02-01         1       -3.37",
      "WELCOME    coupon     2026-01-11 to 2026-02-01         1       -6.63",
      "vat        tax        2026-01-01 to 2026-02-01         1       17.00",
      "subtotal                                                       95.00",
      "discounts                                                     -10.00",
      "taxes                                                          17.00",
      "total                                                         102.00",
    ]);
  });

  it("shows groups where lines have them, and warnings", () => {
    const grouped = aUsageCharge({ groupBy: { fields: ["properties.region", "subject"] } });
    const event = { customerId: "customer", unitOfMeasure: "@outcome" };
    const usage = [
      {
        ...event,
        id: "a",
        timestamp: "2026-01-05T00:00:00Z",
        properties: { region: "eu" },
        subject: "s",
      },
      { ...event, id: "b", timestamp: "2026-01-06T00:00:00Z", quantity: 2 },
      { ...event, id: "c", timestamp: "yesterday" },
    ];
    const request = anInvoiceRequest({
      catalog: aProduct({ ratePlans: [aRatePlan({ charges: [grouped] })] }),
      usage,
    });
    expect(documentTable(invoice(request)).split("\n").slice(1)).toEqual([
      "charge    kind   group                                 quantity  amount USD",
      "outcomes  usage  properties.region=eu, subject=s              1        1.00",
      "outcomes  usage  properties.region=none, subject=none         2        2.00",
      "total                                                                  3.00",
      "warning invalid_events",
    ]);
  });

  it("names a credit note as such", () => {
    const subscription = aSubscription({ quantities: { seats: 2 } });
    const bill = invoice(anInvoiceRequest({ catalog, subscription }));
    const request = { catalog, subscription, previous: [bill], asOf: "2026-02-03" };
    const note = creditNote({ ...request, credit: { invoice: bill.idempotencyKey, amount: "10" } });
    expect(documentTable(note).split("\n")[0]).toMatch(
      /^credit-note 2 \(correction\) of subscription/,
    );
    expect(documentTable(note)).toMatch(/^total +-10\.00$/m);
  });

  it("has amounts that add up to the total, of any document", () => {
    fc.assert(
      fc.property(planCases(), (each) => {
        const bill = invoice(requestFor(each));
        const rows = documentTable(bill)
          .split("\n")
          .slice(2, 2 + bill.lines.length);
        const amounts = rows.map((row) => row.split(" ").at(-1) ?? "");
        const [total] = documentTable(bill).match(/(?<=^total +)\S+$/m) ?? [];
        expect(total).toBe(bill.total);
        expect(compareAmounts(sumAmounts(amounts), bill.total)).toBe(0);
      }),
    );
  });

  it("refuses what is no document", () => {
    for (const other of [null, "invoice", {}, { lines: [], total: "1.00" }]) {
      expect(issuesOf(() => documentTable(unchecked(other)))).toEqual(["invalid_type "]);
    }
  });
});

describe("documentSerializer", () => {
  it("prints documents in snapshots, also inside of other data", () => {
    expect.addSnapshotSerializer(documentSerializer);
    const bill = invoice(anInvoiceRequest({ usage: { outcomes: 12 } }));
    expect(bill).toMatchInlineSnapshot(`
      invoice 1 (period) of subscription, customer, 2026-01-01 to 2026-02-01
      charge    kind   quantity  amount USD
      outcomes  usage        12       12.00
      total                           12.00
    `);
    expect({ bills: [bill] }).toMatchInlineSnapshot(`
      {
        "bills": [
          invoice 1 (period) of subscription, customer, 2026-01-01 to 2026-02-01
          charge    kind   quantity  amount USD
          outcomes  usage        12       12.00
          total                           12.00,
        ],
      }
    `);
  });
});
