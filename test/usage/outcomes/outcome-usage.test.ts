/** What a charge counts of its outcomes, and in which bucket and why an event falls that it does not. */
import { type OutcomePolicyInput, simulate, type UsageChargeInput } from "rateplan";
import { describe, expect, it } from "vitest";
import {
  type Happening,
  judging,
  MONTHS,
  on,
  outcome,
  seller,
  signal,
} from "../../support/outcomes.js";
import { perUnit } from "../../support/plans.js";

const [JANUARY, FEBRUARY] = MONTHS;

function january(
  policy: OutcomePolicyInput,
  events: readonly Happening[],
  more: Partial<UsageChargeInput> = {},
) {
  return seller([judging(policy, more)]).bill(JANUARY, events);
}

function detailsOf(policy: OutcomePolicyInput, ...events: readonly Happening[]) {
  return january(policy, events).usage.details;
}

describe("an event that is not billed", () => {
  it.each<[string, OutcomePolicyInput, readonly Happening[], string, string]>([
    ["waits", { confirm: {} }, [], "outside-period", `pending: occurred at ${on(5)}`],
    [
      "does not qualify",
      { qualifies: { field: "properties.csat", atLeast: 4 } },
      [],
      "unmatched",
      "unqualified: does not qualify: it lacks properties.csat",
    ],
    [
      "was blocked",
      { confirm: {}, reverse: {} },
      [signal("s1", 6, { reverses: "e1" })],
      "unmatched",
      "blocked by s1",
    ],
    [
      "was reversed",
      { reverse: {} },
      [signal("s1", 6, { reverses: "e1" })],
      "unmatched",
      "reversed by s1",
    ],
    [
      "lost to another",
      { uniqueBy: { per: "lifetime" } },
      [outcome("e0", 4, { subject: "a" })],
      "unmatched",
      "superseded by e0",
    ],
    [
      "is billed when it is settled",
      { reverse: { within: "P60D" }, billOn: "settled" },
      [],
      "outside-period",
      `confirmed: occurred at ${on(5)}`,
    ],
  ])("%s, and the report says so", (_, policy, more, bucket, reason) => {
    const details = detailsOf(policy, outcome("e1", 5, { subject: "a" }), ...more);
    const named = Object.entries(details).filter(([name]) => name !== "signal");
    expect(named).toEqual([[bucket, [{ id: "e1", reason }]]]);
  });

  it("belongs to another period by when it is billable", () => {
    const events = [outcome("e1", 31), outcome("e2", 3)];
    const { usage } = january({ confirm: { assumedAfter: "P2D" } }, events);
    expect(usage.counts).toMatchObject({ matched: 1, "outside-period": 1 });
    expect(usage.details["outside-period"]).toEqual([
      { id: "e1", reason: `pending: occurred at ${on(31)}` },
    ]);
    const { bill } = seller([judging({ confirm: { assumedAfter: "P2D" } })]);
    const february = bill(FEBRUARY, events);
    expect(february.total).toBe("1.00");
    expect(february.usage.details["outside-period"]).toEqual([
      { id: "e2", reason: `billable at ${on(5)}` },
    ]);
  });

  it("occurred before the subscription, whenever it is certain", () => {
    const before = outcome("e1", 1, { timestamp: "2025-12-31T00:00:00Z" });
    // Certain on 2 January, and of nobody's then.
    const { total, usage } = january({ confirm: { assumedAfter: "P2D" } }, [before]);
    expect(total).toBe("0.00");
    expect(usage.counts).toMatchObject({ matched: 0, unmatched: 1 });
  });
});

