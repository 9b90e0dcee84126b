import { createHash } from "node:crypto";
import { type InvoiceRequest, invoice, isPricingError } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  billOf,
  eventOf,
  fee,
  issuesOf,
  perUnit,
  planOf,
  productOf,
  requestOf,
  stored,
  unchecked,
} from "../support/plans.js";

const request = requestOf({ charges: [fee("platform", "99"), perUnit("outcome", "1")] });
const withRequest = (more: Partial<InvoiceRequest>) => invoice({ ...request, ...more });
const forSubscription = (more: Partial<InvoiceRequest["subscription"]>) =>
  withRequest({ subscription: { ...request.subscription, ...more } });

/** JSON with sorted keys, written another way than the library's. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

describe("the idempotency key", () => {
  const key = invoice(request).idempotencyKey;

  it("is the same for every invoice of the subscription and period, whatever is in it", () => {
    const dearer = [fee("platform", "100"), perUnit("outcome", "1")];
    const same = [
      withRequest({ usage: { outcome: 5 } }),
      withRequest({ usage: [eventOf()] }),
      withRequest({ catalog: productOf(planOf(dearer)) }),
      withRequest({ issueDate: "2026-02-03", paymentTerms: { days: 14 }, asOf: "2026-02-02" }),
      withRequest({ policy: { zeroLines: true } }),
      withRequest({ period: { start: "2026-01-01T00:00:00Z", end: "2026-02-01T01:00:00+01:00" } }),
    ];
    expect(same.map(({ idempotencyKey }) => idempotencyKey)).toEqual(same.map(() => key));
  });

  it("is another for another period or subscription", () => {
    const keys = [
      key,
      withRequest({ period: { start: "2026-02-01", end: "2026-03-01" } }).idempotencyKey,
      forSubscription({ id: "s2" }).idempotencyKey,
      forSubscription({ id: "s1@2026-01-01/2026-02-01" }).idempotencyKey,
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("is the same whether the total is positive or negative", () => {
    const negative = billOf({
      charges: [perUnit("outcome", "1")],
      usage: -5,
      policy: { negativeUsage: "allow" },
    });
    expect(negative).toMatchObject({ kind: "credit-note", idempotencyKey: key });
  });

  it("names what it is of", () => {
    for (const part of ["period", "s1", "2026-01-01", "2026-02-01"]) expect(key).toContain(part);
  });
});

describe("the fingerprint", () => {
  it("is the SHA-256 of the rest of the invoice as JSON with sorted keys", () => {
    const bills = [
      invoice(request),
      withRequest({
        usage: unchecked([eventOf({ quantity: "10.5" }), null, eventOf({ id: "ü\ud800" })]),
      }),
      withRequest({ issueDate: "2026-02-03", paymentTerms: { days: 14 } }),
    ];
    for (const { fingerprint, ...content } of bills) {
      const expected = createHash("sha256").update(sortedJson(content)).digest("hex");
      expect(fingerprint).toBe(expected);
    }
  });

  it("is the same for the same invoice, also from stored data", () => {
    expect(invoice(stored(request)).fingerprint).toBe(invoice(request).fingerprint);
    expect(withRequest({ usage: { outcome: "5.0" } }).fingerprint).toBe(
      withRequest({ usage: { outcome: 5 } }).fingerprint,
    );
  });

  it("is another as soon as anything of the invoice is", () => {
    const fingerprints = [
      invoice(request),
      withRequest({ usage: { outcome: 1 } }),
      withRequest({ usage: [eventOf()] }),
      withRequest({ issueDate: "2026-02-03" }),
      withRequest({ issueDate: "2026-02-03", paymentTerms: { days: 0 } }),
      withRequest({ policy: { zeroLines: true } }),
      withRequest({ policy: { rounding: { mode: "half-even" } } }),
      withRequest({ period: { start: "2026-02-01", end: "2026-03-01" } }),
      forSubscription({ id: "s2" }),
      forSubscription({ customerId: "globex" }),
    ].map(({ fingerprint }) => fingerprint);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });
});

describe("the dates of an invoice", () => {
  it("are those of the request, and absent without", () => {
    expect(invoice(request)).not.toHaveProperty("issueDate");
    expect(invoice(request)).not.toHaveProperty("dueDate");
    const issued = withRequest({ issueDate: "2026-02-03" });
    expect(issued.issueDate).toBe("2026-02-03");
    expect(issued).not.toHaveProperty("dueDate");
  });

  it.each([
    { issueDate: "2026-02-03", days: 14, due: "2026-02-17" },
    { issueDate: "2026-02-03", days: 0, due: "2026-02-03" },
    { issueDate: "2026-02-03", days: 30, due: "2026-03-05" },
    { issueDate: "2028-02-01", days: 30, due: "2028-03-02" },
    { issueDate: "2026-12-31", days: 1, due: "2027-01-01" },
    // 10 × 365 days, with the leap days of 2028, 2032 and 2036 among them.
    { issueDate: "2026-02-03", days: 3_650, due: "2036-02-01" },
    { issueDate: "2026-02-03T22:30:00-02:00", days: 1, due: "2026-02-05T00:30:00.000Z" },
  ])("let payment be due $days days after $issueDate", ({ issueDate, days, due }) => {
    expect(withRequest({ issueDate, paymentTerms: { days } }).dueDate).toBe(due);
  });

  it.each([
    { issueDate: "2026-01-15", days: 30, due: "2026-03-02" },
    { issueDate: "2026-01-31", days: 0, due: "2026-01-31" },
    { issueDate: "2028-02-01", days: 1, due: "2028-03-01" },
    { issueDate: "2026-12-02", days: 31, due: "2027-01-31" },
  ])("let payment be due $days days after the end of the month of $issueDate", (given) => {
    const { issueDate, days, due } = given;
    expect(withRequest({ issueDate, paymentTerms: { days, from: "end-of-month" } }).dueDate).toBe(
      due,
    );
  });

  it("count from the end of the month in the time zone of the subscription", () => {
    // 23:30 on 31 January in New York, when it is February in UTC.
    const bill = withRequest({
      subscription: { ...request.subscription, timeZone: "America/New_York" },
      period: { start: "2026-01-01T05:00:00Z", end: "2026-02-01T05:00:00Z" },
      issueDate: "2026-02-01T04:30:00Z",
      paymentTerms: { days: 10, from: "end-of-month" },
    });
    expect(bill.dueDate).toBe("2026-02-10");
  });

  it("are counted from nothing else", () => {
    const terms = unchecked<InvoiceRequest["paymentTerms"]>({ days: 3, from: "receipt", net: 1 });
    expect(issuesOf(() => withRequest({ issueDate: "2026-02-03", paymentTerms: terms }))).toEqual([
      "unknown_key paymentTerms.net",
      "invalid_value paymentTerms.from",
    ]);
    expect(
      issuesOf(() => withRequest({ issueDate: "2026-02-03", paymentTerms: unchecked(30) })),
    ).toEqual(["invalid_type paymentTerms"]);
  });

  it.each([-1, 1.5, 3_651, "14", Number.NaN, Number.POSITIVE_INFINITY])(
    "need a whole number of days, not %s",
    (days) => {
      const more = { issueDate: "2026-02-03", paymentTerms: { days: unchecked<number>(days) } };
      expect(issuesOf(() => withRequest(more))).toEqual(["out_of_range paymentTerms.days"]);
    },
  );

  it("need an issue date that days can be counted from", () => {
    expect(issuesOf(() => withRequest({ paymentTerms: { days: 14 } }))).toEqual([
      "missing issueDate",
    ]);
    const wrong = { issueDate: "2026-02-30", paymentTerms: { days: 14 } };
    expect(issuesOf(() => withRequest(wrong))).toEqual(["invalid_date issueDate"]);
  });

  it("stay dates that can be read, also at the end of the years", () => {
    const dueDate = () => {
      try {
        return withRequest({ issueDate: "9999-12-31", paymentTerms: { days: 1 } }).dueDate;
      } catch (error) {
        return isPricingError(error) ? "refused" : error;
      }
    };
    expect(dueDate()).toMatch(/^(?:\d{4}-\d\d-\d\d|refused)$/);
  });
});
