/** An outcome belongs to the segment in which it occurred: billed once, at its price, whenever it is confirmed. */
import type {
  ChargeInput,
  Invoice,
  OutcomePolicyInput,
  Period,
  RatePlanInput,
  SignalInput,
  SubscriptionInput,
  UsageEventInput,
} from "rateplan";
import { documentsDue, simulate } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  billUntil,
  centsOf,
  type Deal,
  documentOf,
  linesOf,
  subscriptionOf,
  totalsOf,
} from "../support/chain.js";
import { fee, JANUARY, perUnit, planOf, productOf } from "../support/plans.js";

const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };

function outcomes(price: string, outcome: OutcomePolicyInput, more: Partial<ChargeInput> = {}) {
  return perUnit("c", price, { unitOfMeasure: "@outcome", outcome, ...(more as object) });
}

function plan(id: string, charges: readonly ChargeInput[], more: Partial<RatePlanInput> = {}) {
  return planOf(charges, { id, ...more });
}

function at(timestamp: string, more: Partial<UsageEventInput> = {}): UsageEventInput {
  return {
    id: `e${timestamp}`,
    customerId: "acme",
    unitOfMeasure: "@outcome",
    subject: `conv ${timestamp}`,
    timestamp,
    ...more,
  };
}

function signal(
  name: string,
  about: UsageEventInput,
  timestamp: string,
  receivedAt = timestamp,
): SignalInput {
  return {
    id: `${name} ${about.id}`,
    customerId: "acme",
    name,
    ...(about.subject === undefined ? {} : { subject: about.subject }),
    timestamp,
    receivedAt,
  };
}

/** The documents that bill anything, by what they are for and when. */
function billed(documents: readonly Invoice[]) {
  return totalsOf(documents).filter(([, total]) => total !== "0.00");
}

const silence = (assumedAfter: string): OutcomePolicyInput => ({ confirm: { assumedAfter } });
/** At noon of each day of June. */
const daily = Array.from({ length: 30 }, (_, day) =>
  at(`2026-06-${String(day + 1).padStart(2, "0")}T12:00:00Z`),
);

