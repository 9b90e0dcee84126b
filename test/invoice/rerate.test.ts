/** An invoice is due − billed: late usage, and everything that follows from it, is adjusted once. */
import fc from "fast-check";
import {
  type ChargeInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  type Period,
  type RatePlanInput,
  type SubscriptionInput,
  summarizeUsage,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { termsOf } from "../support/documents.js";
import {
  AGENT_TYPE,
  amountsOf,
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planOf,
  productOf,
  stored,
  totalOf,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };
const MARCH: Period = { start: "2026-03-01", end: "2026-04-01" };

/** 1.00 each up to 10, then 0.50. */
const tiered = {
  model: "tiered" as const,
  tiers: [{ upTo: 10, unitPrice: "1" }, { unitPrice: "0.50" }],
};
const outcomes = perUnit("outcome", "1", { pricing: tiered });

interface Deal {
  readonly charges?: readonly ChargeInput[];
  readonly plan?: Partial<RatePlanInput>;
  readonly subscription?: Partial<SubscriptionInput>;
}

function bill(
  { charges = [outcomes], plan, subscription }: Deal,
  period: Period,
  usage: InvoiceRequest["usage"],
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return invoice({
    catalog: productOf(planOf(charges, plan)),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-01-01",
      ...subscription,
    },
    period,
    usage,
    ...more,
  });
}

function sumOf(invoices: readonly Invoice[]): bigint {
  return totalOf(invoices.map(({ total }) => total));
}

