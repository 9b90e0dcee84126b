/** The life of one outcome: pending, confirmed, settled; blocked before, reversed after. */
import { type Outcome, type OutcomePolicyInput, settleOutcomes } from "rateplan";
import { describe, expect, it } from "vitest";
import { FAR, type Happening, on, outcome, signal } from "../../support/outcomes.js";

/** The only outcome of some events, as it is known on a day. */
function outcomeOf(
  policy: OutcomePolicyInput,
  events: readonly Happening[],
  asOf: string = FAR,
): Outcome {
  const [one, ...others] = settleOutcomes(events, policy, { asOf }).outcomes;
  if (one === undefined || others.length > 0) throw new Error("not one outcome");
  return one;
}

function textOf({ reasons }: Outcome): string | undefined {
  return reasons.at(-1)?.text;
}

const confirming: OutcomePolicyInput = { confirm: { assumedAfter: "P5D" }, reverse: {} };
const event = outcome("e1", 10, { subject: "a" });

describe("a confirmation", () => {
  it("by its id, or by name and subject", () => {
    const policy: OutcomePolicyInput = { confirm: { signals: ["solved"] } };
    for (const said of [{ confirms: "e1" }, { name: "solved", subject: "a" }]) {
      const one = outcomeOf(policy, [event, signal("s1", 12, said)]);
      expect(one).toMatchObject({ state: "settled", confirmedAt: on(12), billableAt: on(12) });
      expect(one.reasons.at(-1)).toEqual({ text: "confirmed by s1", eventIds: ["s1"] });
    }
  });

  it("counts from when it was known", () => {
    const late = { ...signal("s1", 12, { confirms: "e1" }), receivedAt: on(20) };
    expect(outcomeOf({ confirm: {} }, [event, late], on(19))).toMatchObject({
      state: "pending",
      confirmedAt: null,
      billableAt: null,
    });
    expect(outcomeOf({ confirm: {} }, [event, late], on(20))).toMatchObject({
      confirmedAt: on(20),
    });
  });

  it("comes first of the two ways", () => {
    const early = signal("s1", 12, { confirms: "e1" });
    expect(outcomeOf(confirming, [event, early]).confirmedAt).toBe(on(12));
    const after = signal("s1", 16, { confirms: "e1" });
    expect(outcomeOf(confirming, [event, after]).confirmedAt).toBe(on(15));
  });

  it("twice is one, at the first time", () => {
    const twice = [signal("s1", 13, { confirms: "e1" }), signal("s2", 12, { confirms: "e1" })];
    expect(outcomeOf({ confirm: {} }, [event, ...twice]).confirmedAt).toBe(on(12));
  });

  it("is assumed before anything that a signal says at that very moment, whatever its id", () => {
    for (const id of ["0", "A1", "s1", "é"]) {
      const one = outcomeOf(confirming, [event, signal(id, 15, { reverses: "e1" })]);
      expect(one).toMatchObject({ state: "reversed", confirmedAt: on(15), endedAt: on(15) });
    }
  });

  it("by several signals and a silence names them all", () => {
    const policy: OutcomePolicyInput = {
      confirm: { require: "all", signals: ["solved", "paid"], assumedAfter: "P5D" },
    };
    const said = [
      signal("s2", 12, { name: "paid", subject: "a" }),
      signal("s1", 11, { name: "solved", subject: "a" }),
    ];
    // Five days of silence after the last of them.
    expect(outcomeOf(policy, [event, ...said]).reasons.at(-1)).toEqual({
      text: `confirmed by s1 and s2 and after a silence, at ${on(17)}`,
      eventIds: ["s1", "s2"],
    });
  });

  it("is not assumed before its moment", () => {
    expect(outcomeOf(confirming, [event], on(14.5)).state).toBe("pending");
    expect(outcomeOf(confirming, [event], on(15))).toMatchObject({
      state: "confirmed",
      confirmedAt: on(15),
      settlesAt: null,
    });
    const text = `confirmed after a silence, at ${on(15)}`;
    expect(outcomeOf(confirming, [event]).reasons.at(-1)).toEqual({ text, eventIds: [] });
  });

  it("of an event that claims to be in the future waits for it", () => {
    const future = { ...outcome("e1", 40), receivedAt: on(10) };
    expect(outcomeOf({}, [future], on(20))).toMatchObject({ state: "pending", billableAt: null });
    expect(outcomeOf({}, [future], on(40))).toMatchObject({ state: "settled" });
    const said = { ...signal("s1", 30, { confirms: "e1" }), receivedAt: on(11) };
    expect(outcomeOf({ confirm: {} }, [event, said], on(20)).state).toBe("pending");
    expect(outcomeOf({ confirm: {} }, [event, said], on(30)).state).toBe("settled");
  });
});

