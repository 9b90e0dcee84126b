/** Days that count by themselves: the highest of them, or all together. */
import fc from "fast-check";
import {
  type AggregationInput,
  type DailyAggregation,
  mergeUsage,
  type Period,
  parseCharge,
  simulate,
  summarizeUsage,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { billUntil, centsOf, type Deal } from "../support/chain.js";
import { eventOf, issuesOf, perUnit, planOf, stored } from "../support/plans.js";
import { tries } from "../support/tries.js";

const JANUARY: Period = { start: "2026-01-01", end: "2026-02-01" };
const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };

const daily = (type: "max" | "sum", of: DailyAggregation["of"]): DailyAggregation => ({
  type,
  of,
  per: "day",
});
const level = (of: "sum" | "last" | "max" | "min"): DailyAggregation => ({
  type: "max",
  of,
  per: "day",
  carryOver: true,
});

const at = (timestamp: string, quantity: number) =>
  eventOf({ id: `${timestamp} ${quantity}`, timestamp, quantity });

function quantityOf(
  aggregation: AggregationInput,
  events: readonly UsageEventInput[],
  period = JANUARY,
  timeZone = "UTC",
): string {
  const charge = perUnit("outcome", "1", { aggregation });
  const whole = summarizeUsage(events, { charge, period, timeZone });
  for (const deduplicate of [true, false]) {
    const options = { charge, period, timeZone, policy: { deduplicate } };
    const parts = [0, 1, 2].map((rest) =>
      summarizeUsage(
        events.filter((_, index) => index % 3 === rest),
        options,
      ),
    );
    const merged = parts.reduceRight((a, b) => mergeUsage(stored(a), stored(b)));
    expect(merged).toEqual(summarizeUsage(events, options));
    expect(merged.quantity).toBe(whole.quantity);
  }
  return whole.quantity;
}

describe("days that count by themselves", () => {
  // The 5th: 3 and 4. The 6th: 5. The 9th: 2, −1 and 5.
  const events = [
    at("2026-01-05T01:00:00Z", 3),
    at("2026-01-05T22:00:00Z", 4),
    at("2026-01-06T12:00:00Z", 5),
    at("2026-01-09T08:00:00Z", 2),
    at("2026-01-09T09:00:00Z", -1),
    at("2026-01-09T10:00:00Z", 5),
  ];

  it.each<[DailyAggregation["of"], string, string]>([
    // 7, 5 and 6.
    ["sum", "7", "18"],
    // 2, 1 and 3.
    ["count", "3", "6"],
    // 4, 5 and 5.
    ["max", "5", "14"],
    // 3, 5 and −1.
    ["min", "5", "7"],
    // 4, 5 and 5.
    ["last", "5", "14"],
    // 3.5, 5 and 2.
    ["average", "5", "10.5"],
  ])("make a day's quantity by %s: %s at most, %s in all", (of, most, all) => {
    expect(quantityOf(daily("max", of), events)).toBe(most);
    expect(quantityOf(daily("sum", of), events)).toBe(all);
    expect(quantityOf(daily("max", of), [])).toBe("0");
  });

  it("are those of the subscription's time zone", () => {
    // 23:00 and 04:00 UTC are one day in New York, and two in UTC.
    const night = [at("2026-01-05T23:00:00Z", 3), at("2026-01-06T04:00:00Z", 4)];
    expect(quantityOf(daily("max", "sum"), night)).toBe("4");
    expect(quantityOf(daily("max", "sum"), night, JANUARY, "America/New_York")).toBe("7");
    const charge = perUnit("outcome", "1", { aggregation: daily("max", "sum") });
    const options = { charge, period: JANUARY };
    const [utc, york] = ["UTC", "America/New_York"].map((timeZone) =>
      summarizeUsage([], { ...options, timeZone }),
    );
    if (utc === undefined || york === undefined) throw new Error("unreachable: two summaries");
    expect(issuesOf(() => mergeUsage(utc, york))).toContain("usage_mismatch 1.timeZone");
  });

  it("are kept one by one in a summary", () => {
    const charge = perUnit("outcome", "1", { aggregation: daily("max", "sum") });
    const [group] = summarizeUsage(events, { charge, period: JANUARY }).groups;
    expect(group?.state).toEqual({
      days: [
        { day: "2026-01-05", state: { sum: "7" } },
        { day: "2026-01-06", state: { sum: "5" } },
        { day: "2026-01-09", state: { sum: "6" } },
      ],
    });
  });

  it("go through tiers together, as one quantity", () => {
    const charge = perUnit("outcome", "1", {
      currency: "USD",
      aggregation: daily("max", "sum"),
      pricing: { model: "tiered", tiers: [{ upTo: 5, unitPrice: 10 }, { unitPrice: 1 }] },
    });
    // 5 at 10 and 2 at 1.
    expect(simulate(charge, events).amount).toBe("52.00");
  });

  it("are billed, and late events with them", () => {
    const usage = [
      ...events,
      { ...at("2026-01-06T13:00:00Z", 9), receivedAt: "2026-02-10T00:00:00Z" },
    ];
    const deal: Deal = {
      plans: [planOf([perUnit("outcome", "1", { aggregation: daily("max", "sum") })])],
      usage,
    };
    expect(centsOf(billUntil("2026-02-01", deal))).toBe(700n);
    // The 6th was the highest day: 14.
    const more = { rerate: { from: "2026-01-01" } };
    expect(centsOf(billUntil("2026-03-01", deal, billUntil("2026-02-01", deal), more))).toBe(1400n);
  });
});