describe("late usage", () => {
  const january = bill({}, JANUARY, { outcome: 8 });

  it("is priced in its own period's tiers, as the difference to what was billed", () => {
    const february = bill(
      {},
      FEBRUARY,
      { outcome: 3 },
      {
        previous: [january],
        rerate: [{ period: JANUARY, usage: { outcome: 14 } }],
      },
    );
    // January: 10 × 1 + 4 × 0.50 = 12, billed 8. February: 3.
    expect(amountsOf(february)).toEqual([
      ["outcome", "3.00"],
      ["outcome: adjustment", "4.00"],
    ]);
    expect(february.lines[1]).toMatchObject({
      key: "usage:outcome@2026-01-01",
      kind: "adjustment",
      chargeId: "outcome",
      group: null,
      description: "outcome: adjustment",
      servicePeriod: JANUARY,
      quantity: "1",
      unitOfMeasure: null,
      unitPrice: null,
      tiers: [],
      exactAmount: "4",
      amount: "4.00",
      terms: january.lines[0]?.terms,
      appliedTo: [],
      adjustment: {
        billed: "8.00",
        due: "12.00",
        invoices: [january.idempotencyKey],
        causes: [{ kind: "usage", date: null }],
      },
      steps: [
        { of: "amount", kind: "due", value: "12", text: "due: 12.00" },
        { of: "amount", kind: "billed", value: "-8", text: "billed before: 8.00" },
      ],
    });
  });

  it("is not adjusted again once the invoice that adjusts is among the previous", () => {
    const rerate = [{ period: JANUARY, usage: { outcome: 14 } }];
    const february = bill({}, FEBRUARY, { outcome: 3 }, { previous: [january], rerate });
    const march = bill({}, MARCH, { outcome: 1 }, { previous: [january, february], rerate });
    expect(amountsOf(march)).toEqual([["outcome", "1.00"]]);
    const more = bill(
      {},
      MARCH,
      { outcome: 1 },
      {
        previous: [january, february],
        rerate: [{ period: JANUARY, usage: { outcome: 12 } }],
      },
    );
    // 11.00 are due, 8 + 4 were billed.
    expect(amountsOf(more)).toEqual([
      ["outcome", "1.00"],
      ["outcome: adjustment", "-1.00"],
    ]);
    expect(more.lines[1]?.adjustment).toMatchObject({
      billed: "12.00",
      due: "11.00",
      invoices: [january.idempotencyKey, february.idempotencyKey],
    });
  });

  it("is a line as ever where nothing was billed under it before", () => {
    const nothing = bill({}, JANUARY, { outcome: 0 });
    expect(nothing.lines).toEqual([]);
    const february = bill(
      {},
      FEBRUARY,
      {},
      {
        previous: [nothing],
        rerate: [{ period: JANUARY, usage: { outcome: 2 } }],
      },
    );
    expect(february.lines).toMatchObject([
      { kind: "usage", servicePeriod: JANUARY, amount: "2.00", adjustment: null },
    ]);
  });

  it("that is taken back is a credit note", () => {
    const february = bill(
      {},
      FEBRUARY,
      {},
      {
        previous: [january],
        rerate: [{ period: JANUARY, usage: { outcome: 0 } }],
      },
    );
    expect(february).toMatchObject({ kind: "credit-note", total: "-8.00" });
  });

  it("counts by when it was received", () => {
    const events = [
      eventOf({ id: "e1", timestamp: "2026-01-10T00:00:00Z" }),
      eventOf({
        id: "e2",
        timestamp: "2026-01-11T00:00:00Z",
        receivedAt: "2026-02-10T00:00:00Z",
      }),
      eventOf({
        id: "e3",
        timestamp: "2026-01-12T00:00:00Z",
        receivedAt: "2026-03-10T00:00:00Z",
      }),
    ];
    const first = bill({}, JANUARY, events);
    expect(first.total).toBe("1.00");
    expect(first.usage.counts).toMatchObject({ matched: 1, "outside-period": 2 });
    const rerate = [{ period: JANUARY, usage: events }];
    const second = bill({}, FEBRUARY, [], { previous: [first], rerate });
    expect(second.total).toBe("1.00");
    expect(second.usage.counts).toMatchObject({ matched: 2, "outside-period": 1 });
    const third = bill({}, MARCH, [], { previous: [first, second], rerate });
    expect(third.total).toBe("1.00");
    const early = bill({}, FEBRUARY, [], { previous: [first], rerate, asOf: "2026-02-09" });
    expect(early.total).toBe("0.00");
  });

  it("may be given as summaries", () => {
    const summary = summarizeUsage([eventOf({ quantity: 9 }), eventOf({ id: "e2", quantity: 5 })], {
      charge: outcomes,
      customerId: "acme",
      subscriptionId: "s1",
      agentType: AGENT_TYPE,
      period: JANUARY,
      asOf: "2026-03-01",
    });
    const february = bill(
      {},
      FEBRUARY,
      {},
      {
        previous: [january],
        rerate: [{ period: JANUARY, usage: [summary] }],
      },
    );
    expect(february.total).toBe("4.00");
  });

  it("is told apart by group", () => {
    const grouped = { ...outcomes, groupBy: { fields: ["subject" as const] } };
    const list = (a: number, b: number): UsageEventInput[] => [
      eventOf({ id: "a", subject: "a", quantity: a }),
      eventOf({ id: "b", subject: "b", quantity: b }),
    ];
    const first = bill({ charges: [grouped] }, JANUARY, list(5, 7));
    expect(first.total).toBe("12.00");
    const second = bill({ charges: [grouped] }, FEBRUARY, [], {
      previous: [first],
      rerate: [{ period: JANUARY, usage: list(5, 12) }],
    });
    // Group b: 10 + 1 = 11, billed 7.
    expect(second.lines.map(({ group, amount }) => [group, amount])).toEqual([
      [{ subject: "b" }, "4.00"],
    ]);
  });
});

