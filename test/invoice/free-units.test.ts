/** Grants in a unit of measure: all usage costs what it would without the units that are free, however many documents bill it. */
import fc from "fast-check";
import {
  applyPostings,
  type ChargeInput,
  type CreditGrantInput,
  creditNote,
  type Invoice,
  type InvoiceRequest,
  type Period,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { type Deal, documentOf, subscriptionOf } from "../support/chain.js";
import { judging, outcome } from "../support/outcomes.js";
import { eventOf, JANUARY, perUnit, planOf, productOf, stored, totalOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

const FEBRUARY = { start: "2026-02-01", end: "2026-03-01" };
const on = (day: number) => `2026-01-${String(day).padStart(2, "0")}T12:00:00Z`;

const calls = (
  pricing: NonNullable<Parameters<typeof perUnit>[2]>["pricing"],
  more: Parameters<typeof perUnit>[2] = {},
): ChargeInput =>
  perUnit("call", "1", { unitOfMeasure: "@call", ...(pricing && { pricing }), ...more });
const tiered = (first: string, then: string) =>
  calls({ model: "tiered", tiers: [{ upTo: 10, unitPrice: first }, { unitPrice: then }] });

const used = (day: number, quantity: number | string, more: object = {}): UsageEventInput =>
  eventOf({ id: `d${day}`, timestamp: on(day), unitOfMeasure: "@call", quantity, ...more });

const free = (amount: string, more: Partial<CreditGrantInput> = {}): CreditGrantInput => ({
  id: "free",
  unit: "@call",
  amount,
  grantedAt: "2026-01-01",
  ...more,
});

/** Asks for documents one after the other, with the grants as the ones before have left them. */
function bill(
  deal: Deal,
  grants: readonly CreditGrantInput[],
  requests: readonly (Omit<Partial<InvoiceRequest>, "period"> & { readonly period?: Period })[],
): { readonly documents: readonly Invoice[]; readonly left: readonly CreditGrantInput[] } {
  let left = grants;
  const documents: Invoice[] = [];
  for (const request of requests) {
    const { period = JANUARY, ...more } = request;
    const document = stored(documentOf(deal, period, documents, { credits: left, ...more }));
    documents.push(document);
    left = applyPostings(left, document.postings);
  }
  return { documents, left };
}

const totals = (documents: readonly Invoice[]) => documents.map(({ total }) => total);
const posted = (documents: readonly Invoice[]) =>
  documents.map(({ postings }) => postings.map(({ kind, amount }) => `${kind} ${amount}`));
const balances = (grants: readonly CreditGrantInput[]) =>
  grants.map(({ amount, balance = amount }) => `${balance}`);
const interim = (day: number) => ({ scope: "interim" as const, asOf: on(day) });

describe("units that are free after an interim document", () => {
  it("free the rest of the period", () => {
    const deal = { plans: [planOf([perUnit("call", "1", { unitOfMeasure: "@call" })])] };
    const usage = [used(2, 10), used(20, 20)];
    const { documents, left } = bill({ ...deal, usage }, [free("25")], [interim(5), {}]);
    // 30 calls of which 25 are free.
    expect(totals(documents)).toEqual(["0.00", "5.00"]);
    expect(posted(documents)).toEqual([["drawdown -10"], ["drawdown -15"]]);
    expect(left[0]?.balance).toBe("0");
    expect(documents[1]?.lines.at(-1)?.appliedTo).toEqual([
      { key: "usage:call@2026-01-01", amount: "-15.00", quantity: "-15" },
    ]);
  });

  it("are the last ones of the whole: what they were worth falls with the price", () => {
    const usage = [used(2, 10), used(20, 20)];
    const deal = { plans: [planOf([tiered("5", "1")])], usage };
    const { documents } = bill(deal, [free("8")], [interim(5), {}]);
    // 8 of 10 calls at 5 are free. Then 30 calls cost 70, and 22 of them 62: 8 are worth 8, and 32 of the 40 go back.
    expect(totals(documents)).toEqual(["10.00", "52.00"]);
    expect(posted(documents)).toEqual([["drawdown -8"], []]);
    expect(documents[1]?.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["adjustment", "20.00"],
      ["credit-return", "32.00"],
    ]);
  });

  it("are the last ones of the whole: what they are worth rises with the price", () => {
    const usage = [used(2, 10), used(20, 20)];
    const deal = { plans: [planOf([tiered("1", "5")])], usage };
    const { documents } = bill(deal, [free("8")], [interim(5), {}]);
    // 8 of 10 calls at 1. Then 30 calls cost 110, and 22 of them 70: 8 are worth 40, of which 8 are paid.
    expect(totals(documents)).toEqual(["2.00", "68.00"]);
    expect(posted(documents)).toEqual([["drawdown -8"], []]);
  });
});

describe("units that are free, and usage that becomes known late", () => {
  const deal = { plans: [planOf([perUnit("call", "1", { unitOfMeasure: "@call" })])] };
  const rerate = (usage: readonly UsageEventInput[]) => ({
    period: FEBRUARY,
    usage: [],
    rerate: [{ period: JANUARY, usage: [...usage] }],
  });

  it("free it, too", () => {
    const first = [used(2, 10)];
    const both = [...first, used(3, 20)];
    const { documents, left } = bill(deal, [free("25")], [{ usage: first }, rerate(both)]);
    expect(totals(documents)).toEqual(["0.00", "5.00"]);
    expect(left[0]?.balance).toBe("0");
  });

  it("go back when it was not used after all", () => {
    const first = [used(2, 10), used(3, 20)];
    const { documents, left } = bill(deal, [free("25")], [{ usage: first }, rerate([used(2, 10)])]);
    // 5 were paid, and all of the 10 are free.
    expect(totals(documents)).toEqual(["5.00", "-5.00"]);
    expect(left[0]?.balance).toBe("15");
  });
});

describe("units of several lines", () => {
  it("are on record with each of them", () => {
    const split = perUnit("call", "1", {
      unitOfMeasure: "@call",
      groupBy: { fields: ["properties.to"] },
      pricing: { model: "tiered", tiers: [{ upTo: 4, unitPrice: "5" }, { unitPrice: "1" }] },
    });
    const usage = [
      used(2, 3, { properties: { to: "far" } }),
      used(3, 6, { properties: { to: "near" } }),
    ];
    const { documents } = bill({ plans: [planOf([split])], usage }, [free("8")], [{}]);
    const line = documents[0]?.lines.at(-1);
    // All 3 far ones are worth 15; of the near ones, which cost 22, the last 5 leave 1 at 5.
    expect(line?.appliedTo.map(({ amount, quantity }) => [amount, quantity])).toEqual([
      ["-15.00", "-3"],
      ["-17.00", "-5"],
    ]);
  });
});

describe("units that are free before tax, and others after it", () => {
  const deal = { plans: [planOf([perUnit("call", "1", { unitOfMeasure: "@call" })])] };
  const grants = [free("10", { id: "a" }), free("3", { id: "b", applied: "after-tax" })];

  it("are each worth their own units, however many documents bill them", () => {
    const usage = [used(2, 20), used(20, 20)];
    const { documents, left } = bill({ ...deal, usage }, grants, [interim(5), {}]);
    // 40 calls of which 13 are free.
    expect(totals(documents)).toEqual(["7.00", "20.00"]);
    expect(balances(left)).toEqual(["0", "0"]);
  });
});

describe("units that are worth more than what is owed", () => {
  const inCredits = calls(
    { model: "tiered", tiers: [{ upTo: 3, unitPrice: "1", flatFee: "6" }, { unitPrice: "1" }] },
    { pricingUnit: "cr" },
  );
  const deal = {
    plans: [planOf([inCredits], { pricingUnits: [{ code: "cr", rate: 1 }] })],
    usage: [used(2, 3)],
  };

  it("are used as far as they pay for it, and then no more is", () => {
    const rerate = { rerate: [{ period: JANUARY, usage: deal.usage }], usage: [] };
    const grants = [{ id: "credits", unit: "cr", amount: 5, grantedAt: "2026-01-01" }, free("10")];
    const { documents, left } = bill(deal, grants, [
      {},
      { ...rerate, period: FEBRUARY },
      { ...rerate, period: { start: "2026-03-01", end: "2026-04-01" } },
    ]);
    // 3 calls cost 9, of which credits pay 5. Two and a bit less than one of them would be worth less than 3: it takes all to pay 4.
    expect(totals(documents)).toEqual(["0.00", "0.00", "0.00"]);
    expect(posted(documents)).toEqual([["drawdown -5", "drawdown -3"], [], []]);
    expect(documents.map(({ lines }) => lines.length)).toEqual([3, 0, 0]);
    expect(balances(left)).toEqual(["0", "7"]);
  });
});

describe("laws of units that are free", () => {
  // Of models under which fewer units cost less: under others it matters how many are to be free at once.
  const models: readonly ChargeInput[] = [
    perUnit("call", "0.75", { unitOfMeasure: "@call" }),
    tiered("5", "1"),
    tiered("1", "5"),
    calls(
      { model: "tiered", tiers: [{ upTo: 5, unitPrice: "2" }, { unitPrice: "3" }] },
      {
        includedUnits: 3,
      },
    ),
    calls({ model: "per-unit", unitPrice: "2" }, { maximum: "19" }),
  ];
  const events = fc
    .array(
      fc.record({ day: fc.integer({ min: 1, max: 28 }), quantity: fc.integer({ min: 1, max: 6 }) }),
      {
        maxLength: 6,
      },
    )
    .map((list) =>
      list.map(({ day, quantity }, index) => used(day, quantity, { id: `e${index}` })),
    );
  const grants = fc
    .array(fc.integer({ min: 1, max: 20 }), { maxLength: 2 })
    .chain((list) =>
      fc.tuple(
        ...list.map((amount, index) =>
          fc
            .constantFrom("before-tax" as const, "after-tax" as const)
            .map((applied) => free(`${amount}`, { id: `g${index}`, applied })),
        ),
      ),
    );
  const coupons = fc.constantFrom<NonNullable<InvoiceRequest["coupons"]>[]>(
    [],
    [{ id: "c", percent: 50, from: "2026-01-01" }],
  );

  it("interim documents and the rest are the undivided invoice", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        events,
        grants,
        coupons,
        fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { maxLength: 3 }),
        (charge, usage, own, off, days) => {
          const deal = { plans: [planOf([charge])], usage };
          const cut = days.toSorted((a, b) => a - b).map(interim);
          const requests = [...cut, {}].map((each) => ({ ...each, coupons: off }));
          const parts = bill(deal, own, requests);
          const whole = bill(deal, own, [{ coupons: off }]);
          expect(totalOf(totals(parts.documents))).toBe(totalOf(totals(whole.documents)));
          expect(balances(parts.left)).toEqual(balances(whole.left));
        },
      ),
      tries(50),
    );
  });

  it("what becomes known late costs what it would have cost", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        events,
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        grants,
        coupons,
        (charge, usage, known, own, off) => {
          const deal = { plans: [planOf([charge])] };
          const first = usage.filter((_, index) => known[index]);
          const late = bill(deal, own, [
            { usage: first, coupons: off },
            { period: FEBRUARY, usage: [], rerate: [{ period: JANUARY, usage }] },
          ]);
          const whole = bill(deal, own, [{ usage, coupons: off }]);
          expect(totalOf(totals(late.documents))).toBe(totalOf(totals(whole.documents)));
        },
      ),
      tries(50),
    );
  });
});

