import type {
  BillingCycle,
  BillingPolicyInput,
  ChargeInput,
  ChargeType,
  DiscountTarget,
  Invoice,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf } from "../support/chain.js";
import {
  amountsOf,
  billOf,
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planOf,
  totalOf,
  unchecked,
  units,
} from "../support/plans.js";

type Off = { readonly percent: string | number } | { readonly amount: string | number };

/** A discount of the plan; by default on its recurring charges. */
function off(
  id: string,
  much: Off,
  appliesTo?: "all" | DiscountTarget,
  chargeType: ChargeType = "recurring",
): ChargeInput {
  const target = appliesTo === undefined ? {} : { appliesTo };
  const pricing = { model: "discount", ...much, ...target };
  return unchecked<ChargeInput>({ id, name: id, chargeType, pricing });
}

/** What the lines bill, as charge, service period and amount. */
function services({ lines }: Invoice): readonly string[] {
  return lines.map(
    ({ chargeId, servicePeriod: { start, end }, amount }) =>
      `${chargeId} ${start}/${end} ${amount}`,
  );
}

const compound: BillingPolicyInput = { discounts: { percentages: "compound" } };
const inOrder: BillingPolicyInput = { discounts: { fixed: "line-order" } };

describe("a percentage", () => {
  it("is taken off the charges of its type, and rounded once as a whole", () => {
    const charges = [
      fee("a", "0.33"),
      fee("b", "0.33"),
      fee("c", "0.33"),
      off("tenth", { percent: 10 }),
    ];
    const bill = billOf({ charges });
    // 10 % of 0.99 is 0.099, so 0.10; a third of ten cents is three each, and the one left is the first line's.
    expect(bill.total).toBe("0.89");
    const line = bill.lines[3];
    expect([line?.kind, line?.exactAmount, line?.amount]).toEqual(["discount", "-0.099", "-0.10"]);
    expect(line?.appliedTo).toEqual([
      { key: "recurring:a@2026-01-01", amount: "-0.04" },
      { key: "recurring:b@2026-01-01", amount: "-0.03" },
      { key: "recurring:c@2026-01-01", amount: "-0.03" },
    ]);
  });

  it("of 100 takes everything, of 0 nothing and no line", () => {
    const lines = (percent: number) =>
      amountsOf(billOf({ charges: [fee("a", "9.99"), off("off", { percent })] }));
    expect(lines(100)).toEqual([
      ["a", "9.99"],
      ["off", "-9.99"],
    ]);
    expect(lines(0)).toEqual([["a", "9.99"]]);
  });

  it("may have decimals", () => {
    // 12.345 % of 80.00 is 9.876.
    const charges = [fee("a", "80"), off("off", { percent: "12.345" })];
    expect(billOf({ charges }).total).toBe("70.12");
  });

  it("reads rounded amounts", () => {
    // 0.045 is billed as 0.05, of which 50 % is 0.025: 0.03. Of the exact amount it would be 0.02.
    const charges = [fee("a", "0.045"), off("half", { percent: 50 })];
    expect(amountsOf(billOf({ charges }))).toEqual([
      ["a", "0.05"],
      ["half", "-0.03"],
    ]);
  });

  it("leaves no line where it comes to less than half a cent", () => {
    const charges = [fee("a", "0.04"), off("tenth", { percent: 10 })];
    expect(billOf({ charges }).lines).toHaveLength(1);
  });
});