describe("what follows from late usage", () => {
  it("is adjusted too: a minimum commitment nets to nothing", () => {
    const deal = { charges: [perUnit("outcome", "1")], plan: { minimumCommitment: "1000" } };
    const january = bill(deal, JANUARY, { outcome: 900 });
    expect(amountsOf(january).map(([, amount]) => amount)).toEqual(["900.00", "100.00"]);
    const february = bill(
      deal,
      FEBRUARY,
      { outcome: 2000 },
      {
        previous: [january],
        rerate: [{ period: JANUARY, usage: { outcome: 950 } }],
      },
    );
    expect(amountsOf(february).map(([, amount]) => amount)).toEqual(["2000.00", "50.00", "-50.00"]);
    expect(february.lines[2]).toMatchObject({
      key: "minimum-commitment:@2026-01-01",
      adjustment: {
        billed: "100.00",
        due: "50.00",
        causes: [{ kind: "re-rating", date: null }],
      },
    });
    const march = bill(
      deal,
      MARCH,
      { outcome: 2000 },
      {
        previous: [january, february],
        rerate: [{ period: JANUARY, usage: { outcome: 1100 } }],
      },
    );
    // 1100 − 950, and the rest of the commitment back.
    expect(amountsOf(march).map(([, amount]) => amount)).toEqual(["2000.00", "150.00", "-50.00"]);
  });

  it("is adjusted too: minimum and maximum of the charge", () => {
    const limited = perUnit("outcome", "1", { minimum: "100", maximum: "200" });
    const january = bill({ charges: [limited] }, JANUARY, { outcome: 60 });
    expect(amountsOf(january).map(([, amount]) => amount)).toEqual(["60.00", "40.00"]);
    const rerated = (quantity: number) =>
      bill(
        { charges: [limited] },
        FEBRUARY,
        { outcome: 150 },
        {
          previous: [january],
          rerate: [{ period: JANUARY, usage: { outcome: quantity } }],
        },
      );
    expect(amountsOf(rerated(90)).map(([, amount]) => amount)).toEqual([
      "150.00",
      "30.00",
      "-30.00",
    ]);
    expect(amountsOf(rerated(160)).map(([, amount]) => amount)).toEqual([
      "150.00",
      "100.00",
      "-40.00",
    ]);
    // The maximum was never reached before: its line is new.
    const above = rerated(260);
    expect(above.total).toBe("250.00");
    expect(above.lines.slice(1).map(({ kind, key, amount }) => [kind, key, amount])).toEqual([
      ["adjustment", "usage:outcome@2026-01-01", "200.00"],
      ["maximum", "maximum:outcome@2026-01-01", "-60.00"],
      ["adjustment", "minimum:outcome@2026-01-01", "-40.00"],
    ]);
  });

  it("is adjusted too: discounts", () => {
    const off: ChargeInput = {
      id: "off",
      name: "off",
      chargeType: "usage",
      pricing: { model: "discount", percent: "25" },
    };
    const deal = { charges: [perUnit("outcome", "1"), off] };
    const january = bill(deal, JANUARY, { outcome: 80 });
    expect(january.total).toBe("60.00");
    const february = bill(
      deal,
      FEBRUARY,
      {},
      {
        previous: [january],
        rerate: [{ period: JANUARY, usage: { outcome: 100 } }],
      },
    );
    expect(amountsOf(february)).toEqual([
      ["outcome: adjustment", "20.00"],
      ["off: adjustment", "-5.00"],
    ]);
  });
});

describe("a period that is rated again without usage", () => {
  it("keeps its usage lines", () => {
    const deal = {
      charges: [outcomes, fee("platform", "31"), perUnit("action", "1", { minimum: "50" })],
      plan: { minimumCommitment: "500" },
    };
    const january = bill(deal, JANUARY, { outcome: 30, action: 7 });
    const february = bill(
      deal,
      FEBRUARY,
      { outcome: 1000, action: 100 },
      {
        previous: [january],
        rerate: [{ period: JANUARY }],
      },
    );
    expect(february.lines.every(({ kind }) => kind !== "adjustment")).toBe(true);
  });

  it("keeps them as all invoices together have billed them", () => {
    const january = bill({}, JANUARY, { outcome: 8 });
    const february = bill(
      {},
      FEBRUARY,
      {},
      {
        previous: [january],
        rerate: [{ period: JANUARY, usage: { outcome: 14 } }],
      },
    );
    const march = bill(
      {},
      MARCH,
      {},
      {
        previous: [january, february],
        rerate: [{ period: JANUARY }],
      },
    );
    expect(march.lines).toEqual([]);
  });

  it("adjusts what a change that was recorded late makes different", () => {
    const deal = {
      charges: [
        outcomes,
        fee("seats", "0", {
          unitOfMeasure: "@seat",
          pricing: { model: "per-unit", unitPrice: "31" },
        } as Partial<ChargeInput>),
      ],
      subscription: { quantities: { seats: 1 } },
    };
    const january = bill(deal, JANUARY, { outcome: 8 });
    expect(january.total).toBe("39.00");
    const late = {
      ...deal,
      subscription: {
        quantities: { seats: 1 },
        changes: [{ effectiveDate: "2026-01-11", quantities: { seats: 3 } }],
      },
    };
    const february = bill(
      late,
      FEBRUARY,
      {},
      {
        previous: [january],
        rerate: [{ period: JANUARY }],
      },
    );
    // February 93; January 10 days × 1 and 21 days × 3: 10 + 63, of which 31 were billed.
    expect(february.lines.map(({ key, amount }) => [key, amount])).toEqual([
      ["recurring:seats@2026-02-01", "93.00"],
      ["recurring:seats@2026-01-01", "-21.00"],
      ["recurring:seats@2026-01-11", "63.00"],
    ]);
    expect(february.lines[1]?.adjustment?.causes).toMatchObject([
      { kind: "change", date: "2026-01-11" },
    ]);
  });

  it("leaves alone what longer cycles billed that began with it", () => {
    const deal = {
      charges: [
        outcomes,
        fee("quarter", "90", { billingCycle: "quarterly" } as Partial<ChargeInput>),
        perUnit("action", "1", { billingCycle: "quarterly", minimum: "70" }),
      ],
    };
    const january = bill(deal, JANUARY, { outcome: 8 });
    const february = bill(deal, FEBRUARY, { outcome: 1 }, { previous: [january] });
    const march = bill(
      deal,
      MARCH,
      { outcome: 1, action: 30 },
      {
        previous: [january, february],
      },
    );
    // outcome 1, quarter 90, action 30 and 40 up to its minimum
    expect([january, february, march].map(({ total }) => total)).toEqual([
      "8.00",
      "1.00",
      "161.00",
    ]);
    const april = bill(
      deal,
      { start: "2026-04-01", end: "2026-05-01" },
      {},
      {
        previous: [january, february, march],
        rerate: [{ period: JANUARY, usage: { outcome: 9 } }],
      },
    );
    expect(amountsOf(april)).toEqual([["outcome: adjustment", "1.00"]]);
  });
});

