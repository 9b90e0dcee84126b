/**
 * What is worked out once for each life, period and policy is what is worked out for each document: whatever was asked before, and
 * in whichever order.
 */
import { env } from "node:process";
import fc from "fast-check";
import { type Invoice, type InvoiceRequest, invoice, isPricingError } from "rateplan";
import { describe, expect, it } from "vitest";
import { bill } from "../support/document-facts.js";
import type { Charge, Story } from "../support/document-oracle/story.js";
import { requestOf } from "../support/plans.js";
import { EVERYTHING, stories } from "../support/requests.js";

let copies = 0;

/** The same request of objects that nothing is known of: what they hold beside it says that they are others. */
function asNew<T extends { readonly catalog: object; readonly subscription: object }>(
  request: T,
): T {
  copies += 1;
  const metadata = { copy: copies };
  const copy = structuredClone(request);
  Object.assign(copy.catalog, { metadata });
  Object.assign(copy.subscription, { metadata });
  return copy;
}

/** A document, or what is wrong with its request. */
function outcomeOf(request: InvoiceRequest): unknown {
  try {
    const document = invoice(request);
    expect(Object.isFrozen(document.lines)).toBe(true);
    return document;
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues;
  }
}

/** A plan of which mostly nothing but lines is billed: without discounts, and without limits. */
function bare({ catalog, ...story }: Story): Story {
  const strip = (charge: Charge): Charge => {
    const { minimum: _least, maximum: _most, ...rest } = charge as Charge & Record<string, unknown>;
    return rest as Charge;
  };
  const ratePlans = catalog.ratePlans.map(
    ({ minimumCommitment: _least, maximumSpend: _most, ...plan }) => ({
      ...plan,
      charges: plan.charges.filter(({ pricing }) => pricing.model !== "discount").map(strip),
    }),
  );
  return { ...story, catalog: { ...catalog, ratePlans } };
}

const quantity = fc.oneof(
  { weight: 8, arbitrary: fc.nat(400) },
  { weight: 3, arbitrary: fc.nat(40_000).map((units) => `${units / 100}`) },
  { weight: 1, arbitrary: fc.constantFrom(0, -3, "-0.5", "1e3", 10n, "x", null) },
);

/** Usage of which a record by charge id is the most common form. */
function usages({ catalog }: Story): fc.Arbitrary<unknown> {
  const ids = catalog.ratePlans.flatMap(({ charges }) =>
    charges.flatMap(({ id, chargeType }) => (chargeType === "usage" ? [id] : [])),
  );
  const record = fc
    .subarray([...ids, ...ids.slice(0, 1)])
    .chain((some) => fc.record(Object.fromEntries(some.map((id) => [id, quantity]))));
  return fc.oneof(
    { weight: 12, arbitrary: record },
    { weight: 1, arbitrary: fc.constantFrom({}, [], 5, { nothing: 1 }, new Map(), "3", null) },
  );
}

/** More of a request, by which its document differs from others of its period. */
const more: fc.Arbitrary<Partial<InvoiceRequest>> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Partial<InvoiceRequest>>(
      { asOf: "2026-05-01" },
      { issueDate: "2026-05-01", paymentTerms: { days: 14 } },
      { coupons: [{ id: "k", percent: 10, from: "2020-01-01" }] },
      { taxes: [{ id: "vat", percent: 19 }] },
      { credits: [{ id: "g", unit: "USD", amount: 5, grantedAt: "2020-01-01" }] },
      { credits: [{ id: "g", unit: "JPY", amount: 5, grantedAt: "2020-01-01" }] },
    ),
  },
);

const seeds = fc.oneof(
  { weight: 3, arbitrary: stories({ pricingUnits: true }).map(bare) },
  { weight: 1, arbitrary: stories({ pricingUnits: true }) },
  { weight: 1, arbitrary: stories({ changes: true }).map(bare) },
);

describe("what is remembered", () => {
  it("changes no first document, whichever were asked before it", () => {
    let filled = 0;
    fc.assert(
      fc.property(
        seeds.chain((story) =>
          fc.record({
            story: fc.constant(story),
            asked: fc.array(fc.tuple(usages(story), more, fc.nat(1)), {
              minLength: 2,
              maxLength: 12,
            }),
          }),
        ),
        ({ story: { catalog, subscription, policy, documents }, asked }) => {
          for (const [usage, extra, place] of asked) {
            const [first] = documents;
            const { period } = documents[place % documents.length] ??
              first ?? { period: undefined };
            const request = {
              catalog,
              subscription,
              policy,
              period,
              usage,
              ...extra,
            } as InvoiceRequest;
            const known = outcomeOf(request);
            const fresh = outcomeOf(usage instanceof Map ? request : asNew(request));
            expect(JSON.stringify(known)).toBe(JSON.stringify(fresh));
            if (!Array.isArray(known)) filled += 1;
          }
        },
      ),
      { numRuns: Number(env["ORACLE_RUNS"] ?? 40) },
    );
    expect(filled).toBeGreaterThan(0);
  }, 120_000);

  it("changes no chain of documents, and none of another beside it", () => {
    const textOf = (documents: readonly Invoice[]) => documents.map((each) => JSON.stringify(each));
    fc.assert(
      fc.property(stories(EVERYTHING), stories(EVERYTHING), (story, other) => {
        const first = textOf(bill(story));
        const beside = textOf(bill(other));
        expect(textOf(bill(story))).toEqual(first);
        expect(textOf(bill(asNew(story)))).toEqual(first);
        expect(textOf(bill(asNew(other)))).toEqual(beside);
      }),
      { numRuns: Number(env["ORACLE_RUNS"] ?? 45) / 3 },
    );
  }, 120_000);
});

describe("the order of keys", () => {
  it("is that of the request, whatever was billed before: terms of closed periods too", () => {
    /** January, and February with an event of January that came late. */
    const february = (when: Readonly<Record<string, string>>): Invoice => {
      const pricing = {
        model: "matrix",
        dimensions: ["name", "subject"],
        default: 1,
        prices: [{ when, unitPrice: 2 }],
      } as const;
      const charge = {
        id: "m",
        name: "M",
        chargeType: "usage",
        unitOfMeasure: "call",
        pricing,
      } as const;
      const usage = [
        {
          id: "e",
          customerId: "acme",
          unitOfMeasure: "call",
          timestamp: "2026-01-20T00:00:00Z",
          receivedAt: "2026-02-03T00:00:00Z",
        },
      ];
      const request = { ...requestOf({ charges: [charge], usage }), usage };
      const january = invoice({ ...request, period: { start: "2026-01-01", end: "2026-02-01" } });
      return invoice({
        ...request,
        period: { start: "2026-02-01", end: "2026-03-01" },
        previous: [january],
        rerate: { from: "2026-01-01" },
      });
    };
    const whenIn = (document: Invoice) =>
      /"when":\{[^}]*\}/.exec(JSON.stringify(document.basis.terms))?.[0];
    expect(whenIn(february({ name: "n", subject: "s" }))).toBe('"when":{"name":"n","subject":"s"}');
    expect(whenIn(february({ subject: "s", name: "n" }))).toBe('"when":{"subject":"s","name":"n"}');
  });
});
