import fc from "fast-check";
import {
  applyPostings,
  type ChargeInput,
  type CreditGrantInput,
  type Invoice,
  type InvoiceRequest,
  parseCharge,
  parseRatePlan,
  type RatePlanInput,
  rate,
  rateAmount,
  simulate,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { documentOf } from "../support/chain.js";
import {
  eventOf,
  fee,
  issuesOf,
  JANUARY,
  perUnit,
  planOf,
  stored,
  unchecked,
  units,
} from "../support/plans.js";

const credits = { code: "credits", rate: "0.01" };

/** A plan on which an action burns 20 credits, and a platform costs money. */
function plan(charges: readonly ChargeInput[], more: Partial<RatePlanInput> = {}): RatePlanInput {
  return planOf(charges, { pricingUnits: [credits], ...more });
}

const action = perUnit("action", "20", { pricingUnit: "credits" });

function january(
  charges: readonly ChargeInput[],
  grants: readonly CreditGrantInput[] = [],
  more: Partial<InvoiceRequest> = {},
): Invoice {
  return documentOf({ plans: [plan(charges)] }, JANUARY, [], { credits: grants, ...more });
}

const pack: CreditGrantInput = {
  id: "pack",
  unit: "credits",
  amount: 1_000,
  grantedAt: "2026-01-01",
};

describe("a charge that is priced in a pricing unit", () => {
  it("is billed in money at the unit's rate, and shows both", () => {
    const bill = january([action], [], { usage: { action: 37 } });
    // 37 × 20 credits are 740, at 0.01 each 7.40.
    expect(bill.lines).toHaveLength(1);
    expect(bill.lines[0]).toMatchObject({
      quantity: "37",
      unitPrice: "0.2",
      exactAmount: "7.4",
      amount: "7.40",
      pricingUnit: { code: "credits", rate: "0.01", amount: "740" },
    });
    expect(bill.total).toBe("7.40");
  });

  it("has the amounts of its tiers in money, and its quantities as they were", () => {
    const tiered = perUnit("action", "1", {
      pricingUnit: "credits",
      pricing: {
        model: "tiered",
        tiers: [{ upTo: 10, unitPrice: 30, flatFee: 50 }, { unitPrice: 20 }],
      },
    });
    const [line] = january([tiered], [], { usage: { action: 12 } }).lines;
    // 10 × 30 + 50 + 2 × 20 = 390 credits.
    expect(line?.amount).toBe("3.90");
    expect(line?.tiers).toEqual([
      { from: "0", upTo: "10", quantity: "10", unitPrice: "0.3", flatFee: "0.5", amount: "3.5" },
      { from: "10", upTo: null, quantity: "2", unitPrice: "0.2", flatFee: null, amount: "0.4" },
    ]);
  });

  it("may be a fee", () => {
    const seat = fee("seat", "150", { pricingUnit: "credits" });
    expect(january([seat]).lines[0]).toMatchObject({
      amount: "1.50",
      pricingUnit: { amount: "150" },
    });
  });

  it("is the same in a simulation, and rated by itself", () => {
    expect(simulate(plan([action]), { action: 37 }).amount).toBe("7.40");
    const alone = { ...action, pricingUnit: credits, currency: "USD" };
    expect(rateAmount(alone, 37)).toBe("7.40");
    expect(rate(alone, 37).amount).toBe("7.40");
  });

  it("is rounded once, in money", () => {
    const odd = perUnit("action", "1", { pricingUnit: { code: "points", rate: "0.003" } });
    // 5 points are 0.015.
    expect(january([odd], [], { usage: { action: 5 } }).total).toBe("0.02");
  });
});

describe("a grant in a pricing unit", () => {
  it("pays for what is priced in it, and the rest is converted", () => {
    const bill = january([action, fee("platform", "50")], [pack], { usage: { action: 60 } });
    // 1,200 credits: 1,000 from the pack, 200 at 0.01.
    expect(bill.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["usage", "12.00"],
      ["recurring", "50.00"],
      ["credit", "-10.00"],
    ]);
    expect(bill.lines[2]).toMatchObject({
      credit: { unit: "credits", quantity: "-1000", timing: "before-tax" },
    });
    expect(bill.postings).toMatchObject([
      { kind: "drawdown", unit: "credits", amount: "-1000", balanceAfter: "0" },
    ]);
    expect(bill.total).toBe("52.00");
  });

  it("keeps what is not needed", () => {
    const bill = january([action], [pack], { usage: { action: 37 } });
    expect(bill.total).toBe("0.00");
    expect(bill.postings).toMatchObject([
      { amount: "-740", balanceBefore: "1000", balanceAfter: "260" },
    ]);
  });

  it("pays what discounts have left, at the rate", () => {
    const coupons = [{ id: "half", percent: 50, from: "2026-01-01" }];
    const bill = january([action], [pack], { usage: { action: 30 }, coupons });
    expect([bill.total, bill.postings[0]?.amount]).toEqual(["0.00", "-300"]);
  });

  it("is used before money, which pays for the rest", () => {
    const money = { id: "cash", unit: "USD", amount: 5, grantedAt: "2026-01-01", priority: 1 };
    const bill = january([action], [money, pack], { usage: { action: 60 } });
    // 1,200 credits: 1,000 from the pack, and 200 of them are 2.00.
    expect(bill.postings.map(({ grantId, amount }) => [grantId, amount])).toEqual([
      ["pack", "-1000"],
      ["cash", "-2.00"],
    ]);
    expect(bill.total).toBe("0.00");
  });

  it("pays for the rest of what an interim document has billed, too", () => {
    const sold = { plans: [plan([action])] };
    const interim = documentOf(sold, JANUARY, [], {
      scope: "interim",
      asOf: "2026-01-12",
      usage: { action: 20 },
      credits: [pack],
    });
    const credits = applyPostings([pack], interim.postings);
    const rest = documentOf(sold, JANUARY, [interim], { usage: { action: 30 }, credits });
    // 20 × 20 and 10 × 20 credits: together what one document takes of the pack.
    expect([interim, rest].map(({ postings }) => postings[0]?.amount)).toEqual(["-400", "-200"]);
    expect([interim.total, rest.total]).toEqual(["0.00", "0.00"]);
  });

  it("gets back what a correction takes back", () => {
    const judged = {
      ...action,
      unitOfMeasure: "@outcome",
      outcome: { reverse: { signals: ["back"] } },
    };
    const sold = { plans: [plan([judged])] };
    const usage = ["a", "b", "c"].map((id) => eventOf({ id, subject: id }));
    const first = documentOf(sold, JANUARY, [], { usage, credits: [pack] });
    expect(first.postings[0]?.amount).toBe("-60");
    const back = {
      id: "s",
      customerId: "acme",
      subject: "b",
      name: "back",
      timestamp: "2026-02-02T00:00:00Z",
    };
    const february = { start: "2026-02-01", end: "2026-03-01" };
    const next = documentOf(sold, february, [stored(first)], {
      usage: [],
      credits: applyPostings([pack], first.postings),
      rerate: [{ period: JANUARY, usage: [...usage, back] }],
    });
    expect(next.total).toBe("0.00");
    expect(next.postings).toMatchObject([{ kind: "return", amount: "20", balanceAfter: "960" }]);
  });

  it("law: credits × rate and money together are the price", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(3_000), (used, amount) => {
        const bill = january([action], [{ ...pack, amount }], { usage: { action: used } });
        const drawn = BigInt(bill.postings[0]?.amount ?? "0");
        expect(units(bill.total) - drawn).toBe(BigInt(used) * 20n);
        expect(-drawn <= BigInt(amount)).toBe(true);
      }),
    );
  });
});

