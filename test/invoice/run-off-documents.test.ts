/** What is billed after its time shares prices, discounts and limits with it, and is corrected like anything else. */
import {
  type ChargeInput,
  type CreditNoteRequest,
  creditNote,
  documentsDue,
  type Invoice,
  type OutcomePolicyInput,
  type SignalInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  billUntil,
  centsOf,
  type Deal,
  documentOf,
  subscriptionOf,
  totalsOf,
} from "../support/chain.js";
import { issuesOf, JANUARY, perUnit, planOf, productOf } from "../support/plans.js";

const RUN_OFF = { start: "2026-02-01", end: "2026-03-01" };
const SILENCE: OutcomePolicyInput = {
  confirm: { assumedAfter: "P3D" },
  reverse: { signals: ["reopened"] },
};

function outcomes(price: string, more: Partial<ChargeInput> = {}): ChargeInput {
  return perUnit("c", price, { unitOfMeasure: "@outcome", outcome: SILENCE, ...(more as object) });
}

function at(timestamp: string): UsageEventInput {
  return {
    id: `e${timestamp}`,
    customerId: "acme",
    unitOfMeasure: "@outcome",
    subject: timestamp,
    timestamp,
  };
}

function reopened(about: string, timestamp: string): SignalInput {
  return { id: `r${about}`, customerId: "acme", subject: about, name: "reopened", timestamp };
}

/** At noon of each day of January; those of 29, 30 and 31 January are confirmed on 1, 2 and 3 February. */
const daily = Array.from({ length: 31 }, (_, day) =>
  at(`2026-01-${String(day + 1).padStart(2, "0")}T12:00:00Z`),
);

/** A subscription that ends with January. */
function january(charges: readonly ChargeInput[], usage: Deal["usage"] = daily): Deal {
  return { plans: [planOf(charges)], subscription: { endDate: "2026-02-01" }, usage };
}

function note(
  deal: Deal,
  previous: readonly Invoice[],
  more: Pick<CreditNoteRequest, "rerate" | "asOf"> & Partial<CreditNoteRequest>,
): Invoice {
  return creditNote({
    catalog: productOf(...deal.plans),
    subscription: subscriptionOf(deal),
    previous,
    ...more,
  });
}