describe("the end of a subscription", () => {
  const june = (
    more: Partial<SubscriptionInput> = {},
    charges: readonly ChargeInput[] = [outcomes("1", silence("PT72H"))],
  ): Deal => ({
    plans: [plan("p", charges)],
    subscription: { startDate: "2026-06-01", endDate: "2026-07-01", ...more },
    usage: daily,
  });

  it("bills what is confirmed after it in a run-off document, and then no more", () => {
    // Those of 28, 29 and 30 June are confirmed on 1, 2 and 3 July.
    const documents = billUntil("2027-01-01", june());
    expect(totalsOf(documents)).toEqual([
      ["period 2026-07-01", "27.00"],
      ["run-off 2026-08-01", "3.00"],
    ]);
  });

  it("bills the same whether it was agreed or canceled", () => {
    const { endDate: _none, ...open } = june().subscription ?? {};
    const canceled: Deal = {
      ...june(),
      subscription: { ...open, changes: [{ effectiveDate: "2026-07-01", status: "canceled" }] },
    };
    const documents = billUntil("2027-01-01", canceled);
    expect(billed(documents)).toEqual([
      ["period 2026-07-01", "27.00"],
      ["run-off 2026-08-01", "3.00"],
    ]);
  });

  it("bills the same when it falls inside a period", () => {
    // Until 16 June: 15 outcomes; those of 13, 14 and 15 June are confirmed on 16, 17 and 18 June.
    const documents = billUntil("2027-01-01", june({ endDate: "2026-06-16" }));
    expect(documents[0]?.total).toBe("12.00");
    expect(documents.slice(1).every(({ scope }) => scope === "run-off")).toBe(true);
    expect(centsOf(documents)).toBe(1500n);
  });

  it("bills each plan's outcomes at its own price", () => {
    const deal: Deal = {
      ...june({ changes: [{ effectiveDate: "2026-06-30", ratePlanId: "q" }] }),
      plans: [
        plan("p", [outcomes("1", silence("PT72H"))]),
        plan("q", [outcomes("5", silence("PT72H"))]),
      ],
    };
    // 27 at 1.00; 28 and 29 June at 1.00 and 30 June at 5.00 after the end.
    expect(billed(billUntil("2027-01-01", deal))).toEqual([
      ["period 2026-07-01", "27.00"],
      ["run-off 2026-08-01", "7.00"],
    ]);
  });

  it("waits for signals as long as it takes", () => {
    const outcome = outcomes("2", { confirm: { signals: ["paid"] } });
    const [first, second] = [at("2026-06-10T12:00:00Z"), at("2026-06-20T12:00:00Z")];
    const deal: Deal = {
      ...june({}, [outcome]),
      usage: [
        first,
        second,
        signal("paid", first, "2026-06-25T00:00:00Z"),
        signal("paid", second, "2026-09-10T00:00:00Z"),
      ],
    };
    expect(billed(billUntil("2026-12-01", deal))).toEqual([
      ["period 2026-07-01", "2.00"],
      ["run-off 2026-10-01", "2.00"],
    ]);
  });

  it("never bills what occurs after it", () => {
    const deal = {
      ...june(),
      usage: [...daily, at("2026-07-01T00:00:00Z"), at("2026-07-02T12:00:00Z")],
    };
    expect(centsOf(billUntil("2027-01-01", deal))).toBe(3000n);
  });

  it("needs no run-off where nothing is pending", () => {
    // Confirmed by 30 June, all of them.
    const deal = { ...june(), usage: daily.slice(0, 27) };
    expect(totalsOf(billUntil("2027-01-01", deal))).toEqual([["period 2026-07-01", "27.00"]]);
  });

  it("blocks what is taken back while it waits after the end", () => {
    const [last = at("")] = daily.slice(-1);
    const policy: OutcomePolicyInput = {
      confirm: { assumedAfter: "PT72H" },
      reverse: { signals: ["reopened"] },
    };
    const deal = {
      ...june({}, [outcomes("1", policy)]),
      usage: [...daily, signal("reopened", last, "2026-07-02T00:00:00Z")],
    };
    // 27, then 28 and 29 June.
    expect(billed(billUntil("2027-01-01", deal))).toEqual([
      ["period 2026-07-01", "27.00"],
      ["run-off 2026-08-01", "2.00"],
    ]);
  });

  it("bills what settles after it", () => {
    const policy: OutcomePolicyInput = {
      billOn: "settled",
      confirm: { assumedAfter: "P1D" },
      reverse: { signals: ["reopened"], within: "P30D" },
    };
    // Confirmed a day after, settled 30 days after that: the first outcome on 2 July, the last on 31 July at noon.
    const deal = june({}, [outcomes("1", policy)]);
    expect(billed(billUntil("2027-01-01", deal))).toEqual([["run-off 2026-08-01", "30.00"]]);
  });

  it("asks for no fee, no minimum and no commitment in a run-off", () => {
    const charges = [
      outcomes("1", silence("PT72H"), { minimum: 20 } as Partial<ChargeInput>),
      fee("fee", "5"),
    ];
    const deal: Deal = {
      ...june({}, charges),
      plans: [plan("p", charges, { minimumCommitment: 10 })],
    };
    // 27 + 5; then 3.
    expect(billed(billUntil("2027-01-01", deal))).toEqual([
      ["period 2026-07-01", "32.00"],
      ["run-off 2026-08-01", "3.00"],
    ]);
  });

  it("takes a discount off what runs off as off the rest", () => {
    const off: ChargeInput = {
      id: "off",
      name: "off",
      chargeType: "usage",
      pricing: { model: "discount", percent: 10 },
    };
    const documents = billUntil("2027-01-01", june({}, [outcomes("1", silence("PT72H")), off]));
    // 27 − 2.70; 3 − 0.30.
    expect(billed(documents)).toEqual([
      ["period 2026-07-01", "24.30"],
      ["run-off 2026-08-01", "2.70"],
    ]);
  });

  it.each<[string, Partial<ChargeInput>, string]>([
    ["free units", { includedUnits: 10 }, "20.00"],
    // 28 at 1, 2 at 0.50.
    [
      "tiers",
      { pricing: { model: "tiered", tiers: [{ upTo: 28, unitPrice: 1 }, { unitPrice: "0.50" }] } },
      "29.00",
    ],
    // 30 units reach the second tier: 30 × 0.50.
    [
      "volume prices",
      { pricing: { model: "volume", tiers: [{ upTo: 28, unitPrice: 1 }, { unitPrice: "0.50" }] } },
      "15.00",
    ],
    // Three packages of 10.
    ["packages", { pricing: { model: "package", size: 10, price: 7 } }, "21.00"],
    ["a maximum", { maximum: 28 }, "28.00"],
    ["a minimum", { minimum: 29 }, "30.00"],
  ])(
    "bills a month and its run-off as what a simulation says of the month: %s",
    (_title, more, amount) => {
      const charge = outcomes("1", silence("PT72H"), more);
      const deal = june({}, [charge]);
      const preview = simulate(planOf([charge]), daily);
      expect(preview.amount).toBe(amount);
      expect(centsOf(billUntil("2027-01-01", deal))).toBe(BigInt(amount.replace(".", "")));
    },
  );

  it("takes the discount of their plan off outcomes that are confirmed under the next", () => {
    const off: ChargeInput = {
      id: "off",
      name: "off",
      chargeType: "usage",
      pricing: { model: "discount", percent: 10 },
    };
    const deal: Deal = {
      plans: [plan("p", [outcomes("10", silence("P3D")), off]), plan("q", [])],
      subscription: { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "q" }] },
      usage: [at("2026-01-30T12:00:00Z")],
    };
    expect(billed(billUntil("2026-06-01", deal))).toEqual([["period 2026-03-01", "9.00"]]);
  });

  it("keeps groups apart in a run-off", () => {
    const charge = outcomes("1", silence("PT72H"), {
      groupBy: { fields: ["name"] },
    } as Partial<ChargeInput>);
    const usage = daily.map((each, index) => ({ ...each, name: index % 2 === 0 ? "even" : "odd" }));
    const documents = billUntil("2027-01-01", { ...june({}, [charge]), usage });
    const lines = documents.at(-1)?.lines.map(({ group, amount }) => [group?.["name"], amount]);
    // 28 June has index 27, 29 June 28, 30 June 29.
    expect(lines).toEqual([
      ["even", "1.00"],
      ["odd", "2.00"],
    ]);
  });

  it("tells two charges on the same outcomes apart", () => {
    const slow = { ...outcomes("5", silence("P10D")), id: "slow", name: "slow" };
    const documents = billUntil("2027-01-01", june({}, [outcomes("1", silence("PT72H")), slow]));
    // 27 × 1 and, of 1 to 20 June, 20 × 5; then 3 × 1 and 10 × 5.
    expect(billed(documents)).toEqual([
      ["period 2026-07-01", "127.00"],
      ["run-off 2026-08-01", "53.00"],
    ]);
  });

  it("bills a run-off in the cycle of a quarterly charge once", () => {
    const charge = outcomes("1", silence("PT72H"), { billingCycle: "quarterly" });
    const deal: Deal = {
      plans: [plan("p", [charge])],
      subscription: { startDate: "2026-04-01", endDate: "2026-07-01" },
      usage: daily,
    };
    const documents = billUntil("2027-01-01", deal);
    expect(billed(documents)).toEqual([
      ["period 2026-07-01", "27.00"],
      ["run-off 2026-08-01", "3.00"],
    ]);
  });
});

