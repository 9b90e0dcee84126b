/** Periods whose boundaries move, cycles that are cut, and catalogs that change after a stretch was closed. */
import { type ChargeInput, creditNote, documentsDue, type Invoice, invoice } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, centsOf, type Deal, subscriptionOf, totalsOf } from "../support/chain.js";
import { eventOf, fee, issuesOf, perUnit, planOf, productOf } from "../support/plans.js";

const inAdvance = { billingTiming: "in-advance" } as const;

function dealOf(
  charges: readonly ChargeInput[],
  subscription: Deal["subscription"] = {},
  more: Partial<Deal> & { readonly billingCycle?: "weekly" | "monthly" } = {},
): Deal {
  const { billingCycle = "monthly", ...rest } = more;
  return { plans: [planOf(charges, { id: "p", billingCycle })], subscription, ...rest };
}

/** What a correction of everything bills, with nothing new but the plans of another deal. */
function correctionOf(deal: Deal, documents: readonly Invoice[]): Invoice {
  return creditNote({
    catalog: productOf(...deal.plans),
    subscription: subscriptionOf(deal),
    previous: documents,
    rerate: { from: "2026-01-01" },
    usage: deal.usage ?? [],
    asOf: documents.at(-1)?.asOf ?? "",
  });
}

describe("an anchor that moves inside a period whose fee was billed ahead", () => {
  const endDate = "2026-08-01";
  const before = dealOf([fee("fee", "70", inAdvance)], { endDate });
  const after = dealOf([fee("fee", "70", inAdvance)], {
    endDate,
    changes: [{ effectiveDate: "2026-02-17", billingAnchor: "2026-02-17" }],
  });

  it.each(["2026-01-20", "2026-02-05", "2026-02-20", "2026-03-02", "2026-04-02"])(
    "bills every period once, when it is recorded on %s",
    (recorded) => {
      const documents = billUntil(endDate, after, billUntil(recorded, before));
      // 70; 16 of 28 days: 40; five months: 350; 15 of 31 days: 33.87.
      expect(centsOf(documents)).toBe(49_387n);
      expect(correctionOf(after, documents).lines).toEqual([]);
    },
  );
});

describe("an anchor that moves at the end of a period", () => {
  const weekly = (subscription: Deal["subscription"]) =>
    dealOf(
      [fee("fee", "70")],
      { endDate: "2026-04-01", ...subscription },
      { billingCycle: "weekly" },
    );
  const after = weekly({
    changes: [
      { effectiveDate: "2026-01-10", takesEffect: "at-period-end", billingAnchor: "2026-01-10" },
    ],
  });

  it.each(["2026-01-16", "2026-01-23", "2026-01-30", "2026-02-20"])(
    "leaves a stub that is billed, when it is recorded on %s",
    (recorded) => {
      const documents = billUntil("2026-04-01", after, billUntil(recorded, weekly({})));
      // Two weeks: 140; 2 of 7 days: 20; ten weeks: 700; 4 of 7 days: 40.
      expect(centsOf(documents)).toBe(90_000n);
    },
  );
});

describe("an anchor that is dated back", () => {
  const usage = [
    eventOf({ id: "call", unitOfMeasure: "@calls", timestamp: "2026-01-10T00:00:00Z" }),
  ];
  const charges = [perUnit("calls", "1", { unitOfMeasure: "@calls" })];
  const before = dealOf(charges, { endDate: "2026-04-01" }, { usage });
  const after = dealOf(
    charges,
    {
      endDate: "2026-04-01",
      changes: [{ effectiveDate: "2026-01-05", billingAnchor: "2026-01-05" }],
    },
    { usage },
  );

  it("bills usage once, in whichever period it is now", () => {
    const closed = billUntil("2026-02-02", before);
    expect(centsOf(billUntil("2026-04-01", after, closed))).toBe(100n);
    const [next] = documentsDue(subscriptionOf(after), {
      catalog: productOf(...after.plans),
      until: "2026-04-01",
      last: closed.at(-1) as Invoice,
    });
    expect(next?.usage?.from).toBe("2026-01-01");
  });
});

describe("a fee of a year in advance", () => {
  const seats: ChargeInput = {
    id: "seats",
    name: "seats",
    chargeType: "recurring",
    unitOfMeasure: "@seat",
    billingCycle: "annual",
    billingTiming: "in-advance",
    pricing: { model: "per-unit", unitPrice: 365 },
  };

  it("is credited and charged on one document, by a change of the month ahead", () => {
    const documents = billUntil(
      "2026-04-01",
      dealOf([seats], {
        quantities: { seats: 1 },
        changes: [{ effectiveDate: "2026-03-10", quantities: { seats: 2 } }],
      }),
    );
    // A second seat for 297 of 365 days.
    expect(totalsOf(documents).filter(([, total]) => total !== "0.00")).toEqual([
      ["opening 2026-01-01", "365.00"],
      ["period 2026-03-01", "297.00"],
    ]);
  });
});

