/** Documents written with what was known then: nothing early, nothing lost, nothing twice, whenever a change is recorded. */
import {
  type ChargeInput,
  creditNote,
  documentsDue,
  type Invoice,
  type Period,
  type RatePlanInput,
  type SubscriptionChangeInput,
  type SubscriptionInput,
  type UsageEventInput,
} from "rateplan";
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
import { amountsOf, fee, issuesOf, JANUARY, perUnit, planOf, productOf } from "../support/plans.js";

const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };
const MARCH: Period = { start: "2026-03-01", end: "2026-04-01" };
const APRIL: Period = { start: "2026-04-01", end: "2026-05-01" };
const MAY: Period = { start: "2026-05-01", end: "2026-06-01" };
const ALL = { rerate: { from: "2026-01-01" } } as const;

const inAdvance = { billingTiming: "in-advance" } as const;
const annual = { billingCycle: "annual" } as const;
const quarterly = { billingCycle: "quarterly" } as const;

function deal(
  charges: readonly ChargeInput[],
  subscription: Partial<SubscriptionInput> = {},
  more: { readonly plan?: Partial<RatePlanInput>; readonly usage?: Deal["usage"] } = {},
): Deal {
  const { plan, usage = [] } = more;
  return { plans: [planOf(charges, plan)], subscription, usage };
}

/** The same deal with these changes known. */
function knowing(known: Deal, ...changes: readonly SubscriptionChangeInput[]): Deal {
  return { ...known, subscription: { ...known.subscription, changes } };
}

function seats(unitPrice: number, more: Partial<ChargeInput> = {}): ChargeInput {
  return {
    id: "seats",
    name: "seats",
    chargeType: "recurring",
    unitOfMeasure: "@seat",
    pricing: { model: "per-unit", unitPrice },
    ...more,
  } as ChargeInput;
}

/** Units of the charge `calls` on a day. */
function calls(day: string, quantity: number): UsageEventInput {
  return {
    id: `${day} ${quantity}`,
    customerId: "acme",
    unitOfMeasure: "@calls",
    quantity,
    timestamp: `${day}T12:00:00Z`,
  };
}

function cancel(effectiveDate: string): SubscriptionChangeInput {
  return { effectiveDate, status: "canceled" };
}

/** The documents that bill anything, by what they are for and when. */
function billed(documents: readonly Invoice[]) {
  return totalsOf(documents).filter(([, total]) => total !== "0.00");
}

function dueNext(known: Deal, until: string, documents: readonly Invoice[]) {
  const last = documents.at(-1);
  return documentsDue(subscriptionOf(known), {
    catalog: productOf(...known.plans),
    until,
    ...(last === undefined ? {} : { last }),
  });
}

describe("the opening document", () => {
  it("is due at the very moment of the start", () => {
    const story = deal([fee("fee", "10", inAdvance)]);
    expect(dueNext(story, "2026-01-01", []).map(({ scope, dueFrom }) => [scope, dueFrom])).toEqual([
      ["opening", "2026-01-01"],
    ]);
    expect(dueNext(story, "2025-12-31", [])).toEqual([]);
  });
});

