/** What holds for any credit grants, on documents with limits, guarantees, discounts, coupons, groups and corrections. */
import fc from "fast-check";
import {
  applyPostings,
  type ChargeInput,
  type CreditGrant,
  type CreditGrantInput,
  compareAmounts,
  creditNote,
  type Invoice,
  type Posting,
  parseCreditGrant,
  sumAmounts,
  type UsageChargeInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, type Deal, documentOf, subscriptionOf } from "../support/chain.js";
import { eventOf, fee, JANUARY, perUnit, planOf, productOf, stored } from "../support/plans.js";
import { tries } from "../support/tries.js";

/** What each charge comes to on documents: its own lines, what others take off them, and what grants have paid. */
function netOf(documents: readonly Invoice[], chargeId: string): bigint {
  const chargeOf = new Map(
    documents.flatMap(({ lines }) => lines.map((line) => [line.key, line.chargeId] as const)),
  );
  return documents
    .flatMap(({ lines }) => lines)
    .flatMap((line) => (line.appliedTo.length === 0 ? [line] : line.appliedTo))
    .filter(({ key }) => chargeOf.get(key) === chargeId)
    .reduce((sum, { amount }) => sum + BigInt(amount.replace(".", "")), 0n);
}

function withoutCredits(documents: readonly Invoice[]): readonly Invoice[] {
  return documents.map((document) => ({
    ...document,
    lines: document.lines.filter(({ kind }) => kind !== "credit" && kind !== "credit-return"),
  }));
}

describe("a grant pays no more than its charge is owed", () => {
  const outcomes = (more: Partial<UsageChargeInput>) => perUnit("outcome", "1", more);
  const deal = (more: Partial<UsageChargeInput>): Deal => ({
    plans: [planOf([outcomes(more), fee("fee", "10")])],
    usage: Array.from({ length: 12 }, (_, n) => eventOf({ id: `e${n}` })),
  });
  const free: CreditGrantInput = {
    id: "free",
    unit: "@outcome",
    amount: 12,
    grantedAt: "2026-01-01",
  };
  const money = (amount: string): CreditGrantInput => ({
    id: "money",
    unit: "USD",
    amount,
    grantedAt: "2026-01-01",
    appliesTo: { charges: ["outcome"] },
  });

  it("where the charge has a maximum", () => {
    // Twelve outcomes come to 5, the fee to 10: of what is owed for outcomes nothing is left, and all of the fee.
    const bill = documentOf(deal({ maximum: "5" }), JANUARY, [], { credits: [free] });
    expect([bill.subtotal, bill.creditsApplied, bill.total]).toEqual(["15.00", "-5.00", "10.00"]);
    expect(bill.postings.map(({ amount }) => amount)).toEqual(["-12"]);
    const paid = documentOf(deal({ maximum: "5" }), JANUARY, [], { credits: [money("12")] });
    expect([paid.creditsApplied, paid.total]).toEqual(["-5.00", "10.00"]);
  });

  it("where a guarantee gives some of it back, also later", () => {
    const promised: Partial<UsageChargeInput> = {
      outcome: {
        qualifies: { field: "properties.ok", equals: true },
        reverse: { signals: ["reopened"] },
      },
      guarantee: { successRate: 90, remedy: { percent: 50 } },
    };
    const tried = (n: number, ok: boolean) =>
      eventOf({ id: `${ok}${n}`, subject: `${ok}${n}`, properties: { ok } });
    const usage = [...Array.from({ length: 12 }, (_, n) => tried(n, true)), tried(0, false)];
    // 12 of 13 is kept; with two more that failed, 12 of 15 is 80 %: half of 12 is given back.
    const failed = [tried(1, false), tried(2, false)];
    const sold = { ...deal(promised), usage: [...usage, ...failed] };
    const bill = documentOf(sold, JANUARY, [], { credits: [free] });
    expect([bill.subtotal, bill.creditsApplied, bill.total]).toEqual(["16.00", "-6.00", "10.00"]);
    const first = documentOf({ ...sold, usage }, JANUARY, [], { credits: [money("12")] });
    expect([first.subtotal, first.creditsApplied, first.total]).toEqual([
      "22.00",
      "-12.00",
      "10.00",
    ]);
    const note = creditNote({
      catalog: productOf(...sold.plans),
      subscription: subscriptionOf(sold),
      previous: [first],
      rerate: [{ period: JANUARY, usage: [...usage, ...failed] }],
      asOf: "2026-02-04",
    });
    // What is given back was paid by the grant.
    expect([note.subtotal, note.creditsApplied, note.total]).toEqual(["-6.00", "6.00", "0.00"]);
  });
});

