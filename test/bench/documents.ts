import { type ChargeInput, invoice, type ProductInput } from "rateplan";
import type { Benchmark } from "./index.js";

const CHARGES = 20;

/** A plan of twenty charges: fees, seats, and usage of its own unit each. */
const charges: readonly ChargeInput[] = Array.from({ length: CHARGES }, (_, n): ChargeInput => {
  const named = { id: `c${n}`, name: `Charge ${n}`, taxCodes: [n % 2 === 0 ? "service" : "goods"] };
  if (n % 4 === 0) {
    return { ...named, chargeType: "recurring", pricing: { model: "flat", amount: 10 + n } };
  }
  return {
    ...named,
    chargeType: "usage",
    unitOfMeasure: `unit-${n}`,
    pricing: {
      model: "tiered",
      tiers: [
        { upTo: 100, unitPrice: "0.5" },
        { upTo: 500, unitPrice: "0.4" },
        { unitPrice: "0.3" },
      ],
    },
  };
});

const catalog: ProductInput = {
  id: "p",
  name: "Agent",
  agentType: "agent",
  effectiveDate: "2025-01-01",
  ratePlans: [
    {
      id: "plan",
      name: "Plan",
      currency: "USD",
      billingCycle: "monthly",
      effectiveDate: "2025-01-01",
      charges,
    },
  ],
};

const request = {
  catalog,
  subscription: { id: "s1", customerId: "acme", ratePlanId: "plan", startDate: "2026-01-01" },
  period: { start: "2026-01-01", end: "2026-02-01" },
  usage: Object.fromEntries(
    charges
      .filter(({ chargeType }) => chargeType === "usage")
      .map(({ id }, n) => [id, 90 + 31 * n]),
  ),
};

const more = {
  coupons: [
    { id: "welcome", percent: 10, from: "2026-01-01" },
    { id: "goods", percent: 5, from: "2026-01-01", appliesTo: { charges: ["c1", "c3", "c5"] } },
    { id: "twenty", amount: 20, from: "2026-01-01", periods: 3 },
  ],
  credits: [
    { id: "promo", unit: "USD", amount: 15, category: "promotional", grantedAt: "2026-01-01" },
    { id: "paid", unit: "USD", amount: 50, grantedAt: "2026-01-01", priority: 5 },
    { id: "late", unit: "USD", amount: 5, grantedAt: "2026-01-02", expiresAt: "2026-06-01" },
    { id: "one", unit: "unit-1", amount: 40, grantedAt: "2026-01-01" },
    { id: "two", unit: "unit-2", amount: 25, grantedAt: "2026-01-01" },
  ],
  taxes: [
    { id: "vat", name: "VAT", percent: 19, appliesTo: { taxCodes: ["service"] } },
    { id: "levy", name: "Levy", percent: "2.5" },
  ],
} as const;

/** A document with everything on costs little more than the same document by itself. */
export const documents: readonly Benchmark[] = [
  {
    name: "a document with coupons, credits and taxes",
    input: "20 charges; 3 coupons, 5 grants, 2 taxes; literal requests",
    ways: {
      "all of it": () => invoice({ ...request, ...more }).subtotal,
      "the charges alone": () => invoice(request).subtotal,
    },
  },
];
