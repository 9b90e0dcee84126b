import fc from "fast-check";
import {
  type ChargeInput,
  crossedThreshold,
  documentsDue,
  type Invoice,
  type InvoiceRequest,
  type UsageEventInput,
  upcoming,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { bill } from "../support/biller.js";
import { billUntil, type Deal, documentOf, subscriptionOf } from "../support/chain.js";
import { lives, outcomeLives, WIDE } from "../support/lives.js";
import {
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

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };

const tiered = perUnit("outcome", "1", {
  pricing: { model: "tiered", tiers: [{ upTo: 3, unitPrice: "10" }, { unitPrice: "4" }] },
});

const on = (day: number) => `2026-01-${String(day).padStart(2, "0")}T12:00:00Z`;
const events = [2, 5, 9, 20, 25].map((day) => eventOf({ id: `d${day}`, timestamp: on(day) }));

/** An interim document of January as of noon of a day. */
function interim(
  deal: Deal,
  day: number,
  previous: readonly Invoice[] = [],
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return documentOf(deal, JANUARY, previous, { scope: "interim", asOf: on(day), ...more });
}

describe("an interim document", () => {
  const deal: Deal = { plans: [planOf([tiered, fee("fee", "50")])], usage: events };

  it("bills the usage so far, and the period's own document the rest", () => {
    const first = interim(deal, 9);
    // Three at 10; the fee waits.
    expect(first).toMatchObject({
      scope: "interim",
      sequence: 1,
      period: { start: "2026-01-01", end: on(9).replace("Z", ".000Z") },
      total: "30.00",
      unbilled: [],
    });
    expect(first.lines.map(({ key, amount }) => [key, amount])).toEqual([
      ["usage:outcome@2026-01-01", "30.00"],
    ]);
    const second = interim(deal, 21, [first]);
    // The fourth at 4.
    expect([second.total, second.lines[0]?.kind]).toEqual(["4.00", "adjustment"]);
    const last = documentOf(deal, JANUARY, [stored(first), stored(second)]);
    expect(last.lines.map(({ key, amount }) => [key, amount])).toEqual([
      ["usage:outcome@2026-01-01", "4.00"],
      ["recurring:fee@2026-01-01", "50.00"],
    ]);
    expect(last.scope).toBe("period");
    const next = documentOf(deal, FEBRUARY, [first, second, last]);
    expect(next.total).toBe("50.00");
  });

  it("has a key of its own for each moment", () => {
    const keys = [interim(deal, 9), interim(deal, 21)].map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toEqual([
      "interim:s1@2026-01-01/2026-01-09T12:00:00.000Z",
      "interim:s1@2026-01-01/2026-01-21T12:00:00.000Z",
    ]);
    const first = interim(deal, 9);
    expect(issuesOf(() => interim(deal, 9, [first]))).toEqual(["already_invoiced previous"]);
  });

  it("bills nothing where nothing was used since", () => {
    const first = interim(deal, 9);
    expect(interim(deal, 10, [first])).toMatchObject({ total: "0.00", lines: [] });
  });

  it("reprices a volume price with signed lines", () => {
    const volume = perUnit("outcome", "1", {
      pricing: { model: "volume", tiers: [{ upTo: 3, unitPrice: "10" }, { unitPrice: "4" }] },
    });
    const sold = { ...deal, plans: [planOf([volume])] };
    const first = interim(sold, 9);
    const last = documentOf(sold, JANUARY, [first]);
    // Three at 10 are 30, and five at 4 are 20.
    expect([first.total, last.total]).toEqual(["30.00", "-10.00"]);
  });

  it("pulls no fee forward, and decides no minimum, commitment or guarantee", () => {
    const charges: ChargeInput[] = [
      perUnit("outcome", "1", { minimum: "100" }),
      fee("ahead", "20", { billingTiming: "in-advance" }),
      fee("after", "30"),
    ];
    const sold = { plans: [planOf(charges, { minimumCommitment: "500" })], usage: events };
    const [opening] = billUntil("2026-01-01", sold);
    expect(interim(sold, 21, [opening as Invoice]).total).toBe("4.00");
  });

  it("holds a maximum, of a charge and of the plan", () => {
    const most = { plans: [planOf([perUnit("outcome", "10", { maximum: "25" })])], usage: events };
    const first = interim(most, 21);
    expect(first.total).toBe("25.00");
    expect(documentOf(most, JANUARY, [first]).total).toBe("0.00");
    const plan = {
      plans: [planOf([perUnit("outcome", "10")], { maximumSpend: "35" })],
      usage: events,
    };
    expect(interim(plan, 21).total).toBe("35.00");
  });

  it("takes off coupons, and is taxed", () => {
    const more = {
      coupons: [{ id: "gift", amount: "15", from: "2026-01-01" }],
      taxes: [{ id: "vat", percent: 10 }],
    };
    const first = interim(deal, 9, [], more);
    // 30 less 15, with 1.50 of tax.
    expect(first.total).toBe("16.50");
    const last = documentOf(deal, JANUARY, [first], more);
    // 8 more of usage and 50 of fee, whose share of the coupon moves there: 38 + 50 in all, 15 off it.
    expect(last.subtotal).toBe("58.00");
    expect(last.discounts).toBe("0.00");
    expect(last.total).toBe("63.80");
  });

  it("leaves what is due to documentsDue", () => {
    const first = interim(deal, 9);
    const due = documentsDue(subscriptionOf(deal), {
      catalog: productOf(...deal.plans),
      until: "2026-03-01",
      last: first,
    });
    expect(due.map(({ scope, period, sequence }) => [scope, period.end, sequence])).toEqual([
      ["period", "2026-02-01", 2],
      ["period", "2026-03-01", 3],
    ]);
    expect(due[0]?.previous).toEqual([first.idempotencyKey]);
  });

  it("leaves fees in advance alone, whatever changes later in the period", () => {
    const plan = (name: string, amount: string) =>
      planOf(
        [perUnit("outcome", "1"), fee(`fee-${name}`, amount, { billingTiming: "in-advance" })],
        {
          id: name,
        },
      );
    const changes = [{ effectiveDate: "2026-01-11", ratePlanId: "b" }];
    const deal: Deal = {
      plans: [plan("a", "31"), plan("b", "62")],
      subscription: { changes },
      usage: events,
    };
    const [opening] = billUntil("2026-01-01", deal);
    // 10 of 31 days at 31, and 21 of 31 at 62.
    expect(opening?.total).toBe("52.00");
    // Calls of the 2nd and the 5th; then those of the 9th, the 20th and the 25th, and the fee of February.
    const first = interim(deal, 6, [opening as Invoice]);
    expect(first.total).toBe("2.00");
    const after = interim(deal, 21, [opening as Invoice, first]);
    expect(after.total).toBe("2.00");
    const last = documentOf(deal, JANUARY, [opening as Invoice, first, after]);
    expect(last.total).toBe("63.00");
  });

  it("bills nothing of a plan that begins later in the period", () => {
    const base = { model: "overage", baseFee: "9", includedUnits: 5, unitPrice: "1" } as const;
    const plans = [
      planOf([perUnit("outcome", "1")], { id: "a" }),
      planOf([perUnit("outcome", "1", { pricing: base })], { id: "b" }),
    ];
    const changes = [{ effectiveDate: "2026-01-11", ratePlanId: "b" }];
    const deal: Deal = { plans, subscription: { changes }, usage: events };
    const first = interim(deal, 10);
    expect(first.total).toBe("3.00");
    expect(interim(deal, 12, [first]).total).toBe("9.00");
  });

  it("takes the usage back that a cancellation leaves unbilled", () => {
    const sold: Deal = {
      plans: [planOf([perUnit("outcome", "1")])],
      usage: [events[1]].flatMap((each) => each ?? []),
    };
    const first = interim(sold, 9);
    expect(first.total).toBe("1.00");
    const over = { ...sold, subscription: { endDate: "2026-01-04" } };
    const end = { start: "2026-01-01", end: "2026-01-04" };
    expect(documentOf(over, end, [first], { asOf: "2026-01-10" }).total).toBe("-1.00");
  });

  it("leaves a change that is recorded late to the documents that follow", () => {
    const plan = (name: string, amount: string) =>
      planOf([fee(`fee-${name}`, amount, { billingTiming: "in-advance" })], { id: name });
    const before: Deal = { plans: [plan("a", "31"), plan("b", "62")], usage: [] };
    const changes = [{ effectiveDate: "2026-01-11", ratePlanId: "b" }];
    const deal: Deal = { ...before, subscription: { changes } };
    const [opening] = billUntil("2026-01-01", before);
    const first = interim(deal, 15, [opening as Invoice]);
    expect(first.total).toBe("0.00");
    // 31 were billed where 52 are due; and the fee of February.
    expect(documentOf(deal, JANUARY, [opening as Invoice, first]).total).toBe("83.00");
  });

  it("stands for no opening", () => {
    const deal: Deal = {
      plans: [planOf([tiered, fee("fee", "50", { billingTiming: "in-advance" })])],
      usage: events,
    };
    const due = documentsDue(subscriptionOf(deal), {
      catalog: productOf(...deal.plans),
      until: "2026-02-01",
      last: interim(deal, 9),
    });
    expect(due.map(({ scope }) => scope)).toEqual(["opening", "period"]);
  });

  it("does not stand for the document of its period", () => {
    const first = interim(deal, 9);
    expect(issuesOf(() => documentOf(deal, FEBRUARY, [first]))).toEqual([
      "missing_previous previous",
    ]);
  });

  it("counts in what comes next", () => {
    const first = interim(deal, 9);
    const { usage = [], plans } = deal;
    const next = upcoming({
      catalog: productOf(...plans),
      subscription: subscriptionOf(deal),
      usage,
      previous: [first],
      asOf: on(28),
    });
    expect([next.scope, next.total]).toEqual(["period", "58.00"]);
  });
});

describe("outcomes on interim documents", () => {
  const judged = perUnit("outcome", "10", { outcome: { reverse: { signals: ["reopened"] } } });
  const deal: Deal = {
    plans: [planOf([judged])],
    usage: [
      eventOf({ id: "a", subject: "a", timestamp: on(3) }),
      eventOf({ id: "b", subject: "b", timestamp: on(4) }),
      { id: "r", customerId: "acme", subject: "a", name: "reopened", timestamp: on(15) },
    ],
  };

  it("are given back by the next when they are reversed", () => {
    const first = interim(deal, 9);
    const second = interim(deal, 20, [first]);
    expect([first.total, second.total]).toEqual(["20.00", "-10.00"]);
    expect(documentOf(deal, JANUARY, [first, second]).total).toBe("0.00");
  });
});

describe("thresholds", () => {
  const requestOf = (sold: Deal, previous: readonly Invoice[]): InvoiceRequest => ({
    catalog: productOf(...sold.plans),
    subscription: subscriptionOf(sold),
    period: JANUARY,
    usage: sold.usage ?? [],
    previous,
  });
  const deal: Deal = { plans: [planOf([perUnit("outcome", "10")])], usage: events };
  const ask = (
    day: number,
    previous: readonly Invoice[],
    thresholds: Parameters<typeof crossedThreshold>[1],
  ) => crossedThreshold({ ...requestOf(deal, previous), asOf: on(day) }, thresholds);

  it("are crossed once, the largest that is reached", () => {
    expect(ask(2, [], [20, 30])).toBeNull();
    const first = ask(5, [], [20, 30]);
    expect(first).toMatchObject({ threshold: "20", reached: "20.00", billed: "0.00" });
    const documents = first === null ? [] : [first.document];
    expect(ask(8, documents, [20, 30])).toBeNull();
    const second = ask(25, documents, [20, 30, 40, 1000]);
    expect(second).toMatchObject({ threshold: "40", reached: "50.00", billed: "20.00" });
    expect(second?.document.total).toBe("30.00");
  });

  it("are not crossed again at a moment that has its document, whatever is known since", () => {
    const first = ask(5, [], [20]);
    const documents = first === null ? [] : stored([first.document]);
    expect(ask(5, documents, [20])).toBeNull();
    const late = { ...deal, usage: [...events, eventOf({ id: "late", timestamp: on(4) })] };
    const again = (day: number) =>
      crossedThreshold(
        { ...requestOf(late, documents), asOf: on(day) },
        { amounts: [20], every: 10 },
      );
    expect(again(5)).toBeNull();
    expect(again(6)).toMatchObject({ threshold: "30", billed: "20.00", reached: "30.00" });
    const wrong = { ...requestOf(deal, documents), asOf: on(5), usage: { nothing: 1 } };
    expect(issuesOf(() => crossedThreshold(wrong, [0]))).toEqual([
      "out_of_range thresholds.0",
      "unknown_charge usage.nothing",
    ]);
  });

  it("follow each other at a distance after the largest", () => {
    const every = { amounts: [15], every: "12.5" };
    expect(ask(5, [], every)?.threshold).toBe("15");
    expect(ask(9, [], every)?.threshold).toBe("27.5");
    expect(ask(25, [], every)?.threshold).toBe("40");
    expect(ask(25, [], { amounts: [], every: 20 })?.threshold).toBe("40");
  });

  it("are amounts above 0", () => {
    expect(issuesOf(() => ask(5, [], [0, "ten", -1]))).toEqual([
      "out_of_range thresholds.0",
      "not_a_decimal thresholds.1",
      "out_of_range thresholds.2",
    ]);
    expect(issuesOf(() => ask(5, [], unchecked({ every: 0, amount: [1] })))).toEqual([
      "unknown_key thresholds.amount",
      "missing thresholds.amounts",
      "out_of_range thresholds.every",
    ]);
  });
});

describe("laws of interim documents", () => {
  const models: readonly ChargeInput[] = [
    tiered,
    perUnit("outcome", "0.333"),
    perUnit("outcome", "1", {
      pricing: { model: "volume", tiers: [{ upTo: 4, unitPrice: "3.333" }, { unitPrice: "1.1" }] },
    }),
    perUnit("outcome", "1", { pricing: { model: "package", size: 3, price: "7" } }),
    perUnit("outcome", "2", { minimum: "20", maximum: "31" }),
    perUnit("outcome", "2", { aggregation: "max" }),
    perUnit("outcome", "2.5", { groupBy: { fields: ["properties.model"] } }),
  ];
  const used: fc.Arbitrary<UsageEventInput[]> = fc
    .array(
      fc.record({
        day: fc.integer({ min: 1, max: 31 }),
        quantity: fc.constantFrom(1, 2, "0.5"),
        model: fc.constantFrom("a", "b"),
      }),
      { maxLength: 12 },
    )
    .map((list) =>
      list.map(({ day, quantity, model }, index) =>
        eventOf({ id: `e${index}`, timestamp: on(day), quantity, properties: { model } }),
      ),
    );
  const coupons = fc.constantFrom<NonNullable<InvoiceRequest["coupons"]>[]>(
    [],
    [{ id: "c", amount: "7.77", from: "2026-01-01" }],
    [{ id: "c", percent: "12.5", from: "2026-01-01" }],
  );

  it("together with the rest they are the undivided invoice, to the cent", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        used,
        coupons,
        fc.uniqueArray(fc.integer({ min: 1, max: 31 }), { maxLength: 4 }),
        (model, usage, own, days) => {
          const charges = [
            model,
            fee("ahead", "20", { billingTiming: "in-advance" }),
            fee("fee", "9.99"),
          ];
          const deal = { plans: [planOf(charges, { minimumCommitment: "15" })], usage };
          const opening = billUntil("2026-01-01", deal, [], { coupons: own });
          const whole = documentOf(deal, JANUARY, opening, { coupons: own });
          let documents = opening;
          for (const day of days.toSorted((a, b) => a - b)) {
            documents = [...documents, interim(deal, day, documents, { coupons: own })];
          }
          const last = documentOf(deal, JANUARY, documents, { coupons: own });
          const parts = [...documents.slice(opening.length), last];
          expect(totalOf(parts.map(({ total }) => total))).toBe(totalOf([whole.total]));
          expect(totalOf(parts.map(({ discounts }) => discounts))).toBe(totalOf([whole.discounts]));
          const next = documentOf(deal, FEBRUARY, [...documents, last], { coupons: own });
          const other = documentOf(deal, FEBRUARY, [...opening, whole], { coupons: own });
          expect(next.total).toBe(other.total);
        },
      ),
      tries(50),
    );
  });
});

