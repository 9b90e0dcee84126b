/** Invoices of charges that judge outcomes: what is billed when, and what a reversal of a closed period adjusts. */
import { type Invoice, type OutcomePolicyInput, simulate, summarizeUsage } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  adjustmentsIn,
  FAR,
  type Happening,
  judging,
  MONTHS,
  on,
  outcome,
  seller,
  signal,
} from "../support/outcomes.js";
import { amountsOf, perUnit, stored } from "../support/plans.js";

const [JANUARY, FEBRUARY, MARCH, APRIL] = MONTHS;
const tiers = [{ upTo: 2, unitPrice: "5" }, { upTo: 4, unitPrice: "4" }, { unitPrice: "3" }];

/** Invoices from January on, each with every event and all earlier ones. */
function billed(
  policy: OutcomePolicyInput,
  events: readonly Happening[],
  more: Parameters<typeof judging>[1] = {},
): readonly Invoice[] {
  const { bill } = seller([judging(policy, more)]);
  const invoices: Invoice[] = [];
  for (const [index, period] of MONTHS.entries()) {
    const rerate = MONTHS.slice(0, index).map((each) => ({ period: each, usage: events }));
    invoices.push(bill(period, events, { previous: invoices, rerate }));
  }
  return invoices;
}

function totals(invoices: readonly Invoice[]): readonly string[] {
  return invoices.map(({ total }) => total);
}

describe("an outcome", () => {
  it("is billed when it occurs where nothing must confirm it", () => {
    expect(totals(billed({}, [outcome("e1", 10), outcome("e2", 40)]))).toEqual([
      "1.00",
      "1.00",
      "0.00",
      "0.00",
    ]);
  });

  it("that is confirmed in a later month is billed there, and adjusts nothing", () => {
    const events = [outcome("e1", 30, { subject: "a" }), signal("s1", 35, { confirms: "e1" })];
    const invoices = billed({ confirm: {} }, events);
    expect(totals(invoices)).toEqual(["0.00", "1.00", "0.00", "0.00"]);
    expect(invoices[0]?.usage.details["outside-period"]?.[0]?.reason).toMatch(/^pending/);
    expect(invoices[1]?.lines).toMatchObject([
      { kind: "usage", servicePeriod: FEBRUARY, adjustment: null },
    ]);
  });

  it("is billed for the month in which it occurred where the policy says so, however late it is confirmed", () => {
    const events = [outcome("e1", 30), signal("s1", 35, { confirms: "e1" })];
    const invoices = billed({ confirm: {}, billOn: "occurred" }, events);
    expect(totals(invoices)).toEqual(["0.00", "1.00", "0.00", "0.00"]);
    expect(invoices[1]?.lines).toMatchObject([{ kind: "usage", servicePeriod: JANUARY }]);
  });

  it("is billed where it can be reversed no longer, under settled", () => {
    const policy: OutcomePolicyInput = { reverse: { within: "P30D" }, billOn: "settled" };
    // Confirmed on day 30, settled on day 60, the first of March.
    const [january, february, march] = billed(policy, [outcome("e1", 30)]);
    expect([january?.total, february?.total, march?.total]).toEqual(["0.00", "0.00", "1.00"]);
    expect(january?.usage.counts).toMatchObject({ "outside-period": 1 });
  });

  it("of two charges is judged by each, told apart by name", () => {
    const outcomePolicy = { reverse: { signals: ["reopened"] } };
    const of = (name: string, unitPrice: string) => ({
      ...perUnit("outcome", unitPrice, { outcome: outcomePolicy, filter: { names: [name] } }),
      id: name,
      name,
    });
    const { bill } = seller([of("resolved", "0.99"), of("sold", "20")]);
    const events = [
      outcome("e1", 3, { name: "resolved", subject: "a" }),
      outcome("e2", 4, { name: "sold", subject: "a" }),
      outcome("e3", 5, { name: "sold", subject: "b" }),
      outcome("e4", 6, { name: "lost", subject: "b" }),
      signal("s1", 7, { name: "reopened", subject: "b" }),
    ];
    const january = bill(JANUARY, events);
    expect(amountsOf(january)).toEqual([
      ["resolved", "0.99"],
      ["sold", "20.00"],
    ]);
    expect(january.usage.counts).toMatchObject({ matched: 2, unmatched: 2, signal: 1 });
  });

  it("of another customer or subscription, and signals of theirs, do nothing", () => {
    const { bill } = seller([judging({ reverse: {} })]);
    const events = [
      outcome("e1", 3),
      { ...signal("s1", 4, { reverses: "e1" }), customerId: "globex" },
      { ...signal("s2", 4, { reverses: "e1" }), subscriptionId: "s2" },
      { ...outcome("e2", 4), customerId: "globex" },
    ];
    const january = bill(JANUARY, events);
    expect(january.total).toBe("1.00");
    expect(january.usage.counts).toMatchObject({ matched: 1, unmatched: 1, signal: 2 });
  });

  it("is counted as a quantity, or as one", () => {
    const events = [
      outcome("e1", 3, { quantity: 4 }),
      outcome("e2", 3, { quantity: 2 }),
      signal("s1", 5, { reverses: "e1", quantity: 3 }),
    ];
    expect(billed({ reverse: {} }, events)[0]?.total).toBe("3.00");
    const counting = { aggregation: "count" as const };
    expect(billed({ reverse: {} }, events, counting)[0]?.total).toBe("2.00");
    const whole = [...events, signal("s2", 6, { reverses: "e1", quantity: 1 })];
    expect(billed({ reverse: {} }, whole, counting)[0]?.total).toBe("1.00");
  });

  it("costs in a simulation what it costs on an invoice", () => {
    const events = [outcome("e1", 3), outcome("e2", 4), signal("s1", 5, { reverses: "e2" })];
    const charge = { ...judging({ reverse: {} }), currency: "USD" };
    expect(simulate(charge, events).amount).toBe("1.00");
  });

  it("is not judged by a quantity that somebody else has counted", () => {
    expect(seller([judging({ confirm: {} })]).bill(JANUARY, { outcome: 7 }).total).toBe("7.00");
  });

  it("is judged in a summary as among events", () => {
    const charge = judging({ confirm: {} });
    const options = { charge, customerId: "acme", subscriptionId: "s1", period: JANUARY };
    const confirmed = signal("s1", 5, { confirms: "e2" });
    for (const [events, total] of [
      [[outcome("e1", 3)], "0.00"],
      [[outcome("e1", 3), outcome("e2", 4), confirmed], "1.00"],
    ] as const) {
      const summary = summarizeUsage(events, { ...options, agentType: "ocr-agent" });
      expect(seller([charge]).bill(JANUARY, summary).total).toBe(total);
    }
  });
});

