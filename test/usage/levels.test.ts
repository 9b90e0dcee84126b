/** Aggregations of readings: percentiles by nearest rank, and levels on average over time. */
import fc from "fast-check";
import {
  type AggregationInput,
  mergeUsage,
  type Period,
  safeParseCharge,
  simulate,
  summarizeUsage,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { ratio, write } from "../support/oracle.js";
import { billOf, eventOf, issuesOf, perUnit, stored } from "../support/plans.js";

const JUNE: Period = { start: "2026-06-01", end: "2026-07-01" };
const DAY: Period = { start: "2026-06-01", end: "2026-06-02" };

function quantityOf(
  aggregation: AggregationInput,
  events: readonly UsageEventInput[],
  period: Period = JUNE,
): string {
  const charge = perUnit("outcome", "1", { aggregation });
  const summary = summarizeUsage(events, { charge, period });
  // As it is stored, and read again, and in any order.
  const empty = summarizeUsage([], { charge, period });
  expect(mergeUsage(stored(summary), empty)).toEqual(summary);
  expect(summarizeUsage(events.toReversed(), { charge, period }).quantity).toBe(summary.quantity);
  return summary.quantity;
}

function samples(quantities: readonly (number | string)[]): UsageEventInput[] {
  return quantities.map((quantity, index) =>
    eventOf({ id: `e${index}`, timestamp: "2026-06-15T00:00:00Z", quantity }),
  );
}

const nth = (percentile: number | string) => ({ type: "percentile", percentile }) as const;

describe("a percentile", () => {
  it.each([
    // Five values: ⌈0.05 × 5⌉ = 1, ⌈0.3 × 5⌉ = 2, ⌈0.4 × 5⌉ = 2, ⌈0.5 × 5⌉ = 3, ⌈5⌉ = 5.
    [5, "15"],
    [30, "20"],
    [40, "20"],
    [50, "35"],
    [100, "50"],
    ["0.001", "15"],
    ["80.01", "50"],
  ])("of 15, 20, 35, 40 and 50 at %s is %s", (percentile, is) => {
    expect(quantityOf(nth(percentile), samples([35, 20, 15, 50, 40]))).toBe(is);
  });

  it("at 95 drops the highest twentieth of the samples of a month, and takes the next", () => {
    // 30 days of 5-minute samples, 1 to 8,640: the top 432 are dropped.
    const month = samples(
      Array.from({ length: 8_640 }, (_, index) => ((index * 7_919) % 8_640) + 1),
    );
    expect(quantityOf(nth(95), month)).toBe("8208");
  });

  it("counts equal samples as often as they were taken", () => {
    // ⌈0.95 × 20⌉ = 19: nineteen times 1, once 1,000.
    expect(quantityOf(nth(95), samples([...Array(19).fill(1), 1_000]))).toBe("1");
    // ⌈0.95 × 21⌉ = 20
    expect(quantityOf(nth(95), samples([...Array(19).fill("1.0"), 1_000, 1_000]))).toBe("1000");
  });

  it("is never between two samples, and takes those below 0", () => {
    expect(quantityOf(nth(50), samples([-2, -1]))).toBe("-2");
    expect(quantityOf(nth(50), [])).toBe("0");
  });

  it("is exact where binary numbers are not", () => {
    // 0.07 × 100 is 7.000000000000001 in binary: that would be the 8th.
    const hundred = samples(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(quantityOf(nth(7), hundred)).toBe("7");
  });

  it("keeps how often each quantity was measured", () => {
    const charge = perUnit("outcome", "1", { aggregation: nth("95") });
    const [group] = summarizeUsage(samples([5, "5.0", 1]), { charge }).groups;
    expect(group?.state).toEqual({
      distribution: [
        { quantity: "1", count: 1 },
        { quantity: "5", count: 2 },
      ],
    });
  });

  it("is merged with the same percentile only", () => {
    const [a, b] = [95, 99].map((at) =>
      summarizeUsage(samples([1]), { charge: perUnit("outcome", "1", { aggregation: nth(at) }) }),
    );
    if (a === undefined || b === undefined) throw new Error("unreachable: two summaries");
    expect(issuesOf(() => mergeUsage(a, b))).toEqual(["usage_mismatch 1.aggregation"]);
  });

  it("bills what it finds", () => {
    const charge = { ...perUnit("outcome", "0.50", { aggregation: nth(95) }), currency: "USD" };
    expect(simulate(charge, samples([10, 20, 900])).amount).toBe("450.00");
    expect(simulate(charge, samples([...Array(19).fill(20), 900])).amount).toBe("10.00");
  });

  it.each<[unknown, string]>([
    ["percentile", "invalid_value aggregation"],
    [{ type: "percentile" }, "missing aggregation.percentile"],
    [nth(0), "out_of_range aggregation.percentile"],
    [nth("100.5"), "out_of_range aggregation.percentile"],
    [nth("p95"), "not_a_decimal aggregation.percentile"],
    [{ ...nth(95), by: "name" }, "unknown_key aggregation.by"],
  ])("%j is refused: %s", (aggregation, issue) => {
    const result = safeParseCharge({ ...perUnit("outcome", "1"), aggregation });
    const issues = result.ok ? [] : result.issues;
    expect(issues.map(({ code, path }) => `${code} ${path.join(".")}`)).toEqual([issue]);
  });

  it("LAW: is the smallest sample that so many per cent do not exceed", () => {
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 1_000 }), (list, tenths) => {
        const enough = list
          .filter(
            (one) => list.filter((each) => each <= one).length * 1_000 >= tenths * list.length,
          )
          .sort((a, b) => a - b);
        expect(quantityOf(nth(`${tenths / 10}`), samples(list))).toBe(String(enough[0]));
      }),
    );
  });
});