describe("several percentages", () => {
  const charges = [fee("a", "100"), off("first", { percent: 10 }), off("second", { percent: 20 })];

  it("stack on the original", () => {
    // 10 + 20
    expect(amountsOf(billOf({ charges })).slice(1)).toEqual([
      ["first", "-10.00"],
      ["second", "-20.00"],
    ]);
  });

  it("are taken off what is left under `compound`", () => {
    // 10, then 20 % of 90
    expect(amountsOf(billOf({ charges, policy: compound })).slice(1)).toEqual([
      ["first", "-10.00"],
      ["second", "-18.00"],
    ]);
  });

  const sixties = [fee("a", "100"), off("first", { percent: 60 }), off("second", { percent: 60 })];

  it("of 60 and 60 take all of it and no more", () => {
    expect(amountsOf(billOf({ charges: sixties }))).toEqual([
      ["a", "100.00"],
      ["first", "-60.00"],
      ["second", "-40.00"],
    ]);
    expect(billOf({ charges: sixties }).total).toBe("0.00");
  });

  it("of 60 and 60 leave 16 under `compound`", () => {
    // 60, then 60 % of 40
    expect(billOf({ charges: sixties, policy: compound }).total).toBe("16.00");
  });

  it("never take more than there is off any one line", () => {
    // 80 % leaves 0.10 of a. 30 % of a is 0.15, of which 0.10 is there; of b and c it is 0.3 cents each.
    // 0.106 in all is 0.11, of which a can bear ten cents and no more.
    const bill = billOf({
      charges: [
        fee("a", "0.50"),
        fee("b", "0.01"),
        fee("c", "0.01"),
        off("most", { percent: 80 }, { charges: ["a"] }),
        off("third", { percent: 30 }),
      ],
    });
    const takenOff = bill.lines
      .flatMap(({ appliedTo }) => appliedTo)
      .filter(({ key }) => key.startsWith("recurring:a"));
    expect(totalOf(takenOff.map(({ amount }) => amount))).toBeGreaterThanOrEqual(-50n);
  });
});

describe("a fixed amount", () => {
  const spread = (amount: string, fees: readonly string[], policy: BillingPolicyInput = {}) => {
    const charges = fees.map((price, index) => fee(`fee ${index}`, price));
    const bill = billOf({ charges: [...charges, off("off", { amount })], policy });
    return bill.lines.at(-1)?.appliedTo.map((share) => share.amount) ?? [];
  };

  it("is spread in proportion, odd cents to the largest remainders", () => {
    // A third of a dollar each: 33 cents and a third; the cent left over goes to the first of three equals.
    expect(spread("1", ["10", "10", "10"])).toEqual(["-0.34", "-0.33", "-0.33"]);
    // 10/70, 20/70 and 40/70 of 10.00: 142.86, 285.71 and 571.43 cents. Two left over, for .86 and .71.
    expect(spread("10", ["10", "20", "40"])).toEqual(["-1.43", "-2.86", "-5.71"]);
    // 1/3 and 2/3 of 5 cents: 1.67 and 3.33.
    expect(spread("0.05", ["1", "2"])).toEqual(["-0.02", "-0.03"]);
  });

  it("is taken in the order of the lines under `line-order`", () => {
    expect(spread("10", ["6", "3", "40"], inOrder)).toEqual(["-6.00", "-3.00", "-1.00"]);
    expect(spread("9", ["6", "3", "40"], inOrder)).toEqual(["-6.00", "-3.00"]);
  });

  it("of more than there is takes what there is", () => {
    for (const policy of [{}, inOrder]) {
      expect(spread("500", ["6", "3", "40"], policy)).toEqual(["-6.00", "-3.00", "-40.00"]);
    }
    expect(billOf({ charges: [fee("a", "5"), off("off", { amount: 7 })] }).total).toBe("0.00");
  });

  it("never takes more than there is off any one line, however it is rounded", () => {
    const policy: BillingPolicyInput = { ...inOrder, rounding: { mode: "up" } };
    // 0.101 is 0.11 rounded up: all of the first fee and a cent of the second.
    expect(spread("0.101", ["0.10", "0.10"], policy)).toEqual(["-0.10", "-0.01"]);
  });

  it("of 0 leaves no line", () => {
    expect(billOf({ charges: [fee("a", "5"), off("off", { amount: 0 })] }).lines).toHaveLength(1);
  });

  it("is in the currency's minor unit", () => {
    const charges = [fee("a", "1000"), fee("b", "500"), off("off", { amount: "100.5" })];
    const bill = billOf({ charges, plan: { currency: "JPY" } });
    // 101 yen over 1000 and 500: 67.3 and 33.7.
    expect(bill.lines.at(-1)?.appliedTo.map(({ amount }) => amount)).toEqual(["-67", "-34"]);
    expect(bill.total).toBe("1399");
  });

  it("comes after the percentages, wherever it stands in the catalog", () => {
    const charges = [off("fixed", { amount: 30 }), fee("a", "100"), off("tenth", { percent: 10 })];
    // 10 % of 100 and then 30, not 10 % of 70.
    expect(amountsOf(billOf({ charges }))).toEqual([
      ["a", "100.00"],
      ["tenth", "-10.00"],
      ["fixed", "-30.00"],
    ]);
    expect(amountsOf(billOf({ charges, policy: compound })).slice(1)).toEqual([
      ["tenth", "-10.00"],
      ["fixed", "-30.00"],
    ]);
  });

  it("finds what the percentages left", () => {
    const charges = [
      fee("a", "10"),
      fee("b", "10"),
      off("most", { percent: 90 }, { charges: ["a"] }),
      off("fixed", { amount: 5.5 }),
    ];
    // 1 and 10 are left: 5.50 in the proportion 1 : 10.
    expect(
      billOf({ charges })
        .lines.at(-1)
        ?.appliedTo.map(({ amount }) => amount),
    ).toEqual(["-0.50", "-5.00"]);
  });

  it("finds nothing where the percentages left nothing", () => {
    const charges = [fee("a", "10"), off("all", { percent: 100 }), off("fixed", { amount: 5 })];
    expect(amountsOf(billOf({ charges }))).toEqual([
      ["a", "10.00"],
      ["all", "-10.00"],
    ]);
  });
});

