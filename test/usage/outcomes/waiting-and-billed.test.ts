/** What there is to say of outcomes beyond what is billed: what waits, what waited, and what was billed and is gone. */
import type { OutcomePolicyInput } from "rateplan";
import { describe, expect, it } from "vitest";
import { exact } from "../../../src/money/decimal.js";
import { formatExact } from "../../../src/money/fraction.js";
import type { Interval } from "../../../src/time/interval.js";
import { billedOutcomes } from "../../../src/usage/outcomes/billed-outcomes.js";
import type { FoldedOutcome } from "../../../src/usage/outcomes/outcome.js";
import {
  at,
  chargeOf,
  FEBRUARY,
  JANUARY,
  known,
  segmentOf,
  usageOf,
} from "../../support/judging.js";
import { type Happening, on, outcome, signal } from "../../support/outcomes.js";

describe("outcomes that waited when a period began", () => {
  const waited = (policy: OutcomePolicyInput, ...list: readonly Happening[]) =>
    usageOf([segmentOf(chargeOf(policy), FEBRUARY)], list)[0]?.waited;
  const confirmed = (id: string, day: number, then: number): readonly Happening[] => [
    outcome(id, day),
    signal(`s-${id}`, then, { confirms: id }),
  ];

  it("occurred before it and were not certain by then", () => {
    const list = [
      ...confirmed("certain", 5, 10),
      ...confirmed("later", 6, 34),
      ...confirmed("just then", 8, 32),
      ...confirmed("just before", 9, 31.5),
      outcome("never", 7),
      outcome("at its beginning", 32),
      ...confirmed("in it", 33, 34),
    ];
    // "later", "just then" and "never".
    expect(waited({ confirm: {} }, ...list)).toBe(3);
    expect(waited({ confirm: {} }, ...list.toReversed())).toBe(3);
  });

  it("are none of those that do not qualify", () => {
    const policy: OutcomePolicyInput = {
      confirm: {},
      qualifies: { field: "properties.csat", atLeast: 4 },
    };
    const rated = (id: string, csat: number) => outcome(id, 5, { properties: { csat } });
    expect(waited(policy, rated("good", 5), rated("bad", 1))).toBe(1);
  });

  it("are, where they are billed when settled, those that were neither settled nor taken back", () => {
    const list = [
      outcome("settled on 15", 5),
      outcome("settles on 35", 25),
      outcome("back on 20", 12),
      signal("s1", 20, { reverses: "back on 20" }),
      outcome("back on 33", 28),
      signal("s2", 33, { reverses: "back on 33" }),
    ];
    expect(waited({ reverse: { within: "P10D" }, billOn: "settled" }, ...list)).toBe(2);
    // Confirmed as they occur, they are certain at once.
    expect(waited({ reverse: { within: "P10D" } }, ...list)).toBe(0);
  });
});

describe("outcomes that wait for a later document", () => {
  const pendingOf = (list: readonly Happening[], billedUntil?: number) => {
    const scope = billedUntil === undefined ? {} : { billedUntil: () => billedUntil };
    const charge = chargeOf({ confirm: { assumedAfter: "P5D" } });
    const [usage] = usageOf([segmentOf(charge, JANUARY, undefined, scope)], list);
    return [formatExact(usage?.pending.quantity ?? exact("0")), usage?.pending.since];
  };
  const list = [
    // Certain on 31 January, 1 February, 4 February, 6 February.
    outcome("in time", 26, { quantity: 8 }),
    outcome("just too late", 27, { quantity: 4 }),
    outcome("too late", 30, { quantity: 2 }),
    outcome("of the next", 32, { quantity: 1 }),
  ];

  it("occurred before the end of what is billed, and are billable from then on", () => {
    expect(pendingOf(list)).toEqual(["6", at(27)]);
    expect(pendingOf(list.slice(0, 1))).toEqual(["0", undefined]);
  });

  it("are fewer where a later period has been billed, too", () => {
    // Up to 3 February: what was certain on the 1st has been billed.
    expect(pendingOf(list, at(34))).toEqual(["3", at(30)]);
    expect(pendingOf(list, at(10))).toEqual(["6", at(27)]);
  });

  it("count as much as the charge counts of what is left of them", () => {
    const charge = chargeOf(
      { confirm: {}, reverse: {} },
      { eventQuantity: { rounding: { increment: 1, mode: "up" } } },
    );
    const [usage] = usageOf(
      [segmentOf(charge, JANUARY)],
      [outcome("e1", 5, { quantity: 3 }), signal("s1", 6, { reverses: "e1", quantity: "0.5" })],
    );
    // 2.5, rounded up.
    expect(formatExact(usage?.pending.quantity ?? exact("0"))).toBe("3");
  });
});

