/** Laws of simulations over time: buckets come to what documents bill, however a range is cut and usage is written. */
import fc from "fast-check";
import {
  type ChargeInput,
  invoice,
  type SeriesBucketUnit,
  type SeriesOptions,
  type SeriesUsage,
  type SimulationSeries,
  simulate,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  eventsIn,
  frozen,
  inTwoOrders,
  type PlanCase,
  planCases,
  requestFor,
  stored,
  thawed,
  totalOf,
  unchecked,
  units,
} from "../support/plans.js";

const DAY = 86_400_000;

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - DAY).toISOString().slice(0, 10);
}

/** The options under which a case is simulated for its first period. */
function optionsOf(one: PlanCase, bucket: SeriesBucketUnit): SeriesOptions {
  const { period, policy, seats } = one;
  return {
    range: { from: period.start, through: dayBefore(period.end) },
    bucket,
    subscription: { quantities: seats },
    policy,
  };
}

/** What each charge comes to, in minor units; without those that come to nothing. */
function sumsOf(
  amounts: readonly (readonly [string | null, string])[],
): Readonly<Record<string, bigint>> {
  const sums: Record<string, bigint> = {};
  for (const [id, amount] of amounts) sums[`${id}`] = (sums[`${id}`] ?? 0n) + units(amount);
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0n));
}

/** What a document bills, charge by charge. */
function billed(one: PlanCase, usage: Parameters<typeof requestFor>[1]) {
  const { lines } = invoice(requestFor(one, usage));
  return sumsOf(lines.map(({ chargeId, amount }) => [chargeId, amount]));
}

/** What the buckets of a simulation add up to, charge by charge. */
function earned({ plans }: SimulationSeries) {
  return sumsOf(
    plans.flatMap(({ charges }) =>
      charges.flatMap(({ chargeId, buckets }) =>
        buckets.revenue.map((revenue) => [chargeId, revenue] as const),
      ),
    ),
  );
}

/** The case with usage that is written as numbers: their sum is billed. */
function counted(one: PlanCase): PlanCase {
  const charges = one.plan.charges.map((charge) => {
    const {
      aggregation: _how,
      eventQuantity: _each,
      ...rest
    } = unchecked<Record<string, unknown>>(charge);
    return unchecked<ChargeInput>(rest);
  });
  const plan = { ...one.plan, charges };
  return { ...one, plan, product: { ...one.product, ratePlans: [plan] } as PlanCase["product"] };
}

const cases = planCases();
const countedCases = cases.map(counted);

/** Quantities on days of a period, which add up to those of a case. */
function byDay(one: PlanCase): fc.Arbitrary<Record<string, Record<string, string>>> {
  const days = Math.round((Date.parse(one.period.end) - Date.parse(one.period.start)) / DAY);
  const dateOf = (day: number) =>
    new Date(Date.parse(one.period.start) + day * DAY).toISOString().slice(0, 10);
  const ids = Object.keys(one.usage);
  const quantities = fc.array(
    fc.tuple(fc.nat({ max: days - 1 }), fc.integer({ min: 0, max: 4_000 })),
    { maxLength: 8 },
  );
  return fc
    .tuple(...ids.map(() => quantities))
    .map((lists) =>
      Object.fromEntries(
        ids.map((id, index) => [
          id,
          Object.fromEntries(
            (lists[index] ?? []).map(([day, quantity]) => [dateOf(day), `${quantity / 100}`]),
          ),
        ]),
      ),
    );
}

/** The same as quantities of the whole period. */
function whole(usage: Record<string, Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(usage).map(([id, days]) => {
      const sum = Object.values(days).reduce(
        (all, each) => all + Math.round(Number(each) * 100),
        0,
      );
      return [id, `${sum / 100}`];
    }),
  );
}

const BUCKETS: readonly SeriesBucketUnit[] = ["day", "week", "month", "quarter", "billing-period"];
const anyBucket = fc.constantFrom(...BUCKETS);
const anyFees = fc.constantFrom("billing-date" as const, "spread" as const);

describe("LAW: the buckets of a billing period come to what its document bills, charge by charge", () => {
  it("by events, for every aggregation", () => {
    const given = cases.chain((one) => eventsIn(one.period).map((events) => ({ one, events })));
    fc.assert(
      fc.property(given, anyBucket, anyFees, ({ one, events }, bucket, flatFees) => {
        const series = simulate(one.product, events, { ...optionsOf(one, bucket), flatFees });
        expect(earned(series)).toEqual(billed(one, events));
        const document = invoice(requestFor(one, events));
        expect(units(series.total.revenue)).toBe(units(document.subtotal));
        const [plan] = series.plans;
        expect([plan?.usage, plan?.warnings]).toEqual([document.usage, document.warnings]);
      }),
    );
  });

  it("by quantities of days", () => {
    const given = countedCases.chain((one) => byDay(one).map((usage) => ({ one, usage })));
    fc.assert(
      fc.property(given, anyBucket, anyFees, ({ one, usage }, bucket, flatFees) => {
        const options = { ...optionsOf(one, bucket), flatFees };
        expect(earned(simulate(one.product, usage, options))).toEqual(billed(one, whole(usage)));
      }),
    );
  });

  it("by totals, which are spread over the days", () => {
    fc.assert(
      fc.property(countedCases, anyFees, (one, flatFees) => {
        const options = { ...optionsOf(one, "day"), flatFees };
        expect(earned(simulate(one.product, one.usage, options))).toEqual(billed(one, one.usage));
      }),
    );
  });
});

