import { type ChargeInput, type Invoice, invoice, simulate } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, documentOf } from "../support/chain.js";
import {
  amountsOf,
  billOf,
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planOf,
  requestOf,
  type Sale,
  unchecked,
} from "../support/plans.js";

function discount(percent: number, chargeType: ChargeInput["chargeType"] = "usage"): ChargeInput {
  return unchecked<ChargeInput>({
    id: "off",
    name: "off",
    chargeType,
    pricing: { model: "discount", percent },
  });
}

describe("the minimum and the maximum of a charge", () => {
  const table: readonly {
    readonly title: string;
    readonly minimum?: string;
    readonly maximum?: string;
    readonly percent?: number;
    readonly used: number;
    /** The amounts of the lines after the charge's own, at a price of 1. */
    readonly adds: readonly (readonly [string, string])[];
    readonly total: string;
  }[] = [
    {
      title: "below the minimum, the difference is a line",
      minimum: "60",
      used: 40,
      adds: [["outcome: minimum of 60.00", "20.00"]],
      total: "60.00",
    },
    { title: "exactly at the minimum", minimum: "60", used: 60, adds: [], total: "60.00" },
    { title: "above the minimum", minimum: "60", used: 61, adds: [], total: "61.00" },
    {
      title: "without usage the minimum is all there is",
      minimum: "60",
      used: 0,
      adds: [["outcome: minimum of 60.00", "60.00"]],
      total: "60.00",
    },
    {
      title: "above the maximum, the difference is taken off",
      maximum: "150",
      used: 200,
      adds: [["outcome: maximum of 150.00", "-50.00"]],
      total: "150.00",
    },
    { title: "exactly at the maximum", maximum: "150", used: 150, adds: [], total: "150.00" },
    {
      title: "a maximum of 0",
      maximum: "0",
      used: 7,
      adds: [["outcome: maximum of 0.00", "-7.00"]],
      total: "0.00",
    },
    {
      title: "between the two",
      minimum: "10",
      maximum: "20",
      used: 15,
      adds: [],
      total: "15.00",
    },
    {
      title: "the two equal",
      minimum: "10",
      maximum: "10",
      used: 15,
      adds: [["outcome: maximum of 10.00", "-5.00"]],
      total: "10.00",
    },
    {
      title: "the minimum holds after discounts: 80 − 50 % is below it",
      minimum: "60",
      percent: 50,
      used: 80,
      adds: [
        ["off", "-40.00"],
        ["outcome: minimum of 60.00", "20.00"],
      ],
      total: "60.00",
    },
    {
      title: "the maximum holds after discounts: 200 − 10 % is above it",
      maximum: "150",
      percent: 10,
      used: 200,
      adds: [
        ["off", "-20.00"],
        ["outcome: maximum of 150.00", "-30.00"],
      ],
      total: "150.00",
    },
    {
      title: "the maximum is not reached when the discount brings the charge below it",
      maximum: "150",
      percent: 10,
      used: 160,
      adds: [["off", "-16.00"]],
      total: "144.00",
    },
    {
      title: "the minimum holds also where a discount takes everything",
      minimum: "5",
      percent: 100,
      used: 80,
      adds: [
        ["off", "-80.00"],
        ["outcome: minimum of 5.00", "5.00"],
      ],
      total: "5.00",
    },
  ];

  it.each(table)("$title", ({ minimum, maximum, percent, used, adds, total }) => {
    const charge = perUnit("outcome", "1", {
      ...(minimum === undefined ? {} : { minimum }),
      ...(maximum === undefined ? {} : { maximum }),
    });
    const charges = percent === undefined ? [charge] : [charge, discount(percent)];
    const bill = billOf({ charges, usage: { outcome: used } });
    const own = used === 0 ? [] : [["outcome", `${used}.00`]];
    expect(amountsOf(bill)).toEqual([...own, ...adds]);
    expect(bill.total).toBe(total);
  });

  it("are each charge's own", () => {
    const charges = [
      perUnit("a", "1", { minimum: 10 }),
      perUnit("b", "1", { maximum: 10 }),
      perUnit("c", "1"),
    ];
    const bill = billOf({ charges, usage: { a: 4, b: 14, c: 5 } });
    expect(amountsOf(bill)).toEqual([
      ["a", "4.00"],
      ["b", "14.00"],
      ["c", "5.00"],
      ["a: minimum of 10.00", "6.00"],
      ["b: maximum of 10.00", "-4.00"],
    ]);
  });

  it("hold for fees, seats and one-time charges as well", () => {
    const seats: ChargeInput = {
      id: "seats",
      name: "seats",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 10 },
      minimum: 50,
    };
    const setup = unchecked<ChargeInput>({
      ...fee("setup", "100", { maximum: 80 }),
      chargeType: "one-time",
    });
    const sale: Sale = {
      charges: [setup, seats, fee("fee", "5", { minimum: 6 })],
      subscription: { quantities: { seats: 2 } },
    };
    // 80 + 50 + 6
    expect(billOf(sale).total).toBe("136.00");
    // No minimum or maximum of the setup fee, where there is no setup fee.
    const february = { start: "2026-02-01", end: "2026-03-01" };
    expect(billOf({ ...sale, period: february }).total).toBe("56.00");
  });

  it("see only the part of a discount that is off the charge", () => {
    const charges = [
      perUnit("a", "1", { minimum: 70 }),
      perUnit("b", "1"),
      {
        id: "off",
        name: "off",
        chargeType: "usage",
        pricing: { model: "discount", amount: 40 },
      } as const,
    ];
    const bill = billOf({ charges, usage: { a: 75, b: 25 } });
    // 40 over 75 and 25 is 30 and 10: 45 is left of a, which lacks 25.
    expect(amountsOf(bill).at(-1)).toEqual(["a: minimum of 70.00", "25.00"]);
    expect(bill.total).toBe("85.00");
  });

  it("are amounts of money: rounded like them", () => {
    const charges = [perUnit("outcome", "1", { minimum: "60.004" })];
    expect(billOf({ charges, usage: { outcome: 60 } }).lines).toHaveLength(1);
    expect(billOf({ charges, usage: { outcome: 59 } }).total).toBe("60.00");
  });

  it("must be in order", () => {
    const charges = [perUnit("outcome", "1", { minimum: 2, maximum: "1.99" })];
    expect(issuesOf(() => billOf({ charges }))).toEqual([
      "minimum_above_maximum catalog.ratePlans.0.charges.0.minimum",
    ]);
  });

  it("leave a line that says by how much", () => {
    const charges = [perUnit("outcome", "1", { minimum: 60 })];
    const [, line] = billOf({ charges, usage: { outcome: "39.5" } }).lines;
    expect(line).toMatchObject({
      key: "minimum:outcome@2026-01-01",
      kind: "minimum",
      chargeId: "outcome",
      exactAmount: "20.5",
      amount: "20.50",
      terms: null,
      unitPrice: null,
    });
    expect(line?.steps.map(({ kind, value }) => [kind, value])).toEqual([["minimum", "20.5"]]);
  });
});

