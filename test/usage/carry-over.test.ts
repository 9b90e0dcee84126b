/** Levels that persist: as a level stands at the end of a period, it opens the next. */
import fc from "fast-check";
import {
  type AggregationInput,
  type CarriedLevel,
  mergeUsage,
  type Period,
  safeParseCharge,
  simulate,
  summarizeUsage,
  type UsageChargeInput,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { plus, ratio, read, times, write } from "../support/oracle.js";
import { judging } from "../support/outcomes.js";
import { eventOf, issuesOf, perUnit, stored } from "../support/plans.js";
import { tries } from "../support/tries.js";

const JANUARY: Period = { start: "2026-01-01", end: "2026-02-01" };
const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };
const MARCH: Period = { start: "2026-03-01", end: "2026-04-01" };

const carried = (type: CarriedLevel["type"]): CarriedLevel => ({ type, carryOver: true });
const present = { type: "unique-count", by: "subject", carryOver: true } as const;

function charging(aggregation: AggregationInput, more: Partial<UsageChargeInput> = {}) {
  return perUnit("outcome", "5", { aggregation, ...more });
}

function quantityOf(
  aggregation: AggregationInput,
  events: readonly UsageEventInput[],
  period: Period,
): string {
  const charge = charging(aggregation);
  const summary = summarizeUsage(events, { charge, period });
  expect(mergeUsage(stored(summary), summarizeUsage([], { charge, period }))).toEqual(summary);
  for (const deduplicate of [true, false]) {
    const options = { charge, period, policy: { deduplicate } };
    const [a, b] = [0, 1].map((rest) =>
      summarizeUsage(
        events.filter((_, index) => index % 2 === rest),
        options,
      ),
    );
    if (a === undefined || b === undefined) throw new Error("unreachable: two parts");
    expect(mergeUsage(stored(b), stored(a))).toEqual(summarizeUsage(events, options));
  }
  return summary.quantity;
}

const at = (date: string, quantity: number | string, more: Partial<UsageEventInput> = {}) =>
  eventOf({
    id: `${date} ${quantity} ${more.subject}`,
    timestamp: `2026-${date}T00:00:00Z`,
    quantity,
    ...more,
  });