describe("a reversal in a later month", () => {
  const events = [
    ...Array.from({ length: 6 }, (_, index) => outcome(`e${index}`, 3 + index)),
    signal("s1", 40, { reverses: "e1" }),
  ];

  it("rates the month again without the unit, so that the last tier gives way", () => {
    const pricing = { model: "tiered" as const, tiers };
    const invoices = billed({ reverse: {} }, events, { pricing });
    // 2 × 5 + 2 × 4 + 2 × 3 = 24, then 2 × 5 + 2 × 4 + 3 = 21.
    expect(totals(invoices)).toEqual(["24.00", "-3.00", "0.00", "0.00"]);
    const [january, february] = invoices;
    expect(february).toMatchObject({ kind: "credit-note" });
    expect(february?.lines).toMatchObject([
      {
        kind: "adjustment",
        key: january?.lines[0]?.key,
        servicePeriod: JANUARY,
        adjustment: {
          billed: "24.00",
          due: "21.00",
          invoices: [january?.idempotencyKey],
          causes: [{ kind: "usage", date: null, eventIds: ["s1"] }],
        },
      },
    ]);
  });

  it("is named with everything else that became known since", () => {
    const late = outcome("e9", 20, { receivedAt: on(45) });
    const [, february] = billed({ reverse: {} }, [...events, late]);
    expect(adjustmentsIn(february as Invoice)).toEqual([]);
    const more = [...events, late, signal("s2", 41, { reverses: "e2" })];
    const [, second] = billed({ reverse: {} }, more);
    expect(second?.lines[0]?.adjustment?.causes).toEqual([
      { kind: "usage", date: null, eventIds: ["e9", "s1", "s2"] },
    ]);
  });

  it("is taken back when the outcome is confirmed anew, and bills it once, when that happens", () => {
    const again = [...events, signal("s2", 70, { confirms: "e1" })];
    const invoices = billed({ confirm: { assumedAfter: "PT1H" }, reverse: {} }, again);
    expect(totals(invoices)).toEqual(["6.00", "-1.00", "1.00", "0.00"]);
    expect(invoices[2]?.lines).toMatchObject([{ kind: "usage", servicePeriod: MARCH }]);
  });

  it("confirmed anew in the month in which it occurred restores what was billed", () => {
    const again = [...events, signal("s2", 70, { confirms: "e1" })];
    const policy: OutcomePolicyInput = {
      confirm: { assumedAfter: "PT1H" },
      reverse: {},
      billOn: "occurred",
    };
    const invoices = billed(policy, again);
    expect(totals(invoices)).toEqual(["6.00", "-1.00", "1.00", "0.00"]);
    expect(invoices[2]?.lines).toMatchObject([{ kind: "adjustment", servicePeriod: JANUARY }]);
  });

  it("known only after the outcome was confirmed anew changes nothing", () => {
    const policy: OutcomePolicyInput = { confirm: { assumedAfter: "PT1H" }, reverse: {} };
    const late = [
      outcome("e1", 3),
      { ...signal("s1", 40, { reverses: "e1" }), receivedAt: on(75) },
      signal("s2", 70, { confirms: "e1" }),
    ];
    expect(totals(billed(policy, late))).toEqual(["1.00", "0.00", "0.00", "0.00"]);
  });

  it("gives its place to the next outcome of the key", () => {
    const policy: OutcomePolicyInput = { uniqueBy: { per: "lifetime" }, reverse: {} };
    const two = [
      outcome("e1", 3, { subject: "a" }),
      outcome("e2", 36, { subject: "a" }),
      signal("s1", 70, { reverses: "e1" }),
    ];
    const invoices = billed(policy, two);
    expect(totals(invoices)).toEqual(["1.00", "0.00", "0.00", "0.00"]);
    expect(invoices[2]?.lines).toMatchObject([
      { kind: "usage", amount: "1.00", servicePeriod: FEBRUARY },
      { kind: "adjustment", amount: "-1.00", servicePeriod: JANUARY },
    ]);
  });

  it("of part of the value is a part of the share that was billed", () => {
    const pricing = {
      model: "percentage" as const,
      percent: "10",
      minPerEvent: "2",
      maxPerEvent: "30",
    };
    const values = [
      outcome("e1", 3, { value: "500" }),
      outcome("e2", 4, { value: "100" }),
      outcome("e3", 5, { value: "5" }),
      // 500 − 150 = 350, still above the most; 100 − 40 = 60; 5 − 4 = 1, still below the least.
      signal("s1", 40, { reverses: "e1", value: "150" }),
      signal("s2", 40, { reverses: "e2", value: "40" }),
      signal("s3", 40, { reverses: "e3", value: "4" }),
      // 350 − 250 = 100.
      signal("s4", 70, { reverses: "e1", value: "250" }),
      signal("s5", 100, { reverses: "e2", value: "60" }),
    ];
    // 30 + 10 + 2 = 42; 30 + 6 + 2; 10 + 6 + 2; 10 + 2.
    const invoices = billed({ reverse: {} }, values, { pricing });
    expect(totals(invoices)).toEqual(["42.00", "-4.00", "-20.00", "-6.00"]);
  });

  it("leaves a minimum commitment where it was, as far as it reaches", () => {
    const { bill } = seller([judging({ reverse: {} })], { minimumCommitment: "5" });
    const january = bill(JANUARY, events);
    expect(january.total).toBe("6.00");
    const more = [...events, signal("s2", 41, { reverses: "e2" })];
    const rerate = [{ period: JANUARY, usage: more }];
    const february = bill(FEBRUARY, [], { previous: [january], rerate });
    // Six were billed, four are left, and five is the least: 5 for February, and 1 is given back.
    expect(amountsOf(february)).toEqual([
      ["Minimum commitment of 5.00", "5.00"],
      ["outcome: adjustment", "-2.00"],
      ["Minimum commitment of 5.00", "1.00"],
    ]);
    const previous = [january, february];
    expect(amountsOf(bill(MARCH, [], { previous, rerate }))).toEqual([
      ["Minimum commitment of 5.00", "5.00"],
    ]);
  });
});