describe("a line's recorded terms", () => {
  const january = bill({}, JANUARY, { outcome: 8 });

  it("win over a catalog that was edited since", () => {
    const dearer = { charges: [perUnit("outcome", "7")] };
    const february = bill(
      dearer,
      FEBRUARY,
      { outcome: 1 },
      {
        previous: [january],
        rerate: [{ period: JANUARY, usage: { outcome: 14 } }],
      },
    );
    // February at 7; January at the tiers as sold: 12 less 8.
    expect(amountsOf(february).map(([, amount]) => amount)).toEqual(["7.00", "4.00"]);
    expect(termsOf(february, february.lines[1] ?? { terms: null })?.pricing).toMatchObject({
      model: "tiered",
    });
  });

  it("win where the charge is no longer in the catalog", () => {
    const gone = { charges: [perUnit("action", "7")] };
    const february = bill(
      gone,
      FEBRUARY,
      {},
      {
        previous: [january],
        rerate: [{ period: JANUARY }],
      },
    );
    expect(february.lines).toEqual([]);
  });

  it("are all that was sold: a fee that was dropped is not refunded, a new one not billed for the past", () => {
    const sold = bill({ charges: [fee("old", "31"), outcomes] }, JANUARY, { outcome: 8 });
    const edited = { charges: [fee("new", "50"), outcomes] };
    const february = bill(
      edited,
      FEBRUARY,
      {},
      { previous: [sold], rerate: [{ period: JANUARY, usage: { outcome: 9 } }] },
    );
    expect(amountsOf(february)).toEqual([
      ["new", "50.00"],
      ["outcome: adjustment", "1.00"],
    ]);
  });

  it("do not hold the customer to an override that was taken back for the period", () => {
    const own = {
      subscription: { overrides: { outcome: { model: "per-unit" as const, unitPrice: "3" } } },
    };
    const special = bill(own, JANUARY, { outcome: 8 });
    expect(special.total).toBe("24.00");
    const february = bill(
      {},
      FEBRUARY,
      {},
      {
        previous: [special],
        rerate: [{ period: JANUARY, usage: { outcome: 8 } }],
      },
    );
    expect(february.total).toBe("-16.00");
  });

  it("come back from storage as they went in", () => {
    const rerate = [{ period: JANUARY, usage: { outcome: 14 } }];
    const request = { previous: [january], rerate };
    const february = bill({}, FEBRUARY, { outcome: 3 }, request);
    expect(bill({}, FEBRUARY, { outcome: 3 }, { ...request, previous: stored([january]) })).toEqual(
      february,
    );
  });
});

