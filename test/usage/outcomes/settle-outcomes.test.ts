/** `settleOutcomes`: its options, its report, and the shape of what it returns. */
import { type EventInput, type OutcomePolicyInput, type Period, settleOutcomes } from "rateplan";
import { describe, expect, it } from "vitest";
import { FAR, type Happening, MONTHS, on, outcome, signal } from "../../support/outcomes.js";
import { frozen, issuesOf, stored, thawed, unchecked } from "../../support/plans.js";

const [JANUARY] = MONTHS;
const events = [outcome("e1", 3, { subject: "a" }), signal("s1", 5, { reverses: "e1" })];

function issues(options: unknown, policy: unknown = {}, given: unknown = events) {
  return issuesOf(() => settleOutcomes(unchecked(given), unchecked(policy), unchecked(options)));
}

describe("bad options", () => {
  it.each<[unknown, readonly string[]]>([
    [{}, ["missing asOf"]],
    [undefined, ["invalid_type "]],
    [null, ["invalid_type "]],
    [{ asOf: "soon" }, ["invalid_date asOf"]],
    [{ asOf: 7 }, ["invalid_date asOf"]],
    [{ asOf: "2026-02-30" }, ["invalid_date asOf"]],
    [{ asOf: FAR, at: 1 }, ["unknown_key at"]],
    [{ asOf: FAR, timeZone: "Mars/Olympus" }, ["unknown_time_zone timeZone"]],
    [{ asOf: FAR, periods: "all" }, ["invalid_type periods"]],
    [{ asOf: FAR, periods: [7] }, ["invalid_type periods.0"]],
    [{ asOf: FAR, periods: [JANUARY, { start: "x", end: FAR }] }, ["invalid_date periods.1.start"]],
    [
      { asOf: FAR, periods: [{ start: JANUARY.end, end: JANUARY.start }] },
      ["end_before_start periods.0.end"],
    ],
  ])("%j: %j", (options, found) => {
    expect(issues(options)).toEqual(found);
  });

  it("say that billing periods are missing where outcomes are unique in each", () => {
    const policy = { uniqueBy: { per: "billing-period" } };
    expect(issues({ asOf: FAR }, policy)).toEqual(["missing periods"]);
    expect(() => settleOutcomes(events, unchecked(policy), { asOf: FAR })).toThrow(
      "periods is required: the list of billing periods in which outcomes are unique, got nothing",
    );
    for (const per of ["lifetime", "window"]) {
      const uniqueBy = per === "window" ? { per, window: "P1D" } : { per };
      const { outcomes } = settleOutcomes(events, unchecked({ uniqueBy }), { asOf: FAR });
      expect(outcomes.length).toBe(1);
    }
  });

  it.each([null, 7, {}, "events", new Date(0)])("say that %s is no list of events", (given) => {
    // A text can be iterated, and is none all the same; an object is not.
    expect(issues({ asOf: FAR }, {}, given)).toEqual(["invalid_type "]);
  });

  it("are said together with those of the policy", () => {
    const policy = { billOn: "paid", confirm: { assumedAfter: "soon" } };
    expect(issues({ asOf: "soon", at: 1 }, policy, 7).toSorted()).toEqual([
      "invalid_date asOf",
      "invalid_type ",
      "invalid_value policy.billOn",
      "invalid_value policy.confirm.assumedAfter",
      "unknown_key at",
    ]);
    for (const nothing of [null, 7, "x", []]) {
      expect(issues({ asOf: FAR }, nothing)).toEqual(["invalid_type policy"]);
    }
  });
});