describe("grants of all kinds, of all models", () => {
  const tiers = [
    { upTo: 3, unitPrice: "1", flatFee: "6" },
    { upTo: 7, unitPrice: "0.07" },
    { unitPrice: "4" },
  ];
  const models: readonly NonNullable<Parameters<typeof perUnit>[2]>["pricing"][] = [
    { model: "per-unit", unitPrice: "1000000.5" },
    { model: "tiered", tiers },
    { model: "volume", tiers },
    { model: "stairstep", tiers: [{ upTo: 5, flatFee: "16" }, { flatFee: "20" }] },
    { model: "package", size: 4, price: "9" },
    { model: "overage", baseFee: "20", includedUnits: 2, unitPrice: "10" },
  ];
  const grant = fc.record({
    unit: fc.constantFrom("@call", "cr", "USD"),
    amount: fc.integer({ min: 1, max: 25 }),
    applied: fc.constantFrom("before-tax" as const, "after-tax" as const),
  });

  it("LAW: what is rated again with nothing new has no lines, and moves no balance", () => {
    fc.assert(
      fc.property(
        fc.record({
          pricing: fc.constantFrom(...models),
          inCredits: fc.boolean(),
          limits: fc.constantFrom({}, { maximum: "30" }, { minimum: "12" }),
          plan: fc.constantFrom({}, { minimumCommitment: 30 }, { maximumSpend: 25 }),
          first: fc.integer({ min: 0, max: 9 }),
          later: fc.integer({ min: 0, max: 12 }),
          grants: fc.array(grant, { minLength: 1, maxLength: 4 }),
          taxes: fc.constantFrom([], [{ id: "vat", percent: 19 }]),
        }),
        ({ pricing, inCredits, limits, plan, first, later, grants, taxes }) => {
          const charge = calls(pricing, { ...limits, ...(inCredits ? { pricingUnit: "cr" } : {}) });
          const priced = planOf([charge], { ...plan, pricingUnits: [{ code: "cr", rate: "0.5" }] });
          const given = grants
            .filter(({ unit }) => inCredits || unit !== "cr")
            .map((each, index) => free("1", { ...each, id: `g${index}` }));
          const deal = { plans: [priced] };
          const usage = [used(2, first), used(3, later)];
          const billed = bill(deal, given, [{ usage: usage.slice(0, 1), taxes }]);
          let { documents, left } = billed;
          for (const day of [2, 3, 4]) {
            const note = creditNote({
              catalog: productOf(priced),
              subscription: subscriptionOf(deal),
              previous: documents,
              rerate: [{ period: JANUARY, usage }],
              credits: left,
              asOf: `2026-02-0${day}`,
            });
            left = applyPostings(left, note.postings);
            documents = [...documents, stored(note)];
          }
          const [, , ...idle] = documents;
          for (const { lines, postings } of idle) expect([lines, postings]).toEqual([[], []]);
        },
      ),
      tries(60),
    );
  });
});

