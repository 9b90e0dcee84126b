import { type AggregationInput, summarizeUsage, type UsageEventInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { billOf, eventOf, perUnit } from "../support/plans.js";

/** Events at 9, 10, 11, … o'clock with these quantities. */
function eventsOf(...quantities: readonly UsageEventInput["quantity"][]): UsageEventInput[] {
  return quantities.map((quantity, index) => {
    const hour = String(9 + index).padStart(2, "0");
    return eventOf({ id: `e${index}`, timestamp: `2026-01-15T${hour}:00:00Z`, quantity });
  });
}

function quantityOf(
  aggregation: AggregationInput | undefined,
  events: readonly UsageEventInput[],
): string {
  const charge = perUnit("outcome", "1", aggregation === undefined ? {} : { aggregation });
  return summarizeUsage(events, { charge }).quantity;
}

describe("aggregations", () => {
  it.each([
    { aggregation: undefined, of: [4, 1, 5], is: "10" },
    { aggregation: "sum", of: [4, 1, 5], is: "10" },
    { aggregation: "count", of: [4, 1, 5], is: "3" },
    { aggregation: "min", of: [4, 1, 5], is: "1" },
    { aggregation: "max", of: [4, 1, 5, 2], is: "5" },
    { aggregation: "last", of: [4, 1, 5, 2], is: "2" },
    // (4 + 1 + 5) / 3 does not end as a decimal.
    { aggregation: "average", of: [4, 1, 5], is: "10/3" },
    // (4 + 1 + 5 + 0) / 4
    { aggregation: "average", of: [4, 1, 5, 0], is: "2.5" },
    { aggregation: "average", of: [-1, 0], is: "-0.5" },
    // 0.1 + 0.2 is 0.3, not 0.30000000000000004.
    { aggregation: "sum", of: [0.1, 0.2], is: "0.3" },
    { aggregation: "sum", of: ["1e-20", "1e20"], is: "100000000000000000000.00000000000000000001" },
    { aggregation: "sum", of: [5, -7], is: "-2" },
    { aggregation: "sum", of: [5, -5], is: "0" },
    { aggregation: "count", of: [0, 0, -3], is: "3" },
    { aggregation: "min", of: [-1, -2, 3], is: "-2" },
    { aggregation: "max", of: [-5, -2, -3], is: "-2" },
    { aggregation: "max", of: ["9", "10"], is: "10" },
    { aggregation: "min", of: ["10.0", "9.99"], is: "9.99" },
    { aggregation: "sum", of: [undefined, undefined], is: "2" },
  ] as const)("make $is of $of by $aggregation", ({ aggregation, of, is }) => {
    expect(quantityOf(aggregation, eventsOf(...of))).toBe(is);
    expect(quantityOf(aggregation, eventsOf(...of).toReversed())).toBe(is);
  });

  it("are 0 without events", () => {
    for (const aggregation of ["sum", "count", "min", "max", "last", "average"] as const) {
      expect(quantityOf(aggregation, [])).toBe("0");
    }
    expect(quantityOf("unique-count", [])).toBe("0");
  });

  it("look only at events that match", () => {
    const events = [
      ...eventsOf(4, 1),
      eventOf({ id: "x", unitOfMeasure: "@action", quantity: 100 }),
      eventOf({ id: "x2", timestamp: "2026-02-15T09:00:00Z", quantity: -100 }),
    ];
    for (const [aggregation, is] of [
      ["sum", "5"],
      ["count", "2"],
      ["min", "1"],
      ["max", "4"],
      ["last", "1"],
      ["average", "2.5"],
    ] as const) {
      const charge = perUnit("outcome", "1", { aggregation });
      const period = { start: "2026-01-01", end: "2026-02-01" };
      expect(summarizeUsage(events, { charge, period }).quantity).toBe(is);
    }
  });

  it("price a fraction exactly", () => {
    // 10/3 × 0.30 = 1.00 exactly, where 3.33 × 0.30 = 0.999.
    const charge = perUnit("outcome", "0.30", { aggregation: "average" });
    const [line] = billOf({ charges: [charge], usage: eventsOf(4, 1, 5) }).lines;
    expect([line?.quantity, line?.exactAmount, line?.amount]).toEqual(["10/3", "1", "1.00"]);
  });
});

describe("the last event", () => {
  const at = (id: string, timestamp: string, quantity: number) =>
    eventOf({ id, timestamp, quantity });

  it("is the one with the latest timestamp, not the one that came last", () => {
    const events = [
      at("b", "2026-01-20T00:00:00Z", 7),
      at("a", "2026-01-10T00:00:00Z", 9),
      at("c", "2026-01-20T00:00:00+01:00", 8),
    ];
    // c happened at 23:00 UTC of the 19th.
    expect(quantityOf("last", events)).toBe("7");
  });

  it("is the one with the last id where two happened at the same moment", () => {
    const tied = [
      at("a", "2026-01-20T00:00:00Z", 1),
      at("b", "2026-01-20T01:00:00+01:00", 2),
      at("B", "2026-01-20T00:00:00.000Z", 3),
    ];
    // Code units: "B" < "a" < "b".
    expect(quantityOf("last", tied)).toBe("2");
    expect(quantityOf("last", tied.toReversed())).toBe("2");
  });

  it("is kept with its id, time and quantity", () => {
    const charge = perUnit("outcome", "1", { aggregation: "last" });
    expect(summarizeUsage(eventsOf(4, 1, 2.5), { charge }).groups).toEqual([
      {
        group: [],
        count: 3,
        state: { last: { id: "e2", timestamp: "2026-01-15T11:00:00.000Z", quantity: "2.5" } },
      },
    ]);
  });
});

describe("a summary", () => {
  // From 09:00, 10:00 and 11:00 of the 15th to the end of that day.
  const period = { start: "2026-01-15T00:00:00Z", end: "2026-01-16T00:00:00Z" };

  it.each([
    { aggregation: undefined, state: { sum: "7.5" } },
    { aggregation: "sum", state: { sum: "7.5" } },
    { aggregation: "count", state: { count: 3 } },
    { aggregation: "min", state: { min: "1" } },
    { aggregation: "max", state: { max: "4" } },
    { aggregation: "average", state: { sum: "7.5", count: 3 } },
    // 4 × 15/24 + 1 × 14/24 + 2.5 × 13/24 = 106.5/24
    { aggregation: "weighted-sum", state: { weighted: "4.4375" } },
    { aggregation: { type: "unique-count", by: "name" }, state: { distinct: ["resolved"] } },
  ] as const)("keeps $state for $aggregation, and no more", ({ aggregation, state }) => {
    const charge = perUnit("outcome", "1", aggregation === undefined ? {} : { aggregation });
    const events = eventsOf(4, 1, 2.5).map((event) => ({ ...event, name: "resolved" }));
    for (const deduplicate of [true, false]) {
      const { groups } = summarizeUsage(events, { charge, period, policy: { deduplicate } });
      expect(groups).toEqual([{ group: [], count: 3, state }]);
    }
  });
});

describe("unique-count", () => {
  const seen = (id: string, more: Partial<UsageEventInput>) => eventOf({ id, ...more });

  it("counts subjects unless another field is named", () => {
    const events = [
      seen("1", { subject: "order-7" }),
      seen("2", { subject: "order-8" }),
      seen("3", { subject: "order-7", quantity: 50 }),
      seen("4", { subject: "ORDER-7" }),
      // An empty text is an absent field, as exports of tables write it.
      seen("5", { subject: "" }),
    ];
    expect(quantityOf("unique-count", events)).toBe("3");
    expect(quantityOf({ type: "unique-count", by: "subject" }, events)).toBe("3");
  });

  it("counts names and agents", () => {
    const events = [
      seen("1", { name: "resolved", agentId: "a1" }),
      seen("2", { name: "resolved", agentId: "a2" }),
      seen("3", { name: "closed", agentId: "a3" }),
    ];
    expect(quantityOf({ type: "unique-count", by: "name" }, events)).toBe("2");
    expect(quantityOf({ type: "unique-count", by: "agentId" }, events)).toBe("3");
  });

  it("counts a property, whatever its name", () => {
    const events = [
      seen("1", { properties: { "user.id": "u1", constructor: "x" } }),
      seen("2", { properties: { "user.id": "u2", constructor: "x" } }),
      seen("3", { properties: { "user.id": "u1" } }),
    ];
    expect(quantityOf({ type: "unique-count", by: "properties.user.id" }, events)).toBe("2");
    expect(quantityOf({ type: "unique-count", by: "properties.constructor" }, events)).toBe("1");
    expect(quantityOf({ type: "unique-count", by: "properties.toString" }, events)).toBe("0");
  });

  it("sets aside events that lack the field, and says so", () => {
    const aggregation = { type: "unique-count", by: "properties.user" } as const;
    const charge = perUnit("outcome", "1", { aggregation });
    const events = [
      seen("has", { properties: { user: "u1" } }),
      seen("none", {}),
      seen("null", { properties: { user: null } }),
      seen("object", { properties: { user: { id: "u1" } } }),
    ];
    const { quantity, report } = summarizeUsage(events, { charge });
    expect(quantity).toBe("1");
    expect(report.counts).toMatchObject({ matched: 1, unmatched: 3 });
    expect(report.details.unmatched?.map(({ id }) => id)).toEqual(["none", "null", "object"]);
    expect(report.details.unmatched?.[0]?.reason).toContain("properties.user");
  });

  it("counts numbers and booleans as what they are", () => {
    const by = { type: "unique-count", by: "properties.user" } as const;
    const users = [1, 2, true, false, 1.0, true];
    const events = users.map((user, index) => seen(`e${index}`, { properties: { user } }));
    expect(quantityOf(by, events)).toBe("4");
  });

  it("keeps the distinct values, sorted", () => {
    const charge = perUnit("outcome", "1", { aggregation: "unique-count" });
    const events = ["b", "a", "c", "b", "B"].map((subject, index) =>
      seen(`e${index}`, { subject }),
    );
    const [group] = summarizeUsage(events, { charge }).groups;
    expect(group?.state).toEqual({ distinct: ["B", "a", "b", "c"] });
  });
});
