/** Limits of a fee in arrears whose cycle several billing periods bill, as a change has cut it. */
import type { ChargeInput, Invoice, InvoiceRequest } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, documentOf, totalsOf } from "../support/chain.js";
import { fee, issuesOf, planOf, unchecked } from "../support/plans.js";

/** Seats at 90 a quarter: ten for 45 of 90 days (450.00, with February), then two (90.00, with March). */
const seats = (limits: object) =>
  fee(
    "seats",
    "0",
    unchecked<Partial<ChargeInput>>({
      unitOfMeasure: "@seat",
      billingCycle: "quarterly",
      billingTiming: "in-arrears",
      pricing: { model: "per-unit", unitPrice: 90 },
      ...limits,
    }),
  );
const half = unchecked<ChargeInput>({
  id: "half",
  name: "Half off",
  chargeType: "recurring",
  pricing: { model: "discount", percent: 50 },
});
const subscription = {
  quantities: { seats: 10 },
  changes: [{ effectiveDate: "2026-02-15", quantities: { seats: 2 } }],
};

function bill(charges: readonly ChargeInput[], more: Partial<InvoiceRequest> = {}) {
  return billUntil("2026-04-01", { plans: [planOf(charges)], subscription }, [], more);
}

const amounts = (documents: readonly Invoice[]) => totalsOf(documents).map(([, total]) => total);

describe("a minimum of what two billing periods bill", () => {
  it("is measured on what discounts and coupons have left in both", () => {
    // 900 − 450 − 90 are 360.
    expect(amounts(bill([seats({ minimum: 900 })]))).toEqual(["0.00", "450.00", "450.00"]);
    // 225 and 45 leave 630.
    const discounted = [seats({ minimum: 900 }), half];
    expect(amounts(bill(discounted))).toEqual(["0.00", "225.00", "675.00"]);
    const coupons = [{ id: "c", percent: 50, from: "2026-02-01", periods: 1 }];
    // 225 and 90 leave 585.
    expect(amounts(bill([seats({ minimum: 900 })], { coupons }))).toEqual([
      "0.00",
      "225.00",
      "675.00",
    ]);
    // Before discounts 540 leave 360.
    const policy = { minimums: "before-discounts" } as const;
    expect(amounts(bill(discounted, { policy }))).toEqual(["0.00", "225.00", "405.00"]);
  });

  it("needs the document that has billed the other part, and none before it", () => {
    const deal = { plans: [planOf([seats({ minimum: 900 }), half])], subscription };
    const [january, february] = billUntil("2026-03-01", deal);
    const march = { start: "2026-03-01", end: "2026-04-01" };
    const withDocuments = (...documents: readonly (Invoice | undefined)[]) =>
      documentOf(
        deal,
        march,
        documents.filter((each) => each !== undefined),
      );
    expect(withDocuments(february).total).toBe("675.00");
    expect(issuesOf(() => withDocuments(january))).toEqual(["missing_previous previous"]);
  });
});

describe("a maximum of what two billing periods bill", () => {
  it("takes nothing off what discounts have brought below it", () => {
    expect(amounts(bill([seats({ maximum: 300 }), half]))).toEqual(["0.00", "225.00", "45.00"]);
    expect(amounts(bill([seats({ maximum: 250 }), half]))).toEqual(["0.00", "225.00", "25.00"]);
  });
});
