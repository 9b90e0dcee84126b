import fc from "fast-check";
import {
  type EventInput,
  mergeUsage,
  type SummarizeOptions,
  simulate,
  summarizeUsage,
  type UsageChargeInput,
  type UsageSummary,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  AGENT_TYPE,
  eventOf,
  frozen,
  issuesOf,
  JANUARY,
  mixedEvents,
  perUnit,
  stored,
  summarizeOptions,
  thawed,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

const charge = perUnit("outcome", "1");
const scope: SummarizeOptions = {
  charge,
  customerId: "acme",
  subscriptionId: "s1",
  agentType: AGENT_TYPE,
  period: JANUARY,
  asOf: "2026-02-03",
};

function summaryOf(events: readonly unknown[], options = scope): UsageSummary {
  return summarizeUsage(unchecked<EventInput[]>(events), options);
}

describe("merging usage", () => {
  it("adds what the two hold and drops what both hold", () => {
    const a = summaryOf([eventOf({ id: "1", quantity: 2 }), eventOf({ id: "2" })]);
    const b = summaryOf([
      eventOf({ id: "2" }),
      eventOf({ id: "3", quantity: "0.5" }),
      eventOf({ id: "1", quantity: 9 }),
      null,
    ]);
    const merged = mergeUsage(a, b);
    expect(merged.quantity).toBe("3.5");
    expect(merged.report.counts).toEqual({
      matched: 3,
      signal: 0,
      duplicate: 1,
      conflict: 1,
      "outside-period": 0,
      unmatched: 0,
      invalid: 1,
    });
  });

  it("leaves an average exact", () => {
    const options = { ...scope, charge: { ...charge, aggregation: "average" as const } };
    const a = summaryOf([eventOf({ id: "1", quantity: 4 }), eventOf({ id: "2" })], options);
    const b = summaryOf([eventOf({ id: "3", quantity: 5 })], options);
    // (4 + 1 + 5) / 3, and not the average of 5/2 and 5.
    expect(mergeUsage(a, b).quantity).toBe("10/3");
  });

  it("changes nothing when one of them is empty", () => {
    const some = summaryOf([eventOf(), eventOf(), 5, eventOf({ id: "2", customerId: "globex" })]);
    expect(mergeUsage(some, summaryOf([]))).toEqual(some);
    expect(mergeUsage(summaryOf([]), some)).toEqual(some);
  });

  it("adds events twice where deduplication is off", () => {
    const options = { ...scope, policy: { deduplicate: false } };
    const a = summaryOf([eventOf({ quantity: 2 })], options);
    expect(mergeUsage(a, a).quantity).toBe("4");
  });

  it("is idempotent where deduplication is on, but for the count of duplicates", () => {
    const a = summaryOf([eventOf({ id: "1" }), eventOf({ id: "2", quantity: 3 })]);
    const twice = mergeUsage(a, a);
    expect(twice.groups).toEqual(a.groups);
    expect(twice.report.counts).toMatchObject({ matched: 2, duplicate: 2 });
  });

  it("still merges when only the price changed between the two", () => {
    const dearer: UsageChargeInput = {
      ...charge,
      name: "Outcomes, dearer",
      includedUnits: 100,
      minimum: 5,
      pricing: { model: "volume", tiers: [{ unitPrice: 2 }] },
    };
    const a = summaryOf([eventOf({ id: "1" })]);
    const b = summaryOf([eventOf({ id: "2" })], { ...scope, charge: dearer });
    expect(mergeUsage(a, b).quantity).toBe("2");
  });

  it("shows the same hundred details, whichever of the two they came from", () => {
    const events = Array.from({ length: 300 }, (_, index) =>
      eventOf({ id: `e${String(index).padStart(3, "0")}`, customerId: "globex" }),
    );
    for (const deduplicate of [true, false]) {
      const options = { ...scope, policy: { deduplicate } };
      const parts = [
        summaryOf(events.slice(150), options),
        summaryOf(events.slice(0, 150), options),
      ] as const;
      expect(mergeUsage(...parts).report).toEqual(summaryOf(events, options).report);
      expect(mergeUsage(...parts).report.counts.unmatched).toBe(300);
      expect(mergeUsage(...parts).report.details.unmatched).toHaveLength(100);
    }
  });
});

describe("two summaries that are not of the same usage", () => {
  const base = summaryOf([eventOf()]);
  const counted = { type: "unique-count", by: "name" } as const;
  const others: readonly { what: string; more: Partial<SummarizeOptions>; paths: string[] }[] = [
    { what: "charge", more: { charge: { ...charge, id: "other" } }, paths: ["chargeId"] },
    { what: "customer", more: { customerId: "globex" }, paths: ["customerId"] },
    { what: "subscription", more: { subscriptionId: "s2" }, paths: ["subscriptionId"] },
    { what: "period", more: { period: { ...JANUARY, end: "2026-01-31" } }, paths: ["period"] },
    { what: "moment of knowledge", more: { asOf: "2026-02-04" }, paths: ["asOf"] },
    {
      what: "aggregation",
      more: { charge: { ...charge, aggregation: counted } },
      paths: ["aggregation"],
    },
    {
      what: "unit",
      more: { charge: { ...charge, unitOfMeasure: "@action" } },
      paths: ["fingerprint"],
    },
    { what: "type of agent", more: { agentType: "chat-agent" }, paths: ["agentType"] },
    {
      what: "deduplication",
      more: { policy: { deduplicate: false } },
      paths: ["deduplicate"],
    },
  ];

  it.each(others)("are refused: another $what", ({ more, paths }) => {
    const other = summaryOf([], { ...scope, ...more });
    const issues = paths.map((path) => `usage_mismatch 1.${path}`);
    expect(issuesOf(() => mergeUsage(base, other))).toEqual(issues);
    expect(issuesOf(() => mergeUsage(other, base))).toEqual(issues);
    expect(issuesOf(() => mergeUsage(stored(other), stored(base)))).toEqual(issues);
  });

  it("are refused with everything that differs", () => {
    const other = summaryOf([], {
      charge: { ...charge, id: "other", unitOfMeasure: "@action" },
      period: { start: "2026-02-01", end: "2026-03-01" },
    });
    expect(issuesOf(() => mergeUsage(base, other))).toEqual([
      "usage_mismatch 1.chargeId",
      "usage_mismatch 1.customerId",
      "usage_mismatch 1.subscriptionId",
      "usage_mismatch 1.agentType",
      "usage_mismatch 1.period",
      "usage_mismatch 1.asOf",
      "usage_mismatch 1.fingerprint",
    ]);
  });

  it("are refused when one of them was tampered with or is none", () => {
    const wrong = unchecked<UsageSummary[]>([
      null,
      {},
      [],
      "summary",
      { ...base, quantity: "many" },
      { ...base, extra: 1 },
      { ...base, schemaVersion: 3 },
      { ...base, groups: [{ ...base.groups[0], count: -1 }] },
      { ...base, groups: [{ ...base.groups[0], state: { sum: "1/0" } }] },
      { ...base, groups: [{ ...base.groups[0], state: { sum: "1", count: 1 } }] },
      { ...base, groups: [{ ...base.groups[0], state: { min: "1" } }] },
      { ...base, groups: [{ ...base.groups[0], state: {} }] },
      { ...base, groups: base.groups[0] },
      { ...base, report: { ...base.report, counts: { matched: 1 } } },
    ]);
    for (const summary of wrong) {
      expect(issuesOf(() => mergeUsage(summary, base)).length).toBeGreaterThan(0);
      expect(issuesOf(() => mergeUsage(base, summary)).every((issue) => / 1/.test(issue))).toBe(
        true,
      );
    }
  });
});

describe("a summary of an earlier version", () => {
  it("is refused with that, and with nothing else", () => {
    const { groups: _groups, ...base } = summaryOf([eventOf()]);
    const earlier = unchecked<UsageSummary>({ ...base, schemaVersion: 1, tallies: [{ sum: "1" }] });
    expect(issuesOf(() => mergeUsage(earlier, summaryOf([])))).toEqual([
      "invalid_value 0.schemaVersion",
    ]);
    expect(issuesOf(() => simulate({ ...charge, currency: "USD" }, earlier))).toEqual([
      "invalid_value usage.schemaVersion",
      "missing_quantity usage",
    ]);
  });
});

describe("a summary that lost what deduplication remembers", () => {
  it("is refused, for merged without it events would count twice", () => {
    const { deduplication: _events, ...bare } = summaryOf([eventOf()]);
    for (const other of [stored(bare), summaryOf([eventOf()])]) {
      expect(issuesOf(() => mergeUsage(stored(bare), other)).length).toBeGreaterThan(0);
      expect(issuesOf(() => mergeUsage(other, stored(bare))).length).toBeGreaterThan(0);
    }
  });
});

describe("LAWS of merging usage", () => {
  it("split at any points, in any order and grouping, gives what one pass gives", () => {
    const parts = fc.array(mixedEvents(JANUARY), { minLength: 1, maxLength: 6 });
    const picks = fc.array(fc.nat(), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(summarizeOptions, parts, picks, (options, lists, choices) => {
        const summaries = lists.map((list) => summaryOf(list, options));
        // Merges any two of those left until one is left.
        for (const choice of choices) {
          if (summaries.length < 2) break;
          const [a] = summaries.splice(choice % summaries.length, 1);
          const [b] = summaries.splice((choice >> 3) % summaries.length, 1);
          if (a !== undefined && b !== undefined) summaries.push(mergeUsage(a, b));
        }
        expect(summaries).toEqual([summaryOf(lists.flat(), options)]);
      }),
    );
  });

  it("commutative", () => {
    fc.assert(
      fc.property(
        summarizeOptions,
        mixedEvents(JANUARY),
        mixedEvents(JANUARY),
        (options, first, second) => {
          const [a, b] = [summaryOf(first, options), summaryOf(second, options)];
          expect(mergeUsage(a, b)).toEqual(mergeUsage(b, a));
        },
      ),
      tries(30),
    );
  });

  it("associative", () => {
    const events = fc.tuple(mixedEvents(JANUARY), mixedEvents(JANUARY), mixedEvents(JANUARY));
    fc.assert(
      fc.property(summarizeOptions, events, (options, [first, second, third]) => {
        const [a, b, c] = [
          summaryOf(first, options),
          summaryOf(second, options),
          summaryOf(third, options),
        ];
        expect(mergeUsage(mergeUsage(a, b), c)).toEqual(mergeUsage(a, mergeUsage(b, c)));
      }),
      tries(30),
    );
  });

  it("from storage as from memory", () => {
    fc.assert(
      fc.property(
        summarizeOptions,
        mixedEvents(JANUARY),
        mixedEvents(JANUARY),
        (options, first, second) => {
          const [a, b] = [summaryOf(first, options), summaryOf(second, options)];
          const merged = mergeUsage(a, b);
          expect(mergeUsage(stored(a), structuredClone(b))).toEqual(merged);
          expect(stored(merged)).toEqual(merged);
          expect(structuredClone(merged)).toEqual(merged);
        },
      ),
      tries(30),
    );
  });

  it("the result is frozen, and neither summary is changed", () => {
    fc.assert(
      fc.property(
        summarizeOptions,
        mixedEvents(JANUARY),
        mixedEvents(JANUARY),
        (options, first, second) => {
          const [a, b] = [
            frozen(stored(summaryOf(first, options))),
            frozen(stored(summaryOf(second, options))),
          ];
          const before = JSON.stringify([a, b]);
          expect(thawed(mergeUsage(a, b))).toEqual([]);
          expect(JSON.stringify([a, b])).toBe(before);
        },
      ),
      tries(30),
    );
  });
});

describe("many ids", () => {
  it("survive a JSON column and merge as one pass would, more than 10,000 of them", () => {
    const events = Array.from({ length: 10_500 }, (_, index) =>
      eventOf({ id: `e${index}`, subject: `order-${index}`, quantity: index % 7 }),
    );
    const options = { ...scope, charge: { ...charge, aggregation: "unique-count" as const } };
    const [a, b] = [events.slice(0, 10_200), events.slice(8_000)].map((part) =>
      stored(summaryOf(part, options)),
    );
    if (a === undefined || b === undefined) throw new Error("unreachable: two parts");
    const merged = mergeUsage(a, b);
    expect(merged.quantity).toBe("10500");
    expect(merged.report.counts).toMatchObject({ matched: 10_500, duplicate: 2_200 });
    expect(merged.groups).toEqual(summaryOf(events, options).groups);
  });
});

describe("sums that are too long to be read again", () => {
  /** A whole summary whose one sum is a fraction: what a store may hold of an average or of a rounded share. */
  function holding(quantity: string): UsageSummary {
    const plain = stored(
      summaryOf([eventOf({ id: "1" })], { ...scope, policy: { deduplicate: false } }),
    );
    const groups = plain.groups.map((group) => ({ ...group, state: { sum: quantity } }));
    return unchecked<UsageSummary>({ ...plain, quantity, groups });
  }
  const powerBelow = (prime: bigint) => {
    let power = prime;
    while (`${power}`.length < 1_900) power *= prime;
    return power;
  };

  it("are refused when they are made", () => {
    const [a, b] = [holding(`1/${powerBelow(7n)}`), holding(`1/${powerBelow(11n)}`)];
    expect(issuesOf(() => mergeUsage(a, b))).toEqual(["decimal_out_of_range "]);
  });

  it("are added up where they stay short", () => {
    const merged = mergeUsage(holding("1/3"), holding("1/6"));
    expect(merged.quantity).toBe("0.5");
    expect(mergeUsage(stored(merged), holding("1/7")).quantity).toBe("9/14");
  });
});
