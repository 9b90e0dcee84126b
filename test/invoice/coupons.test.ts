import fc from "fast-check";
import {
  type BillingPolicyInput,
  type ChargeInput,
  type CouponInput,
  creditNote,
  type Invoice,
  type InvoiceRequest,
  invoice,
  safeParseCoupon,
  simulate,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf } from "../support/chain.js";
import {
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planCases,
  planOf,
  requestFor,
  stored,
  totalOf,
  unchecked,
  units,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };

function coupon(id: string, more: Partial<CouponInput>): CouponInput {
  return { id, from: "2026-01-01", ...more };
}

/** January of a plan. */
function january(
  charges: readonly ChargeInput[],
  coupons: readonly CouponInput[],
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return documentOf({ plans: [planOf(charges)] }, JANUARY, [], { coupons, ...more });
}

function amounts({ lines }: Invoice): readonly string[] {
  return lines.map(({ amount }) => amount);
}

/** What each coupon took off, by its id. */
function takenBy({ lines }: Invoice): readonly (readonly [string, string])[] {
  return lines.flatMap((line) => (line.kind === "coupon" ? [[line.couponId, line.amount]] : []));
}

describe("a coupon", () => {
  it("takes a percentage off every charge, as a line of its own in the section of discounts", () => {
    const bill = january([fee("a", "10"), fee("b", "5.55")], [coupon("ten", { percent: 10 })]);
    // 10 % of 15.55 is 1.555, so 1.56: 1.00 of the one and 0.56 of the other.
    expect(amounts(bill)).toEqual(["10.00", "5.55", "-1.56"]);
    expect([bill.subtotal, bill.discounts, bill.total]).toEqual(["15.55", "-1.56", "13.99"]);
    expect(bill.lines[2]).toMatchObject({
      kind: "coupon",
      key: "coupon:ten@2026-01-01",
      chargeId: null,
      couponId: "ten",
      description: "ten",
      exactAmount: "-1.555",
      servicePeriod: JANUARY,
      terms: null,
      appliedTo: [
        { key: "recurring:a@2026-01-01", amount: "-1.00" },
        { key: "recurring:b@2026-01-01", amount: "-0.56" },
      ],
    });
    expect(bill.coupons).toEqual([
      { couponId: "ten", period: JANUARY, applied: "1.56", unused: null },
    ]);
  });

  it("takes a fixed amount off once, and says what is left of it", () => {
    const bill = january([fee("a", "10")], [coupon("gift", { amount: "25", name: "Gift" })]);
    expect(amounts(bill)).toEqual(["10.00", "-10.00"]);
    expect(bill.lines[1]?.description).toBe("Gift");
    expect(bill.coupons).toEqual([
      { couponId: "gift", period: JANUARY, applied: "10.00", unused: "15.00" },
    ]);
  });

  it("takes off what the discounts of the catalog have left", () => {
    const half = {
      ...fee("half", "0"),
      pricing: { model: "discount", percent: "50" },
    } as const;
    const bill = january([fee("a", "10"), half], [coupon("ten", { percent: 10 })]);
    expect(amounts(bill)).toEqual(["10.00", "-5.00", "-0.50"]);
    expect([bill.subtotal, bill.discounts]).toEqual(["5.00", "-0.50"]);
  });

  it("comes before the minimum of a charge, which holds net of it", () => {
    const bill = january([fee("a", "10", { minimum: "8" })], [coupon("half", { percent: 50 })]);
    expect(amounts(bill)).toEqual(["10.00", "-5.00", "3.00"]);
  });

  it.each<[string, CouponInput["appliesTo"], string]>([
    ["all", "all", "-40.00"],
    ["charges by id", { charges: ["a"] }, "-10.00"],
    ["charges of a type", { chargeTypes: ["usage"] }, "-30.00"],
    ["charges on a unit", { units: ["page"] }, "-20.00"],
    ["charges that pass all lists", { chargeTypes: ["usage"], units: ["page"] }, "-20.00"],
  ])("applies to %s", (_name, appliesTo, taken) => {
    const charges = [fee("a", "10"), perUnit("page", "1"), perUnit("scan", "1")];
    const usage = { page: 20, scan: 10 };
    const pages = charges.map((each) =>
      each.id === "page" ? { ...each, unitOfMeasure: "page" } : each,
    );
    const bill = january(pages, [coupon("free", { percent: 100, appliesTo })], { usage });
    expect(bill.discounts).toBe(taken);
  });
});

