/** What a document leaves open is never lost: whatever is written next, and whenever, asks for it and bills it once. */
import {
  type ChargeInput,
  creditNote,
  documentsDue,
  type Invoice,
  invoice,
  type OutcomePolicyInput,
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
import { fee, JANUARY, perUnit, planOf, productOf } from "../support/plans.js";

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const SILENCE: OutcomePolicyInput = { confirm: { assumedAfter: "P3D" } };

function outcomes(price: string, policy = SILENCE, more: Partial<ChargeInput> = {}): ChargeInput {
  return perUnit("c", price, { unitOfMeasure: "@outcome", outcome: policy, ...(more as object) });
}

function at(timestamp: string, more: Partial<UsageEventInput> = {}): UsageEventInput {
  return {
    id: `e${timestamp}`,
    customerId: "acme",
    unitOfMeasure: "@outcome",
    timestamp,
    ...more,
  };
}

/** Confirmed on 2 February. */
const late = at("2026-01-30T10:00:00Z");

function dueAfter(deal: Deal, last: Invoice, until: string, atMoment = false) {
  return documentsDue(subscriptionOf(deal), {
    catalog: productOf(...deal.plans),
    until,
    last,
    ...(atMoment ? { changes: "at-moment" as const } : {}),
  });
}

/** As a backend does it that gives no event that was not asked for. */
function billAsAsked(until: string, deal: Deal, atMoment = false): readonly Invoice[] {
  const documents: Invoice[] = [];
  for (;;) {
    const last = documents.at(-1);
    const [next] = documentsDue(subscriptionOf(deal), {
      catalog: productOf(...deal.plans),
      until,
      ...(atMoment ? { changes: "at-moment" as const } : {}),
      ...(last === undefined ? {} : { last }),
    });
    if (next === undefined) return documents;
    const [from, to] = [next.usage?.from ?? "2100-01-01", next.usage?.to ?? "2100-01-01"];
    const usage = (deal.usage ?? []).filter(
      ({ timestamp }) =>
        Date.parse(String(timestamp)) >= Date.parse(from) &&
        Date.parse(String(timestamp)) < Date.parse(to),
    );
    documents.push(documentOf({ ...deal, usage }, next.period, documents));
  }
}

describe("a document that is written days after its period", () => {
  const deal: Deal = { plans: [planOf([outcomes("1")])], usage: [late] };

  it("leaves open what is certain by then and belongs to the next", () => {
    const january = documentOf(deal, JANUARY, [], { asOf: "2026-02-05" });
    expect(january.total).toBe("0.00");
    expect(january.provisional).toEqual([
      {
        chargeId: "c",
        servicePeriod: JANUARY,
        reversible: "0",
        pending: "1",
        since: "2026-01-30T10:00:00.000Z",
      },
    ]);
    const [next] = dueAfter(deal, january, "2026-03-01");
    expect(next?.usage?.from).toBe("2026-01-30T10:00:00.000Z");
    expect(documentOf(deal, FEBRUARY, [january]).total).toBe("1.00");
  });

  it("does not leave open what it bills", () => {
    // Confirmed on 31 January.
    const usage = [at("2026-01-28T10:00:00Z")];
    const january = documentOf({ ...deal, usage }, JANUARY, [], { asOf: "2026-02-05" });
    expect([january.total, january.provisional]).toEqual(["1.00", []]);
  });

  it("does not leave open what occurred after its period", () => {
    const usage = [at("2026-02-01T10:00:00Z")];
    const january = documentOf({ ...deal, usage }, JANUARY, [], { asOf: "2026-02-10" });
    expect(january.provisional).toEqual([]);
  });

  it("of the last period is followed by a run-off", () => {
    // 30 outcomes at noon; those of 28, 29 and 30 June are confirmed on 1, 2 and 3 July.
    const june: Deal = {
      plans: [planOf([outcomes("1")])],
      subscription: { startDate: "2026-06-01", endDate: "2026-07-01" },
      usage: Array.from({ length: 30 }, (_, day) =>
        at(`2026-06-${String(day + 1).padStart(2, "0")}T12:00:00Z`),
      ),
    };
    const first = documentOf(june, { start: "2026-06-01", end: "2026-07-01" }, [], {
      asOf: "2026-07-10",
    });
    expect(first.total).toBe("27.00");
    const documents = billUntil("2027-01-01", june, [first]);
    expect(totalsOf(documents)).toEqual([
      ["period 2026-07-01", "27.00"],
      ["run-off 2026-08-01", "3.00"],
    ]);
  });
});

describe("a document that bills no usage", () => {
  it("of a change says what was open before it, so that it is still asked for", () => {
    const seats: ChargeInput = {
      id: "seats",
      name: "seats",
      chargeType: "recurring",
      billingTiming: "in-advance",
      unitOfMeasure: "@seat",
      pricing: { model: "per-unit", unitPrice: 10 },
    };
    const deal: Deal = {
      plans: [planOf([seats, outcomes("1")])],
      subscription: {
        quantities: { seats: 1 },
        changes: [{ effectiveDate: "2026-02-15", quantities: { seats: 2 } }],
      },
      usage: [late],
    };
    const documents = billAsAsked("2026-03-01", deal, true);
    // 10; February's 10 and, as the change in it is known, 10 more × 14/28 days; nothing more; March's 20 and the outcome.
    expect(totalsOf(documents)).toEqual([
      ["opening 2026-01-01", "10.00"],
      ["period 2026-02-01", "15.00"],
      ["change 2026-02-15", "0.00"],
      ["period 2026-03-01", "21.00"],
    ]);
    expect(documents[2]?.provisional).toEqual(documents[1]?.provisional);
  });

  it("of a correction says what was open before it, and what that adds", () => {
    const deal: Deal = { plans: [planOf([outcomes("1")])], usage: [] };
    const january = documentOf(deal, JANUARY);
    const straggler = { ...late, receivedAt: "2026-02-01T05:00:00Z" };
    const note = creditNote({
      catalog: productOf(...deal.plans),
      subscription: subscriptionOf(deal),
      previous: [january],
      rerate: [{ period: JANUARY, usage: [straggler] }],
      asOf: "2026-02-01T06:00:00Z",
    });
    expect(note.provisional).toMatchObject([{ pending: "1", since: "2026-01-30T10:00:00.000Z" }]);
    const [next] = dueAfter(deal, note, "2026-03-01");
    expect(next?.usage?.from).toBe("2026-01-30T10:00:00.000Z");
  });

  it("of a correction does not count again what a later document has billed", () => {
    const deal: Deal = { plans: [planOf([outcomes("1")])], usage: [late] };
    const documents = billUntil("2026-03-01", deal);
    expect(centsOf(documents)).toBe(100n);
    const note = creditNote({
      catalog: productOf(...deal.plans),
      subscription: subscriptionOf(deal),
      previous: documents,
      rerate: [{ period: JANUARY, usage: [late] }],
      asOf: "2026-03-05",
    });
    expect([note.total, note.provisional]).toEqual(["0.00", []]);
  });

  it("in the middle of a quarter says what the last quarter left open", () => {
    const quarterly = outcomes("1", SILENCE, { billingCycle: "quarterly" });
    const deal: Deal = {
      plans: [planOf([fee("fee", "5"), quarterly])],
      usage: [at("2026-03-30T10:00:00Z")],
    };
    // Six fees of 5, and the outcome of 30 March, confirmed on 2 April, with the second quarter.
    const documents = billAsAsked("2026-07-01", deal);
    expect(documents.at(-1)?.total).toBe("6.00");
    expect(centsOf(documents)).toBe(3100n);
  });
});

describe("events that are missing", () => {
  const policy: OutcomePolicyInput = { ...SILENCE, reverse: { signals: ["reopened"] } };
  const early = at("2026-01-05T10:00:00Z", { subject: "early" });
  const deal: Deal = { plans: [planOf([outcomes("1", policy)])], usage: [early, late] };
  const january = documentOf(deal, JANUARY);
  const codes = (usage: Deal["usage"]) =>
    documentOf({ ...deal, usage: usage ?? [] }, FEBRUARY, [january]).warnings.map(
      ({ code }) => code,
    );

  it("are missed also beside one that was billed and may be reversed", () => {
    expect(january.provisional).toMatchObject([{ reversible: "1", pending: "1" }]);
    expect(codes([early, at("2026-02-10T10:00:00Z")])).toEqual(["usage_incomplete"]);
  });

  it("are not missed when they are given, whatever became of them", () => {
    expect(codes([late])).toEqual([]);
    expect(codes([early, late])).toEqual([]);
    const subject = { ...late, subject: "late" };
    const reopened = {
      id: "r",
      customerId: "acme",
      subject: "late",
      name: "reopened",
      timestamp: "2026-02-01T08:00:00Z",
    };
    expect(codes([subject, reopened])).toEqual([]);
  });

  it("are missed after a document that bills no usage", () => {
    const note = creditNote({
      catalog: productOf(...deal.plans),
      subscription: subscriptionOf(deal),
      previous: [january],
      rerate: [{ period: JANUARY, usage: [early, late] }],
      asOf: "2026-02-01T06:00:00Z",
    });
    const february = invoice({
      catalog: productOf(...deal.plans),
      subscription: subscriptionOf(deal),
      period: FEBRUARY,
      previous: [january, note],
      usage: [early],
    });
    expect(february.warnings.map(({ code }) => code)).toEqual(["usage_incomplete"]);
  });
});

describe("a correction after the end", () => {
  it("leaves no run-off period out", () => {
    const deal: Deal = {
      plans: [planOf([outcomes("1")])],
      subscription: { endDate: "2026-02-01" },
      usage: [at("2026-01-05T10:00:00Z"), late],
    };
    const january = documentOf(deal, JANUARY);
    const note = creditNote({
      catalog: productOf(...deal.plans),
      subscription: subscriptionOf(deal),
      previous: [january],
      rerate: [{ period: JANUARY, usage: deal.usage ?? [] }],
      asOf: "2026-03-05",
    });
    // 30 January's is confirmed on 2 February.
    expect(totalsOf(billUntil("2026-12-01", deal, [january, note]))).toEqual([
      ["period 2026-02-01", "1.00"],
      ["correction 2026-03-05", "0.00"],
      ["run-off 2026-03-01", "1.00"],
    ]);
  });
});

describe("a pause over a boundary", () => {
  it("bills what occurred before it and becomes certain in it", () => {
    const deal: Deal = {
      plans: [planOf([outcomes("1")])],
      subscription: {
        changes: [
          { effectiveDate: "2026-01-31", status: "paused" },
          { effectiveDate: "2026-02-10", status: "active" },
        ],
      },
      usage: [late],
    };
    // Certain on 2 February, in February's document.
    expect(totalsOf(billUntil("2026-04-01", deal))).toEqual([
      ["period 2026-02-01", "0.00"],
      ["period 2026-03-01", "1.00"],
      ["period 2026-04-01", "0.00"],
    ]);
  });
});

describe("an end that is recorded late", () => {
  it("moves to the run-off what is certain only after it, and asks for what it bills anew", () => {
    const deal: Deal = {
      plans: [planOf([outcomes("1")])],
      usage: [at("2026-01-05T10:00:00Z"), at("2026-01-09T10:00:00Z"), at("2026-01-20T10:00:00Z")],
    };
    const before = billUntil("2026-02-01", deal);
    const ended: Deal = { ...deal, subscription: { endDate: "2026-01-11" } };
    const [change] = dueAfter(ended, before[0] as Invoice, "2026-02-01");
    expect(change?.usage).toEqual({ from: "2026-01-01", to: "2026-01-11" });
    // 5 January's stays; 9 January's is certain on 12 January; 20 January's is none of the subscription's.
    expect(totalsOf(billUntil("2026-06-01", ended, before, { asOf: "2026-02-10" }))).toEqual([
      ["period 2026-02-01", "3.00"],
      ["change 2026-01-11", "-2.00"],
      ["run-off 2026-02-01", "1.00"],
    ]);
  });

  it("at the end of what was billed gives back what was billed ahead, and no usage", () => {
    const charges = [fee("fee", "5", { billingTiming: "in-advance" }), outcomes("1")];
    const deal: Deal = { plans: [planOf(charges)], usage: [at("2026-01-05T10:00:00Z")] };
    const before = billUntil("2026-02-01", deal);
    const ended: Deal = { ...deal, subscription: { endDate: "2026-02-01" } };
    // February's 5; 5 January's outcome stays.
    const documents = billUntil("2026-06-01", ended, before, { asOf: "2026-02-10" });
    expect(totalsOf(documents.slice(before.length))).toEqual([["change 2026-02-01", "-5.00"]]);
  });
});

describe("a part that is priced again without its usage", () => {
  it("keeps what it billed of outcomes of an earlier time", () => {
    const flat = (amount: string) => fee("fee", amount);
    const deal: Deal = {
      plans: [
        planOf([outcomes("1")], { id: "p" }),
        planOf([flat("28")], { id: "q" }),
        planOf([flat("56")], { id: "r" }),
      ],
      subscription: { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "q" }] },
      usage: [late],
    };
    const before = billUntil("2026-03-01", deal);
    // February: 28 and the outcome.
    expect(before.at(-1)?.total).toBe("29.00");
    const moved: Deal = {
      ...deal,
      subscription: {
        changes: [
          { effectiveDate: "2026-02-01", ratePlanId: "q" },
          { effectiveDate: "2026-02-15", ratePlanId: "r" },
        ],
      },
      usage: [],
    };
    const after = billUntil("2026-04-01", moved, before).slice(before.length);
    // In February 14 of 28 and 28 of 56 instead of 28, at once; then March's 56.
    expect(after.map(({ total }) => total)).toEqual(["14.00", "56.00"]);
  });
});

describe("an outcome that is billed in the period in which it occurred, and was not certain when that was closed", () => {
  const story: Deal = {
    plans: [planOf([outcomes("1", { ...SILENCE, billOn: "occurred" })], { id: "p" })],
    usage: [late],
  };
  const january = documentOf(story, JANUARY);

  it("is named by the next document, which does not bill it", () => {
    expect(january.total).toBe("0.00");
    const next = documentOf(story, FEBRUARY, [january]);
    expect(next.total).toBe("0.00");
    expect(next.warnings).toMatchObject([{ code: "closed_period_events", chargeId: "c" }]);
  });

  it("is billed once its period is rated again", () => {
    const next = documentOf(story, FEBRUARY, [january], { rerate: { from: "2026-01-01" } });
    expect(next).toMatchObject({ total: "1.00", warnings: [] });
  });
});
