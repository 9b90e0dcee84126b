/** What is taken back of a closed period is credited once, at the price at which it was sold, however often it is looked at. */
import {
  creditNote,
  type Invoice,
  type OutcomePolicyInput,
  type Period,
  type PricingInput,
  type SignalInput,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, centsOf, type Deal, subscriptionOf, totalsOf } from "../support/chain.js";
import { fee, JANUARY, perUnit, planOf, productOf } from "../support/plans.js";

const tiered: PricingInput = {
  model: "tiered",
  tiers: [{ upTo: 1, unitPrice: 10 }, { unitPrice: 5 }],
};
const volume: PricingInput = {
  model: "volume",
  tiers: [{ upTo: 100, unitPrice: 2 }, { unitPrice: 1 }],
};

function charge(
  pricing: PricingInput,
  outcome: OutcomePolicyInput,
  more: Partial<UsageChargeInput> = {},
): UsageChargeInput {
  return perUnit("c", "1", {
    unitOfMeasure: "@outcome",
    pricing,
    outcome,
    ...more,
  } as Partial<UsageChargeInput>);
}

function outcome(
  id: string,
  timestamp: string,
  more: Partial<UsageEventInput> = {},
): UsageEventInput {
  return { id, customerId: "acme", unitOfMeasure: "@outcome", subject: id, timestamp, ...more };
}

function reversal(of: string, timestamp: string): SignalInput {
  return { id: `taken ${of}`, customerId: "acme", reverses: of, timestamp };
}

/** Outcomes of January, one every half hour. */
function many(count: number): readonly UsageEventInput[] {
  return Array.from({ length: count }, (_, index) =>
    outcome(`o${index}`, new Date(Date.UTC(2026, 0, 2, 0, 30 * index)).toISOString()),
  );
}

function deal(one: UsageChargeInput, usage: Deal["usage"] = []): Deal {
  return { plans: [planOf([one])], usage };
}

/** The totals of the months up to a date, each of which rates all before it again. */
function monthly(until: string, story: Deal): readonly string[] {
  return billUntil(until, story, [], { rerate: { from: "2026-01-01" } }).map(({ total }) => total);
}

function noteOf(story: Deal, previous: readonly Invoice[], asOf: string, period: Period = JANUARY) {
  return creditNote({
    catalog: productOf(...story.plans),
    subscription: subscriptionOf(story),
    previous,
    asOf,
    rerate: [{ period, usage: story.usage ?? [] }],
  });
}

describe("an arrival and a reversal in one closed period", () => {
  const original = charge(tiered, { reverse: { pricing: "original-price" } });
  const arrival = outcome("e1", "2026-01-05T00:00:00Z", { receivedAt: "2026-02-10T00:00:00Z" });
  const sold = outcome("e2", "2026-01-10T00:00:00Z");
  const story = deal(original, [arrival, sold, reversal("e2", "2026-02-11T00:00:00Z")]);

  it("are corrected once", () => {
    // e2 was sold as the first unit, at 10; e1 comes as the second, at 5; e2 goes, at 10: −5. Then nothing.
    expect(monthly("2026-05-01", story)).toEqual(["10.00", "-5.00", "0.00", "0.00"]);
  });

  it("come to the same in two corrections as in one", () => {
    const [january] = billUntil("2026-02-01", story);
    if (january === undefined) throw new Error("no document");
    // Only the arrival is known on 10 February: 5 for a second unit.
    const first = noteOf(story, [january], "2026-02-10T12:00:00Z");
    // Then e2 goes, which was sold at 10.
    const second = noteOf(story, [january, first], "2026-02-11T12:00:00Z");
    expect([january.total, first.total, second.total]).toEqual(["10.00", "5.00", "-10.00"]);
    const rest = billUntil("2026-05-01", story, [january, first, second], {
      rerate: { from: "2026-01-01" },
    });
    expect(rest.slice(3).map(({ total }) => total)).toEqual(["0.00", "0.00", "0.00"]);
  });

  it("under one price for all net to nothing", () => {
    const flat = charge(
      { model: "per-unit", unitPrice: 4 },
      { reverse: { pricing: "original-price" } },
    );
    expect(monthly("2026-04-01", { ...story, plans: [planOf([flat])] })).toEqual([
      "4.00",
      "0.00",
      "0.00",
    ]);
  });

  it("of several units under volume prices come to their difference", () => {
    const late = ["l1", "l2"].map((id) =>
      outcome(id, "2026-01-01T12:00:00Z", { receivedAt: "2026-02-10T00:00:00Z" }),
    );
    const gone = ["o3", "o4", "o5"].map((id) => reversal(id, "2026-02-11T00:00:00Z"));
    const usage = [...many(150), ...late, ...gone];
    // 150 × 1; two more at 1, three back at 1.
    expect(monthly("2026-04-01", deal(charge(volume, { reverse: {} }), usage))).toEqual([
      "150.00",
      "-1.00",
      "0.00",
    ]);
  });

  it("in different months are corrected in each, once", () => {
    const usage = [
      ...many(101),
      reversal("o7", "2026-02-11T00:00:00Z"),
      reversal("o8", "2026-03-11T00:00:00Z"),
    ];
    // 101 × 1, then one unit less at 1 in February and another in March.
    expect(monthly("2026-06-01", deal(charge(volume, { reverse: {} }), usage))).toEqual([
      "101.00",
      "-1.00",
      "-1.00",
      "0.00",
      "0.00",
    ]);
  });

  it("are corrected at what was sold when the charge has left the plan", () => {
    const sale = deal(charge(volume, { reverse: {} }), [
      ...many(101),
      reversal("o7", "2026-02-11T00:00:00Z"),
    ]);
    const january = billUntil("2026-02-01", sale);
    const after: Deal = { ...sale, plans: [planOf([fee("fee", "3")])] };
    const documents = billUntil("2026-04-01", after, january, { rerate: { from: "2026-01-01" } });
    expect(documents.map(({ total }) => total)).toEqual(["101.00", "2.00", "3.00"]);
  });
});

