/** A closed period is a record: whatever the catalog says today, it is rated again as it was sold. */
import type { ChargeInput, Invoice, Period, RatePlanInput, UsageEventInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf, totalsOf } from "../support/chain.js";
import { amountsOf, eventOf, fee, JANUARY, perUnit, planOf } from "../support/plans.js";

const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };
const MARCH: Period = { start: "2026-03-01", end: "2026-04-01" };

const resolved = perUnit("res", "1", {
  unitOfMeasure: "@outcome",
  filter: { names: ["resolved"] },
});
const meetings = perUnit("meet", "25", {
  unitOfMeasure: "@outcome",
  filter: { names: ["meeting"] },
});

/** One resolved conversation and one meeting in January; another resolved one that is known in February. */
const first = eventOf({ id: "r1", name: "resolved" });
const meeting = eventOf({ id: "m1", name: "meeting" });
const late = eventOf({ id: "r2", name: "resolved", receivedAt: "2026-02-03T00:00:00Z" });
const known = [first, meeting];
const all = [...known, late];

function deal(
  charges: readonly ChargeInput[],
  more: Omit<Deal, "plans"> & { readonly plan?: Partial<RatePlanInput> } = {},
): Deal {
  const { plan, ...rest } = more;
  return { plans: [planOf(charges, plan)], ...rest };
}

/** February's document under one catalog, after January's under another; January is rated again. */
function februaryOf(
  before: Deal,
  after: Deal,
  usage: {
    readonly january: readonly UsageEventInput[];
    readonly again?: readonly UsageEventInput[];
  },
): { readonly january: Invoice; readonly february: Invoice } {
  const january = documentOf({ ...before, usage: usage.january }, JANUARY);
  const rerated = usage.again === undefined ? {} : { usage: usage.again };
  const february = documentOf({ ...after, usage: [] }, FEBRUARY, [january], {
    rerate: [{ period: JANUARY, ...rerated }],
  });
  return { january, february };
}

describe("a charge that joins the plan later", () => {
  it("is not billed in retrospect", () => {
    const after = deal([resolved, meetings, fee("fee", "50")]);
    const { january, february } = februaryOf(deal([resolved]), after, {
      january: known,
      again: all,
    });
    expect(january.total).toBe("1.00");
    // February's fee 50, the late conversation 1; neither January's meeting nor a fee for January.
    expect(amountsOf(february)).toEqual([
      ["fee", "50.00"],
      ["res: adjustment", "1.00"],
    ]);
  });

  it("is not billed in retrospect whichever way January is rated again", () => {
    const after = deal([resolved, meetings, fee("fee", "50")]);
    const january = documentOf({ ...deal([resolved]), usage: known }, JANUARY);
    // A range re-rates January from the one list of usage; February's own events: none.
    const february = documentOf({ ...after, usage: all }, FEBRUARY, [january], {
      rerate: { from: "2026-01-01" },
    });
    expect(february.total).toBe("51.00");
    // March re-rates both months with nothing new: its own fee alone.
    const march = documentOf({ ...after, usage: all }, MARCH, [january, february], {
      rerate: { from: "2026-01-01" },
    });
    expect(amountsOf(march)).toEqual([["fee", "50.00"]]);
  });

  it("is billed from its own date on", () => {
    const joined = fee("fee", "28", { effectiveDate: "2026-02-15" });
    const after = deal([resolved, joined]);
    // 14 of February's 28 days: 14.00; the late conversation 1.00.
    const { february } = februaryOf(deal([resolved]), after, { january: known, again: all });
    expect(february.total).toBe("15.00");
  });

  it("joins no discount, commitment or guarantee of a closed period", () => {
    const before = deal([perUnit("res", "10", { unitOfMeasure: "@outcome" })]);
    const after = deal(
      [
        perUnit("res", "10", {
          unitOfMeasure: "@outcome",
          outcome: { qualifies: { field: "properties.ok", equals: true } },
          guarantee: { successRate: 100, remedy: { waive: true } },
        }),
        {
          id: "half",
          name: "half",
          chargeType: "usage",
          pricing: { model: "discount", percent: 50, appliesTo: "all" },
        },
      ],
      { plan: { minimumCommitment: 500 } },
    );
    // January: 2 × 10, then 3 × 10: +10.00, undiscounted. February: nothing but its commitment of 500.
    const { january, february } = februaryOf(before, after, { january: known, again: all });
    expect([january.total, february.total]).toEqual(["20.00", "510.00"]);
    expect(
      february.lines.filter(({ kind }) => kind === "adjustment").map(({ amount }) => amount),
    ).toEqual(["10.00"]);
  });
});

