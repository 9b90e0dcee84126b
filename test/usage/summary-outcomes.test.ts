/** Summaries of charges that judge outcomes: they keep the events, and judge them whenever some are added. */
import fc from "fast-check";
import {
  type EventInput,
  type Invoice,
  type InvoiceRequest,
  invoice,
  mergeUsage,
  type Period,
  parseCharge,
  type SummarizeOptions,
  simulate,
  sumAmounts,
  summarizeUsage,
  type UsageChargeInput,
  type UsageSummary,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  AGENT_TYPE,
  eventOf,
  frozen,
  inTwoOrders,
  issuesOf,
  JANUARY,
  mixedEvents,
  perUnit,
  requestOf,
  stored,
  thawed,
  unchecked,
} from "../support/plans.js";
import { tries } from "../support/tries.js";

type Policy = NonNullable<UsageChargeInput["outcome"]>;

const FEBRUARY: Period = { start: "2026-02-01", end: "2026-03-01" };

function judged(outcome: Policy, more: Partial<UsageChargeInput> = {}): UsageChargeInput {
  return perUnit("outcome", "2", { currency: "USD", outcome, ...more });
}

const resolved = { confirm: { signals: ["confirmed"], assumedAfter: "PT72H" } } as const;
const reopened = { reverse: { signals: ["reopened"], within: "P30D" } } as const;

const policies: readonly Policy[] = [
  {},
  resolved,
  { ...resolved, ...reopened, billOn: "settled" },
  { confirm: { assumedAfter: "PT240H", silenceFrom: "first-event" }, ...reopened },
  { ...reopened, uniqueBy: { per: "billing-period", keep: "last" }, billOn: "occurred" },
  {
    ...resolved,
    reverse: {},
    uniqueBy: { per: "window", window: "P10D", keep: "highest" },
    qualifies: { field: "properties.user", exists: true },
  },
  { uniqueBy: { per: "lifetime", keep: "last" } },
  {
    confirm: {},
    reverse: { within: "P20D" },
    uniqueBy: { key: "properties.user", per: "lifetime" },
  },
];

const charges = [
  ...policies.map((outcome) => judged(outcome)),
  judged({ ...resolved, ...reopened }, { groupBy: { fields: ["subject"] } }),
  judged({ ...reopened, uniqueBy: { per: "lifetime" } }, { aggregation: "unique-count" }),
  judged(
    { ...resolved, reverse: {} },
    { pricing: { model: "percentage", percent: 3, minPerEvent: 1 } },
  ),
].map((charge) => parseCharge(charge));

const scope = {
  customerId: "acme",
  subscriptionId: "s1",
  agentType: AGENT_TYPE,
  period: FEBRUARY,
} as const;

const options: fc.Arbitrary<SummarizeOptions> = fc
  .record({ charge: fc.constantFrom(...charges), anyone: fc.boolean(), late: fc.boolean() })
  .map(({ charge, anyone, late }) => {
    if (charge.chargeType !== "usage") throw new Error("unreachable: these are usage charges");
    const asOf = late ? { asOf: "2026-03-20T12:00:00Z" } : {};
    return anyone ? { charge, ...asOf } : { charge, ...scope, ...asOf };
  });

const FIRST = Date.parse("2025-12-20");
const LAST = Date.parse("2026-03-15");
const HOUR = 3_600_000;

const text = (instant: number) => new Date(instant).toISOString();
const happening = fc
  .record({
    at: fc.oneof(
      fc.integer({ min: FIRST, max: LAST }),
      fc.constantFrom(Date.parse("2026-02-01"), Date.parse("2026-03-01"), Date.parse("2026-02-10")),
    ),
    delay: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900 })),
    subject: fc.constantFrom("x", "y", undefined),
    whose: fc.oneof(
      { weight: 8, arbitrary: fc.constant({ customerId: "acme" }) },
      fc.constantFrom(
        { customerId: "acme", subscriptionId: "s1" },
        { customerId: "acme", subscriptionId: "s2" },
        { customerId: "globex" },
        { customerId: "acme", agentType: "chat-agent" },
      ),
    ),
  })
  .map(({ at, delay, subject, whose }) => ({
    ...whose,
    timestamp: text(at),
    ...(subject === undefined ? {} : { subject }),
    ...(delay === 0 ? {} : { receivedAt: text(at + delay * HOUR) }),
  }));