describe("a change that lies ahead", () => {
  const one = deal([seats(365, { ...annual, ...inAdvance })], { quantities: { seats: 1 } });
  const opened = billUntil("2026-01-02", one);

  it("charges nothing for more seats until it takes effect", () => {
    expect(totalsOf(opened)).toEqual([["opening 2026-01-01", "365.00"]]);
    const known = knowing(one, { effectiveDate: "2026-07-01", quantities: { seats: 2 } });
    // 1 July to 31 December: 31 + 31 + 30 + 31 + 30 + 31 = 184 days at 1 a day.
    const documents = billUntil("2026-12-31", known, opened);
    expect(billed(documents.slice(1, 6))).toEqual([]);
    expect(billed(documents.slice(1, 8)).map(([, total]) => total)).toEqual(["184.00"]);
    expect(centsOf(documents)).toBe(54900n);
  });

  it("credits nothing for fewer seats until it takes effect", () => {
    const two = deal([seats(365, { ...annual, ...inAdvance })], { quantities: { seats: 2 } });
    const documents = billUntil(
      "2026-12-31",
      knowing(two, { effectiveDate: "2026-07-01", quantities: { seats: 1 } }),
      billUntil("2026-01-02", two),
    );
    expect(billed(documents.slice(1, 6))).toEqual([]);
    // 730 − 184.
    expect(centsOf(documents)).toBe(54600n);
  });

  it("charges nothing when it is withdrawn before", () => {
    const known = knowing(one, { effectiveDate: "2026-07-01", quantities: { seats: 2 } });
    const january = billUntil("2026-04-01", known, opened);
    const documents = billUntil("2026-12-31", one, january);
    expect(billed(documents)).toEqual([["opening 2026-01-01", "365.00"]]);
  });

  it("takes back what it charged when it is withdrawn after", () => {
    const known = knowing(one, { effectiveDate: "2026-07-01", quantities: { seats: 2 } });
    const august = billUntil("2026-09-01", known, opened);
    expect(centsOf(august)).toBe(54900n);
    expect(centsOf(billUntil("2026-12-31", one, august))).toBe(36500n);
  });

  it("to another plan credits nothing until then", () => {
    const p = planOf([fee("a", "365", { ...annual, ...inAdvance })], { id: "p" });
    const q = planOf([fee("b", "730", { ...annual, ...inAdvance })], { id: "q" });
    const story: Deal = { plans: [p, q] };
    const known = knowing(story, { effectiveDate: "2026-07-01", ratePlanId: "q" });
    const documents = billUntil("2026-12-31", known, billUntil("2026-01-02", story));
    expect(billed(documents.slice(0, 6))).toEqual([["opening 2026-01-01", "365.00"]]);
    // 181 days at 1 and 184 days at 2: of the cycle of a year.
    expect(centsOf(documents)).toBe(54900n);
  });

  it("credits a cancellation when it takes effect, not when it is recorded", () => {
    const yearly = deal([fee("fee", "4790.40", { ...annual, ...inAdvance })]);
    const before = billUntil("2026-02-01", yearly);
    const documents = billUntil("2026-12-31", knowing(yearly, cancel("2026-07-31")), before);
    const early = documents.filter(({ period }) => period.end < "2026-07-01");
    expect(billed(early)).toEqual([["opening 2026-01-01", "4790.40"]]);
    // 211 of 365 days are used: 4790.40 × 211 / 365 = 2769.2449…; the credit is 2021.16.
    expect(
      billed(documents)
        .slice(1)
        .map(([, total]) => total),
    ).toEqual(["-2021.16"]);
    expect(centsOf(documents)).toBe(276924n);
  });

  it("credits nothing when the cancellation is withdrawn before it takes effect", () => {
    const yearly = deal([fee("fee", "4790.40", { ...annual, ...inAdvance })]);
    const before = billUntil("2026-05-01", knowing(yearly, cancel("2026-07-31")));
    expect(billed(billUntil("2026-12-31", yearly, before))).toEqual([
      ["opening 2026-01-01", "4790.40"],
    ]);
  });

  it("does not cut what the opening of an annual plan bills for good", () => {
    const yearly = deal([fee("fee", "1200", inAdvance)], {}, { plan: annual });
    for (const change of [
      cancel("2026-04-15"),
      { effectiveDate: "2026-04-15", status: "paused" } as const,
    ]) {
      const opening = billUntil("2026-01-02", knowing(yearly, change));
      // Withdrawn: the whole year is due, and at its end the next one.
      const documents = billUntil("2027-01-01", yearly, opening);
      const year = linesOf(documents).filter(
        ({ servicePeriod }) => servicePeriod.start < "2027-01-01",
      );
      expect(centsOf([...year].map((line) => ({ total: line.amount }) as Invoice))).toBe(120000n);
      expect(centsOf(documents)).toBe(240000n);
    }
  });

  it("of price does not cut it either", () => {
    const yearly = deal([seats(1200, inAdvance)], { quantities: { seats: 1 } }, { plan: annual });
    const change = { effectiveDate: "2026-04-15", quantities: { seats: 3 } };
    const opening = billUntil("2026-01-02", knowing(yearly, change));
    expect(centsOf(billUntil("2027-01-01", yearly, opening))).toBe(240000n);
  });
});

describe("what opens after a trial", () => {
  it("is billed by the opening document of its end", () => {
    const story = deal([fee("fee", "30", inAdvance)], {
      startDate: "2023-03-20",
      billingAnchor: "calendar",
      trialDays: 20,
    });
    // Until 9 April; 22 of April's 30 days; then May.
    expect(billed(billUntil("2023-05-01", story))).toEqual([
      ["opening 2023-04-09", "22.00"],
      ["period 2023-05-01", "30.00"],
    ]);
  });

  it("is billed by the opening document when the trial ends inside the first period", () => {
    const story = deal([fee("fee", "31", inAdvance)], { billingAnchor: "calendar", trialDays: 10 });
    // 11 to 31 January: 21 days.
    expect(billed(billUntil("2026-02-01", story))).toEqual([
      ["opening 2026-01-11", "21.00"],
      ["period 2026-02-01", "31.00"],
    ]);
  });

  it("is billed by the document of the trial when that ends on a boundary", () => {
    const story = deal([fee("fee", "31", inAdvance)], { billingAnchor: "calendar", trialDays: 31 });
    expect(billed(billUntil("2026-03-01", story))).toEqual([
      ["period 2026-02-01", "31.00"],
      ["period 2026-03-01", "31.00"],
    ]);
  });

  it("is billed by the document of the trial when the anchor moves to its end", () => {
    const story = deal([fee("fee", "30", { ...inAdvance })], {
      startDate: "2023-03-20",
      trialDays: 20,
    });
    expect(billed(billUntil("2023-05-09", story))).toEqual([
      ["period 2023-04-09", "30.00"],
      ["period 2023-05-09", "30.00"],
    ]);
  });
});

