/** What earlier documents say of time that was billed otherwise than the subscription is known now. */
import type { ChargeInput, Invoice, SubscriptionChangeInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf } from "../support/chain.js";
import { fee, JANUARY, planOf } from "../support/plans.js";

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const rerate = [{ period: JANUARY }];

/** Fees of January, which has 31 days: 1.00 a day on the one plan, 3.00 on the other. */
function plansOf(starter: ChargeInput = fee("fee", "31"), pro = fee("fee", "93")) {
  return [planOf([starter]), planOf([pro], { id: "pro" })];
}

function changesOf(...changes: readonly SubscriptionChangeInput[]): Pick<Deal, "subscription"> {
  return { subscription: { changes } };
}

const thereAndBack = changesOf(
  { effectiveDate: "2026-01-11", ratePlanId: "pro" },
  { effectiveDate: "2026-01-21", ratePlanId: "starter" },
);

function amounts({ lines }: Invoice): readonly (readonly [string, string])[] {
  return lines.map(({ key, amount }) => [key, amount]);
}

describe("a change that is withdrawn after its period was billed", () => {
  it("leaves the first plan at the price at which it was billed beside it", () => {
    const january = documentOf({ plans: plansOf(), ...thereAndBack }, JANUARY);
    expect(amounts(january)).toEqual([
      ["recurring:fee@2026-01-01", "10.00"],
      ["recurring:fee@2026-01-11", "30.00"],
      ["recurring:fee@2026-01-21", "11.00"],
    ]);
    // Both plans cost more today: that is for February, not for January's days.
    const today = plansOf(fee("fee", "62"), fee("fee", "124"));
    const february = documentOf({ plans: today }, FEBRUARY, [january], { rerate });
    expect(amounts(february)).toEqual([
      ["recurring:fee@2026-02-01", "62.00"],
      ["recurring:fee@2026-01-01", "21.00"],
      ["recurring:fee@2026-01-11", "-30.00"],
      ["recurring:fee@2026-01-21", "-11.00"],
    ]);
  });

  it("takes the price that is nearest, where the plan had several", () => {
    const revised = fee("fee", "31", {
      revisions: [
        {
          effectiveDate: "2026-01-26",
          pricing: { model: "flat", amount: "62" },
          withinPeriod: "split",
        },
      ],
    } as Partial<ChargeInput>);
    const january = documentOf({ plans: plansOf(revised), ...thereAndBack }, JANUARY);
    // 10 days of 1, 10 of 3, 5 of 1, 6 of 2.
    expect(january.lines.map(({ amount }) => amount)).toEqual(["10.00", "30.00", "5.00", "12.00"]);
    const february = documentOf({ plans: plansOf(revised) }, FEBRUARY, [january], { rerate });
    // The days of the other plan lie between days of 1: 25 days of 1 now, and 6 of 2 as before.
    expect(amounts(february)).toEqual([
      ["recurring:fee@2026-02-01", "62.00"],
      ["recurring:fee@2026-01-01", "15.00"],
      ["recurring:fee@2026-01-11", "-30.00"],
      ["recurring:fee@2026-01-21", "-5.00"],
    ]);
  });
});

describe("a price of the subscription's own in a closed period", () => {
  const own = (amount: string | null) => ({
    overrides: { fee: amount === null ? null : { model: "flat" as const, amount } },
  });
  const january = documentOf(
    { plans: plansOf(), subscription: { overrides: { fee: { model: "flat", amount: "62" } } } },
    JANUARY,
  );

  function correctedBy(change: SubscriptionChangeInput): readonly (readonly [string, string])[] {
    const deal: Deal = {
      plans: plansOf(),
      subscription: {
        overrides: { fee: { model: "flat", amount: "62" } },
        changes: [change],
      },
    };
    return amounts(documentOf(deal, FEBRUARY, [january], { rerate }));
  }

  it("gives way to the catalog's from the date on that is recorded late", () => {
    // 15 days of 2, of which 31 were billed; 16 days of 1.
    expect(correctedBy({ effectiveDate: "2026-01-16", ...own(null) })).toEqual([
      ["recurring:fee@2026-02-01", "31.00"],
      ["recurring:fee@2026-01-01", "-32.00"],
      ["recurring:fee@2026-01-16", "16.00"],
    ]);
  });

  it("gives way to another of its own", () => {
    expect(correctedBy({ effectiveDate: "2026-01-16", ...own("93") })).toEqual([
      ["recurring:fee@2026-02-01", "93.00"],
      ["recurring:fee@2026-01-01", "-32.00"],
      ["recurring:fee@2026-01-16", "48.00"],
    ]);
  });
});

describe("a one-time charge that joins the plan after the first period was billed", () => {
  it("is not billed in retrospect", () => {
    const setup: ChargeInput = {
      id: "setup",
      name: "setup",
      chargeType: "one-time",
      pricing: { model: "flat", amount: "99" },
    };
    const january = documentOf({ plans: [planOf([fee("fee", "31")])] }, JANUARY);
    const today: Deal = { plans: [planOf([fee("fee", "31"), setup])] };
    for (const more of [{}, { rerate }]) {
      expect(amounts(documentOf(today, FEBRUARY, [january], more))).toEqual([
        ["recurring:fee@2026-02-01", "31.00"],
      ]);
    }
  });
});

describe("a change that is dated back beyond the last document", () => {
  const deal: Deal = { plans: plansOf() };
  const documents = billUntil("2026-04-01", deal);
  const late: Deal = {
    ...deal,
    ...changesOf({ effectiveDate: "2026-02-15", ratePlanId: "pro" }),
  };
  const april = { start: "2026-04-01", end: "2026-05-01" };

  it("asks for the document before, which nobody gave", () => {
    const last = documents.slice(-1);
    expect(() => documentOf(late, april, last)).toThrow("period:s1@2026-02-01/2026-03-01");
    // Where nothing was dated back, the last alone is enough.
    expect(documentOf(deal, april, last).total).toBe("31.00");
  });

  it("is made good by the next document where it is given", () => {
    const next = documentOf(late, april, documents);
    // February: 14 of 28 days at 31, 14 at 93; March at 93 instead of 31.
    expect(amounts(next)).toEqual([
      ["recurring:fee@2026-04-01", "93.00"],
      ["recurring:fee@2026-02-01", "-15.50"],
      ["recurring:fee@2026-02-15", "46.50"],
      ["recurring:fee@2026-03-01", "62.00"],
    ]);
  });
});