describe("a plan without the charge", () => {
  const [early, evening] = [at("2026-06-10T20:00:00Z"), at("2026-06-15T20:00:00Z")];
  const p = plan("p", [outcomes("0.15", silence("PT24H"))]);
  const june = (ratePlanId: string, effectiveDate = "2026-06-16"): Partial<SubscriptionInput> => ({
    startDate: "2026-06-01",
    changes: [{ effectiveDate, ratePlanId }],
  });

  it("does not lose what is confirmed in its time", () => {
    const deal: Deal = {
      plans: [p, plan("q", [])],
      subscription: june("q"),
      usage: [early, evening],
    };
    // Confirmed on 11 and 16 June: 2 × 0.15.
    expect(billed(billUntil("2026-09-01", deal))).toEqual([["period 2026-07-01", "0.30"]]);
  });

  it("does not lose it over a boundary of billing periods", () => {
    const deal: Deal = {
      plans: [p, plan("q", [fee("other", "1")])],
      subscription: june("q", "2026-07-01"),
      usage: [early, at("2026-06-30T20:00:00Z")],
    };
    // June: 0.15. July: the fee, and 0.15 for 30 June, which is confirmed on 1 July.
    expect(billed(billUntil("2026-09-01", deal))).toEqual([
      ["period 2026-07-01", "0.15"],
      ["period 2026-08-01", "1.15"],
      ["period 2026-09-01", "1.00"],
    ]);
  });

  it("does not lose it when its periods are of another length", () => {
    const deal: Deal = {
      plans: [p, plan("q", [], { billingCycle: "annual" })],
      subscription: june("q"),
      usage: [early, evening],
    };
    expect(centsOf(billUntil("2027-09-01", deal))).toBe(30n);
  });

  it("is told apart from one with another price for the charge", () => {
    const deal: Deal = {
      plans: [p, plan("q", [outcomes("0.20", silence("PT24H"))])],
      subscription: june("q"),
      usage: [early, evening, at("2026-06-16T08:00:00Z")],
    };
    // 2 × 0.15 + 0.20.
    expect(billed(billUntil("2026-09-01", deal))).toEqual([["period 2026-07-01", "0.50"]]);
  });

  it("is told apart from a price revision that splits the period", () => {
    const charge = perUnit("c", "1", {
      unitOfMeasure: "@outcome",
      outcome: silence("PT24H"),
      revisions: [
        {
          effectiveDate: "2026-06-16",
          withinPeriod: "split",
          pricing: { model: "per-unit", unitPrice: 3 },
        },
      ],
    });
    const deal: Deal = {
      plans: [plan("p", [charge])],
      subscription: { startDate: "2026-06-01" },
      usage: [evening, at("2026-06-16T08:00:00Z"), at("2026-06-30T20:00:00Z")],
    };
    // 15 June 20:00 at 1, 16 June at 3; 30 June at 3 in July.
    expect(billed(billUntil("2026-09-01", deal))).toEqual([
      ["period 2026-07-01", "4.00"],
      ["period 2026-08-01", "3.00"],
    ]);
  });

  it("keeps a revised price off what occurred before it, over a boundary", () => {
    const charge = perUnit("c", "1", {
      unitOfMeasure: "@outcome",
      outcome: silence("PT24H"),
      revisions: [{ effectiveDate: "2026-07-01", pricing: { model: "per-unit", unitPrice: 3 } }],
    });
    const deal: Deal = {
      plans: [plan("p", [charge])],
      subscription: { startDate: "2026-06-01" },
      usage: [at("2026-06-30T20:00:00Z"), at("2026-07-01T00:00:00Z")],
    };
    // July: 30 June's at 1, 1 July's at 3.
    expect(billed(billUntil("2026-09-01", deal))).toEqual([["period 2026-08-01", "4.00"]]);
  });

  it("is told apart from an override of the price", () => {
    const deal: Deal = {
      plans: [p],
      subscription: {
        startDate: "2026-06-01",
        changes: [
          { effectiveDate: "2026-06-16", overrides: { c: { model: "per-unit", unitPrice: "2" } } },
        ],
      },
      usage: [early, evening, at("2026-06-16T08:00:00Z")],
    };
    // 2 × 0.15 + 2.00.
    expect(billed(billUntil("2026-09-01", deal))).toEqual([["period 2026-07-01", "2.30"]]);
  });
});

