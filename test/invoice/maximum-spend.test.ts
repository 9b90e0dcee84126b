/** What the most that a plan bills takes off fees in advance: it falls to lines, whichever document has billed them. */
import fc from "fast-check";
import {
  type ChargeInput,
  creditNote,
  type Invoice,
  type InvoiceRequest,
  type TaxRateInput,
  verify,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { type Deal, documentOf, subscriptionOf } from "../support/chain.js";
import {
  fee,
  JANUARY,
  perUnit,
  planOf,
  productOf,
  stored,
  totalOf,
  units,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const OPENING = { start: "2026-01-01", end: "2026-01-01" };

const ahead = (id: string, amount: string, more: Partial<ChargeInput> = {}): ChargeInput =>
  fee(id, amount, { billingTiming: "in-advance", ...more });

const subscription = { endDate: "2026-02-01" };
const sold: Deal = {
  plans: [planOf([ahead("fee", "100"), perUnit("calls", "1")], { maximumSpend: 90 })],
  subscription,
};

function january(deal: Deal, taxes: readonly TaxRateInput[], more: Partial<InvoiceRequest> = {}) {
  const opening = documentOf(deal, OPENING, [], { taxes });
  return [
    opening,
    documentOf(deal, JANUARY, [opening], { usage: { calls: 50 }, taxes, ...more }),
  ] as const;
}

function sharesOf({ lines }: Invoice): readonly string[] {
  return lines
    .filter(({ kind }) => kind === "maximum-spend")
    .flatMap(({ appliedTo }) => appliedTo.map(({ key, amount }) => `${amount} ${key}`));
}

function credited(deal: Deal, previous: readonly Invoice[], invoice: string): Invoice {
  const catalog = productOf(...deal.plans);
  const request = { credit: { invoice }, asOf: "2026-02-02" };
  return creditNote({ catalog, subscription: subscriptionOf(deal), previous, ...request });
}

describe("a maximum of a plan that takes off more than is billed with it", () => {
  const own = [{ id: "vat", percent: 10, appliesTo: { charges: ["calls"] } }];
  const all = [{ id: "vat", percent: 10, appliesTo: { charges: ["calls", "fee"] } }];

  it("falls to all of that, and the rest to the fees that were billed in advance", () => {
    const [, bill] = january(sold, []);
    expect(bill.total).toBe("-10.00");
    expect(sharesOf(bill)).toEqual([
      "-50.00 usage:calls@2026-01-01",
      "-10.00 recurring:fee@2026-01-01",
    ]);
  });

  it("lessens the tax of either, at the rates that each was billed at", () => {
    expect(january(sold, own).map(({ taxes }) => taxes)).toEqual(["0.00", "0.00"]);
    expect(january(sold, all).map(({ taxes }) => taxes)).toEqual(["10.00", "-1.00"]);
    const opening = documentOf(sold, OPENING, [], { taxes: all });
    const dearer = [{ id: "vat", percent: 20, appliesTo: { charges: ["calls", "fee"] } }];
    const usage = { calls: 50 };
    expect(documentOf(sold, JANUARY, [opening], { usage, taxes: dearer }).taxes).toBe("-1.00");
  });

  it("uses up no free units, and gives back what a grant has paid of the fee", () => {
    const free = { id: "free", unit: "call", amount: 30, grantedAt: "2026-01-01" };
    const plan = planOf([ahead("fee", "100"), perUnit("calls", "1", { unitOfMeasure: "call" })], {
      maximumSpend: 90,
    });
    const [, bill] = january({ plans: [plan], subscription }, [], { credits: [free] });
    expect([bill.total, bill.postings]).toEqual(["-10.00", []]);
    const gift = { id: "gift", unit: "USD", amount: 100, grantedAt: "2026-01-01" };
    const opening = documentOf(sold, OPENING, [], { credits: [gift] });
    expect(opening.total).toBe("0.00");
    const usage = { calls: 50 };
    const credits = [{ ...gift, balance: 0 }];
    const next = documentOf(sold, JANUARY, [opening], { usage, credits });
    expect(next.total).toBe("0.00");
    expect(next.postings.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual(["return 10.00"]);
  });

  it("leaves so much less of the fee to be credited by choice", () => {
    const [opening, bill] = january(sold, all);
    const note = credited(sold, [opening, bill], opening.idempotencyKey);
    expect([note.subtotal, note.taxes, note.total]).toEqual(["-90.00", "-9.00", "-99.00"]);
  });

  it("moves back where the usage is less than was known", () => {
    const [opening, bill] = january(sold, all);
    const note = creditNote({
      catalog: productOf(...sold.plans),
      subscription: subscriptionOf(sold),
      previous: stored([opening, bill]),
      rerate: [{ period: JANUARY, usage: { calls: 0 } }],
      asOf: "2026-02-02",
    });
    // The fee alone is 10 beyond the maximum, as before.
    expect(note.total).toBe("0.00");
    expect(note.lines.flatMap(({ appliedTo }) => appliedTo)).toContainEqual({
      key: "usage:calls@2026-01-01",
      amount: "50.00",
    });
  });

  it("falls to a fee that is presumed billed, at the rates of today", () => {
    const request = {
      catalog: productOf(...sold.plans),
      subscription: subscriptionOf(sold),
      period: JANUARY,
      usage: { calls: 50 },
      taxes: all,
    };
    const bill = documentOf(sold, JANUARY, [], { usage: { calls: 50 }, taxes: all });
    expect(bill.warnings.map(({ code }) => code)).toEqual(["presumed_billed"]);
    expect([bill.subtotal, bill.taxes]).toEqual(["-10.00", "-1.00"]);
    expect(verify(bill, request).ok).toBe(true);
  });
});

describe("any fees in advance with usage under a maximum", () => {
  const cents = fc.integer({ min: 0, max: 20_000 }).map((count) => (count / 100).toFixed(2));
  const ids = ["one", "two", "calls", "minutes"];
  const each = ids.map((id) => ({ id, percent: 10, appliesTo: { charges: [id] } }));
  const limit = fc.option(cents, { nil: undefined });

  const cases = fc.record({
    fees: fc.tuple(fc.tuple(cents, limit), fc.tuple(cents, limit)),
    limits: fc.tuple(limit, limit),
    usage: fc.record({
      calls: fc.integer({ max: 200, min: 0 }),
      minutes: fc.integer({ max: 99, min: 0 }),
    }),
    maximumSpend: cents,
  });

  it("have the taxes of what is left of each, and no more than that can be credited", () => {
    fc.assert(
      fc.property(cases, ({ fees, limits, usage, maximumSpend }) => {
        const limited = (maximum: string | undefined) => (maximum === undefined ? {} : { maximum });
        const [[one, first], [two, second]] = fees;
        const charges = [
          ahead("one", one, limited(first)),
          ahead("two", two, limited(second)),
          perUnit("calls", "1", limited(limits[0])),
          perUnit("minutes", "1", limited(limits[1])),
        ];
        const deal = { plans: [planOf(charges, { maximumSpend })], subscription };
        const documents = january(deal, each, { usage });
        const lines = documents.flatMap((document) => document.lines);
        for (const line of lines.filter(({ kind }) => kind === "maximum-spend")) {
          expect(totalOf(line.appliedTo.map(({ amount }) => amount))).toBe(units(line.amount));
        }
        for (const id of ids) {
          const own = lines.flatMap(({ kind, chargeId, key, amount, appliedTo }) =>
            kind === "tax"
              ? []
              : [{ key: `${chargeId === id ? `:${id}@` : key}`, amount }, ...appliedTo],
          );
          const net = totalOf(
            own.filter(({ key }) => key.includes(`:${id}@`)).map((share) => share.amount),
          );
          expect(net).toBeGreaterThanOrEqual(0n);
          const tax = totalOf(
            lines.flatMap((line) => (line.kind === "tax" && line.taxId === id ? line.amount : [])),
          );
          // A charge and its own maximum are taxed to a cent each.
          const off = tax * 10n - net;
          expect(off < 20n && off > -20n).toBe(true);
        }
        const [opening] = documents;
        if (units(opening.total) === 0n) return;
        const ofFees = lines.flatMap(({ kind, chargeId, amount, appliedTo }) => [
          ...(kind !== "tax" && (chargeId === "one" || chargeId === "two") ? [amount] : []),
          ...appliedTo.filter(({ key }) => /:(one|two)@/.test(key)).map((share) => share.amount),
        ]);
        if (totalOf(ofFees) === 0n) return;
        const note = credited(deal, documents, opening.idempotencyKey);
        expect(units(note.total)).toBe(-totalOf(ofFees));
      }),
      tries(),
    );
  });
});
