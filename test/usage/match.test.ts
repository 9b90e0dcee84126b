import { type SummarizeOptions, summarizeUsage, type UsageEventInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { AGENT_TYPE, billOf, eventOf, issuesOf, JANUARY, perUnit } from "../support/plans.js";

const charge = perUnit("outcome", "1");

function quantityOf(
  events: readonly UsageEventInput[],
  options: Partial<SummarizeOptions> = {},
): string {
  return summarizeUsage(events, { charge, ...options }).quantity;
}

describe("an event at the boundary of a period", () => {
  const instants = [
    { title: "a millisecond before the start", timestamp: "2025-12-31T23:59:59.999Z", counts: "0" },
    { title: "exactly at the start", timestamp: "2026-01-01T00:00:00Z", counts: "1" },
    { title: "a millisecond after the start", timestamp: "2026-01-01T00:00:00.001Z", counts: "1" },
    { title: "a millisecond before the end", timestamp: "2026-01-31T23:59:59.999Z", counts: "1" },
    {
      title: "less than a millisecond before the end",
      timestamp: "2026-01-31T23:59:59.9999999Z",
      counts: "1",
    },
    { title: "exactly at the end", timestamp: "2026-02-01T00:00:00Z", counts: "0" },
    { title: "a millisecond after the end", timestamp: "2026-02-01T00:00:00.001Z", counts: "0" },
    {
      title: "at the start, in an offset where it is the day before",
      timestamp: "2025-12-31T19:00:00-05:00",
      counts: "1",
    },
    {
      title: "on the first day in an offset where UTC has not begun it",
      timestamp: "2026-01-01T00:30:00+01:00",
      counts: "0",
    },
    {
      title: "at the end, in an offset where it is still the last day",
      timestamp: "2026-01-31T19:00:00-05:00",
      counts: "0",
    },
    {
      title: "on the day after in an offset where UTC is still on the last day",
      timestamp: "2026-02-01T08:59:59.999+09:00",
      counts: "1",
    },
  ];

  it.each(instants)("counts $counts when it is $title", ({ timestamp, counts }) => {
    expect(quantityOf([eventOf({ timestamp })], { period: JANUARY, asOf: "2027-01-01" })).toBe(
      counts,
    );
  });

  it("falls in one of two periods that touch, never in both or neither", () => {
    const february = { start: "2026-02-01", end: "2026-03-01" };
    const asOf = "2027-01-01";
    const around = instants.filter(({ timestamp }) => timestamp > "2026-01-15");
    for (const { timestamp } of around) {
      const events = [eventOf({ timestamp })];
      const both = [JANUARY, february].map((period) => quantityOf(events, { period, asOf }));
      expect(both.toSorted()).toEqual(["0", "1"]);
    }
  });

  it("is judged by the same moment however the period is written", () => {
    const periods = [
      JANUARY,
      { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00.000Z" },
      { start: "2026-01-01T05:30:00+05:30", end: "2026-01-31T19:00:00-05:00" },
    ];
    const events = instants.map(({ timestamp }, index) => eventOf({ id: `e${index}`, timestamp }));
    const summaries = periods.map((period) => summarizeUsage(events, { charge, period }));
    expect(summaries[1]).toEqual(summaries[0]);
    expect(summaries[2]).toEqual(summaries[0]);
  });

  it("never counts in a period of no time", () => {
    const period = { start: "2026-01-15T09:00:00Z", end: "2026-01-15T09:00:00Z" };
    expect(quantityOf([eventOf()], { period })).toBe("0");
  });

  it("counts whenever it happened where no period is asked for", () => {
    const events = ["1000-01-02T00:00:00Z", "9999-12-30T00:00:00Z"].map((timestamp, index) =>
      eventOf({ id: `e${index}`, timestamp }),
    );
    expect(quantityOf(events)).toBe("2");
  });
});

describe("whose usage an event is", () => {
  const whose = [
    { title: "all that is asked for", event: { subscriptionId: "s1", agentType: AGENT_TYPE } },
    { title: "no subscription", event: { agentType: AGENT_TYPE } },
    { title: "no type of agent", event: { subscriptionId: "s1" } },
    { title: "neither", event: {} },
    { title: "null for both", event: { subscriptionId: null, agentType: null } },
  ];
  it.each(whose)("fits when it names $title", ({ event }) => {
    const scope = { customerId: "acme", subscriptionId: "s1", agentType: AGENT_TYPE };
    expect(quantityOf([eventOf(event)], scope)).toBe("1");
    expect(billOf({ charges: [charge], usage: [eventOf(event)] }).total).toBe("1.00");
  });

  it("does not fit when it names another", () => {
    for (const event of [
      { subscriptionId: "S1" },
      { subscriptionId: "s2", agentType: AGENT_TYPE },
      { subscriptionId: "s1", agentType: "ocr" },
      { customerId: "ACME" },
      { unitOfMeasure: "@outcomes" },
    ]) {
      expect(billOf({ charges: [charge], usage: [eventOf(event)] }).total).toBe("0.00");
    }
  });

  it("is anyone's where nothing is asked for", () => {
    const events = ["acme", "globex"].map((customerId, index) =>
      eventOf({ id: `e${index}`, customerId, subscriptionId: customerId, agentType: customerId }),
    );
    expect(quantityOf(events)).toBe("2");
  });
});

describe("what was known", () => {
  const known = [
    { title: "without receivedAt, by its timestamp", event: {}, asOf: "2026-01-15T09:00:00Z" },
    {
      title: "received at the very moment",
      event: { receivedAt: "2026-01-20T00:00:00Z" },
      asOf: "2026-01-20",
    },
    {
      title: "received earlier",
      event: { receivedAt: "2026-01-19T23:59:59.999Z" },
      asOf: "2026-01-20",
    },
    {
      title: "received in another offset",
      event: { receivedAt: "2026-01-20T01:00:00+01:00" },
      asOf: "2026-01-20",
    },
    {
      title: "received before it happened",
      event: { receivedAt: "2025-12-01T00:00:00Z" },
      asOf: "2026-01-01",
    },
  ];
  it.each(known)("counts $title", ({ event, asOf }) => {
    expect(quantityOf([eventOf(event)], { asOf })).toBe("1");
  });

  const unknown = [
    { title: "happened a millisecond later", event: {}, asOf: "2026-01-15T08:59:59.999Z" },
    {
      title: "was received a millisecond later",
      event: { receivedAt: "2026-01-20T00:00:00.001Z" },
      asOf: "2026-01-20",
    },
  ];
  it.each(unknown)("does not count what $title", ({ event, asOf }) => {
    const { quantity, report } = summarizeUsage([eventOf(event)], { charge, asOf });
    expect(quantity).toBe("0");
    expect(report.counts["outside-period"]).toBe(1);
  });

  it("ends with the period unless asOf says otherwise", () => {
    const events = [
      eventOf({ id: "at", receivedAt: "2026-02-01T00:00:00Z" }),
      eventOf({ id: "late", receivedAt: "2026-02-01T00:00:00.001Z" }),
    ];
    expect(quantityOf(events, { period: JANUARY })).toBe("1");
    expect(quantityOf(events, { period: JANUARY, asOf: "2026-02-02" })).toBe("2");
    expect(billOf({ charges: [charge], usage: events }).total).toBe("1.00");
    expect(billOf({ charges: [charge], usage: events, asOf: "2026-02-02" }).total).toBe("2.00");
  });

  it("has no end where there is neither a period nor asOf", () => {
    expect(quantityOf([eventOf({ receivedAt: "9999-01-01T00:00:00Z" })])).toBe("1");
  });

  it("lets the first delivery count when the second came too late", () => {
    const events = [eventOf(), eventOf({ receivedAt: "2026-03-01T00:00:00Z" })];
    const { quantity, report } = summarizeUsage(events, { charge, period: JANUARY });
    expect(quantity).toBe("1");
    expect(report.counts).toMatchObject({ matched: 1, duplicate: 0, "outside-period": 1 });
  });
});

describe("options that are wrong", () => {
  it.each([
    { title: "a start that is no date", options: { period: { start: "soon", end: "2026-02-01" } } },
    { title: "an end before the start", options: { period: { ...JANUARY, end: "2025-02-01" } } },
    { title: "a day that does not exist", options: { asOf: "2026-02-30" } },
    { title: "a time without an offset", options: { asOf: "2026-02-01T00:00:00" } },
    { title: "an unknown policy", options: { policy: { duplicates: false } as object } },
  ])("are refused: $title", ({ options }) => {
    expect(issuesOf(() => quantityOf([], options))).toHaveLength(1);
  });

  it("name the path and all issues at once", () => {
    const options = { period: { start: "soon", end: "late" }, asOf: "later" };
    expect(issuesOf(() => quantityOf([], options))).toEqual([
      "invalid_date period.start",
      "invalid_date period.end",
      "invalid_date asOf",
    ]);
  });
});

describe("an event of a charge that is billed in several stretches", () => {
  const dearer = { model: "per-unit", unitPrice: 2 } as const;
  const split = perUnit("outcome", "1", {
    revisions: [{ effectiveDate: "2026-01-16", withinPeriod: "split", pricing: dearer }],
  });
  const at = (timestamp: string, more: Partial<UsageEventInput> = {}) =>
    eventOf({ timestamp, ...more });

  it.each([
    ["2026-01-01T00:00:00Z", ["1", "0"]],
    ["2026-01-15T23:59:59.999Z", ["1", "0"]],
    ["2026-01-16T00:00:00Z", ["0", "1"]],
    ["2026-01-31T23:59:59.999Z", ["0", "1"]],
    ["2025-12-31T23:59:59.999Z", ["0", "0"]],
    ["2026-02-01T00:00:00Z", ["0", "0"]],
  ])("counts in one of them, by its time: %s", (timestamp, quantities) => {
    const bill = billOf({
      charges: [split],
      usage: [at(timestamp)],
      asOf: "2026-03-01",
      policy: { zeroLines: true },
    });
    expect(bill.lines.map(({ quantity }) => quantity)).toEqual(quantities);
    const inside = quantities.includes("1");
    expect(bill.usage.counts).toMatchObject({
      matched: inside ? 1 : 0,
      "outside-period": inside ? 0 : 1,
    });
  });

  it("is reported once, also where another stretch would not take it", () => {
    const events = [at("2026-01-10T00:00:00Z"), at("2026-01-20T00:00:00Z", { id: "e2" })];
    const { usage, total } = billOf({ charges: [split], usage: [...events, ...events] });
    expect(usage.counts).toMatchObject({ matched: 2, duplicate: 2, "outside-period": 0 });
    expect(total).toBe("3.00");
  });

  it("is outside while the subscription rests", () => {
    const bill = billOf({
      charges: [charge],
      subscription: {
        changes: [
          { effectiveDate: "2026-01-10", status: "paused" },
          { effectiveDate: "2026-01-20", status: "active" },
        ],
      },
      usage: ["09", "10", "19", "20"].map((day) => at(`2026-01-${day}T12:00:00Z`, { id: day })),
    });
    expect(bill.usage.counts).toMatchObject({ matched: 2, "outside-period": 2 });
    expect(bill.usage.details["outside-period"]?.map(({ id }) => id)).toEqual(["10", "19"]);
    expect(bill.total).toBe("2.00");
  });
});
