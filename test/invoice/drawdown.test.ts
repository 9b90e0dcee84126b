/** Prepaid commitments: a fee in advance that usage is drawn from, and what goes beyond it. Worked by hand. */
import fc from "fast-check";
import type { ChargeInput, Invoice, UsageEventInput } from "rateplan";
import { creditNote, explain, simulate, verify } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  billUntil,
  centsOf,
  documentOf,
  linesOf,
  subscriptionOf,
  totalsOf,
} from "../support/chain.js";
import { fee, issuesOf, perUnit, planOf, productOf, totalOf, units } from "../support/plans.js";
import { tries } from "../support/tries.js";

/** Usage of so many units in the middle of months from January on. */
function used(...units: readonly number[]): readonly UsageEventInput[] {
  return units.map((quantity, month) => ({
    id: `u${month}`,
    customerId: "acme",
    unitOfMeasure: "@call",
    timestamp: new Date(Date.UTC(2026, month, 15, 12)).toISOString(),
    quantity,
  }));
}

/** A prepaid quarter. */
function prepaid(drawdown: object, more: object = {}): ChargeInput {
  return fee("paid", "100", {
    billingTiming: "in-advance",
    billingCycle: "quarterly",
    drawdown,
    ...more,
  } as Partial<ChargeInput>);
}

const plansWith = (drawdown: object, ...more: readonly ChargeInput[]) => [
  planOf([prepaid(drawdown), perUnit("call", "1"), ...more]),
];

function drawn(documents: readonly Invoice[]) {
  return documents.flatMap(({ period, lines }) =>
    lines
      .filter(({ key }) => /^(drawdown|overage):/.test(key))
      .map(
        ({ kind, key, amount }) =>
          `${period.end} ${kind === "adjustment" ? `${kind} of ` : ""}${key.split(":")[0]} ${amount}`,
      ),
  );
}