describe("LAW: interim documents in any life", () => {
  it("change nothing of what all documents bill, whatever is recorded before or after them", () => {
    fc.assert(
      fc.property(
        lives(WIDE),
        fc.constantFrom("always" as const, "needed" as const),
        (life, rerate) => {
          const sumOf = (documents: readonly Invoice[]) =>
            totalOf(documents.map(({ total }) => total));
          expect(sumOf(bill(life, { rerate, interim: true }))).toBe(sumOf(bill(life, { rerate })));
        },
      ),
      tries(20),
    );
  });

  it("change nothing of what is billed of outcomes, either", () => {
    const more = { kinds: ["plan", "override", "cancel"] as const, changes: 3, back: false };
    fc.assert(
      fc.property(outcomeLives(more), (life) => {
        const sumOf = (documents: readonly Invoice[]) =>
          totalOf(documents.map(({ total }) => total));
        const rerate = "always";
        expect(sumOf(bill(life, { rerate, interim: true }))).toBe(sumOf(bill(life, { rerate })));
      }),
      tries(13),
    );
  });
});

describe("bad input", () => {
  const deal: Deal = { plans: [planOf([tiered])] };
  const asks = (more: object) => issuesOf(() => documentOf(deal, JANUARY, [], more));

  it("is refused", () => {
    expect(asks({ scope: "interim" })).toEqual(["missing asOf"]);
    expect(asks({ scope: "period" })).toEqual(["invalid_value scope"]);
    expect(asks({ scope: "interim", asOf: "2026-01-01" })).toEqual(["out_of_range asOf"]);
    expect(asks({ scope: "interim", asOf: "2026-02-02" })).toEqual(["out_of_range asOf"]);
    expect(
      asks({
        scope: "interim",
        asOf: "2026-01-12",
        period: { start: "2026-01-01", end: "2026-01-12" },
      }),
    ).toEqual(["not_a_billing_period period"]);
  });
});