describe("plans with different policies for a charge", () => {
  const change = (effectiveDate: string) => ({ changes: [{ effectiveDate, ratePlanId: "q" }] });

  it("bill once what the first bills at once and the second after a silence", () => {
    const deal: Deal = {
      plans: [plan("p", [outcomes("10", {})]), plan("q", [outcomes("10", silence("P3D"))])],
      subscription: change("2026-02-01"),
      usage: [at("2026-01-30T12:00:00Z")],
    };
    expect(billed(billUntil("2026-06-01", deal))).toEqual([["period 2026-02-01", "10.00"]]);
  });

  it("bill once, at its price, what the first bills after a silence and the second at once", () => {
    const deal: Deal = {
      plans: [plan("p", [outcomes("10", silence("P3D"))]), plan("q", [outcomes("7", {})])],
      subscription: change("2026-02-01"),
      usage: [at("2026-01-30T12:00:00Z"), at("2026-02-01T12:00:00Z")],
    };
    // February: 10 for January's, confirmed on 2 February; 7 for its own.
    expect(billed(billUntil("2026-06-01", deal))).toEqual([["period 2026-03-01", "17.00"]]);
  });

  it.each([
    ["occurred", "confirmed"],
    ["confirmed", "occurred"],
    ["occurred", "settled"],
    ["settled", "occurred"],
  ] as const)("bill an outcome once where billOn changes from %s to %s", (before, after) => {
    const policy = (billOn: "occurred" | "confirmed" | "settled"): OutcomePolicyInput => ({
      billOn,
      confirm: { assumedAfter: "P3D" },
      reverse: { signals: ["reopened"], within: "P5D" },
    });
    const deal: Deal = {
      plans: [
        plan("p", [outcomes("10", policy(before))]),
        plan("q", [outcomes("10", policy(after))]),
      ],
      subscription: change("2026-01-15"),
      usage: [at("2026-01-13T12:00:00Z")],
    };
    const documents = billUntil("2026-05-01", deal);
    expect(billed(documents)).toEqual([["period 2026-02-01", "10.00"]]);
    expect(documents[0]?.usage.counts.matched).toBe(1);
  });

  it("judge one subject once for its life, whatever plan its outcomes occurred in", () => {
    const once: OutcomePolicyInput = { uniqueBy: { per: "lifetime" } };
    const deal: Deal = {
      plans: [plan("p", [outcomes("10", once)]), plan("q", [outcomes("4", once)])],
      subscription: change("2026-02-01"),
      usage: [
        at("2026-01-10T00:00:00Z", { subject: "x" }),
        at("2026-02-10T00:00:00Z", { subject: "x" }),
        at("2026-02-11T00:00:00Z", { subject: "y" }),
      ],
    };
    expect(billed(billUntil("2026-06-01", deal))).toEqual([
      ["period 2026-02-01", "10.00"],
      ["period 2026-03-01", "4.00"],
    ]);
  });
});