describe("a fee that usage is drawn from", () => {
  it("has paid for a minimum over several bills, too, which looks at usage before it is drawn", () => {
    const call = perUnit("call", "1", { minimum: "90", resetCycle: "quarterly" });
    const plans = [planOf([prepaid({}), call])];
    const documents = billUntil("2026-04-01", { plans, usage: used(60, 20, 5) });
    // 60 and 20, then 5 and the 5 that are missing of 90: 100 pay for all of it.
    expect(drawn(documents)).toEqual([
      "2026-02-01 drawdown -60.00",
      "2026-03-01 drawdown -20.00",
      "2026-04-01 drawdown -10.00",
    ]);
    expect(totalsOf(documents).map(([, total]) => total)).toEqual([
      ...["100.00", "0.00", "0.00"],
      // The fee of the next quarter.
      "100.00",
    ]);
  });

  it("is billed ahead; usage costs nothing until it is used up, and then its price times the factor", () => {
    const plans = plansWith({ overageFactor: "1.5" });
    const documents = billUntil("2026-04-01", { plans, usage: used(40, 30, 50) });
    // 100 pay for 40, 30 and 30; 20 go beyond them, at 1.5: 30.
    expect(totalsOf(documents)).toEqual([
      ["opening 2026-01-01", "100.00"],
      ["period 2026-02-01", "0.00"],
      ["period 2026-03-01", "0.00"],
      // The fee of the next quarter stands beside them.
      ["period 2026-04-01", "130.00"],
    ]);
    expect(drawn(documents)).toEqual([
      "2026-02-01 drawdown -40.00",
      "2026-03-01 drawdown -30.00",
      "2026-04-01 drawdown -30.00",
      "2026-04-01 overage 10.00",
    ]);
    expect(documents.at(-1)?.drawdowns).toEqual([
      {
        chargeId: "paid",
        period: { start: "2026-01-01", end: "2026-04-01" },
        paid: "100.00",
        drawn: "100.00",
        left: "0.00",
        expired: "0.00",
      },
    ]);
  });

  it("comes to the fee alone without use, and says what expires", () => {
    const documents = billUntil("2026-04-01", { plans: plansWith({}), usage: used(0, 0, 12) });
    expect(centsOf(documents.slice(0, 3))).toBe(10000n);
    expect(documents[3]?.drawdowns?.map(({ left, expired }) => [left, expired])).toEqual([
      ["88.00", "88.00"],
    ]);
    expect(documents[2]?.drawdowns?.map(({ left, expired }) => [left, expired])).toEqual([
      ["100.00", null],
    ]);
  });

  it("carries what is left over into the next cycle, where that is said", () => {
    const plans = plansWith({ rest: "carries-over" });
    const documents = billUntil("2026-07-01", { plans, usage: used(40, 0, 0, 150, 0, 20) });
    // 60 of the first quarter are left: 160 pay for 150 of April, and 10 of the 20 in June.
    expect(drawn(documents)).toEqual([
      "2026-02-01 drawdown -40.00",
      "2026-05-01 drawdown -150.00",
      "2026-07-01 drawdown -10.00",
    ]);
    expect(documents[3]?.drawdowns?.[0]?.expired).toBe(null);
  });

  it("keeps its law when an earlier month is rated again", () => {
    const plans = plansWith({ overageFactor: "1.5" });
    const usage = used(40, 30, 50);
    const before = billUntil("2026-04-01", { plans, usage });
    const late: UsageEventInput = {
      ...{ id: "late", customerId: "acme", unitOfMeasure: "@call", quantity: 25 },
      ...{ timestamp: "2026-01-20T00:00:00Z", receivedAt: "2026-04-05T00:00:00Z" },
    };
    const after = billUntil("2026-05-01", { plans, usage: [...usage, late] }, before, {
      rerate: { from: "2026-01-01" },
    });
    // 145 used: 45 beyond, at 1.5: 67.50, of which 30 were billed.
    expect(after.at(-1)?.total).toBe("37.50");
    // January draws 65 now, February 30, March 5 in place of 30, and 45 go beyond.
    expect(drawn(after.slice(4))).toEqual([
      "2026-05-01 adjustment of drawdown -25.00",
      "2026-05-01 adjustment of drawdown 25.00",
      "2026-05-01 adjustment of overage 12.50",
    ]);
    const once = billUntil("2026-06-01", { plans, usage: [...usage, late] }, after, {
      rerate: { from: "2026-01-01" },
    });
    expect(once.at(-1)?.lines).toEqual([]);
  });

  it("draws what the named charges come to after discounts and coupons", () => {
    const off = {
      ...fee("off", "0", { chargeType: "usage" }),
      pricing: { model: "discount", percent: 50 },
    } as ChargeInput;
    const plans = plansWith({ appliesTo: { charges: ["call"] } }, perUnit("page", "1"), off);
    const usage = [
      ...used(60),
      { ...used(9)[0], id: "p", unitOfMeasure: "@page", quantity: 9 } as UsageEventInput,
    ];
    const [, january] = billUntil("2026-02-01", { plans, usage }, [], {
      coupons: [{ id: "tenth", percent: 10, from: "2026-01-01" }],
    });
    // Calls: 60 − 30 − 3 = 27 are drawn. Pages: 9 − 4.50 − 0.45 = 4.05 are paid.
    expect(january && drawn([january])).toEqual(["2026-02-01 drawdown -27.00"]);
    expect(january?.total).toBe("4.05");
    const line = january?.lines.find(({ kind }) => kind === "drawdown");
    expect(line?.appliedTo).toEqual([{ key: "usage:call@2026-01-01", amount: "-27.00" }]);
  });

  it("is taxed as a fee, and what is drawn from it not again", () => {
    const taxes = [{ id: "vat", percent: 20 }];
    const plans = plansWith({ overageFactor: 2 });
    const documents = billUntil("2026-03-01", { plans, usage: used(80, 40) }, [], { taxes });
    // 20 % of 100; nothing; 20 % of 2 × 20.
    expect(documents.map(({ taxes: tax }) => tax)).toEqual(["20.00", "0.00", "8.00"]);
  });

  it("sums up over interim documents as over one", () => {
    const plans = plansWith({ overageFactor: "1.5" });
    const usage = [
      ...used(60, 30),
      {
        ...used(0)[0],
        id: "more",
        timestamp: "2026-02-20T00:00:00Z",
        quantity: 50,
      } as UsageEventInput,
    ];
    const deal = { plans, usage };
    const before = billUntil("2026-02-01", deal);
    const february = { start: "2026-02-01", end: "2026-03-01" };
    const interim = documentOf(deal, february, before, { scope: "interim", asOf: "2026-02-21" });
    // 140 used: 40 beyond the 100, at 1.5.
    expect(interim.total).toBe("60.00");
    expect(documentOf(deal, february, [...before, interim]).total).toBe("0.00");
  });

  it("is not prorated: an end gives nothing back", () => {
    const plans = plansWith({});
    const subscription = { endDate: "2026-02-10" };
    const documents = billUntil("2026-04-01", { plans, subscription, usage: used(40) });
    expect(centsOf(documents)).toBe(10000n);
    expect(documents.at(-1)?.drawdowns?.[0]?.expired).toBe("60.00");
  });

  it("ends with its plan, and goes on on one that has it, too", () => {
    const other = (id: string) => planOf([prepaid({}), perUnit("call", "2")], { id });
    const without = planOf([perUnit("call", "3")], { id: "without" });
    const changes = [
      { effectiveDate: "2026-02-01", ratePlanId: "other" },
      { effectiveDate: "2026-03-01", ratePlanId: "without" },
    ];
    const plans = [...plansWith({}), other("other"), without];
    const documents = billUntil("2026-04-01", {
      plans,
      subscription: { changes },
      usage: used(40, 20, 5),
    });
    // 40 and 2 × 20 are drawn of the one fee; then 5 × 3 are paid.
    expect(drawn(documents)).toEqual(["2026-02-01 drawdown -40.00", "2026-03-01 drawdown -40.00"]);
    expect(centsOf(documents)).toBe(11500n);
    expect(documents[2]?.drawdowns?.[0]?.expired).toBe("20.00");
  });

  it("needs the document before and the one that billed the fee", () => {
    const deal = { plans: plansWith({}), usage: used(40, 30, 50) };
    const documents = billUntil("2026-03-01", deal);
    const march = { start: "2026-03-01", end: "2026-04-01" };
    const [opening, , february] = documents;
    const some = [opening, february].flatMap((each) => each ?? []);
    expect(documentOf(deal, march, some).total).toBe(documentOf(deal, march, documents).total);
    expect(issuesOf(() => documentOf(deal, march, some.slice(1)))).toEqual([
      "missing_previous previous",
    ]);
  });

  it("is explained, verified and simulated", () => {
    const deal = { plans: plansWith({ overageFactor: "1.5" }), usage: used(140) };
    const documents = billUntil("2026-02-01", deal);
    const last = documents.at(-1) as Invoice;
    const text = explain(last);
    expect(text).toContain("100.00 of 100.00 paid; 0.00 left");
    expect(text).toContain("40.00 beyond 100.00 paid, at 1.5 times its price");
    const request = {
      catalog: productOf(...deal.plans),
      subscription: subscriptionOf(deal),
      usage: deal.usage,
    };
    expect(
      verify(last, { ...request, period: last.period, previous: documents.slice(0, 1) }).ok,
    ).toBe(true);
    const [plan] = deal.plans;
    // 100 + 1.5 × 40, as the first two documents.
    expect(plan && simulate(plan, { call: 140 }).amount).toBe("160.00");
    expect(centsOf(documents)).toBe(16000n);
    expect(linesOf(documents).every(({ part }) => part !== null)).toBe(true);
  });
});