describe("free units of a group that becomes known late", () => {
  it("are worth their part of what a guarantee has left, so that nothing moves later", () => {
    const charge = judging(
      { qualifies: { field: "properties.csat", atLeast: 4 } },
      {
        groupBy: { fields: ["properties.region"] },
        pricing: { model: "per-unit", unitPrice: "10" },
        guarantee: { successRate: 95, remedy: { amount: "30" } },
      },
    );
    const attempt = (id: string, region: string, csat: number) =>
      outcome(id, 5, { properties: { region, csat } });
    const east = ["1", "2", "3", "4", "5", "6", "7"].map((id) => attempt(id, "east", 5));
    const first = [...east, attempt("missed", "east", 1)];
    const all = [...first, attempt("8", "west", 5), attempt("9", "west", 5)];
    const rerate = { from: "2026-01-01" };
    const { documents, left } = bill(
      { plans: [planOf([charge])] },
      [free("1", { unit: "@outcome", effectiveDate: "2026-01-01" })],
      [
        { usage: first, credits: [] },
        { period: FEBRUARY, usage: all, rerate },
        { period: { start: "2026-03-01", end: "2026-04-01" }, usage: all, rerate },
      ],
    );
    // 70 less 30; then 20, of which 6.67 fall to the guarantee: one of two units is worth 6.67.
    expect(totals(documents)).toEqual(["40.00", "13.33", "0.00"]);
    expect(left).toMatchObject([{ balance: "0" }]);
  });
});
