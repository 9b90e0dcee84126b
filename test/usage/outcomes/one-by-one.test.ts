/**
 * What becomes of outcomes, against a judge that follows the documented rules literally: it looks at every signal and at
 * everything that happened, one by one, for each outcome.
 */
import fc from "fast-check";
import {
  type OutcomePolicy,
  type SignalInput,
  settleOutcomes,
  type UsageEventInput,
} from "rateplan";
import { describe, expect, it } from "vitest";
import {
  crowds,
  FAR,
  type Happening,
  MONTHS,
  on,
  outcome,
  signal,
} from "../../support/outcomes.js";
import { tries } from "../../support/tries.js";

const DAY = 86_400_000;
const policies: fc.Arbitrary<OutcomePolicy> = fc.record(
  {
    confirm: fc.record(
      {
        signals: fc.constantFrom(["solved"], ["solved", "seen"]),
        assumedAfter: fc.constantFrom("PT18H", "P1D", "P3D"),
        require: fc.constantFrom("any" as const, "all" as const),
      },
      { requiredKeys: [] },
    ),
    reverse: fc.record(
      {
        signals: fc.constant(["reopened"]),
        within: fc.constantFrom(
          "unlimited" as const,
          "confirmation" as const,
          "P1D" as const,
          "P2D" as const,
        ),
      },
      { requiredKeys: ["signals"] },
    ),
  },
  { requiredKeys: [] },
);

const LENGTHS = { PT18H: 0.75 * DAY, P1D: DAY, P2D: 2 * DAY, P3D: 3 * DAY } as const;
const lengthOf = (text: string) => LENGTHS[text as keyof typeof LENGTHS];
const timeOf = (date: Happening["timestamp"]) => Date.parse(String(date));
const knownAt = ({ timestamp, receivedAt }: Happening) => timeOf(receivedAt ?? timestamp);

/** When the silence after an event is over: looked at moment by moment. */
function silenceAfter(event: Happening, all: readonly Happening[], length: number): number {
  let end = timeOf(event.timestamp) + length;
  const others = all
    .filter((each) => each.subject === event.subject)
    .toSorted((a, b) => timeOf(a.timestamp) - timeOf(b.timestamp));
  for (const each of others) {
    const at = timeOf(each.timestamp);
    if (at > timeOf(event.timestamp) && at < end && knownAt(each) <= end) end = at + length;
  }
  return end;
}

/** Where an outcome stands, and what is left of it. */
function judge(event: UsageEventInput, all: readonly Happening[], policy: OutcomePolicy) {
  const { confirm, reverse } = policy;
  const occurred = timeOf(event.timestamp);
  const steps: { at: number; id: string; signal?: SignalInput }[] = [];
  // What is still needed of all: names of signals, and the silence.
  const missing = new Set(confirm?.signals);
  if (confirm?.assumedAfter !== undefined) missing.add("silence");
  const isEnough = (said: string) => {
    missing.delete(said);
    return confirm?.require !== "all" || missing.size === 0;
  };
  if (confirm === undefined) steps.push({ at: occurred, id: "" });
  else if (confirm.assumedAfter !== undefined) {
    steps.push({ at: silenceAfter(event, all, lengthOf(confirm.assumedAfter)), id: "" });
  }
  for (const each of all) {
    if ("unitOfMeasure" in each || timeOf(each.timestamp) < occurred) continue;
    const at = Math.max(timeOf(each.timestamp), knownAt(each));
    steps.push({ at, id: each.id, signal: each as SignalInput });
  }
  steps.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  let state = "pending";
  let confirmedAt: number | null = null;
  let restoredAt = Number.NEGATIVE_INFINITY;
  let quantity = Number(event.quantity);
  let value = event.value === undefined ? null : Number(event.value);
  for (const { at, signal: said } of steps) {
    if (said === undefined) {
      if (isEnough("silence") && state === "pending") [state, confirmedAt] = ["confirmed", at];
      continue;
    }
    const about = said.subject === event.subject ? (said.name ?? undefined) : undefined;
    const happened = timeOf(said.timestamp);
    if (confirm !== undefined && said.confirms === event.id) {
      restoredAt = happened;
      if (state !== "confirmed") [state, confirmedAt] = ["confirmed", at];
    } else if (about !== undefined && confirm?.signals?.includes(about) === true) {
      if (isEnough(about) && state === "pending") [state, confirmedAt] = ["confirmed", at];
    } else if (
      reverse !== undefined &&
      (said.reverses === event.id ||
        (about !== undefined && reverse.signals?.includes(about) === true))
    ) {
      if (state !== "pending" && state !== "confirmed") continue;
      if (happened < restoredAt) continue;
      const { within = "unlimited" } = reverse;
      if (confirmedAt !== null && within === "confirmation") continue;
      if (
        confirmedAt !== null &&
        within !== "unlimited" &&
        happened > confirmedAt + lengthOf(within)
      )
        continue;
      const [less, worth] = [said.quantity, said.value];
      if (less === undefined && worth !== undefined && value === null) continue;
      const units = Math.max(0, quantity - Number(less ?? 0));
      const money = value === null ? null : Math.max(0, value - Number(worth ?? 0));
      const rest = less === undefined ? (worth === undefined ? 0 : money) : units;
      if (rest === 0) state = state === "pending" ? "blocked" : "reversed";
      else [quantity, value] = [units, money];
    }
  }
  return { state, confirmedAt, quantity, value };
}