describe("LAW: a range cut otherwise comes to the same", () => {
  it("totals, and what days, weeks and months share", () => {
    const given = countedCases.chain((one) => byDay(one).map((usage) => ({ one, usage })));
    fc.assert(
      fc.property(given, anyFees, ({ one, usage }, flatFees) => {
        const run = (bucket: SeriesBucketUnit) =>
          simulate(one.product, usage, {
            ...optionsOf(one, bucket),
            flatFees,
            costs: costsOf(one),
          });
        const days = run("day");
        for (const bucket of BUCKETS.slice(1)) {
          const other = run(bucket);
          expect(other.total).toEqual(days.total);
          for (const { start, end, revenue, cost } of other.buckets) {
            const own = days.buckets.filter((day) => day.start >= start && day.end <= end);
            expect(totalOf(own.map((each) => each.revenue))).toBe(units(revenue));
            expect(totalOf(own.map((each) => each.cost))).toBe(units(cost));
          }
        }
      }),
    );
  });
});

/** Costs of what a case counts and bills, where it does. */
function costsOf({ plan }: PlanCase): NonNullable<SeriesOptions["costs"]> {
  const counting = plan.charges.filter(({ chargeType }) => chargeType === "usage");
  return Object.fromEntries(
    counting.map(({ id }, index) => [
      id,
      index % 2 === 0 ? { perUnit: "0.333" } : { percentOfRevenue: "12.5" },
    ]),
  );
}

describe("LAW: sums", () => {
  it("buckets add up to totals, charges to plans, plans to all", () => {
    const given = cases.chain((one) => eventsIn(one.period).map((events) => ({ one, events })));
    fc.assert(
      fc.property(given, anyBucket, ({ one, events }, bucket) => {
        const series = simulate([one.product, one.plan], events, {
          ...optionsOf(one, bucket),
          costs: costsOf(one),
        });
        const { plans, buckets, total } = series;
        for (const key of ["revenue", "cost", "margin"] as const) {
          expect(totalOf(buckets.map((each) => each[key]))).toBe(units(total[key]));
          expect(totalOf(plans.map((plan) => plan.total[key]))).toBe(units(total[key]));
          for (const plan of plans) {
            expect(totalOf(plan.buckets[key])).toBe(units(plan.total[key]));
            expect(totalOf(plan.charges.map((each) => each.total[key]))).toBe(
              units(plan.total[key]),
            );
          }
          for (const [index, own] of buckets.entries()) {
            expect(totalOf(plans.map((plan) => plan.buckets[key][index] ?? ""))).toBe(
              units(own[key]),
            );
          }
        }
      }),
    );
  });
});

describe("LAW: what is said the same way", () => {
  it("does not depend on the order of events, and changes no input", () => {
    const given = cases.chain((one) =>
      inTwoOrders(eventsIn(one.period)).map(([events, shuffled]) => ({ one, events, shuffled })),
    );
    fc.assert(
      fc.property(given, ({ one, events, shuffled }) => {
        const options = frozen(optionsOf(one, "day"));
        const series = simulate(frozen(one.product), frozen(events), options);
        expect(simulate(one.product, shuffled, options)).toEqual(series);
        expect(thawed(series)).toEqual([]);
        expect(stored(series)).toEqual(series);
      }),
    );
  });

  it("does not depend on how quantities of days are written", () => {
    const given = countedCases.chain((one) => byDay(one).map((usage) => ({ one, usage })));
    fc.assert(
      fc.property(given, ({ one, usage }) => {
        const options = optionsOf(one, "day");
        const rows: SeriesUsage = Object.fromEntries(
          Object.entries(usage).map(([id, days]) => [
            id,
            Object.entries(days)
              .flatMap(([date, quantity]) => [
                { date: new Date(date), quantity },
                { date: `${date}T12:00:00Z`, quantity: 0 },
              ])
              .reverse(),
          ]),
        );
        const series = simulate(one.product, usage, options);
        expect(simulate(stored(one.product), rows, options)).toEqual(series);
      }),
    );
  });
});
