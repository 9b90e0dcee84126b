/**
 * Simulations of whole lives: changes of plan, price and quantity, pauses, trials, outcomes that become certain late. What they come
 * to is what an oracle that shares nothing with src bills for the life, and how they grow is what interim documents bill.
 */
import fc from "fast-check";
import {
  type ChargeInput,
  invoice,
  type SeriesBucketUnit,
  type SimulationSeries,
  simulate,
} from "rateplan";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { knownInTheEnd } from "../support/biller.js";
import { billUntil } from "../support/chain.js";
import { billedByLife, type Life } from "../support/life-oracle.js";
import { lives, NARROW, outcomeLives, WIDE } from "../support/lives.js";
import {
  eventsIn,
  fee,
  JANUARY,
  type PlanCase,
  perUnit,
  planCases,
  planOf,
  productOf,
  requestFor,
  units,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const anyBucket = fc.constantFrom<SeriesBucketUnit[]>("day", "week", "month", "billing-period");
const anyFees = fc.constantFrom("billing-date" as const, "spread" as const);

/** What each charge earns in the buckets that end by a date, in minor units. */
function earned({ plans, buckets }: SimulationSeries, until?: string): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { charges } of plans) {
    for (const { chargeId, buckets: own } of charges) {
      const amounts = own.revenue.filter(
        (_, index) => until === undefined || (buckets[index]?.end ?? "") <= until,
      );
      const sum = amounts.reduce((all, revenue) => all + units(revenue), 0n);
      if (sum !== 0n) sums.set(`${chargeId}`, sum);
    }
  }
  return sums;
}

