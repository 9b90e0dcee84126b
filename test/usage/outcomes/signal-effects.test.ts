/** What signals do to one outcome: which of them are about it, in which order, and which of one id counts. */
import { settleOutcomes } from "rateplan";
import { describe, expect, it } from "vitest";
import type { OutcomePolicy } from "../../../src/catalog/outcome.js";
import type { ReadEvent, ReadSignal } from "../../../src/usage/events/event.js";
import { readEvent } from "../../../src/usage/events/read-event.js";
import {
  nextEffect,
  signalEffects,
  uniqueSignals,
} from "../../../src/usage/outcomes/signal-effects.js";
import { FAR, on, outcome, signal } from "../../support/outcomes.js";

function signalOf(...[id, day, more]: Parameters<typeof signal>): ReadSignal {
  const reading = readEvent(signal(id, day, more));
  if (reading.kind !== "signal") throw new Error("no signal");
  return reading.signal;
}

function eventOf(...[id, day, more]: Parameters<typeof outcome>): ReadEvent {
  const reading = readEvent(outcome(id, day, more));
  if (reading.kind !== "usage") throw new Error("no event");
  return reading.event;
}

describe("signals under several policies", () => {
  const signals = [
    signalOf("s4", 14, { name: "solved", subject: "a" }),
    signalOf("s3", 13, { name: "reopened", subject: "a" }),
    signalOf("s2", 12, { name: "solved", subject: "a" }),
    signalOf("s1", 11, { confirms: "e1" }),
    signalOf("s5", 15, { reverses: "e1" }),
    signalOf("s6", 16, { name: "solved", subject: "b" }),
    signalOf("s7", 9, { confirms: "e1" }),
    signalOf("e1", 17, { reverses: "e1" }),
  ];
  const effects = signalEffects(signals, new Set(["e1"]));
  const event = eventOf("e1", 10, { subject: "a" });

  function under(policy: OutcomePolicy, one = event) {
    const { named, confirms, reverses } = effects(policy)(one);
    return [named, confirms.flatMap((each) => each?.effects ?? []), reverses?.effects ?? []].map(
      (list) => list.map((each) => each.signal.id).join(),
    );
  }

  it("do what each of them says, in the order in which they take effect", () => {
    // One of before the event, and the event itself, say nothing about it.
    expect(under({ confirm: {}, reverse: {} })).toEqual(["s1,s5", "", ""]);
    expect(under({ confirm: {} })).toEqual(["s1", "", ""]);
    expect(under({ reverse: {} })).toEqual(["s5", "", ""]);
    expect(under({})).toEqual(["", "", ""]);
    expect(under({ confirm: { signals: ["solved"] } })).toEqual(["s1", "s2,s4", ""]);
    expect(under({ confirm: { signals: ["reopened"] } })).toEqual(["s1", "s3", ""]);
    expect(under({ reverse: { signals: ["reopened"] } })).toEqual(["s5", "", "s3"]);
    expect(under({ reverse: { signals: ["solved", "reopened"] } })).toEqual(["s5", "", "s2,s3,s4"]);
    const both: OutcomePolicy = {
      confirm: { signals: ["solved"] },
      reverse: { signals: ["solved", "reopened"] },
    };
    expect(under(both)).toEqual(["s1,s5", "s2,s4", "s3"]);
  });

  it("are told apart by name where all of them are needed", () => {
    const signalNames = ["solved", "reopened"] as const;
    const lists = (policy: OutcomePolicy, one = event) =>
      effects(policy)(one).confirms.map((each) => each?.effects.map(({ signal: { id } }) => id));
    const any: OutcomePolicy = { confirm: { signals: signalNames, require: "any" } };
    expect(lists(any)).toEqual([["s2", "s3", "s4"]]);
    const all: OutcomePolicy = { confirm: { signals: signalNames, require: "all" } };
    expect(lists(all)).toEqual([["s2", "s4"], ["s3"]]);
    expect(lists(all, eventOf("e2", 10, { subject: "b" }))).toEqual([["s6"], undefined]);
  });

  it("are about their own subject, and about none where an event has none", () => {
    const policy: OutcomePolicy = { confirm: { signals: ["solved"] } };
    expect(under(policy, eventOf("e2", 10, { subject: "b" }))).toEqual(["", "s6", ""]);
    expect(under(policy, eventOf("e2", 10))).toEqual(["", "", ""]);
  });

  it("are found one after the other, but for the event itself", () => {
    const [confirms] = effects({ confirm: { signals: ["solved"] } })(event).confirms;
    if (confirms === undefined) throw new Error("none");
    const next = (one: ReadEvent, day: number, from = 0, to = 99) =>
      nextEffect(
        confirms,
        one,
        { at: Date.parse(on(day)) },
        Date.parse(on(from)),
        Date.parse(on(to)),
      )?.signal.id;
    expect([next(event, 1), next(event, 13), next(event, 15)]).toEqual(["s2", "s4", undefined]);
    // Of those that happened in a stretch, its ends among them.
    expect([next(event, 1, 12.5), next(event, 1, 0, 11), next(event, 1, 12, 12)]).toEqual([
      "s4",
      undefined,
      "s2",
    ]);
    const itself = eventOf("s2", 10, { subject: "a" });
    expect([next(itself, 1), next(itself, 1, 0, 13)]).toEqual(["s4", undefined]);
  });
});