describe("laws of grants", () => {
  const cents = fc.integer({ min: 1, max: 900 }).map((count) => (count / 100).toFixed(2));
  const outcome = fc
    .record({
      price: fc.constantFrom("1", "0.333", "2.5"),
      limit: fc.constantFrom({}, { minimum: "6" }, { maximum: "5" }, { maximum: "1.01" }),
      isGrouped: fc.boolean(),
      guarantee: fc.constantFrom({}, { guarantee: { successRate: 60, remedy: { percent: 45 } } }),
    })
    .map(({ price, limit, isGrouped, guarantee }) =>
      perUnit("outcome", price, {
        ...limit,
        ...guarantee,
        ...(isGrouped ? { groupBy: { fields: ["subject"] } } : {}),
        outcome: {
          qualifies: { field: "properties.ok", equals: true },
          reverse: { signals: ["reopened"] },
        },
      }),
    );
  const others = fc
    .record({ price: cents, rate: fc.constantFrom("0.03", "0.7", "1"), off: fc.boolean() })
    .map(({ price, rate, off }): readonly ChargeInput[] => [
      fee("fee", price),
      // The level of a time is a fraction of it, and credits at such a rate are fractions of money.
      perUnit("seat", price, {
        aggregation: { type: "time-average", carryOver: true },
        maximum: "40",
      }),
      perUnit("action", "1", { pricingUnit: { code: "points", rate }, maximum: "2.5" }),
      ...(off
        ? [
            {
              ...fee("off", "0"),
              pricing: { model: "discount", percent: "33", appliesTo: "all" } as const,
            },
          ]
        : []),
    ]);
  const grants = fc
    .array(
      fc.record({
        amount: fc.constantFrom("0.37", "3", "7.5", "12", "0.0000001", "1.23456789", "100"),
        unit: fc.constantFrom("USD", "@outcome", "@seat", "points"),
        appliesTo: fc.constantFrom<NonNullable<CreditGrantInput["appliesTo"]>[]>("all", {
          chargeTypes: ["usage"],
        }),
        expiresAt: fc.constantFrom("2026-02-10", "2027-01-01"),
        applied: fc.constantFrom("before-tax" as const, "after-tax" as const),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((list) =>
      list.map((each, index) =>
        parseCreditGrant({ id: `g${index}`, grantedAt: "2026-01-01", ...each }),
      ),
    );
  const usage = fc
    .array(
      fc.record({
        unit: fc.constantFrom("@outcome", "@outcome", "@seat", "@action"),
        day: fc.integer({ min: 0, max: 88 }),
        hour: fc.integer({ min: 0, max: 23 }),
        lag: fc.constantFrom(0, 0, 0, 20, 45),
        ok: fc.boolean(),
        subject: fc.constantFrom("a", "b", "c"),
        back: fc.constantFrom(undefined, undefined, 1, 30, 50),
      }),
      { minLength: 3, maxLength: 25 },
    )
    .map((draws) =>
      draws.flatMap(({ unit, day, hour, lag, ok, subject, back }, n) => {
        const at = (days: number) => new Date(Date.UTC(2026, 0, 1 + days, hour)).toISOString();
        const event = eventOf({
          id: `e${n}`,
          unitOfMeasure: unit,
          timestamp: at(day),
          receivedAt: at(day + lag),
          properties: { ok },
          ...{ subject, quantity: unit === "@seat" ? (n % 3) + 1 : 1 },
        });
        const signal = {
          ...{ id: `r${n}`, customerId: "acme", event: `e${n}`, name: "reopened" },
          timestamp: at(day + (back ?? 0)),
        };
        return unit === "@outcome" && back !== undefined ? [event, signal] : [event];
      }),
    );
  const lives = fc.record({
    outcome,
    others,
    grants,
    usage,
    taxes: fc.constantFrom([], [{ id: "vat", percent: 20 }]),
    coupons: fc.constantFrom([], [{ id: "some", percent: "12.5", from: "2026-01-01" }]),
    plan: fc.constantFrom(
      {},
      {
        grants: [{ id: "plan", unit: "@outcome", amount: "1.5", rollover: { periods: 1, max: 1 } }],
      },
    ),
  });

  it("hold whatever is corrected: nothing is paid beyond what is owed, nothing of a grant is lost, ledgers take every posting", () => {
    fc.assert(
      fc.property(lives, (life) => {
        const { taxes, coupons } = life;
        const deal: Deal = {
          plans: [planOf([life.outcome, ...life.others], life.plan)],
          usage: life.usage,
        };
        let credits: readonly CreditGrant[] = life.grants;
        let documents: readonly Invoice[] = [];
        const postings: Posting[] = [];
        for (const until of ["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"]) {
          const more = documents.length === 0 ? {} : { rerate: { from: "2026-01-01" } };
          const before = documents.length;
          documents = billUntil(until, deal, documents, { credits, taxes, coupons, ...more });
          const made = stored(documents.slice(before).flatMap((each) => each.postings));
          postings.push(...made);
          credits = stored(applyPostings(credits, made));
          for (const { id } of deal.plans[0]?.charges ?? []) {
            const owed = netOf(withoutCredits(documents), id);
            const left = netOf(documents, id);
            expect(left >= (owed < 0n ? owed : 0n)).toBe(true);
          }
        }
        for (const { id, amount, balance = amount } of credits) {
          const moved = postings.filter(({ grantId, kind }) => grantId === id && kind !== "grant");
          const left = sumAmounts([amount, ...moved.map((each) => each.amount)]);
          expect(compareAmounts(left, balance)).toBe(0);
        }
      }),
      tries(20),
    );
  });
});