describe("the highest day of a level that persists", () => {
  // Ten at the end of the year; on 5 January 3 more in the morning and 4 fewer at night; on the 20th 2 more.
  const changes = [
    at("2025-12-20T00:00:00Z", 10),
    at("2026-01-05T08:00:00Z", 3),
    at("2026-01-05T22:00:00Z", -4),
    at("2026-01-20T00:00:00Z", 2),
  ];

  it("of changes is that of the day at whose end it was highest", () => {
    // 10 until the 4th, 9 from the 5th, 11 from the 20th; then 11 all February.
    expect(quantityOf(level("sum"), changes)).toBe("11");
    expect(quantityOf(level("sum"), changes, FEBRUARY)).toBe("11");
    expect(quantityOf(level("sum"), changes.slice(0, 3))).toBe("10");
    // Lowered on the first day of the period, it did not stand so high at the end of any.
    expect(
      quantityOf(
        level("sum"),
        [changes[0], at("2026-01-01T00:00:00Z", -4)].flatMap((one) => one ?? []),
      ),
    ).toBe("6");
  });

  it.each<["sum" | "last" | "max" | "min", string, string]>([
    // 10 until the 4th; the 5th 3, −4; the 20th 2.
    ["last", "10", "2"],
    ["max", "10", "2"],
    // 10; on the 5th −4 at the lowest; the 20th −4 and 2.
    ["min", "10", "2"],
  ])("of readings: %s", (of, january, february) => {
    expect(quantityOf(level(of), changes)).toBe(january);
    expect(quantityOf(level(of), changes, FEBRUARY)).toBe(february);
  });

  it("has on days without events what the day before ended with, however low that was", () => {
    const readings = [at("2026-02-01T08:00:00Z", 1), at("2026-02-01T12:00:00Z", 3)];
    const days = (start: string, end: string) => quantityOf(level("min"), readings, { start, end });
    // 1, 3, 3
    expect(days("2026-02-01", "2026-02-04")).toBe("3");
    expect(days("2026-02-01", "2026-02-02")).toBe("1");
    expect(days("2026-02-02", "2026-02-04")).toBe("3");
    // Between two days with events: 1, 3, 0.
    const next = at("2026-02-03T08:00:00Z", 0);
    expect(
      quantityOf(level("min"), [...readings, next], { start: "2026-02-01", end: "2026-02-04" }),
    ).toBe("3");
    expect(
      quantityOf(level("min"), [...readings, at("2026-02-02T08:00:00Z", 0)], {
        start: "2026-02-01",
        end: "2026-02-03",
      }),
    ).toBe("1");
  });

  it("goes on from the record of the document before", () => {
    const charge = perUnit("outcome", "1", { aggregation: level("sum") });
    const deal: Deal = { plans: [planOf([charge])], usage: changes };
    const january = billUntil("2026-02-01", deal);
    expect(january.map(({ total }) => total)).toEqual(["11.00"]);
    const later = { ...deal, usage: [at("2026-02-10T00:00:00Z", -5)] };
    // 11 until the 9th; then 6.
    expect(billUntil("2026-04-01", later, january).map(({ total }) => total)).toEqual([
      "11.00",
      "11.00",
      "6.00",
    ]);
  });
});