const IDS = [..."abcdefgh"];
const attempt = fc
  .tuple(
    happening,
    fc.constantFrom(...IDS),
    fc.constantFrom("@outcome", "@outcome", "@outcome", "@action"),
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom({ user: "u1" }, { user: 2 }, {}),
  )
  .map(([what, id, unitOfMeasure, amount, properties]) => ({
    ...what,
    id,
    unitOfMeasure,
    quantity: amount,
    value: amount * 10,
    properties,
  }));
const signal = fc
  .tuple(
    happening,
    fc.constantFrom(..."stuv"),
    fc.oneof(
      fc.constantFrom(...IDS).map((confirms) => ({ confirms })),
      fc.constantFrom(...IDS).map((reverses) => ({ reverses })),
      fc.constantFrom({ name: "confirmed" }, { name: "reopened" }, { name: "opened" }),
    ),
  )
  // One signal under each id at one moment: of two that differ it would be open which is meant.
  .map(([what, id, verb]) => ({ ...what, id: `${id}-${what.timestamp}`, ...verb }));

/** Attempts and signals of three months, redelivered, of others, in disorder; and what is none. */
const history: fc.Arbitrary<unknown[]> = fc
  .tuple(
    fc.array(attempt, { maxLength: 12 }),
    fc.array(signal, { maxLength: 6 }),
    mixedEvents(FEBRUARY).map((list) => list.slice(0, 4)),
    fc.array(fc.nat(), { maxLength: 6 }),
    fc.integer({ min: 0, max: 400 }),
  )
  .map(([attempts, signals, others, again, delay]) => {
    const own = [...attempts, ...signals];
    const redelivered = again.flatMap((index) => {
      const event = own[index % Math.max(own.length, 1)];
      if (event === undefined) return [];
      return [{ ...event, receivedAt: text(Date.parse(event.timestamp) + delay * HOUR) }];
    });
    return [...own, ...others, ...redelivered];
  })
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }));

function summaryOf(events: readonly unknown[], given: SummarizeOptions): UsageSummary {
  return summarizeUsage(unchecked<EventInput[]>(events), given);
}