describe("rerate", () => {
  const january = bill({}, JANUARY, { outcome: 8 });
  const again = (rerate: unknown, more: Partial<InvoiceRequest> = {}) =>
    issuesOf(() =>
      bill({}, FEBRUARY, {}, { previous: [january], rerate: unchecked(rerate), ...more }),
    );

  it.each([
    { title: "no list", rerate: 7, issues: ["invalid_type rerate"] },
    { title: "no range", rerate: {}, issues: ["missing rerate.from"] },
    { title: "no object", rerate: [JANUARY.start], issues: ["invalid_type rerate.0"] },
    { title: "no period", rerate: [{}], issues: ["missing rerate.0.period"] },
    {
      title: "an unknown key",
      rerate: [{ period: JANUARY, events: [] }],
      issues: ["unknown_key rerate.0.events"],
    },
    {
      title: "a date that does not exist",
      rerate: [{ period: { start: "2026-02-30", end: "2026-03-01" } }],
      issues: ["invalid_date rerate.0.period.start"],
    },
    {
      title: "a part of a period",
      rerate: [{ period: { start: "2026-01-01", end: "2026-01-20" } }],
      issues: ["not_a_billing_period rerate.0.period"],
    },
    {
      title: "an opening, which is no period",
      rerate: [{ period: { start: "2026-01-01", end: "2026-01-01" } }],
      issues: ["not_a_billing_period rerate.0.period"],
    },
    {
      title: "a time before the start",
      rerate: [{ period: { start: "2025-12-01", end: "2026-01-01" } }],
      issues: ["not_a_billing_period rerate.0.period"],
    },
    {
      title: "the period itself",
      rerate: [{ period: FEBRUARY }],
      issues: ["not_a_billing_period rerate.0.period"],
    },
    {
      title: "a later period",
      rerate: [{ period: MARCH }],
      issues: ["not_a_billing_period rerate.0.period"],
    },
    {
      title: "a period twice",
      rerate: [{ period: JANUARY }, { period: JANUARY }],
      issues: ["duplicate_change rerate.1.period"],
    },
    {
      title: "usage of an unknown charge",
      rerate: [{ period: JANUARY, usage: { outcomes: 3 } }],
      issues: ["unknown_charge rerate.0.usage.outcomes"],
    },
    {
      title: "a quantity that is none",
      rerate: [{ period: JANUARY, usage: { outcome: "many" } }],
      issues: ["not_a_decimal rerate.0.usage.outcome"],
    },
  ])("refuses $title", ({ rerate, issues }) => {
    expect(again(rerate)).toEqual(issues);
  });

  it("means the same in any order of its periods", () => {
    const february = bill({}, FEBRUARY, { outcome: 12 }, { previous: [january] });
    const rerate = [
      { period: JANUARY, usage: { outcome: 9 } },
      { period: FEBRUARY, usage: { outcome: 11 } },
    ];
    const [inOrder, reversed] = [rerate, rerate.toReversed()].map((list) =>
      bill({}, MARCH, { outcome: 1 }, { previous: [january, february], rerate: list }),
    );
    expect(reversed).toEqual(inOrder);
    // 1 more at 1.00, 1 less at 0.50.
    expect(inOrder?.lines.map(({ amount }) => amount)).toEqual(["1.00", "1.00", "-0.50"]);
  });

  it("refuses a period whose invoice is not among the previous", () => {
    expect(again([{ period: JANUARY }], { previous: [] })).toEqual([
      "missing_previous rerate.0.period",
    ]);
  });
});