describe("the billing periods that a coupon covers", () => {
  const deal: Deal = { plans: [planOf([fee("a", "100")])] };
  const totals = (more: Partial<CouponInput>, until = "2026-07-01", own = deal) =>
    billUntil(until, own, [], { coupons: [coupon("c", { percent: 20, ...more })] }).map(
      ({ total }) => total,
    );

  it.each<[string, Partial<CouponInput>, readonly string[]]>([
    ["all from its first on", {}, ["80.00", "80.00", "80.00"]],
    [
      "from the one in which it begins, whole",
      { from: "2026-02-10" },
      ["100.00", "80.00", "80.00"],
    ],
    ["as many as it says", { from: "2026-02-10", periods: 1 }, ["100.00", "80.00", "100.00"]],
    ["those that begin before its end", { until: "2026-03-01" }, ["80.00", "80.00", "100.00"]],
    ["one that has begun, whole", { until: "2026-02-02" }, ["80.00", "80.00", "100.00"]],
    [
      "the first from before the start",
      { from: "2020-05-05", periods: 1 },
      ["80.00", "100.00", "100.00"],
    ],
    ["one of a subscription", { oncePerSubscription: true }, ["80.00", "100.00", "100.00"]],
    [
      "one of a subscription, while it holds",
      { from: "2026-02-01", until: "2027-01-01", oncePerSubscription: true },
      ["100.00", "80.00", "100.00"],
    ],
  ])("are %s", (_name, more, expected) => {
    expect(totals(more, "2026-04-01")).toEqual(expected);
  });

  it("are found in the time zone of the subscription", () => {
    const own = {
      ...deal,
      subscription: { timeZone: "America/New_York", startDate: "2026-01-01" },
    };
    // Midnight of 1 February in New York is 05:00 UTC: an hour before it is still January there.
    expect(totals({ from: "2026-02-01T04:00:00Z" }, "2026-04-01", own)).toEqual([
      "80.00",
      "80.00",
      "80.00",
    ]);
    expect(totals({ from: "2026-02-01T05:00:00Z" }, "2026-04-01", own)).toEqual([
      "100.00",
      "80.00",
      "80.00",
    ]);
  });

  it("are none after the end of the subscription", () => {
    const own = { ...deal, subscription: { endDate: "2026-03-01" } };
    expect(totals({ from: "2026-04-01" }, "2026-04-01", own)).toEqual(["100.00", "100.00"]);
  });
});

describe("a fixed amount over fees in advance and what is billed in arrears", () => {
  const deal: Deal = {
    plans: [planOf([fee("fee", "30", { billingTiming: "in-advance" }), perUnit("page", "1")])],
    usage: Array.from({ length: 40 }, (_, index) =>
      eventOf({ id: `e${index}`, unitOfMeasure: "@page", timestamp: "2026-01-20T00:00:00Z" }),
    ),
  };

  it("adds up to the coupon once for each billing period", () => {
    const coupons = [coupon("gift", { amount: "50", periods: 2 })];
    const [opening, first, second] = billUntil("2026-03-01", deal, [], { coupons });
    // 30 of the fee of January ahead; then 20 of 40 for usage, and 30 of the fee of February.
    expect(takenBy(opening as Invoice)).toEqual([["gift", "-30.00"]]);
    expect(opening?.coupons).toEqual([
      { couponId: "gift", period: JANUARY, applied: "30.00", unused: "20.00" },
    ]);
    expect(takenBy(first as Invoice)).toEqual([
      ["gift", "-20.00"],
      ["gift", "-30.00"],
    ]);
    expect(first?.coupons).toEqual([
      { couponId: "gift", period: JANUARY, applied: "50.00", unused: "0.00" },
      { couponId: "gift", period: FEBRUARY, applied: "30.00", unused: "20.00" },
    ]);
    // Nothing is used in February, and March is not covered.
    expect(takenBy(second as Invoice)).toEqual([]);
    expect(second?.coupons).toEqual([
      { couponId: "gift", period: FEBRUARY, applied: "30.00", unused: "20.00" },
    ]);
  });
});