describe("a period that the end of the subscription cuts short is a record too", () => {
  const ending = (charges: readonly ChargeInput[], endDate: string) => dealOf(charges, { endDate });

  it.each([
    // 20 of 31 days from 5 January; 9 of 28 days up to 10 February.
    { dates: { effectiveDate: "2026-01-05" }, endDate: "2026-01-25", total: 32_258n },
    { dates: { endDate: "2026-02-10" }, endDate: "2026-02-15", total: 50_000n + 16_071n },
  ])("with charges of dates: $dates", ({ dates, endDate, total }) => {
    const deal = ending([fee("fee", "500", dates)], endDate);
    const documents = billUntil(endDate, deal);
    expect(centsOf(documents)).toBe(total);
    expect(correctionOf(deal, documents).lines).toEqual([]);
  });

  it("whatever comes to the catalog, or is called otherwise, after it", () => {
    const call = perUnit("calls", "1", { unitOfMeasure: "@calls" });
    const sold = ending([call, fee("fee", "500")], "2026-02-15");
    const documents = billUntil("2026-02-15", sold);
    // January, and 14 of 28 days.
    expect(centsOf(documents)).toBe(75_000n);
    for (const charges of [
      [call, fee("fee", "500"), fee("more", "900")],
      [call, fee("renamed", "500")],
      [call],
    ]) {
      expect(correctionOf(ending(charges, "2026-02-15"), documents).lines).toEqual([]);
    }
  });
});

describe("a range that is rated again", () => {
  const deal = dealOf([perUnit("calls", "1", { unitOfMeasure: "@calls" })]);
  const documents = billUntil("2026-04-01", deal);
  const next = (previous: readonly Invoice[]) =>
    invoice({
      catalog: productOf(...deal.plans),
      subscription: subscriptionOf(deal),
      period: { start: "2026-04-01", end: "2026-05-01" },
      usage: [],
      previous,
      rerate: { from: "2026-01-01" },
    });

  it("asks for the document of every period in it", () => {
    expect(next(documents).lines).toEqual([]);
    expect(issuesOf(() => next(documents.slice(-1)))).toEqual([
      "missing_previous previous",
      "missing_previous previous",
    ]);
    expect(issuesOf(() => next(documents.filter((_, index) => index !== 1)))).toEqual([
      "missing_previous previous",
    ]);
  });
});

describe("the minimum of a year in advance", () => {
  it("is reached also when its fees change twice", () => {
    const seats: ChargeInput = {
      id: "seats",
      name: "seats",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      billingCycle: "annual",
      billingTiming: "in-advance",
      minimum: "50",
      pricing: { model: "per-unit", unitPrice: 1 },
    };
    const deal = dealOf([seats], {
      quantities: { seats: 6 },
      changes: [
        { effectiveDate: "2026-02-01", quantities: { seats: 7 } },
        { effectiveDate: "2026-03-28", quantities: { seats: 1 } },
      ],
    });
    const documents = billUntil("2026-06-01", deal);
    // 0.51 + 1.06 + 0.76, up to 50.
    expect(centsOf(documents)).toBe(5_000n);
    expect(correctionOf(deal, documents).lines).toEqual([]);
  });
});

describe("a fee of a longer cycle that is not due yet", () => {
  it("stays so, whatever discount comes to the catalog", () => {
    const call = perUnit("calls", "1", { unitOfMeasure: "@calls" });
    const year = fee("year", "500", { billingCycle: "annual" } as Partial<ChargeInput>);
    const off: ChargeInput = {
      id: "off",
      name: "off",
      chargeType: "recurring",
      pricing: { model: "discount", percent: 50 },
    };
    const subscription = {
      changes: [
        {
          effectiveDate: "2026-02-15",
          overrides: { calls: { model: "per-unit" as const, unitPrice: 2 } },
        },
      ],
    };
    const documents = billUntil("2026-03-01", dealOf([call, year], subscription));
    expect(centsOf(documents)).toBe(0n);
    expect(correctionOf(dealOf([call, year, off], subscription), documents).lines).toEqual([]);
  });
});

describe("the billing cycle of a plan that is edited in the catalog", () => {
  const charges = [fee("fee", "100"), perUnit("calls", "1", { unitOfMeasure: "@calls" })];
  const usage = ["2026-01-10", "2026-02-10", "2026-03-10"].map((day) =>
    eventOf({ id: day, unitOfMeasure: "@calls", timestamp: `${day}T00:00:00Z` }),
  );
  const dealWith = (billingCycle: "monthly" | "weekly" | "quarterly"): Deal => ({
    plans: [planOf(charges, { id: "p", billingCycle, minimumCommitment: 150 })],
    usage,
  });
  const sold = dealWith("monthly");
  const closed = billUntil("2026-03-01", sold);

  it.each(["weekly", "quarterly"] as const)("stays as it was billed: %s", (cycle) => {
    // A fee of 100, a call, and what is missing to 150, in each month.
    expect(centsOf(closed)).toBe(30_000n);
    expect(correctionOf(dealWith(cycle), closed).lines).toEqual([]);
    const documents = billUntil("2026-04-01", dealWith(cycle), closed);
    expect(totalsOf(documents).slice(2)).toEqual([["period 2026-04-01", "150.00"]]);
    expect(documents).toEqual(billUntil("2026-04-01", sold, closed));
  });

  it("is the catalog's for who subscribes after", () => {
    const [first] = billUntil("2026-01-08", dealWith("weekly"));
    expect(first?.period).toEqual({ start: "2026-01-01", end: "2026-01-08" });
  });
});