describe("what a discount applies to", () => {
  const charges: readonly ChargeInput[] = [
    unchecked<ChargeInput>({ ...fee("setup", "1000"), chargeType: "one-time" }),
    fee("platform", "100"),
    {
      id: "seats",
      name: "seats",
      chargeType: "recurring",
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 10 },
    },
    perUnit("outcome", "1"),
    perUnit("action", "0.1"),
  ];
  const sale = { subscription: { quantities: { seats: 2 } }, usage: { outcome: 4, action: 10 } };
  // The lines: setup 1000, platform 100, seats 20, outcome 4, action 1.

  const table: readonly {
    readonly title: string;
    readonly appliesTo?: "all" | DiscountTarget;
    readonly chargeType?: ChargeType;
    readonly chargeIds: readonly string[];
    /** 10 % of them. */
    readonly amount: string;
  }[] = [
    { title: "nothing said: recurring", chargeIds: ["platform", "seats"], amount: "-12.00" },
    {
      title: "nothing said: one-time",
      chargeType: "one-time",
      chargeIds: ["setup"],
      amount: "-100.00",
    },
    {
      title: "nothing said: usage",
      chargeType: "usage",
      chargeIds: ["outcome", "action"],
      amount: "-0.50",
    },
    {
      title: "all",
      appliesTo: "all",
      chargeIds: ["setup", "platform", "seats", "outcome", "action"],
      amount: "-112.50",
    },
    {
      title: "charges by id",
      appliesTo: { charges: ["action", "platform"] },
      chargeIds: ["platform", "action"],
      amount: "-10.10",
    },
    {
      title: "charge types",
      appliesTo: { chargeTypes: ["usage", "one-time"] },
      chargeIds: ["setup", "outcome", "action"],
      amount: "-100.50",
    },
    {
      title: "units",
      appliesTo: { units: ["@seat", "@action", "@nothing"] },
      chargeIds: ["seats", "action"],
      amount: "-2.10",
    },
    {
      title: "charge types and units, both of them",
      appliesTo: { chargeTypes: ["usage"], units: ["@seat", "@outcome"] },
      chargeIds: ["outcome"],
      amount: "-0.40",
    },
    {
      title: "charges and charge types, both of them",
      appliesTo: { charges: ["seats", "outcome"], chargeTypes: ["recurring"] },
      chargeIds: ["seats"],
      amount: "-2.00",
    },
    {
      title: "an empty target, which restricts nothing",
      appliesTo: {},
      chargeIds: ["setup", "platform", "seats", "outcome", "action"],
      amount: "-112.50",
    },
  ];

  it.each(table)("is $title", ({ appliesTo, chargeType, chargeIds, amount }) => {
    const discount = off("tenth", { percent: 10 }, appliesTo, chargeType);
    const bill = billOf({ ...sale, charges: [...charges, discount] });
    const line = bill.lines.find(({ kind }) => kind === "discount");
    const types = new Map(charges.map((charge) => [charge.id, charge.chargeType]));
    const keys = chargeIds.map((id) => `${types.get(id)}:${id}@2026-01-01`);
    expect(line?.appliedTo.map(({ key }) => key)).toEqual(keys);
    expect(line?.amount).toBe(amount);
  });

  it("is nothing where a list is empty or nothing of it is billed", () => {
    const targets = [{ charges: [] }, { units: [] }, { chargeTypes: [] }, { units: ["@nothing"] }];
    for (const appliesTo of targets) {
      const discount = off("tenth", { percent: 10 }, appliesTo);
      expect(billOf({ ...sale, charges: [...charges, discount] }).total).toBe("1125.00");
    }
    const unused = off("tenth", { percent: 10 }, { charges: ["outcome"] });
    const bill = billOf({ ...sale, usage: {}, charges: [...charges, unused] });
    expect(bill.total).toBe("1120.00");
  });

  it("is never a discount, a minimum or a commitment", () => {
    const bill = billOf({
      charges: [
        fee("a", "10", { minimum: 50 }),
        off("one", { percent: 10 }, "all"),
        off("two", { percent: 10 }, "all"),
      ],
      plan: { minimumCommitment: 100 },
    });
    // 10 − 1 − 1 = 8; 42 to the minimum; 50 to the commitment.
    expect(bill.lines.map(({ amount }) => amount)).toEqual([
      "10.00",
      "-1.00",
      "-1.00",
      "42.00",
      "50.00",
    ]);
  });

  it("must be charges of the plan that are no discounts", () => {
    const bad = [
      fee("a", "1"),
      off("one", { percent: 1 }),
      off("two", { percent: 1 }, { charges: ["a", "one", "b"] }),
    ];
    expect(issuesOf(() => billOf({ charges: bad }))).toEqual([
      "unknown_charge catalog.ratePlans.0.charges.2.pricing.appliesTo.charges.1",
      "unknown_charge catalog.ratePlans.0.charges.2.pricing.appliesTo.charges.2",
    ]);
  });
});

