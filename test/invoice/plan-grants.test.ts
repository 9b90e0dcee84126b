import fc from "fast-check";
import {
  applyPostings,
  type CreditGrant,
  type Invoice,
  type Posting,
  parseRatePlan,
  type RatePlanInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf } from "../support/chain.js";
import { eventOf, fee, issuesOf, JANUARY, perUnit, planOf, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

type Grants = NonNullable<RatePlanInput["grants"]>;

const action = perUnit("action", "20", { pricingUnit: "credits" });

/** A plan of actions at 20 credits each, with grants of each month. */
function plan(grants: Grants, more: Partial<RatePlanInput> = {}): RatePlanInput {
  return planOf([action], { pricingUnits: [{ code: "credits", rate: "0.01" }], grants, ...more });
}

/** So many actions in each month from January on. */
function actions(counts: readonly number[]) {
  return counts.flatMap((count, month) =>
    Array.from({ length: count }, (_, index) =>
      eventOf({
        id: `${month}-${index}`,
        unitOfMeasure: "@action",
        timestamp: `2026-0${month + 1}-10T00:00:00Z`,
      }),
    ),
  );
}

const ends = ["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"];

/** Bills month after month, and keeps the ledger. */
function bill(deal: Deal, months: number) {
  let documents: readonly Invoice[] = [];
  let credits: readonly CreditGrant[] = [];
  const postings: Posting[] = [];
  for (const until of ends.slice(0, months)) {
    const before = documents.length;
    documents = billUntil(until, deal, documents, { credits });
    for (const document of documents.slice(before)) {
      postings.push(...document.postings);
      credits = applyPostings(credits, document.postings);
    }
  }
  return { documents, credits, postings };
}

const entries = (postings: readonly Posting[]) =>
  postings.map(({ grantId, kind, amount }) => `${grantId} ${kind} ${amount}`);

const monthly = { id: "monthly", unit: "credits", amount: 1_000 };

describe("what a plan grants in each billing period", () => {
  it("is made by the period's document, pays for its usage, and expires with it", () => {
    const { documents, postings } = bill({ plans: [plan([monthly])], usage: actions([60, 10]) }, 2);
    // 1,200 credits in January, of which 200 at 0.01 are paid; 200 in February.
    expect(documents.map(({ total }) => total)).toEqual(["2.00", "0.00"]);
    expect(entries(postings)).toEqual([
      "monthly@2026-01-01 grant 1000",
      "monthly@2026-01-01 drawdown -1000",
      "monthly@2026-02-01 grant 1000",
      "monthly@2026-02-01 drawdown -200",
      "monthly@2026-02-01 expiry -800",
    ]);
    expect(postings[0]?.grant).toEqual({
      id: "monthly@2026-01-01",
      name: "monthly",
      unit: "credits",
      amount: "1000",
      grantedAt: "2026-01-01",
      expiresAt: "2026-02-01",
    });
  });

  it("rolls over for so many periods", () => {
    // Zuora's prepaid drawdown: 1,000 a month, 800 used, 1,200 in the next.
    const grants = [{ ...monthly, rollover: { periods: 1 } }];
    const { documents, postings } = bill({ plans: [plan(grants)], usage: actions([40, 60, 0]) }, 3);
    expect(documents.map(({ total }) => total)).toEqual(["0.00", "0.00", "0.00"]);
    expect(entries(postings)).toEqual([
      "monthly@2026-01-01 grant 1000",
      "monthly@2026-01-01 drawdown -800",
      "monthly@2026-02-01 grant 1000",
      "monthly@2026-01-01 drawdown -200",
      "monthly@2026-02-01 drawdown -1000",
      "monthly@2026-03-01 grant 1000",
    ]);
  });

  it("expires when its periods are over", () => {
    const grants = [{ ...monthly, rollover: { periods: 1 } }];
    const { postings } = bill({ plans: [plan(grants)], usage: actions([40, 0, 0]) }, 2);
    expect(entries(postings).at(-1)).toBe("monthly@2026-01-01 expiry -200");
  });

  it("rolls over up to a cap, of all together, the oldest going first", () => {
    const grants = [{ ...monthly, rollover: { periods: 3, max: 1_500 } }];
    const { postings, credits } = bill({ plans: [plan(grants)], usage: actions([10, 0, 0]) }, 3);
    // 800 after January; 1,800 after February, 300 too many; 2,500 after March, 1,000 too many: 500 of January, 500 of February.
    expect(entries(postings).filter((entry) => entry.includes("expiry"))).toEqual([
      "monthly@2026-01-01 expiry -300",
      "monthly@2026-01-01 expiry -500",
      "monthly@2026-02-01 expiry -500",
    ]);
    expect(credits.map(({ balance = "all" }) => balance)).toEqual(["0", "500", "all"]);
  });

  it("is not given in a trial, nor after the end", () => {
    const trial = { plans: [plan([monthly])], subscription: { trialDays: 31 } };
    expect(entries(bill(trial, 2).postings)).toEqual([
      "monthly@2026-02-01 grant 1000",
      "monthly@2026-02-01 expiry -1000",
    ]);
    const ended = { plans: [plan([monthly])], subscription: { endDate: "2026-02-01" } };
    expect(entries(bill(ended, 3).postings)).toHaveLength(2);
  });

  it("may be free units, or money for some charges", () => {
    const sold = planOf([perUnit("call", "2"), fee("fee", "5")], {
      grants: [
        { id: "calls", unit: "@call", amount: 3 },
        { id: "fee", unit: "USD", amount: 4, appliesTo: { charges: ["fee"] } },
      ],
    });
    const { documents } = bill({ plans: [sold] }, 1);
    expect(documents[0]?.total).toBe("1.00");
    const used = documentOf({ plans: [sold] }, JANUARY, [], { usage: { call: 5 } });
    // Two of five calls at 2, and 1 of the fee.
    expect(used.total).toBe("5.00");
  });

  it("is made by an interim document, and then asked for", () => {
    const deal = { plans: [plan([monthly])], usage: actions([60]) };
    const first = documentOf(deal, JANUARY, [], { scope: "interim", asOf: "2026-01-20" });
    expect(first.total).toBe("2.00");
    expect(issuesOf(() => documentOf(deal, JANUARY, [first]))).toEqual(["missing credits"]);
    const credits = applyPostings([], first.postings);
    const last = documentOf(deal, JANUARY, [first], { credits });
    expect([last.total, last.postings]).toEqual(["0.00", []]);
  });

  it("law: granted is used, expired and left", () => {
    const rollovers = fc.constantFrom<Grants[number]["rollover"][]>(
      undefined,
      { periods: 1 },
      { periods: 2, max: 700 },
      { periods: 1, max: 0 },
    );
    const counts = fc.array(fc.nat(80), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, rollovers, (used, rollover) => {
        const deal = { plans: [plan([{ ...monthly, rollover }])], usage: actions(used) };
        const { documents, credits, postings } = bill(deal, 4);
        const of = (kind: Posting["kind"]) =>
          postings
            .filter((each) => each.kind === kind)
            .reduce((total, { amount }) => total + Number(amount), 0);
        const left = credits.reduce(
          (total, { amount, balance = amount }) => total + Number(balance),
          0,
        );
        expect(of("grant") + of("drawdown") + of("expiry") + of("return")).toBe(left);
        const paid = documents.reduce((total, document) => total + Number(document.total) * 100, 0);
        const all = used.reduce((total, count) => total + count * 20, 0);
        expect(Math.round(paid) - of("drawdown")).toBe(all);
      }),
      tries(15),
    );
  });
});

describe("bad input", () => {
  it("is refused", () => {
    const grants = unchecked<Grants>([
      { ...monthly, unit: "tokens" },
      { ...monthly, id: "b", amount: -1 },
      { ...monthly, id: "c", rollover: { max: 5 } },
      { ...monthly, id: "d", appliesTo: { charges: ["missing"] } },
      { ...monthly, id: "d" },
    ]);
    expect([...issuesOf(() => parseRatePlan(plan(grants)))].sort()).toEqual([
      "duplicate_id grants.4.id",
      "missing grants.2.rollover.periods",
      "out_of_range grants.1.amount",
      "unknown_charge grants.3.appliesTo.charges.0",
      "unknown_unit grants.0.unit",
    ]);
  });
});
