/** Silences: when nothing more was heard of a subject for long enough, its outcome is confirmed. */
import { type OutcomePolicyInput, settleOutcomes } from "rateplan";
import { describe, expect, it } from "vitest";
import { FAR, type Happening, on, outcome, signal } from "../../support/outcomes.js";

const about = { subject: "a" };
const DAYS: OutcomePolicyInput = { confirm: { assumedAfter: "P5D" } };
const FIRST: OutcomePolicyInput = {
  confirm: { assumedAfter: "P5D", silenceFrom: "first-event" },
};

/** When the outcome `e1` is confirmed. */
function confirmedAt(policy: OutcomePolicyInput, ...events: readonly Happening[]) {
  const { outcomes } = settleOutcomes(events, policy, { asOf: FAR });
  return outcomes.find(({ id }) => id === "e1")?.confirmedAt;
}

describe("a silence from the last event", () => {
  const event = outcome("e1", 10, about);

  it("lasts its length from the outcome", () => {
    expect(confirmedAt(DAYS, event)).toBe(on(15));
    expect(confirmedAt({ confirm: { assumedAfter: "PT1S" } }, event)).toBe(
      "2026-01-10T00:00:01.000Z",
    );
    const last: OutcomePolicyInput = {
      confirm: { assumedAfter: "P5D", silenceFrom: "last-event" },
    };
    expect(confirmedAt(last, event, outcome("e2", 12, about))).toBe(on(17));
  });

  it("starts anew with each event of the subject, of whatever kind", () => {
    const chat = { ...outcome("c1", 14, about), unitOfMeasure: "@action", name: "message" };
    const word = signal("s1", 18, { name: "seen", subject: "a" });
    expect(confirmedAt(DAYS, event, chat)).toBe(on(19));
    expect(confirmedAt(DAYS, event, chat, word)).toBe(on(23));
    expect(confirmedAt(DAYS, word, chat, event)).toBe(on(23));
  });

  it("is broken by a moment at which several things happened as soon as the first of them is known", () => {
    const known = (id: string, day: number) => ({ ...outcome(id, 12, about), receivedAt: on(day) });
    for (const [a, b] of [
      [13, 16],
      [16, 13],
    ] as const) {
      expect(confirmedAt(DAYS, event, known("e2", a), known("e3", b))).toBe(on(17));
    }
    expect(confirmedAt(DAYS, event, known("e2", 16), known("e3", 17))).toBe(on(15));
  });

  it("is not broken by what comes when it is over, or was before it", () => {
    expect(confirmedAt(DAYS, event, outcome("e2", 15, about))).toBe(on(15));
    expect(confirmedAt(DAYS, event, outcome("e2", 14.5, about))).toBe(on(19.5));
    expect(confirmedAt(DAYS, outcome("e0", 9, about), event)).toBe(on(15));
  });

  it("is not broken by other subjects or customers, nor where there is no subject", () => {
    const other = outcome("e2", 12, { subject: "b" });
    const foreign = { ...outcome("e3", 12, about), customerId: "globex" };
    expect(confirmedAt(DAYS, event, other, foreign, outcome("e4", 12))).toBe(on(15));
    expect(confirmedAt(DAYS, outcome("e1", 10), outcome("e2", 12))).toBe(on(15));
  });

  it("that is over is not broken by what becomes known later", () => {
    const late = outcome("e2", 12, { ...about, receivedAt: on(16) });
    expect(confirmedAt(DAYS, event, late)).toBe(on(15));
    const inTime = outcome("e2", 12, { ...about, receivedAt: on(15) });
    expect(confirmedAt(DAYS, event, inTime)).toBe(on(17));
  });

  it("is broken by what becomes known while it lasts, though it has been broken before", () => {
    const first = outcome("e2", 14, about);
    const late = outcome("e3", 16, { ...about, receivedAt: on(18) });
    expect(confirmedAt(DAYS, event, first, late)).toBe(on(21));
    const tooLate = outcome("e3", 16, { ...about, receivedAt: on(20) });
    expect(confirmedAt(DAYS, event, first, tooLate)).toBe(on(19));
  });

  it("may be broken for ever", () => {
    const chatter = Array.from({ length: 200 }, (_, index) =>
      outcome(`c${index}`, 11 + index, about),
    );
    expect(confirmedAt(DAYS, event, ...chatter)).toBe(on(215));
  });
});