describe("what occurs while nothing is billed", () => {
  const charge = outcomes("1", silence("PT24H"));

  it("in a trial is free, although it is confirmed after it", () => {
    const deal: Deal = {
      plans: [plan("p", [charge])],
      subscription: { startDate: "2026-06-01", trialDays: 14 },
      usage: [at("2026-06-14T20:00:00Z")],
    };
    expect(billed(billUntil("2026-09-01", deal))).toEqual([]);
  });

  it("after a trial is billed from its first moment on", () => {
    const deal: Deal = {
      plans: [plan("p", [charge])],
      subscription: { startDate: "2026-06-01", trialDays: 14 },
      usage: [at("2026-06-14T23:59:59Z"), at("2026-06-15T00:00:00Z")],
    };
    expect(billed(billUntil("2026-09-01", deal))).toEqual([["period 2026-07-15", "1.00"]]);
  });

  it("in a trial of a time zone ends with its own day", () => {
    const deal: Deal = {
      plans: [plan("p", [charge])],
      subscription: { startDate: "2026-06-01", trialDays: 14, timeZone: "America/New_York" },
      // The trial ends on 15 June 04:00 UTC.
      usage: [at("2026-06-15T03:00:00Z"), at("2026-06-15T05:00:00Z")],
    };
    expect(centsOf(billUntil("2026-09-01", deal))).toBe(100n);
  });

  it("in a pause is free, although it is confirmed after it", () => {
    const deal: Deal = {
      plans: [plan("p", [charge])],
      subscription: {
        startDate: "2026-06-01",
        changes: [
          { effectiveDate: "2026-06-10", status: "paused" },
          { effectiveDate: "2026-06-20", status: "active" },
        ],
      },
      // Before the pause and confirmed in it: billed. In the pause and confirmed after it: not.
      usage: [at("2026-06-09T20:00:00Z"), at("2026-06-19T20:00:00Z")],
    };
    expect(billed(billUntil("2026-09-01", deal))).toEqual([["period 2026-07-01", "1.00"]]);
  });

  it("before the start is free, although it is confirmed after it", () => {
    const deal: Deal = {
      plans: [plan("p", [charge])],
      subscription: { startDate: "2026-06-01" },
      usage: [at("2026-05-31T20:00:00Z")],
    };
    expect(billed(billUntil("2026-09-01", deal))).toEqual([]);
  });

  it("in a trial is free, although a signal confirms it after it", () => {
    const outcome = at("2026-06-05T00:00:00Z");
    const deal: Deal = {
      plans: [plan("p", [outcomes("1", { confirm: { signals: ["paid"] } })])],
      subscription: { startDate: "2026-06-01", trialDays: 14 },
      usage: [outcome, signal("paid", outcome, "2026-06-20T00:00:00Z")],
    };
    expect(billed(billUntil("2026-09-01", deal))).toEqual([]);
  });
});