describe("when a discount is due", () => {
  const february = { start: "2026-02-01", end: "2026-03-01" };
  const welcome = off("welcome", { amount: 20 }, "all", "one-time");
  const loyalty = off("loyalty", { amount: 5 });
  const charges = [fee("platform", "100"), welcome, loyalty];

  it("is the first invoice alone when it is one-time, and every invoice when it is recurring", () => {
    expect(billOf({ charges }).total).toBe("75.00");
    expect(billOf({ charges, period: february }).total).toBe("95.00");
  });

  it("does not come back when the first invoice was too small for it", () => {
    const small = [fee("platform", "15"), welcome];
    expect(billOf({ charges: small }).total).toBe("0.00");
    expect(billOf({ charges: small, period: february }).total).toBe("15.00");
  });

  it("applies to the one-time charges only where they are billed", () => {
    const all = [
      unchecked<ChargeInput>({ ...fee("setup", "1000"), chargeType: "one-time" }),
      fee("platform", "100"),
      off("tenth", { percent: 10 }, "all"),
    ];
    expect(billOf({ charges: all }).total).toBe("990.00");
    expect(billOf({ charges: all, period: february }).total).toBe("90.00");
  });
});

describe("the line of a discount", () => {
  it("says where it comes from, and its shares and steps add up to it", () => {
    const charges = [fee("a", "10.01"), fee("b", "3.33"), off("off", { percent: "33.3" })];
    const line = billOf({ charges }).lines[2];
    expect(line).toMatchObject({
      key: "discount:off@2026-01-01",
      kind: "discount",
      chargeId: "off",
      description: "off",
      quantity: "1",
      unitOfMeasure: null,
      unitPrice: null,
      tiers: [],
      terms: null,
      // 33.3 % of 13.34
      exactAmount: "-4.44222",
      amount: "-4.44",
    });
    expect(totalOf(line?.appliedTo.map(({ amount }) => amount) ?? [])).toBe(-444n);
    // 33.3 % of 10.01 and of 3.33, and what rounding gave back.
    expect(line?.steps.map(({ value }) => value)).toEqual(["-3.33333", "-1.10889", "0.00222"]);
  });

  it("is never more than the charges it is off", () => {
    const amounts = ["0.01", "0.10", "1", "99999999.99"];
    for (const amount of amounts) {
      for (const much of [{ percent: 100 }, { amount: "1000000000000" }]) {
        const bill = billOf({ charges: [fee("a", amount), off("off", much)] });
        expect(units(bill.total)).toBe(0n);
      }
    }
  });
});