describe("what is given", () => {
  it("may be any iterable, and is read once", () => {
    const policy: OutcomePolicyInput = { reverse: {} };
    const settled = settleOutcomes(events, policy, { asOf: FAR });
    expect(settled.outcomes).toMatchObject([{ state: "reversed" }]);
    function* generated() {
      yield* events;
    }
    expect(settleOutcomes(generated(), policy, { asOf: FAR })).toEqual(settled);
    expect(settleOutcomes(new Set(events), policy, { asOf: FAR })).toEqual(settled);
  });

  it("is left alone, and what is returned is frozen JSON", () => {
    const policy = frozen({ reverse: {}, uniqueBy: { per: "lifetime" as const } });
    const settled = settleOutcomes(frozen(stored(events)), policy, frozen({ asOf: FAR }));
    expect(thawed(settled)).toEqual([]);
    expect(stored(settled)).toEqual(settled);
  });

  it("is known by a civil date in a time zone, or an instant", () => {
    const late = outcome("e1", 3, { receivedAt: "2026-02-01T03:00:00Z" });
    const known = (options: { readonly asOf: string; readonly timeZone?: string }) =>
      settleOutcomes([late], {}, options).outcomes.length;
    expect(known({ asOf: "2026-02-01" })).toBe(0);
    expect(known({ asOf: "2026-02-01", timeZone: "America/New_York" })).toBe(1);
    expect(known({ asOf: "2026-02-01T03:00:00Z" })).toBe(1);
    expect(known({ asOf: "2026-02-01T02:59:59.999Z" })).toBe(0);
  });

  it("divides into periods by local midnights", () => {
    const policy: OutcomePolicyInput = { uniqueBy: { per: "billing-period" } };
    const two = ["2026-01-31T22:00:00Z", "2026-02-01T03:00:00Z"].map((timestamp, index) => ({
      ...outcome(`e${index}`, 1, { subject: "a" }),
      timestamp,
    }));
    const states = (timeZone: string) =>
      settleOutcomes(two, policy, { asOf: FAR, periods: [...MONTHS], timeZone }).outcomes.map(
        ({ state }) => state,
      );
    expect(states("UTC")).toEqual(["settled", "settled"]);
    expect(states("America/New_York")).toEqual(["settled", "superseded"]);
  });
});