describe("events of an earlier period that are still needed", () => {
  const late = at("2026-01-30T12:00:00Z");
  const own = at("2026-02-10T12:00:00Z");
  const deal: Deal = { plans: [plan("p", [outcomes("1", silence("PT72H"))])], usage: [late, own] };
  const january = documentOf(deal, JANUARY);
  const dueAfter = (last: Invoice, until: string) =>
    documentsDue(subscriptionOf(deal), { catalog: productOf(...deal.plans), until, last })[0];

  it("are named by the document that leaves them open, and by what is due next", () => {
    expect(january.total).toBe("0.00");
    expect(january.provisional).toEqual([
      {
        chargeId: "c",
        servicePeriod: JANUARY,
        reversible: "0",
        pending: "1",
        since: "2026-01-30T12:00:00.000Z",
      },
    ]);
    const from = dueAfter(january, "2026-03-01")?.usage?.from ?? "";
    expect(Date.parse(from)).toBeLessThanOrEqual(Date.parse("2026-01-30T12:00:00Z"));
  });

  it("are missed with a warning", () => {
    const february = documentOf({ ...deal, usage: [own] }, FEBRUARY, [january]);
    expect(february.total).toBe("1.00");
    expect(february.warnings.map(({ code, chargeId }) => [code, chargeId])).toEqual([
      ["usage_incomplete", "c"],
    ]);
    expect(february.warnings[0]?.message).toContain("2026-01-30");
    // Given at last: both.
    expect(documentOf(deal, FEBRUARY, [january]).total).toBe("2.00");
  });

  it("are missed with a warning also when no event at all is given", () => {
    const february = documentOf({ ...deal, usage: [] }, FEBRUARY, [january]);
    expect(february.warnings.map(({ code }) => code)).toEqual(["usage_incomplete"]);
  });

  it("are missed with a warning also when others of their period are given", () => {
    // That of 5 January is billed, that of 30 January waits: without it an outcome would be lost unseen.
    const other = at("2026-01-05T12:00:00Z");
    const both = documentOf({ ...deal, usage: [late, other] }, JANUARY);
    expect(both.total).toBe("1.00");
    const february = documentOf({ ...deal, usage: [other, own] }, FEBRUARY, [both]);
    // Nobody asked for what is billed already.
    expect(february.warnings.map(({ code }) => code)).toEqual([
      "usage_incomplete",
      "closed_period_events",
    ]);
  });

  it("are needed no longer once all is settled", () => {
    const february = documentOf(deal, FEBRUARY, [january]);
    expect(february.total).toBe("2.00");
    // Nothing waits: what occurs from 1 March on is enough.
    expect(dueAfter(february, "2026-04-01")?.usage).toEqual({
      from: "2026-03-01",
      to: "2026-04-01",
    });
  });

  it("are needed back to the window that they share", () => {
    const policy: OutcomePolicyInput = { uniqueBy: { per: "window", window: "P7D" } };
    const windowed: Deal = { plans: [plan("p", [outcomes("1", policy)])] };
    const due = documentsDue(subscriptionOf(windowed), {
      catalog: productOf(...windowed.plans),
      until: "2026-03-01",
      last: documentOf(windowed, JANUARY),
    })[0];
    // An outcome of 25 January or later may hold the window in which February begins.
    expect(Date.parse(due?.usage?.from ?? "")).toBeLessThanOrEqual(Date.parse("2026-01-25"));
  });

  it("are enough: from the date that is named on, the document is the same as with all of them", () => {
    const all = Array.from({ length: 40 }, (_, index) =>
      at(new Date(Date.UTC(2026, 0, 1 + 2 * index, 13)).toISOString()),
    );
    const story: Deal = { ...deal, usage: all };
    const whole = billUntil("2026-04-01", story);
    const pruned: Invoice[] = [];
    for (const expected of whole) {
      const last = pruned.at(-1);
      const [next] = documentsDue(subscriptionOf(story), {
        catalog: productOf(...story.plans),
        until: "2026-04-01",
        ...(last === undefined ? {} : { last }),
      });
      const from = Date.parse(next?.usage?.from ?? "2100-01-01");
      const usage = all.filter(({ timestamp }) => Date.parse(String(timestamp)) >= from);
      const document = documentOf({ ...story, usage }, expected.period, pruned);
      expect(document.total).toBe(expected.total);
      pruned.push(document);
    }
    // Every second day from 1 January until 20 March, 40 outcomes; three days later all are confirmed by 1 April.
    expect(centsOf(whole)).toBe(4000n);
  });
});

