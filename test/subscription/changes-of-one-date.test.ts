/** Changes of one date apply together: their order in the list means nothing. And each period has the next index. */
import {
  billingPeriodAt,
  billingPeriods,
  type ChargeInput,
  invoice,
  type SubscriptionChangeInput,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { fee, planOf, productOf } from "../support/plans.js";

const seats: ChargeInput = {
  id: "seats",
  name: "seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: 10 },
};
const catalog = productOf(
  planOf([fee("fee", "30")], { id: "p" }),
  planOf([fee("fee", "60"), seats], { id: "q" }),
  planOf([fee("fee", "1200"), seats], { id: "yearly", billingCycle: "annual" }),
);

function holding(...changes: readonly SubscriptionChangeInput[]): SubscriptionInput {
  return { id: "s1", customerId: "acme", ratePlanId: "p", startDate: "2026-01-01", changes };
}

/** All orders of a list. */
function orders<T>(list: readonly T[]): readonly (readonly T[])[] {
  if (list.length < 2) return [list];
  return list.flatMap((first, index) =>
    orders(list.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  );
}

function periodsOf(changes: readonly SubscriptionChangeInput[]) {
  const periods = billingPeriods(holding(...changes), { catalog, limit: 6 });
  return periods.map(({ start, end, index }) => `${index} ${start} ${end}`);
}

const on = (effectiveDate: string, change: Omit<SubscriptionChangeInput, "effectiveDate">) => ({
  effectiveDate,
  ...change,
});

describe("changes of one date, in any order,", () => {
  it.each<[string, readonly SubscriptionChangeInput[], readonly string[]]>([
    [
      "a plan of another cycle and an anchor",
      [
        on("2026-03-10", { ratePlanId: "yearly" }),
        on("2026-03-10", { billingAnchor: "2026-07-01" }),
      ],
      // The running period ends where it would; a stub until the new anchor's first boundary; from there, years.
      [
        "0 2026-01-01 2026-02-01",
        "1 2026-02-01 2026-03-01",
        "2 2026-03-01 2026-04-01",
        "3 2026-04-01 2026-07-01",
        "4 2026-07-01 2027-07-01",
        "5 2027-07-01 2028-07-01",
      ],
    ],
    [
      "a plan of another cycle, an anchor and quantities",
      [
        on("2026-03-10", { quantities: { seats: 3 } }),
        on("2026-03-10", { billingAnchor: "calendar" }),
        on("2026-03-10", { ratePlanId: "yearly" }),
      ],
      [
        "0 2026-01-01 2026-02-01",
        "1 2026-02-01 2026-03-01",
        "2 2026-03-01 2026-04-01",
        "3 2026-04-01 2027-01-01",
        "4 2027-01-01 2028-01-01",
        "5 2028-01-01 2029-01-01",
      ],
    ],
  ])("give the same periods: %s", (_title, changes, periods) => {
    // The plan must be told the quantity that it needs, whether or not it is one of the changes.
    const all = changes.some(({ quantities }) => quantities !== undefined)
      ? changes
      : [...changes, on("2026-03-10", { quantities: { seats: 1 } })];
    for (const each of orders(all)) expect(periodsOf(each)).toEqual(periods);
  });

  it("bill the same: a plan and the quantity of a charge that only it has", () => {
    const changes = [
      on("2026-01-11", { quantities: { seats: 2 } }),
      on("2026-01-11", { ratePlanId: "q" }),
      on("2026-01-11", { overrides: { fee: { model: "flat", amount: 93 } } }),
    ];
    for (const each of orders(changes)) {
      const bill = invoice({
        catalog,
        subscription: holding(...each),
        period: { start: "2026-01-01", end: "2026-02-01" },
        usage: [],
      });
      // 10 of 31 days at 30: 9.68; 21 of 31 days at 93: 63.00; and of 2 seats at 10: 13.55.
      expect(bill.total).toBe("86.23");
    }
  });

  it("bill the same: written in one change or in several", () => {
    const bills = [
      [on("2026-01-11", { ratePlanId: "q", quantities: { seats: 2 } })],
      [on("2026-01-11", { quantities: { seats: 2 } }), on("2026-01-11", { ratePlanId: "q" })],
      // The same moment, written as an instant.
      [
        on("2026-01-11T00:00:00Z", { quantities: { seats: 2 } }),
        on("2026-01-11", { ratePlanId: "q" }),
      ],
    ].map((changes) =>
      invoice({
        catalog,
        subscription: holding(...changes),
        period: { start: "2026-01-01", end: "2026-02-01" },
        usage: [],
      }),
    );
    // 9.68; 21 of 31 days of 60: 40.65 (40.645…); of 20: 13.55 (13.548…).
    expect(bills.map(({ total }) => total)).toEqual(["63.88", "63.88", "63.88"]);
  });

  it("pause and change the plan, as at the end of the period", () => {
    const changes: readonly SubscriptionChangeInput[] = [
      on("2026-01-11", { takesEffect: "at-period-end", ratePlanId: "yearly" }),
      on("2026-01-20", { takesEffect: "at-period-end", quantities: { seats: 1 } }),
      on("2026-01-11", { billingAnchor: "2026-01-20" }),
    ];
    for (const each of orders(changes)) {
      // January ends at the new anchor, 20 January, as all changes make it; there the plan changes.
      expect(periodsOf(each).slice(0, 2)).toEqual([
        "0 2026-01-01 2026-01-20",
        "1 2026-01-20 2027-01-20",
      ]);
    }
  });

  it("cancel whatever else they change", () => {
    const changes: readonly SubscriptionChangeInput[] = [
      on("2026-03-10", { status: "canceled" }),
      on("2026-03-10", { ratePlanId: "yearly", quantities: { seats: 1 } }),
    ];
    for (const each of orders(changes)) {
      expect(periodsOf(each).at(-1)).toBe("2 2026-03-01 2026-03-10");
    }
  });
});

describe("a day that a time zone skipped", () => {
  const apia: SubscriptionInput = {
    id: "s1",
    customerId: "acme",
    ratePlanId: "p",
    startDate: "2011-12-29",
    timeZone: "Pacific/Apia",
  };

  it("has no index", () => {
    // 30 December 2011 did not take place in Samoa.
    const days = billingPeriods(apia, { billingCycle: "daily", limit: 3 });
    expect(days.map(({ index, start }) => [index, start])).toEqual([
      [0, "2011-12-29"],
      [1, "2011-12-31"],
      [2, "2012-01-01"],
    ]);
    for (const day of days) {
      expect(billingPeriodAt(apia, day.index, { billingCycle: "daily" })).toEqual(day);
      expect(billingPeriodAt(apia, day.start, { billingCycle: "daily" })).toEqual(day);
    }
  });

  it("has none for a cycle of two days or a week across it either", () => {
    const twoDays = { billingCycle: { every: 2, unit: "day" } } as const;
    const periods = billingPeriods({ ...apia, startDate: "2011-12-28" }, { ...twoDays, limit: 4 });
    expect(periods.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    // From the 28th: 28 and 29; 30 (none) and 31; 1 and 2; 3 and 4 January.
    expect(periods.map(({ end }) => end).slice(1)).toEqual([
      "2012-01-01",
      "2012-01-03",
      "2012-01-05",
    ]);
    const late = billingPeriods(
      { ...apia, startDate: "2011-12-01" },
      { billingCycle: "daily", limit: 40 },
    );
    expect(late.map(({ index }) => index)).toEqual(Array.from({ length: 40 }, (_, index) => index));
    // 29 days until the 29th, then the 31st.
    expect(late.slice(28, 30).map(({ start }) => start)).toEqual(["2011-12-29", "2011-12-31"]);
  });

  it("is none at Kwajalein in 1993", () => {
    // 21 August 1993 did not take place (older data: 20 August).
    const days = billingPeriods(
      { ...apia, startDate: "1993-08-18", timeZone: "Pacific/Kwajalein" },
      { billingCycle: "daily", limit: 5 },
    );
    expect(days.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(days.at(-1)?.start).toBe("1993-08-23");
  });
});