describe("a stub before a new anchor", () => {
  const moved = (timing: Partial<ChargeInput>): Deal => ({
    plans: [
      planOf([fee("year", "365", timing)], { id: "p", billingCycle: "annual" }),
      planOf([fee("month", "31", timing)], { id: "q", billingCycle: "monthly" }),
    ],
    subscription: {
      changes: [{ effectiveDate: "2026-09-09", ratePlanId: "q", billingAnchor: "2026-08-20" }],
    },
  });

  it.each([
    ["in arrears", {}],
    ["in advance", inAdvance],
  ] as const)("is a part of the cycle of the new anchor, %s", (_title, timing) => {
    const documents = billUntil("2026-09-20", moved(timing));
    const stub = linesOf(documents).filter(
      ({ chargeId, servicePeriod }) => chargeId === "month" && servicePeriod.start === "2026-09-09",
    );
    // 9 to 19 September: 11 of the 31 days from 20 August to 20 September.
    expect(stub.map(({ servicePeriod, amount }) => [servicePeriod.end, amount])).toEqual([
      ["2026-09-20", "11.00"],
    ]);
    // The year's fee until 9 September: 251 days.
    const year = linesOf(documents).filter(({ chargeId }) => chargeId === "year");
    expect(centsOf(year.map(({ amount }) => ({ total: amount }) as Invoice))).toBe(25100n);
  });
});

describe("discount lines", () => {
  const off: ChargeInput = {
    id: "off",
    name: "off",
    chargeType: "recurring",
    pricing: { model: "discount", percent: 20, appliesTo: "all" },
  };

  it.each([
    ["in advance", inAdvance, "2026-01-02", { start: "2026-01-01", end: "2027-01-01" }, "960.00"],
    ["in arrears", {}, "2027-01-01", { start: "2026-01-01", end: "2027-01-01" }, "960.00"],
  ] as const)(
    "have the service period of an annual fee %s",
    (_title, timing, until, service, total) => {
      const documents = billUntil(until, deal([fee("fee", "1200", { ...annual, ...timing }), off]));
      const lines = linesOf(documents);
      expect(lines.map(({ kind, servicePeriod }) => [kind, servicePeriod])).toEqual([
        ["recurring", service],
        ["discount", service],
      ]);
      // 1200 − 20 %.
      expect(totalsOf(documents).at(timing === inAdvance ? 0 : -1)?.[1]).toBe(total);
    },
  );

  it("have that of each of the fees that they discount", () => {
    const story = deal([fee("year", "1200", { ...annual, ...inAdvance }), fee("month", "10"), off]);
    const documents = billUntil("2026-02-01", story);
    const services = linesOf(documents)
      .filter(({ kind }) => kind === "discount")
      .map(({ servicePeriod, amount }) => [servicePeriod.end, amount]);
    expect(services).toEqual([
      ["2027-01-01", "-240.00"],
      ["2026-02-01", "-2.00"],
    ]);
  });
});

describe("earlier documents that a document needs", () => {
  const yearly = deal([fee("fee", "1200", { ...annual, ...inAdvance })]);
  const before = billUntil("2026-06-01", yearly);
  const canceled = knowing(yearly, cancel("2026-06-15"));
  const june: Period = { start: "2026-06-01", end: "2026-06-15" };

  it("are what is cut short and the last one, no more", () => {
    const [opening, may] = [before[0], before.at(-1)];
    if (opening === undefined || may === undefined) throw new Error("two documents");
    // 165 of 365 days are used: 542.47 (542.4657…); 657.53 back.
    expect(documentOf(canceled, june, [opening, may]).total).toBe("-657.53");
    const [next] = dueNext(canceled, "2026-06-15", before);
    expect([...(next?.previous ?? [])].sort()).toEqual(
      [opening.idempotencyKey, may.idempotencyKey].sort(),
    );
  });

  it("are asked for by their key", () => {
    const may = before.at(-1);
    if (may === undefined) throw new Error("a document");
    expect(() => documentOf(canceled, june, [may])).toThrow("opening:s1@2026-01-01/2026-01-01");
    expect(issuesOf(() => documentOf(canceled, june, [may]))).toEqual([
      "missing_previous previous",
    ]);
  });

  it("are none but the last where nothing is cut short", () => {
    const may = before.at(-1);
    if (may === undefined) throw new Error("a document");
    const document = documentOf(yearly, { start: "2026-06-01", end: "2026-07-01" }, [may]);
    expect(document.total).toBe("0.00");
    expect(dueNext(yearly, "2026-07-01", before)[0]?.previous).toEqual([may.idempotencyKey]);
  });

  it("may leave out all but the last for fees of several cycles in arrears", () => {
    const story = deal([fee("a", "10"), fee("b", "300", quarterly)]);
    const [january, february] = billUntil("2026-03-01", story);
    if (january === undefined || february === undefined) throw new Error("two documents");
    expect(documentOf(story, MARCH, [january, february]).total).toBe("310.00");
    expect(documentOf(story, MARCH, [february]).total).toBe("310.00");
  });

  it("bill a quarterly fee in arrears also beside discounts and seats, once", () => {
    const story = deal(
      [seats(100, quarterly), fee("b", "300", quarterly), fee("y", "1000", annual)],
      { quantities: { seats: 2 } },
    );
    expect(billed(billUntil("2027-01-01", story)).map(([, total]) => total)).toEqual([
      "500.00",
      "500.00",
      "500.00",
      "1500.00",
    ]);
  });
});