describe("what is drawn of charges with maximums of their own", () => {
  const OPENING = { start: "2026-01-01", end: "2026-01-01" };
  const JANUARY = { start: "2026-01-01", end: "2026-02-01" };
  const subscription = { endDate: "2026-02-01" };

  it("is what each owes net of its maximum: no tax is charged on it, and nothing of it can be credited", () => {
    const charges = [prepaid({}), perUnit("a", "1", { maximum: "20" }), perUnit("b", "1")];
    const deal = { plans: [planOf(charges)], subscription };
    const opening = documentOf(deal, OPENING);
    const taxes = [{ id: "vat", percent: 10, appliesTo: { charges: ["b"] } }];
    const bill = documentOf(deal, JANUARY, [opening], { usage: { a: 60, b: 20 }, taxes });
    expect([bill.taxes, bill.total]).toEqual(["0.00", "0.00"]);
    const line = bill.lines.find(({ kind }) => kind === "drawdown");
    expect(line?.appliedTo.map(({ key, amount }) => `${amount} ${key}`)).toEqual([
      "-20.00 usage:a@2026-01-01",
      "-20.00 usage:b@2026-01-01",
    ]);
    const note = () =>
      creditNote({
        catalog: productOf(...deal.plans),
        subscription: subscriptionOf(deal),
        previous: [opening, bill],
        credit: { lines: [{ invoice: bill.idempotencyKey, line: "usage:b@2026-01-01" }] },
        asOf: "2026-02-02",
      });
    expect(issuesOf(note)).toEqual(["out_of_range credit.lines.0.line"]);
  });

  it("is of each in proportion to that, to a cent, and never more", () => {
    const ids = ["a", "b", "c"];
    const limit = fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined });
    const used = fc.integer({ min: 0, max: 90 });
    const paid = fc.integer({ min: 1, max: 200 });
    const cases = fc.tuple(fc.array(fc.tuple(used, limit), { minLength: 3, maxLength: 3 }), paid);
    fc.assert(
      fc.property(cases, ([usages, amount]) => {
        const charges = usages.map(([, maximum], index) =>
          perUnit(ids[index] ?? "", "1", maximum === undefined ? {} : { maximum: `${maximum}` }),
        );
        const fees = prepaid({}, { pricing: { model: "flat", amount } });
        const deal = { plans: [planOf([fees, ...charges])], subscription };
        const usage = Object.fromEntries(usages.map(([count], index) => [ids[index], count]));
        const { lines } = documentOf(deal, JANUARY, [documentOf(deal, OPENING)], { usage });
        const owed = usages.map(([count, maximum = count]) => Math.min(count, maximum));
        const all = owed.reduce((sum, each) => sum + each, 0);
        const shares = lines.flatMap((line) => (line.kind === "drawdown" ? line.appliedTo : []));
        for (const [index, most] of owed.entries()) {
          const own = shares.filter(({ key }) => key === `usage:${ids[index]}@2026-01-01`);
          const taken = -Number(totalOf(own.map((share) => share.amount)));
          const exact = all === 0 ? 0 : (100 * most * Math.min(all, amount)) / all;
          expect(taken).toBeLessThanOrEqual(100 * most);
          expect(Math.abs(taken - exact)).toBeLessThan(1);
        }
        const line = lines.find(({ kind }) => kind === "drawdown");
        expect(totalOf(shares.map((share) => share.amount))).toBe(units(line?.amount ?? "0.00"));
      }),
      tries(),
    );
  });
});