describe("the sum of all invoices", () => {
  const charges: readonly ChargeInput[] = [
    perUnit("outcome", "1", {
      pricing: {
        model: "tiered",
        tiers: [
          { upTo: 5, unitPrice: "1.115" },
          { upTo: 12, unitPrice: "0.333", flatFee: "2" },
          { unitPrice: "0.101" },
        ],
      },
      minimum: "4",
      maximum: "11",
    }),
    perUnit("action", "0.777", { includedUnits: 2 }),
    fee("platform", "3.10"),
    { id: "off", name: "off", chargeType: "usage", pricing: { model: "discount", percent: "7.5" } },
  ];
  const deal = { charges, plan: { minimumCommitment: "12.34" } };
  const months = [JANUARY, FEBRUARY, MARCH];
  const APRIL = { start: "2026-04-01", end: "2026-05-01" };
  const event = fc.record({
    unit: fc.constantFrom("@outcome", "@action"),
    day: fc.integer({ min: 0, max: 89 }),
    late: fc.constantFrom(0, 0, 1, 20, 40, 80),
    quantity: fc.integer({ min: 1, max: 9 }),
  });
  const DAY = 86_400_000;
  const at = (day: number) => new Date(Date.parse("2026-01-01") + day * DAY).toISOString();

  it("is what one all-knowing evaluation bills, however late the events and whatever is rated again when", () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 20 }),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        (list, [inFebruary, inMarch, shuffled]) => {
          const events = list.map(({ unit, day, late, quantity }, index) =>
            eventOf({
              id: `e${index}`,
              unitOfMeasure: unit,
              timestamp: at(day),
              receivedAt: at(day + late),
              quantity,
            }),
          );
          const invoices: Invoice[] = [];
          const next = (period: Period, earlier: readonly Period[], asOf?: string) => {
            const previous = shuffled ? [...invoices].reverse() : [...invoices];
            const rerate = earlier.map((each) => ({ period: each, usage: events }));
            const more = { previous, rerate, ...(asOf === undefined ? {} : { asOf }) };
            invoices.push(bill(deal, period, events, more));
          };
          next(JANUARY, []);
          next(FEBRUARY, inFebruary ? [JANUARY] : []);
          next(MARCH, inMarch ? [FEBRUARY, JANUARY] : []);
          next(APRIL, shuffled ? [MARCH, JANUARY, FEBRUARY] : months, "2027-01-01");
          const known = [...months, APRIL].map((period) =>
            bill(deal, period, events, { asOf: "2027-01-01" }),
          );
          expect(sumOf(invoices)).toBe(sumOf(known));
          const lineSums = (all: readonly Invoice[]) => {
            const sums = new Map<string, bigint>();
            for (const { key, amount } of all.flatMap(({ lines }) => lines)) {
              sums.set(key, (sums.get(key) ?? 0n) + totalOf([amount]));
            }
            return Object.fromEntries([...sums].filter(([, cents]) => cents !== 0n).sort());
          };
          expect(lineSums(invoices)).toEqual(lineSums(known));
        },
      ),
      tries(30),
    );
  });
});

describe("a period that was taken back with the end of the subscription, and has come back", () => {
  const running = {
    catalog: productOf(planOf([perUnit("outcome", "10"), fee("fee", "7")])),
    subscription: {
      id: "s1",
      customerId: "acme",
      ratePlanId: "starter",
      startDate: "2026-01-01",
    },
  };
  const canceled = {
    ...running,
    subscription: {
      ...running.subscription,
      changes: [{ effectiveDate: "2026-02-01", status: "canceled" as const }],
    },
  };
  const usage = [5, 40, 41, 70].map((day) =>
    eventOf({ id: `e${day}`, timestamp: new Date(Date.UTC(2026, 0, day)).toISOString() }),
  );
  const january = invoice({ ...running, period: JANUARY, usage });
  const february = invoice({ ...running, period: FEBRUARY, usage, previous: [january] });
  const end = { start: FEBRUARY.start, end: FEBRUARY.start };
  const back = invoice({ ...canceled, period: end, usage, previous: [january, february] });
  const previous = [january, february, back];

  it("is billed again, with its usage, by a range and by name", () => {
    expect([january.total, february.total, back.total]).toEqual(["17.00", "27.00", "-27.00"]);
    const range = { from: "2026-01-01" };
    const list = [{ period: FEBRUARY, usage }];
    for (const rerate of [range, list]) {
      const next = invoice({ ...running, period: MARCH, usage, previous, rerate });
      // One outcome and the fee of March, and the 27 of February.
      expect(next.total).toBe("44.00");
    }
  });

  it("is asked for while its document is not given", () => {
    const request = {
      ...running,
      period: MARCH,
      usage,
      previous: [january],
      rerate: { from: "2026-01-01" },
    };
    expect(issuesOf(() => invoice(request))).toEqual(["missing_previous previous"]);
  });
});