describe("the maximum spend of a plan", () => {
  const plan = { maximumSpend: 100 };

  it("takes off what all charges come to beyond it, net of discounts", () => {
    const charges = [perUnit("outcome", "1"), discount(50), fee("platform", "15")];
    const bill = billOf({ charges, plan, usage: { outcome: 190 } });
    // 190 − 95 + 15 = 110.
    expect(amountsOf(bill).at(-1)).toEqual(["Maximum of 100.00", "-10.00"]);
    expect(bill.lines.at(-1)).toMatchObject({
      key: "maximum-spend:@2026-01-01",
      kind: "maximum-spend",
      chargeId: null,
    });
    expect(bill.total).toBe("100.00");
    expect(billOf({ charges, plan, usage: { outcome: 170 } }).lines).toHaveLength(3);
  });

  it("is what a simulation says", () => {
    const own = planOf([perUnit("outcome", "1"), fee("platform", "15")], plan);
    expect(simulate(own, { outcome: 90 }).amount).toBe("100.00");
    expect(simulate(own, { outcome: 80 }).amount).toBe("95.00");
  });

  it("counts fees that were billed ahead", () => {
    const charges = [
      perUnit("outcome", "1"),
      fee("platform", "40", { billingTiming: "in-advance" }),
    ];
    const deal = {
      plans: [planOf(charges, plan)],
      usage: Array.from({ length: 70 }, (_, index) => eventOf({ id: `e${index}` })),
    };
    const [opening, january] = billUntil("2026-02-01", deal);
    // 40 ahead and 70 of usage are 110; the fee of February follows.
    expect(opening?.total).toBe("40.00");
    expect(january?.lines.map(({ amount }) => amount)).toEqual(["70.00", "-10.00", "40.00"]);
  });

  it("is the part of it in which the plan was billed", () => {
    const deal = {
      plans: [planOf([fee("platform", "1000")], plan)],
      subscription: { endDate: "2026-01-16" },
    };
    const [first] = billUntil("2026-02-01", deal);
    // 15 of 31 days of 1,000 are 483.87, and of 100 they are 48.39.
    expect(first?.total).toBe("48.39");
  });

  it("holds no period in which a plan without it was billed, too", () => {
    const deal = {
      plans: [
        planOf([fee("platform", "1000")], plan),
        planOf([fee("platform", "2000")], { id: "free-spending" }),
      ],
      subscription: { changes: [{ effectiveDate: "2026-01-16", ratePlanId: "free-spending" }] },
    };
    // 15 of 31 days of 1,000 and 16 of 2,000: 483.87 + 1,032.26.
    expect(billUntil("2026-02-01", deal)[0]?.total).toBe("1516.13");
  });

  it("stays with a closed period, whatever the catalog says today", () => {
    const usage = Array.from({ length: 130 }, (_, index) => eventOf({ id: `e${index}` }));
    const sold = { plans: [planOf([perUnit("outcome", "1")], plan)], usage };
    const [january] = billUntil("2026-02-01", sold);
    expect(january?.total).toBe("100.00");
    const dearer = { plans: [planOf([perUnit("outcome", "1")], { maximumSpend: 120 })] };
    const next = documentOf(
      dearer,
      { start: "2026-02-01", end: "2026-03-01" },
      [january as Invoice],
      {
        usage: [],
        rerate: [{ period: JANUARY, usage: usage.slice(0, 90) }],
      },
    );
    // 90 are due, and 100 were billed.
    expect(next.total).toBe("-10.00");
  });

  it("is not below the minimum commitment", () => {
    const both = { minimumCommitment: 101, maximumSpend: 100 };
    expect(issuesOf(() => billOf({ charges: [fee("platform", "15")], plan: both }))).toEqual([
      "minimum_above_maximum catalog.ratePlans.0.minimumCommitment",
    ]);
  });
});