describe("a reversal", () => {
  it("before the confirmation blocks, and no silence brings it back", () => {
    const one = outcomeOf(confirming, [event, signal("s1", 12, { reverses: "e1" })]);
    expect(one).toMatchObject({
      state: "blocked",
      confirmedAt: null,
      endedAt: on(12),
      billableAt: null,
    });
    expect(textOf(one)).toBe("blocked by s1");
  });

  it("that has blocked it is the last word, whoever says it again", () => {
    const twice = [signal("s1", 12, { reverses: "e1" }), signal("s2", 13, { reverses: "e1" })];
    const one = outcomeOf(confirming, [event, ...twice]);
    expect(one).toMatchObject({ state: "blocked", endedAt: on(12) });
    expect(textOf(one)).toBe("blocked by s1");
    const later = [signal("s1", 16, { reverses: "e1" }), signal("s2", 17, { reverses: "e1" })];
    const other = outcomeOf(confirming, [event, ...later]);
    expect(other).toMatchObject({ state: "reversed", endedAt: on(16) });
    expect(textOf(other)).toBe("reversed by s1");
  });

  it("that counts until the confirmation alone comes too late at its very moment, or when it is known then", () => {
    const policy: OutcomePolicyInput = {
      confirm: { assumedAfter: "P5D" },
      reverse: { within: "confirmation" },
    };
    const known = (day: number, knownOn: number) => [
      event,
      { ...signal("s1", day, { reverses: "e1" }), receivedAt: on(knownOn) },
    ];
    expect(outcomeOf(policy, known(14, 14)).state).toBe("blocked");
    for (const late of [known(15, 15), known(12, 15), known(12, 16), known(16, 16)]) {
      const one = outcomeOf(policy, late);
      expect(one).toMatchObject({ state: "settled", confirmedAt: on(15), endedAt: null });
      expect(textOf(one)).toBe("s1 came after the time in which it could be reversed");
    }
  });

  it("says what it did, and which signal did it", () => {
    const within: OutcomePolicyInput = { reverse: { within: "P1D" } };
    const last = (policy: OutcomePolicyInput, more: object) =>
      outcomeOf(policy, [event, signal("s1", 12, { reverses: "e1", ...more })]).reasons.at(-1);
    expect(last({ reverse: {} }, {})).toEqual({ text: "reversed by s1", eventIds: ["s1"] });
    expect(last({ reverse: {} }, { quantity: "0.5" })).toEqual({
      text: "reversed in part by s1",
      eventIds: ["s1"],
    });
    // What changes nothing is told, and put the outcome nowhere.
    expect(last({ reverse: {} }, { value: 1 })).toEqual({
      text: "s1 takes back a value, of which there is none",
      eventIds: [],
    });
    expect(last(within, {})).toEqual({
      text: "s1 came after the time in which it could be reversed",
      eventIds: [],
    });
  });

  it("that comes too late is named a hundred times, and the others once together", () => {
    const policy: OutcomePolicyInput = { reverse: { signals: ["reopened"], within: "P1D" } };
    for (const said of [{ reverses: "e1" }, { name: "reopened", subject: "a" }]) {
      const signals = Array.from({ length: 105 }, (_, n) => signal(`s${n}`, 12 + n / 1_000, said));
      const texts = outcomeOf(policy, [event, ...signals]).reasons.map(({ text }) => text);
      const late = texts.filter((text) => text.includes("came after the time"));
      expect(late).toHaveLength(101);
      expect(late.slice(-2).map((text) => text.split(" ")[0])).toEqual(["s99", "others"]);
    }
  });

  it("after the confirmation reverses, and keeps when it was confirmed", () => {
    const one = outcomeOf(confirming, [event, signal("s1", 16, { reverses: "e1" })]);
    expect(one).toMatchObject({
      state: "reversed",
      confirmedAt: on(15),
      endedAt: on(16),
      billableAt: null,
    });
    expect(textOf(one)).toBe("reversed by s1");
  });

  it("by name and subject, or by the id of a signal without a name", () => {
    const policy: OutcomePolicyInput = { reverse: { signals: ["reopened", "refunded"] } };
    for (const said of [{ reverses: "e1" }, { name: "refunded", subject: "a" }]) {
      expect(outcomeOf(policy, [event, signal("s1", 12, said)]).state).toBe("reversed");
    }
    const other = signal("s1", 12, { name: "refunded", subject: "b" });
    expect(outcomeOf(policy, [event, other]).state).toBe("confirmed");
  });

  it("at the very moment of a confirmation that names it reverses; one of before does not", () => {
    const named = [signal("s1", 12, { confirms: "e1" }), signal("s2", 13, { confirms: "e1" })];
    const reversed = (day: number) => {
      const late = { ...signal("s3", day, { reverses: "e1" }), receivedAt: on(14) };
      return outcomeOf({ confirm: {}, reverse: {} }, [event, ...named, late]).state;
    };
    expect(reversed(13)).toBe("reversed");
    expect(reversed(12.5)).toBe("confirmed");
  });

  it("that becomes known after the confirmation reverses, though it happened before", () => {
    const late = { ...signal("s1", 12, { reverses: "e1" }), receivedAt: on(16) };
    expect(outcomeOf(confirming, [event, late], on(15.5)).state).toBe("confirmed");
    expect(outcomeOf(confirming, [event, late], on(16))).toMatchObject({
      state: "reversed",
      endedAt: on(12),
    });
    const inTime = { ...late, receivedAt: on(14.5) };
    expect(outcomeOf(confirming, [event, inTime]).state).toBe("blocked");
  });

  it("is possible up to the end of its time, and then no more", () => {
    const policy: OutcomePolicyInput = { reverse: { within: "P5D" } };
    const at = (day: number) => outcomeOf(policy, [event, signal("s1", day, { reverses: "e1" })]);
    expect(at(15).state).toBe("reversed");
    const late = at(15.5);
    expect(late).toMatchObject({ state: "settled", settlesAt: on(15), billableAt: on(10) });
    expect(textOf(late)).toBe("s1 came after the time in which it could be reversed");
  });

  it("that comes too late is among the signals that change nothing", () => {
    const late = signal("s1", 20, { reverses: "e1" });
    const { unusedSignals } = settleOutcomes(
      [event, late],
      { reverse: { within: "P5D" } },
      { asOf: FAR },
    );
    expect(unusedSignals.map(({ id }) => id)).toEqual(["s1"]);
  });

  it("has its time from the confirmation, and unlimited time before it", () => {
    const policy: OutcomePolicyInput = { confirm: {}, reverse: { within: "P5D" } };
    const confirmed = signal("s1", 20, { confirms: "e1" });
    const at = (day: number) =>
      outcomeOf(policy, [event, confirmed, signal("s2", day, { reverses: "e1" })]).state;
    expect([25, 25.5].map(at)).toEqual(["reversed", "settled"]);
    expect(outcomeOf(policy, [event, signal("s2", 90, { reverses: "e1" })]).state).toBe("blocked");
  });

  it("that happened in time and is known later still counts", () => {
    const policy: OutcomePolicyInput = { reverse: { within: "P5D" } };
    const late = { ...signal("s1", 14, { reverses: "e1" }), receivedAt: on(60) };
    expect(outcomeOf(policy, [event, late], on(59)).state).toBe("settled");
    expect(outcomeOf(policy, [event, late], on(60)).state).toBe("reversed");
  });

  it("is possible only until the confirmation, where the policy says so", () => {
    const policy: OutcomePolicyInput = {
      confirm: { assumedAfter: "P5D" },
      reverse: { within: "confirmation" },
    };
    const at = (day: number) => outcomeOf(policy, [event, signal("s1", day, { reverses: "e1" })]);
    expect(at(14)).toMatchObject({ state: "blocked", billableAt: null });
    expect(at(15.5)).toMatchObject({ state: "settled", settlesAt: on(15), billableAt: on(15) });
  });

  it("of what is reversed already changes nothing", () => {
    const twice = [signal("s1", 12, { reverses: "e1" }), signal("s2", 13, { reverses: "e1" })];
    expect(outcomeOf({ reverse: {} }, [event, ...twice])).toMatchObject({
      state: "reversed",
      endedAt: on(12),
    });
  });
});