describe("a silence from the first event", () => {
  it("is counted once for the subject, whatever comes between", () => {
    const events = [outcome("e0", 8, about), outcome("e1", 10, about), outcome("e2", 12, about)];
    expect(confirmedAt(FIRST, ...events)).toBe(on(13));
    expect(confirmedAt(FIRST, ...events.toReversed())).toBe(on(13));
  });

  it("has passed already for what comes after it", () => {
    expect(confirmedAt(FIRST, outcome("e0", 1, about), outcome("e1", 10, about))).toBe(on(10));
  });

  it("begins with the outcome where that is the first, or has no subject", () => {
    expect(confirmedAt(FIRST, outcome("e1", 10, about), outcome("e2", 12, about))).toBe(on(15));
    expect(confirmedAt(FIRST, outcome("e0", 8), outcome("e1", 10))).toBe(on(15));
  });

  it("begins with any event of the subject, also a signal", () => {
    const opened = signal("s1", 7, { name: "opened", subject: "a" });
    expect(confirmedAt(FIRST, opened, outcome("e1", 10, about))).toBe(on(12));
  });
});

describe("a time from the outcome itself", () => {
  const policy: OutcomePolicyInput = {
    confirm: { assumedAfter: "P5D", silenceFrom: "outcome" },
  };

  it("is not broken by anything, nor begun by what was before", () => {
    const events = [outcome("e0", 8, about), outcome("e1", 10, about), outcome("e2", 12, about)];
    expect(confirmedAt(policy, ...events)).toBe(on(15));
    expect(confirmedAt(policy, ...events.toReversed())).toBe(on(15));
  });
});

describe("without a silence in the policy", () => {
  it("nothing is assumed", () => {
    expect(confirmedAt({ confirm: {} }, outcome("e1", 10, about))).toBe(null);
    expect(confirmedAt({ confirm: { signals: ["solved"] } }, outcome("e1", 10))).toBe(null);
  });
});

describe("all that is required", () => {
  const all = (confirm: OutcomePolicyInput["confirm"]): OutcomePolicyInput => ({
    confirm: { ...confirm, require: "all" },
  });
  const event = outcome("e1", 10, about);
  const paid = signal("s1", 11, { name: "paid", ...about });
  const solved = signal("s2", 14, { name: "solved", ...about });
  const both = all({ signals: ["paid", "solved"] });

  it("confirms with the last of the signals, in any order", () => {
    expect(confirmedAt(both, event, paid)).toBeNull();
    expect(confirmedAt(both, event, solved, solved)).toBeNull();
    expect(confirmedAt(both, solved, event, paid)).toBe(on(14));
    const late = { ...paid, receivedAt: on(20) };
    expect(confirmedAt(both, event, late, solved)).toBe(on(20));
    expect(confirmedAt({ confirm: { signals: ["paid", "solved"] } }, event, paid, solved)).toBe(
      on(11),
    );
  });

  it("does not count what was said before the outcome, or of another subject", () => {
    const early = signal("s3", 9, { name: "paid", ...about });
    const other = signal("s4", 11, { name: "paid", subject: "b" });
    expect(confirmedAt(both, event, early, other, solved)).toBeNull();
  });

  it("is a signal and a silence, whichever comes last; the signal breaks the silence", () => {
    const policy = all({ signals: ["paid"], assumedAfter: "P5D" });
    expect(confirmedAt(policy, event)).toBeNull();
    // Silent from the signal of day 11 on.
    expect(confirmedAt(policy, event, paid)).toBe(on(16));
    // Silent from day 10 to 15; paid on day 30.
    expect(confirmedAt(policy, event, signal("s1", 30, { name: "paid", ...about }))).toBe(on(30));
    const fromOutcome = all({ signals: ["paid"], assumedAfter: "P5D", silenceFrom: "outcome" });
    expect(confirmedAt(fromOutcome, event, paid)).toBe(on(15));
  });

  it("is the silence alone, or nothing, where no signals are listed", () => {
    expect(confirmedAt(all({ assumedAfter: "P5D" }), event)).toBe(on(15));
    expect(confirmedAt(all({}), event, paid)).toBeNull();
  });

  it("is not required of a signal that names the outcome", () => {
    const named = signal("s5", 12, { confirms: "e1" });
    expect(confirmedAt(both, event, named)).toBe(on(12));
  });

  it("names all that were needed", () => {
    const last = (policy: OutcomePolicyInput, ...events: readonly Happening[]) =>
      settleOutcomes(events, policy, { asOf: FAR }).outcomes[0]?.reasons.at(-1);
    expect(last(both, event, solved, paid)).toEqual({
      text: "confirmed by s1 and s2",
      eventIds: ["s1", "s2"],
    });
    expect(last(all({ signals: ["paid"], assumedAfter: "P5D" }), event, paid)).toEqual({
      text: "confirmed by s1 and after a silence, at 2026-01-16T00:00:00.000Z",
      eventIds: ["s1"],
    });
  });

  it("can be taken back before it is complete", () => {
    const policy: OutcomePolicyInput = { ...both, reverse: { signals: ["reopened"] } };
    const reopened = signal("s6", 12, { name: "reopened", ...about });
    const { outcomes } = settleOutcomes([event, paid, reopened, solved], policy, { asOf: FAR });
    expect(outcomes[0]?.state).toBe("blocked");
  });
});
