import fc from "fast-check";
import {
  type EventInput,
  invoice,
  mergeUsage,
  type ProductInput,
  type RunOptions,
  type RunSummary,
  type SubscriptionInput,
  summarizeRun,
  summarizeRunAsync,
  summarizeUsage,
  type UsageChargeInput,
  type UsageSummary,
} from "rateplan";
import { describe, expect, it } from "vitest";
import { readEvent } from "../../src/usage/events/read-event.js";
import { issuesOf, stored, unchecked } from "../support/plans.js";
import { tries } from "../support/tries.js";

const metered = (id: string, unitOfMeasure: string, more: Partial<UsageChargeInput> = {}) =>
  ({
    id,
    name: id,
    chargeType: "usage",
    unitOfMeasure,
    currency: "USD",
    pricing: { model: "per-unit", unitPrice: 1 },
    ...more,
  }) as UsageChargeInput;

const CHARGES: Readonly<Record<string, readonly UsageChargeInput[]>> = {
  simple: [metered("tokens", "token"), metered("calls", "call", { aggregation: "count" })],
  rich: [
    metered("tokens", "token", { groupBy: { fields: ["name"] } }),
    metered("peak", "token", { aggregation: "max", filter: { names: ["a", "b"] } }),
    metered("fee", "call", { pricing: { model: "percentage", percent: 2, fixedPerEvent: "0.3" } }),
    metered("users", "call", { aggregation: { type: "unique-count", by: "subject" } }),
  ],
  outcomes: [
    metered("outcome", "@outcome", {
      outcome: { confirm: { signals: ["paid"], assumedAfter: "P3D" } },
    }),
    metered("tokens", "token"),
  ],
};

const catalog: ProductInput = {
  id: "agent",
  name: "Agent",
  agentType: "agent",
  effectiveDate: "2025-01-01",
  ratePlans: Object.entries(CHARGES).map(([id, charges]) => ({
    id,
    name: id,
    currency: "USD",
    billingCycle: "monthly" as const,
    effectiveDate: "2025-01-01",
    charges,
  })),
};

const january = { start: "2026-01-01", end: "2026-02-01" };

const subscription = (id: string, customerId: string, more: Partial<SubscriptionInput> = {}) => ({
  id,
  customerId,
  ratePlanId: "simple",
  startDate: "2025-12-01",
  ...more,
});

const SUBSCRIPTIONS: readonly SubscriptionInput[] = [
  subscription("s1", "acme"),
  subscription("s2", "acme", { ratePlanId: "rich", timeZone: "America/New_York" }),
  subscription("s3", "bolt", { ratePlanId: "outcomes", startDate: "2025-12-15" }),
  subscription("s4", "corp", {
    changes: [{ effectiveDate: "2026-01-11", ratePlanId: "rich" }],
  }),
  subscription("s5", "dune"),
];

const decimals = fc.oneof(
  fc.integer({ min: -50, max: 1_000 }),
  fc.integer({ min: -5_000, max: 100_000 }).map((cents) => cents / 100),
  fc.bigInt({ min: 0n, max: 10n ** 30n }).map((digits) => `${digits}.${"3".repeat(30)}`),
);
const instants = fc
  .integer({ min: Date.UTC(2025, 11, 10), max: Date.UTC(2026, 1, 5) })
  .map((at) => new Date(at - (at % 3_600_000)).toISOString());

/** Ids say unit and subscription, so that an id is never of events that go different ways. */
const events = fc.array(
  fc
    .record(
      {
        n: fc.nat(8),
        customerId: fc.constantFrom("acme", "bolt", "corp", "dune", "nobody", "ñ", ""),
        unitOfMeasure: fc.constantFrom("token", "call", "@outcome", "other"),
        subscriptionId: fc.constantFrom("s1", "s2", "s3", "s4", "s9"),
        timestamp: instants,
        receivedAt: instants,
        quantity: decimals,
        value: decimals,
        name: fc.constantFrom("a", "b", "c"),
        subject: fc.constantFrom("x", "y", "é\ud83d\ude00"),
        source: fc.constantFrom("/crm"),
      },
      { requiredKeys: ["n", "customerId", "unitOfMeasure", "timestamp"] },
    )
    .chain(({ n, ...event }) => {
      const id = `${event.unitOfMeasure} ${event.subscriptionId ?? "any"} ${n}`;
      const { unitOfMeasure: _unit, quantity: _quantity, value: _value, ...said } = event;
      return fc.constantFrom<unknown>(
        { ...event, id },
        { ...event, id },
        { ...event, id },
        { ...said, id: `${id} paid`, subject: event.subject ?? "x", name: "paid" },
        { ...event, id, timestamp: "2026-13-01" },
      );
    }),
  { maxLength: 60 },
);