describe("limits of what runs off", () => {
  it.each<[string, Partial<ChargeInput>, string, string]>([
    // 28 in January; 31 in all.
    ["a maximum above all", { maximum: 40 }, "28.00", "3.00"],
    ["a maximum between", { maximum: 30 }, "28.00", "2.00"],
    ["a maximum that was reached", { maximum: 20 }, "20.00", "0.00"],
    ["a minimum below", { minimum: 20 }, "28.00", "3.00"],
    ["a minimum between", { minimum: 30 }, "30.00", "1.00"],
    ["a minimum above all", { minimum: 40 }, "40.00", "0.00"],
    ["a minimum and a maximum", { minimum: 29, maximum: 30 }, "29.00", "1.00"],
  ])("are those of its month: %s", (_title, more, first, second) => {
    const documents = billUntil("2026-06-01", january([outcomes("1", more)]));
    expect(totalsOf(documents)).toEqual([
      ["period 2026-02-01", first],
      ["run-off 2026-03-01", second],
    ]);
  });

  it("are shared by all run-offs of a month", () => {
    const signals: OutcomePolicyInput = { confirm: { signals: ["paid"] } };
    const paid = (about: string, timestamp: string): SignalInput => ({
      id: `p${about}`,
      customerId: "acme",
      subject: about,
      name: "paid",
      timestamp,
    });
    const [a, b, c] = ["2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z"];
    const usage = [
      at(a),
      at(b),
      at(c),
      paid(a, "2026-01-10T00:00:00Z"),
      paid(b, "2026-02-10T00:00:00Z"),
      paid(c, "2026-03-10T00:00:00Z"),
    ];
    const charge = outcomes("10", { outcome: signals, minimum: 15, maximum: 25 } as never);
    // 10, topped up to 15; 20 in all, so 5 more; 30 in all, of which the maximum leaves 25.
    expect(totalsOf(billUntil("2026-06-01", january([charge], usage)))).toEqual([
      ["period 2026-02-01", "15.00"],
      ["run-off 2026-03-01", "5.00"],
      ["run-off 2026-04-01", "5.00"],
    ]);
  });

  it("are those of its plan, also where the next plan has others", () => {
    const deal: Deal = {
      plans: [
        planOf([outcomes("1", { maximum: 30 })], { id: "p" }),
        planOf([outcomes("2", { maximum: 1 })], { id: "q" }),
      ],
      subscription: { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "q" }] },
      usage: [...daily, at("2026-02-10T12:00:00Z")],
    };
    // 28; 3, of which 2 are within 30, and 2 for February's, of which 1 is.
    expect(totalsOf(billUntil("2026-03-01", deal))).toEqual([
      ["period 2026-02-01", "28.00"],
      ["period 2026-03-01", "3.00"],
    ]);
  });

  it("are those of its part of the month, where the plan ends inside it", () => {
    const deal: Deal = {
      plans: [planOf([outcomes("1", { maximum: 14 })], { id: "p" }), planOf([], { id: "q" })],
      subscription: { changes: [{ effectiveDate: "2026-01-16", ratePlanId: "q" }] },
      usage: daily,
    };
    // 15 outcomes until 15 January, all confirmed in January.
    expect(totalsOf(billUntil("2026-02-01", deal))).toEqual([["period 2026-02-01", "14.00"]]);
  });

  it("need the document of the month", () => {
    const deal = january([outcomes("1", { maximum: 30 })]);
    const first = billUntil("2026-02-01", deal).slice(-1);
    const [next] = documentsDue(subscriptionOf(deal), {
      catalog: productOf(...deal.plans),
      until: "2026-03-01",
      ...(first[0] === undefined ? {} : { last: first[0] }),
    });
    expect(next?.previous).toEqual(["period:s1@2026-01-01/2026-02-01"]);
    expect(issuesOf(() => documentOf(deal, RUN_OFF))).toEqual(["missing_previous previous"]);
  });

  it("need no more documents than those that are named", () => {
    const waits: OutcomePolicyInput = { confirm: { assumedAfter: "P50D" } };
    const deal: Deal = {
      plans: [
        planOf([outcomes("1", { maximum: 30, outcome: waits } as never)], { id: "p" }),
        planOf([], { id: "q" }),
      ],
      subscription: { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "q" }] },
      usage: daily,
    };
    // 1 to 9 January are certain on 20 to 28 February; the other 22 in March, of which 30 in all leave 21.
    const documents: Invoice[] = [];
    for (;;) {
      const last = documents.at(-1);
      const [next] = documentsDue(subscriptionOf(deal), {
        catalog: productOf(...deal.plans),
        until: "2026-04-01",
        ...(last === undefined ? {} : { last }),
      });
      if (next === undefined) break;
      const previous = documents.filter((each) => next.previous.includes(each.idempotencyKey));
      documents.push(documentOf(deal, next.period, previous));
    }
    expect(documents.map(({ total }) => total)).toEqual(["0.00", "9.00", "21.00"]);
  });
});