describe("the minimum commitment of a plan", () => {
  const plan = { minimumCommitment: 100 };

  it("tops up what all charges come to, after discounts and minimums", () => {
    const charges = [perUnit("outcome", "1", { minimum: 60 }), discount(50), fee("platform", "15")];
    const bill = billOf({ charges, plan, usage: { outcome: 80 } });
    // 80 + 15 − 40 + 20 = 75
    expect(amountsOf(bill)).toEqual([
      ["outcome", "80.00"],
      ["platform", "15.00"],
      ["off", "-40.00"],
      ["outcome: minimum of 60.00", "20.00"],
      ["Minimum commitment of 100.00", "25.00"],
    ]);
    expect(bill.total).toBe("100.00");
  });

  it("adds nothing where it is met or passed", () => {
    const total = (outcome: number) =>
      billOf({ charges: [perUnit("outcome", "1")], plan, usage: { outcome } });
    expect(total(100).lines).toHaveLength(1);
    expect(total(101).total).toBe("101.00");
    expect(total(99).total).toBe("100.00");
  });

  it("is all there is without usage, and belongs to no charge", () => {
    const [line, ...others] = billOf({ charges: [perUnit("outcome", "1")], plan }).lines;
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      key: "minimum-commitment:@2026-01-01",
      kind: "minimum-commitment",
      chargeId: null,
      amount: "100.00",
      terms: null,
    });
  });

  it("holds in every period", () => {
    const sale = { charges: [fee("platform", "30")], plan };
    expect(billOf(sale).total).toBe("100.00");
    const december = { start: "2026-12-01", end: "2027-01-01" };
    expect(billOf({ ...sale, period: december }).total).toBe("100.00");
  });

  it("is met by the maximum of a charge as by anything else", () => {
    const charges = [perUnit("outcome", "1", { maximum: 50 })];
    const bill = billOf({ charges, plan, usage: { outcome: 500 } });
    // 500 − 450 + 50
    expect(bill.lines.map(({ amount }) => amount)).toEqual(["500.00", "-450.00", "50.00"]);
  });

  it("is rounded like any amount", () => {
    const bill = billOf({
      charges: [fee("platform", "30")],
      plan: { minimumCommitment: "99.999" },
    });
    expect(bill.total).toBe("100.00");
  });
});

