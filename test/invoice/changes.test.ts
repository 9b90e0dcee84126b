/** Changes inside a billing period: what they cut, what they leave whole, and where usage then stands in its tiers. */
import {
  type BillingPolicyInput,
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type RatePlanInput,
  type SubscriptionInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { termsOf } from "../support/documents.js";
import { amountsOf, eventOf, fee, issuesOf, perUnit, planOf, productOf } from "../support/plans.js";

/** A month of 30 days, so that its 16th is halfway. */
const JUNE = { start: "2026-06-01", end: "2026-07-01" };

interface Deal {
  readonly plans: readonly RatePlanInput[];
  readonly subscription?: Partial<SubscriptionInput>;
  readonly usage?: InvoiceRequest["usage"];
  readonly policy?: BillingPolicyInput;
  readonly period?: InvoiceRequest["period"];
}

function bill({ plans, subscription, usage = {}, policy, period = JUNE }: Deal): Invoice {
  return invoice({
    catalog: productOf(...plans),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-06-01",
      ...subscription,
    },
    period,
    usage,
    ...(policy === undefined ? {} : { policy }),
  });
}

/** What the lines bill, as charge, service period and amount. */
function services({ lines }: Invoice): readonly string[] {
  return lines.map(
    ({ chargeId, servicePeriod: { start, end }, amount }) =>
      `${chargeId} ${start.slice(5)}/${end.slice(5)} ${amount}`,
  );
}

/** So many outcomes at noon of a day of June. */
function used(day: number, quantity: number, unit = "@outcome") {
  return eventOf({
    id: `${unit} ${day}`,
    unitOfMeasure: unit,
    timestamp: `2026-06-${String(day).padStart(2, "0")}T12:00:00Z`,
    quantity,
  });
}

const seats: ChargeInput = {
  id: "seats",
  name: "seats",
  chargeType: "recurring",
  unitOfMeasure: "@seat",
  pricing: { model: "per-unit", unitPrice: "30" },
};
const toPro = { changes: [{ effectiveDate: "2026-06-16", ratePlanId: "pro" }] };

describe("a change of plan", () => {
  it("cuts the fee at its date, and bills each half at its own price", () => {
    const plans = [planOf([fee("fee", "100")]), planOf([fee("fee", "200")], { id: "pro" })];
    const upgrade = bill({ plans, subscription: toPro });
    expect(services(upgrade)).toEqual(["fee 06-01/06-16 50.00", "fee 06-16/07-01 100.00"]);
    expect(upgrade.ratePlanId).toBe("pro");
    expect(upgrade.lines.map((line) => termsOf(upgrade, line)?.ratePlanId)).toEqual([
      "starter",
      "pro",
    ]);
    const downgrade = bill({
      plans,
      subscription: {
        ratePlanId: "pro",
        changes: [{ effectiveDate: "2026-06-11", ratePlanId: "starter" }],
      },
    });
    // 10 of 30 days at 200, 20 of 30 at 100
    expect(services(downgrade)).toEqual(["fee 06-01/06-11 66.67", "fee 06-11/07-01 66.67"]);
  });

  it("leaves a charge whole that is equal in both plans, whatever it is called", () => {
    const plans = [
      planOf([fee("fee", "100"), fee("support", "40"), seats, perUnit("outcome", "2")]),
      planOf(
        [
          fee("fee", "200"),
          fee("support", "40", { name: "Premium support", description: "same price" }),
          { ...seats, metadata: { note: "same price" } },
          perUnit("outcome", "2"),
        ],
        { id: "pro" },
      ),
    ];
    const subscription = { ...toPro, quantities: { seats: 2 } };
    expect(services(bill({ plans, subscription, usage: { outcome: 3 } }))).toEqual([
      "fee 06-01/06-16 50.00",
      "fee 06-16/07-01 100.00",
      "support 06-01/07-01 40.00",
      "seats 06-01/07-01 60.00",
      "outcome 06-01/07-01 6.00",
    ]);
  });

  it("bills what only one of the plans has for its time", () => {
    const plans = [
      planOf([fee("old", "60"), perUnit("outcome", "2")]),
      planOf([fee("new", "90"), perUnit("action", "3")], { id: "pro" }),
    ];
    const usage = [used(3, 1), used(20, 10), used(4, 100, "@action"), used(21, 1, "@action")];
    const bought = bill({ plans, subscription: toPro, usage });
    expect(services(bought)).toEqual([
      "old 06-01/06-16 30.00",
      "outcome 06-01/06-16 2.00",
      "new 06-16/07-01 45.00",
      "action 06-16/07-01 3.00",
    ]);
    expect(bought.usage.counts).toMatchObject({ matched: 2, "outside-period": 2 });
  });

  it("at the period's end changes nothing inside", () => {
    const plans = [planOf([fee("fee", "100")]), planOf([fee("fee", "200")], { id: "pro" })];
    const subscription: Partial<SubscriptionInput> = {
      changes: [{ effectiveDate: "2026-06-16", ratePlanId: "pro", takesEffect: "at-period-end" }],
    };
    expect(services(bill({ plans, subscription }))).toEqual(["fee 06-01/07-01 100.00"]);
    const period = { start: "2026-07-01", end: "2026-08-01" };
    expect(services(bill({ plans, subscription, period }))).toEqual(["fee 07-01/08-01 200.00"]);
  });

  it("there and back leaves two of three pieces at the first price", () => {
    const plans = [planOf([fee("fee", "100")]), planOf([fee("fee", "200")], { id: "pro" })];
    const subscription = {
      changes: [
        // In any order.
        { effectiveDate: "2026-06-21", ratePlanId: "starter" },
        { effectiveDate: "2026-06-11", ratePlanId: "pro" },
      ],
    };
    // A third each; round(66.67) − round(33.33) = 33.34 and so on.
    expect(services(bill({ plans, subscription }))).toEqual([
      "fee 06-01/06-11 33.33",
      "fee 06-11/06-21 66.66",
      "fee 06-21/07-01 33.33",
    ]);
  });
});