const policies = fc.constantFrom({ deduplicate: true }, { deduplicate: false }, undefined);

/** The events that a charge of a subscription may count, or hear of, and the signals where it judges outcomes. */
function ownEvents(given: readonly unknown[], of: SubscriptionInput, charge: UsageChargeInput) {
  return given.filter((each) => {
    const reading = readEvent(each);
    if (reading.kind === "invalid") return false;
    const it = reading.kind === "usage" ? reading.event : reading.signal;
    const { subscriptionId = of.id } = it.fields;
    if (it.customerId !== of.customerId || subscriptionId !== of.id) return false;
    return reading.kind === "usage"
      ? reading.event.unitOfMeasure === charge.unitOfMeasure || charge.outcome !== undefined
      : charge.outcome !== undefined;
  });
}

function everyCharge(run: RunSummary) {
  return run.subscriptions.flatMap(({ subscriptionId, summaries }) => {
    const of = SUBSCRIPTIONS.find(({ id }) => id === subscriptionId);
    return of === undefined ? [] : summaries.map((summary) => ({ of, summary }));
  });
}

function chargeOf(id: string, of: SubscriptionInput, start: string | undefined) {
  const changed = of.changes !== undefined && start !== undefined && start >= "2026-01-11";
  const plan = changed ? "rich" : of.ratePlanId;
  const found = CHARGES[plan]?.find((charge) => charge.id === id);
  if (found === undefined) throw new Error(`no charge ${id}`);
  return found;
}

/** What a summary says of outcomes; of other events, a run only hears. */
function judgedAs({ report, deduplication, ...rest }: UsageSummary) {
  const { matched, signal } = report.counts;
  const outcomes = deduplication?.events.filter(({ payload }) => payload.includes('"@outcome"'));
  return { ...rest, matched, signal, outcomes };
}

const withoutOutcomes = SUBSCRIPTIONS.filter(({ ratePlanId }) => ratePlanId !== "outcomes");