describe("the report", () => {
  it("says what became of each event", () => {
    const policy: OutcomePolicyInput = {
      qualifies: { not: { field: "name", equals: "lost" } },
      confirm: { assumedAfter: "P5D" },
      reverse: {},
    };
    const given = [
      outcome("e1", 3),
      outcome("e1", 3),
      outcome("e1", 4),
      outcome("e2", 18),
      outcome("e3", 3, { name: "lost" }),
      outcome("e4", 3),
      signal("s1", 4, { reverses: "e4" }),
      outcome("e5", 3, { receivedAt: on(30) }),
      unchecked<ReturnType<typeof outcome>>({ id: "e6" }),
      unchecked<ReturnType<typeof outcome>>(7),
    ];
    const { report } = settleOutcomes(given, policy, { asOf: on(20) });
    expect(report.counts).toEqual({
      matched: 1,
      signal: 1,
      duplicate: 1,
      conflict: 1,
      "outside-period": 2,
      unmatched: 2,
      invalid: 2,
    });
    expect(report.details).toMatchObject({
      signal: [{ id: "s1", reason: "refers to e4" }],
      "outside-period": [
        { id: "e2", reason: "pending" },
        { id: "e5", reason: "received after asOf" },
      ],
      unmatched: [
        { id: "e3", reason: "unqualified" },
        { id: "e4", reason: "blocked" },
      ],
      invalid: [{ id: null }, { id: "e6" }],
    });
  });

  it("keeps what is confirmed and not yet billable apart from what is no outcome", () => {
    const policy: OutcomePolicyInput = { reverse: { within: "P30D" }, billOn: "settled" };
    const { outcomes, report } = settleOutcomes(events.slice(0, 1), policy, { asOf: on(10) });
    expect(outcomes).toMatchObject([{ state: "confirmed", billableAt: null }]);
    // As on an invoice.
    expect(report.counts).toMatchObject({ "outside-period": 1, unmatched: 0 });
  });

  it("names signals that change nothing, by id, with the reason", () => {
    const given = [
      ...events,
      signal("u3", 6, { reverses: "e9" }),
      signal("u1", 6, { confirms: "e1" }),
      signal("u2", 1, { reverses: "e1" }),
      signal("u4", 6, { name: "seen", subject: "a" }),
    ];
    const { unusedSignals } = settleOutcomes(given, { reverse: {} }, { asOf: FAR });
    expect(unusedSignals).toEqual([
      { id: "u1", reason: "changes nothing about e1" },
      { id: "u2", reason: "is before e1, to which it refers" },
      { id: "u3", reason: "refers to e9, which is not known" },
      { id: "u4", reason: "seen of a changes nothing" },
    ]);
  });

  it("are in the order of their ids, each once, whatever the order in which they are given", () => {
    const given: readonly Happening[] = [
      outcome("e1", 3, { subject: "a" }),
      // At the very moment of its event, a signal is not before it.
      signal("u3", 3, { reverses: "e1" }),
      signal("u2", 4, { reverses: "e9" }),
      signal("u1", 4, { reverses: "e9" }),
      signal("u2", 5, { reverses: "e1" }),
    ];
    for (const list of [given, given.toReversed()]) {
      expect(settleOutcomes(list, {}, { asOf: FAR }).unusedSignals).toEqual([
        { id: "u1", reason: "refers to e9, which is not known" },
        { id: "u2", reason: "changes nothing about e1" },
        { id: "u3", reason: "changes nothing about e1" },
      ]);
    }
  });

  it("mean an event of their own source first, then one of any", () => {
    const of = (source: string, happening: Happening): Happening =>
      unchecked({ ...happening, source });
    const given = [
      of("crm", outcome("e1", 10)),
      of("bot", outcome("e1", 3)),
      of("crm", signal("u1", 5, { confirms: "e1" })),
      of("bot", signal("u2", 5, { confirms: "e1" })),
      of("bot", signal("u3", 5, { confirms: "e9" })),
    ];
    // The crm's own e1 comes five days later; the bot's has been before.
    expect(settleOutcomes(given, {}, { asOf: FAR }).unusedSignals).toEqual([
      { id: "u1", reason: "is before e1, to which it refers" },
      { id: "u2", reason: "changes nothing about e1" },
      { id: "u3", reason: "refers to e9, which is not known" },
    ]);
    const confirmed = (signals: readonly Happening[]) =>
      settleOutcomes([...given.slice(0, 2), ...signals], { confirm: {} }, { asOf: FAR })
        .outcomes.filter(({ confirmedAt }) => confirmedAt !== null)
        .map(({ occurredAt }) => occurredAt);
    const says = (source: string, confirms: string) => of(source, signal("s1", 12, { confirms }));
    expect(confirmed([says("crm", "e1")])).toEqual([on(10)]);
    expect(confirmed([says("bot", "e1")])).toEqual([on(3)]);
    expect(confirmed([says("erp", "e1")])).toEqual([on(3), on(10)]);
    expect(confirmed([says("erp", "e2")])).toEqual([]);
  });
});

describe("events and signals with a source", () => {
  const of = (source: string, happening: Happening): Happening =>
    unchecked({ ...happening, source });

  it("are named in reasons by the ids that they were given", () => {
    const given = [
      of("crm", outcome("e1", 10, { subject: "a" })),
      of("bot", signal("s1", 12, { confirms: "e1" })),
      signal("s2", 14, { reverses: "e1" }),
    ];
    const [one] = settleOutcomes(given, { confirm: {}, reverse: {} }, { asOf: FAR }).outcomes;
    expect(one?.id).toBe("e1");
    expect(one?.reasons.map(({ eventIds }) => eventIds)).toEqual([["e1"], ["s1"], ["s2"]]);
  });
});

describe("moments that cannot be written", () => {
  it("are not: an outcome whose time never ends in any calendar settles never", () => {
    const policy: OutcomePolicyInput = { reverse: { within: "P999999W" } };
    const { outcomes } = settleOutcomes(events.slice(0, 1), policy, { asOf: FAR });
    expect(outcomes[0]?.settlesAt ?? "9999").toMatch(/^\d{4}/);
  });
});