function withoutZeros(sums: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> {
  return new Map([...sums].filter(([, amount]) => amount !== 0n));
}

function simulateLife(life: Life, bucket: SeriesBucketUnit, flatFees: "billing-date" | "spread") {
  const { catalog, subscription, usage } = knownInTheEnd(life);
  const { id: _id, customerId: _customer, ratePlanId, ...rest } = subscription;
  const through = Temporal.PlainDate.from(life.end).add({ months: 14 }).toString();
  return simulate(catalog, usage, {
    range: { from: life.start, through },
    bucket,
    flatFees,
    ratePlanId,
    subscription: rest,
  });
}

describe("LAW: a simulated life comes to the all-knowing evaluation of it, charge by charge", () => {
  it("with every kind of change", () => {
    fc.assert(
      fc.property(lives(WIDE), anyBucket, anyFees, (life, bucket, flatFees) => {
        const series = simulateLife(life, bucket, flatFees);
        expect(earned(series)).toEqual(withoutZeros(billedByLife(life)));
      }),
      tries(20),
    );
  });

  it("with usage, cancelled or not", () => {
    const breadth = { ...NARROW, charges: 3, usage: true, ownCycles: true, zones: true };
    fc.assert(
      fc.property(lives(breadth), anyBucket, anyFees, (life, bucket, flatFees) => {
        const series = simulateLife(life, bucket, flatFees);
        expect(earned(series)).toEqual(withoutZeros(billedByLife(life)));
      }),
      tries(20),
    );
  });

  it("with outcomes that become certain late", () => {
    const all = outcomeLives({ kinds: ["plan", "override", "cancel"], changes: 2, back: false });
    fc.assert(
      fc.property(all, anyBucket, (life, bucket) => {
        const series = simulateLife(life, bucket, "billing-date");
        expect(earned(series)).toEqual(withoutZeros(billedByLife(life)));
      }),
      tries(20),
    );
  });
});

/** The case with its usage charges and discounts alone: what interim documents bill. */
function usageAlone(one: PlanCase): PlanCase {
  const charges = one.plan.charges.filter(
    ({ chargeType, pricing: { model } }) => model === "discount" || chargeType === "usage",
  );
  const ids = new Set(charges.map(({ id }) => id));
  const named = charges.filter(({ pricing }) => {
    const target = "appliesTo" in pricing ? pricing.appliesTo : undefined;
    const list = typeof target === "object" && target !== null ? (target.charges ?? []) : [];
    return list.every((id) => ids.has(id));
  }) as readonly ChargeInput[];
  const plan = { ...one.plan, charges: named };
  return {
    ...one,
    seats: {},
    subscription: { ...one.subscription, quantities: {} },
    plan,
    product: productOf(plan as Parameters<typeof productOf>[0]),
  };
}

describe("LAW: what buckets have come to by a day is what an interim document bills on it", () => {
  it("by events, under discounts and limits, for every aggregation and model", () => {
    const given = planCases()
      .filter(({ period }) => Date.parse(period.end) - Date.parse(period.start) > 2 * DAY)
      .map(usageAlone)
      .chain((one) =>
        fc.record({
          one: fc.constant(one),
          events: eventsIn(one.period),
          share: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        }),
      );
    fc.assert(
      fc.property(given, ({ one, events, share }) => {
        const { period, policy } = one;
        const [start, end] = [Date.parse(period.start), Date.parse(period.end)];
        const day = start + Math.max(DAY, Math.floor(((end - start) * share) / DAY) * DAY);
        const asOf = new Date(day).toISOString().slice(0, 10);
        const range = {
          from: period.start,
          through: new Date(end - DAY).toISOString().slice(0, 10),
        };
        const series = simulate(one.product, events, { range, policy });
        // At the moment itself, an event is of the day that begins.
        const known = events.filter(({ timestamp }) => Date.parse(`${timestamp}`) < day);
        const { lines } = invoice({ ...requestFor(one, known), scope: "interim", asOf });
        const billed = new Map<string, bigint>();
        for (const { chargeId, amount } of lines) {
          billed.set(`${chargeId}`, (billed.get(`${chargeId}`) ?? 0n) + units(amount));
        }
        // A fee of a usage charge is billed with its period.
        for (const { id, pricing } of one.plan.charges)
          if (pricing.model === "flat") billed.delete(id);
        const flat = one.plan.charges.some(({ pricing }) => pricing.model === "flat");
        if (!flat) expect(earned(series, asOf)).toEqual(withoutZeros(billed));
      }),
      tries(75),
    );
  });
});

const DAY = 86_400_000;

describe("LAW: over several periods, a simulation is the chain of documents", () => {
  const charges: readonly ChargeInput[] = [
    fee("setup", "250", { chargeType: "one-time" }),
    fee("ahead", "99.99", { billingTiming: "in-advance" }),
    fee("yearly", "1000", { billingTiming: "in-advance", billingCycle: "annual" }),
    fee("after", "33.33"),
    perUnit("outcome", "2", {
      resetCycle: "quarterly",
      includedUnits: 3,
      maximum: "500",
      pricing: { model: "tiered", tiers: [{ upTo: 40, unitPrice: "1.995" }, { unitPrice: "1.5" }] },
    }),
    perUnit("action", "0.333", { minimum: "20" }),
    {
      id: "off",
      name: "off",
      chargeType: "recurring",
      pricing: { model: "discount", percent: "12.5", appliesTo: "all" },
    },
  ];
  const plans = [planOf(charges, { minimumCommitment: "200", maximumSpend: "900" })];

  it("with fees ahead, reset cycles, limits, discounts and commitments", () => {
    const quarter = { start: JANUARY.start, end: "2026-04-01" };
    fc.assert(
      fc.property(eventsIn(quarter), anyFees, anyBucket, (events, flatFees, bucket) => {
        const unique = events.map((event, index) => ({ ...event, id: `${event.id}${index}` }));
        const series = simulate(productOf(...plans), unique, {
          range: { from: "2026-01-01", through: "2026-12-31" },
          bucket,
          flatFees,
          subscription: { endDate: "2027-01-01" },
        });
        const documents = billUntil("2027-01-01", {
          plans,
          usage: unique,
          subscription: { endDate: "2027-01-01" },
        });
        const billed = new Map<string, bigint>();
        for (const { chargeId, amount } of documents.flatMap(({ lines }) => lines)) {
          billed.set(`${chargeId}`, (billed.get(`${chargeId}`) ?? 0n) + units(amount));
        }
        expect(earned(series)).toEqual(withoutZeros(billed));
      }),
      tries(15),
    );
  });
});