describe("what becomes known late", () => {
  const outcome = at("2026-01-30T12:00:00Z");
  const late = signal("ok", outcome, "2026-01-31T12:00:00Z", "2026-02-05T00:00:00Z");

  it.each([
    { title: "beside a silence", confirm: { assumedAfter: "P3D", signals: ["ok"] } },
    { title: "by itself", confirm: { signals: ["ok"] } },
  ])("a confirmation counts in the period in which it is known, $title", ({ confirm }) => {
    const deal: Deal = {
      plans: [plan("p", [outcomes("10", { confirm })])],
      usage: [outcome, late],
    };
    expect(billed(billUntil("2026-06-01", deal))).toEqual([["period 2026-03-01", "10.00"]]);
  });

  it("a confirmation is billed once, also when January is rated again", () => {
    const policy = { confirm: { assumedAfter: "P3D", signals: ["ok"] } };
    const deal: Deal = { plans: [plan("p", [outcomes("10", policy)])], usage: [outcome, late] };
    const documents = billUntil("2026-06-01", deal, [], { rerate: { from: "2026-01-01" } });
    expect(centsOf(documents)).toBe(1000n);
  });

  it("a confirmation of the last days counts in the run-off", () => {
    const deal: Deal = {
      plans: [plan("p", [outcomes("10", { confirm: { signals: ["ok"] } })])],
      subscription: { endDate: "2026-02-01" },
      usage: [outcome, late],
    };
    expect(billed(billUntil("2026-06-01", deal))).toEqual([["run-off 2026-03-01", "10.00"]]);
  });

  it("a reversal of what was billed is credited by the document that rates its period again", () => {
    const policy = { reverse: { signals: ["ok"] } };
    const deal: Deal = { plans: [plan("p", [outcomes("10", policy)])], usage: [outcome, late] };
    const documents = billUntil("2026-04-01", deal, [], { rerate: { from: "2026-01-01" } });
    expect(totalsOf(documents)).toEqual([
      ["period 2026-02-01", "10.00"],
      ["period 2026-03-01", "-10.00"],
      ["period 2026-04-01", "0.00"],
    ]);
  });

  it("an event of January that waits for its silence is billed once", () => {
    const straggler = at("2026-01-30T12:00:00Z", { receivedAt: "2026-02-05T00:00:00Z" });
    const deal: Deal = { plans: [plan("p", [outcomes("10", silence("P3D"))])], usage: [straggler] };
    for (const more of [{}, { rerate: { from: "2026-01-01" } }]) {
      expect(billed(billUntil("2026-06-01", deal, [], more))).toEqual([
        ["period 2026-03-01", "10.00"],
      ]);
    }
  });

  it("no line of a charge has the period of another", () => {
    const deal: Deal = { plans: [plan("p", [outcomes("10", silence("P3D"))])], usage: [outcome] };
    const lines = linesOf(billUntil("2026-06-01", deal));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.chargeId).toBe("c");
  });
});