describe("lines of nothing", () => {
  const idle = perUnit("outcome", "1");
  const within = perUnit("pages", "1", { includedUnits: 100 });
  const free = fee("free", "0");
  const noSeats: ChargeInput = {
    id: "seats",
    name: "seats",
    chargeType: "recurring",
    unitOfMeasure: "@seat",
    pricing: { model: "per-unit", unitPrice: 10 },
  };
  const sale: Sale = {
    charges: [idle, within, noSeats, free],
    subscription: { quantities: { seats: 0 } },
    usage: { pages: 50 },
  };

  it("are left out: no quantity and no amount", () => {
    // A fee of 0 is billed once: quantity 1.
    expect(amountsOf(billOf(sale))).toEqual([["free", "0.00"]]);
  });

  it("are kept where the policy says so", () => {
    const bill = billOf({ ...sale, policy: { zeroLines: true } });
    expect(
      bill.lines.map(({ chargeId, quantity, amount }) => [chargeId, quantity, amount]),
    ).toEqual([
      ["outcome", "0", "0.00"],
      ["pages", "0", "0.00"],
      ["seats", "0", "0.00"],
      ["free", "1", "0.00"],
    ]);
    expect(bill.total).toBe("0.00");
  });

  it("are no lines of a quantity that comes to less than half a cent", () => {
    const bill = billOf({ charges: [perUnit("outcome", "0.0004")], usage: { outcome: 3 } });
    expect(
      bill.lines.map(({ quantity, exactAmount, amount }) => [quantity, exactAmount, amount]),
    ).toEqual([["3", "0.0012", "0.00"]]);
  });

  it("are no lines of a fee for nothing", () => {
    const charge = perUnit("outcome", "1", {
      pricing: { model: "tiered", tiers: [{ unitPrice: 1, flatFee: 9 }], flatFeeAtZero: true },
    });
    expect(amountsOf(billOf({ charges: [charge] }))).toEqual([["outcome", "9.00"]]);
    const atZero = { ...charge, pricing: { ...charge.pricing, flatFeeAtZero: false } };
    expect(amountsOf(billOf({ charges: [unchecked<ChargeInput>(atZero)] }))).toEqual([]);
  });
});

describe("what a limit says", () => {
  it("is what it brings to which bound", () => {
    const bill = billOf({
      charges: [fee("fee", "10", { minimum: "25" } as Partial<ChargeInput>)],
      plan: { minimumCommitment: "40" },
    });
    expect(bill.lines.map(({ description, steps }) => [description, steps.at(-1)?.text])).toEqual([
      ["fee", expect.any(String)],
      ["fee: minimum of 25.00", "minimum 25.00 − 10.00 billed"],
      ["Minimum commitment of 40.00", "minimum-commitment 40.00 − 25.00 billed"],
    ]);
  });
});

describe("minimums that are measured before discounts", () => {
  const policy = { minimums: "before-discounts" } as const;
  const half = discount(50);
  const usage = { call: 80 };

  it("do not bill back what a discount took off", () => {
    const charges = [perUnit("call", "1", { minimum: "100" }), half];
    // After: 80 − 40 = 40, and 60 to 100. Before: 20 to 100, and the discount of 40 is off that.
    expect(billOf({ charges, usage }).total).toBe("100.00");
    expect(billOf({ charges, usage, policy }).total).toBe("60.00");
  });

  it("are those of a plan, and of its terms, too", () => {
    const charges = [perUnit("call", "1"), half];
    const plan = { minimumCommitment: 100 };
    expect(billOf({ charges, plan, usage }).total).toBe("100.00");
    expect(billOf({ charges, plan, usage, policy }).total).toBe("60.00");
    const term = { minimumCommitment: { amount: 200, term: { every: 2, unit: "month" } } } as const;
    const of = (more: object) => {
      const january = billOf({ charges, plan: term, usage, ...more });
      const period = { start: "2026-02-01", end: "2026-03-01" };
      const asked = requestOf({ charges, plan: term, usage: { call: 60 }, period, ...more });
      return invoice({ ...asked, previous: [january] }).total;
    };
    // After: 40 + 30 = 70, so 130 and the 30. Before: 80 + 60 = 140, so 60 and the 30.
    expect([of({}), of({ policy })]).toEqual(["160.00", "90.00"]);
  });

  it("leave maximums to what is billed", () => {
    const charges = [perUnit("call", "1", { maximum: "30" }), half];
    expect(billOf({ charges, usage, policy }).total).toBe("30.00");
    const plan = { maximumSpend: 35 };
    expect(billOf({ charges: [perUnit("call", "1"), half], plan, usage, policy }).total).toBe(
      "35.00",
    );
  });
});