describe("a level that persists", () => {
  // Ten cards on 1 January, two fewer on 15 February.
  const cards = [at("01-01", 10), at("02-15", -2)];

  it("of changes is their sum so far, at the end of each period", () => {
    const months = [JANUARY, FEBRUARY, MARCH].map((period) =>
      quantityOf(carried("sum"), cards, period),
    );
    expect(months).toEqual(["10", "8", "8"]);
    // Each by itself, they would be 10, −2 and 0.
    expect(quantityOf("sum", cards, FEBRUARY)).toBe("-2");
  });

  it("of changes by time counts in full what it opens with", () => {
    const months = [JANUARY, FEBRUARY, MARCH].map((period) =>
      quantityOf(carried("weighted-sum"), cards, period),
    );
    // In February, 14 of 28 days are left: 10 − 2 × 1/2.
    expect(months).toEqual(["10", "9", "8"]);
  });

  // 4 on 16 December, 9 on 11 January, 2 on 21 January; nothing in February; 3 on 16 March.
  const readings = [
    eventOf({ id: "december", timestamp: "2025-12-16T00:00:00Z", quantity: 4 }),
    at("01-11", 9),
    at("01-21", 2),
    at("03-16", 3),
  ];

  it.each<[CarriedLevel["type"], readonly string[]]>([
    ["last", ["2", "2", "3"]],
    ["max", ["9", "2", "3"]],
    ["min", ["2", "2", "2"]],
    // January: 10 days of 4, 10 of 9, 11 of 2: (40 + 90 + 22) / 31. March: 15 of 2, 16 of 3: 78 / 31.
    ["time-average", ["152/31", "2", "78/31"]],
  ])("of readings goes on from the last before the period: %s", (type, quantities) => {
    const months = [JANUARY, FEBRUARY, MARCH].map((period) =>
      quantityOf(carried(type), readings, period),
    );
    expect(months).toEqual(quantities);
  });

  it("is nothing before its first event", () => {
    const later = [at("02-15", 12)];
    for (const type of ["sum", "last", "max", "min", "weighted-sum", "time-average"] as const) {
      expect(quantityOf(carried(type), later, JANUARY)).toBe("0");
    }
    expect(quantityOf(carried("max"), [at("02-15", -12)], FEBRUARY)).toBe("-12");
    expect(quantityOf(carried("time-average"), later, FEBRUARY)).toBe("6");
  });

  it("counts the values that are there", () => {
    const users = [
      at("01-05", 1, { subject: "ann" }),
      at("01-06", 1, { subject: "bob" }),
      // Said twice, there once.
      at("01-07", 1, { subject: "bob" }),
      at("01-20", 0, { subject: "ann" }),
      at("02-02", 1, { subject: "cid" }),
      at("03-02", -1, { subject: "bob" }),
      at("03-03", 1, { subject: "ann" }),
    ];
    const months = [JANUARY, FEBRUARY, MARCH].map((period) => quantityOf(present, users, period));
    // bob; bob and cid; cid and ann
    expect(months).toEqual(["1", "2", "2"]);
  });

  it("is that of each group", () => {
    const charge = charging(carried("sum"), { groupBy: { fields: ["name"] } });
    const usage = [
      at("01-05", 3, { name: "eu" }),
      at("01-05", 1, { id: "us", name: "us" }),
      at("02-05", 2, { name: "us" }),
    ];
    const summary = summarizeUsage(usage, { charge, period: FEBRUARY });
    expect(summary.quantity).toBe("6");
    expect(summary.groups.map(({ group, state }) => [group, state])).toEqual([
      [["eu"], { opening: "3", closing: "3", within: null }],
      [["us"], { opening: "1", closing: "3", within: { sum: "2" } }],
    ]);
    expect(summary.report.counts.matched).toBe(3);
  });

  it("takes events from before the period as they count, and none from after it", () => {
    const usage = [...cards, at("03-05", 100), at("02-10", 1, { unitOfMeasure: "@user" })];
    const { report, quantity } = summarizeUsage(usage, {
      charge: charging(carried("sum"), {
        eventQuantity: { rounding: { mode: "up", increment: 4 } },
      }),
      period: FEBRUARY,
    });
    // 12 and −4
    expect(quantity).toBe("8");
    expect(report.counts).toMatchObject({ matched: 2, "outside-period": 1, unmatched: 1 });
  });

  it("is one level of any time where there is no period", () => {
    expect(simulate({ ...charging(carried("sum")), currency: "USD" }, cards).amount).toBe("40.00");
    expect(
      issuesOf(() => summarizeUsage(cards, { charge: charging(carried("weighted-sum")) })),
    ).toEqual(["missing period"]);
  });

  it("is recorded with what it opened and closed with", () => {
    const states = (aggregation: AggregationInput, events: readonly UsageEventInput[]) =>
      summarizeUsage(events, { charge: charging(aggregation), period: FEBRUARY }).groups.map(
        ({ state }) => state,
      );
    const reading = {
      id: "01-21 2 undefined",
      timestamp: "2026-01-21T00:00:00.000Z",
      quantity: "2",
    };
    expect(states(carried("last"), readings)).toEqual([
      { opening: reading, closing: reading, within: null },
    ]);
    expect(states(carried("weighted-sum"), cards)).toEqual([
      { opening: "10", closing: "8", within: { weighted: "-1" } },
    ]);
    const [there] = states(present, [
      at("01-05", 1, { subject: "ann" }),
      at("02-05", 0, { subject: "ann" }),
    ]);
    expect(there).toMatchObject({
      opening: [{ value: "ann", quantity: "1" }],
      closing: [{ value: "ann", quantity: "0" }],
      within: { distinct: ["ann"] },
    });
  });

  it("is merged with levels of its own kind only", () => {
    const [a, b] = [carried("sum"), "sum" as const].map((aggregation) =>
      summarizeUsage(cards, { charge: charging(aggregation), period: FEBRUARY }),
    );
    if (a === undefined || b === undefined) throw new Error("unreachable: two summaries");
    expect(issuesOf(() => mergeUsage(a, b))).toContain("usage_mismatch 1.aggregation");
    const foreign = { ...stored(a), groups: stored(b).groups };
    expect(issuesOf(() => mergeUsage(foreign, foreign))).toContain(
      "usage_mismatch 0.groups.0.state",
    );
  });
});

