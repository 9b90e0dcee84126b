/** How much a summary holds: what does not grow with the number of events. */
import fc from "fast-check";
import {
  mergeUsage,
  parseCharge,
  type SummarizeOptions,
  simulate,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { exact } from "../../src/money/decimal.js";
import { modelOf } from "../../src/pricing/models/index.js";
import { aggregator } from "../../src/usage/meter/aggregate.js";
import { eventOf, issuesOf, JANUARY, perUnit, stored } from "../support/plans.js";
import { tries } from "../support/tries.js";

const counted = { deduplicate: false };

function feeOn(more: Readonly<Record<string, string>>): UsageChargeInput {
  const pricing = { model: "percentage", percent: "2.5", ...more } as const;
  return perUnit("outcome", "1", { currency: "USD", pricing });
}

const fees: readonly UsageChargeInput[] = [
  feeOn({}),
  feeOn({ fixedPerEvent: "0.3" }),
  feeOn({ fixedPerEvent: "0.3", minPerEvent: "0.5" }),
  feeOn({ maxPerEvent: "4" }),
  feeOn({ fixedPerEvent: "0.1", minPerEvent: "0.5", maxPerEvent: "0.9" }),
  perUnit("outcome", "1", {
    currency: "USD",
    pricing: {
      model: "percentage",
      tiers: [{ upTo: 100, percent: 3, flatFee: 5 }, { percent: 1 }],
      fixedPerEvent: "0.2",
    },
  }),
  perUnit("outcome", "1", { currency: "USD", pricing: { model: "pre-rated", markup: "12.5" } }),
];
const free = [feeOn({ freeEvents: "2" }), feeOn({ freeAmount: "50", minPerEvent: "0.5" })];

const lengthOf = (value: unknown) => JSON.stringify(value).length;

function* manyEvents(count: number): Generator<UsageEventInput> {
  for (let index = 0; index < count; index += 1) {
    const hour = String(index % 24).padStart(2, "0");
    yield eventOf({
      id: `e${index}`,
      timestamp: `2026-01-15T${hour}:00:00Z`,
      quantity: index % 7,
      value: index % 11,
    });
  }
}

describe("a summary without deduplication", () => {
  const aggregations = ["count", "sum", "min", "max", "average", "last", "weighted-sum"] as const;

  it.each(aggregations)("is no larger for more events, by %s", (aggregation) => {
    const charge = perUnit("outcome", "1", { aggregation });
    const options = { charge, period: JANUARY, policy: counted };
    const [few, many] = [100, 1_000].map((count) => summarizeUsage(manyEvents(count), options));
    // Only the digits of numbers may be more.
    expect(lengthOf(many) - lengthOf(few)).toBeLessThan(100);
    expect(many?.report.counts.matched).toBe(1_000);
  });

  it("is no larger for 100,000 events of a feed than for a hundred", async () => {
    const charge = perUnit("outcome", "1", { aggregation: "last" });
    const options = { charge, period: JANUARY, policy: counted };
    async function* feed(): AsyncGenerator<UsageEventInput[]> {
      for (let batch = 0; batch < 100; batch += 1) {
        yield await Promise.resolve([...manyEvents(1_000)]);
      }
    }
    const many = await summarizeUsage(feed(), options);
    expect(many.report.counts.matched).toBe(100_000);
    expect(lengthOf(many) - lengthOf(summarizeUsage(manyEvents(100), options))).toBeLessThan(100);
  });

  it("counts events into numbers, and into no list", () => {
    const ways = [undefined, ...fees.map((charge) => pricedPerEvent(charge))];
    for (const perEvent of ways) {
      const { add, build } = aggregator({ aggregation: "sum", period: undefined, perEvent });
      for (let index = 0; index < 1_000; index += 1) {
        add({
          id: `e${index}`,
          timestamp: index,
          quantity: exact("1"),
          group: [],
          fieldValue: undefined,
          value: perEvent && exact("7"),
        });
      }
      const [only, ...others] = [...build().values()];
      expect(others).toEqual([]);
      expect(only).toMatchObject({ count: 1_000, state: exact("1000"), values: [] });
      expect(only?.totals?.events).toBe(perEvent && 1_000);
    }
  });

  it.each(fees)("is no larger where each event pays for itself ($pricing)", (charge) => {
    const options = { charge, policy: counted };
    const [few, many] = [100, 1_000].map((count) => summarizeUsage(manyEvents(count), options));
    expect(lengthOf(many) - lengthOf(few)).toBeLessThan(100);
    expect(many?.groups[0]).not.toHaveProperty("values");
  });

  it.each(free)(
    "keeps each value where what is free depends on the others ($pricing)",
    (charge) => {
      const { groups } = summarizeUsage(manyEvents(100), { charge, policy: counted });
      expect(groups.map(({ values, valueTotals }) => [values?.length, valueTotals])).toEqual([
        [100, undefined],
      ]);
    },
  );
});

function pricedPerEvent(charge: UsageChargeInput) {
  const { pricing } = parseCharge(charge);
  if (pricing.model === "discount") throw new Error("unreachable: these are no discounts");
  const perEvent = modelOf(pricing).perEvent?.(pricing);
  if (perEvent === undefined) throw new Error("unreachable: each event pays for itself");
  return perEvent;
}

describe("values as totals", () => {
  it("are what was counted of them", () => {
    const values = ["10", "100", "-50", "0"];
    const events = values.map((value, index) => eventOf({ id: `e${index}`, value }));
    // 2.5 % + 0.10, between 0.50 and 0.90: 0.35 → 0.50, 2.60 → 0.90, 0.10 → 0.50; what takes back is not limited.
    const charge = feeOn({ fixedPerEvent: "0.1", minPerEvent: "0.5", maxPerEvent: "0.9" });
    const summary = summarizeUsage(events, { charge, policy: counted });
    expect(summary.quantity).toBe("4");
    expect(summary.groups[0]?.valueTotals).toEqual({
      charged: 3,
      value: "60",
      limited: "-1.15",
    });
    // 0.50 + 0.90 + 0.50 − 1.25
    expect(simulate(charge, summary, { policy: counted }).amount).toBe("0.65");
  });

  const anyValue = fc
    .integer({ min: -20_000, max: 60_000 })
    .map((cents) => ({ value: `${cents}e-2` }));
  const parts = fc.array(fc.array(anyValue, { maxLength: 8 }), { minLength: 1, maxLength: 4 });
  const eventsOf = (values: readonly { readonly value: string }[], name: string) =>
    values.map((each, index) => eventOf({ id: `${name}${index}`, ...each }));

  it("LAW: price as the events do, in any parts, with and without deduplication", () => {
    fc.assert(
      fc.property(fc.constantFrom(...fees, ...free), parts, (charge, lists) => {
        const events = lists.map((values, index) => eventsOf(values, `p${index}-`));
        for (const deduplicate of [true, false]) {
          for (const negativeUsage of ["zero", "allow"] as const) {
            const policy = { deduplicate, negativeUsage };
            const summaries = events.map((part) =>
              stored(summarizeUsage(part, { charge, policy })),
            );
            const merged = summaries.reduce(mergeUsage);
            const whole = summarizeUsage(events.flat(), { charge, policy });
            if (summaries.length > 1) expect(merged).toEqual(whole);
            const fromEvents = simulate(charge, events.flat(), { policy });
            const fromSummary = simulate(charge, merged, { policy });
            expect(fromSummary.lines).toEqual(fromEvents.lines);
            expect([fromSummary.amount, fromSummary.warnings]).toEqual([
              fromEvents.amount,
              fromEvents.warnings,
            ]);
          }
        }
      }),
      tries(15),
    );
  });

  it("bill nothing below zero, as the events do", () => {
    const events = [eventOf({ value: -10 })];
    for (const charge of fees) {
      const summary = summarizeUsage(events, { charge, policy: counted });
      const { amount, warnings } = simulate(charge, summary, { policy: counted });
      expect([amount, warnings.map(({ code }) => code)]).toEqual(["0.00", ["negative_usage"]]);
    }
  });

  it("add up only under the limits that they were taken with", () => {
    const sum = (more: Readonly<Record<string, string>>, policy: SummarizeOptions["policy"]) =>
      summarizeUsage([], { charge: feeOn(more), ...(policy && { policy }) });
    const limited = { fixedPerEvent: "0.3", minPerEvent: "0.5" };
    for (const other of [
      { fixedPerEvent: "0.3", minPerEvent: "0.6" },
      { fixedPerEvent: "0.2", minPerEvent: "0.5" },
      { ...limited, percent: "3" },
      { ...limited, maxPerEvent: "9" },
      { fixedPerEvent: "0.3" },
      { ...limited, freeEvents: "2" },
    ]) {
      const two = [sum(limited, counted), sum(other, counted)] as const;
      expect(issuesOf(() => mergeUsage(...two))).toEqual(["usage_mismatch 1.fingerprint"]);
      // With the events at hand, any price will do.
      mergeUsage(sum(limited, undefined), sum(other, undefined));
    }
    // Without limits no price is in the totals.
    const [a, b] = [sum({}, counted), sum({ percent: "3", fixedPerEvent: "1" }, counted)];
    expect(mergeUsage(a, b).quantity).toBe("0");
  });
});