describe("a charge that has changed", () => {
  it("keeps its id when it is renamed since", () => {
    const { february } = februaryOf(deal([resolved]), deal([{ ...resolved, id: "resolutions" }]), {
      january: known,
      again: all,
    });
    // The late conversation under the charge that sold January; nothing is taken back, nothing billed twice.
    expect(amountsOf(february)).toEqual([["res: adjustment", "1.00"]]);
  });

  it("is rated by the prices and the filter that it was sold with", () => {
    const edited = perUnit("res", "3", {
      unitOfMeasure: "@outcome",
      filter: { names: ["meeting"] },
    });
    const { february } = februaryOf(deal([resolved]), deal([edited]), {
      january: known,
      again: all,
    });
    // One more at 1.00, not 3.00, and no meeting.
    expect(february.total).toBe("1.00");
  });

  it("keeps its tiers, its groups and its limits", () => {
    const tiered = (first: number, then: number, maximum: number): ChargeInput =>
      perUnit("c", "1", {
        unitOfMeasure: "@outcome",
        pricing: { model: "tiered", tiers: [{ upTo: 1, unitPrice: first }, { unitPrice: then }] },
        groupBy: { fields: ["name"] },
        maximum,
      });
    // resolved: 10, then 10 + 4; meeting: 10. Maximum 30 of all: not reached. Today's catalog would say otherwise.
    const { january, february } = februaryOf(deal([tiered(10, 4, 30)]), deal([tiered(7, 1, 5)]), {
      january: known,
      again: all,
    });
    expect([january.total, february.total]).toEqual(["20.00", "4.00"]);
  });

  it("turns from usage into a fee without touching what was sold", () => {
    const { february } = februaryOf(deal([resolved]), deal([fee("res", "20")]), {
      january: known,
      again: all,
    });
    expect(february.total).toBe("21.00");
  });

  it("keeps the aggregation of its closed period", () => {
    const users = (aggregation: "sum" | "count"): ChargeInput =>
      perUnit("c", "2", { unitOfMeasure: "@outcome", aggregation });
    // Sum 5 → 10.00; with a late one of 3: 8 → 16.00: +6.00. Counted it would be 4.00.
    const five = eventOf({ id: "a", quantity: 5 });
    const three = eventOf({ id: "b", quantity: 3, receivedAt: "2026-02-02T00:00:00Z" });
    const { january, february } = februaryOf(deal([users("sum")]), deal([users("count")]), {
      january: [five],
      again: [five, three],
    });
    expect([january.total, february.total]).toEqual(["10.00", "6.00"]);
  });

  it("is repriced in the catalog for fees that are not billed yet, in advance", () => {
    const priced = (amount: string) => deal([fee("fee", amount, { billingTiming: "in-advance" })]);
    const before = billUntil("2026-02-01", priced("100"));
    expect(totalsOf(before)).toEqual([
      ["opening 2026-01-01", "100.00"],
      ["period 2026-02-01", "100.00"],
    ]);
    // February is sold at 100; March is not sold yet.
    const february = documentOf(priced("150"), FEBRUARY, before, {
      rerate: { from: "2026-01-01" },
    });
    expect(amountsOf(february)).toEqual([["fee", "150.00"]]);
  });
});

describe("fees in advance of closed time", () => {
  const ahead = (id: string, amount: string): ChargeInput =>
    fee(id, amount, { billingTiming: "in-advance" } as Partial<ChargeInput>);
  const before = billUntil("2026-02-01", deal([ahead("fee", "100")]));
  const march = { start: "2026-03-01", end: "2026-04-01" };
  const februaryUnder = (today: Deal) =>
    documentOf(today, FEBRUARY, before, { rerate: { from: "2026-01-01" } }).lines.map(
      ({ chargeId, amount, servicePeriod }) => [chargeId, amount, servicePeriod],
    );

  it("are not billed of a charge that joins the plan later, nor in arrears", () => {
    expect(totalsOf(before)).toEqual([
      ["opening 2026-01-01", "100.00"],
      ["period 2026-02-01", "100.00"],
    ]);
    // January and February were sold without it: it begins in March.
    expect(februaryUnder(deal([ahead("fee", "100"), ahead("joined", "50")]))).toEqual([
      ["fee", "100.00", march],
      ["joined", "50.00", march],
    ]);
  });

  it("stay where the charge leaves the plan", () => {
    expect(februaryUnder(deal([ahead("other", "50")]))).toEqual([["other", "50.00", march]]);
  });

  it("begin at a charge's own date where that lay ahead when they were billed", () => {
    // 15 of February's 28 days from the 14th on: 15 × 2.00, and March.
    const dated = { ...ahead("dated", "56"), effectiveDate: "2026-02-14" };
    const january = billUntil("2026-01-01", deal([ahead("fee", "100")]));
    const { lines } = documentOf(deal([ahead("fee", "100"), dated]), JANUARY, january);
    expect(lines.map(({ chargeId, amount }) => [chargeId, amount])).toEqual([
      ["fee", "100.00"],
      ["dated", "30.00"],
    ]);
  });
});