describe("what a discount says", () => {
  it("is a step for each line, and one for what rounding did", () => {
    const charges = [fee("a", "0.33"), fee("b", "1"), off("tenth", { percent: 10 })];
    const texts = billOf({ charges }).lines[2]?.steps.map(({ kind, text }) => [kind, text]);
    // 0.033 and 0.1 are 0.133.
    expect(texts).toEqual([
      ["discount", "10 % off a"],
      ["discount", "10 % off b"],
      ["rounding", "rounding to 2 decimals, half-away-from-zero"],
    ]);
    const fixed = [fee("a", "6"), fee("b", "2"), off("four", { amount: "4" })];
    expect(billOf({ charges: fixed }).lines[2]?.steps.map(({ text }) => text)).toEqual([
      "share of 4 off a",
      "share of 4 off b",
    ]);
  });

  it("names no line that it takes nothing off", () => {
    // One cent goes to the first of two equal lines; half a cent each is the exact share.
    const bill = billOf({
      charges: [fee("a", "1"), fee("b", "1"), off("cent", { amount: "0.01" })],
    });
    expect(bill.lines[2]?.appliedTo).toEqual([{ key: "recurring:a@2026-01-01", amount: "-0.01" }]);
    expect(bill.lines[2]?.steps).toHaveLength(2);
    const inTurn = billOf({
      charges: [fee("a", "1"), fee("b", "1"), off("cent", { amount: "0.01" })],
      policy: inOrder,
    });
    expect(inTurn.lines[2]?.steps.map(({ text }) => text)).toEqual(["share of 0.01 off a"]);
  });
});

describe("a discount off services of several times", () => {
  const tenth = off("tenth", { percent: 10 });

  it("has a line for each of them", () => {
    const plans = [
      planOf([fee("fee", "31"), tenth]),
      planOf([fee("fee", "62"), tenth], { id: "pro" }),
    ];
    const deal: Deal = {
      plans,
      subscription: { changes: [{ effectiveDate: "2026-01-11", ratePlanId: "pro" }] },
    };
    const january = documentOf(deal, JANUARY);
    // 10 days of 1 and 21 of 2.
    expect(services(january)).toEqual([
      "fee 2026-01-01/2026-01-11 10.00",
      "fee 2026-01-11/2026-02-01 42.00",
      "tenth 2026-01-01/2026-01-11 -1.00",
      "tenth 2026-01-11/2026-02-01 -4.20",
    ]);
  });

  it("tells those that begin together apart, in advance", () => {
    const ahead = (id: string, amount: string, billingCycle: BillingCycle) =>
      fee(id, amount, { billingTiming: "in-advance", billingCycle } as Partial<ChargeInput>);
    const charges = [ahead("month", "30", "monthly"), ahead("year", "1200", "annual"), tenth];
    const [opening, january] = billUntil("2026-02-01", { plans: [planOf(charges)] });
    expect(opening && services(opening)).toEqual([
      "month 2026-01-01/2026-02-01 30.00",
      "year 2026-01-01/2027-01-01 1200.00",
      "tenth 2026-01-01/2026-02-01 -3.00",
      "tenth 2026-01-01/2027-01-01 -120.00",
    ]);
    expect(new Set(opening?.lines.map(({ key }) => key)).size).toBe(4);
    expect(january && services(january)).toEqual([
      "month 2026-02-01/2026-03-01 30.00",
      "tenth 2026-02-01/2026-03-01 -3.00",
    ]);
  });

  it("tells those that begin together apart, in arrears", () => {
    const quarterly = fee("quarter", "300", { billingCycle: "quarterly" } as Partial<ChargeInput>);
    const deal: Deal = { plans: [planOf([fee("month", "30"), quarterly, tenth])] };
    const documents = billUntil("2026-04-01", deal);
    expect(documents.map(({ total }) => total)).toEqual(["27.00", "27.00", "297.00"]);
    // January's month has had its own; the quarter that began with it has another.
    const march = documents.at(-1);
    expect(march?.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["recurring", "30.00"],
      ["recurring", "300.00"],
      ["discount", "-3.00"],
      ["discount", "-30.00"],
    ]);
  });
});