describe("discounts on what runs off", () => {
  const off = (pricing: { percent: number } | { amount: number }): ChargeInput => ({
    id: "off",
    name: "off",
    chargeType: "usage",
    pricing: { model: "discount", ...pricing },
  });

  it.each([
    // 5 off 28; nothing is left for the 3.
    [5, "23.00", "3.00"],
    // 28 of 30; the other 2 off the 3.
    [30, "0.00", "1.00"],
    [100, "0.00", "0.00"],
  ])("of a fixed amount are given once: %d", (amount, first, second) => {
    const documents = billUntil("2026-06-01", january([outcomes("1"), off({ amount })]));
    expect(documents.map(({ total }) => total)).toEqual([first, second]);
  });

  it("come before limits", () => {
    const documents = billUntil(
      "2026-06-01",
      january([outcomes("1", { maximum: 26 }), off({ percent: 10 })]),
    );
    // 28 − 2.80 = 25.20; 3 − 0.30 = 2.70 more would be 27.90, of which 26 − 25.20 = 0.80 is within.
    expect(documents.map(({ total }) => total)).toEqual(["25.20", "0.80"]);
  });

  it("are its own, also where the next plan has another of the same name", () => {
    const deal: Deal = {
      plans: [
        planOf([outcomes("10"), off({ percent: 10 })], { id: "p" }),
        planOf([outcomes("10"), off({ percent: 50 })], { id: "q" }),
      ],
      subscription: { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "q" }] },
      usage: [at("2026-01-30T12:00:00Z"), at("2026-02-10T12:00:00Z")],
    };
    // 10 − 1 of January's, 10 − 5 of February's.
    const documents = billUntil("2026-03-01", deal);
    expect(documents.map(({ total }) => total)).toEqual(["0.00", "14.00"]);
    const keys = documents.flatMap(({ lines }) => lines.map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
    // And nothing changes when it is billed again.
    const again = note(deal, documents, {
      rerate: { from: "2026-01-01" },
      usage: deal.usage ?? [],
      asOf: "2026-03-02",
    });
    expect(again.lines).toEqual([]);
  });
});

describe("a reversal after the run-off", () => {
  const late = "2026-01-30T12:00:00Z";
  const deal = january([outcomes("10")], [at(late)]);
  const documents = billUntil("2026-03-01", deal);
  const usage = [at(late), reopened(late, "2026-03-10T00:00:00Z")];
  const asOf = "2026-03-11";

  it("is credited by a note over the run-off period", () => {
    expect(totalsOf(documents)).toEqual([
      ["period 2026-02-01", "0.00"],
      ["run-off 2026-03-01", "10.00"],
    ]);
    const credit = note(deal, documents, { rerate: [{ period: RUN_OFF, usage }], asOf });
    expect([credit.kind, credit.total]).toEqual(["credit-note", "-10.00"]);
    const again = note(deal, [...documents, credit], {
      rerate: [{ period: RUN_OFF, usage }],
      asOf: "2026-03-12",
    });
    expect(again.lines).toEqual([]);
  });

  it("is credited by a note over a range", () => {
    expect(note(deal, documents, { rerate: { from: "2026-01-01" }, usage, asOf }).total).toBe(
      "-10.00",
    );
  });

  it("is credited by the next run-off", () => {
    const next = documentOf(
      { ...deal, usage },
      { start: "2026-03-01", end: "2026-04-01" },
      documents,
      { rerate: { from: "2026-02-15" } },
    );
    expect(next.total).toBe("-10.00");
  });

  it("moves limits and discounts with it", () => {
    const limited = january([outcomes("1", { minimum: 30, maximum: 30 } as never)]);
    const billed = billUntil("2026-03-01", limited);
    expect(centsOf(billed)).toBe(3000n);
    const back = [...daily, reopened("2026-01-31T12:00:00Z", "2026-03-10T00:00:00Z")];
    const credit = note(limited, billed, { rerate: { from: "2026-01-01" }, usage: back, asOf });
    // 30 are left: 28 and 2, still 30.
    expect(credit.total).toBe("0.00");
  });

  it("is nothing where nothing is new, with usage or without", () => {
    expect(
      note(deal, documents, { rerate: [{ period: RUN_OFF, usage: [at(late)] }], asOf }).lines,
    ).toEqual([]);
    expect(note(deal, documents, { rerate: [{ period: RUN_OFF }], asOf }).lines).toEqual([]);
  });

  it("is refused over a run-off period that was not billed", () => {
    const period = { start: "2026-03-01", end: "2026-04-01" };
    expect(issuesOf(() => note(deal, documents, { rerate: [{ period, usage }], asOf }))).toEqual([
      "missing_previous rerate.0.period",
    ]);
  });

  it("needs usage for a range, and none beside a list", () => {
    expect(issuesOf(() => note(deal, documents, { rerate: { from: "2026-01-01" }, asOf }))).toEqual(
      ["missing usage"],
    );
    expect(
      issuesOf(() => note(deal, documents, { rerate: [{ period: JANUARY, usage }], usage, asOf })),
    ).toEqual(["ambiguous_usage usage"]);
  });
});