describe("a closed period of two plans", () => {
  const plansWith = (starter: string, pro: string, off: number): Deal["plans"] => {
    const discount: ChargeInput = {
      ...{ id: "off", name: "off", chargeType: "recurring" },
      pricing: { model: "discount", percent: off },
    };
    return [
      planOf([fee("fee", "31"), discount], { minimumCommitment: starter }),
      planOf([fee("fee", "62")], { id: "pro", minimumCommitment: pro }),
    ];
  };
  const subscription = { changes: [{ effectiveDate: "2026-01-11", ratePlanId: "pro" }] };
  const january = documentOf({ plans: plansWith("62", "93", 10), subscription }, JANUARY);
  const rest = (deal: Deal) =>
    documentOf({ ...deal, subscription }, FEBRUARY, [january], { rerate: [{ period: JANUARY }] });

  it("keeps the commitment of each, and the discount of the one that had it", () => {
    // 10 days of 1 less a tenth, 21 days of 2: 51. Committed are 10 days of 2 and 21 days of 3: 83.
    expect(amountsOf(january)).toEqual([
      ["fee", "10.00"],
      ["fee", "42.00"],
      ["off", "-1.00"],
      ["Minimum commitment of 83.00", "32.00"],
    ]);
    for (const today of [plansWith("31", "310", 50), plansWith("620", "62", 20)]) {
      const { lines } = rest({ plans: today });
      expect(lines.filter(({ servicePeriod }) => servicePeriod.start < "2026-02")).toEqual([]);
    }
  });
});

describe("a plan whose billing cycle has changed in the catalog", () => {
  it("keeps the cycle that it was billed by, beside plans that were never billed", () => {
    const plans = (billingCycle: RatePlanInput["billingCycle"]) => [
      planOf([fee("fee", "31")], { billingCycle }),
      planOf([fee("fee", "62")], { id: "pro" }),
    ];
    const january = documentOf({ plans: plans("monthly") }, JANUARY);
    const february = documentOf({ plans: plans("quarterly") }, FEBRUARY, [january]);
    expect(amountsOf(february)).toEqual([["fee", "31.00"]]);
    // What was never billed begins by the cycle of today: a quarter, which has no February.
    expect(() => documentOf({ plans: plans("quarterly") }, FEBRUARY)).toThrow("period");
  });
});

describe("a revision inside of a closed period that has left the catalog", () => {
  const split = { effectiveDate: "2026-01-11", withinPeriod: "split" } as const;

  it("still splits the period in which it was billed", () => {
    const revised: ChargeInput = {
      ...fee("fee", "310"),
      revisions: [{ ...split, pricing: { model: "flat", amount: "620" } }],
    };
    const { january, february } = februaryOf(deal([revised]), deal([fee("fee", "310")]), {
      january: [],
      again: [],
    });
    // 10 days of 310 and 21 days of 620.
    expect(january.total).toBe("520.00");
    expect(amountsOf(february)).toEqual([["fee", "310.00"]]);
  });

  it("of a discount still splits what it was taken off", () => {
    const off = (more: object): ChargeInput => ({
      id: "off",
      name: "off",
      chargeType: "recurring",
      pricing: { model: "discount", percent: 10 },
      ...more,
    });
    const revised = off({
      revisions: [{ ...split, pricing: { model: "discount", percent: 20 } }],
    });
    const { january, february } = februaryOf(
      deal([fee("fee", "310"), revised]),
      deal([fee("fee", "310"), off({})]),
      { january: [], again: [] },
    );
    // 100 − 10 for 10 days, 210 − 42 for 21 days.
    expect(january.total).toBe("258.00");
    expect(amountsOf(february)).toEqual([
      ["fee", "310.00"],
      ["off", "-31.00"],
    ]);
  });
});