describe("an outcome among many signals about its subject", () => {
  it("comes to where following each of them leads", () => {
    fc.assert(
      fc.property(crowds, policies, (all, policy) => {
        const { outcomes } = settleOutcomes(all, policy, { asOf: FAR, periods: [...MONTHS] });
        for (const { id, state, confirmedAt, quantity, value } of outcomes) {
          const event = all.find((each) => each.id === id) as UsageEventInput;
          const expected = judge(event, all, policy);
          expect({
            id,
            state: state === "settled" ? "confirmed" : state,
            confirmedAt: confirmedAt === null ? null : Date.parse(confirmedAt),
          }).toEqual({ id, state: expected.state, confirmedAt: expected.confirmedAt });
          if (state === "blocked" || state === "reversed") continue;
          expect([Number(quantity), value === null ? null : Number(value)]).toEqual([
            expected.quantity,
            expected.value,
          ]);
        }
      }),
      tries(250),
    );
  });
});

describe("an outcome of a subject that is never silent", () => {
  it("names a hundred of the signals that came too late, and says that there are others", () => {
    const late = Array.from({ length: 150 }, (_, index) =>
      signal(`s${String(index).padStart(3, "0")}`, 10 + index / 24, {
        name: "reopened",
        subject: "a",
      }),
    );
    const policy: OutcomePolicy = { reverse: { signals: ["reopened"], within: "P7D" } };
    const [first] = settleOutcomes([outcome("e1", 1, { subject: "a" }), ...late], policy, {
      asOf: FAR,
    }).outcomes;
    const texts = first?.reasons.map(({ text }) => text) ?? [];
    expect(first?.state).toBe("settled");
    // That it occurred, a hundred signals, and that there are others.
    expect(texts).toHaveLength(102);
    expect(texts[1]).toBe("s000 came after the time in which it could be reversed");
    expect(texts[100]).toBe("s099 came after the time in which it could be reversed");
    expect(texts[101]).toBe("others came after the time in which it could be reversed");
  });

  it("is reversed by a signal of its time that becomes known after many that came too late", () => {
    const late = Array.from({ length: 150 }, (_, index) =>
      signal(`s${index}`, 10 + index / 24, { name: "reopened", subject: "a" }),
    );
    const inTime = signal("x", 5, { name: "reopened", subject: "a", receivedAt: on(60) });
    const policy: OutcomePolicy = { reverse: { signals: ["reopened"], within: "P7D" } };
    const events = [outcome("e1", 1, { subject: "a" }), ...late, inTime];
    const [first] = settleOutcomes(events, policy, { asOf: FAR }).outcomes;
    expect([first?.state, first?.endedAt, first?.reasons.at(-1)?.text]).toEqual([
      "reversed",
      on(5),
      "reversed by x",
    ]);
  });
});