describe("signals with one id", () => {
  const winner = (...signals: readonly ReadSignal[]) => {
    const ways = [signals, signals.toReversed()].map((list) => [...uniqueSignals(list)]);
    expect(ways[0]).toEqual(ways[1]);
    expect(ways[0]).toHaveLength(1);
    return ways[0]?.[0];
  };

  it("are the one that happened first", () => {
    const first = signalOf("s1", 10, { reverses: "e1", receivedAt: on(20) });
    expect(winner(first, signalOf("s1", 11, { confirms: "e1" }))).toBe(first);
  });

  it("at one moment are the one whose text comes first", () => {
    // ["e1",… comes before [null,…, and "0.1" before "0.2".
    const confirms = signalOf("s1", 10, { confirms: "e1" });
    expect(winner(signalOf("s1", 10, { reverses: "e1" }), confirms)).toBe(confirms);
    const less = signalOf("s1", 10, { reverses: "e1", quantity: "0.1" });
    expect(winner(signalOf("s1", 10, { reverses: "e1", quantity: "0.2" }), less)).toBe(less);
    const value = signalOf("s1", 10, { reverses: "e1", value: "0.1" });
    expect(winner(signalOf("s1", 10, { reverses: "e1", value: "0.2" }), value)).toBe(value);
    const subject = signalOf("s1", 10, { name: "solved", subject: "a" });
    expect(winner(signalOf("s1", 10, { name: "solved", subject: "b" }), subject)).toBe(subject);
  });

  it("that say the same are known when the first of them was", () => {
    const early = signalOf("s1", 10, { confirms: "e1", receivedAt: on(11) });
    expect(winner(signalOf("s1", 10, { confirms: "e1", receivedAt: on(12) }), early)).toBe(early);
  });
});

describe("a signal about a subject", () => {
  it("confirms what is pending, and protects it from no reversal", () => {
    const policy = { confirm: { signals: ["solved"] }, reverse: { signals: ["reopened"] } };
    const judged = (confirmation: object) =>
      settleOutcomes(
        [
          outcome("e1", 10, { subject: "a" }),
          signal("s1", 13, confirmation),
          signal("s2", 12, { name: "reopened", subject: "a", receivedAt: on(14) }),
        ],
        policy,
        { asOf: FAR },
      ).outcomes[0];
    // The reversal of the 12th is known after the confirmation of the 13th, which only by name stands against it.
    expect(judged({ name: "solved", subject: "a" })).toMatchObject({
      state: "reversed",
      confirmedAt: on(13),
    });
    expect(judged({ confirms: "e1" })).toMatchObject({ state: "confirmed", confirmedAt: on(13) });
  });
});
