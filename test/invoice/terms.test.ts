/** Minimum commitments over a term: billed monthly, trued up in the last month. Worked by hand. */
import type { Invoice, RatePlanInput, UsageEventInput } from "rateplan";
import { documentsDue, explain, simulate, verify } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, centsOf, documentOf, subscriptionOf, totalsOf } from "../support/chain.js";
import { fee, issuesOf, perUnit, planOf, productOf } from "../support/plans.js";

/** Usage of so many units in the middle of months from January on. */
function used(...units: readonly number[]): readonly UsageEventInput[] {
  return units.map((quantity, month) => ({
    id: `u${month}`,
    customerId: "acme",
    unitOfMeasure: "@call",
    timestamp: `2026-${String(month + 1).padStart(2, "0")}-15T12:00:00Z`,
    quantity,
  }));
}

function planWith(more: Partial<RatePlanInput>, ...charges: RatePlanInput["charges"]) {
  return planOf([perUnit("call", "1"), ...charges], more);
}

const quarter = { minimumCommitment: { amount: 300, term: "quarterly" } } as const;

function trueUps(documents: readonly Invoice[]) {
  return documents.flatMap(({ period, lines }) =>
    lines
      .filter(({ key }) => key.startsWith("true-up:"))
      .map(({ kind, amount }) => `${period.end} ${kind} ${amount}`),
  );
}

