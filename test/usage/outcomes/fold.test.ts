/** From events to outcomes: what qualifies, and which signals bear on what. */
import { type OutcomePolicyInput, settleOutcomes } from "rateplan";
import { describe, expect, it } from "vitest";
import { FAR, type Happening, on, outcome, signal } from "../../support/outcomes.js";

function settle(policy: OutcomePolicyInput, ...events: readonly Happening[]) {
  return settleOutcomes(events, policy, { asOf: FAR });
}

function states(policy: OutcomePolicyInput, ...events: readonly Happening[]): readonly string[] {
  return settle(policy, ...events).outcomes.map(({ id, state }) => `${id} ${state}`);
}

describe("without any part of a policy", () => {
  it("each event is an outcome, confirmed when it occurs", () => {
    const { outcomes } = settle(
      {},
      outcome("e2", 5, { quantity: "2.50", value: 7, subject: "a", name: "resolved" }),
      outcome("e1", 3),
    );
    expect(outcomes).toEqual([
      {
        id: "e1",
        customerId: "acme",
        subject: null,
        name: null,
        state: "settled",
        occurredAt: on(3),
        confirmedAt: on(3),
        settlesAt: on(3),
        endedAt: null,
        billableAt: on(3),
        quantity: "1",
        value: null,
        reasons: [{ text: `occurred at ${on(3)}`, eventIds: ["e1"] }],
      },
      {
        id: "e2",
        customerId: "acme",
        subject: "a",
        name: "resolved",
        state: "settled",
        occurredAt: on(5),
        confirmedAt: on(5),
        settlesAt: on(5),
        endedAt: null,
        billableAt: on(5),
        quantity: "2.5",
        value: "7",
        reasons: [{ text: `occurred at ${on(5)}`, eventIds: ["e2"] }],
      },
    ]);
  });

  it("no signal changes anything", () => {
    const signals = [signal("s1", 4, { reverses: "e1" }), signal("s2", 4, { confirms: "e1" })];
    const { outcomes, unusedSignals } = settle({}, outcome("e1", 3), ...signals);
    expect(outcomes).toMatchObject([{ state: "settled", reasons: [{ eventIds: ["e1"] }] }]);
    expect(unusedSignals.map(({ id }) => id)).toEqual(["s1", "s2"]);
  });
});

describe("what qualifies", () => {
  const qualifies = {
    all: [
      { field: "properties.csat", atLeast: 4 },
      { field: "properties.channel", in: ["mail", "chat"] },
    ],
  };

  it("is an outcome; all else is an attempt", () => {
    const good = outcome("e1", 3, { properties: { csat: "4.0", channel: "mail" } });
    const poor = outcome("e2", 3, { properties: { csat: 3.9, channel: "mail" } });
    const { outcomes } = settle({ qualifies }, good, poor);
    expect(outcomes).toMatchObject([
      { id: "e1", state: "settled" },
      {
        id: "e2",
        state: "unqualified",
        confirmedAt: null,
        settlesAt: null,
        endedAt: null,
        billableAt: null,
        reasons: [{ text: "does not qualify", eventIds: ["e2"] }],
      },
    ]);
  });

  it("does not, where a property is missing, and the reason names it", () => {
    const bare = outcome("e1", 3, { properties: { channel: "mail" } });
    const barer = outcome("e2", 3);
    const reasons = settle({ qualifies }, bare, barer).outcomes.map(
      (each) => each.reasons[0]?.text,
    );
    expect(reasons).toEqual([
      "does not qualify: it lacks properties.csat",
      "does not qualify: it lacks properties.csat, properties.channel",
    ]);
  });

  it("does not name what must be missing", () => {
    const absent = { field: "properties.escalated", exists: false };
    expect(states({ qualifies: absent }, outcome("e1", 3))).toEqual(["e1 settled"]);
    const escalated = outcome("e1", 3, { properties: { escalated: true } });
    expect(settle({ qualifies: absent }, escalated).outcomes[0]?.reasons[0]?.text).toBe(
      "does not qualify",
    );
  });

  it("decides before anything else: what does not qualify is not confirmed, reversed or unique", () => {
    const policy: OutcomePolicyInput = {
      qualifies: { field: "properties.csat", atLeast: 4 },
      uniqueBy: { per: "lifetime" },
      confirm: {},
      reverse: {},
    };
    const low = { subject: "a", properties: { csat: 1 } };
    const high = { subject: "a", properties: { csat: 5 } };
    expect(
      states(
        policy,
        outcome("e1", 3, low),
        outcome("e2", 4, high),
        signal("s1", 5, { confirms: "e1" }),
        signal("s2", 5, { confirms: "e2" }),
      ),
    ).toEqual(["e1 unqualified", "e2 confirmed"]);
  });
});

