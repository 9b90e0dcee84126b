/**
 * Subscriptions that differ in nothing but whose they are have documents that differ in nothing else; that of one may be filled into
 * what is remembered of another. A catalog with other metadata is another object, of which nothing is remembered.
 */
import fc from "fast-check";
import {
  type ChargeInput,
  eachBillingPeriod,
  type Invoice,
  type InvoiceRequest,
  invoice,
  isPricingError,
  type PricingInput,
  type Product,
  parseProduct,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { perUnit, planOf, productOf } from "../support/plans.js";
import { tries } from "../support/tries.js";

let catalogs = 0;

/** The same catalog as another object, of which nothing is known. */
function forgotten(catalog: Product): Product {
  catalogs += 1;
  return parseProduct({ ...catalog, metadata: { catalogs } });
}

function billed(request: InvoiceRequest): Invoice | readonly string[] {
  try {
    return invoice(request);
  } catch (error) {
    if (!isPricingError(error)) throw error;
    return error.issues.map(({ code, message }) => `${code} ${message}`);
  }
}

const tiers = [
  { upTo: 5, unitPrice: "1.10" },
  { upTo: 100, unitPrice: "0.85" },
  { unitPrice: "0.50" },
];
const usage = (id: string, pricing: PricingInput): ChargeInput => ({
  ...{ id, name: id, chargeType: "usage", unitOfMeasure: id, pricing },
});
const CHARGES: readonly ChargeInput[] = [
  usage("calls", { model: "tiered", tiers }),
  usage("pages", { model: "volume", tiers }),
  usage("jobs", { model: "package", size: 10, price: 4 }),
  usage("minutes", { model: "overage", baseFee: 9, includedUnits: 100, unitPrice: "0.07" }),
  {
    ...{ id: "fee", name: "Fee" },
    chargeType: "recurring",
    pricing: { model: "flat", amount: 99 },
  },
  {
    ...{ id: "seats", name: "Seats", chargeType: "recurring", unitOfMeasure: "@seat" },
    ...{ billingTiming: "in-advance", pricing: { model: "per-unit", unitPrice: 12 } },
  },
  {
    ...{ id: "setup", name: "Set-up" },
    chargeType: "one-time",
    pricing: { model: "flat", amount: 150 },
  },
];
const USED = ["calls", "pages", "jobs", "minutes"];

const quantity = fc.constantFrom(0, 1, 7.5, 100, 250, -3);
const cases = fc.record({
  charges: fc.subarray([...CHARGES], { minLength: 1 }),
  minimumCommitment: fc.constantFrom(undefined, undefined, 40),
  startDate: fc.constantFrom("2026-01-01", "2026-01-31", "2026-02-14"),
  timeZone: fc.constantFrom("UTC", "Asia/Kolkata", "America/New_York"),
  seats: fc.constantFrom(1, 3),
  changes: fc.constantFrom([], [{ effectiveDate: "2026-02-20", quantities: { seats: 5 } }]),
  trialDays: fc.constantFrom(0, 10),
  policy: fc.constantFrom({}, { zeroLines: true }, { rounding: { mode: "half-even" } as const }),
  rows: fc.array(fc.tuple(quantity, quantity, quantity, quantity), { minLength: 3, maxLength: 3 }),
});

describe("LAW: what is remembered of a document is nobody's", () => {
  it("of first documents for quantities, whoever was billed before", () => {
    let alike = 0;
    fc.assert(
      fc.property(cases, ({ charges, minimumCommitment, seats, policy, rows, ...life }) => {
        const hasSeats = charges.some(({ id }) => id === "seats");
        const plan = planOf(charges, minimumCommitment === undefined ? {} : { minimumCommitment });
        const catalog = forgotten(parseProduct(productOf(plan)));
        const subscription = {
          ...life,
          ratePlanId: plan.id,
          ...(hasSeats ? { quantities: { seats } } : { changes: [] }),
        };
        const [first] = eachBillingPeriod(
          { ...subscription, id: "s", customerId: "c" },
          { catalog },
        );
        const period = { start: first?.start ?? "", end: first?.end ?? "" };
        for (const [index, row] of rows.entries()) {
          const own = { id: `sub ${index}`, customerId: `of ${index}`, metadata: { index } };
          const request = {
            ...{ catalog, subscription: { ...subscription, ...own }, period, policy },
            usage: Object.fromEntries(
              USED.flatMap((id, place) =>
                charges.some((charge) => charge.id === id) ? [[id, row[place] ?? 0]] : [],
              ),
            ),
          };
          const document = billed(request);
          expect(document).toEqual(billed({ ...request, catalog: forgotten(catalog) }));
          if (!Array.isArray(document)) alike += 1;
        }
      }),
      tries(50),
    );
    expect(alike).toBeGreaterThan(0);
  });

  it("a document says whose it is", () => {
    const catalog = productOf(planOf([perUnit("calls", "0.50", { unitOfMeasure: "call" })]));
    const of = (id: string, more: object = {}) =>
      invoice({
        catalog,
        subscription: {
          ...{ id, customerId: `of ${id}` },
          ratePlanId: "starter",
          startDate: "2026-01-01",
          ...more,
        },
        period: { start: "2026-01-01", end: "2026-02-01" },
        usage: { calls: 3 },
      });
    const documents = [
      of("a"),
      of("b"),
      of("a", { timeZone: "Asia/Tokyo" }),
      of("c", { metadata: { x: 1 } }),
    ];
    expect(
      documents.map(({ subscriptionId, customerId, total }) => [subscriptionId, customerId, total]),
    ).toEqual(["a", "b", "a", "c"].map((id) => [id, `of ${id}`, "1.50"]));
    expect(new Set(documents.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
    expect(new Set(documents.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });
});