describe("outcomes that a document has billed before", () => {
  const charge = chargeOf({ confirm: { assumedAfter: "P5D" }, reverse: {} });
  const list = [
    // Certain on the 10th; on 2 February; on the 11th, but known on the 3rd of February alone.
    outcome("e1", 5),
    outcome("e2", 28),
    outcome("e3", 6, { receivedAt: on(34) }),
    signal("s1", 40, { reverses: "e1" }),
  ];
  const billedBefore = (period: Interval | undefined, billedAsOf: number | undefined) => {
    const fresh = segmentOf(charge, period);
    const segment = { ...fresh.segment, billedAsOf };
    const [usage] = usageOf([{ ...fresh, segment }, segmentOf(charge, period)], list);
    return usage?.billedBefore.map(({ id, takenBack }) => `${id} ${formatExact(takenBack)}`);
  };

  it("are those that were billable in its period by what was known then", () => {
    expect(billedBefore(JANUARY, at(32))).toEqual(["e1 1"]);
    expect(billedBefore(JANUARY, at(35))).toEqual(["e1 1", "e3 0"]);
    expect(billedBefore(FEBRUARY, at(32))).toEqual([]);
    expect(billedBefore(FEBRUARY, at(60))).toEqual(["e2 0"]);
    // Reversed by then, the first was not billed.
    expect(billedBefore(JANUARY, at(60))).toEqual(["e3 0"]);
  });

  it("are those of any time where it has no period, and none where there is no document", () => {
    expect(billedBefore(undefined, at(35))).toEqual(["e1 1", "e3 0", "e2 0"]);
    expect(billedBefore(undefined, at(32))).toEqual(["e1 1"]);
    expect(billedBefore(JANUARY, undefined)).toEqual([]);
    expect(billedBefore(undefined, undefined)).toEqual([]);
  });
});

describe("what a document has billed of outcomes", () => {
  const policy = chargeOf({ uniqueBy: { per: "lifetime" } }).outcome ?? {};
  const outcomeOf = (id: string, day: number, subject: string, quantity = "1"): FoldedOutcome => {
    const [event] = known([outcome(id, day, { subject })]).events;
    if (event === undefined) throw new Error("no event");
    const none = { confirmedAt: undefined, settlesAt: undefined, endedAt: undefined };
    return {
      ...none,
      event,
      state: "confirmed",
      billableAt: at(day),
      quantity: exact(quantity),
      value: undefined,
      reasons: [],
    };
  };
  const gone = (before: readonly FoldedOutcome[], counted: readonly FoldedOutcome[]) =>
    billedOutcomes(before, { counted, groupOf: () => ["x"], policy }).map(
      ({ id, group, quantity, takenBack }) => [
        ...[id, group.join(), formatExact(quantity), formatExact(takenBack)],
      ],
    );
  /** The same, with another quantity today. */
  const now = (one: FoldedOutcome, quantity: string) => ({ ...one, quantity: exact(quantity) });

  it("stands in the order in which it became billable, then by id", () => {
    const before = [
      ...[outcomeOf("d", 3, "a"), outcomeOf("b", 5, "b"), outcomeOf("c", 3, "c")],
      ...[outcomeOf("a", 9, "d"), outcomeOf("e", 2, "e")],
    ];
    expect(gone(before, before).map(([id]) => id)).toEqual(["e", "c", "d", "b", "a"]);
    expect(gone(before.toReversed(), before).map(([id]) => id)).toEqual(["e", "c", "d", "b", "a"]);
  });

  it("is gone by the share that was taken back of it", () => {
    const [whole, part, none] = [
      outcomeOf("e1", 1, "a", "3"),
      outcomeOf("e2", 2, "b", "3"),
      outcomeOf("e3", 3, "c", "0"),
    ];
    expect(
      gone(
        [whole, part, none],
        [part, now(none, "2")].map((each) => (each === part ? now(part, "2.5") : each)),
      ),
    ).toEqual([
      ["e1", "x", "3", "1"],
      // 0.5 of 3.
      ["e2", "x", "3", "1/6"],
      // Nothing was billed of it.
      ["e3", "x", "0", "0"],
    ]);
    expect(gone([part], [now(part, "0")])).toEqual([["e2", "x", "3", "1"]]);
    expect(gone([none], [])).toEqual([["e3", "x", "0", "1"]]);
  });

  it("is not gone where another of its key counts in its place, one for one", () => {
    const [first, second, other] = [
      outcomeOf("e1", 1, "a"),
      outcomeOf("e2", 2, "a"),
      outcomeOf("e3", 3, "b"),
    ];
    const arrival = outcomeOf("e9", 9, "a");
    expect(gone([first, second, other], [arrival])).toEqual([
      ["e1", "x", "1", "0"],
      ["e2", "x", "1", "1"],
      ["e3", "x", "1", "1"],
    ]);
    const two = [arrival, outcomeOf("e8", 8, "a")];
    expect(gone([first, second], two).map(([, , , back]) => back)).toEqual(["0", "0"]);
    // One that still counts, in part, is replaced by nothing; nor is one by another that was billed as well.
    expect(gone([first], [now(first, "0.5"), arrival]).map(([, , , back]) => back)).toEqual([
      "0.5",
    ]);
    expect(gone([first, second], [second]).map(([, , , back]) => back)).toEqual(["1", "0"]);
  });
});