describe("what a coupon takes off", () => {
  it("stands apart in a simulation for fees ahead and for usage, as on their documents", () => {
    const off: ChargeInput = {
      ...fee("off", "0"),
      pricing: { model: "discount", percent: "50", appliesTo: "all" },
    };
    const charges = [
      fee("ahead", "30", { billingTiming: "in-advance" }),
      perUnit("page", "1"),
      off,
    ];
    const { lines } = simulate(planOf(charges), { page: 10 });
    expect(lines.map(({ key, amount }) => [key, amount])).toEqual([
      ["recurring:ahead", "30.00"],
      ["discount:off>", "-15.00"],
      ["usage:page", "10.00"],
      ["discount:off", "-5.00"],
    ]);
  });

  it("of what opens a subscription is apart from what it takes off usage", () => {
    const setup: ChargeInput = {
      id: "setup",
      name: "setup",
      chargeType: "one-time",
      pricing: { model: "flat", amount: "40" },
    };
    const charges = [
      setup,
      fee("ahead", "30", { billingTiming: "in-advance" }),
      perUnit("page", "1"),
    ];
    const deal: Deal = {
      plans: [planOf(charges)],
      usage: [eventOf({ unitOfMeasure: "@page", quantity: 10 })],
    };
    const coupons = [coupon("half", { percent: 50, periods: 1 })];
    const bills = billUntil("2026-02-01", deal, [], { coupons });
    expect(bills.map(takenBy)).toEqual([[["half", "-35.00"]], [["half", "-5.00"]]]);
  });
});

describe("a closed period", () => {
  const charge = perUnit("outcome", "10", { outcome: { reverse: { signals: ["reopened"] } } });
  const sold = { plans: [planOf([charge])] };
  const event = (id: string) => eventOf({ id, subject: id, timestamp: "2026-01-10T00:00:00Z" });
  const back = {
    id: "r1",
    customerId: "acme",
    subject: "b",
    name: "reopened",
    timestamp: "2026-02-03T00:00:00Z",
  };
  const events = [event("a"), event("b")];
  const half = coupon("half", { percent: 50, periods: 1 });

  it("keeps its coupon when it is rated again, and the correction is net of it", () => {
    const first = documentOf(sold, JANUARY, [], { usage: events, coupons: [half] });
    expect(first.total).toBe("10.00");
    const again = documentOf(sold, FEBRUARY, [stored(first)], {
      usage: [],
      rerate: [{ period: JANUARY, usage: [...events, back] }],
    });
    // One of two outcomes at 10 is taken back, and half of it had been given.
    expect(again.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["adjustment", "-10.00"],
      ["adjustment", "5.00"],
    ]);
    expect([again.subtotal, again.discounts, again.total]).toEqual(["-10.00", "5.00", "-5.00"]);
    const third = documentOf(sold, { start: "2026-03-01", end: "2026-04-01" }, [first, again], {
      usage: [],
      rerate: [{ period: JANUARY, usage: [...events, back] }],
    });
    expect(third.total).toBe("0.00");
    expect(third.lines).toEqual([]);
  });

  it("does not get a coupon that is given only later", () => {
    const first = documentOf(sold, JANUARY, [], { usage: events });
    const again = documentOf(sold, FEBRUARY, [first], {
      usage: [],
      coupons: [coupon("late", { percent: 50 })],
      rerate: [{ period: JANUARY, usage: events }],
    });
    expect(again.total).toBe("0.00");
  });
});