describe("a change of seats", () => {
  const plans = [planOf([seats, fee("fee", "100"), perUnit("outcome", "2")])];
  const subscription = {
    quantities: { seats: 2 },
    changes: [{ effectiveDate: "2026-06-16", quantities: { seats: 5 } }],
  };

  it("cuts the seats alone", () => {
    expect(services(bill({ plans, subscription, usage: { outcome: 1 } }))).toEqual([
      "seats 06-01/06-16 30.00",
      "seats 06-16/07-01 75.00",
      "fee 06-01/07-01 100.00",
      "outcome 06-01/07-01 2.00",
    ]);
  });

  it("to the same number cuts nothing", () => {
    const same = {
      ...subscription,
      changes: [{ effectiveDate: "2026-06-16", quantities: { seats: "2.0" } }],
    };
    expect(services(bill({ plans, subscription: same }))).toEqual([
      "seats 06-01/07-01 60.00",
      "fee 06-01/07-01 100.00",
    ]);
  });

  it("to none bills no more", () => {
    const none = {
      ...subscription,
      changes: [{ effectiveDate: "2026-06-16", quantities: { seats: 0 } }],
    };
    expect(services(bill({ plans: [planOf([seats])], subscription: none }))).toEqual([
      "seats 06-01/06-16 30.00",
    ]);
  });

  it("is held to the limits of the charge once, not once for each number", () => {
    const limited = [planOf([{ ...seats, minimum: "100", maximum: "104" }])];
    // 30 + 75 = 105
    expect(services(bill({ plans: limited, subscription }))).toEqual([
      "seats 06-01/06-16 30.00",
      "seats 06-16/07-01 75.00",
      "seats 06-01/07-01 -1.00",
    ]);
  });

  it("is held to the limits of a longer cycle once, when the cycle is over", () => {
    const quarterly: ChargeInput = {
      ...seats,
      billingCycle: "quarterly",
      minimum: "100",
      pricing: { model: "per-unit", unitPrice: "92" },
    };
    const all = (period: InvoiceRequest["period"]) =>
      bill({
        plans: [planOf([quarterly])],
        subscription: {
          quantities: { seats: 1 },
          changes: [{ effectiveDate: "2026-06-16", quantities: { seats: 2 } }],
        },
        period,
      });
    // 92 days: 15 × 1 + 77 × 2 = 169.00, more than the minimum.
    const totals = [
      JUNE,
      { start: "2026-07-01", end: "2026-08-01" },
      { start: "2026-08-01", end: "2026-09-01" },
    ].map((period) => Number(all(period).total));
    expect(totals.reduce((sum, total) => sum + total)).toBe(169);
  });

  it("is brought to the minimum of a longer cycle when the cycle is over, not when it begins", () => {
    const quarterly: ChargeInput = {
      ...seats,
      billingCycle: "quarterly",
      minimum: "300",
      pricing: { model: "per-unit", unitPrice: "92" },
    };
    const totals = [
      JUNE,
      { start: "2026-07-01", end: "2026-08-01" },
      { start: "2026-08-01", end: "2026-09-01" },
    ].map(
      (period) =>
        bill({
          plans: [planOf([quarterly])],
          subscription: {
            quantities: { seats: 1 },
            changes: [{ effectiveDate: "2026-06-16", quantities: { seats: 2 } }],
          },
          period,
        }).total,
    );
    // 15 days of 1; 77 of 2, and what 169 lack of 300.
    expect(totals).toEqual(["15.00", "0.00", "285.00"]);
  });
});

