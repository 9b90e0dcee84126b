import {
  type ChargeInput,
  type Invoice,
  invoice,
  type Period,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { looseLine, termsOf } from "../support/documents.js";
import {
  amountsOf,
  billOf,
  eventOf,
  fee,
  JANUARY,
  perUnit,
  planOf,
  productOf,
  requestOf,
} from "../support/plans.js";

const setup: ChargeInput = {
  id: "setup",
  name: "Setup",
  chargeType: "one-time",
  pricing: { model: "flat", amount: 500 },
};
const platform = fee("platform", "99", { name: "Platform" });
const seats: ChargeInput = {
  id: "seats",
  name: "Seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "12.50" },
};
const tiers = [
  { upTo: 100, unitPrice: "0.50" },
  { upTo: 500, unitPrice: "0.40" },
  { unitPrice: "0.30" },
];
const outcomes: ChargeInput = {
  id: "outcomes",
  name: "Outcomes",
  chargeType: "usage",
  unitOfMeasure: "@outcome",
  pricing: { model: "tiered", tiers },
};

describe("the invoice of a plan with a setup fee, a platform fee, seats and tiered usage", () => {
  const sale = {
    charges: [setup, platform, seats, outcomes],
    subscription: { quantities: { seats: 12 } },
  };

  it("is this in the first period", () => {
    const bill = billOf({ ...sale, usage: { outcomes: 650 } });
    // 500 + 99 + 12 × 12.50 + (100 × 0.50 + 400 × 0.40 + 150 × 0.30)
    // = 500 + 99 + 150 + (50 + 160 + 45) = 1004
    const { basis, ...rest } = bill;
    expect({ ...rest, lines: bill.lines.map(looseLine) }).toEqual({
      schemaVersion: 2,
      sequence: 1,
      idempotencyKey: bill.idempotencyKey,
      fingerprint: bill.fingerprint,
      kind: "invoice",
      scope: "period",
      customerId: "acme",
      subscriptionId: "s1",
      ratePlanId: "starter",
      currency: "USD",
      period: JANUARY,
      asOf: "2026-02-01",
      lines: [
        {
          key: "one-time:setup@2026-01-01",
          kind: "one-time",
          chargeId: "setup",
          description: "Setup",
          group: null,
          servicePeriod: JANUARY,
          quantity: "1",
          unitOfMeasure: null,
          unitPrice: "500",
          tiers: [],
          exactAmount: "500",
          amount: "500.00",
          appliedTo: [],
          adjustment: null,
          steps: [{ of: "amount", kind: "flat", value: "500", text: "flat fee" }],
        },
        {
          key: "recurring:platform@2026-01-01",
          kind: "recurring",
          chargeId: "platform",
          description: "Platform",
          group: null,
          servicePeriod: JANUARY,
          quantity: "1",
          unitOfMeasure: null,
          unitPrice: "99",
          tiers: [],
          exactAmount: "99",
          amount: "99.00",
          appliedTo: [],
          adjustment: null,
          steps: [{ of: "amount", kind: "flat", value: "99", text: "flat fee" }],
        },
        {
          key: "recurring:seats@2026-01-01",
          kind: "recurring",
          chargeId: "seats",
          description: "Seats",
          group: null,
          servicePeriod: JANUARY,
          quantity: "12",
          unitOfMeasure: "@seat",
          unitPrice: "12.5",
          tiers: [],
          exactAmount: "150",
          amount: "150.00",
          appliedTo: [],
          adjustment: null,
          steps: [
            { of: "quantity", kind: "metered", value: "12", text: "metered" },
            { of: "amount", kind: "units", value: "150", text: "12 × 12.5" },
          ],
        },
        {
          key: "usage:outcomes@2026-01-01",
          kind: "usage",
          chargeId: "outcomes",
          description: "Outcomes",
          group: null,
          servicePeriod: JANUARY,
          quantity: "650",
          unitOfMeasure: "@outcome",
          unitPrice: null,
          tiers: [
            {
              from: "0",
              upTo: "100",
              quantity: "100",
              unitPrice: "0.5",
              flatFee: null,
              amount: "50",
            },
            {
              from: "100",
              upTo: "500",
              quantity: "400",
              unitPrice: "0.4",
              flatFee: null,
              amount: "160",
            },
            {
              from: "500",
              upTo: null,
              quantity: "150",
              unitPrice: "0.3",
              flatFee: null,
              amount: "45",
            },
          ],
          exactAmount: "255",
          amount: "255.00",
          appliedTo: [],
          adjustment: null,
          steps: [
            { of: "quantity", kind: "metered", value: "650", text: "metered" },
            { of: "amount", kind: "tier", value: "50", text: "100 × 0.5 (0 < q ≤ 100)" },
            { of: "amount", kind: "tier", value: "160", text: "400 × 0.4 (100 < q ≤ 500)" },
            { of: "amount", kind: "tier", value: "45", text: "150 × 0.3 (500 < q ≤ ∞)" },
          ],
        },
      ],
      subtotal: "1004.00",
      discounts: "0.00",
      creditsApplied: "0.00",
      taxes: "0.00",
      total: "1004.00",
      usage: {
        counts: {
          matched: 0,
          signal: 0,
          duplicate: 0,
          conflict: 0,
          "outside-period": 0,
          unmatched: 0,
          invalid: 0,
        },
        details: {},
      },
      coupons: [],
      postings: [],
      unbilled: [],
      provisional: [],
      warnings: [],
      corrections: [],
      policy: {
        rounding: { mode: "half-away-from-zero", scope: "line" },
        currencies: {},
        zeroLines: false,
        negativeUsage: "zero",
        deduplicate: true,
        discounts: { percentages: "original", fixed: "proportional", order: "percent-first" },
        coupons: {
          percentages: "original",
          fixed: "proportional",
          order: "percent-first",
          stacking: "combine",
        },
        credits: { order: "stripe", applied: "before-tax" },
        taxes: { rounding: "total" },
        negativeTotal: "credit-note",
        minimums: "after-discounts",
        tiersAtChange: "restart",
      },
    });
    expect(bill.lines.map((line) => termsOf(bill, line))).toEqual([
      {
        chargeType: "one-time",
        ratePlanId: "starter",
        pricing: { model: "flat", amount: "500" },
      },
      {
        chargeType: "recurring",
        ratePlanId: "starter",
        pricing: { model: "flat", amount: "99" },
      },
      {
        chargeType: "recurring",
        ratePlanId: "starter",
        unitOfMeasure: "@seat",
        pricing: { model: "per-unit", unitPrice: "12.5" },
      },
      {
        chargeType: "usage",
        ratePlanId: "starter",
        unitOfMeasure: "@outcome",
        pricing: {
          model: "tiered",
          tiers: [
            { upTo: "100", unitPrice: "0.5" },
            { upTo: "500", unitPrice: "0.4" },
            { unitPrice: "0.3" },
          ],
        },
      },
    ]);
    expect(basis.previous).toBeNull();
    expect(basis.parts[0]).toMatchObject({
      period: JANUARY,
      part: "in-arrears",
      states: [{ from: "2026-01-01", ratePlanId: "starter" }],
      segments: ["setup", "platform", "seats", "outcomes"].map((chargeId) => ({ chargeId })),
    });
  });

  it("has no setup fee in the second period, and its tiers start anew", () => {
    const bill = billOf({
      ...sale,
      period: { start: "2026-02-01", end: "2026-03-01" },
      usage: { outcomes: 80 },
    });
    // 99 + 150 + 80 × 0.50 = 289
    expect(amountsOf(bill)).toEqual([
      ["Platform", "99.00"],
      ["Seats", "150.00"],
      ["Outcomes", "40.00"],
    ]);
    expect(bill.total).toBe("289.00");
  });

  it("has no setup fee in any later period", () => {
    const later = [
      { start: "2026-12-01", end: "2027-01-01" },
      { start: "2046-01-01", end: "2046-02-01" },
    ];
    for (const period of later) expect(billOf({ ...sale, period }).total).toBe("249.00");
  });
});

describe("the invoices of a subscription, period by period", () => {
  interface Schedule {
    readonly title: string;
    readonly billingCycle: "monthly" | "quarterly" | "semi-annual" | "annual" | "weekly" | "daily";
    readonly startDate: string;
    /** The boundaries of its periods, by the calendar. */
    readonly boundaries: readonly string[];
  }

  const schedules: readonly Schedule[] = [
    {
      title: "monthly from the 31st: clamped in short months, and back",
      billingCycle: "monthly",
      startDate: "2026-01-31",
      boundaries: ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    },
    {
      title: "monthly from the 31st before a leap day",
      billingCycle: "monthly",
      startDate: "2027-12-31",
      boundaries: ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"],
    },
    {
      title: "monthly from the 30th",
      billingCycle: "monthly",
      startDate: "2026-01-30",
      boundaries: ["2026-01-30", "2026-02-28", "2026-03-30"],
    },
    {
      title: "quarterly from the end of November",
      billingCycle: "quarterly",
      startDate: "2025-11-30",
      boundaries: ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30", "2026-11-30"],
    },
    {
      title: "semi-annual from the end of August",
      billingCycle: "semi-annual",
      startDate: "2025-08-31",
      boundaries: ["2025-08-31", "2026-02-28", "2026-08-31"],
    },
    {
      title: "annual from a leap day",
      billingCycle: "annual",
      startDate: "2024-02-29",
      boundaries: ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
    },
    {
      title: "weekly over the turn of the year",
      billingCycle: "weekly",
      startDate: "2026-12-24",
      boundaries: ["2026-12-24", "2026-12-31", "2027-01-07"],
    },
    {
      title: "daily over a leap day",
      billingCycle: "daily",
      startDate: "2028-02-28",
      boundaries: ["2028-02-28", "2028-02-29", "2028-03-01"],
    },
    {
      title: "monthly from a moment that is no midnight",
      billingCycle: "monthly",
      startDate: "2026-01-31T23:30:00-01:00",
      boundaries: ["2026-02-01T00:30:00.000Z", "2026-03-01T00:30:00.000Z"],
    },
  ];

  function billsOf({ billingCycle, startDate, boundaries }: Schedule): readonly Invoice[] {
    return boundaries.slice(1).map((end, index) => {
      const period: Period = { start: boundaries[index] ?? "", end };
      const charges = [setup, platform];
      return billOf({ charges, plan: { billingCycle }, subscription: { startDate }, period });
    });
  }

  it.each(schedules)("carry one fee each, and the setup fee once: $title", (schedule) => {
    const totals = billsOf(schedule).map(({ total }) => total);
    expect(totals).toEqual(totals.map((_, index) => (index === 0 ? "599.00" : "99.00")));
  });

  it.each(schedules)("are of these periods alone: $title", (schedule) => {
    const { billingCycle, startDate, boundaries } = schedule;
    const between = boundaries
      .slice(0, -1)
      .flatMap((start, index) => boundaries.slice(index + 2).map((end) => ({ start, end })));
    for (const period of between) {
      const sale = { charges: [platform], plan: { billingCycle }, subscription: { startDate } };
      expect(() => billOf({ ...sale, period })).toThrow("a whole billing period");
    }
    expect(billsOf(schedule).map(({ period }) => [period.start, period.end])).toEqual(
      boundaries.slice(1).map((end, index) => [boundaries[index], end]),
    );
  });

  it("count each event in the period that it falls in, the boundary in the later one", () => {
    const boundaries = ["2026-01-31", "2026-02-28", "2026-03-31"];
    const times = [
      "2026-01-30T23:59:59.999Z", // before the first period
      "2026-01-31T00:00:00Z", // first
      "2026-02-27T23:59:59.999Z", // first
      "2026-02-28T00:00:00Z", // second
      "2026-02-28T01:00:00+02:00", // 23:00 UTC of the 27th: first
      "2026-03-30T23:59:59Z", // second
      "2026-03-31T00:00:00Z", // third
    ];
    const usage = times.map((timestamp, index): UsageEventInput => {
      return eventOf({ id: `e${index}`, timestamp });
    });
    const totals = boundaries.slice(1).map(
      (end, index) =>
        billOf({
          charges: [perUnit("outcome", "1")],
          subscription: { startDate: "2026-01-31" },
          period: { start: boundaries[index] ?? "", end },
          usage,
          asOf: "2027-01-01",
        }).total,
    );
    expect(totals).toEqual(["3.00", "2.00"]);
  });

  it("price a quarter's usage as one quantity, not as three months'", () => {
    const bill = billOf({
      charges: [outcomes],
      plan: { billingCycle: "quarterly" },
      subscription: { startDate: "2026-01-01" },
      period: { start: "2026-01-01", end: "2026-04-01" },
      usage: ["2026-01-10", "2026-02-10", "2026-03-10"].map((day, index) =>
        eventOf({ id: `e${index}`, timestamp: `${day}T00:00:00Z`, quantity: 200 }),
      ),
    });
    // 600 units: 100 × 0.50 + 400 × 0.40 + 100 × 0.30 = 50 + 160 + 30, not 3 × (50 + 40).
    expect(bill.total).toBe("240.00");
  });

  it("are the same however a boundary is written", () => {
    const written: readonly Period[] = [
      JANUARY,
      { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00.000Z" },
      { start: "2026-01-01T09:00:00+09:00", end: "2026-01-31T19:00:00-05:00" },
    ];
    const bills = written.map((period) => billOf({ charges: [setup, platform], period }));
    expect(bills[1]).toEqual(bills[0]);
    expect(bills[2]).toEqual(bills[0]);
  });

  it("end with the subscription, where that ends on a boundary", () => {
    const subscription = { endDate: "2026-03-01" };
    const february = { start: "2026-02-01", end: "2026-03-01" };
    expect(billOf({ charges: [platform], subscription, period: february }).total).toBe("99.00");
    const march = { start: "2026-03-01", end: "2026-04-01" };
    expect(() => billOf({ charges: [platform], subscription, period: march })).toThrow(
      "2026-03-01",
    );
  });
});

describe("plans of all models together", () => {
  it("bill each as it is priced", () => {
    const volume = perUnit("pages", "0", {
      name: "Pages",
      unitOfMeasure: "pages",
      includedUnits: 1_000,
      pricing: {
        model: "volume",
        tiers: [
          { upTo: 500, unitPrice: "0.02", flatFee: 5 },
          { unitPrice: "0.015", flatFee: 8 },
        ],
      },
    });
    const rounded = perUnit("minutes", "0.25", {
      name: "Minutes",
      unitOfMeasure: "minutes",
      quantityRounding: { mode: "up", increment: 15 },
    });
    const flatUsage: ChargeInput = {
      id: "metering",
      name: "Metering",
      chargeType: "usage",
      pricing: { model: "flat", amount: "1.50" },
    };
    const bill = billOf({
      charges: [volume, rounded, flatUsage],
      usage: { pages: 1_600, minutes: "31.2" },
    });
    // Pages: 1600 − 1000 included = 600, all in the second tier: 600 × 0.015 + 8 = 9 + 8 = 17.
    // Minutes: 31.2 is up to 45 at steps of 15: 45 × 0.25 = 11.25.
    expect(
      bill.lines.map(({ description, quantity, amount }) => [description, quantity, amount]),
    ).toEqual([
      ["Pages", "600", "17.00"],
      ["Minutes", "45", "11.25"],
      ["Metering", "1", "1.50"],
    ]);
    expect(bill.total).toBe("29.75");
  });

  it("bill seats in tiers", () => {
    const tiered: ChargeInput = {
      ...seats,
      pricing: { model: "tiered", tiers: [{ upTo: 5, flatFee: 100 }, { unitPrice: 15 }] },
    };
    const bill = billOf({ charges: [tiered], subscription: { quantities: { seats: "7.5" } } });
    // 100 for up to five, and 2.5 × 15 = 37.50.
    expect(bill.total).toBe("137.50");
  });

  it("find the plan among the plans of several products", () => {
    const request = requestOf({ charges: [platform] });
    const other = planOf([fee("other", "1")], { id: "other" });
    const catalog = [
      { ...productOf(other), id: "first" },
      productOf(planOf([fee("third", "3")], { id: "third" }), planOf([platform])),
    ];
    expect(invoice({ ...request, catalog }).total).toBe("99.00");
  });

  it("bill nothing where the plan has no charges", () => {
    const bill = billOf({ charges: [] });
    expect([bill.lines, bill.subtotal, bill.total, bill.kind]).toEqual([
      [],
      "0.00",
      "0.00",
      "invoice",
    ]);
  });
});