describe("several coupons", () => {
  const charges = [fee("a", "100")];
  const taken = (coupons: readonly CouponInput[], policy?: BillingPolicyInput["coupons"]) =>
    takenBy(january(charges, coupons, policy === undefined ? {} : { policy: { coupons: policy } }));
  const [ten, half, thirty] = [
    coupon("ten", { percent: 10 }),
    coupon("half", { percent: 50 }),
    coupon("thirty", { amount: "30" }),
  ];

  it("are taken off the same amounts, percentages first", () => {
    expect(taken([thirty, ten, half])).toEqual([
      ["half", "-50.00"],
      ["ten", "-10.00"],
      ["thirty", "-30.00"],
    ]);
  });

  it("are taken off what those before have left", () => {
    expect(taken([ten, half], { percentages: "compound" })).toEqual([
      ["half", "-50.00"],
      ["ten", "-5.00"],
    ]);
  });

  it("have fixed amounts first", () => {
    expect(taken([ten, thirty], { order: "fixed-first", percentages: "compound" })).toEqual([
      ["thirty", "-30.00"],
      ["ten", "-7.00"],
    ]);
  });

  it("give way to the one that takes off most", () => {
    const best = { stacking: "best" } as const;
    expect(taken([ten, thirty], best)).toEqual([["thirty", "-30.00"]]);
    expect(taken([ten, thirty, half], best)).toEqual([["half", "-50.00"]]);
    const bill = january(charges, [ten, thirty], { policy: { coupons: best } });
    expect(bill.coupons).toEqual([
      { couponId: "ten", period: JANUARY, applied: "0.00", unused: null },
      { couponId: "thirty", period: JANUARY, applied: "30.00", unused: "0.00" },
    ]);
  });

  it("never take off more than there is", () => {
    expect(taken([half, coupon("most", { percent: 80 }), thirty])).toEqual([
      ["half", "-50.00"],
      ["most", "-50.00"],
    ]);
  });
});

describe("laws of coupons", () => {
  const coupons: fc.Arbitrary<CouponInput[]> = fc
    .uniqueArray(
      fc.record({
        id: fc.constantFrom("c1", "c2", "c3", "c4"),
        from: fc.constantFrom("2025-01-01", "2026-01-15", "2026-02-01"),
        much: fc.oneof(
          fc.integer({ min: 0, max: 100 }).map((percent) => ({ percent })),
          fc.integer({ min: 0, max: 500 }).map((amount) => ({ amount })),
        ),
        appliesTo: fc.constantFrom<NonNullable<CouponInput["appliesTo"]>[]>(
          "all",
          { chargeTypes: ["usage"] },
          { chargeTypes: ["recurring", "one-time"] },
        ),
      }),
      { selector: ({ id }) => id, maxLength: 4 },
    )
    .map((list) => list.map(({ much, ...rest }) => ({ ...rest, ...much })));
  const policies = fc.record({
    percentages: fc.constantFrom("original" as const, "compound" as const),
    fixed: fc.constantFrom("proportional" as const, "line-order" as const),
    order: fc.constantFrom("percent-first" as const, "fixed-first" as const),
    stacking: fc.constantFrom("combine" as const, "best" as const),
  });

  it("coupon and rest are the coupon, sections are the total, and their order means nothing", () => {
    fc.assert(
      fc.property(planCases(), coupons, policies, (one, list, combine) => {
        const request = requestFor(one);
        const policy = { ...request.policy, coupons: combine };
        const bill = invoice({ ...request, coupons: list, policy });
        const plain = invoice({ ...request, policy });
        expect(plain.subtotal).toBe(plain.total);
        const taken = totalOf(takenBy(bill).map(([, amount]) => amount));
        expect(units(bill.discounts)).toBe(taken);
        expect(units(bill.total)).toBe(units(bill.subtotal) + units(bill.discounts));
        for (const use of bill.coupons) {
          const own = takenBy(bill).filter(([id]) => id === use.couponId);
          expect(units(use.applied)).toBe(-totalOf(own.map(([, amount]) => amount)));
          if (use.unused === null) continue;
          const { amount = 0 } = list.find(({ id }) => id === use.couponId) ?? {};
          const minor = 10n ** BigInt(use.unused.split(".")[1]?.length ?? 0);
          expect(units(use.applied) + units(use.unused)).toBe(BigInt(`${amount}`) * minor);
          expect(units(use.unused) >= 0n).toBe(true);
        }
        for (const { appliedTo, amount } of bill.lines) {
          if (appliedTo.length === 0) continue;
          expect(totalOf(appliedTo.map((share) => share.amount))).toBe(units(amount));
        }
        expect(invoice({ ...request, policy, coupons: list.toReversed() })).toEqual(bill);
      }),
      tries(100),
    );
  });

  it("a re-rated period with nothing new stays as it is, with coupons on record", () => {
    fc.assert(
      fc.property(planCases(), coupons, (one, list) => {
        const request = requestFor(one);
        const bill = stored(invoice({ ...request, coupons: list }));
        const { period, usage, ...known } = request;
        const note = creditNote({
          ...known,
          previous: [bill],
          rerate: [{ period, usage }],
          asOf: bill.asOf,
        });
        expect(note.lines).toEqual([]);
      }),
      tries(25),
    );
  });
});