describe("an override", () => {
  const plans = [
    planOf([fee("fee", "100"), perUnit("outcome", "2"), seats]),
    planOf([fee("fee", "200"), perUnit("outcome", "2")], { id: "pro" }),
  ];
  const own = { model: "flat" as const, amount: "40" };

  it("takes the catalog's place from its date on, until null goes back", () => {
    const subscription = {
      quantities: { seats: 0 },
      changes: [
        { effectiveDate: "2026-06-11", overrides: { fee: own } },
        { effectiveDate: "2026-06-21", overrides: { fee: null } },
      ],
    };
    const result = bill({ plans, subscription });
    // 33.33; 40 × 20/30 − 40 × 10/30 = 26.67 − 13.33; 100 − 66.67
    expect(services(result)).toEqual([
      "fee 06-01/06-11 33.33",
      "fee 06-11/06-21 13.34",
      "fee 06-21/07-01 33.33",
    ]);
    expect(result.lines.map((line) => termsOf(result, line)?.overridden)).toEqual([
      undefined,
      true,
      undefined,
    ]);
  });

  it("goes along to another plan", () => {
    const subscription = { ...toPro, quantities: { seats: 0 }, overrides: { fee: own } };
    expect(services(bill({ plans, subscription }))).toEqual(["fee 06-01/07-01 40.00"]);
  });

  it("changes nothing where it says what the catalog says", () => {
    const subscription = {
      quantities: { seats: 0 },
      changes: [
        {
          effectiveDate: "2026-06-11",
          overrides: { fee: { model: "flat" as const, amount: "100.00" } },
        },
      ],
    };
    expect(services(bill({ plans, subscription }))).toEqual(["fee 06-01/07-01 100.00"]);
  });
});

describe("discounts on both sides of a change (D16)", () => {
  const off = (pricing: Partial<ChargeInput["pricing"]>, id = "off"): ChargeInput =>
    ({
      id,
      name: id,
      chargeType: "recurring",
      pricing: { model: "discount", ...pricing },
    }) as ChargeInput;
  const total = (first: readonly ChargeInput[], second: readonly ChargeInput[]) =>
    bill({
      plans: [
        planOf([fee("fee", "100"), ...first]),
        planOf([fee("fee", "200"), ...second], { id: "pro" }),
      ],
      subscription: toPro,
    }).total;

  it.each([
    // Polar: (base − discount) × factor, for each half.
    {
      title: "10 % on both",
      a: [off({ percent: "10" })],
      b: [off({ percent: "10" })],
      due: "135.00",
    },
    { title: "10 % on the first", a: [off({ percent: "10" })], b: [], due: "145.00" },
    { title: "10 % on the second", a: [], b: [off({ percent: "10" })], due: "140.00" },
    {
      title: "10 %, then 25 %",
      a: [off({ percent: "10" })],
      b: [off({ percent: "25" })],
      due: "120.00",
    },
    { title: "20 on both", a: [off({ amount: "20" })], b: [off({ amount: "20" })], due: "130.00" },
    { title: "20 on the first", a: [off({ amount: "20" })], b: [], due: "140.00" },
    { title: "20 on the second", a: [], b: [off({ amount: "20" })], due: "140.00" },
    { title: "20, then 60", a: [off({ amount: "20" })], b: [off({ amount: "60" })], due: "110.00" },
    { title: "more than the fee, then none", a: [off({ amount: "300" })], b: [], due: "100.00" },
  ])("are those of each half: $title", ({ a, b, due }) => {
    expect(total(a, b)).toBe(due);
  });

  it("cut a charge that has one price but another discount", () => {
    const plans = [
      planOf([fee("fee", "100"), off({ percent: "10" })]),
      planOf([fee("fee", "100")], { id: "pro" }),
    ];
    expect(services(bill({ plans, subscription: toPro }))).toEqual([
      "fee 06-01/06-16 50.00",
      "fee 06-16/07-01 50.00",
      "off 06-01/06-16 -5.00",
    ]);
  });

  it("do not cut a charge that they do not apply to", () => {
    const plans = [
      planOf([fee("fee", "100"), perUnit("outcome", "2"), off({ percent: "10" })]),
      planOf([fee("fee", "100"), perUnit("outcome", "2")], { id: "pro" }),
    ];
    const usage = { outcome: 3 };
    expect(services(bill({ plans, subscription: toPro, usage }))).toContain(
      "outcome 06-01/07-01 6.00",
    );
  });
});