describe("a cancellation that is recorded late", () => {
  const monthly = deal([fee("fee", "100", inAdvance)]);
  const february = billUntil("2026-03-01", monthly);

  it("on the boundary gives back the period that was billed ahead", () => {
    const known = knowing(monthly, cancel("2026-03-01"));
    expect(february.at(-1)?.total).toBe("100.00");
    const documents = billUntil("2026-06-01", known, february);
    expect(documents.slice(february.length).map(({ total }) => total)).toEqual(["-100.00"]);
  });

  it("inside the period that was billed ahead gives back its rest", () => {
    const documents = billUntil("2026-06-01", knowing(monthly, cancel("2026-03-11")), february);
    // 10 of 31 days: 32.26; 67.74 back.
    expect(billed(documents.slice(february.length)).map(([, total]) => total)).toEqual(["-67.74"]);
  });

  it("dated back into a closed period gives back its rest and the one ahead", () => {
    const documents = billUntil("2026-06-01", knowing(monthly, cancel("2026-02-15")), february);
    // 14 of 28 days of February: 50; March: 100.
    expect(centsOf(documents.slice(february.length))).toBe(-15000n);
    expect(centsOf(documents)).toBe(15000n);
  });

  it("dated back gives back a fee in arrears", () => {
    const arrears = deal([fee("fee", "100")]);
    const before = billUntil("2026-03-01", arrears);
    const documents = billUntil("2026-06-01", knowing(arrears, cancel("2026-02-15")), before);
    const after = documents.slice(before.length);
    expect(after.map(({ total }) => total)).toEqual(["-50.00"]);
    const keys = documents.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("dated back gives back a part of a quarterly fee in arrears", () => {
    const arrears = deal([fee("fee", "300", quarterly)]);
    const before = billUntil("2026-04-01", arrears);
    const documents = billUntil("2026-07-01", knowing(arrears, cancel("2026-02-15")), before);
    // 45 of 90 days.
    expect(centsOf(documents.slice(before.length))).toBe(-15000n);
  });

  it("dated back gives back a part of an annual fee in advance, and seats", () => {
    const story = deal([fee("fee", "365", { ...annual, ...inAdvance }), seats(10)], {
      quantities: { seats: 3 },
    });
    const before = billUntil("2026-04-01", story);
    const documents = billUntil("2026-07-01", knowing(story, cancel("2026-03-01")), before);
    // 306 of 365 days of the fee; March's seats 30.
    expect(centsOf(documents.slice(before.length))).toBe(-33600n);
  });

  it("that is withdrawn later is billed again", () => {
    const known = knowing(monthly, cancel("2026-03-01"));
    const over = billUntil("2026-06-01", known, february);
    const documents = billUntil("2026-06-01", monthly, over);
    // January to May, and June in advance.
    expect(centsOf(documents)).toBe(60000n);
  });

  it("in another time zone falls on its own boundary", () => {
    const story = deal([fee("fee", "100", inAdvance)], { timeZone: "Asia/Tokyo" });
    const before = billUntil("2026-03-01", story);
    const documents = billUntil(
      "2026-06-01",
      knowing(story, cancel("2026-02-28T15:00:00Z")),
      before,
    );
    expect(documents.slice(before.length).map(({ total }) => total)).toEqual(["-100.00"]);
  });

  it("takes back a commitment's part of the period", () => {
    const story = deal([perUnit("calls", "1")], {}, { plan: { minimumCommitment: 280 } });
    const before = billUntil("2026-03-01", story);
    const documents = billUntil("2026-06-01", knowing(story, cancel("2026-02-15")), before);
    // 280 for January; 14 of 28 days of February: 140.
    expect(centsOf(documents)).toBe(42000n);
  });
});

describe("usage of a closed period, under a cancellation that is dated back into it,", () => {
  const usage = [calls("2026-01-04", 1), calls("2026-01-20", 5), calls("2026-02-19", 2)];
  const monthly = deal([perUnit("calls", "1")], {}, { usage });
  const ofQuarter = deal([perUnit("calls", "1", quarterly)], {}, { usage });

  it("stays billed as far as it occurred before", () => {
    const before = billUntil("2026-02-01", monthly);
    const documents = billUntil("2026-10-01", knowing(monthly, cancel("2026-01-11")), before, ALL);
    // 6 billed; 1 before 11 January stays.
    expect(totalsOf(documents)).toEqual([
      ["period 2026-02-01", "6.00"],
      ["change 2026-01-11", "-5.00"],
    ]);
  });

  it("stays billed as a whole, with a warning, where no usage is given", () => {
    const before = billUntil("2026-02-01", monthly);
    const known = knowing(monthly, cancel("2026-01-11"));
    const end = { start: "2026-01-11", end: "2026-01-11" };
    const document = documentOf(known, end, before, { usage: [] });
    // Nobody said how much of it occurred before.
    expect(document.total).toBe("0.00");
    expect(document.warnings.map(({ code }) => code)).toEqual(["usage_not_given"]);
  });

  it("is asked for by what is due", () => {
    const before = billUntil("2026-02-01", monthly);
    const [next] = dueNext(knowing(monthly, cancel("2026-01-11")), "2026-10-01", before);
    expect(next?.usage).toEqual({ from: "2026-01-01", to: "2026-01-11" });
  });

  it("stays billed in a quarter that had been billed", () => {
    const before = billUntil("2026-04-01", ofQuarter);
    expect(centsOf(before)).toBe(800n);
    const documents = billUntil(
      "2026-10-01",
      knowing(ofQuarter, cancel("2026-02-01")),
      before,
      ALL,
    );
    // 8 billed; 6 before 1 February stay.
    expect(centsOf(documents)).toBe(600n);
  });

  it("is billed in a quarter that had not been billed", () => {
    const before = billUntil("2026-02-01", ofQuarter);
    const documents = billUntil(
      "2026-10-01",
      knowing(ofQuarter, cancel("2026-01-11")),
      before,
      ALL,
    );
    expect(centsOf(documents)).toBe(100n);
  });

  it("stays billed at each group's price, and with its minimum", () => {
    const grouped = perUnit("calls", "1", { groupBy: { fields: ["properties.team"] }, minimum: 4 });
    const story = deal(
      [grouped],
      {},
      {
        usage: [
          { ...calls("2026-01-04", 1), properties: { team: "a" } },
          { ...calls("2026-01-20", 5), properties: { team: "b" } },
        ],
      },
    );
    const before = billUntil("2026-02-01", story);
    expect(centsOf(before)).toBe(600n);
    const documents = billUntil("2026-10-01", knowing(story, cancel("2026-01-11")), before, ALL);
    // 1 of team a, 3 up to the minimum.
    expect(centsOf(documents)).toBe(400n);
  });

  it("stays billed when outcomes are judged", () => {
    const judged = perUnit("calls", "1", {
      unitOfMeasure: "@outcome",
      outcome: { reverse: { signals: ["x"] } },
    });
    const judgedUsage = usage.map((each) => ({ ...each, unitOfMeasure: "@outcome" }));
    const story = deal([judged], {}, { usage: judgedUsage });
    const before = billUntil("2026-02-01", story);
    const documents = billUntil("2026-10-01", knowing(story, cancel("2026-01-11")), before, ALL);
    expect(centsOf(documents)).toBe(100n);
  });

  it("moves to another plan's price under a plan change", () => {
    const plans = [1, 2].map((price) =>
      planOf([perUnit("calls", String(price))], { id: `plan-${price}` }),
    );
    const story: Deal = { plans, usage };
    const before = billUntil("2026-02-01", story);
    const known = knowing(story, { effectiveDate: "2026-01-11", ratePlanId: "plan-2" });
    // January: 1 × 1 + 5 × 2; February: 2 × 2.
    expect(centsOf(billUntil("2026-03-01", known, before, ALL))).toBe(1100n + 400n);
  });
});

describe("a cancellation that was dated back into a closed period and is withdrawn", () => {
  it.each([
    ["in arrears", {}, 700n],
    ["in advance", inAdvance, 800n],
  ] as const)("is made good, and billing goes on: a fee %s", (_title, timing, months) => {
    const story = deal([fee("fee", "28", timing)]);
    const before = billUntil("2026-03-10", story);
    const over = billUntil("2026-05-05", knowing(story, cancel("2026-02-13")), before);
    const documents = billUntil("2026-08-01", story, over);
    // Seven months until August, and August in advance.
    expect(centsOf(documents)).toBe(28n * months);
    const keys = documents.map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("is made good for usage that had been taken back", () => {
    const usage = [calls("2026-01-04", 1), calls("2026-01-20", 5)];
    const story = deal([perUnit("calls", "1")], {}, { usage });
    const before = billUntil("2026-02-01", story);
    const over = billUntil("2026-03-01", knowing(story, cancel("2026-01-11")), before, ALL);
    expect(centsOf(billUntil("2026-04-01", story, over, ALL))).toBe(600n);
  });
});

describe("a change that was dated back into closed periods and is withdrawn", () => {
  it("of plan is made good for every period that it was billed for", () => {
    const plans = [31, 62].map((amount) =>
      planOf([fee("fee", String(amount))], { id: `p${amount}` }),
    );
    const story: Deal = { plans };
    const known = knowing(story, { effectiveDate: "2026-01-11", ratePlanId: "p62" });
    const january = billUntil("2026-02-01", story);
    const february = billUntil("2026-03-01", known, january);
    // For 21 days of January one more a day, at once; then February's 62.
    expect(february.slice(1).map(({ total }) => total)).toEqual(["21.00", "62.00"]);
    const documents = billUntil("2026-06-01", story, february);
    // Less 31 for February and 21 for January, at once; then 31 a month.
    const after = documents.slice(3).map(({ total }) => total);
    expect(after).toEqual(["-52.00", "31.00", "31.00", "31.00"]);
  });

  it.each(["2026-01-19", "2026-02-10"])("of status is made good, recorded on %s", (recorded) => {
    const story = deal([fee("fee", "31", inAdvance)]);
    const known = knowing(
      story,
      { effectiveDate: "2026-01-05", status: "paused" },
      { effectiveDate: "2026-01-16", status: "active" },
    );
    const paused = billUntil("2026-03-15", known, billUntil(recorded, story));
    // January to March, less the 11 days.
    expect(centsOf(paused)).toBe(9300n - 1100n);
    // January to May: the 11 days are due again.
    expect(centsOf(billUntil("2026-05-01", story, paused))).toBe(15500n);
  });
});

describe("a price that changes inside a cycle of several billing periods", () => {
  const usage = [calls("2026-01-10", 80), calls("2026-02-10", 120), calls("2026-03-10", 100)];
  const story = deal([perUnit("calls", "1", quarterly)], {}, { usage });
  const dearer: SubscriptionChangeInput = {
    effectiveDate: "2026-03-01",
    overrides: { calls: { model: "per-unit", unitPrice: "2" } },
  };

  it("bills what came before it, when it is recorded that day", () => {
    const before = billUntil("2026-03-01", story);
    const documents = billUntil("2026-04-01", knowing(story, dearer), before);
    // 200 × 1 + 100 × 2.
    expect(centsOf(documents)).toBe(40000n);
  });

  it("bills the same when it was known from the start", () => {
    expect(centsOf(billUntil("2026-04-01", knowing(story, dearer)))).toBe(40000n);
  });

  it("bills the same when it is recorded after the quarter, and rated again", () => {
    const before = billUntil("2026-04-01", story);
    expect(centsOf(before)).toBe(30000n);
    const documents = billUntil("2026-06-01", knowing(story, dearer), before, ALL);
    expect(centsOf(documents)).toBe(40000n);
  });

  it("bills what came before it inside a month", () => {
    const before = billUntil("2026-03-01", story);
    const known = knowing(story, { ...dearer, effectiveDate: "2026-03-05" });
    expect(centsOf(billUntil("2026-04-01", known, before))).toBe(40000n);
  });

  it("bills a quarterly fee in parts: what came before a plan change, too", () => {
    const plans = [
      planOf([fee("a", "90", quarterly)], { id: "p" }),
      planOf([fee("b", "180", quarterly)], { id: "q" }),
    ];
    const base: Deal = { plans };
    const before = billUntil("2026-03-01", base);
    const documents = billUntil(
      "2026-04-01",
      knowing(base, { effectiveDate: "2026-03-01", ratePlanId: "q" }),
      before,
    );
    // 59 of 90 days at 90: 59; 31 of 90 days at 180: 62.
    expect(centsOf(documents)).toBe(12100n);
  });

  it("bills seats of a quarter once, when more of them are dated back", () => {
    const arrears = deal([seats(500, quarterly)], { quantities: { seats: 1 } });
    const before = billUntil("2026-04-01", arrears);
    const known = knowing(arrears, { effectiveDate: "2026-03-02", quantities: { seats: 2 } });
    const [january, february, march] = [JANUARY, FEBRUARY, MARCH].map((period) => ({ period }));
    if (january === undefined || february === undefined || march === undefined)
      throw new Error("three");
    const rerate = [january, february, march];
    const april = documentOf(known, APRIL, before, { rerate });
    // 60 of 90 days with one: 333.33; the rest with two: 1000.00 − 666.67 = 333.33. Billed: 500.00.
    expect(april.total).toBe("166.66");
    expect(documentOf(known, MAY, [...before, april], { rerate }).total).toBe("0.00");
  });

  it("bills seats of a quarter in advance once, when more of them are dated back", () => {
    const advance = deal([seats(900, { ...quarterly, ...inAdvance })], {
      quantities: { seats: 1 },
    });
    const before = billUntil("2026-03-01", advance);
    const known = knowing(advance, { effectiveDate: "2026-02-01", quantities: { seats: 2 } });
    const documents = billUntil("2026-03-31", known, before);
    const march = documentOf(known, MARCH, documents);
    // 59 of 90 days with one more: 590; April to June with two: 1800.
    expect(centsOf([...documents, march])).toBe(90000n + 59000n + 180000n);
  });
});

describe("a fixed discount in a stub", () => {
  const off = (pricing: { amount: number } | { percent: number }): ChargeInput => ({
    id: "off",
    name: "off",
    chargeType: "recurring",
    pricing: { model: "discount", ...pricing },
  });

  it.each([{ amount: 10 }, { percent: 10 }])(
    "%j is taken off the fee of the next period",
    (pricing) => {
      const story = deal(
        [fee("fee", "100", inAdvance), perUnit("calls", "1"), off(pricing)],
        { startDate: "2026-01-21", billingAnchor: "calendar" },
        { usage: [calls("2026-01-25", 3)] },
      );
      const documents = billUntil("2026-02-01", story);
      // Calls 3, February's fee 100, less 10.
      expect(documents.at(-1)?.total).toBe("93.00");
    },
  );

  it("is taken off the fee of an annual cycle", () => {
    const story = deal(
      [
        fee("fee", "1200", { ...annual, ...inAdvance }),
        perUnit("calls", "1"),
        off({ percent: 10 }),
      ],
      {
        startDate: "2026-07-02",
        billingAnchor: "calendar",
      },
    );
    // 2 July to 31 December: 183 of 365 days: 601.64 (601.6438…), less 10 %: 60.16.
    expect(billUntil("2026-07-03", story)[0]?.total).toBe("541.48");
  });
});

describe("a pause, or a change that changes nothing,", () => {
  const pause: readonly SubscriptionChangeInput[] = [
    { effectiveDate: "2026-01-10", status: "paused" },
    { effectiveDate: "2026-01-20", status: "active" },
  ];
  const usage = [calls("2026-01-05", 30), calls("2026-01-25", 50)];
  const bill = (charge: ChargeInput, changes: readonly SubscriptionChangeInput[]) =>
    documentOf(knowing(deal([charge], {}, { usage }), ...changes), JANUARY).total;
  const nothing: readonly SubscriptionChangeInput[] = [
    { effectiveDate: "2026-01-15", ratePlanId: "starter" },
  ];
  const twice: readonly SubscriptionChangeInput[] = [
    ...pause,
    { effectiveDate: "2026-01-27", status: "paused" },
    { effectiveDate: "2026-01-29", status: "active" },
  ];

  it.each([
    ["a pause", pause],
    ["two pauses", twice],
    ["the plan that is held", nothing],
  ] as const)("%s: limits and free units are granted once", (_title, changes) => {
    // 80 calls at 1.
    expect(bill(perUnit("calls", "1", { minimum: 100 }), changes)).toBe("100.00");
    expect(bill(perUnit("calls", "1", { maximum: 50 }), changes)).toBe("50.00");
    expect(bill(perUnit("calls", "1", { includedUnits: 10 }), changes)).toBe("70.00");
    // Tiers: 40 at 2, 40 at 1.
    const tiers = [{ upTo: 40, unitPrice: 2 }, { unitPrice: 1 }];
    expect(bill(perUnit("calls", "1", { pricing: { model: "tiered", tiers } }), changes)).toBe(
      "120.00",
    );
    expect(bill(perUnit("calls", "1", { pricing: { model: "volume", tiers } }), changes)).toBe(
      "80.00",
    );
    // Packages of 50: two, not one and one.
    expect(
      bill(perUnit("calls", "1", { pricing: { model: "package", size: 60, price: 7 } }), changes),
    ).toBe("14.00");
    expect(
      bill(
        perUnit("calls", "1", {
          pricing: { model: "overage", baseFee: 99, includedUnits: 60, unitPrice: 1 },
        }),
        changes,
      ),
    ).toBe("119.00");
  });

  it("that spans a boundary grants them once a period", () => {
    const charge = perUnit("calls", "1", { includedUnits: 10 });
    const story = deal([charge], {}, { usage: [calls("2026-01-05", 30), calls("2026-02-25", 50)] });
    const documents = billUntil(
      "2026-03-01",
      knowing(
        story,
        { effectiveDate: "2026-01-20", status: "paused" },
        { effectiveDate: "2026-02-10", status: "active" },
      ),
    );
    expect(documents.map(({ total }) => total)).toEqual(["20.00", "40.00"]);
  });

  it("keeps a subscription grandfathered", () => {
    const charge = fee("fee", "100", {
      revisions: [
        { effectiveDate: "2026-02-15", appliesTo: "new", pricing: { model: "flat", amount: 150 } },
      ],
    } as Partial<ChargeInput>);
    const changes: readonly (readonly SubscriptionChangeInput[])[] = [
      [{ effectiveDate: "2026-03-01", ratePlanId: "starter" }],
      [{ effectiveDate: "2026-03-10", ratePlanId: "starter" }],
      [
        { effectiveDate: "2026-02-28", status: "paused" },
        { effectiveDate: "2026-03-01", status: "active" },
      ],
    ];
    for (const each of changes) {
      const documents = billUntil("2026-05-01", knowing(deal([charge]), ...each));
      expect(documents.at(-1)?.total).toBe("100.00");
    }
  });

  it("ends it for one that leaves the plan and comes back", () => {
    const charge = fee("fee", "100", {
      revisions: [
        { effectiveDate: "2026-02-15", appliesTo: "new", pricing: { model: "flat", amount: 150 } },
      ],
    } as Partial<ChargeInput>);
    const story: Deal = { plans: [planOf([charge]), planOf([], { id: "other" })] };
    const known = knowing(
      story,
      { effectiveDate: "2026-02-01", ratePlanId: "other" },
      { effectiveDate: "2026-03-01", ratePlanId: "starter" },
    );
    expect(billUntil("2026-05-01", known).map(({ total }) => total)).toEqual([
      "100.00",
      "0.00",
      "150.00",
      "150.00",
    ]);
  });
});

describe("a charge id that is another kind of charge in the next plan", () => {
  const once: ChargeInput = {
    id: "setup",
    name: "setup",
    chargeType: "one-time",
    pricing: { model: "flat", amount: 100 },
  };
  const kinds: readonly (readonly [string, ChargeInput, string])[] = [
    // 10 calls at 1 before the change.
    ["usage", perUnit("setup", "1", { unitOfMeasure: "@calls" }), "110.00"],
    // 20 of 31 days of 15.50.
    ["recurring", fee("setup", "15.50"), "110.00"],
  ];

  it.each(kinds)("(%s) is billed for each, once", (_title, charge, total) => {
    const story: Deal = {
      plans: [planOf([charge], { id: "p" }), planOf([once], { id: "q" })],
      usage: [calls("2026-01-10", 10)],
    };
    const known = knowing(story, { effectiveDate: "2026-01-21", ratePlanId: "q" });
    const january = documentOf(known, JANUARY);
    expect(january.total).toBe(total);
    const keys = january.lines.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    // Nothing of it again, nor taken back.
    const february = documentOf(known, FEBRUARY, [january], ALL);
    expect(amountsOf(february).filter(([, amount]) => amount !== "0.00")).toEqual([]);
  });

  it.each(kinds)("(%s) is billed for each the other way round", (_title, charge) => {
    const story: Deal = {
      plans: [planOf([once], { id: "p" }), planOf([charge], { id: "q" })],
      usage: [calls("2026-01-25", 10)],
    };
    const known = knowing(story, { effectiveDate: "2026-01-21", ratePlanId: "q" });
    const january = documentOf(known, JANUARY);
    // 100 once; 10 calls, or 11 of 31 days of 15.50: 5.50.
    expect(january.total).toBe(charge.chargeType === "usage" ? "110.00" : "105.50");
  });
});

describe("a cancellation that is dated back says of what it takes back", () => {
  const story = deal(
    [fee("fee", "31", inAdvance), perUnit("calls", "1")],
    {},
    { usage: [calls("2026-01-06", 2), calls("2026-01-25", 3)] },
  );
  const before = billUntil("2026-02-01", story);
  const known = knowing(story, cancel("2026-01-11"));
  const end = { start: "2026-01-11", end: "2026-01-11" };
  const change = documentOf(known, end, before);
  const reasonsOf = ({ lines }: Invoice) =>
    lines.map(({ chargeId, amount, servicePeriod, adjustment }) => [
      chargeId,
      amount,
      `${servicePeriod.start}/${servicePeriod.end}`,
      adjustment?.causes.map(({ kind, date }) => `${kind} ${date}`).join(),
    ]);

  it("the change, also of the fee of the period after it", () => {
    // 21 of 31 days of January, all of February, and the calls after the end.
    expect(reasonsOf(change).toSorted()).toEqual(
      [
        ["calls", "-3.00", "2026-01-01/2026-01-11", "change 2026-01-11"],
        ["fee", "-21.00", "2026-01-11/2026-02-01", "change 2026-01-11"],
        ["fee", "-31.00", "2026-02-01/2026-03-01", "change 2026-01-11"],
      ].toSorted(),
    );
  });

  it("the usage, where that became known later, at the time in which it was used", () => {
    const late = { ...calls("2026-01-07", 4), id: "late", receivedAt: "2026-02-10T00:00:00Z" };
    const more = { ...known, usage: [...(known.usage ?? []), late] };
    const period = { start: "2026-01-01", end: "2026-01-11" };
    const { lines } = creditNote({
      catalog: productOf(...more.plans),
      subscription: subscriptionOf(more),
      previous: [...before, change],
      rerate: [{ period, usage: more.usage ?? [] }],
      asOf: "2026-03-01",
    });
    expect(lines).toMatchObject([
      {
        amount: "4.00",
        servicePeriod: period,
        adjustment: { causes: [{ kind: "usage", eventIds: ["late"] }] },
      },
    ]);
    expect(lines[0]?.adjustment?.causes).toHaveLength(1);
  });
});

describe("the moment of knowledge of a document", () => {
  it("is not before that of the last one", () => {
    const story = deal([perUnit("calls", "1")], {}, { usage: [calls("2026-02-06", 2)] });
    const january = documentOf(story, JANUARY, [], { asOf: "2026-02-05" });
    expect(issuesOf(() => documentOf(story, FEBRUARY, [january], { asOf: "2026-02-04" }))).toEqual([
      "out_of_range asOf",
    ]);
    expect(documentOf(story, FEBRUARY, [january], { asOf: "2026-03-01" }).total).toBe("2.00");
  });
});