describe("the usage of a run", () => {
  it("LAW: is for each charge what its own events come to by themselves", () => {
    fc.assert(
      fc.property(events, policies, fc.boolean(), (given, policy, late) => {
        const isPlain = policy?.deduplicate === false;
        const subscriptions = isPlain ? withoutOutcomes : SUBSCRIPTIONS;
        const options: RunOptions = {
          catalog,
          subscriptions,
          period: january,
          policy,
          asOf: late ? "2026-01-20" : undefined,
        };
        const run = summarizeRun(unchecked<EventInput[]>(given), options);
        for (const { of, summary } of everyCharge(run)) {
          const { period, asOf } = summary;
          const charge = chargeOf(summary.chargeId, of, period?.start);
          const alone = summarizeUsage(unchecked<EventInput[]>(ownEvents(given, of, charge)), {
            charge,
            customerId: of.customerId,
            subscriptionId: of.id,
            agentType: "agent",
            timeZone: of.timeZone,
            period,
            asOf,
            policy,
          });
          if (charge.outcome === undefined) {
            expect(JSON.stringify(summary)).toBe(JSON.stringify(alone));
          } else expect(judgedAs(summary)).toEqual(judgedAs(alone));
        }
      }),
      tries(75),
    );
  });

  it("LAW: is the same in any order, and in batches that arrive over time", async () => {
    async function* arriving(batches: readonly unknown[]) {
      for (const batch of batches) yield await Promise.resolve(batch);
    }
    await fc.assert(
      fc.asyncProperty(events, fc.nat(60), policies, async (given, cut, policy) => {
        const subscriptions = policy?.deduplicate === false ? withoutOutcomes : SUBSCRIPTIONS;
        const options = { catalog, subscriptions, period: january, policy };
        const run = summarizeRun(unchecked<EventInput[]>(given), options);
        expect(summarizeRun(unchecked<EventInput[]>(given.toReversed()), options)).toEqual(run);
        const batches = [given.slice(0, cut), ...given.slice(cut)];
        const stream = unchecked<AsyncIterable<EventInput>>(arriving(batches));
        expect(await summarizeRunAsync(stream, options)).toEqual(run);
      }),
      tries(30),
    );
  });

  it("LAW: counts every event, in its own report or in that of a summary", () => {
    fc.assert(
      fc.property(events, policies, (given, policy) => {
        const [acme] = SUBSCRIPTIONS;
        if (acme === undefined) return;
        // One charge a unit and one subscription a customer: no event is counted by two.
        const ratePlanId = policy?.deduplicate === false ? "simple" : "outcomes";
        const subscriptions = [
          acme,
          subscription("s5", "dune"),
          subscription("s6", "bolt", { ratePlanId }),
        ];
        const options = { catalog, subscriptions, period: january, policy };
        const run = summarizeRun(unchecked<EventInput[]>(given), options);
        const reports = run.subscriptions.flatMap(({ summaries }) =>
          summaries.map((s) => s.report),
        );
        const counted = [run.report, ...reports].flatMap(({ counts }) => Object.values(counts));
        expect(counted.reduce((a, b) => a + b)).toBe(given.length);
      }),
      tries(75),
    );
  });

  it("LAW: in parts merges to what one run says", () => {
    fc.assert(
      fc.property(events, fc.nat(60), (given, cut) => {
        const options = { catalog, subscriptions: SUBSCRIPTIONS, period: january };
        const list = unchecked<EventInput[]>(given);
        const summariesOf = (part: EventInput[]) =>
          summarizeRun(part, options).subscriptions.flatMap(({ summaries }) => summaries);
        const [first, second] = [summariesOf(list.slice(0, cut)), summariesOf(list.slice(cut))];
        const merged = first.flatMap((each, place) => {
          const other = second[place];
          return other === undefined ? [] : [mergeUsage(each, stored(other))];
        });
        expect(merged).toEqual(summariesOf(list));
      }),
      tries(30),
    );
  });

  it("LAW: without ids comes to the same quantities, states and reports", () => {
    fc.assert(
      fc.property(events, (given) => {
        const options = { catalog, subscriptions: withoutOutcomes, period: january };
        const list = unchecked<EventInput[]>(given);
        const [kept, forgotten] = [
          summarizeRun(list, options),
          summarizeRun(list, { ...options, keepIds: false }),
        ];
        expect(forgotten.report).toEqual(kept.report);
        for (const [index, { summaries }] of kept.subscriptions.entries()) {
          for (const [place, summary] of summaries.entries()) {
            const other = forgotten.subscriptions[index]?.summaries[place];
            expect([other?.quantity, other?.report]).toEqual([summary.quantity, summary.report]);
            expect([other?.deduplicate, other?.deduplication]).toEqual([false, undefined]);
          }
        }
      }),
      tries(50),
    );
  });

  it("LAW: is what invoices take, and bills what the events themselves bill", () => {
    fc.assert(
      fc.property(events, (given) => {
        const list = unchecked<EventInput[]>(given);
        const plain = SUBSCRIPTIONS.filter(({ startDate }) => startDate === "2025-12-01");
        const run = summarizeRun(list, { catalog, subscriptions: plain, period: january });
        for (const [index, own] of plain.entries()) {
          const request = { catalog, subscription: own, period: january };
          const { summaries = [] } = run.subscriptions[index] ?? {};
          const bills = [list, summaries].map((usage) => invoice({ ...request, usage }));
          expect(bills[1]?.total).toBe(bills[0]?.total);
          expect(bills[1]?.lines).toEqual(bills[0]?.lines);
        }
      }),
      tries(20),
    );
  });
});

const event = (id: string, more: object = {}) => ({
  id,
  customerId: "acme",
  unitOfMeasure: "token",
  timestamp: "2026-01-05T09:00:00Z",
  ...more,
});