describe("usage in tiers across a change", () => {
  const tiers = (first: string, second: string) => [
    { upTo: 10, unitPrice: first },
    { unitPrice: second },
  ];
  const plansOf = (a: Partial<ChargeInput>, b: Partial<ChargeInput>) => [
    planOf([perUnit("outcome", "0", a as object)]),
    planOf([perUnit("outcome", "0", b as object)], { id: "pro" }),
  ];
  const usage = [used(3, 8), used(20, 6)];
  const amounts = (
    a: Partial<ChargeInput>,
    b: Partial<ChargeInput>,
    tiersAtChange: "restart" | "continue",
  ) =>
    bill({
      plans: plansOf(a, b),
      subscription: toPro,
      usage,
      policy: { tiersAtChange },
    }).lines.map(({ amount }) => amount);

  it.each([
    {
      title: "tiered",
      a: { pricing: { model: "tiered", tiers: tiers("1", "0.50") } },
      b: { pricing: { model: "tiered", tiers: tiers("2", "1") } },
      // 8 × 1; 6 × 2, or the 9th and 10th at 2 and four at 1.
      restart: ["8.00", "12.00"],
      goesOn: ["8.00", "8.00"],
    },
    {
      title: "volume",
      a: { pricing: { model: "volume", tiers: tiers("1", "0.50") } },
      b: { pricing: { model: "volume", tiers: tiers("2", "1") } },
      // 14 × 1 − 8 × 2 = −2: what 8 would have cost at the new price is taken off.
      restart: ["8.00", "12.00"],
      goesOn: ["8.00", "-2.00"],
    },
    {
      title: "package",
      a: { pricing: { model: "package", size: "10", price: "5" } },
      b: { pricing: { model: "package", size: "10", price: "7" } },
      restart: ["5.00", "7.00"],
      // The second package only: 2 × 7 − 1 × 7.
      goesOn: ["5.00", "7.00"],
    },
    {
      title: "package that is begun",
      a: { pricing: { model: "package", size: "20", price: "5" } },
      b: { pricing: { model: "package", size: "20", price: "7" } },
      restart: ["5.00", "7.00"],
      goesOn: ["5.00", "0.00"],
    },
    {
      title: "included units",
      a: { pricing: { model: "per-unit", unitPrice: "1" }, includedUnits: 10 },
      b: { pricing: { model: "per-unit", unitPrice: "2" }, includedUnits: 10 },
      // 8 free; 6 free again, or 2 free and 4 at 2. A line of quantity 0 is left out.
      restart: [],
      goesOn: ["8.00"],
    },
  ] as const)("starts anew, or goes on where it stood: $title", ({ a, b, restart, goesOn }) => {
    expect(amounts(a as object, b as object, "restart")).toEqual(restart);
    expect(amounts(a as object, b as object, "continue")).toEqual(goesOn);
  });

  it("shows the quantity of the part, and steps that add up, where it goes on", () => {
    const plans = plansOf(
      { pricing: { model: "tiered", tiers: tiers("1", "0.50") } } as object,
      { pricing: { model: "tiered", tiers: tiers("2", "1") } } as object,
    );
    const [, second] = bill({
      plans,
      subscription: toPro,
      usage,
      policy: { tiersAtChange: "continue" },
    }).lines;
    expect(second).toMatchObject({ quantity: "6", unitPrice: null, exactAmount: "8" });
    const sum = (of: string) =>
      second?.steps
        .filter((step) => step.of === of)
        .reduce((total, { value }) => total + Number(value), 0);
    expect([sum("amount"), sum("quantity")]).toEqual([8, 6]);
  });

  it("goes on over any number of changes, from the first piece on", () => {
    const plans = [
      ...plansOf(
        { pricing: { model: "tiered", tiers: tiers("1", "0.50") } } as object,
        { pricing: { model: "tiered", tiers: tiers("2", "1") } } as object,
      ),
    ];
    const subscription = {
      changes: [
        { effectiveDate: "2026-06-11", ratePlanId: "pro" },
        { effectiveDate: "2026-06-21", ratePlanId: "starter" },
      ],
    };
    const result = bill({
      plans,
      subscription,
      usage: [used(3, 4), used(12, 4), used(25, 4)],
      policy: { tiersAtChange: "continue" },
    });
    // 4 × 1; 4 × 2; two at 1 and two at 0.50
    expect(result.lines.map(({ amount }) => amount)).toEqual(["4.00", "8.00", "3.00"]);
  });

  it.each([
    { title: "a maximum", charge: { aggregation: "max" } },
    { title: "unique counts", charge: { aggregation: "unique-count" } },
    { title: "an average", charge: { aggregation: "average" } },
    { title: "groups", charge: { groupBy: { fields: ["subject"] } } },
  ])("cannot go on with $title", ({ charge }) => {
    const a = { ...charge, pricing: { model: "per-unit", unitPrice: "1" } } as object;
    const b = { ...charge, pricing: { model: "per-unit", unitPrice: "2" } } as object;
    expect(issuesOf(() => amounts(a, b, "continue"))).toEqual([
      "not_splittable policy.tiersAtChange",
    ]);
    expect(() => amounts(a, b, "restart")).not.toThrow();
  });

  it("needs to know when it was used: a bare quantity is of no stretch of time", () => {
    const plans = plansOf(
      { pricing: { model: "per-unit", unitPrice: "1" } } as object,
      { pricing: { model: "per-unit", unitPrice: "2" } } as object,
    );
    expect(issuesOf(() => bill({ plans, subscription: toPro, usage: { outcome: 3 } }))).toEqual([
      "ambiguous_usage usage.outcome",
    ]);
  });

  it("does not start anew where only seats change", () => {
    const plans = [
      planOf([
        seats,
        perUnit("outcome", "0", { pricing: { model: "tiered", tiers: tiers("1", "0.50") } }),
      ]),
    ];
    const subscription = {
      quantities: { seats: 1 },
      changes: [{ effectiveDate: "2026-06-16", quantities: { seats: 2 } }],
    };
    // 10 × 1 + 4 × 0.50
    expect(amountsOf(bill({ plans, subscription, usage }))).toContainEqual(["outcome", "12.00"]);
  });
});