describe("a level on average over time", () => {
  const reading = (timestamp: string, quantity: number | string, id = timestamp) =>
    eventOf({ id, timestamp, quantity });

  it("is that of the readings, each until the next", () => {
    // 10 from 1 June, 100 from 28 June on: (27 × 10 + 3 × 100) / 30 = 570 / 30 = 19.
    const june = [
      reading("2026-06-01T00:00:00Z", 10),
      reading("2026-06-28T00:00:00Z", 100),
      reading("2026-06-29T00:00:00Z", 100),
    ];
    expect(quantityOf("time-average", june)).toBe("19");
    const charge = perUnit("outcome", "2", { aggregation: "time-average" });
    const bill = billOf({
      charges: [charge],
      period: JUNE,
      subscription: { startDate: "2026-06-01" },
      usage: june,
    });
    expect(bill.total).toBe("38.00");
  });

  it("is 0 before the first reading, and without any", () => {
    // 12 for the second half
    expect(quantityOf("time-average", [reading("2026-06-16T00:00:00Z", 12)])).toBe("6");
    expect(quantityOf("time-average", [])).toBe("0");
  });

  it("takes of several readings at one instant that with the last id", () => {
    const tied = [
      reading("2026-06-16T00:00:00Z", 7, "b"),
      reading("2026-06-16T02:00:00+02:00", 12, "c"),
      reading("2026-06-16T00:00:00Z", 90, "a"),
    ];
    expect(quantityOf("time-average", tied)).toBe("6");
  });

  it("is a fraction where it must be", () => {
    // 1 for 10 of 24 hours
    expect(quantityOf("time-average", [reading("2026-06-01T14:00:00Z", 1)], DAY)).toBe("5/12");
  });

  it("may be below 0, and returns to it", () => {
    const events = [reading("2026-06-01T00:00:00Z", -24), reading("2026-06-01T01:00:00Z", 0)];
    expect(quantityOf("time-average", events, DAY)).toBe("-1");
  });

  it("keeps the readings", () => {
    const charge = perUnit("outcome", "1", { aggregation: "time-average" });
    const events = [
      reading("2026-06-01T14:00:00Z", 1, "b"),
      reading("2026-06-01T13:00:00Z", 2, "a"),
    ];
    const [group] = summarizeUsage(events, { charge, period: DAY }).groups;
    expect(group?.state).toEqual({
      readings: [
        { id: "a", timestamp: "2026-06-01T13:00:00.000Z", quantity: "2" },
        { id: "b", timestamp: "2026-06-01T14:00:00.000Z", quantity: "1" },
      ],
    });
  });

  it("needs a period", () => {
    const charge = perUnit("outcome", "1", { aggregation: "time-average" });
    const events = [reading("2026-06-01T14:00:00Z", 1)];
    expect(issuesOf(() => summarizeUsage(events, { charge }))).toEqual(["missing period"]);
    expect(issuesOf(() => simulate({ ...charge, currency: "USD" }, events))).toEqual([
      "missing period",
    ]);
    const timeless = { ...stored(summarizeUsage(events, { charge, period: DAY })), period: null };
    expect(issuesOf(() => mergeUsage(timeless, timeless))).toContain("usage_mismatch 0.period");
    const empty = { ...timeless, period: { start: "2026-06-01", end: "2026-06-01" } };
    expect(issuesOf(() => mergeUsage(empty, empty))).toContain("usage_mismatch 0.period");
  });

  const steps = fc.array(fc.tuple(fc.nat({ max: 23 }), fc.integer({ min: -9, max: 9 })), {
    maxLength: 12,
  });
  const hourly = (list: readonly (readonly [number, number])[]) =>
    list.map(([hour, quantity], index) =>
      reading(
        `2026-06-01T${String(hour).padStart(2, "0")}:00:00Z`,
        quantity,
        `e${String(index).padStart(2, "0")}`,
      ),
    );

  it("LAW: is the mean of what is read hour by hour, where readings are on the hour", () => {
    fc.assert(
      fc.property(steps, (list) => {
        let sum = 0;
        let level = 0;
        for (let hour = 0; hour < 24; hour += 1) {
          for (const [at, quantity] of list) if (at === hour) level = quantity;
          sum += level;
        }
        expect(quantityOf("time-average", hourly(list), DAY)).toBe(write(ratio(BigInt(sum), 24n)));
      }),
    );
  });

  it("LAW: is the weighted sum of the steps from reading to reading", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const inOrder = hourly(list).toSorted((a, b) =>
          `${a.timestamp} ${a.id}` < `${b.timestamp} ${b.id}` ? -1 : 1,
        );
        const changes = inOrder.map((event, index) => ({
          ...event,
          quantity: Number(event.quantity) - Number(inOrder[index - 1]?.quantity ?? 0),
        }));
        expect(quantityOf("time-average", inOrder, DAY)).toBe(
          quantityOf("weighted-sum", changes, DAY),
        );
      }),
    );
  });
});