describe("a fixed amount off a year that is billed ahead", () => {
  it("is that of the period in which the year begins, and no other", () => {
    const year = { billingTiming: "in-advance", billingCycle: "annual" } as Partial<ChargeInput>;
    const deal: Deal = {
      plans: [
        planOf([
          fee("year", "1200", year),
          perUnit("outcome", "1"),
          off("fifty", { amount: 50 }, "all"),
        ]),
      ],
      usage: [1, 2].map((month) =>
        eventOf({ id: `e${month}`, quantity: 100, timestamp: `2026-0${month}-10T00:00:00Z` }),
      ),
    };
    const [opening, january, february] = billUntil("2026-03-01", deal);
    expect(opening && services(opening)).toEqual([
      "year 2026-01-01/2027-01-01 1200.00",
      "fifty 2026-01-01/2027-01-01 -50.00",
    ]);
    // January has had its fifty with the year.
    expect(january && services(january)).toEqual(["outcome 2026-01-01/2026-02-01 100.00"]);
    expect(february && services(february)).toEqual([
      "outcome 2026-02-01/2026-03-01 100.00",
      "fifty 2026-02-01/2026-03-01 -50.00",
    ]);
  });
});

describe("two fixed amounts off what is billed on two documents", () => {
  it("each take what they have left themselves", () => {
    const ahead = fee("fee", "15", { billingTiming: "in-advance" } as Partial<ChargeInput>);
    const deal: Deal = {
      plans: [
        planOf([
          ahead,
          perUnit("outcome", "1"),
          off("ten", { amount: 10 }, "all"),
          off("twenty", { amount: 20 }, "all"),
        ]),
      ],
      subscription: { endDate: "2026-02-01" },
      usage: [eventOf({ quantity: 100 })],
    };
    const [opening, january] = billUntil("2026-02-01", deal);
    // 10 and then 5 off the fee of 15; of the second 15 are left for the usage.
    expect(opening && amountsOf(opening)).toEqual([
      ["fee", "15.00"],
      ["ten", "-10.00"],
      ["twenty", "-5.00"],
    ]);
    expect(january?.lines.map(({ chargeId, amount }) => [chargeId, amount])).toEqual([
      ["outcome", "100.00"],
      ["twenty", "-15.00"],
    ]);
  });
});

describe("a discount on fees of long cycles that begin together", () => {
  it("takes off the one in arrears, when it is cut short, without giving back that in advance", () => {
    const charges = [
      fee("ahead", "120", {
        billingCycle: "annual",
        billingTiming: "in-advance",
        proration: "none",
      }),
      fee("after", "90", { billingCycle: "quarterly" }),
      off("half", { percent: 50 }),
    ];
    const deal: Deal = { plans: [planOf(charges)], subscription: { endDate: "2026-02-15" } };
    const bills = billUntil("2026-03-01", deal);
    // Half of 120 ahead; and when it ends, half of 45 of the 90 days of the quarter.
    expect(bills.map(({ total }) => total)).toEqual(["60.00", "0.00", "22.50"]);
    expect(bills.at(-1)?.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["recurring", "45.00"],
      ["discount", "-22.50"],
    ]);
  });
});