describe("LAWS of summing up outcomes", () => {
  it("the order of the events changes nothing", () => {
    fc.assert(
      fc.property(options, inTwoOrders(history), (given, [events, shuffled]) => {
        expect(summaryOf(shuffled, given)).toEqual(summaryOf(events, given));
      }),
      tries(30),
    );
  });

  it("split at any points, in any order and grouping, from storage too, gives what one pass gives", () => {
    const parts = fc.array(history, { minLength: 1, maxLength: 4 });
    const picks = fc.array(fc.nat(), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(options, parts, picks, (given, lists, choices) => {
        const summaries = lists.map((list) => summaryOf(list, given));
        for (const choice of choices) {
          if (summaries.length < 2) break;
          const [a] = summaries.splice(choice % summaries.length, 1);
          const [b] = summaries.splice((choice >> 3) % summaries.length, 1);
          if (a === undefined || b === undefined) continue;
          summaries.push(mergeUsage(choice % 2 === 0 ? stored(a) : a, b));
        }
        expect(summaries).toEqual([summaryOf(lists.flat(), given)]);
      }),
      tries(30),
    );
  });

  it("every event falls in exactly one bucket, also when summaries are merged", () => {
    fc.assert(
      fc.property(options, history, history, (given, first, second) => {
        const merged = mergeUsage(summaryOf(first, given), summaryOf(second, given));
        const counts = Object.values(merged.report.counts);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(first.length + second.length);
      }),
      tries(30),
    );
  });

  it("a summary merged with itself counts its events once, and the second time as duplicates", () => {
    fc.assert(
      fc.property(options, history, (given, events) => {
        const once = summaryOf(events, given);
        const twice = mergeUsage(once, once);
        expect([twice.quantity, twice.groups]).toEqual([once.quantity, once.groups]);
        const { matched, duplicate } = once.report.counts;
        expect(twice.report.counts.matched).toBe(matched);
        const ids = once.deduplication?.events.length ?? 0;
        expect(twice.report.counts.duplicate).toBe(2 * duplicate + ids);
      }),
      tries(30),
    );
  });

  it("a summary prices as its events do", () => {
    fc.assert(
      fc.property(fc.constantFrom(...charges), history, (charge, events) => {
        if (charge.chargeType !== "usage") throw new Error("unreachable: usage charges");
        const usage = unchecked<EventInput[]>(events);
        const summary = stored(summarizeUsage(usage, { charge }));
        expect(simulate(charge, summary).lines).toEqual(simulate(charge, usage).lines);
      }),
      tries(30),
    );
  });

  it("an invoice from a summary is the invoice from its events, outcomes that may change included", () => {
    const asOf = fc.constantFrom("2026-03-01", "2026-03-20T12:00:00Z", "2026-02-20");
    fc.assert(
      fc.property(fc.constantFrom(...charges), history, asOf, (charge, events, known) => {
        if (charge.chargeType !== "usage") throw new Error("unreachable: usage charges");
        const usage = unchecked<EventInput[]>(events);
        const parts = [usage.slice(0, 7), usage.slice(7)].map((part) =>
          summarizeUsage(part, { charge, ...scope, asOf: known }),
        );
        const request: InvoiceRequest = {
          ...requestOf({
            charges: [charge],
            subscription: { startDate: "2025-12-01" },
            period: FEBRUARY,
            asOf: known,
            policy: { negativeUsage: "allow" },
          }),
          usage,
        };
        const fromEvents = invoice(request);
        const merged = stored(parts.reduce(mergeUsage));
        const fromSummary = invoice({ ...request, usage: [merged] });
        // The summary says so itself, where it need not know all billing periods.
        if (
          charge.pricing.model === "per-unit" &&
          charge.outcome?.uniqueBy?.per !== "billing-period"
        ) {
          const quantities = fromEvents.lines.map(({ quantity }) => quantity ?? "0");
          expect(merged.quantity).toBe(sumAmounts(quantities));
        }
        // What became of events stands in the summary's own report.
        const { usage: report, warnings, fingerprint } = fromSummary;
        expect(fromSummary).toEqual({ ...fromEvents, usage: report, warnings, fingerprint });
        // Both say how many could not be billed.
        const factsOf = (all: Invoice["warnings"]) =>
          all.map(({ code, message }) => [code, Number.parseInt(message, 10)]);
        expect(factsOf(warnings)).toEqual(factsOf(fromEvents.warnings));
      }),
      tries(30),
    );
  });

  it("a period that is rated again from a summary is adjusted as from its events", () => {
    fc.assert(
      fc.property(fc.constantFrom(...charges), history, (charge, events) => {
        if (charge.chargeType !== "usage") throw new Error("unreachable: usage charges");
        const usage = unchecked<EventInput[]>(events);
        const billed = invoice(requestOf({ charges: [charge], usage }));
        const asOf = "2026-03-01";
        const next = requestOf({ charges: [charge], period: FEBRUARY, usage: [], asOf });
        const again = (given: InvoiceRequest["usage"]) =>
          invoice({ ...next, previous: [billed], rerate: [{ period: JANUARY, usage: given }] });
        const summary = summarizeUsage(usage, { charge, ...scope, period: JANUARY, asOf });
        expect(again([stored(summary)]).lines).toEqual(again(usage).lines);
      }),
      tries(20),
    );
  });

  it("a summary is frozen and survives JSON, and nothing that was given is changed", () => {
    fc.assert(
      fc.property(options, history, (given, events) => {
        const summary = summaryOf(events, given);
        expect(thawed(summary)).toEqual([]);
        expect(stored(summary)).toEqual(summary);
        expect(structuredClone(summary)).toEqual(summary);
        expect(summaryOf(frozen(events), frozen(stored(given)))).toEqual(summary);
        expect(mergeUsage(stored(summary), summaryOf([], given))).toEqual(summary);
      }),
      tries(20),
    );
  });
});