describe("a charge that has left the plan", () => {
  it("still bills late units of the periods in which it was sold", () => {
    const { february } = februaryOf(deal([resolved]), deal([fee("fee", "50")]), {
      january: known,
      again: all,
    });
    expect(amountsOf(february)).toEqual([
      ["fee", "50.00"],
      ["res: adjustment", "1.00"],
    ]);
  });

  it("still bills them when nothing is left in the plan", () => {
    const { february } = februaryOf(deal([resolved]), deal([]), { january: known, again: all });
    expect(february.total).toBe("1.00");
  });

  it("still takes back what was withdrawn", () => {
    const { february } = februaryOf(deal([resolved, meetings]), deal([resolved]), {
      january: known,
      again: [first],
    });
    // The meeting of 25 did not take place.
    expect(amountsOf(february)).toEqual([["meet: adjustment", "-25.00"]]);
  });

  it("bills a late unit of a time zone's own January", () => {
    const zone = { subscription: { timeZone: "America/New_York" } };
    // 1 February 04:30 UTC is 31 January 23:30 in New York; 05:30 UTC is February.
    const inJanuary = eventOf({ id: "x", name: "resolved", timestamp: "2026-02-01T04:30:00Z" });
    const inFebruary = eventOf({ id: "y", name: "resolved", timestamp: "2026-02-01T05:30:00Z" });
    const { january, february } = februaryOf(
      deal([resolved], zone),
      deal([fee("fee", "9")], zone),
      {
        january: [first],
        again: [first, inJanuary, inFebruary],
      },
    );
    expect([january.total, february.total]).toEqual(["1.00", "10.00"]);
  });
});

describe("minimums of a closed period", () => {
  const minimum = deal([perUnit("c", "1", { unitOfMeasure: "@outcome", minimum: 50 })]);
  const units = (count: number) =>
    Array.from({ length: count }, (_, index) => eventOf({ id: `u${index}` }));

  it("stay when it is rated again without usage", () => {
    const { january, february } = februaryOf(minimum, minimum, { january: [] });
    expect(january.total).toBe("50.00");
    // February's own minimum alone.
    expect(february.total).toBe("50.00");
    expect(february.lines.every(({ kind }) => kind !== "adjustment")).toBe(true);
  });

  it("stay when it is rated again with an empty list", () => {
    const { february } = februaryOf(minimum, minimum, { january: [], again: [] });
    expect(february.total).toBe("50.00");
  });

  it.each([
    // 20 units: 50 at least. 30: still 50. 70: 70, so 20 more.
    [20, 30, "50.00"],
    [20, 70, "70.00"],
    // 60 units: 60. 10: 50 at least, so 10 less.
    [60, 10, "40.00"],
  ])("hold for %i units, then %i", (before, after, total) => {
    const { february } = februaryOf(minimum, minimum, {
      january: units(before),
      again: units(after),
    });
    expect(february.total).toBe(total);
  });

  it("stay when the minimum is gone from the catalog", () => {
    const { february } = februaryOf(
      minimum,
      deal([perUnit("c", "1", { unitOfMeasure: "@outcome" })]),
      {
        january: [],
      },
    );
    expect(february.total).toBe("0.00");
  });

  it.each([
    ["quarterly", "2026-04-01"],
    ["annual", "2027-01-01"],
  ] as const)("of a %s charge are due when its cycle ends, not before", (billingCycle, end) => {
    const cycle = deal([
      perUnit("c", "1", { unitOfMeasure: "@outcome", billingCycle, minimum: 150 }),
    ]);
    const documents = billUntil(end, cycle, [], { rerate: { from: "2026-01-01" } });
    const totals = totalsOf(documents);
    expect(totals.slice(0, -1).every(([, total]) => total === "0.00")).toBe(true);
    expect(totals.at(-1)).toEqual([`period ${end}`, "150.00"]);
  });

  it("of a quarterly charge are not taken back from its first month", () => {
    const cycle = deal([
      perUnit("c", "1", { unitOfMeasure: "@outcome", billingCycle: "quarterly", minimum: 150 }),
    ]);
    const { january, february } = februaryOf(cycle, cycle, { january: [], again: [] });
    expect([january.lines, february.lines]).toEqual([[], []]);
    const march = documentOf(cycle, MARCH, [january, february]);
    expect(march.total).toBe("150.00");
    // Re-rated with 200 units in the quarter: 50 more; again: nothing.
    const usage = units(200);
    const april = documentOf(
      cycle,
      { start: "2026-04-01", end: "2026-05-01" },
      [january, february, march],
      {
        rerate: [{ period: MARCH, usage }],
      },
    );
    expect(april.total).toBe("50.00");
  });

  it("of a plan's commitment stay beside quarterly fees", () => {
    const plan = deal([fee("q", "90", { billingCycle: "quarterly" }), resolved], {
      plan: { minimumCommitment: 10 },
    });
    // Each month: usage 1 + 9 in January; 10 in February.
    const { january, february } = februaryOf(plan, plan, { january: known });
    expect([january.total, february.total]).toEqual(["10.00", "10.00"]);
  });
});