describe("a reversal of a part", () => {
  const whole = outcome("e1", 10, { quantity: "3", value: "100" });
  const of = (...signals: readonly Happening[]) => outcomeOf({ reverse: {} }, [whole, ...signals]);

  it("takes off quantity, value or both, and leaves the rest standing", () => {
    const part = (more: object) => of(signal("s1", 12, { reverses: "e1", ...more }));
    expect(part({ quantity: "0.5" })).toMatchObject({
      state: "confirmed",
      quantity: "2.5",
      value: "100",
      endedAt: null,
    });
    expect(part({ value: 30 })).toMatchObject({ state: "confirmed", quantity: "3", value: "70" });
    expect(part({ quantity: 1, value: 30 })).toMatchObject({ quantity: "2", value: "70" });
    expect(textOf(part({ quantity: 1 }))).toBe("reversed in part by s1");
    expect(part({ quantity: 0 })).toMatchObject({ state: "confirmed", quantity: "3" });
  });

  it("adds up, until nothing is left", () => {
    const parts = [1, 2].map((index) =>
      signal(`s${index}`, 11 + index, { reverses: "e1", value: 50 }),
    );
    expect(of(...parts.slice(0, 1))).toMatchObject({ state: "confirmed", value: "50" });
    expect(of(...parts)).toMatchObject({ state: "reversed", endedAt: on(13) });
  });

  it("of more than there is takes all", () => {
    expect(of(signal("s1", 12, { reverses: "e1", quantity: 9 })).state).toBe("reversed");
    expect(of(signal("s1", 12, { reverses: "e1", value: 100 })).state).toBe("reversed");
  });

  it("of a value that there is not takes nothing", () => {
    const bare = outcome("e1", 10, { quantity: "3" });
    const part = signal("s1", 12, { reverses: "e1", value: 30 });
    const { outcomes, unusedSignals } = settleOutcomes(
      [bare, part],
      { reverse: {} },
      { asOf: FAR },
    );
    expect(outcomes).toMatchObject([{ state: "confirmed", quantity: "3", value: null }]);
    expect(unusedSignals.map(({ id }) => id)).toEqual(["s1"]);
  });

  it("before the confirmation leaves less to confirm, or blocks", () => {
    const half = signal("s1", 11, { reverses: "e1", quantity: "1.5" });
    const rest = signal("s2", 12, { reverses: "e1", quantity: "1.5" });
    expect(outcomeOf(confirming, [whole, half])).toMatchObject({
      state: "confirmed",
      quantity: "1.5",
    });
    expect(outcomeOf(confirming, [whole, half, rest]).state).toBe("blocked");
  });
});

