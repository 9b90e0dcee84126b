import { createHash } from "node:crypto";
import { Decimal } from "decimal.js";
import {
  type ChargeInput,
  type Invoice,
  invoice,
  type ProductInput,
  parsePolicy,
  parseProduct,
  parseSubscription,
} from "rateplan";
import type { Benchmark } from "./benchmark.js";

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

const LINES: readonly ChargeInput[] = [
  { id: "fee", name: "Platform", chargeType: "recurring", pricing: { model: "flat", amount: 99 } },
  {
    id: "resolved",
    name: "Resolved",
    chargeType: "usage",
    unitOfMeasure: "@outcome",
    pricing: {
      model: "tiered",
      tiers: [
        { upTo: 100, unitPrice: "0.5" },
        { upTo: 500, unitPrice: "0.4" },
        { unitPrice: "0.3" },
      ],
    },
  },
  {
    id: "calls",
    name: "Calls",
    chargeType: "usage",
    unitOfMeasure: "call",
    pricing: { model: "per-unit", unitPrice: "0.067" },
  },
];
const literal: ProductInput = {
  ...catalog,
  ratePlans: catalog.ratePlans.map((plan) => ({ ...plan, charges: LINES })),
};
const small = {
  subscription: parseSubscription(request.subscription),
  period: { start: "2026-02-01", end: "2026-03-01" },
  policy: parsePolicy({}),
};
const parsed = { ...small, catalog: parseProduct(literal) };
const DAYS = 1_000;
/** How many subscriptions were new. */
let news = 0;

/** Quantities in turn, so that no document is the one before it. */
function inTurn<T>(bill: (resolved: number, calls: number) => T): () => T {
  let day = 0;
  return () => {
    day = (day + 7) % DAYS;
    return bill(90 + day, 1_000 + day);
  };
}

/** What a backend writes that knows this one plan: three lines with their tiers, the total, and a hash of its JSON. */
function inHouse(resolved: number, calls: number) {
  const tiers: object[] = [];
  let [left, from, tiered] = [new Decimal(resolved), new Decimal(0), new Decimal(0)];
  for (const { upTo, unitPrice } of TIERS) {
    if (left.lte(0)) break;
    const quantity = upTo === null ? left : Decimal.min(left, new Decimal(upTo).sub(from));
    const amount = quantity.mul(unitPrice);
    tiers.push({ from: `${from}`, upTo, quantity: `${quantity}`, unitPrice, amount: `${amount}` });
    tiered = tiered.add(amount);
    left = left.sub(quantity);
    from = from.add(quantity);
  }
  const cents = (amount: Decimal) => amount.toFixed(2, Decimal.ROUND_HALF_UP);
  const lines = [
    { chargeId: "fee", description: "Platform", quantity: "1", amount: cents(new Decimal(99)) },
    {
      chargeId: "resolved",
      description: "Resolved",
      quantity: `${resolved}`,
      amount: cents(tiered),
      tiers,
    },
    {
      chargeId: "calls",
      description: "Calls",
      quantity: `${calls}`,
      amount: cents(new Decimal(calls).mul("0.067")),
    },
  ];
  const total = cents(lines.reduce((all, { amount }) => all.add(amount), new Decimal(0)));
  const document = { customerId: "acme", subscriptionId: "s1", period: small.period, lines, total };
  const fingerprint = createHash("sha256").update(JSON.stringify(document)).digest("hex");
  return { ...document, fingerprint };
}

const TIERS = [
  { upTo: 100, unitPrice: "0.5" },
  { upTo: 500, unitPrice: "0.4" },
  { upTo: null, unitPrice: "0.3" },
];

function amountsOf({ lines, total }: ReturnType<typeof inHouse> | Invoice): readonly string[] {
  return [...lines.map(({ amount }) => amount), total];
}

/** A document with everything on costs little more than the same document by itself. */
export const documents: readonly Benchmark[] = [
  {
    name: "A document of three lines",
    input:
      "a fee, three tiers and a unit price; quantities in turn; catalog, subscription and policy parsed",
    ways: () => ({
      invoice: inTurn((resolved, calls) =>
        amountsOf(invoice({ ...parsed, usage: { resolved, calls } })),
      ),
      "decimal.js, JSON and a hash in-house": inTurn((resolved, calls) =>
        amountsOf(inHouse(resolved, calls)),
      ),
      "invoice of a literal catalog": inTurn((resolved, calls) =>
        amountsOf(invoice({ ...small, catalog: literal, usage: { resolved, calls } })),
      ),
    }),
  },
  {
    name: "The first document of a new subscription",
    input:
      "the same three lines; a subscription that was never seen, as a literal; the rest parsed",
    ways: () => ({
      invoice: inTurn((resolved, calls) => {
        news += 1;
        const subscription = { ...request.subscription, id: `new-${news}` };
        const first = { ...parsed, subscription, period: request.period };
        return amountsOf(invoice({ ...first, usage: { resolved, calls } }));
      }),
      "decimal.js, JSON and a hash in-house": inTurn((resolved, calls) =>
        amountsOf(inHouse(resolved, calls)),
      ),
    }),
  },
  {
    name: "a document with coupons, credits and taxes",
    input: "20 charges; 3 coupons, 5 grants, 2 taxes; literal requests",
    ways: () => ({
      "all of it": () => invoice({ ...request, ...more }).subtotal,
      "the charges alone": () => invoice(request).subtotal,
    }),
  },
];