describe("a unit that takes the place of another", () => {
  const perSubject = (more: Partial<OutcomePolicyInput> = {}): OutcomePolicyInput => ({
    uniqueBy: { per: "billing-period" },
    reverse: {},
    ...more,
  });

  it("costs nothing, when the first of its subject is reversed and it counts instead", () => {
    const standby = outcome("standby", "2026-01-20T00:00:00Z", { subject: "o0" });
    const usage = [...many(100), standby, reversal("o0", "2026-02-10T00:00:00Z")];
    // 100 × 2 before and after.
    expect(monthly("2026-04-01", deal(charge(volume, perSubject()), usage))).toEqual([
      "200.00",
      "0.00",
      "0.00",
    ]);
  });

  it("costs the difference, when two are reversed and one has a standby", () => {
    const standby = outcome("standby", "2026-01-20T00:00:00Z", { subject: "o0" });
    const gone = ["o0", "o1"].map((id) => reversal(id, "2026-02-10T00:00:00Z"));
    const usage = [...many(150), standby, ...gone];
    // 150 × 1; one net unit back at 1.
    expect(monthly("2026-04-01", deal(charge(volume, perSubject()), usage))).toEqual([
      "150.00",
      "-1.00",
      "0.00",
    ]);
  });

  it("costs nothing under tiers either", () => {
    const pricing = perSubject({ reverse: { pricing: "original-price" } });
    const usage = [
      outcome("a", "2026-01-02T00:00:00Z"),
      outcome("b", "2026-01-03T00:00:00Z"),
      outcome("a2", "2026-01-04T00:00:00Z", { subject: "a" }),
      reversal("a", "2026-02-02T00:00:00Z"),
    ];
    // 10 + 5 before and after: two conversations.
    expect(monthly("2026-04-01", deal(charge(tiered, pricing), usage))).toEqual([
      "15.00",
      "0.00",
      "0.00",
    ]);
  });

  it("in a later period is credited in the first at its price, and billed in the second at its own", () => {
    const policy: OutcomePolicyInput = { uniqueBy: { per: "lifetime", keep: "last" }, reverse: {} };
    const usage = [...many(101), outcome("again", "2026-02-10T00:00:00Z", { subject: "o3" })];
    // January: 101 × 1, one of them moves: −1, not 100 × 2. February: 1 × 2.
    const documents = billUntil("2026-05-01", deal(charge(volume, policy), usage), [], {
      rerate: { from: "2026-01-01" },
    });
    expect(documents.map(({ total }) => total)).toEqual(["101.00", "1.00", "0.00", "0.00"]);
    expect(documents[1]?.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["usage", "2.00"],
      ["adjustment", "-1.00"],
    ]);
  });

  it("in a later period is credited at its price also by the highest value", () => {
    const policy: OutcomePolicyInput = {
      uniqueBy: { per: "lifetime", keep: "highest" },
      reverse: {},
    };
    const usage = [
      ...many(101).map((each) => ({ ...each, value: 1 })),
      outcome("again", "2026-02-10T00:00:00Z", { subject: "o3", value: 9 }),
    ];
    expect(monthly("2026-04-01", deal(charge(volume, policy), usage))).toEqual([
      "101.00",
      "1.00",
      "0.00",
    ]);
  });

  it("stays in its period where the first counts", () => {
    const policy: OutcomePolicyInput = { uniqueBy: { per: "lifetime" }, reverse: {} };
    const usage = [...many(101), outcome("again", "2026-02-10T00:00:00Z", { subject: "o3" })];
    expect(monthly("2026-04-01", deal(charge(volume, policy), usage))).toEqual([
      "101.00",
      "0.00",
      "0.00",
    ]);
  });

  it("in a later period takes the place of a reversed one", () => {
    const policy: OutcomePolicyInput = { uniqueBy: { per: "lifetime" }, reverse: {} };
    const usage = [
      ...many(101),
      outcome("again", "2026-02-10T00:00:00Z", { subject: "o3" }),
      reversal("o3", "2026-02-20T00:00:00Z"),
    ];
    // January: −1; February: 1 × 2.
    expect(monthly("2026-04-01", deal(charge(volume, policy), usage))).toEqual([
      "101.00",
      "1.00",
      "0.00",
    ]);
  });
});