describe("one-time charges", () => {
  const setup = (id: string, amount: string): ChargeInput => ({
    id,
    name: id,
    chargeType: "one-time",
    pricing: { model: "flat", amount },
  });
  const july = { start: "2026-07-01", end: "2026-08-01" };

  it("are billed with the first period, whole, and never again", () => {
    const plans = [planOf([setup("setup", "50")])];
    expect(services(bill({ plans }))).toEqual(["setup 06-01/07-01 50.00"]);
    expect(services(bill({ plans, period: july }))).toEqual([]);
  });

  it("are not billed again by another plan that has the same one", () => {
    const plans = [
      planOf([setup("setup", "50")]),
      planOf([setup("setup", "80"), setup("migration", "20")], { id: "pro" }),
    ];
    expect(services(bill({ plans, subscription: toPro }))).toEqual([
      "setup 06-01/07-01 50.00",
      "migration 06-16/07-01 20.00",
    ]);
    const back = {
      changes: [
        { effectiveDate: "2026-06-16", ratePlanId: "pro" },
        { effectiveDate: "2026-07-11", ratePlanId: "starter" },
        { effectiveDate: "2026-07-21", ratePlanId: "pro" },
      ],
    };
    expect(services(bill({ plans, subscription: back, period: july }))).toEqual([]);
  });

  it("wait for the end of a trial or a pause", () => {
    const plans = [planOf([setup("setup", "50")])];
    const trial = { trialDays: 35, billingAnchor: "calendar" as const };
    expect(services(bill({ plans, subscription: trial }))).toEqual([]);
    expect(services(bill({ plans, subscription: trial, period: july }))).toEqual([
      "setup 07-06/08-01 50.00",
    ]);
  });
});