describe("bad input", () => {
  const charges = [fee("a", "100")];

  it("is refused, all of it at once", () => {
    const coupons = unchecked<CouponInput[]>([
      { id: "over", percent: 101, from: "2026-01-01" },
      { id: "minus", amount: "-1", from: "2026-01-01" },
      { id: "both", amount: "1", percent: 1, from: "2026-01-01" },
      { id: "neither", from: "soon" },
      { id: "ended", percent: 1, from: "2026-01-01", until: "2026-01-01" },
      { id: "twice", percent: 1, from: "2026-01-01", until: "2026-02-01", periods: 3 },
      { id: "none", percent: 1, from: "2026-01-01", periods: 0 },
      { id: "odd", percent: 1, from: "2026-01-01", period: 3 },
      { id: "ok", percent: 1, from: "2026-01-01", appliesTo: { charges: ["a", "missing"] } },
      { id: "ok", percent: 2, from: "2026-01-01" },
    ]);
    expect(issuesOf(() => january(charges, coupons))).toEqual([
      "out_of_range coupons.0.percent",
      "negative_price coupons.1.amount",
      "missing_price coupons.2",
      "invalid_date coupons.3.from",
      "missing_price coupons.3",
      "end_before_start coupons.4.until",
      "field_not_allowed coupons.5.periods",
      "out_of_range coupons.6.periods",
      "unknown_key coupons.7.period",
      "unknown_charge coupons.8.appliesTo.charges.1",
      "duplicate_id coupons.9.id",
    ]);
  });

  it("is no list", () => {
    expect(issuesOf(() => january(charges, unchecked(true)))).toEqual(["invalid_type coupons"]);
    const many = Array.from({ length: 101 }, (_, index) => coupon(`c${index}`, { percent: 1 }));
    expect(issuesOf(() => january(charges, many))).toEqual(["too_large coupons"]);
  });

  it("is read by itself, too", () => {
    expect(safeParseCoupon({ id: "a", amount: 5, from: new Date("2026-01-01") })).toEqual({
      ok: true,
      value: { id: "a", amount: "5", from: "2026-01-01T00:00:00.000Z" },
    });
    expect(safeParseCoupon({ id: "a", amount: 5 }).ok).toBe(false);
  });
});
