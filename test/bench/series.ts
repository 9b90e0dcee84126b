import {
  invoice,
  type Product,
  parseProduct,
  type RatePlan,
  simulate,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import type { Benchmark } from "./benchmark.js";

const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 0, 1);
const DAYS = 365;
const CHARGES = 10;

const dates = Array.from({ length: DAYS }, (_, day) =>
  new Date(FIRST + day * DAY).toISOString().slice(0, 10),
);

const tiers = [
  { upTo: 1_000, unitPrice: "0.12" },
  { upTo: 5_000, unitPrice: "0.095" },
  { unitPrice: "0.0775" },
];
const MODELS: readonly UsageChargeInput["pricing"][] = [
  { model: "per-unit", unitPrice: "0.045" },
  { model: "tiered", tiers },
  { model: "volume", tiers },
  { model: "package", size: 100, price: 9 },
  { model: "overage", baseFee: 49, includedUnits: 500, unitPrice: "0.11" },
];

const charges = Array.from(
  { length: CHARGES },
  (_, index): UsageChargeInput => ({
    id: `c${index}`,
    name: `Charge ${index}`,
    chargeType: "usage",
    unitOfMeasure: `unit-${index}`,
    pricing: MODELS[index % MODELS.length] ?? { model: "per-unit", unitPrice: 1 },
  }),
);

function productOf(more: readonly object[]): Product {
  return parseProduct({
    id: "product",
    name: "Product",
    agentType: "agent",
    effectiveDate: "2020-01-01",
    ratePlans: [
      {
        id: "plan",
        name: "Plan",
        currency: "USD",
        billingCycle: "monthly",
        effectiveDate: "2020-01-01",
        charges: [...charges, ...(more as readonly UsageChargeInput[])],
      },
    ],
  });
}

/** Whole quantities of each charge on each day. */
const quantities = charges.map(({ id }, index) => ({
  id,
  days: dates.map((_, day) => 20 + ((day * 7 + index * 13) % 190)),
}));
const usage = Object.fromEntries(
  quantities.map(({ id, days }) => [
    id,
    Object.fromEntries(days.map((quantity, day) => [dates[day] ?? "", quantity])),
  ]),
);
const range = { from: dates[0] ?? "", through: dates[DAYS - 1] ?? "" };

/** What one writes without a function for it: what each prefix of a month comes to, less what that of the day before did. */
function prefixLoop(amountOf: (day: number, sums: Readonly<Record<string, number>>) => string) {
  const revenue: string[] = [];
  let sums = quantities.map(() => 0);
  let before = 0;
  for (const [day, date] of dates.entries()) {
    if (date.endsWith("-01")) {
      sums = quantities.map(() => 0);
      before = 0;
    }
    sums = sums.map((sum, index) => sum + (quantities[index]?.days[day] ?? 0));
    const record = Object.fromEntries(quantities.map(({ id }, index) => [id, sums[index] ?? 0]));
    const now = Math.round(Number(amountOf(day, record)) * 100);
    revenue.push(((now - before) / 100).toFixed(2));
    before = now;
  }
  return revenue;
}

function planIn({ ratePlans }: Product): RatePlan {
  const [plan] = ratePlans;
  if (plan === undefined) throw new Error("no plan");
  return plan;
}

function dateOf(day: number): string {
  return new Date(FIRST + day * DAY).toISOString().slice(0, 10);
}

/** The document of a day: of the month where it is over, else what is billed of it so far. */
function documentOf(catalog: Product, day: number, usageSoFar: Readonly<Record<string, number>>) {
  const date = new Date(FIRST + day * DAY);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const period = {
    start: new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10),
    end: new Date(Date.UTC(year, month + 1, 1)).toISOString().slice(0, 10),
  };
  const asOf = dateOf(day + 1);
  const subscription = { id: "s1", customerId: "acme", ratePlanId: "plan", startDate: range.from };
  const rest = asOf === period.end ? {} : ({ scope: "interim", asOf } as const);
  return invoice({ catalog, subscription, period, usage: usageSoFar, ...rest }).subtotal;
}

function byQuantities(name: string, product: Product): Benchmark {
  return {
    name,
    input: `${DAYS} days, ${CHARGES} usage charges of 5 models, monthly, quantities by date; what each day earns`,
    ways: () => ({
      "simulate over the range": () =>
        simulate(product, usage, { range }).buckets.map((bucket) => bucket.revenue),
      "simulate of each prefix": () =>
        prefixLoop((_, sums) => simulate(planIn(product), sums).amount),
      "invoice of each prefix": () => prefixLoop((day, sums) => documentOf(product, day, sums)),
    }),
  };
}

const EVENTS_A_DAY = 3;

/** Some events of each charge on each day. */
const events = dates.map((date, day) =>
  charges.flatMap(({ id: of }, charge) =>
    Array.from({ length: EVENTS_A_DAY }, (_, index): UsageEventInput => {
      const quantity = 5 + ((day * 7 + charge * 13 + index) % 60);
      const unitOfMeasure = of.replace("c", "unit-");
      const [id, timestamp] = [`${day} ${charge} ${index}`, `${date}T12:00:00Z`];
      return { id, customerId: "acme", unitOfMeasure, timestamp, quantity };
    }),
  ),
);

function byEvents(product: Product): Benchmark {
  return {
    name: "a year of events by day",
    input: `the same from ${EVENTS_A_DAY * CHARGES} events a day`,
    ways: () => ({
      "simulate over the range": () =>
        simulate(product, events.flat(), { range }).buckets.map((bucket) => bucket.revenue),
      "simulate of each prefix": () =>
        prefixLoop((day) => {
          const first = dates.findIndex((date) => date.slice(0, 7) === dates[day]?.slice(0, 7));
          return simulate(planIn(product), events.slice(first, day + 1).flat()).amount;
        }),
    }),
  };
}

const discount = {
  id: "off",
  name: "Discount",
  chargeType: "usage",
  pricing: { model: "discount", percent: 10, appliesTo: "all" },
};

/** Simulations over time. */
export const series: readonly Benchmark[] = [
  byQuantities("a year by day", productOf([])),
  byQuantities("a year by day, under a discount", productOf([discount])),
  byEvents(productOf([])),
];