describe("billing periods that do not cover the outcomes", () => {
  const policy: OutcomePolicyInput = { uniqueBy: { per: "billing-period" } };
  const about = (id: string, timestamp: string) => ({
    id,
    customerId: "acme",
    unitOfMeasure: "@outcome",
    subject: "a",
    timestamp,
  });
  const statesOf = (timestamps: readonly string[], periods: readonly Period[]) =>
    settleOutcomes(
      timestamps.map((each) => about(each, each)),
      policy,
      { asOf: "2027-01-01", periods },
    ).outcomes.map(({ state }) => state);
  const [january, february, march] = [
    { start: "2026-01-01", end: "2026-02-01" },
    { start: "2026-02-01", end: "2026-03-01" },
    { start: "2026-03-01", end: "2026-04-01" },
  ];

  it("do not throw later outcomes together with the last one's", () => {
    // One in each of four months: each the only one of its month.
    const months = ["2026-01-10", "2026-02-10", "2026-03-10", "2026-04-10"].map(
      (day) => `${day}T00:00:00Z`,
    );
    expect(statesOf(months, [january, february])).not.toContain("superseded");
  });

  it("do not throw earlier outcomes together with the first one's", () => {
    const months = ["2025-12-10T00:00:00Z", "2026-01-10T00:00:00Z"];
    expect(statesOf(months, [january])).not.toContain("superseded");
  });

  it("do not throw outcomes of a gap together with a neighbour's", () => {
    const months = ["2026-01-10", "2026-02-10", "2026-03-10"].map((day) => `${day}T00:00:00Z`);
    expect(statesOf(months, [january, march])).not.toContain("superseded");
  });

  it("still judge within those that they cover", () => {
    const two = ["2026-01-10T00:00:00Z", "2026-01-20T00:00:00Z", "2026-02-10T00:00:00Z"];
    const [first, second, third] = statesOf(two, [january, february]);
    expect(second).toBe("superseded");
    expect([first, third]).not.toContain("superseded");
  });
});

describe("events of two customers under one id", () => {
  const of = (customerId: string, more: Readonly<Record<string, unknown>> = {}) => ({
    id: "1",
    customerId,
    unitOfMeasure: "@outcome",
    subject: "a",
    timestamp: "2026-01-10T00:00:00Z",
    ...more,
  });
  const settled = (given: readonly EventInput[]) =>
    settleOutcomes(given, {}, { asOf: "2026-02-01" });

  it("are two outcomes", () => {
    const { outcomes, report } = settled([of("acme"), of("globex", { quantity: 3 })]);
    expect(outcomes.map(({ customerId, quantity }) => [customerId, quantity])).toEqual([
      ["acme", "1"],
      ["globex", "3"],
    ]);
    expect([report.counts.matched, report.counts.conflict]).toEqual([2, 0]);
  });

  it("are each compared with their own copies alone", () => {
    const { report } = settled([
      of("acme"),
      of("globex"),
      of("acme"),
      of("globex", { quantity: 9 }),
    ]);
    // acme: one and a copy; globex: two that contradict each other.
    expect(report.counts.duplicate).toBe(1);
    expect(report.counts.conflict).toBeGreaterThan(0);
    expect(report.counts.matched).toBeGreaterThan(0);
  });

  it("are each reversed by their own customer's signal alone", () => {
    const signalOf = {
      id: "s",
      customerId: "globex",
      reverses: "1",
      timestamp: "2026-01-11T00:00:00Z",
    };
    const { outcomes } = settleOutcomes(
      [of("acme"), of("globex"), signalOf],
      { reverse: {} },
      { asOf: "2026-02-01" },
    );
    expect(outcomes.map(({ customerId, state }) => [customerId, state === "reversed"])).toEqual([
      ["acme", false],
      ["globex", true],
    ]);
  });
});