describe("a minimum commitment over a term", () => {
  it("lets each month bill its usage, and the last one what the term lacks", () => {
    // 40 + 30 + 50 = 120 of 300: 180 are missing.
    const documents = billUntil("2026-04-01", {
      plans: [planWith(quarter)],
      usage: used(40, 30, 50),
    });
    expect(totalsOf(documents)).toEqual([
      ["period 2026-02-01", "40.00"],
      ["period 2026-03-01", "30.00"],
      ["period 2026-04-01", "230.00"],
    ]);
    expect(trueUps(documents)).toEqual(["2026-04-01 true-up 180.00"]);
  });

  it("bills nothing where the term is filled, and begins anew with the next", () => {
    const usage = used(200, 50, 60, 100, 100, 99);
    const documents = billUntil("2026-07-01", { plans: [planWith(quarter)], usage });
    expect(trueUps(documents)).toEqual(["2026-07-01 true-up 1.00"]);
  });

  it("counts fees in advance and one-time charges, of the term's own periods alone", () => {
    const ahead = fee("ahead", "50", { billingTiming: "in-advance" });
    const setup = {
      id: "setup",
      name: "Setup",
      chargeType: "one-time",
      pricing: { model: "flat", amount: 20 },
    } as const;
    const plan = planWith(quarter, ahead, setup);
    const documents = billUntil("2026-04-01", { plans: [plan], usage: used(10, 10, 10) });
    // 3 × 50 + 20 + 30 = 200; the fee of April, on the same document, is of the next term.
    expect(trueUps(documents)).toEqual(["2026-04-01 true-up 100.00"]);
  });

  it("is prorated by days where the plan is held for a part of it", () => {
    // The quarter has 90 days; to 1 March 59 of them: 300 × 59/90 = 196.67.
    const documents = billUntil("2026-04-01", {
      plans: [planWith(quarter)],
      subscription: { endDate: "2026-03-01" },
      usage: used(40, 30),
    });
    expect(trueUps(documents)).toEqual(["2026-03-01 true-up 126.67"]);
  });

  it("ends with the plan, within a month, and begins with it", () => {
    const other = planOf([perUnit("call", "2")], {
      id: "other",
      minimumCommitment: { amount: 900, term: "quarterly" },
    });
    const subscription = { changes: [{ effectiveDate: "2026-02-10", ratePlanId: "other" }] };
    const documents = billUntil("2026-04-01", {
      plans: [planWith(quarter), other],
      subscription,
      usage: used(40, 30, 50),
    });
    // Starter has 40 of the 40 days to 10 February of 90: 300 × 40/90 = 133.33; it billed 40.
    // The other one has 50 of them: 900 × 50/90 = 500; it billed 30 × 2 + 50 × 2.
    expect(trueUps(documents)).toEqual(["2026-03-01 true-up 93.33", "2026-04-01 true-up 340.00"]);
  });

  it("leaves out the days of a pause", () => {
    const changes = [
      { effectiveDate: "2026-02-01", status: "paused" },
      { effectiveDate: "2026-03-01", status: "active" },
    ] as const;
    const documents = billUntil("2026-04-01", {
      plans: [planWith(quarter)],
      subscription: { changes },
      usage: used(40, 30, 50),
    });
    // February is paused: 300 × 62/90 = 206.67, of which 90 are billed.
    expect(trueUps(documents)).toEqual(["2026-04-01 true-up 116.67"]);
  });

  it("is moved once by a month that is rated again", () => {
    const plans = [planWith(quarter)];
    const late = { ...used(0, 0)[1], id: "late", quantity: 25 } as UsageEventInput;
    const usage = used(40, 30, 50, 10);
    const before = billUntil("2026-04-01", { plans, usage });
    const all = [...usage, { ...late, receivedAt: "2026-04-20T00:00:00Z" }];
    const rerate = { from: "2026-01-01" };
    const after = billUntil("2026-07-01", { plans, usage: all }, before, { rerate });
    // 25 more in February are 25 less in the true-up: nothing in all. April to June lack 290.
    expect(totalsOf(after).slice(3)).toEqual([
      ["period 2026-05-01", "10.00"],
      ["period 2026-06-01", "0.00"],
      ["period 2026-07-01", "290.00"],
    ]);
    const may = after[3]?.lines.map(
      ({ kind, key, amount }) => `${kind} ${key.split(":")[0]} ${amount}`,
    );
    expect(may?.sort()).toEqual([
      "adjustment true-up -25.00",
      "adjustment usage 25.00",
      "usage usage 10.00",
    ]);
  });

  it("is corrected by a month that is rated again alone", () => {
    const plans = [planWith(quarter)];
    const before = billUntil("2026-04-01", { plans, usage: used(40, 30, 50) });
    const april = documentOf(
      { plans, usage: used(0, 0, 0, 5) },
      { start: "2026-04-01", end: "2026-05-01" },
      before,
      {
        rerate: [{ period: { start: "2026-02-01", end: "2026-03-01" }, usage: { call: 250 } }],
      },
    );
    // 40 + 250 + 50 = 340 fill the term: the true-up of 180 is given back.
    expect(trueUps([april])).toEqual(["2026-05-01 adjustment -180.00"]);
    expect(april.total).toBe("45.00");
  });

  it("follows an end that is recorded late", () => {
    const plans = [planWith(quarter)];
    const before = billUntil("2026-04-01", { plans, usage: used(40, 30, 50) });
    const subscription = { endDate: "2026-03-01" };
    const after = billUntil("2026-05-01", { plans, usage: used(40, 30), subscription }, before);
    // 196.67 to 1 March (see above), in place of all that was billed after.
    expect(centsOf(after)).toBe(19667n);
  });

  it("goes on without an end that is withdrawn", () => {
    const plans = [planWith(quarter)];
    const usage = used(40, 30, 50);
    const subscription = { endDate: "2026-03-01" };
    const before = billUntil("2026-03-01", { plans, usage, subscription });
    expect(centsOf(before)).toBe(19667n);
    const after = billUntil("2026-04-01", { plans, usage }, before);
    expect(centsOf(after)).toBe(30000n);
  });

  it("needs the document before it alone, and all since a month that is rated again", () => {
    const plans = [planWith(quarter)];
    const deal = { plans, usage: used(40, 30, 50) };
    const documents = billUntil("2026-04-01", deal);
    const march = { start: "2026-03-01", end: "2026-04-01" };
    expect(documentOf(deal, march, documents.slice(1, 2)).fingerprint).toBe(
      documents[2]?.fingerprint,
    );
    expect(issuesOf(() => documentOf(deal, march))).toEqual(["missing_previous previous"]);
    const april = { start: "2026-04-01", end: "2026-05-01" };
    const rerate = [{ period: { start: "2026-01-01", end: "2026-02-01" }, usage: { call: 1 } }];
    const some = [documents[0], documents[2]].flatMap((each) => each ?? []);
    expect(issuesOf(() => documentOf(deal, april, some, { rerate }))).toEqual([
      "missing_previous previous",
    ]);
    const due = documentsDue(subscriptionOf(deal), {
      catalog: productOf(...plans),
      until: "2026-04-01",
    });
    expect(due[2]?.previous).toEqual([due[1]?.idempotencyKey]);
  });

  it("goes on as it is on record, whatever the catalog says since", () => {
    const before = billUntil("2026-02-01", { plans: [planWith(quarter)], usage: used(40, 30, 50) });
    const deal = { plans: [planWith({ minimumCommitment: 100 })], usage: used(40, 30, 50, 10) };
    const after = billUntil("2026-05-01", deal, before);
    // The quarter lacks 180 as agreed; April has the monthly minimum of today.
    expect(totalsOf(after).slice(1)).toEqual([
      ["period 2026-03-01", "30.00"],
      ["period 2026-04-01", "230.00"],
      ["period 2026-05-01", "100.00"],
    ]);
  });

  it("that comes to a running plan holds from the first period that is not closed", () => {
    const before = billUntil("2026-02-01", { plans: [planWith({})], usage: used(40, 30, 50) });
    const after = billUntil(
      "2026-04-01",
      { plans: [planWith(quarter)], usage: used(40, 30, 50) },
      before,
    );
    // February and March are 59 of 90 days: 196.67, of which 80 are billed.
    expect(trueUps(after)).toEqual(["2026-04-01 true-up 116.67"]);
  });

  it("is explained, verified, and no part of a simulated first month", () => {
    const plans = [planWith(quarter)];
    const deal = { plans, usage: used(40, 30, 50) };
    const documents = billUntil("2026-04-01", deal);
    const last = documents.at(-1) as Invoice;
    expect(explain(last)).toContain("true-up 300.00 − 120.00 billed");
    const request = {
      catalog: productOf(...plans),
      subscription: subscriptionOf(deal),
      usage: deal.usage,
    };
    expect(
      verify(last, { ...request, period: last.period, previous: documents.slice(0, 2) }).ok,
    ).toBe(true);
    expect(simulate(plans[0] as RatePlanInput, { call: 40 }).amount).toBe("40.00");
    const monthly = planWith({ minimumCommitment: { amount: 300, term: "monthly" } });
    expect(simulate(monthly, { call: 40 }).amount).toBe("300.00");
  });
});