const silence = judged({ confirm: { assumedAfter: "PT72H" }, ...reopened });
const at = (timestamp: string, more = {}) =>
  eventOf({ id: "e1", subject: "conv-1", timestamp, ...more });
const said = (id: string, timestamp: string, more = {}) => ({
  id,
  customerId: "acme",
  subject: "conv-1",
  name: "reopened",
  timestamp,
  ...more,
});
const january: SummarizeOptions = { charge: silence, customerId: "acme", period: JANUARY };

describe("a summary of outcomes", () => {
  it("counts what is billable in its period, wherever it occurred", () => {
    const events = [
      at("2025-12-30T00:00:00Z", { id: "before" }),
      at("2026-01-10T00:00:00Z", { id: "inside", subject: "conv-2" }),
      at("2026-01-30T00:00:00Z", { id: "pending", subject: "conv-3" }),
    ];
    const { quantity, report } = summaryOf(events, january);
    // Silent for 72 hours on 2 January, 13 January, and 2 February.
    expect([quantity, report.counts.matched, report.counts["outside-period"]]).toEqual(["2", 2, 1]);
    expect(report.details["outside-period"]?.map(({ id }) => id)).toEqual(["pending"]);
  });

  it("judges anew when a later summary holds what breaks a silence or takes an outcome back", () => {
    const first = summaryOf([at("2026-01-10T00:00:00Z")], january);
    expect([first.quantity, first.judgesOutcomes]).toEqual(["1", true]);
    // Blocked: it was reopened within the 72 hours.
    const second = summaryOf([said("s1", "2026-01-11T00:00:00Z")], january);
    const merged = mergeUsage(first, second);
    expect(merged.quantity).toBe("0");
    expect(merged.report.counts).toMatchObject({ matched: 0, unmatched: 1, signal: 1 });
    // Events of another unit are of the subject all the same: from the 12th it takes until the 15th.
    const busy = summaryOf(
      [at("2026-01-12T00:00:00Z", { id: "m1", unitOfMeasure: "@message" })],
      january,
    );
    const asOf = { asOf: "2026-01-14" };
    const early = [
      summaryOf([at("2026-01-10T00:00:00Z")], { ...january, ...asOf }),
      summaryOf([at("2026-01-12T00:00:00Z", { id: "m1", unitOfMeasure: "@message" })], {
        ...january,
        ...asOf,
      }),
    ];
    expect([mergeUsage(first, busy).quantity, early.reduce(mergeUsage).quantity]).toEqual([
      "1",
      "0",
    ]);
  });

  it("keeps the events as they can be read again, received when they were first", () => {
    const event = at("2026-01-10T00:00:00Z", { properties: { a: [1, { b: null }] }, value: "1e2" });
    const late = { ...event, receivedAt: "2026-01-20T00:00:00Z" };
    const { deduplication } = mergeUsage(summaryOf([late], january), summaryOf([event], january));
    const [kept, ...others] = deduplication?.events ?? [];
    expect(others).toEqual([]);
    expect(kept).toMatchObject({ receivedAt: "2026-01-10T00:00:00.000Z", copies: 1 });
    const again = { ...JSON.parse(kept?.payload ?? ""), receivedAt: kept?.receivedAt };
    expect(summaryOf([again], january).groups).toEqual(summaryOf([event], january).groups);
  });

  it("keeps a signal once, and only of its own customer", () => {
    const late = said("s1", "2026-01-11T00:00:00Z", { receivedAt: "2026-01-25T00:00:00Z" });
    const events = [
      late,
      said("s1", "2026-01-11T00:00:00Z", { receivedAt: "2026-01-12T00:00:00Z" }),
      late,
      said("s2", "2026-01-11T00:00:00Z", { customerId: "globex" }),
      said("s3", "2026-01-11T00:00:00Z", { receivedAt: "2026-02-12T00:00:00Z" }),
    ];
    const { deduplication, report } = summaryOf(events, january);
    expect(report.counts.signal).toBe(5);
    const signals = deduplication?.outcomes?.signals ?? [];
    expect(signals.map(({ receivedAt }) => receivedAt)).toEqual(["2026-01-12T00:00:00.000Z"]);
  });

  it("knows its own billing period, as far as one outcome for each period goes", () => {
    const once = judged({ uniqueBy: { per: "billing-period" } });
    const events = [
      at("2025-12-10T00:00:00Z", { id: "december" }),
      at("2026-01-10T00:00:00Z", { id: "first" }),
      at("2026-01-11T00:00:00Z", { id: "second" }),
    ];
    expect(summaryOf(events, { ...january, charge: once }).quantity).toBe("1");
    // Without a period, all are one.
    expect(summaryOf(events, { charge: once }).quantity).toBe("1");
    expect(summaryOf(events.slice(0, 2), { ...january, charge: once }).quantity).toBe("1");
  });

  it("is not told what occurs after its period: a later one of the key counts in its own", () => {
    const latest = judged({ uniqueBy: { per: "lifetime", keep: "last" } });
    const events = [
      at("2026-02-24T00:00:00Z", { id: "february" }),
      at("2026-03-08T00:00:00Z", { id: "march" }),
    ];
    const asOf = "2026-03-20";
    const summary = summaryOf(events, { charge: latest, ...scope, asOf });
    expect(summary.quantity).toBe("1");
    for (const usage of [events, [summary]]) {
      const request = requestOf({ charges: [latest], period: FEBRUARY, asOf, usage });
      expect(invoice(request).lines[0]?.quantity).toBe("1");
    }
  });

  it("leaves it to the invoice to know the subscription's billing periods", () => {
    const once = judged({
      uniqueBy: { key: "properties.user", per: "billing-period" },
      confirm: { assumedAfter: "P35D" },
    });
    const properties = { user: "u1" };
    const events = [
      at("2025-12-31T00:00:00Z", { id: "december", properties }),
      at("2026-01-03T00:00:00Z", { id: "january", subject: "conv-2", properties }),
    ];
    const sale = {
      charges: [once],
      subscription: { startDate: "2025-12-01" },
      period: FEBRUARY,
    };
    const summary = summaryOf(events, { charge: once, ...scope });
    // Both are confirmed in February. They are of two billing periods, of which the summary knows neither.
    expect(summary.quantity).toBe("1");
    for (const usage of [events, [summary]]) {
      expect(invoice(requestOf({ ...sale, usage })).lines[0]?.quantity).toBe("2");
    }
  });

  it("is refused without deduplication", () => {
    const policy = { deduplicate: false };
    expect(issuesOf(() => summaryOf([], { ...january, policy }))).toEqual([
      "invalid_value policy.deduplicate",
    ]);
  });

  it("merges with none under another policy", () => {
    const base = summaryOf([], january);
    for (const outcome of [
      { confirm: { assumedAfter: "PT73H" }, ...reopened },
      { confirm: { assumedAfter: "PT72H" }, reverse: { signals: ["reopened"] } },
      { confirm: { assumedAfter: "PT72H" }, ...reopened, billOn: "occurred" },
    ] as const) {
      const other = summaryOf([], { ...january, charge: judged(outcome) });
      expect(issuesOf(() => mergeUsage(base, other))).toEqual(["usage_mismatch 1.fingerprint"]);
    }
    const every = summaryOf([], { ...january, charge: perUnit("outcome", "2") });
    expect(issuesOf(() => mergeUsage(base, every))).toEqual([
      "usage_mismatch 1.judgesOutcomes",
      "usage_mismatch 1.fingerprint",
    ]);
  });

  it("merges under another price, whichever comes first", () => {
    const dearer = { ...silence, pricing: { model: "per-unit", unitPrice: "9" } } as const;
    const a = summaryOf([at("2026-01-10T00:00:00Z")], january);
    const b = summaryOf([at("2026-01-11T00:00:00Z", { id: "e2" })], { ...january, charge: dearer });
    expect(mergeUsage(a, b)).toEqual(mergeUsage(b, a));
    expect(mergeUsage(a, b).quantity).toBe("2");
  });

  it("is refused by an invoice under another policy", () => {
    const summary = summaryOf([], { charge: silence, ...scope, period: JANUARY });
    const request = requestOf({ charges: [judged({})], usage: [summary] });
    expect(issuesOf(() => invoice(request))).toEqual(["usage_mismatch usage.0.fingerprint"]);
  });
});