describe("an outcome that is confirmed anew", () => {
  const reversed = signal("s1", 20, { reverses: "e1" });

  it("stands again, from then on", () => {
    const again = signal("s2", 30, { confirms: "e1" });
    expect(outcomeOf(confirming, [event, reversed, again])).toMatchObject({
      state: "confirmed",
      confirmedAt: on(30),
      endedAt: null,
      billableAt: on(30),
    });
    const blocked = signal("s1", 12, { reverses: "e1" });
    expect(outcomeOf(confirming, [event, blocked, again]).confirmedAt).toBe(on(30));
  });

  it("may be reversed again", () => {
    const more = [signal("s2", 30, { confirms: "e1" }), signal("s3", 31, { reverses: "e1" })];
    expect(outcomeOf(confirming, [event, reversed, ...more])).toMatchObject({
      state: "reversed",
      endedAt: on(31),
    });
  });

  it("is not so by a word about its subject", () => {
    const policy: OutcomePolicyInput = { ...confirming, confirm: { signals: ["solved"] } };
    const again = signal("s2", 30, { name: "solved", subject: "a" });
    const first = signal("s0", 11, { confirms: "e1" });
    expect(outcomeOf(policy, [event, first, reversed, again]).state).toBe("reversed");
  });

  it("is the same whenever the reversal before it becomes known", () => {
    const again = signal("s2", 30, { confirms: "e1" });
    const at = (received: number) => ({ ...reversed, receivedAt: on(received) });
    const standing = [20, 25, 29, 31, 50].map(
      (received) => outcomeOf(confirming, [event, at(received), again]).state,
    );
    expect(standing).toEqual(Array.from({ length: 5 }, () => "confirmed"));
  });
});

describe("which period an outcome belongs to", () => {
  it.each([
    ["occurred", on(10)],
    ["confirmed", on(15)],
    ["settled", on(17)],
    [undefined, on(15)],
  ] as const)("is that of billOn %s: %s", (billOn, billableAt) => {
    const policy: OutcomePolicyInput = {
      confirm: { assumedAfter: "P5D" },
      reverse: { within: "P2D" },
      ...(billOn === undefined ? {} : { billOn }),
    };
    expect(outcomeOf(policy, [event]).billableAt).toBe(billableAt);
    // Not before it is confirmed, and under settled not before its time is over.
    expect(outcomeOf(policy, [event], on(14)).billableAt).toBe(null);
    expect(outcomeOf(policy, [event], on(16)).billableAt).toBe(
      billOn === "settled" ? null : billableAt,
    );
  });
});