describe("what a run does with", () => {
  const options = { catalog, subscriptions: [subscription("s1", "acme")], period: january };
  const quantityOf = (run: RunSummary) => run.subscriptions[0]?.summaries[0]?.quantity;

  it("customers without a subscription: counts their events and names the first hundred", () => {
    // 150 customers of one event each, c000 to c149, and five more events of the first of them.
    const strangers = Array.from({ length: 150 }, (_, n) => `c${String(n).padStart(3, "0")}`);
    const given = [...strangers, ...Array.from({ length: 5 }, () => "c000")].map((customerId, n) =>
      event(String(n), { customerId }),
    );
    const { unknownCustomers, report } = summarizeRun(given, options);
    expect(unknownCustomers.events).toBe(155);
    expect(unknownCustomers.customers).toHaveLength(100);
    expect(unknownCustomers.customers[0]).toEqual({ customerId: "c000", events: 6 });
    expect(unknownCustomers.customers[99]).toEqual({ customerId: "c099", events: 1 });
    expect(report.counts.unmatched).toBe(155);
  });

  it("an id that comes with two units: counts the earlier event alone, wherever it goes", () => {
    const run = summarizeRun(
      [
        event("1", { quantity: 5 }),
        event("1", { unitOfMeasure: "call", timestamp: "2026-01-04T00:00:00Z" }),
        event("2", { quantity: 3 }),
        event("2", { unitOfMeasure: "none", timestamp: "2026-01-04T00:00:00Z" }),
      ],
      options,
    );
    const [tokens, calls] = run.subscriptions[0]?.summaries ?? [];
    expect([tokens?.quantity, calls?.quantity]).toEqual(["0", "1"]);
    expect(calls?.report.counts).toMatchObject({ matched: 1, conflict: 1 });
    expect(run.report.counts).toMatchObject({ unmatched: 1, conflict: 1 });
  });

  it("billing periods that are not the run's: sums up those that end in it", () => {
    // From the 15th on: 2025-12-15 to 2026-01-15 ends in January.
    const own = subscription("s1", "acme", { startDate: "2025-12-15" });
    const given = ["2025-12-14", "2025-12-15", "2026-01-14", "2026-01-15"].map((day) =>
      event(day, { timestamp: `${day}T12:00:00Z` }),
    );
    const run = summarizeRun(given, { ...options, subscriptions: [own] });
    expect(quantityOf(run)).toBe("2");
    expect(run.subscriptions[0]?.summaries[0]?.period).toEqual({
      start: "2025-12-15",
      end: "2026-01-15",
    });
  });

  it("a pause: counts nothing in it", () => {
    const changes = [
      { effectiveDate: "2026-01-10", status: "paused" as const },
      { effectiveDate: "2026-01-20", status: "active" as const },
    ];
    const own = subscription("s1", "acme", { changes });
    const given = ["2026-01-09", "2026-01-10", "2026-01-19", "2026-01-20"].map((day) =>
      event(day, { timestamp: `${day}T12:00:00Z` }),
    );
    expect(quantityOf(summarizeRun(given, { ...options, subscriptions: [own] }))).toBe("2");
  });

  it("options that are wrong: says all of it, with paths", () => {
    const issues = issuesOf(() =>
      summarizeRun([], {
        catalog,
        subscriptions: unchecked([
          subscription("s1", "acme", { startDate: "soon" }),
          subscription("s2", "acme", { ratePlanId: "none" }),
          subscription("s2", "bolt"),
        ]),
        period: { start: "2026-02-01", end: "2026-01-01" },
        keepIds: unchecked("yes"),
      }),
    );
    expect(issues).toEqual([
      "invalid_type keepIds",
      "invalid_date subscriptions.0.startDate",
      "end_before_start period.end",
      "duplicate_id subscriptions.2.id",
    ]);
  });

  it("outcomes whose ids nobody keeps: refuses them", () => {
    const own = {
      ...options,
      subscriptions: [subscription("s3", "bolt", { ratePlanId: "outcomes" })],
    };
    for (const more of [{ keepIds: false }, { policy: { deduplicate: false } }]) {
      expect(issuesOf(() => summarizeRun([], { ...own, ...more }))).toEqual([
        "not_supported subscriptions.0.ratePlanId",
      ]);
    }
  });

  it("a signal that is aborted, and whoever wants to know how far it is", async () => {
    const given = Array.from({ length: 25_000 }, (_, n) => event(String(n)));
    const told: number[] = [];
    const run = await summarizeRunAsync(given, {
      ...options,
      onProgress: ({ events: count }) => told.push(count),
    });
    expect([quantityOf(run), told]).toEqual(["25000", [10_000, 20_000, 25_000]]);
    const signal = { aborted: false };
    const stopped = summarizeRunAsync(given, {
      ...options,
      signal,
      onProgress: () => Object.assign(signal, { aborted: true }),
    });
    await expect(stopped).rejects.toMatchObject({ issues: [{ code: "aborted" }] });
  });
});