describe("a stored summary of outcomes that is not as it was written", () => {
  const whole = summaryOf(
    [at("2026-01-10T00:00:00Z"), said("s1", "2026-01-20T00:00:00Z")],
    january,
  );
  const deduplication = whole.deduplication;
  const [event] = deduplication?.events ?? [];
  const outcomes = deduplication?.outcomes;
  const [signalKept] = outcomes?.signals ?? [];
  const { outcomes: _outcomes, ...bare } = deduplication ?? {};
  const { receivedAt: _received, ...timeless } = event ?? {};
  const withEvent = (more: object) => ({
    ...whole,
    deduplication: { ...deduplication, events: [{ ...event, ...more }] },
  });
  const withOutcomes = (more: object) => ({
    ...whole,
    deduplication: { ...deduplication, outcomes: { ...outcomes, ...more } },
  });
  const payload = "deduplication.events.0.payload";
  const terms = "deduplication.outcomes.terms";
  const wrong: readonly (readonly [string, unknown, string])[] = [
    ["has lost what judging needs", { ...whole, deduplication: bare }, "deduplication.outcomes"],
    ["says that it judges none", { ...whole, judgesOutcomes: false }, "deduplication.outcomes"],
    ["holds a payload that is no JSON", withEvent({ payload: "{" }), payload],
    ["holds a payload that is no event", withEvent({ payload: "{}" }), payload],
    ["holds a signal as an event", withEvent({ payload: signalKept?.payload }), payload],
    ["holds a payload of another id", withEvent({ id: "e9" }), payload],
    [
      "holds a payload of another time",
      withEvent({ timestamp: "2026-01-11T00:00:00.000Z" }),
      payload,
    ],
    ["holds a payload in another form", withEvent({ payload: ` ${event?.payload}` }), payload],
    [
      "does not say when an event was received",
      { ...whole, deduplication: { ...deduplication, events: [timeless] } },
      payload,
    ],
    [
      "holds an event as a signal",
      withOutcomes({ signals: [{ ...signalKept, payload: event?.payload }] }),
      "deduplication.outcomes.signals.0.payload",
    ],
    ["has another policy", withOutcomes({ terms: { ...outcomes?.terms, outcome: {} } }), terms],
    [
      "has a discount for a price",
      withOutcomes({
        terms: { ...outcomes?.terms, pricing: { model: "discount", percent: "5" } },
      }),
      terms,
    ],
    [
      "has a policy that is none",
      withOutcomes({ terms: { ...outcomes?.terms, outcome: { billOn: "never" } } }),
      `${terms}.outcome.billOn`,
    ],
  ];

  it.each(wrong)("is refused when it %s", (_, summary, path) => {
    const issues = issuesOf(() => mergeUsage(whole, stored(unchecked<UsageSummary>(summary))));
    expect(issues.map((issue) => issue.split(" ")[1])).toContain(`1.${path}`);
    expect(issuesOf(() => mergeUsage(stored(unchecked<UsageSummary>(summary)), whole))).not.toEqual(
      [],
    );
  });

  it("is taken as it was", () => {
    expect(mergeUsage(whole, stored(whole)).quantity).toBe(whole.quantity);
  });
});