describe("a charge that judges outcomes", () => {
  it("looks only at events of its unit that pass its filter", () => {
    const events = [
      outcome("e1", 3, { name: "resolved", subject: "a" }),
      outcome("e2", 2, { name: "seen", subject: "a" }),
      outcome("e3", 2, { name: "resolved", subject: "a", unitOfMeasure: "@action" }),
    ];
    const policy: OutcomePolicyInput = { uniqueBy: { per: "lifetime" } };
    const { total, usage } = january(policy, events, { filter: { names: ["resolved"] } });
    expect(total).toBe("1.00");
    expect(usage.details.unmatched?.map(({ reason }) => reason)).toEqual([
      "name seen",
      "no charge prices @action",
    ]);
  });

  it("hears of its subjects from every event, priced or not", () => {
    const events = [
      outcome("e1", 28, { subject: "a" }),
      outcome("c1", 30, { subject: "a", unitOfMeasure: "@action" }),
    ];
    const policy: OutcomePolicyInput = { confirm: { assumedAfter: "P3D" } };
    expect(january(policy, events.slice(0, 1)).total).toBe("1.00");
    expect(january(policy, events).total).toBe("0.00");
  });

  it("stands beside charges that count every event", () => {
    const { bill } = seller([
      judging({ confirm: {} }),
      { ...perUnit("outcome", "0.1"), id: "every" },
      perUnit("action", "2"),
    ]);
    const events = [outcome("e1", 3), outcome("e2", 4, { unitOfMeasure: "@action" })];
    const bare = bill(JANUARY, events);
    expect(bare.total).toBe("2.10");
    expect(bare.usage.counts).toMatchObject({ matched: 2, "outside-period": 0 });
    expect(bill(JANUARY, [...events, signal("s1", 5, { confirms: "e1" })]).total).toBe("3.10");
  });

  it("counts what is left after a reversal of a part, in quantity and in value", () => {
    const part = (more: object) => [
      outcome("e1", 3, { quantity: 4, value: "200" }),
      signal("s1", 4, { reverses: "e1", ...more }),
    ];
    const share = { pricing: { model: "percentage" as const, percent: 10 } };
    expect(january({ reverse: {} }, part({ quantity: 1 })).total).toBe("3.00");
    expect(january({ reverse: {} }, part({ value: 50 })).total).toBe("4.00");
    expect(january({ reverse: {} }, part({ value: 50 }), share).total).toBe("15.00");
    expect(january({ reverse: {} }, part({ quantity: 1 }), share).total).toBe("20.00");
  });

  it.each([
    ["sum", "6.00"],
    ["count", "3.00"],
    ["max", "3.00"],
    ["min", "1.00"],
    ["last", "2.00"],
    ["average", "2.00"],
    ["unique-count", "2.00"],
  ] as const)("counts its outcomes by %s: %s", (aggregation, total) => {
    const events = [
      outcome("e1", 3, { quantity: 1, subject: "a" }),
      outcome("e2", 4, { quantity: 3, subject: "a" }),
      outcome("e3", 5, { quantity: 2, subject: "b" }),
      outcome("e4", 6, { quantity: 9, subject: "c" }),
      signal("s1", 7, { reverses: "e4" }),
    ];
    const by = aggregation === "unique-count" ? { type: aggregation, by: "subject" } : aggregation;
    expect(january({ reverse: {} }, events, { aggregation: by }).total).toBe(total);
  });

  it("gives each group its own outcomes", () => {
    const grouped = { groupBy: { fields: ["properties.team" as const] } };
    const of = (id: string, team: string) => outcome(id, 3, { properties: { team } });
    const events = [
      of("e1", "x"),
      of("e2", "x"),
      of("e3", "y"),
      signal("s1", 5, { reverses: "e3" }),
    ];
    expect(january({ reverse: {} }, events, grouped).lines).toMatchObject([
      { group: { "properties.team": "x" }, quantity: "2" },
    ]);
  });

  it("without deduplication counts what it is given, as the caller promised", () => {
    const { bill } = seller([judging({ reverse: {} })]);
    const events = [outcome("e1", 3), outcome("e2", 4), signal("s1", 5, { reverses: "e2" })];
    const { total, usage } = bill(JANUARY, events, { policy: { deduplicate: false } });
    expect(total).toBe("1.00");
    expect(usage.counts).toMatchObject({ matched: 1, unmatched: 1, signal: 1, duplicate: 0 });
  });

  it("knows everything in a simulation, which has no time", () => {
    const charge = { ...judging({ confirm: { assumedAfter: "P30D" } }), currency: "USD" };
    expect(simulate(charge, [outcome("e1", 3)]).amount).toBe("1.00");
  });
});