describe("a signal", () => {
  const policy: OutcomePolicyInput = {
    confirm: { signals: ["solved"] },
    reverse: { signals: ["reopened"] },
  };

  it("bears on the event that it names, and on no other of the subject", () => {
    const events = [outcome("e1", 3, { subject: "a" }), outcome("e2", 3, { subject: "a" })];
    expect(states(policy, ...events, signal("s1", 4, { confirms: "e2", subject: "a" }))).toEqual([
      "e1 pending",
      "e2 confirmed",
    ]);
  });

  it("bears on everything of its subject that was before it", () => {
    const events = [
      outcome("e1", 3, { subject: "a" }),
      outcome("e2", 4, { subject: "a" }),
      outcome("e3", 6, { subject: "a" }),
      outcome("e4", 3, { subject: "b" }),
      outcome("e5", 3),
    ];
    const solved = signal("s1", 5, { name: "solved", subject: "a" });
    expect(states(policy, ...events, solved)).toEqual([
      "e1 confirmed",
      "e4 pending",
      "e5 pending",
      "e2 confirmed",
      "e3 pending",
    ]);
  });

  it("bears on what happens at the same moment", () => {
    expect(states(policy, outcome("e1", 3), signal("s1", 3, { confirms: "e1" }))).toEqual([
      "e1 confirmed",
    ]);
  });

  it("that is before its event does nothing, and is reported", () => {
    const { outcomes, unusedSignals } = settle(
      policy,
      outcome("e1", 3),
      signal("s1", 2, { reverses: "e1" }),
    );
    expect(outcomes).toMatchObject([{ state: "pending" }]);
    expect(unusedSignals).toEqual([{ id: "s1", reason: "is before e1, to which it refers" }]);
  });

  it("says by its name only what the policy lists", () => {
    const events = [outcome("e1", 3, { subject: "a" })];
    const other = signal("s1", 4, { name: "seen", subject: "a" });
    expect(settle(policy, ...events, other)).toMatchObject({
      outcomes: [{ state: "pending" }],
      unusedSignals: [{ id: "s1", reason: "seen of a changes nothing" }],
    });
  });

  it("that reverses an event confirms nothing, whatever it is called", () => {
    const events = [outcome("e1", 3, { subject: "a" })];
    const said = signal("s1", 4, { name: "solved", subject: "a", reverses: "e1" });
    expect(states({ confirm: { signals: ["solved"] } }, ...events, said)).toEqual(["e1 pending"]);
    const taken = signal("s1", 4, { name: "reopened", subject: "a", confirms: "e1" });
    expect(states({ reverse: { signals: ["reopened"] } }, ...events, taken)).toEqual([
      "e1 confirmed",
    ]);
  });

  it("of another customer does nothing", () => {
    const foreign = { ...signal("s1", 4, { confirms: "e1" }), customerId: "globex" };
    expect(states(policy, outcome("e1", 3), foreign)).toEqual(["e1 pending"]);
  });

  it("about an event that is not known is kept until it is", () => {
    const late = outcome("e1", 3, { receivedAt: on(20) });
    const reversal = signal("s1", 4, { reverses: "e1" });
    const at = (day: number) =>
      settleOutcomes([reversal, late], { reverse: {} }, { asOf: on(day) });
    expect(at(10)).toMatchObject({
      outcomes: [],
      unusedSignals: [{ id: "s1", reason: "refers to e1, which is not known" }],
      report: { counts: { signal: 1, "outside-period": 1 } },
    });
    expect(at(20)).toMatchObject({ outcomes: [{ state: "reversed" }], unusedSignals: [] });
  });

  it("counts once, however often it comes, and as it was known first", () => {
    const part = signal("s1", 4, { reverses: "e1", quantity: 1 });
    const again = { ...part, receivedAt: on(30) };
    const whole = outcome("e1", 3, { quantity: 3 });
    for (const copies of [
      [part, again],
      [again, part],
      [part, part, again],
    ]) {
      expect(settle({ reverse: {} }, whole, ...copies).outcomes).toMatchObject([{ quantity: "2" }]);
      const early = settleOutcomes([whole, ...copies], { reverse: {} }, { asOf: on(10) });
      expect(early.outcomes).toMatchObject([{ quantity: "2" }]);
    }
  });

  it.each([
    [
      { reverses: "e1", quantity: 1 },
      { reverses: "e1", quantity: 2 },
    ],
    [
      { reverses: "e1", value: 10 },
      { reverses: "e1", value: 20 },
    ],
    [{ reverses: "e1", quantity: 1 }, { reverses: "e1" }],
    [{ reverses: "e1" }, { confirms: "e1" }],
    [{ reverses: "e1" }, { reverses: "e2" }],
  ])("under an id that says two things is the same in either order: %j and %j", (a, b) => {
    const events = [outcome("e1", 3, { quantity: 3, value: 50 }), outcome("e2", 3)];
    const both = [signal("s1", 4, a), signal("s1", 4, b)] as const;
    const policyOfBoth: OutcomePolicyInput = { confirm: {}, reverse: {} };
    const [first, second] = [both, both.toReversed()].map((signals) =>
      settle(policyOfBoth, ...events, signal("c1", 3, { confirms: "e1" }), ...signals),
    );
    expect(second).toEqual(first);
  });

  it("under an id that says two things at two times is the earlier one", () => {
    const events = [outcome("e1", 3), outcome("e2", 3)];
    const both = [signal("s1", 6, { reverses: "e1" }), signal("s1", 5, { reverses: "e2" })];
    for (const signals of [both, both.toReversed()]) {
      expect(states({ reverse: {} }, ...events, ...signals)).toEqual([
        "e1 confirmed",
        "e2 reversed",
      ]);
    }
  });
});

describe("two payloads under one id", () => {
  it("are one outcome, the earlier one, and the other is reported", () => {
    const two = [outcome("e1", 4, { quantity: 5 }), outcome("e1", 3, { quantity: 2 })];
    for (const events of [two, two.toReversed()]) {
      const { outcomes, report } = settle({}, ...events);
      expect(outcomes).toMatchObject([{ id: "e1", quantity: "2", occurredAt: on(3) }]);
      expect(report.counts).toMatchObject({ matched: 1, conflict: 1 });
    }
  });
});