describe("LAW: a level over some periods is one evaluation over all of them", () => {
  const START = Date.UTC(2026, 0, 1);
  const HOUR = 3_600_000;
  const HOURS = 96;
  const instant = (hour: number) => new Date(START + hour * HOUR).toISOString();
  const events = fc
    .array(
      fc.record({
        hour: fc.integer({ min: -48, max: HOURS + 10 }),
        quantity: fc.integer({ min: -5, max: 5 }),
        subject: fc.constantFrom("a", "b", "c"),
      }),
      { maxLength: 14 },
    )
    .map((list) =>
      list.map(({ hour, ...rest }, index) =>
        eventOf({ id: `e${String(index).padStart(2, "0")}`, timestamp: instant(hour), ...rest }),
      ),
    );
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: HOURS - 1 }), { maxLength: 5 });
  const whole: Period = { start: instant(0), end: instant(HOURS) };
  const periodsOf = (at: readonly number[]) => {
    const bounds = [0, ...at.toSorted((a, b) => a - b), HOURS];
    return bounds.slice(1).map((end, index) => {
      const start = bounds[index] ?? 0;
      return { hours: end - start, period: { start: instant(start), end: instant(end) } };
    });
  };
  const quantitiesOf = (
    aggregation: AggregationInput,
    list: readonly UsageEventInput[],
    parts: ReturnType<typeof periodsOf>,
  ) => parts.map(({ period }) => read(quantityOf(aggregation, list, period)));

  it.each(["weighted-sum", "time-average"] as const)("by time: %s", (type) => {
    fc.assert(
      fc.property(events, cuts, (list, at) => {
        const parts = periodsOf(at);
        const sum = quantitiesOf(carried(type), list, parts)
          .map((quantity, index) => times(quantity, ratio(BigInt(parts[index]?.hours ?? 0))))
          .reduce(plus, ratio(0n));
        expect(write(times(sum, ratio(1n, BigInt(HOURS))))).toBe(
          quantityOf(carried(type), list, whole),
        );
      }),
      tries(20),
    );
  });

  it.each([carried("sum"), carried("last"), present])("at the end: %j", (aggregation) => {
    fc.assert(
      fc.property(events, cuts, (list, at) => {
        const last = quantitiesOf(aggregation, list, periodsOf(at)).at(-1) ?? ratio(0n);
        expect(write(last)).toBe(quantityOf(aggregation, list, whole));
      }),
      tries(20),
    );
  });

  it.each(["max", "min"] as const)("at its extreme: %s", (type) => {
    fc.assert(
      fc.property(events, cuts, (list, at) => {
        const read = (event: UsageEventInput) => Date.parse(String(event.timestamp)) / HOUR;
        // Before the first reading there is no level, and 0 says so.
        const first = Math.min(...list.map(read));
        const parts = periodsOf(at).filter(({ period }) => Date.parse(period.end) / HOUR > first);
        const all = parts.map(({ period }) => Number(quantityOf(carried(type), list, period)));
        const extreme = all.length === 0 ? 0 : Math[type](...all);
        expect(quantityOf(carried(type), list, whole)).toBe(String(extreme));
      }),
      tries(20),
    );
  });

  it("changes and their running totals as readings are one level", () => {
    fc.assert(
      fc.property(events, cuts, (list, at) => {
        const inOrder = list.toSorted((a, b) =>
          `${String(a.timestamp)} ${a.id}` < `${String(b.timestamp)} ${b.id}` ? -1 : 1,
        );
        let total = 0;
        const totals = inOrder.map((event) => {
          total += Number(event.quantity);
          return { ...event, quantity: total };
        });
        for (const { period } of periodsOf(at)) {
          expect(quantityOf(carried("last"), totals, period)).toBe(
            quantityOf(carried("sum"), list, period),
          );
          expect(quantityOf(carried("time-average"), totals, period)).toBe(
            quantityOf(carried("weighted-sum"), list, period),
          );
        }
      }),
      tries(10),
    );
  });
});

describe("carryOver", () => {
  const wrong = (aggregation: unknown, more: object = {}) => {
    const result = safeParseCharge({ ...perUnit("outcome", "1"), aggregation, ...more });
    return result.ok ? [] : result.issues.map(({ code, path }) => `${code} ${path.join(".")}`);
  };

  it.each<[unknown, readonly string[]]>([
    [{ type: "sum" }, ["missing aggregation.carryOver"]],
    [{ type: "sum", carryOver: false }, ["invalid_value aggregation.carryOver"]],
    [{ type: "max", carryOver: true, by: "name" }, ["unknown_key aggregation.by"]],
    [{ type: "unique-count", carryOver: true }, ["missing aggregation.by"]],
    [{ type: "percentile", percentile: 5, carryOver: true }, ["unknown_key aggregation.carryOver"]],
  ])("%j is refused: %j", (aggregation, issues) => {
    expect(wrong(aggregation)).toEqual(issues);
  });

  it.each(["count", "average"])("is nothing for %s, which is no level", (type) => {
    expect(wrong({ type, carryOver: true })).toHaveLength(1);
  });

  it("may not be split within a period, nor judge outcomes", () => {
    const revision = {
      effectiveDate: "2026-06-01",
      pricing: { model: "per-unit", unitPrice: 2 },
      withinPeriod: "split",
    };
    expect(wrong(carried("sum"), { revisions: [revision] })).toEqual([
      "not_splittable revisions.0.withinPeriod",
    ]);
    const outcomes = { ...judging({}), aggregation: carried("sum") };
    expect(wrong(carried("sum"), outcomes)).toEqual(["field_not_allowed aggregation"]);
  });
});