describe("law: days in a zone", () => {
  const event = fc.record({
    hour: fc.integer({ min: -24 * 20, max: 24 * 58 }),
    quantity: fc.integer({ min: -3, max: 9 }),
  });
  const dayIn = (zone: string) => {
    const format = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
    return (timestamp: string) => format.format(new Date(timestamp));
  };

  /** A day's quantity, by nothing but its events in order. */
  const OF_DAY: { readonly [of in DailyAggregation["of"]]: (day: readonly number[]) => number } = {
    sum: (day) => day.reduce((a, b) => a + b, 0),
    count: (day) => day.length,
    max: (day) => Math.max(...day),
    min: (day) => Math.min(...day),
    last: (day) => day.at(-1) ?? Number.NaN,
    average: (day) => day.reduce((a, b) => a + b, 0) / day.length,
  };
  /** The same of a level: what it opens with holds until the first event. */
  const LEVEL_OF_DAY = {
    sum: (opening: readonly number[], day: readonly number[]) => OF_DAY.sum([...opening, ...day]),
    last: (opening: readonly number[], day: readonly number[]) => OF_DAY.last([...opening, ...day]),
    max: (opening: readonly number[], day: readonly number[]) => OF_DAY.max([...opening, ...day]),
    min: (opening: readonly number[], day: readonly number[]) => OF_DAY.min([...opening, ...day]),
  };
  const drawnEvents = fc.array(event, { maxLength: 12 }).map((drawn) =>
    drawn
      .map(({ hour, quantity }, index) => ({
        timestamp: new Date(Date.UTC(2026, 0, 1, 12) + hour * 3_600_000).toISOString(),
        id: `e${String(index).padStart(2, "0")}`,
        quantity,
      }))
      .map((one) => eventOf(one))
      .sort((a, b) => compare(String(a.timestamp), String(b.timestamp)) || compare(a.id, b.id)),
  );
  const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  const zones = fc.constantFrom("UTC", "Asia/Kolkata", "America/New_York");
  const january = Array.from(
    { length: 31 },
    (_, index) => `2026-01-${String(index + 1).padStart(2, "0")}`,
  );
  const numbers = (events: readonly UsageEventInput[]) =>
    events.map(({ quantity }) => Number(quantity));

  it("days by themselves are what an independent count finds, whatever is merged", () => {
    const ofs = fc.constantFrom(...(Object.keys(OF_DAY) as (keyof typeof OF_DAY)[]));
    fc.assert(
      fc.property(drawnEvents, zones, ofs, (events, zone, of) => {
        const dayOf = dayIn(zone);
        const days = january.flatMap((day) => {
          const own = events.filter(({ timestamp }) => dayOf(String(timestamp)) === day);
          return own.length === 0 ? [] : [OF_DAY[of](numbers(own))];
        });
        const most = days.length === 0 ? 0 : Math.max(...days);
        const all = days.reduce((a, b) => a + b, 0);
        const isNear = (text: string, number: number) => {
          const [numerator, denominator = "1"] = text.split("/");
          expect(Number(numerator) / Number(denominator)).toBeCloseTo(number, 9);
        };
        isNear(quantityOf(daily("max", of), events, JANUARY, zone), most);
        isNear(quantityOf(daily("sum", of), events, JANUARY, zone), all);
      }),
      tries(60),
    );
  });

  it("the highest day of a level is what an independent count finds, day for day", () => {
    const ofs = fc.constantFrom(...(Object.keys(LEVEL_OF_DAY) as (keyof typeof LEVEL_OF_DAY)[]));
    const lengths = fc.integer({ min: 1, max: 31 });
    fc.assert(
      fc.property(drawnEvents, zones, ofs, lengths, (events, zone, of, length) => {
        const dayOf = dayIn(zone);
        const until = january[length] ?? "2026-02-01";
        const levels = january.slice(0, length).flatMap((day) => {
          const before = events.filter(({ timestamp }) => dayOf(String(timestamp)) < day);
          const own = events.filter(({ timestamp }) => dayOf(String(timestamp)) === day);
          if (before.length + own.length === 0) return [];
          const stood = of === "sum" ? OF_DAY.sum(numbers(before)) : OF_DAY.last(numbers(before));
          return [LEVEL_OF_DAY[of](before.length === 0 ? [] : [stood], numbers(own))];
        });
        const period = { start: "2026-01-01", end: until };
        const highest = levels.length === 0 ? 0 : Math.max(...levels);
        expect(quantityOf(level(of), events, period, zone)).toBe(String(highest));
      }),
      tries(100),
    );
  });
});

describe("an aggregation of days that is not one", () => {
  it.each<[object, readonly string[]]>([
    [{ type: "max" }, ["missing aggregation.carryOver"]],
    [{ type: "max", of: "sum" }, ["missing aggregation.per"]],
    [{ type: "sum", per: "day" }, ["missing aggregation.of"]],
    [{ type: "max", of: "percentile", per: "day" }, ["invalid_value aggregation.of"]],
    [{ type: "max", of: "sum", per: "hour" }, ["invalid_value aggregation.per"]],
    [{ type: "max", of: "count", per: "day", carryOver: true }, ["invalid_value aggregation.of"]],
    [
      { type: "sum", of: "sum", per: "day", carryOver: true },
      ["field_not_allowed aggregation.carryOver"],
    ],
    [
      { type: "min", of: "sum", per: "day" },
      [
        "missing aggregation.carryOver",
        "unknown_key aggregation.of",
        "unknown_key aggregation.per",
      ],
    ],
  ])("is refused: %j", (aggregation, issues) => {
    const charge = { ...perUnit("outcome", "1"), aggregation } as Parameters<typeof parseCharge>[0];
    expect(issuesOf(() => parseCharge(charge)).toSorted()).toEqual(issues);
  });

  it("says nothing of quantities where it counts events", () => {
    const charge = perUnit("outcome", "1", {
      aggregation: daily("max", "count"),
      eventQuantity: { minimum: 1 },
    });
    expect(issuesOf(() => parseCharge(charge))).toEqual(["field_not_allowed eventQuantity"]);
  });
});