describe("guarantees of a closed period", () => {
  const promised: ChargeInput = perUnit("c", "10", {
    unitOfMeasure: "@outcome",
    outcome: { qualifies: { field: "properties.ok", equals: true } },
    guarantee: { successRate: 90, remedy: { percent: 50 } },
  });
  const plan = deal([promised], { plan: { minimumCommitment: 100 } });
  const attempt = (id: string, ok: boolean) => eventOf({ id, properties: { ok } });
  const two = [attempt("a", true), attempt("b", false)];

  it("are not taken back beside a commitment", () => {
    const { january, february } = februaryOf(plan, plan, { january: two });
    // 10 for one of two attempts; 90 up to the commitment; half of 10 back. February: the commitment.
    expect(january.total).toBe("95.00");
    expect(february.total).toBe("100.00");
    expect(february.lines.every(({ kind }) => kind !== "adjustment")).toBe(true);
  });

  it("are not taken back when the same usage is given again", () => {
    const { february } = februaryOf(plan, plan, { january: two, again: two });
    expect(february.total).toBe("100.00");
  });

  it("follow what becomes known late", () => {
    const again = [...two, attempt("c", true)];
    const { february } = februaryOf(plan, plan, { january: two, again });
    // 2 of 3 is below 90 %: 20 + 80 − 10 = 90, billed 95: −5. February: 100.
    expect(february.total).toBe("95.00");
  });

  it("are met by what becomes known late", () => {
    const again = [...two, ...Array.from({ length: 8 }, (_, index) => attempt(`k${index}`, true))];
    const { february } = februaryOf(plan, plan, { january: two, again });
    // 9 of 10 is 90 %: 90 + 10, nothing back: 100, billed 95: +5. February: 100.
    expect(february.total).toBe("105.00");
  });
});

describe("discounts of a closed period", () => {
  const a = perUnit("a", "0.05", { unitOfMeasure: "@outcome", filter: { names: ["resolved"] } });
  const b = perUnit("b", "0.05", { unitOfMeasure: "@outcome", filter: { names: ["meeting"] } });
  const off = (pricing: { percent: number } | { amount: string }): ChargeInput => ({
    id: "off",
    name: "off",
    chargeType: "usage",
    pricing: { model: "discount", ...pricing },
  });

  it.each([
    // 10 % of 0.05 and 0.05.
    { title: "a percentage", pricing: { percent: 10 } },
    // 0.03 of 0.05 and 0.05.
    { title: "a fixed amount", pricing: { amount: "0.03" } },
    { title: "all of it", pricing: { amount: "5" } },
  ])("$title: rated again with nothing new, no line appears", ({ pricing }) => {
    const plan = deal([a, b, off(pricing)]);
    for (const again of [undefined, known]) {
      const { february } = februaryOf(plan, plan, {
        january: known,
        ...(again === undefined ? {} : { again }),
      });
      // The discount is due each month; there is nothing to take it off in February.
      expect(february.lines.filter(({ kind }) => kind === "adjustment")).toEqual([]);
      expect(february.total).toBe("0.00");
    }
  });

  it("stay where they are gone from the catalog", () => {
    const { february } = februaryOf(deal([a, b, off({ percent: 40 })]), deal([a, b]), {
      january: known,
      again: all,
    });
    // January: 0.05 − 0.02 each. The late one: 0.10 − 0.04 for a: +0.05 − 0.02.
    expect(february.total).toBe("0.03");
  });
});