describe("reversals of what was billed in another period than it occurred in", () => {
  const policy: OutcomePolicyInput = {
    confirm: { assumedAfter: "P3D" },
    reverse: { signals: ["reopened"] },
  };
  const reopened: SignalInput = {
    id: "s",
    customerId: "acme",
    subject: "e",
    name: "reopened",
    timestamp: "2026-03-10T00:00:00Z",
  };
  const usage = [outcome("e", "2026-01-30T00:00:00Z"), reopened];

  it("are credited once", () => {
    const story = deal(charge({ model: "per-unit", unitPrice: 10 }, policy), usage);
    // Confirmed on 2 February; reopened in March.
    expect(monthly("2026-06-01", story)).toEqual(["0.00", "10.00", "-10.00", "0.00", "0.00"]);
  });

  it("are credited at the price of its plan, after another has come", () => {
    const [p, q] = [10, 7].map((unitPrice) => charge({ model: "per-unit", unitPrice }, policy));
    if (p === undefined || q === undefined) throw new Error("two charges");
    const story: Deal = {
      plans: [planOf([p], { id: "p" }), planOf([q], { id: "q" })],
      subscription: { changes: [{ effectiveDate: "2026-02-01", ratePlanId: "q" }] },
      usage,
    };
    expect(monthly("2026-06-01", story)).toEqual(["0.00", "10.00", "-10.00", "0.00", "0.00"]);
  });

  it("are credited by a credit note, after the end of the subscription", () => {
    const story: Deal = {
      ...deal(charge({ model: "per-unit", unitPrice: 10 }, policy), usage),
      subscription: { endDate: "2026-02-01" },
    };
    const documents = billUntil("2026-03-01", story);
    expect(totalsOf(documents)).toEqual([
      ["period 2026-02-01", "0.00"],
      ["run-off 2026-03-01", "10.00"],
    ]);
    // By naming the run-off, which billed it.
    const runOff = { start: "2026-02-01", end: "2026-03-01" };
    const note = noteOf(story, documents, "2026-03-11", runOff);
    expect(note.total).toBe("-10.00");
  });

  it("are credited by halves", () => {
    const half = { ...reversal("e", "2026-03-10T00:00:00Z"), quantity: 1 };
    const two = outcome("e", "2026-01-30T00:00:00Z", { quantity: 2 });
    const story = deal(
      charge(
        { model: "per-unit", unitPrice: 10 },
        { ...policy, reverse: { pricing: "original-price" } },
      ),
      [two, half],
    );
    expect(monthly("2026-05-01", story)).toEqual(["0.00", "20.00", "-10.00", "0.00"]);
    expect(centsOf(billUntil("2026-03-01", story))).toBe(2000n);
  });
});