describe("bad input", () => {
  it("is refused", () => {
    const unknown = perUnit("action", "20", { pricingUnit: "tokens" });
    expect(issuesOf(() => parseRatePlan(plan([unknown])))).toEqual([
      "unknown_unit charges.0.pricingUnit",
    ]);
    expect(issuesOf(() => parseCharge(action))).toEqual(["unknown_unit pricingUnit"]);
    const twice = { pricingUnits: [credits, { code: "credits", rate: "0.02" }] };
    expect(issuesOf(() => parseRatePlan(plan([action], twice)))).toEqual([
      "duplicate_id pricingUnits.1.code",
    ]);
    const free = { pricingUnits: [{ code: "credits", rate: 0 }] };
    expect(issuesOf(() => parseRatePlan(plan([action], free)))).toEqual([
      "out_of_range pricingUnits.0.rate",
    ]);
    const off = unchecked<ChargeInput>({
      ...fee("off", "1"),
      pricing: { model: "discount", percent: 5 },
      pricingUnit: "credits",
    });
    expect(issuesOf(() => parseRatePlan(plan([off])))).toEqual([
      "field_not_allowed charges.0.pricingUnit",
    ]);
  });

  it("is no grant of a unit that nothing is priced in", () => {
    expect(issuesOf(() => january([fee("a", "1")], [pack]))).toEqual([
      "unknown_unit credits.0.unit",
    ]);
  });
});