describe("a month that was billed late", () => {
  const { bill } = seller([perUnit("outcome", "1")]);
  const late = outcome("e1", 12, { receivedAt: on(40) });

  it("is not taken back when the month that billed it is rated again", () => {
    const january = bill(JANUARY, [late]);
    const first = { period: JANUARY, usage: [late] };
    const february = bill(FEBRUARY, [], { previous: [january], rerate: [first] });
    expect(amountsOf(february)).toEqual([["outcome", "1.00"]]);
    const rerate = [first, { period: FEBRUARY, usage: [] }];
    const march = bill(MARCH, [], { previous: [january, february], rerate });
    expect(amountsOf(march)).toEqual([]);
  });

  it("is not taken back from stored invoices either, with any number of periods", () => {
    const rerate = [JANUARY, FEBRUARY, MARCH].map((period) => ({ period, usage: [late] }));
    const previous: Invoice[] = [bill(JANUARY, [late])];
    previous.push(bill(FEBRUARY, [late], { previous, rerate: rerate.slice(0, 1) }));
    previous.push(bill(MARCH, [late], { previous, rerate: rerate.slice(0, 2) }));
    expect(bill(APRIL, [late], { previous: stored(previous), rerate, asOf: FAR }).lines).toEqual(
      [],
    );
  });
});
